//! Frames: a line with the literals in it, out of any cutting of the input.

use alloc::vec::Vec;

use mail_wire::line::LineEnd;
use mail_wire::{Error, ErrorKind};
use zeroize::Zeroize;

use crate::{Limits, LiteralHeader, LiteralMode, Tag, chars};

/// Which way the octets flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stream {
    /// From a client: the octets of a synchronizing literal come only after a `+`. What is kept of them is wiped: it may
    /// be a password.
    Commands,
    /// From a server: the octets of every literal come at once.
    Responses,
}

/// One complete frame, without its last line end: text, and each joined literal behind its `{n}` and line end.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    octets: &'a [u8],
    gaps: &'a [Gap],
    offset: u64,
    end: LineEnd,
    over: Option<&'static str>,
    literals: bool,
    /// Its only CR, LF or NUL is the CRLF at its end: seen while it was cut.
    clean: bool,
}

impl<'a> Frame<'a> {
    /// A frame of its own, for what is parsed without a stream: no line end, all literals joined.
    pub fn new(octets: &'a [u8]) -> Self {
        let literals = memchr::memchr(b'\n', octets).is_some();
        Self { octets, gaps: &[], offset: 0, end: LineEnd::CrLf, over: None, literals, clean: false }
    }

    /// The same, with literals left out at these places, in rising order.
    pub fn with_gaps(octets: &'a [u8], gaps: &'a [Gap]) -> Self {
        Self { gaps, ..Self::new(octets) }
    }

    /// The octets, without those that were streamed and without the last line end. Up to the limit, if one was crossed.
    #[inline]
    pub fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// Where literals were streamed out.
    #[inline]
    pub fn gaps(&self) -> &'a [Gap] {
        self.gaps
    }

    /// Whether a literal was announced in it, so that it has line ends.
    #[inline]
    pub fn has_literals(&self) -> bool {
        self.literals
    }

    /// Octets from the start of the stream.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How its last line ended.
    #[inline]
    pub fn end(&self) -> LineEnd {
        self.end
    }

    /// The place `at` of [`octets`](Self::octets), as octets from the start of the stream.
    pub fn stream_offset(&self, at: usize) -> u64 {
        let gaps = self.gaps.iter().take_while(|gap| gap.at <= at).map(|gap| gap.octets);
        gaps.fold(self.offset.saturating_add(at as u64), u64::saturating_add)
    }

    /// Whether there is nothing to be said of it before its grammar: no bound was crossed, CRLF ends it, and there is no
    /// [`dirt`](Self::dirt) in it.
    #[inline]
    pub fn is_sound(&self) -> bool {
        self.clean || self.over.is_none() && self.end == LineEnd::CrLf && self.dirt().is_none()
    }

    /// Where the text first holds what no text may: a CR or NUL, or an LF that ends nothing. Literals are passed over.
    #[inline]
    pub fn dirt(&self) -> Option<usize> {
        // A frame without a literal has no line end in it.
        memchr::memchr2(b'\r', 0, self.octets)?;
        self.find_dirt()
    }

    fn find_dirt(&self) -> Option<usize> {
        let mut at = 0_usize;
        loop {
            let rest = self.octets.get(at..)?;
            let found = memchr::memchr3(b'\r', b'\n', 0, rest)?;
            let end = found.saturating_add(if rest.get(found..)?.starts_with(b"\r\n") { 2 } else { 1 });
            let line = rest.get(..end)?;
            let behind = at.saturating_add(end);
            match LiteralHeader::at_end_of(line) {
                Some(header) if line.ends_with(b"\n") => {
                    let is_streamed = self.gaps.binary_search_by_key(&behind, Gap::at).is_ok();
                    let octets =
                        if is_streamed { 0 } else { usize::try_from(header.octets()).unwrap_or(usize::MAX) };
                    at = behind.saturating_add(octets);
                }
                _ => return Some(at.saturating_add(found)),
            }
        }
    }

    /// The text without its literals: each stretch, and where it begins.
    pub fn texts(&self) -> impl Iterator<Item = (usize, &'a [u8])> {
        let (octets, gaps, mut at) = (self.octets, self.gaps, 0_usize);
        core::iter::from_fn(move || {
            let from = at;
            let rest = octets.get(from..).filter(|rest| !rest.is_empty())?;
            let line = memchr::memchr(b'\n', rest).and_then(|end| rest.get(..=end));
            let announced = line.and_then(|line| Some((line, LiteralHeader::at_end_of(line)?)));
            let Some((line, header)) = announced else {
                at = octets.len();
                return Some((from, rest));
            };
            let behind = from.saturating_add(line.len());
            let is_streamed = gaps.binary_search_by_key(&behind, Gap::at).is_ok();
            let literal =
                if is_streamed { 0 } else { usize::try_from(header.octets()).unwrap_or(usize::MAX) };
            at = behind.saturating_add(literal);
            Some((from, line))
        })
    }

    /// The same without CRs at its end, which some peers send.
    #[must_use]
    pub fn without_trailing_cr(mut self) -> Self {
        while let Some(octets) = self.octets.strip_suffix(b"\r") {
            self.octets = octets;
        }
        self
    }

    /// Which bound it crossed, if it did: then it is cut short.
    ///
    /// # Errors
    /// `Limit`.
    pub fn check(&self) -> Result<(), Error> {
        match self.over {
            None => Ok(()),
            Some(expected) => Err(Error::limit(self.stream_offset(self.octets.len()), expected)),
        }
    }
}

