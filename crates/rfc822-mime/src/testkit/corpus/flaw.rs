//! What can be wrong with a message, and how often it is.

use alloc::format;
use alloc::vec::Vec;

use mail_wire::testkit::Random;

use super::field::field;
use super::part::{Body, Part};

macro_rules! flaws {
    ($($(#[$doc:meta])* $name:ident $weight:literal,)*) => {
        /// One thing that is wrong with a message of the corpus.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Flaw {
            $($(#[$doc])* $name,)*
        }

        impl Flaw {
            /// All of them, with their weights: a flaw is chosen in so many of the sum of all cases.
            pub const ALL: &[(Self, usize)] = &[$((Self::$name, $weight),)*];

            /// Its name, as it stands in the source.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }
    };
}

flaws! {
    // Of multiparts.
    /// A multipart without its close delimiter.
    MissingClose 220,
    /// A delimiter right behind the fields of a part.
    HeaderCutByDelimiter 4,
    /// One empty line between the fields of a part and a delimiter: it belongs to the one or to the other.
    SharedEmptyLine 1,
    /// A part that begins with text, and has neither fields nor the empty line.
    TextWithoutEmptyLine 2,
    /// A line of a part that begins as the delimiter does.
    BoundaryPrefix 2,
    /// A multipart within another one, with the same boundary.
    EqualBoundaries 6,
    /// Text behind the two dashes of a close delimiter.
    TextBehindClose 2,
    /// A multipart without a boundary parameter.
    NoBoundary 30,
    /// `boundary=""`.
    EmptyBoundary 2,
    /// A multipart with no delimiter but the closing one.
    OnlyClose 30,
    /// A multipart of which no delimiter ever comes.
    NoDelimiters 30,
    /// Parts behind the close delimiter.
    PartsBehindClose 110,
    /// A part without fields and text.
    EmptyPart 110,
    /// Two delimiters, one right behind the other.
    NothingBetweenDelimiters 3,
    /// A multipart in base64, as its header says.
    EncodedMultipart 40,
    /// A boundary of 120 octets.
    LongBoundary 2,
    /// A message/rfc822 in base64.
    EncodedMessage 3,
    /// A message/rfc822 without a header, or without anything.
    EmptyMessage 30,
    // Of the fields of the content.
    /// Fields of MIME, but no MIME-Version.
    NoMimeVersion 220,
    /// A Content-Type that can't be read.
    UnreadableType 2,
    /// A Content-Type without the semicolon in front of its parameters.
    TypeWithoutSemicolon 1,
    /// Two of Content-Type.
    DuplicateType 40,
    /// Two of Content-Transfer-Encoding.
    DuplicateEncoding 40,
    /// A transfer encoding that nobody knows, and uuencode.
    UnknownEncoding 30,
    /// `"base64"`, `base64;`, `(c) base64`, or none.
    OddEncoding 2,
    /// A file name without its second quote.
    UnclosedQuote 1,
    /// A file name with blanks and no quotes.
    BlanksInParameter 1,
    /// A file name of which a segment is missing, or that is there in both forms.
    OddContinuation 2,
    /// A file name as an encoded word (RFC 2047 section 5 forbids it).
    EncodedWordParameter 80,
    /// The same, without quotes.
    UnquotedEncodedWord 1,
    /// A parameter twice.
    DuplicateParameter 20,
    // Of bodies.
    /// Base64 with octets that are none, or without its padding.
    OddBase64 110,
    /// Base64 with padding amid.
    PaddingAmid 2,
    /// Quoted-printable with escapes that are none, or in small letters.
    OddQuotedPrintable 110,
    /// Quoted-printable with blanks in front of line ends, or `==`.
    ToleratedQuotedPrintable 2,
    // Of the fields of a message.
    /// A line without a colon among the fields.
    JunkLine 1,
    /// A field with no name in front of its colon.
    NamelessField 2,
    /// A line of blanks within a field.
    BlankContinuation 40,
    /// Octets above 0x7F that are no UTF-8, in a subject or a name.
    EightBitField 40,
    /// An encoded word with text beside it, with blanks inside, or cut short.
    OddEncodedWord 40,
    /// An encoded word of a charset that nobody knows, or with a `?` inside.
    ToleratedEncodedWord 2,
    /// A date that is none.
    OddDate 40,
    /// A date that is none by the letter, though one instant is meant.
    ToleratedDate 2,
    /// A name without an address, a group that does not end.
    OddAddress 20,
    /// An address that is none by the letter: two in one, a part of one, mere words, dots where none may be.
    ToleratedAddress 2,
    /// Two of Subject, Date, From or To.
    DuplicateField 5,
    /// No From, no To, no Date, no Subject, no Message-ID, or none of them.
    MissingField 220,
    /// A message identifier without its brackets, or with blanks.
    OddMessageId 30,
    // Of octets.
    /// The end, anywhere.
    Cut 25,
    /// A NUL in a body.
    NulInBody 150,
    /// A NUL in a field.
    NulInField 1,
    /// Some lines end with LF alone.
    MixedLineEnds 280,
    /// A CR without an LF in a body.
    BareCr 150,
    /// A line of some thousand octets.
    LongLine 150,
    /// `From ` and a date in front, as in a mailbox file.
    MailboxLine 1,
    /// A byte order mark in front.
    ByteOrderMark 1,
    /// A body, but no header.
    NoHeader 30,
    /// A header, but no empty line behind it.
    NoBody 40,
}

impl Flaw {
    pub(super) fn choose(random: &mut Random) -> Self {
        let sum = Self::ALL.iter().map(|(_, weight)| weight).sum();
        let mut left = random.below(sum);
        let chosen = Self::ALL.iter().find(|(_, weight)| {
            let is_here = left < *weight;
            left = left.saturating_sub(*weight);
            is_here
        });
        chosen.unwrap_or(&Self::ALL[0]).0
    }

    /// Damages a message, if it has what this flaw needs.
    pub(super) fn apply(self, message: &mut Part, random: &mut Random) -> bool {
        use Flaw::*;
        match self {
            MissingClose
            | BoundaryPrefix
            | EqualBoundaries
            | TextBehindClose
            | NoBoundary
            | EmptyBoundary
            | OnlyClose
            | NoDelimiters
            | PartsBehindClose
            | EmptyPart
            | NothingBetweenDelimiters
            | EncodedMultipart
            | LongBoundary
            | HeaderCutByDelimiter
            | SharedEmptyLine
            | TextWithoutEmptyLine => message.change_one(
                random,
                |part| matches!(&part.body, Body::Multipart(multipart) if !multipart.parts.is_empty()),
                |part, random| self.multipart(part, random),
            ),
            EncodedMessage | EmptyMessage => message.change_one(
                random,
                |part| matches!(part.body, Body::Message(_)),
                |part, random| match self {
                    EncodedMessage => {
                        part.fields.push(field("Content-Transfer-Encoding", "base64"));
                        part.body = Body::Leaf(b"U3ViamVjdDogeA0KDQp5DQo=\r\n".to_vec());
                    }
                    _ => {
                        part.body = Body::Leaf(
                            random
                                .pick(&[&b""[..], b"\r\n", b"\r\nno header here\r\n", b"Subject: alone\r\n"])
                                .to_vec(),
                        )
                    }
                },
            ),
            UnreadableType | TypeWithoutSemicolon | DuplicateType | DuplicateParameter
            | BlanksInParameter | UnclosedQuote | OddContinuation | EncodedWordParameter
            | UnquotedEncodedWord => message.change_one(
                random,
                |part| part.find("Content-Type").is_some() && matches!(part.body, Body::Leaf(_)),
                |part, random| self.content_type(part, random),
            ),
            DuplicateEncoding | UnknownEncoding | OddEncoding => message.change_one(
                random,
                |part| part.find("Content-Transfer-Encoding").is_some() && matches!(part.body, Body::Leaf(_)),
                |part, random| self.encoding(part, random),
            ),
            OddBase64 | PaddingAmid | OddQuotedPrintable | ToleratedQuotedPrintable => {
                let name =
                    if matches!(self, OddBase64 | PaddingAmid) { "base64" } else { "quoted-printable" };
                message.change_one(
                    random,
                    |part| {
                        let at = part.find("Content-Transfer-Encoding");
                        at.is_some_and(|at| part.fields[at].to_ascii_lowercase().ends_with(name.as_bytes()))
                    },
                    |part, random| self.body(part, random),
                )
            }
            NulInBody | BareCr | LongLine => message.change_one(
                random,
                |part| matches!(part.body, Body::Leaf(_)),
                |part, random| self.body(part, random),
            ),
            NoMimeVersion => message.find("MIME-Version").map(|at| message.fields.remove(at)).is_some(),
            NoHeader => {
                message.fields.clear();
                true
            }
            NoBody => {
                message.has_empty_line = false;
                message.body = Body::Leaf(Vec::new());
                true
            }
            JunkLine | NamelessField | BlankContinuation | EightBitField | OddEncodedWord | OddDate
            | OddAddress | ToleratedAddress | ToleratedDate | ToleratedEncodedWord | DuplicateField
            | MissingField | OddMessageId => self.field(message, random),
            _ => false,
        }
    }

    /// Whether [`damage`](Self::damage) is what this flaw does.
    pub(super) fn is_of_octets(self) -> bool {
        use Flaw::*;
        matches!(self, Cut | NulInField | MixedLineEnds | MailboxLine | ByteOrderMark)
    }

    fn multipart(self, part: &mut Part, random: &mut Random) {
        let at = part.find("Content-Type");
        if self == Self::EqualBoundaries {
            let mut inner = part.clone();
            inner.fields.retain(|field| field.to_ascii_lowercase().starts_with(b"content-type:"));
            if let Some(multipart) = part.multipart() {
                let place = random.below(multipart.parts.len());
                multipart.parts.insert(place, inner);
            }
            return;
        }
        let Body::Multipart(multipart) = &mut part.body else { return };
        let boundary = multipart.boundary.clone();
        let place = random.below(multipart.parts.len());
        let retype = |fields: &mut Vec<Vec<u8>>, value: &str| {
            if let Some(at) = at {
                fields[at] = field("Content-Type", value);
            }
        };
        let bare =
            |body: &[u8]| Part { fields: Vec::new(), has_empty_line: false, body: Body::Leaf(body.to_vec()) };
        match self {
            Self::MissingClose => multipart.close.clear(),
            Self::HeaderCutByDelimiter => {
                let child = &mut multipart.parts[place];
                (child.has_empty_line, child.body) = (false, Body::Leaf(Vec::new()));
            }
            Self::SharedEmptyLine => {
                let fields = [field("Content-Type", "text/plain; charset=utf-8"), Vec::new()].to_vec();
                multipart.parts[place] = Part { fields, ..bare(b"") };
            }
            Self::TextWithoutEmptyLine => multipart.parts[place] = bare(b"text right here\r\n"),
            Self::BoundaryPrefix => {
                let line = format!("before\r\n--{boundary}x\r\nbehind\r\n");
                multipart.parts[place] = Part { has_empty_line: true, ..bare(line.as_bytes()) };
            }
            Self::TextBehindClose => multipart.close = format!("--{boundary}-- and text").into(),
            Self::NoBoundary => retype(&mut part.fields, "multipart/mixed; charset=us-ascii"),
            Self::EmptyBoundary => retype(&mut part.fields, "multipart/mixed; boundary=\"\""),
            Self::OnlyClose => multipart.parts.clear(),
            Self::NoDelimiters => {
                multipart.parts.clear();
                multipart.close.clear();
                multipart.preamble = b"no part here\r\n".to_vec();
            }
            Self::PartsBehindClose => {
                multipart.epilogue = format!("\r\n--{boundary}\r\n\r\nlate\r\n--{boundary}--\r\n").into();
            }
            Self::EmptyPart => multipart.parts[place] = Part { has_empty_line: true, ..bare(b"") },
            Self::NothingBetweenDelimiters => multipart.parts[place] = bare(b""),
            Self::EncodedMultipart => {
                part.fields.retain(|field| !field.starts_with(b"Content-Transfer-Encoding"));
                part.fields.push(field("Content-Transfer-Encoding", "base64"));
            }
            _ => {
                let long = "long".repeat(30);
                multipart.close = format!("--{long}--").into();
                multipart.boundary.clone_from(&long);
                retype(&mut part.fields, &format!("multipart/mixed; boundary={long}"));
            }
        }
    }

    fn content_type(self, part: &mut Part, random: &mut Random) {
        let Some(at) = part.find("Content-Type") else { return };
        let value = match self {
            Self::UnreadableType => {
                random.pick(&["text", "", "; charset=utf-8", "text/plain/foo; charset=utf-8", "a b c", "/"])
            }
            Self::TypeWithoutSemicolon => "text/plain charset=utf-8",
            Self::DuplicateType => {
                let second = random.pick(&[
                    "text/html; charset=utf-8",
                    "application/x-second",
                    "text/plain; name=\"second\"",
                ]);
                part.fields.push(field("Content-Type", second));
                return;
            }
            Self::UnquotedEncodedWord => "application/pdf; name==?utf-8?q?caf=C3=A9.pdf?=",
            Self::DuplicateParameter => "text/plain; charset=utf-8; name=one; charset=iso-8859-1; name=two",
            Self::BlanksInParameter => "application/pdf; name=my own file.pdf; x=y",
            Self::UnclosedQuote => "application/pdf; name=\"my own file.pdf; x=y",
            Self::OddContinuation => random.pick(&[
                "application/pdf; name*0=\"one\"; name*2=\"three\"",
                "application/pdf; name=\"plain.pdf\"; name*=utf-8''extended.pdf",
                "application/pdf; name*1=\"two\"; name*2=\"three\"",
            ]),
            _ => random.pick(&[
                "application/pdf; name=\"=?utf-8?q?caf=C3=A9.pdf?=\"",
                "application/pdf;\r\n name=\"=?utf-8?b?Y2Fmw6k=?=\r\n =?utf-8?q?.pdf?=\"",
            ]),
        };
        part.fields[at] = field("Content-Type", value);
    }

    fn encoding(self, part: &mut Part, random: &mut Random) {
        let Some(at) = part.find("Content-Transfer-Encoding") else { return };
        let value = match self {
            Self::DuplicateEncoding => {
                part.fields.push(field(
                    "Content-Transfer-Encoding",
                    random.pick(&["base64", "7bit", "quoted-printable"]),
                ));
                return;
            }
            Self::UnknownEncoding => random.pick(&["x-unknown", "x-uuencode", "base-64", "utf-8"]),
            _ => random.pick(&["\"base64\"", "base64;", "(c) base64", "base64 (c)", "", "8 bit"]),
        };
        part.fields[at] = field("Content-Transfer-Encoding", value);
    }

    fn body(self, part: &mut Part, random: &mut Random) {
        let Some(octets) = part.leaf() else { return };
        let at = random.below(octets.len());
        let long = "long".repeat(400 + random.below(3_000));
        let dirt: &[u8] = match self {
            Self::NulInBody => b"\0",
            Self::BareCr => b"\r",
            Self::LongLine => long.as_bytes(),
            Self::OddBase64 => match random.below(3) {
                0 => {
                    let len = octets.trim_ascii_end().len();
                    octets.truncate(len);
                    while octets.last() == Some(&b'=') {
                        octets.pop();
                    }
                    return;
                }
                1 => b"*!",
                _ => b"\r\n\r\n \t",
            },
            Self::PaddingAmid => b"\r\nYQ==\r\n",
            Self::ToleratedQuotedPrintable => random.pick(&[&b"= \t\r\n"[..], b" \t\r\n", b"=="]),
            _ => random.pick(&[&b"=ZZ"[..], b"=4", b"=c3=a9"]),
        };
        octets.splice(at..at, dirt.iter().copied());
    }

    fn field(self, message: &mut Part, random: &mut Random) -> bool {
        let place = random.below(message.fields.len());
        let (name, value) = match self {
            Self::JunkLine => {
                message
                    .fields
                    .insert(place, random.pick(&[&b"this line has no colon"[..], b"??", b"-----"]).to_vec());
                return true;
            }
            Self::NamelessField => {
                message.fields.insert(place, b": no name".to_vec());
                return true;
            }
            Self::BlankContinuation => {
                message.fields.insert(
                    place,
                    random
                        .pick(&[
                            &b"X-Blanks: a\r\n \t\r\n b"[..],
                            b"X-Blanks:\r\n \r\n a",
                            b"X-Blanks: a\r\n ",
                        ])
                        .to_vec(),
                );
                return true;
            }
            Self::EightBitField => {
                let name = random.pick(&["Subject", "From", "To"]);
                let value: &[u8] = if name == "Subject" {
                    b"caf\xe9 cr\xe8me \x96 \x80"
                } else {
                    b"Andr\xe9 <andre@example.com>"
                };
                return replace(message, name, value);
            }
            Self::OddEncodedWord => (
                "Subject",
                random.pick(&[
                    "=?utf-8?q?stra=C3=9F?=e",
                    "a=?utf-8?q?b?=c",
                    "=?utf-8?q?with blank?=",
                    "=?utf-8?q?cut",
                    "=?utf-8?x?abc?=",
                    "=?utf-8?b?Y2Fm=?=",
                    "=?utf-8?q?bad=ZZ?=",
                    "=?utf-8?b?4pg=?= =?utf-8?b?ug==?=",
                    "=?utf-8?q??= empty",
                ]),
            ),
            Self::ToleratedEncodedWord => {
                ("Subject", random.pick(&["=?x-unknown?q?abc?=", "=?utf-8?q?why?not?="]))
            }
            Self::OddDate => (
                "Date",
                random.pick(&[
                    "yesterday",
                    "",
                    "Wed, 01 Jan 2020",
                    "Wed, 01 Jan 2020 00:00:00 XYZ",
                    "Sun, 01 Jan 2020 00:00:00 +0000",
                    "Thu, 1 Jan 1970 00:00:01 +0000",
                ]),
            ),
            Self::ToleratedDate => (
                "Date",
                random.pick(&[
                    "Fri, 21 Nov 1997 09:55:06",
                    "1 January 2020 00:00:00 +0000",
                    "Wed Jan  1 00:00:00 2020",
                    "2020-01-01T00:00:00Z",
                    "Mon, 1 Jan 2020 24:00:00 +0000",
                    "30 Feb 2020 00:00:00 +0000",
                    "Wed, 01 Jan 2020 00:00:00 +05:30",
                    "Wed, 01 Jan 2020 00.00.00 +0000",
                    "Wed, 31 Dec 2016 23:59:60 +0000",
                ]),
            ),
            Self::OddAddress => (
                random.pick(&["From", "To"]),
                random.pick(&[
                    "undisclosed-recipients:",
                    "Doe, John <a@b.example>",
                    "<>",
                    "Group: a@b.example, d@e.example",
                    "nobody",
                ]),
            ),
            Self::ToleratedAddress => (
                random.pick(&["From", "To"]),
                random.pick(&[
                    "undisclosed recipients",
                    "foo@bar.example <a@b.example>",
                    "a@b.example; d@e.example",
                    "<a@b.example> <d@e.example>",
                    "a@b.example d@e.example",
                    "\"unclosed <a@b.example>",
                    "Ada <a@b.example",
                    ", a@b.example,, d@e.example,",
                    "a@b@c.example",
                    "a.@b.example, .c@d.example, e..f@g.example",
                ]),
            ),
            Self::DuplicateField => {
                let name = random.pick(&["Subject", "Date", "From", "To"]);
                let Some(at) = message.find(name) else { return false };
                let copy = match name {
                    "Subject" => field(name, "the second one"),
                    "Date" => field(name, "Thu, 1 Jan 2015 01:02:03 +0000"),
                    _ => field(name, "Second <second@example.com>"),
                };
                message.fields.insert(at + 1, copy);
                return true;
            }
            Self::MissingField => {
                let all = ["from", "to", "date", "subject", "message-id"];
                let one = random.below(all.len() + 1);
                let gone = all.get(one..=one).unwrap_or(&all);
                message.fields.retain(|field| {
                    let lower = field.to_ascii_lowercase();
                    !gone.iter().any(|name| lower.starts_with(format!("{name}:").as_bytes()))
                });
                return true;
            }
            _ => (
                "Message-ID",
                random.pick(&[
                    "no.brackets@example.com",
                    "< a@b.example >",
                    "<no-domain>",
                    "",
                    "<a@b.example> junk",
                    "<a@b.example",
                ]),
            ),
        };
        replace(message, name, value.as_bytes())
    }

    /// Damages the octets of a message.
    pub(super) fn damage(self, octets: &mut Vec<u8>, random: &mut Random) -> bool {
        match self {
            Self::Cut => {
                let len = random.below(octets.len());
                octets.truncate(len);
            }
            Self::NulInField => {
                let header = octets.windows(4).position(|four| four == b"\r\n\r\n");
                octets.insert(random.below(header.unwrap_or(octets.len())), 0);
            }
            Self::MixedLineEnds => {
                let mut mixed = Vec::new();
                for line in octets.split_inclusive(|octet| *octet == b'\n') {
                    match line.strip_suffix(b"\r\n") {
                        Some(text) if random.percent(50) => mixed.extend_from_slice(&[text, b"\n"].concat()),
                        _ => mixed.extend_from_slice(line),
                    }
                }
                *octets = mixed;
            }
            Self::MailboxLine => {
                octets.splice(0..0, b"From ada@example.com Mon Jan  1 00:00:00 2024\r\n".iter().copied());
            }
            Self::ByteOrderMark => {
                octets.splice(0..0, "\u{feff}".bytes());
            }
            _ => return false,
        }
        true
    }
}

/// Another value for a field that is there.
fn replace(message: &mut Part, name: &str, value: &[u8]) -> bool {
    let Some(at) = message.find(name) else { return false };
    message.fields[at] = field(name, value);
    true
}
