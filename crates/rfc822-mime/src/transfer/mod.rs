//! Content-Transfer-Encoding, as state machines (RFC 2045 section 6).
//!
//! A [`Decoder`] turns the octets of a body into what they stand for, a [`Counter`] tells how many octets that would be, and
//! [`Base64Encoder`] and [`QuotedPrintableEncoder`] go the other way. All of them take any cutting of their input and give the
//! same octets for each; none allocates but in the buffer that it is given, as long as nothing is odd.
//!
//! ```
//! use rfc822_mime::transfer::{Decoder, TransferEncoding};
//! let (mut decoder, mut text) = (Decoder::new(&TransferEncoding::QuotedPrintable), Vec::new());
//! for chunk in [&b"caf=C"[..], b"3=A9 =", b"\r\nau lait"] {
//!     decoder.decode(chunk, &mut text);
//! }
//! decoder.finish(&mut text);
//! assert_eq!(text, "café au lait".as_bytes());
//! ```

mod base64;
mod encode;
mod encoding;
mod quoted_printable;
mod sink;

use alloc::vec::Vec;

use crate::{Defects, Leniency};
use base64::Base64;
use quoted_printable::QuotedPrintable;
use sink::{Count, Sink, Tail};

pub use encode::{Base64Encoder, LineBreaks, QuotedPrintableEncoder};
pub use encoding::TransferEncoding;

/// Decodes a body, chunk by chunk.
///
/// Nothing is an error: what is odd is decoded as `docs/mime.md` says, and told by [`defects`](Self::defects).
#[derive(Clone, Debug)]
pub struct Decoder(Machine);

#[derive(Clone, Debug)]
enum Machine {
    /// 7bit, 8bit, binary; and the unknown ones, whose octets are opaque (RFC 2045 section 6.4).
    Identity(Defects),
    Base64(Base64),
    QuotedPrintable(QuotedPrintable),
}

impl Decoder {
    /// A lenient decoder, in front of the first octet.
    pub fn new(encoding: &TransferEncoding) -> Self {
        Self::with_leniency(encoding, Leniency::Lenient)
    }

    /// The same with a choice how odd octets are read.
    pub fn with_leniency(encoding: &TransferEncoding, leniency: Leniency) -> Self {
        Self(match encoding {
            TransferEncoding::Base64 => Machine::Base64(Base64::new(leniency)),
            TransferEncoding::QuotedPrintable => Machine::QuotedPrintable(QuotedPrintable::new(leniency)),
            _ => Machine::Identity(Defects::new()),
        })
    }

    /// Decodes the next octets of the body, and appends what is certain by now to `output`.
    pub fn decode(&mut self, input: &[u8], output: &mut Vec<u8>) {
        let octets = self.room(input.len());
        self.push(input, &mut Tail::new(output, octets));
    }

    /// The body has ended: appends what was held back.
    pub fn finish(&mut self, output: &mut Vec<u8>) {
        self.end(&mut Tail::new(output, 0));
    }

    /// What was odd so far. Offsets are octets of the encoded body.
    pub fn defects(&self) -> &Defects {
        match &self.0 {
            Machine::Identity(defects) => defects,
            Machine::Base64(base64) => base64.defects(),
            Machine::QuotedPrintable(quoted) => quoted.defects(),
        }
    }

    /// Room for all that so many octets of the body can give, and a word behind it.
    fn room(&self, input: usize) -> usize {
        match &self.0 {
            Machine::Identity(_) => 0,
            Machine::Base64(_) => (input / 4).saturating_mul(3).saturating_add(8),
            Machine::QuotedPrintable(_) => input.saturating_add(8),
        }
    }

    fn push(&mut self, input: &[u8], sink: &mut impl Sink) {
        mail_wire::visited(input.len());
        match &mut self.0 {
            Machine::Identity(_) => sink.put(input),
            Machine::Base64(base64) => base64.push(input, sink),
            Machine::QuotedPrintable(quoted) => quoted.push(input, sink),
        }
    }

    fn end(&mut self, sink: &mut impl Sink) {
        match &mut self.0 {
            Machine::Identity(_) => {}
            Machine::Base64(base64) => base64.end(sink),
            Machine::QuotedPrintable(quoted) => quoted.end(sink),
        }
    }
}

/// Counts the octets that a [`Decoder`] would give, without making them (RFC 3516 section 4.3: `BINARY.SIZE`).
///
/// ```
/// use rfc822_mime::transfer::{Counter, TransferEncoding};
/// let mut counter = Counter::new(&TransferEncoding::Base64);
/// counter.count(b"aGVsbG8sIH");
/// counter.count(b"dvcmxk\r\n");
/// assert_eq!(counter.finish(), 12);
/// ```
#[derive(Clone, Debug)]
pub struct Counter {
    decoder: Decoder,
    count: Count,
}

impl Counter {
    /// In front of the first octet; lenient.
    pub fn new(encoding: &TransferEncoding) -> Self {
        Self::with_leniency(encoding, Leniency::Lenient)
    }

    /// The same with a choice how odd octets are read.
    pub fn with_leniency(encoding: &TransferEncoding, leniency: Leniency) -> Self {
        Self { decoder: Decoder::with_leniency(encoding, leniency), count: Count::default() }
    }

    /// Looks at the next octets of the body.
    pub fn count(&mut self, input: &[u8]) {
        self.decoder.push(input, &mut self.count);
    }

    /// The body has ended: how many octets it decodes to.
    pub fn finish(mut self) -> u64 {
        self.decoder.end(&mut self.count);
        self.count.octets()
    }
}

/// Decodes a complete body.
///
/// ```
/// use rfc822_mime::Leniency;
/// use rfc822_mime::transfer::{TransferEncoding, decode};
/// let (octets, defects) = decode(&TransferEncoding::Base64, Leniency::Lenient, b"aGVs*bG8=");
/// assert_eq!(octets, b"hello");
/// assert_eq!(defects.total(), 1);
/// ```
pub fn decode(encoding: &TransferEncoding, leniency: Leniency, body: &[u8]) -> (Vec<u8>, Defects) {
    let mut decoder = Decoder::with_leniency(encoding, leniency);
    let mut output = Vec::new();
    decoder.decode(body, &mut output);
    decoder.finish(&mut output);
    let defects = match decoder.0 {
        Machine::Identity(defects) => defects,
        Machine::Base64(base64) => base64.into_defects(),
        Machine::QuotedPrintable(quoted) => quoted.into_defects(),
    };
    (output, defects)
}

/// How many octets a complete body decodes to.
pub fn decoded_octets(encoding: &TransferEncoding, leniency: Leniency, body: &[u8]) -> u64 {
    let mut counter = Counter::with_leniency(encoding, leniency);
    counter.count(body);
    counter.finish()
}
