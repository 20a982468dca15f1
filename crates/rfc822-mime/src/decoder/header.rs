//! Headers: fields, junk, and where they end.

use memchr::memchr;

use super::body::Check;
use super::content::{self, ContentKind};
use super::count::Tally;
use super::{DELIMITER_LINE, Decoder, Event, HeaderEnd, Octets, Part, PartKind, Phase, RawField, Step};
use crate::field::{Spans, without_line_end};
use crate::{DefectKind, Leniency};

/// What is known of the header that is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    content: Option<ContentKind>,
    /// The boundary of the Content-Type.
    boundary: alloc::vec::Vec<u8>,
    /// Whether Content-Transfer-Encoding leaves the octets as they are.
    identity: Option<bool>,
    mime_version: bool,
    fields: usize,
    first: First,
}

/// Which line comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum First {
    /// The first of a message: it may come from a mailbox file.
    OfMessage,
    /// The first of a body part: the empty line in front of its text may be missing.
    OfPart,
    #[default]
    Later,
}

impl Header {
    pub(super) fn of(number: u32) -> Self {
        let first = if number == 0 { First::OfMessage } else { First::OfPart };
        Self { first, ..Self::default() }
    }
}

/// What a line of a header is.
enum Line {
    Empty,
    Delimiter,
    Mbox,
    Text,
    Field,
}

