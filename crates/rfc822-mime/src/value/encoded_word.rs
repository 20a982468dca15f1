//! Encoded words (RFC 2047, languages RFC 2231 section 5).
//!
//! ```abnf
//! encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="
//! ```

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::lexer::{is_space, is_token, trim, write_plain};
use super::{Octets, raw_text};
use crate::charset::{self, Charset};
use crate::{DefectKind, Defects, Leniency};

/// The most octets of a charset, its language and an encoding that are looked at.
const HEAD: usize = 100;

/// `encoded-word`, alone.
///
/// ```
/// use rfc822_mime::{Leniency, value::EncodedWord};
/// let word = EncodedWord::parse(b"=?us-ascii*en-US?q?hi_there?=", Leniency::Strict).0.expect("a word");
/// assert_eq!((word.charset(), word.language()), ("us-ascii", Some("en-US")));
/// assert_eq!((word.octets(), word.text().as_deref()), (&b"hi there"[..], Some("hi there")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EncodedWord {
    pub(super) charset: Box<str>,
    pub(super) language: Option<Box<str>>,
    pub(super) octets: Box<[u8]>,
}

impl EncodedWord {
    /// Reads `raw` if it is one encoded word and nothing else.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Option<Self>, Defects) {
        let mut defects = Defects::new();
        let word = match scan(raw, 0, leniency) {
            Ok(word) if word.end == raw.len() => {
                let mut octets = Vec::new();
                word.decode(raw, &mut octets, &mut defects);
                Some(Self {
                    charset: raw_text(word.charset).into(),
                    language: word.language.map(|language| raw_text(language).into()),
                    octets: octets.into(),
                })
            }
            _ => None,
        };
        (word, defects)
    }

    /// The charset, as it was written.
    pub fn charset(&self) -> &str {
        &self.charset
    }

    /// The language tag (RFC 2231 section 5).
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// What it encodes, in its charset.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The same as text, if the charset is known.
    pub fn text(&self) -> Option<String> {
        to_text(self.charset.as_bytes(), &self.octets)
    }

    /// The word in the encoding `B`, however long it gets.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = b"=?".to_vec();
        write_plain(&mut octets, self.charset.as_bytes());
        if let Some(language) = &self.language {
            octets.push(b'*');
            write_plain(&mut octets, language.as_bytes());
        }
        octets.extend_from_slice(if self.octets.is_empty() { b"?q?" } else { b"?b?" });
        octets.extend_from_slice(STANDARD.encode(&self.octets).as_bytes());
        octets.extend_from_slice(b"?=");
        octets
    }
}

/// Octets of a charset as text; what they can't mean becomes U+FFFD. `None` if nobody knows the charset.
pub(super) fn to_text(charset: &[u8], octets: &[u8]) -> Option<String> {
    charset::decode(charset, octets).map(|(text, _)| text.into_owned())
}

/// An encoded word in a value.
struct Word<'a> {
    charset: &'a [u8],
    language: Option<&'a [u8]>,
    is_base64: bool,
    text: Range<usize>,
    end: usize,
    has_question_mark: bool,
    has_odd_head: bool,
}

impl Word<'_> {
    fn decode(&self, raw: &[u8], octets: &mut Vec<u8>, defects: &mut Defects) {
        let text = raw.get(self.text.clone()).unwrap_or_default();
        if text.iter().any(|octet| is_space(*octet)) {
            defects.add(DefectKind::EncodedWordSpace, self.text.start as u64);
        }
        if self.has_question_mark {
            defects.add(DefectKind::EncodedWordQuestionMark, self.text.start as u64);
        }
        if self.has_odd_head {
            defects.add(DefectKind::EncodedWordSyntax, self.text.start as u64);
        }
        let is_clean = if self.is_base64 { decode_base64(text, octets) } else { decode_q(text, octets) };
        if !is_clean {
            defects.add(DefectKind::EncodedWordText, self.text.start as u64);
        }
    }
}

