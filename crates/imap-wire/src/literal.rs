//! `{n}`, `{n+}`, `~{n}`: announcements, and the literals themselves (RFC 9051 section 4.3, RFC 7888, RFC 3516).

use alloc::vec::Vec;

/// Whether the sender waits for a `+` before it sends the octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LiteralMode {
    /// `{n}`: a client waits; a server never does.
    Synchronizing,
    /// `{n+}`: the octets follow at once (RFC 7888).
    NonSynchronizing,
}

/// What a line's end says of the literal that follows.
///
/// ```
/// use imap_wire::{LiteralHeader, LiteralMode};
/// let header = LiteralHeader::at_end_of(b"a APPEND INBOX ~{310+}\r\n").unwrap();
/// assert_eq!((header.octets(), header.mode(), header.is_literal8()), (310, LiteralMode::NonSynchronizing, true));
/// assert!(LiteralHeader::at_end_of(b"a NOOP\r\n").is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LiteralHeader {
    octets: u64,
    mode: LiteralMode,
    literal8: bool,
}

impl LiteralHeader {
    /// How many octets follow. A number beyond 64 bits reads as `u64::MAX`.
    pub fn octets(&self) -> u64 {
        self.octets
    }

    /// Whether the sender waits.
    pub fn mode(&self) -> LiteralMode {
        self.mode
    }

    /// Whether it is a `literal8`, which may hold NUL (RFC 3516).
    pub fn is_literal8(&self) -> bool {
        self.literal8
    }

    /// Reads it off the end of a line, which may have its CR and LF.
    pub fn at_end_of(line: &[u8]) -> Option<Self> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.strip_suffix(b"}")?;
        let (line, mode) = match line.strip_suffix(b"+") {
            Some(line) => (line, LiteralMode::NonSynchronizing),
            None => (line, LiteralMode::Synchronizing),
        };
        let digits = line.iter().rev().take_while(|octet| octet.is_ascii_digit()).count();
        let (before, digits) = line.split_at_checked(line.len().saturating_sub(digits))?;
        let before = before.strip_suffix(b"{")?;
        if digits.is_empty() {
            return None;
        }
        let octets = digits.iter().try_fold(0_u64, |value, digit| {
            value.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))
        });
        Some(Self { octets: octets.unwrap_or(u64::MAX), mode, literal8: before.ends_with(b"~") })
    }
}

/// The octets of a literal, or how many there are when they travel beside the message.
#[derive(Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Literal {
    /// All of them.
    Inline(Vec<u8>),
    /// They came as `Data`, or will go as `encode_data`.
    Streamed {
        /// How many.
        octets: u64,
    },
}

impl Literal {
    /// A literal of these octets.
    pub fn new(octets: impl Into<Vec<u8>>) -> Self {
        Self::Inline(octets.into())
    }

    /// A literal whose octets are given later.
    pub fn streamed(octets: u64) -> Self {
        Self::Streamed { octets }
    }

    /// How many octets it has.
    pub fn octets(&self) -> u64 {
        match self {
            Self::Inline(octets) => octets.len() as u64,
            Self::Streamed { octets } => *octets,
        }
    }

    /// The octets, where they are here.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Inline(octets) => Some(octets),
            Self::Streamed { .. } => None,
        }
    }
}

impl core::fmt::Debug for Literal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Inline(octets) => {
                write!(f, "Literal({:?})", alloc::string::String::from_utf8_lossy(octets))
            }
            Self::Streamed { octets } => write!(f, "Literal({octets} octets, streamed)"),
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Literal {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let octets: Vec<u8> = u.arbitrary()?;
        Ok(Self::Inline(octets.into_iter().map(|octet| octet.max(1)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_announcement_counts() {
        let read = |line: &[u8]| LiteralHeader::at_end_of(line).map(|h| (h.octets, h.mode, h.literal8));
        let sync = LiteralMode::Synchronizing;
        assert_eq!(read(b"{0}\r\n"), Some((0, sync, false)));
        assert_eq!(read(b"x {012}\n"), Some((12, sync, false)));
        assert_eq!(read(b"~{5}"), Some((5, sync, true)));
        assert_eq!(read(b"a {9223372036854775808}\r\n"), Some((1 << 63, sync, false)));
        assert_eq!(read(b"a {99999999999999999999999}\r\n"), Some((u64::MAX, sync, false)));
        for line in [&b"{}\r\n"[..], b"{+}\r\n", b"5}\r\n", b"{5} \r\n", b"{5", b"{5-}\r\n", b"{ 5}", b""] {
            assert_eq!(read(line), None, "{line:?}");
        }
    }
}
