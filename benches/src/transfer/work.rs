//! The work that is timed.

use rfc822_mime::charset::{Charset, Converter};
use rfc822_mime::transfer::{
    Base64Encoder, Counter, Decoder, LineBreaks, QuotedPrintableEncoder, TransferEncoding,
};

use super::streams::{binary, encode_base64, encode_quoted, text};
use crate::{LARGE, READ, Workload, lines};

/// Everything that is measured for bodies.
pub fn workloads() -> Vec<Workload> {
    let base64 = encode_base64(&binary(LARGE));
    let few = encode_quoted(&text(LARGE, 1));
    let many = encode_quoted(&text(LARGE, 35));
    let (b, q) = (TransferEncoding::Base64, TransferEncoding::QuotedPrintable);
    vec![
        decode("base64/lines/decode", &b, base64.clone(), READ),
        count("base64/lines/count", &b, base64.clone()),
        decode("base64/lines/octets", &b, base64[..LARGE / 64].to_vec(), 1),
        decode(
            "base64/unix/decode",
            &b,
            base64.iter().copied().filter(|octet| *octet != b'\r').collect(),
            READ,
        ),
        encode("base64/lines/encode", binary(LARGE), |octets, output| {
            let mut encoder = Base64Encoder::new();
            octets.chunks(READ).for_each(|chunk| encoder.encode(chunk, output));
            encoder.finish(output);
        }),
        decode("quoted-printable/few/decode", &q, few.clone(), READ),
        count("quoted-printable/few/count", &q, few.clone()),
        decode("quoted-printable/few/octets", &q, few[..LARGE / 64].to_vec(), 1),
        encode("quoted-printable/few/encode", text(LARGE, 1), |octets, output| {
            let mut encoder = QuotedPrintableEncoder::new(LineBreaks::Text);
            octets.chunks(READ).for_each(|chunk| encoder.encode(chunk, output));
            encoder.finish(output);
        }),
        decode("quoted-printable/many/decode", &q, many.clone(), READ),
        count("quoted-printable/many/count", &q, many),
        convert("charset/windows-1252/decode", b"iso-8859-1", text(LARGE, 5)),
        convert(
            "charset/utf-8/decode",
            b"utf-8",
            String::from_utf8_lossy(&text(LARGE, 0)).into_owned().into(),
        ),
    ]
}

/// Into a buffer that is emptied with each chunk, as a program does that passes it on.
fn decode(name: &'static str, encoding: &TransferEncoding, body: Vec<u8>, read: usize) -> Workload {
    let encoding = encoding.clone();
    let mut output = Vec::with_capacity(2 * READ);
    Workload::new(name, body.len(), lines(&body), move || {
        let (mut decoder, mut octets) = (Decoder::new(&encoding), 0);
        for chunk in body.chunks(read) {
            output.clear();
            decoder.decode(chunk, &mut output);
            octets += output.len() as u64;
        }
        output.clear();
        decoder.finish(&mut output);
        octets + output.len() as u64
    })
}

fn count(name: &'static str, encoding: &TransferEncoding, body: Vec<u8>) -> Workload {
    let encoding = encoding.clone();
    Workload::new(name, body.len(), lines(&body), move || {
        let mut counter = Counter::new(&encoding);
        body.chunks(READ).for_each(|chunk| counter.count(chunk));
        counter.finish()
    })
}

fn encode(name: &'static str, octets: Vec<u8>, encode: fn(&[u8], &mut Vec<u8>)) -> Workload {
    let mut output = Vec::with_capacity(4 * octets.len());
    Workload::new(name, octets.len(), octets.len() / 76, move || {
        output.clear();
        encode(&octets, &mut output);
        output.len() as u64
    })
}

fn convert(name: &'static str, label: &'static [u8], octets: Vec<u8>) -> Workload {
    let charset = Charset::for_label(label).expect("a known charset");
    let mut output = String::with_capacity(4 * octets.len());
    Workload::new(name, octets.len(), lines(&octets), move || {
        output.clear();
        let mut converter = Converter::new(charset);
        octets.chunks(READ).for_each(|chunk| converter.convert(chunk, &mut output));
        converter.finish(&mut output);
        output.len() as u64
    })
}
