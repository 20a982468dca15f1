//! PLAIN: RFC 4616.

use alloc::vec::Vec;

use crate::{Error, Secret};

/// The one message of PLAIN: `[authzid] NUL authcid NUL passwd`.
///
/// ```
/// use mail_wire::sasl::Plain;
/// let message = Plain::new("", "tim", "tanstaaftanstaaf")?;
/// assert_eq!(message.encode().expose(), b"\0tim\0tanstaaftanstaaf");
/// assert_eq!(Plain::decode(b"\0tim\0tanstaaftanstaaf")?, message);
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    authorization: Vec<u8>,
    authentication: Vec<u8>,
    password: Secret,
}

impl Plain {
    /// A message; `authorization` is empty where it is the same identity.
    ///
    /// # Errors
    /// `Syntax` where a part holds a NUL or the authentication identity is empty.
    pub fn new(
        authorization: impl AsRef<[u8]>,
        authentication: impl AsRef<[u8]>,
        password: impl AsRef<[u8]>,
    ) -> Result<Self, Error> {
        let parts = [authorization.as_ref(), authentication.as_ref(), password.as_ref()];
        if parts.iter().any(|part| part.contains(&0)) {
            return Err(Error::syntax(0, "no NUL in an identity or a password"));
        }
        if authentication.as_ref().is_empty() {
            return Err(Error::syntax(0, "an authentication identity"));
        }
        Ok(Self {
            authorization: authorization.as_ref().to_vec(),
            authentication: authentication.as_ref().to_vec(),
            password: Secret::new(password),
        })
    }

    /// Reads the message.
    ///
    /// # Errors
    /// `Syntax` where it has not exactly three parts, or no authentication identity.
    pub fn decode(message: &[u8]) -> Result<Self, Error> {
        let mut parts = message.split(|octet| *octet == 0);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(authorization), Some(authentication), Some(password), None) => {
                Self::new(authorization, authentication, password)
            }
            _ => Err(Error::syntax(0, "three parts with NUL between them")),
        }
    }

    /// The octets to be sent.
    pub fn encode(&self) -> Secret {
        Secret::from_vec([&self.authorization[..], &self.authentication, self.password.expose()].join(&0))
    }

    /// Who is acted for; empty for the same as [`authentication`](Self::authentication).
    pub fn authorization(&self) -> &[u8] {
        &self.authorization
    }

    /// Whose password it is.
    pub fn authentication(&self) -> &[u8] {
        &self.authentication
    }

    /// The password.
    pub fn password(&self) -> &Secret {
        &self.password
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_parts_are_a_message() {
        for bad in [&b""[..], b"a", b"a\0b", b"a\0b\0c\0d", b"a\0\0c"] {
            assert!(Plain::decode(bad).is_err(), "{bad:?}");
        }
        assert_eq!(Plain::decode(b"Ursel\0Kurt\0xipj3plmq").unwrap().authorization(), b"Ursel");
    }
}
