//! What the tests of the codecs share.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, unreachable_pub)]

use bytes::BytesMut;
use imap_proto::testkit::Unit;
use imap_proto::{
    ClientCodec, Command, CommandBody, Condition, Error, Event, Options, Response, ServerCodec,
    StatusResponse,
};
use mail_wire::testkit::Subject;

pub fn commands(lines: &str) -> Vec<Command> {
    lines.lines().map(|line| Command::parse(line.as_bytes(), &Options::server()).unwrap()).collect()
}

pub fn command(line: &str) -> Command {
    commands(line).remove(0)
}

pub fn status(condition: Condition, tag: &str, text: &str) -> Response {
    StatusResponse::tagged(tag, condition, text).unwrap().into()
}

pub fn misuse(result: Result<(), Error>) {
    let error = result.unwrap_err();
    assert!(error.is_misuse(), "{error}");
}

/// What a client sees of `stream` in pieces of `size` octets, and what it writes, resumed behind every event.
pub fn talk(
    mut client: ClientCodec,
    stream: &[u8],
    size: usize,
) -> (Vec<Event<'static>>, BytesMut, ClientCodec) {
    let (mut events, mut output) = (Vec::new(), BytesMut::new());
    for mut piece in stream.chunks(size) {
        while let Some(event) = client.decode(&mut piece).unwrap() {
            events.push(event.into_owned());
            client.resume(&mut output).unwrap();
        }
        assert!(piece.is_empty());
    }
    (events, output, client)
}

/// A server codec and what its caller does at each event.
pub struct Scripted {
    pub codec: ServerCodec,
    pub output: BytesMut,
    pub react: fn(&mut ServerCodec, &Event<'_>, &mut BytesMut) -> Result<(), Error>,
}

impl Scripted {
    pub fn new(react: fn(&mut ServerCodec, &Event<'_>, &mut BytesMut) -> Result<(), Error>) -> Self {
        Self { codec: ServerCodec::new(), output: BytesMut::new(), react }
    }
}

impl Subject for Scripted {
    type Event = Event<'static>;
    type Codec = ServerCodec;

    fn codec(&mut self) -> &mut ServerCodec {
        &mut self.codec
    }

    fn react(&mut self, event: &Self::Event) -> Result<(), Error> {
        (self.react)(&mut self.codec, event, &mut self.output)
    }
}

pub fn accepting() -> Scripted {
    Scripted::new(|codec, event, output| match event {
        Event::LiteralStart(_) => codec.accept(output),
        _ => Ok(()),
    })
}

pub fn refusing() -> Scripted {
    Scripted::new(|codec, event, output| match event {
        Event::LiteralStart(literal) => codec.reject(&literal.too_big(), output),
        _ => Ok(()),
    })
}

pub fn login() -> Command {
    CommandBody::login(b"\xff\xfe\xfd\xfc\xfb", b"\xffhidden\"").unwrap().tag("a1").unwrap()
}

pub const LOGIN: &[u8] = b"a1 LOGIN {5}\r\n\xff\xfe\xfd\xfc\xfb {8}\r\n\xffhidden\"\r\n";

/// Whether it is the end of a command that was not seen: its literal was refused, or nobody sent it.
pub fn answers_nobody(unit: &Unit) -> bool {
    match &unit.event {
        Event::Response(Response::Status(status)) => status.tag().is_some() && unit.to.is_none(),
        _ => false,
    }
}
