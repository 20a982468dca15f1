//! A recorded session: a Python library reads, marks, appends and copies at Dovecot.

use mail_proto::imap::{
    AppendMessage, ClientCodec, CommandBody, Event, Limits, Options, Response, Section, ServerCodec,
};
use mail_proto::wire::Error;
use mail_proto::wire::testkit::transcript::Side;
use mail_proto_examples::samples;

use crate::Failure;
use crate::dialogue::Dialogue;
use crate::recorded::{self, Pair};
use crate::report::Tally;

/// aioimaplib 2.0 talks to Dovecot 2.3: both ends know nothing of our codecs.
const RECORDING: &str = include_str!("recording.jsonl");

pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let mut session = Session::new();
    let mut tally = recorded::play(RECORDING, &mut session, dialogue)?;
    session.check(&mut tally);
    Ok(tally)
}

#[derive(Debug)]
struct Session {
    server: ServerCodec,
    client: ClientCodec,
    /// The literal that is coming.
    literal: Vec<u8>,
    /// Whole messages, as they were fetched and appended.
    fetched: Vec<Vec<u8>>,
    appended: Vec<Vec<u8>>,
    /// How large the server, and the client, said that they are.
    announced: Vec<u64>,
}

impl Session {
    fn new() -> Self {
        // Its messages are small; for once, they are streamed all the same.
        let streams = |limits: Limits| limits.with_inline_literal(64);
        Self {
            server: ServerCodec::with_options(Options::server().with_limits(streams(Limits::server()))),
            client: ClientCodec::with_options(Options::client().with_limits(streams(Limits::client()))),
            literal: Vec::new(),
            fetched: Vec::new(),
            appended: Vec::new(),
            announced: Vec::new(),
        }
    }
}

impl Pair for Session {
    type Event<'i> = Event<'i>;

    fn decode_client<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        self.server.decode(input)
    }

    fn decode_server<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        self.client.decode(input)
    }

    fn client_said(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::Command(command) => {
                if let CommandBody::Append(append) = command.body() {
                    self.announced.extend(
                        append
                            .messages()
                            .iter()
                            .filter_map(AppendMessage::literal)
                            .map(|literal| literal.octets()),
                    );
                    self.appended.push(std::mem::take(&mut self.literal));
                }
                self.client.sent(&command)?;
            }
            Event::Done => self.client.sent_done(),
            other => self.literal(other)?,
        }
        Ok(())
    }

    fn server_said(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::Greeting(greeting) => self.server.sent(&greeting.into())?,
            Event::Response(response) => {
                if let Response::Fetch(fetch) = &response
                    && let Some(content) = fetch.section(&Section::all())
                {
                    self.announced.push(content.value().octets());
                    self.fetched.push(std::mem::take(&mut self.literal));
                }
                self.server.sent(&response)?;
            }
            other => self.literal(other)?,
        }
        Ok(())
    }

    fn closed(&mut self, side: Side) -> Result<(), Error> {
        match side {
            Side::Client => self.server.finish()?,
            Side::Server => self.client.finish()?,
        };
        Ok(())
    }
}

impl Session {
    fn literal(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::LiteralStart(_) => self.literal.clear(),
            Event::Data(octets) => self.literal.extend_from_slice(&octets),
            Event::Malformed(bad) => return Err(format!("a line was not understood: {}", bad.error()).into()),
            _ => {}
        }
        Ok(())
    }

    /// Every message must be as large as announced; what was fetched is a sample of ours, which Dovecot had in store.
    fn check(self, tally: &mut Tally) {
        let messages = [&self.fetched[..], &self.appended].concat();
        tally.messages = messages.len();
        tally.octets = messages.iter().map(Vec::len).sum();
        let sizes = messages.iter().map(|message| message.len() as u64);
        tally.check(sizes.eq(self.announced), "a message has another size");
        let known = samples::known(self.fetched.iter().map(Vec::as_slice));
        tally.check(known == KNOWN, format!("{known} messages are samples of ours, not {KNOWN}"));
    }
}

/// How many of our sample messages are fetched in the recording.
const KNOWN: usize = 1;
