//! Octets that are text in a charset nobody may know.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// Owned octets of a value. They show as text, and never hold CR or LF.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(from = "Vec<u8>"))]
pub(crate) struct Octets(Box<[u8]>);

impl Octets {
    /// Takes all but CR and LF.
    pub(crate) fn new(mut octets: Vec<u8>) -> Self {
        octets.retain(|octet| !matches!(octet, b'\r' | b'\n'));
        Self(octets.into_boxed_slice())
    }

    pub(crate) fn copy(octets: &[u8]) -> Self {
        Self::new(octets.to_vec())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn text(&self) -> Cow<'_, str> {
        raw_text(&self.0)
    }
}

impl From<Vec<u8>> for Octets {
    fn from(octets: Vec<u8>) -> Self {
        Self::new(octets)
    }
}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// Octets without a charset: UTF-8 if they are, else windows-1252, in which everything means something.
pub(crate) fn raw_text(octets: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(octets) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(octets).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_is_not_utf8() {
        assert_eq!(raw_text(b"caf\xe9"), "café");
        assert_eq!(raw_text("café".as_bytes()), "café");
        assert_eq!(alloc::format!("{:?}", Octets::copy(b"a\"\r\n\xe9")), r#""a\"\xe9""#);
    }
}
