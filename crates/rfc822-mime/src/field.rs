//! Header fields: names and values, found where they are asked for.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::Range;

use memchr::{memchr, memchr2};

/// Where a field's name ends and its value lies, in octets from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spans {
    pub(crate) name: usize,
    pub(crate) colon: usize,
}

impl Spans {
    /// Those of a line with the lines that continue it; none if its first line has no colon, or begins with white space.
    pub(crate) fn of(octets: &[u8]) -> Option<Self> {
        let colon = memchr2(b':', b'\n', octets).filter(|at| octets.get(*at) == Some(&b':'))?;
        let before = octets.get(..colon)?;
        let name = before.trim_ascii_end();
        let blank = |octet: &u8| matches!(octet, b' ' | b'\t');
        if octets.first().is_some_and(blank) {
            return None;
        }
        let after = before.get(name.len()..)?;
        // White space in front of the colon is obsolete (RFC 5322 section 4.5), but anything else belongs to the name.
        let name = if after.iter().all(blank) { name.len() } else { colon };
        Some(Self { name, colon })
    }
}

/// One header field of a message: a view, to be copied.
///
/// ```
/// use rfc822_mime::Fields;
/// let mut fields = Fields::new(b"Subject : Hello,\r\n world\r\nTo: a@b.example\r\n\r\nbody");
/// let subject = fields.next().unwrap();
/// assert_eq!((subject.name(), subject.value()), (&b"Subject"[..], &b" Hello,\r\n world"[..]));
/// assert_eq!(&*subject.unfolded(), b"Hello, world");
/// assert!(fields.next().unwrap().is("TO"));
/// assert!(fields.next().is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    at: u64,
    raw: &'a [u8],
    spans: Spans,
}

impl<'a> Field<'a> {
    pub(crate) fn new(at: u64, raw: &'a [u8], spans: Spans) -> Self {
        Self { at, raw, spans }
    }

    /// Where it stands: octets from the beginning of what was read.
    pub fn range(self) -> Range<u64> {
        self.at..self.at.saturating_add(self.raw.len() as u64)
    }

    /// All of it, line ends included: what a signature is computed from.
    pub fn raw(self) -> &'a [u8] {
        self.raw
    }

    /// What stands in front of the colon, without white space at its end.
    pub fn name(self) -> &'a [u8] {
        self.raw.get(..self.spans.name).unwrap_or_default()
    }

    /// Whether it has this name, in whatever case.
    pub fn is(self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name.as_bytes())
    }

    /// What stands behind the colon, without the last line end; those of folding are in it.
    pub fn value(self) -> &'a [u8] {
        without_line_end(self.raw).get(self.spans.colon.saturating_add(1)..).unwrap_or_default()
    }

    /// Where the value stands.
    pub fn value_range(self) -> Range<u64> {
        let start = self.at.saturating_add(self.spans.colon as u64).saturating_add(1);
        start..start.saturating_add(self.value().len() as u64)
    }

    /// The value without the line ends of folding (RFC 5322 section 2.2.3), and without white space around it.
    pub fn unfolded(self) -> Cow<'a, [u8]> {
        unfold(self.value())
    }
}

impl core::fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: \"{}\"", self.at, self.raw.escape_ascii())
    }
}

/// A value without the line ends of folding, and without white space around it.
fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    let value = value.trim_ascii();
    if memchr(b'\n', value).is_none() {
        return Cow::Borrowed(value);
    }
    let mut unfolded = Vec::with_capacity(value.len());
    for line in value.split_inclusive(|octet| *octet == b'\n') {
        unfolded.extend_from_slice(without_line_end(line));
    }
    Cow::Owned(unfolded)
}

/// A line without its LF and the CRs in front of it; a CR that ends no line stays.
pub(crate) fn without_line_end(line: &[u8]) -> &[u8] {
    let Some(mut line) = line.strip_suffix(b"\n") else { return line };
    while let Some(shorter) = line.strip_suffix(b"\r") {
        line = shorter;
    }
    line
}

/// The fields of a header, in order, up to the empty line. Junk lines are passed over.
///
/// It looks only for line ends and colons; nothing is decoded or copied.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    at: u64,
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Those at the beginning of `header`; what stands behind the first empty line is no matter.
    pub fn new(header: &'a [u8]) -> Self {
        Self { at: 0, rest: header }
    }

    /// The same, where `header` has `at` octets in front of it.
    #[must_use]
    pub fn starting_at(mut self, at: u64) -> Self {
        self.at = at;
        self
    }

    /// The first field of this name.
    pub fn first(mut self, name: &str) -> Option<Field<'a>> {
        self.find(|field| field.is(name))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        loop {
            let len = logical_line(self.rest)?;
            let (raw, rest) = self.rest.split_at_checked(len)?;
            if matches!(raw.first(), Some(b'\r' | b'\n')) && without_line_end(raw).is_empty() {
                self.rest = &[];
                return None;
            }
            let at = self.at;
            self.rest = rest;
            self.at = at.saturating_add(len as u64);
            if let Some(spans) = Spans::of(raw) {
                return Some(Field::new(at, raw, spans));
            }
        }
    }
}

/// Octets of the line at the front with those that continue it; none if there is no line. An empty line has no
/// continuation.
fn logical_line(octets: &[u8]) -> Option<usize> {
    let mut end = memchr(b'\n', octets).map_or(octets.len(), |at| at.saturating_add(1));
    if end == 0 {
        return None;
    }
    if octets.first().is_some_and(|octet| matches!(octet, b'\r' | b'\n')) {
        let line = octets.get(..end).unwrap_or_default();
        if line.len() > without_line_end(line).len() && without_line_end(line).is_empty() {
            return Some(end);
        }
    }
    while let Some(b' ' | b'\t') = octets.get(end) {
        let later = octets.get(end..).unwrap_or_default();
        end = memchr(b'\n', later).map_or(octets.len(), |at| end.saturating_add(at).saturating_add(1));
    }
    Some(end)
}
