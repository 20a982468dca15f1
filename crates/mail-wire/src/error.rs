//! The one error type.

use alloc::borrow::Cow;
use core::fmt;

/// What went wrong, as a class that a program can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Octets that the grammar does not allow at this place.
    Syntax,
    /// A bound of [`Limits`](crate::Limits), or of the protocol, was crossed.
    Limit,
    /// The caller's mistake: a call that is out of order. The codec is unchanged.
    Misuse,
    /// A form that the chosen dialect lacks.
    Unsupported,
    /// The peer closed inside a unit.
    UnexpectedEof,
    /// Octets arrived in clear text behind a command that starts an encrypted layer.
    Injection,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "syntax error",
            Self::Limit => "limit exceeded",
            Self::Misuse => "misuse",
            Self::Unsupported => "unsupported",
            Self::UnexpectedEof => "unexpected end of input",
            Self::Injection => "octets in front of the encrypted layer",
        })
    }
}

/// What went wrong, where in the stream, and what was expected there.
///
/// It never holds octets of the input, so it may be logged.
///
/// ```
/// use mail_wire::{Error, ErrorKind};
/// let error = Error::syntax(17, "a message number");
/// assert_eq!(error.kind(), ErrorKind::Syntax);
/// assert_eq!(error.to_string(), "syntax error at octet 17: expected a message number");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at octet {offset}: expected {expected}")]
pub struct Error {
    kind: ErrorKind,
    offset: u64,
    expected: Cow<'static, str>,
}

impl Error {
    /// An error of `kind` at `offset` octets from the start of the stream (or of the unit, where one
    /// unit is parsed on its own); `expected` completes the sentence "expected …".
    pub fn new(kind: ErrorKind, offset: u64, expected: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, offset, expected: expected.into() }
    }

    /// [`ErrorKind::Syntax`].
    pub fn syntax(offset: u64, expected: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Syntax, offset, expected)
    }

    /// [`ErrorKind::Limit`].
    pub fn limit(offset: u64, expected: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Limit, offset, expected)
    }

    /// [`ErrorKind::Misuse`]; `expected` names the missing call.
    pub fn misuse(offset: u64, expected: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Misuse, offset, expected)
    }

    /// [`ErrorKind::Unsupported`].
    pub fn unsupported(offset: u64, expected: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Unsupported, offset, expected)
    }

    /// The class of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Where: octets since the start of the stream, or of the unit that was parsed on its own.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// What was expected there.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// Whether the caller, not the peer, is at fault.
    pub fn is_misuse(&self) -> bool {
        self.kind == ErrorKind::Misuse
    }

    /// The same error, `by` octets further on: from an offset in a unit to one in the stream.
    #[must_use]
    pub fn shifted(mut self, by: u64) -> Self {
        self.offset = self.offset.saturating_add(by);
        self
    }
}
