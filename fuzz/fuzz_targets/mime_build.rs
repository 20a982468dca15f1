//! Messages to write: what is built of arbitrary choices is read as what it was made of; edits of any octets keep all others.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_proto_fuzz::mime;

fuzz_target!(|data: &[u8]| mime::build(data));
