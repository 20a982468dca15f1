//! Arbitrary commands and responses, written by one codec and read by the other.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // An error says that `data` was too short to choose with.
    let _ = match data.split_first() {
        Some((first, rest)) if first % 2 == 0 => imsp_proto::testkit::round_trip_commands(rest),
        Some((_, rest)) => imsp_proto::testkit::round_trip_responses(rest),
        None => Ok(()),
    };
});
