//! The dialogues of the RFCs, through both codecs.
//!
//! In `dialogues/`, one begins at each line `## SECTION`; `# broken: WHY` says that it is not as the grammar has it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use common::answers_nobody;
use imap_proto::testkit::{Dissector, Unit};
use imap_proto::{Dialect, Event, Response};
use mail_wire::testkit::dissect::assert_damage_shows;
use mail_wire::testkit::files;
use mail_wire::testkit::transcript::{Piece, Side, Transcript};

struct Dialogue {
    name: String,
    transcript: Transcript,
    is_broken: bool,
}

fn dialogues() -> Vec<Dialogue> {
    let mut all = Vec::new();
    for (file, octets) in files(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dialogues"), "txt") {
        let text = String::from_utf8(octets).unwrap();
        for (nth, dialogue) in text.split("\n## ").skip(1).enumerate() {
            let (section, lines) = dialogue.split_once('\n').unwrap();
            let name = format!("{file}, dialogue {}, section {section}", nth + 1);
            let mut transcript = Transcript::parse_trace(lines).unwrap_or_else(|why| panic!("{name}: {why}"));
            if let Some(Piece::Octets(Side::Client, _)) = transcript.pieces.first() {
                transcript.pieces.insert(0, Piece::Octets(Side::Server, b"* OK ready\r\n".to_vec()));
            }
            all.push(Dialogue { name, transcript, is_broken: lines.contains("# broken: ") });
        }
    }
    all
}

/// How many units are not as the grammar has them, or answer nobody.
fn wrong(units: &[Unit]) -> usize {
    let (mut wrong, mut is_offered) = (0, false);
    for unit in units {
        let is_malformed = matches!(unit.event, Event::Malformed(_));
        let is_stray = answers_nobody(unit) && !is_offered;
        wrong += usize::from(is_malformed || is_stray || !unit.deviations.is_strict());
        if unit.side == Side::Client {
            is_offered = matches!(unit.event, Event::LiteralStart(_));
        }
    }
    wrong
}

#[test]
fn dialogues_are_understood_at_every_cutting_and_come_back() {
    let (mut sound, mut broken) = (0, 0);
    for Dialogue { name, transcript, is_broken } in dialogues() {
        let whole = Dissector::run(&transcript, usize::MAX);
        assert_eq!(whole.fatal, None, "{name}");
        for unit in &whole.units {
            assert_eq!(unit.round_trip, None, "{name}: {unit:?}");
        }
        let leaves = [Side::Client, Side::Server].iter().any(|side| !whole.untaken(*side).is_empty());
        assert_eq!(leaves || wrong(&whole.units) > 0, is_broken, "{name}: {:#?}", whole.units);
        for size in [1, 7] {
            assert_eq!(Dissector::run(&transcript, size).units, whole.units, "{name} in pieces of {size}");
        }
        *(if is_broken { &mut broken } else { &mut sound }) += 1;
    }
    assert!(sound > 190, "{sound}");
    assert_eq!(broken, 22);
}

/// Octet for octet, but for quotes, parentheses and literals where others would do, and the letter case of keywords.
#[test]
fn dialogues_are_written_as_they_stand() {
    let (mut same, mut respelled) = (0, 0);
    for Dialogue { name, transcript, .. } in dialogues().into_iter().filter(|one| !one.is_broken) {
        let streams = [Side::Client, Side::Server].map(|side| transcript.stream(side));
        let units = Dissector::run(&transcript, usize::MAX).units;
        for (n, unit) in units.iter().enumerate() {
            // Those of RFC 9051 have nothing that is obsolete; the others do.
            let dialect =
                if name.starts_with("rfc9051") { Dialect::Imap4rev2 } else { Dialect::Imap4rev1Utf8 };
            let written = match &unit.event {
                Event::Command(command) => command.to_bytes(dialect),
                Event::Greeting(status) => Response::from(status.clone()).to_bytes(dialect),
                // A challenge reads like a text outside of AUTHENTICATE.
                Event::Response(response) => response.to_bytes(dialect),
                _ => continue,
            };
            let written = written.unwrap_or_else(|error| panic!("{name}: {unit:?}: {error}"));
            let stream = &streams[unit.side as usize];
            let next = units[n + 1..].iter().find(|next| next.side == unit.side);
            let end = next.map_or(stream.len(), |next| next.offset as usize);
            // Behind a literal that the server was asked about, the rest of the command.
            let read = &stream[unit.offset as usize..end];
            assert!(bare(&written).ends_with(&bare(read)), "{name}: {unit:?}");
            *(if written == read { &mut same } else { &mut respelled }) += 1;
        }
    }
    assert!(same > 850 && respelled < same / 4, "{same} the same, {respelled} not");
}

/// In lower case, without quotes, parentheses and the announcements of literals.
fn bare(octets: &[u8]) -> String {
    let text = String::from_utf8(octets.to_ascii_lowercase()).unwrap();
    let mut bare = String::new();
    for line in text.split_inclusive("\r\n") {
        match line.trim_end().rsplit_once('{') {
            Some((front, _)) if line.ends_with("}\r\n") => bare.push_str(front),
            _ => bare.push_str(line),
        }
    }
    bare.replace(['"', '(', ')'], "")
}

/// A damaged octet must show: another event, a deviation, or an error.
#[test]
fn damage_is_noticed() {
    let mut tried = 0;
    for (n, Dialogue { name, transcript, is_broken }) in dialogues().into_iter().enumerate() {
        let whole = Dissector::run(&transcript, usize::MAX);
        // Of a command whose literal is refused, nobody sees the rest.
        if is_broken || whole.units.iter().any(answers_nobody) {
            continue;
        }
        let dissect = |transcript: &Transcript| Dissector::run(transcript, usize::MAX);
        tried += assert_damage_shows(&name, &transcript, n as u64 + 1, 60, dissect);
    }
    assert!(tried > 10_000, "{tried}");
}
