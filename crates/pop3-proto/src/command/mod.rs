//! What a client sends: RFC 1939 sections 4 to 7, RFC 5034 section 4, and the extensions.

mod parse;
mod table;

use bytes::BytesMut;
use mail_wire::line::take_back;
use mail_wire::sasl::Response as SaslResponse;
use mail_wire::text::{Text, Word};
use mail_wire::{Error, Secret};

use crate::listing::RowKind;
use crate::{Apop, Argument, Auth, Dialect, Mechanism, MessageNumber, Password, Timestamp, Xtnd};

pub(crate) use parse::{Canonical, argument, optional_message, parse as parse_command};
pub use table::{COMMANDS, CommandSpec, Verb};

/// A line from a client: a command, or an answer inside AUTH.
///
/// ```
/// use pop3_proto::{Command, Dialect, Options};
/// let command = Command::parse(b"TOP 10 0", &Options::new())?;
/// assert_eq!(command, Command::top(10, 0)?);
/// assert_eq!(command.to_bytes(Dialect::Rfc1939)?, b"TOP 10 0\r\n");
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Command {
    /// `USER name`.
    User(Argument),
    /// `PASS string`.
    Pass(Password),
    /// `APOP name digest`.
    Apop(Apop),
    /// `RPOP user`: in place of PASS, from a privileged port (RFC 1081, RFC 1225).
    Rpop(Argument),
    /// `AUTH mechanism [initial-response]`.
    Auth(Auth),
    /// `AUTH` alone: which mechanisms are there. In no RFC, but widely answered.
    AuthList,
    /// An answer to a challenge of AUTH.
    Continue(SaslResponse),
    /// `QUIT`.
    Quit,
    /// `STAT`.
    Stat,
    /// `LIST [msg]`.
    List(Option<MessageNumber>),
    /// `RETR msg`.
    Retr(MessageNumber),
    /// `DELE msg`.
    Dele(MessageNumber),
    /// `NOOP`.
    Noop,
    /// `LAST`: the highest number that was accessed (RFC 1081 to 1460).
    Last,
    /// `RSET`.
    Rset,
    /// `TOP msg n`: the header and the first `n` lines of the body.
    Top(MessageNumber, u32),
    /// `UIDL [msg]`.
    Uidl(Option<MessageNumber>),
    /// `CAPA`.
    Capa,
    /// `STLS`.
    Stls,
    /// `UTF8`.
    Utf8,
    /// `LANG [tag]`; `*` asks for the server's preference.
    Lang(Option<Word>),
    /// `XTND …`.
    Xtnd(Xtnd),
    /// `EUIDL [msg]` (qpopper).
    Euidl(Option<MessageNumber>),
    /// Any other command.
    Other(OtherCommand),
}

/// How a reply is built, for commands that this crate does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Shape {
    /// One line.
    #[default]
    Line,
    /// A line, then the rows of a listing.
    Listing,
    /// A line, then a message.
    Message,
}

/// A command that this crate (or the dialect) does not know; its keyword and its arguments as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct OtherCommand {
    keyword: Word,
    arguments: Option<Text>,
    shape: Shape,
}

impl OtherCommand {
    /// A command whose positive reply has this shape.
    ///
    /// # Errors
    /// `Syntax` where `keyword` is no printable word, or `arguments` hold a line end.
    pub fn new(keyword: impl AsRef<[u8]>, arguments: Option<&str>, shape: Shape) -> Result<Self, Error> {
        let keyword = parse::keyword(keyword.as_ref())?;
        Ok(Self { keyword, arguments: arguments.map(Text::new).transpose()?, shape })
    }

    /// The first word.
    pub fn keyword(&self) -> &Word {
        &self.keyword
    }

    /// What stands behind the SP that follows it.
    pub fn arguments(&self) -> Option<&Text> {
        self.arguments.as_ref()
    }

    /// The shape of its positive reply. The wire does not tell: a decoded command has [`Shape::Line`].
    pub fn shape(&self) -> Shape {
        self.shape
    }
}

/// The reply that a command is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Line(LineKind),
    Listing(RowKind),
    Message,
    /// Challenges, then one line.
    Auth,
    /// One line, then another layer.
    Stls,
    /// One line, then the client's message, then one line.
    Xmit,
}

impl Due {
    pub(crate) const LINE: Self = Self::Line(LineKind::Text);
}

/// What the one line of a reply holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    Text,
    Drop,
    Scan,
    UniqueId,
    Last,
    Language,
    Extended,
}

