//! Recorded sessions and the dialogues of the RFCs, through both codecs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::path::Path;

use mail_wire::testkit::mutations;
use mail_wire::testkit::transcript::{Side, Transcript, Verdict};
use pop2_proto::testkit::{Dissector, Unit};
use pop2_proto::{Dialect, Event, Leniency, Options};

/// Every file of a folder below `tests/`, by name.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let files = mail_wire::testkit::files(folder, extension);
    files.into_iter().map(|(name, octets)| (name, String::from_utf8(octets).unwrap())).collect()
}

fn options(name: &str) -> Options {
    let dialect = if name.starts_with("pop1") { Dialect::Rfc918 } else { Dialect::Rfc937 };
    Options::new().with_dialect(dialect)
}

/// Nothing is malformed but what the server refused, nothing unknown, and all comes back.
fn check(name: &str, transcript: &Transcript) -> Vec<Unit> {
    let whole = Dissector::run(transcript, options(name), usize::MAX);
    assert_eq!(whole.fatal, None, "{name}");
    for unit in &whole.units {
        assert!(matches!(unit.verdict, Verdict::Understood | Verdict::Rejected), "{name}: {unit:?}");
        assert_eq!(unit.round_trip, None, "{name}: {unit:?}");
    }
    for size in [1, 7] {
        let cut = Dissector::run(transcript, options(name), size);
        assert_eq!(cut.units, whole.units, "{name} in pieces of {size} octets");
    }
    whole.units
}

#[test]
fn recorded_sessions_are_understood_at_every_cutting() {
    for (name, text) in files("recordings", "jsonl") {
        check(&name, &Transcript::parse(&text).unwrap());
    }
}

#[test]
fn dialogues_of_the_rfcs_are_understood_and_in_order() {
    for (name, text) in files("traces", "trace") {
        let units = check(&name, &Transcript::parse_trace(&text).unwrap());
        let slips = units.iter().filter(|unit| !unit.deviations.is_empty()).count();
        let expected = match name.as_str() {
            "pop1-slips.trace" => 2,
            // "+ POP2 Server Ready" has a host that is named Server.
            "rfc937-example-2.trace" => 1,
            _ => 0,
        };
        assert_eq!(slips, expected, "{name}");
        assert_eq!(units.last().map(|unit| unit.side), Some(Side::Server), "{name}");
    }
}

#[test]
fn the_slips_of_the_rfcs_are_named_by_a_strict_codec() {
    for (name, bad) in [("pop1-slips.trace", 2), ("rfc937-example-2.trace", 1)] {
        let (_, text) = files("traces", "trace").into_iter().find(|(found, _)| found == name).unwrap();
        let options = options(name).with_leniency(Leniency::Strict);
        let transcript = Transcript::parse_trace(&text).unwrap();
        let strict = Dissector::run(&transcript, options, usize::MAX);
        let found = strict.units.iter().filter(|unit| matches!(unit.event, Event::Malformed(_))).count();
        assert!(found >= bad, "{name}: {found}");
    }
}

/// A damaged octet must show: another event, a deviation, or an error.
#[test]
fn damage_is_noticed() {
    let mut tried = 0;
    for (n, (name, text)) in files("recordings", "jsonl").into_iter().enumerate() {
        let transcript = Transcript::parse(&text).unwrap();
        let whole = Dissector::run(&transcript, options(&name), usize::MAX);
        for side in [Side::Client, Side::Server] {
            let stream = transcript.stream(side);
            for mutation in mutations(&stream, n as u64 + 1, 60) {
                // Keywords are the same in any letter case.
                if mutation.stream.eq_ignore_ascii_case(&stream) {
                    continue;
                }
                let damaged = transcript.with_stream(side, &mutation.stream);
                let seen = Dissector::run(&damaged, options(&name), usize::MAX);
                let noticed = seen.units != whole.units
                    || seen.fatal.is_some()
                    || seen.untaken(side) != whole.untaken(side);
                assert!(noticed, "{name}: {side:?} {} went unnoticed", mutation.what);
                tried += 1;
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}
