//! Recorded sessions and the dialogues of the RFCs, through both codecs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use mail_wire::testkit::dissect::assert_damage_shows;
use mail_wire::testkit::transcript::{Side, Transcript, Verdict, sessions};
use pop3_proto::testkit::Dissector;
use pop3_proto::{Capability, Deviation, Event, Row};

fn recordings() -> Vec<(String, Transcript)> {
    sessions(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings"), "jsonl")
}

/// Nothing is malformed but what the server refused, nothing unknown but private capabilities, and all comes back.
fn check(name: &str, transcript: &Transcript) -> Dissector {
    let whole = Dissector::run(transcript, usize::MAX);
    assert_eq!(whole.fatal, None, "{name}");
    for unit in &whole.units {
        assert_ne!(unit.verdict, Verdict::Malformed, "{name}: {unit:?}");
        assert_eq!(unit.round_trip, None, "{name}: {unit:?}");
        if unit.verdict == Verdict::Other {
            assert!(
                matches!(unit.event, Event::Row(Row::Capability(Capability::Other(_)))),
                "{name}: {unit:?}"
            );
        }
    }
    for size in [1, 7] {
        let cut = Dissector::run(transcript, size);
        assert_eq!(cut.units, whole.units, "{name} in pieces of {size} octets");
    }
    whole
}

#[test]
fn recorded_sessions_are_understood_at_every_cutting() {
    for (name, transcript) in recordings() {
        check(&name, &transcript);
    }
}

#[test]
fn dialogues_of_the_rfcs_are_understood_and_in_order() {
    for (name, transcript) in sessions(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces"), "trace") {
        let dissector = check(&name, &transcript);
        for unit in &dissector.units {
            assert!(unit.deviations.is_empty(), "{name}: {unit:?}");
            assert_eq!(unit.verdict, Verdict::Understood, "{name}: {unit:?}");
        }
        assert_eq!(dissector.units.last().map(|unit| unit.side), Some(Side::Server), "{name}");
    }
}

/// A damaged octet must show: another event, a deviation, or an error.
#[test]
fn damage_is_noticed() {
    let mut tried = 0;
    for (n, (name, transcript)) in recordings().into_iter().enumerate() {
        let whole = Dissector::run(&transcript, usize::MAX);
        // What stands behind the last argument is ignored, so damage to it is, too.
        let ignores = |unit: &pop3_proto::testkit::Unit| unit.deviations.contains(Deviation::TrailingText);
        if whole.units.iter().any(ignores) {
            continue;
        }
        let dissect = |transcript: &Transcript| Dissector::run(transcript, usize::MAX);
        tried += assert_damage_shows(&name, &transcript, n as u64 + 1, 60, dissect);
    }
    assert!(tried > 5_000, "{tried}");
}
