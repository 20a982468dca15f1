//! A server's octets to a client codec that sent some commands, at any cut; what it understood is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, pop3};

fuzz_target!(|data: &[u8]| {
    let input = Input::read(data);
    pop3::write_replies_again(&input, &pop3::collect(&input));
});
