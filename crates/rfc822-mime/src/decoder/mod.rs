//! Messages out of any cutting of the input, in bounded memory.
//!
//! [`Decoder`] is fed octets and gives events: fields, body octets, delimiters, the beginning and the end of each part. It
//! looks at each octet a bounded number of times, keeps a field and a delimiter at most, and borrows what it hands on.

mod body;
mod boundaries;
mod content;
mod count;
mod event;
mod header;
mod limits;

use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use mail_wire::Error;

use crate::map::{Part, PartKind};
use crate::{Defect, DefectKind};
use body::Found;
use boundaries::Boundaries;
use count::{Counts, Tally};
use header::Header;
pub(crate) use header::is_mbox_line;

pub use event::{Delimiter, Event, HeaderEnd, Octets, PartEnd, PartStart, RawField};
pub use limits::{Limits, Options};

/// Octets of the longest line that may be a delimiter, its LF included: 998 (RFC 5322 section 2.1.1) and some for those who
/// count otherwise. A longer one is data, so a delimiter never makes a decoder keep more than that.
pub(crate) const DELIMITER_LINE: usize = 1_001;

/// Reads a message, whatever it is: no octets are an error.
///
/// It is `Send` and `Sync`, and may be used while an event is held.
///
/// ```
/// use rfc822_mime::decoder::{Decoder, Event};
///
/// let mut mime = Decoder::new();
/// let mut text = Vec::new();
/// for chunk in [&b"Subject: hel"[..], b"lo\r\n\r\none\r\n", b"two\r\n"] {
///     let mut input = chunk; // keep it in a variable: `decode` moves it on
///     while let Some(event) = mime.decode(&mut input)? {
///         match event {
///             Event::Field(field) => assert_eq!(&*field.view().unfolded(), b"hello"),
///             Event::Body(octets) => text.extend_from_slice(&octets),
///             _ => {}
///         }
///     }
/// }
/// while let Some(event) = mime.finish()? {
///     if let Event::PartEnd(end) = event {
///         assert_eq!(end.part().body(), 18..28);
///         assert_eq!(end.part().body_size().lines(), 2);
///     }
/// }
/// assert_eq!(text, b"one\r\ntwo\r\n");
/// # Ok::<(), rfc822_mime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    options: Options,
    phase: Phase,
    /// The parts that are open, outermost first.
    stack: Vec<Frame>,
    boundaries: Boundaries,
    header: Header,
    /// Octets that were taken and are in no event yet: a line that was cut by the end of a read.
    held: Vec<u8>,
    /// Events that stand for no octets, due before any others.
    queue: VecDeque<Event<'static>>,
    /// Octets that are in events.
    offset: u64,
    /// The last of them.
    before: u8,
    counts: Counts,
    parts: u32,
    defects: u64,
    /// The kinds of them, each a bit.
    kinds: u128,
    /// Whether the last of them is reported.
    reported: bool,
    /// No more input will come.
    finished: bool,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// In front of the message.
    Start,
    /// At the beginning of a line of a header, or behind what is held of it.
    Header,
    /// Behind the first line of a field; others may continue it.
    Folding,
    /// Inside a field of which too much was seen.
    Skipping,
    /// Among the octets of a leaf, a preamble or an epilogue.
    Body,
    /// At a delimiter, and perhaps in parts that it ends.
    Delimiter(Found),
    /// Behind the last octet, and perhaps in parts that end there.
    End,
}

/// A part that is open.
#[derive(Clone, Debug)]
struct Frame {
    part: Part,
    index: u32,
    /// Whether it is a multipart behind its close delimiter.
    in_epilogue: bool,
    digest: bool,
    children: u32,
    /// The counts where its header, or then its body, began.
    lines: u64,
    bare: u64,
}

