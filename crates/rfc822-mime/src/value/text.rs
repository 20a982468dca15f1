//! Unstructured text (RFC 5322 section 3.2.5), and base subjects (RFC 5256 section 2.1).

use alloc::boxed::Box;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use super::fold::fits_lines;
use super::lexer::{is_space, write_plain};
use super::{Octets, encoded_word};
use crate::{Defects, Leniency};

/// `unstructured`: Subject, Comments, Content-Description and what has no grammar of its own.
///
/// ```
/// use rfc822_mime::{Leniency, value::Text};
/// let (subject, _) = Text::parse(b"=?utf-8?q?caf=C3=A9?=\r\n at noon", Leniency::Lenient);
/// assert_eq!(subject.as_str(), "café at noon");
/// assert_eq!(subject.as_bytes(), b"=?utf-8?q?caf=C3=A9?= at noon");
/// assert_eq!(Text::new("Grüße aus Köln").to_bytes(), "=?utf-8?b?R3LDvMOfZSBhdXMgS8O2bG4=?=".as_bytes());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Text {
    raw: Octets,
    text: Box<str>,
}

impl Text {
    /// Text that will be written as it is, or as encoded words in UTF-8 if it is not printable ASCII or has words that no
    /// line has room for. White space
    /// in front is dropped, as readers do; CR, LF and NUL become spaces.
    pub fn new(text: &str) -> Self {
        let text: String =
            text.trim_start_matches([' ', '\t', '\r', '\n', '\0']).replace(['\r', '\n', '\0'], " ");
        let mut raw = Vec::new();
        let is_plain = text.bytes().all(|octet| octet.is_ascii_graphic() || octet == b' ');
        if is_plain && !text.contains("=?") && fits_lines(&text) {
            raw.extend_from_slice(text.as_bytes());
        } else {
            encoded_word::encode(&mut raw, &text);
        }
        Self { raw: Octets::new(raw), text: text.into() }
    }

    /// Reads what stands behind the colon of a field.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut defects = Defects::new();
        let from = raw.iter().take_while(|octet| is_space(**octet)).count();
        let body = raw.get(from..).unwrap_or_default();
        let mut decoder = encoded_word::TextDecoder::new(leniency, &mut defects);
        decoder.decode(body, from);
        let text = decoder.finish().into();
        (Self { raw: Octets::copy(body), text }, defects)
    }

    /// The text, its encoded words decoded.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The octets, unfolded and not decoded: what ENVELOPE tells.
    pub fn as_bytes(&self) -> &[u8] {
        self.raw.as_bytes()
    }

    /// Nothing but white space was there.
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(self.raw.as_bytes().len());
        write_plain(&mut octets, self.raw.as_bytes());
        octets
    }

    /// What threads compare (RFC 5256 section 2.1).
    pub fn base_subject(&self) -> BaseSubject {
        BaseSubject::of(&self.text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A subject without what replies and forwards put around it (RFC 5256 section 2.1).
///
/// ```
/// use rfc822_mime::value::BaseSubject;
/// let base = BaseSubject::of("Re[2]: Fwd: [list] x (fwd)");
/// assert_eq!((base.as_str(), base.is_reply()), ("x", true));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BaseSubject {
    base: Box<str>,
    is_reply: bool,
}

impl BaseSubject {
    /// Of a decoded subject. Letter case is kept; compare without it.
    pub fn of(subject: &str) -> Self {
        // (1) runs of white space are one space
        let mut text = String::with_capacity(subject.len());
        for word in subject.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        let mut rest = text.as_str();
        let mut is_reply = false;
        loop {
            // (2) subj-trailer
            loop {
                rest = rest.trim_end_matches(' ');
                match rest.split_at_checked(rest.len().saturating_sub(5)) {
                    Some((before, end)) if end.eq_ignore_ascii_case("(fwd)") => {
                        rest = before;
                        is_reply = true;
                    }
                    _ => break,
                }
            }
            // (3) to (5) subj-leader and subj-blob, as long as there are any
            loop {
                rest = rest.trim_start_matches(' ');
                let (last_blob, behind_blobs) = blobs(rest);
                if let Some(behind) = leader(behind_blobs) {
                    rest = behind;
                    is_reply = true;
                } else {
                    rest = if behind_blobs.is_empty() { last_blob } else { behind_blobs };
                    break;
                }
            }
            // (6) subj-fwd
            match rest.get(..5).filter(|start| start.eq_ignore_ascii_case("[fwd:")) {
                Some(_) if rest.ends_with(']') => {
                    rest = rest.get(5..rest.len().saturating_sub(1)).unwrap_or_default();
                    is_reply = true;
                }
                _ => break,
            }
        }
        Self { base: rest.to_string().into(), is_reply }
    }

    /// The base.
    pub fn as_str(&self) -> &str {
        &self.base
    }

    /// Whether the subject shows a reply or a forward.
    pub fn is_reply(&self) -> bool {
        self.is_reply
    }
}

/// `subj-blob = "[" *BLOBCHAR "]" *WSP`, what is behind it.
fn blob(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(['[', ']'])?;
    Some(inner.get(end..)?.strip_prefix(']')?.trim_start_matches(' '))
}

/// `*subj-blob`: the last one, with what is behind it, and what is behind all. Each is looked at once.
fn blobs(text: &str) -> (&str, &str) {
    let (mut last, mut rest) = (text, text);
    while let Some(behind) = blob(rest) {
        (last, rest) = (rest, behind);
    }
    (last, rest)
}

/// `subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"`, what is behind it.
fn leader(text: &str) -> Option<&str> {
    let word = ["re", "fwd", "fw"]
        .into_iter()
        .find(|word| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))?;
    let rest = text.get(word.len()..)?.trim_start_matches(' ');
    blob(rest).unwrap_or(rest).strip_prefix(':')
}
