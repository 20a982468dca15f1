//! A server's octets to a client codec that sent some commands, at any cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, pop2};

fuzz_target!(|data: &[u8]| {
    pop2::collect(&Input::read(data));
});
