//! The server's side: commands in, responses out.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::frame::{Frame, Framer, Step, Stream, head};
use imap_wire::{Cursor, LiteralHeader, LiteralMode, LiteralPolicy, NonSynchronizing, Outbox, Tag, Writer};
use mail_wire::sasl;
use mail_wire::{Deviation, Deviations, Error, ErrorKind, Leniency, Malformed as Unit, OutputState};

use crate::command::{is_secret, may_have_literal};
use crate::core::{Condition, StatusResponse};
use crate::historic;
use crate::literal_start::{AppendScan, Context, Delivery, LiteralStart};
use crate::unit::check;
use crate::{Command, CommandBody, Dialect, Event, HistoricCommand, Malformed, Options, Response, State};

/// Reads commands and writes responses.
///
/// Literals are offered before their octets come: [`accept`](Self::accept) or [`reject`](Self::reject) them. It does not judge
/// whether a command is allowed where it comes: [`ServerSession`](crate::ServerSession) does.
///
/// ```
/// use bytes::BytesMut;
/// use imap_proto::{CommandBody, Condition, Event, ServerCodec, StatusResponse};
///
/// let (mut imap, mut output) = (ServerCodec::new(), BytesMut::new());
/// imap.encode(&StatusResponse::untagged(Condition::Ok, "ready")?.into(), &mut output)?;
/// let mut input = &b"a1 NOOP\r\na2 FETCH x\r\na3 APPEND INBOX {99999999}\r\na4 LOGOUT\r\n"[..];
/// while let Some(event) = imap.decode(&mut input)? {
///     match event {
///         Event::LiteralStart(l) if l.octets() > 1_000_000 => imap.reject(&l.too_big(), &mut output)?,
///         Event::LiteralStart(_) => imap.accept(&mut output)?,
///         Event::Command(command) => {
///             let done = StatusResponse::tagged(command.tag(), Condition::Ok, "done")?;
///             imap.encode(&done.into(), &mut output)?;
///         }
///         Event::Malformed(bad) => imap.encode(&bad.to_response(), &mut output)?,
///         _ => {}
///     }
/// }
/// assert_eq!(
///     output,
///     "* OK ready\r\na1 OK done\r\na2 BAD expected a number\r\na3 NO [TOOBIG] the literal is too large\r\na4 OK done\r\n"
/// );
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServerCodec {
    options: Options,
    framer: Framer,
    outbox: Outbox,
    reading: Reading,
    /// Where in an APPEND the frame that is under way stands.
    append: AppendScan,
    /// The frame that is drained was answered when its literal was rejected.
    answered: bool,
    /// A SELECT.VERSION without its answer, and what is spoken behind an OK.
    version: Option<(Tag, Dialect)>,
    state: State,
    deviations: Deviations,
    failed: Option<Error>,
}

#[derive(Clone, Debug)]
enum Reading {
    Commands,
    /// A literal waits for `accept` or `reject`.
    Offered(LiteralHeader, Delivery),
    /// The response to this command decides what its client sends next.
    AwaitsReply(Tag, Exchange),
    /// An answer to a challenge.
    Answer(Tag),
    /// The rest of an answer whose AUTHENTICATE was answered before the line had ended.
    Late,
    /// `DONE`.
    Idling(Tag),
    /// The new layer was agreed on; the caller is to be told.
    Upgrading(Exchange),
    /// Nothing of ours: another layer is being set up.
    Paused(Exchange),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exchange {
    Authenticate,
    Idle,
    StartTls,
    Compress,
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
            append: AppendScan::default(),
            answered: false,
            version: None,
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
    /// None but one that came before, from [`upgraded`](Self::upgraded): every odd unit is [`Event::Malformed`].
    #[inline]
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        // An octet alone that ends nothing changes nothing but the frame, and the room for an event is left alone.
        if matches!(self.reading, Reading::Commands) && self.framer.take_octet(input, self.options.limits()) {
            return Ok(None);
        }
        self.decode_more(input)
    }

