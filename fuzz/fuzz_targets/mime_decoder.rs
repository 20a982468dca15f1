//! Messages: no cut matters, all octets are in events, the map agrees with them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, mime};

fuzz_target!(|data: &[u8]| mime::decoder(&Input::read(data)));
