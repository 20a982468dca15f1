//! What arguments are: RFC 937, "Arguments".

use core::fmt;

use mail_wire::text::Text;
use mail_wire::{Error, Secret};

/// A user's or a mailbox's name: at least one octet, seven bits each, no CR, LF or NUL. It may hold spaces; they
/// are quoted where they have to be.
///
/// ```
/// use pop2_proto::Name;
/// assert_eq!(Name::new("/usr/spool/mail/smith")?.as_text(), &"/usr/spool/mail/smith");
/// assert!(Name::new("").is_err() && Name::new("J\u{f6}rg").is_err());
/// # Ok::<(), pop2_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Text", into = "Text"))]
pub struct Name(Text);

impl Name {
    /// Checks and copies `octets`.
    ///
    /// # Errors
    /// `Syntax` for an empty name and at the first octet that is not allowed.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::try_from(Text::new(octets)?)
    }

    /// A name as a peer sent it, with octets above 127 where it was forgiven.
    pub(crate) fn received(octets: &[u8]) -> Result<Self, Error> {
        Text::new(octets).map(Self)
    }

    /// The name, without backslashes.
    pub fn as_text(&self) -> &Text {
        &self.0
    }
}

impl TryFrom<Text> for Name {
    type Error = Error;
    fn try_from(text: Text) -> Result<Self, Error> {
        if text.is_empty() || !text.as_bytes().is_ascii() {
            return Err(Error::syntax(0, "a name of seven-bit characters"));
        }
        Ok(Self(text))
    }
}

impl From<Name> for Text {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A password: as a [`Name`], but secret.
///
/// ```
/// use pop2_proto::Password;
/// assert_eq!(Password::new("se cret")?.expose(), b"se cret");
/// assert!(Password::new("x\r\nQUIT").is_err());
/// # Ok::<(), pop2_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Password(Secret);

impl Password {
    /// Checks and copies `octets`.
    ///
    /// # Errors
    /// As for [`Name::new`].
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        let octets = octets.as_ref();
        if octets.is_empty() || !octets.is_ascii() {
            return Err(Error::syntax(0, "a password of seven-bit characters"));
        }
        Self::received(octets)
    }

    pub(crate) fn received(octets: &[u8]) -> Result<Self, Error> {
        match octets.iter().position(|octet| matches!(octet, b'\r' | b'\n' | 0)) {
            None => Ok(Self(Secret::new(octets))),
            Some(at) => Err(Error::syntax(at as u64, "no CR, LF or NUL in a password")),
        }
    }

    /// The octets, without backslashes.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// Whether it is `secret`; in constant time.
    pub fn matches(&self, secret: &Secret) -> bool {
        self.0 == *secret
    }
}
