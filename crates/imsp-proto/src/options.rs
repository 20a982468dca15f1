//! Run-time choices.

use imap_wire::{Limits, NonSynchronizing};
use mail_wire::Leniency;

/// How a codec reads and writes.
///
/// ```
/// use imsp_proto::{Leniency, Options};
/// let options = Options::client().with_leniency(Leniency::Strict);
/// assert_eq!(options.leniency(), Leniency::Strict);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    leniency: Leniency,
    limits: Limits,
    literals: NonSynchronizing,
}

impl Options {
    /// For a client.
    pub const fn client() -> Self {
        Self { leniency: Leniency::Lenient, limits: Limits::client(), literals: NonSynchronizing::No }
    }

    /// For a server, which takes non-synchronizing literals of any size.
    pub const fn server() -> Self {
        Self { leniency: Leniency::Lenient, limits: Limits::server(), literals: NonSynchronizing::Plus }
    }

    /// How received octets are judged.
    pub fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// The bounds.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// On a client: which literals the server takes without a `+` (what it announced). A server takes all: their octets
    /// come at once.
    pub fn literals(&self) -> NonSynchronizing {
        self.literals
    }

    /// Sets [`leniency`](Self::leniency).
    #[must_use]
    pub fn with_leniency(mut self, leniency: Leniency) -> Self {
        self.leniency = leniency;
        self
    }

    /// Sets [`limits`](Self::limits).
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets [`literals`](Self::literals).
    #[must_use]
    pub fn with_literals(mut self, literals: NonSynchronizing) -> Self {
        self.literals = literals;
        self
    }
}
