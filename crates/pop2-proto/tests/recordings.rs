//! Recorded sessions and the dialogues of the RFCs, through both codecs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use mail_wire::testkit::dissect::assert_damage_shows;
use mail_wire::testkit::transcript::{Side, Transcript, Verdict, sessions};
use pop2_proto::testkit::{Dissector, Pop2, Unit};
use pop2_proto::{Dialect, Event, Leniency, Options};

fn recordings() -> Vec<(String, Transcript)> {
    sessions(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings"), "jsonl")
}

fn traces() -> Vec<(String, Transcript)> {
    sessions(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces"), "trace")
}

fn options(name: &str) -> Options {
    let dialect = if name.starts_with("pop1") { Dialect::Rfc918 } else { Dialect::Rfc937 };
    Options::new().with_dialect(dialect)
}

/// Nothing is malformed but what the server refused, nothing unknown, and all comes back.
fn check(name: &str, transcript: &Transcript) -> Vec<Unit> {
    let whole = Dissector::of(Pop2::new(options(name))).over(transcript, usize::MAX);
    assert_eq!(whole.fatal, None, "{name}");
    for unit in &whole.units {
        assert!(matches!(unit.verdict, Verdict::Understood | Verdict::Rejected), "{name}: {unit:?}");
        assert_eq!(unit.round_trip, None, "{name}: {unit:?}");
    }
    for size in [1, 7] {
        let cut = Dissector::of(Pop2::new(options(name))).over(transcript, size);
        assert_eq!(cut.units, whole.units, "{name} in pieces of {size} octets");
    }
    whole.units
}

#[test]
fn recorded_sessions_are_understood_at_every_cutting() {
    for (name, transcript) in recordings() {
        check(&name, &transcript);
    }
}

#[test]
fn dialogues_of_the_rfcs_are_understood_and_in_order() {
    for (name, transcript) in traces() {
        let units = check(&name, &transcript);
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
        let (_, transcript) = traces().into_iter().find(|(found, _)| found == name).unwrap();
        let options = options(name).with_leniency(Leniency::Strict);
        let strict = Dissector::of(Pop2::new(options)).over(&transcript, usize::MAX);
        let found = strict.units.iter().filter(|unit| matches!(unit.event, Event::Malformed(_))).count();
        assert!(found >= bad, "{name}: {found}");
    }
}

/// A damaged octet must show: another event, a deviation, or an error.
#[test]
fn damage_is_noticed() {
    let mut tried = 0;
    for (n, (name, transcript)) in recordings().into_iter().enumerate() {
        let dissect =
            |transcript: &Transcript| Dissector::of(Pop2::new(options(&name))).over(transcript, usize::MAX);
        tried += assert_damage_shows(&name, &transcript, n as u64 + 1, 60, dissect);
    }
    assert!(tried > 1_000, "{tried}");
}
