//! A message that is composed, and its way out in pieces.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

use mail_wire::Error;

use super::Transport;
use super::survey::Facts;
use crate::transfer::{Base64Encoder, LineBreaks, QuotedPrintableEncoder, TransferEncoding};

/// A message of which all is decided: every octet but those of streamed bodies, and how many there are.
#[derive(Clone, Debug)]
pub struct Composed<'b> {
    pieces: Vec<Piece<'b>>,
    octets: u64,
    needs: Transport,
}

#[derive(Clone, Debug)]
pub(super) enum Piece<'b> {
    /// As they stand.
    Octets(Cow<'b, [u8]>),
    /// A body, not encoded.
    Base64(Cow<'b, [u8]>),
    Streamed(Streamed),
}

/// A body that is not here.
#[derive(Clone, Debug)]
pub(super) struct Streamed {
    pub(super) index: usize,
    pub(super) octets: u64,
    pub(super) encoded: u64,
    pub(super) encoding: TransferEncoding,
    /// What is known of it, if it was looked at.
    pub(super) facts: Option<Facts>,
}

impl<'b> Composed<'b> {
    pub(super) fn new(pieces: Vec<Piece<'b>>, needs: Transport) -> Self {
        let octets = pieces.iter().map(|piece| match piece {
            Piece::Octets(octets) => octets.len() as u64,
            Piece::Base64(octets) => Base64Encoder::encoded_octets(octets.len() as u64),
            Piece::Streamed(body) => body.encoded,
        });
        Self { octets: octets.fold(0, u64::saturating_add), pieces, needs }
    }

    /// Octets of the whole message: what an APPEND announces, and SMTP's `SIZE`.
    pub fn octets(&self) -> u64 {
        self.octets
    }

    /// The least that the transport must take: what to ask of it (`BODY=8BITMIME`, `SMTPUTF8`).
    pub fn needs(&self) -> Transport {
        self.needs
    }

    /// All of it.
    ///
    /// # Errors
    /// `Misuse` if a body is streamed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        if self.pieces.iter().any(|piece| matches!(piece, Piece::Streamed(_))) {
            return Err(Error::misuse(0, "`into_writer`, for a body is streamed"));
        }
        let mut octets = Vec::with_capacity(usize::try_from(self.octets).unwrap_or(0));
        for piece in &self.pieces {
            match piece {
                Piece::Base64(body) => {
                    let mut encoder = Base64Encoder::new();
                    encoder.encode(body, &mut octets);
                    encoder.finish(&mut octets);
                }
                Piece::Octets(piece) => octets.extend_from_slice(piece),
                Piece::Streamed(_) => {}
            }
        }
        Ok(octets)
    }

    /// Writes it piece by piece.
    pub fn into_writer(mut self) -> Writer<'b> {
        self.pieces.reverse();
        Writer { left: self.pieces, at: 0, body: None }
    }
}

/// How far a [`Writer`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a loop over it must handle each")]
pub enum Progress {
    /// There is more to encode.
    More,
    /// A streamed body is due: so many octets, by [`Writer::encode_data`] and [`Writer::encode_end`].
    Body {
        /// Which of the streamed bodies, in the order of the message, from 0.
        index: usize,
        /// How many octets were promised, not encoded.
        octets: u64,
    },
    /// That was all.
    End,
}

/// Writes a message in pieces of some 64 KiB. All that it gives together has [`Composed::octets`] octets.
///
/// ```
/// use rfc822_mime::build::{Body, Builder, Part, Progress, Seed, Transport};
/// let photo = [7_u8; 100_000];
/// let message = Builder::new()
///     .text("See the photo.")
///     .attach("photo.jpg", "image/jpeg", Body::streamed(photo.len() as u64))
///     .build(Transport::EIGHT_BIT, Seed::new(b"1"))?;
/// println!("APPEND INBOX {{{}}}", message.octets());
/// let (octets, mut writer) = (message.octets(), message.into_writer());
/// let (mut sent, mut output) = (0, Vec::new());
/// loop {
///     match writer.encode(&mut output)? {
///         Progress::Body { .. } => {
///             for chunk in photo.chunks(4096) {
///                 writer.encode_data(chunk, &mut output)?;
///                 sent += output.drain(..).len(); // to the socket
///             }
///             writer.encode_end(&mut output)?;
///         }
///         Progress::More => sent += output.drain(..).len(),
///         Progress::End => break,
///     }
/// }
/// assert_eq!((sent + output.len()) as u64, octets);
/// # Ok::<(), rfc822_mime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Writer<'b> {
    /// The last one first.
    left: Vec<Piece<'b>>,
    /// Octets of the next piece that are written.
    at: usize,
    /// The body that is under way.
    body: Option<Under>,
}

/// A body of which some octets were given.
#[derive(Clone, Debug)]
struct Under {
    given: u64,
    encoded: u64,
    encoder: Encoder,
    facts: Option<Facts>,
}

