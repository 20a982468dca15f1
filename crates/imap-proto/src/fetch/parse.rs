//! The items of a FETCH response, read onto the tape.

use alloc::vec::Vec;

use imap_wire::{Cursor, Generation, ParseError, ParseErrorKind, chars};
use mail_wire::{Deviation, Leniency};

use super::kind::*;
use super::tape::{NIL_SPAN, Tape};
use super::{body, envelope};
use crate::core::section::skip_section;
use crate::core::{DateTime, Section};

/// The name up to its end or its section.
#[inline]
fn item_name<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], ParseError> {
    let rest = cursor.rest();
    let is_name = |octet: &u8| *octet != b'[' && chars::is(*octet, chars::LENIENT);
    let len = rest.iter().position(|octet| !is_name(octet)).unwrap_or(rest.len());
    if len == 0 {
        return Err(cursor.error("the name of an item"));
    }
    cursor.skip(len);
    Ok(rest.get(..len).unwrap_or_default())
}

const NAMES: [(&[u8], u32); 13] = [
    (b"UID", UID),
    (b"FLAGS", FLAGS),
    (b"ENVELOPE", ENVELOPE),
    (b"BODY", BODY),
    (b"BODYSTRUCTURE", BODYSTRUCTURE),
    (b"INTERNALDATE", INTERNALDATE),
    (b"RFC822.SIZE", RFC822_SIZE),
    (b"BINARY", BINARY),
    (b"BINARY.SIZE", BINARY_SIZE),
    (b"RFC822", RFC822),
    (b"RFC822.HEADER", RFC822_HEADER),
    (b"RFC822.TEXT", RFC822_TEXT),
    (b"MODSEQ", MODSEQ),
];

fn item_kind(cursor: &mut Cursor<'_>, name: &[u8]) -> Option<u32> {
    let (known, kind) = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    if *known != name {
        cursor.note_spelling();
    }
    Some(*kind)
}

/// The items that nearly all responses are made of, in the spelling of nearly all servers: kind, and octets up to the value.
#[inline(always)]
fn frequent_item(rest: &[u8]) -> Option<(u32, usize)> {
    let (kind, len) = match rest.first()? {
        b'U' if rest.starts_with(b"UID ") => (UID, 4),
        b'F' if rest.starts_with(b"FLAGS ") => (FLAGS, 6),
        b'I' if rest.starts_with(b"INTERNALDATE ") => (INTERNALDATE, 13),
        b'R' if rest.starts_with(b"RFC822.SIZE ") => (RFC822_SIZE, 12),
        b'E' if rest.starts_with(b"ENVELOPE ") => (ENVELOPE, 9),
        b'M' if rest.starts_with(b"MODSEQ ") => (MODSEQ, 7),
        b'B' if rest.starts_with(b"BODYSTRUCTURE ") => (BODYSTRUCTURE, 14),
        _ => return None,
    };
    // A second blank is for those who look closer.
    (rest.get(len) != Some(&b' ')).then_some((kind, len))
}

#[inline(always)]
pub(super) fn parse_item(
    cursor: &mut Cursor<'_>,
    tape: &mut Tape<'_>,
    open: &mut Vec<usize>,
) -> Result<(), ParseError> {
    let start = cursor.at();
    let tail = tape.tail_len();
    let at = tape.begin(0);
    let kind = match frequent_item(cursor.rest()) {
        Some((kind, len)) => {
            cursor.skip(len);
            Some(kind)
        }
        None => {
            let name = item_name(cursor)?;
            let kind = item_kind(cursor, name);
            match kind {
                None | Some(BODY | BINARY | BINARY_SIZE) if cursor.peek() == Some(b'[') => {}
                None => {}
                Some(_) => cursor.space()?,
            }
            kind
        }
    };
    if let Some(kind) = kind {
        match parse_value(cursor, tape, open, kind) {
            Ok(kind) => {
                tape.set(at, kind);
                tape.end(at);
                return Ok(());
            }
            Err(error) => return parse_odd(cursor, tape, open, (start, at, tail), (kind, error)),
        }
    }
    parse_untyped(cursor, tape, (start, at), OTHER)
}

