//! The one way out: each production writes to a `Writer`.

use alloc::vec::Vec;

use bytes::{BufMut, BytesMut};
use mail_wire::Error;

use crate::{Generation, Literal, chars};

/// Which literals the other side takes without a `+` first (RFC 7888).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NonSynchronizing {
    /// None.
    #[default]
    No,
    /// `LITERAL-`: those of at most 4,096 octets.
    Minus,
    /// `LITERAL+`: all.
    Plus,
}

/// How literals are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LiteralPolicy {
    /// As a server: `{n}`, and the octets at once.
    Server,
    /// As a client.
    Client(NonSynchronizing),
}

/// A place in what was written where the rest has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// For a `+` of the other side.
    Continuation {
        /// Octets of the output in front of it.
        at: usize,
    },
    /// For the octets of a streamed literal.
    Payload {
        /// Octets of the output in front of it.
        at: usize,
        /// How many octets.
        octets: u64,
    },
}

impl Stop {
    /// Octets of the output in front of it.
    pub fn at(&self) -> usize {
        match self {
            Self::Continuation { at } | Self::Payload { at, .. } => *at,
        }
    }
}

/// Writes one unit, and remembers where it has to stop.
///
/// ```
/// use bytes::BytesMut;
/// use imap_wire::{LiteralPolicy, NonSynchronizing, Writer};
///
/// let (mut output, mut stops) = (BytesMut::new(), Vec::new());
/// let mut writer = Writer::new(&mut output, &mut stops, LiteralPolicy::Client(NonSynchronizing::No), false);
/// writer.raw(b"a1 LOGIN ");
/// writer.astring(b"alice")?;
/// writer.space();
/// writer.astring("p\u{e4}ss \"word\"".as_bytes())?;
/// writer.space();
/// writer.astring(b"two words")?;
/// assert_eq!(stops.len(), 1); // octets beyond ASCII need a literal here
/// assert_eq!(output, "a1 LOGIN alice {12}\r\np\u{e4}ss \"word\" \"two words\"");
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Debug)]
pub struct Writer<'o> {
    output: &'o mut BytesMut,
    stops: &'o mut Vec<Stop>,
    policy: LiteralPolicy,
    utf8: bool,
    generation: Generation,
    /// Octets of the longest string that goes between quotes without a closer look.
    quoted: usize,
    start: usize,
}

/// Octets of the longest string that is written between quotes.
const QUOTED_OCTETS: usize = 4_096;

impl<'o> Writer<'o> {
    /// Appends to `output`. `utf8` says whether quoted strings may hold UTF-8 (RFC 9051, RFC 9755).
    pub fn new(
        output: &'o mut BytesMut,
        stops: &'o mut Vec<Stop>,
        policy: LiteralPolicy,
        utf8: bool,
    ) -> Self {
        let start = output.len();
        Self { output, stops, policy, utf8, generation: Generation::Imap4rev1, quoted: QUOTED_OCTETS, start }
    }

    /// Writes by the rules of another generation than [`Imap4rev1`](Generation::Imap4rev1) from now on.
    pub fn speak(&mut self, generation: Generation) {
        self.generation = generation;
        self.quoted = if generation.has_pairs() { QUOTED_OCTETS } else { 0 };
    }

    /// By whose rules is written.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Whether quoted strings may hold UTF-8.
    pub fn is_utf8(&self) -> bool {
        self.utf8
    }

    /// Whether `text` may stand outside of strings: ASCII, or UTF-8 where strings may hold that.
    ///
    /// # Errors
    /// `Unsupported` where it may not.
    pub fn check_text(&self, text: &[u8]) -> Result<(), Error> {
        match self.utf8 {
            _ if text.is_ascii() => Ok(()),
            true if core::str::from_utf8(text).is_ok() => Ok(()),
            true => Err(Error::unsupported(0, "UTF-8 in a text")),
            false => Err(Error::unsupported(0, "ASCII text for this dialect")),
        }
    }

