//! Recorded sessions and the dialogues of the RFCs, through both codecs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::fs;
use std::path::Path;

use mail_wire::testkit::mutations;
use mail_wire::testkit::transcript::{Piece, Side, Transcript};
use pop3_proto::testkit::{Dissector, Verdict};
use pop3_proto::{Capability, Deviation, Event, Row};

/// Every file of a folder below `tests/`, by name.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

fn recordings() -> Vec<(String, Transcript)> {
    files("recordings", "jsonl")
        .into_iter()
        .map(|(name, text)| (name, Transcript::parse(&text).unwrap()))
        .collect()
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
    for (name, text) in files("traces", "trace") {
        let dissector = check(&name, &Transcript::parse_trace(&text).unwrap());
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
        for side in [Side::Client, Side::Server] {
            let stream = transcript.stream(side);
            for mutation in mutations(&stream, n as u64 + 1, 60) {
                // The name of a mechanism is the same in any letter case.
                if mutation.stream.eq_ignore_ascii_case(&stream) {
                    continue;
                }
                let damaged = replace(&transcript, side, &mutation.stream);
                let seen = Dissector::run(&damaged, usize::MAX);
                let noticed = seen.units != whole.units
                    || seen.fatal.is_some()
                    || seen.untaken(side) != whole.untaken(side);
                assert!(noticed, "{name}: {side:?} {} went unnoticed", mutation.what);
                tried += 1;
            }
        }
    }
    assert!(tried > 5_000, "{tried}");
}

/// The same session with other octets from one side, cut where the recording was cut.
fn replace(transcript: &Transcript, side: Side, stream: &[u8]) -> Transcript {
    let mut rest = stream;
    let mut pieces = Vec::new();
    let last =
        transcript.pieces.iter().rposition(|piece| matches!(piece, Piece::Octets(of, _) if *of == side));
    for (n, piece) in transcript.pieces.iter().enumerate() {
        match piece {
            Piece::Octets(of, octets) if *of == side => {
                let len = if Some(n) == last { rest.len() } else { octets.len().min(rest.len()) };
                let (head, tail) = rest.split_at(len);
                pieces.push(Piece::Octets(side, head.to_vec()));
                rest = tail;
            }
            other => pieces.push(other.clone()),
        }
    }
    Transcript { meta: transcript.meta.clone(), pieces }
}
