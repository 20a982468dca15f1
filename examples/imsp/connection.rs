//! A connection: commands out, and all that answers them in.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::BytesMut;
use mail_proto::imsp::{
    Authenticate, ClientCodec, Code, CommandBody, Condition, Event, Literal, Name, OutputState, Response,
    SaslResponse, Tag,
};

use crate::Failure;

/// A connection behind its greeting.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    codec: ClientCodec,
    output: BytesMut,
    /// How many commands there were: the next one's tag.
    count: u32,
    heard: Answer,
    done: BTreeMap<Tag, Answer>,
}

/// What a command brought.
#[derive(Clone, Debug)]
pub struct Answer {
    pub responses: Vec<Response>,
    /// Those that were streamed, in their order.
    pub values: Vec<Vec<u8>>,
    pub condition: Condition,
    pub code: Option<Code>,
    text: String,
}

impl Default for Answer {
    fn default() -> Self {
        let text = String::new();
        Self { responses: Vec::new(), values: Vec::new(), condition: Condition::Bad, code: None, text }
    }
}

impl Answer {
    /// The same, if it is OK.
    pub fn ok(self, what: &str) -> Result<Self, Failure> {
        self.is(Condition::Ok, what)
    }

    /// The same, if it is NO.
    pub fn no(self, what: &str) -> Result<Self, Failure> {
        self.is(Condition::No, what)
    }

    fn is(self, condition: Condition, what: &str) -> Result<Self, Failure> {
        if self.condition == condition {
            return Ok(self);
        }
        Err(format!("{what}: {} {}", self.condition.as_str(), self.text).into())
    }
}

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

impl Connection {
    pub fn open(address: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (codec, output) = (ClientCodec::new(), BytesMut::new());
        let mut connection =
            Self { stream, codec, output, count: 0, heard: Answer::default(), done: BTreeMap::new() };
        connection.read_until(|connection| connection.heard.condition == Condition::Ok)?;
        connection.heard = Answer::default();
        Ok(connection)
    }

    /// From now on literals go without waiting, if the server says that they may.
    pub fn use_literal_plus(&mut self) -> Result<(), Failure> {
        let answer = self.ask(CommandBody::Capability)?;
        for response in &answer.responses {
            if let Response::Capability(capabilities) = response {
                self.codec.peer(capabilities);
            }
        }
        Ok(())
    }

    pub fn ask(&mut self, body: CommandBody) -> Result<Answer, Failure> {
        let mut answers = self.ask_all(vec![body])?;
        answers.pop().ok_or_else(|| "no answer".into())
    }

    /// All of them in one write, if they may go.
    pub fn ask_all(&mut self, bodies: Vec<CommandBody>) -> Result<Vec<Answer>, Failure> {
        let mut tags = Vec::new();
        for body in bodies {
            tags.push(self.encode(body)?);
        }
        tags.into_iter().map(|tag| self.answer(&tag)).collect()
    }

    /// SET of a value that is sent as it is given, in pieces, if it is large.
    pub fn set(&mut self, name: Name, value: &[u8]) -> Result<Answer, Failure> {
        if value.len() <= 4_096 {
            return self.ask(CommandBody::Set(name, Literal::new(value)));
        }
        let tag = self.encode(CommandBody::Set(name, Literal::streamed(value.len() as u64)))?;
        let is_due =
            |connection: &Self| matches!(connection.codec.output_state(), OutputState::Payload { .. });
        self.read_until(|connection| is_due(connection) || connection.done.contains_key(&tag))?;
        if is_due(self) {
            for piece in value.chunks(1_000) {
                self.codec.encode_data(piece, &mut self.output)?;
                self.write()?;
            }
            self.codec.encode_end(&mut self.output)?;
        }
        self.answer(&tag)
    }

    /// AUTHENTICATE, with the same answer to each challenge.
    pub fn authenticate(&mut self, mechanism: &str, answer: &[u8]) -> Result<Answer, Failure> {
        let tag = self.encode(CommandBody::Authenticate(Authenticate::new(mechanism)?))?;
        let is_challenge = |response: &Response| matches!(response, Response::Continuation(_));
        loop {
            self.read_until(|connection| {
                connection.done.contains_key(&tag) || connection.heard.responses.iter().any(is_challenge)
            })?;
            if let Some(answer) = self.done.remove(&tag) {
                return Ok(answer);
            }
            self.heard.responses.clear();
            self.codec.encode_answer(&SaslResponse::data(answer), &mut self.output)?;
        }
    }

    /// The server has closed.
    pub fn ended(mut self) -> Result<(), Failure> {
        self.stream.shutdown(std::net::Shutdown::Write)?;
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest)?;
        self.codec.finish()?;
        if rest.is_empty() { Ok(()) } else { Err("octets came behind the end".into()) }
    }

    fn encode(&mut self, body: CommandBody) -> Result<Tag, Failure> {
        self.count += 1;
        let command = body.tag(format!("w{}", self.count))?;
        self.codec.encode(&command, &mut self.output)?;
        Ok(command.tag().clone())
    }

    fn answer(&mut self, tag: &Tag) -> Result<Answer, Failure> {
        self.read_until(|connection| connection.done.contains_key(tag))?;
        self.done.remove(tag).ok_or_else(|| "no answer".into())
    }

    fn write(&mut self) -> Result<(), Failure> {
        self.stream.write_all(&self.output.split())?;
        Ok(())
    }

    fn read_until(&mut self, is_enough: impl Fn(&Self) -> bool) -> Result<(), Failure> {
        let mut buffer = [0; 4_096];
        loop {
            self.write()?;
            if is_enough(self) {
                return Ok(());
            }
            let read = self.stream.read(&mut buffer)?;
            if read == 0 {
                return Err("the server has closed".into());
            }
            let mut input = &buffer[..read];
            while let Some(event) = self.codec.decode(&mut input)? {
                self.codec.resume(&mut self.output)?;
                hear(event, &mut self.heard, &mut self.done)?;
            }
        }
    }
}

fn hear(event: Event<'_>, heard: &mut Answer, done: &mut BTreeMap<Tag, Answer>) -> Result<(), Failure> {
    match event {
        Event::Greeting(greeting) => heard.condition = greeting.condition(),
        Event::LiteralStart(_) => heard.values.push(Vec::new()),
        Event::Data(octets) => {
            if let Some(value) = heard.values.last_mut() {
                value.extend_from_slice(&octets);
            }
        }
        Event::Response(Response::Status(status)) => {
            if let Some(tag) = status.tag() {
                let mut answer = std::mem::take(heard);
                answer.responses.retain(|response| !matches!(response, Response::Continuation(_)));
                answer.condition = status.condition();
                answer.code = status.code().cloned();
                answer.text = status.text().to_str_lossy().into_owned();
                done.insert(tag.clone(), answer);
            }
        }
        Event::Response(response) => heard.responses.push(response),
        Event::Malformed(bad) => {
            let line = String::from_utf8_lossy(bad.raw()).into_owned();
            return Err(format!("not understood: {}: {line:?}", bad.error()).into());
        }
        _ => {}
    }
    Ok(())
}
