//! The values of header fields: any octets through each of them, and no line end in what is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, mime};

fuzz_target!(|data: &[u8]| mime::values(&Input::read(data)));
