//! FETCH responses that are made.

use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::frame::{Frame, Gap};
use imap_wire::{Cursor, Generation, LiteralPolicy, Stop, Writer};
use mail_wire::{Error, Leniency};

use super::{BodyBuf, EnvelopeBuf, Fetch, Scratch};
use crate::core::{DateTime, Flag, Section, SeqNo, Uid};

/// Collects the items of a FETCH response.
///
/// ```
/// use imap_proto::{Fetch, Flag, Section};
/// let fetch = Fetch::builder(12)
///     .uid(4711)
///     .flags([Flag::Seen])
///     .section(&Section::text(), b"Hello\r\n")
///     .build()?;
/// assert_eq!(fetch.section(&Section::text()).unwrap().value().as_bytes(), Some(&b"Hello\r\n"[..]));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FetchBuilder {
    number: SeqNo,
    generation: Generation,
    output: BytesMut,
    gaps: Vec<Gap>,
    failed: Option<Error>,
}

impl FetchBuilder {
    pub(super) fn new(number: SeqNo) -> Self {
        Self::of_generation(number, Generation::Imap4rev1)
    }

    pub(crate) fn of_generation(number: SeqNo, generation: Generation) -> Self {
        // As it will be sent: what is in the spelling of this project already needs no second writing.
        let mut output = BytesMut::from("* ");
        mail_wire::number::put(b"", u64::from(number.get()), &mut output);
        output.extend_from_slice(b" FETCH (");
        Self { number, generation, output, gaps: Vec::new(), failed: None }
    }

    pub(crate) fn item(mut self, write: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>) -> Self {
        if self.failed.is_some() {
            return self;
        }
        if !self.output.ends_with(b"(") {
            self.output.extend_from_slice(b" ");
        }
        let start = self.output.len();
        let mut stops = Vec::new();
        // Values are what counts here: they are written anew for the peer.
        let mut writer = Writer::new(&mut self.output, &mut stops, LiteralPolicy::Server, true);
        writer.speak(self.generation);
        self.failed = write(&mut writer).err();
        for stop in stops {
            if let Stop::Payload { at, octets } = stop {
                self.gaps.push(Gap::new(start.saturating_add(at), octets));
            }
        }
        self
    }

    /// `UID`.
    #[must_use]
    pub fn uid(self, uid: impl Into<Uid>) -> Self {
        let uid = uid.into();
        self.item(|writer| {
            writer.raw(b"UID ");
            writer.number(u64::from(uid.get()));
            Ok(())
        })
    }

    /// `FLAGS`.
    #[must_use]
    pub fn flags(self, flags: impl IntoIterator<Item = Flag>) -> Self {
        self.item(|writer| {
            writer.raw(b"FLAGS ");
            writer.list(flags, |writer, flag| flag.encode(writer))
        })
    }

    /// `ENVELOPE`.
    #[must_use]
    pub fn envelope(self, envelope: &EnvelopeBuf) -> Self {
        self.item(|writer| {
            writer.raw(b"ENVELOPE ");
            envelope.encode(writer)
        })
    }

    /// `BODY`.
    #[must_use]
    pub fn body(self, body: &BodyBuf) -> Self {
        self.item(|writer| {
            writer.raw(b"BODY ");
            body.encode(writer)
        })
    }

    /// `BODYSTRUCTURE`.
    #[must_use]
    pub fn body_structure(self, body: &BodyBuf) -> Self {
        self.item(|writer| {
            writer.raw(b"BODYSTRUCTURE ");
            body.encode(writer)
        })
    }

    /// `INTERNALDATE`.
    #[must_use]
    pub fn internal_date(self, date: DateTime) -> Self {
        self.item(|writer| {
            writer.raw(b"INTERNALDATE ");
            date.encode(writer);
            Ok(())
        })
    }

    /// `RFC822.SIZE`, in octets.
    #[must_use]
    pub fn rfc822_size(self, octets: u64) -> Self {
        self.item(|writer| {
            writer.raw(b"RFC822.SIZE ");
            writer.number(octets);
            Ok(())
        })
    }

    /// `MODSEQ` (RFC 7162).
    #[must_use]
    pub fn mod_seq(self, value: u64) -> Self {
        self.item(|writer| {
            writer.raw(b"MODSEQ (");
            writer.number(value);
            writer.octet(b')');
            Ok(())
        })
    }

