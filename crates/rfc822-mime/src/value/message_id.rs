//! Message identifiers (RFC 5322 section 3.6.4) and Content-ID (RFC 2045 section 7).
//!
//! ```abnf
//! msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]
//! ```

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use mail_wire::Error;

use super::Octets;
use super::lexer::{Lexer, has_bare_cr, is_atext, is_space, push_unescaped, write_plain, write_quoted};
use super::phrase::is_dot_atom;
use crate::{DefectKind, Defects, Leniency};

/// `msg-id` and what is used as one. Two are the same if their octets are, quotes that are not needed aside.
///
/// ```
/// use rfc822_mime::{Leniency, value::MessageId};
/// let id = MessageId::parse(b"<\"01KF\"@x.example>", Leniency::Strict).0.expect("an identifier");
/// assert_eq!((id.as_bytes(), id.to_bytes()), (&b"01KF@x.example"[..], b"<01KF@x.example>".to_vec()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MessageId(Octets);

impl MessageId {
    /// From both its sides.
    ///
    /// # Errors
    /// `Syntax` if one is empty, the left side holds CR, LF or NUL, or the right one is no `dot-atom` and no literal
    /// between brackets.
    pub fn new(left: &str, right: &str) -> Result<Self, Error> {
        if left.is_empty() || memchr::memchr3(b'\r', b'\n', 0, left.as_bytes()).is_some() {
            return Err(Error::syntax(0, "the left side of a message identifier"));
        }
        if !is_domain(right.as_bytes()) {
            return Err(Error::syntax(0, "the right side of a message identifier"));
        }
        let mut octets = Vec::new();
        write_left(&mut octets, left.as_bytes());
        octets.push(b'@');
        octets.extend_from_slice(right.as_bytes());
        Ok(Self(Octets::new(octets)))
    }

    /// Reads the first one: of Message-ID, Content-ID, Resent-Message-ID.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Option<Self>, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let id = next(&mut lexer);
        if id.is_some() {
            lexer.cfws();
            if !lexer.is_at_end() {
                lexer.flag(DefectKind::MessageIdSyntax);
            }
        }
        (id, lexer.into_defects())
    }

    /// What stands between `<` and `>`, unfolded, without white space around its parts and without quotes that are not
    /// needed.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The same as text.
    pub fn as_text(&self) -> Cow<'_, str> {
        self.0.text()
    }

    /// With `<` and `>`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(self.0.as_bytes().len().saturating_add(2));
        self.write(&mut octets);
        octets
    }

    fn write(&self, to: &mut Vec<u8>) {
        to.push(b'<');
        write_plain(to, self.0.as_bytes());
        to.push(b'>');
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.as_text())
    }
}

/// Quotes it if it is no `dot-atom`.
fn write_left(to: &mut Vec<u8>, left: &[u8]) {
    if is_dot_atom(left) {
        to.extend_from_slice(left);
    } else {
        write_quoted(to, left);
    }
}

/// `dot-atom / domain-literal`, the latter without what would end an identifier or an address for some readers.
pub(super) fn is_domain(octets: &[u8]) -> bool {
    let literal = octets.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    match literal {
        Some(inner) => inner.iter().all(|octet| {
            !octet.is_ascii_control()
                && !matches!(octet, b' ' | b'[' | b']' | b'\\' | b'<' | b'>' | b'(' | b')' | b'"')
        }),
        None => is_dot_atom(octets),
    }
}

/// The next `msg-id`, whatever stands in front of it.
fn next(lexer: &mut Lexer<'_>) -> Option<MessageId> {
    loop {
        lexer.cfws();
        match lexer.peek()? {
            b'<' => {
                let at = lexer.offset();
                lexer.bump();
                if let Some(id) = inner(lexer, at) {
                    return Some(id);
                }
            }
            // obs-in-reply-to and obs-references: phrases between identifiers
            b'"' => {
                lexer.flag(DefectKind::MessageIdSyntax);
                lexer.quoted();
            }
            octet => {
                if octet != b',' {
                    lexer.flag(DefectKind::MessageIdSyntax);
                }
                let at = lexer.offset();
                let word =
                    lexer.take_while(|octet| !is_space(octet) && !matches!(octet, b'<' | b'(' | b'"' | b','));
                if word.is_empty() {
                    lexer.bump();
                }
                // `a@b`, alone and without brackets
                if !lexer.is_strict() && is_bare(word) {
                    lexer.flag_at(DefectKind::MessageIdSyntax, at);
                    return Some(MessageId(Octets::copy(word)));
                }
            }
        }
    }
}

