//! What a decoder has to know of Content-Type and Content-Transfer-Encoding, and no more.

use alloc::vec::Vec;

use mail_wire::Leniency;

use crate::transfer::TransferEncoding;

/// What a Content-Type says of the structure of a body (RFC 2045 section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentKind {
    Leaf,
    Multipart,
    /// multipart/digest.
    Digest,
    /// message/rfc822 or message/global.
    Message,
    /// None that can be read: text/plain (RFC 2045 section 5.2).
    Unreadable,
}

/// Reads a Content-Type; the value of its first `boundary` goes to `boundary`, without white space at its end.
pub(crate) fn content_type(value: &[u8], leniency: Leniency, boundary: &mut Vec<u8>) -> ContentKind {
    boundary.clear();
    let mut reader = Reader { rest: value, found: false };
    let kind = reader.token();
    reader.cfws();
    if kind.is_empty() || !reader.take(b'/') {
        return ContentKind::Unreadable;
    }
    let subtype = reader.token();
    reader.cfws();
    let delimited = matches!(reader.rest.first(), None | Some(b';'));
    let next_is_parameter = reader.rest.first().is_some_and(|octet| is_token(*octet));
    if subtype.is_empty() || !delimited && !next_is_parameter {
        return ContentKind::Unreadable;
    }
    if kind.eq_ignore_ascii_case(b"message") {
        let nested = [&b"rfc822"[..], b"global"].iter().any(|known| subtype.eq_ignore_ascii_case(known));
        return if nested { ContentKind::Message } else { ContentKind::Leaf };
    }
    if !kind.eq_ignore_ascii_case(b"multipart") {
        return ContentKind::Leaf;
    }
    if delimited || leniency == Leniency::Lenient {
        while reader.parameter(boundary) {}
    }
    if subtype.eq_ignore_ascii_case(b"digest") { ContentKind::Digest } else { ContentKind::Multipart }
}

/// Whether a Content-Transfer-Encoding leaves the octets as they are (RFC 2045 section 6.2).
pub(crate) fn is_identity(value: &[u8], leniency: Leniency) -> bool {
    TransferEncoding::parse(value, leniency).0.is_identity()
}

struct Reader<'a> {
    rest: &'a [u8],
    /// Whether there was a boundary parameter: the first one counts.
    found: bool,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take(&mut self, octet: u8) -> bool {
        let found = self.rest.first() == Some(&octet);
        if found {
            self.next();
        }
        found
    }

    fn while_some(&mut self, belongs: impl Fn(u8) -> bool) -> &'a [u8] {
        let len = self.rest.iter().position(|octet| !belongs(*octet)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or_default();
        self.rest = rest;
        taken
    }

    /// White space, line ends and comments, in any depth.
    fn cfws(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.rest.first() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => {}
                Some(b'(') => depth = depth.saturating_add(1),
                Some(b')') if depth > 0 => depth = depth.saturating_sub(1),
                Some(b'\\') if depth > 0 => {
                    self.next();
                }
                Some(_) if depth > 0 => {}
                _ => return,
            }
            self.next();
        }
    }

    fn token(&mut self) -> &'a [u8] {
        self.cfws();
        self.while_some(is_token)
    }

    /// The next parameter; false at the end.
    fn parameter(&mut self, boundary: &mut Vec<u8>) -> bool {
        self.cfws();
        while self.take(b';') {
            self.cfws();
        }
        let name = self.while_some(|octet| !matches!(octet, b'=' | b';' | b'(') && !is_space(octet));
        self.cfws();
        if !self.take(b'=') {
            // A name without a value, or something else that is no parameter.
            return !name.is_empty() || self.next().is_some();
        }
        self.cfws();
        let wanted = name.eq_ignore_ascii_case(b"boundary") && !self.found;
        self.found |= wanted;
        if self.take(b'"') {
            while let Some(octet) = self.next() {
                let octet = match octet {
                    b'"' => break,
                    b'\\' => self.next(),
                    b'\r' | b'\n' => None,
                    _ => Some(octet),
                };
                boundary.extend(octet.filter(|_| wanted));
            }
        } else {
            let value = self.while_some(|octet| octet != b';' && !is_space(octet));
            boundary.extend_from_slice(if wanted { value } else { &[] });
        }
        while boundary.last().is_some_and(|octet| is_space(*octet)) {
            boundary.pop();
        }
        true
    }
}

fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n')
}

/// `token` of RFC 2045 section 5.1, and octets above 0x7F.
fn is_token(octet: u8) -> bool {
    !matches!(
        octet,
        0..=b' '
            | 0x7F
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'@'
            | b','
            | b';'
            | b':'
            | b'\\'
            | b'"'
            | b'/'
            | b'['
            | b']'
            | b'?'
            | b'='
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (ContentKind, String) {
        let mut boundary = b"old".to_vec();
        let kind = content_type(value.as_bytes(), Leniency::Lenient, &mut boundary);
        (kind, String::from_utf8(boundary).unwrap())
    }

    use alloc::string::{String, ToString};

    #[test]
    fn types() {
        for (value, kind) in [
            ("text/plain", ContentKind::Leaf),
            (" (c (d)\\) e) MESSAGE (x) / (y)\r\n rfc822 (z)", ContentKind::Message),
            ("message/global; x=y", ContentKind::Message),
            ("message/partial", ContentKind::Leaf),
            ("multipart/digest", ContentKind::Digest),
            ("Multipart/X-any", ContentKind::Multipart),
            ("", ContentKind::Unreadable),
            ("text", ContentKind::Unreadable),
            ("multipart/", ContentKind::Unreadable),
            ("multipart/mixed/foo; boundary=b", ContentKind::Unreadable),
            ("; boundary=b", ContentKind::Unreadable),
            ("multipart", ContentKind::Unreadable),
            ("multipart/mixed \"x\"", ContentKind::Unreadable),
        ] {
            assert_eq!(read(value).0, kind, "{value}");
        }
    }

    #[test]
    fn boundaries() {
        for (value, boundary) in [
            ("; boundary=b", "b"),
            ("; boundary=\"a b \"", "a b"),
            ("; boundary=\"a\\\"b\\\\c\"; x=y", "a\"b\\c"),
            ("; charset = x ; (c) BOUNDARY (d) = (e) b (f)", "b"),
            ("; boundary=/a:b=c?d;x", "/a:b=c?d"),
            ("; boundary=a; boundary=b", "a"),
            ("; x=\"; boundary=no\"; boundary=yes", "yes"),
            ("; x; ; =y; boundary=b", "b"),
            (" boundary=b", "b"),
            ("; boundary=\"unclosed", "unclosed"),
            ("; boundary=\"fol\r\n ded\"", "fol ded"),
            ("; boundary=\"\"; boundary=b", ""),
            ("; boundary", ""),
            ("", ""),
        ] {
            assert_eq!(read(&("multipart/mixed".to_string() + value)).1, boundary, "{value}");
        }
        let mut boundary = Vec::new();
        content_type(b"multipart/mixed boundary=b", Leniency::Strict, &mut boundary);
        assert_eq!(boundary, b"");
    }

    #[test]
    fn encodings() {
        let identity = |value: &str| is_identity(value.as_bytes(), Leniency::Lenient);
        assert!(identity(" 7BIT ") && identity("(c) binary;") && identity("\"8bit\""));
        assert!(!identity("base64") && !identity("x-unknown") && !identity("\"7bit x\""));
        // none is as no field (RFC 2045 section 6.1)
        assert!(identity("") && identity(" (c) ") && identity("\"\"") && !identity(";"));
        assert!(!is_identity(b"\"8bit\"", Leniency::Strict));
    }
}
