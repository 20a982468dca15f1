//! Flags of messages.

use alloc::vec::Vec;
use core::fmt;

use imap_wire::{Atom, Cursor, ParseError, Writer, chars};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error};

use super::look_up;

/// A flag of a message, or of what a client may set on messages.
///
/// ```text
/// flag            = "\Answered" / "\Flagged" / "\Deleted" / "\Seen" / "\Draft" / flag-keyword / flag-extension
/// flag-extension  = "\" atom
/// flag-keyword    = "$MDNSent" / "$Forwarded" / "$Junk" / "$NotJunk" / "$Phishing" / atom
/// flag-fetch      = flag / obsolete-flag-recent
/// flag-perm       = flag / "\*"
/// ```
///
/// ```
/// use imap_proto::Flag;
/// let flag: Flag = "\\seen".parse()?;
/// assert_eq!((&flag, flag.to_string().as_str()), (&Flag::Seen, "\\Seen"));
/// assert_eq!("$Forwarded".parse::<Flag>()?.to_string(), "$Forwarded");
/// assert!("two words".parse::<Flag>().is_err());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Flag {
    /// `\Seen`: it was read.
    Seen,
    /// `\Answered`.
    Answered,
    /// `\Flagged`: marked for attention.
    Flagged,
    /// `\Deleted`: EXPUNGE will remove it.
    Deleted,
    /// `\Draft`.
    Draft,
    /// `\Recent`: this session is the first to hear of it. A server's to set; gone from IMAP4rev2.
    Recent,
    /// A keyword, as `$Junk`.
    Keyword(Atom),
    /// A system flag that is not above, without its `\`.
    Extension(Atom),
    /// `\*`: clients may set keywords of their own. For PERMANENTFLAGS only.
    Any,
    /// What some servers send as a flag and no atom can be, as `Mail]/Inbox`.
    Other(Text),
}

/// The system flags, without their `\`.
const SYSTEM: [(&str, Flag); 6] = [
    ("Seen", Flag::Seen),
    ("Answered", Flag::Answered),
    ("Flagged", Flag::Flagged),
    ("Deleted", Flag::Deleted),
    ("Draft", Flag::Draft),
    ("Recent", Flag::Recent),
];

const NO_RECENT: &str = "no \\Recent among a client's flags";

impl Flag {
    /// The flag that is written as `octets`. What no atom can be becomes [`Other`](Self::Other) if a lenient reader would
    /// take it.
    ///
    /// # Errors
    /// `Syntax` where it is no flag for anyone.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        let frame = imap_wire::frame::Frame::new(octets);
        let mut cursor = Cursor::new(&frame, mail_wire::Leniency::Lenient, 0);
        let flag = Self::parse(&mut cursor);
        if !cursor.is_at_end() {
            return Err(Error::syntax(cursor.at() as u64, "a flag"));
        }
        flag.map_err(|error| error.in_frame(&frame))
    }

    /// The keyword `name`.
    ///
    /// # Errors
    /// `Syntax` where it is no atom.
    pub fn keyword(name: impl AsRef<[u8]>) -> Result<Self, Error> {
        Atom::new(name).map(Self::Keyword)
    }

    /// `\` or nothing, and the name behind it.
    pub(crate) fn parts(&self) -> (&'static [u8], &[u8]) {
        match self {
            Self::Seen => (b"\\", b"Seen"),
            Self::Answered => (b"\\", b"Answered"),
            Self::Flagged => (b"\\", b"Flagged"),
            Self::Deleted => (b"\\", b"Deleted"),
            Self::Draft => (b"\\", b"Draft"),
            Self::Recent => (b"\\", b"Recent"),
            Self::Keyword(name) => (b"", name.as_bytes()),
            Self::Extension(name) => (b"\\", name.as_bytes()),
            Self::Any => (b"\\", b"*"),
            Self::Other(name) => (b"", name.as_bytes()),
        }
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        Ok(match Form::parse(cursor, "a flag")? {
            Form::System(name) => match look_up(&SYSTEM, name, cursor) {
                Some((_, flag)) => flag.clone(),
                None => Self::Extension(Atom::new(name).map_err(|_| cursor.error("a flag"))?),
            },
            Form::Keyword(name) => Self::Keyword(name),
            Form::Any => Self::Any,
            Form::Odd(text) => Self::Other(text),
        })
    }

    /// ```text
    /// flag-list = "(" [flag *(SP flag)] ")"
    /// ```
    ///
    /// As untagged FLAGS and FETCH have it: `\*` is forgiven.
    pub(crate) fn parse_list(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        let flags = Self::parse_permanent_list(cursor)?;
        if flags.contains(&Self::Any) {
            // QUIRK: GreenMail and an older Zoho announce `\*` among the flags in use.
            cursor.forgive(Deviation::Value, "no \\* outside of PERMANENTFLAGS")?;
        }
        Ok(flags)
    }

    /// ```text
    /// "(" [flag-perm *(SP flag-perm)] ")"
    /// ```
    pub(crate) fn parse_permanent_list(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        cursor.open()?;
        if cursor.take_close()? {
            return Ok(Vec::new());
        }
        let mut flags = Vec::with_capacity(4);
        loop {
            cursor.room(flags.len())?;
            flags.push(Self::parse(cursor)?);
            if !cursor.take_separator()? {
                return Ok(flags);
            }
        }
    }

    /// ```text
    /// flag-list
    /// ```
    ///
    /// As APPEND and STORE have it: `\Recent` is a server's to set (RFC 3501 section 2.3.2).
    pub(crate) fn parse_client_list(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        let flags = Self::parse_list(cursor)?;
        Self::check_client(&flags, cursor)?;
        Ok(flags)
    }

    fn check_client(flags: &[Self], cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
        if flags.contains(&Self::Recent) { cursor.forgive(Deviation::Value, NO_RECENT) } else { Ok(()) }
    }

    /// ```text
    /// flag-list / (flag *(SP flag))
    /// ```
    ///
    /// As STORE has it, where the flags are the last argument.
    pub(crate) fn parse_store_list(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        if cursor.peek() == Some(b'(') {
            return Self::parse_client_list(cursor);
        }
        // Legal, but written with parentheses from here, as it was not in IMAP2.
        if cursor.generation().has_pairs() {
            cursor.note_spelling();
        }
        let mut flags = Vec::from([Self::parse(cursor)?]);
        while !cursor.rest().trim_ascii_start().is_empty() {
            cursor.space()?;
            cursor.room(flags.len())?;
            flags.push(Self::parse(cursor)?);
        }
        Self::check_client(&flags, cursor)?;
        Ok(flags)
    }

    /// # Errors
    /// `Syntax` where [`Other`](Self::Other) holds what even a lenient reader does not take for one flag.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if let Self::Other(flag) = self {
            let odd = flag.as_bytes().iter().position(|octet| !chars::is(*octet, chars::LENIENT));
            if let Some(at) = odd.or(flag.is_empty().then_some(0)) {
                return Err(Error::syntax(at as u64, "a flag"));
            }
        }
        let (prefix, name) = self.parts();
        writer.raw(prefix);
        writer.raw(name);
        Ok(())
    }

    /// As APPEND and STORE have it.
    ///
    /// # Errors
    /// `Syntax` for `\Recent`, and as for [`encode`](Self::encode).
    pub(crate) fn encode_client_list(flags: &[Self], writer: &mut Writer<'_>) -> Result<(), Error> {
        if flags.contains(&Self::Recent) {
            return Err(Error::syntax(0, NO_RECENT));
        }
        Self::encode_list(flags, writer)
    }

    pub(crate) fn encode_list(flags: &[Self], writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.list(flags, |writer, flag| flag.encode(writer))
    }
}

