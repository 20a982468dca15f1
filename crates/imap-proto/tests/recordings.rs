//! Recorded sessions through both codecs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use common::answers_nobody;
use imap_proto::testkit::{Dissector, Unit};
use imap_proto::{Deviation, Event, Response};
use mail_wire::testkit::dissect::assert_damage_shows;
use mail_wire::testkit::transcript::{Side, Transcript, Verdict, sessions};

fn recordings() -> Vec<(String, Transcript)> {
    sessions(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings"), "jsonl")
}

/// A command that no grammar allows, and that a server took all the same.
const TAKEN_BY_ONE_SERVER: (&str, usize) = ("hoodiecrow-fetch-meta.jsonl", 1);

/// Nothing is malformed but what the server refused, and all comes back.
fn check(name: &str, transcript: &Transcript) {
    let whole = Dissector::run(transcript, usize::MAX);
    assert_eq!(whole.fatal, None, "{name}");
    let mut malformed = 0;
    for unit in &whole.units {
        assert_eq!(unit.round_trip, None, "{name}: {unit:?}");
        malformed += usize::from(unit.verdict == Verdict::Malformed);
        let is_excused = name == TAKEN_BY_ONE_SERVER.0 && unit.side == Side::Client;
        assert!(unit.verdict != Verdict::Malformed || is_excused, "{name}: {unit:?}");
    }
    let expected = if name == TAKEN_BY_ONE_SERVER.0 { TAKEN_BY_ONE_SERVER.1 } else { 0 };
    assert_eq!(malformed, expected, "{name}");
    for size in [1, 7, 1_460] {
        let cut = Dissector::run(transcript, size);
        assert!(cut.units == whole.units, "{name} in pieces of {size} octets");
    }
}

#[test]
fn recorded_sessions_are_understood_at_every_cutting() {
    let all = recordings();
    assert!(all.len() >= 385, "{}", all.len());
    for (name, transcript) in all {
        check(&name, &transcript);
    }
}

/// Sessions that end inside a unit, which nobody sees. Twisted announces characters where octets are due.
const END_INSIDE: [&str; 4] =
    ["pymap-fetch-ext-again1", "pymap-fetch-meta", "pymap-misc-again4", "twisted-fetch-sections"];

/// A damaged octet must show: another event, a deviation, or an error. `EVERY_RECORDING=1` takes its time.
#[test]
fn damage_is_noticed() {
    let is_thorough = std::env::var_os("EVERY_RECORDING").is_some();
    let mut tried = 0;
    for (n, (name, transcript)) in recordings().into_iter().enumerate() {
        let is_chosen = n % 8 == 0 && transcript.stream(Side::Server).len() <= 12_000;
        if !(is_thorough || is_chosen) || END_INSIDE.iter().any(|end| name.starts_with(end)) {
            continue;
        }
        let whole = Dissector::run(&transcript, usize::MAX);
        // What stands behind the last argument is ignored, so damage to it is, too. Of a command whose literal is refused,
        // nobody sees the rest.
        let ignores = |unit: &Unit| unit.deviations.contains(Deviation::TrailingText) || answers_nobody(unit);
        if whole.units.iter().any(ignores) {
            continue;
        }
        let dissect = |transcript: &Transcript| Dissector::run(transcript, usize::MAX);
        tried += assert_damage_shows(&name, &transcript, n as u64 + 1, 24, dissect);
    }
    assert!(tried > if is_thorough { 13_000 } else { 500 }, "{tried}");
}

#[test]
fn what_servers_say_is_known_or_kept() {
    let mut fetches = 0;
    for (_, transcript) in recordings() {
        let units = Dissector::run(&transcript, usize::MAX).units;
        fetches +=
            units.iter().filter(|unit| matches!(unit.event, Event::Response(Response::Fetch(_)))).count();
    }
    assert!(fetches > 1_000, "{fetches}");
}
