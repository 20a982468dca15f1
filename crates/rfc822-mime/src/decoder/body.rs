//! Bodies: data, and the delimiters among it (RFC 2046 section 5.1.1).
//!
//! ```text
//! delimiter         := CRLF "--" boundary transport-padding CRLF
//! close-delimiter   := CRLF "--" boundary "--" transport-padding
//! ```

use memchr::memchr;

use super::boundaries::{Closing, Match};
use super::count::Tally;
use super::{DELIMITER_LINE, Decoder, Delimiter, Event, Octets, Part, PartKind, Phase, Step};
use crate::DefectKind;

/// Octets of a piece of data at most: what is searched is counted at once, so it should stay near.
const PIECE: usize = 64 * 1024;

/// Octets that are searched line by line: many parts end there. Those behind them are counted first, in blocks, and searched
/// only where a line of the block begins with a dash.
const FIRST_BLOCK: usize = 512;
const BLOCK: usize = 4 * 1024;

/// A line that is a delimiter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    whose: Match,
    /// Octets of the line end in front.
    lead: usize,
    /// Octets from the first dash to the line end behind.
    line: usize,
    /// Octets of the line end behind.
    end: usize,
}

/// What a line that begins with two dashes is.
pub(super) enum Check {
    Found(Found),
    /// Data: so many octets up to its line end. Whether it begins as a delimiter does.
    Data {
        line: usize,
        prefix: bool,
    },
    /// Its end was not seen.
    Unknown,
}

/// How far a piece of data was searched, and what was counted on the way.
struct Scan<'a> {
    octets: &'a [u8],
    before: u8,
    at: usize,
    tally: Tally,
}

impl Scan<'_> {
    /// The octet in front of the one at `at`.
    fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).and_then(|last| self.octets.get(last)).copied().unwrap_or(self.before)
    }

    fn tally(&self, from: usize, to: usize) -> Tally {
        let octets = self.octets.get(from..to).unwrap_or_default();
        mail_wire::visited(octets.len());
        Tally::of(self.before(from), octets)
    }

    /// What the octets in front of `end` hold. Those between there and where the scan is are a line end, and dashes.
    fn tally_to(&self, end: usize) -> Tally {
        if end < self.at {
            self.tally.without(self.tally(end, self.at))
        } else {
            self.tally.and(self.tally(self.at, end))
        }
    }

    /// Where the next line begins that has two dashes in front, from `from` up to `to`.
    fn dashes(&self, mut from: usize, to: usize) -> Option<usize> {
        loop {
            if self.before(from) == b'\n' && self.octets.get(from..)?.starts_with(b"--") {
                return Some(from);
            }
            let searched = self.octets.get(from..to)?;
            let next = memchr(b'\n', searched);
            mail_wire::visited(next.unwrap_or(searched.len()));
            from = from.saturating_add(next?).saturating_add(1);
            if from >= to {
                return None;
            }
        }
    }
}

