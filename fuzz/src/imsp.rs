//! IMSP: both codecs over the pieces of an input, and what they understood written and read again.
//!
//! Options: `S` strict, `L` low limits.

use imsp_proto::testkit::{Client, Server};
use imsp_proto::{Command, Event, Leniency, Options, Response};
use mail_wire::testkit::cuts_from;

use crate::{Input, input};

type Events = Vec<Event<'static>>;

fn options(input: &Input, usual: Options) -> Options {
    let leniency = if input.has(b'S') { Leniency::Strict } else { Leniency::Lenient };
    let small = usual.limits().with_line(60).with_frame(90).with_literal(60).with_inline_literal(4);
    let limits = if input.has(b'L') { small.with_literals(3).with_sasl_line(30) } else { *usual.limits() };
    usual.with_leniency(leniency).with_limits(limits)
}

/// What a server codec sees, the same at every cut.
pub fn serve(input: &Input) -> Events {
    cuts_from(|| Server::new(options(input, Options::server())), input.octets, &input.cuts).events
}

/// Each command that could be sent is read back as it was.
pub fn write_commands_again(events: &Events) {
    for event in events {
        let Event::Command(command) = event else { continue };
        let Ok(line) = command.to_bytes() else { continue };
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

/// Each response that could be sent is read back as it was; what is a challenge only the codec can tell.
pub fn write_responses_again(events: &Events) {
    for event in events {
        let Event::Response(response) = event else { continue };
        if let Response::Continuation(_) = response {
            continue;
        }
        let Ok(line) = response.to_bytes() else { continue };
        assert_eq!(Response::parse(&line, &Options::client()).as_ref(), Ok(response));
    }
}
