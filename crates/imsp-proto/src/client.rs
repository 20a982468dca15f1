//! The client's side: responses in, commands out.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::frame::{Frame, Framer, Step, Stream, head};
use imap_wire::{Condition, Cursor, LiteralPolicy, Outbox, Tag, Writer, announces_literal};
use mail_wire::sasl::{self, decode_base64};
use mail_wire::{Deviation, Deviations, Error, Leniency, Malformed as Unit, OutputState};

use crate::literal_start::{ArgumentScan, Delivery, LiteralStart};
use crate::state::Kind;
use crate::{
    Capabilities, Command, Continuation, Event, Malformed, Name, Options, Response, State, StatusResponse,
};

/// Writes commands and reads responses.
///
/// It remembers which commands wait for their tagged responses, and what a `+` is for. Commands may be pipelined: what
/// must wait for a `+` is kept inside, together with all behind it, until [`resume`](Self::resume).
///
/// ```
/// use bytes::BytesMut;
/// use imsp_proto::{ClientCodec, CommandBody, Event, Literal, OutputState};
///
/// let (mut imsp, mut output) = (ClientCodec::new(), BytesMut::new());
/// let signature = Literal::new("M\u{fc}ller".as_bytes());
/// imsp.encode(&CommandBody::Set("x.signature".try_into()?, signature).tag("a1")?, &mut output)?;
/// imsp.encode(&CommandBody::Noop.tag("a2")?, &mut output)?;
/// // The value needs a literal, so the rest waits.
/// assert_eq!(output.split(), "a1 SET x.signature {7}\r\n");
/// assert_eq!(imsp.output_state(), OutputState::AwaitsContinuation);
/// let mut input = &b"* OK ready\r\n+ go\r\n"[..];
/// while let Some(event) = imsp.decode(&mut input)? {
///     imsp.resume(&mut output)?;
/// }
/// assert_eq!(output, "M\u{fc}ller\r\na2 NOOP\r\n");
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientCodec {
    options: Options,
    framer: Framer,
    scan: ArgumentScan,
    /// The response under way is a status response, and its code is still open.
    in_code: bool,
    outbox: Outbox,
    /// Commands without their tagged responses.
    pending: BTreeMap<Tag, Kind>,
    /// The AUTHENTICATE that has the connection for itself.
    exchange: Option<Tag>,
    /// A challenge came that was not answered.
    challenged: bool,
    state: State,
    deviations: Deviations,
}

impl Default for ClientCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl ClientCodec {
    /// A codec with [`Options::client`], in front of the greeting.
    pub fn new() -> Self {
        Self::with_options(Options::client())
    }

    /// A codec in front of the greeting.
    pub fn with_options(options: Options) -> Self {
        Self {
            options,
            framer: Framer::new(Stream::Responses),
            scan: ArgumentScan::default(),
            in_code: false,
            outbox: Outbox::new(),
            pending: BTreeMap::new(),
            exchange: None,
            challenged: false,
            state: State::Greeting,
            deviations: Deviations::new(),
        }
    }