impl Decoder {
    /// At the beginning of a line of a header, or behind what is held of it.
    pub(super) fn line<'i>(&mut self, input: &mut &'i [u8]) -> Step<'i> {
        let limit = match self.header.first {
            First::OfPart => DELIMITER_LINE,
            _ => self.options.limits().field(),
        };
        let room = limit.saturating_sub(self.held.len());
        let window = input.get(..room.min(input.len())).unwrap_or_default();
        let end = match memchr(b'\n', window) {
            _ if self.held.last() == Some(&b'\n') => 0,
            Some(at) => at.saturating_add(1),
            None if window.len() == room => return self.long_line(input, room),
            None if !self.finished => {
                self.hold(input, usize::MAX);
                return Step::More;
            }
            None if self.held.is_empty() && window.is_empty() => return self.header_end(self.nothing()),
            None => window.len(),
        };
        let line = if self.held.is_empty() {
            self.classify(window.get(..end).unwrap_or_default())
        } else {
            self.hold(input, end);
            self.classify(&self.held)
        };
        let end = if self.held.is_empty() { end } else { 0 };
        match line {
            Line::Empty => {
                let octets = self.take(input, end);
                self.header_end(octets)
            }
            Line::Delimiter | Line::Text => {
                let text = matches!(line, Line::Text);
                let kind = if text { DefectKind::TextWithoutEmptyLine } else { DefectKind::MissingEmptyLine };
                self.cut_header(kind)
            }
            Line::Mbox => {
                self.header.first = First::Later;
                let octets = self.take(input, end);
                self.header_begins();
                Step::Event(Event::MboxLine(octets))
            }
            Line::Field => {
                self.header.first = First::Later;
                self.phase = Phase::Folding;
                self.folding(input, end)
            }
        }
    }

    fn classify(&self, line: &[u8]) -> Line {
        let content = without_line_end(line);
        if content.is_empty() {
            return Line::Empty;
        }
        if line.starts_with(b"--")
            && !self.boundaries.is_empty()
            && matches!(self.check(line), Check::Found(_))
        {
            return Line::Delimiter;
        }
        match self.header.first {
            First::OfMessage if is_mbox_line(content) => Line::Mbox,
            First::OfPart if !is_field(content) => Line::Text,
            _ => Line::Field,
        }
    }

    /// A line of which `room` octets were seen, and no end.
    fn long_line<'i>(&mut self, input: &mut &'i [u8], room: usize) -> Step<'i> {
        if self.header.first != First::OfPart {
            return self.cut_field(input, room);
        }
        if !self.held.is_empty() {
            self.hold(input, room);
        }
        let seen = if self.held.is_empty() { input.get(..room).unwrap_or_default() } else { &self.held };
        if is_field(seen) {
            self.header.first = First::Later;
            return Step::Again;
        }
        self.cut_header(DefectKind::TextWithoutEmptyLine)
    }

    /// Inside a field, of which `end` octets of `input` were seen, and before them what is held: a first line at least.
    pub(super) fn folding<'i>(&mut self, input: &mut &'i [u8], mut end: usize) -> Step<'i> {
        let room = self.options.limits().field().saturating_sub(self.held.len());
        // Of the first line, if `input` has it.
        let mut tally = Tally::default();
        if let Some(last) = end.checked_sub(1).filter(|last| input.get(*last) == Some(&b'\n')) {
            tally.line(self.before, input, last);
        }
        loop {
            let last = match end.checked_sub(1) {
                Some(last) => input.get(last),
                None => self.held.last(),
            };
            match input.get(end) {
                None if self.finished => break,
                None => {
                    self.hold(input, end);
                    return Step::More;
                }
                Some(next) if last == Some(&b'\n') && !matches!(next, b' ' | b'\t') => break,
                Some(_) => {}
            }
            let window = input.get(end..room.min(input.len())).unwrap_or_default();
            if window.is_empty() {
                return self.cut_field(input, room);
            }
            let len = match memchr(b'\n', window) {
                Some(at) => {
                    tally.line(self.before, input, end.saturating_add(at));
                    at.saturating_add(1)
                }
                None => window.len(),
            };
            end = end.saturating_add(len);
        }
        self.phase = Phase::Header;
        if !self.held.is_empty() {
            let octets = self.take(input, end);
            return Step::Event(self.field(octets));
        }
        let (taken, rest) = input.split_at_checked(end).unwrap_or((input, &[]));
        *input = rest;
        mail_wire::visited(taken.len());
        let octets = self.tallied(taken.into(), tally.with_kinds(taken));
        Step::Event(self.field(octets))
    }

    /// A field longer than the limit: its first octets now, and the others without a look at them.
    fn cut_field<'i>(&mut self, input: &mut &'i [u8], room: usize) -> Step<'i> {
        self.header.first = First::Later;
        self.phase = Phase::Skipping;
        let octets = self.take(input, room);
        let event = self.field(octets);
        self.defect(DefectKind::Limit, self.offset);
        Step::Event(event)
    }

    /// Inside a field that was cut.
    pub(super) fn skip<'i>(&mut self, input: &mut &'i [u8]) -> Step<'i> {
        if input.is_empty() && !self.finished {
            return Step::More;
        }
        let (mut end, mut before) = (0_usize, self.before);
        while let Some(next) = input.get(end) {
            if before == b'\n' && !matches!(next, b' ' | b'\t') {
                break;
            }
            let rest = input.get(end..).unwrap_or_default();
            let len = memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
            end = end.saturating_add(len);
            before = end.checked_sub(1).and_then(|last| input.get(last)).copied().unwrap_or(before);
        }
        if end < input.len() || self.finished {
            self.phase = Phase::Header;
        }
        if end == 0 { Step::Again } else { Step::Event(Event::Skipped(self.take(input, end))) }
    }

    /// A line with those that continue it.
    fn field<'i>(&mut self, octets: Octets<'i>) -> Event<'i> {
        let limit = self.options.limits().fields();
        self.header.fields = self.header.fields.saturating_add(1);
        if self.header.fields > limit {
            if self.header.fields == limit.saturating_add(1) {
                self.defect(DefectKind::Limit, octets.at());
            }
            return Event::Skipped(octets);
        }
        let Some(spans) = Spans::of(&octets) else {
            self.defect(DefectKind::JunkLine, octets.at());
            return Event::Junk(octets);
        };
        let field = RawField { octets, spans };
        self.note(&field);
        Event::Field(field)
    }

    /// Remembers what the structure of the body depends on. The first of several counts.
    fn note(&mut self, field: &RawField<'_>) {
        let (view, leniency) = (field.view(), self.options.leniency());
        let at = field.octets().at();
        if has_blank_line(view.raw()) {
            self.defect(DefectKind::BlankContinuation, at);
        }
        let twice = match view.name().len() {
            12 if view.is("Content-Type") => {
                let twice = self.header.content.is_some();
                if !twice {
                    let kind = content::content_type(view.value(), leniency, &mut self.header.boundary);
                    self.header.content = Some(kind);
                    if kind == ContentKind::Unreadable {
                        self.defect(DefectKind::UnreadableContentType, at);
                    }
                }
                twice
            }
            25 if view.is("Content-Transfer-Encoding") => {
                let twice = self.header.identity.is_some();
                if !twice {
                    self.header.identity = Some(content::is_identity(view.value(), leniency));
                }
                twice
            }
            12 if view.is("MIME-Version") => {
                self.header.mime_version = true;
                false
            }
            _ => false,
        };
        if twice {
            self.defect(DefectKind::DuplicateField, at);
        }
    }

    /// The header ends here, without an empty line.
    fn cut_header<'i>(&mut self, kind: DefectKind) -> Step<'i> {
        self.defect(kind, self.offset);
        self.header_end(self.nothing())
    }

    fn nothing(&self) -> Octets<'static> {
        Octets::new(self.offset, (&[]).into())
    }

    /// The header is complete: what is the body?
    fn header_end<'i>(&mut self, octets: Octets<'i>) -> Step<'i> {
        let (offset, counts) = (self.offset, self.counts);
        let kind = self.decide(offset);
        let Some(frame) = self.stack.last_mut() else { return Step::More };
        let part = &mut frame.part;
        part.body = offset;
        part.kind = kind;
        part.header_lines = u32::try_from(counts.lines.saturating_sub(frame.lines)).unwrap_or(u32::MAX);
        part.header_bare = u32::try_from(counts.bare.saturating_sub(frame.bare)).unwrap_or(u32::MAX);
        part.flags |= if counts.nul_since(part.start) { Part::HEADER_NUL } else { 0 };
        part.flags |= if counts.eight_since(part.start) { Part::HEADER_EIGHT } else { 0 };
        (frame.lines, frame.bare) = (counts.lines, counts.bare);
        self.phase = Phase::Body;
        if kind == PartKind::Message {
            self.open(0);
            self.phase = Phase::Header;
        }
        Step::Event(Event::HeaderEnd(HeaderEnd { octets, kind }))
    }

    /// What the body that begins at `at` is; a multipart's boundary is put where delimiters are looked up.
    fn decide(&mut self, at: u64) -> PartKind {
        let strict = self.options.leniency() == Leniency::Strict;
        let limits = *self.options.limits();
        let deepest = self.stack.len() >= limits.depth();
        let last = usize::try_from(self.parts).unwrap_or(usize::MAX) >= limits.parts();
        let identity = self.header.identity.unwrap_or(true);
        let Some(frame) = self.stack.last_mut() else { return PartKind::Leaf };
        let mut content = match self.header.content {
            Some(content) => content,
            None if frame.part.is_in_digest() => ContentKind::Message,
            None => return PartKind::Leaf,
        };
        let mut odd = None;
        if frame.part.is_message() && !self.header.mime_version {
            odd = Some(DefectKind::MissingMimeVersion);
            content = if strict { ContentKind::Unreadable } else { content };
        }
        let boundary = &self.header.boundary;
        let (kind, opaque) = match content {
            ContentKind::Leaf | ContentKind::Unreadable => (PartKind::Leaf, None),
            ContentKind::Message if deepest || last => (PartKind::Leaf, Some(DefectKind::Limit)),
            ContentKind::Message if !identity => (PartKind::Leaf, Some(DefectKind::EncodedMessage)),
            ContentKind::Message => (PartKind::Message, None),
            _ if boundary.is_empty() => (PartKind::Multipart, None),
            _ if deepest || boundary.len() > limits.boundary() => (PartKind::Leaf, Some(DefectKind::Limit)),
            _ => (PartKind::Multipart, None),
        };
        frame.part.flags |= if opaque.is_some() { Part::OPAQUE } else { 0 };
        let (mut encoded, mut without) = (None, None);
        if kind == PartKind::Multipart {
            encoded = (!identity).then_some(DefectKind::EncodedMultipart);
            frame.digest = content == ContentKind::Digest;
            if boundary.is_empty() {
                without = Some(DefectKind::MissingBoundary);
            } else {
                let level = self.stack.len().saturating_sub(1);
                self.boundaries.push(level, boundary);
            }
        }
        for kind in [odd, opaque, encoded, without].into_iter().flatten() {
            self.defect(kind, at);
        }
        kind
    }
}

/// `From ` at the front of a mailbox file's message, or `>From ` where that was quoted; but not `From : a@b.example`.
fn is_mbox_line(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b">").unwrap_or(line).strip_prefix(b"From ") else { return false };
    rest.trim_ascii_start().first() != Some(&b':')
}

/// Whether a line begins as a field does (RFC 5322 section 2.2): a name of printable octets, and a colon.
fn is_field(line: &[u8]) -> bool {
    let name = line.iter().position(|octet| *octet == b':' || !octet.is_ascii_graphic());
    let Some((name, rest)) = name.and_then(|len| line.split_at_checked(len)) else { return false };
    let rest = rest.iter().find(|octet| !matches!(octet, b' ' | b'\t'));
    !name.is_empty() && rest == Some(&b':')
}

/// Whether one of the lines that continue a field holds nothing but white space.
fn has_blank_line(raw: &[u8]) -> bool {
    let mut rest = raw;
    while let Some(at) = memchr(b'\n', rest) {
        rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
        if rest.is_empty() {
            return false;
        }
        if rest.iter().find(|octet| !matches!(octet, b' ' | b'\t' | b'\r')) == Some(&b'\n') {
            return true;
        }
    }
    false
}
