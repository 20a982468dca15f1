//! The codecs as the shared test kit drives them, and the checks that tests and fuzz targets share.
#![allow(missing_docs, clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::missing_errors_doc)]
#![allow(
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod dissect;
#[cfg(feature = "arbitrary")]
mod round_trip;

use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::{self, Subject};

use crate::{ClientCodec, Command, Error, Event, Greeting, Reply, Response, ServerCodec, Xtnd};

pub use dissect::{Dissector, Pop3, Unit};
#[cfg(feature = "arbitrary")]
pub use round_trip::round_trip;

impl testkit::Event for Event<'static> {
    fn data(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Self::Data(octets) => Some(octets.to_mut()),
            _ => None,
        }
    }
}

/// A client that was told of these commands.
#[derive(Clone, Debug)]
pub struct Client(pub ClientCodec);

impl Client {
    pub fn after(commands: &[Command]) -> Self {
        Self::with(ClientCodec::new(), commands)
    }

    pub fn with(mut codec: ClientCodec, commands: &[Command]) -> Self {
        for command in commands {
            codec.sent(command).unwrap();
        }
        Self(codec)
    }
}

impl Subject for Client {
    type Event = Event<'static>;
    type Codec = ClientCodec;

    fn codec(&mut self) -> &mut ClientCodec {
        &mut self.0
    }

    fn react(&mut self, event: &Self::Event) -> Result<(), Error> {
        if *event == Event::Upgrade { self.0.upgraded(&[]) } else { Ok(()) }
    }
}

/// A server that answers every command at once: with what the command wants, or, each third time, with an error.
#[derive(Clone, Debug)]
pub struct Server {
    pub codec: ServerCodec,
    pub output: BytesMut,
    answers: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self::with(ServerCodec::new())
    }
}

impl Server {
    pub fn with(mut codec: ServerCodec) -> Self {
        let mut output = BytesMut::new();
        codec.encode(&Greeting::new("ready").unwrap().into(), &mut output).unwrap();
        Self { codec, output, answers: 0 }
    }

    fn answer(&mut self, event: &Event<'static>) {
        let Self { codec, output, answers } = self;
        output.clear();
        let command = match event {
            Event::Command(command) => command,
            Event::Malformed(bad) => return codec.encode(&Reply::from(bad).into(), output).unwrap(),
            Event::End => return codec.encode(&Reply::ok("sent").unwrap().into(), output).unwrap(),
            Event::Data(_) | Event::Upgrade => return,
            other => panic!("{other:?} from a client"),
        };
        *answers = answers.wrapping_add(1);
        if answers.is_multiple_of(3) {
            return codec.encode(&Reply::err("no").unwrap().into(), output).unwrap();
        }
        let response = match command {
            Command::Auth(_) => crate::Challenge::new("go on").into(),
            _ => positive(command),
        };
        codec.encode(&response, output).unwrap();
        if codec.output_state() != crate::OutputState::Ready {
            codec.encode_end(output).unwrap();
        }
    }
}

/// A plain positive reply to `command`.
fn positive(command: &Command) -> Response {
    let number = crate::MessageNumber::new(1).unwrap();
    let text = || crate::Word::new("x").unwrap();
    let reply = match command {
        Command::Stat => Reply::drop_listing(crate::DropListing::new(0, 0)),
        Command::List(Some(_)) => Reply::scan_listing(crate::ScanListing::new(number, 0)),
        Command::Uidl(Some(_)) => Reply::unique_id(crate::UniqueId::new(number, "x").unwrap()),
        Command::Euidl(Some(_)) => {
            Reply::extended_unique_id(crate::ExtendedUniqueId::new(number, text(), 0, None))
        }
        Command::Last => Reply::last(0),
        Command::Lang(Some(_)) => Reply::language(text()),
        Command::Retr(_) | Command::Top(..) => Reply::message("").unwrap(),
        Command::List(None)
        | Command::Uidl(None)
        | Command::Euidl(None)
        | Command::Lang(None)
        | Command::AuthList
        | Command::Capa => Reply::listing("").unwrap(),
        Command::Xtnd(Xtnd::Scan(..) | Xtnd::Xmit) => Reply::ok("").unwrap(),
        Command::Xtnd(_) => Reply::listing("").unwrap(),
        _ => Reply::ok("").unwrap(),
    };
    reply.into()
}

impl Subject for Server {
    type Event = Event<'static>;
    type Codec = ServerCodec;

    fn codec(&mut self) -> &mut ServerCodec {
        &mut self.codec
    }

    fn react(&mut self, event: &Self::Event) -> Result<(), Error> {
        self.answer(event);
        if *event == Event::Upgrade { self.codec.upgraded(&[]) } else { Ok(()) }
    }
}
