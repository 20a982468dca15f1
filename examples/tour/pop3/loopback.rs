//! Our client and our server, over a socket.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use bytes::BytesMut;
use mail_proto::pop3::{ClientCodec, Command, Event, Greeting, Row};
use mail_proto::wire::Secret;
use mail_proto_examples::accounts::Accounts;
use mail_proto_examples::maildrop::{Maildrop, Message};
use mail_proto_examples::pop3::{Session, timestamp};
use mail_proto_examples::samples;

use super::Ear;
use crate::Failure;
use crate::dialogue::{Dialogue, Record, Side};
use crate::report::Tally;

/// Fetches all sample messages, and compares them with those in store.
pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let messages = samples::messages();
    let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), Maildrop::new(messages.clone()));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (records, heard_by_server) = channel();
    let server = thread::spawn(move || serve(&listener, accounts, &records));

    let client = Client::new(TcpStream::connect(address)?, heard_by_server)?;
    let mut tally = fetch_all(client, &messages, dialogue)?;
    let events = server.join().map_err(|_| "the server's thread panicked")??;
    tally.events += events;
    dialogue.end()?;
    Ok(tally)
}

/// The server's thread: one session. Gives the number of events.
fn serve(listener: &TcpListener, accounts: Accounts, records: &Sender<Record>) -> Result<usize, Failure> {
    let (mut stream, _) = listener.accept()?;
    stream.set_nodelay(true)?;
    let (mut ear, mut output) = (Ear::default(), BytesMut::new());
    let mut session = Session::new(Arc::new(accounts), timestamp("localhost")?, &mut output)?;
    let mut buffer = [0; 4096];
    loop {
        stream.write_all(&output.split())?;
        if session.is_over() {
            return Ok(ear.events);
        }
        let octets = stream.read(&mut buffer)?;
        if octets == 0 {
            return Err("the client has closed without QUIT".into());
        }
        let mut input = &buffer[..octets];
        loop {
            let before = input;
            let event = session.decode(&mut input)?;
            ear.took(before, input);
            let Some(event) = event else { break };
            if let Some(record) = ear.heard(Side::Client, &event) {
                records.send(record)?;
            }
            session.handle(event, &mut output)?;
            // A message is written in pieces, none of which is large.
            session.fill(&mut output)?;
            while !output.is_empty() {
                stream.write_all(&output.split())?;
                session.fill(&mut output)?;
            }
        }
    }
}

/// The client's thread: the whole session, from the greeting to QUIT.
fn fetch_all(mut client: Client, messages: &[Message], dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let greeting = client.greeting(dialogue)?;
    let timestamp = greeting.timestamp().ok_or("no timestamp for APOP")?;

    client.turn(&[Command::capa()], dialogue)?;
    let answers = client.turn(&[Command::apop("mrose", &timestamp, &Secret::new("tanstaaf"))?], dialogue)?;
    tally.check(answers.iter().all(|answer| answer.is_ok), "APOP was refused");

    client.turn(&[Command::stat()], dialogue)?;
    dialogue.remark("two commands at once, then all messages at once")?;
    let answers = client.turn(&[Command::uidl(), Command::list()], dialogue)?;
    check_listings(&answers, messages, &mut tally);

    let numbers = 1..=u32::try_from(messages.len())?;
    let commands = numbers.map(Command::retr).collect::<Result<Vec<_>, _>>()?;
    let answers = client.turn(&commands, dialogue)?;
    tally.check(answers.len() == messages.len(), "another number of messages");
    for (number, (answer, message)) in (1..).zip(answers.iter().zip(messages)) {
        tally.check(answer.data == *message.octets(), format!("message {number} is not as it is stored"));
        tally.messages += 1;
        tally.octets += answer.data.len();
    }
    if tally.differences.is_empty() {
        let Tally { messages, octets, .. } = tally;
        dialogue.remark(&format!("{messages} messages, {octets} octets: each as it is stored"))?;
    }
    client.turn(&[Command::quit()], dialogue)?;
    tally.events = client.ear.events;
    Ok(tally)
}

