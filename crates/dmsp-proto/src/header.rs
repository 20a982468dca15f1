//! From a message's header to the lines of its descriptor: RFC 1056 sections 3.1 and 4.10, RFC 822 section 3.

use alloc::vec::Vec;

use mail_wire::text::Text;

use crate::EightBit;
use crate::lex::LINE_OCTETS;

/// The value of the first field of each of these names; empty where the header has none.
pub(crate) fn find<'h, const N: usize>(header: &'h [u8], names: [&str; N]) -> [&'h [u8]; N] {
    let mut found = [None; N];
    for (name, value) in Fields(header) {
        for (wanted, slot) in names.iter().zip(&mut found) {
            if slot.is_none() && name.eq_ignore_ascii_case(wanted.as_bytes()) {
                *slot = Some(value);
            }
        }
    }
    found.map(Option::unwrap_or_default)
}

/// Name and value of each field, up to the empty line; folded lines are still in the value.
struct Fields<'h>(&'h [u8]);

impl<'h> Iterator for Fields<'h> {
    type Item = (&'h [u8], &'h [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut len = line_len(self.0);
            if matches!(self.0.get(..len)?, [] | [b'\n'] | [b'\r', b'\n']) {
                return None;
            }
            while let Some(rest @ [b' ' | b'\t', ..]) = self.0.get(len..) {
                len = len.saturating_add(line_len(rest));
            }
            let (field, rest) = self.0.split_at_checked(len)?;
            self.0 = rest;
            if let Some(colon) = field.iter().position(|octet| *octet == b':') {
                let (name, value) = field.split_at_checked(colon)?;
                return Some((name.trim_ascii_end(), value.get(1..)?));
            }
        }
    }
}

/// Octets up to the LF, itself included.
fn line_len(octets: &[u8]) -> usize {
    octets.iter().position(|octet| *octet == b'\n').map_or(octets.len(), |at| at.saturating_add(1))
}

/// One line of a descriptor from the value of a header field.
pub(crate) fn line(value: &[u8], eight_bit: EightBit) -> Text {
    let value = value.trim_ascii();
    // Room for CRLF, and for the dot that is doubled.
    let room = LINE_OCTETS.saturating_sub(if value.starts_with(b".") { 3 } else { 2 });
    let mut line = Vec::new();
    for octet in value {
        let octet = match octet {
            b'\r' | b'\n' => continue,
            0 => b'?',
            0x80.. if eight_bit == EightBit::Never => b'?',
            octet => *octet,
        };
        if line.len() >= room {
            cut_at_a_character(&mut line, octet);
            break;
        }
        line.push(octet);
    }
    // CR, LF and NUL are gone.
    Text::new(line.trim_ascii_end()).unwrap_or_default()
}

/// Takes away the front of a character of UTF-8 whose rest, from `next`, found no room.
fn cut_at_a_character(line: &mut Vec<u8>, next: u8) {
    let is_inside = |octet: u8| matches!(octet, 0x80..=0xbf);
    if !is_inside(next) {
        return;
    }
    // At most three octets: what goes on for longer is no UTF-8.
    for _ in 0..3 {
        let last = line.pop();
        if !last.is_some_and(is_inside) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never(value: &str) -> Text {
        line(value.as_bytes(), EightBit::Never)
    }

    #[test]
    fn fields_are_found_whatever_stands_around_them() {
        let header =
            b"Received: x\r\n\tfrom: not this\r\nfrom :a\r\n b\nFROM: second\nno colon\nSubject:\r\nTo: c";
        let found = find(header, ["From", "To", "Date", "Subject"]);
        assert_eq!(found, [&b"a\r\n b\n"[..], b" c", b"", b"\r\n"]);
        for header in [&b""[..], b"\r\nFrom: body", b"\nFrom: body", b":", b"From"] {
            assert_eq!(find(header, ["From"]), [b""]);
        }
    }

    #[test]
    fn a_value_becomes_one_line() {
        for (value, expected) in [
            ("", ""),
            ("  a  ", "a"),
            (" a\r\n\tb\n c\r\n", "a\tb c"),
            ("caf\u{e9}", "caf??"),
            ("a\0b\rc", "a?bc"),
        ] {
            assert_eq!(never(value), expected, "{value:?}");
        }
        assert_eq!(line("caf\u{e9}".as_bytes(), EightBit::Pass), "caf\u{e9}");
    }

    #[test]
    fn a_long_value_is_cut_to_what_a_line_may_hold() {
        for first in ["x", "."] {
            let value = alloc::format!("{first}{}", "y".repeat(600));
            let mut output = bytes::BytesMut::new();
            let text = never(&value);
            mail_wire::dot::put_line(&mut output, |output| output.extend_from_slice(text.as_bytes()));
            assert_eq!(output.len(), LINE_OCTETS);
        }
        for width in ["\u{e9}", "\u{20ac}", "\u{1f600}"] {
            for before in 0..4 {
                let value = alloc::format!("{}{}", "x".repeat(before), width.repeat(600));
                let text = line(value.as_bytes(), EightBit::Pass);
                let text = core::str::from_utf8(text.as_bytes()).unwrap();
                assert!((507..=510).contains(&text.len()), "{}", text.len());
            }
        }
        let no_characters = line(&[0x80; 600], EightBit::Pass);
        assert_eq!(no_characters.as_bytes().len(), 507);
    }
}
