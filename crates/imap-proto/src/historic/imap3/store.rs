//! STORE of fields, and the commands that features bring: RFC 1203, STORE and the appendix.

use alloc::vec::Vec;

use imap_wire::{Cursor, Literal, ParseError, SequenceSet, Writer};
use mail_wire::{Deviation, Error};

use super::FieldKey;
use crate::core::{MailboxName, whole};
use crate::historic::HistoricCommand;

/// A field of messages gets a new value.
///
/// ```text
/// store_att  = "RFC822.TEXT" SP string / "RFC822.HEADER" SP string / key SP string
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StoreField {
    set: SequenceSet,
    key: FieldKey,
    #[cfg_attr(feature = "serde", serde(serialize_with = "mail_wire::text::serde_octets::serialize"))]
    value: Vec<u8>,
}

impl StoreField {
    /// The field of this name gets this value in these messages.
    ///
    /// # Errors
    /// `Syntax` at a NUL, and for `FLAGS`, `+FLAGS` and `-FLAGS`, which are [`Store`](crate::Store).
    pub fn new(set: impl Into<SequenceSet>, key: FieldKey, value: impl AsRef<[u8]>) -> Result<Self, Error> {
        if let Some(at) = memchr::memchr(0, value.as_ref()) {
            return Err(Error::syntax(at as u64, "no NUL in a string"));
        }
        if is_flags(key.as_bytes()) {
            return Err(Error::syntax(0, "a field that is not FLAGS"));
        }
        Ok(Self { set: set.into(), key, value: value.as_ref().to_vec() })
    }

    /// In which messages.
    pub fn set(&self) -> &SequenceSet {
        &self.set
    }

    /// Which field.
    pub fn key(&self) -> &FieldKey {
        &self.key
    }

    /// Its new value.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// Reads all behind `STORE SP`; `None` where flags are stored.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Option<Self>, ParseError> {
        let set = SequenceSet::parse(cursor)?;
        cursor.space()?;
        let key = FieldKey::parse(cursor)?;
        if is_flags(key.as_bytes()) {
            return Ok(None);
        }
        cursor.space()?;
        let value = cursor.astring()?;
        Ok(Some(Self { set, key, value: whole(cursor, value)?.into_owned() }))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.set.encode(writer);
        writer.space();
        self.key.encode(writer)?;
        writer.space();
        writer.astring(&self.value)
    }
}

fn is_flags(name: &[u8]) -> bool {
    [&b"FLAGS"[..], b"+FLAGS", b"-FLAGS"].iter().any(|flags| flags.eq_ignore_ascii_case(name))
}

/// How RENUMBER compares the values of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum Ordering {
    /// `DATE`.
    Date,
    /// `NUMERIC`.
    Numeric,
    /// `ALPHA`.
    Alpha,
}

impl Ordering {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Date => "DATE",
            Self::Numeric => "NUMERIC",
            Self::Alpha => "ALPHA",
        }
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let all = [Self::Date, Self::Numeric, Self::Alpha];
        let found = all.into_iter().find(|ordering| cursor.take_keyword(ordering.as_str()));
        found.ok_or_else(|| cursor.unknown("DATE, NUMERIC or ALPHA"))
    }
}

/// `RFC822 SP string`: the only format there is.
fn parse_message(cursor: &mut Cursor<'_>) -> Result<Literal, ParseError> {
    if !cursor.take_keyword("RFC822") {
        return Err(cursor.unknown("RFC822"));
    }
    cursor.space()?;
    let string = cursor.string()?;
    Ok(cursor.owned(string))
}

pub(crate) fn encode_message(message: &Literal, writer: &mut Writer<'_>) -> Result<(), Error> {
    writer.raw(b"RFC822 ");
    writer.literal(message)
}

pub(crate) fn parse_send(cursor: &mut Cursor<'_>) -> Result<HistoricCommand, ParseError> {
    cursor.space()?;
    parse_message(cursor).map(HistoricCommand::Send)
}

pub(crate) fn parse_add_message(cursor: &mut Cursor<'_>) -> Result<HistoricCommand, ParseError> {
    cursor.space()?;
    let mailbox = MailboxName::parse(cursor)?;
    cursor.space()?;
    parse_message(cursor).map(|message| HistoricCommand::AddMessage(mailbox, message))
}

/// ```text
/// set_eol    = "SET.EOL" 1*(SP character)
/// character  = "CR" / "LF" / number
/// ```
pub(crate) fn parse_set_eol(cursor: &mut Cursor<'_>) -> Result<HistoricCommand, ParseError> {
    let mut octets = Vec::new();
    while !cursor.is_at_end() {
        cursor.space()?;
        cursor.room(octets.len())?;
        let place = cursor.at();
        octets.push(if cursor.take_keyword("CR") {
            b'\r'
        } else if cursor.take_keyword("LF") {
            b'\n'
        } else {
            let number = cursor.number()?;
            let Ok(octet) = u8::try_from(number) else {
                cursor.seek(place);
                return Err(cursor.error("CR, LF or the number of an octet"));
            };
            if matches!(octet, b'\r' | b'\n') {
                cursor.note_spelling();
            }
            octet
        });
    }
    if octets.is_empty() {
        cursor.forgive(Deviation::Missing, "SP and CR, LF or the number of an octet")?;
    }
    Ok(HistoricCommand::SetEol(octets))
}

pub(crate) fn encode_set_eol(octets: &[u8], writer: &mut Writer<'_>) -> Result<(), Error> {
    if octets.is_empty() {
        return Err(Error::misuse(0, "at least one octet that ends a line"));
    }
    writer.separated(octets, |writer, octet| {
        match octet {
            b'\r' => writer.raw(b"CR"),
            b'\n' => writer.raw(b"LF"),
            octet => writer.number(u64::from(*octet)),
        }
        Ok(())
    })
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for StoreField {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let value: Vec<u8> = u.arbitrary::<Vec<u8>>()?.into_iter().map(|octet| octet.max(1)).collect();
        Ok(Self { set: u.arbitrary()?, key: u.arbitrary()?, value })
    }
}
