//! Lines: any cutting, and a reader with the whole stream in hand, see the same ones.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, wire};

fuzz_target!(|data: &[u8]| wire::lines(&Input::read(data)));
