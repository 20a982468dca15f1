//! POP and POP2: both codecs over the pieces of an input, and what the server understood written and read again.
//!
//! Options: `S` strict, `P` POP (RFC 918), `U` UW's two octets more, `M` MH's stuffed dots, `R` a reply before the data.

use mail_wire::testkit::cuts_from;
use pop2_proto::testkit::{Client, Server};
use pop2_proto::{Command, Dialect, Event, Leniency, Options, Quirk};

use crate::{Input, input};

type Events = Vec<Event<'static>>;

fn options(input: &Input) -> Options {
    let mut options = Options::new();
    if input.has(b'S') {
        options = options.with_leniency(Leniency::Strict);
    }
    if input.has(b'P') {
        options = options.with_dialect(Dialect::Rfc918);
    }
    for (letter, quirk) in [(b'U', Quirk::TwoMore), (b'M', Quirk::DotStuffed), (b'R', Quirk::ReplyBeforeData)]
    {
        if input.has(letter) {
            options = options.with_quirk(quirk);
        }
    }
    options
}

/// What a server codec sees, the same at every cut.
pub fn serve(input: &Input) -> Events {
    cuts_from(|| Server::new(options(input)), input.octets, &input.cuts).events
}

/// Each command that could be sent is read back as it was.
pub fn write_commands_again(input: &Input, events: &Events) {
    let options = options(input);
    for event in events {
        let Event::Command(command) = event else { continue };
        let Ok(line) = command.to_bytes(options.dialect()) else { continue };
        let again = Command::parse(
            line.strip_suffix(b"\r\n").expect("a line end"),
            &Options::new().with_dialect(options.dialect()),
        );
        assert_eq!(again.as_ref(), Ok(command));
    }
}

/// What a client codec sees that sent the commands in front of the first empty line; the same at every cut.
pub fn collect(input: &Input) -> Events {
    let options = options(input);
    let (asked, octets) = input::asked(input.octets);
    let asked: Vec<_> = asked.iter().filter_map(|line| Command::parse(line, &options).ok()).collect();
    cuts_from(|| Client::after(options, &asked), octets, &input.cuts).events
}
