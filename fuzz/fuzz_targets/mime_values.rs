//! The values of header fields: any octets through each of them, and what is written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, mime};

fuzz_target!(|data: &[u8]| mime::values(&Input::read(data)));
