//! What a literal belongs to, known before its octets come.

use imap_wire::frame::{Frame, quoted_len};
use imap_wire::{Condition, Cursor, LiteralHeader, LiteralMode, Tag};
use mail_wire::Leniency;

use crate::{Name, StatusResponse};

/// A literal begins: how large it is, and what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiteralStart {
    pub(crate) header: LiteralHeader,
    pub(crate) delivery: Delivery,
    pub(crate) tag: Option<Tag>,
    pub(crate) word: Option<Name>,
    pub(crate) name: Option<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Streamed,
    Joined,
}

impl LiteralStart {
    /// How many octets it has.
    pub fn octets(&self) -> u64 {
        self.header.octets()
    }

    /// Whether the sender waits for `+`.
    pub fn mode(&self) -> LiteralMode {
        self.header.mode()
    }

    /// Whether its octets come as `Data`; else they join the message that follows.
    pub fn streamed(&self) -> bool {
        self.delivery == Delivery::Streamed
    }

    /// The tag of the command that it belongs to.
    pub fn tag(&self) -> Option<&Tag> {
        self.tag.as_ref()
    }

    /// The name of the command or response that it belongs to, as the other side wrote it.
    pub fn word(&self) -> Option<&Name> {
        self.word.as_ref()
    }

    /// Of a value that is streamed: the option or field that it is the value of.
    pub fn name(&self) -> Option<&Name> {
        self.name.as_ref()
    }

    /// The refusal of one that is larger than it may be.
    pub fn too_big(&self) -> StatusResponse {
        let text = "the literal is too large";
        let status = match self.tag() {
            Some(tag) => StatusResponse::tagged(tag, Condition::No, text),
            None => StatusResponse::untagged(Condition::No, text),
        };
        status.unwrap_or_else(|_| StatusResponse::bad_syntax())
    }
}

/// Follows a frame up to its literals, resuming where the last one stood: which word is a value that may be streamed, and what
/// stands in front of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ArgumentScan {
    /// Octets of the frame that were looked at.
    at: usize,
    /// Complete words so far; the first is the tag or `*`, the second the name of the command or response.
    words: usize,
    values: Values,
    /// Where the word that was completed last lies.
    last: (usize, usize),
    /// Where the literal that is passed began.
    from: usize,
}

/// Which words are values that may be streamed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Values {
    #[default]
    None,
    /// The second argument: of SET and OPTION.
    Second,
    /// The fourth, sixth and so on: of STOREADDRESS and FETCHADDRESS.
    OfFields,
}

impl Values {
    fn of(word: &[u8]) -> Self {
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        match () {
            () if is("SET") || is("OPTION") => Self::Second,
            () if is("STOREADDRESS") || is("FETCHADDRESS") => Self::OfFields,
            () => Self::None,
        }
    }
}

impl ArgumentScan {
    /// Goes on to the literal that `frame` ends in.
    pub(crate) fn advance(&mut self, frame: &[u8]) {
        mail_wire::visited(frame.len().saturating_sub(self.at));
        while let Some(rest) = frame.get(self.at..).filter(|rest| !rest.is_empty()) {
            let len = match rest {
                [b' ', ..] => {
                    self.at = self.at.saturating_add(1);
                    continue;
                }
                [b'"', ..] => quoted_len(rest),
                [b'{', ..] if LiteralHeader::at_end_of(rest).is_some() => {
                    self.from = self.at;
                    self.at = frame.len();
                    return;
                }
                _ => memchr::memchr(b' ', rest).unwrap_or(rest.len()),
            };
            let end = self.at.saturating_add(len);
            if self.words == 1 {
                self.values = Values::of(rest.get(..len).unwrap_or_default());
            }
            self.complete(self.at, end);
        }
    }

    /// Whether the literal that was announced is a value that may be streamed.
    pub(crate) fn is_value(&self) -> bool {
        match self.values {
            Values::None => false,
            Values::Second => self.words == 3,
            Values::OfFields => self.words >= 5 && !self.words.is_multiple_of(2),
        }
    }

    /// What the value that was announced belongs to.
    pub(crate) fn name(&self, frame: &[u8]) -> Option<Name> {
        let (from, to) = self.last;
        let word = Frame::new(frame.get(from..to)?);
        Name::parse(&mut Cursor::new(&word, Leniency::Lenient, 0)).ok()
    }

    /// The literal that was announced is passed; `joined` octets of it will stand in the frame.
    pub(crate) fn pass(&mut self, joined: usize) {
        self.complete(self.from, self.at.saturating_add(joined));
    }

    fn complete(&mut self, from: usize, end: usize) {
        self.words = self.words.saturating_add(1);
        self.last = (from, end);
        self.at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_from_names() {
        for (frame, name) in [
            ("a SET x {5}\r\n", Some("x")),
            ("a  set  \"x \\\" y\"  {5+}\r\n", Some("x \" y")),
            ("a SET {5}\r\n", None),
            ("a SET x y {5}\r\n", None),
            ("* OPTION x {5}\r\n", Some("x")),
            ("a STOREADDRESS b {5}\r\n", None),
            ("a STOREADDRESS b e {5}\r\n", None),
            ("a STOREADDRESS b e f {5}\r\n", Some("f")),
            ("a STOREADDRESS b e f v {5}\r\n", None),
            ("* FETCHADDRESS b e f v \"f 2\" {5}\r\n", Some("f 2")),
            ("a LOGIN x {5}\r\n", None),
            ("{5}\r\n", None),
        ] {
            let mut scan = ArgumentScan::default();
            scan.advance(frame.as_bytes());
            let found = scan.is_value().then(|| scan.name(frame.as_bytes()).unwrap());
            assert_eq!(found.as_ref().map(Name::to_str_lossy).as_deref(), name, "{frame}");
        }
    }

    #[test]
    fn literals_in_front_count_as_words() {
        let mut scan = ArgumentScan::default();
        let frame = b"a STOREADDRESS {3}\r\nb b {1+}\r\ne {1}\r\nf {9000}\r\n";
        for (end, joined) in [(20, 3), (30, 1), (37, 1)] {
            scan.advance(&frame[..end]);
            assert!(!scan.is_value());
            scan.pass(joined);
        }
        scan.advance(frame);
        assert!(scan.is_value());
        assert_eq!(scan.name(frame).unwrap(), "f");
        scan.pass(0);
        scan.advance(&[&frame[..], b" g {8000}\r\n"].concat());
        assert!(scan.is_value());
    }
}
