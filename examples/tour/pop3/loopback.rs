//! Our client and our server, over a socket.

use std::sync::Arc;

use bytes::BytesMut;
use mail_proto::pop3::{ClientCodec, Command, Event, Row};
use mail_proto::wire::{Error, Secret};
use mail_proto_examples::accounts::Accounts;
use mail_proto_examples::maildrop::{Maildrop, Message};
use mail_proto_examples::pop3::{Session, timestamp};
use mail_proto_examples::samples;

use crate::Failure;
use crate::dialogue::Dialogue;
use crate::loopback::{self, Answer, Client, Codec, Talk};
use crate::report::Tally;

/// Fetches all sample messages, and compares them with those in store.
pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let messages = samples::messages();
    let maildrop = Maildrop::new(messages.clone());
    let accounts = Arc::new(Accounts::new().with("mrose", Secret::new("tanstaaf"), maildrop));
    let talk = |client: &mut Client<ClientCodec>, tally: &mut Tally, dialogue: &mut Dialogue| {
        fetch_all(client, &messages, tally, dialogue)
    };
    let serve = move |output: &mut BytesMut| Session::new(accounts.clone(), timestamp("localhost")?, output);
    loopback::run(serve, &[Talk { codec: ClientCodec::new, talk: &talk }], dialogue)
}

/// The client: the whole session, from the greeting to QUIT.
fn fetch_all(
    client: &mut Client<ClientCodec>,
    messages: &[Message],
    tally: &mut Tally,
    dialogue: &mut Dialogue,
) -> Result<(), Failure> {
    let Event::Greeting(greeting) = client.greeting(dialogue)? else { return Err("no greeting".into()) };
    let timestamp = greeting.timestamp().ok_or("no timestamp for APOP")?;

    client.ask(Command::capa(), dialogue)?;
    let answer = client.ask(Command::apop("mrose", &timestamp, &Secret::new("tanstaaf"))?, dialogue)?;
    let is_ok = matches!(answer.events.first(), Some(Event::Reply(reply)) if reply.is_ok());
    tally.check(is_ok, "APOP was refused");

    client.ask(Command::stat(), dialogue)?;
    dialogue.remark("two commands at once, then all messages at once")?;
    let answers = client.turn(&[Command::uidl(), Command::list()], dialogue)?;
    check_listings(&answers, messages, tally);

    let numbers = 1..=u32::try_from(messages.len())?;
    let commands = numbers.map(Command::retr).collect::<Result<Vec<_>, _>>()?;
    let answers = client.turn(&commands, dialogue)?;
    for (answer, message) in answers.iter().zip(messages) {
        tally.compare(&answer.data, message.octets());
    }
    tally.check(tally.messages == messages.len(), "another number of messages");
    client.ask(Command::quit(), dialogue)?;
    Ok(())
}

fn check_listings(answers: &[Answer<ClientCodec>], messages: &[Message], tally: &mut Tally) {
    let (mut sizes, mut unique_ids) = (Vec::new(), Vec::new());
    for event in answers.iter().flat_map(|answer| &answer.events) {
        match event {
            Event::Row(Row::Scan(row)) => sizes.push(row.octets()),
            Event::Row(Row::UniqueId(row)) => unique_ids.push(row.unique_id().to_string()),
            _ => {}
        }
    }
    tally.check(sizes.iter().copied().eq(messages.iter().map(Message::size)), "LIST differs");
    tally.check(unique_ids.iter().eq(messages.iter().map(Message::unique_id)), "UIDL differs");
}

impl Codec for ClientCodec {
    type Command = Command;
    type Event = Event<'static>;

    fn decode(&mut self, input: &mut &[u8]) -> Result<Option<Event<'static>>, Error> {
        Ok(self.decode(input)?.map(Event::into_owned))
    }

    fn encode(&mut self, command: &Command, output: &mut BytesMut) -> Result<(), Error> {
        self.encode(command, output)
    }

    fn data(event: &Self::Event) -> Option<&[u8]> {
        if let Event::Data(octets) = event { Some(octets) } else { None }
    }

    fn completes(event: &Self::Event) -> bool {
        match event {
            Event::Reply(reply) => !reply.has_listing() && !reply.has_message(),
            Event::Row(_) => false,
            _ => true,
        }
    }
}
