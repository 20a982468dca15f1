//! The server's side: commands in, replies and counted messages out.

use alloc::collections::VecDeque;

use bytes::BytesMut;
use mail_wire::line::{Line, LineFramer};
use mail_wire::{Deviations, Error, Leniency, Malformed, OutputState};

use crate::command::{Due, Verb, parse_command};
use crate::payload::Writer;
use crate::state::Outcome;
use crate::{Dialect, Event, Options, Quirk, Reply, Response, State};

/// Reads commands and writes replies and messages.
///
/// It remembers what was announced, and refuses a message that is shorter or longer. It does not judge whether a command
/// is allowed where it comes: ask [`State::permits`]. Behind a refusal POP2 closes: [`state`](Self::state) is then
/// [`State::Done`].
///
/// ```
/// use bytes::BytesMut;
/// use pop2_proto::{Command, Event, Greeting, Reply, Response, ServerCodec, Session};
///
/// let (mut pop, mut output) = (ServerCodec::new(), BytesMut::new());
/// let messages = [&b"Subject: x\r\n\r\n.\r\n"[..]];
/// let mut session = Session::default();
/// pop.encode(&Greeting::pop2("host.example", "ready")?.into(), &mut output)?;
/// let mut input = &b"HELO postel se\\ cret\r\nREAD\r\nRETR\r\nACKD\r\nQUIT\r\n"[..];
/// while let Some(event) = pop.decode(&mut input)? {
///     match event {
///         Event::Command(Command::Helo(..)) => {
///             session = Session::new(messages.map(|message| message.len() as u64));
///             pop.encode(&session.count().into(), &mut output)?;
///         }
///         Event::Command(Command::Quit) => pop.encode(&Reply::ok("bye")?.into(), &mut output)?,
///         Event::Command(command) => match session.answer(&command)? {
///             Some(Response::Data) => {
///                 pop.encode(&Response::Data, &mut output)?;
///                 pop.encode_data(messages[0], &mut output)?;
///                 pop.encode_end(&mut output)?;
///             }
///             Some(response) => pop.encode(&response, &mut output)?,
///             None => pop.encode(&Reply::err("not here")?.into(), &mut output)?,
///         },
///         _ => pop.encode(&Reply::err("what?")?.into(), &mut output)?,
///     }
/// }
/// assert_eq!(output, "+ POP2 host.example ready\r\n#1\r\n=17\r\nSubject: x\r\n\r\n.\r\n=0\r\n+ bye\r\n");
/// # Ok::<(), pop2_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServerCodec {
    options: Options,
    framer: LineFramer,
    /// Commands without their answers, oldest first.
    pending: VecDeque<Pending>,
    sending: Sending,
    /// Octets of the last announcement that were not sent yet.
    announced: Option<u64>,
    state: State,
    deviations: Deviations,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    verb: Verb,
    due: Due,
}

#[derive(Clone, Debug)]
enum Sending {
    Greeting,
    Ready,
    Message(Writer),
}

