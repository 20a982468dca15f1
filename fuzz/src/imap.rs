//! IMAP: frames over any pieces, both codecs over the pieces of an input, and what they understood written and read again.
//!
//! Options: `S` strict, `L` low limits; of frames, `C` those of a client; the dialects `W` IMAP2, `X` IMAP2bis, `Y` that of MacMS,
//! `Z` IMAP3, `V` IMAP4, and without one of them today's.

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

/// The letters of the dialects before IMAP4rev1.
pub const DIALECTS: [(u8, Dialect); 5] = [
    (b'W', Dialect::Imap2),
    (b'X', Dialect::Imap2bis),
    (b'Y', Dialect::MacMs),
    (b'Z', Dialect::Imap3),
    (b'V', Dialect::Imap4),
];

fn dialect(input: &Input) -> Dialect {
    DIALECTS.iter().find(|(letter, _)| input.has(*letter)).map_or(Dialect::default(), |(_, dialect)| *dialect)
}

fn options(input: &Input, usual: Options) -> Options {
    let leniency = if input.has(b'S') { Leniency::Strict } else { Leniency::Lenient };
    usual.with_leniency(leniency).with_limits(limits(input, *usual.limits())).with_dialect(dialect(input))
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

/// In what is understood written again: IMAP4rev1 with all that it may have; of the old ones, the same, unless the version may
/// have changed.
fn again(input: &Input) -> Option<Dialect> {
    let selects = b"SELECT.VERSION";
    if input.octets.windows(selects.len()).any(|word| word.eq_ignore_ascii_case(selects)) {
        return None;
    }
    Some(match dialect(input) {
        Dialect::Imap4rev1 => Dialect::Imap4rev1Utf8,
        historic => historic,
    })
}

/// Each command that could be sent is read back as it was.
pub fn write_commands_again(input: &Input, events: &Events) {
    let Some(dialect) = again(input) else { return };
    for event in events {
        let Event::Command(command) = event else { continue };
        let Ok(line) = command.to_bytes(dialect) else { continue };
        assert_eq!(Command::parse(&line, &Options::server().with_dialect(dialect)).as_ref(), Ok(command));
    }
}

/// What a client codec sees that sent the commands in front of the first empty line; the same at every cut.
pub fn collect(input: &Input) -> Events {
    let options = options(input, Options::client());
    let (asked, octets) = input::asked(input.octets);
    let asked: Vec<_> = asked
        .iter()
        .filter_map(|line| Command::parse(line, &options.with_leniency(Leniency::Lenient)).ok())
        .collect();
    cuts_from(|| Client::after(options, &asked), octets, &input.cuts).events
}

/// Each response that could be sent is read back as it was.
pub fn write_responses_again(input: &Input, events: &Events) {
    let Some(dialect) = again(input) else { return };
    for event in events {
        let (Event::Response(response), true) = (event, !is_challenge(event)) else { continue };
        // Before IMAP4rev2, a status without a text gets one.
        let is_empty = matches!(response.data(), Response::Status(status) if status.text().is_empty());
        if is_empty && dialect != Dialect::Imap4rev1Utf8 {
            continue;
        }
        let Ok(line) = response.to_bytes(dialect) else { continue };
        assert_eq!(Response::parse(&line, &Options::client().with_dialect(dialect)).as_ref(), Ok(response));
    }
}

/// What only the codec can tell from a text.
fn is_challenge(event: &Event<'_>) -> bool {
    matches!(event, Event::Response(Response::Continuation(_)))
}