    /// `BODY[section]`.
    #[must_use]
    pub fn section(self, section: &Section, octets: &[u8]) -> Self {
        self.named_section(b"BODY", section, None, |writer| writer.string(octets))
    }

    /// `BODY[section]` without content: there is no such part.
    #[must_use]
    pub fn missing_section(self, section: &Section) -> Self {
        self.named_section(b"BODY", section, None, |writer| writer.nstring(None))
    }

    /// `BODY[section]<origin>`: the octets from `origin` on.
    #[must_use]
    pub fn partial(self, section: &Section, origin: u64, octets: &[u8]) -> Self {
        self.named_section(b"BODY", section, Some(origin), |writer| writer.string(octets))
    }

    /// `BODY[section]` whose octets are given later, by `encode_data`; `origin` where it is a piece.
    #[must_use]
    pub fn streamed(self, section: &Section, origin: Option<u64>, octets: u64) -> Self {
        self.named_section(b"BODY", section, origin, |writer| {
            writer.streamed(octets, false);
            Ok(())
        })
    }

    /// `BINARY[section]` (RFC 3516).
    #[must_use]
    pub fn binary(self, section: &Section, octets: &[u8]) -> Self {
        self.named_section(b"BINARY", section, None, |writer| {
            writer.literal8(&imap_wire::Literal::new(octets));
            Ok(())
        })
    }

    /// `BINARY[section]` without content: there is no such part.
    #[must_use]
    pub fn missing_binary(self, section: &Section) -> Self {
        self.named_section(b"BINARY", section, None, |writer| writer.nstring(None))
    }

    /// `BINARY[section]` whose octets are given later, by `encode_data`; `origin` where it is a piece.
    #[must_use]
    pub fn streamed_binary(self, section: &Section, origin: Option<u64>, octets: u64) -> Self {
        self.named_section(b"BINARY", section, origin, |writer| {
            writer.streamed(octets, true);
            Ok(())
        })
    }

    /// `BINARY.SIZE[section]`, in octets (RFC 3516).
    #[must_use]
    pub fn binary_size(self, section: &Section, octets: u64) -> Self {
        self.named_section(b"BINARY.SIZE", section, None, |writer| {
            writer.number(octets);
            Ok(())
        })
    }

    /// `RFC822` (RFC 3501).
    #[must_use]
    pub fn rfc822(self, octets: &[u8]) -> Self {
        self.item(|writer| {
            writer.raw(b"RFC822 ");
            writer.string(octets)
        })
    }

    /// `RFC822.HEADER` (RFC 3501).
    #[must_use]
    pub fn rfc822_header(self, octets: &[u8]) -> Self {
        self.item(|writer| {
            writer.raw(b"RFC822.HEADER ");
            writer.string(octets)
        })
    }

    /// `RFC822.TEXT` (RFC 3501).
    #[must_use]
    pub fn rfc822_text(self, octets: &[u8]) -> Self {
        self.item(|writer| {
            writer.raw(b"RFC822.TEXT ");
            writer.string(octets)
        })
    }

    fn named_section(
        self,
        name: &[u8],
        section: &Section,
        origin: Option<u64>,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>,
    ) -> Self {
        self.item(|writer| {
            writer.raw(name);
            section.encode(writer)?;
            if let Some(origin) = origin {
                writer.octet(b'<');
                writer.number(origin);
                writer.octet(b'>');
            }
            writer.space();
            write(writer)
        })
    }

    /// The response.
    ///
    /// # Errors
    /// `Syntax` at a NUL in a string, and where there is no item.
    pub fn build(mut self) -> Result<Fetch, Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.output.extend_from_slice(b")");
        if u32::try_from(self.output.len()).is_err() {
            return Err(Error::limit(0, "less than 4 GiB in one response, or streamed literals"));
        }
        let frame = Frame::with_gaps(&self.output, &self.gaps);
        let mut cursor = Cursor::new(&frame, Leniency::Strict, usize::MAX).with_generation(self.generation);
        let front = memchr::memchr(b'(', &self.output).unwrap_or_default();
        let fetch = Fetch::parse_behind(
            (self.number.get(), front),
            &mut cursor,
            &mut Scratch::default(),
            &self.output,
        )
        .map_err(|error| error.in_frame(&frame))?;
        Ok(if self.generation == Generation::Imap4rev1 { fetch } else { fetch.written_anew() })
    }
}
