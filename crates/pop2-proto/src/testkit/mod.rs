//! The codecs as the shared test kit drives them, and the checks that tests and fuzz targets share.
#![allow(missing_docs, clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::missing_errors_doc)]
#![allow(clippy::exhaustive_enums, clippy::exhaustive_structs, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects)]

mod dissect;
#[cfg(feature = "arbitrary")]
mod round_trip;

use bytes::BytesMut;
use mail_wire::testkit::Subject;

use crate::{ClientCodec, Command, Due, Error, Event, Greeting, Options, Reply, Response, ServerCodec};

pub use dissect::{Dissector, Unit};
#[cfg(feature = "arbitrary")]
pub use round_trip::round_trip;

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

    fn decode(&mut self, input: &mut &[u8]) -> Result<Option<Self::Event>, Error> {
        Ok(self.0.decode(input)?.map(Event::into_owned))
    }

    fn finish(&mut self) -> Result<Option<Self::Event>, Error> {
        self.0.finish()
    }

    fn paused(&self) -> bool {
        false
    }

    fn join(last: &mut Self::Event, next: &Self::Event) -> bool {
        join(last, next)
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

    fn decode(&mut self, input: &mut &[u8]) -> Result<Option<Self::Event>, Error> {
        let event = self.codec.decode(input)?.map(Event::into_owned);
        if let Some(event) = &event {
            self.answer(event);
        }
        Ok(event)
    }

    fn finish(&mut self) -> Result<Option<Self::Event>, Error> {
        self.codec.finish()
    }

    fn paused(&self) -> bool {
        self.codec.paused()
    }

    fn join(last: &mut Self::Event, next: &Self::Event) -> bool {
        join(last, next)
    }
}

fn join(last: &mut Event<'static>, next: &Event<'static>) -> bool {
    match (last, next) {
        (Event::Data(last), Event::Data(next)) => {
            last.to_mut().extend_from_slice(next);
            true
        }
        _ => false,
    }
}
