//! AUTH and its challenges: RFC 5034 section 4.

use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::sasl::{InitialResponse, decode_base64, encode_base64};
use mail_wire::{Deviation, Deviations, Error, Leniency};

use crate::Mechanism;

/// `AUTH mechanism [initial-response]` (RFC 5034 section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Auth {
    mechanism: Mechanism,
    initial: Option<InitialResponse>,
}

impl Auth {
    /// Without an initial response: the server sends an empty challenge first.
    pub fn new(mechanism: Mechanism) -> Self {
        Self { mechanism, initial: None }
    }

    /// With an initial response of these octets (before base64); only where the server announced `SASL`.
    #[must_use]
    pub fn with_initial(mut self, octets: impl AsRef<[u8]>) -> Self {
        self.initial = Some(InitialResponse::new(octets));
        self
    }

    /// The mechanism.
    pub fn mechanism(&self) -> &Mechanism {
        &self.mechanism
    }

    /// The initial response.
    pub fn initial(&self) -> Option<&InitialResponse> {
        self.initial.as_ref()
    }
}

/// `+ base64`: what the server asks inside AUTH.
///
/// ```
/// use pop3_proto::{Challenge, Response};
/// assert_eq!(Response::from(Challenge::new("")).to_bytes()?, b"+ \r\n");
/// assert_eq!(Response::from(Challenge::new("Username:")).to_bytes()?, b"+ VXNlcm5hbWU6\r\n");
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Challenge(#[cfg_attr(feature = "serde", serde(with = "mail_wire::text::serde_octets"))] Vec<u8>);

impl Challenge {
    /// A challenge of these octets (before base64).
    pub fn new(octets: impl AsRef<[u8]>) -> Self {
        Self(octets.as_ref().to_vec())
    }

    /// The octets (after base64).
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        let mut line = b"+ ".to_vec();
        encode_base64(&self.0, &mut line);
        output.extend_from_slice(&line);
        output.extend_from_slice(b"\r\n");
    }

    pub(crate) fn parse(line: &[u8], leniency: Leniency) -> Result<(Self, Deviations), Error> {
        let Some(text) = line.strip_prefix(b"+ ") else {
            // QUIRK: an empty challenge without its space.
            return match leniency {
                Leniency::Lenient => {
                    let mut deviations = Deviations::new();
                    deviations.add(Deviation::Space);
                    Ok((Self(Vec::new()), deviations))
                }
                _ => Err(Error::syntax(1, "SP")),
            };
        };
        let base64 = decode_base64(text, leniency).map_err(|error| error.shifted(2))?;
        Ok((Self(base64.octets.expose().to_vec()), base64.deviations))
    }
}

impl core::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Challenge").field(&alloc::string::String::from_utf8_lossy(&self.0)).finish()
    }
}
