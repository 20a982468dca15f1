//! Transfer encodings and charsets: no cut matters, and what was encoded comes back.
//!
//! Options: `S` strict; `B` CRLF is two octets of binary data.

use rfc822_mime::charset::{Charset, Converter};
use rfc822_mime::transfer::{
    Base64Encoder, Counter, Decoder, LineBreaks, QuotedPrintableEncoder, TransferEncoding,
    decode as decode_whole,
};
use rfc822_mime::{Defects, Leniency};

use crate::Input;

fn leniency(input: &Input) -> Leniency {
    if input.has(b'S') { Leniency::Strict } else { Leniency::Lenient }
}

/// `Decoder` and `Counter`, over any pieces, give what the whole gives.
pub fn decode(input: &Input, encoding: &TransferEncoding) {
    let leniency = leniency(input);
    let (whole, defects) = decode_whole(encoding, leniency, input.octets);
    let mut decoder = Decoder::with_leniency(encoding, leniency);
    let (mut counter, mut octets) = (Counter::with_leniency(encoding, leniency), Vec::new());
    for piece in input.pieces() {
        decoder.decode(piece, &mut octets);
        counter.count(piece);
    }
    decoder.finish(&mut octets);
    assert_eq!((&octets, decoder.defects()), (&whole, &defects));
    assert_eq!(counter.finish(), octets.len() as u64);
    assert!(octets.len() <= input.octets.len());
    assert!(defects.iter().all(|defect| defect.at <= input.octets.len() as u64));
}

/// What `Base64Encoder` writes has the announced length, and comes back.
pub fn base64(input: &Input) {
    let (mut encoder, mut body) = (Base64Encoder::new(), Vec::new());
    input.pieces().for_each(|piece| encoder.encode(piece, &mut body));
    encoder.finish(&mut body);
    assert_eq!(body.len() as u64, Base64Encoder::encoded_octets(input.octets.len() as u64));
    check(input, &TransferEncoding::Base64, &body);
}

/// What `QuotedPrintableEncoder` writes is the same for any pieces, and comes back.
pub fn quoted_printable(input: &Input) {
    let breaks = if input.has(b'B') { LineBreaks::Binary } else { LineBreaks::Text };
    let encode = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let (mut encoder, mut body) = (QuotedPrintableEncoder::new(breaks), Vec::new());
        pieces.for_each(|piece| encoder.encode(piece, &mut body));
        encoder.finish(&mut body);
        body
    };
    let body = encode(&mut input.pieces());
    assert_eq!(body, encode(&mut std::iter::once(input.octets)));
    check(input, &TransferEncoding::QuotedPrintable, &body);
}

/// Lines of at most 76 octets, which stand for the input.
fn check(input: &Input, encoding: &TransferEncoding, body: &[u8]) {
    let text = std::str::from_utf8(body).expect("ASCII");
    assert!(text.split("\r\n").all(|line| line.len() <= 76 && !line.contains(['\r', '\n'])));
    assert_eq!(decode_whole(encoding, leniency(input), body), (input.octets.to_vec(), Defects::new()));
}

/// `Converter`, over any pieces, gives what the whole gives. The first line is the label.
pub fn charset(input: &Input) {
    let (label, octets) = match input.octets.iter().position(|octet| *octet == b'\n') {
        Some(at) => (&input.octets[..at], &input.octets[at + 1..]),
        None => (input.octets, &b""[..]),
    };
    let Some(charset) = Charset::for_label(label) else { return };
    assert_eq!(Charset::for_label(charset.name().as_bytes()), Some(charset));
    let (mut converter, mut text) = (Converter::new(charset), String::new());
    // The label is passed over piece by piece too.
    let mut skip = input.octets.len() - octets.len();
    for piece in input.pieces() {
        let behind = &piece[skip.min(piece.len())..];
        skip -= piece.len() - behind.len();
        converter.convert(behind, &mut text);
    }
    converter.finish(&mut text);
    let (whole, flawed) = charset.decode(octets);
    assert_eq!((text.as_str(), converter.errors() != 0), (whole.as_ref(), flawed));
    assert!(converter.defects().iter().all(|defect| defect.at <= octets.len() as u64));
    let words: Vec<&[u8]> = input.pieces().collect();
    charset.decode_words(words);
}
