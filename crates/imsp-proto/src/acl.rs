//! Access control lists: what they are for, and the rights in them.

use imap_wire::{Cursor, ParseError, Writer};
use mail_wire::Error;
use mail_wire::text::Text;

use crate::Name;
use crate::values::encode_astring;

/// What an access control list belongs to.
///
/// ```text
/// object  = ("ADDRESSBOOK" / "MAILBOX") SP astring
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum Object {
    /// An address book.
    AddressBook(Name),
    /// A mailbox. Only documents tell of it.
    Mailbox(Name),
}

impl Object {
    /// The name of the address book or mailbox.
    pub fn name(&self) -> &Name {
        match self {
            Self::AddressBook(name) | Self::Mailbox(name) => name,
        }
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.take_keyword("ADDRESSBOOK") {
            cursor.space()?;
            return Name::parse(cursor).map(Self::AddressBook);
        }
        if cursor.take_keyword("MAILBOX") {
            cursor.space()?;
            return Name::parse(cursor).map(Self::Mailbox);
        }
        cursor.atom()?;
        Err(cursor.unknown("ADDRESSBOOK or MAILBOX"))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(match self {
            Self::AddressBook(_) => b"ADDRESSBOOK ",
            Self::Mailbox(_) => b"MAILBOX ",
        });
        self.name().encode(writer)
    }
}

/// Rights, a letter for each; the letters that were seen are `lrswipcda`. May be none.
///
/// ```
/// use imsp_proto::Rights;
/// let rights = Rights::new("lr")?;
/// assert!(rights.has('r') && !rights.has('w'));
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Rights(Text);

impl Rights {
    /// These letters. Which of them mean something is the server's matter: Cyrus imspd takes any.
    ///
    /// # Errors
    /// `Syntax` at CR, LF or NUL.
    pub fn new(letters: impl AsRef<[u8]>) -> Result<Self, Error> {
        Text::new(letters).map(Self)
    }

    /// The letters.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether this letter is one of them.
    pub fn has(&self, letter: char) -> bool {
        self.as_bytes().iter().any(|octet| char::from(*octet) == letter)
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = Name::parse(cursor)?;
        Self::new(name).map_err(|_| cursor.error("no line end in rights"))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        encode_astring(self.as_bytes(), writer)
    }
}