impl Default for ServerCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl ServerCodec {
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
            sending: Sending::Greeting,
            announced: None,
            state: State::Listen,
            deviations: Deviations::new(),
        }
    }

    /// Takes what it can from the front of `input`. `Ok(None)`: all was taken, read more (or the codec
    /// [is paused](Self::paused)).
    ///
    /// Keep `input` in a variable: `decode(&mut &buffer[..n])` in a loop would feed the same octets for ever.
    ///
    /// # Errors
    /// None today: every odd line is [`Event::Malformed`].
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if self.paused() {
            return Ok(None);
        }
        let Some(line) = self.framer.next(input, self.options.limits().line()) else {
            return Ok(None);
        };
        let (event, deviations) = read_command(&line, &self.options);
        self.deviations = deviations;
        self.pending.push_back(match &event {
            Event::Command(command) => {
                Pending { verb: command.verb(), due: command.due(self.options.dialect()) }
            }
            _ => Pending { verb: Verb::Other, due: Due::Ok },
        });
        Ok(Some(event))
    }

    /// The client has closed. Call until `Ok(None)`.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a line.
    pub fn finish(&mut self) -> Result<Option<Event<'static>>, Error> {
        self.framer.finish().map(|()| None)
    }

    /// Appends the wire form of `response` to `output`. It answers the oldest command that has no answer.
    ///
    /// [`Response::Data`] writes nothing, but opens the message that was announced:
    /// [`encode_data`](Self::encode_data), then [`encode_end`](Self::encode_end). `-` may come unasked, before the server
    /// closes.
    ///
    /// # Errors
    /// `output` and the codec are unchanged then. `Misuse` where the response is out of order, or not what the command is
    /// due; `Limit` beyond 512 octets.
    pub fn encode(&mut self, response: &Response, output: &mut BytesMut) -> Result<(), Error> {
        match (&self.sending, response) {
            (Sending::Message(_), _) => return Err(self.misuse("encode_data, then encode_end")),
            (Sending::Greeting, Response::Greeting(_)) => {
                response.encode(&self.options, output)?;
                return self.sent(response);
            }
            (Sending::Greeting, _) => return Err(self.misuse("the greeting first")),
            (Sending::Ready, Response::Greeting(_)) => return Err(self.misuse("one greeting only")),
            (Sending::Ready, _) => {}
        }
        let due = self.pending.front().map(|pending| pending.due);
        match (response, due) {
            (Response::Data, Some(Due::Data)) => {
                let octets = self.announced.filter(|octets| *octets > 0);
                let octets =
                    octets.ok_or_else(|| self.misuse("an announced message, or Reply::err and the end"))?;
                self.sent(response)?;
                self.sending = Sending::Message(Writer::new(octets, &self.options));
                return Ok(());
            }
            (Response::Data, _) => return Err(self.misuse("RETR or RCEV before the data")),
            (Response::Reply(reply), Some(due)) => {
                // QUIRK: the list of replies in RFC 918 has "+OK" for RCEV; the data must follow it.
                let before_data = self.options.quirks().contains(Quirk::ReplyBeforeData) && due == Due::Data;
                if before_data && reply.is_ok() && self.announced.is_some_and(|octets| octets > 0) {
                    return response.encode(&self.options, output);
                }
                reply.fits(due).map_err(|want| self.misuse(want))?;
            }
            (Response::Reply(reply), None) if reply.is_ok() => {
                return Err(self.misuse("a command to be answered"));
            }
            _ => {}
        }
        match response {
            // What is announced has to count the two octets that encode_end adds.
            Response::Reply(reply) if self.adds_two(reply) => {
                let octets = reply.as_length().unwrap_or_default().saturating_add(2);
                let text = reply.text().map_or_else(Default::default, |text| text.to_str_lossy());
                Response::Reply(Reply::length(octets).with_text(&text)?).encode(&self.options, output)?;
            }
            _ => response.encode(&self.options, output)?,
        }
        self.sent(response)
    }

    fn adds_two(&self, reply: &Reply) -> bool {
        self.options.quirks().contains(Quirk::TwoMore) && reply.as_length().is_some_and(|octets| octets > 0)
    }

    /// Octets of the message that is open.
    ///
    /// # Errors
    /// `Misuse` where none is, and, with both numbers, where they would be more than announced; `Limit` as
    /// [`LongLines::Reject`](crate::LongLines::Reject) has it. Nothing is written then.
    pub fn encode_data(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        match &mut self.sending {
            Sending::Message(writer) => writer.encode(chunk, output),
            _ => Err(self.misuse("Response::Data before the octets")),
        }
    }

    /// Ends the message that is open.
    ///
    /// # Errors
    /// `Misuse` where none is, and, with both numbers, where fewer octets were given than announced.
    pub fn encode_end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        match &self.sending {
            Sending::Message(writer) => writer.end(output)?,
            _ => return Err(self.misuse("Response::Data before the end")),
        }
        self.sending = Sending::Ready;
        Ok(())
    }

    /// What must happen before more can be written.
    pub fn output_state(&self) -> OutputState {
        match &self.sending {
            Sending::Greeting | Sending::Ready => OutputState::Ready,
            Sending::Message(writer) => OutputState::Payload { octets: Some(writer.left()) },
        }
    }

    /// Someone else sent this response: for proxies and dissectors, which see both directions. The octets of a message need not be
    /// told.
    ///
    /// # Errors
    /// None today; the signature is the same in all crates.
    pub fn sent(&mut self, response: &Response) -> Result<(), Error> {
        let dialect = self.options.dialect();
        match response {
            Response::Greeting(greeting) => {
                self.sending = Sending::Ready;
                self.state = if greeting.is_ok() { State::Auth } else { State::Done };
            }
            Response::Data => {
                self.announced = None;
                self.answer(Outcome::Ok);
            }
            Response::Reply(reply) => {
                self.answer(if reply.is_ok() { Outcome::Ok } else { Outcome::Err });
                self.announced = match dialect {
                    Dialect::Rfc937 => reply.as_length().or(self.announced).filter(|_| reply.is_ok()),
                    Dialect::Rfc918 => reply.as_count(),
                };
            }
        }
        Ok(())
    }

    /// Someone else sent a line that is no response; a client counts it as the answer to the oldest command.
    ///
    /// # Errors
    /// None today; the signature is the same in all crates.
    pub fn sent_malformed(&mut self, _bad: &Malformed) -> Result<(), Error> {
        self.pending.pop_front();
        Ok(())
    }

    fn answer(&mut self, outcome: Outcome) {
        if let Some(pending) = self.pending.pop_front() {
            self.state = self.state.after(pending.verb, outcome, self.options.dialect());
        }
    }

    /// Whether `decode` takes nothing for now: too many commands wait for answers.
    pub fn paused(&self) -> bool {
        self.pending.len() >= self.options.limits().outstanding()
    }

    /// What was forgiven in the unit decoded last.
    pub fn deviations(&self) -> Deviations {
        self.deviations
    }

    /// How many commands wait for their answers.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }

    /// Where the session is, as the answers tell. Ask it which commands it [permits](State::permits); in
    /// [`State::Done`], close.
    pub fn state(&self) -> State {
        self.state
    }

    /// Octets taken since the start, up to the last complete line.
    pub fn offset(&self) -> u64 {
        self.framer.offset()
    }

    fn misuse(&self, expected: &'static str) -> Error {
        Error::misuse(self.framer.offset(), expected)
    }
}

fn read_command(line: &Line<'_>, options: &Options) -> (Event<'static>, Deviations) {
    match line.read(options.leniency(), |octets| parse_command(octets, options)) {
        Ok((command, deviations)) => (Event::Command(command), deviations),
        Err(error) => {
            let bad = Malformed::command(line.octets, error, &SECRET);
            (Event::Malformed(bad), line.check(Leniency::Lenient).unwrap_or_default())
        }
    }
}

/// The commands that carry a password, or what is as good as one.
const SECRET: [&str; 3] = ["HELO", "PASS", "USER"];
