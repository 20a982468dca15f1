//! Every row of the tables of commands and responses, and of that of the states.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use imsp_proto::testkit::Dissector;
use imsp_proto::{
    ALIASES, COMMANDS, Command, CommandBody, Deviation, Deviations, Event, Evidence, Leniency, Options,
    RESPONSES, Response, ServerCodec, State,
};
use mail_wire::testkit::transcript::{Verdict, sessions};

const BOTH: [Leniency; 2] = [Leniency::Strict, Leniency::Lenient];

fn options(leniency: Leniency) -> Options {
    Options::server().with_leniency(leniency)
}

fn body(line: &str) -> CommandBody {
    Command::parse(format!("a {line}").as_bytes(), &Options::server()).unwrap().into_parts().1
}

#[test]
fn every_command_is_read_and_written_as_its_example() {
    for spec in COMMANDS {
        let line = format!("a1 {}\r\n", spec.example);
        assert!(spec.example.starts_with(spec.name), "{line}");
        for leniency in BOTH {
            let mut server = ServerCodec::with_options(options(leniency));
            let Ok(Some(Event::Command(command))) = server.decode(&mut line.as_bytes()) else {
                panic!("{line}")
            };
            assert!(!matches!(command.body(), CommandBody::Other(_)), "{line}");
            assert_eq!(
                (command.body().name(), server.deviations()),
                (spec.name, Deviations::new()),
                "{line}"
            );
            assert_eq!(String::from_utf8_lossy(&command.to_bytes().unwrap()), line);
            // In any letter case.
            let lower = line.replacen(spec.name, &spec.name.to_lowercase(), 1);
            assert_eq!(Command::parse(lower.as_bytes(), &options(leniency)).unwrap(), command);
        }
    }
    assert!(COMMANDS.is_sorted_by_key(|spec| spec.name));
}

#[test]
fn every_response_is_read_and_written_as_its_example() {
    for spec in RESPONSES {
        let line = format!("{}\r\n", spec.example);
        for leniency in BOTH {
            let response = Response::parse(line.as_bytes(), &options(leniency)).unwrap();
            assert!(!matches!(response, Response::Other(_)), "{line}");
            assert_eq!(response.name(), spec.name);
            assert_eq!(String::from_utf8_lossy(&response.to_bytes().unwrap()), line);
            let lower = line.replacen(spec.name, &spec.name.to_lowercase(), 1);
            assert_eq!(Response::parse(lower.as_bytes(), &options(leniency)).unwrap(), response);
        }
    }
    assert!(RESPONSES.is_sorted_by_key(|spec| spec.name));
}

#[test]
fn what_is_cut_off_is_an_error_or_something_else_that_comes_back() {
    for (leniency, spec) in BOTH.iter().flat_map(|leniency| COMMANDS.iter().map(move |spec| (leniency, spec)))
    {
        let line = format!("a1 {}", spec.example);
        for at in 0..line.len() {
            let Ok(command) = Command::parse(&line.as_bytes()[..at], &options(*leniency)) else { continue };
            // What was forgiven may be what can't be sent.
            let Ok(again) = command.to_bytes() else { continue };
            assert_eq!(Command::parse(&again, &options(Leniency::Strict)).unwrap(), command, "{line} {at}");
        }
    }
    for (leniency, spec) in
        BOTH.iter().flat_map(|leniency| RESPONSES.iter().map(move |spec| (leniency, spec)))
    {
        for at in 0..spec.example.len() {
            let cut = &spec.example.as_bytes()[..at];
            let Ok(response) = Response::parse(cut, &options(*leniency)) else { continue };
            let Ok(again) = response.to_bytes() else { continue };
            assert_eq!(Response::parse(&again, &options(Leniency::Lenient)).unwrap(), response, "{cut:?}");
        }
    }
}

/// A row that says so must be shown by its recording; the others by none.
#[test]
fn what_was_seen_is_in_the_recordings() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings");
    let mut seen = Vec::new();
    for (file, session) in sessions(folder, "jsonl") {
        for unit in Dissector::run(&session, usize::MAX).units {
            let name = match &unit.event {
                Event::Command(command) => command.body().name().to_owned(),
                Event::Response(response) => response.name().to_owned(),
                _ => continue,
            };
            if unit.verdict == Verdict::Understood {
                let direction = matches!(unit.event, Event::Command(_));
                seen.push((file.trim_end_matches(".jsonl").to_owned(), direction, name));
            }
        }
    }
    let holds = |source: &str, is_command: bool, name: &str| {
        seen.iter().any(|(file, direction, seen)| file == source && *direction == is_command && seen == name)
    };
    for spec in COMMANDS.iter().filter(|spec| spec.evidence == Evidence::Seen) {
        assert!(holds(spec.source, true, spec.name), "{}: not in {}", spec.name, spec.source);
    }
    for spec in RESPONSES {
        let is_seen = spec.evidence == Evidence::Seen;
        let found = seen.iter().any(|(_, direction, name)| !direction && name == spec.name);
        assert_eq!(found, is_seen, "{}", spec.name);
        assert!(!is_seen || holds(spec.source, false, spec.name), "{}: not in {}", spec.name, spec.source);
    }
}

