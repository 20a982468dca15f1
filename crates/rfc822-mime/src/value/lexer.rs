//! What all structured fields are made of (RFC 5322 section 3.2, with section 4.1): one pass, no recursion.

use alloc::vec::Vec;
use core::ops::Range;

use super::Octets;
use crate::{DefectKind, Defects, Leniency};

/// White space, with the line ends of folding.
pub(super) const fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n')
}

/// `specials` of RFC 5322 that end an atom. `\`, `)` and `]` that stand alone are taken into atoms and flagged.
const fn is_special(octet: u8) -> bool {
    matches!(octet, b'(' | b'<' | b'>' | b'[' | b':' | b';' | b'@' | b',' | b'.' | b'"')
}

/// `atext`, with the octets above 127 of RFC 6532.
pub(super) const fn is_atext(octet: u8) -> bool {
    octet > b' ' && octet != 0x7f && !is_special(octet) && !matches!(octet, b')' | b']' | b'\\')
}

/// The characters of a `token` (RFC 2045 section 5.1), with octets above 127.
pub(super) const fn is_token(octet: u8) -> bool {
    octet > b' '
        && octet != 0x7f
        && !matches!(
            octet,
            b'(' | b')'
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

/// A value, read from left to right.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    raw: &'a [u8],
    at: usize,
    leniency: Leniency,
    defects: Defects,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(raw: &'a [u8], leniency: Leniency) -> Self {
        Self { raw, at: 0, leniency, defects: Defects::new() }
    }

    pub(super) fn is_strict(&self) -> bool {
        self.leniency == Leniency::Strict
    }

    pub(super) fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// The octet to come.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.raw.get(self.at).copied()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.raw.len()
    }

    /// Octets in front of the one to come.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    pub(super) fn seek(&mut self, at: usize) {
        self.at = at;
    }

    #[inline]
    pub(super) fn bump(&mut self) {
        mail_wire::visited(1);
        self.at = self.at.saturating_add(1).min(self.raw.len());
    }

    /// Takes `octet` if it comes next.
    #[inline]
    pub(super) fn eat(&mut self, octet: u8) -> bool {
        let found = self.peek() == Some(octet);
        if found {
            self.bump();
        }
        found
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'a [u8] {
        self.raw.get(range).unwrap_or_default()
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let from = self.at;
        while self.peek().is_some_and(&wanted) {
            self.bump();
        }
        self.slice(from..self.at)
    }

    /// Something is odd at `at`.
    pub(super) fn flag_at(&mut self, kind: DefectKind, at: usize) {
        self.defects.add(kind, at as u64);
    }

    /// Something is odd here.
    pub(super) fn flag(&mut self, kind: DefectKind) {
        self.flag_at(kind, self.at);
    }

    pub(super) fn defects(&mut self) -> &mut Defects {
        &mut self.defects
    }

    pub(super) fn into_defects(self) -> Defects {
        self.defects
    }

    /// `FWS`
    pub(super) fn spaces(&mut self) {
        self.take_while(is_space);
    }

    /// `CFWS`, whose comments say nothing.
    #[inline]
    pub(super) fn cfws(&mut self) {
        loop {
            self.spaces();
            if self.peek() != Some(b'(') {
                return;
            }
            self.comment();
        }
    }

    /// `CFWS`, whose comments are kept.
    pub(super) fn cfws_with(&mut self, comments: &mut Vec<Octets>) {
        loop {
            self.spaces();
            if self.peek() != Some(b'(') {
                return;
            }
            let inner = self.comment();
            comments.push(unescape(inner));
        }
    }

    /// `comment`: what stands between its outermost parentheses, as it stands. One that is not closed takes all.
    ///
    /// Nesting is counted, and an unclosed one ends the value, so that `(((((…` costs no more than its octets.
    pub(super) fn comment(&mut self) -> &'a [u8] {
        let open = self.at;
        self.bump();
        let mut depth = 1_usize;
        while let Some(octet) = self.peek() {
            self.bump();
            match octet {
                b'\\' => self.bump(),
                b'(' => depth = depth.saturating_add(1),
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return self.slice(open.saturating_add(1)..self.at.saturating_sub(1));
                    }
                }
                _ => {}
            }
        }
        self.flag_at(DefectKind::UnclosedComment, open);
        self.slice(open.saturating_add(1)..self.at)
    }

    /// `quoted-string`: what stands between the quotes, as it stands. One that is not closed takes all.
    pub(super) fn quoted(&mut self) -> &'a [u8] {
        self.delimited(b'"', DefectKind::UnclosedQuote)
    }

    /// `domain-literal`: what stands between the brackets, as it stands.
    pub(super) fn literal(&mut self) -> &'a [u8] {
        self.delimited(b']', DefectKind::UnclosedLiteral)
    }

    fn delimited(&mut self, close: u8, unclosed: DefectKind) -> &'a [u8] {
        let open = self.at;
        self.bump();
        let from = self.at;
        while let Some(octet) = self.peek() {
            self.bump();
            if octet == b'\r' {
                self.after_cr();
            } else if octet == b'\\' {
                let escaped = self.peek();
                self.bump();
                if escaped == Some(b'\r') {
                    self.after_cr();
                }
            } else if octet == close {
                return self.slice(from..self.at.saturating_sub(1));
            }
        }
        self.flag_at(unclosed, open);
        self.slice(from..self.at)
    }

    /// Flags the CR in front if it is no part of a line end.
    fn after_cr(&mut self) {
        if self.peek() != Some(b'\n') {
            self.flag_at(DefectKind::BadCharacter, self.at.saturating_sub(1));
        }
    }

    /// `atom`, maybe empty. Octets that no atom may hold but that end nothing either belong to it, and are flagged.
    pub(super) fn atom(&mut self) -> &'a [u8] {
        let from = self.at;
        while let Some(octet) = self.peek() {
            if !is_atext(octet) {
                if is_space(octet) || is_special(octet) {
                    break;
                }
                self.flag(DefectKind::BadCharacter);
            }
            self.bump();
        }
        self.slice(from..self.at)
    }

    /// `token`, maybe empty.
    pub(super) fn token(&mut self) -> &'a [u8] {
        self.take_while(is_token)
    }

    /// Goes on to the next of `stops` outside of quotes and comments, or to the end.
    pub(super) fn skip_to(&mut self, stops: impl Fn(u8) -> bool) {
        while let Some(octet) = self.peek() {
            match octet {
                octet if stops(octet) => return,
                b'(' => drop(self.comment()),
                b'"' => drop(self.quoted()),
                _ => self.bump(),
            }
        }
    }
}

