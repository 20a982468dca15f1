//! The small values that commands and listings are made of.

use core::fmt;
use core::num::NonZeroU32;

use mail_wire::fields::Fields;
use mail_wire::text::Text;
use mail_wire::{Error, Secret};

/// A message's number in the maildrop, from 1 (RFC 1939 section 5).
///
/// ```
/// use pop3_proto::MessageNumber;
/// assert_eq!(MessageNumber::new(3).unwrap().get(), 3);
/// assert!(MessageNumber::new(0).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MessageNumber(NonZeroU32);

impl MessageNumber {
    /// `None` for 0.
    pub fn new(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for MessageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<u32> for MessageNumber {
    type Error = Error;
    fn try_from(number: u32) -> Result<Self, Error> {
        Self::new(number).ok_or_else(|| Error::syntax(0, "a message number from 1"))
    }
}

/// A message's number on a line.
#[inline]
pub(crate) fn message_number(fields: &mut Fields<'_>) -> Result<MessageNumber, Error> {
    const EXPECTED: &str = "a message number";
    let at = fields.offset();
    MessageNumber::new(fields.number_u32(EXPECTED)?).ok_or_else(|| Error::syntax(at, EXPECTED))
}

/// An argument that is the last one of its line: a user or mailbox name. It may hold spaces inside, but not
/// at its ends.
///
/// ```
/// use pop3_proto::Argument;
/// assert_eq!(Argument::new("mrose")?.as_text(), &"mrose");
/// assert!(Argument::new(" mrose").is_err() && Argument::new("").is_err());
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Text", into = "Text"))]
pub struct Argument(Text);

impl Argument {
    /// Checks and copies `octets`.
    ///
    /// # Errors
    /// `Syntax` for an empty argument, white space at either end, CR, LF or NUL.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::try_from(Text::new(octets)?)
    }

    /// The argument as text.
    pub fn as_text(&self) -> &Text {
        &self.0
    }
}

impl TryFrom<Text> for Argument {
    type Error = Error;
    fn try_from(text: Text) -> Result<Self, Error> {
        match text.as_bytes() {
            [] | [b' ' | b'\t', ..] | [.., b' ' | b'\t'] => {
                Err(Error::syntax(0, "an argument without white space at its ends"))
            }
            _ => Ok(Self(text)),
        }
    }
}

impl From<Argument> for Text {
    fn from(argument: Argument) -> Self {
        argument.0
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The argument of PASS: the rest of the line, spaces included (RFC 1725 section 7).
///
/// ```
/// use pop3_proto::Password;
/// assert_eq!(Password::new("two words ")?.expose(), b"two words ");
/// assert!(Password::new("x\r\nDELE 1").is_err());
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Password(Secret);

impl Password {
    /// Checks and copies `octets`.
    ///
    /// # Errors
    /// `Syntax` at the first CR, LF or NUL.
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
        match octets.as_ref().iter().position(|octet| matches!(octet, b'\r' | b'\n' | 0)) {
            None => Ok(Self(Secret::new(octets))),
            Some(at) => Err(Error::syntax(at as u64, "no CR, LF or NUL in a password")),
        }
    }

    /// The octets.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// Whether it is `secret`; in constant time.
    pub fn matches(&self, secret: &Secret) -> bool {
        self.0 == *secret
    }
}
