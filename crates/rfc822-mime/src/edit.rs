//! Changes to the fields of a message that keep every other octet.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use mail_wire::Error;

use crate::build::{check_name, lines};
use crate::decoder::is_mbox_line;
use crate::field::without_line_end;
use crate::value::{FieldValue, HeaderForm};
use crate::{Field, Fields, PartRef};

/// What may stand in front of a message.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The fields of a message, or of a part, to change one by one. What is not changed stays as it is, octet for octet, so that
/// signatures over it hold (RFC 6376); the body is neither read nor copied.
///
/// New fields are folded, end as the lines around them do, and are ASCII, as far as their addresses are.
///
/// ```
/// use rfc822_mime::Edit;
/// let message = b"Received: x\nSubject:  two\n  lines\nBcc: a@b.example\nTo : c@d.example\n\nBody";
/// let mut edit = Edit::new(message);
/// edit.set("Subject", "Grüße")?;
/// edit.remove("bcc");
/// edit.prepend("Delivered-To", "c@d.example")?;
/// edit.add("X-Spam", "no")?;
/// assert_eq!(
///     edit.pieces().to_bytes(),
///     b"Delivered-To: c@d.example\nReceived: x\nSubject: =?utf-8?b?R3LDvMOfZQ==?=\nTo : c@d.example\nX-Spam: no\n\nBody"
/// );
/// # Ok::<(), rfc822_mime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Edit<'m> {
    octets: &'m [u8],
    items: Vec<Item<'m>>,
    /// Where a field may stand if there are no others.
    gap: usize,
    /// Where the header ends: at its empty line, or where it has none.
    end: u64,
    has_lf: bool,
    form: HeaderForm,
}

/// What stands in a header.
#[derive(Clone, Debug)]
enum Item<'m> {
    Field(Field<'m>),
    /// What is no field, and what stands in front of the header.
    Other(Range<u64>),
    New {
        name: String,
        octets: Vec<u8>,
    },
}

impl Item<'_> {
    fn is(&self, wanted: &str) -> bool {
        match self {
            Self::Field(field) => field.is(wanted),
            Self::New { name, .. } => name.eq_ignore_ascii_case(wanted),
            Self::Other(_) => false,
        }
    }
}

impl<'m> Edit<'m> {
    /// Of a message; of any octets.
    pub fn new(message: &'m [u8]) -> Self {
        let start = if message.starts_with(BOM) { 3 } else { 0 };
        let header = message.get(start..).unwrap_or_default();
        Self::of(message, header, start as u64)
    }

    /// Of a part: its message with another header there.
    pub fn of_part(part: PartRef<'m>) -> Self {
        Self::of(part.message(), part.header(), part.range().start)
    }

    fn of(octets: &'m [u8], header: &'m [u8], start: u64) -> Self {
        let line_end = memchr::memchr(b'\n', header);
        let first_line = line_end.and_then(|at| header.get(..=at)).unwrap_or(header);
        let lead = if is_mbox_line(header) { first_line.len() } else { 0 };
        let start = start.saturating_add(lead as u64);
        let header = header.get(lead..).unwrap_or_default();

        let mut items = Vec::new();
        let mut fields = Fields::new(header).starting_at(start);
        let mut at = 0;
        let mut first = None;
        for field in fields.by_ref() {
            let range = field.range();
            if range.start > at {
                items.push(Item::Other(at..range.start));
            }
            first.get_or_insert(items.len());
            at = range.end;
            items.push(Item::Field(field));
        }
        let end = fields.at();
        let gap = first.unwrap_or_else(|| {
            let len = end.saturating_sub(start);
            let gap = start.saturating_add(gap(header.get(..place(len)).unwrap_or(header)) as u64);
            items.push(Item::Other(0..gap));
            at = gap;
            1
        });
        items.push(Item::Other(at..end));
        // a header without lines has those of the message
        let any_line = memchr::memchr(b'\n', octets).and_then(|at| octets.get(..=at)).unwrap_or_default();
        let line = if line_end.is_some() { first_line } else { any_line };
        let has_lf = !line.is_empty() && !line.ends_with(b"\r\n");
        Self { octets, items, gap, end, has_lf, form: HeaderForm::Ascii }
    }

    /// Writes new fields in UTF-8, for a message whose header is (RFC 6532).
    #[must_use]
    pub fn with_utf8(mut self) -> Self {
        self.form = HeaderForm::Utf8;
        self
    }

    /// Another value for a field: it takes the place of the first one of this name, and the others go; one that is not there
    /// is [added](Self::add).
    ///
    /// # Errors
    /// `Syntax` if `name` is none, or `value` holds CR, LF or NUL; `Limit` if it can't be folded. Nothing is changed.
    pub fn set(&mut self, name: &str, value: &(impl FieldValue + ?Sized)) -> Result<(), Error> {
        let new = self.field(name, value)?;
        match self.items.iter().position(|item| item.is(name)) {
            None => self.append(new),
            Some(first) => {
                let mut index = 0_usize;
                self.items.retain(|item| {
                    let is_kept = index <= first || !item.is(name);
                    index = index.saturating_add(1);
                    is_kept
                });
                if let Some(item) = self.items.get_mut(first) {
                    *item = new;
                }
            }
        }
        Ok(())
    }

    /// One more field, behind all others.
    ///
    /// # Errors
    /// See [`set`](Self::set).
    pub fn add(&mut self, name: &str, value: &(impl FieldValue + ?Sized)) -> Result<(), Error> {
        let new = self.field(name, value)?;
        self.append(new);
        Ok(())
    }

