//! What a server says: RFC 918 and RFC 937, "Replies".

use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::fields::Fields;
use mail_wire::text::Text;
use mail_wire::{Deviation, Deviations, Error, Leniency, Malformed, number};

use crate::command::{Due, LINE_OCTETS};
use crate::{Dialect, Options};

/// A line from a server, or the mark that the announced octets follow.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Response {
    /// The first line of the session.
    Greeting(Greeting),
    /// The answer to a command.
    Reply(Reply),
    /// The answer to RETR (POP2) and RCEV (POP): not a line, but the octets that were announced.
    Data,
}

impl Response {
    /// The line as it is sent, its CRLF included; nothing for [`Response::Data`].
    ///
    /// # Errors
    /// `Limit` where the line would be longer than 512 octets (RFC 937, "Sizes").
    pub fn to_bytes(&self, dialect: Dialect) -> Result<Vec<u8>, Error> {
        let mut output = BytesMut::new();
        self.encode(&Options::new().with_dialect(dialect), &mut output)?;
        Ok(output.to_vec())
    }

    pub(crate) fn encode(&self, options: &Options, output: &mut BytesMut) -> Result<(), Error> {
        let start = output.len();
        match self {
            Self::Greeting(greeting) => greeting.0.encode(options, output),
            Self::Reply(reply) => reply.encode(options, output),
            Self::Data => {}
        }
        if output.len().saturating_sub(start) > LINE_OCTETS {
            output.truncate(start);
            return Err(Error::limit(0, "a line of at most 512 octets"));
        }
        Ok(())
    }
}

impl From<Greeting> for Response {
    fn from(greeting: Greeting) -> Self {
        Self::Greeting(greeting)
    }
}

impl From<Reply> for Response {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

/// The answer to a command. Its first octet tells what it is; text may follow.
///
/// ```
/// use pop2_proto::{Dialect, Reply, Response};
/// let reply = Response::from(Reply::length(537).with_text("characters in message 1")?);
/// assert_eq!(reply.to_bytes(Dialect::Rfc937)?, b"=537 characters in message 1\r\n");
/// let reply = Response::from(Reply::err("no such mailbox")?);
/// assert_eq!(reply.to_bytes(Dialect::Rfc937)?, b"- no such mailbox\r\n");
/// assert_eq!(reply.to_bytes(Dialect::Rfc918)?, b"-ERR no such mailbox\r\n");
/// # Ok::<(), pop2_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reply {
    kind: Kind,
    text: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
enum Kind {
    Ok,
    Err,
    Count(u64),
    Length(u64),
}

impl Reply {
    /// `+ text`.
    ///
    /// # Errors
    /// `Syntax` where the text holds CR, LF or NUL.
    pub fn ok(text: &str) -> Result<Self, Error> {
        Self { kind: Kind::Ok, text: None }.with_text(text)
    }

    /// `- text`. In POP2, the server closes behind it.
    ///
    /// # Errors
    /// As for [`ok`](Self::ok).
    pub fn err(text: &str) -> Result<Self, Error> {
        Self { kind: Kind::Err, text: None }.with_text(text)
    }

    /// `#n`: so many messages in the mailbox (POP2), or so many octets (POP).
    pub fn count(number: u64) -> Self {
        Self { kind: Kind::Count(number), text: None }
    }

    /// `=n`: so many octets in the message; 0 if there is none.
    pub fn length(octets: u64) -> Self {
        Self { kind: Kind::Length(octets), text: None }
    }

    /// The same with this text; none if it is empty.
    ///
    /// # Errors
    /// As for [`ok`](Self::ok).
    pub fn with_text(mut self, text: &str) -> Result<Self, Error> {
        self.text = if text.is_empty() { None } else { Some(Text::new(text)?) };
        Ok(self)
    }

    /// Whether it is not `-`.
    pub fn is_ok(&self) -> bool {
        self.kind != Kind::Err
    }

    /// The number behind `#`.
    pub fn as_count(&self) -> Option<u64> {
        if let Kind::Count(number) = self.kind { Some(number) } else { None }
    }

    /// The octets behind `=`.
    pub fn as_length(&self) -> Option<u64> {
        if let Kind::Length(octets) = self.kind { Some(octets) } else { None }
    }

    /// The text for people.
    pub fn text(&self) -> Option<&Text> {
        self.text.as_ref()
    }

    /// Whether this may answer a command that is due `due`; if not, which constructor would do.
    pub(crate) fn fits(&self, due: Due) -> Result<(), &'static str> {
        let (fits, want) = match due {
            Due::Ok => (self.kind == Kind::Ok, "Reply::ok or Reply::err"),
            Due::Count => (self.as_count().is_some(), "Reply::count"),
            Due::Length => (self.as_length().is_some(), "Reply::length"),
            Due::Data => (false, "Response::Data or Reply::err"),
        };
        if fits || !self.is_ok() { Ok(()) } else { Err(want) }
    }

    fn encode(&self, options: &Options, output: &mut BytesMut) {
        match self.kind {
            Kind::Ok if options.writes_words() => output.extend_from_slice(b"+OK"),
            Kind::Err if options.writes_words() => output.extend_from_slice(b"-ERR"),
            Kind::Ok => output.extend_from_slice(b"+"),
            Kind::Err => output.extend_from_slice(b"-"),
            Kind::Count(number) => number::put(b"#", number, output),
            Kind::Length(octets) => number::put(b"=", octets, output),
        }
        if let Some(text) = &self.text {
            output.extend_from_slice(b" ");
            output.extend_from_slice(text.as_bytes());
        }
        output.extend_from_slice(b"\r\n");
    }

