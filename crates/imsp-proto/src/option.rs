//! Options: what GET gives.

use alloc::vec::Vec;

use imap_wire::frame::Frame;
use imap_wire::{Atom, Cursor, Literal, ParseError, Writer};
use mail_wire::{Deviation, Error, Leniency};

use crate::Name;
use crate::values::{encode_value, parse_value};

/// One option: its name, its value, and whether this user may set it.
///
/// ```text
/// option-data  = "OPTION" SP astring SP astring [SP "[" access "]"]
/// access       = "READ-ONLY" / "READ-WRITE" / atom
/// ```
///
/// ```
/// use imsp_proto::{Access, OptionData, Options, Response};
/// let line = b"* OPTION common.domain example.com [READ-ONLY]\r\n";
/// let Response::Option(option) = Response::parse(line, &Options::client())? else { panic!() };
/// assert_eq!((option.name(), option.access()), (&"common.domain".try_into()?, Some(&Access::ReadOnly)));
/// assert_eq!(option.value().as_bytes(), Some(&b"example.com"[..]));
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct OptionData {
    name: Name,
    #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary::value))]
    value: Literal,
    access: Option<Access>,
}

/// Whether an option may be set by the user who asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Access {
    /// `READ-ONLY`.
    ReadOnly,
    /// `READ-WRITE`.
    ReadWrite,
    /// Any other word.
    Other(Atom),
}

impl Access {
    fn word(&self) -> &[u8] {
        match self {
            Self::ReadOnly => b"READ-ONLY",
            Self::ReadWrite => b"READ-WRITE",
            Self::Other(word) => word.as_bytes(),
        }
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.take_keyword("READ-ONLY") {
            return Ok(Self::ReadOnly);
        }
        if cursor.take_keyword("READ-WRITE") {
            return Ok(Self::ReadWrite);
        }
        cursor.owned_atom().map(Self::Other)
    }
}

impl OptionData {
    /// An option without a word on who may set it.
    pub fn new(name: Name, value: Literal) -> Self {
        Self { name, value, access: None }
    }

    /// With that word.
    #[must_use]
    pub fn with_access(mut self, access: Access) -> Self {
        self.access = Some(access);
        self
    }

    /// The name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The value.
    pub fn value(&self) -> &Literal {
        &self.value
    }

    /// Who may set it.
    pub fn access(&self) -> Option<&Access> {
        self.access.as_ref()
    }

    /// What `+` and `-` say, of an option that is on or off.
    ///
    /// ```
    /// use imsp_proto::{Literal, OptionData};
    /// let option = |value: &[u8]| OptionData::new("x".try_into().unwrap(), Literal::new(value));
    /// assert_eq!([&b"+"[..], b"-", b"on"].map(|value| option(value).as_bool()), [Some(true), Some(false), None]);
    /// # Ok::<(), imsp_proto::Error>(())
    /// ```
    pub fn as_bool(&self) -> Option<bool> {
        match self.value.as_bytes() {
            Some(b"+") => Some(true),
            Some(b"-") => Some(false),
            _ => None,
        }
    }

    /// The strings of `(a "b c")`, of an option that is a list.
    ///
    /// ```
    /// use imsp_proto::{Literal, OptionData};
    /// let hosts = OptionData::new("x.list".try_into()?, Literal::new(*b"(one \"two words\")"));
    /// assert_eq!(hosts.as_list(), Some(vec![b"one".to_vec(), b"two words".to_vec()]));
    /// assert_eq!(OptionData::new("x".try_into()?, Literal::new(*b"one")).as_list(), None);
    /// # Ok::<(), imsp_proto::Error>(())
    /// ```
    pub fn as_list(&self) -> Option<Vec<Vec<u8>>> {
        let frame = Frame::new(self.value.as_bytes()?);
        let mut cursor = Cursor::new(&frame, Leniency::Lenient, 0);
        let mut strings = Vec::new();
        cursor.open().ok()?;
        while !cursor.take_close().ok()? {
            if !strings.is_empty() {
                cursor.space().ok()?;
            }
            cursor.room(strings.len()).ok()?;
            strings.push(cursor.astring().ok()?.value().into_owned());
        }
        cursor.end().ok()?;
        Some(strings)
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = Name::parse(cursor)?;
        cursor.space()?;
        let value = parse_value(cursor)?;
        let mut access = None;
        if crate::values::take_next(cursor)? {
            if cursor.take(b'[') {
                access = Some(Access::parse(cursor)?);
                cursor.expect_octet(b']', "]")?;
            } else {
                // QUIRK: documents print the word without its brackets.
                cursor.forgive(Deviation::Parentheses, "[")?;
                access = Some(Access::parse(cursor)?);
            }
        }
        Ok(Self { name, value, access })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.name.encode(writer)?;
        writer.space();
        encode_value(&self.value, writer)?;
        if let Some(access) = &self.access {
            writer.raw(b" [");
            writer.raw(access.word());
            writer.octet(b']');
        }
        Ok(())
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Access {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let other = Atom::new("NO-ACCESS").map_err(|_| arbitrary::Error::IncorrectFormat)?;
        u.choose(&[Self::ReadOnly, Self::ReadWrite, Self::Other(other)]).cloned()
    }
}
