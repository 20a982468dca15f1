//! BODY and BODYSTRUCTURE, read onto the tape.

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError};
use mail_wire::Deviation;

use super::{KIND_BASIC, KIND_MESSAGE, KIND_MULTIPART, KIND_TEXT, SINGLE, word};
use crate::fetch::envelope;
use crate::fetch::parse::size;
use crate::fetch::tape::{NIL_SPAN, Tape, halves};

/// Reads `body` onto the tape, without a head of its own. `open` is scratch.
pub(crate) fn parse(
    cursor: &mut Cursor<'_>,
    tape: &mut Tape<'_>,
    open: &mut Vec<usize>,
) -> Result<(), ParseError> {
    open.clear();
    loop {
        // At the parenthesis of a part.
        if open.len() >= cursor.depth() {
            return Err(cursor.limit("less nesting in the structure"));
        }
        cursor.open()?;
        let head = tape.len();
        tape.push_all(EMPTY_HEAD);
        open.push(head);
        if cursor.peek() == Some(b'(') {
            tape.set(head.wrapping_add(word::KIND), KIND_MULTIPART);
            continue;
        }
        let (start, tail) = (cursor.at(), tape.tail_len());
        let leaf = match parse_leaf(cursor, tape, head) {
            Ok(kind) => kind,
            Err(error) => {
                tape.truncate_tail(tail);
                parse_childless(cursor, tape, head, start).ok_or(error)?
            }
        };
        if leaf == KIND_MESSAGE {
            continue;
        }
        cursor.close()?;
        // The part is complete, and with it perhaps the ones around it.
        loop {
            let Some(done) = open.pop() else { return Ok(()) };
            let len = tape.len().wrapping_sub(done) as u32;
            tape.set(done.wrapping_add(word::LEN), len);
            let Some(parent) = open.last().copied() else { return Ok(()) };
            if close_parent(cursor, tape, parent)? {
                continue;
            }
            break;
        }
    }
}

const EMPTY_HEAD: [u32; word::HEAD] = {
    let mut head = [0; word::HEAD];
    let nil = NIL_SPAN[0];
    head[word::TYPE] = nil;
    head[word::SUBTYPE] = nil;
    head[word::ID] = nil;
    head[word::DESCRIPTION] = nil;
    head[word::ENCODING] = nil;
    head[word::MD5] = nil;
    head[word::LOCATION] = nil;
    head
};

/// Behind a child: another child follows (`false`), or the rest of the parent was read (`true`).
fn close_parent(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>, parent: usize) -> Result<bool, ParseError> {
    let children = tape.word(parent.wrapping_add(word::CHILDREN)).wrapping_add(1);
    tape.set(parent.wrapping_add(word::CHILDREN), children);
    if tape.word(parent.wrapping_add(word::KIND)) == KIND_MULTIPART {
        match cursor.rest() {
            [b'(', ..] => return Ok(false),
            [b' ', b'(', ..] => {
                cursor.forgive(Deviation::Space, "no SP between parts")?;
                cursor.skip(1);
                return Ok(false);
            }
            _ => {}
        }
        cursor.space()?;
        let span = tape.string(cursor)?;
        tape.set_all(parent.wrapping_add(word::SUBTYPE), span);
        parse_extension(cursor, tape, parent, KIND_MULTIPART)?;
    } else {
        cursor.space()?;
        parse_lines(cursor, tape, parent)?;
        parse_extension(cursor, tape, parent, KIND_MESSAGE)?;
    }
    cursor.close()?;
    Ok(true)
}

