//! Phrases (RFC 5322 section 3.2.5, obsolete ones section 4.1) and keywords (section 3.6.5).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::encoded_word::{TextDecoder, display_text, encode, has_word};
use super::fold::fits_lines;
use super::lexer::{Lexer, is_atext, is_space, push_unescaped, unescape, write_plain, write_quoted};
use super::{Octets, raw_text};
use crate::{DefectKind, Defects, Leniency};

/// `phrase`: the name of a person, a group or a list; a keyword.
///
/// It is kept as it stands, quotes and encoded words included, since they mean something only there.
///
/// ```
/// use rfc822_mime::{Leniency, value::Phrase};
/// let (name, _) = Phrase::parse(b"\"Doe, J.\" =?utf-8?q?Caf=C3=A9?=", Leniency::Lenient);
/// assert_eq!(name.display(), "Doe, J. Café");
/// assert_eq!(name.unquoted(), b"Doe, J. =?utf-8?q?Caf=C3=A9?=");
/// assert_eq!(Phrase::new("Doe, J.").to_bytes(), b"\"Doe, J.\"");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Phrase(Octets);

impl Phrase {
    /// One that reads `text`: as atoms, between quotes, or as encoded words in UTF-8, whichever is the least that does.
    /// CR, LF and NUL become spaces.
    pub fn new(text: &str) -> Self {
        let text = text.replace(['\r', '\n', '\0'], " ");
        let text = text.trim_matches([' ', '\t']);
        let mut raw = Vec::with_capacity(text.len().saturating_add(2));
        let is_atoms = text
            .split(' ')
            .all(|word| !word.is_empty() && word.bytes().all(|octet| octet.is_ascii() && is_atext(octet)));
        let is_plain = text.bytes().all(|octet| octet.is_ascii_graphic() || octet == b' ');
        if text.is_empty() {
        } else if !is_plain || text.contains("=?") || !fits_lines(text) {
            encode(&mut raw, text);
        } else if is_atoms {
            raw.extend_from_slice(text.as_bytes());
        } else {
            write_quoted(&mut raw, text.as_bytes());
        }
        Self(Octets::new(raw))
    }

    /// Reads a phrase that is all of `raw`; octets that belong to none are put between quotes.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let mut builder = PhraseBuilder::default();
        loop {
            builder.space(&mut lexer);
            match lexer.peek() {
                None => break,
                Some(_) => builder.word(&mut lexer, b','),
            }
        }
        let phrase = builder.finish(&mut lexer);
        (phrase, lexer.into_defects())
    }

    /// The octets as they stand, without comments and folding.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Without the quotes, encoded words as they stand: what ENVELOPE tells.
    pub fn unquoted(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(self.0.as_bytes().len());
        self.pieces(|piece, is_quoted| match is_quoted {
            true => push_unescaped(&mut octets, piece),
            false => octets.extend_from_slice(piece),
        });
        octets
    }

    /// The text as RFC 2047 has it: encoded words between quotes are none.
    pub fn text(&self) -> String {
        let mut defects = Defects::new();
        let mut decoder = TextDecoder::new(Leniency::Strict, &mut defects);
        self.pieces(|piece, is_quoted| match is_quoted {
            true => decoder.literal(unescape(piece).as_bytes()),
            false => decoder.decode(piece, 0),
        });
        decoder.finish()
    }

    /// The text for people: encoded words between quotes, which many send, are decoded too.
    pub fn display(&self) -> Cow<'_, str> {
        if memchr::memchr2(b'"', b'=', self.0.as_bytes()).is_none() {
            return raw_text(self.0.as_bytes());
        }
        Cow::Owned(display_text(&self.unquoted()).into_owned())
    }

    /// The same for a header without UTF-8: as encoded words, if it is not ASCII as it stands.
    pub(super) fn to_ascii(&self) -> Self {
        if self.0.as_bytes().is_ascii() { self.clone() } else { Self::new(&self.text()) }
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        self.write(&mut octets);
        octets
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        write_plain(to, self.0.as_bytes());
    }

    /// What stands in quotes, and what does not.
    fn pieces(&self, mut each: impl FnMut(&[u8], bool)) {
        let mut lexer = Lexer::new(self.0.as_bytes(), Leniency::Lenient);
        while let Some(octet) = lexer.peek() {
            if octet == b'"' {
                each(lexer.quoted(), true);
            } else {
                each(lexer.take_while(|octet| octet != b'"'), false);
            }
        }
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display())
    }
}

