//! The client's side: commands out, replies in.

use alloc::borrow::Cow;
use alloc::collections::VecDeque;

use bytes::BytesMut;
use mail_wire::dot::{DotDecoder, DotEncoder, DotEvent, Unstuff};
use mail_wire::line::{Line, LineEnd, LineFramer};
use mail_wire::{Deviations, Error, ErrorKind, Leniency, Malformed, OutputState};

use crate::command::{Due, Verb, due_of_malformed};
use crate::dialect::Prologue;
use crate::listing::RowKind;
use crate::state::Outcome;
use crate::status::{Heard, hear, hear_greeting};
use crate::{Command, Event, Options, Row, ScanListing, State, UniqueId};
use mail_wire::fields::Fields;

/// Writes commands and reads what a server answers.
///
/// It remembers what was sent, so commands may be pipelined: it knows of each reply whether it is one
/// line, a listing or a message. It is `Send` and `Sync`, holds no part of a message, and may be used
/// while an event is held.
///
/// ```
/// use bytes::BytesMut;
/// use pop3_proto::{ClientCodec, Command, Event};
///
/// let (mut pop, mut output) = (ClientCodec::new(), BytesMut::new());
/// pop.encode(&Command::stat(), &mut output)?;
/// pop.encode(&Command::retr(1)?, &mut output)?;
/// assert_eq!(output, "STAT\r\nRETR 1\r\n");
///
/// let mut input = &b"+OK ready\r\n+OK 1 9\r\n+OK\r\n..dot\r\n.\r\n"[..];
/// while let Some(event) = pop.decode(&mut input)? {
///     match event {
///         Event::Reply(reply) => assert!(reply.is_ok()),
///         Event::Data(octets) => assert_eq!(&octets[..], b".dot\r\n"),
///         _ => {}
///     }
/// }
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientCodec {
    options: Options,
    framer: LineFramer,
    /// Commands without their final replies, oldest first.
    pending: VecDeque<Pending>,
    reading: Reading,
    sending: Sending,
    state: State,
    answered: Option<Verb>,
    deviations: Deviations,
    failed: Option<Error>,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    verb: Verb,
    due: Due,
    origin: Origin,
}

/// Whether this codec wrote the command, or was told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Encoded,
    Sent,
}

/// What the octets that come next are.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "a codec has one; a box would be an allocation for each message"
)]
enum Reading {
    Greeting,
    Replies,
    Listing {
        kind: RowKind,
        position: u32,
    },
    Message(DotDecoder),
    /// STLS was accepted; the caller is to be told.
    Upgrading,
    /// Nothing of ours: another layer is being set up.
    Paused,
}

#[derive(Clone, Debug)]
enum Sending {
    Ready,
    /// The reply to STLS, AUTH or XTND XMIT is still to come.
    Awaits,
    /// AUTH waits for an answer to its challenge.
    Challenged,
    Payload(DotEncoder),
}

impl Default for ClientCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl ClientCodec {
    /// A codec with default [`Options`], in front of the greeting.
    pub fn new() -> Self {
        Self::with_options(Options::new())
    }

