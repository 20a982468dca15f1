//! What is in a message, as far as header fields tell. No MIME: its body is one text.

use bytes::Bytes;
use mail_proto::imap::{AddressBuf, BodyBuf, EnvelopeBuf, Section, SectionText};
use mail_proto::wire::Error;

use crate::maildrop::Message;

/// The message without its header and the empty line behind it.
pub(super) fn body(message: &Message) -> Bytes {
    message.octets().slice(message.top(0).len()..)
}

/// The octets that a section means; `None` if there is no such part.
pub(super) fn section(message: &Message, section: &Section) -> Option<Bytes> {
    let is_meant = |names: &[mail_proto::wire::text::Text], name: &[u8]| {
        names.iter().any(|wanted| wanted.as_bytes().eq_ignore_ascii_case(name))
    };
    match (section.section_part(), section.section_text()) {
        ([], None) => Some(message.octets().clone()),
        ([], Some(SectionText::Header)) => Some(message.top(0)),
        // A message that is no multipart has one part, its body (RFC 9051 section 6.4.5.1).
        ([], Some(SectionText::Text)) | ([1], None) => Some(body(message)),
        ([], Some(SectionText::HeaderFields(names))) => Some(select(message, |name| is_meant(names, name))),
        ([], Some(SectionText::HeaderFieldsNot(names))) => {
            Some(select(message, |name| !is_meant(names, name)))
        }
        ([1], Some(SectionText::Mime)) => {
            Some(select(message, |name| name.to_ascii_lowercase().starts_with(b"content-")))
        }
        _ => None,
    }
}

/// These fields as they stand, and an empty line.
fn select(message: &Message, is_meant: impl Fn(&[u8]) -> bool) -> Bytes {
    let mut selected = Vec::new();
    for field in fields(&message.top(0)) {
        if is_meant(field.name) {
            selected.extend_from_slice(field.octets);
        }
    }
    selected.extend_from_slice(b"\r\n");
    selected.into()
}

struct Field<'h> {
    name: &'h [u8],
    /// All of it, line ends included.
    octets: &'h [u8],
}

fn fields(header: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let mut end = 0;
        for line in rest.split_inclusive(|octet| *octet == b'\n') {
            if end > 0 && !line.starts_with(b" ") && !line.starts_with(b"\t") {
                break;
            }
            end += line.len();
        }
        let (octets, later) = rest.split_at(end);
        rest = later;
        let name = octets.split(|octet| *octet == b':').next().unwrap_or_default().trim_ascii_end();
        (!octets.trim_ascii().is_empty()).then_some(Field { name, octets })
    })
}

/// The texts of all fields of this name, unfolded.
pub(super) fn texts(message: &Message, name: &[u8]) -> Vec<Vec<u8>> {
    let header = message.top(0);
    let meant = fields(&header).filter(|field| field.name.eq_ignore_ascii_case(name));
    let text = |field: Field<'_>| {
        let at = field.octets.iter().position(|octet| *octet == b':').map_or(field.octets.len(), |at| at + 1);
        let text = field.octets[at..].iter().filter(|octet| !matches!(octet, b'\r' | b'\n'));
        text.copied().collect::<Vec<_>>().trim_ascii().to_vec()
    };
    meant.map(text).collect()
}

type With = fn(EnvelopeBuf, Vec<u8>) -> EnvelopeBuf;

pub(super) fn envelope(message: &Message) -> EnvelopeBuf {
    let text = |name: &str| texts(message, name.as_bytes()).into_iter().next();
    let list = |name: &str| text(name).map(|text| addresses(&text)).unwrap_or_default();
    let or_from = |name: &str| text(name).map_or_else(|| list("From"), |text| addresses(&text));
    let mut envelope = EnvelopeBuf::new()
        .with_from(list("From"))
        .with_sender(or_from("Sender"))
        .with_reply_to(or_from("Reply-To"))
        .with_to(list("To"))
        .with_cc(list("Cc"))
        .with_bcc(list("Bcc"));
    let texts: [(&str, With); 4] = [
        ("Date", EnvelopeBuf::with_date),
        ("Subject", EnvelopeBuf::with_subject),
        ("In-Reply-To", EnvelopeBuf::with_in_reply_to),
        ("Message-ID", EnvelopeBuf::with_message_id),
    ];
    for (name, with) in texts {
        if let Some(text) = text(name) {
            envelope = with(envelope, text);
        }
    }
    envelope
}

/// `Name <mailbox@host>, mailbox@host`: no groups, and comments are part of a name.
fn addresses(text: &[u8]) -> Vec<AddressBuf> {
    let mut is_quoted = false;
    let is_comma = |octet: &u8| {
        is_quoted ^= *octet == b'"';
        *octet == b',' && !is_quoted
    };
    let address = |text: &[u8]| {
        let text = text.trim_ascii();
        let (name, address) = match text.iter().position(|octet| *octet == b'<') {
            Some(at) => {
                (text[..at].trim_ascii(), text[at + 1..].strip_suffix(b">").unwrap_or(&text[at + 1..]))
            }
            None => (&b""[..], text),
        };
        let at = address.iter().rposition(|octet| *octet == b'@').unwrap_or(address.len());
        let (mailbox, host) = (&address[..at], address.get(at + 1..).unwrap_or_default());
        let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
        let made = AddressBuf::new(mailbox, host);
        if name.is_empty() { made } else { made.with_name(name) }
    };
    text.split(is_comma).filter(|text| !text.trim_ascii().is_empty()).map(address).collect()
}

/// One text, whatever the header says.
pub(super) fn structure(message: &Message) -> Result<BodyBuf, Error> {
    let body = body(message);
    let lines = body.iter().filter(|octet| **octet == b'\n').count() as u64;
    let (charset, encoding) = if body.is_ascii() { ("us-ascii", "7BIT") } else { ("unknown-8bit", "8BIT") };
    BodyBuf::text("plain", body.len() as u64, lines)?
        .with_parameter("charset", charset)?
        .with_encoding(encoding)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn message() -> Message {
        let text = "From: \"A, B\" <a@x>, c@y\nSubject: one\n two\nTo : d\nto: e@z\n\nbody\n";
        Message::new(Path::new("m"), text.as_bytes())
    }

    #[test]
    fn fields_are_found_folded_or_not() {
        assert_eq!(texts(&message(), b"subject"), [b"one two"]);
        assert_eq!(texts(&message(), b"To"), [&b"d"[..], b"e@z"]);
        let section = |text: &str| section(&message(), &text.parse().unwrap());
        assert_eq!(section("HEADER.FIELDS (Subject)").unwrap(), "Subject: one\r\n two\r\n\r\n");
        assert_eq!(section("HEADER.FIELDS.NOT (From Subject)").unwrap(), "To : d\r\nto: e@z\r\n\r\n");
        assert_eq!(section("1").unwrap(), "body\r\n");
        assert!(section("2").is_none());
    }

    #[test]
    fn addresses_are_split() {
        let expected = [AddressBuf::new("a", "x").with_name("A, B"), AddressBuf::new("c", "y")];
        assert_eq!(addresses(b"\"A, B\" <a@x>, c@y"), expected);
        assert_eq!(addresses(b" , d"), [AddressBuf::new("d", "")]);
    }
}
