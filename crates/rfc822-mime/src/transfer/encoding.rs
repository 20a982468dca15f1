//! The names of the encodings.

use alloc::boxed::Box;
use core::fmt;

/// What a body was encoded with (RFC 2045 section 6.1).
///
/// ```text
/// encoding := "Content-Transfer-Encoding" ":" mechanism
/// mechanism := "7bit" / "8bit" / "binary" / "quoted-printable" / "base64" / ietf-token / x-token
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum TransferEncoding {
    /// Short lines of ASCII; what a part without the field has.
    #[default]
    SevenBit,
    /// Short lines of any octets but NUL.
    EightBit,
    /// Any octets.
    Binary,
    /// Text that can mostly be read as it stands (RFC 2045 section 6.7).
    QuotedPrintable,
    /// Four octets for three (RFC 2045 section 6.8).
    Base64,
    /// Any other, by its name as it came. What is encoded with it is opaque: never text, whatever its media type says (RFC
    /// 2045 section 6.4).
    Other(Box<str>),
}

impl TransferEncoding {
    const NAMES: [(&'static str, Self); 5] = [
        ("7bit", Self::SevenBit),
        ("8bit", Self::EightBit),
        ("base64", Self::Base64),
        ("binary", Self::Binary),
        ("quoted-printable", Self::QuotedPrintable),
    ];

    /// By name, without regard to case.
    pub(crate) fn known(name: &[u8]) -> Option<Self> {
        let mut names = Self::NAMES.into_iter();
        names.find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name)).map(|(_, encoding)| encoding)
    }

    /// Its name: lower case if it is a known one.
    pub fn name(&self) -> &str {
        match self {
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
            Self::Binary => "binary",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
            Self::Other(name) => name,
        }
    }

    /// Whether the octets of the body are those that are meant: 7bit, 8bit, binary (RFC 2045 section 6.2).
    pub fn is_identity(&self) -> bool {
        matches!(self, Self::SevenBit | Self::EightBit | Self::Binary)
    }

    /// Whether it is none that can be decoded.
    pub fn is_opaque(&self) -> bool {
        matches!(self, Self::Other(_))
    }
}

/// By name, without regard to case; not a whole field.
impl From<&str> for TransferEncoding {
    fn from(name: &str) -> Self {
        Self::known(name.as_bytes()).unwrap_or_else(|| Self::Other(name.into()))
    }
}

impl fmt::Display for TransferEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