    /// A codec in front of the greeting.
    pub fn with_options(options: Options) -> Self {
        let reading = match options.prologue() {
            Prologue::None => Reading::Greeting,
            Prologue::Opaque => Reading::Paused,
        };
        Self {
            options,
            framer: LineFramer::new(),
            pending: VecDeque::new(),
            reading,
            sending: Sending::Ready,
            state: State::Greeting,
            answered: None,
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
    /// Fatal and repeated by every later call: `Syntax` where a reply that may have several lines does not begin
    /// with a status, so that nothing behind it can be told apart.
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        // Nearly all rows go this short way. That it counts no positions does not matter: these rows don't ask for them.
        let limit = self.options.limits().line();
        match &self.reading {
            Reading::Listing { kind: RowKind::Scan, .. } => {
                if let Some(row) = self.framer.next_if(input, limit, ScanListing::parse_canonical) {
                    self.deviations = Deviations::new();
                    return Ok(Some(Event::Row(Row::Scan(row))));
                }
            }
            Reading::Listing { kind: RowKind::UniqueId, .. } => {
                if let Some(found) = self.framer.next_if(input, limit, UniqueId::parse_canonical) {
                    self.deviations = Deviations::new();
                    return Ok(Some(Event::Row(Row::UniqueId(UniqueId::from_canonical(found)))));
                }
            }
            _ => {}
        }
        self.decode_any(input)
    }

    #[inline(never)]
    fn decode_any<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
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
        match &mut self.reading {
            Reading::Paused => Ok(None),
            Reading::Upgrading => {
                self.reading = Reading::Paused;
                Ok(Some(Event::Upgrade))
            }
            Reading::Message(decoder) => {
                let event = self.framer.hand_over(input, |input| decoder.decode(input));
                Ok(event.map(|event| match event {
                    DotEvent::Data(octets) => Event::Data(Cow::Borrowed(octets)),
                    _ => {
                        self.reading = Reading::Replies;
                        Event::End
                    }
                }))
            }
            Reading::Listing { kind, position } => {
                let Some(line) = self.framer.next(input, self.options.limits().line()) else {
                    return Ok(None);
                };
                if line.is_terminator() {
                    self.deviations = line.check(Leniency::Lenient).unwrap_or_default();
                    self.reading = Reading::Replies;
                    return Ok(Some(Event::End));
                }
                let at = *position;
                *position = at.saturating_add(1);
                let (event, deviations) = match read_row(&line, *kind, at, self.options.leniency()) {
                    Ok((row, deviations)) => (Event::Row(row), deviations),
                    Err(error) => (Event::Malformed(Malformed::new(line.octets, error)), Deviations::new()),
                };
                self.deviations = deviations;
                Ok(Some(event))
            }
            Reading::Greeting => self.greeting(input),
            Reading::Replies => self.reply(input),
        }
    }

