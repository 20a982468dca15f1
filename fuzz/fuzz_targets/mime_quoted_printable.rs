//! Quoted-printable: decoding any octets, and encoding them, at any cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, transfer};
use rfc822_mime::transfer::TransferEncoding;

fuzz_target!(|data: &[u8]| {
    let input = Input::read(data);
    transfer::decode(&input, &TransferEncoding::QuotedPrintable);
    transfer::quoted_printable(&input);
});