impl Decoder {
    /// Among the octets of a leaf, a preamble or an epilogue.
    pub(super) fn body<'i>(&mut self, input: &mut &'i [u8]) -> Step<'i> {
        if input.is_empty() && self.held.is_empty() {
            if self.finished {
                self.phase = Phase::End;
                return Step::Again;
            }
            return Step::More;
        }
        if self.boundaries.is_empty() {
            let octets = if self.held.is_empty() { PIECE } else { 0 };
            return self.data(input, octets.min(input.len()));
        }
        if !self.held.is_empty() {
            return self.held_body(input);
        }
        let whole = *input;
        let piece = whole.get(..PIECE.min(whole.len())).unwrap_or_default();
        let mut scan = Scan { octets: whole, before: self.before, at: 0, tally: Tally::default() };
        if self.before == b'\n' && piece == b"-" {
            self.hold(input, 1);
            return Step::Again;
        }
        if self.before == b'\n'
            && piece.starts_with(b"--")
            && let Check::Found(found) = self.check(whole)
        {
            self.phase = Phase::Delimiter(found);
            return Step::Again;
        }
        while scan.at < piece.len() {
            let first = scan.at == 0;
            let end = scan.at.saturating_add(if first { FIRST_BLOCK } else { BLOCK }).min(piece.len());
            let tally = if first { Tally::default() } else { scan.tally(scan.at, end) };
            let mut next = if first || tally.dash { scan.dashes(scan.at, end) } else { None };
            while let Some(line) = next {
                let lead = match line.checked_sub(2).and_then(|at| whole.get(at)) {
                    _ if line == 0 => 0,
                    Some(b'\r') => 2,
                    _ => 1,
                };
                let front = line.saturating_sub(lead);
                match self.check(whole.get(line..).unwrap_or_default()) {
                    Check::Found(found) => {
                        self.phase = Phase::Delimiter(Found { lead, ..found });
                        return if front == 0 { Step::Again } else { self.scanned(input, &scan, front) };
                    }
                    Check::Unknown if front == 0 => {
                        self.hold(input, usize::MAX);
                        return Step::Again;
                    }
                    Check::Unknown => return self.scanned(input, &scan, front),
                    Check::Data { line: len, prefix } => {
                        let behind = line.saturating_add(len).min(whole.len());
                        if prefix {
                            self.defect(DefectKind::BoundaryPrefix, self.offset.saturating_add(line as u64));
                        }
                        if prefix && self.reported || behind >= piece.len() {
                            return self.scanned(input, &scan, behind);
                        }
                        next = scan.dashes(behind, end);
                    }
                }
            }
            scan.tally = if first { scan.tally(0, end) } else { scan.tally.and(tally) };
            scan.at = end;
        }
        let front = piece.len().saturating_sub(tail(piece));
        if front > 0 {
            return self.scanned(input, &scan, front);
        }
        self.hold(input, usize::MAX);
        Step::Again
    }

    /// The first octets of `input`, which were scanned, are data.
    fn scanned<'i>(&mut self, input: &mut &'i [u8], scan: &Scan<'_>, octets: usize) -> Step<'i> {
        let tally = scan.tally_to(octets);
        let (taken, rest) = input.split_at_checked(octets).unwrap_or((input, &[]));
        *input = rest;
        let octets = self.tallied(taken.into(), tally);
        Step::Event(self.data_event(octets))
    }

    /// Behind octets that are held: a line end and the beginning of a line, each perhaps in part, or a line of text.
    fn held_body<'i>(&mut self, input: &mut &'i [u8]) -> Step<'i> {
        let lead = match self.held.as_slice() {
            [b'\r'] => {
                return match input.first() {
                    Some(b'\n') => {
                        self.hold(input, 1);
                        Step::Again
                    }
                    None if !self.finished => Step::More,
                    _ => self.data(input, 0),
                };
            }
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => 0,
        };
        let line = self.held.get(lead..).unwrap_or_default();
        let whole = line.last() == Some(&b'\n');
        if matches!(line, [] | [b'-']) {
            return match input.first() {
                Some(b'-') => {
                    self.hold(input, 1);
                    Step::Again
                }
                None if !self.finished => Step::More,
                _ => self.data(input, 0),
            };
        }
        if !line.starts_with(b"--") {
            // The text of a part that has no header.
            return self.held_line(lead.saturating_add(without_delimiter_end(line).len()));
        }
        if !whole {
            let room = DELIMITER_LINE.saturating_sub(line.len());
            let window = input.get(..room.min(input.len())).unwrap_or_default();
            match memchr(b'\n', window) {
                Some(at) => self.hold(input, at.saturating_add(1)),
                None if window.len() == room => {
                    self.hold(input, room);
                    return self.data(input, 0);
                }
                None if !self.finished => {
                    self.hold(input, usize::MAX);
                    return Step::More;
                }
                None => {}
            }
        }
        match self.check(self.held.get(lead..).unwrap_or_default()) {
            Check::Found(found) => {
                self.phase = Phase::Delimiter(Found { lead, ..found });
                Step::Again
            }
            Check::Data { line, prefix } => {
                if prefix {
                    self.defect(DefectKind::BoundaryPrefix, self.offset.saturating_add(lead as u64));
                }
                self.held_line(lead.saturating_add(line))
            }
            Check::Unknown => self.data(input, 0),
        }
    }

    /// The first octets of what is held are data.
    fn held_line<'i>(&mut self, octets: usize) -> Step<'i> {
        let octets = self.take_held(octets);
        Step::Event(self.data_event(octets))
    }

    /// What is held, and the first octets of `input`, are data.
    fn data<'i>(&mut self, input: &mut &'i [u8], octets: usize) -> Step<'i> {
        let octets = self.take(input, octets);
        Step::Event(self.data_event(octets))
    }

    fn data_event<'i>(&self, octets: Octets<'i>) -> Event<'i> {
        match self.stack.last() {
            Some(frame) if frame.part.kind == PartKind::Multipart => {
                if frame.in_epilogue {
                    Event::Epilogue(octets)
                } else {
                    Event::Preamble(octets)
                }
            }
            _ => Event::Body(octets),
        }
    }

    /// What a line is that begins with two dashes; `octets` may go on behind it.
    pub(super) fn check(&self, octets: &[u8]) -> Check {
        let window = octets.get(..DELIMITER_LINE.min(octets.len())).unwrap_or_default();
        let (line, end) = match memchr(b'\n', window) {
            Some(at) => {
                let whole = window.get(..at.saturating_add(1)).unwrap_or(window);
                let line = without_delimiter_end(whole);
                (line, whole.len().saturating_sub(line.len()))
            }
            None if window.len() == DELIMITER_LINE => {
                return Check::Data { line: window.len(), prefix: false };
            }
            None if self.finished => (window, 0),
            None => return Check::Unknown,
        };
        mail_wire::visited(line.len());
        match self.boundaries.find(line, self.options.leniency()) {
            Ok(whose) => Check::Found(Found { whose, lead: 0, line: line.len(), end }),
            Err(prefix) => Check::Data { line: line.len(), prefix },
        }
    }

    /// At a delimiter: the parts in its multipart end in front of it, one after the other.
    pub(super) fn delimiter<'i>(&mut self, input: &mut &'i [u8], found: Found) -> Step<'i> {
        if self.stack.len() > found.whose.level.saturating_add(1) {
            self.close();
            return Step::Again;
        }
        let last = usize::try_from(self.parts).unwrap_or(usize::MAX) >= self.options.limits().parts();
        if found.whose.close.is_none() && last {
            self.phase = Phase::Body;
            self.begin_epilogue();
            self.defect(DefectKind::Limit, self.offset.saturating_add(found.lead as u64));
            return Step::Again;
        }
        let depth = u32::try_from(found.whose.level).unwrap_or(u32::MAX);
        let text = found.lead.saturating_add(found.line);
        let octets = match found.whose.close {
            // The line end behind a close delimiter belongs to the epilogue, or to an outer delimiter.
            Some(_) if !self.held.is_empty() => self.take_held(text),
            Some(_) => self.take(input, text),
            None if !self.held.is_empty() => self.take(input, 0),
            None => self.take(input, text.saturating_add(found.end)),
        };
        let delimiter = Delimiter { octets, depth };
        if let Some(close) = found.whose.close {
            self.phase = Phase::Body;
            self.begin_epilogue();
            if let Some(frame) = self.stack.last_mut() {
                frame.part.flags |= Part::CLOSED;
            }
            if close == Closing::Text {
                self.defect(DefectKind::CloseDelimiterText, delimiter.octets.at());
            }
            return Step::Event(Event::CloseDelimiter(delimiter));
        }
        let mut number = 1;
        if let Some(frame) = self.stack.last_mut() {
            frame.children = frame.children.saturating_add(1);
            number = frame.children;
        }
        self.open(number);
        self.phase = Phase::Header;
        Step::Event(Event::Delimiter(delimiter))
    }

    /// The multipart that was opened last waits for no more delimiters.
    fn begin_epilogue(&mut self) {
        if let Some(frame) = self.stack.last_mut() {
            frame.in_epilogue = true;
        }
        self.boundaries.pop(self.stack.len().saturating_sub(1));
    }
}

/// Octets at the end that may be the line end in front of a delimiter, or that and a dash.
fn tail(octets: &[u8]) -> usize {
    let (octets, dash) = octets.strip_suffix(b"-").map_or((octets, 0_usize), |octets| (octets, 1));
    match octets {
        [.., b'\r', b'\n'] => dash.saturating_add(2),
        [.., b'\n'] => dash.saturating_add(1),
        [.., b'\r'] if dash == 0 => 1,
        _ => 0,
    }
}

/// A line without its LF and the CR in front of it.
fn without_delimiter_end(line: &[u8]) -> &[u8] {
    let Some(line) = line.strip_suffix(b"\n") else { return line };
    line.strip_suffix(b"\r").unwrap_or(line)
}
