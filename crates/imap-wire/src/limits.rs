//! The bounds of an IMAP codec.

/// The bounds that a codec keeps, whatever the peer sends. All of them are explicit numbers.
///
/// ```
/// use imap_wire::Limits;
/// let limits = Limits::server().with_literal(1 << 20);
/// assert_eq!(limits.literal(), 1_048_576);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    line: usize,
    frame: usize,
    literal: u64,
    inline_literal: usize,
    literals: usize,
    depth: usize,
    queued_octets: usize,
    sasl_line: usize,
    outstanding: usize,
}

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident, $with:ident: $type:ty;)*) => {
        impl Limits {
            $(
                $(#[$doc])*
                #[inline]
                pub fn $name(&self) -> $type {
                    self.$name
                }

                #[doc = concat!("Sets [`", stringify!($name), "`](Self::", stringify!($name), ").")]
                #[must_use]
                pub fn $with(mut self, value: $type) -> Self {
                    self.$name = value;
                    self
                }
            )*
        }
    };
}

limits! {
    /// Octets of the longest line, or piece of a line between literals; a longer one is drained.
    line, with_line: usize;
    /// Octets of the largest literal that is offered at all; a larger one is refused.
    literal, with_literal: u64;
    /// Octets of the largest literal that joins its frame where it could be streamed.
    inline_literal, with_inline_literal: usize;
    /// How many literals one frame may have.
    literals, with_literals: usize;
    /// How deep parentheses, nested messages and search keys may go.
    depth, with_depth: usize;
    /// Octets that wait inside the codec for the peer's `+`, or behind an open payload.
    queued_octets, with_queued_octets: usize;
    /// Octets of the longest line of an authentication exchange (RFC 9051 section 6.2.2 sets none).
    sasl_line, with_sasl_line: usize;
    /// How many commands may wait for their tagged responses.
    outstanding, with_outstanding: usize;
}

/// The longest frame that can be asked for: twice that has places that 32 bits can tell.
const MAX_FRAME: usize = i32::MAX as usize;

impl Limits {
    /// Octets of the longest frame: lines and joined literals together.
    #[inline]
    pub fn frame(&self) -> usize {
        self.frame
    }

    /// Sets [`frame`](Self::frame); what is above 2 GiB less one octet becomes that.
    ///
    /// ```
    /// let limits = imap_wire::Limits::client().with_frame(usize::MAX);
    /// assert_eq!(limits.frame(), (1 << 31) - 1);
    /// ```
    #[must_use]
    pub fn with_frame(mut self, value: usize) -> Self {
        self.frame = value.min(MAX_FRAME);
        self
    }

    /// For a client: lines and frames of 16 MiB (one SEARCH response of a large mailbox is one line), literals of any
    /// size, streamed above 4,096 octets.
    pub const fn client() -> Self {
        Self {
            line: 16 << 20,
            frame: 16 << 20,
            literal: u64::MAX,
            inline_literal: 4_096,
            literals: 65_536,
            depth: 128,
            queued_octets: 1 << 20,
            sasl_line: 262_144,
            outstanding: 65_536,
        }
    }

    /// For a server: lines of 64 KiB, frames of 256 KiB, literals of any size, streamed above 4,096 octets.
    pub const fn server() -> Self {
        Self { line: 64 << 10, frame: 256 << 10, ..Self::client() }
    }
}
