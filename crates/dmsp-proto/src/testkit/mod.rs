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

use crate::{
    ClientCodec, Command, Descriptor, Error, Event, FollowedBy, Greeting, Reply, ReplyCode, Row, ServerCodec,
    Verb,
};

pub use dissect::{Dissector, Dmsp, Unit};
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
        let verb = match event {
            Event::Command(command) => command.verb(),
            Event::Malformed(bad) => return codec.encode(&Reply::from(bad).into(), output).unwrap(),
            Event::End => return codec.encode(&ReplyCode::Ok.into(), output).unwrap(),
            Event::Data(_) => return,
            other => panic!("{other:?} from a client"),
        };
        *answers = answers.wrapping_add(1);
        if answers.is_multiple_of(3) {
            return codec.encode(&ReplyCode::Internal.into(), output).unwrap();
        }
        let code = verb.spec().map_or(ReplyCode::Ok, |spec| spec.success[0]);
        codec.encode(&code.into(), output).unwrap();
        if verb == Verb::CopyMessage {
            codec.encode(&Row::Descriptor(Descriptor::default()).into(), output).unwrap();
        }
        if let FollowedBy::Listing(_) | FollowedBy::Message = code.followed_by() {
            codec.encode_end(output).unwrap();
        }
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
