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
}

/// Defects in the order of their discovery: the first ones whole, then only their number, so that a hostile message can't
/// make them many.
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
    /// How many are kept whole.
    pub const KEPT: usize = 100;

    /// None.
    pub const fn new() -> Self {
        Self { kept: Vec::new(), total: 0 }
    }

    /// One more, `at` octets from the beginning.
    pub fn add(&mut self, kind: DefectKind, at: u64) {
        self.total = self.total.saturating_add(1);
        if self.kept.len() < Self::KEPT {
            self.kept.push(Defect { kind, at });
        }
    }

    /// Whether one of this kind is among those that are kept.
    pub fn has(&self, kind: DefectKind) -> bool {
        self.iter().any(|defect| defect.kind == kind)
    }

    /// Those that are kept, at most [`KEPT`](Self::KEPT).
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