/// Passwords pass through frames, so a frame never shows its octets.
impl core::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Frame")
            .field("octets", &self.octets.len())
            .field("gaps", &self.gaps)
            .field("offset", &self.offset)
            .field("over", &self.over)
            .finish()
    }
}

/// A literal that is not in its frame, since it was streamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    at: usize,
    octets: u64,
}

impl Gap {
    /// A literal of `octets` octets is left out in front of the octet `at` of the frame.
    pub fn new(at: usize, octets: u64) -> Self {
        Self { at, octets }
    }

    /// Where in the frame it would stand: just behind its `{n}` and line end.
    pub fn at(&self) -> usize {
        self.at
    }

    /// How many octets it had.
    pub fn octets(&self) -> u64 {
        self.octets
    }
}

/// A line, or a piece of one behind a literal, that ends in `{n}`: the framer asks whether that is an announcement.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Piece<'a> {
    /// The frame so far, this piece included; up to the limit, if one was crossed.
    pub frame: &'a [u8],
    /// Where the piece begins.
    pub from: usize,
}

/// What the framer comes to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Step<'a, 'i> {
    /// All input was taken, and more is needed.
    More,
    /// A literal begins: [`join`](Framer::join), [`stream`](Framer::stream), [`drain`](Framer::drain) or
    /// [`abandon`](Framer::abandon) it. Until then nothing more is taken.
    Literal(LiteralHeader),
    /// Octets of a literal that is streamed; never empty.
    Data(&'i [u8]),
    /// The streamed literal has ended.
    LiteralEnd,
    /// A frame is complete.
    Frame(Frame<'a>),
}

/// Cuts a stream into frames, resuming where the last read ended.
///
/// It looks for line ends and for a `{n}` in front of them, never at quotes. A frame that lies whole in the input and has
/// no literal is borrowed from there. A frame that crosses a bound is drained, its literals included, and reported once.
///
/// ```text
/// "a APPEND box {5000}\r\n"   → Literal, then after stream(): Data …, LiteralEnd
/// "\r\n"                      → Frame "a APPEND box {5000}\r\n" with a gap at its end
/// ```
pub struct Framer {
    stream: Stream,
    state: State,
    /// The frame so far (or, when `complete`, the one handed out last).
    held: Vec<u8>,
    gaps: Vec<Gap>,
    /// Where the line, or its piece behind the last literal, begins in `held`, and how many octets of it were seen.
    from: usize,
    seen: usize,
    literals: usize,
    /// What a line that is drained may announce at its end.
    tail: Tail,
    over: Option<&'static str>,
    complete: bool,
    /// Octets taken since the start of the stream, and how many of them before this frame.
    taken: u64,
    start: u64,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Line,
    Announced(LiteralHeader),
    Joining(usize),
    Streaming(u64),
    Draining(u64),
}

impl Framer {
    /// At the start of a stream.
    pub fn new(stream: Stream) -> Self {
        Self {
            stream,
            state: State::Line,
            held: Vec::new(),
            gaps: Vec::new(),
            from: 0,
            seen: 0,
            literals: 0,
            tail: Tail::default(),
            over: None,
            complete: false,
            taken: 0,
            start: 0,
        }
    }

    /// Takes what it can from the front of `input`. `is_literal` is asked of each line that ends in `{n}`, whether a literal
    /// follows: in human-readable text none does.
    #[inline]
    pub fn next<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
        limits: &Limits,
        is_literal: impl FnMut(Piece<'_>) -> bool,
    ) -> Step<'a, 'i> {
        if self.complete {
            self.forget();
        }
        if self.take_octet(input, limits) {
            return Step::More;
        }
        if self.seen == 0
            && self.held.is_empty()
            && let State::Line = self.state
            && self.over.is_none()
            && let Some((len, clean)) = whole_line(input)
            && let Some((line, rest)) = input.split_at_checked(len)
            && line.len() <= limits.line().min(limits.frame())
            && !matches!(line, [.., b'}', b'\n'] | [.., b'}', b'\r', b'\n'])
        {
            mail_wire::visited(line.len());
            *input = rest;
            let offset = self.taken;
            self.taken = offset.saturating_add(line.len() as u64);
            self.start = self.taken;
            let (octets, end) = strip_end(line);
            return Step::Frame(Frame { octets, gaps: &[], offset, end, over: None, literals: false, clean });
        }
        self.resume(input, limits, is_literal)
    }

    /// Takes an octet that came alone, in the middle of a line, and says so. Otherwise nothing is changed, and
    /// [`next`](Self::next) is to be called.
    #[inline(always)]
    pub fn take_octet(&mut self, input: &mut &[u8], limits: &Limits) -> bool {
        let [octet] = **input else { return false };
        let is_plain =
            octet != b'\n' && matches!(self.state, State::Line) && self.over.is_none() && !self.complete;
        let has_room = self.held.len() < self.held.capacity().min(limits.frame())
            && self.held.len().saturating_sub(self.from) < limits.line();
        if is_plain && has_room {
            mail_wire::visited(1);
            self.held.push(octet);
            self.seen = self.seen.wrapping_add(1);
            self.taken = self.taken.wrapping_add(1);
            *input = &[];
        }
        is_plain && has_room
    }

    #[inline(never)]
    fn resume<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
        limits: &Limits,
        mut is_literal: impl FnMut(Piece<'_>) -> bool,
    ) -> Step<'a, 'i> {
        loop {
            match self.state {
                State::Announced(header) => return Step::Literal(header),
                State::Joining(left) => {
                    let octets = self.take(input, left);
                    self.hold(octets, limits.frame());
                    let left = left.saturating_sub(octets.len());
                    if left > 0 {
                        self.state = State::Joining(left);
                        return Step::More;
                    }
                    self.begin_piece();
                }
                State::Streaming(0) => {
                    self.begin_piece();
                    return Step::LiteralEnd;
                }
                State::Streaming(left) => {
                    let octets = self.take(input, usize::try_from(left).unwrap_or(usize::MAX));
                    if octets.is_empty() {
                        return Step::More;
                    }
                    self.state = State::Streaming(left.saturating_sub(octets.len() as u64));
                    return Step::Data(octets);
                }
                State::Draining(left) => {
                    let octets = self.take(input, usize::try_from(left).unwrap_or(usize::MAX));
                    let left = left.saturating_sub(octets.len() as u64);
                    if left > 0 {
                        self.state = State::Draining(left);
                        return Step::More;
                    }
                    self.begin_piece();
                }
                State::Line => {
                    let line_end = memchr::memchr(b'\n', input);
                    let octets = self.take(input, line_end.map_or(usize::MAX, |at| at.saturating_add(1)));
                    self.hold_line(octets, limits);
                    if line_end.is_none() {
                        return Step::More;
                    }
                    if let Some(header) = self.announced(&mut is_literal) {
                        self.literals = self.literals.saturating_add(1);
                        if self.literals > limits.literals() {
                            self.over = self.over.or(Some("fewer literals"));
                        }
                        if header.octets() > limits.literal() {
                            self.over = self.over.or(Some("a smaller literal"));
                        }
                        match (self.over, self.stream, header.mode()) {
                            (None, ..) => self.state = State::Announced(header),
                            // Nobody will say `+`, so the client will not send it.
                            (Some(_), Stream::Commands, LiteralMode::Synchronizing) => {
                                return Step::Frame(self.completed());
                            }
                            (Some(_), ..) => self.state = State::Draining(header.octets()),
                        }
                        continue;
                    }
                    return Step::Frame(self.completed());
                }
            }
        }
    }

    /// The literal that was announced becomes part of the frame, if the bound for the frame allows it; else it is drained.
    pub fn join(&mut self, limits: &Limits) {
        if let State::Announced(header) = self.state {
            let room = limits.frame().saturating_sub(self.held.len());
            self.state = match usize::try_from(header.octets()) {
                Ok(octets) if octets <= room => State::Joining(octets),
                _ => {
                    self.over = Some("a smaller literal");
                    State::Draining(header.octets())
                }
            };
        }
    }

    /// The octets of the literal that was announced are handed over as they come.
    pub fn stream(&mut self) {
        if let State::Announced(header) = self.state {
            self.gaps.push(Gap { at: self.held.len(), octets: header.octets() });
            self.state = State::Streaming(header.octets());
        }
    }

    /// The literal that was announced comes, but nobody wants it: it and the rest of the frame are passed over, and the
    /// frame is reported as one that crossed a bound.
    pub fn drain(&mut self, why: &'static str) {
        if let State::Announced(header) = self.state {
            self.over = Some(why);
            self.state = State::Draining(header.octets());
        }
    }

    /// The literal that was announced will not come, nor will the rest of its frame.
    pub fn abandon(&mut self) {
        self.forget();
    }

    /// The octets of the frame that is under way.
    pub fn frame_so_far(&self) -> &[u8] {
        if self.complete { &[] } else { &self.held }
    }

    /// Octets taken since the start of the stream.
    pub fn offset(&self) -> u64 {
        self.taken
    }

    /// Where the frame under way began.
    pub fn frame_offset(&self) -> u64 {
        self.start
    }

    /// Whether part of a frame has been taken.
    pub fn is_inside_frame(&self) -> bool {
        !self.complete && self.taken > self.start
    }

    /// The peer closed.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a frame.
    pub fn finish(&self) -> Result<(), Error> {
        if self.is_inside_frame() {
            return Err(Error::new(ErrorKind::UnexpectedEof, self.taken, "the rest of the line or literal"));
        }
        Ok(())
    }

    fn take<'i>(&mut self, input: &mut &'i [u8], want: usize) -> &'i [u8] {
        let (taken, rest) = input.split_at_checked(want).unwrap_or((*input, &[]));
        mail_wire::visited(taken.len());
        self.taken = self.taken.saturating_add(taken.len() as u64);
        *input = rest;
        taken
    }

    fn begin_piece(&mut self) {
        self.state = State::Line;
        self.from = self.held.len();
        self.seen = 0;
        self.tail = Tail::default();
    }

    fn hold_line(&mut self, octets: &[u8], limits: &Limits) {
        self.seen = self.seen.saturating_add(octets.len());
        if self.over.is_none() {
            let room = limits.line().saturating_sub(self.held.len().saturating_sub(self.from));
            match octets.get(..room.min(limits.frame().saturating_sub(self.held.len()))) {
                // All of it fits exactly, or it is longer than that.
                Some(front) if front.len() < octets.len() => {
                    self.hold(front, limits.frame());
                    self.over = Some("a shorter line");
                    self.tail.push(self.held.get(self.from..).unwrap_or_default());
                    self.tail.push(octets.get(front.len()..).unwrap_or_default());
                }
                _ => self.hold(octets, limits.frame()),
            }
        } else {
            self.tail.push(octets);
        }
    }

    fn announced(&self, is_literal: &mut impl FnMut(Piece<'_>) -> bool) -> Option<LiteralHeader> {
        let piece = match self.over {
            Some(_) => self.tail.as_slice(),
            None => self.held.get(self.from..)?,
        };
        let header = LiteralHeader::at_end_of(piece)?;
        is_literal(Piece { frame: &self.held, from: self.from }).then_some(header)
    }

    fn completed(&mut self) -> Frame<'_> {
        self.complete = true;
        let offset = self.start;
        self.start = self.taken;
        let (octets, end) = match self.over {
            // The line end was not kept.
            Some(_) => (self.held.as_slice(), LineEnd::CrLf),
            None => strip_end(&self.held),
        };
        Frame {
            octets,
            gaps: &self.gaps,
            offset,
            end,
            over: self.over,
            literals: self.literals > 0,
            clean: false,
        }
    }

    fn hold(&mut self, octets: &[u8], limit: usize) {
        mail_wire::visited(octets.len());
        let need = self.held.len().saturating_add(octets.len());
        if need > self.held.capacity() {
            // By hand: a reallocation would leave the old octets behind unwiped.
            let capacity = need.max(self.held.capacity().saturating_mul(2)).max(128).min(limit.max(need));
            let mut larger = Vec::with_capacity(capacity);
            larger.extend_from_slice(&self.held);
            self.wipe();
            self.held = larger;
        }
        self.held.extend_from_slice(octets);
    }

    fn wipe(&mut self) {
        if self.stream == Stream::Commands {
            self.held.as_mut_slice().zeroize();
        }
    }

    fn forget(&mut self) {
        self.wipe();
        self.held.clear();
        // One large frame must not keep its memory for the rest of the session.
        if self.held.capacity() > KEPT {
            self.held = Vec::new();
        }
        self.gaps.clear();
        self.literals = 0;
        self.over = None;
        self.complete = false;
        self.start = self.taken;
        self.begin_piece();
    }
}