/// A known item whose value is not as it should be: it began at `start` of the frame, at `at` of the tape, with `tail` octets
/// behind that.
#[cold]
#[inline(never)]
fn parse_odd(
    cursor: &mut Cursor<'_>,
    tape: &mut Tape<'_>,
    open: &mut Vec<usize>,
    (start, at, tail): (usize, usize, usize),
    (kind, error): (u32, ParseError),
) -> Result<(), ParseError> {
    tape.truncate_tail(tail);
    // In IMAP3, `BODY` is the name of a field, and a string its value.
    if kind == BODY && cursor.generation() == Generation::Imap3 {
        return parse_untyped(cursor, tape, (start, at), OTHER);
    }
    if cursor.leniency() == Leniency::Strict || error.kind() == ParseErrorKind::Limit {
        return Err(error);
    }
    if parse_again(cursor, tape, open, (start, at), kind)? {
        return Ok(());
    }
    tape.truncate_tail(tail);
    parse_untyped(cursor, tape, (start, at), INVALID)
}

/// A known item whose value is not as it should be: it is tried once more, with less trust in quotes and parentheses.
#[cold]
#[inline(never)]
fn parse_again(
    cursor: &mut Cursor<'_>,
    tape: &mut Tape<'_>,
    open: &mut Vec<usize>,
    (start, at): (usize, usize),
    kind: u32,
) -> Result<bool, ParseError> {
    if !tape.may_try() {
        return Ok(false);
    }
    let mut trial = cursor.clone();
    trial.seek(start);
    tape.truncate(at);
    tape.begin(kind);
    let read = trial.loosely(|cursor| {
        item_name(cursor)?;
        if cursor.peek() != Some(b'[') {
            cursor.space()?;
        }
        let kind = if kind == ENVELOPE && cursor.rest().starts_with(b"((") {
            // QUIRK: Domino wraps the envelope in parentheses of its own.
            cursor.forgive(Deviation::Parentheses, "a string or NIL")?;
            cursor.skip(1);
            envelope::parse(cursor, tape)?;
            cursor.close()?;
            kind
        } else {
            parse_value(cursor, tape, open, kind)?
        };
        if matches!(cursor.peek(), Some(b' ' | b')')) { Ok(kind) } else { Err(cursor.error("SP or )")) }
    });
    match read {
        Ok(kind) => {
            tape.set(at, kind);
            tape.end(at);
            *cursor = trial;
            Ok(true)
        }
        Err(error) if error.kind() == ParseErrorKind::Limit => Err(error),
        Err(_) => {
            tape.tried();
            Ok(false)
        }
    }
}

/// An item that goes on behind its end.
///
/// QUIRK: a quote inside a string without its backslash. That string ends at the first quote with another known item behind
/// it, or with the end of the response.
#[cold]
#[inline(never)]
pub(super) fn parse_longer(
    cursor: &mut Cursor<'_>,
    tape: &mut Tape<'_>,
    (start, at): (usize, usize),
    error: ParseError,
) -> Result<bool, ParseError> {
    if cursor.leniency() == Leniency::Strict
        || !matches!(tape.word(at), SECTION | BINARY | RFC822 | RFC822_HEADER | RFC822_TEXT)
    {
        return Err(error);
    }
    cursor.seek(start);
    item_name(cursor)?;
    if cursor.peek() == Some(b'[') {
        skip_content(cursor)?;
    }
    cursor.space()?;
    let (from, Some(raw)) = (cursor.at(), long_string(cursor.rest())) else { return Err(error) };
    cursor.forgive(Deviation::Quoting, "\\\" in a quoted string")?;
    let mut string = cursor.quoted()?;
    (string.raw, string.escaped) = (raw, true);
    // The value is the last of its item.
    let value = tape.value(Some(&string));
    tape.set_all(tape.len().saturating_sub(value.len()), value);
    cursor.seek(from);
    cursor.skip(raw.len().saturating_add(2));
    cursor.take_separator()
}