/// The word that begins at `start`; else the place to go on looking. What lies between holds no `=?`.
fn scan(raw: &[u8], start: usize, leniency: Leniency) -> Result<Word<'_>, usize> {
    let is_strict = leniency == Leniency::Strict;
    let resume = start.saturating_add(1);
    let open = start.saturating_add(2);
    if raw.get(start..open) != Some(b"=?") {
        return Err(resume);
    }
    let window = raw.get(open..).unwrap_or_default();
    let window = window.get(..HEAD).unwrap_or(window);
    let mut head = window.splitn(3, |octet| *octet == b'?');
    let (Some(charset), Some(encoding), Some(_)) = (head.next(), head.next(), head.next()) else {
        return Err(resume);
    };
    let from = open.saturating_add(charset.len()).saturating_add(encoding.len()).saturating_add(2);
    let plain = |octets| if is_strict { octets } else { unquoted(octets) };
    let (label, letter) = (plain(charset), plain(encoding));
    let is_base64 = match letter {
        b"B" | b"b" => true,
        b"Q" | b"q" => false,
        _ => return Err(resume),
    };
    let mut parts = label.splitn(2, |octet| *octet == b'*');
    let (name, language) = (parts.next().unwrap_or_default(), parts.next());
    if name.is_empty() || !label.iter().all(|octet| octet.is_ascii() && is_token(*octet)) {
        return Err(resume);
    }

    let mut has_question_mark = false;
    let mut at = from;
    loop {
        let Some(found) = raw.get(at..).and_then(|rest| memchr::memchr(b'?', rest)) else {
            mail_wire::visited(raw.len().saturating_sub(at));
            return Err(raw.len());
        };
        mail_wire::visited(found);
        let mark = at.saturating_add(found);
        at = mark.saturating_add(1);
        if raw.get(at) == Some(&b'=') {
            let text = from..mark;
            let inner = raw.get(text.clone()).unwrap_or_default();
            if is_strict && (inner.is_empty() || !inner.iter().all(u8::is_ascii_graphic)) {
                return Err(resume);
            }
            return Ok(Word {
                charset: name,
                language,
                is_base64,
                text,
                end: at.saturating_add(1),
                has_question_mark,
                has_odd_head: label.len() != charset.len() || letter.len() != encoding.len(),
            });
        }
        // another word begins before this one ends
        let before = mark.saturating_sub(1);
        if before >= from && raw.get(before) == Some(&b'=') {
            return Err(before);
        }
        if is_strict {
            return Err(resume);
        }
        has_question_mark = true;
    }
}

/// Whether an encoded word stands anywhere in it, by the lenient reading.
pub(super) fn has_word(raw: &[u8]) -> bool {
    let mut at = 0_usize;
    while let Some(found) = raw.get(at..).and_then(|rest| memchr::memmem::find(rest, b"=?")) {
        mail_wire::visited(found);
        match scan(raw, at.saturating_add(found), Leniency::Lenient) {
            Ok(_) => return true,
            Err(resume) => at = resume,
        }
    }
    false
}

/// A charset or an encoding without the white space and the quotes that some put around it.
fn unquoted(octets: &[u8]) -> &[u8] {
    let octets = trim(octets);
    octets.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).map_or(octets, trim)
}

/// `Q` (RFC 2047 section 4.2); false if an escape was none and stays as it is.
fn decode_q(text: &[u8], octets: &mut Vec<u8>) -> bool {
    let mut is_clean = true;
    let mut at = 0_usize;
    while let Some(&octet) = text.get(at) {
        at = at.saturating_add(1);
        match octet {
            b'_' => octets.push(b' '),
            b'\r' | b'\n' => {}
            b'=' => {
                let digits = text.get(at..at.saturating_add(2)).unwrap_or_default();
                match hex_octet(digits) {
                    Some(octet) => {
                        octets.push(octet);
                        at = at.saturating_add(2);
                    }
                    None => {
                        octets.push(b'=');
                        is_clean = false;
                    }
                }
            }
            octet => octets.push(octet),
        }
    }
    is_clean
}

/// Two hexadecimal digits.
pub(super) fn hex_octet(digits: &[u8]) -> Option<u8> {
    let &[high, low] = digits else { return None };
    let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// `B` (RFC 2047 section 4.1): what is not of the alphabet is passed over, and `=` ends a group of four wherever it stands.
/// False if there was anything to pass over.
fn decode_base64(text: &[u8], octets: &mut Vec<u8>) -> bool {
    let mut is_clean = true;
    let (mut bits, mut sextets) = (0_u32, 0_u8);
    for &octet in text {
        let value = match octet {
            b'A'..=b'Z' => octet.wrapping_sub(b'A'),
            b'a'..=b'z' => octet.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => octet.wrapping_sub(b'0').wrapping_add(52),
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                is_clean &= flush_base64(bits, sextets, octets);
                (bits, sextets) = (0, 0);
                continue;
            }
            octet => {
                is_clean &= is_space(octet);
                continue;
            }
        };
        bits = bits << 6 | u32::from(value);
        sextets = sextets.wrapping_add(1);
        if sextets == 4 {
            octets.extend_from_slice(bits.to_be_bytes().get(1..).unwrap_or_default());
            (bits, sextets) = (0, 0);
        }
    }
    flush_base64(bits, sextets, octets) && is_clean
}