    /// One more field, in front of all others: a trace of the way (RFC 5321 section 4.4).
    ///
    /// # Errors
    /// See [`set`](Self::set).
    pub fn prepend(&mut self, name: &str, value: &(impl FieldValue + ?Sized)) -> Result<(), Error> {
        let new = self.field(name, value)?;
        let first = self.items.iter().position(|item| !matches!(item, Item::Other(_)));
        self.items.insert(first.unwrap_or(self.gap).min(self.items.len()), new);
        Ok(())
    }

    /// Takes all fields of this name away; tells how many.
    pub fn remove(&mut self, name: &str) -> usize {
        let before = self.items.len();
        self.items.retain(|item| !item.is(name));
        before.saturating_sub(self.items.len())
    }

    /// The message as it is now.
    pub fn pieces(&self) -> Pieces<'m> {
        let mut pieces = Pieces::new(self.octets);
        let line_end: &[u8] = if self.has_lf { b"\n" } else { b"\r\n" };
        let mut has_new = false;
        for item in &self.items {
            match item {
                Item::Field(field) => pieces.keep(field.range()),
                Item::Other(range) => pieces.keep(range.clone()),
                Item::New { octets, .. } => {
                    has_new = true;
                    pieces.end_line(line_end);
                    pieces.put(octets.clone());
                }
            }
        }
        let rest = self.octets.get(place(self.end)..).unwrap_or_default();
        let line = memchr::memchr(b'\n', rest).and_then(|at| rest.get(..=at)).unwrap_or(rest);
        // a body that began without an empty line would begin with fields now
        if has_new && !without_line_end(line).is_empty() {
            pieces.put(line_end.into());
        }
        pieces.keep(self.end..self.octets.len() as u64);
        pieces
    }

    fn append(&mut self, new: Item<'m>) {
        let last = self.items.iter().rposition(|item| !matches!(item, Item::Other(_)));
        let index = last.map_or(self.gap, |last| last.saturating_add(1)).min(self.items.len());
        self.items.insert(index, new);
    }

    fn field(&self, name: &str, value: &(impl FieldValue + ?Sized)) -> Result<Item<'m>, Error> {
        check_name(name)?;
        let mut octets = lines(name, &value.octets(self.form)?)?;
        if self.has_lf {
            octets.retain(|octet| *octet != b'\r');
        }
        Ok(Item::New { name: name.into(), octets })
    }
}

/// Where a field may stand among lines that are none: in front of them; but behind those if a line that begins with white
/// space would continue it. A last line that has no end, and would be an empty one with it, stays the last one.
fn gap(junk: &[u8]) -> usize {
    if !matches!(junk.first(), Some(b' ' | b'\t')) {
        return 0;
    }
    let last = memchr::memrchr(b'\n', junk).map_or(0, |at| at.saturating_add(1));
    let line = junk.get(last..).unwrap_or_default();
    if line.iter().all(|octet| *octet == b'\r') { last } else { junk.len() }
}

/// A message that is put together from octets of another one and new ones.
#[derive(Clone, Debug)]
pub struct Pieces<'m> {
    octets: &'m [u8],
    pieces: Vec<Held>,
}

#[derive(Clone, Debug)]
enum Held {
    Original(Range<u64>),
    New(Vec<u8>),
}

/// A piece of such a message, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Piece<'p> {
    /// Octets that stood in the message.
    Original {
        /// Where they stood.
        at: u64,
        /// These octets.
        octets: &'p [u8],
    },
    /// Octets that are new.
    New(&'p [u8]),
}

impl<'p> Piece<'p> {
    /// The octets.
    pub fn octets(self) -> &'p [u8] {
        match self {
            Self::Original { octets, .. } | Self::New(octets) => octets,
        }
    }
}

impl<'m> Pieces<'m> {
    pub(crate) fn new(octets: &'m [u8]) -> Self {
        Self { octets, pieces: Vec::new() }
    }

    /// Goes on with octets of the message.
    pub(crate) fn keep(&mut self, range: Range<u64>) {
        match self.pieces.last_mut() {
            Some(Held::Original(last)) if last.end == range.start => last.end = range.end,
            _ if range.is_empty() => {}
            _ => self.pieces.push(Held::Original(range)),
        }
    }

    /// Goes on with new octets.
    pub(crate) fn put(&mut self, octets: Vec<u8>) {
        match self.pieces.last_mut() {
            Some(Held::New(last)) => last.extend_from_slice(&octets),
            _ if octets.is_empty() => {}
            _ => self.pieces.push(Held::New(octets)),
        }
    }

    /// Ends the last line, if it has no end.
    fn end_line(&mut self, line_end: &[u8]) {
        let last = self.pieces.last().map(|piece| self.shown(piece).octets()).unwrap_or_default();
        if !matches!(last, [] | [.., b'\n'] | BOM) {
            self.put(line_end.into());
        }
    }

    /// The pieces, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Piece<'_>> {
        self.pieces.iter().map(|piece| self.shown(piece))
    }

    fn shown<'p>(&'p self, piece: &'p Held) -> Piece<'p> {
        match piece {
            Held::New(octets) => Piece::New(octets),
            Held::Original(range) => {
                let octets = self.octets.get(place(range.start)..place(range.end)).unwrap_or_default();
                Piece::Original { at: range.start, octets }
            }
        }
    }

    /// Octets of all pieces.
    pub fn octets(&self) -> u64 {
        self.iter().fold(0, |octets, piece| octets.saturating_add(piece.octets().len() as u64))
    }

    /// All of them in one.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut all = Vec::with_capacity(place(self.octets()));
        self.iter().for_each(|piece| all.extend_from_slice(piece.octets()));
        all
    }
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
