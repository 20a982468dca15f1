//! A message in its wire form.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use mail_proto::mime::{self, PartMap};

/// A message as a protocol sends it (CRLF line ends throughout, and one at the end, unless it was stored
/// [verbatim](Self::verbatim)), and the identifier by which a client knows it again. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    unique_id: String,
    octets: Bytes,
    /// Where the parts are.
    map: Arc<PartMap>,
}

impl Message {
    /// The message that is stored like this in a file of this name.
    pub fn new(name: &Path, stored: &[u8]) -> Self {
        Self::of(unique_id(name, stored), wire_form(stored))
    }

    /// The message that a client sent like this: not an octet is changed, even if the last line has no end.
    pub fn verbatim(name: &Path, octets: Vec<u8>) -> Self {
        Self::of(unique_id(name, &octets), octets.into())
    }

    fn of(unique_id: String, octets: Bytes) -> Self {
        let map = Arc::new(mime::Message::parse(&octets).into_map());
        Self { unique_id, octets, map }
    }

    /// The same message under another name: a message of its own.
    pub fn named(&self, name: &Path) -> Self {
        Self { unique_id: unique_id(name, &self.octets), ..self.clone() }
    }

    /// The same name and content always give the same identifier: 16 hexadecimal digits.
    pub fn unique_id(&self) -> &str {
        &self.unique_id
    }

    /// The octets as they are sent, before any stuffing.
    pub fn octets(&self) -> &Bytes {
        &self.octets
    }

    /// With its parts: it was looked through when it came.
    pub fn parts(&self) -> mime::Message<'_> {
        mime::Message::with_map(&self.octets, &*self.map)
    }

    /// How many octets are sent, stuffing not counted.
    pub fn size(&self) -> u64 {
        self.octets.len() as u64
    }

    /// The header, the empty line behind it, and so many lines of the body: always a front part of the whole.
    pub fn top(&self, lines: u32) -> Bytes {
        let mut end = 0;
        let mut left = None;
        for line in self.octets.split_inclusive(|octet| *octet == b'\n') {
            match &mut left {
                None if line == b"\r\n" => left = Some(lines),
                None => {}
                Some(0) => break,
                Some(left) => *left -= 1,
            }
            end += line.len();
        }
        self.octets.slice(..end)
    }
}

/// A bare LF becomes CRLF, and the last line gets its line end if it has none.
fn wire_form(stored: &[u8]) -> Bytes {
    let mut octets = Vec::with_capacity(stored.len() + 2);
    for line in stored.split_inclusive(|octet| *octet == b'\n') {
        octets.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
        if !line.ends_with(b"\r\n") {
            octets.push(b'\r');
        }
        octets.push(b'\n');
    }
    if octets.is_empty() {
        octets.extend_from_slice(b"\r\n");
    }
    octets.into()
}

/// FNV-1a with 64 bits. Nothing depends on it being hard to forge: the name alone tells files apart.
fn unique_id(name: &Path, stored: &[u8]) -> String {
    let name = name.as_os_str().as_encoded_bytes();
    let hash = name.iter().chain(b"\0").chain(stored).fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| {
        (hash ^ u64::from(*octet)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(stored: &str) -> Message {
        Message::new(Path::new("a"), stored.as_bytes())
    }

    #[test]
    fn line_ends_are_made_good() {
        for (stored, sent) in [
            ("a\nb", "a\r\nb\r\n"),
            ("a\r\nb\r\n", "a\r\nb\r\n"),
            ("a\rb\n\n", "a\rb\r\n\r\n"),
            ("a\r", "a\r\r\n"),
            ("", "\r\n"),
        ] {
            assert_eq!(message(stored).octets(), sent, "{stored:?}");
        }
    }

    #[test]
    fn the_top_is_header_and_lines() {
        let whole = message("A: 1\nB: 2\n\none\n\nthree");
        for (lines, top) in [
            (0, "A: 1\r\nB: 2\r\n\r\n"),
            (1, "A: 1\r\nB: 2\r\n\r\none\r\n"),
            (2, "A: 1\r\nB: 2\r\n\r\none\r\n\r\n"),
            (3, "A: 1\r\nB: 2\r\n\r\none\r\n\r\nthree\r\n"),
            (u32::MAX, "A: 1\r\nB: 2\r\n\r\none\r\n\r\nthree\r\n"),
        ] {
            assert_eq!(whole.top(lines), top);
        }
        assert_eq!(message("A: 1").top(5), "A: 1\r\n");
    }

    #[test]
    fn identifiers_tell_names_and_contents_apart() {
        let id = |name: &str, stored: &[u8]| Message::new(Path::new(name), stored).unique_id().to_owned();
        assert_eq!(id("a", b"x"), id("a", b"x"));
        assert_ne!(id("a", b"x"), id("b", b"x"));
        assert_ne!(id("a", b"x"), id("a", b"y"));
    }
}