impl Command {
    /// `USER name`.
    ///
    /// # Errors
    /// As for [`Argument::new`].
    pub fn user(name: impl AsRef<[u8]>) -> Result<Self, Error> {
        Argument::new(name).map(Self::User)
    }

    /// `PASS password`.
    ///
    /// # Errors
    /// As for [`Password::new`].
    pub fn pass(password: impl AsRef<[u8]>) -> Result<Self, Error> {
        Password::new(password).map(Self::Pass)
    }

    /// `APOP name digest`, the digest made from the greeting's timestamp.
    ///
    /// To log in even though the timestamp is no msg-id, use [`Apop::new`] with [`Timestamp::digest`].
    ///
    /// # Errors
    /// `Syntax` where the name is no [`Argument`], or the timestamp may be forged ([`Timestamp::is_msg_id`]).
    pub fn apop(name: impl AsRef<[u8]>, timestamp: &Timestamp, secret: &Secret) -> Result<Self, Error> {
        if !timestamp.is_msg_id() {
            return Err(Error::syntax(0, "a timestamp that is a msg-id"));
        }
        Apop::new(name, timestamp.digest(secret)).map(Self::Apop)
    }

    /// `AUTH mechanism`.
    ///
    /// # Errors
    /// As for [`Mechanism::new`].
    pub fn auth(mechanism: impl AsRef<[u8]>) -> Result<Self, Error> {
        Mechanism::new(mechanism).map(|mechanism| Self::Auth(Auth::new(mechanism)))
    }

    /// `STAT`.
    pub fn stat() -> Self {
        Self::Stat
    }

    /// `LIST`, all messages.
    pub fn list() -> Self {
        Self::List(None)
    }

    /// `UIDL`, all messages.
    pub fn uidl() -> Self {
        Self::Uidl(None)
    }

    /// `RETR number`.
    ///
    /// # Errors
    /// `Syntax` for number 0, here and below.
    pub fn retr(number: u32) -> Result<Self, Error> {
        number.try_into().map(Self::Retr)
    }

    /// `DELE number`.
    ///
    /// # Errors
    /// `Syntax` for number 0.
    pub fn dele(number: u32) -> Result<Self, Error> {
        number.try_into().map(Self::Dele)
    }

    /// `TOP number lines`.
    ///
    /// # Errors
    /// `Syntax` for number 0.
    pub fn top(number: u32, lines: u32) -> Result<Self, Error> {
        number.try_into().map(|number| Self::Top(number, lines))
    }

    /// `CAPA`.
    pub fn capa() -> Self {
        Self::Capa
    }

    /// `QUIT`.
    pub fn quit() -> Self {
        Self::Quit
    }

    /// Any command that this crate does not know. See [`OtherCommand::new`].
    ///
    /// # Errors
    /// `Syntax`, also where it is a command that this crate does know.
    pub fn other(keyword: impl AsRef<[u8]>, arguments: Option<&str>, shape: Shape) -> Result<Self, Error> {
        let other = OtherCommand::new(keyword, arguments, shape)?;
        if table::find(other.keyword.as_bytes()).is_some() {
            return Err(Error::syntax(0, "a command that is not known"));
        }
        Ok(Self::Other(other))
    }

    /// Which command it is.
    pub fn verb(&self) -> Verb {
        match self {
            Self::User(_) => Verb::User,
            Self::Pass(_) => Verb::Pass,
            Self::Apop(_) => Verb::Apop,
            Self::Rpop(_) => Verb::Rpop,
            Self::Auth(_) | Self::AuthList | Self::Continue(_) => Verb::Auth,
            Self::Quit => Verb::Quit,
            Self::Stat => Verb::Stat,
            Self::List(_) => Verb::List,
            Self::Retr(_) => Verb::Retr,
            Self::Dele(_) => Verb::Dele,
            Self::Noop => Verb::Noop,
            Self::Last => Verb::Last,
            Self::Rset => Verb::Rset,
            Self::Top(..) => Verb::Top,
            Self::Uidl(_) => Verb::Uidl,
            Self::Capa => Verb::Capa,
            Self::Stls => Verb::Stls,
            Self::Utf8 => Verb::Utf8,
            Self::Lang(_) => Verb::Lang,
            Self::Xtnd(_) => Verb::Xtnd,
            Self::Euidl(_) => Verb::Euidl,
            Self::Other(_) => Verb::Other,
        }
    }

