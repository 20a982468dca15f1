//! The server's side: commands in, replies out.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;

use bytes::BytesMut;
use mail_wire::dot::{BlockLines, DotDecoder, DotEncoder, DotEvent, Unstuff};
use mail_wire::line::{Line, LineFramer};
use mail_wire::sasl::Response as SaslResponse;
use mail_wire::{Deviations, Error, ErrorKind, Leniency, Malformed, OutputState};

use crate::command::{Canonical, Due, Verb, due_of_malformed, parse_command};
use crate::dialect::Prologue;
use crate::listing::RowKind;
use crate::state::Outcome;
use crate::{Command, Event, Options, Response, Row, State};

/// Reads commands and writes replies.
///
/// It remembers which commands wait for their replies, and refuses a reply that the client would
/// misread (one line to a RETR, say). It does not judge whether a command is allowed where it comes:
/// ask [`State::permits`].
///
/// ```
/// use bytes::BytesMut;
/// use pop3_proto::{Command, Event, Greeting, Reply, ServerCodec};
///
/// let (mut pop, mut output) = (ServerCodec::new(), BytesMut::new());
/// pop.encode(&Greeting::new("POP3 server ready")?.into(), &mut output)?;
/// let mut input = &b"RETR 1\r\nRETR x\r\n"[..];
/// while let Some(event) = pop.decode(&mut input)? {
///     match event {
///         Event::Command(Command::Retr(_)) => {
///             pop.encode(&Reply::message("7 octets")?.into(), &mut output)?;
///             pop.encode_data(b".dot\r\n", &mut output)?;
///             pop.encode_end(&mut output)?;
///         }
///         Event::Malformed(bad) => pop.encode(&pop3_proto::Reply::from(&bad).into(), &mut output)?,
///         _ => pop.encode(&Reply::err("not here")?.into(), &mut output)?,
///     }
/// }
/// assert_eq!(
///     output,
///     "+OK POP3 server ready\r\n+OK 7 octets\r\n..dot\r\n.\r\n-ERR expected a message number\r\n"
/// );
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServerCodec {
    options: Options,
    framer: LineFramer,
    /// Commands without their final replies, oldest first.
    pending: VecDeque<Pending>,
    reading: Reading,
    sending: Sending,
    /// How the command that announced a message ended its line: so will the message.
    lines: BlockLines,
    state: State,
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
#[allow(
    clippy::large_enum_variant,
    reason = "a codec has one; a box would be an allocation for each message"
)]
enum Reading {
    Commands,
    /// The reply to STLS, AUTH or XTND XMIT decides.
    AwaitsReply,
    /// An answer to a challenge.
    Answer,
    /// A message behind XTND XMIT.
    Message(DotDecoder),
    /// STLS was accepted; the caller is to be told.
    Upgrading,
    /// Nothing of ours: another layer is being set up.
    Paused,
}

#[derive(Clone, Debug)]
enum Sending {
    Greeting,
    Ready,
    Listing { kind: RowKind, position: u32 },
    Message(DotEncoder),
}

impl Default for ServerCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl ServerCodec {
    /// A codec with default [`Options`], in front of the greeting.
    pub fn new() -> Self {
        Self::with_options(Options::new())
    }

    /// A codec in front of the greeting.
    pub fn with_options(options: Options) -> Self {
        let reading = match options.prologue() {
            Prologue::None => Reading::Commands,
            Prologue::Opaque => Reading::Paused,
        };
        Self {
            options,
            framer: LineFramer::new(),
            pending: VecDeque::new(),
            reading,
            sending: Sending::Greeting,
            lines: BlockLines::CrLf,
            state: State::Greeting,
            deviations: Deviations::new(),
            failed: None,
        }
    }

