//! Recorded sessions through both codecs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use imsp_proto::testkit::{Dissector, Unit};
use imsp_proto::{Deviation, State};
use mail_wire::testkit::dissect::assert_damage_shows;
use mail_wire::testkit::transcript::{Transcript, Verdict, sessions};

fn recordings() -> Vec<(String, Transcript)> {
    sessions(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings"), "jsonl")
}

/// Nothing is malformed or unknown but what the server refused, and all comes back.
#[test]
fn recorded_sessions_are_understood_at_every_cutting() {
    let all = recordings();
    assert!(all.len() >= 15, "{}", all.len());
    for (name, transcript) in all {
        let whole = Dissector::run(&transcript, usize::MAX);
        assert_eq!(whole.fatal, None, "{name}");
        for unit in &whole.units {
            assert_eq!(unit.round_trip, None, "{name}: {unit:?}");
            assert!(matches!(unit.verdict, Verdict::Understood | Verdict::Rejected), "{name}: {unit:?}");
        }
        for size in [1, 7, 1_460] {
            let cut = Dissector::run(&transcript, size);
            assert!(cut.units == whole.units, "{name} in pieces of {size} octets");
        }
    }
}

#[test]
fn sessions_end_where_their_servers_said_so() {
    let states: Vec<_> = recordings()
        .into_iter()
        .map(|(name, transcript)| (name, Dissector::run(&transcript, usize::MAX).protocol.state()))
        .collect();
    let of = |wanted: &str| states.iter().find(|(name, _)| name == wanted).unwrap().1;
    assert_eq!(of("imspd-addressbook.jsonl"), State::Logout);
    // Its server crashed.
    assert_eq!(of("imspd-options-exact.jsonl"), State::Authenticated);
}

/// A damaged octet must show: another event, a deviation, or an error.
#[test]
fn damage_is_noticed() {
    let mut tried = 0;
    for (n, (name, transcript)) in recordings().into_iter().enumerate() {
        let whole = Dissector::run(&transcript, usize::MAX);
        // What stands behind the last argument is ignored, so damage to it is, too.
        let ignores = |unit: &Unit| unit.deviations.contains(Deviation::TrailingText);
        if whole.units.iter().any(ignores) {
            continue;
        }
        let dissect = |transcript: &Transcript| Dissector::run(transcript, usize::MAX);
        tried += assert_damage_shows(&name, &transcript, n as u64 + 1, 60, dissect);
    }
    assert!(tried > 600, "{tried}");
}