    /// Parses a line; `due` is what the command asked for.
    pub(crate) fn parse(line: &[u8], due: Due, options: &Options) -> Result<(Self, Deviations), Error> {
        let mut fields = Fields::new(line, options.leniency());
        let first = fields.peek().first().copied();
        fields.skip(1);
        let kind = match first {
            Some(b'#') => Kind::Count(counted(&mut fields)?),
            Some(b'=') => Kind::Length(counted(&mut fields)?),
            Some(b'+') => {
                word(&mut fields, b"OK", options)?;
                // RFC 937's action 5 prints "+NNN" where everything else has "#NNN".
                if due == Due::Count && fields.peek().first().is_some_and(u8::is_ascii_digit) {
                    fields.forgive(Deviation::StatusWord, "# and a number")?;
                    Kind::Count(counted(&mut fields)?)
                } else {
                    Kind::Ok
                }
            }
            Some(b'-') => {
                word(&mut fields, b"ERR", options)?;
                Kind::Err
            }
            _ => return Err(Error::syntax(0, "+, -, # or =")),
        };
        let text = match fields.peek() {
            [] => None,
            [b' ', ..] => {
                fields.skip(1);
                Some(fields.lenient_text()?)
            }
            _ => {
                fields.forgive(Deviation::Space, "SP")?;
                Some(fields.lenient_text()?)
            }
        };
        Ok((Self { kind, text }, fields.deviations))
    }
}

/// The word that RFC 918 (and MH) has behind the first octet.
fn word(fields: &mut Fields<'_>, word: &'static [u8], options: &Options) -> Result<(), Error> {
    if !options.writes_words() {
        return Ok(());
    }
    let rest = fields.peek();
    if rest.starts_with(word) && matches!(rest.get(word.len()), None | Some(b' ')) {
        fields.skip(word.len());
        return Ok(());
    }
    fields.forgive(Deviation::StatusWord, "+OK or -ERR")
}

/// Digits; leniently also with text right behind them.
fn counted(fields: &mut Fields<'_>) -> Result<u64, Error> {
    const EXPECTED: &str = "a number";
    let rest = fields.peek();
    let digits = rest.iter().take_while(|octet| octet.is_ascii_digit()).count();
    let mut trial = Fields::new(rest.get(..digits).unwrap_or_default(), fields.leniency());
    let number = trial.number(EXPECTED).map_err(|_| fields.error(EXPECTED))?;
    fields.deviations.extend(trial.deviations);
    fields.skip(digits);
    Ok(number)
}

/// An error with what was expected: the answer to a line that could not be understood.
impl From<&Malformed> for Reply {
    fn from(bad: &Malformed) -> Self {
        let text = alloc::format!("expected {}", bad.error().expected());
        Self { kind: Kind::Err, text: Text::new(text).ok() }
    }
}

/// The first line of a session: `+ POP2 host text` (POP2), `+OK` (POP).
///
/// ```
/// use pop2_proto::{Dialect, Greeting, Response};
/// let greeting = Greeting::pop2("USC-ISIF.ARPA", "Server")?;
/// assert_eq!(greeting.host(), Some(&b"USC-ISIF.ARPA"[..]));
/// assert_eq!(Response::from(greeting).to_bytes(Dialect::Rfc937)?, b"+ POP2 USC-ISIF.ARPA Server\r\n");
/// # Ok::<(), pop2_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Greeting(Reply);

impl Greeting {
    /// `+ POP2 host [text]`. Some clients want exactly this.
    ///
    /// # Errors
    /// `Syntax` where `host` is no word, or the text holds CR, LF or NUL.
    pub fn pop2(host: &str, text: &str) -> Result<Self, Error> {
        let host = mail_wire::text::Word::new(host)?;
        let space = if text.is_empty() { "" } else { " " };
        Reply::ok(&alloc::format!("POP2 {host}{space}{text}")).map(Self)
    }

    /// Any positive line: POP's `+OK`, or what a server for several protocols says.
    ///
    /// # Errors
    /// As for [`Reply::ok`].
    pub fn free(text: &str) -> Result<Self, Error> {
        Reply::ok(text).map(Self)
    }

    /// A refusal; the server closes at once.
    ///
    /// # Errors
    /// As for [`Reply::err`].
    pub fn refused(text: &str) -> Result<Self, Error> {
        Reply::err(text).map(Self)
    }

    /// Whether the server is willing.
    pub fn is_ok(&self) -> bool {
        self.0.is_ok()
    }

    /// The text.
    pub fn text(&self) -> Option<&Text> {
        self.0.text()
    }

    /// The host behind the word `POP2`.
    pub fn host(&self) -> Option<&[u8]> {
        self.0.text()?.as_bytes().strip_prefix(b"POP2 ")?.split(|octet| *octet == b' ').next()
    }

    /// A line that begins with `+`; strictly, in POP2, with `+ POP2` and a host.
    pub(crate) fn parse(line: &[u8], options: &Options) -> Result<(Self, Deviations), Error> {
        let (reply, mut deviations) = Reply::parse(line, Due::Ok, options)?;
        if !matches!(reply.kind, Kind::Ok | Kind::Err) {
            return Err(Error::syntax(0, "a greeting that begins with +"));
        }
        let greeting = Self(reply);
        let proper = greeting.host().is_some_and(|host| !host.is_empty());
        if options.dialect() == Dialect::Rfc937 && greeting.is_ok() && !proper {
            if options.leniency() == Leniency::Strict {
                return Err(Error::syntax(0, "+ POP2 and a host"));
            }
            deviations.add(Deviation::StatusWord);
        }
        Ok((greeting, deviations))
    }
}