    /// Octets as they are: keywords, punctuation, and what was checked before.
    #[inline(always)]
    pub fn raw(&mut self, octets: &[u8]) {
        self.output.put_slice(octets);
    }

    /// One octet as it is.
    #[inline(always)]
    pub fn octet(&mut self, octet: u8) {
        self.output.put_u8(octet);
    }

    /// SP.
    #[inline(always)]
    pub fn space(&mut self) {
        self.output.put_u8(b' ');
    }

    /// A number.
    #[inline]
    pub fn number(&mut self, value: u64) {
        mail_wire::number::put(b"", value, self.output);
    }

    /// `NIL`, or what `write` writes.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn nil_or<T>(
        &mut self,
        value: Option<T>,
        write: impl FnOnce(&mut Self, T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match value {
            None => {
                self.raw(b"NIL");
                Ok(())
            }
            Some(value) => write(self, value),
        }
    }

    /// `(`, the items with SP between them, `)`.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.octet(b'(');
        self.separated(items, &mut write)?;
        self.octet(b')');
        Ok(())
    }

    /// The items with SP between them.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn separated<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut is_first = true;
        for item in items {
            if !is_first {
                self.space();
            }
            is_first = false;
            write(self, item)?;
        }
        Ok(())
    }

    /// `string`: quoted where its octets allow it, else a literal.
    ///
    /// # Errors
    /// `Syntax` at a NUL, which neither can hold.
    #[inline]
    pub fn string(&mut self, octets: &[u8]) -> Result<(), Error> {
        if octets.len() <= self.quoted {
            if !is_plain(octets)
                && let Some(at) = octets.iter().position(|octet| !chars::is(*octet, chars::QUOTED))
            {
                return self.special_string(octets, at);
            }
            self.output.reserve(octets.len().saturating_add(2));
            self.octet(b'"');
            self.raw(octets);
            self.octet(b'"');
            return Ok(());
        }
        self.other_string(octets)
    }

    /// Without quoted pairs, a string that would need one is a literal (RFC 1732 section 2).
    #[cold]
    fn other_string(&mut self, octets: &[u8]) -> Result<(), Error> {
        let is_plain = |octet: &u8| chars::is(*octet, chars::QUOTED) && !matches!(octet, b'%' | b'{');
        if self.generation.has_pairs() || octets.len() > QUOTED_OCTETS || !octets.iter().all(is_plain) {
            return self.literal_octets(octets);
        }
        self.octet(b'"');
        self.raw(octets);
        self.octet(b'"');
        Ok(())
    }

    /// A string of which the octet at `at` is no `QUOTED-CHAR` by itself.
    #[inline(never)]
    fn special_string(&mut self, octets: &[u8], at: usize) -> Result<(), Error> {
        let rest = octets.get(at..).unwrap_or_default();
        let is_quotable = |octet: &u8| matches!(octet, b'"' | b'\\') || chars::is(*octet, chars::QUOTED);
        let fits = rest.iter().all(is_quotable)
            || self.utf8
                && rest.iter().all(|octet| *octet >= 0x80 || is_quotable(octet))
                && core::str::from_utf8(octets).is_ok();
        if !fits {
            return self.literal_octets(octets);
        }
        self.octet(b'"');
        for octet in octets {
            if matches!(octet, b'"' | b'\\') {
                self.octet(b'\\');
            }
            self.octet(*octet);
        }
        self.octet(b'"');
        Ok(())
    }

    /// `nstring`.
    ///
    /// # Errors
    /// As for [`string`](Self::string).
    #[inline]
    pub fn nstring(&mut self, octets: Option<&[u8]>) -> Result<(), Error> {
        match octets {
            None => {
                self.raw(b"NIL");
                Ok(())
            }
            Some(octets) => self.string(octets),
        }
    }

    /// `astring`: an atom where its octets allow it, else a string. `NIL` is quoted: some would read it as nothing.
    ///
    /// # Errors
    /// As for [`string`](Self::string).
    pub fn astring(&mut self, octets: &[u8]) -> Result<(), Error> {
        self.astring_of(octets, chars::ASTRING)
    }

    /// `list-mailbox`.
    ///
    /// # Errors
    /// As for [`string`](Self::string).
    pub fn list_mailbox(&mut self, octets: &[u8]) -> Result<(), Error> {
        self.astring_of(octets, chars::LIST)
    }

    fn astring_of(&mut self, octets: &[u8], class: u8) -> Result<(), Error> {
        if !octets.is_empty() && chars::all(octets, class) && !octets.eq_ignore_ascii_case(b"NIL") {
            self.raw(octets);
            return Ok(());
        }
        self.string(octets)
    }

    /// A literal of these octets.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn literal_octets(&mut self, octets: &[u8]) -> Result<(), Error> {
        if let Some(at) = memchr::memchr(0, octets) {
            return Err(Error::syntax(at as u64, "no NUL in a literal"));
        }
        self.announce(octets.len() as u64, false);
        self.raw(octets);
        Ok(())
    }

    /// A literal that a message holds.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn literal(&mut self, literal: &Literal) -> Result<(), Error> {
        match literal {
            Literal::Inline(octets) => self.literal_octets(octets),
            Literal::Streamed { octets } => {
                self.streamed(*octets, false);
                Ok(())
            }
        }
    }

    /// A `literal8` that a message holds: NUL is welcome (RFC 3516).
    pub fn literal8(&mut self, literal: &Literal) {
        match literal {
            Literal::Inline(octets) => {
                self.announce(octets.len() as u64, true);
                self.raw(octets);
            }
            Literal::Streamed { octets } => self.streamed(*octets, true),
        }
    }

    /// The announcement of a literal whose octets are given later.
    pub fn streamed(&mut self, octets: u64, literal8: bool) {
        self.announce(octets, literal8);
        self.stops.push(Stop::Payload { at: self.written(), octets });
    }

    fn announce(&mut self, octets: u64, literal8: bool) {
        self.raw(if literal8 { b"~{" } else { b"{" });
        self.number(octets);
        let waits = match self.policy {
            LiteralPolicy::Server | LiteralPolicy::Client(NonSynchronizing::No) => true,
            LiteralPolicy::Client(NonSynchronizing::Minus) => octets > 4_096,
            LiteralPolicy::Client(NonSynchronizing::Plus) => false,
        };
        self.raw(if waits { b"}\r\n" } else { b"+}\r\n" });
        if waits && self.policy != LiteralPolicy::Server {
            self.stops.push(Stop::Continuation { at: self.written() });
        }
    }

    fn written(&self) -> usize {
        self.output.len().saturating_sub(self.start)
    }
}

/// Whether all octets are ASCII from SP on but `"` and `\`, as in nearly all strings. Eight octets are looked at at a time.
#[inline]
fn is_plain(octets: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let has_other = |octets: &[u8; 8]| {
        let word = u64::from_le_bytes(*octets);
        // The high bit of an octet beyond ASCII, or below what is subtracted; a borrow needs such an octet, too.
        let control = word.wrapping_sub(ONES.wrapping_mul(0x20));
        let quote = (word ^ ONES.wrapping_mul(0x22)).wrapping_sub(ONES);
        let backslash = (word ^ ONES.wrapping_mul(0x5c)).wrapping_sub(ONES);
        (word | control | quote | backslash) & (ONES << 7) != 0
    };
    let (chunks, rest) = octets.as_chunks();
    !chunks.iter().any(has_other)
        && match octets.last_chunk() {
            // Some octets twice: that is quicker than each of the last ones alone.
            Some(last) => !has_other(last),
            None => chars::all(rest, chars::QUOTED),
        }
}