#[test]
fn older_words_are_read_leniently_as_those_of_today() {
    let arguments = [("ADDRESSBOOK", " *"), ("MYRIGHTS", " ADDRESSBOOK mrose")];
    for (alias, known) in ALIASES {
        let (_, arguments) = arguments.iter().find(|(name, _)| name == known).unwrap();
        for alias in [alias.to_string(), alias.to_lowercase()] {
            let line = format!("a {alias}{arguments}\r\n");
            let mut server = ServerCodec::new();
            let Ok(Some(Event::Command(command))) = server.decode(&mut line.as_bytes()) else { panic!() };
            assert_eq!(*command.body(), body(&format!("{known}{arguments}")), "{line}");
            assert!(server.deviations().contains(Deviation::Value));
            assert!(Command::parse(line.as_bytes(), &options(Leniency::Strict)).is_err(), "{line}");
        }
    }
    for line in ["FIND ALL.ADDRESSBOOKSX *", "FIND x", "MYACLX ADDRESSBOOK x", "FIND"] {
        assert!(matches!(body(line), CommandBody::Other(_)), "{line}");
    }
}

/// What a known word stands with that nobody knows is kept, and still has its row.
#[test]
fn an_unknown_object_is_kept_as_it_stands() {
    for line in ["LOCK BOGUS x", "UNLOCK \"x\"", "GETACL BOGUS a", "SETACL BOGUS {3}\r\na b c d"] {
        let Ok(command) = Command::parse(format!("a {line}").as_bytes(), &Options::server()) else {
            assert_eq!(line, "UNLOCK \"x\"");
            continue;
        };
        let CommandBody::Other(other) = command.body() else { panic!("{line}") };
        assert_eq!(command.body().spec().unwrap().name, other.name().as_str());
        let back = Command::parse(&command.to_bytes().unwrap(), &Options::server()).unwrap();
        assert_eq!(back, command, "{line}");
    }
    assert!(body("XFROB x").spec().is_none());
}

/// For each command: in front of the greeting, not authenticated, authenticated, behind LOGOUT.
const PERMITTED: &[(&str, [bool; 4])] = &[
    ("ADDRESSBOOK", [false, false, true, false]),
    ("AUTHENTICATE", [false, true, false, false]),
    ("CAPABILITY", [false, true, true, false]),
    ("CREATE", [false, false, true, false]),
    ("CREATEADDRESSBOOK", [false, false, true, false]),
    ("DELETE", [false, false, true, false]),
    ("DELETEACL", [false, false, true, false]),
    ("DELETEADDRESS", [false, false, true, false]),
    ("DELETEADDRESSBOOK", [false, false, true, false]),
    ("FETCHADDRESS", [false, false, true, false]),
    ("GET", [false, true, true, false]),
    ("GETACL", [false, false, true, false]),
    ("LAST", [false, false, true, false]),
    ("LIST", [false, false, true, false]),
    ("LMARKED", [false, false, true, false]),
    ("LOCK", [false, false, true, false]),
    ("LOGIN", [false, true, true, false]),
    ("LOGOUT", [false, true, true, false]),
    ("LSUB", [false, false, true, false]),
    ("MOVE", [false, false, true, false]),
    ("MYRIGHTS", [false, false, true, false]),
    ("NOOP", [false, true, true, false]),
    ("RENAME", [false, false, true, false]),
    ("RENAMEADDRESSBOOK", [false, false, true, false]),
    ("REPLACE", [false, false, true, false]),
    ("SEARCHADDRESS", [false, false, true, false]),
    ("SEEN", [false, false, true, false]),
    ("SET", [false, false, true, false]),
    ("SETACL", [false, false, true, false]),
    ("STOREADDRESS", [false, false, true, false]),
    ("SUBSCRIBE", [false, false, true, false]),
    ("UNLOCK", [false, false, true, false]),
    ("UNSET", [false, false, true, false]),
    ("UNSUBSCRIBE", [false, false, true, false]),
];

#[test]
fn each_state_permits_what_the_table_says() {
    let states = [State::Greeting, State::NotAuthenticated, State::Authenticated, State::Logout];
    assert!(PERMITTED.iter().map(|(name, _)| *name).eq(COMMANDS.iter().map(|spec| spec.name)));
    for (spec, (name, permitted)) in COMMANDS.iter().zip(PERMITTED) {
        let body = body(spec.example);
        assert_eq!(states.map(|state| state.permits(&body)), *permitted, "{name}");
    }
    let other = body("XFROB");
    assert_eq!(states.map(|state| state.permits(&other)), [false, true, true, false]);
}
