//! The table of commands by dialect, what is read in all, and what is written in none but its own.

use imap_proto::testkit::{DIALECTS, HISTORIC_DIALECTS, commands_come_back, responses_come_back};
use imap_proto::{
    Command, CommandBody, Deviations, Dialect, ErrorKind, Event, HISTORIC_COMMANDS, HISTORIC_RESPONSES,
    HistoricCommand, Leniency, Options, Response, ServerCodec, State,
};

const BOTH: [Leniency; 2] = [Leniency::Strict, Leniency::Lenient];

fn options(dialect: Dialect, leniency: Leniency) -> Options {
    Options::server().with_dialect(dialect).with_leniency(leniency)
}

#[test]
fn every_command_is_read_and_written_as_its_example_in_its_dialects() {
    assert!(HISTORIC_COMMANDS.is_sorted_by_key(|row| row.name));
    for row in HISTORIC_COMMANDS {
        let line = format!("a1 {}\r\n", row.example);
        assert!(row.example.starts_with(row.name) && !row.dialects.is_empty(), "{line}");
        for (dialect, leniency) in
            row.dialects.iter().flat_map(|dialect| BOTH.map(|leniency| (*dialect, leniency)))
        {
            let mut server = ServerCodec::with_options(options(dialect, leniency));
            let mut input = line.as_bytes();
            let mut event = server.decode(&mut input).unwrap();
            if let Some(Event::LiteralStart(_)) = event {
                server.accept(&mut bytes::BytesMut::new()).unwrap();
                event = server.decode(&mut input).unwrap();
            }
            let Some(Event::Command(command)) = event else { panic!("{line}: {event:?}") };
            assert!(!matches!(command.body(), CommandBody::Other(_)), "{dialect:?} {line}");
            assert_eq!((command.body().name(), server.deviations()), (row.name, Deviations::new()), "{line}");
            let written = command.to_bytes(dialect).unwrap();
            assert_eq!(Command::parse(&written, &options(dialect, leniency)).unwrap(), command);
            // What may be a string becomes a literal.
            if !["APPEND", "SEND", "ADD.MESSAGE"].contains(&row.name) {
                assert_eq!(String::from_utf8_lossy(&written), line, "{dialect:?}");
            }
            let lower = line.replacen(row.name, &row.name.to_lowercase(), 1);
            assert_eq!(Command::parse(lower.as_bytes(), &options(dialect, leniency)).unwrap(), command);
            assert_eq!(State::Selected.permits(command.body()), row.states.contains(&State::Selected));
        }
    }
}

#[test]
fn every_response_is_read_and_written_as_its_example_in_its_dialects() {
    assert!(HISTORIC_RESPONSES.is_sorted_by_key(|row| row.name));
    for row in HISTORIC_RESPONSES {
        let line = format!("{}\r\n", row.example);
        for dialect in HISTORIC_DIALECTS {
            if !row.dialects.contains(&dialect) {
                let read = Response::parse(line.as_bytes(), &options(dialect, Leniency::Lenient));
                // What was read is not written.
                assert!(
                    read.is_err() || read.unwrap().to_bytes(dialect).is_err() || row.name == "READWRITE",
                    "{line}"
                );
                continue;
            }
            for leniency in BOTH {
                let response = Response::parse(line.as_bytes(), &options(dialect, leniency)).unwrap();
                assert!(!matches!(response.data(), Response::Other(_)), "{dialect:?} {line}");
                assert_eq!(response.name(), row.name);
                assert_eq!(String::from_utf8_lossy(&response.to_bytes(dialect).unwrap()), line);
                for at in 0..row.example.len() {
                    let cut = &row.example.as_bytes()[..at];
                    let Ok(response) = Response::parse(cut, &options(dialect, leniency)) else { continue };
                    let Ok(again) = response.to_bytes(dialect) else { continue };
                    let back = Response::parse(&again, &options(dialect, Leniency::Lenient)).unwrap();
                    assert_eq!(back, response, "{cut:?}");
                }
            }
        }
    }
}

