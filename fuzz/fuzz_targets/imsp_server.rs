//! A client's octets to the server codec, at any cut; what it understood is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, imsp};

fuzz_target!(|data: &[u8]| imsp::write_commands_again(&imsp::serve(&Input::read(data))));
