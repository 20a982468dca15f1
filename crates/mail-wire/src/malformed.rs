//! A unit that could not be understood, while the stream goes on.

use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroize;

use crate::Error;

/// A unit that the grammar does not allow: its octets, where it stands, and what was expected.
///
/// The stream is still in step behind it: answer with an error and go on. Of an over-long line the
/// octets up to the limit are kept. Octets that may hold a password are left out of `Debug` and
/// wiped on drop.
///
/// ```
/// use mail_wire::{Error, Malformed};
/// let bad = Malformed::new(b"RETR x", Error::syntax(5, "a message number"));
/// assert_eq!(bad.raw(), b"RETR x");
/// assert_eq!(bad.error().expected(), "a message number");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Malformed {
    raw: Vec<u8>,
    error: Error,
    sensitive: Sensitivity,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sensitivity {
    Open,
    Secret,
}

impl Malformed {
    /// A unit that may be shown.
    pub fn new(raw: &[u8], error: Error) -> Self {
        Self { raw: raw.to_vec(), error, sensitive: Sensitivity::Open }
    }

    /// A unit that may hold a password or a token.
    pub fn secret(raw: &[u8], error: Error) -> Self {
        Self { raw: raw.to_vec(), error, sensitive: Sensitivity::Secret }
    }

    /// A command's line: one that may hold a secret, if it begins with one of `keywords` in any letter case, blanks
    /// in front aside.
    ///
    /// ```
    /// use mail_wire::{Error, Malformed};
    /// let bad = Malformed::command(b"pass\thunter2", Error::syntax(4, "SP"), &["PASS", "APOP"]);
    /// assert!(!format!("{bad:?}").contains("hunter2"));
    /// ```
    pub fn command(raw: &[u8], error: Error, keywords: &[&str]) -> Self {
        let line = raw.trim_ascii_start();
        let is_meant = |keyword: &&str| {
            line.get(..keyword.len()).is_some_and(|start| start.eq_ignore_ascii_case(keyword.as_bytes()))
        };
        if keywords.iter().any(is_meant) { Self::secret(raw, error) } else { Self::new(raw, error) }
    }

    /// The octets of the unit without its line end; up to the limit, if it was over-long.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// What is wrong with it, at which offset of the stream.
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl fmt::Debug for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Malformed");
        match self.sensitive {
            Sensitivity::Open => fields.field("raw", &alloc::string::String::from_utf8_lossy(&self.raw)),
            Sensitivity::Secret => fields.field("raw", &format_args!("…")),
        };
        fields.field("error", &self.error).finish()
    }
}

impl Drop for Malformed {
    fn drop(&mut self) {
        if self.sensitive == Sensitivity::Secret {
            self.raw.zeroize();
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Malformed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Malformed", 3)?;
        match self.sensitive {
            Sensitivity::Open => {
                fields.serialize_field("raw", &alloc::string::String::from_utf8_lossy(&self.raw))?
            }
            Sensitivity::Secret => fields.serialize_field("raw", &())?,
        }
        fields.serialize_field("offset", &self.error.offset())?;
        fields.serialize_field("expected", self.error.expected())?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn debug_shows_raw_octets_only_where_they_are_no_secret() {
        let error = Error::syntax(0, "base64");
        assert!(format!("{:?}", Malformed::new(b"hello", error.clone())).contains("hello"));
        assert!(!format!("{:?}", Malformed::secret(b"hello", error)).contains("hello"));
    }
}
