//! The server's side: commands in, responses out.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::frame::{Frame, Framer, Step, Stream, head};
use imap_wire::{Condition, Cursor, LiteralHeader, LiteralMode, LiteralPolicy, Outbox, Tag, Writer};
use mail_wire::sasl;
use mail_wire::{Deviations, Error, Malformed as Unit, OutputState};

use crate::command::{is_secret, may_have_literal};
use crate::literal_start::{ArgumentScan, Delivery, LiteralStart};
use crate::{Command, CommandBody, Event, Malformed, Name, Options, Response, State, StatusResponse};

/// Reads commands and writes responses.
///
/// Literals are offered before their octets come: [`accept`](Self::accept) or [`reject`](Self::reject) them. It does not judge
/// whether a command is allowed where it comes: [`State::permits`] does.
///
/// ```
/// use bytes::BytesMut;
/// use imsp_proto::{Condition, Event, ServerCodec, StatusResponse};
///
/// let (mut imsp, mut output) = (ServerCodec::new(), BytesMut::new());
/// imsp.encode(&StatusResponse::untagged(Condition::Ok, "ready")?.into(), &mut output)?;
/// let mut input = &b"a1 NOOP\r\na2 SET x\r\na3 SET x {99999999}\r\na4 LOGOUT\r\n"[..];
/// while let Some(event) = imsp.decode(&mut input)? {
///     match event {
///         Event::LiteralStart(l) if l.octets() > 1_000_000 => imsp.reject(&l.too_big(), &mut output)?,
///         Event::LiteralStart(_) => imsp.accept(&mut output)?,
///         Event::Command(command) => {
///             let done = StatusResponse::tagged(command.tag(), Condition::Ok, "done")?;
///             imsp.encode(&done.into(), &mut output)?;
///         }
///         Event::Malformed(bad) => imsp.encode(&bad.to_response(), &mut output)?,
///         _ => {}
///     }
/// }
/// assert_eq!(
///     output,
///     "* OK ready\r\na1 OK done\r\na2 BAD expected SP\r\na3 NO the literal is too large\r\na4 OK done\r\n"
/// );
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServerCodec {
    options: Options,
    framer: Framer,
    outbox: Outbox,
    reading: Reading,
    /// Where the frame that is under way stands.
    scan: ArgumentScan,
    /// The frame that is drained was answered when its literal was rejected.
    answered: bool,
    state: State,
    deviations: Deviations,
}

#[derive(Clone, Debug)]
enum Reading {
    Commands,
    /// A literal waits for `accept` or `reject`.
    Offered(LiteralHeader, Delivery),
    /// The response to this AUTHENTICATE decides what its client sends next.
    AwaitsReply(Tag),
    /// An answer to a challenge.
    Answer(Tag),
    /// The rest of an answer whose AUTHENTICATE was answered before the line had ended.
    Late,
}

impl Default for ServerCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl ServerCodec {
    /// A codec with [`Options::server`], in front of the greeting.
    pub fn new() -> Self {
        Self::with_options(Options::server())
    }

    /// A codec in front of the greeting.
    pub fn with_options(options: Options) -> Self {
        Self {
            options,
            framer: Framer::new(Stream::Commands),
            outbox: Outbox::new(),
            reading: Reading::Commands,
            scan: ArgumentScan::default(),
            answered: false,
            state: State::Greeting,
            deviations: Deviations::new(),
        }
    }