/// What flags and the attributes of mailboxes are made of.
pub(crate) enum Form<'a> {
    /// `"\" atom`, without its `\`.
    System(&'a [u8]),
    /// `atom`.
    Keyword(Atom),
    /// `"\*"`.
    Any,
    /// Something else that was forgiven.
    Odd(Text),
}

impl<'a> Form<'a> {
    pub(crate) fn parse(cursor: &mut Cursor<'a>, expected: &'static str) -> Result<Self, ParseError> {
        let more = |cursor: &Cursor<'_>| cursor.peek().is_some_and(|octet| chars::is(octet, chars::LENIENT));
        let from = cursor.at();
        if cursor.peek() == Some(b'"') {
            // QUIRK: clients that quote keywords, which servers take.
            let octets = cursor.quoted()?.value();
            let name = Atom::new(&octets).map_err(|_| cursor.error(expected))?;
            cursor.forgive(Deviation::Value, expected)?;
            return Ok(Self::Keyword(name));
        }
        let backslash = cursor.take(b'\\');
        let star = backslash && cursor.take(b'*');
        if star && !more(cursor) {
            return Ok(Self::Any);
        }
        let name = cursor.take_while(chars::ATOM);
        if !star && !more(cursor) && !name.is_empty() {
            if backslash {
                return Ok(Self::System(name));
            }
            return Atom::new(name).map(Self::Keyword).map_err(|_| cursor.error(expected));
        }
        // QUIRK: Gmail makes flags of labels, with `]` and blanks in them.
        cursor.take_while(chars::LENIENT);
        let octets = cursor.since(from);
        let text = Text::new(octets).ok().filter(|_| !octets.is_empty());
        let Some(text) = text else { return Err(cursor.error(expected)) };
        cursor.forgive(Deviation::Value, expected)?;
        Ok(Self::Odd(text))
    }
}

impl core::str::FromStr for Flag {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, name) = self.parts();
        f.write_str(core::str::from_utf8(prefix).unwrap_or_default())?;
        f.write_str(&alloc::string::String::from_utf8_lossy(name))
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Flag {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(match u.int_in_range(0..=8)? {
            7 => Self::Keyword(u.arbitrary()?),
            8 => {
                let name: Atom = u.arbitrary()?;
                let known = SYSTEM.iter().find(|(known, _)| name.is(known));
                known.map_or(Self::Extension(name), |(_, flag)| flag.clone())
            }
            n => SYSTEM.get(n).map_or(Self::Seen, |(_, flag)| flag.clone()),
        })
    }
}