#[derive(Clone, Debug)]
enum Encoder {
    Identity,
    Base64(Base64Encoder),
    Quoted(QuotedPrintableEncoder),
}

impl Writer<'_> {
    /// Appends the next octets to `output`, some 64 KiB at most, or says what must come first.
    ///
    /// # Errors
    /// `Misuse` while a body is under way.
    pub fn encode(&mut self, output: &mut Vec<u8>) -> Result<Progress, Error> {
        /// A multiple of what base64 makes a line of.
        const CHUNK: usize = 57 * 512;
        if self.body.is_some() {
            return Err(Error::misuse(0, "`encode_end` behind a body"));
        }
        let start = output.len();
        while output.len().saturating_sub(start) < CHUNK {
            let (body, is_base64) = match self.left.last() {
                None => return Ok(if output.len() == start { Progress::End } else { Progress::More }),
                Some(Piece::Streamed(body)) => {
                    return Ok(Progress::Body { index: body.index, octets: body.octets });
                }
                Some(Piece::Octets(octets)) => (octets, false),
                Some(Piece::Base64(octets)) => (octets, true),
            };
            let rest = body.get(self.at..).unwrap_or_default();
            let chunk = rest.get(..CHUNK).unwrap_or(rest);
            if is_base64 {
                let mut encoder = Base64Encoder::new();
                encoder.encode(chunk, output);
                encoder.finish(output);
            } else {
                output.extend_from_slice(chunk);
            }
            if chunk.len() == rest.len() {
                self.left.pop();
                self.at = 0;
            } else {
                self.at = self.at.saturating_add(chunk.len());
            }
        }
        Ok(Progress::More)
    }

    /// The next octets of the body that is due, not encoded.
    ///
    /// # Errors
    /// `Misuse` if none is due, or these are more than were promised, or others than were looked at. Nothing is changed.
    pub fn encode_data(&mut self, chunk: &[u8], output: &mut Vec<u8>) -> Result<(), Error> {
        let Some(Piece::Streamed(due)) = self.left.last() else {
            return Err(Error::misuse(0, "`encode`: no body is due"));
        };
        let mut body = self.body.clone().unwrap_or_else(|| Under::new(due));
        body.given = body.given.saturating_add(chunk.len() as u64);
        if body.given > due.octets {
            return Err(Error::misuse(due.octets, format!("{} octets, not {}", due.octets, body.given)));
        }
        let start = output.len();
        body.put(chunk, output);
        if body.encoded > due.encoded {
            output.truncate(start);
            return Err(Error::misuse(due.octets, "the octets that were looked at"));
        }
        self.body = Some(body);
        Ok(())
    }

    /// The body is complete.
    ///
    /// # Errors
    /// `Misuse` if none is due, or fewer octets were given than were promised, or others than were looked at.
    pub fn encode_end(&mut self, output: &mut Vec<u8>) -> Result<(), Error> {
        let Some(Piece::Streamed(due)) = self.left.last() else {
            return Err(Error::misuse(0, "`encode`: no body is due"));
        };
        let mut body = self.body.clone().unwrap_or_else(|| Under::new(due));
        if body.given != due.octets {
            return Err(Error::misuse(body.given, format!("{} octets, not {}", due.octets, body.given)));
        }
        let start = output.len();
        body.end(output);
        if body.encoded != due.encoded || body.facts != due.facts {
            output.truncate(start);
            return Err(Error::misuse(due.octets, "the octets that were looked at"));
        }
        self.body = None;
        self.left.pop();
        Ok(())
    }
}

impl Under {
    fn new(due: &Streamed) -> Self {
        let encoder = match due.encoding {
            TransferEncoding::Base64 => Encoder::Base64(Base64Encoder::new()),
            TransferEncoding::QuotedPrintable => {
                Encoder::Quoted(QuotedPrintableEncoder::new(LineBreaks::Text))
            }
            _ => Encoder::Identity,
        };
        Self { given: 0, encoded: 0, encoder, facts: due.facts.as_ref().map(Facts::again) }
    }

    fn put(&mut self, chunk: &[u8], output: &mut Vec<u8>) {
        let start = output.len();
        if let Some(facts) = &mut self.facts {
            facts.look(chunk);
        }
        match &mut self.encoder {
            Encoder::Identity => output.extend_from_slice(chunk),
            Encoder::Base64(encoder) => encoder.encode(chunk, output),
            Encoder::Quoted(encoder) => encoder.encode(chunk, output),
        }
        self.count(start, output);
    }

    fn end(&mut self, output: &mut Vec<u8>) {
        let start = output.len();
        self.facts = self.facts.take().map(Facts::finish);
        match &mut self.encoder {
            Encoder::Identity => {}
            Encoder::Base64(encoder) => encoder.finish(output),
            Encoder::Quoted(encoder) => encoder.finish(output),
        }
        self.count(start, output);
    }

    fn count(&mut self, start: usize, output: &[u8]) {
        self.encoded = self.encoded.saturating_add(output.len().saturating_sub(start) as u64);
    }
}