    fn greeting<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        let leniency = self.options.leniency();
        let Some(line) = self.framer.next(input, self.options.limits().line()) else {
            return Ok(None);
        };
        let event = match line.read(leniency, |octets| hear_greeting(octets, leniency)) {
            Ok((greeting, deviations)) => {
                self.deviations = deviations;
                Event::Greeting(greeting)
            }
            Err(error) => Event::Malformed(Malformed::new(line.octets, error)),
        };
        self.reading = Reading::Replies;
        if self.state == State::Greeting {
            self.state = State::Authorization;
        }
        Ok(Some(event))
    }

    fn reply<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        let leniency = self.options.leniency();
        let front = self.pending.front().copied();
        let due = front.map(|pending| pending.due);
        let limit = match due {
            Some(Due::Auth) => self.options.limits().sasl_line(),
            _ => self.options.limits().line(),
        };
        let Some(line) = self.framer.next(input, limit) else {
            return Ok(None);
        };
        let heard = line.read(leniency, |octets| hear(octets, due, leniency));
        self.answered = front.map(|pending| pending.verb);
        let (reply, end) = match heard {
            Ok((Heard::Reply(reply), deviations)) => {
                self.deviations = deviations;
                (reply, line.end)
            }
            Ok((Heard::Challenge(challenge), deviations)) => {
                self.deviations = deviations;
                self.challenged(front);
                return Ok(Some(Event::Challenge(challenge)));
            }
            Err(error) => {
                if let Some(Due::Listing(_) | Due::Message) = due {
                    return Err(error);
                }
                let bad = Malformed::new(line.octets, error);
                let is_challenge = line.octets.starts_with(b"+");
                self.unheard(front, is_challenge);
                return Ok(Some(Event::Malformed(bad)));
            }
        };
        self.heard(front, reply.outcome(), end);
        Ok(Some(Event::Reply(reply)))
    }

    /// A final reply to `front` came.
    fn heard(&mut self, front: Option<Pending>, outcome: Outcome, end: LineEnd) {
        self.pending.pop_front();
        let Some(pending) = front else { return };
        if let (Sending::Awaits | Sending::Challenged, Due::Auth | Due::Stls | Due::Xmit) =
            (&self.sending, pending.due)
        {
            self.sending = Sending::Ready;
        }
        if pending.due != Due::Xmit {
            self.state = self.state.after(pending.verb, outcome);
        }
        if outcome == Outcome::Err {
            return;
        }
        match pending.due {
            Due::Listing(kind) => self.reading = Reading::Listing { kind, position: 0 },
            Due::Message => {
                // A peer that ends its status line with a bare LF ends all its lines so.
                self.reading = Reading::Message(DotDecoder::with_rules(Unstuff::Every, end.into()));
            }
            Due::Stls => self.reading = Reading::Upgrading,
            Due::Xmit => {
                self.pending.push_front(Pending { due: Due::LINE, ..pending });
                if pending.origin == Origin::Encoded {
                    self.sending = Sending::Payload(DotEncoder::new(self.options.line_ends()));
                }
            }
            Due::Line(_) | Due::Auth => {}
        }
    }

    fn challenged(&mut self, front: Option<Pending>) {
        if front.is_some_and(|pending| pending.origin == Origin::Encoded) {
            self.sending = Sending::Challenged;
        }
    }

    /// A line came that is no reply. A broken challenge leaves AUTH open, so that it can be cancelled; anything
    /// else is counted as the answer, for a line that was lost is the likelier case than one too many.
    fn unheard(&mut self, front: Option<Pending>, is_challenge: bool) {
        if is_challenge && front.is_some_and(|pending| pending.due == Due::Auth) {
            return self.challenged(front);
        }
        self.pending.pop_front();
        if matches!(self.sending, Sending::Awaits | Sending::Challenged) {
            self.sending = Sending::Ready;
        }
    }

    /// The server has closed. Call until `Ok(None)`.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a line, a listing or a message.
    pub fn finish(&mut self) -> Result<Option<Event<'static>>, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let expected = match &self.reading {
            Reading::Listing { .. } => "the end of the listing",
            Reading::Message(_) => "the end of the message",
            _ => return self.framer.finish().map(|()| None),
        };
        Err(Error::new(ErrorKind::UnexpectedEof, self.framer.offset(), expected))
    }

    /// Appends the wire form of `command` to `output` and remembers which reply it is due.
    ///
    /// # Errors
    /// `output` and the codec are unchanged then. `Misuse` while a payload is open or the reply to STLS, AUTH or
    /// XTND XMIT is awaited; `Limit` beyond [`Limits::outstanding`](crate::Limits::outstanding) or 255 octets;
    /// `Unsupported` where the dialect lacks the command.
    pub fn encode(&mut self, command: &Command, output: &mut BytesMut) -> Result<(), Error> {
        let is_answer = matches!(command, Command::Continue(_));
        match (&self.sending, is_answer) {
            (Sending::Ready, false) | (Sending::Challenged, true) => {}
            (Sending::Ready, true) => return Err(self.misuse("a challenge before its answer")),
            (Sending::Challenged, false) => {
                return Err(self.misuse("an answer to the challenge: Command::Continue"));
            }
            (Sending::Awaits, _) => {
                return Err(self.misuse("the reply to STLS, AUTH or XTND XMIT: decode it first"));
            }
            (Sending::Payload(_), _) => return Err(self.misuse("encode_data, then encode_end")),
        }
        if !is_answer {
            self.room()?;
        }
        command.encode(self.options.dialect(), output)?;
        if is_answer || matches!(command.due(), Due::Stls | Due::Auth | Due::Xmit) {
            self.sending = Sending::Awaits;
        }
        if !is_answer {
            self.push(command, Origin::Encoded);
        }
        Ok(())
    }

    /// Octets of the message that XTND XMIT announced.
    ///
    /// # Errors
    /// `Misuse` where no payload is open; `Syntax` as [`LineEnds::Reject`](crate::LineEnds::Reject) has it.
    pub fn encode_data(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        match &mut self.sending {
            Sending::Payload(encoder) => encoder.encode(chunk, output),
            _ => Err(self.misuse("XTND XMIT, and its reply")),
        }
    }

    /// Ends that message.
    ///
    /// # Errors
    /// As for [`encode_data`](Self::encode_data).
    pub fn encode_end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        match &mut self.sending {
            Sending::Payload(encoder) => encoder.end(output)?,
            _ => return Err(self.misuse("XTND XMIT, and its reply")),
        }
        self.sending = Sending::Ready;
        Ok(())
    }

    /// What must happen before more can be written. Behind a challenge it is `Ready`, for the answer.
    pub fn output_state(&self) -> OutputState {
        match &self.sending {
            Sending::Ready | Sending::Challenged => OutputState::Ready,
            Sending::Awaits => OutputState::AwaitsContinuation,
            Sending::Payload(_) => OutputState::Payload { octets: None },
        }
    }

    /// Someone else sent this command: for proxies and dissectors, which see both directions.
    ///
    /// # Errors
    /// `Limit` beyond [`Limits::outstanding`](crate::Limits::outstanding).
    pub fn sent(&mut self, command: &Command) -> Result<(), Error> {
        if matches!(command, Command::Continue(_)) {
            return Ok(());
        }
        self.room()?;
        self.push(command, Origin::Sent);
        Ok(())
    }

    /// Someone else sent a line that a server codec called malformed. The server may understand it all the
    /// same: what reply it is due follows from its keyword.
    ///
    /// # Errors
    /// As for [`sent`](Self::sent).
    pub fn sent_malformed(&mut self, bad: &Malformed) -> Result<(), Error> {
        self.room()?;
        let (verb, due) = due_of_malformed(bad.raw());
        self.pending.push_back(Pending { verb, due, origin: Origin::Sent });
        Ok(())
    }

    /// TLS is up (or the prologue is over). `left` are octets that were read before it.
    ///
    /// # Errors
    /// `Injection` where there are any behind STLS: they came in clear text and must not be believed (RFC 2595
    /// section 4). `Misuse` where no change of layer is under way.
    pub fn upgraded(&mut self, left: &[u8]) -> Result<(), Error> {
        if !matches!(self.reading, Reading::Paused) {
            return Err(self.misuse("Event::Upgrade before upgraded"));
        }
        if self.state == State::Greeting {
            // Behind a prologue, the greeting is still to come.
            self.reading = Reading::Greeting;
        } else {
            self.reading = Reading::Replies;
            self.state = self.state.upgraded();
        }
        if left.is_empty() {
            return Ok(());
        }
        let error = Error::new(ErrorKind::Injection, self.framer.offset(), "no octets behind STLS");
        self.failed = Some(error.clone());
        Err(error)
    }

    /// Whether `decode` takes nothing for now: a change of layer is under way.
    pub fn paused(&self) -> bool {
        matches!(self.reading, Reading::Paused)
    }

    /// The command that the last reply, row, data or end belongs to; `None` for an unsolicited reply.
    pub fn answered(&self) -> Option<Verb> {
        self.answered
    }

    /// What was forgiven in the unit decoded last.
    pub fn deviations(&self) -> Deviations {
        self.deviations
    }

    /// How many commands wait for their replies.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }

    /// Where the session is, as the replies tell.
    pub fn state(&self) -> State {
        self.state
    }

    /// Octets taken since the start, up to the last complete line.
    pub fn offset(&self) -> u64 {
        self.framer.offset()
    }

    fn room(&self) -> Result<(), Error> {
        if self.pending.len() < self.options.limits().outstanding() {
            return Ok(());
        }
        Err(Error::limit(self.framer.offset(), "fewer commands that wait for replies"))
    }

    fn push(&mut self, command: &Command, origin: Origin) {
        self.pending.push_back(Pending { verb: command.verb(), due: command.due(), origin });
    }

    fn misuse(&self, expected: &'static str) -> Error {
        Error::misuse(self.framer.offset(), expected)
    }
}

#[inline]
fn read_row(
    line: &Line<'_>,
    kind: RowKind,
    position: u32,
    leniency: Leniency,
) -> Result<(Row, Deviations), Error> {
    line.unstuffed().read(leniency, |octets| {
        let mut fields = Fields::new(octets, leniency);
        let row = Row::parse(kind, position, &mut fields)?;
        Ok((row, fields.deviations))
    })
}