/// What a client may set.
#[cfg(feature = "arbitrary")]
pub(crate) fn arbitrary_client_list(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Vec<Flag>> {
    let mut flags: Vec<Flag> = arbitrary::Arbitrary::arbitrary(u)?;
    flags.retain(|flag| *flag != Flag::Recent);
    Ok(flags)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict, written};

    #[test]
    fn lists_of_all_forms() {
        assert_eq!(strict("()", Flag::parse_list).unwrap(), []);
        let flags = strict("(\\Seen $Junk \\XLabel)", Flag::parse_list).unwrap();
        assert_eq!(flags.first(), Some(&Flag::Seen));
        assert_eq!(written(|writer| Flag::encode_list(&flags, writer)), "(\\Seen $Junk \\XLabel)");
        assert_eq!(strict("\\Seen foo", Flag::parse_store_list).unwrap().len(), 2);
        assert_eq!(strict("(\\Seen foo)", Flag::parse_store_list).unwrap().len(), 2);
        assert_eq!(lenient("\\Seen foo ", Flag::parse_store_list).unwrap().0.len(), 2);
        for bad in ["(", "(\\Seen", "(\\Seen,foo (", "((", "\\Seen)", ""] {
            assert!(lenient(bad, Flag::parse_list).is_err(), "{bad}");
        }
    }

    #[test]
    fn clients_do_not_set_recent() {
        for list in ["(\\Seen \\Recent)", "(\\recent)", "\\Seen \\Recent"] {
            assert!(strict(list, Flag::parse_store_list).is_err(), "{list}");
            let (flags, deviations) = lenient(list, Flag::parse_store_list).unwrap();
            assert!(flags.contains(&Flag::Recent) && deviations.contains(Deviation::Value), "{list}");
            let (mut output, mut stops) = (bytes::BytesMut::new(), Vec::new());
            let mut writer = Writer::new(&mut output, &mut stops, imap_wire::LiteralPolicy::Server, true);
            let error = Flag::encode_client_list(&flags, &mut writer).unwrap_err();
            assert_eq!((error.kind(), error.expected()), (mail_wire::ErrorKind::Syntax, NO_RECENT));
        }
        assert_eq!(strict("(\\Recent)", Flag::parse_list).unwrap(), [Flag::Recent]);
    }

    #[test]
    fn odd_lists_are_forgiven() {
        for (list, deviation) in [
            ("(\\Seen $NotJunk )", Deviation::Space),
            ("( \\Seen)", Deviation::Space),
            ("( )", Deviation::Space),
            ("(\\Seen  foo)", Deviation::Space),
            ("(\\*)", Deviation::Value),
            ("(OIB-Seen-[Google Mail]/Alle Nachrichten)", Deviation::Value),
            ("(\\)", Deviation::Value),
            ("(\\*x)", Deviation::Value),
        ] {
            assert!(strict(list, Flag::parse_list).is_err(), "{list}");
            assert!(lenient(list, Flag::parse_list).unwrap().1.contains(deviation), "{list}");
        }
        assert_eq!(strict("(\\*)", Flag::parse_permanent_list).unwrap(), [Flag::Any]);
        let (flags, _) = lenient("(Mail]/Alle a\\b)", Flag::parse_list).unwrap();
        assert_eq!(written(|writer| Flag::encode_list(&flags, writer)), "(Mail]/Alle a\\b)");
        let (flag, deviations) = lenient("\\SEEN", Flag::parse).unwrap();
        assert!(flag == Flag::Seen && deviations.contains(Deviation::Spelling));
    }

    #[test]
    fn flags_from_text_are_checked() {
        assert_eq!(Flag::new("\\*").unwrap(), Flag::Any);
        assert!(matches!(Flag::new("a]").unwrap(), Flag::Other(_)));
        for bad in ["", "a b", "a)", "a\r\n", "{3}"] {
            assert!(Flag::new(bad).is_err(), "{bad}");
        }
        let mut output = bytes::BytesMut::new();
        let mut stops = Vec::new();
        let mut writer = Writer::new(&mut output, &mut stops, imap_wire::LiteralPolicy::Server, false);
        assert!(Flag::Other(Text::new("a) b").unwrap()).encode(&mut writer).is_err());
        assert_eq!(Flag::Extension(Atom::new("X").unwrap()).to_string(), "\\X");
    }

    #[test]
    fn damaged_flags_come_back() {
        const EXAMPLES: &[&str] = &["(\\Seen $Junk \\* \\X)", "a] (b)"];
        damaged_come_back(
            EXAMPLES,
            |flags: &Vec<Flag>, writer| Flag::encode_list(flags, writer),
            Flag::parse_list,
        );
    }

    proptest! {
        #[test]
        fn flags_come_back(seed: Vec<u8>) {
            comes_back::<Flag>(&seed, Flag::encode, Flag::parse);
            comes_back::<Vec<Flag>>(&seed, |flags, writer| Flag::encode_list(flags, writer), Flag::parse_list);
        }
    }
}
