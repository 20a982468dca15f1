//! A client's octets to the server codec, at any cut; what it understood is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, dmsp};

fuzz_target!(|data: &[u8]| {
    let input = Input::read(data);
    dmsp::write_commands_again(&dmsp::serve(&input));
});
