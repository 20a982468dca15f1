//! The dialogues of RFC 1056, and the slips in it, through both codecs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use dmsp_proto::testkit::{Dissector, Dmsp};
use dmsp_proto::{COMMANDS, Event, Leniency, Options, REPLY_CODES, State};
use mail_wire::testkit::dissect::assert_damage_shows;
use mail_wire::testkit::transcript::{Side, Transcript, Verdict, sessions};

/// The traces whose names begin so, by name.
fn traces(prefix: &str) -> Vec<(String, Transcript)> {
    let all = sessions(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces"), "trace");
    all.into_iter().filter(|(name, _)| name.starts_with(prefix)).collect()
}

/// Nothing is malformed but what the repository refused, and all comes back; at every cutting.
fn check(name: &str, transcript: &Transcript) -> Dissector {
    let whole = Dissector::run(transcript, usize::MAX);
    assert_eq!(whole.fatal, None, "{name}");
    for unit in &whole.units {
        assert!(matches!(unit.verdict, Verdict::Understood | Verdict::Rejected), "{name}: {unit:?}");
        assert_eq!(unit.round_trip, None, "{name}: {unit:?}");
    }
    for size in [1, 7] {
        let cut = Dissector::run(transcript, size);
        assert_eq!(cut.units, whole.units, "{name} in pieces of {size} octets");
    }
    whole
}

#[test]
fn dialogues_of_the_rfc_are_understood_and_in_order() {
    let (mut verbs, mut codes, mut rejected) = (Vec::new(), Vec::new(), 0);
    for (name, transcript) in traces("rfc1056-").into_iter().chain(traces("golden")) {
        let dissector = check(&name, &transcript);
        for unit in &dissector.units {
            assert!(unit.deviations.is_strict(), "{name}: {unit:?}");
            rejected += u32::from(unit.verdict == Verdict::Rejected);
            match &unit.event {
                Event::Command(command) => verbs.push(command.verb()),
                Event::Reply(reply) => codes.push(reply.code()),
                _ => {}
            }
        }
        let last = dissector.units.last().unwrap();
        assert_eq!(last.side, Side::Server, "{name}");
        assert_eq!(last.to.as_ref().map(|command| State::LoggedIn.permits(command.verb())), Some(true));
        // A strict codec has nothing against them.
        let strict = Dissector::of(Dmsp::with_options(Options::new().with_leniency(Leniency::Strict)));
        assert_eq!(strict.over(&transcript, usize::MAX).units, dissector.units, "{name}");
    }
    // Flag 16, twice, and FETCH-MESSAGE without a UID.
    assert_eq!(rejected, 3);
    // The samples show every operation and every code.
    for row in COMMANDS {
        assert!(verbs.contains(&row.verb), "{}", row.keyword);
    }
    for row in REPLY_CODES {
        assert!(codes.contains(&row.code), "{}", row.number);
    }
}

#[test]
fn slips_are_read_leniently_and_named_strictly() {
    let mut named = 0;
    for (name, transcript) in traces("slips") {
        let lenient = check(&name, &transcript);
        let strict = Dissector::of(Dmsp::with_options(Options::new().with_leniency(Leniency::Strict)));
        let strict = strict.over(&transcript, usize::MAX);
        assert_eq!(strict.fatal, None, "{name}");
        for unit in &lenient.units {
            let same =
                |other: &&dmsp_proto::testkit::Unit| (other.side, other.offset) == (unit.side, unit.offset);
            let other =
                strict.units.iter().find(same).unwrap_or_else(|| panic!("{name}: nothing at {unit:?}"));
            if unit.deviations.is_strict() {
                assert_eq!(other.event, unit.event, "{name}");
            } else {
                assert!(matches!(other.event, Event::Malformed(_)), "{name}: {unit:?} passed as {other:?}");
                named += 1;
            }
        }
    }
    assert_eq!(named, 12);
}

/// A damaged octet must show: another event, a deviation, or an error.
#[test]
fn damage_is_noticed() {
    let mut tried = 0;
    for (n, (name, transcript)) in traces("rfc1056-").into_iter().enumerate() {
        let dissect = |transcript: &Transcript| Dissector::run(transcript, usize::MAX);
        tried += assert_damage_shows(&name, &transcript, n as u64 + 1, 200, dissect);
    }
    assert!(tried > 2_000, "{tried}");
}
