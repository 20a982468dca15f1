//! A server's octets to a client codec that sent some commands, at any cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, dmsp};

fuzz_target!(|data: &[u8]| {
    dmsp::collect(&Input::read(data));
});
