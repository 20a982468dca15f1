//! What was odd about a message or a value, and where.

use alloc::vec::Vec;

/// One oddity, and the octet where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Defect {
    /// Which one.
    pub kind: DefectKind,
    /// Octets in front of it: from the beginning of the message for a decoder, of the value for a value.
    pub at: u64,
}

macro_rules! defects {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The kinds of oddity. Each says which reading was taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[non_exhaustive]
        pub enum DefectKind {
            $($(#[$doc])* $name,)*
        }

        impl DefectKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name, as it stands in the source.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }
    };
}

defects! {
    /// A bound of [`Limits`](crate::decoder::Limits) was reached; what lies behind it is not looked into.
    Limit,
    // Transfer encodings.
    /// Base64: an octet that is neither of the alphabet nor white space. It is skipped; `Strict`: the data ends.
    Base64Octet,
    /// Base64: a `=` where none belongs, or one where two do. It is skipped; `Strict`: the data ends.
    Base64Padding,
    /// Base64: more data behind the padding. It is decoded too; `Strict`: the data ends.
    Base64AfterPadding,
    /// Base64: the last group lacks its padding. Whole octets are decoded, a single sextet is dropped.
    Base64Unfinished,
    /// Quoted-printable: a `=` in front of neither two hexadecimal digits nor a line end. It stands for itself.
    QuotedPrintableEscape,
    /// Quoted-printable: small letters as hexadecimal digits. They are decoded; `Strict`: the `=` stands for itself.
    QuotedPrintableLowerCase,
    /// Quoted-printable: the data ends with a `=`, which is taken for a soft line break.
    QuotedPrintableEnd,
    /// Quoted-printable: more blanks in a row than a line may have octets. They are kept, wherever they stand.
    QuotedPrintableBlanks,
    /// Content-Transfer-Encoding: a quoted name, more text behind the name, or no name.
    TransferEncodingSyntax,
    /// Content-Transfer-Encoding: an unknown name. The body is opaque.
    TransferEncodingUnknown,
    // Charsets.
    /// Octets that mean nothing in the charset. U+FFFD stands for them.
    CharsetOctets,
    /// The charset is US-ASCII, the octet is none of it. It is read as windows-1252.
    CharsetEightBit,

    // Of the structure of a message.
    /// A line among header fields that has no colon, or white space in front of the first field. It is passed over.
    JunkLine,
    /// A field goes on behind a line of white space, which may have been meant as the end of the header.
    BlankContinuation,
    /// A delimiter stands among header fields. The header ends there, the body is empty.
    MissingEmptyLine,
    /// A body part begins with text that is no field. It has no header, the text is its body.
    TextWithoutEmptyLine,
    /// Content-Type or Content-Transfer-Encoding stands there again. The first one counts.
    DuplicateField,
    /// A Content-Type that can't be read: text/plain (RFC 2045 section 5.2).
    UnreadableContentType,
    /// Content-Type without MIME-Version: MIME all the same, but to a strict reader text/plain (RFC 2045 section 4).
    MissingMimeVersion,
    /// A multipart without a boundary: it has no parts.
    MissingBoundary,
    /// A multipart has a transfer encoding, against RFC 2045 section 6.4. It is ignored.
    EncodedMultipart,
    /// A message has a transfer encoding, against RFC 2046 section 5.2.1. It is not looked into.
    EncodedMessage,
    /// A line begins as a delimiter does, but goes on. It is data.
    BoundaryPrefix,
    /// Text stands behind the dashes of a close delimiter. It is one all the same, but to a strict reader data.
    CloseDelimiterText,
    /// A multipart ends without its close delimiter.
    MissingCloseDelimiter,
}

/// Defects in the order of their discovery: the first ones whole, and the first of each kind, then only their number, so
/// that a hostile message can neither make them many nor hide one behind the others.
///
/// ```
/// use rfc822_mime::{DefectKind, Defects};
/// let mut defects = Defects::new();
/// defects.add(DefectKind::Limit, 12);
/// assert!(defects.has(DefectKind::Limit) && defects.total() == 1);
/// assert_eq!(defects.iter().next().map(|defect| defect.at), Some(12));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Defects {
    kept: Vec<Defect>,
    total: u64,
}

impl Defects {
    /// How many are kept whole; behind them, only the first of each further kind is.
    pub const KEPT: usize = 100;

    /// None.
    pub const fn new() -> Self {
        Self { kept: Vec::new(), total: 0 }
    }

    /// One more, `at` octets from the beginning.
    pub fn add(&mut self, kind: DefectKind, at: u64) {
        self.total = self.total.saturating_add(1);
        if self.kept.len() < Self::KEPT || !self.has(kind) {
            self.kept.push(Defect { kind, at });
        }
    }

    /// Whether one of this kind is among those that are kept.
    pub fn has(&self, kind: DefectKind) -> bool {
        self.iter().any(|defect| defect.kind == kind)
    }

    /// Those that are kept: at most [`KEPT`](Self::KEPT), and one of each kind.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Defect> {
        self.kept.iter()
    }

    /// How many there were.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Nothing was odd.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }
}
