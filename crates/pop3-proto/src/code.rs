//! Extended response codes: RFC 2449 section 8, RFC 3206, RFC 6856 section 5.

use mail_wire::text::Text;
use mail_wire::{Deviation, Deviations, Error};

/// What stands in square brackets behind `-ERR`.
///
/// Codes are hierarchical, with `/` between the levels: a client that does not know one acts on its
/// parent, see [`known`](Self::known).
///
/// ```
/// use pop3_proto::ResponseCode;
/// let code = ResponseCode::new("IN-USE/BY-ADMIN")?;
/// assert_eq!(code.as_text(), "IN-USE/BY-ADMIN");
/// assert_eq!(code.known(), Some(ResponseCode::InUse));
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum ResponseCode {
    /// `LOGIN-DELAY`: the last login was too short a time ago (RFC 2449 section 8.1.1).
    LoginDelay,
    /// `IN-USE`: another session holds the maildrop (RFC 2449 section 8.1.2).
    InUse,
    /// `SYS/TEMP`: a system failure that is likely to pass (RFC 3206 section 4).
    SysTemp,
    /// `SYS/PERM`: a system failure that needs a person (RFC 3206 section 4).
    SysPerm,
    /// `AUTH`: the credentials are at fault (RFC 3206 section 5).
    Auth,
    /// `UTF8`: the message needs UTF-8 mode (RFC 6856 section 5).
    Utf8,
    /// Any other.
    Other(OtherCode),
}

/// A code that is not registered: at least one octet, without `]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Text", into = "Text"))]
pub struct OtherCode(Text);

impl TryFrom<Text> for OtherCode {
    type Error = Error;
    fn try_from(text: Text) -> Result<Self, Error> {
        if text.is_empty() || text.as_bytes().contains(&b']') || known_code(text.as_bytes()).is_some() {
            return Err(Error::syntax(0, "an unregistered response code without ]"));
        }
        Ok(Self(text))
    }
}

impl From<OtherCode> for Text {
    fn from(code: OtherCode) -> Self {
        code.0
    }
}

/// A row of [`RESPONSE_CODES`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CodeSpec {
    /// As it is written.
    pub name: &'static str,
    /// RFC and section that define it.
    pub source: &'static str,
    /// The typed code.
    pub code: ResponseCode,
    /// A reply that carries it.
    pub example: &'static str,
}

/// The registered codes, by name.
pub const RESPONSE_CODES: &[CodeSpec] = &[
    CodeSpec {
        name: "AUTH",
        source: "RFC 3206 section 5",
        code: ResponseCode::Auth,
        example: "-ERR [AUTH] PASS Invalid username or password",
    },
    CodeSpec {
        name: "IN-USE",
        source: "RFC 2449 section 8.1.2",
        code: ResponseCode::InUse,
        example: "-ERR [IN-USE] Do you have another POP session running?",
    },
    CodeSpec {
        name: "LOGIN-DELAY",
        source: "RFC 2449 section 8.1.1",
        code: ResponseCode::LoginDelay,
        example: "-ERR [LOGIN-DELAY] wait 30 seconds",
    },
    CodeSpec {
        name: "SYS/PERM",
        source: "RFC 3206 section 4",
        code: ResponseCode::SysPerm,
        example: "-ERR [SYS/PERM] mailbox damaged",
    },
    CodeSpec {
        name: "SYS/TEMP",
        source: "RFC 3206 section 4",
        code: ResponseCode::SysTemp,
        example: "-ERR [SYS/TEMP] try again",
    },
    CodeSpec {
        name: "UTF8",
        source: "RFC 6856 section 5",
        code: ResponseCode::Utf8,
        example: "-ERR [UTF8] message needs UTF8",
    },
];

fn known_code(name: &[u8]) -> Option<&'static CodeSpec> {
    RESPONSE_CODES.iter().find(|spec| spec.name.as_bytes().eq_ignore_ascii_case(name))
}

impl ResponseCode {
    /// The code of this name, in any letter case.
    ///
    /// # Errors
    /// `Syntax` for an empty name and for `]`, CR, LF or NUL in it.
    pub fn new(name: impl AsRef<[u8]>) -> Result<Self, Error> {
        match known_code(name.as_ref()) {
            Some(spec) => Ok(spec.code.clone()),
            None => Ok(Self::Other(OtherCode::try_from(Text::new(name)?)?)),
        }
    }

    /// The name, without brackets.
    pub fn as_text(&self) -> &str {
        match self {
            Self::LoginDelay => "LOGIN-DELAY",
            Self::InUse => "IN-USE",
            Self::SysTemp => "SYS/TEMP",
            Self::SysPerm => "SYS/PERM",
            Self::Auth => "AUTH",
            Self::Utf8 => "UTF8",
            Self::Other(other) => core::str::from_utf8(other.0.as_bytes()).unwrap_or("?"),
        }
    }

    /// The octets of the name, without brackets.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Other(other) => other.0.as_bytes(),
            known => known.as_text().as_bytes(),
        }
    }

    /// The registered code that this one is, or stands below: the part up to some `/` of its name.
    pub fn known(&self) -> Option<Self> {
        let mut name = self.as_bytes();
        loop {
            if let Some(spec) = known_code(name) {
                return Some(spec.code.clone());
            }
            let slash = name.iter().rposition(|octet| *octet == b'/')?;
            name = name.get(..slash)?;
        }
    }

    /// Splits `[code]` off a reply's text: the code, what stands behind the bracket, and deviations.
    pub(crate) fn split(text: &[u8]) -> Option<(Self, &[u8], Deviations)> {
        let inner = text.strip_prefix(b"[")?;
        let end = inner.iter().position(|octet| *octet == b']')?;
        let (name, rest) = inner.split_at_checked(end)?;
        let code = Self::new(name).ok()?;
        let mut deviations = Deviations::new();
        if code.as_bytes() != name {
            deviations.add(Deviation::Spelling);
        }
        Some((code, rest.strip_prefix(b"]")?, deviations))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_agrees_with_the_type() {
        assert!(RESPONSE_CODES.is_sorted_by_key(|spec| spec.name));
        for spec in RESPONSE_CODES {
            assert_eq!(spec.code.as_text(), spec.name);
            assert_eq!(ResponseCode::new(spec.name.to_ascii_lowercase()).unwrap(), spec.code);
            assert!(spec.example.contains(&alloc::format!("[{}]", spec.name)));
        }
    }

    #[test]
    fn an_unknown_level_falls_back_to_its_parent() {
        let known = |name| ResponseCode::new(name).unwrap().known();
        assert_eq!(known("SYS/TEMP/DISK"), Some(ResponseCode::SysTemp));
        assert_eq!(known("SYS/ODD"), None);
        assert_eq!(known("auth"), Some(ResponseCode::Auth));
    }

    #[test]
    fn what_is_no_code_stays_text() {
        for text in ["[", "[]", "[AUTH", "AUTH]", " [AUTH]", ""] {
            assert!(ResponseCode::split(text.as_bytes()).is_none(), "{text}");
        }
    }
}
