//! Bounds and tolerance of a decoder.

use mail_wire::Leniency;

/// The bounds that a decoder keeps, whatever the message holds. None of them loses an octet: what lies behind one is handed
/// on without being looked into, and [`DefectKind::Limit`](crate::DefectKind::Limit) says where that begins.
///
/// ```
/// use rfc822_mime::decoder::Limits;
/// let limits = Limits::new().with_depth(20).with_parts(500);
/// assert_eq!((limits.depth(), limits.parts()), (20, 500));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    depth: usize,
    parts: usize,
    fields: usize,
    field: usize,
    defects: usize,
    boundary: usize,
}

impl Limits {
    /// The defaults: 100 levels, 10,000 parts, 10,000 fields in a header, 1 MiB in a field, 100 defects, 256 octets in a
    /// boundary.
    pub const fn new() -> Self {
        Self { depth: 100, parts: 10_000, fields: 10_000, field: 1 << 20, defects: 100, boundary: 256 }
    }

    /// Levels of parts within parts, the message itself included. A multipart or a message in the last one is not looked into.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Parts of a message, itself and the messages in it included. What comes behind the last one belongs to the epilogue
    /// of its multipart.
    pub fn parts(&self) -> usize {
        self.parts
    }

    /// Fields and junk lines of one header. Those beyond come as [`Event::Skipped`](super::Event::Skipped).
    pub fn fields(&self) -> usize {
        self.fields
    }

    /// Octets of a field that come as one event; its rest is [`Event::Skipped`](super::Event::Skipped). Also what a
    /// decoder retains of its input at most. At least 1,001.
    pub fn field(&self) -> usize {
        self.field
    }

    /// Defects that are reported; of further ones only the first of each kind is, and all are counted.
    pub fn defects(&self) -> usize {
        self.defects
    }

    /// Octets of a boundary; RFC 2046 section 5.1.1 allows 70. A multipart with a longer one is not looked into.
    pub fn boundary(&self) -> usize {
        self.boundary
    }

    /// Sets [`depth`](Self::depth).
    #[must_use]
    pub fn with_depth(mut self, levels: usize) -> Self {
        self.depth = levels;
        self
    }

    /// Sets [`parts`](Self::parts).
    #[must_use]
    pub fn with_parts(mut self, parts: usize) -> Self {
        self.parts = parts;
        self
    }

    /// Sets [`fields`](Self::fields).
    #[must_use]
    pub fn with_fields(mut self, fields: usize) -> Self {
        self.fields = fields;
        self
    }

    /// Sets [`field`](Self::field).
    #[must_use]
    pub fn with_field(mut self, octets: usize) -> Self {
        self.field = octets.max(super::DELIMITER_LINE);
        self
    }

    /// Sets [`defects`](Self::defects).
    #[must_use]
    pub fn with_defects(mut self, defects: usize) -> Self {
        self.defects = defects;
        self
    }

    /// Sets [`boundary`](Self::boundary).
    #[must_use]
    pub fn with_boundary(mut self, octets: usize) -> Self {
        self.boundary = octets;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

/// What a decoder is made with.
///
/// ```
/// use rfc822_mime::Leniency;
/// use rfc822_mime::decoder::{Limits, Options};
/// let options = Options::new().with_leniency(Leniency::Strict).with_limits(Limits::new().with_depth(10));
/// assert_eq!(options.limits().depth(), 10);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    leniency: Leniency,
    limits: Limits,
}

impl Options {
    /// [`Leniency::Lenient`] and the default [`Limits`].
    pub fn new() -> Self {
        Self::default()
    }

    /// How odd messages are read.
    pub fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// The bounds.
    pub fn limits(&self) -> &Limits {
        &self.limits
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
}