/// A part without parts, up to its closing parenthesis; of a message, up to the structure in it.
#[inline]
fn parse_leaf(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>, head: usize) -> Result<u32, ParseError> {
    let [kind, kind_len] = tape.nstring(cursor)?;
    if [kind, kind_len] == NIL_SPAN {
        cursor.forgive(Deviation::Value, "a media type")?;
    }
    cursor.space()?;
    let [subtype, subtype_len] = tape.nstring(cursor)?;
    if [subtype, subtype_len] == NIL_SPAN {
        cursor.forgive(Deviation::Value, "a media subtype")?;
    }
    cursor.space()?;
    let parameters = parse_parameters(cursor, tape, head)?;
    cursor.space()?;
    let [id, id_len] = tape.nstring(cursor)?;
    cursor.space()?;
    let [text, text_len] = tape.nstring(cursor)?;
    cursor.space()?;
    let [encoding, encoding_len] = tape.nstring(cursor)?;
    if [encoding, encoding_len] == NIL_SPAN {
        cursor.forgive(Deviation::Value, "a transfer encoding")?;
    }
    cursor.space()?;
    let [low, high] = halves(size(cursor)?);
    #[rustfmt::skip]
    let words: [u32; word::LINES - word::TYPE] = [
        kind, kind_len, subtype, subtype_len, parameters, id, id_len, text, text_len, encoding, encoding_len, low, high,
    ];
    tape.set_all(head.wrapping_add(word::TYPE), words);
    let at = |place: u32, len: u32| cursor.slice(place as usize, len as usize);
    let (media_type, subtype) = (at(kind, kind_len), at(subtype, subtype_len));
    let kind = if media_type.eq_ignore_ascii_case(b"text") {
        KIND_TEXT
    } else if media_type.eq_ignore_ascii_case(b"message")
        && (subtype.eq_ignore_ascii_case(b"rfc822") || subtype.eq_ignore_ascii_case(b"global"))
    {
        if cursor.rest().starts_with(b" (") {
            KIND_MESSAGE
        } else {
            // QUIRK: Gmail looks into no message that is in base64.
            cursor.forgive(Deviation::Missing, "SP and the envelope of the message")?;
            KIND_BASIC
        }
    } else {
        KIND_BASIC
    };
    if kind == KIND_MESSAGE {
        tape.set(head.wrapping_add(word::KIND), kind);
        cursor.space()?;
        // The word in front of the envelope says where the structure behind it begins.
        let at = tape.len();
        tape.push(0);
        tape.set(head.wrapping_add(word::ENVELOPE), at.wrapping_add(1).wrapping_sub(head) as u32);
        envelope::parse(cursor, tape)?;
        let len = tape.len().wrapping_sub(at).wrapping_sub(1) as u32;
        tape.set(at, len);
        cursor.space()?;
        return Ok(kind);
    }
    if kind == KIND_TEXT {
        if cursor.peek() == Some(b')') {
            // QUIRK: a text without its lines.
            cursor.forgive(Deviation::Missing, "SP and the lines of the text")?;
            tape.set(head.wrapping_add(word::KIND), KIND_BASIC);
            return Ok(KIND_BASIC);
        }
        cursor.space()?;
        parse_lines(cursor, tape, head)?;
    }
    tape.set(head.wrapping_add(word::KIND), kind);
    parse_extension(cursor, tape, head, kind)?;
    Ok(kind)
}

/// QUIRK: a multipart without parts, as Gmail and others send it, or with NIL in their place, as Dovecot does.
#[cold]
#[inline(never)]
fn parse_childless(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>, head: usize, start: usize) -> Option<u32> {
    tape.truncate(head);
    tape.push_all(EMPTY_HEAD);
    let mut trial = cursor.clone();
    trial.seek(start);
    trial.forgive(Deviation::Missing, "a part").ok()?;
    if trial.take_nil() {
        trial.space().ok()?;
    }
    let span = tape.string(&mut trial).ok()?;
    tape.set_all(head.wrapping_add(word::SUBTYPE), span);
    tape.set(head.wrapping_add(word::KIND), KIND_MULTIPART);
    // Another string there is the subtype of a part with faults, and so is a field too many.
    if trial.rest().starts_with(b" \"") {
        return None;
    }
    parse_extension(&mut trial, tape, head, KIND_MULTIPART).ok()?;
    let fields = tape.word(head.wrapping_add(word::EXTENSION));
    (trial.peek() == Some(b')') && fields <= 4).then(|| {
        *cursor = trial;
        KIND_MULTIPART
    })
}

fn parse_lines(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>, head: usize) -> Result<(), ParseError> {
    tape.set_all(head.wrapping_add(word::LINES), halves(size(cursor)?));
    Ok(())
}

/// `body-ext-1part` and `body-ext-mpart`: each field needs the ones before it.
#[inline]
fn parse_extension(
    cursor: &mut Cursor<'_>,
    tape: &mut Tape<'_>,
    head: usize,
    kind: u32,
) -> Result<(), ParseError> {
    let mut fields = 0_u32;
    // Most parts have the four fields, and nothing in them.
    if cursor.rest().starts_with(b" NIL NIL NIL NIL)") {
        cursor.skip(16);
        fields = 4;
    }
    while cursor.peek() == Some(b' ') && !cursor.rest().starts_with(b" )") {
        cursor.space()?;
        match fields {
            0 if kind == KIND_MULTIPART && cursor.peek() == Some(b'"') => {
                // QUIRK: Exchange puts a description in front of the parameters.
                cursor.forgive(Deviation::Untyped, "a list of parameters or NIL")?;
                cursor.quoted()?;
                continue;
            }
            0 if kind == KIND_MULTIPART => {
                let place = parse_parameters(cursor, tape, head)?;
                tape.set(head.wrapping_add(word::PARAMETERS), place);
            }
            0 => {
                let span = tape.nstring(cursor)?;
                tape.set_all(head.wrapping_add(word::MD5), span);
            }
            1 => {
                let place = parse_disposition(cursor, tape, head)?;
                tape.set(head.wrapping_add(word::DISPOSITION), place);
            }
            2 => {
                let place = parse_languages(cursor, tape, head)?;
                tape.set(head.wrapping_add(word::LANGUAGE), place);
            }
            3 => {
                let span = tape.nstring(cursor)?;
                tape.set_all(head.wrapping_add(word::LOCATION), span);
            }
            _ => {
                if fields == 4 {
                    let at = tape.len();
                    tape.push(0);
                    tape.set(head.wrapping_add(word::EXTRA), at.wrapping_sub(head) as u32);
                }
                let at = cursor.at();
                let raw = cursor.any_value()?;
                let span = tape.raw(at, raw);
                tape.push_all(span);
                let count = head.wrapping_add(tape.word(head.wrapping_add(word::EXTRA)) as usize);
                let value = tape.word(count).wrapping_add(1);
                tape.set(count, value);
            }
        }
        fields = fields.saturating_add(1).min(5);
    }
    tape.set(head.wrapping_add(word::EXTENSION), fields);
    Ok(())
}

