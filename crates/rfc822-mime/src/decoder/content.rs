//! What a decoder has to know of Content-Type and Content-Transfer-Encoding, and no more.

use alloc::vec::Vec;

use crate::Leniency;
use crate::value::{ContentType, TransferEncoding, media_type};

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

/// Reads a Content-Type; the value of its `boundary` goes to `boundary`, without white space at its end. Parameters are read
/// only where it is a multipart's.
pub(crate) fn content_type(value: &[u8], leniency: Leniency, boundary: &mut Vec<u8>) -> ContentKind {
    boundary.clear();
    let Some((main, sub)) = media_type(value, leniency) else { return ContentKind::Unreadable };
    if main.eq_ignore_ascii_case(b"message") {
        let nested = [&b"rfc822"[..], b"global"].iter().any(|known| sub.eq_ignore_ascii_case(known));
        return if nested { ContentKind::Message } else { ContentKind::Leaf };
    }
    if !main.eq_ignore_ascii_case(b"multipart") {
        return ContentKind::Leaf;
    }
    let content_type = ContentType::parse(value, leniency).0;
    boundary.extend_from_slice(content_type.boundary().unwrap_or_default().trim_ascii_end());
    if sub.eq_ignore_ascii_case(b"digest") { ContentKind::Digest } else { ContentKind::Multipart }
}

/// Whether a Content-Transfer-Encoding leaves the octets as they are (RFC 2045 section 6.2).
pub(crate) fn is_identity(value: &[u8], leniency: Leniency) -> bool {
    TransferEncoding::parse(value, leniency).0.is_identity()
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
            ("; boundary*=us-ascii'en'a%20b", "a b"),
            ("; boundary*1=b; boundary*0=a; boundary*2*=%63", "abc"),
            ("; boundary=plain; boundary*0=extended", "extended"),
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