/// A phrase that is put together from words.
#[derive(Debug, Default)]
pub(super) struct PhraseBuilder {
    raw: Vec<u8>,
    /// Where the first of its defects would be.
    odd: Option<usize>,
    /// The first encoded word between quotes.
    quoted_word: Option<usize>,
    has_space: bool,
}

impl PhraseBuilder {
    /// White space and comments.
    pub(super) fn space(&mut self, lexer: &mut Lexer<'_>) {
        let at = lexer.offset();
        lexer.cfws();
        self.has_space |= lexer.offset() > at;
    }

    /// One word, or one octet that is none; at least one octet is taken. A word that wants quotes goes no further than to
    /// `stop`.
    pub(super) fn word(&mut self, lexer: &mut Lexer<'_>, stop: u8) {
        if core::mem::take(&mut self.has_space) && !self.raw.is_empty() {
            self.raw.push(b' ');
        }
        let at = lexer.offset();
        if lexer.peek() == Some(b'"') {
            let inner = unescape(lexer.quoted());
            if self.quoted_word.is_none() && has_word(inner.as_bytes()) {
                self.quoted_word = Some(at);
            }
            write_quoted(&mut self.raw, inner.as_bytes());
            return;
        }
        let atom = lexer.take_while(is_atext);
        if !atom.is_empty()
            && lexer
                .peek()
                .is_none_or(|octet| is_space(octet) || octet == stop || matches!(octet, b'"' | b'(' | b'.'))
        {
            self.raw.extend_from_slice(atom);
            return;
        }
        self.odd = self.odd.or(Some(at));
        if atom.is_empty() && lexer.eat(b'.') {
            // obs-phrase, and in everybody's name
            self.raw.push(b'.');
            return;
        }
        // what wants quotes gets them, up to the next word
        lexer.take_while(|octet| !is_space(octet) && octet != stop && !matches!(octet, b'"' | b'('));
        if lexer.offset() == at {
            lexer.bump();
        }
        write_quoted(&mut self.raw, lexer.slice(at..lexer.offset()));
    }

    pub(super) fn finish(self, lexer: &mut Lexer<'_>) -> Phrase {
        if let Some(at) = self.odd {
            lexer.flag_at(DefectKind::ObsoletePhrase, at);
        }
        if let Some(at) = self.quoted_word {
            lexer.flag_at(DefectKind::EncodedWordQuoted, at);
        }
        Phrase(Octets::new(self.raw))
    }
}

/// `Keywords`: phrases with commas between them (RFC 5322 section 3.6.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Keywords(Vec<Phrase>);

impl Keywords {
    /// How many are read.
    pub const MAX: usize = 10_000;

    /// Reads `phrase *("," phrase)`; empty ones are none.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let mut all = Vec::new();
        loop {
            let mut builder = PhraseBuilder::default();
            loop {
                builder.space(&mut lexer);
                match lexer.peek() {
                    None | Some(b',') => break,
                    Some(_) => builder.word(&mut lexer, b','),
                }
            }
            let phrase = builder.finish(&mut lexer);
            if !phrase.is_empty() {
                all.push(phrase);
            }
            if !lexer.eat(b',') {
                break;
            }
            if all.len() >= Self::MAX {
                lexer.flag(DefectKind::Limit);
                break;
            }
        }
        (Self(all), lexer.into_defects())
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Phrase> {
        self.0.iter()
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for phrase in &self.0 {
            if !octets.is_empty() {
                octets.extend_from_slice(b", ");
            }
            phrase.write(&mut octets);
        }
        octets
    }
}

impl FromIterator<Phrase> for Keywords {
    fn from_iter<I: IntoIterator<Item = Phrase>>(phrases: I) -> Self {
        Self(phrases.into_iter().filter(|phrase| !phrase.is_empty()).collect())
    }
}

/// Whether these octets may stand as atoms with single dots between them.
pub(super) fn is_dot_atom(octets: &[u8]) -> bool {
    octets.split(|octet| *octet == b'.').all(|atom| !atom.is_empty() && atom.iter().copied().all(is_atext))
}