    pub(crate) fn due(&self) -> Due {
        match self {
            Self::Auth(_) => Due::Auth,
            Self::AuthList => Due::Listing(RowKind::Mechanism),
            Self::Stat => Due::Line(LineKind::Drop),
            Self::List(None) => Due::Listing(RowKind::Scan),
            Self::List(Some(_)) => Due::Line(LineKind::Scan),
            Self::Retr(_) | Self::Top(..) => Due::Message,
            Self::Last => Due::Line(LineKind::Last),
            Self::Uidl(None) => Due::Listing(RowKind::UniqueId),
            Self::Uidl(Some(_)) => Due::Line(LineKind::UniqueId),
            Self::Euidl(None) => Due::Listing(RowKind::Extended),
            Self::Euidl(Some(_)) => Due::Line(LineKind::Extended),
            Self::Capa => Due::Listing(RowKind::Capability),
            Self::Stls => Due::Stls,
            Self::Lang(None) => Due::Listing(RowKind::Language),
            Self::Lang(Some(_)) => Due::Line(LineKind::Language),
            Self::Xtnd(xtnd) => xtnd.due(),
            Self::Other(other) => match other.shape {
                Shape::Line => Due::LINE,
                Shape::Listing => Due::Listing(RowKind::Line),
                Shape::Message => Due::Message,
            },
            _ => Due::LINE,
        }
    }

    /// The line as it is sent, its CRLF included.
    ///
    /// # Errors
    /// `Unsupported` where the dialect lacks the command, `Limit` where the line would be longer than 255 octets
    /// (RFC 2449 section 4; an answer inside AUTH may have any length).
    pub fn to_bytes(&self, dialect: Dialect) -> Result<alloc::vec::Vec<u8>, Error> {
        let mut output = BytesMut::new();
        self.encode(dialect, &mut output)?;
        Ok(output.to_vec())
    }

    /// Appends the line to `output`; leaves `output` as it was on an error.
    pub(crate) fn encode(&self, dialect: Dialect, output: &mut BytesMut) -> Result<(), Error> {
        if !table::has(dialect, self.verb()) {
            return Err(Error::unsupported(0, "a command of the chosen dialect"));
        }
        let start = output.len();
        self.put(output);
        output.extend_from_slice(b"\r\n");
        let line = output.len().saturating_sub(start);
        if line > COMMAND_OCTETS && !matches!(self, Self::Continue(_)) {
            take_back(output, start);
            return Err(Error::limit(0, "a command line of at most 255 octets"));
        }
        Ok(())
    }

    fn put(&self, output: &mut BytesMut) {
        match self {
            Self::Other(other) => {
                output.extend_from_slice(other.keyword.as_bytes());
                crate::listing::put_extra(other.arguments.as_ref(), output);
            }
            Self::Continue(response) => output.extend_from_slice(response.encode().expose()),
            known => output.extend_from_slice(known.verb().keyword().as_bytes()),
        }
        let word = |octets: &[u8], output: &mut BytesMut| {
            output.extend_from_slice(b" ");
            output.extend_from_slice(octets);
        };
        match self {
            Self::User(name) | Self::Rpop(name) => word(name.as_text().as_bytes(), output),
            Self::Pass(password) => word(password.expose(), output),
            Self::Apop(apop) => {
                output.extend_from_slice(b" ");
                apop.encode(output);
            }
            Self::Auth(auth) => {
                word(auth.mechanism().as_word().as_bytes(), output);
                if let Some(initial) = auth.initial() {
                    word(initial.encode().expose(), output);
                }
            }
            Self::Retr(message)
            | Self::Dele(message)
            | Self::List(Some(message))
            | Self::Uidl(Some(message))
            | Self::Euidl(Some(message)) => mail_wire::number::put(b" ", u64::from(message.get()), output),
            Self::Top(message, lines) => {
                mail_wire::number::put(b" ", u64::from(message.get()), output);
                mail_wire::number::put(b" ", u64::from(*lines), output);
            }
            Self::Lang(Some(language)) => word(language.as_bytes(), output),
            Self::Xtnd(xtnd) => {
                output.extend_from_slice(b" ");
                xtnd.encode(output);
            }
            _ => {}
        }
    }
}

/// The reply that a broken line is due, by its keyword: a server may take for a RETR what this crate does not.
pub(crate) fn due_of_malformed(line: &[u8]) -> (Verb, Due) {
    let keyword = line.split(|octet| *octet == b' ' || *octet == b'\t').next().unwrap_or_default();
    match table::find(keyword).map(|spec| spec.verb) {
        Some(verb @ (Verb::Retr | Verb::Top)) => (verb, Due::Message),
        _ => (Verb::Other, Due::LINE),
    }
}

/// RFC 2449 section 4: octets of a command line, CRLF included.
const COMMAND_OCTETS: usize = 255;
