//! `BINARY` and `BINARY.SIZE`: RFC 3516, RFC 9051 section 6.4.5.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::imap::{ResponseCode, Section};
use crate::mime::transfer::{Counter, Decoder, TransferEncoding};
use crate::mime::{Message, PartKind};

use super::Octets;
use super::octets::Chunks;
use super::section::{body, number, whole};

/// The transfer encoding of a part that nobody here knows: answer with NO and [`code`](Self::code).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownEncoding(Box<str>);

impl UnknownEncoding {
    /// Its name, as the message has it.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// `UNKNOWN-CTE`.
    pub fn code(&self) -> ResponseCode {
        ResponseCode::UnknownCte
    }
}

impl fmt::Display for UnknownEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the transfer encoding {:?} is not known", self.0)
    }
}

impl core::error::Error for UnknownEncoding {}

/// `BINARY[section]`: the octets of a part without its transfer encoding. `None`, which FETCH tells as `NIL`: there is no such
/// part.
///
/// Of a multipart, of a message and of the whole message these are the octets that `BODY[section]` has, NULs included: what is
/// encoded in them stays so (RFC 3516 section 4.2).
///
/// ```
/// use mail_proto::mime::Message;
/// use mail_proto::serve;
/// let message = Message::parse(b"Content-Transfer-Encoding: base64\n\naGVsbG8s\nIHdvcmxk\n");
/// let binary = serve::binary(&message, &"1".parse()?)?.unwrap();
/// assert_eq!((binary.octets(), binary.to_vec()), (12, b"hello, world".to_vec()));
/// assert_eq!(binary.partial(7, 100).to_vec(), b"world");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Where the part has a transfer encoding that is not known.
pub fn binary<'a>(message: &Message<'a>, section: &Section) -> Result<Option<Binary<'a>>, UnknownEncoding> {
    let number = number(section.section_part());
    let Some(part) = message.part(&number) else { return Ok(None) };
    let encoding = match part.kind() {
        PartKind::Leaf if !number.is_empty() => part.transfer_encoding(),
        _ => TransferEncoding::Binary,
    };
    if let TransferEncoding::Other(name) = encoding {
        return Err(UnknownEncoding(name));
    }
    let octets = if number.is_empty() { whole(part) } else { body(part) };
    Ok(Some(Binary { octets: octets.with_nul(), encoding, origin: 0, limit: u64::MAX }))
}

/// Octets of a part without its transfer encoding, decoded as they are asked for.
#[derive(Clone, Debug)]
pub struct Binary<'a> {
    octets: Octets<'a>,
    encoding: TransferEncoding,
    origin: u64,
    limit: u64,
}

impl<'a> Binary<'a> {
    /// How many there are: `BINARY.SIZE` and what the literal has to announce. The whole part is looked at, unless it has no
    /// encoding; nothing is kept.
    pub fn octets(&self) -> u64 {
        let all = if self.encoding.is_identity() {
            self.octets.octets()
        } else {
            let mut counter = Counter::new(&self.encoding);
            self.octets.chunks().for_each(|chunk| counter.count(chunk));
            counter.finish()
        };
        all.saturating_sub(self.origin).min(self.limit)
    }

    /// So many octets at most, from `origin` on. What is in front of them is decoded all the same.
    #[must_use]
    pub fn partial(&self, origin: u64, octets: u64) -> Self {
        let left = self.limit.saturating_sub(origin);
        Self { origin: self.origin.saturating_add(origin), limit: octets.min(left), ..self.clone() }
    }

    /// The octets, in pieces of some kilobytes; none is empty.
    pub fn chunks(&self) -> BinaryChunks<'a> {
        BinaryChunks {
            chunks: self.octets.chunks(),
            rest: &[],
            decoder: Some(Decoder::new(&self.encoding)),
            skip: self.origin,
            left: self.limit,
        }
    }

    /// The octets in one.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        self.chunks().for_each(|chunk| octets.extend_from_slice(&chunk));
        octets
    }
}

/// Encoded octets that make a piece.
const PIECE: usize = 16_384;

/// The pieces of [`Binary`].
#[derive(Clone, Debug)]
pub struct BinaryChunks<'a> {
    chunks: Chunks<'a>,
    rest: &'a [u8],
    /// None when the part has ended.
    decoder: Option<Decoder>,
    skip: u64,
    left: u64,
}

impl BinaryChunks<'_> {
    /// Decodes up to a piece's worth.
    fn fill(&mut self) -> Option<Vec<u8>> {
        let mut decoder = self.decoder.take()?;
        let (mut octets, mut read) = (Vec::new(), 0_usize);
        while read < PIECE {
            if self.rest.is_empty() {
                let Some(chunk) = self.chunks.next() else {
                    decoder.finish(&mut octets);
                    return Some(octets);
                };
                self.rest = chunk;
            }
            let (now, later) =
                self.rest.split_at_checked(PIECE.saturating_sub(read)).unwrap_or((self.rest, &[]));
            decoder.decode(now, &mut octets);
            read = read.saturating_add(now.len());
            self.rest = later;
        }
        self.decoder = Some(decoder);
        Some(octets)
    }
}

impl Iterator for BinaryChunks<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        while self.left > 0 {
            let mut octets = self.fill()?;
            let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(octets.len());
            octets.drain(..skipped);
            self.skip = self.skip.saturating_sub(skipped as u64);
            octets.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.left = self.left.saturating_sub(octets.len() as u64);
            if !octets.is_empty() {
                return Some(octets);
            }
        }
        None
    }
}
