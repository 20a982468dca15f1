//! The client's side: commands out, replies and counted messages in.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;

use bytes::BytesMut;
use mail_wire::line::LineFramer;
use mail_wire::{Deviations, Error, ErrorKind, Malformed, OutputState};

use crate::command::{Due, Verb};
use crate::payload::Reader;
use crate::state::Outcome;
use crate::{ClientState, Command, Dialect, Event, Greeting, Options, Quirk, Reply, State};

/// Writes commands and reads what a server answers.
///
/// It remembers what was sent and what was announced: behind RETR it hands over exactly the octets that `=n` told,
/// whatever they look like.
///
/// ```
/// use bytes::BytesMut;
/// use pop2_proto::{ClientCodec, Command, Event};
///
/// let (mut pop, mut output) = (ClientCodec::new(), BytesMut::new());
/// for command in [Command::helo("postel", "secret")?, Command::read(1), Command::Retr, Command::Acks] {
///     pop.encode(&command, &mut output)?;
/// }
/// let mut input = &b"+ POP2 host here\r\n#1 message\r\n=7 octets\r\n.\r\n-x\r\n=0\r\n"[..];
/// let mut message = Vec::new();
/// while let Some(event) = pop.decode(&mut input)? {
///     match event {
///         Event::Reply(reply) => assert!(reply.is_ok()),
///         Event::Data(octets) => message.extend_from_slice(&octets),
///         _ => {}
///     }
/// }
/// assert_eq!(message, b".\r\n-x\r\n");
/// # Ok::<(), pop2_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientCodec {
    options: Options,
    framer: LineFramer,
    /// Commands without their answers, oldest first.
    pending: VecDeque<Pending>,
    reading: Reading,
    /// Octets of the last `=n` (POP: `#n`) that were not retrieved yet.
    announced: Option<u64>,
    sent: ClientState,
    state: State,
    answered: Option<Verb>,
    deviations: Deviations,
    failed: Option<Error>,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    verb: Verb,
    due: Due,
}

/// What the octets that come next are.
#[derive(Clone, Debug)]
enum Reading {
    Greeting,
    Replies,
    /// A reply right behind counted octets: if it is none, the peer counts otherwise.
    Resync,
    Message(Reader),
}

impl Default for ClientCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl ClientCodec {
    /// A codec for POP2 with default [`Options`], in front of the greeting.
    pub fn new() -> Self {
        Self::with_options(Options::new())
    }

    /// A codec in front of the greeting.
    pub fn with_options(options: Options) -> Self {
        Self {
            options,
            framer: LineFramer::new(),
            pending: VecDeque::new(),
            reading: Reading::Greeting,
            announced: None,
            sent: ClientState::Call,
            state: State::Listen,
            answered: None,
            deviations: Deviations::new(),
            failed: None,
        }
    }

