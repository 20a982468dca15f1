//! A large attachment in bounded memory. Without a test harness, whose thread would be counted too.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::print_stdout)]

use rfc822_mime::charset::{Charset, Converter};
use rfc822_mime::transfer::{
    Base64Encoder, Counter, Decoder, LineBreaks, QuotedPrintableEncoder, TransferEncoding,
};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Octets of a chunk: no line ends with it.
const CHUNK: usize = 4 * 1024 - 1;

/// Octets of the attachment, decoded.
const ATTACHMENT: usize = 50 * 1024 * 1024;

/// Encoded, decoded, counted and converted, chunk by chunk, with buffers that are used again.
fn main() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let chunk: Vec<u8> =
        b"So long, and thanks for all the fish = \xe9\t\r\n".iter().copied().cycle().take(CHUNK).collect();
    for encoding in [TransferEncoding::Base64, TransferEncoding::QuotedPrintable, TransferEncoding::Binary] {
        let mut base64 = Base64Encoder::new();
        let mut quoted = QuotedPrintableEncoder::new(LineBreaks::Text);
        let (mut decoder, mut counter) = (Decoder::new(&encoding), Counter::new(&encoding));
        let mut converter = Converter::new(Charset::for_label(b"iso-8859-1").unwrap());
        let mut body = Vec::with_capacity(4 * CHUNK);
        let mut octets = Vec::with_capacity(4 * CHUNK);
        let mut text = String::with_capacity(16 * CHUNK);
        let (mut before, mut sent, mut heard) = (None, 0, 0);
        while sent < ATTACHMENT {
            // The first chunk makes what is made once.
            if sent > CHUNK {
                before.get_or_insert_with(|| dhat::HeapStats::get().total_blocks);
            }
            match encoding {
                TransferEncoding::Base64 => base64.encode(&chunk, &mut body),
                TransferEncoding::QuotedPrintable => quoted.encode(&chunk, &mut body),
                _ => body.extend_from_slice(&chunk),
            }
            decoder.decode(&body, &mut octets);
            counter.count(&body);
            converter.convert(&octets, &mut text);
            sent += chunk.len();
            heard += octets.len();
            body.clear();
            octets.clear();
            text.clear();
        }
        let blocks = dhat::HeapStats::get().total_blocks - before.unwrap();
        match encoding {
            TransferEncoding::Base64 => base64.finish(&mut body),
            _ => quoted.finish(&mut body),
        }
        decoder.decode(&body, &mut octets);
        decoder.finish(&mut octets);
        counter.count(&body);
        assert_eq!((heard + octets.len(), counter.finish()), (sent, sent as u64), "{encoding}");
        assert!(decoder.defects().is_empty() && converter.errors() == 0, "{encoding}");
        assert_eq!(blocks, 0, "{encoding}: allocations for {} chunks", sent / CHUNK);
        println!("{encoding}: {sent} octets, {blocks} allocations");
    }
    let peak = dhat::HeapStats::get().max_bytes;
    assert!(peak < 256 * 1024, "{peak} octets at the peak");
}