/// What stands between the first quote and the one that ends the item.
fn long_string(rest: &[u8]) -> Option<&[u8]> {
    let string = rest.strip_prefix(b"\"")?;
    let mut at = 0_usize;
    loop {
        at = at.saturating_add(memchr::memchr3(b'"', b'\\', b'\n', string.get(at..)?)?);
        let (raw, behind) = string.split_at_checked(at)?;
        at = match behind {
            [b'"', behind @ ..] if ends_item(behind) => return Some(raw),
            [b'"', ..] => at.saturating_add(1),
            [b'\\', ..] => at.saturating_add(2),
            _ => return None,
        };
    }
}

fn ends_item(behind: &[u8]) -> bool {
    let begins_item = |rest: &[u8]| {
        NAMES.iter().any(|(name, _)| {
            let front = rest.get(..name.len());
            front.is_some_and(|front| front.eq_ignore_ascii_case(name))
                && matches!(rest.get(name.len()), Some(b' ' | b'['))
        })
    };
    match behind {
        b")" => true,
        [b' ', rest @ ..] => begins_item(rest),
        _ => false,
    }
}

/// A number of octets or lines, as it should be; leniently a negative one, or one with a fraction or an exponent.
#[inline(always)]
pub(super) fn size(cursor: &mut Cursor<'_>) -> Result<u64, ParseError> {
    let start = cursor.at();
    match cursor.number64() {
        Ok(value) if matches!(cursor.peek(), Some(b' ' | b')')) => Ok(value),
        read => odd_size(cursor, start, read),
    }
}

// QUIRK: mail.ru's `9.3736e+06`, Dovecot's `-1`.
#[cold]
fn odd_size(cursor: &mut Cursor<'_>, start: usize, read: Result<u64, ParseError>) -> Result<u64, ParseError> {
    let end = cursor.at();
    cursor.seek(start);
    let word = cursor.take_while(chars::LENIENT);
    let behind = cursor.at();
    let is_number = |octet: &u8| octet.is_ascii_digit() || matches!(octet, b'-' | b'+' | b'.' | b'e' | b'E');
    let value = match word {
        [] => None,
        word if word.iter().all(is_number) => {
            core::str::from_utf8(word).ok().and_then(|word| word.parse::<f64>().ok())
        }
        _ => None,
    };
    let Some(value) = value else {
        cursor.seek(end);
        return read;
    };
    cursor.seek(start);
    cursor.forgive(Deviation::Number, "a number")?;
    cursor.seek(behind);
    // The cast saturates, so that what is below 0 is 0.
    Ok((value as u64).min(i64::MAX as u64))
}

/// An item that is kept as it stands.
#[inline(never)]
fn parse_untyped(
    cursor: &mut Cursor<'_>,
    tape: &mut Tape<'_>,
    (start, at): (usize, usize),
    kind: u32,
) -> Result<(), ParseError> {
    tape.truncate(at);
    cursor.seek(start);
    item_name(cursor)?;
    if cursor.peek() == Some(b'[') {
        skip_content(cursor)?;
    }
    let [a, b] = tape.raw(start, cursor.since(start));
    cursor.space()?;
    let from = cursor.at();
    let raw = cursor.any_value()?;
    let [c, d] = tape.raw(from, raw);
    if kind == INVALID {
        cursor.forgive(Deviation::Untyped, "a value that can be read")?;
    }
    let at = tape.begin(kind);
    tape.push_all([a, b, c, d]);
    tape.end(at);
    Ok(())
}

/// `[…]<…>` of an item that nobody knows.
fn skip_content(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    skip_section(cursor)?;
    if cursor.take(b'<') {
        cursor.number64()?;
        if cursor.take(b'.') {
            cursor.number64()?;
        }
        cursor.expect_octet(b'>', ">")?;
    }
    Ok(())
}

