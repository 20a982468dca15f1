//! Bodies, in bulk.

use rfc822_mime::transfer::{Base64Encoder, LineBreaks, QuotedPrintableEncoder};

use crate::{Dots, Random, message};

/// So many octets by chance, as of a compressed attachment.
pub fn binary(octets: usize) -> Vec<u8> {
    let mut random = Random::new(7);
    (0..octets).map(|_| random.below(256) as u8).collect()
}

/// Text of about so many octets, of which `percent` of a hundred are not ASCII.
pub fn text(octets: usize, percent: u64) -> Vec<u8> {
    let mut random = Random::new(8);
    let mut text = message(octets, Dots::None);
    for octet in text.iter_mut().filter(|octet| octet.is_ascii_alphabetic()) {
        if random.below(100) < percent {
            *octet |= 0x80;
        }
    }
    text
}

/// In lines of 76 octets.
pub fn encode_base64(octets: &[u8]) -> Vec<u8> {
    let (mut encoder, mut body) = (Base64Encoder::new(), Vec::new());
    encoder.encode(octets, &mut body);
    encoder.finish(&mut body);
    body
}

/// As text.
pub fn encode_quoted(octets: &[u8]) -> Vec<u8> {
    let (mut encoder, mut body) = (QuotedPrintableEncoder::new(LineBreaks::Text), Vec::new());
    encoder.encode(octets, &mut body);
    encoder.finish(&mut body);
    body
}