    /// Takes what it can from the front of `input`. `Ok(None)`: all was taken, read more. Call [`resume`](Self::resume)
    /// after every event.
    ///
    /// Keep `input` in a variable: `decode(&mut &buffer[..n])` in a loop would feed the same octets for ever.
    ///
    /// # Errors
    /// None today: every odd unit is [`Event::Malformed`].
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        loop {
            let limits = self.options.limits();
            let is_challenged = self.is_challenged();
            let in_code = &mut self.in_code;
            match self.framer.next(input, limits, |piece| announces_literal(piece, in_code)) {
                Step::Data(octets) => return Ok(Some(Event::Data(Cow::Borrowed(octets)))),
                Step::LiteralEnd => return Ok(Some(Event::LiteralEnd)),
                Step::Literal(header) => {
                    let frame = self.framer.frame_so_far();
                    self.scan.advance(frame);
                    if header.octets() > limits.inline_literal() as u64 && self.scan.is_value() {
                        let start = LiteralStart {
                            header,
                            delivery: Delivery::Streamed,
                            tag: None,
                            word: head(frame).1.and_then(|word| Name::new(word).ok()),
                            name: self.scan.name(frame),
                        };
                        self.scan.pass(0);
                        self.framer.stream();
                        return Ok(Some(Event::LiteralStart(start)));
                    }
                    self.scan.pass(usize::try_from(header.octets()).unwrap_or(usize::MAX));
                    self.framer.join(limits);
                }
                Step::Frame(frame) => {
                    self.scan = ArgumentScan::default();
                    let parsed = parse(&frame, &self.options, is_challenged);
                    self.challenged |= is_challenged && frame.octets().starts_with(b"+");
                    let is_odd = self.state == State::Greeting
                        && parsed.as_ref().is_ok_and(|(response, _)| is_odd_greeting(response));
                    let error = match parsed {
                        Ok(_) if is_odd && self.options.leniency() == Leniency::Strict => {
                            Error::syntax(frame.stream_offset(2), "OK or BYE")
                        }
                        Ok((response, deviations)) => {
                            self.deviations = deviations;
                            if is_odd {
                                self.deviations.add(Deviation::Value);
                            }
                            return Ok(Some(self.received(response)));
                        }
                        Err(error) => error,
                    };
                    self.deviations = Deviations::new();
                    let (tag, _) = head(frame.octets());
                    let bad = Malformed::new(tag, Unit::new(frame.octets(), error));
                    return Ok(Some(Event::Malformed(bad)));
                }
                _ => return Ok(None),
            }
        }
    }

    fn is_challenged(&self) -> bool {
        self.exchange.is_some() && self.outbox.state() == OutputState::Ready
    }

    /// What a response changes here.
    fn received<'i>(&mut self, response: Response) -> Event<'i> {
        match &response {
            Response::Status(status) if status.tag().is_some() => self.completed(status),
            Response::Status(status) => {
                let is_greeting = self.state == State::Greeting;
                self.state = self.state.told(status);
                if is_greeting {
                    return Event::Greeting(status.clone());
                }
            }
            Response::Continuation(_) => {
                self.outbox.proceed();
            }
            _ => {}
        }
        Event::Response(response)
    }

    fn completed(&mut self, status: &StatusResponse) {
        let Some(tag) = status.tag() else { return };
        // Once it is answered, nobody says `+` to the rest of it.
        self.outbox.cancel(tag);
        let Some(kind) = self.pending.remove(tag) else { return };
        if self.exchange.as_ref() == Some(tag) {
            self.exchange = None;
            self.challenged = false;
        }
        self.state = self.state.answered(kind, status.condition());
    }

    /// The server has closed. Call until `Ok(None)`.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a response.
    pub fn finish(&mut self) -> Result<Option<Event<'static>>, Error> {
        self.framer.finish().map(|()| None)
    }

    /// Writes the command, as far as it may go now; what must wait for a `+` is kept, up to
    /// [`queued_octets`](imap_wire::Limits::queued_octets). A literal that is streamed opens a payload when its turn comes:
    /// [`output_state`](Self::output_state) tells.
    ///
    /// # Errors
    /// `output` and the codec are unchanged then. `Misuse` where the command is out of order: while a payload is open, inside
    /// AUTHENTICATE, or with a tag that is in use; `Limit` where too many commands or octets wait.
    pub fn encode(&mut self, command: &Command, output: &mut BytesMut) -> Result<(), Error> {
        if let OutputState::Payload { .. } = self.outbox.state() {
            return Err(Error::misuse(0, "encode_data, then encode_end"));
        }
        if self.exchange.is_some() {
            return Err(Error::misuse(0, "encode_answer until AUTHENTICATE is answered"));
        }
        let outstanding = self.pending.len();
        let Entry::Vacant(pending) = self.pending.entry(command.tag().clone()) else {
            return Err(Error::misuse(0, "a tag that is not in use"));
        };
        if outstanding >= self.options.limits().outstanding() {
            return Err(Error::limit(0, "fewer commands without their responses"));
        }
        let start = output.len();
        let mut stops = Vec::new();
        let policy = LiteralPolicy::Client(self.options.literals());
        let written = command.encode(&mut Writer::new(output, &mut stops, policy, false));
        let queued = written.and_then(|()| {
            let limit = self.options.limits().queued_octets();
            self.outbox.push(output, start, &stops, Some(command.tag()), limit)
        });
        if let Err(error) = queued {
            if let Some(written) = output.get_mut(start..) {
                written.fill(0);
            }
            output.truncate(start);
            return Err(error);
        }
        let kind = Kind::of(command.body());
        pending.insert(kind);
        self.begin(command, kind);
        Ok(())
    }

    /// AUTHENTICATE has the connection for itself from now on.
    fn begin(&mut self, command: &Command, kind: Kind) {
        if kind == Kind::Authenticate {
            self.exchange = Some(command.tag().clone());
        }
    }

    /// The answer to a challenge inside AUTHENTICATE, or to one that could not be read: then `*`.
    ///
    /// # Errors
    /// `Misuse` outside of it, and where no challenge waits for an answer.
    pub fn encode_answer(&mut self, answer: &sasl::Response, output: &mut BytesMut) -> Result<(), Error> {
        if !self.is_challenged() {
            return Err(Error::misuse(0, "AUTHENTICATE before an answer"));
        }
        if !self.challenged {
            return Err(Error::misuse(0, "a challenge before an answer"));
        }
        self.challenged = false;
        output.extend_from_slice(answer.encode().expose());
        output.extend_from_slice(b"\r\n");
        Ok(())
    }

    /// Octets of the literal that is open.
    ///
    /// # Errors
    /// `Misuse` where none is, or where they are more than were announced.
    pub fn encode_data(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        self.outbox.data(chunk, output)
    }

    /// Ends the literal that is open, and writes what may follow it.
    ///
    /// # Errors
    /// `Misuse`, with both numbers, where octets are missing.
    pub fn encode_end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        self.outbox.end(output)
    }

    /// Writes all that is now free to go; does nothing if nothing is. Call it after every event.
    ///
    /// # Errors
    /// None today.
    pub fn resume(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        self.outbox.flush(output);
        Ok(())
    }

    /// What must happen before more can be written.
    pub fn output_state(&self) -> OutputState {
        self.outbox.state()
    }

    /// Someone else sent this command: for proxies and dissectors, which see both directions.
    ///
    /// # Errors
    /// `Limit` where too many commands wait for their responses.
    pub fn sent(&mut self, command: &Command) -> Result<(), Error> {
        let is_known = self.pending.contains_key(command.tag());
        if !is_known && self.pending.len() >= self.options.limits().outstanding() {
            return Err(Error::limit(0, "fewer commands without their responses"));
        }
        let kind = Kind::of(command.body());
        self.pending.insert(command.tag().clone(), kind);
        self.begin(command, kind);
        Ok(())
    }

    /// What the server can do: from now on literals go without a `+`, as far as it takes them so (RFC 7888).
    pub fn peer(&mut self, capabilities: &Capabilities) {
        self.options = self.options.with_literals(capabilities.literals());
    }

    /// How it reads and writes.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Where the session is.
    pub fn state(&self) -> State {
        self.state
    }

    /// What was forgiven in the last event.
    pub fn deviations(&self) -> Deviations {
        self.deviations
    }
}