    /// Takes what it can from the front of `input`. `Ok(None)`: all was taken, read more.
    ///
    /// Keep `input` in a variable: `decode(&mut &buffer[..n])` in a loop would feed the same octets for ever.
    ///
    /// # Errors
    /// Fatal and repeated by every later call: `Syntax` where counted octets are not followed by a reply, since the peer then counts
    /// otherwise (see [`Quirk`]).
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = self.step(input);
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    fn step<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        self.open_message(input);
        match &mut self.reading {
            Reading::Message(reader) => {
                if let Some(data) = self.framer.hand_over(input, |input| reader.decode(input)) {
                    return Ok(Some(Event::Data(Cow::Borrowed(data))));
                }
                if !reader.has_ended() {
                    return Ok(None);
                }
                self.answered = self.pending.pop_front().map(|pending| pending.verb);
                self.state = State::Next;
                self.reading = Reading::Resync;
                Ok(Some(Event::End))
            }
            Reading::Greeting => self.greeting(input),
            Reading::Replies | Reading::Resync => self.reply(input),
        }
    }

    /// Where RETR or RCEV is due its octets, they come now.
    fn open_message(&mut self, input: &[u8]) {
        let is_due = self.pending.front().is_some_and(|pending| pending.due == Due::Data);
        let (true, Reading::Replies | Reading::Resync, Some(octets)) =
            (is_due, &self.reading, self.announced)
        else {
            return;
        };
        let reply_first = self.options.quirks().contains(Quirk::ReplyBeforeData)
            && (self.framer.is_inside_line() || matches!(input.first(), None | Some(b'+')));
        if octets > 0 && !reply_first {
            self.announced = None;
            self.reading = Reading::Message(Reader::new(octets, &self.options));
        }
    }

    fn greeting<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        let Some(line) = self.framer.next(input, self.options.limits().line()) else {
            return Ok(None);
        };
        let heard = line.read(self.options.leniency(), |octets| Greeting::parse(octets, &self.options));
        let event = match heard {
            Ok((greeting, deviations)) => {
                self.deviations = deviations;
                self.state = if greeting.is_ok() { State::Auth } else { State::Done };
                Event::Greeting(greeting)
            }
            Err(error) => Event::Malformed(Malformed::new(line.octets, error)),
        };
        self.reading = Reading::Replies;
        Ok(Some(event))
    }

    fn reply<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        let front = self.pending.front().copied();
        let due = front.map_or(Due::Ok, |pending| pending.due);
        let Some(line) = self.framer.next(input, self.options.limits().line()) else {
            return Ok(None);
        };
        let heard = line.read(self.options.leniency(), |octets| Reply::parse(octets, due, &self.options));
        let was_behind_data = matches!(self.reading, Reading::Resync);
        self.reading = Reading::Replies;
        self.answered = front.map(|pending| pending.verb);
        match heard {
            Ok((reply, deviations)) => {
                self.deviations = deviations;
                if due == Due::Data && reply.is_ok() && self.announced.is_some() {
                    // QUIRK: the reply that stands in front of the data.
                    self.announced = self.announced.filter(|octets| *octets > 0);
                    self.begin_data();
                    return Ok(Some(Event::Reply(reply)));
                }
                self.heard(front, &reply);
                Ok(Some(Event::Reply(reply)))
            }
            Err(error) if was_behind_data => {
                let expected = "a reply behind the announced octets, unless the peer counts otherwise";
                Err(Error::syntax(error.offset(), expected))
            }
            Err(error) => {
                let bad = Malformed::new(line.octets, error);
                self.pending.pop_front();
                Ok(Some(Event::Malformed(bad)))
            }
        }
    }

    fn begin_data(&mut self) {
        if let Some(octets) = self.announced.take() {
            self.reading = Reading::Message(Reader::new(octets, &self.options));
        }
    }

    fn heard(&mut self, front: Option<Pending>, reply: &Reply) {
        self.pending.pop_front();
        let outcome = if reply.is_ok() { Outcome::Ok } else { Outcome::Err };
        if let Some(pending) = front {
            self.state = self.state.after(pending.verb, outcome, self.options.dialect());
        }
        match self.options.dialect() {
            Dialect::Rfc937 => {
                self.announced = reply.as_length().or(self.announced).filter(|_| reply.is_ok())
            }
            Dialect::Rfc918 => self.announced = reply.as_count(),
        }
    }

    /// The server has closed. Call until `Ok(None)`.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a line or a message.
    pub fn finish(&mut self) -> Result<Option<Event<'static>>, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        match &self.reading {
            Reading::Message(reader) => {
                let expected = alloc::format!("{} more octets of the message", reader.left());
                Err(Error::new(ErrorKind::UnexpectedEof, self.framer.offset(), expected))
            }
            _ => self.framer.finish().map(|()| None),
        }
    }

    /// Appends the wire form of `command` to `output` and remembers which answer it is due.
    ///
    /// # Errors
    /// `output` and the codec are unchanged then. `Misuse` for RETR (POP: RCEV) where no octets were announced, and no
    /// announcement is awaited: the server would close. `Limit` beyond [`Limits::outstanding`](crate::Limits::outstanding) or 512
    /// octets; `Unsupported` where the dialect lacks the command.
    pub fn encode(&mut self, command: &Command, output: &mut BytesMut) -> Result<(), Error> {
        if command.due(self.options.dialect()) == Due::Data
            && self.pending.is_empty()
            && matches!(self.announced, None | Some(0))
        {
            return Err(Error::misuse(self.framer.offset(), "an announced message of at least one octet"));
        }
        self.check_room()?;
        command.encode(&self.options, output)?;
        self.push(command);
        Ok(())
    }

    /// There is no payload from a client.
    ///
    /// # Errors
    /// Always `Misuse`.
    pub fn encode_data(&mut self, _chunk: &[u8], _output: &mut BytesMut) -> Result<(), Error> {
        Err(Error::misuse(self.framer.offset(), "a command: clients of POP2 send no data"))
    }

    /// There is no payload from a client.
    ///
    /// # Errors
    /// Always `Misuse`.
    pub fn encode_end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        self.encode_data(&[], output)
    }

    /// Always [`OutputState::Ready`].
    pub fn output_state(&self) -> OutputState {
        OutputState::Ready
    }

    /// Someone else sent this command: for proxies and dissectors, which see both directions.
    ///
    /// # Errors
    /// `Limit` beyond [`Limits::outstanding`](crate::Limits::outstanding).
    pub fn sent(&mut self, command: &Command) -> Result<(), Error> {
        self.check_room()?;
        self.push(command);
        Ok(())
    }

    /// Someone else sent a line that a server codec called malformed; it is due one line.
    ///
    /// # Errors
    /// As for [`sent`](Self::sent).
    pub fn sent_malformed(&mut self, _bad: &Malformed) -> Result<(), Error> {
        self.check_room()?;
        self.pending.push_back(Pending { verb: Verb::Other, due: Due::Ok });
        Ok(())
    }

    fn check_room(&self) -> Result<(), Error> {
        if self.pending.len() < self.options.limits().outstanding() {
            return Ok(());
        }
        Err(Error::limit(self.framer.offset(), "fewer commands that wait for replies"))
    }

    fn push(&mut self, command: &Command) {
        let verb = command.verb();
        self.sent = self.sent.after(verb);
        self.pending.push_back(Pending { verb, due: command.due(self.options.dialect()) });
    }

    /// The command that the last reply, data or end belongs to; `None` for an unsolicited reply.
    pub fn answered(&self) -> Option<Verb> {
        self.answered
    }

    /// What was forgiven in the unit decoded last.
    pub fn deviations(&self) -> Deviations {
        self.deviations
    }

    /// How many commands wait for their answers.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }

    /// Where the server is, as its answers tell. In [`State::Done`] it closes.
    pub fn state(&self) -> State {
        self.state
    }

    /// Where this client is in RFC 937's table, by what was sent.
    pub fn client_state(&self) -> ClientState {
        self.sent
    }

    /// The octets that RETR (POP: RCEV) would bring now.
    pub fn announced(&self) -> Option<u64> {
        self.announced
    }

    /// Octets taken since the start, up to the last complete line or piece of a message.
    pub fn offset(&self) -> u64 {
        self.framer.offset()
    }
}
