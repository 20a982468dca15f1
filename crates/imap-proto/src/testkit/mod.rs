//! The codecs as the shared test kit drives them, and the checks that tests and fuzz targets share.
#![allow(missing_docs, clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::missing_errors_doc)]
#![allow(clippy::exhaustive_enums, clippy::exhaustive_structs, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects)]

mod dissect;
mod in_dialect;
#[cfg(feature = "arbitrary")]
mod round_trip;

use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::{self, Subject};

use crate::{
    ClientCodec, Command, CommandBody, Condition, Continuation, Error, Event, Options, ServerCodec,
    StatusResponse, Tag,
};

pub use dissect::{Dissector, Imap, Unit, other_name};
pub use in_dialect::InDialect;
#[cfg(feature = "arbitrary")]
pub use round_trip::{
    DIALECTS, HISTORIC_DIALECTS, KINDS, commands_come_back, dialect, kind, responses_come_back,
    round_trip_commands, round_trip_responses,
};

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

    fn react(&mut self, event: &Self::Event) -> Result<(), Error> {
        if let Event::Upgrade = event { self.0.upgraded(&[]) } else { Ok(()) }
    }
}

/// A server that answers at once: each third command is refused, and each third literal.
#[derive(Clone, Debug)]
pub struct Server {
    pub codec: ServerCodec,
    pub output: BytesMut,
    answers: u32,
    /// The tag of the AUTHENTICATE that is under way.
    authenticating: Option<Tag>,
}

impl Server {
    pub fn new(options: Options) -> Self {
        let (mut codec, mut output) = (ServerCodec::with_options(options), BytesMut::new());
        let greeting = StatusResponse::untagged(Condition::Ok, "ready").unwrap();
        codec.encode(&greeting.into(), &mut output).unwrap();
        Self { codec, output, answers: 0, authenticating: None }
    }

    fn answer(&mut self, event: &Event<'static>) -> Result<(), Error> {
        let Self { codec, output, answers, authenticating } = self;
        // How many pieces a literal comes in must not decide.
        if let Event::Data(_) = event {
            return Ok(());
        }
        output.clear();
        *answers = answers.wrapping_add(1);
        let refuses = answers.is_multiple_of(3);
        let status = |tag: &Tag| {
            let condition = if refuses { Condition::No } else { Condition::Ok };
            StatusResponse::tagged(tag, condition, "so be it").unwrap()
        };
        match event {
            Event::LiteralStart(literal) if refuses => codec.reject(&literal.too_big(), output),
            Event::LiteralStart(_) => codec.accept(output),
            Event::Command(command) => {
                let exchange = match command.body() {
                    CommandBody::Authenticate(_) => {
                        *authenticating = Some(command.tag().clone());
                        Some(Continuation::challenge("?"))
                    }
                    CommandBody::Idle => Some(Continuation::text("idling").unwrap()),
                    _ => None,
                };
                match exchange {
                    Some(continuation) if !refuses => codec.encode(&continuation.into(), output),
                    _ => codec.encode(&status(command.tag()).into(), output),
                }
            }
            Event::Answer(_) => {
                let tag = authenticating.take().unwrap();
                codec.encode(&status(&tag).into(), output)
            }
            Event::Malformed(bad) if authenticating.is_some() => {
                *authenticating = None;
                codec.encode(&bad.to_response(), output)
            }
            Event::Malformed(bad) => codec.encode(&bad.to_response(), output),
            Event::Upgrade => codec.upgraded(&[]),
            _ => Ok(()),
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
        self.answer(event)
    }
}