fn parse(frame: &Frame<'_>, options: &Options, is_challenged: bool) -> Result<(Response, Deviations), Error> {
    let (frame, deviations) = frame.sound(options.leniency(), false)?;
    mail_wire::visited(frame.octets().len());
    if is_challenged && frame.octets().starts_with(b"+") {
        let (response, more) = challenge(&frame, options.leniency())?;
        return Ok((response, deviations.union(more)));
    }
    let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth());
    match Response::parse_frame(&mut cursor) {
        Ok(response) => Ok((response, deviations.union(cursor.deviations()))),
        Err(error) => Err(error.in_frame(&frame)),
    }
}

/// The first response of a connection is OK or BYE.
fn is_odd_greeting(response: &Response) -> bool {
    matches!(response, Response::Status(status)
        if status.tag().is_none() && !matches!(status.condition(), Condition::Ok | Condition::Bye))
}

/// `"+" SP base64` inside AUTHENTICATE.
fn challenge(frame: &Frame<'_>, leniency: Leniency) -> Result<(Response, Deviations), Error> {
    let mut deviations = Deviations::new();
    let text = match frame.octets().strip_prefix(b"+ ") {
        Some(text) => text,
        None if leniency == Leniency::Strict => return Err(Error::syntax(frame.stream_offset(1), "SP")),
        None => {
            // QUIRK: an empty challenge without its space.
            deviations.add(Deviation::Space);
            frame.octets().get(1..).unwrap_or_default()
        }
    };
    let base64 = decode_base64(text, leniency).map_err(|error| error.shifted(frame.stream_offset(2)))?;
    deviations.extend(base64.deviations);
    Ok((Continuation::challenge(base64.octets.expose()).into(), deviations))
}
