//! Our client and our server of a protocol, over a socket: what all protocols do alike.

use std::fmt::Debug;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use bytes::BytesMut;
use mail_proto::wire::Error;
use mail_proto_examples::serve::Serve;

use crate::Failure;
use crate::dialogue::{Dialogue, Record, Side};
use crate::ear::{Audible, Ear};
use crate::report::Tally;

/// A client's codec.
pub trait Codec {
    type Command;
    /// With its own copy of what it brings.
    type Event: Audible + Debug;

    fn decode(&mut self, input: &mut &[u8]) -> Result<Option<Self::Event>, Error>;
    fn encode(&mut self, command: &Self::Command, output: &mut BytesMut) -> Result<(), Error>;
    /// The octets that it brings, if any.
    fn data(event: &Self::Event) -> Option<&[u8]>;
    /// Whether the answer to a command is complete with it.
    fn completes(event: &Self::Event) -> bool;
}

/// Lets a session of ours serve on a thread, once for each of `talks`, which are one client after the other.
pub fn run<S, C>(
    serve: impl Fn(&mut BytesMut) -> Result<S, Error> + Send + 'static,
    talks: &[Talk<'_, C>],
    dialogue: &mut Dialogue,
) -> Result<Tally, Failure>
where
    S: Serve,
    for<'i> S::Event<'i>: Audible,
    C: Codec,
{
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (records, mut heard_by_server) = channel();
    let sessions = talks.len();
    let server = thread::spawn(move || {
        let ends = (0..sessions).map(|_| serve_one(&listener, &serve, &records));
        ends.sum::<Result<usize, Failure>>()
    });

    let mut tally = Tally::default();
    for Talk { codec, talk } in talks {
        let mut client = Client::new(TcpStream::connect(address)?, codec(), heard_by_server)?;
        talk(&mut client, &mut tally, dialogue)?;
        tally.events += client.ear.events;
        heard_by_server = client.heard_by_server;
    }
    tally.events += server.join().map_err(|_| "the server's thread panicked")??;
    if tally.differences.is_empty() {
        let Tally { messages, octets, .. } = tally;
        dialogue.remark(&format!("{messages} messages, {octets} octets: each as it is stored"))?;
    }
    dialogue.end()?;
    Ok(tally)
}

/// What a client does, from the greeting to the end.
pub struct Talk<'t, C> {
    pub codec: fn() -> C,
    pub talk: TalkFn<'t, C>,
}

type TalkFn<'t, C> = &'t dyn Fn(&mut Client<C>, &mut Tally, &mut Dialogue) -> Result<(), Failure>;

/// The server's side of one session. Gives the number of events.
fn serve_one<S>(
    listener: &TcpListener,
    start: impl Fn(&mut BytesMut) -> Result<S, Error>,
    records: &Sender<Record>,
) -> Result<usize, Failure>
where
    S: Serve,
    for<'i> S::Event<'i>: Audible,
{
    let (mut stream, _) = listener.accept()?;
    stream.set_nodelay(true)?;
    let (mut ear, mut output) = (Ear::default(), BytesMut::new());
    let mut session = start(&mut output)?;
    let mut buffer = [0; 4096];
    loop {
        stream.write_all(&output.split())?;
        if session.is_over() {
            return Ok(ear.events);
        }
        let octets = stream.read(&mut buffer)?;
        if octets == 0 {
            return Err("the client has closed without a last word".into());
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

/// A client, and the ear of the server that it talks to.
pub struct Client<C> {
    stream: TcpStream,
    pub codec: C,
    ear: Ear,
    buffer: Vec<u8>,
    /// What was read and not yet taken begins here in the buffer, and ends there.
    unread: (usize, usize),
    heard_by_server: Receiver<Record>,
}

/// What a command was answered with: the events, and the octets of a message apart.
pub struct Answer<C: Codec> {
    pub events: Vec<C::Event>,
    pub data: Vec<u8>,
}

impl<C: Codec> Client<C> {
    fn new(stream: TcpStream, codec: C, heard_by_server: Receiver<Record>) -> Result<Self, Failure> {
        stream.set_nodelay(true)?;
        let ear = Ear::default();
        Ok(Self { stream, codec, ear, buffer: vec![0; 16 * 1024], unread: (0, 0), heard_by_server })
    }

    /// The first event of the session.
    pub fn greeting(&mut self, dialogue: &mut Dialogue) -> Result<C::Event, Failure> {
        let mut records = Vec::new();
        let greeting = self.event(&mut records)?;
        records.iter().try_for_each(|record| dialogue.say(record))?;
        Ok(greeting)
    }

    /// Sends a command, reads its answer, and prints both.
    pub fn ask(&mut self, command: C::Command, dialogue: &mut Dialogue) -> Result<Answer<C>, Failure> {
        let answers = self.turn(&[command], dialogue)?;
        answers.into_iter().next().ok_or_else(|| "no answer".into())
    }

    /// Sends the commands in one go, reads their answers, and prints both.
    pub fn turn(
        &mut self,
        commands: &[C::Command],
        dialogue: &mut Dialogue,
    ) -> Result<Vec<Answer<C>>, Failure> {
        let mut output = BytesMut::new();
        for command in commands {
            self.codec.encode(command, &mut output)?;
        }
        self.exchange(&output, commands.len(), dialogue)
    }

    /// Sends so many units, reads an answer to each, and prints them all.
    pub fn exchange(
        &mut self,
        output: &[u8],
        units: usize,
        dialogue: &mut Dialogue,
    ) -> Result<Vec<Answer<C>>, Failure> {
        self.stream.write_all(output)?;
        let mut records = Vec::new();
        let answers = (0..units).map(|_| self.answer(&mut records)).collect::<Result<Vec<_>, _>>()?;
        // Now they are all answered, so the server has heard them all.
        for _ in 0..units {
            dialogue.say(&self.heard_by_server.recv()?)?;
        }
        records.iter().try_for_each(|record| dialogue.say(record))?;
        Ok(answers)
    }

    fn answer(&mut self, records: &mut Vec<Record>) -> Result<Answer<C>, Failure> {
        let mut answer = Answer { events: Vec::new(), data: Vec::new() };
        loop {
            let event = self.event(records)?;
            match C::data(&event) {
                Some(octets) => answer.data.extend_from_slice(octets),
                None => {
                    let is_complete = C::completes(&event);
                    answer.events.push(event);
                    if is_complete {
                        return Ok(answer);
                    }
                }
            }
        }
    }

    fn event(&mut self, records: &mut Vec<Record>) -> Result<C::Event, Failure> {
        loop {
            let before = &self.buffer[self.unread.0..self.unread.1];
            let mut input = before;
            let event = self.codec.decode(&mut input)?;
            self.ear.took(before, input);
            self.unread.0 = self.unread.1 - input.len();
            if let Some(event) = event {
                records.extend(self.ear.heard(Side::Server, &event));
                return Ok(event);
            }
            self.unread = (0, self.stream.read(&mut self.buffer)?);
            if self.unread.1 == 0 {
                return Err("the server has closed".into());
            }
        }
    }
}
