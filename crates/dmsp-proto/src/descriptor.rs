//! Descriptors, of six lines or two: RFC 1056 section 4.10.

use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::dot::put_line;
use mail_wire::fields::Fields;
use mail_wire::line::Line;
use mail_wire::text::Text;
use mail_wire::{Deviation, Deviations, Error, Leniency, Malformed};

use crate::lex::blanks;
use crate::listing::judge;
use crate::{EightBit, Flags, Row, Uid, header};

/// The summary of a message.
///
/// ```
/// use dmsp_proto::{Descriptor, EightBit, Flags, Response, Row, Uid};
/// let header = b"From: joe@athena.mit.edu\r\nSubject: a subject\r\n that is folded\r\n\r\n";
/// let descriptor =
///     Descriptor::from_header(Uid::new(2312), Flags::new(), 12232, 320, header, EightBit::Never);
/// assert_eq!(descriptor.subject(), &"a subject that is folded");
/// assert_eq!(
///     Response::from(Row::Descriptor(descriptor)).to_bytes()?,
///     b"descriptor\r\n2312 0000000000000000 12232 320\r\njoe@athena.mit.edu\r\n\r\n\r\na subject that is folded\r\n"
/// );
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Descriptor {
    uid: Uid,
    flags: Flags,
    octets: u64,
    lines: u64,
    from: Text,
    to: Text,
    date: Text,
    subject: Text,
}

impl Descriptor {
    /// A descriptor with empty header fields. `octets` and `lines` are the length of the whole message, its header
    /// included.
    pub fn new(uid: Uid, flags: Flags, octets: u64, lines: u64) -> Self {
        Self { uid, flags, octets, lines, ..Self::default() }
    }

    /// The same with the fields that a message's header has.
    ///
    /// `header` is read up to its first empty line, so that it may be the message. Of several fields of one name the
    /// first counts; see [`header_line`](Self::header_line) for the rest.
    pub fn from_header(
        uid: Uid,
        flags: Flags,
        octets: u64,
        lines: u64,
        header: &[u8],
        eight_bit: EightBit,
    ) -> Self {
        let [from, to, date, subject] = header::find(header, ["From", "To", "Date", "Subject"])
            .map(|value| header::line(value, eight_bit));
        Self { uid, flags, octets, lines, from, to, date, subject }
    }

    /// A line of a descriptor from the value of a header field: unfolded, without blanks at its ends, cut to what a
    /// line of 512 octets has room for. Octets above 127 become `?`, unless they may pass.
    ///
    /// ```
    /// use dmsp_proto::{Descriptor, EightBit};
    /// assert_eq!(Descriptor::header_line(b" two\r\n\tlines\r\n", EightBit::Never), "two\tlines");
    /// ```
    pub fn header_line(value: &[u8], eight_bit: EightBit) -> Text {
        header::line(value, eight_bit)
    }

    /// The same with this "from:" field.
    #[must_use]
    pub fn with_from(mut self, text: Text) -> Self {
        self.from = text;
        self
    }

    /// The same with this "to:" field.
    #[must_use]
    pub fn with_to(mut self, text: Text) -> Self {
        self.to = text;
        self
    }

    /// The same with this "date:" field.
    #[must_use]
    pub fn with_date(mut self, text: Text) -> Self {
        self.date = text;
        self
    }

    /// The same with this "subject:" field.
    #[must_use]
    pub fn with_subject(mut self, text: Text) -> Self {
        self.subject = text;
        self
    }

    /// Which message of the mailbox it is.
    pub fn uid(&self) -> Uid {
        self.uid
    }

    /// Its flags.
    pub fn flags(&self) -> Flags {
        self.flags
    }

    /// Its length in octets.
    pub fn octets(&self) -> u64 {
        self.octets
    }

    /// Its length in lines.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Its "from:" field; empty if it has none, as all that follow.
    pub fn from(&self) -> &Text {
        &self.from
    }

    /// Its "to:" field.
    pub fn to(&self) -> &Text {
        &self.to
    }

    /// Its "date:" field.
    pub fn date(&self) -> &Text {
        &self.date
    }

    /// Its "subject:" field.
    pub fn subject(&self) -> &Text {
        &self.subject
    }

    /// `UID FLAGS OCTETS LINES`.
    fn parse_summary(&mut self, fields: &mut Fields<'_>) -> Result<(), Error> {
        self.uid = Uid::parse(fields)?;
        blanks(fields)?;
        self.flags = Flags::parse(fields)?;
        blanks(fields)?;
        self.octets = fields.number("a length in octets")?;
        blanks(fields)?;
        self.lines = fields.number("a length in lines")?;
        fields.end()
    }

