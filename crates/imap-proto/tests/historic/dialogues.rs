//! Dialogues of the RFCs and the drafts, through both codecs.
//!
//! In `dialogues/`, a file has one dialect; `# slips: N` says how many lines are not as its grammar has them.

use bytes::BytesMut;
use imap_proto::{
    ClientCodec, CommandBody, Dialect, Event, HistoricCommand, Leniency, LiteralMode, Options, Response,
    ServerCodec, Tag,
};
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
            "imap2.txt" => Dialect::Imap2,
            "imap2bis.txt" => Dialect::Imap2bis,
            "macms.txt" => Dialect::MacMs,
            // A server of IMAP3 starts so.
            "imap3.txt" => Dialect::Imap2,
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
            all.push(Dialogue {
                name,
                dialect,
                transcript,
                slips: slips.map_or(0, |slips| slips.parse().unwrap()),
            });
        }
    }
    all
}

/// What both codecs made of it.
#[derive(Debug, Default, PartialEq)]
struct Run {
    events: Vec<(Side, Event<'static>)>,
    /// Units that are malformed, odd, or answer nobody.
    slips: usize,
    malformed: usize,
    untaken: usize,
}

fn run(dialogue: &Dialogue, leniency: Leniency, size: usize) -> Run {
    let options = |options: Options| options.with_dialect(dialogue.dialect).with_leniency(leniency);
    let mut client = ClientCodec::with_options(options(Options::client()));
    let mut server = ServerCodec::with_options(options(Options::server()));
    let (mut buffers, mut run, mut asked) = ([Vec::new(), Vec::new()], Run::default(), Vec::<Tag>::new());
    for piece in &dialogue.transcript.pieces {
        let Piece::Octets(from, octets) = piece else { continue };
        for chunk in octets.chunks(size) {
            buffers[*from as usize].extend_from_slice(chunk);
            let mut side = *from;
            let mut idle = 0;
            while idle < 2 {
                let buffer = std::mem::take(&mut buffers[side as usize]);
                let mut input = &buffer[..];
                let (event, deviations) = match side {
                    Side::Client => {
                        let event = server.decode(&mut input).unwrap().map(Event::into_owned);
                        (event, server.deviations())
                    }
                    Side::Server => {
                        let event = client.decode(&mut input).unwrap().map(Event::into_owned);
                        (event, client.deviations())
                    }
                };
                buffers[side as usize] = input.to_vec();
                let Some(event) = event else {
                    idle += 1;
                    side = if side == Side::Client { Side::Server } else { Side::Client };
                    continue;
                };
                idle = 0;
                let mut is_slip = !deviations.is_strict();
                match &event {
                    Event::Malformed(bad) => {
                        // It will be answered, too.
                        if side == Side::Client {
                            asked.extend(bad.tag().cloned());
                        }
                        run.malformed += 1;
                        is_slip = true;
                    }
                    Event::Command(command) => {
                        asked.push(command.tag().clone());
                        client.sent(command).unwrap();
                    }
                    Event::Greeting(greeting) => server.sent(&greeting.clone().into()).unwrap(),
                    Event::Response(response) => {
                        if let Response::Status(status) = response
                            && let Some(tag) = status.tag()
                        {
                            let place = asked.iter().position(|asked| asked == tag);
                            is_slip |= place.is_none();
                            place.map(|place| asked.remove(place));
                        }
                        server.sent(response).unwrap();
                    }
                    Event::LiteralStart(literal) if literal.mode() != LiteralMode::Synchronizing => {
                        server.accept(&mut BytesMut::new()).unwrap();
                    }
                    _ => {}
                }
                run.slips += usize::from(is_slip);
                run.events.push((side, event));
            }
        }
    }
    run.untaken = buffers.iter().map(Vec::len).sum();
    run
}

#[test]
fn dialogues_are_understood_at_every_cutting() {
    let mut slips = 0;
    for dialogue in dialogues() {
        let name = &dialogue.name;
        let lenient = run(&dialogue, Leniency::Lenient, usize::MAX);
        assert_eq!((lenient.slips, lenient.untaken), (dialogue.slips, 0), "{name}: {:?}", lenient.events);
        for size in [1, 7] {
            assert_eq!(run(&dialogue, Leniency::Lenient, size), lenient, "{name} in pieces of {size}");
        }
        let strict = run(&dialogue, Leniency::Strict, usize::MAX);
        assert_eq!(strict.slips, dialogue.slips, "{name}: {:?}", strict.events);
        slips += dialogue.slips;
    }
    assert!(slips >= 13, "{slips}");
}

/// Each message is written in its dialect so that it reads the same.
#[test]
fn dialogues_come_back() {
    let mut messages = 0;
    for dialogue in dialogues() {
        let mut dialect = dialogue.dialect;
        for (_, event) in run(&dialogue, Leniency::Lenient, usize::MAX).events {
            let (client, server) =
                (Options::client().with_dialect(dialect), Options::server().with_dialect(dialect));
            match event {
                Event::Command(command) => {
                    let line = command.to_bytes(dialect).unwrap();
                    let back = imap_proto::Command::parse(&line, &server.with_leniency(Leniency::Strict));
                    let back = back.unwrap_or_else(|error| panic!("{}: {command:?}: {error}", dialogue.name));
                    assert_eq!(back, command, "{}", dialogue.name);
                    if let CommandBody::Historic(HistoricCommand::SelectVersion(version)) = command.body() {
                        dialect = version.dialect();
                    }
                }
                // A challenge reads like a text outside of AUTHENTICATE.
                Event::Response(Response::Continuation(_)) => {}
                Event::Response(response) => {
                    let line = response.to_bytes(dialect);
                    let line =
                        line.unwrap_or_else(|error| panic!("{}: {response:?}: {error}", dialogue.name));
                    // That of no number is none that may be sent.
                    let has_number = response.fetch().is_none_or(|fetch| fetch.number().get() > 0);
                    let leniency = if has_number { Leniency::Strict } else { Leniency::Lenient };
                    let back = Response::parse(&line, &client.with_leniency(leniency));
                    let back =
                        back.unwrap_or_else(|error| panic!("{}: {response:?}: {error}", dialogue.name));
                    assert_eq!(back, response, "{}", dialogue.name);
                }
                _ => continue,
            }
            messages += 1;
        }
    }
    assert!(messages > 150, "{messages}");
}

/// A damaged octet must show: another event, a deviation, or an error.
#[test]
fn damage_is_noticed() {
    let mut tried = 0;
    for (n, dialogue) in dialogues().into_iter().enumerate() {
        let whole = run(&dialogue, Leniency::Lenient, usize::MAX);
        // What a refused version leaves is another dialect.
        if dialogue.slips > 0 {
            continue;
        }
        for (side, what, damaged) in dialogue.transcript.damaged(n as u64 + 1, 40) {
            let damaged = Dialogue { transcript: damaged, name: dialogue.name.clone(), ..dialogue };
            let seen = run(&damaged, Leniency::Lenient, usize::MAX);
            assert!(seen != whole, "{}: {side:?} {what} went unnoticed", dialogue.name);
            tried += 1;
        }
    }
    assert!(tried > 1_000, "{tried}");
}
