//! A client's octets to the server codec, at any cut; what it understood is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, pop3};

fuzz_target!(|data: &[u8]| {
    let input = Input::read(data);
    pop3::write_commands_again(&input, &pop3::serve(&input));
});