/// What `\` escapes, and no line ends: the content of a quoted string or a comment. A CR that is no part of a line end is a
/// space, since no value holds one and what it parts is not one word.
pub(super) fn unescape(inner: &[u8]) -> Octets {
    let mut octets = Vec::with_capacity(inner.len());
    push_unescaped(&mut octets, inner);
    Octets::new(octets)
}

/// The same, behind what `to` holds.
pub(super) fn push_unescaped(to: &mut Vec<u8>, inner: &[u8]) {
    mail_wire::visited(inner.len());
    let mut octets = inner.iter().copied().peekable();
    while let Some(octet) = octets.next() {
        let octet = match octet {
            b'\\' => octets.next(),
            b'\n' => None,
            octet => Some(octet),
        };
        match octet {
            Some(b'\r') => to.extend((octets.peek() != Some(&b'\n')).then_some(b' ')),
            octet => to.extend(octet),
        }
    }
}

/// Whether a CR is there that is no part of a line end.
pub(super) fn has_bare_cr(octets: &[u8]) -> bool {
    mail_wire::visited(octets.len());
    memchr::memchr_iter(b'\r', octets).any(|at| octets.get(at.saturating_add(1)) != Some(&b'\n'))
}

/// Writes a `quoted-string`.
pub(super) fn write_quoted(to: &mut Vec<u8>, content: &[u8]) {
    write_escaped(to, content, b'"', b'"', |octet| matches!(octet, b'"' | b'\\'));
}