#[test]
fn a_command_is_unknown_where_its_dialect_has_it_not() {
    for row in HISTORIC_COMMANDS {
        let line = format!("a1 {}", row.example);
        for dialect in HISTORIC_DIALECTS.into_iter().filter(|dialect| !row.dialects.contains(dialect)) {
            // IMAP4 has most of the commands of IMAP4rev1.
            if dialect == Dialect::Imap4 {
                continue;
            }
            let command = Command::parse(line.as_bytes(), &options(dialect, Leniency::Strict)).unwrap();
            assert!(matches!(command.body(), CommandBody::Other(_)), "{dialect:?} {line}");
        }
    }
    for line in ["a1 CAPABILITY", "a1 UID FETCH 1 FLAGS", "a1 LIST \"\" *", "a1 STARTTLS"] {
        let command = Command::parse(line.as_bytes(), &options(Dialect::Imap2, Leniency::Strict)).unwrap();
        assert!(matches!(command.body(), CommandBody::Other(_)), "{line}");
    }
}

#[test]
fn every_command_that_is_cut_off_is_an_error_or_another_command() {
    for row in HISTORIC_COMMANDS {
        let line = format!("a1 {}", row.example);
        for (dialect, leniency) in
            row.dialects.iter().flat_map(|dialect| BOTH.map(|leniency| (*dialect, leniency)))
        {
            for at in 0..line.len() {
                let cut = &line.as_bytes()[..at];
                let Ok(command) = Command::parse(cut, &options(dialect, leniency)) else { continue };
                let Ok(again) = command.to_bytes(dialect) else { continue };
                // What was forgiven may be what is forgiven again.
                assert_eq!(
                    Command::parse(&again, &options(dialect, Leniency::Lenient)).unwrap(),
                    command,
                    "{cut:?}"
                );
            }
        }
    }
}

fn command(line: &str, dialect: Dialect) -> CommandBody {
    let line = format!("a {line}");
    Command::parse(line.as_bytes(), &options(dialect, Leniency::Strict)).unwrap().into_parts().1
}

/// RFC 2062 section 2: "accept obsolete syntax as input".
#[test]
fn what_rfc_2062_has_is_read_in_all_and_written_in_its_own() {
    for line in [
        "FIND MAILBOXES *",
        "FIND ALL.MAILBOXES a%",
        "SUBSCRIBE MAILBOX x",
        "UNSUBSCRIBE MAILBOX x",
        "PARTIAL 4 RFC822 1 1024",
    ] {
        let old = command(line, Dialect::Imap4);
        assert_eq!(
            old.clone().tag("a").unwrap().to_bytes(Dialect::Imap4).unwrap(),
            format!("a {line}\r\n").as_bytes()
        );
        for dialect in DIALECTS {
            assert_eq!(command(line, dialect), old, "{line}");
            let error = old.clone().tag("a").unwrap().to_bytes(dialect).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{line}");
        }
    }
    // Clients send these to servers of IMAP4rev1.
    for line in ["FETCH 1 RFC822.PEEK", "FETCH 1 (RFC822.HEADER.LINES (Date) RFC822.TEXT.PEEK)"] {
        let old = command(line, Dialect::Imap4).tag("a").unwrap();
        for dialect in [Dialect::Imap4, Dialect::Imap4rev1] {
            assert_eq!(old.to_bytes(dialect).unwrap(), format!("a {line}\r\n").as_bytes());
        }
        for dialect in [Dialect::Imap2bis, Dialect::Imap4rev2] {
            assert_eq!(old.to_bytes(dialect).unwrap_err().kind(), ErrorKind::Unsupported);
        }
    }
    // The mailbox of that name.
    assert!(matches!(command("SUBSCRIBE MAILBOX", Dialect::Imap4rev1), CommandBody::Subscribe(_)));
    // The section is read leniently: it is that of no part.
    assert!(Command::parse(b"a FETCH 1 BODY[0]", &options(Dialect::Imap4rev1, Leniency::Strict)).is_err());
    for line in ["* MAILBOX blurdybloop", "* 44 COPY", "* 69 STORE (FLAGS (\\Deleted))"] {
        for leniency in BOTH {
            let response = Response::parse(line.as_bytes(), &options(Dialect::Imap4rev2, leniency)).unwrap();
            assert!(matches!(response, Response::Historic(_)), "{line}");
            assert_eq!(response.to_bytes(Dialect::Imap4rev1).unwrap_err().kind(), ErrorKind::Unsupported);
            assert_eq!(response.to_bytes(Dialect::Imap4).unwrap(), format!("{line}\r\n").as_bytes());
        }
    }
}

