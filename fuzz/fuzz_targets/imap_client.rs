//! A server's octets to a client codec that sent some commands, at any cut; what it understood is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::{Input, imap};

fuzz_target!(|data: &[u8]| {
    let input = Input::read(data);
    imap::write_responses_again(&input, &imap::collect(&input));
});
