//! Every row of the tables of commands and response codes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use imap_proto::testkit::DIALECTS;
use imap_proto::{
    COMMANDS, Command, CommandBody, Deviations, Dialect, Error, ErrorKind, Event, Leniency, Options,
    RESPONSE_CODES, RESPONSES, Response, ResponseCode, ServerCodec,
};

const BOTH: [Leniency; 2] = [Leniency::Strict, Leniency::Lenient];

fn options(leniency: Leniency) -> Options {
    Options::server().with_leniency(leniency)
}

/// As it stands, in all dialects, but what is obsolete not in IMAP4rev2.
fn is_written(write: impl Fn(Dialect) -> Result<Vec<u8>, Error>, line: &str, is_obsolete: bool) {
    for dialect in DIALECTS {
        match write(dialect) {
            Ok(written) => {
                assert_eq!(String::from_utf8_lossy(&written), line);
                assert!(!is_obsolete || dialect != Dialect::Imap4rev2, "{line}");
            }
            Err(error) => {
                assert_eq!((error.kind(), dialect), (ErrorKind::Unsupported, Dialect::Imap4rev2), "{line}");
                assert!(is_obsolete, "{line}: {error}");
            }
        }
    }
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
            is_written(|dialect| command.to_bytes(dialect), &line, spec.obsolete);
            // In any letter case.
            let lower = line.replacen(spec.name, &spec.name.to_lowercase(), 1);
            assert_eq!(Command::parse(lower.as_bytes(), &options(leniency)).unwrap(), command);
        }
    }
    assert!(COMMANDS.is_sorted_by_key(|spec| spec.name));
}

#[test]
fn every_command_that_is_cut_off_is_an_error_or_another_command() {
    for (spec, leniency) in COMMANDS.iter().flat_map(|spec| BOTH.map(|leniency| (spec, leniency))) {
        let line = format!("a1 {}", spec.example);
        for at in 0..line.len() {
            let cut = &line.as_bytes()[..at];
            let Ok(command) = Command::parse(cut, &options(leniency)) else { continue };
            let again = command.to_bytes(Dialect::Imap4rev1Utf8);
            // What was forgiven may be what can't be sent.
            let Ok(again) = again else { continue };
            assert_eq!(Command::parse(&again, &options(Leniency::Strict)).unwrap(), command, "{cut:?}");
        }
    }
}

#[test]
fn every_response_is_read_and_written_as_its_example() {
    for spec in RESPONSES {
        let line = format!("{}\r\n", spec.example);
        for leniency in BOTH {
            let response = Response::parse(line.as_bytes(), &options(leniency)).unwrap();
            assert!(!matches!(response, Response::Other(_)), "{line}");
            assert_eq!(response.name(), spec.name);
            is_written(|dialect| response.to_bytes(dialect), &line, spec.obsolete);
            // In any letter case.
            let lower = line.replacen(spec.name, &spec.name.to_lowercase(), 1);
            assert_eq!(Response::parse(lower.as_bytes(), &options(leniency)).unwrap(), response);
        }
    }
    assert!(RESPONSES.is_sorted_by_key(|spec| spec.name));
}

#[test]
fn every_response_that_is_cut_off_is_an_error_or_another_response() {
    for (spec, leniency) in RESPONSES.iter().flat_map(|spec| BOTH.map(|leniency| (spec, leniency))) {
        for at in 0..spec.example.len() {
            let cut = &spec.example.as_bytes()[..at];
            let Ok(response) = Response::parse(cut, &options(leniency)) else { continue };
            let Ok(again) = response.to_bytes(Dialect::Imap4rev1Utf8) else { continue };
            assert_eq!(Response::parse(&again, &options(Leniency::Lenient)).unwrap(), response, "{cut:?}");
        }
    }
}

#[test]
fn every_code_is_read_and_written_as_its_example() {
    for spec in RESPONSE_CODES {
        let line = format!("* OK [{}] text\r\n", spec.example);
        assert!(spec.example.starts_with(spec.name), "{line}");
        for leniency in BOTH {
            let response = Response::parse(line.as_bytes(), &options(leniency)).unwrap();
            let Response::Status(status) = &response else { panic!("{line}") };
            let code = status.code().unwrap();
            assert!(!matches!(code, ResponseCode::Other(_)), "{line}");
            assert_eq!(code.name(), spec.name.as_bytes());
            is_written(|dialect| response.to_bytes(dialect), &line, spec.obsolete);
        }
    }
}

#[test]
fn every_code_that_is_cut_off_is_text_or_an_error() {
    for (spec, leniency) in RESPONSE_CODES.iter().flat_map(|spec| BOTH.map(|leniency| (spec, leniency))) {
        let line = format!("* OK [{}] text", spec.example);
        for at in 0..line.len() {
            let cut = &line.as_bytes()[..at];
            let Ok(response) = Response::parse(cut, &options(leniency)) else { continue };
            let Ok(again) = response.to_bytes(Dialect::Imap4rev1Utf8) else { continue };
            let back = Response::parse(&again, &options(Leniency::Lenient)).unwrap();
            assert_eq!(back, response, "{cut:?}");
        }
    }
}