fn check_listings(answers: &[Answer], messages: &[Message], tally: &mut Tally) {
    let rows = answers.iter().flat_map(|answer| &answer.rows);
    let (mut sizes, mut unique_ids) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Row::Scan(row) => sizes.push(row.octets()),
            Row::UniqueId(row) => unique_ids.push(row.unique_id().to_string()),
            _ => {}
        }
    }
    tally.check(sizes.iter().copied().eq(messages.iter().map(Message::size)), "LIST differs");
    tally.check(unique_ids.iter().eq(messages.iter().map(Message::unique_id)), "UIDL differs");
}

struct Client {
    stream: TcpStream,
    codec: ClientCodec,
    ear: Ear,
    buffer: Vec<u8>,
    /// What was read and not yet taken begins here in the buffer, and ends there.
    unread: (usize, usize),
    heard_by_server: Receiver<Record>,
}

/// What a command was answered with.
#[derive(Debug, Default)]
struct Answer {
    is_ok: bool,
    rows: Vec<Row>,
    data: Vec<u8>,
}

impl Client {
    fn new(stream: TcpStream, heard_by_server: Receiver<Record>) -> Result<Self, Failure> {
        stream.set_nodelay(true)?;
        let (codec, ear) = (ClientCodec::new(), Ear::default());
        Ok(Self { stream, codec, ear, buffer: vec![0; 16 * 1024], unread: (0, 0), heard_by_server })
    }

    fn greeting(&mut self, dialogue: &mut Dialogue) -> Result<Greeting, Failure> {
        let mut records = Vec::new();
        let Event::Greeting(greeting) = self.event(&mut records)? else {
            return Err("no greeting".into());
        };
        records.iter().try_for_each(|record| dialogue.say(record))?;
        Ok(greeting)
    }

    /// Sends the commands in one go, reads their answers, and prints both.
    fn turn(&mut self, commands: &[Command], dialogue: &mut Dialogue) -> Result<Vec<Answer>, Failure> {
        let mut output = BytesMut::new();
        for command in commands {
            self.codec.encode(command, &mut output)?;
        }
        self.stream.write_all(&output)?;

        let mut records = Vec::new();
        let answers = commands.iter().map(|_| self.answer(&mut records)).collect::<Result<Vec<_>, _>>()?;
        // Now they are all answered, so the server has heard them all.
        for _ in commands {
            dialogue.say(&self.heard_by_server.recv()?)?;
        }
        records.iter().try_for_each(|record| dialogue.say(record))?;
        Ok(answers)
    }

    fn answer(&mut self, records: &mut Vec<Record>) -> Result<Answer, Failure> {
        let mut answer = Answer::default();
        loop {
            match self.event(records)? {
                Event::Reply(reply) => {
                    answer.is_ok = reply.is_ok();
                    if !reply.has_listing() && !reply.has_message() {
                        return Ok(answer);
                    }
                }
                Event::Row(row) => answer.rows.push(row),
                Event::Data(octets) => answer.data.extend_from_slice(&octets),
                Event::End => return Ok(answer),
                other => return Err(format!("not expected: {other:?}").into()),
            }
        }
    }

    fn event(&mut self, records: &mut Vec<Record>) -> Result<Event<'static>, Failure> {
        loop {
            let before = &self.buffer[self.unread.0..self.unread.1];
            let mut input = before;
            let event = self.codec.decode(&mut input)?;
            self.ear.took(before, input);
            self.unread.0 = self.unread.1 - input.len();
            if let Some(event) = event {
                records.extend(self.ear.heard(Side::Server, &event));
                return Ok(event.into_owned());
            }
            self.unread = (0, self.stream.read(&mut self.buffer)?);
            if self.unread.1 == 0 {
                return Err("the server has closed".into());
            }
        }
    }
}
