//! Frames with literals: any cutting gives the same ones.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, imap};

fuzz_target!(|data: &[u8]| imap::frames(&Input::read(data)));