/// The octets of a group that is not full; a sextet alone is none.
fn flush_base64(bits: u32, sextets: u8, octets: &mut Vec<u8>) -> bool {
    let [_, first, second, _] = (bits << (24_u8.saturating_sub(sextets.saturating_mul(6)))).to_be_bytes();
    match sextets {
        2 => octets.push(first),
        3 => octets.extend_from_slice(&[first, second]),
        _ => {}
    }
    sextets != 1
}

/// Decodes the encoded words of a text. Octets of adjacent words in one charset are joined before they are converted, so
/// that a character may be cut in two (which RFC 2047 section 5 forbids and everybody does).
pub(super) struct TextDecoder<'d> {
    text: String,
    /// The charset of the last words, if nothing but white space came behind them.
    charset: Option<Charset>,
    /// Their octets, not yet converted, and where each word ends.
    octets: Vec<u8>,
    ends: Vec<usize>,
    leniency: Leniency,
    defects: &'d mut Defects,
}

impl<'d> TextDecoder<'d> {
    pub(super) fn new(leniency: Leniency, defects: &'d mut Defects) -> Self {
        Self { text: String::new(), charset: None, octets: Vec::new(), ends: Vec::new(), leniency, defects }
    }

    /// Text in which encoded words may stand; `offset` is where it stands in the value.
    pub(super) fn decode(&mut self, raw: &[u8], offset: usize) {
        let mut literal_from = 0_usize;
        let mut at = 0_usize;
        while let Some(found) = raw.get(at..).and_then(|rest| memchr::memmem::find(rest, b"=?")) {
            mail_wire::visited(found);
            let start = at.saturating_add(found);
            let word = match scan(raw, start, self.leniency) {
                Ok(word) => word,
                Err(resume) => {
                    at = resume;
                    continue;
                }
            };
            at = word.end;
            let place = offset.saturating_add(start) as u64;
            let is_alone = (start == 0
                || raw
                    .get(..start)
                    .is_some_and(|before| before.last().is_some_and(|octet| is_space(*octet))))
                && raw.get(word.end).is_none_or(|octet| is_space(*octet));
            if !is_alone && self.leniency == Leniency::Strict {
                continue;
            }
            let Some(charset) = Charset::for_label(word.charset) else {
                self.defects.add(DefectKind::UnknownCharset, place);
                continue;
            };
            if !is_alone {
                self.defects.add(DefectKind::EncodedWordPlace, place);
            }
            let between = raw.get(literal_from..start).unwrap_or_default();
            // white space between two encoded words is none (RFC 2047 section 6.2)
            if self.charset.is_none() || !between.iter().all(|octet| is_space(*octet)) {
                self.literal(between);
            }
            self.word(raw, &word, charset, offset);
            literal_from = word.end;
        }
        let rest = raw.get(literal_from..).unwrap_or_default();
        if !rest.is_empty() {
            self.literal(rest);
        }
    }

    /// Text that is none but itself.
    pub(super) fn literal(&mut self, raw: &[u8]) {
        self.flush();
        if memchr::memchr2(b'\r', b'\n', raw).is_none() {
            self.text.push_str(&raw_text(raw));
        } else {
            self.text.push_str(&Octets::copy(raw).text());
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.text
    }

    fn word(&mut self, raw: &[u8], word: &Word<'_>, charset: Charset, offset: usize) {
        if self.charset != Some(charset) {
            self.flush();
            self.charset = Some(charset);
        }
        let mut found = Defects::new();
        word.decode(raw, &mut self.octets, &mut found);
        self.ends.push(self.octets.len());
        for defect in found.iter() {
            self.defects.add(defect.kind, (offset as u64).saturating_add(defect.at));
        }
    }

    fn flush(&mut self) {
        if let Some(charset) = self.charset.take() {
            self.text.push_str(&charset.decode_joined(&self.octets, &self.ends));
            self.octets.clear();
            self.ends.clear();
        }
    }
}

/// The text of a value without its encoded words, which show decoded.
pub(super) fn decode_text(raw: &[u8], leniency: Leniency, defects: &mut Defects) -> String {
    let mut decoder = TextDecoder::new(leniency, defects);
    decoder.decode(raw, 0);
    decoder.finish()
}

/// The same for display, when nobody asks what was odd.
pub(super) fn display_text(raw: &[u8]) -> Cow<'_, str> {
    if memchr::memmem::find(raw, b"=?").is_none() {
        return raw_text(raw);
    }
    Cow::Owned(decode_text(raw, Leniency::Lenient, &mut Defects::new()))
}

