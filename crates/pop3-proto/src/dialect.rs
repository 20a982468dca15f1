//! Which POP3 is spoken, and how tolerantly.

use mail_wire::dot::LineEnds;
use mail_wire::{Leniency, Limits};

/// The editions of POP3. Each knows the commands of its RFC and of the memos that were written beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Dialect {
    /// RFC 1081 (1988), with XTND of RFC 1082.
    Rfc1081,
    /// RFC 1225 (1991): the same on the wire.
    Rfc1225,
    /// RFC 1460 (1993): APOP; no RPOP.
    Rfc1460,
    /// RFC 1725 (1994): UIDL, AUTH (RFC 1734); no LAST.
    Rfc1725,
    /// RFC 1939 (1996), the standard, alone.
    Rfc1939,
    /// All of the above, and every extension: RFC 2449, 2595, 5034, 6856, XTND XMIT … The default.
    #[default]
    Extended,
}

/// What a codec is made with.
///
/// ```
/// use pop3_proto::{Dialect, Leniency, Options};
/// let options = Options::new().with_dialect(Dialect::Rfc1939).with_leniency(Leniency::Strict);
/// assert_eq!(options.dialect(), Dialect::Rfc1939);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    dialect: Dialect,
    leniency: Leniency,
    limits: Limits,
    line_ends: LineEnds,
    prologue: Prologue,
}

/// Whether octets of another protocol stand in front of the greeting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Prologue {
    #[default]
    None,
    Opaque,
}

impl Options {
    /// [`Dialect::Extended`], [`Leniency::Lenient`], the default [`Limits`], [`LineEnds::Normalize`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Which commands exist.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How received octets are judged.
    pub fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// The bounds.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// What becomes of a bare LF in a message that is sent.
    pub fn line_ends(&self) -> LineEnds {
        self.line_ends
    }

    /// Sets [`dialect`](Self::dialect).
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
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

    /// Sets [`line_ends`](Self::line_ends).
    #[must_use]
    pub fn with_line_ends(mut self, line_ends: LineEnds) -> Self {
        self.line_ends = line_ends;
        self
    }

    /// Another protocol speaks first on the same stream, as in KPOP (see [`kpop`](crate::kpop)): the
    /// codec starts paused, and takes nothing until `upgraded` is called.
    #[must_use]
    pub fn with_prologue(mut self) -> Self {
        self.prologue = Prologue::Opaque;
        self
    }

    pub(crate) fn prologue(&self) -> Prologue {
        self.prologue
    }
}
