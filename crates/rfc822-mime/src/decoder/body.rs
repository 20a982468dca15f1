//! Bodies: data, and the delimiters among it (RFC 2046 section 5.1.1).
//!
//! ```text
//! delimiter         := CRLF "--" boundary transport-padding CRLF
//! close-delimiter   := CRLF "--" boundary "--" transport-padding
//! ```

use memchr::{memchr, memmem};

use super::{DELIMITER_LINE, Decoder, Delimiter, Event, Octets, Part, PartKind, Phase, Step};
use crate::{DefectKind, Leniency};

/// Octets that are searched at once: they are counted next, and should still be near then.
const WINDOW: usize = 64 * 1024;

/// A line that is a delimiter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Whose: its place among the open parts.
    level: usize,
    close: Option<Closing>,
    /// Octets of the line end in front.
    lead: usize,
    /// Octets from the first dash to the line end behind.
    line: usize,
    /// Octets of the line end behind.
    end: usize,
}

/// What stands behind the two dashes of a close delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    Padding,
    Text,
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
        if self.waiting == 0 {
            let octets = if self.held.is_empty() { WINDOW } else { 0 };
            return self.data(input, octets.min(input.len()));
        }
        if !self.held.is_empty() {
            return self.held_body(input);
        }
        let window = input.get(..WINDOW.min(input.len())).unwrap_or_default();
        let mut from = 0_usize;
        let begins_line = self.before == b'\n';
        if begins_line && window == b"-" {
            self.hold(input, 1);
            return Step::Again;
        }
        let mut at_line = begins_line && window.starts_with(b"--");
        loop {
            let line = if at_line { Some(0) } else { next_line(window, from) };
            let Some(line) = line else { break };
            at_line = false;
            let lead = match line.checked_sub(2).and_then(|at| window.get(at)) {
                _ if line == 0 => 0,
                Some(b'\r') => 2,
                _ => 1,
            };
            let front = line.saturating_sub(lead);
            match self.check(input.get(line..).unwrap_or_default()) {
                Check::Found(found) => {
                    let found = Found { lead, ..found };
                    self.phase = Phase::Delimiter(found);
                    return if front == 0 { Step::Again } else { self.data(input, front) };
                }
                Check::Unknown if front == 0 => {
                    self.hold(input, usize::MAX);
                    return if self.finished { Step::Again } else { Step::More };
                }
                Check::Unknown => return self.data(input, front),
                Check::Data { line: len, prefix } => {
                    from = line.saturating_add(len).min(input.len());
                    if prefix {
                        let at = self.offset.saturating_add(line as u64);
                        self.defect(DefectKind::BoundaryPrefix, at);
                        if self.reported {
                            return self.data(input, from);
                        }
                    }
                    if from >= window.len() {
                        return self.data(input, from);
                    }
                }
            }
        }
        let tail = tail(window);
        let front = window.len().saturating_sub(tail);
        if front > 0 {
            return self.data(input, front);
        }
        self.hold(input, usize::MAX);
        Step::Again
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

    /// What a line is that begins with two dashes; `octets` may go on behind it. An exact match counts first, that of the
    /// innermost multipart before those around it.
    pub(super) fn check(&self, octets: &[u8]) -> Check {
        let window = octets.get(..DELIMITER_LINE.min(octets.len())).unwrap_or_default();
        let (line, end) = match memchr(b'\n', window) {
            Some(at) => window.split_at_checked(at.saturating_add(1)).map_or((window, 0), |(line, _)| {
                let content = without_delimiter_end(line);
                (content, line.len().saturating_sub(content.len()))
            }),
            None if window.len() == DELIMITER_LINE => {
                return Check::Data { line: window.len(), prefix: false };
            }
            None if self.finished => (window, 0),
            None => return Check::Unknown,
        };
        mail_wire::visited(line.len());
        // What stands in front of white space, and of more CRs than one.
        let text = line.get(2..).unwrap_or_default().trim_ascii_end();
        let (mut prefix, mut text_behind) = (false, None);
        let mut boundary_end = self.boundaries.len();
        for (level, frame) in self.stack.iter().enumerate().rev() {
            let boundary = self.boundaries.get(frame.boundary..boundary_end).unwrap_or_default();
            boundary_end = frame.boundary;
            if !frame.waits {
                continue;
            }
            let Some(rest) = text.strip_prefix(boundary) else { continue };
            let close = match rest {
                b"" => None,
                b"--" => Some(Closing::Padding),
                _ => {
                    prefix = true;
                    if rest.starts_with(b"--") {
                        text_behind = text_behind.or(Some(level));
                    }
                    continue;
                }
            };
            return Check::Found(Found { level, close, lead: 0, line: line.len(), end });
        }
        match text_behind {
            Some(level) if self.options.leniency() == Leniency::Lenient => {
                Check::Found(Found { level, close: Some(Closing::Text), lead: 0, line: line.len(), end })
            }
            _ => Check::Data { line: line.len(), prefix },
        }
    }

    /// At a delimiter: the parts in its multipart end in front of it, one after the other.
    pub(super) fn delimiter<'i>(&mut self, input: &mut &'i [u8], found: Found) -> Step<'i> {
        if self.stack.len() > found.level.saturating_add(1) {
            self.close();
            return Step::Again;
        }
        let last = usize::try_from(self.parts).unwrap_or(usize::MAX) >= self.options.limits().parts();
        if found.close.is_none() && last {
            self.phase = Phase::Body;
            self.begin_epilogue();
            self.defect(DefectKind::Limit, self.offset.saturating_add(found.lead as u64));
            return Step::Again;
        }
        let depth = u32::try_from(found.level).unwrap_or(u32::MAX);
        let text = found.lead.saturating_add(found.line);
        let octets = match found.close {
            // The line end behind a close delimiter belongs to the epilogue, or to an outer delimiter.
            Some(_) if !self.held.is_empty() => self.take_held(text),
            Some(_) => self.take(input, text),
            None if !self.held.is_empty() => self.take(input, 0),
            None => self.take(input, text.saturating_add(found.end)),
        };
        let delimiter = Delimiter { octets, depth };
        if let Some(close) = found.close {
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
            frame.waits = false;
            frame.in_epilogue = true;
            self.waiting = self.waiting.saturating_sub(1);
        }
    }
}

/// Where the next line begins that has two dashes in front, behind `from`.
fn next_line(octets: &[u8], from: usize) -> Option<usize> {
    let searched = octets.get(from..).unwrap_or_default();
    let found = memmem::find(searched, b"\n--");
    mail_wire::visited(found.unwrap_or(searched.len()));
    Some(from.saturating_add(found?).saturating_add(1))
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
