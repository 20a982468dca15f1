//! DMSP: both codecs over the pieces of an input, and what the server understood written and read again.
//!
//! Options: `S` strict.

use dmsp_proto::testkit::{Client, Server};
use dmsp_proto::{ClientCodec, Command, Event, Leniency, Options, ServerCodec};
use mail_wire::testkit::cuts_from;

use crate::{Input, input};

type Events = Vec<Event<'static>>;

fn options(input: &Input) -> Options {
    if input.has(b'S') { Options::new().with_leniency(Leniency::Strict) } else { Options::new() }
}

/// What a server codec sees, the same at every cut.
pub fn serve(input: &Input) -> Events {
    let server = || Server::with(ServerCodec::with_options(options(input)));
    cuts_from(server, input.octets, &input.cuts).events
}

/// Each command that could be sent is read back as it was.
pub fn write_commands_again(events: &Events) {
    for event in events {
        let Event::Command(command) = event else { continue };
        let Ok(line) = command.to_bytes() else { continue };
        let again = Command::parse(line.strip_suffix(b"\r\n").expect("a line end"), &Options::new());
        assert_eq!(again.as_ref(), Ok(command));
    }
}

/// What a client codec sees that sent the commands in front of the first empty line; the same at every cut.
pub fn collect(input: &Input) -> Events {
    let options = options(input);
    let (asked, octets) = input::asked(input.octets);
    let asked: Vec<_> = asked.iter().filter_map(|line| Command::parse(line, &options).ok()).collect();
    cuts_from(|| Client::with(ClientCodec::with_options(options.clone()), &asked), octets, &input.cuts).events
}
