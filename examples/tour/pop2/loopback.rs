//! Our client and our server, over a socket: a mailbox as one piece (POP), and message by message (POP2).

use std::sync::Arc;

use bytes::BytesMut;
use mail_proto::pop2::{ClientCodec, Command, Dialect, Event, Options, Reply};
use mail_proto::wire::{Error, Secret};
use mail_proto_examples::accounts::Accounts;
use mail_proto_examples::maildrop::{Maildrop, Message};
use mail_proto_examples::pop2::Session;
use mail_proto_examples::samples;

use crate::Failure;
use crate::dialogue::Dialogue;
use crate::loopback::{self, Client, Codec, Talk};
use crate::report::Tally;

type Pop2Client = Client<ClientCodec>;

/// RFC 918: takes the whole mailbox at once and empties it; a second session finds nothing left.
pub fn pop(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let messages = samples::messages();
    let whole: Vec<u8> = messages.iter().flat_map(|message| message.octets().clone()).collect();
    let first = |client: &mut Pop2Client, tally: &mut Tally, dialogue: &mut Dialogue| {
        log_in_to_pop(client, dialogue)?;
        let announced = reply(client, Command::rdel("INBOX")?, dialogue)?;
        tally
            .check(announced.as_count() == Some(whole.len() as u64), "another number of octets is announced");
        let data = client.ask(Command::Rcev, dialogue)?.data;
        tally.compare(&data, &whole);
        dialogue.remark("all messages, one behind the other; RFC 918 has no mark between them")?;
        reply(client, Command::Rcvd, dialogue)?;
        reply(client, Command::Quit, dialogue).map(drop)
    };
    let second = |client: &mut Pop2Client, tally: &mut Tally, dialogue: &mut Dialogue| {
        log_in_to_pop(client, dialogue)?;
        let announced = reply(client, Command::retr_mailbox("INBOX")?, dialogue)?;
        tally.check(announced.as_count() == Some(0), "RDEL has left something");
        reply(client, Command::Rset, dialogue)?;
        reply(client, Command::Quit, dialogue).map(drop)
    };
    let codec = || ClientCodec::with_options(Options::new().with_dialect(Dialect::Rfc918));
    let talks = [Talk { codec, talk: &first }, Talk { codec, talk: &second }];
    loopback::run(serve(Dialect::Rfc918, messages.clone()), &talks, dialogue)
}

/// RFC 937: each message by its own RETR, the last one acknowledged with ACKD; a second session misses it.
pub fn pop2(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let messages = samples::messages();
    let number = messages.len() as u64;
    let first = |client: &mut Pop2Client, tally: &mut Tally, dialogue: &mut Dialogue| {
        let count = log_in_to_pop2(client, dialogue)?;
        tally.check(count == Some(number), "another number of messages is announced");
        let mut announced = reply(client, Command::Read(None), dialogue)?;
        for (number, message) in (1..=number).zip(&messages) {
            tally.check(announced.as_length() == Some(message.size()), "another length is announced");
            let data = client.ask(Command::Retr, dialogue)?.data;
            tally.compare(&data, message.octets());
            let is_last = number == messages.len() as u64;
            announced = reply(client, if is_last { Command::Ackd } else { Command::Acks }, dialogue)?;
        }
        tally.check(announced.as_length() == Some(0), "something lies behind the last message");
        reply(client, Command::Quit, dialogue).map(drop)
    };
    let second = |client: &mut Pop2Client, tally: &mut Tally, dialogue: &mut Dialogue| {
        dialogue.remark("the last message was acknowledged with ACKD, and is gone now")?;
        let count = log_in_to_pop2(client, dialogue)?;
        tally.check(count == Some(number - 1), "ACKD has not deleted one message");
        reply(client, Command::Quit, dialogue).map(drop)
    };
    let codec = ClientCodec::new;
    let talks = [Talk { codec, talk: &first }, Talk { codec, talk: &second }];
    loopback::run(serve(Dialect::Rfc937, messages.clone()), &talks, dialogue)
}

fn serve(
    dialect: Dialect,
    messages: Vec<Message>,
) -> impl Fn(&mut BytesMut) -> Result<Session, Error> + Send + 'static {
    let maildrop = Maildrop::new(messages);
    let accounts = Arc::new(Accounts::new().with("mrose", Secret::new("tanstaaf"), maildrop));
    move |output| Session::new(accounts.clone(), dialect, "localhost", output)
}

fn log_in_to_pop(client: &mut Pop2Client, dialogue: &mut Dialogue) -> Result<(), Failure> {
    client.greeting(dialogue)?;
    reply(client, Command::user("mrose")?, dialogue)?;
    reply(client, Command::pass("tanstaaf")?, dialogue).map(drop)
}

/// Gives the number of messages.
fn log_in_to_pop2(client: &mut Pop2Client, dialogue: &mut Dialogue) -> Result<Option<u64>, Failure> {
    client.greeting(dialogue)?;
    Ok(reply(client, Command::helo("mrose", "tanstaaf")?, dialogue)?.as_count())
}

/// Of a command that is answered with one line, which is no refusal.
fn reply(client: &mut Pop2Client, command: Command, dialogue: &mut Dialogue) -> Result<Reply, Failure> {
    let answer = client.ask(command, dialogue)?;
    match answer.events.into_iter().next() {
        Some(Event::Reply(reply)) if reply.is_ok() => Ok(reply),
        other => Err(format!("not expected: {other:?}").into()),
    }
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
        !matches!(event, Event::Data(_))
    }
}