    /// Takes what it can from the front of `input`. `Ok(None)`: all was taken, read more (or the codec
    /// [is paused](Self::paused)).
    ///
    /// Keep `input` in a variable: `decode(&mut &buffer[..n])` in a loop would feed the same octets for ever.
    ///
    /// # Errors
    /// None today: every odd unit is [`Event::Malformed`].
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        match &self.reading {
            Reading::Commands => Ok(self.decode_command(input)),
            Reading::Answer(_) | Reading::Late => Ok(self.decode_line(input)),
            Reading::Offered(..) | Reading::AwaitsReply(_) => Ok(None),
        }
    }

    fn decode_command<'i>(&mut self, input: &mut &'i [u8]) -> Option<Event<'i>> {
        loop {
            let limits = self.options.limits();
            match self.framer.next(input, limits, may_have_literal) {
                Step::Data(octets) => return Some(Event::Data(Cow::Borrowed(octets))),
                Step::LiteralEnd => return Some(Event::LiteralEnd),
                Step::Literal(header) => {
                    if let Some(event) = self.announced(header) {
                        return Some(event);
                    }
                }
                Step::Frame(frame) => {
                    self.scan = ArgumentScan::default();
                    if core::mem::take(&mut self.answered) {
                        continue;
                    }
                    return Some(match read_command(&frame, &self.options) {
                        Ok((command, deviations)) => {
                            self.deviations = deviations;
                            if let CommandBody::Authenticate(_) = command.body() {
                                self.reading = Reading::AwaitsReply(command.tag().clone());
                            }
                            Event::Command(command)
                        }
                        Err(error) => {
                            self.deviations = Deviations::new();
                            malformed(frame.octets(), error)
                        }
                    });
                }
                _ => return None,
            }
        }
    }

    /// What becomes of a literal; `None` if it just joins its frame.
    fn announced<'i>(&mut self, header: LiteralHeader) -> Option<Event<'i>> {
        let limits = *self.options.limits();
        let frame = self.framer.frame_so_far();
        self.scan.advance(frame);
        let is_large = header.octets() > limits.inline_literal() as u64;
        let delivery = if is_large && self.scan.is_value() { Delivery::Streamed } else { Delivery::Joined };
        let is_asked_for = header.mode() == LiteralMode::Synchronizing;
        let fits = usize::try_from(header.octets())
            .is_ok_and(|octets| octets <= limits.frame().saturating_sub(frame.len()));
        match delivery {
            Delivery::Joined if !is_asked_for => {
                // Nothing can be decided about it: it comes anyway.
                self.take(header, delivery);
                return None;
            }
            Delivery::Joined if !fits => {
                let event = malformed(frame, Error::limit(self.framer.offset(), "a smaller literal"));
                self.framer.abandon();
                self.scan = ArgumentScan::default();
                self.deviations = Deviations::new();
                return Some(event);
            }
            _ => {}
        }
        let (tag, word) = head(frame);
        let start = LiteralStart {
            header,
            delivery,
            tag,
            word: word.and_then(|word| Name::new(word).ok()),
            name: if self.scan.is_value() { self.scan.name(frame) } else { None },
        };
        self.reading = Reading::Offered(header, delivery);
        Some(Event::LiteralStart(start))
    }

    fn take(&mut self, header: LiteralHeader, delivery: Delivery) {
        match delivery {
            Delivery::Streamed => {
                self.scan.pass(0);
                self.framer.stream();
            }
            Delivery::Joined => {
                self.scan.pass(usize::try_from(header.octets()).unwrap_or(usize::MAX));
                self.framer.join(self.options.limits());
            }
        }
        self.reading = Reading::Commands;
    }

    /// A line that is no command: an answer inside AUTHENTICATE.
    fn decode_line<'i>(&mut self, input: &mut &'i [u8]) -> Option<Event<'i>> {
        let limits = self.options.limits().with_line(self.options.limits().sasl_line());
        let limits = limits.with_frame(limits.line());
        let Step::Frame(frame) = self.framer.next(input, &limits, |_| false) else { return None };
        let leniency = self.options.leniency();
        self.deviations = Deviations::new();
        let Reading::Answer(tag) = &self.reading else {
            let error = Error::syntax(frame.offset(), "no answer behind the end of AUTHENTICATE");
            self.reading = Reading::Commands;
            return Some(Event::Malformed(Malformed::new(None, Unit::secret(frame.octets(), error))));
        };
        let read = frame.sound(leniency, false).and_then(|(frame, deviations)| {
            let (answer, more) = sasl::Response::decode(frame.octets(), leniency)
                .map_err(|error| error.shifted(frame.offset()))?;
            Ok((answer, deviations.union(more)))
        });
        let event = match read {
            Ok((answer, deviations)) => {
                self.deviations = deviations;
                Event::Answer(answer)
            }
            Err(error) => {
                Event::Malformed(Malformed::new(Some(tag.clone()), Unit::secret(frame.octets(), error)))
            }
        };
        self.reading = Reading::AwaitsReply(tag.clone());
        Some(event)
    }

    /// The client has closed. Call until `Ok(None)`.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a command.
    pub fn finish(&mut self) -> Result<Option<Event<'static>>, Error> {
        self.framer.finish().map(|()| None)
    }

    /// Takes the literal that was offered: writes `+` if the client waits for one.
    ///
    /// # Errors
    /// `Misuse` where none was offered, or while a payload is open.
    pub fn accept(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        self.ready()?;
        let Reading::Offered(header, delivery) = self.reading else {
            return Err(Error::misuse(0, "Event::LiteralStart before accept"));
        };
        if header.mode() == LiteralMode::Synchronizing {
            output.extend_from_slice(b"+ go ahead\r\n");
        }
        self.take(header, delivery);
        Ok(())
    }

    /// Refuses the literal that was offered, and with it its command: `why` is the answer, a tagged NO or BAD (or BYE). A
    /// non-synchronizing literal comes all the same and is passed over, with the rest of its command.
    ///
    /// # Errors
    /// `Misuse` where none was offered, where `why` is no refusal or that of another command, or while a payload is open.
    pub fn reject(&mut self, why: &StatusResponse, output: &mut BytesMut) -> Result<(), Error> {
        self.ready()?;
        let Reading::Offered(header, _) = self.reading else {
            return Err(Error::misuse(0, "Event::LiteralStart before reject"));
        };
        if !matches!(why.condition(), Condition::No | Condition::Bad | Condition::Bye) {
            return Err(Error::misuse(0, "NO, BAD or BYE to reject a literal"));
        }
        if why.tag().is_some() && !self.is_of_offered(why) {
            return Err(Error::misuse(0, "the tag of the command to reject its literal"));
        }
        let why = why.clone().into();
        self.write(&why, output)?;
        self.refuse(header);
        self.sent(&why)
    }

    fn refuse(&mut self, header: LiteralHeader) {
        match header.mode() {
            LiteralMode::Synchronizing => self.framer.abandon(),
            _ => {
                self.framer.drain("a literal that is wanted");
                self.answered = true;
            }
        }
        self.scan = ArgumentScan::default();
        self.reading = Reading::Commands;
    }

    /// Appends the wire form of `response` to `output`. A value that is streamed opens a payload:
    /// [`encode_data`](Self::encode_data), then [`encode_end`](Self::encode_end); until then nothing else can be written.
    ///
    /// # Errors
    /// `output` and the codec are unchanged then. `Misuse` while a payload is open, for a continuation that nobody waits for
    /// (a literal is [accepted](Self::accept)), and for a tagged response while the literal of its command is offered.
    pub fn encode(&mut self, response: &Response, output: &mut BytesMut) -> Result<(), Error> {
        self.ready()?;
        match (response, &self.reading) {
            (Response::Continuation(_), Reading::AwaitsReply(_)) => {}
            (Response::Continuation(_), Reading::Offered(..)) => {
                return Err(Error::misuse(0, "accept for a literal"));
            }
            (Response::Continuation(_), _) => {
                return Err(Error::misuse(0, "AUTHENTICATE or a literal before +"));
            }
            (Response::Status(status), Reading::Offered(..)) if self.is_of_offered(status) => {
                return Err(Error::misuse(0, "accept or reject for the literal of this command"));
            }
            _ => {}
        }
        self.write(response, output)?;
        self.sent(response)
    }

    /// Whether it answers the command whose literal is offered.
    fn is_of_offered(&self, status: &StatusResponse) -> bool {
        status.tag().is_some() && head(self.framer.frame_so_far()).0.as_ref() == status.tag()
    }

    fn ready(&self) -> Result<(), Error> {
        match self.outbox.state() {
            OutputState::Payload { .. } => Err(Error::misuse(0, "encode_data, then encode_end")),
            _ => Ok(()),
        }
    }

    fn write(&mut self, response: &Response, output: &mut BytesMut) -> Result<(), Error> {
        let start = output.len();
        let mut stops = Vec::new();
        let written = response.encode(&mut Writer::new(output, &mut stops, LiteralPolicy::Server, false));
        let queued = written.and_then(|()| {
            if stops.is_empty() {
                return Ok(());
            }
            self.outbox.push(output, start, &stops, None, self.options.limits().queued_octets())
        });
        if queued.is_err() {
            output.truncate(start);
        }
        queued
    }

    /// Octets of the literal that is open.
    ///
    /// # Errors
    /// `Misuse` where none is, or where they are more than were announced.
    pub fn encode_data(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        self.outbox.data(chunk, output)
    }

    /// Ends the literal that is open, and writes what follows it.
    ///
    /// # Errors
    /// `Misuse`, with both numbers, where octets are missing.
    pub fn encode_end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        self.outbox.end(output)
    }

    /// What must happen before more can be written.
    pub fn output_state(&self) -> OutputState {
        self.outbox.state()
    }

    /// Someone else sent this response: for proxies and dissectors, which see both directions. A `+` accepts the literal that
    /// is offered, a tagged NO or BAD rejects it.
    ///
    /// # Errors
    /// None today; the signature is the same in all crates.
    pub fn sent(&mut self, response: &Response) -> Result<(), Error> {
        let status = match response {
            Response::Continuation(_) => {
                match core::mem::replace(&mut self.reading, Reading::Commands) {
                    Reading::AwaitsReply(tag) => self.reading = Reading::Answer(tag),
                    Reading::Offered(header, delivery) => self.take(header, delivery),
                    other => self.reading = other,
                }
                return Ok(());
            }
            Response::Status(status) => status,
            _ => return Ok(()),
        };
        let Some(tag) = status.tag() else {
            self.state = self.state.told(status);
            return Ok(());
        };
        match &self.reading {
            Reading::AwaitsReply(pending) if pending == tag => self.reading = Reading::Commands,
            Reading::Answer(pending) if pending == tag => {
                self.reading = if self.framer.is_inside_frame() { Reading::Late } else { Reading::Commands };
            }
            Reading::Offered(header, _)
                if status.condition() != Condition::Ok && self.is_of_offered(status) =>
            {
                self.refuse(*header);
            }
            _ => {}
        }
        Ok(())
    }

    /// The login succeeded: [`state`](Self::state) says so from now on.
    pub fn authenticated(&mut self) {
        self.state = State::Authenticated;
    }

    /// How it reads and writes.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Where the session is, as far as the greeting, BYE and [`authenticated`](Self::authenticated) tell.
    pub fn state(&self) -> State {
        self.state
    }

    /// What was forgiven in the last event.
    pub fn deviations(&self) -> Deviations {
        self.deviations
    }

    /// Whether it takes nothing for now: a literal is offered, or AUTHENTICATE waits for its response.
    pub fn paused(&self) -> bool {
        matches!(self.reading, Reading::Offered(..) | Reading::AwaitsReply(_))
    }
}

fn read_command(frame: &Frame<'_>, options: &Options) -> Result<(Command, Deviations), Error> {
    let (frame, deviations) = frame.sound(options.leniency(), false)?;
    mail_wire::visited(frame.octets().len());
    let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth());
    match Command::parse_frame(&mut cursor) {
        Ok(command) => Ok((command, deviations.union(cursor.deviations()))),
        Err(error) => Err(error.in_frame(&frame)),
    }
}

fn malformed<'i>(frame: &[u8], error: Error) -> Event<'i> {
    let (tag, _) = head(frame);
    let unit = if is_secret(frame) { Unit::secret(frame, error) } else { Unit::new(frame, error) };
    Event::Malformed(Malformed::new(tag, unit))
}
