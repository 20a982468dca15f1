//! The codecs as the shared test kit drives them, and the checks that tests and fuzz targets share.
#![allow(missing_docs, clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::missing_errors_doc)]
#![allow(clippy::exhaustive_enums, clippy::exhaustive_structs, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects)]

mod dissect;
#[cfg(feature = "arbitrary")]
mod round_trip;

use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::{self, Subject};

use crate::{ClientCodec, Command, Due, Error, Event, Greeting, Options, Reply, Response, ServerCodec};

pub use dissect::{Dissector, Pop2, Unit};
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
    pub fn after(options: Options, commands: &[Command]) -> Self {
        let mut codec = ClientCodec::with_options(options);
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
}

/// A server that answers every command at once: with what the command wants, or, each fifth time, with an error.
#[derive(Clone, Debug)]
pub struct Server {
    pub codec: ServerCodec,
    pub output: BytesMut,
    options: Options,
    answers: u32,
}

impl Server {
    pub fn new(options: Options) -> Self {
        let mut codec = ServerCodec::with_options(options);
        let mut output = BytesMut::new();
        codec.encode(&Greeting::pop2("host", "").unwrap().into(), &mut output).unwrap();
        Self { codec, output, options, answers: 0 }
    }

    fn answer(&mut self, event: &Event<'static>) {
        let Self { codec, output, options, answers } = self;
        output.clear();
        let command = match event {
            Event::Command(command) => command,
            Event::Malformed(bad) => return codec.encode(&Reply::from(bad).into(), output).unwrap(),
            other => panic!("{other:?} from a client"),
        };
        *answers = answers.wrapping_add(1);
        let reply = match command.due(options.dialect()) {
            _ if answers.is_multiple_of(5) => Reply::err("no").unwrap(),
            Due::Ok => Reply::ok("").unwrap(),
            Due::Count => Reply::count(3),
            Due::Length => Reply::length(3),
            Due::Data => {
                if codec.encode(&Response::Data, output).is_ok() {
                    codec.encode_data(b"a\r\n", output).unwrap();
                    return codec.encode_end(output).unwrap();
                }
                Reply::err("nothing").unwrap()
            }
        };
        codec.encode(&reply.into(), output).unwrap();
    }
}

impl Subject for Server {
    type Event = Event<'static>;
    type Codec = ServerCodec;

    fn codec(&mut self) -> &mut ServerCodec {
        &mut self.codec
    }

    fn react(&mut self, event: &Self::Event) -> Result<(), Error> {
        self.answer(event);
        Ok(())
    }
}
