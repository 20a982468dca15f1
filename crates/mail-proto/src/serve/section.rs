//! Sections of a message: RFC 9051 section 6.4.5, and `BINARY` in RFC 3516.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use crate::imap::{Section, SectionText};
use crate::mime::{Message, PartRef};

use super::Octets;

/// `BODY[section]`: the octets that a section names. `None`, which FETCH tells as `NIL`: there is no such part, or it is no
/// message and has no `HEADER` or `TEXT` of its own.
///
/// A section is a look-up in the message's map, and its octets are those in store. Only for fields is a header looked through.
///
/// ```
/// use mail_proto::mime::Message;
/// use mail_proto::serve;
/// let message = Message::parse(b"Subject: a\r\nTo: b@c.example\r\n\r\nbody");
/// let section = |name: &str| serve::section(&message, &name.parse().unwrap()).map(|octets| octets.to_vec());
/// assert_eq!(section("1").as_deref(), Some(&b"body"[..]));
/// assert_eq!(section("HEADER.FIELDS (to)").as_deref(), Some(&b"To: b@c.example\r\n\r\n"[..]));
/// assert_eq!(section("2"), None);
/// ```
pub fn section<'a>(message: &Message<'a>, section: &Section) -> Option<Octets<'a>> {
    let (number, text) = (number(section.section_part()), section.section_text());
    let Some(text) = text else {
        let part = message.part(&number)?;
        // The empty number is the message with its header; any other is a body.
        return Some(if number.is_empty() { whole(part) } else { body(part) });
    };
    if *text == SectionText::Mime {
        return if number.is_empty() { None } else { message.part(&number).map(header) };
    }
    let part = message_at(message, &number)?;
    match text {
        SectionText::Header => Some(header(part)),
        SectionText::Text => Some(body(part)),
        SectionText::HeaderFields(names) => Some(fields(part, &lower(names), true)),
        SectionText::HeaderFieldsNot(names) => Some(fields(part, &lower(names), false)),
        _ => None,
    }
}

/// The whole message, as `BODY[]` and `RFC822`.
pub fn all<'a>(message: &Message<'a>) -> Octets<'a> {
    whole(message.root())
}

/// `RFC822.SIZE`: the octets of the message with CRLF line ends.
pub fn rfc822_size(message: &Message<'_>) -> u64 {
    message.root().size().crlf_octets()
}

/// The header, the empty line, and so many lines of the body, as TOP of POP3 sends them (RFC 1939 section 7).
///
/// ```
/// use mail_proto::mime::Message;
/// use mail_proto::serve;
/// let message = Message::parse(b"Subject: a\n\none\ntwo\n");
/// assert_eq!(serve::top(&message, 1).to_vec(), b"Subject: a\r\n\r\none\r\n");
/// ```
pub fn top<'a>(message: &Message<'a>, lines: u64) -> Octets<'a> {
    let root = message.root();
    let (mut left, mut len) = (lines, root.header().len());
    while let Some(rest) = root.raw().get(len..).filter(|rest| left > 0 && !rest.is_empty()) {
        let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
        len = len.saturating_add(line);
        left = left.saturating_sub(1);
    }
    Octets::counted(root.raw().get(..len).into_iter().collect())
}

/// `1.2`, as a map finds parts.
pub(super) fn number(numbers: &[u32]) -> String {
    let mut text = String::new();
    for number in numbers {
        let dot = if text.is_empty() { "" } else { "." };
        let _ = write!(text, "{dot}{number}");
    }
    text
}

/// The message that a number names: the whole one, or the one in a part that holds one.
fn message_at<'a>(message: &Message<'a>, number: &str) -> Option<PartRef<'a>> {
    if number.is_empty() {
        return Some(message.root());
    }
    let map = message.map();
    let index = map.find(number)?;
    let part = map.children(index).next().and_then(|child| message.part_at(child))?;
    part.is_message().then_some(part)
}

pub(super) fn whole(part: PartRef<'_>) -> Octets<'_> {
    Octets::known(part.raw(), part.size().crlf_octets(), part.header_has_nul() || part.body_has_nul())
}

pub(super) fn header(part: PartRef<'_>) -> Octets<'_> {
    Octets::known(part.header(), part.header_size().crlf_octets(), part.header_has_nul())
}

pub(super) fn body(part: PartRef<'_>) -> Octets<'_> {
    Octets::known(part.body(), part.body_size().crlf_octets(), part.body_has_nul())
}

fn lower(names: &[mail_wire::text::Text]) -> BTreeSet<Vec<u8>> {
    names.iter().map(|name| name.as_bytes().to_ascii_lowercase()).collect()
}

/// The fields whose names are listed, or all but those; in their order, as they stand, and the empty line behind the header.
fn fields<'a>(part: PartRef<'a>, names: &BTreeSet<Vec<u8>>, are_listed: bool) -> Octets<'a> {
    let (header, start) = (part.header(), part.range().start);
    let empty_line = empty_line(header);
    let all = header.get(..header.len().saturating_sub(empty_line)).unwrap_or_default();
    let mut slices: Vec<&'a [u8]> = Vec::new();
    let place = |offset: u64| usize::try_from(offset.saturating_sub(start)).unwrap_or(usize::MAX);
    // What is behind the last field that is listed.
    let mut rest = 0;
    for field in part.fields().filter(|field| names.contains(&field.name().to_ascii_lowercase())) {
        let range = field.range();
        let (from, to) = (place(range.start), place(range.end));
        slices.extend(if are_listed { all.get(from..to) } else { all.get(rest..from) });
        rest = to;
    }
    if !are_listed {
        slices.extend(all.get(rest..));
    }
    // It is left out where the message has neither an empty line nor a body (RFC 9051 section 6.4.5.1).
    if empty_line > 0 || !part.body().is_empty() {
        if slices.iter().rfind(|slice| !slice.is_empty()).is_some_and(|last| !last.ends_with(b"\n")) {
            slices.push(b"\r\n");
        }
        slices.push(b"\r\n");
    }
    Octets::counted(slices)
}

/// How many octets the empty line at the end of a header has; 0 if there is none.
fn empty_line(header: &[u8]) -> usize {
    let Some(before) = header.strip_suffix(b"\n") else { return 0 };
    let before = before.strip_suffix(b"\r").unwrap_or(before);
    let is_empty = before.is_empty() || before.ends_with(b"\n");
    if is_empty { header.len().saturating_sub(before.len()) } else { 0 }
}