/// Writes a `comment`.
pub(super) fn write_comment(to: &mut Vec<u8>, content: &[u8]) {
    write_escaped(to, content, b'(', b')', |octet| matches!(octet, b'(' | b')' | b'\\'));
}

fn write_escaped(to: &mut Vec<u8>, content: &[u8], open: u8, close: u8, escaped: impl Fn(u8) -> bool) {
    to.push(open);
    for &octet in content.iter().filter(|octet| !is_never_written(**octet)) {
        if escaped(octet) {
            to.push(b'\\');
        }
        to.push(octet);
    }
    to.push(close);
}

/// What no field may hold (RFC 5322 section 2.2), however it came into a value.
pub(super) const fn is_never_written(octet: u8) -> bool {
    matches!(octet, 0 | b'\r' | b'\n')
}

/// Writes octets as they are, but none that would end the field.
pub(super) fn write_plain(to: &mut Vec<u8>, octets: &[u8]) {
    to.extend(octets.iter().copied().filter(|octet| !is_never_written(*octet)));
}

/// Without the white space around it.
pub(super) fn trim(octets: &[u8]) -> &[u8] {
    let from = octets.iter().position(|octet| !is_space(*octet)).unwrap_or(octets.len());
    let to = octets.iter().rposition(|octet| !is_space(*octet)).map_or(from, |at| at.saturating_add(1));
    octets.get(from..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexer(raw: &[u8]) -> Lexer<'_> {
        Lexer::new(raw, Leniency::Lenient)
    }

    #[test]
    fn comments_nest_without_recursion() {
        let mut lexer = lexer(b" (a (b \\) c) d)\r\n (e) x");
        let mut comments = Vec::new();
        lexer.cfws_with(&mut comments);
        assert_eq!(comments, [Octets::copy(b"a (b ) c) d"), Octets::copy(b"e")]);
        assert_eq!((lexer.peek(), lexer.offset()), (Some(b'x'), 22));
    }

    #[test]
    fn what_is_not_closed_takes_all() {
        for (raw, kind) in [
            (&b"(a (b)"[..], DefectKind::UnclosedComment),
            (b"\"a \\\"", DefectKind::UnclosedQuote),
            (b"[a", DefectKind::UnclosedLiteral),
        ] {
            let mut lexer = lexer(raw);
            match raw[0] {
                b'(' => assert_eq!(lexer.comment(), b"a (b)"),
                b'"' => assert_eq!(lexer.quoted(), b"a \\\""),
                _ => assert_eq!(lexer.literal(), b"a"),
            }
            assert!(lexer.is_at_end() && lexer.into_defects().has(kind));
        }
    }

    #[test]
    fn atoms_keep_what_is_odd() {
        let mut lexer = lexer(b"a\\b\0c d");
        assert_eq!(lexer.atom(), b"a\\b\0c");
        assert_eq!(lexer.into_defects().total(), 2);
    }

    #[test]
    fn escapes_both_ways() {
        let mut written = Vec::new();
        write_quoted(&mut written, b"a\"b\\c\0\r\n");
        assert_eq!(written, br#""a\"b\\c""#);
        assert_eq!(unescape(&written[1..written.len() - 1]).as_bytes(), b"a\"b\\c");
        assert_eq!(unescape(b"a\r\n b\\").as_bytes(), b"a b");
        assert_eq!(unescape(b"a\rb\\\rc\\\r\n d\r").as_bytes(), b"a b c d ");
        assert_eq!((trim(b" \r\n a b "), trim(b"  ")), (&b"a b"[..], &b""[..]));
    }
}
