//! What decoding gives.

use alloc::borrow::Cow;
use core::fmt;
use core::ops::{Deref, Range};

use crate::Defect;
use crate::field::{Field, Spans};
use crate::map::{Part, PartKind};

/// Octets of the message, and where they stand in it. Borrowed from the input, unless they were spread over two reads.
#[derive(Clone, PartialEq, Eq)]
pub struct Octets<'i> {
    at: u64,
    octets: Cow<'i, [u8]>,
}

impl<'i> Octets<'i> {
    pub(crate) fn new(at: u64, octets: Cow<'i, [u8]>) -> Self {
        Self { at, octets }
    }

    /// Octets in front of them, from the beginning of the message.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Where they stand, in octets from the beginning of the message.
    pub fn range(&self) -> Range<u64> {
        self.at..self.at.saturating_add(self.len() as u64)
    }

    /// The octets.
    pub fn into_cow(self) -> Cow<'i, [u8]> {
        self.octets
    }

    /// The same, with a copy of borrowed octets.
    pub fn into_owned(self) -> Octets<'static> {
        Octets { at: self.at, octets: Cow::Owned(self.octets.into_owned()) }
    }

    #[cfg(feature = "testkit")]
    pub(crate) fn to_mut(&mut self) -> &mut alloc::vec::Vec<u8> {
        self.octets.to_mut()
    }
}

impl Deref for Octets<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.octets
    }
}

impl fmt::Debug for Octets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: \"{}\"", self.at, self.escape_ascii())
    }
}

