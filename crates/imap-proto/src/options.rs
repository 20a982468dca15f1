//! Run-time choices.

use imap_wire::{Generation, Limits, NonSynchronizing};
use mail_wire::Leniency;

/// Which version of the protocol is spoken.
///
/// The three of IMAP4rev1 and IMAP4rev2 read the same, and differ in what is written. The older ones rule both ways, see
/// [`HISTORIC_COMMANDS`](crate::HISTORIC_COMMANDS).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Dialect {
    /// IMAP2 (RFC 1064, RFC 1176): quoted strings without quoted pairs, years of two digits, named time zones.
    Imap2,
    /// IMAP2bis (the drafts of 1992): mailboxes are managed, messages appended, parts fetched.
    Imap2bis,
    /// IMAP2bis as MacMS has it, "IMAPx": each envelope stands behind the number of its octets. Spoken behind
    /// [`VERSION 4`](crate::HistoricCommand::Version), if the server says `* OK [MacMS]`.
    MacMs,
    /// IMAP3 (RFC 1203): data with the tags of their commands, fields by their names. Spoken behind
    /// [`SELECT.VERSION (3 0)`](crate::HistoricCommand::SelectVersion); a server starts in IMAP2.
    Imap3,
    /// IMAP4 (RFC 1730), with what RFC 2062 calls obsolete in IMAP4rev1.
    Imap4,
    /// IMAP4rev1 (RFC 3501): ASCII outside literals.
    #[default]
    Imap4rev1,
    /// IMAP4rev1 behind `ENABLE UTF8=ACCEPT` (RFC 9755, RFC 6855): quoted strings may hold UTF-8; so may texts here.
    Imap4rev1Utf8,
    /// IMAP4rev2 (RFC 9051): quoted strings and texts may hold UTF-8. What it left out of IMAP4rev1, as CHECK or LSUB, is read
    /// all the same, and not written.
    Imap4rev2,
}

impl Dialect {
    pub(crate) fn is_utf8(self) -> bool {
        matches!(self, Self::Imap4rev1Utf8 | Self::Imap4rev2)
    }

    /// Whether it is older than IMAP4rev1: `crate::historic` has it.
    #[inline(always)]
    pub(crate) fn is_historic(self) -> bool {
        self < Self::Imap4rev1
    }

    /// Whose strings it has.
    pub(crate) fn generation(self) -> Generation {
        match self {
            Self::Imap2 => Generation::Imap2,
            Self::Imap2bis => Generation::Imap2bis,
            Self::MacMs => Generation::MacMs,
            Self::Imap3 => Generation::Imap3,
            Self::Imap4 => Generation::Imap4,
            Self::Imap4rev1 | Self::Imap4rev1Utf8 | Self::Imap4rev2 => Generation::Imap4rev1,
        }
    }

    /// As it is called.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Imap2 => "IMAP2",
            Self::Imap2bis => "IMAP2bis",
            Self::MacMs => "IMAP2bis of MacMS",
            Self::Imap3 => "IMAP3",
            Self::Imap4 => "IMAP4",
            Self::Imap4rev1 | Self::Imap4rev1Utf8 => "IMAP4rev1",
            Self::Imap4rev2 => "IMAP4rev2",
        }
    }
}

/// How a codec reads and writes.
///
/// ```
/// use imap_proto::{Dialect, Leniency, Options};
/// let options = Options::client().with_dialect(Dialect::Imap4rev2).with_leniency(Leniency::Strict);
/// assert_eq!(options.dialect(), Dialect::Imap4rev2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    dialect: Dialect,
    leniency: Leniency,
    limits: Limits,
    literals: NonSynchronizing,
}

impl Options {
    /// For a client.
    pub const fn client() -> Self {
        Self {
            dialect: Dialect::Imap4rev1,
            leniency: Leniency::Lenient,
            limits: Limits::client(),
            literals: NonSynchronizing::No,
        }
    }

    /// For a server, which takes non-synchronizing literals of any size.
    pub const fn server() -> Self {
        Self { limits: Limits::server(), literals: NonSynchronizing::Plus, ..Self::client() }
    }

    /// Which version is spoken.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How received octets are judged.
    pub fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// The bounds.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// On a client: which literals the server takes without a `+` (what it announced, RFC 7888). On a server: what it
    /// announces; with `Minus`, larger non-synchronizing literals are drained and their commands refused. `No` is read as
    /// `Plus` there: a literal whose octets come at once has to be taken in any case.
    pub fn literals(&self) -> NonSynchronizing {
        self.literals
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

    /// Sets [`literals`](Self::literals).
    #[must_use]
    pub fn with_literals(mut self, literals: NonSynchronizing) -> Self {
        self.literals = literals;
        self
    }
}
