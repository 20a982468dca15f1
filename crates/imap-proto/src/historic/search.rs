//! SEARCH before IMAP4: keys in a row, and no operators (RFC 1176, Formal Syntax).

use alloc::vec::Vec;

use imap_wire::{Cursor, Generation, ParseError, Writer, chars};
use mail_wire::Error;

use super::imap3::parse_criterion;
use super::zone;
use crate::{Dialect, SearchKey, SearchStep};

/// The keys, sorted.
const KEYS: [&str; 24] = [
    "ALL",
    "ANSWERED",
    "BCC",
    "BEFORE",
    "BODY",
    "CC",
    "DELETED",
    "FLAGGED",
    "FROM",
    "KEYWORD",
    "NEW",
    "OLD",
    "ON",
    "RECENT",
    "SEEN",
    "SINCE",
    "SUBJECT",
    "TEXT",
    "TO",
    "UNANSWERED",
    "UNDELETED",
    "UNFLAGGED",
    "UNKEYWORD",
    "UNSEEN",
];

/// Reads to the end of the frame.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<SearchKey, ParseError> {
    let mut keys = Vec::new();
    loop {
        cursor.room(keys.len())?;
        keys.push(parse_key(cursor)?);
        if cursor.rest().trim_ascii_start().is_empty() {
            return SearchKey::all_of(keys).ok_or_else(|| cursor.error("a search key"));
        }
        cursor.space()?;
    }
}

pub(super) fn parse_key(cursor: &mut Cursor<'_>) -> Result<SearchKey, ParseError> {
    if cursor.generation() == Generation::Imap3 {
        return parse_criterion(cursor, is_known);
    }
    let word = cursor.rest();
    let word = word.get(..chars::front(word, chars::ATOM)).unwrap_or_default();
    if is_known(word) { SearchKey::parse_leaf(cursor) } else { Err(cursor.unknown("a search key")) }
}

fn is_known(word: &[u8]) -> bool {
    KEYS.iter().any(|key| key.as_bytes().eq_ignore_ascii_case(word))
}

pub(super) fn encode(key: &SearchKey, dialect: Dialect, writer: &mut Writer<'_>) -> Result<(), Error> {
    let mut steps = key.postfix().peekable();
    let mut is_first = true;
    while let Some(step) = steps.next() {
        if matches!(step, SearchStep::And(_)) && steps.peek().is_none() {
            break;
        }
        if !core::mem::take(&mut is_first) {
            writer.space();
        }
        if dialect == Dialect::Imap3 && steps.next_if_eq(&SearchStep::Not).is_some() {
            writer.octet(b'~');
        }
        encode_step(step, dialect, writer)?;
    }
    Ok(())
}

fn encode_step(step: SearchStep<'_>, dialect: Dialect, writer: &mut Writer<'_>) -> Result<(), Error> {
    let key = |writer: &mut Writer<'_>, key: &str| {
        if !KEYS.contains(&key) {
            return Err(lacks(dialect));
        }
        writer.raw(key.as_bytes());
        Ok(())
    };
    match step {
        SearchStep::Plain(name) => key(writer, name),
        SearchStep::Text(name, octets) => {
            key(writer, name)?;
            writer.space();
            writer.astring(octets)
        }
        SearchStep::Date(name, date) => {
            key(writer, name)?;
            writer.space();
            match dialect {
                Dialect::Imap2 | Dialect::Imap3 => zone::encode_date(date, writer)?,
                _ => date.encode(writer),
            }
            Ok(())
        }
        SearchStep::Flag(name, flag) => {
            key(writer, name)?;
            writer.space();
            flag.encode(writer)
        }
        SearchStep::Header(name, value) if dialect == Dialect::Imap3 => {
            // What looks like a key of IMAP2, or like a negation, is one if it stands bare.
            if is_known(name) || name.starts_with(b"~") {
                writer.string(name)?;
            } else {
                writer.astring(name)?;
            }
            writer.space();
            writer.astring(value)
        }
        _ => Err(lacks(dialect)),
    }
}

fn lacks(dialect: Dialect) -> Error {
    Error::unsupported(0, alloc::format!("search keys that {} has", dialect.as_str()))
}