/// What a step of the decoder led to.
enum Step<'i> {
    Event(Event<'i>),
    Again,
    More,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A decoder in front of a message, with default [`Options`].
    pub fn new() -> Self {
        Self::with_options(Options::new())
    }

    /// A decoder in front of a message.
    pub fn with_options(options: Options) -> Self {
        Self {
            options,
            phase: Phase::Start,
            stack: Vec::new(),
            boundaries: Boundaries::default(),
            header: Header::default(),
            held: Vec::new(),
            queue: VecDeque::new(),
            offset: 0,
            before: b'\n',
            counts: Counts::default(),
            parts: 0,
            defects: 0,
            kinds: 0,
            reported: false,
            finished: false,
        }
    }

    /// Takes what it can from the front of `input`. `Ok(None)`: all was taken, read more.
    ///
    /// Keep `input` in a variable: `decode(&mut &buffer[..n])` in a loop would feed the same octets for ever.
    ///
    /// # Errors
    /// `Misuse` behind [`finish`](Self::finish): each message needs a decoder of its own. No octets are an error.
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if self.finished {
            return Err(Error::misuse(self.offset, "a new decoder behind `finish`"));
        }
        Ok(self.next(input))
    }

    /// The message ends here. Drain until `Ok(None)`.
    ///
    /// # Errors
    /// None: every message may end anywhere.
    pub fn finish(&mut self) -> Result<Option<Event<'static>>, Error> {
        self.finished = true;
        Ok(self.next(&mut &[][..]))
    }

    /// Octets of the message that are in events, all those before the next one.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How many defects there were, those beyond [`Limits::defects`] included.
    pub fn defects(&self) -> u64 {
        self.defects
    }

    /// The number of the part that is open behind the last event, as IMAP writes it with dots (RFC 9051 section 6.4.5):
    /// nothing for the message itself; a message in a part has the number of that.
    pub fn path(&self) -> impl Iterator<Item = u32> + '_ {
        self.stack.iter().map(|frame| frame.part.number).filter(|number| *number > 0)
    }

    fn next<'i>(&mut self, input: &mut &'i [u8]) -> Option<Event<'i>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            let step = match self.phase {
                Phase::Start => self.start(input),
                Phase::Header => self.line(input),
                Phase::Folding => self.folding(input, 0),
                Phase::Skipping => self.skip(input),
                Phase::Body => self.body(input),
                Phase::Delimiter(found) => self.delimiter(input, found),
                Phase::End => self.end(),
            };
            match step {
                Step::Event(event) => return Some(event),
                Step::Again => {}
                Step::More => return None,
            }
        }
    }

    /// In front of the message: a byte order mark may stand there.
    fn start<'i>(&mut self, input: &mut &'i [u8]) -> Step<'i> {
        const BOM: &[u8] = b"\xEF\xBB\xBF";
        let missing = BOM.get(self.held.len()..).unwrap_or_default();
        let same = missing.iter().zip(input.iter()).take_while(|(wanted, octet)| wanted == octet).count();
        if same < missing.len() && same == input.len() && !self.finished {
            self.hold(input, same);
            return Step::More;
        }
        self.open(0);
        self.phase = Phase::Header;
        if same < missing.len() {
            return Step::Again;
        }
        let octets = self.take(input, same);
        self.header_begins();
        Step::Event(Event::Bom(octets))
    }

    /// A part begins here: a message, or the part of that number.
    fn open(&mut self, number: u32) {
        let parent = self.stack.last();
        let index = self.parts;
        let mut part = Part { parent: parent.map_or(0, |frame| frame.index), number, ..Part::default() };
        if number > 0 && parent.is_some_and(|frame| frame.digest) {
            part.flags |= Part::DIGEST;
        }
        let depth = u32::try_from(self.stack.len()).unwrap_or(u32::MAX);
        self.queue.push_back(Event::PartStart(PartStart { index, number, depth }));
        self.stack.push(Frame {
            part,
            index,
            in_epilogue: false,
            digest: false,
            children: 0,
            lines: 0,
            bare: 0,
        });
        self.parts = index.saturating_add(1);
        self.header = Header::of(number);
        self.header_begins();
    }

    /// The header of the part that was opened last begins here.
    fn header_begins(&mut self) {
        let (offset, counts) = (self.offset, self.counts);
        if let Some(frame) = self.stack.last_mut() {
            frame.part.start = offset;
            (frame.lines, frame.bare) = (counts.lines, counts.bare);
        }
    }

    /// The part that was opened last ends here.
    fn close(&mut self) {
        let (offset, counts) = (self.offset, self.counts);
        let Some(Frame { mut part, index, lines, bare, .. }) = self.stack.pop() else { return };
        part.end = offset;
        part.body_lines = counts.lines.saturating_sub(lines);
        part.body_bare = counts.bare.saturating_sub(bare);
        part.next = self.parts;
        part.flags |= if counts.nul_since(part.body) { Part::BODY_NUL } else { 0 };
        part.flags |= if counts.eight_since(part.body) { Part::BODY_EIGHT } else { 0 };
        self.queue.push_back(Event::PartEnd(PartEnd { index, part }));
        if self.boundaries.pop(self.stack.len()) {
            self.defect(DefectKind::MissingCloseDelimiter, offset);
        }
    }

    /// The message ends here, and one after the other all parts that are open.
    fn end<'i>(&mut self) -> Step<'i> {
        if self.stack.is_empty() {
            return Step::More;
        }
        self.close();
        Step::Again
    }

    fn defect(&mut self, kind: DefectKind, at: u64) {
        const { assert!(DefectKind::ALL.len() <= 128) };
        let bit = 1_u128.wrapping_shl(kind as u32);
        self.defects = self.defects.saturating_add(1);
        self.reported = self.defects <= self.options.limits().defects() as u64 || self.kinds & bit == 0;
        self.kinds |= bit;
        if self.reported {
            self.queue.push_back(Event::Defect(Defect { kind, at }));
        }
    }

    /// Keeps the first octets of `input` for later.
    fn hold(&mut self, input: &mut &[u8], octets: usize) {
        let (taken, rest) = input.split_at_checked(octets).unwrap_or((input, &[]));
        mail_wire::visited(taken.len());
        self.held.extend_from_slice(taken);
        *input = rest;
    }

    /// What is held, and the first octets of `input`: the next octets of the message.
    fn take<'i>(&mut self, input: &mut &'i [u8], octets: usize) -> Octets<'i> {
        let taken = if self.held.is_empty() {
            let (taken, rest) = input.split_at_checked(octets).unwrap_or((input, &[]));
            *input = rest;
            Cow::Borrowed(taken)
        } else {
            self.hold(input, octets);
            let held = match self.held.as_slice() {
                b"\r\n" => Cow::Borrowed(&b"\r\n"[..]),
                b"\n" => Cow::Borrowed(&b"\n"[..]),
                b"\r" => Cow::Borrowed(&b"\r"[..]),
                _ => Cow::Owned(core::mem::take(&mut self.held)),
            };
            self.held.clear();
            held
        };
        self.counted(taken)
    }

    /// The first octets of what is held: the next octets of the message.
    fn take_held<'i>(&mut self, octets: usize) -> Octets<'i> {
        let taken = self.held.drain(..octets.min(self.held.len())).collect();
        self.counted(Cow::Owned(taken))
    }

    fn counted<'i>(&mut self, octets: Cow<'i, [u8]>) -> Octets<'i> {
        mail_wire::visited(octets.len());
        let tally = Tally::of(self.before, &octets);
        self.tallied(octets, tally)
    }

    fn tallied<'i>(&mut self, octets: Cow<'i, [u8]>, tally: Tally) -> Octets<'i> {
        let at = self.offset;
        self.offset = at.saturating_add(octets.len() as u64);
        self.counts.add(tally, self.offset);
        self.before = octets.last().copied().unwrap_or(self.before);
        Octets::new(at, octets)
    }
}
