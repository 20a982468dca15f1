//! What the way to the reader takes, and how a body is encoded for it (RFC 2045 section 6, RFC 6152, RFC 3030, RFC 6532).

use super::survey::Facts;
use crate::transfer::{Base64Encoder, LineBreaks, TransferEncoding};

/// What a transport takes without loss.
///
/// Every SMTP server takes short lines of ASCII; what more it takes it says by its extensions. IMAP's APPEND takes 8-bit
/// octets, and headers in UTF-8 behind `ENABLE UTF8=ACCEPT` (RFC 6855).
///
/// ```
/// use rfc822_mime::build::Transport;
/// let lmtp = Transport::EIGHT_BIT.with_utf8();
/// assert!(lmtp.takes_utf8() && lmtp.takes_8bit() && !lmtp.takes_binary());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Transport {
    eight_bit: bool,
    binary: bool,
    utf8: bool,
}

impl Transport {
    /// Lines of ASCII: any transport.
    pub const SEVEN_BIT: Self = Self { eight_bit: false, binary: false, utf8: false };
    /// Lines of any octets but NUL: `8BITMIME` (RFC 6152), APPEND.
    pub const EIGHT_BIT: Self = Self { eight_bit: true, binary: false, utf8: false };
    /// Any octets: `BINARYMIME` (RFC 3030).
    pub const BINARY: Self = Self { eight_bit: true, binary: true, utf8: false };

    /// The same, and headers in UTF-8: `SMTPUTF8` (RFC 6531), which includes `8BITMIME`.
    #[must_use]
    pub const fn with_utf8(self) -> Self {
        Self { eight_bit: true, utf8: true, ..self }
    }

    /// Whether it takes octets above 127 in bodies.
    pub const fn takes_8bit(self) -> bool {
        self.eight_bit
    }

    /// Whether it takes NUL, CR and LF alone, and lines of more than 998 octets.
    pub const fn takes_binary(self) -> bool {
        self.binary
    }

    /// Whether it takes UTF-8 in header fields.
    pub const fn takes_utf8(self) -> bool {
        self.utf8
    }

    /// How a body is encoded: not at all if that is safe, else in the way that takes fewer octets.
    pub(super) fn encoding(self, is_text: bool, facts: &Facts) -> TransferEncoding {
        // `From ` would become `>From ` in some mailbox files (RFC 2049 section 3)
        if facts.has_short_lines() && !facts.has_from {
            if facts.is_ascii() {
                return TransferEncoding::SevenBit;
            }
            if self.eight_bit && is_text {
                return TransferEncoding::EightBit;
            }
        }
        if self.binary && !is_text {
            return TransferEncoding::Binary;
        }
        if facts.quoted_octets(breaks(is_text)) <= Base64Encoder::encoded_octets(facts.octets) {
            TransferEncoding::QuotedPrintable
        } else {
            TransferEncoding::Base64
        }
    }

    /// What a body needs that must stand as it is (RFC 2046 section 5.2.1).
    pub(super) fn identity(facts: &Facts) -> TransferEncoding {
        match (facts.has_short_lines(), facts.is_ascii()) {
            (true, true) => TransferEncoding::SevenBit,
            (true, false) => TransferEncoding::EightBit,
            (false, _) => TransferEncoding::Binary,
        }
    }

    /// Whether it takes a body of this encoding.
    pub(super) fn takes(self, encoding: &TransferEncoding) -> bool {
        match encoding {
            TransferEncoding::EightBit => self.eight_bit,
            TransferEncoding::Binary => self.binary,
            _ => true,
        }
    }

    /// The least that takes what both take.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            eight_bit: self.eight_bit || other.eight_bit,
            binary: self.binary || other.binary,
            utf8: self.utf8 || other.utf8,
        }
    }

    /// The same, without headers in UTF-8.
    pub(crate) fn without_utf8(self) -> Self {
        Self { utf8: false, ..self }
    }

    /// The least that takes a body of this encoding.
    pub(super) fn for_body(encoding: &TransferEncoding) -> Self {
        match encoding {
            TransferEncoding::EightBit => Self::EIGHT_BIT,
            TransferEncoding::Binary => Self::BINARY,
            _ => Self::SEVEN_BIT,
        }
    }

    /// What a multipart or a message says of the bodies in it (RFC 2045 section 6.4).
    pub(super) fn composite(self) -> TransferEncoding {
        match self {
            Self { binary: true, .. } => TransferEncoding::Binary,
            Self { eight_bit: true, .. } => TransferEncoding::EightBit,
            _ => TransferEncoding::SevenBit,
        }
    }
}

/// What CRLF is in a body, to quoted-printable.
pub(super) fn breaks(is_text: bool) -> LineBreaks {
    if is_text { LineBreaks::Text } else { LineBreaks::Binary }
}