/// `left@right` with nothing that would be white space, prose or half a bracket.
fn is_bare(word: &[u8]) -> bool {
    let mut sides = word.splitn(2, |octet| *octet == b'@');
    matches!((sides.next(), sides.next()), (Some(left), Some(right)) if is_dot_atom(left) && is_domain(right))
}

/// What stands behind `<`, to its `>`; one that is not closed takes all up to the next `<`.
fn inner(lexer: &mut Lexer<'_>, open: usize) -> Option<MessageId> {
    let mut octets = Vec::new();
    let (mut ats, mut is_odd) = (0_u8, false);
    // NUL or a bare CR: without it, this would be another identifier
    let mut is_other = false;
    let is_closed = loop {
        match lexer.peek() {
            None | Some(b'<') => break false,
            Some(b'>') => {
                lexer.bump();
                break true;
            }
            Some(octet) if is_space(octet) => {
                lexer.bump();
                is_other |= octet == b'\r' && lexer.peek() != Some(b'\n');
            }
            Some(b'(') if !octets.last().is_some_and(|octet| is_atext(*octet)) || lexer.is_strict() => {
                lexer.comment();
            }
            Some(b'"') if octets.is_empty() || octets.last() == Some(&b'.') => {
                let mut left = Vec::new();
                let quoted = lexer.quoted();
                push_unescaped(&mut left, quoted);
                is_other |= left.contains(&0) || has_bare_cr(quoted);
                write_left(&mut octets, &left);
            }
            Some(octet) => {
                ats = ats.saturating_add(u8::from(octet == b'@'));
                is_other |= octet == 0;
                is_odd |= !is_atext(octet) && !matches!(octet, b'@' | b'.' | b'[' | b']' | b':');
                octets.push(octet);
                lexer.bump();
            }
        }
    };
    is_odd |=
        is_other || ats != 1 || !is_closed || octets.first() == Some(&b'@') || octets.last() == Some(&b'@');
    if is_odd {
        lexer.flag_at(DefectKind::MessageIdSyntax, open);
    }
    let is_refused = octets.is_empty() || is_other || (is_odd && lexer.is_strict());
    (!is_refused).then(|| MessageId(Octets::new(octets)))
}

/// `*msg-id`: References and In-Reply-To, in their order.
///
/// ```
/// use rfc822_mime::{Leniency, value::MessageIds};
/// let (ids, _) = MessageIds::parse(b"<a@b.example>junk\r\n <c@d.example>", Leniency::Lenient);
/// assert_eq!(ids.to_bytes(), b"<a@b.example> <c@d.example>");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MessageIds(Vec<MessageId>);

impl MessageIds {
    /// How many are read; the rest is a [`DefectKind::Limit`].
    pub const MAX: usize = 10_000;

    /// Reads all of a field.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let mut ids = Vec::new();
        while let Some(id) = next(&mut lexer) {
            if ids.len() >= Self::MAX {
                lexer.flag(DefectKind::Limit);
                break;
            }
            ids.push(id);
        }
        (Self(ids), lexer.into_defects())
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &MessageId> {
        self.0.iter()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for id in &self.0 {
            if !octets.is_empty() {
                octets.push(b' ');
            }
            id.write(&mut octets);
        }
        octets
    }
}

impl FromIterator<MessageId> for MessageIds {
    fn from_iter<I: IntoIterator<Item = MessageId>>(ids: I) -> Self {
        Self(ids.into_iter().collect())
    }
}
