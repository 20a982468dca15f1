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

    // of values
    /// A comment without its `)`; it takes all that follows.
    UnclosedComment,
    /// A quoted string without its second quote; it takes all that follows.
    UnclosedQuote,
    /// A literal without its `]`; it takes all that follows.
    UnclosedLiteral,
    /// An octet that the grammar does not have in this place, taken as text.
    BadCharacter,
    /// A phrase with dots or other octets that want quotes (RFC 5322 section 4.1).
    ObsoletePhrase,
    /// An encoded word with text beside it; decoded by default.
    EncodedWordPlace,
    /// An encoded word between quotes, where it is none (RFC 2047 section 5); decoded for display only.
    EncodedWordQuoted,
    /// White space inside of an encoded word; decoded by default.
    EncodedWordSpace,
    /// A `?` in the text of an encoded word; taken as text by default.
    EncodedWordQuestionMark,
    /// White space or quotes around the charset or the encoding of an encoded word.
    EncodedWordSyntax,
    /// Octets of an encoded word that its encoding does not have: kept for `Q`, passed over for `B`.
    EncodedWordText,
    /// A charset that nobody knows; what is in it stays as it stands.
    UnknownCharset,
    /// A parameter without a semicolon in front of it.
    MissingSemicolon,
    /// What is no parameter, or a value that wants quotes.
    ParameterSyntax,
    /// A parameter twice, or a continuation; the first counts.
    DuplicateParameter,
    /// A parameter in the old form and in the form of RFC 2231; the latter counts, both are kept.
    PlainAndExtended,
    /// A continuation is missing (RFC 2231 section 3); by default the value ends in front of it.
    ParameterGap,
    /// `%` without two digits, or a value of RFC 2231 without its charset; taken as text.
    PercentEncoding,
    /// A Content-Type that can't be read; it is text/plain.
    ContentTypeSyntax,
    /// A Content-Disposition that can't be read; it is `attachment`.
    DispositionSyntax,
    /// No digest in Content-MD5.
    DigestSyntax,
    /// No seconds in Content-Duration.
    DurationSyntax,
    /// No version in MIME-Version, or something behind it.
    VersionSyntax,
    /// A message identifier that is not as RFC 5322 has it, or text between two.
    MessageIdSyntax,
    /// A route, or white space, comments and dots in an address that are only to be read (RFC 5322 section 4.4).
    ObsoleteAddress,
    /// Two addresses in one, such as `a@b <c@d>`; by default the one between `<` and `>` counts.
    AmbiguousAddress,
    /// An address without a domain.
    MissingDomain,
    /// What is no address; it is left out.
    InvalidAddress,
    /// A name in front of an address without `<` and `>`.
    BareAddress,
    /// An angle address without its `>`.
    UnclosedAngle,
    /// Text behind an address; it is left out.
    TextAfterAddress,
    /// A `;` where no group is open; it separates.
    StraySemicolon,
    /// A group within a group; its addresses belong to the outer one.
    NestedGroup,
    /// A group without its `;`.
    UnclosedGroup,
    /// A date that is not as RFC 5322 has it, but means one instant.
    DateSyntax,
    /// No date, or no day or time that there is.
    InvalidDate,
    /// A day of the week that this day is not; it is ignored.
    WrongWeekday,
    /// A date without a zone, or with one that nobody knows; read as `-0000`.
    UnknownZone,
    /// A Received field that is not as RFC 5322 has it.
    ReceivedSyntax,
    /// A field of a list that is not as RFC 2369 or RFC 2919 has it.
    ListSyntax,
    /// Authentication results that are not as RFC 8601 has it.
    AuthenticationResultsSyntax,
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