/// The value of a known item; gives the kind that it turned out to be.
#[inline(always)]
fn parse_value(
    cursor: &mut Cursor<'_>,
    tape: &mut Tape<'_>,
    open: &mut Vec<usize>,
    kind: u32,
) -> Result<u32, ParseError> {
    match kind {
        UID => tape.push(cursor.nz_number()?),
        FLAGS => parse_flags(cursor, tape)?,
        ENVELOPE => envelope::parse(cursor, tape)?,
        BODY | BINARY if cursor.peek() == Some(b'[') => {
            parse_content(cursor, tape, kind)?;
            return Ok(if kind == BODY { SECTION } else { BINARY });
        }
        BINARY_SIZE => {
            let [at, len] = parse_section(cursor, kind)?;
            tape.push_all([at, len]);
            cursor.space()?;
            tape.push_u64(size(cursor)?);
        }
        BODY | BODYSTRUCTURE => body::parse(cursor, tape, open)?,
        INTERNALDATE => {
            let at = cursor.at();
            if cursor.take_nil() {
                cursor.forgive(Deviation::Value, "a date")?;
                tape.push_all(NIL_SPAN);
            } else {
                DateTime::parse(cursor)?;
                tape.push_all([at as u32, cursor.since(at).len() as u32]);
            }
        }
        RFC822_SIZE => tape.push_u64(size(cursor)?),
        RFC822 | RFC822_HEADER | RFC822_TEXT => {
            let value = cursor.nstring()?;
            let value = tape.value(value.as_ref());
            tape.push_all(value);
        }
        MODSEQ => {
            cursor.open()?;
            // QUIRK: Zoho's `(-1)`.
            tape.push_u64(if cursor.peek() == Some(b'-') { size(cursor)? } else { cursor.mod_sequence()? });
            cursor.close()?;
        }
        _ => return Err(cursor.error("a section")),
    }
    Ok(kind)
}

#[inline(always)]
fn parse_flags(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>) -> Result<(), ParseError> {
    cursor.open()?;
    let at = tape.len();
    tape.push(0);
    let mut count = 0_u32;
    let mut follows = !cursor.take_close()?;
    while follows {
        let place = cursor.at();
        cursor.take(b'\\');
        let name = cursor.take_while(chars::ATOM);
        if name.is_empty() || !matches!(cursor.peek(), Some(b' ' | b')')) {
            odd_flag(cursor, place)?;
        }
        tape.push_all([place as u32, cursor.at().wrapping_sub(place) as u32]);
        count = count.wrapping_add(1);
        follows = cursor.take_separator()?;
    }
    tape.set(at, count);
    Ok(())
}

// QUIRK: `\*` of GreenMail, names with brackets of Gmail.
#[cold]
fn odd_flag(cursor: &mut Cursor<'_>, place: usize) -> Result<(), ParseError> {
    cursor.take_while(chars::LENIENT);
    if cursor.since(place).is_empty() {
        return Err(cursor.error("a flag"));
    }
    cursor.forgive(Deviation::Value, "a flag")
}

/// `[…]`: its place.
fn parse_section(cursor: &mut Cursor<'_>, kind: u32) -> Result<[u32; 2], ParseError> {
    let from = cursor.at();
    let section = Section::parse(cursor)?;
    if matches!(kind, BINARY | BINARY_SIZE) && section.section_text().is_some() {
        let end = cursor.at();
        cursor.seek(from);
        cursor.forgive(Deviation::Value, "a section of part numbers only")?;
        cursor.seek(end);
    }
    Ok([from as u32, cursor.since(from).len() as u32])
}

fn parse_content(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>, kind: u32) -> Result<(), ParseError> {
    let [at, len] = parse_section(cursor, kind)?;
    let origin = if cursor.take(b'<') {
        let origin = cursor.number64()?;
        if cursor.take(b'.') {
            // QUIRK: servers that repeat the length of the request (Twisted, Hoodiecrow).
            cursor.forgive(Deviation::Value, "> behind the origin")?;
            cursor.number64()?;
        }
        cursor.expect_octet(b'>', ">")?;
        Some(origin)
    } else {
        None
    };
    cursor.space()?;
    let value = match cursor.peek() {
        Some(b'~') if kind == BINARY => Some(cursor.literal()?),
        Some(b')') => {
            // QUIRK: Yandex sends nothing in place of NIL.
            cursor.forgive(Deviation::Missing, "a string or NIL")?;
            None
        }
        _ => cursor.nstring()?,
    };
    let value = tape.value(value.as_ref());
    let start = origin.unwrap_or(0);
    tape.push_all([at, len, u32::from(origin.is_some()), start as u32, (start >> 32) as u32]);
    tape.push_all(value);
    Ok(())
}