#[test]
fn what_a_dialect_lacks_is_not_written() {
    let all = [Dialect::Imap2, Dialect::Imap2bis, Dialect::MacMs, Dialect::Imap4];
    for (line, dialects) in [
        ("NOOP", &all[..]),
        ("CAPABILITY", &all[3..]),
        ("STATUS x (MESSAGES)", &[]),
        ("IDLE", &[]),
        ("NAMESPACE", &[]),
        ("LIST \"\" *", &all[3..]),
        ("LIST \"\" (a b)", &[]),
        ("UID FETCH 1 FLAGS", &all[3..]),
        ("FETCH 1 FLAGS", &all[..]),
        ("FETCH 1:* FLAGS", &all[3..]),
        ("FETCH 1 FULL", &all[1..]),
        ("FETCH 1 BODY[1]", &all[1..]),
        ("FETCH 1 BODY.PEEK[1]", &all[3..]),
        ("FETCH 1 BODY[HEADER]", &[]),
        ("FETCH 1 BODY[1]<0.5>", &[]),
        ("FETCH 1 RFC822", &all[..]),
        ("FETCH 1 MODSEQ", &[]),
        ("STORE 1 +FLAGS.SILENT (\\Seen)", &all[3..]),
        ("STORE 1 +FLAGS (\\Seen)", &all[..]),
        ("SEARCH UNSEEN FROM x", &all[..]),
        ("SEARCH NOT SEEN", &all[3..]),
        ("SEARCH OR SEEN DRAFT", &all[3..]),
        ("SEARCH RETURN () ALL", &[]),
        ("SEARCH YOUNGER 5", &[]),
        ("SEARCH CHARSET UTF-8 ALL", &all[3..]),
        ("SEARCH SINCE 1-Feb-1994", &all[..]),
        ("SEARCH SINCE 1-Feb-1894", &all[1..]),
        ("EXAMINE x", &all[1..]),
        ("SELECT x (CONDSTORE)", &[]),
        ("CREATE x", &all[1..]),
        ("APPEND x {1}\r\nm", &all[1..]),
        ("APPEND x (\\Seen) {1}\r\nm", &all[3..]),
        ("MOVE 1 x", &[]),
        ("AUTHENTICATE X", &all[3..]),
        ("AUTHENTICATE X =", &[]),
    ] {
        let body = command(line, Dialect::Imap4rev1).tag("a").unwrap();
        for dialect in all {
            let written = body.to_bytes(dialect).map_err(|error| error.kind());
            let expected = if dialects.contains(&dialect) { None } else { Some(ErrorKind::Unsupported) };
            assert_eq!(written.err(), expected, "{dialect:?} {line}");
        }
    }
    for (line, dialects) in [
        ("* 1 FETCH (UID 7)", &all[3..]),
        ("* 1 FETCH (RFC822.SIZE 7)", &all[..]),
        ("* 1 FETCH (BODY[1] \"x\")", &all[1..]),
        ("* 1 FETCH (BODY[TEXT] \"x\")", &[]),
        ("* 1 FETCH (BODY[1]<0> \"x\")", &[]),
        ("* 1 FETCH (INTERNALDATE \" 9-Jun-1988 12:55:44 +0530\")", &all[1..]),
        ("* LIST () \"/\" x", &all[3..]),
        ("* CAPABILITY IMAP4", &all[3..]),
        ("* STATUS x (MESSAGES 1)", &[]),
        ("* PREAUTH hello", &all[1..]),
        ("* SEARCH 1 2", &all[..]),
        ("* SEARCH 1 (MODSEQ 2)", &[]),
        ("* ESEARCH ALL 1", &[]),
    ] {
        let response = Response::parse(line.as_bytes(), &Options::client()).unwrap();
        for dialect in all {
            let written = response.to_bytes(dialect).map_err(|error| error.kind());
            let expected = if dialects.contains(&dialect) { None } else { Some(ErrorKind::Unsupported) };
            assert_eq!(written.err(), expected, "{dialect:?} {line}");
        }
    }
}