/// Octets in which the tag and the name of a command are looked for.
const HEAD: usize = 512;

/// `tag SP name` of a command's line, as far as it has them.
///
/// ```
/// let (tag, name) = imap_wire::frame::head(b"a1 LOGIN {5}");
/// assert_eq!((tag.unwrap().as_str(), name), ("a1", Some(&b"LOGIN"[..])));
/// ```
pub fn head(line: &[u8]) -> (Option<Tag>, Option<&[u8]>) {
    // It is asked for at each literal, so it must not cost more than that.
    let line = line.get(..HEAD).unwrap_or(line);
    let mut words = line.split(|octet| *octet == b' ');
    let tag = words.next().filter(|tag| chars::all(tag, chars::TAG)).and_then(|tag| Tag::new(tag).ok());
    let name = words.next().filter(|name| !name.is_empty() && chars::all(name, chars::ATOM));
    (tag, name)
}

/// Octets of the quoted string that `rest` begins with; all of it, if it does not end.
///
/// ```
/// assert_eq!(imap_wire::frame::quoted_len(b"\"a \\\" b\" c"), 8);
/// ```
pub fn quoted_len(rest: &[u8]) -> usize {
    let mut at = 1_usize;
    while let Some(found) = memchr::memchr2(b'"', b'\\', rest.get(at..).unwrap_or_default()) {
        at = at.saturating_add(found);
        if rest.get(at) == Some(&b'"') {
            return at.saturating_add(1);
        }
        at = at.saturating_add(2);
    }
    rest.len()
}