/// Writes text as encoded words in UTF-8, each of at most 75 octets and of whole characters, with a space between them. The
/// first leaves room for the name of a field, since a line that has words has 76 octets (RFC 2047 section 2).
pub(super) fn encode(to: &mut Vec<u8>, text: &str) {
    /// What `=?utf-8?b?` and `?=` leave of 75 octets.
    const ROOM: usize = 63;
    /// As long as `Content-Description: `.
    const NAME: usize = 21;
    let q_len =
        |text: &str| text.bytes().map(|octet| if is_plain_in_q(octet) { 1_usize } else { 3 }).sum::<usize>();
    let is_q = q_len(text) <= text.len().div_ceil(3).saturating_mul(4);
    let mut rest = text;
    let mut room = ROOM.saturating_sub(NAME);
    loop {
        let mut end = 0_usize;
        let mut length = 0_usize;
        for (at, character) in rest.char_indices() {
            let next = at.saturating_add(character.len_utf8());
            length = if is_q {
                length.saturating_add(q_len(rest.get(at..next).unwrap_or_default()))
            } else {
                next.div_ceil(3).saturating_mul(4)
            };
            if length > room {
                break;
            }
            end = next;
        }
        let (word, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        to.extend_from_slice(if is_q { b"=?utf-8?q?" } else { b"=?utf-8?b?" });
        if is_q {
            encode_q(to, word);
        } else {
            to.extend_from_slice(STANDARD.encode(word).as_bytes());
        }
        to.extend_from_slice(b"?=");
        if behind.is_empty() {
            return;
        }
        to.push(b' ');
        (rest, room) = (behind, ROOM);
    }
}

/// What `Q` may leave as it is even in a phrase (RFC 2047 section 5).
const fn is_plain_in_q(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'!' | b'*' | b'+' | b'-' | b'/' | b' ')
}

fn encode_q(to: &mut Vec<u8>, text: &str) {
    for octet in text.bytes() {
        match octet {
            b' ' => to.push(b'_'),
            octet if is_plain_in_q(octet) => to.push(octet),
            octet => push_hex(to, b'=', octet),
        }
    }
}

/// `=XX` or `%XX`.
pub(super) fn push_hex(to: &mut Vec<u8>, mark: u8, octet: u8) {
    let digit = |value: u8| {
        char::from_digit(u32::from(value & 0x0f), 16)
            .map_or(b'0', |digit| u8::try_from(digit.to_ascii_uppercase()).unwrap_or(b'0'))
    };
    to.extend_from_slice(&[mark, digit(octet >> 4), digit(octet)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_short_and_whole() {
        for text in ["é".repeat(100), "漢字".repeat(60), "a é ".repeat(90), "🦀".repeat(40)] {
            let mut written = Vec::new();
            encode(&mut written, &text);
            for word in written.split(|octet| *octet == b' ') {
                assert!(word.len() <= 75, "{}", word.escape_ascii());
                let (read, defects) = EncodedWord::parse(word, Leniency::Strict);
                assert!(defects.is_empty() && core::str::from_utf8(read.unwrap().octets()).is_ok());
            }
            assert_eq!(decode_text(&written, Leniency::Strict, &mut Defects::new()), text);
        }
    }

    #[test]
    fn base64_goes_on_behind_padding() {
        let mut octets = Vec::new();
        assert!(decode_base64(b"YWI=YWI=YQ", &mut octets));
        assert_eq!(octets, b"ababa");
        assert!(!decode_base64(b"*Y", &mut octets));
    }

    #[test]
    fn an_empty_text_is_an_empty_word() {
        let mut written = Vec::new();
        encode(&mut written, "");
        assert_eq!(written, b"=?utf-8?q??=");
    }
}
