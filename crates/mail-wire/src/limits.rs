//! Bounds and tolerance, as run-time values.

/// The bounds that a codec keeps, whatever the peer sends.
///
/// Every bound is an explicit number; none has a value that means "unlimited".
///
/// ```
/// use mail_wire::Limits;
/// let limits = Limits::new().with_line(2_048).with_outstanding(100);
/// assert_eq!((limits.line(), limits.outstanding()), (2_048, 100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    line: usize,
    sasl_line: usize,
    outstanding: usize,
}

impl Limits {
    /// The defaults: lines of 8,192 octets, SASL lines of 262,144 octets, 65,536 commands without their replies.
    pub const fn new() -> Self {
        Self { line: 8_192, sasl_line: 262_144, outstanding: 65_536 }
    }

    /// Octets of the longest command, reply or listing line that is kept, its line end included. A
    /// longer one is drained without being stored and reported once.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Octets of the longest line inside a SASL exchange, its line end included (RFC 5034 section 4 sets none).
    pub fn sasl_line(&self) -> usize {
        self.sasl_line
    }

    /// How many commands may wait for their replies. A client's `encode` fails beyond it; a server's
    /// `decode` takes no more until replies are written.
    pub fn outstanding(&self) -> usize {
        self.outstanding
    }

    /// Sets [`line`](Self::line).
    #[must_use]
    pub fn with_line(mut self, octets: usize) -> Self {
        self.line = octets;
        self
    }

    /// Sets [`sasl_line`](Self::sasl_line).
    #[must_use]
    pub fn with_sasl_line(mut self, octets: usize) -> Self {
        self.sasl_line = octets;
        self
    }

    /// Sets [`outstanding`](Self::outstanding).
    #[must_use]
    pub fn with_outstanding(mut self, commands: usize) -> Self {
        self.outstanding = commands;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

/// How received octets are judged. What is sent is always strict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Leniency {
    /// Accepts what deployed peers are known to send, and says so through [`Deviations`](crate::Deviations).
    #[default]
    Lenient,
    /// Every violation of the specification is reported as [`Malformed`](crate::Malformed).
    Strict,
}
