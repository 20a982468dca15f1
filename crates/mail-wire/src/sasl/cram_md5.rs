//! CRAM-MD5: RFC 2195.

use alloc::vec::Vec;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;

use crate::{Error, Secret};

/// A client's answer in CRAM-MD5: `user SP digest`, the digest HMAC-MD5 of the challenge in lower-case hex.
///
/// ```
/// use mail_wire::{Secret, sasl::CramMd5};
/// let challenge = b"<1896.697170952@postoffice.reston.mci.net>";
/// let answer = CramMd5::answer("tim", &Secret::new("tanstaaftanstaaf"), challenge);
/// assert_eq!(answer.encode().expose(), b"tim b913a602c7eda7a495b4e6e7334d3890");
/// assert!(answer.verify(&Secret::new("tanstaaftanstaaf"), challenge));
/// assert!(!answer.verify(&Secret::new("guess"), challenge));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CramMd5 {
    user: Vec<u8>,
    digest: Secret,
}

impl CramMd5 {
    /// The answer to `challenge`.
    pub fn answer(user: impl AsRef<[u8]>, password: &Secret, challenge: &[u8]) -> Self {
        Self { user: user.as_ref().to_vec(), digest: digest(password, challenge) }
    }

    /// Reads an answer. The user may hold spaces: the last one divides.
    ///
    /// # Errors
    /// `Syntax` where there is no space or the digest is not 32 hexadecimal digits.
    pub fn decode(message: &[u8]) -> Result<Self, Error> {
        let at = memchr::memrchr(b' ', message).ok_or_else(|| Error::syntax(0, "a user, SP and a digest"))?;
        let (user, digest) = message.split_at_checked(at).unwrap_or((message, &[]));
        let digest = digest.strip_prefix(b" ").unwrap_or(digest);
        if digest.len() != 32 || !digest.iter().all(u8::is_ascii_hexdigit) {
            return Err(Error::syntax(at.saturating_add(1) as u64, "32 hexadecimal digits"));
        }
        Ok(Self { user: user.to_vec(), digest: Secret::from_vec(digest.to_ascii_lowercase()) })
    }

    /// The octets to be sent.
    pub fn encode(&self) -> Secret {
        Secret::from_vec([&self.user[..], self.digest.expose()].join(&b' '))
    }

    /// Who logs in.
    pub fn user(&self) -> &[u8] {
        &self.user
    }

    /// Whether the digest was made with `password`; in constant time.
    pub fn verify(&self, password: &Secret, challenge: &[u8]) -> bool {
        self.digest == digest(password, challenge)
    }
}

fn digest(password: &Secret, challenge: &[u8]) -> Secret {
    let mut hex = Vec::with_capacity(32);
    // HMAC takes a key of any length, so this can't fail.
    if let Ok(mut mac) = Hmac::<Md5>::new_from_slice(password.expose()) {
        mac.update(challenge);
        for octet in mac.finalize().into_bytes() {
            hex.extend(hex_digits(octet));
        }
    }
    Secret::from_vec(hex)
}

fn hex_digits(octet: u8) -> [u8; 2] {
    [octet >> 4, octet & 15].map(|digit| char::from_digit(u32::from(digit), 16).map_or(b'0', |c| c as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_space_divides() {
        let answer = CramMd5::decode(b"tim t. b913a602c7eda7a495b4e6e7334d3890").unwrap();
        assert_eq!(answer.user(), b"tim t.");
        for bad in [&b"tim"[..], b"tim b913", b"tim b913a602c7eda7a495b4e6e7334d389g"] {
            assert!(CramMd5::decode(bad).is_err());
        }
    }
}
