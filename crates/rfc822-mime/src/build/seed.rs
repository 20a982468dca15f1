//! What makes a message differ from all others, given by the caller.

use alloc::format;
use alloc::string::String;

use mail_wire::Error;

use crate::value::MessageId;

/// Octets that no other message of this sender has: of a random number, or of the time with a counter. Boundaries and
/// identifiers are made of them, always the same of the same.
///
/// Nobody who writes a part of the message should be able to guess them.
///
/// ```
/// use rfc822_mime::build::Seed;
/// let id = Seed::new(b"2026-11-24 process 7 message 1").message_id("a.example")?;
/// assert_eq!(id.to_bytes(), b"<11e0dad85d034040a1661e2aed4b23b1@a.example>");
/// # Ok::<(), rfc822_mime::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seed(u128);

impl Seed {
    /// Of any octets.
    pub fn new(octets: &[u8]) -> Self {
        // FNV-1a: it has to spread octets, not to hide them
        let hash = |hash: u128, octet: &u8| {
            (hash ^ u128::from(*octet)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B)
        };
        Self(octets.iter().fold(0x6C62_272E_07BB_0142_62B8_2175_6295_C58D, hash))
    }

    /// An identifier for Message-ID (RFC 5322 section 3.6.4).
    ///
    /// # Errors
    /// `Syntax` if `domain` is no domain.
    pub fn message_id(self, domain: &str) -> Result<MessageId, Error> {
        MessageId::new(&format!("{:032x}", self.child(b"id").0), domain)
    }

    /// A seed for something else that belongs to the same message, such as the Content-ID of a part.
    #[must_use]
    pub fn child(self, octets: &[u8]) -> Self {
        let own = self.0.to_be_bytes();
        let mut all = alloc::vec::Vec::from(own);
        all.extend_from_slice(octets);
        Self::new(&all)
    }

    /// What ends all boundaries of the message.
    pub(crate) fn stem(self) -> String {
        format!("{:032x}", self.0)
    }
}

/// What begins all boundaries of all messages. Quoted-printable and base64 never hold it (RFC 2045 section 6.7).
pub(super) const MARK: &[u8] = b"--=_";

/// A boundary: no two begin alike, for some look at the beginning of a line only (RFC 2046 section 5.1.1).
pub(super) fn boundary(number: u64, stem: &str) -> String {
    format!("=_{number}_{stem}")
}

/// The number of the boundary that a line begins with, if its stem is `stem`.
pub(super) fn boundary_number(line: &[u8], stem: &[u8]) -> Option<u64> {
    let rest = line.strip_prefix(MARK)?;
    let digits = rest.iter().take_while(|octet| octet.is_ascii_digit()).count();
    let (number, rest) = rest.split_at_checked(digits)?;
    let is_ours = rest.strip_prefix(b"_")?.starts_with(stem);
    core::str::from_utf8(number).ok()?.parse().ok().filter(|_| is_ours)
}