/// What the next octets of a message are, or what is known behind them.
///
/// The octets of all events together are the message: none is lost, none comes twice.
///
/// ```text
/// message   = [Bom] PartStart [MboxLine] *(Field / Junk / Skipped) HeaderEnd body PartEnd
/// body      = *Body                                    ; a leaf
///           / message                                  ; a message in a message
///           / *Preamble *(Delimiter message) [CloseDelimiter *Epilogue]
/// ```
///
/// A [`Defect`](Self::Defect) may follow any of them; it follows the event that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'i> {
    /// A byte order mark in front of the message.
    Bom(Octets<'i>),
    /// A message or a body part begins.
    PartStart(PartStart),
    /// The line `From …` with which a mailbox file parts its messages (RFC 4155), or its quoted form `>From …`, in front
    /// of a header.
    MboxLine(Octets<'i>),
    /// A header field.
    Field(RawField<'i>),
    /// A line among the fields that has no colon, with the lines that continue it.
    Junk(Octets<'i>),
    /// Octets of a header that lie behind a limit; they may come in several pieces.
    Skipped(Octets<'i>),
    /// The header is complete, and it is known what the body is.
    HeaderEnd(HeaderEnd<'i>),
    /// Octets in front of the first part of a multipart, or all of one that has no boundary; in pieces.
    Preamble(Octets<'i>),
    /// Octets of the body of a leaf, in pieces, as they are encoded.
    Body(Octets<'i>),
    /// The line between two parts.
    Delimiter(Delimiter<'i>),
    /// The line behind the last part, without the line end behind it.
    CloseDelimiter(Delimiter<'i>),
    /// Octets behind the close delimiter, its line end included; in pieces.
    Epilogue(Octets<'i>),
    /// A message or a body part is complete.
    PartEnd(PartEnd),
    /// Something was odd.
    Defect(Defect),
}

impl Event<'_> {
    /// The octets of the message that it stands for, if it stands for any.
    pub fn octets(&self) -> Option<&Octets<'_>> {
        match self {
            Self::Bom(octets)
            | Self::MboxLine(octets)
            | Self::Junk(octets)
            | Self::Skipped(octets)
            | Self::Preamble(octets)
            | Self::Body(octets)
            | Self::Epilogue(octets) => Some(octets),
            Self::Field(field) => Some(&field.octets),
            Self::HeaderEnd(end) => Some(&end.octets),
            Self::Delimiter(delimiter) | Self::CloseDelimiter(delimiter) => Some(&delimiter.octets),
            Self::PartStart(_) | Self::PartEnd(_) | Self::Defect(_) => None,
        }
    }

    /// The same, with a copy of borrowed octets.
    pub fn into_owned(self) -> Event<'static> {
        match self {
            Self::Bom(octets) => Event::Bom(octets.into_owned()),
            Self::PartStart(start) => Event::PartStart(start),
            Self::MboxLine(octets) => Event::MboxLine(octets.into_owned()),
            Self::Field(field) => {
                Event::Field(RawField { octets: field.octets.into_owned(), spans: field.spans })
            }
            Self::Junk(octets) => Event::Junk(octets.into_owned()),
            Self::Skipped(octets) => Event::Skipped(octets.into_owned()),
            Self::HeaderEnd(end) => {
                Event::HeaderEnd(HeaderEnd { octets: end.octets.into_owned(), kind: end.kind })
            }
            Self::Preamble(octets) => Event::Preamble(octets.into_owned()),
            Self::Body(octets) => Event::Body(octets.into_owned()),
            Self::Delimiter(delimiter) => Event::Delimiter(delimiter.into_owned()),
            Self::CloseDelimiter(delimiter) => Event::CloseDelimiter(delimiter.into_owned()),
            Self::Epilogue(octets) => Event::Epilogue(octets.into_owned()),
            Self::PartEnd(end) => Event::PartEnd(end),
            Self::Defect(defect) => Event::Defect(defect),
        }
    }
}

/// The beginning of a message or of a body part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartStart {
    pub(crate) index: u32,
    pub(crate) number: u32,
    pub(crate) depth: u32,
}

impl PartStart {
    /// Which part of the message, in the order of their beginnings; the message itself is 0.
    pub fn index(&self) -> usize {
        usize::try_from(self.index).unwrap_or(usize::MAX)
    }

    /// Which part of its multipart, from 1; 0 for a message.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How many parts it is in: 0 for the message itself.
    pub fn depth(&self) -> u32 {
        self.depth
    }
}

/// The end of a message or of a body part, with all that is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartEnd {
    pub(crate) index: u32,
    pub(crate) part: Part,
}

impl PartEnd {
    /// Which part it is: that of its [`PartStart`].
    pub fn index(&self) -> usize {
        usize::try_from(self.index).unwrap_or(usize::MAX)
    }

    /// Where it lies, and what it is.
    pub fn part(&self) -> &Part {
        &self.part
    }
}

/// A header field as it stands in the message.
///
/// ```
/// use rfc822_mime::decoder::{Decoder, Event};
/// let (mut mime, mut input) = (Decoder::new(), &b"Subject: one\r\n two\r\n\r\n"[..]);
/// while let Some(event) = mime.decode(&mut input)? {
///     if let Event::Field(field) = event {
///         assert!(field.view().is("subject"));
///         assert_eq!(&*field.view().unfolded(), b"one two");
///         assert_eq!(field.octets().range(), 0..20);
///     }
/// }
/// # Ok::<(), rfc822_mime::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawField<'i> {
    pub(crate) octets: Octets<'i>,
    pub(crate) spans: Spans,
}

impl<'i> RawField<'i> {
    /// All of it, name, colon and line ends included.
    pub fn octets(&self) -> &Octets<'i> {
        &self.octets
    }

    /// Its name and its value.
    pub fn view(&self) -> Field<'_> {
        Field::new(self.octets.at, &self.octets, self.spans)
    }
}

/// The end of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderEnd<'i> {
    pub(crate) octets: Octets<'i>,
    pub(crate) kind: PartKind,
}

impl<'i> HeaderEnd<'i> {
    /// The empty line; no octets if there is none.
    pub fn octets(&self) -> &Octets<'i> {
        &self.octets
    }

    /// What the body is.
    pub fn kind(&self) -> PartKind {
        self.kind
    }
}

/// The line that parts one part from the next (RFC 2046 section 5.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delimiter<'i> {
    pub(crate) octets: Octets<'i>,
    pub(crate) depth: u32,
}

impl<'i> Delimiter<'i> {
    /// All of it; the line end in front belongs to it, and not to the part that it ends.
    pub fn octets(&self) -> &Octets<'i> {
        &self.octets
    }

    /// How many parts its multipart is in.
    pub fn depth(&self) -> u32 {
        self.depth
    }

    fn into_owned(self) -> Delimiter<'static> {
        Delimiter { octets: self.octets.into_owned(), depth: self.depth }
    }
}
