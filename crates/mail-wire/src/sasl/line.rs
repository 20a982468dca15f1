//! Base64 as the exchange uses it, the empty response and the cancellation.

use alloc::vec::Vec;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::{Deviation, Deviations, Error, Leniency, Secret};

/// Canonical base64: padding as RFC 4648 section 4 asks, no left-over bits.
const STRICT: GeneralPurpose = GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new());

/// Without padding, or with left-over bits, as some peers write it.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Octets that were read from base64, and whether that had to be tolerated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Base64 {
    /// The octets. They may be a password.
    pub octets: Secret,
    /// [`Deviation::Base64`] if padding was missing or bits were left over.
    pub deviations: Deviations,
}

/// Reads base64. Characters outside the alphabet are an error in either leniency (RFC 5034 section 4).
///
/// # Errors
/// `Syntax`, with the offset in `text`.
pub fn decode_base64(text: &[u8], leniency: Leniency) -> Result<Base64, Error> {
    let mut deviations = Deviations::new();
    let octets = match STRICT.decode(text) {
        Ok(octets) => octets,
        Err(error) if leniency == Leniency::Strict => return Err(syntax(&error)),
        Err(_) => {
            deviations.add(Deviation::Base64);
            TOLERANT.decode(text).map_err(|error| syntax(&error))?
        }
    };
    Ok(Base64 { octets: Secret::from_vec(octets), deviations })
}

fn syntax(error: &base64::DecodeError) -> Error {
    match error {
        base64::DecodeError::InvalidByte(at, _)
        | base64::DecodeError::InvalidLastSymbol { offset: at, .. } => Error::syntax(*at as u64, "base64"),
        base64::DecodeError::InvalidLength(len) => Error::syntax(*len as u64, "base64 in groups of four"),
        base64::DecodeError::InvalidPadding => Error::syntax(0, "base64 with its padding"),
    }
}

/// Writes canonical base64.
pub fn encode_base64(octets: &[u8], output: &mut Vec<u8>) {
    let from = output.len();
    let len = octets.len().div_ceil(3).saturating_mul(4);
    output.resize(from.saturating_add(len), 0);
    // The room is exact, so this can't fail.
    let written = output.get_mut(from..).and_then(|room| STRICT.encode_slice(octets, room).ok());
    debug_assert_eq!(written, Some(len));
}

/// The second argument of AUTH or AUTHENTICATE: octets, where `=` stands for none (RFC 4959, RFC 5034).
///
/// ```
/// use mail_wire::{Leniency, sasl::InitialResponse};
/// assert!(InitialResponse::decode(b"=", Leniency::Strict)?.0.expose().is_empty());
/// let response = InitialResponse::new(b"\0tim\0tanstaaftanstaaf");
/// assert_eq!(response.encode().expose(), b"AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct InitialResponse(Secret);

impl InitialResponse {
    /// A response of these octets, before base64.
    pub fn new(octets: impl AsRef<[u8]>) -> Self {
        Self(Secret::new(octets))
    }

    /// The octets, after base64.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// Reads the argument.
    ///
    /// # Errors
    /// `Syntax` where it is no base64, with the offset in it; an empty argument is none.
    pub fn decode(text: &[u8], leniency: Leniency) -> Result<(Self, Deviations), Error> {
        match text {
            b"" => Err(Error::syntax(0, "base64 or =")),
            b"=" => Ok((Self(Secret::new([])), Deviations::new())),
            _ => decode_base64(text, leniency).map(|base64| (Self(base64.octets), base64.deviations)),
        }
    }

    /// The argument as it is written.
    pub fn encode(&self) -> Secret {
        let mut text = Vec::new();
        if self.0.is_empty() {
            text.push(b'=')
        } else {
            encode_base64(self.0.expose(), &mut text)
        }
        Secret::from_vec(text)
    }
}

/// What a client answers to a challenge: octets (an empty line for none), or `*` to give up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Response {
    /// The answer, before base64.
    Data(Secret),
    /// `*`: the client cancels; the server must answer with an error.
    Cancel,
}

impl Response {
    /// An answer of these octets.
    pub fn data(octets: impl AsRef<[u8]>) -> Self {
        Self::Data(Secret::new(octets))
    }

    /// Reads the line, without its line end.
    ///
    /// # Errors
    /// `Syntax` where it is no base64, with the offset in the line.
    pub fn decode(line: &[u8], leniency: Leniency) -> Result<(Self, Deviations), Error> {
        match line {
            b"*" => Ok((Self::Cancel, Deviations::new())),
            _ => decode_base64(line, leniency).map(|base64| (Self::Data(base64.octets), base64.deviations)),
        }
    }

    /// The line as it is written, without its line end.
    pub fn encode(&self) -> Secret {
        let mut line = Vec::new();
        match self {
            Self::Cancel => line.push(b'*'),
            Self::Data(octets) => encode_base64(octets.expose(), &mut line),
        }
        Secret::from_vec(line)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for InitialResponse {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        u.arbitrary().map(Self)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Response {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        if u.ratio(1, 8)? { Ok(Self::Cancel) } else { u.arbitrary().map(Self::Data) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_and_left_over_bits_are_tolerated_and_told() {
        for text in ["YQ", "YQ=", "YR=="] {
            let base64 = decode_base64(text.as_bytes(), Leniency::Lenient).unwrap();
            assert_eq!(base64.octets.expose(), b"a");
            assert!(base64.deviations.contains(Deviation::Base64), "{text}");
            assert!(decode_base64(text.as_bytes(), Leniency::Strict).is_err(), "{text}");
        }
        assert!(decode_base64(b"YQ==", Leniency::Strict).unwrap().deviations.is_empty());
    }

    #[test]
    fn junk_is_never_tolerated() {
        for text in ["???", "=AAA", "AAA=BBB", "YQ==\n", " YQ==", "YWJj ZGVm"] {
            assert!(decode_base64(text.as_bytes(), Leniency::Lenient).is_err(), "{text}");
        }
    }

    #[test]
    fn an_empty_line_is_an_empty_answer() {
        assert_eq!(Response::decode(b"", Leniency::Strict).unwrap().0, Response::data(""));
        assert_eq!(Response::decode(b"*", Leniency::Strict).unwrap().0, Response::Cancel);
        assert!(InitialResponse::decode(b"", Leniency::Lenient).is_err());
    }
}
