//! Dialogues of the RFCs and the drafts, through both codecs.
//!
//! In `dialogues/`, a file has one dialect; `# slips: N` says how many lines are not as its grammar has them.

use imap_proto::testkit::{InDialect, Unit};
use imap_proto::{
    ClientCodec, Command, Dialect, Event, Leniency, Options, Response, ServerCodec, StatusResponse,
};
use mail_wire::testkit::dissect::{Dissector, Protocol, assert_damage_shows};
use mail_wire::testkit::files;
use mail_wire::testkit::transcript::{Piece, Side, Transcript};

struct Dialogue {
    name: String,
    dialect: Dialect,
    transcript: Transcript,
    slips: usize,
}

fn dialogues() -> Vec<Dialogue> {
    let mut all = Vec::new();
    for (file, octets) in files(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/historic/dialogues"), "txt") {
        let dialect = match file.as_str() {
            // A server of IMAP3 starts in IMAP2.
            "imap2.txt" | "imap3.txt" => Dialect::Imap2,
            "imap2bis.txt" => Dialect::Imap2bis,
            "macms.txt" => Dialect::MacMs,
            "imap4.txt" => Dialect::Imap4,
            other => panic!("{other}"),
        };
        let text = String::from_utf8(octets).unwrap();
        for dialogue in text.split("\n## ").skip(1) {
            let (title, lines) = dialogue.split_once('\n').unwrap();
            let name = format!("{file}, {title}");
            let mut transcript = Transcript::parse_trace(lines).unwrap_or_else(|why| panic!("{name}: {why}"));
            if let Some(Piece::Octets(Side::Client, _)) = transcript.pieces.first() {
                transcript.pieces.insert(0, Piece::Octets(Side::Server, b"* OK ready\r\n".to_vec()));
            }
            let slips = lines.lines().find_map(|line| line.strip_prefix("# slips: "));
            let slips = slips.map_or(0, |slips| slips.parse().unwrap());
            all.push(Dialogue { name, dialect, transcript, slips });
        }
    }
    all
}

fn is_answer(unit: &Unit) -> Option<&StatusResponse> {
    match &unit.event {
        Event::Response(Response::Status(status)) if status.tag().is_some() => Some(status),
        _ => None,
    }
}

/// How many units are not as the grammar has them, or answer nobody.
fn slips(units: &[Unit]) -> usize {
    let is_of_a_broken_one = |unit: &Unit| {
        let tag = is_answer(unit).and_then(StatusResponse::tag);
        units.iter().any(|unit| matches!(&unit.event, Event::Malformed(bad) if bad.tag() == tag))
    };
    let is_slip = |unit: &&Unit| {
        let is_stray = is_answer(unit).is_some() && unit.to.is_none() && !is_of_a_broken_one(unit);
        matches!(unit.event, Event::Malformed(_)) || !unit.deviations.is_strict() || is_stray
    };
    units.iter().filter(is_slip).count()
}

#[test]
fn dialogues_are_understood_at_every_cutting_and_come_back() {
    let (mut known, mut units) = (0, 0);
    for Dialogue { name, dialect, transcript, slips: expected } in dialogues() {
        let whole = InDialect::run(dialect, &transcript, usize::MAX);
        assert_eq!(whole.fatal, None, "{name}");
        for side in [Side::Client, Side::Server] {
            assert!(whole.untaken(side).is_empty(), "{name}");
        }
        for unit in &whole.units {
            assert_eq!(unit.round_trip, None, "{name}: {unit:?}");
        }
        assert_eq!(slips(&whole.units), expected, "{name}: {:?}", whole.units);
        for size in [1, 7] {
            let cut = InDialect::run(dialect, &transcript, size);
            assert_eq!(cut.units, whole.units, "{name} in pieces of {size}");
        }
        // A strict one finds as many.
        let mut strict = InDialect::new(dialect);
        let options = |options: Options| options.with_dialect(dialect).with_leniency(Leniency::Strict);
        *strict.client() = ClientCodec::with_options(options(Options::client()));
        *strict.server() = ServerCodec::with_options(options(Options::server()));
        let strict = Dissector::of(strict).over(&transcript, usize::MAX);
        assert_eq!(slips(&strict.units), expected, "{name}: {:?}", strict.units);
        known += expected;
        units += whole.units.len();
    }
    assert!(known > 25 && units > 350, "{known} slips in {units} units");
}

/// Octet for octet, but for letter case and the kind of strings.
#[test]
fn what_is_as_it_should_be_is_written_as_it_stands() {
    let mut same = 0;
    for Dialogue { name, dialect, transcript, slips } in dialogues() {
        if slips > 0 || name.starts_with("imap3") {
            continue;
        }
        let streams = [Side::Client, Side::Server].map(|side| transcript.stream(side));
        let units = InDialect::run(dialect, &transcript, usize::MAX).units;
        for (n, unit) in units.iter().enumerate().filter(|(_, unit)| unit.deviations.is_empty()) {
            let written = match &unit.event {
                Event::Command(command) => Command::to_bytes(command, dialect).unwrap(),
                Event::Response(Response::Continuation(_)) => continue,
                Event::Response(response) => response.to_bytes(dialect).unwrap(),
                _ => continue,
            };
            let stream = &streams[unit.side as usize];
            let next = units[n + 1..].iter().find(|next| next.side == unit.side);
            let read = &stream[unit.offset as usize..next.map_or(stream.len(), |next| next.offset as usize)];
            let bare = |octets: &[u8]| String::from_utf8_lossy(octets).replace(['"', '(', ')'], "");
            let (read, written) = (bare(read), bare(&written));
            if !read.contains('{') && !written.contains('{') {
                // Behind a literal, the rest of the command.
                assert!(written.ends_with(&read), "{name}: {written} of {read}");
                same += 1;
            }
        }
    }
    assert!(same > 120, "{same}");
}

#[test]
fn damage_is_noticed() {
    let mut tried = 0;
    for (n, Dialogue { name, dialect, transcript, slips }) in dialogues().into_iter().enumerate() {
        if slips == 0 {
            let dissect = |transcript: &Transcript| InDialect::run(dialect, transcript, usize::MAX);
            tried += assert_damage_shows(&name, &transcript, n as u64 + 1, 60, dissect);
        }
    }
    assert!(tried > 1_500, "{tried}");
}
