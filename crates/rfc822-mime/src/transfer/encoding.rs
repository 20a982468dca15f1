//! The names of the encodings.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::{DefectKind, Defects, Leniency};

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

    /// Reads the value of the field `Content-Transfer-Encoding`: comments are passed over, and names are compared without
    /// regard to case.
    ///
    /// ```
    /// use rfc822_mime::transfer::TransferEncoding;
    /// use rfc822_mime::{Defects, Leniency};
    /// let encoding = TransferEncoding::parse(b" (c) BASE64 (d)\r\n", Leniency::Lenient, &mut Defects::new());
    /// assert_eq!(encoding, TransferEncoding::Base64);
    /// ```
    pub fn parse(value: &[u8], leniency: Leniency, defects: &mut Defects) -> Self {
        let mut rest = value;
        skip_cfws(&mut rest);
        let at = |rest: &[u8]| value.len().saturating_sub(rest.len()) as u64;
        let start = at(rest);
        // QUIRK: several mailers quote the name, which the grammar lacks.
        let quoted = rest.first() == Some(&b'"') && leniency == Leniency::Lenient;
        if quoted {
            defects.add(DefectKind::TransferEncodingSyntax, start);
            rest = rest.get(1..).unwrap_or_default();
        }
        let is_end = |octet: &u8| match quoted {
            true => *octet == b'"',
            false => b" \t\r\n(;,".contains(octet),
        };
        let (name, more) =
            rest.split_at_checked(rest.iter().position(is_end).unwrap_or(rest.len())).unwrap_or((rest, &[]));
        rest = more;
        if quoted {
            rest = rest.get(1..).unwrap_or_default();
        }
        skip_cfws(&mut rest);
        if name.is_empty() {
            defects.add(DefectKind::TransferEncodingSyntax, start);
            return Self::default();
        }
        if !rest.is_empty() {
            // QUIRK: `base64;`, as if parameters could follow.
            defects.add(DefectKind::TransferEncodingSyntax, at(rest));
        }
        let name = name.trim_ascii();
        for (known, encoding) in Self::NAMES {
            if name.eq_ignore_ascii_case(known.as_bytes()) {
                return encoding;
            }
        }
        defects.add(DefectKind::TransferEncodingUnknown, start);
        Self::Other(String::from_utf8_lossy(name).into_owned().into_boxed_str())
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
        let known = Self::NAMES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map_or_else(|| Self::Other(name.to_owned().into_boxed_str()), |(_, encoding)| encoding)
    }
}

impl fmt::Display for TransferEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Passes over white space, line ends and comments (RFC 5322 section 3.2.2), of any depth. A comment without its end takes
/// the rest.
fn skip_cfws(rest: &mut &[u8]) {
    let mut depth = 0_usize;
    while let Some((first, behind)) = rest.split_first() {
        *rest = match (*first, depth) {
            (b' ' | b'\t' | b'\r' | b'\n', _) => behind,
            (b'(', _) => {
                depth = depth.saturating_add(1);
                behind
            }
            (_, 0) => return,
            (b')', _) => {
                depth = depth.saturating_sub(1);
                behind
            }
            (b'\\', _) => behind.get(1..).unwrap_or_default(),
            _ => behind,
        };
    }
}
