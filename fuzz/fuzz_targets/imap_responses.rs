//! Arbitrary responses, written by one codec and read by the other.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // An error says that `data` was too short to choose with.
    let _ = imap_proto::testkit::round_trip_responses(data);
});