/// The same messages, each as its dialect has it.
#[test]
fn each_dialect_has_its_own_spelling() {
    let fetch = Response::parse(
        b"* 1 FETCH (INTERNALDATE \" 9-Jun-1988 12:55:44 -0700\" ENVELOPE (NIL \"50% {off}\" NIL NIL NIL NIL NIL NIL NIL NIL))",
        &Options::client(),
    )
    .unwrap();
    for (dialect, line) in [
        (
            Dialect::Imap2,
            "* 1 FETCH (INTERNALDATE \" 9-Jun-88 12:55:44-MST\" ENVELOPE (NIL {9}\r\n50% {off} NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
        ),
        (
            Dialect::MacMs,
            "* 1 FETCH (INTERNALDATE \" 9-Jun-1988 12:55:44 -0700\" ENVELOPE 52 (NIL {9}\r\n50% {off} NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
        ),
        (
            Dialect::Imap4,
            "* 1 FETCH (INTERNALDATE \" 9-Jun-1988 12:55:44 -0700\" ENVELOPE (NIL \"50% {off}\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
        ),
    ] {
        let written = fetch.to_bytes(dialect).unwrap();
        assert_eq!(String::from_utf8_lossy(&written), line, "{dialect:?}");
        assert_eq!(Response::parse(&written, &options(dialect, Leniency::Strict)).unwrap(), fetch);
        // What was read in one is written in another.
        let read = Response::parse(&written, &options(dialect, Leniency::Strict)).unwrap();
        assert_eq!(read.to_bytes(Dialect::Imap4rev2).unwrap(), fetch.to_bytes(Dialect::Imap4rev2).unwrap());
    }
    for (modern, dialect, line) in [
        ("STORE 8 +FLAGS (\\Deleted)", Dialect::Imap2, "STORE 8 +FLAGS \\Deleted"),
        ("STORE 8 FLAGS (\\Deleted x)", Dialect::Imap2, "STORE 8 FLAGS (\\Deleted x)"),
        ("SEARCH SINCE 1-Oct-1987", Dialect::Imap2, "SEARCH SINCE 1-Oct-87"),
        ("SEARCH SINCE 1-Oct-1987", Dialect::Imap2bis, "SEARCH SINCE 1-Oct-1987"),
        ("SELECT \"a \\\"b\"", Dialect::Imap2, "SELECT {4}\r\na \"b"),
        ("SELECT \"a \\\"b\"", Dialect::Imap4, "SELECT \"a \\\"b\""),
        ("APPEND x {1}\r\nm", Dialect::Imap2bis, "APPEND x {1}\r\nm"),
    ] {
        let written = command(modern, Dialect::Imap4rev1).tag("a").unwrap().to_bytes(dialect).unwrap();
        assert_eq!(String::from_utf8_lossy(&written), format!("a {line}\r\n"), "{dialect:?}");
    }
}

#[test]
fn a_version_of_macms_is_spoken_once_it_is_agreed_on() {
    let options = Options::server().with_dialect(Dialect::Imap2bis);
    let mut server = ServerCodec::with_options(options);
    let Some(Event::Command(command)) = server.decode(&mut &b"a VERSION 4\r\n"[..]).unwrap() else {
        panic!()
    };
    assert_eq!(command.body(), &CommandBody::Historic(HistoricCommand::Version(4)));
    server.speak(Dialect::MacMs);
    let fetch = Response::parse(
        b"* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))",
        &Options::client(),
    )
    .unwrap();
    let mut output = bytes::BytesMut::new();
    server.encode(&fetch, &mut output).unwrap();
    assert_eq!(output, "* 1 FETCH (ENVELOPE 41 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))\r\n");
}

/// Octets of some length from here on, other ones each time: xorshift64*.
fn choices(seed: &mut u64) -> Vec<u8> {
    let mut words = Vec::new();
    for _ in 0..256 {
        *seed ^= *seed >> 12;
        *seed ^= *seed << 25;
        *seed ^= *seed >> 27;
        words.extend(seed.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes());
    }
    words
}

#[test]
fn messages_come_back_in_each_dialect() {
    for dialect in HISTORIC_DIALECTS {
        let (mut seed, mut commands, mut responses) = (0x9E37_79B9_7F4A_7C15, 0, 0);
        let mut names = std::collections::BTreeSet::new();
        while commands < 2_000 || responses < 2_000 {
            let octets = choices(&mut seed);
            let _ = commands_come_back(dialect, arbitrary::Unstructured::new(&octets), |command| {
                commands += 1;
                names.insert(command.body().name().to_owned());
            });
            let _ = responses_come_back(dialect, arbitrary::Unstructured::new(&octets), |response| {
                responses += 1;
                names.insert(response.name().to_owned());
            });
        }
        for row in HISTORIC_COMMANDS.iter().filter(|row| row.dialects.contains(&dialect)) {
            assert!(names.contains(row.name), "{dialect:?}: {}", row.name);
        }
        for name in ["MAILBOX", "COPY", "STORE", "FETCH", "SEARCH", "OK"] {
            assert!(names.contains(name), "{dialect:?}: {name}");
        }
    }
}
