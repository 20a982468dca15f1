//! Which of the two protocols is spoken, how tolerantly, and with which habits of old programs.

use mail_wire::{Leniency, Limits};

/// POP and its successor, which share the ideas and not the words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Dialect {
    /// POP (RFC 918, 1984): USER and PASS, and a mailbox as one piece.
    Rfc918,
    /// POP2 (RFC 937, 1985): HELO, and a message at a time. The default.
    #[default]
    Rfc937,
}

/// What old programs did, to be spoken with them or to be tested against them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Quirk {
    /// UW ipop2d announces two octets more than the message has, and sends a CRLF behind it. A client with this
    /// quirk takes them away, a server adds them.
    TwoMore,
    /// MH's popd stuffs lines that begin with a dot, without counting the dots, and writes `+OK` and `-ERR`.
    DotStuffed,
    /// A line that begins with `+` stands in front of the data that RCEV asks for, as RFC 918's list of replies has it.
    ReplyBeforeData,
}

/// A set of [`Quirk`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Quirks(u8);

impl Quirks {
    /// None.
    pub const fn new() -> Self {
        Self(0)
    }

    /// The set with one more.
    #[must_use]
    pub fn with(self, quirk: Quirk) -> Self {
        Self(self.0 | 1_u8.wrapping_shl(quirk as u32))
    }

    /// Whether it is in the set.
    pub fn contains(self, quirk: Quirk) -> bool {
        self.0 & 1_u8.wrapping_shl(quirk as u32) != 0
    }
}

/// Which characters of an argument are written behind a backslash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quoting {
    /// Those that would be misread: backslash, and a space in a name or password.
    #[default]
    Needed,
    /// Also `.` and `;`, which RFC 937's `punct` leaves out although its examples use them.
    Rfc937,
}

/// What a server does with a line of a message over 1,000 octets (RFC 937, "Sizes").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LongLines {
    /// Sends it.
    #[default]
    Pass,
    /// Fails.
    Reject,
}

/// What a codec is made with.
///
/// ```
/// use pop2_proto::{Dialect, Options, Quirk};
/// let options = Options::new().with_dialect(Dialect::Rfc918).with_quirk(Quirk::ReplyBeforeData);
/// assert_eq!(options.dialect(), Dialect::Rfc918);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    dialect: Dialect,
    leniency: Leniency,
    limits: Limits,
    quirks: Quirks,
    quoting: Quoting,
    long_lines: LongLines,
}

impl Options {
    /// [`Dialect::Rfc937`], [`Leniency::Lenient`], the default [`Limits`], no quirks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which protocol.
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

    /// The habits of the peer.
    pub fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// Which characters are quoted.
    pub fn quoting(&self) -> Quoting {
        self.quoting
    }

    /// What becomes of long lines in a message that is sent.
    pub fn long_lines(&self) -> LongLines {
        self.long_lines
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

    /// Adds to [`quirks`](Self::quirks).
    #[must_use]
    pub fn with_quirk(mut self, quirk: Quirk) -> Self {
        self.quirks = self.quirks.with(quirk);
        self
    }

    /// Sets [`quoting`](Self::quoting).
    #[must_use]
    pub fn with_quoting(mut self, quoting: Quoting) -> Self {
        self.quoting = quoting;
        self
    }

    /// Sets [`long_lines`](Self::long_lines).
    #[must_use]
    pub fn with_long_lines(mut self, long_lines: LongLines) -> Self {
        self.long_lines = long_lines;
        self
    }

    /// Whether replies are written with the words `+OK` and `-ERR`.
    pub(crate) fn writes_words(&self) -> bool {
        self.dialect == Dialect::Rfc918 || self.quirks.contains(Quirk::DotStuffed)
    }
}
