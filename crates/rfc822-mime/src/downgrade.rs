//! Messages whose header is UTF-8, for readers who know ASCII only (RFC 6857).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::build::lines;
use crate::edit::Pieces;
use crate::field::{Fields, without_line_end};
use crate::value::{
    AddressList, ContentDisposition, ContentType, FieldValue, HeaderForm, Keywords, MessageIds, Received,
    ascii_addresses, ascii_comments, comment_octets, raw_text, words,
};
use crate::{Field, Leniency, Message, PartKind, PartRef};

/// The message with all its fields in ASCII, those of its parts and of messages in it too: what a server of mail gives to a
/// client that has not asked for UTF-8. Everything else stays as it is, octet for octet.
///
/// `to_ascii` gives the form of a domain in A-labels (RFC 5891), as a library for IDNA does; `None` if there is none. An
/// address that has no ASCII form becomes the name of an empty group, so nobody can answer to it. A message without octets
/// above 127 in its fields stays as it is; so does a field whose name is odd.
///
/// ```
/// use rfc822_mime::{Message, downgrade};
/// let message = Message::parse("From: Zoë <zoë@a.example>\nSubject: Grüße\nTo: b@bücher.example\n\né".as_bytes());
/// let to_ascii = |domain: &str| (domain == "bücher.example").then(|| "xn--bcher-kva.example".to_string());
/// let ascii = downgrade(&message, to_ascii).to_bytes();
/// assert_eq!(
///     String::from_utf8_lossy(&ascii),
///     "From: =?utf-8?q?Zo=C3=AB?= =?utf-8?b?em/Dq0BhLmV4YW1wbGU=?= :;\n\
///      Subject: =?utf-8?b?R3LDvMOfZQ==?=\nTo: b@xn--bcher-kva.example\n\né"
/// );
/// ```
pub fn downgrade<'m>(message: &Message<'m>, to_ascii: impl Fn(&str) -> Option<String>) -> Pieces<'m> {
    let mut pieces = Pieces::new(message.raw());
    let mut at = 0;
    let mut replace = |field: Field<'m>, is_report: bool| {
        if field.raw().is_ascii() || field.range().start < at {
            return;
        }
        if let Some(new) = field_in_ascii(field, is_report, &to_ascii) {
            pieces.keep(at..field.range().start);
            pieces.put(new);
            at = field.range().end;
        }
    };
    for part in message.parts() {
        part.fields().for_each(|field| replace(field, false));
        if is_report(part) {
            let (body, start) = (part.body(), part.range().start.saturating_add(part.header().len() as u64));
            for (offset, group) in groups(body) {
                let fields = Fields::new(group).starting_at(start.saturating_add(offset));
                fields.for_each(|field| replace(field, true));
            }
        }
    }
    pieces.keep(at..message.raw().len() as u64);
    pieces
}

/// A delivery status notification that is not encoded (RFC 6857 section 4.2).
fn is_report(part: PartRef<'_>) -> bool {
    part.kind() == PartKind::Leaf
        && ["delivery-status", "global-delivery-status"]
            .iter()
            .any(|subtype| part.content_type().is("message", subtype))
        && part.transfer_encoding().is_identity()
}

/// Groups of fields with an empty line behind each, and where they begin.
fn groups(body: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut at = 0_usize;
    core::iter::from_fn(move || {
        let rest = body.get(at..).filter(|rest| !rest.is_empty())?;
        let start = at;
        let mut end = 0_usize;
        for line in rest.split_inclusive(|octet| *octet == b'\n') {
            end = end.saturating_add(line.len());
            if without_line_end(line).is_empty() {
                break;
            }
        }
        at = at.saturating_add(end);
        Some((start as u64, rest.get(..end)?))
    })
}

/// Address fields (RFC 6857 section 3.2.1).
const ADDRESSES: [&str; 14] = [
    "From",
    "Sender",
    "To",
    "Cc",
    "Bcc",
    "Reply-To",
    "Resent-From",
    "Resent-Sender",
    "Resent-To",
    "Resent-Cc",
    "Resent-Bcc",
    "Resent-Reply-To",
    "Return-Path",
    "Disposition-Notification-To",
];
/// Fields with comments that may be UTF-8, and nothing else (section 3.2.2).
const COMMENTED: [&str; 8] = [
    "Date",
    "Resent-Date",
    "MIME-Version",
    "Content-ID",
    "Content-Transfer-Encoding",
    "Content-Language",
    "Accept-Language",
    "Auto-Submitted",
];
/// Identifiers (section 3.2.3).
const IDENTIFIERS: [&str; 4] = ["Message-ID", "Resent-Message-ID", "In-Reply-To", "References"];
/// Addresses of reports (sections 3.1.9 and 3.1.10).
const RECIPIENTS: [&str; 2] = ["Original-Recipient", "Final-Recipient"];