/// Octets of a buffer that is kept from frame to frame.
const KEPT: usize = 64 << 10;

impl Drop for Framer {
    fn drop(&mut self) {
        self.wipe();
        self.tail.octets.zeroize();
    }
}

impl Clone for Framer {
    fn clone(&self) -> Self {
        Self { held: self.held.clone(), gaps: self.gaps.clone(), ..*self }
    }
}

impl core::fmt::Debug for Framer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Framer")
            .field("state", &self.state)
            .field("held", &self.held.len())
            .field("taken", &self.taken)
            .finish()
    }
}

/// The last `{` of a line that is not held, and what followed it as long as that may announce a literal: without zeros in
/// front of the number, and of a number beyond 64 bits only so many digits that it stays one.
#[derive(Clone, Copy, Debug, Default)]
struct Tail {
    octets: [u8; Self::LEN],
    len: usize,
    last: u8,
}

impl Tail {
    const LEN: usize = 32;
    /// Up to here there may be digits: `~{`, and one more than 64 bits can have.
    const DIGITS: usize = 23;

    fn push(&mut self, more: &[u8]) {
        let mut rest = more;
        if let Some(at) = memchr::memrchr(b'{', more) {
            let before = at.checked_sub(1).and_then(|at| more.get(at).copied()).unwrap_or(self.last);
            self.len = 0;
            if before == b'~' {
                self.put(b'~');
            }
            self.put(b'{');
            rest = more.get(at.saturating_add(1)..).unwrap_or_default();
        }
        for octet in rest {
            match (octet, self.as_slice()) {
                (_, []) => break,
                (b'0'..=b'9', [.., b'{', b'0']) => {
                    self.len = self.len.saturating_sub(1);
                    self.put(*octet);
                }
                (b'0'..=b'9', digits) if digits.len() >= Self::DIGITS => {}
                (b'0'..=b'9' | b'+' | b'}' | b'\r' | b'\n', kept) if kept.len() < Self::LEN => {
                    self.put(*octet)
                }
                _ => self.len = 0,
            }
        }
        self.last = more.last().copied().unwrap_or(self.last);
    }

    fn put(&mut self, octet: u8) {
        if let Some(slot) = self.octets.get_mut(self.len) {
            *slot = octet;
            self.len = self.len.saturating_add(1);
        }
    }

    fn as_slice(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }
}

/// Octets of the line that `input` begins with, its end included, and whether no other CR, LF or NUL stands in it.
#[inline(always)]
fn whole_line(input: &[u8]) -> Option<(usize, bool)> {
    // Nearly all lines are clean, so that one search says where they end and what is in them.
    let found = memchr::memchr3(b'\r', b'\n', 0, input)?;
    if let Some([b'\r', b'\n', ..]) = input.get(found..) {
        return Some((found.wrapping_add(2), true));
    }
    let more = memchr::memchr(b'\n', input.get(found..)?)?;
    Some((found.wrapping_add(more).wrapping_add(1), false))
}

fn strip_end(line: &[u8]) -> (&[u8], LineEnd) {
    match line {
        [front @ .., b'\r', b'\n'] => (front, LineEnd::CrLf),
        [front @ .., b'\n'] => (front, LineEnd::Lf),
        _ => (line, LineEnd::CrLf),
    }
}
