//! Received (RFC 5322 section 3.6.7, its clauses RFC 5321 section 4.4).
//!
//! ```abnf
//! received = *received-token ";" date-time
//! ```

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::lexer::{Lexer, is_space, unescape, write_comment, write_plain, write_quoted};
use super::{DateTime, Octets, raw_text};
use crate::{DefectKind, Defects, Leniency};

const NAMES: [&str; 6] = ["from", "by", "via", "with", "id", "for"];

/// What follows one of the words `from`, `by`, `via`, `with`, `id` and `for`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReceivedClause {
    pub(super) name: Octets,
    pub(super) value: Octets,
    pub(super) comments: Vec<Octets>,
}

impl ReceivedClause {
    /// The word, in small letters.
    pub fn name(&self) -> Cow<'_, str> {
        self.name.text()
    }

    /// What it tells, without comments: `mail.example`, `<a@b.example>`, `ESMTPS`.
    pub fn value(&self) -> Cow<'_, str> {
        self.value.text()
    }

    /// The octets of it.
    pub fn value_bytes(&self) -> &[u8] {
        self.value.as_bytes()
    }

    /// The comments behind it, without their escapes; most servers have what they know of their peer there.
    pub fn comments(&self) -> impl ExactSizeIterator<Item = Cow<'_, str>> {
        self.comments.iter().map(Octets::text)
    }
}

/// `Received`: one step on a message's way.
///
/// ```
/// use rfc822_mime::{Leniency, value::Received};
/// let raw = b"from x.example (x [192.0.2.1])\r\n by y.example with ESMTP id 1 for <a@b.example>; 1 Jan 2020 00:00:00 +0000";
/// let (received, defects) = Received::parse(raw, Leniency::Strict);
/// let from = received.clause("from").expect("a clause");
/// assert_eq!((&*from.value(), from.comments().next().as_deref()), ("x.example", Some("x [192.0.2.1]")));
/// assert_eq!(received.clause("for").map(|clause| clause.value()).as_deref(), Some("<a@b.example>"));
/// assert_eq!(received.date().map(|date| date.year()), Some(2020));
/// assert!(defects.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Received {
    pub(super) clauses: Vec<ReceivedClause>,
    pub(super) date: Option<DateTime>,
}

impl Received {
    /// How many clauses are read; the rest is a [`DefectKind::Limit`].
    pub const MAX: usize = 64;

    /// Reads what stands behind the colon of a field. What stands in front of the first clause is left out.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let mut last = None;
        loop {
            lexer.skip_to(|octet| octet == b';');
            if lexer.is_at_end() {
                break;
            }
            last = Some(lexer.offset());
            lexer.bump();
        }
        let (tokens, date) = last.and_then(|at| raw.split_at_checked(at)).unwrap_or((raw, b""));
        // what is not closed is told once, below
        let mut lexer = Lexer::new(tokens, leniency);
        let clauses = clauses(&mut lexer);
        let date = match date.strip_prefix(b";") {
            None => {
                lexer.flag(DefectKind::ReceivedSyntax);
                None
            }
            Some(date) => {
                let start = (tokens.len() as u64).saturating_add(1);
                let (date, defects) = DateTime::parse(date, leniency);
                for defect in defects.iter() {
                    lexer.defects().add(defect.kind, start.saturating_add(defect.at));
                }
                date
            }
        };
        (Self { clauses, date }, lexer.into_defects())
    }

    /// The clauses, in their order.
    pub fn clauses(&self) -> impl ExactSizeIterator<Item = &ReceivedClause> {
        self.clauses.iter()
    }

    /// The first clause of that name.
    pub fn clause(&self, name: &str) -> Option<&ReceivedClause> {
        self.clauses.iter().find(|clause| clause.name.as_bytes().eq_ignore_ascii_case(name.as_bytes()))
    }

    /// When it came.
    pub fn date(&self) -> Option<DateTime> {
        self.date
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for clause in &self.clauses {
            if !octets.is_empty() {
                octets.push(b' ');
            }
            write_plain(&mut octets, clause.name.as_bytes());
            if !clause.value.is_empty() {
                octets.push(b' ');
                write_plain(&mut octets, clause.value.as_bytes());
            }
            for comment in &clause.comments {
                octets.push(b' ');
                write_comment(&mut octets, comment.as_bytes());
            }
        }
        if let Some(date) = &self.date {
            octets.extend_from_slice(b"; ");
            octets.extend_from_slice(&date.to_bytes());
        } else if octets.contains(&b';') {
            // Else the last one in the clauses would be taken for the one in front of the date.
            octets.push(b';');
        }
        octets
    }
}

fn clauses(lexer: &mut Lexer<'_>) -> Vec<ReceivedClause> {
    let mut clauses: Vec<ReceivedClause> = Vec::new();
    let mut value = Vec::new();
    let mut stray = Vec::new();
    loop {
        let end = lexer.offset();
        let comments = clauses.last_mut().map_or(&mut stray, |clause| &mut clause.comments);
        lexer.cfws_with(comments);
        stray.clear();
        let at = lexer.offset();
        let (is_joined, is_quoted) = (at == end, lexer.peek() == Some(b'"'));
        let mut piece = Vec::new();
        if is_quoted {
            write_quoted(&mut piece, unescape(lexer.quoted()).as_bytes());
        } else {
            piece.extend_from_slice(
                lexer.take_while(|octet| !is_space(octet) && !matches!(octet, b'(' | b'"')),
            );
        }
        let name = NAMES.into_iter().find(|name| name.as_bytes().eq_ignore_ascii_case(&piece));
        let is_clause = name.is_some()
            && !is_joined_to_value(is_joined, &value)
            && (clauses.is_empty() || !value.is_empty());
        if is_clause || piece.is_empty() {
            if let Some(clause) = clauses.last_mut() {
                clause.value = Octets::new(core::mem::take(&mut value));
            }
            if piece.is_empty() {
                return clauses;
            }
            if clauses.len() >= Received::MAX {
                lexer.flag(DefectKind::Limit);
                return clauses;
            }
            let name = Octets::copy(name.unwrap_or_default().as_bytes());
            clauses.push(ReceivedClause { name, ..ReceivedClause::default() });
        } else if clauses.is_empty() {
            lexer.flag_at(DefectKind::ReceivedSyntax, at);
        } else {
            if !value.is_empty() && !is_joined {
                value.push(b' ');
            }
            value.extend_from_slice(&piece);
        }
    }
}

/// `"a"by` is no clause.
fn is_joined_to_value(is_joined: bool, value: &[u8]) -> bool {
    is_joined && !value.is_empty()
}

impl core::fmt::Display for Received {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let text: String = raw_text(&self.to_bytes()).into_owned();
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_behind_the_last_semicolon() {
        let raw = b"from x (a; b) by \"y;\"@z id 1; for <a@b>; 1 Jan 2020 00:00:00 +0000";
        let (received, _) = Received::parse(raw, Leniency::Lenient);
        assert_eq!(received.date().map(|date| date.day()), Some(1));
        assert_eq!(
            received.clauses().map(ReceivedClause::name).collect::<Vec<_>>(),
            ["from", "by", "id", "for"]
        );
    }

    #[test]
    fn what_is_no_clause_is_flagged() {
        let (received, defects) = Received::parse(b"(qmail 1 invoked) by x", Leniency::Strict);
        assert_eq!(received.clause("BY").map(ReceivedClause::value_bytes), Some(&b"x"[..]));
        assert!(received.date().is_none() && defects.has(DefectKind::ReceivedSyntax));
    }
}