/// The field by another value, with the line end that it has; `None` if its name is odd.
fn field_in_ascii(
    field: Field<'_>,
    is_report: bool,
    to_ascii: &dyn Fn(&str) -> Option<String>,
) -> Option<Vec<u8>> {
    let name = core::str::from_utf8(field.name()).ok()?;
    if name.is_empty() || name.len() > 200 || !name.bytes().all(|octet| octet.is_ascii_graphic()) {
        return None;
    }
    let is_one_of = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    let value = field.unfolded();
    let mut new_name = Cow::Borrowed(name);
    let new = if is_one_of(&ADDRESSES) {
        Some(ascii_addresses(&AddressList::parse(&value, Leniency::Lenient).0, to_ascii).to_bytes())
    } else if is_one_of(&COMMENTED) {
        Some(ascii_comments(&value))
    } else if is_one_of(&IDENTIFIERS) {
        let ids = MessageIds::parse(&value, Leniency::Lenient).0;
        let is_encapsulated = ids.is_empty() || !ids.to_bytes().is_ascii();
        if is_encapsulated {
            new_name = ["Downgraded-", name].concat().into();
        }
        (!is_encapsulated).then(|| ascii_comments(&value))
    } else if name.eq_ignore_ascii_case("Received") {
        Some(received(&value, to_ascii))
    } else if name.eq_ignore_ascii_case("Content-Type") {
        ContentType::parse(&value, Leniency::Lenient).0.octets(HeaderForm::Ascii).ok()
    } else if name.eq_ignore_ascii_case("Content-Disposition") {
        ContentDisposition::parse(&value, Leniency::Lenient).0.octets(HeaderForm::Ascii).ok()
    } else if name.eq_ignore_ascii_case("Keywords") {
        Keywords::parse(&value, Leniency::Lenient).0.octets(HeaderForm::Ascii).ok()
    } else if is_report && is_one_of(&RECIPIENTS) {
        let address = type_address(&value);
        if address.is_none() {
            new_name = ["Downgraded-", name].concat().into();
        }
        address
    } else {
        None
    };
    let folded = new
        .filter(|new| new.is_ascii())
        .and_then(|new| lines(&new_name, &new).ok())
        .or_else(|| lines(&new_name, &words(&text(&value))).ok())?;
    Some(with_end_of(field.raw(), folded))
}

/// The text of a value, encoded words decoded, so that all of it can be encoded anew.
fn text(value: &[u8]) -> String {
    crate::value::Text::parse(value, Leniency::Lenient).0.as_str().into()
}

/// `Received` (RFC 6857 section 3.2.4): without a FOR or an ID clause that can't be ASCII.
fn received(value: &[u8], to_ascii: &dyn Fn(&str) -> Option<String>) -> Vec<u8> {
    let value = ascii_comments(value);
    let received = Received::parse(&value, Leniency::Lenient).0;
    let mut octets = Vec::new();
    for clause in received.clauses() {
        let is_optional = ["for", "id"].iter().any(|name| clause.name().eq_ignore_ascii_case(name));
        let own = Cow::Borrowed(clause.value_bytes());
        let value = if own.is_ascii() {
            own
        } else if is_optional {
            continue;
        } else {
            let domain = to_ascii(&clause.value()).filter(|domain| domain.is_ascii());
            domain.map_or_else(|| words(&clause.value()), String::into_bytes).into()
        };
        let name = clause.name();
        for word in [name.as_bytes(), &value].into_iter().filter(|word| !word.is_empty()) {
            if !octets.is_empty() {
                octets.push(b' ');
            }
            octets.extend_from_slice(word);
        }
        for comment in clause.comments() {
            octets.push(b' ');
            octets.extend_from_slice(&comment_octets(&comment));
        }
    }
    if let Some(date) = received.date() {
        octets.extend_from_slice(b"; ");
        octets.extend_from_slice(&date.to_bytes());
    }
    octets
}

/// `utf-8; address` with `\x{…}` for what is not ASCII (RFC 6533 section 3); `None` for another type of address.
fn type_address(value: &[u8]) -> Option<Vec<u8>> {
    let value = ascii_comments(value);
    let value = raw_text(&value);
    let (kind, address) = value.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let mut octets = b"utf-8;".to_vec();
    for character in address.trim().chars() {
        match character {
            '!'..='~' if !matches!(character, '\\' | '+' | '=') => octets.extend(u8::try_from(character)),
            _ => octets.extend_from_slice(alloc::format!("\\x{{{:02X}}}", u32::from(character)).as_bytes()),
        }
    }
    Some(octets)
}

/// Lines that end as the field does, or did not.
fn with_end_of(raw: &[u8], mut folded: Vec<u8>) -> Vec<u8> {
    let has_lf =
        memchr::memchr(b'\n', raw).is_some_and(|at| raw.get(..at).is_none_or(|line| !line.ends_with(b"\r")));
    if has_lf {
        folded.retain(|octet| *octet != b'\r');
    }
    if !raw.ends_with(b"\n") {
        folded.truncate(without_line_end(&folded).len());
    }
    folded
}