    fn decode_more<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        match &self.reading {
            Reading::Commands => self.decode_command(input),
            Reading::Answer(_) | Reading::Late | Reading::Idling(_) => Ok(self.decode_line(input)),
            Reading::Upgrading(exchange) => {
                self.reading = Reading::Paused(*exchange);
                Ok(Some(Event::Upgrade))
            }
            Reading::Offered(..) | Reading::AwaitsReply(..) | Reading::Paused(_) => Ok(None),
        }
    }

    fn decode_command<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        loop {
            let limits = self.options.limits();
            match self.framer.next(input, limits, may_have_literal) {
                Step::Data(octets) => return Ok(Some(Event::Data(Cow::Borrowed(octets)))),
                Step::LiteralEnd => return Ok(Some(Event::LiteralEnd)),
                Step::Literal(header) => {
                    if let Some(event) = self.announced(header) {
                        return Ok(Some(event));
                    }
                }
                Step::Frame(frame) => {
                    // Only literals are looked for.
                    if frame.has_literals() {
                        self.append = AppendScan::default();
                    }
                    if core::mem::take(&mut self.answered) {
                        continue;
                    }
                    return Ok(Some(match read_command(&frame, &self.options) {
                        Ok((command, deviations)) => {
                            self.deviations = deviations;
                            self.received(&command);
                            Event::Command(command)
                        }
                        Err(error) => {
                            self.deviations = Deviations::new();
                            malformed(frame.octets(), error)
                        }
                    }));
                }
                _ => return Ok(None),
            }
        }
    }

    /// What becomes of a literal; `None` if it just joins its frame.
    fn announced<'i>(&mut self, header: LiteralHeader) -> Option<Event<'i>> {
        let limits = *self.options.limits();
        let is_large = header.octets() > limits.inline_literal() as u64;
        let is_asked_for = header.mode() == LiteralMode::Synchronizing;
        if !is_large && !is_asked_for && header.octets() <= MINUS {
            // The frame in front of it is not looked at: there may be many such literals in it.
            self.framer.join(&limits);
            return None;
        }
        let frame = self.framer.frame_so_far();
        self.append.advance(frame, self.options.dialect());
        let delivery =
            if is_large && self.append.is_message() { Delivery::Streamed } else { Delivery::Joined };
        let fits = usize::try_from(header.octets())
            .is_ok_and(|octets| octets <= limits.frame().saturating_sub(frame.len()));
        match header.mode() {
            LiteralMode::NonSynchronizing => {
                if header.octets() > MINUS && self.options.literals() == NonSynchronizing::Minus {
                    self.framer.drain("a literal of at most 4096 octets");
                    return None;
                }
                if delivery == Delivery::Joined {
                    self.framer.join(&limits);
                    return None;
                }
            }
            _ if delivery == Delivery::Joined && !fits => {
                let error = Error::limit(self.framer.offset(), "a smaller literal");
                let event = malformed(frame, error);
                self.framer.abandon();
                self.forget_frame();
                self.deviations = Deviations::new();
                return Some(event);
            }
            _ => {}
        }
        let (tag, name) = head(frame);
        let name = name.map(<[u8]>::to_vec);
        let context = Context::Command { tag, name, mailbox: self.append.mailbox().cloned() };
        self.reading = Reading::Offered(header, delivery);
        Some(Event::LiteralStart(LiteralStart::new(header, delivery, context)))
    }

    fn forget_frame(&mut self) {
        self.append = AppendScan::default();
    }

    fn received(&mut self, command: &Command) {
        let exchange = match command.body() {
            CommandBody::Authenticate(_) => Exchange::Authenticate,
            CommandBody::Idle => Exchange::Idle,
            CommandBody::StartTls => Exchange::StartTls,
            CommandBody::Compress => Exchange::Compress,
            CommandBody::Historic(HistoricCommand::SelectVersion(version)) => {
                self.version = Some((command.tag().clone(), version.dialect()));
                return;
            }
            _ => return,
        };
        self.reading = Reading::AwaitsReply(command.tag().clone(), exchange);
    }

    /// A line that is no command: an answer inside AUTHENTICATE, or DONE.
    fn decode_line<'i>(&mut self, input: &mut &'i [u8]) -> Option<Event<'i>> {
        let limits = self.options.limits().with_line(self.options.limits().sasl_line());
        let limits = limits.with_frame(limits.line());
        let Step::Frame(frame) = self.framer.next(input, &limits, |_| false) else { return None };
        let leniency = self.options.leniency();
        let checked = check(&frame, &self.options);
        let (event, deviations, reading) = match &self.reading {
            Reading::Answer(tag) => {
                let read = checked.and_then(|(frame, deviations)| {
                    let (answer, more) = sasl::Response::decode(frame.octets(), leniency)
                        .map_err(|error| error.shifted(frame.offset()))?;
                    Ok((answer, deviations.union(more)))
                });
                let awaits = Reading::AwaitsReply(tag.clone(), Exchange::Authenticate);
                match read {
                    Ok((answer, deviations)) => (Event::Answer(answer), deviations, awaits),
                    Err(error) => {
                        let unit = Unit::secret(frame.octets(), error);
                        let bad = Malformed::new(Some(tag.clone()), unit);
                        (Event::Malformed(bad), Deviations::new(), awaits)
                    }
                }
            }
            Reading::Late => {
                let error = Error::syntax(frame.offset(), "no answer behind the end of AUTHENTICATE");
                let bad = Malformed::new(None, Unit::secret(frame.octets(), error));
                (Event::Malformed(bad), Deviations::new(), Reading::Commands)
            }
            idling => {
                let read = checked.and_then(|(frame, mut deviations)| {
                    let word = frame.octets();
                    if word != b"DONE" {
                        let is_word = word.trim_ascii().eq_ignore_ascii_case(b"DONE");
                        if !is_word || word.len() != 4 && leniency == Leniency::Strict {
                            return Err(Error::syntax(frame.offset(), "DONE"));
                        }
                        deviations.add(if word.len() == 4 { Deviation::Spelling } else { Deviation::Space });
                    }
                    Ok(deviations)
                });
                match read {
                    Ok(deviations) => (Event::Done, deviations, Reading::Commands),
                    Err(error) => {
                        // Nothing but DONE may come, so its first word is no tag.
                        let bad = Malformed::new(None, unit(frame.octets(), error));
                        (Event::Malformed(bad), Deviations::new(), idling.clone())
                    }
                }
            }
        };
        self.deviations = deviations;
        self.reading = reading;
        Some(event)
    }

    /// The client has closed. Call until `Ok(None)`.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a command.
    pub fn finish(&mut self) -> Result<Option<Event<'static>>, Error> {
        match &self.failed {
            Some(error) => Err(error.clone()),
            None => self.framer.finish().map(|()| None),
        }
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
        self.take(delivery);
        Ok(())
    }

    fn take(&mut self, delivery: Delivery) {
        match delivery {
            Delivery::Streamed => {
                self.append.pass_streamed(self.framer.frame_so_far());
                self.framer.stream();
            }
            Delivery::Joined => self.framer.join(self.options.limits()),
        }
        self.reading = Reading::Commands;
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
        self.forget_frame();
        self.reading = Reading::Commands;
    }

    /// Appends the wire form of `response` to `output`. A literal that is streamed opens a payload:
    /// [`encode_data`](Self::encode_data), then [`encode_end`](Self::encode_end); until then nothing else can be written.
    ///
    /// # Errors
    /// `output` and the codec are unchanged then. `Misuse` while a payload is open, for a continuation that nobody waits for
    /// (a literal is [accepted](Self::accept)), for a tagged response while the literal of its command is offered, and while the
    /// layer below changes.
    pub fn encode(&mut self, response: &Response, output: &mut BytesMut) -> Result<(), Error> {
        self.ready()?;
        match (response, &self.reading) {
            (Response::Continuation(_), Reading::AwaitsReply(_, Exchange::Authenticate | Exchange::Idle)) => {
            }
            (Response::Continuation(_), Reading::Offered(..)) => {
                return Err(Error::misuse(0, "accept for a literal"));
            }
            (Response::Continuation(_), _) => {
                return Err(Error::misuse(0, "AUTHENTICATE, IDLE or a literal before +"));
            }
            (_, Reading::Upgrading(_) | Reading::Paused(_)) => {
                return Err(Error::misuse(0, "upgraded before the next response"));
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
        let dialect = self.options.dialect();
        let mut writer = Writer::new(output, &mut stops, LiteralPolicy::Server, dialect.is_utf8());
        let written = response.encode(dialect, &mut writer);
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
                self.reading = match core::mem::replace(&mut self.reading, Reading::Commands) {
                    Reading::AwaitsReply(tag, Exchange::Authenticate) => Reading::Answer(tag),
                    Reading::AwaitsReply(tag, Exchange::Idle) => Reading::Idling(tag),
                    Reading::Offered(_, delivery) => {
                        self.take(delivery);
                        Reading::Commands
                    }
                    other => other,
                };
                return Ok(());
            }
            Response::Status(status) => status,
            data => {
                // In IMAP3, BYE may have a tag.
                if let Response::Status(status) = data.data() {
                    self.state = self.state.told(status);
                }
                return Ok(());
            }
        };
        let is_ok = status.condition() == Condition::Ok;
        let Some(tag) = status.tag() else {
            self.state = self.state.told(status);
            return Ok(());
        };
        if let Some((_, dialect)) = self.version.take_if(|(version, _)| version == tag)
            && is_ok
        {
            self.options = self.options.with_dialect(dialect);
        }
        match &self.reading {
            Reading::AwaitsReply(pending, exchange) if pending == tag => {
                self.reading = match exchange {
                    Exchange::StartTls | Exchange::Compress if is_ok => Reading::Upgrading(*exchange),
                    _ => Reading::Commands,
                };
            }
            Reading::Answer(pending) if pending == tag && self.framer.is_inside_frame() => {
                self.reading = Reading::Late;
            }
            Reading::Answer(pending) | Reading::Idling(pending) if pending == tag => {
                self.reading = Reading::Commands;
            }
            Reading::Offered(header, _) if !is_ok && self.is_of_offered(status) => {
                self.refuse(*header);
            }
            _ => {}
        }
        Ok(())
    }

    /// The login succeeded, or the connection was trusted from the start: [`state`](Self::state) says so from now on.
    pub fn authenticated(&mut self) {
        self.state = State::Authenticated;
    }

    /// The edition to speak from now on: what ENABLE switched on ([`ServerSession::dialect`](crate::ServerSession::dialect)).
    pub fn speak(&mut self, dialect: Dialect) {
        self.options = self.options.with_dialect(dialect);
    }

    /// How it reads and writes.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Where the session is, as far as the greeting, BYE and [`authenticated`](Self::authenticated) tell;
    /// [`ServerSession`](crate::ServerSession) follows all of it.
    pub fn state(&self) -> State {
        self.state
    }

    /// What was forgiven in the last event.
    pub fn deviations(&self) -> Deviations {
        self.deviations
    }

    /// Whether it takes nothing for now: a literal is offered, AUTHENTICATE, IDLE, STARTTLS or COMPRESS waits for its response,
    /// or another layer is being set up.
    pub fn paused(&self) -> bool {
        matches!(self.reading, Reading::Offered(..) | Reading::AwaitsReply(..) | Reading::Paused(_))
    }

    /// The new layer is up; `left` are the octets that were read before it and belong to the old one.
    ///
    /// # Errors
    /// `Misuse` without [`Event::Upgrade`]. `Injection`, for good, where octets are left behind STARTTLS; behind COMPRESS
    /// they belong to the new layer.
    pub fn upgraded(&mut self, left: &[u8]) -> Result<(), Error> {
        let Reading::Paused(exchange) = self.reading else {
            return Err(Error::misuse(self.framer.offset(), "Event::Upgrade before upgraded"));
        };
        if exchange == Exchange::StartTls && !left.is_empty() {
            let error = Error::new(ErrorKind::Injection, self.framer.offset(), "nothing behind STARTTLS");
            self.failed = Some(error.clone());
            return Err(error);
        }
        self.reading = Reading::Commands;
        Ok(())
    }
}

/// Octets of the largest non-synchronizing literal that `LITERAL-` allows (RFC 7888 section 5).
const MINUS: u64 = 4_096;

#[inline(always)]
fn read_command(frame: &Frame<'_>, options: &Options) -> Result<(Command, Deviations), Error> {
    if options.dialect().is_historic() {
        return historic::parse_command(frame, options);
    }
    let (frame, deviations) = check(frame, options)?;
    mail_wire::visited(frame.octets().len());
    let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth());
    match Command::parse_frame(&mut cursor) {
        Ok(command) => Ok((command, deviations.union(cursor.deviations()))),
        Err(error) => Err(error.in_frame(&frame)),
    }
}

fn malformed<'i>(frame: &[u8], error: Error) -> Event<'i> {
    let (tag, _) = head(frame);
    Event::Malformed(Malformed::new(tag, unit(frame, error)))
}

fn unit(frame: &[u8], error: Error) -> Unit {
    if is_secret(frame) { Unit::secret(frame, error) } else { Unit::new(frame, error) }
}
