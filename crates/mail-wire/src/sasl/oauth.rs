//! OAUTHBEARER (RFC 7628) and XOAUTH2, its forerunner.

use alloc::vec::Vec;

use crate::{Error, Secret};

/// Divides the key/value pairs of both.
const SEPARATOR: u8 = 1;

/// The client's message in OAUTHBEARER: RFC 7628 section 3.1.
///
/// ```
/// use mail_wire::{Secret, sasl::OAuthBearer};
/// let message = OAuthBearer::new("user@example.com", Secret::new("vF9dft4qmT"))?;
/// assert_eq!(message.encode().expose(), b"n,a=user@example.com,\x01auth=Bearer vF9dft4qmT\x01\x01");
/// assert_eq!(OAuthBearer::decode(message.encode().expose())?, message);
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthBearer {
    user: Vec<u8>,
    token: Secret,
}

impl OAuthBearer {
    /// A message without `host` and `port`, which no server asks for.
    ///
    /// # Errors
    /// `Syntax` where a part holds the separator 0x01 or NUL.
    pub fn new(user: impl AsRef<[u8]>, token: Secret) -> Result<Self, Error> {
        check(user.as_ref())?;
        check(token.expose())?;
        Ok(Self { user: user.as_ref().to_vec(), token })
    }

    /// Reads the message; unknown pairs are passed over.
    ///
    /// # Errors
    /// `Syntax` where the GS2 header or the token is missing.
    pub fn decode(message: &[u8]) -> Result<Self, Error> {
        let mut parts = message.split(|octet| *octet == SEPARATOR);
        let header = parts.next().unwrap_or_default();
        let user = match header {
            b"n,," | b"y,," => Vec::new(),
            _ => header
                .strip_prefix(b"n,a=")
                .or_else(|| header.strip_prefix(b"y,a="))
                .and_then(|rest| rest.strip_suffix(b","))
                .and_then(decode_saslname)
                .ok_or_else(|| Error::syntax(0, "a GS2 header: n,a=user,"))?,
        };
        let token = parts
            .find_map(|pair| strip_bearer(pair.strip_prefix(b"auth=")?))
            .ok_or_else(|| Error::syntax(header.len() as u64, "auth=Bearer and a token"))?;
        Self::new(user, Secret::new(token))
    }

    /// The octets to be sent.
    pub fn encode(&self) -> Secret {
        let mut octets = b"n,".to_vec();
        if !self.user.is_empty() {
            octets.extend_from_slice(b"a=");
            for octet in &self.user {
                match octet {
                    b',' => octets.extend_from_slice(b"=2C"),
                    b'=' => octets.extend_from_slice(b"=3D"),
                    other => octets.push(*other),
                }
            }
        }
        octets.extend_from_slice(b",\x01auth=Bearer ");
        octets.extend_from_slice(self.token.expose());
        octets.extend_from_slice(&[SEPARATOR, SEPARATOR]);
        Secret::from_vec(octets)
    }

    /// Who logs in; empty if the message leaves it to the token.
    pub fn user(&self) -> &[u8] {
        &self.user
    }

    /// The bearer token.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// What the client answers to a challenge that carries an error (RFC 7628 section 3.2.3).
    pub const ERROR_ANSWER: &'static [u8] = &[SEPARATOR];
}

/// The client's message in XOAUTH2. To a challenge that carries an error it answers with an empty line.
///
/// ```
/// use mail_wire::{Secret, sasl::XOAuth2};
/// let message = XOAuth2::new("someuser@example.com", Secret::new("ya29.vF9dft4qmT"))?;
/// assert_eq!(message.encode().expose(), b"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmT\x01\x01");
/// assert_eq!(XOAuth2::decode(message.encode().expose())?, message);
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XOAuth2 {
    user: Vec<u8>,
    token: Secret,
}

impl XOAuth2 {
    /// A message.
    ///
    /// # Errors
    /// `Syntax` where a part holds the separator 0x01 or NUL.
    pub fn new(user: impl AsRef<[u8]>, token: Secret) -> Result<Self, Error> {
        check(user.as_ref())?;
        check(token.expose())?;
        Ok(Self { user: user.as_ref().to_vec(), token })
    }

    /// Reads the message.
    ///
    /// # Errors
    /// `Syntax` where the user or the token is missing.
    pub fn decode(message: &[u8]) -> Result<Self, Error> {
        let mut parts = message.split(|octet| *octet == SEPARATOR);
        let user = parts.next().and_then(|part| part.strip_prefix(b"user="));
        let user = user.ok_or_else(|| Error::syntax(0, "user= and a name"))?;
        let token = parts.find_map(|pair| strip_bearer(pair.strip_prefix(b"auth=")?));
        let token = token.ok_or_else(|| Error::syntax(user.len() as u64, "auth=Bearer and a token"))?;
        Self::new(user, Secret::new(token))
    }

    /// The octets to be sent.
    pub fn encode(&self) -> Secret {
        let parts = [&b"user="[..], &self.user, b"\x01auth=Bearer ", self.token.expose(), b"\x01\x01"];
        Secret::from_vec(parts.concat())
    }

    /// Who logs in.
    pub fn user(&self) -> &[u8] {
        &self.user
    }

    /// The bearer token.
    pub fn token(&self) -> &Secret {
        &self.token
    }
}

fn check(part: &[u8]) -> Result<(), Error> {
    match memchr::memchr2(0, SEPARATOR, part) {
        None => Ok(()),
        Some(at) => Err(Error::syntax(at as u64, "no NUL or 0x01")),
    }
}

/// `auth-scheme` is case-insensitive.
fn strip_bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then_some(token)
}

/// `saslname` of RFC 5801: `=2C` and `=3D` stand for comma and equals sign.
fn decode_saslname(name: &[u8]) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((first, later)) = rest.split_first() {
        rest = later;
        match first {
            b',' => return None,
            b'=' => {
                let (code, later) = rest.split_at_checked(2)?;
                octets.push(match code {
                    b"2C" => b',',
                    b"3D" => b'=',
                    _ => return None,
                });
                rest = later;
            }
            other => octets.push(*other),
        }
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_of_rfc_7628_section_4_1() {
        let sample = b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01";
        let message = OAuthBearer::decode(sample).unwrap();
        assert_eq!(message.user(), b"user@example.com");
        assert_eq!(message.token().expose(), b"vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    }

    #[test]
    fn names_are_quoted() {
        let message = OAuthBearer::new("a,b=c", Secret::new("t")).unwrap();
        assert!(message.encode().expose().starts_with(b"n,a=a=2Cb=3Dc,\x01"));
        assert_eq!(OAuthBearer::decode(message.encode().expose()).unwrap(), message);
        assert!(OAuthBearer::decode(b"n,a=a=2,\x01auth=Bearer t\x01\x01").is_err());
    }
}
