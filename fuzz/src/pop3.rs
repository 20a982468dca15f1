//! POP3: both codecs over the pieces of an input, and what they understood written and read again.
//!
//! Options: `S` strict, `L` low limits, `A` RFC 1081, `B` RFC 1725, `C` RFC 1939.

use bytes::BytesMut;
use mail_wire::dot::{DotEncoder, LineEnds};
use mail_wire::testkit::{cuts_from, feed};
use pop3_proto::testkit::{Client, Server};
use pop3_proto::{
    ClientCodec, Command, Dialect, Event, Leniency, Limits, Malformed, Options, Response, ServerCodec, Shape,
};

use crate::{Input, input};

type Events = Vec<Event<'static>>;

/// Commands that an input may put in front of a server's octets; more than a low limit would not be sent.
const COMMANDS_AT_MOST: usize = 64;

fn options(input: &Input) -> Options {
    let leniency = if input.has(b'S') { Leniency::Strict } else { Leniency::Lenient };
    let dialect = match () {
        () if input.has(b'A') => Dialect::Rfc1081,
        () if input.has(b'B') => Dialect::Rfc1725,
        () if input.has(b'C') => Dialect::Rfc1939,
        () => Dialect::Extended,
    };
    let limits = Limits::new().with_outstanding(COMMANDS_AT_MOST);
    let limits = if input.has(b'L') { limits.with_line(40).with_sasl_line(80) } else { limits };
    Options::new().with_leniency(leniency).with_dialect(dialect).with_limits(limits)
}

/// What a server codec sees, the same at every cut.
pub fn serve(input: &Input) -> Events {
    let server = || Server::with(ServerCodec::with_options(options(input)));
    cuts_from(server, input.octets, &input.cuts).events
}

/// Each command that could be sent is read back as it was.
pub fn write_commands_again(input: &Input, events: &Events) {
    let options = options(input);
    for event in events {
        let Event::Command(command) = event else { continue };
        let Ok(line) = command.to_bytes(options.dialect()) else { continue };
        let line = line.strip_suffix(b"\r\n").expect("a line end");
        let again = match command {
            Command::Continue(_) => {
                let answer = pop3_proto::SaslResponse::decode(line, Leniency::Strict);
                answer.map(|(answer, _)| Command::Continue(answer))
            }
            _ => Command::parse(line, &options),
        };
        assert_eq!(again.as_ref(), Ok(command));
    }
}

/// What a client codec sees that sent the commands in front of the first empty line; the same at every cut.
pub fn collect(input: &Input) -> Events {
    let (asked, octets) = asked(input.octets);
    cuts_from(|| client(input, &asked), octets, &input.cuts).events
}

fn client(input: &Input, asked: &[Result<Command, Malformed>]) -> Client {
    let mut codec = ClientCodec::with_options(options(input));
    for line in asked {
        match line {
            Ok(command) => codec.sent(command).expect("fewer than the limit"),
            Err(bad) => codec.sent_malformed(bad).expect("fewer than the limit"),
        }
    }
    Client(codec)
}

/// The commands up to an empty line, and the octets behind it. `_LISTING` and `_MESSAGE` are unknown commands whose
/// replies have that shape.
fn asked(octets: &[u8]) -> (Vec<Result<Command, Malformed>>, &[u8]) {
    let (mut commands, mut rest) = (Vec::new(), octets);
    while commands.len() < COMMANDS_AT_MOST && !rest.is_empty() {
        let (line, later) = input::line(rest);
        rest = later;
        let command = match line {
            b"" => break,
            b"_LISTING" => Command::other("_LISTING", None, Shape::Listing),
            b"_MESSAGE" => Command::other("_MESSAGE", None, Shape::Message),
            line => Command::parse(line, &Options::new()),
        };
        commands.push(command.map_err(|error| Malformed::new(line, error)));
    }
    (commands, rest)
}

/// What was understood, up to the first event that can't be written, gives the same events when it is written and
/// read again.
pub fn write_replies_again(input: &Input, events: &Events) {
    let (asked, octets) = asked(input.octets);
    // Our own spelling may be longer than what was just short enough.
    if input.has(b'L') || has_untellable_text(octets) {
        return;
    }
    let mut output = BytesMut::new();
    let written = events.iter().take_while(|event| write(event, &mut output)).count();
    let mut again = feed(&mut client(input, &asked), &output, || usize::MAX).events;
    // Told by the codec itself, without octets: STLS that stood last.
    again.truncate(written);
    assert_eq!(again, events[..written]);
}

/// Appends the wire form of an event, if it has one.
fn write(event: &Event, output: &mut BytesMut) -> bool {
    let response: Response = match event {
        Event::Greeting(greeting) => greeting.clone().into(),
        Event::Reply(reply) => reply.clone().into(),
        Event::Challenge(challenge) => challenge.clone().into(),
        Event::Row(row) => row.clone().into(),
        Event::Data(octets) => {
            let mut block = BytesMut::new();
            let mut encoder = DotEncoder::new(LineEnds::Reject);
            if !octets.ends_with(b"\r\n") || encoder.encode(octets, &mut block).is_err() {
                return false;
            }
            output.extend_from_slice(&block);
            return true;
        }
        Event::End => {
            output.extend_from_slice(b".\r\n");
            return true;
        }
        Event::Upgrade => return true,
        _ => return false,
    };
    response.to_bytes().map(|line| output.extend_from_slice(&line)).is_ok()
}

/// A NUL or a lone CR shows as `?` in the text of a reply, and what was text for its sake may then be more.
fn has_untellable_text(octets: &[u8]) -> bool {
    let lone_cr = octets.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n');
    lone_cr || octets.contains(&0)
}
