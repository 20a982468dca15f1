//! What a server says it can do.

use alloc::vec::Vec;
use core::fmt;

use imap_wire::{Atom, Cursor, NonSynchronizing, ParseError, Writer};
use mail_wire::Error;

use crate::values::take_next;

/// One capability, as it was written; its letter case means nothing.
///
/// ```
/// use imsp_proto::Capability;
/// let capability = Capability::new("AUTH=CRAM-MD5")?;
/// assert!(capability.is("auth=cram-md5"));
/// assert_eq!(capability.auth_mechanism(), Some("CRAM-MD5"));
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Capability(Atom);

impl Capability {
    /// Checks and copies `text`.
    ///
    /// # Errors
    /// `Syntax` where it is no atom.
    pub fn new(text: impl AsRef<[u8]>) -> Result<Self, Error> {
        Atom::new(text).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is `other`, in any letter case.
    pub fn is(&self, other: &str) -> bool {
        self.0.is(other)
    }

    /// The SASL mechanism that AUTHENTICATE takes, of `AUTH=…`.
    pub fn auth_mechanism(&self) -> Option<&str> {
        let (name, value) = self.as_str().split_once('=')?;
        name.eq_ignore_ascii_case("AUTH").then_some(value)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The capabilities of a server, in its order.
///
/// ```
/// use imsp_proto::{Capabilities, NonSynchronizing, Options, Response};
/// let line = b"* CAPABILITY AUTH=CRAM-MD5 AUTH=PLAIN LITERAL+\r\n";
/// let Response::Capability(capabilities) = Response::parse(line, &Options::client())? else { panic!() };
/// assert_eq!(capabilities.auth_mechanisms().collect::<Vec<_>>(), ["CRAM-MD5", "PLAIN"]);
/// assert_eq!(capabilities.literals(), NonSynchronizing::Plus);
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Capabilities(Vec<Capability>);

impl Capabilities {
    /// These, in their order.
    pub fn new(capabilities: impl Into<Vec<Capability>>) -> Self {
        Self(capabilities.into())
    }

    /// Each of them, in the server's order.
    pub fn iter(&self) -> core::slice::Iter<'_, Capability> {
        self.0.iter()
    }

    /// Whether `capability` is named, in any letter case.
    pub fn has(&self, capability: &str) -> bool {
        self.iter().any(|own| own.is(capability))
    }

    /// The SASL mechanisms that AUTHENTICATE takes, in the server's order.
    pub fn auth_mechanisms(&self) -> impl Iterator<Item = &str> {
        self.iter().filter_map(Capability::auth_mechanism)
    }

    /// Which literals the server takes without being asked (RFC 7888).
    pub fn literals(&self) -> NonSynchronizing {
        match () {
            () if self.has("LITERAL+") => NonSynchronizing::Plus,
            () if self.has("LITERAL-") => NonSynchronizing::Minus,
            () => NonSynchronizing::No,
        }
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut capabilities = Vec::new();
        while take_next(cursor)? {
            cursor.room(capabilities.len())?;
            capabilities.push(Capability(cursor.owned_atom()?));
        }
        Ok(Self(capabilities))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) {
        for capability in &self.0 {
            writer.space();
            writer.raw(capability.0.as_bytes());
        }
    }
}

impl<'a> IntoIterator for &'a Capabilities {
    type Item = &'a Capability;
    type IntoIter = core::slice::Iter<'a, Capability>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        Self(capabilities.into_iter().collect())
    }
}
