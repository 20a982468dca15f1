//! Our client and our server, in memory: what one writes, the other reads at once.

use std::sync::Arc;

use bytes::BytesMut;
use mail_proto::imsp::{
    Address, ClientCodec, CommandBody, Condition, Criterion, Entry, Event, Literal, OutputState, Response,
    Tag,
};
use mail_proto::wire::Secret;
use mail_proto_examples::accounts::Accounts;
use mail_proto_examples::imsp::{Session, Store};
use mail_proto_examples::maildrop::Maildrop;
use mail_proto_examples::samples;
use mail_proto_examples::serve::Serve;

use crate::Failure;
use crate::dialogue::{Dialogue, Side};
use crate::ear::Ear;
use crate::report::Tally;

/// Sets options and keeps an address book; all values must come back as they were.
pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), Maildrop::samples());
    let mut output = BytesMut::new();
    let session = Session::new(Arc::new(accounts), Store::new(), &mut output)?;
    let mut talk = Talk::new(session, output, dialogue);
    let mut tally = Tally::default();

    talk.pump()?;
    talk.ask(CommandBody::Get("common.*".try_into()?), b"")?;
    talk.ask(CommandBody::login("mrose", "tanstaaf")?, b"")?;
    talk.dialogue
        .remark("a value with line ends is a literal, for which the client waits; a large one streams")?;
    let (small, large) = ("M\u{fc}ller\r\nsings".as_bytes().to_vec(), samples::attachment(40_000));
    talk.ask(CommandBody::Set("x.small".try_into()?, Literal::new(small.clone())), b"")?;
    talk.ask(CommandBody::Set("x.large".try_into()?, Literal::streamed(large.len() as u64)), &large)?;
    let heard = talk.ask(CommandBody::Get("x.*".try_into()?), b"")?;
    let values: Vec<_> = heard
        .responses
        .iter()
        .filter_map(|response| match response {
            Response::Option(option) => option.value().as_bytes().map(<[u8]>::to_vec),
            _ => None,
        })
        .collect();
    tally.compare(&heard.streamed, &large);
    tally.compare(values.first().map_or(&[], Vec::as_slice), &small);

    talk.ask(CommandBody::CreateAddressBook("mrose".try_into()?), b"")?;
    let entry = Entry::new("mrose".try_into()?, "Annette Ostler".try_into()?);
    let address = Address::new(entry.clone())
        .with("email".try_into()?, Literal::new(*b"annette@example.org"))
        .with("notes".try_into()?, Literal::new(small));
    talk.ask(CommandBody::StoreAddress(address.clone()), b"")?;
    let criterion = Criterion::new("email".try_into()?, "*@example.org".try_into()?);
    let heard = talk.ask(CommandBody::SearchAddress("mrose".try_into()?, vec![criterion]), b"")?;
    tally.check(heard.responses == [Response::SearchAddress(entry.name().clone())], "SEARCHADDRESS differs");
    let heard = talk.ask(CommandBody::FetchAddress("mrose".try_into()?, vec![entry.name().clone()]), b"")?;
    tally.check(heard.responses == [Response::FetchAddress(address)], "FETCHADDRESS differs");
    talk.ask(CommandBody::List("".try_into()?, "*".try_into()?), b"")?;
    talk.ask(CommandBody::Logout, b"")?;
    tally.check(talk.session.is_over(), "the server has not closed");

    tally.events = talk.client_ear.events + talk.server_ear.events;
    talk.dialogue.end()?;
    Ok(tally)
}

/// Both sides, and what they say.
struct Talk<'d> {
    session: Session,
    client: ClientCodec,
    to_server: BytesMut,
    to_client: BytesMut,
    server_ear: Ear,
    client_ear: Ear,
    dialogue: &'d mut Dialogue,
    /// How many commands there were: the next one's tag.
    count: u32,
    heard: Heard,
}

/// What a command brought.
#[derive(Default)]
struct Heard {
    responses: Vec<Response>,
    streamed: Vec<u8>,
    status: Option<(Tag, Condition)>,
}

impl<'d> Talk<'d> {
    fn new(session: Session, to_client: BytesMut, dialogue: &'d mut Dialogue) -> Self {
        Self {
            session,
            client: ClientCodec::new(),
            to_server: BytesMut::new(),
            to_client,
            server_ear: Ear::default(),
            client_ear: Ear::default(),
            dialogue,
            count: 0,
            heard: Heard::default(),
        }
    }

    /// Sends a command with the octets of its streamed value, if it has one.
    fn ask(&mut self, body: CommandBody, value: &[u8]) -> Result<Heard, Failure> {
        self.count += 1;
        let command = body.tag(format!("a{}", self.count))?;
        self.heard = Heard::default();
        self.client.encode(&command, &mut self.to_server)?;
        self.pump()?;
        if matches!(self.client.output_state(), OutputState::Payload { .. }) {
            self.client.encode_data(value, &mut self.to_server)?;
            self.client.encode_end(&mut self.to_server)?;
            self.pump()?;
        }
        match &self.heard.status {
            Some((tag, Condition::Ok)) if tag == command.tag() => Ok(std::mem::take(&mut self.heard)),
            other => Err(format!("not expected: {other:?}").into()),
        }
    }

    /// Until nobody has anything to say.
    fn pump(&mut self) -> Result<(), Failure> {
        self.client_reads()?;
        while !self.to_server.is_empty() {
            let octets = self.to_server.split();
            self.server_reads(&octets)?;
        }
        Ok(())
    }

    fn server_reads(&mut self, mut input: &[u8]) -> Result<(), Failure> {
        loop {
            self.session.fill(&mut self.to_client)?;
            if !self.to_client.is_empty() {
                self.client_reads()?;
                continue;
            }
            let before = input;
            let event = self.session.decode(&mut input)?;
            self.server_ear.took(before, input);
            let Some(event) = event else { return Ok(()) };
            if let Some(record) = self.server_ear.heard(Side::Client, &event) {
                self.dialogue.say(&record)?;
            }
            self.session.handle(event, &mut self.to_client)?;
        }
    }

    fn client_reads(&mut self) -> Result<(), Failure> {
        let octets = self.to_client.split();
        let mut input = &octets[..];
        loop {
            let before = input;
            let event = self.client.decode(&mut input)?;
            self.client_ear.took(before, input);
            let Some(event) = event else { return Ok(()) };
            if let Some(record) = self.client_ear.heard(Side::Server, &event) {
                self.dialogue.say(&record)?;
            }
            self.heard(event)?;
            self.client.resume(&mut self.to_server)?;
        }
    }

    fn heard(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::Data(octets) => self.heard.streamed.extend_from_slice(&octets),
            Event::Response(Response::Status(status)) if status.tag().is_some() => {
                self.heard.status = status.tag().cloned().map(|tag| (tag, status.condition()));
            }
            Event::Response(Response::Status(_) | Response::Continuation(_)) => {}
            Event::Response(response) => self.heard.responses.push(response),
            Event::Malformed(bad) => return Err(format!("not understood: {}", bad.error()).into()),
            _ => {}
        }
        Ok(())
    }
}
