//! Dot-terminated blocks: decoding any octets, and stuffing any message, at any cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, wire};

fuzz_target!(|data: &[u8]| {
    let input = Input::read(data);
    wire::unstuff(&input);
    wire::stuff(&input);
});