    pub(crate) fn encode(&self, output: &mut BytesMut) {
        put_line(output, |output| output.extend_from_slice(DESCRIPTOR));
        put_line(output, |output| {
            mail_wire::number::put(b"", u64::from(self.uid.get()), output);
            output.extend_from_slice(b" ");
            self.flags.encode(output);
            mail_wire::number::put(b" ", self.octets, output);
            mail_wire::number::put(b" ", self.lines, output);
        });
        for field in [&self.from, &self.to, &self.date, &self.subject] {
            put_line(output, |output| output.extend_from_slice(field.as_bytes()));
        }
    }
}

const DESCRIPTOR: &[u8] = b"descriptor";
const EXPUNGED: &[u8] = b"expunged";

/// Writes the two lines of a message that is gone.
pub(crate) fn encode_expunged(uid: Uid, output: &mut BytesMut) {
    put_line(output, |output| output.extend_from_slice(EXPUNGED));
    put_line(output, |output| mail_wire::number::put(b"", u64::from(uid.get()), output));
}

/// Collects the lines of a descriptor. Its first line alone tells how many there are, so a line that is damaged
/// further down spoils its own descriptor and no other.
#[derive(Clone, Debug, Default)]
pub(crate) struct DescriptorReader {
    next: Next,
    draft: Descriptor,
    /// The lines so far, CRLF between them: at most six times the limit of a line.
    raw: Vec<u8>,
    deviations: Deviations,
    /// The first thing that is wrong.
    error: Option<Error>,
}

/// The line that comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Word,
    ExpungedUid,
    Summary,
    From,
    To,
    Date,
    Subject,
}

impl DescriptorReader {
    /// Takes a line; gives the row if it was its last one.
    pub(crate) fn take(
        &mut self,
        line: &Line<'_>,
        leniency: Leniency,
    ) -> Option<Result<(Row, Deviations), Malformed>> {
        if self.next == Next::Word {
            self.raw.clear();
        } else {
            self.raw.extend_from_slice(b"\r\n");
        }
        self.raw.extend_from_slice(line.octets);
        let taken = self.next;
        let read = judge(line, leniency, |fields| self.line(taken, fields));
        self.next = match (taken, &read) {
            (Next::Word, Ok((entry, _))) => *entry,
            (Next::Word, Err(_)) | (Next::ExpungedUid | Next::Subject, _) => Next::Word,
            (Next::Summary, _) => Next::From,
            (Next::From, _) => Next::To,
            (Next::To, _) => Next::Date,
            (Next::Date, _) => Next::Subject,
        };
        match read {
            Ok((_, deviations)) => self.deviations.extend(deviations),
            Err(error) => {
                self.error.get_or_insert(error);
            }
        }
        if self.next != Next::Word {
            return None;
        }
        let deviations = core::mem::take(&mut self.deviations);
        let draft = core::mem::take(&mut self.draft);
        Some(match self.error.take() {
            Some(error) => Err(Malformed::new(&self.raw, error)),
            None if taken == Next::ExpungedUid => Ok((Row::Expunged(draft.uid), deviations)),
            None => Ok((Row::Descriptor(draft), deviations)),
        })
    }

    /// The list ended, at `offset`; what was collected of a descriptor by then.
    pub(crate) fn end(&mut self, offset: u64) -> Option<Malformed> {
        let reader = core::mem::take(self);
        let cut = || Error::syntax(offset, "the other lines of the descriptor");
        (reader.next != Next::Word).then(|| Malformed::new(&reader.raw, reader.error.unwrap_or_else(cut)))
    }

    /// Reads one line into the draft. What the first one says is returned: the line that comes then.
    fn line(&mut self, next: Next, fields: &mut Fields<'_>) -> Result<Next, Error> {
        match next {
            Next::Word => return entry(fields),
            Next::ExpungedUid => {
                self.draft.uid = Uid::parse(fields)?;
                fields.end()?;
            }
            Next::Summary => self.draft.parse_summary(fields)?,
            Next::From => self.draft.from = fields.lenient_text()?,
            Next::To => self.draft.to = fields.lenient_text()?,
            Next::Date => self.draft.date = fields.lenient_text()?,
            Next::Subject => self.draft.subject = fields.lenient_text()?,
        }
        Ok(next)
    }
}

/// `descriptor` or `expunged`.
fn entry(fields: &mut Fields<'_>) -> Result<Next, Error> {
    const EXPECTED: &str = "descriptor or expunged";
    for (word, next) in [(DESCRIPTOR, Next::Summary), (EXPUNGED, Next::ExpungedUid)] {
        let token = fields.clone().token();
        if token.eq_ignore_ascii_case(word) {
            if token != word {
                fields.forgive(Deviation::StatusWord, EXPECTED)?;
            }
            fields.skip(word.len());
            fields.end()?;
            return Ok(next);
        }
    }
    Err(fields.error(EXPECTED))
}
