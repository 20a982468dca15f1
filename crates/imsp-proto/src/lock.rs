//! What LOCK and UNLOCK name.

use imap_wire::{Cursor, ParseError, Writer};
use mail_wire::Error;

use crate::{Entry, Name};

/// What is locked: while a client holds it, others get `NO [LOCKED]`, by the documents. Cyrus imspd says that to the session
/// that holds the lock, and lets other sessions of the same user lock as well.
///
/// ```text
/// lock  = "OPTION" SP astring / "ADDRESSBOOK" SP astring SP astring
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum Lock {
    /// An option. The answer to LOCK begins with its OPTION, if it is set.
    Option(Name),
    /// An entry of an address book. The answer to LOCK begins with its FETCHADDRESS.
    AddressBook(Entry),
}

impl Lock {
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.take_keyword("OPTION") {
            cursor.space()?;
            return Name::parse(cursor).map(Self::Option);
        }
        if cursor.take_keyword("ADDRESSBOOK") {
            cursor.space()?;
            return Entry::parse(cursor).map(Self::AddressBook);
        }
        cursor.atom()?;
        Err(cursor.unknown("OPTION or ADDRESSBOOK"))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        match self {
            Self::Option(name) => {
                writer.raw(b"OPTION ");
                name.encode(writer)
            }
            Self::AddressBook(entry) => {
                writer.raw(b"ADDRESSBOOK ");
                entry.encode(writer)
            }
        }
    }
}
