//! Address books: entries, their fields, and what is looked for in them.

use alloc::vec::Vec;

use imap_wire::{Cursor, Literal, ParseError, Writer};
use mail_wire::Error;

use crate::values::{encode_value, parse_value, take_next};
use crate::{Name, Pattern};

/// An entry of an address book: the book, and the name of the entry in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Entry {
    book: Name,
    name: Name,
}

impl Entry {
    /// This entry of this book.
    pub fn new(book: Name, name: Name) -> Self {
        Self { book, name }
    }

    /// The address book.
    pub fn book(&self) -> &Name {
        &self.book
    }

    /// The entry's name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let book = Name::parse(cursor)?;
        cursor.space()?;
        Ok(Self { book, name: Name::parse(cursor)? })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.book.encode(writer)?;
        writer.space();
        self.name.encode(writer)
    }
}

/// A field of an entry, as `email`; in STOREADDRESS, an empty value takes the field away.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Field {
    name: Name,
    #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary::value))]
    value: Literal,
}

impl Field {
    /// This field.
    pub fn new(name: Name, value: Literal) -> Self {
        Self { name, value }
    }

    /// The name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The value.
    pub fn value(&self) -> &Literal {
        &self.value
    }
}

/// An entry and its fields: what STOREADDRESS sends and FETCHADDRESS gives.
///
/// ```text
/// address  = book SP entry *(SP field SP value)     ; all astring; STOREADDRESS has one field at least
/// ```
///
/// ```
/// use imsp_proto::{Address, CommandBody, Entry, Literal};
/// let entry = Entry::new("mrose.friends".try_into()?, "Annette Ostler".try_into()?);
/// let address = Address::new(entry).with("email".try_into()?, Literal::new(*b"annette@example.org"));
/// let command = CommandBody::StoreAddress(address).tag("a1")?;
/// assert_eq!(
///     command.to_bytes()?,
///     b"a1 STOREADDRESS mrose.friends \"Annette Ostler\" email annette@example.org\r\n"
/// );
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Address {
    entry: Entry,
    fields: Vec<Field>,
}

impl Address {
    /// An entry without fields.
    pub fn new(entry: Entry) -> Self {
        Self { entry, fields: Vec::new() }
    }

    /// With one field more.
    #[must_use]
    pub fn with(mut self, name: Name, value: Literal) -> Self {
        self.fields.push(Field::new(name, value));
        self
    }

    /// The book and the name.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The fields, in their order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The value of the first field of this name, in any letter case.
    pub fn field(&self, name: &str) -> Option<&Literal> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)).map(Field::value)
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut address = Self::new(Entry::parse(cursor)?);
        while take_next(cursor)? {
            cursor.room(address.fields.len())?;
            let name = Name::parse(cursor)?;
            cursor.space()?;
            address.fields.push(Field { name, value: parse_value(cursor)? });
        }
        Ok(address)
    }

    /// The same, of STOREADDRESS.
    pub(crate) fn parse_to_store(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let address = Self::parse(cursor)?;
        if address.fields.is_empty() {
            return Err(cursor.error("SP and a field"));
        }
        Ok(address)
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.entry.encode(writer)?;
        for field in &self.fields {
            writer.space();
            field.name.encode(writer)?;
            writer.space();
            encode_value(&field.value, writer)?;
        }
        Ok(())
    }
}

/// What SEARCHADDRESS looks for: a field, `name` for the entry's own name, and a pattern for its value.
///
/// ```text
/// criterion  = astring SP astring        ; a "*" in the pattern must stand between quotes
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Criterion {
    field: Name,
    pattern: Pattern,
}

impl Criterion {
    /// This field, and this pattern.
    pub fn new(field: Name, pattern: Pattern) -> Self {
        Self { field, pattern }
    }

    /// The field.
    pub fn field(&self) -> &Name {
        &self.field
    }

    /// The pattern.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// All that are left.
    pub(crate) fn parse_all(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        let mut criteria = Vec::new();
        while take_next(cursor)? {
            cursor.room(criteria.len())?;
            let field = Name::parse(cursor)?;
            cursor.space()?;
            criteria.push(Self { field, pattern: Pattern::parse_quoted(cursor)? });
        }
        Ok(criteria)
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.field.encode(writer)?;
        writer.space();
        self.pattern.encode_quoted(writer)
    }
}