/// The place of the list, relative to `base`; 0 for `NIL`.
#[inline]
fn parse_parameters(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>, base: usize) -> Result<u32, ParseError> {
    if cursor.peek() != Some(b'(') {
        return if cursor.take_nil() { Ok(0) } else { Err(cursor.error("a list of parameters or NIL")) };
    }
    cursor.open()?;
    let at = tape.len();
    tape.push(0);
    let mut count = 0_u32;
    let mut follows = !cursor.take_close()?;
    while follows {
        let [a, b] = tape.string(cursor)?;
        if matches!(cursor.rest(), [b')', ..] | [b' ', b')', ..]) {
            // QUIRK: the name of a parameter alone.
            cursor.forgive(Deviation::Missing, "SP and the value of the parameter")?;
            let [nil, none] = NIL_SPAN;
            tape.push_all([a, b, nil, none]);
            count = count.wrapping_add(1);
            follows = cursor.take_separator()?;
            continue;
        }
        cursor.space()?;
        let [c, d] = tape.nstring(cursor)?;
        if [c, d] == NIL_SPAN {
            // QUIRK: mail.ru and others say NIL for an empty value.
            cursor.forgive(Deviation::Value, "a string")?;
        }
        tape.push_all([a, b, c, d]);
        count = count.wrapping_add(1);
        follows = cursor.take_separator()?;
    }
    if count == 0 {
        cursor.forgive(Deviation::Value, "NIL or at least one parameter")?;
        return Ok(0);
    }
    tape.set(at, count);
    Ok(at.wrapping_sub(base) as u32)
}

#[inline]
fn parse_disposition(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>, base: usize) -> Result<u32, ParseError> {
    let at = tape.len();
    if cursor.peek() == Some(b'(') {
        cursor.open()?;
        tape.push_all([0; 3]);
        let span = tape.nstring(cursor)?;
        if span == NIL_SPAN {
            // QUIRK: Exchange says `(NIL NIL)`.
            cursor.forgive(Deviation::Value, "a disposition")?;
        }
        tape.set_all(at, span);
        if cursor.peek() == Some(b')') {
            // QUIRK: a disposition without its parameters.
            cursor.forgive(Deviation::Missing, "SP and the parameters of the disposition")?;
        } else {
            cursor.space()?;
            let place = parse_parameters(cursor, tape, at)?;
            tape.set(at.wrapping_add(2), place);
        }
        cursor.close()?;
        if span == NIL_SPAN && tape.word(at.wrapping_add(2)) == 0 {
            tape.truncate(at);
            return Ok(0);
        }
    } else if cursor.take_nil() {
        return Ok(0);
    } else {
        // QUIRK: Exchange sends the bare string.
        cursor.forgive(Deviation::Parentheses, "a disposition in parentheses or NIL")?;
        let kind = cursor.string()?;
        let [a, b] = tape.span(&kind);
        tape.push_all([a, b, 0]);
    }
    Ok(at.wrapping_sub(base) as u32)
}

#[inline]
fn parse_languages(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>, base: usize) -> Result<u32, ParseError> {
    let at = tape.len();
    if cursor.peek() != Some(b'(') {
        let [a, b] = tape.nstring(cursor)?;
        if [a, b] == NIL_SPAN {
            return Ok(0);
        }
        tape.push_all([1 | SINGLE, a, b]);
        return Ok(at.wrapping_sub(base) as u32);
    }
    cursor.open()?;
    tape.push(0);
    let mut count = 0_u32;
    while !cursor.take_close()? {
        if count > 0 {
            cursor.space()?;
        }
        let Some(language) = cursor.nstring()? else {
            cursor.forgive(Deviation::Value, "a language tag")?;
            continue;
        };
        let [a, b] = tape.span(&language);
        tape.push_all([a, b]);
        count = count.wrapping_add(1);
    }
    if count == 0 {
        cursor.forgive(Deviation::Value, "NIL or at least one language tag")?;
        tape.truncate(at);
        return Ok(0);
    }
    tape.set(at, count);
    Ok(at.wrapping_sub(base) as u32)
}
