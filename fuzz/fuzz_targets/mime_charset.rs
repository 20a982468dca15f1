//! Charsets: any octets, at any cut. The first line of what is converted names the charset.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, transfer};

fuzz_target!(|data: &[u8]| transfer::charset(&Input::read(data)));