    /// Takes what it can from the front of `input`. `Ok(None)`: all was taken, read more (or the codec
    /// [is paused](Self::paused)).
    ///
    /// Keep `input` in a variable: `decode(&mut &buffer[..n])` in a loop would feed the same octets for ever.
    ///
    /// # Errors
    /// None but one that came before, from [`upgraded`](Self::upgraded): every odd line is
    /// [`Event::Malformed`].
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if self.failed.is_none() && matches!(self.reading, Reading::Commands) && !self.paused() {
            // Nearly all commands go this short way.
            let (limit, dialect) = (self.options.limits().line(), self.options.dialect());
            let read = |input| Canonical::parse(input, dialect);
            if let Some(command) = self.framer.next_if(input, limit, read) {
                self.deviations = Deviations::new();
                let (verb, due) = command.due();
                self.pending.push_back(Pending { verb, due });
                return Ok(Some(Event::Command(command.into())));
            }
        }
        self.decode_any(input)
    }

    #[inline(never)]
    fn decode_any<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if self.paused() {
            return Ok(None);
        }
        match &mut self.reading {
            Reading::Paused | Reading::AwaitsReply => Ok(None),
            Reading::Upgrading => {
                self.reading = Reading::Paused;
                Ok(Some(Event::Upgrade))
            }
            Reading::Message(decoder) => {
                let event = self.framer.hand_over(input, |input| decoder.decode(input));
                Ok(event.map(|event| match event {
                    DotEvent::Data(octets) => Event::Data(Cow::Borrowed(octets)),
                    _ => {
                        self.reading = Reading::Commands;
                        Event::End
                    }
                }))
            }
            Reading::Answer => {
                let Some(line) = self.framer.next(input, self.options.limits().sasl_line()) else {
                    return Ok(None);
                };
                let (event, deviations) = read_answer(&line, &self.options);
                self.deviations = deviations;
                self.reading = Reading::AwaitsReply;
                Ok(Some(event))
            }
            Reading::Commands => {
                let Some(line) = self.framer.next(input, self.options.limits().line()) else {
                    return Ok(None);
                };
                let (event, deviations) = read_command(&line, &self.options);
                let end = line.end;
                self.deviations = deviations;
                let (verb, due) = match &event {
                    Event::Command(command) => (command.verb(), command.due()),
                    Event::Malformed(bad) => due_of_malformed(bad.raw()),
                    _ => (Verb::Other, Due::LINE),
                };
                let pending = Pending { verb, due };
                self.pending.push_back(pending);
                if let Due::Auth | Due::Stls | Due::Xmit = pending.due {
                    self.reading = Reading::AwaitsReply;
                    self.lines = end.into();
                }
                Ok(Some(event))
            }
        }
    }

    /// The client has closed. Call until `Ok(None)`.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a line or a message.
    pub fn finish(&mut self) -> Result<Option<Event<'static>>, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        match &self.reading {
            Reading::Message(_) => {
                Err(Error::new(ErrorKind::UnexpectedEof, self.framer.offset(), "the end of the message"))
            }
            _ => self.framer.finish().map(|()| None),
        }
    }

    /// Appends the wire form of `response` to `output`.
    ///
    /// A reply answers the oldest command that has none. A [`Reply::listing`](crate::Reply::listing) opens a
    /// listing: rows follow, then [`encode_end`](Self::encode_end); a
    /// [`Reply::message`](crate::Reply::message) opens a message: [`encode_data`](Self::encode_data), then
    /// `encode_end`. `-ERR` may come unasked, before the server closes; inside a message or a listing there is no place
    /// for it, and a server that gives up there just closes.
    ///
    /// # Errors
    /// `output` and the codec are unchanged then. `Misuse` where the response is out of order, or not what the
    /// command is due; `Limit` beyond 512 octets.
    pub fn encode(&mut self, response: &Response, output: &mut BytesMut) -> Result<(), Error> {
        match (&mut self.sending, response) {
            (Sending::Message(_), _) => return Err(self.misuse("encode_data, then encode_end")),
            (Sending::Listing { kind, position }, Response::Row(row)) => {
                if row.kind() != *kind {
                    return Err(self.misuse("a row of the listing's kind"));
                }
                if let Row::GroupDetail(detail) = row
                    && detail.position() != *position
                {
                    return Err(self.misuse("the lines of X-BBOARDS in their order"));
                }
                response.encode(output)?;
                *position = position.saturating_add(1);
                return Ok(());
            }
            (Sending::Listing { .. }, _) => return Err(self.misuse("rows, then encode_end")),
            (Sending::Greeting, Response::Greeting(_)) => {
                response.encode(output)?;
                return self.sent(response);
            }
            (Sending::Greeting, _) => return Err(self.misuse("the greeting first")),
            (Sending::Ready, Response::Greeting(_)) => return Err(self.misuse("one greeting only")),
            (Sending::Ready, Response::Row(_)) => return Err(self.misuse("Reply::listing before its rows")),
            (Sending::Ready, Response::Challenge(_) | Response::Reply(_)) => {}
        }
        let front = self.pending.front().copied();
        match (response, front) {
            (Response::Challenge(_), Some(Pending { due: Due::Auth, .. }))
                if matches!(self.reading, Reading::AwaitsReply) => {}
            (Response::Challenge(_), _) => {
                return Err(self.misuse("AUTH, or the client's answer, before a challenge"));
            }
            (Response::Reply(reply), Some(pending)) => {
                reply.fits(pending.due).map_err(|want| self.misuse(want))?;
            }
            (Response::Reply(reply), None) if reply.is_ok() => {
                return Err(self.misuse("a command to be answered"));
            }
            _ => {}
        }
        response.encode(output)?;
        let opens = match (response, front) {
            (Response::Reply(reply), Some(pending)) if reply.is_ok() => Some(pending.due),
            _ => None,
        };
        self.sent(response)?;
        match opens {
            Some(Due::Listing(kind)) => self.sending = Sending::Listing { kind, position: 0 },
            Some(Due::Message) => self.sending = Sending::Message(DotEncoder::new(self.options.line_ends())),
            _ => {}
        }
        Ok(())
    }

    /// Octets of the message that is open.
    ///
    /// # Errors
    /// `Misuse` where none is; `Syntax` as [`LineEnds::Reject`](crate::LineEnds::Reject) has it.
    pub fn encode_data(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        match &mut self.sending {
            Sending::Message(encoder) => encoder.encode(chunk, output),
            _ => Err(self.misuse("Reply::message before its data")),
        }
    }

    /// Ends the message or the listing that is open.
    ///
    /// # Errors
    /// `Misuse` where none is; as for [`encode_data`](Self::encode_data).
    pub fn encode_end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        match &mut self.sending {
            Sending::Message(encoder) => encoder.end(output)?,
            Sending::Listing { .. } => output.extend_from_slice(b".\r\n"),
            _ => return Err(self.misuse("Reply::message or Reply::listing before their end")),
        }
        self.sending = Sending::Ready;
        Ok(())
    }

    /// What must happen before more can be written.
    pub fn output_state(&self) -> OutputState {
        match &self.sending {
            Sending::Greeting | Sending::Ready => OutputState::Ready,
            Sending::Listing { .. } | Sending::Message(_) => OutputState::Payload { octets: None },
        }
    }

    /// Someone else sent this response: for proxies and dissectors, which see both directions. Rows and
    /// payloads need not be told.
    ///
    /// # Errors
    /// None today; the signature is the same in all crates.
    pub fn sent(&mut self, response: &Response) -> Result<(), Error> {
        match response {
            Response::Greeting(_) => {
                self.sending = Sending::Ready;
                if self.state == State::Greeting {
                    self.state = State::Authorization;
                }
            }
            Response::Challenge(_) => {
                let in_auth = self.pending.front().is_some_and(|pending| pending.due == Due::Auth);
                if in_auth && matches!(self.reading, Reading::AwaitsReply) {
                    self.reading = Reading::Answer;
                }
            }
            Response::Row(_) => {}
            Response::Reply(reply) => self.answer(reply.outcome()),
        }
        Ok(())
    }

    /// Someone else sent a line that is no response; a client counts it as the answer to the oldest command.
    ///
    /// # Errors
    /// None today; the signature is the same in all crates.
    pub fn sent_malformed(&mut self, _bad: &Malformed) -> Result<(), Error> {
        self.answer(Outcome::Err);
        Ok(())
    }

    /// The oldest command has its final reply.
    fn answer(&mut self, outcome: Outcome) {
        let Some(pending) = self.pending.pop_front() else { return };
        if pending.due != Due::Xmit {
            self.state = self.state.after(pending.verb, outcome);
        }
        match (pending.due, outcome) {
            (Due::Stls, Outcome::Ok) => self.reading = Reading::Upgrading,
            (Due::Xmit, Outcome::Ok) => {
                self.pending.push_front(Pending { due: Due::LINE, ..pending });
                self.reading = Reading::Message(DotDecoder::with_rules(Unstuff::Doubled, self.lines));
            }
            (Due::Auth | Due::Stls | Due::Xmit, _) => self.reading = Reading::Commands,
            _ => {}
        }
    }

    /// TLS is up (or the prologue is over). `left` are octets that were read before it.
    ///
    /// # Errors
    /// `Injection` where there are any: they came in clear text and must not be acted on (RFC 2595 section 4).
    /// `Misuse` where no change of layer is under way.
    pub fn upgraded(&mut self, left: &[u8]) -> Result<(), Error> {
        if !matches!(self.reading, Reading::Paused) {
            return Err(self.misuse("Event::Upgrade before upgraded"));
        }
        self.reading = Reading::Commands;
        self.state = self.state.upgraded();
        if left.is_empty() {
            return Ok(());
        }
        let error = Error::new(ErrorKind::Injection, self.framer.offset(), "no octets behind STLS");
        self.failed = Some(error.clone());
        Err(error)
    }

    /// Whether `decode` takes nothing for now: the reply to STLS, AUTH or XTND XMIT decides what comes next,
    /// a change of layer is under way, or too many commands wait for replies.
    pub fn paused(&self) -> bool {
        match &self.reading {
            Reading::Paused | Reading::AwaitsReply => true,
            Reading::Commands => self.pending.len() >= self.options.limits().outstanding(),
            _ => false,
        }
    }

    /// What was forgiven in the unit decoded last.
    pub fn deviations(&self) -> Deviations {
        self.deviations
    }

    /// How many commands wait for their replies.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }

    /// Where the session is, as the replies tell. Ask it which commands it [permits](State::permits).
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
const SECRET: [&str; 4] = ["PASS", "APOP", "AUTH", "USER"];

fn read_answer(line: &Line<'_>, options: &Options) -> (Event<'static>, Deviations) {
    match line.read(options.leniency(), |octets| SaslResponse::decode(octets, options.leniency())) {
        Ok((answer, deviations)) => (Event::Command(Command::Continue(answer)), deviations),
        Err(error) => {
            let bad = Malformed::secret(line.octets, error);
            (Event::Malformed(bad), line.check(Leniency::Lenient).unwrap_or_default())
        }
    }
}
