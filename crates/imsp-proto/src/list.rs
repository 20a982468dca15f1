//! What ADDRESSBOOK, LIST, LSUB and LMARKED give.

use alloc::vec::Vec;
use core::fmt;

use imap_wire::{Cursor, ParseError, Writer, chars};
use mail_wire::Error;
use mail_wire::text::Text;

use crate::Name;
use crate::values::{encode_string, take_next};

/// An address book or a mailbox: its flags, what stands between the parts of its name, and the name.
///
/// ```text
/// list-data  = "(" [flag *(SP flag)] ")" SP (quoted / NIL) SP astring
/// ```
///
/// ```
/// use imsp_proto::{Options, Response};
/// let line = b"* ADDRESSBOOK () \".\" \"mrose.work people\"\r\n";
/// let Response::AddressBook(book) = Response::parse(line, &Options::client())? else { panic!() };
/// assert_eq!((book.separator(), book.name()), (Some('.'), &"mrose.work people".try_into()?));
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ListData {
    flags: Vec<Flag>,
    #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary::separator))]
    separator: Option<char>,
    name: Name,
}

impl ListData {
    /// Without flags.
    ///
    /// # Errors
    /// `Syntax` where the separator is none that a quoted string can hold.
    pub fn new(name: Name, separator: Option<char>) -> Result<Self, Error> {
        if separator.is_some_and(|separator| !is_separator(separator)) {
            return Err(Error::syntax(0, "a separator of printable ASCII"));
        }
        Ok(Self { flags: Vec::new(), separator, name })
    }

    /// With this flag.
    #[must_use]
    pub fn with_flag(mut self, flag: Flag) -> Self {
        self.flags.push(flag);
        self
    }

    /// The flags. Of address books none was ever seen.
    pub fn flags(&self) -> &[Flag] {
        &self.flags
    }

    /// What stands between the parts of the name; none where the name has no parts.
    pub fn separator(&self) -> Option<char> {
        self.separator
    }

    /// The name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.open()?;
        let mut flags = Vec::new();
        let mut is_open = !cursor.take_close()?;
        while is_open {
            cursor.room(flags.len())?;
            flags.push(Flag::parse(cursor)?);
            is_open = cursor.take_separator()?;
        }
        cursor.space()?;
        let separator = match cursor.nstring()? {
            None => None,
            Some(octets) => match (octets.value().as_ref(), octets.streamed) {
                ([one], None) if is_separator(char::from(*one)) => Some(char::from(*one)),
                _ => return Err(cursor.error("a separator of one character")),
            },
        };
        cursor.space()?;
        Ok(Self { flags, separator, name: Name::parse(cursor)? })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.list(&self.flags, |writer, flag| {
            writer.raw(flag.0.as_bytes());
            Ok(())
        })?;
        writer.space();
        match self.separator {
            None => writer.raw(b"NIL"),
            Some(separator) => encode_string(separator.encode_utf8(&mut [0; 4]).as_bytes(), writer)?,
        }
        writer.space();
        self.name.encode(writer)
    }
}

fn is_separator(separator: char) -> bool {
    separator.is_ascii_graphic() || separator == ' '
}

/// The servers that a mailbox is on: what stands behind its name.
pub(crate) fn parse_servers(cursor: &mut Cursor<'_>) -> Result<Vec<Name>, ParseError> {
    let mut servers = Vec::new();
    while take_next(cursor)? {
        cursor.room(servers.len())?;
        servers.push(Name::parse(cursor)?);
    }
    Ok(servers)
}

/// A flag of a mailbox or an address book: an atom, with `\` in front or not.
///
/// ```
/// use imsp_proto::Flag;
/// assert!(Flag::new("\\Marked")?.is("\\marked"));
/// assert!(Flag::new("\\").is_err() && Flag::new("two words").is_err());
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Flag(Text);

impl Flag {
    /// Checks and copies `text`.
    ///
    /// # Errors
    /// `Syntax` where it is none.
    pub fn new(text: impl AsRef<[u8]>) -> Result<Self, Error> {
        let text = text.as_ref();
        let atom = text.strip_prefix(b"\\").unwrap_or(text);
        if atom.is_empty() || !chars::all(atom, chars::ATOM) {
            return Err(Error::syntax(0, "a flag"));
        }
        Text::new(text).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.0.as_bytes()).unwrap_or_default()
    }

    /// Whether it is `other`, in any letter case.
    pub fn is(&self, other: &str) -> bool {
        self.as_str().eq_ignore_ascii_case(other)
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from = cursor.at();
        cursor.take(b'\\');
        cursor.atom()?;
        Self::new(cursor.since(from)).map_err(|_| cursor.error("a flag"))
    }
}

impl fmt::Debug for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Flag {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let text = u.choose(&["\\Marked", "\\Noselect", "X-Kept"])?;
        Self::new(text).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}
