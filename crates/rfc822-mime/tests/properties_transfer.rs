//! Bodies that chance chose.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use proptest::prelude::*;
use rfc822_mime::transfer::{
    Base64Encoder, Counter, Decoder, LineBreaks, QuotedPrintableEncoder, TransferEncoding, decode,
    decoded_octets,
};
use rfc822_mime::{Defects, Leniency};

/// Octets that mean something to the decoders, more often than chance has it.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let pieces = &[
        "aGVs",
        "bG8=",
        "YQ==",
        "=",
        "\r\n",
        "\n",
        "\r",
        " ",
        "\t",
        "=20",
        "=C3=A9",
        "=\r\n",
        "=4",
        "From ",
        "text",
        "-",
        "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY3ODkwYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4\r\n",
    ];
    let piece = prop_oneof![
        6 => prop::sample::select(&pieces[..]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn encoding() -> impl Strategy<Value = (TransferEncoding, Leniency)> {
    let encodings = [TransferEncoding::Base64, TransferEncoding::QuotedPrintable, TransferEncoding::Binary];
    let leniency = prop_oneof![Just(Leniency::Lenient), Just(Leniency::Strict)];
    (prop::sample::select(encodings.to_vec()), leniency)
}

/// `octets` in pieces of these sizes, in turn.
fn pieces<'o>(octets: &'o [u8], sizes: &[usize]) -> Vec<&'o [u8]> {
    let (mut pieces, mut rest) = (Vec::new(), octets);
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, later) = rest.split_at((*size).min(rest.len()));
        pieces.push(piece);
        rest = later;
    }
    pieces
}

/// Base64 as RFC 2045 section 6.8 tells it: lenient, octet by octet, and with the whole in hand.
fn slow_base64(body: &[u8]) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut octets, mut group) = (Vec::new(), Vec::new());
    let flush = |group: &mut Vec<usize>, octets: &mut Vec<u8>| {
        let bits = (0..4).fold(0, |bits, at| bits << 6 | group.get(at).copied().unwrap_or(0));
        let bytes = (bits as u32).to_be_bytes();
        octets.extend_from_slice(&bytes[1..][..group.len().saturating_sub(1)]);
        group.clear();
    };
    for octet in body {
        match alphabet.iter().position(|known| known == octet) {
            Some(sextet) => group.push(sextet),
            None if *octet == b'=' => flush(&mut group, &mut octets),
            None => {}
        }
        if group.len() == 4 {
            flush(&mut group, &mut octets);
        }
    }
    flush(&mut group, &mut octets);
    octets
}

proptest! {
    #[test]
    fn no_cut_matters(
        (encoding, leniency) in encoding(), body in body(), sizes in prop::collection::vec(1_usize..20, 1..8),
    ) {
        let whole = decode(&encoding, leniency, &body);
        let (mut decoder, mut octets) = (Decoder::with_leniency(&encoding, leniency), Vec::new());
        let mut counter = Counter::with_leniency(&encoding, leniency);
        for piece in pieces(&body, &sizes) {
            decoder.decode(piece, &mut octets);
            counter.count(piece);
        }
        decoder.finish(&mut octets);
        prop_assert_eq!((&octets, decoder.defects()), (&whole.0, &whole.1));
        prop_assert_eq!(counter.finish(), whole.0.len() as u64);
        prop_assert_eq!(decoded_octets(&encoding, leniency, &body), whole.0.len() as u64);
        prop_assert!(whole.1.iter().all(|defect| defect.at <= body.len() as u64));
    }

    #[test]
    fn base64_as_the_slow_way(body in body()) {
        let (octets, _) = decode(&TransferEncoding::Base64, Leniency::Lenient, &body);
        prop_assert_eq!(octets, slow_base64(&body));
    }

    #[test]
    fn base64_there_and_back(octets in prop::collection::vec(any::<u8>(), 0..300), size in 1_usize..100) {
        let (mut encoder, mut body) = (Base64Encoder::new(), Vec::new());
        octets.chunks(size).for_each(|chunk| encoder.encode(chunk, &mut body));
        encoder.finish(&mut body);
        prop_assert_eq!(body.len() as u64, Base64Encoder::encoded_octets(octets.len() as u64));
        check_lines(&body)?;
        prop_assert!(body.is_empty() || body.ends_with(b"\r\n"));
        for leniency in [Leniency::Lenient, Leniency::Strict] {
            prop_assert_eq!(decode(&TransferEncoding::Base64, leniency, &body), (octets.clone(), Defects::new()));
        }
    }

    #[test]
    fn quoted_printable_there_and_back(octets in body(), size in 1_usize..100) {
        for breaks in [LineBreaks::Text, LineBreaks::Binary] {
            let encode = |size| {
                let (mut encoder, mut body) = (QuotedPrintableEncoder::new(breaks), Vec::new());
                octets.chunks(size).for_each(|chunk| encoder.encode(chunk, &mut body));
                encoder.finish(&mut body);
                body
            };
            let body = encode(size);
            prop_assert_eq!(&encode(usize::MAX), &body);
            check_lines(&body)?;
            prop_assert!(body.iter().all(|octet| matches!(octet, b'\t' | b'\r' | b'\n' | b' '..=b'~')));
            prop_assert!(!body.split(|octet| *octet == b'\n').any(|line| line.starts_with(b"From ")));
            for leniency in [Leniency::Lenient, Leniency::Strict] {
                let decoded = decode(&TransferEncoding::QuotedPrintable, leniency, &body);
                prop_assert_eq!(decoded, (octets.clone(), Defects::new()));
            }
        }
    }
}

/// All line ends are CRLF, no line is longer than 76 octets, and none ends with a blank.
fn check_lines(body: &[u8]) -> Result<(), TestCaseError> {
    let text = String::from_utf8_lossy(body);
    for line in text.split("\r\n") {
        prop_assert!(
            line.len() <= 76 && !line.contains(['\r', '\n']) && !line.ends_with([' ', '\t']),
            "{:?}",
            line
        );
    }
    Ok(())
}
