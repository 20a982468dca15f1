//! IMAP: frames over any pieces, both codecs over the pieces of an input, and what they understood written and read again.
//!
//! Options: `S` strict, `L` low limits; of frames, `C` those of a client.

use imap_proto::testkit::{Client, Server};
use imap_proto::{Command, Dialect, Event, Leniency, Limits, Options, Response};
use imap_wire::frame::{Framer, Step, Stream};
use mail_wire::testkit::cuts_from;

use crate::{Input, input};

type Events = Vec<Event<'static>>;

fn limits(input: &Input, usual: Limits) -> Limits {
    if !input.has(b'L') {
        return usual;
    }
    let small = usual.with_line(60).with_frame(90).with_literal(60).with_inline_literal(4);
    small.with_literals(3).with_sasl_line(30).with_depth(3)
}

fn options(input: &Input, usual: Options) -> Options {
    let leniency = if input.has(b'S') { Leniency::Strict } else { Leniency::Lenient };
    usual.with_leniency(leniency).with_limits(limits(input, *usual.limits()))
}

/// What a framer gives is the same over any pieces.
pub fn frames(input: &Input) {
    let whole = read_frames(input, [input.octets].into_iter());
    assert_eq!(read_frames(input, input.pieces()), whole);
    assert_eq!(read_frames(input, input.octets.chunks(1)), whole);
}

#[derive(Debug, PartialEq)]
enum Seen {
    Literal(u64),
    Data(Vec<u8>),
    LiteralEnd,
    Frame { octets: Vec<u8>, offset: u64, dirt: Option<usize>, over: bool },
}

fn read_frames<'a>(input: &Input, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Seen> {
    let limits = limits(input, Limits::server());
    let stream = if input.has(b'C') { Stream::Commands } else { Stream::Responses };
    let (mut framer, mut seen, mut offset) = (Framer::new(stream), Vec::new(), 0);
    for mut piece in pieces {
        offset += piece.len() as u64;
        loop {
            let header = match framer.next(&mut piece, &limits, |_| true) {
                Step::Literal(header) => header,
                Step::Data(octets) => {
                    match seen.last_mut() {
                        Some(Seen::Data(last)) => last.extend_from_slice(octets),
                        _ => seen.push(Seen::Data(octets.to_vec())),
                    }
                    continue;
                }
                Step::LiteralEnd => {
                    seen.push(Seen::LiteralEnd);
                    continue;
                }
                Step::Frame(frame) => {
                    let (dirt, over) = (frame.dirt(), frame.check().is_err());
                    seen.push(Seen::Frame {
                        octets: frame.octets().to_vec(),
                        offset: frame.offset(),
                        dirt,
                        over,
                    });
                    continue;
                }
                _ => break,
            };
            seen.push(Seen::Literal(header.octets()));
            match header.octets() % 4 {
                0 => framer.stream(),
                1 => framer.drain("a literal that is wanted"),
                2 if stream == Stream::Commands => framer.abandon(),
                _ => framer.join(&limits),
            }
        }
        assert!(piece.is_empty());
        assert_eq!(framer.offset(), offset);
    }
    seen
}

/// What a server codec sees, the same at every cut.
pub fn serve(input: &Input) -> Events {
    cuts_from(|| Server::new(options(input, Options::server())), input.octets, &input.cuts).events
}

/// Each command that could be sent is read back as it was.
pub fn write_commands_again(events: &Events) {
    for event in events {
        let Event::Command(command) = event else { continue };
        let Ok(line) = command.to_bytes(Dialect::Imap4rev1Utf8) else { continue };
        assert_eq!(Command::parse(&line, &Options::server()).as_ref(), Ok(command));
    }
}

/// What a client codec sees that sent the commands in front of the first empty line; the same at every cut.
pub fn collect(input: &Input) -> Events {
    let options = options(input, Options::client());
    let (asked, octets) = input::asked(input.octets);
    let asked: Vec<_> =
        asked.iter().filter_map(|line| Command::parse(line, &Options::server()).ok()).collect();
    cuts_from(|| Client::after(options, &asked), octets, &input.cuts).events
}

/// Each response that could be sent is read back as it was.
pub fn write_responses_again(events: &Events) {
    for event in events {
        let (Event::Response(response), true) = (event, !is_challenge(event)) else { continue };
        let Ok(line) = response.to_bytes(Dialect::Imap4rev1Utf8) else { continue };
        assert_eq!(Response::parse(&line, &Options::client()).as_ref(), Ok(response));
    }
}

/// What only the codec can tell from a text.
fn is_challenge(event: &Event<'_>) -> bool {
    matches!(event, Event::Response(Response::Continuation(_)))
}
