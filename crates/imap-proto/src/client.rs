//! The client's side: responses in, commands out.

use alloc::borrow::Cow;
use alloc::collections::btree_map::Entry;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::frame::{Frame, Framer, Step, Stream, head};
use imap_wire::{Cursor, LiteralPolicy, NonSynchronizing, Outbox, Tag, Writer, announces_literal};
use mail_wire::sasl::{self, decode_base64};
use mail_wire::{Deviation, Deviations, Error, ErrorKind, Leniency, Malformed as Unit, OutputState};

use crate::core::{Capabilities, Condition, ListData, StatusResponse};
use crate::fetch::{Fetch, Scratch};
use crate::historic;
use crate::literal_start::{Context, Delivery, FetchScan, LiteralStart};
use crate::response::front_of_fetch;
use crate::state::Kind;
use crate::unit::check;
use crate::{Command, Continuation, Dialect, Event, Malformed, Options, Response, State};

/// Writes commands and reads responses.
///
/// It remembers which commands wait for their tagged responses, and what a `+` is for. Commands may be pipelined: what
/// must wait for a `+` is kept inside, together with all behind it, until [`resume`](Self::resume).
///
/// ```
/// use bytes::BytesMut;
/// use imap_proto::{ClientCodec, CommandBody, Event, OutputState};
///
/// let (mut imap, mut output) = (ClientCodec::new(), BytesMut::new());
/// imap.encode(&CommandBody::login("alice", "p\u{e4}ss")?.tag("a1")?, &mut output)?;
/// imap.encode(&CommandBody::select("INBOX")?.tag("a2")?, &mut output)?;
/// // The password needs a literal, so the rest waits.
/// assert_eq!(output.split(), "a1 LOGIN alice {5}\r\n");
/// assert_eq!(imap.output_state(), OutputState::AwaitsContinuation);
/// let mut input = &b"* OK ready\r\n+ go ahead\r\n"[..];
/// while let Some(event) = imap.decode(&mut input)? {
///     imap.resume(&mut output)?;
/// }
/// assert_eq!(output, "p\u{e4}ss\r\na2 SELECT INBOX\r\n");
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientCodec {
    options: Options,
    framer: Framer,
    scratch: Scratch,
    scan: FetchScan,
    /// The response under way is a status response, and its code is still open.
    in_code: bool,
    outbox: Outbox,
    /// Commands without their tagged responses.
    pending: BTreeMap<Tag, Kind>,
    /// The command that has the connection for itself.
    exchange: Option<(Tag, Kind)>,
    /// A challenge came that was not answered.
    challenged: bool,
    /// IDLE commands that got neither their `+` nor an answer: DONE may have followed them at once.
    idles: VecDeque<Tag>,
    reading: Reading,
    state: State,
    deviations: Deviations,
    failed: Option<Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Responses,
    /// The new layer was agreed on; the caller is to be told.
    Upgrading(Layer),
    /// Nothing of ours: another layer is being set up.
    Paused(Layer),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    Tls,
    Deflate,
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
            scratch: Scratch::default(),
            scan: FetchScan::default(),
            in_code: false,
            outbox: Outbox::new(),
            pending: BTreeMap::new(),
            exchange: None,
            challenged: false,
            idles: VecDeque::new(),
            reading: Reading::Responses,
            state: State::Greeting,
            deviations: Deviations::new(),
            failed: None,
        }
    }

    /// Takes what it can from the front of `input`. `Ok(None)`: all was taken, read more (or the codec
    /// [is paused](Self::paused)). Call [`resume`](Self::resume) after every event.
    ///
    /// Keep `input` in a variable: `decode(&mut &buffer[..n])` in a loop would feed the same octets for ever.
    ///
    /// # Errors
    /// None but one that came before, from [`upgraded`](Self::upgraded): every odd unit is [`Event::Malformed`].
    #[inline]
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        // An octet alone that ends nothing changes nothing but the frame, and the room for an event is left alone.
        if matches!(self.reading, Reading::Responses) && self.framer.take_octet(input, self.options.limits())
        {
            return Ok(None);
        }
        self.decode_more(input)
    }

    fn decode_more<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        match self.reading {
            Reading::Responses => {}
            Reading::Upgrading(layer) => {
                self.reading = Reading::Paused(layer);
                return Ok(Some(Event::Upgrade));
            }
            Reading::Paused(_) => return Ok(None),
        }
        loop {
            let limits = self.options.limits();
            let is_challenged = self.is_challenged();
            let in_code = &mut self.in_code;
            match self.framer.next(input, limits, |piece| announces_literal(piece, in_code)) {
                Step::More => return Ok(None),
                Step::Data(octets) => return Ok(Some(Event::Data(Cow::Borrowed(octets)))),
                Step::LiteralEnd => return Ok(Some(Event::LiteralEnd)),
                Step::Literal(header) => {
                    let frame = self.framer.frame_so_far();
                    self.scan.advance(frame, self.options.dialect());
                    let is_large = header.octets() > limits.inline_literal() as u64;
                    if is_large && let Some(context) = self.scan.context(frame) {
                        self.scan.pass(0);
                        self.framer.stream();
                        let start = LiteralStart::new(header, Delivery::Streamed, Context::Fetch(context));
                        return Ok(Some(Event::LiteralStart(start)));
                    }
                    self.scan.pass(usize::try_from(header.octets()).unwrap_or(usize::MAX));
                    self.framer.join(limits);
                }
                Step::Frame(frame) => {
                    // Only literals are looked for.
                    if frame.has_literals() {
                        self.scan = FetchScan::default();
                    }
                    // The most frequent response, which changes nothing here, is not moved through what all may be.
                    if let Some((fetch, deviations)) = parse_fetch(&frame, &self.options, &mut self.scratch) {
                        self.deviations = deviations;
                        return Ok(Some(Event::Response(Response::Fetch(fetch))));
                    }
                    if let Some((list, deviations)) = parse_list(&frame, &self.options) {
                        self.deviations = deviations;
                        return Ok(Some(Event::Response(Response::List(list))));
                    }
                    let parsed = parse(&frame, &self.options, &mut self.scratch, is_challenged);
                    self.challenged |= is_challenged && frame.octets().starts_with(b"+");
                    let is_odd = self.state == State::Greeting
                        && parsed.as_ref().is_ok_and(|(response, _)| is_odd_greeting(response));
                    let error = match parsed {
                        Ok(_) if is_odd && self.options.leniency() == Leniency::Strict => {
                            Error::syntax(frame.stream_offset(2), "OK, PREAUTH or BYE")
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
        matches!(self.exchange, Some((_, Kind::Authenticate)))
            && self.outbox.state() == OutputState::Ready
            && self.idles.is_empty()
    }

    /// What a response changes here.
    #[inline]
    fn received<'i>(&mut self, response: Response) -> Event<'i> {
        match response {
            Response::Status(status) => match status.tag() {
                Some(_) => {
                    self.completed(&status);
                    Event::Response(status.into())
                }
                None => self.untagged(status),
            },
            Response::Continuation(continuation) => {
                self.proceed();
                Event::Response(continuation.into())
            }
            data => {
                // In IMAP3, BYE may have a tag.
                if let Response::Status(status) = data.data() {
                    self.state = self.state.told(status);
                }
                Event::Response(data)
            }
        }
    }

    /// A `+` came: for an IDLE that went before what waits in the outbox, else for that.
    fn proceed(&mut self) {
        let is_idle_behind =
            matches!(self.exchange, Some((_, Kind::Idle))) && self.outbox.state() != OutputState::Ready;
        if self.idles.len() > usize::from(is_idle_behind) {
            self.idles.pop_front();
        } else {
            self.outbox.proceed();
        }
    }

    fn untagged<'i>(&mut self, status: StatusResponse) -> Event<'i> {
        let is_greeting = self.state == State::Greeting;
        self.state = self.state.told(&status);
        if is_greeting { Event::Greeting(status) } else { Event::Response(status.into()) }
    }

    fn completed(&mut self, status: &StatusResponse) {
        let Some(tag) = status.tag() else { return };
        let is_ok = status.condition() == Condition::Ok;
        // Once it is answered, nobody says `+` to the rest of it.
        self.outbox.cancel(tag);
        let Some(kind) = self.pending.remove(tag) else { return };
        if self.exchange.as_ref().is_some_and(|(exchange, _)| exchange == tag) {
            self.exchange = None;
            self.challenged = false;
        }
        self.state = self.state.answered(kind, status.condition());
        match kind {
            Kind::StartTls if is_ok => self.reading = Reading::Upgrading(Layer::Tls),
            Kind::Compress if is_ok => self.reading = Reading::Upgrading(Layer::Deflate),
            Kind::Version(dialect) if is_ok => self.options = self.options.with_dialect(dialect),
            Kind::Idle => self.idles.retain(|idle| idle != tag),
            _ => {}
        }
    }

    /// The server has closed. Call until `Ok(None)`.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a response.
    pub fn finish(&mut self) -> Result<Option<Event<'static>>, Error> {
        match &self.failed {
            Some(error) => Err(error.clone()),
            None => self.framer.finish().map(|()| None),
        }
    }

    /// Writes the command, as far as it may go now; what must wait for a `+` is kept, up to
    /// [`queued_octets`](imap_wire::Limits::queued_octets). A literal that is streamed opens a payload when its turn comes:
    /// [`output_state`](Self::output_state) tells.
    ///
    /// # Errors
    /// `output` and the codec are unchanged then. `Misuse` where the command is out of order: while a payload is open, inside
    /// AUTHENTICATE, IDLE or a change of layer, or with a tag that is in use; `Limit` where too many commands or octets wait.
    pub fn encode(&mut self, command: &Command, output: &mut BytesMut) -> Result<(), Error> {
        self.check()?;
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
        let dialect = self.options.dialect();
        let mut writer = Writer::new(output, &mut stops, policy, dialect.is_utf8());
        let written = command.encode(dialect, &mut writer);
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

    fn check(&self) -> Result<(), Error> {
        let exchange = self.exchange.as_ref().map(|(_, kind)| *kind);
        let missing = match (self.outbox.state(), exchange, self.reading) {
            (OutputState::Payload { .. }, ..) => "encode_data, then encode_end",
            (_, Some(Kind::Authenticate), _) => "encode_answer until AUTHENTICATE is answered",
            (_, Some(Kind::Idle), _) => "encode_done before the next command",
            (_, Some(_), _) => "the answer to the command that changes the layer",
            (_, _, Reading::Upgrading(_) | Reading::Paused(_)) => "upgraded before the next command",
            _ => return Ok(()),
        };
        Err(Error::misuse(0, missing))
    }

    /// A command that was written may have the connection for itself from now on.
    fn begin(&mut self, command: &Command, kind: Kind) {
        if kind == Kind::Idle && !self.idles.contains(command.tag()) {
            self.idles.push_back(command.tag().clone());
        }
        if matches!(kind, Kind::Authenticate | Kind::Idle | Kind::StartTls | Kind::Compress) {
            self.exchange = Some((command.tag().clone(), kind));
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

    /// `DONE`: ends IDLE. Its tagged response follows.
    ///
    /// # Errors
    /// `Misuse` outside of IDLE, and while an earlier command waits for its `+`.
    pub fn encode_done(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        if !matches!(self.exchange, Some((_, Kind::Idle))) || self.outbox.state() != OutputState::Ready {
            return Err(Error::misuse(0, "IDLE before DONE"));
        }
        output.extend_from_slice(b"DONE\r\n");
        self.exchange = None;
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
        if !self.pending.contains_key(command.tag()) {
            self.room()?;
        }
        let kind = Kind::of(command.body());
        self.pending.insert(command.tag().clone(), kind);
        self.begin(command, kind);
        Ok(())
    }

    fn room(&self) -> Result<(), Error> {
        if self.pending.len() >= self.options.limits().outstanding() {
            return Err(Error::limit(0, "fewer commands without their responses"));
        }
        Ok(())
    }

    /// Someone else sent DONE.
    pub fn sent_done(&mut self) {
        if matches!(self.exchange, Some((_, Kind::Idle))) {
            self.exchange = None;
        }
    }

    /// What the server can do: from now on literals go without a `+`, as far as it takes them so (RFC 7888).
    pub fn peer(&mut self, capabilities: &Capabilities) {
        self.options = self.options.with_literals(capabilities.literal());
    }

    /// The edition to speak from now on: what ENABLE switched on ([`ClientSession::dialect`](crate::ClientSession::dialect)).
    pub fn speak(&mut self, dialect: Dialect) {
        self.options = self.options.with_dialect(dialect);
    }

    /// How it reads and writes.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Where the session is; [`ClientSession`](crate::ClientSession) knows more of it.
    pub fn state(&self) -> State {
        self.state
    }

    /// What was forgiven in the last event.
    pub fn deviations(&self) -> Deviations {
        self.deviations
    }

    /// Whether it takes nothing: behind [`Event::Upgrade`], until [`upgraded`](Self::upgraded).
    pub fn paused(&self) -> bool {
        matches!(self.reading, Reading::Paused(_))
    }

    /// The new layer is up; `left` are the octets that were read before it and belong to the old one.
    ///
    /// # Errors
    /// `Misuse` without [`Event::Upgrade`]. `Injection`, for good, where octets are left behind STARTTLS; behind COMPRESS
    /// they belong to the new layer.
    pub fn upgraded(&mut self, left: &[u8]) -> Result<(), Error> {
        let Reading::Paused(layer) = self.reading else {
            return Err(Error::misuse(self.framer.offset(), "Event::Upgrade before upgraded"));
        };
        if layer == Layer::Tls {
            // What was said in clear text counts no more.
            self.options = self.options.with_literals(NonSynchronizing::No);
            if !left.is_empty() {
                let error = Error::new(
                    ErrorKind::Injection,
                    self.framer.offset(),
                    "nothing behind the answer to STARTTLS",
                );
                self.failed = Some(error.clone());
                return Err(error);
            }
        }
        self.reading = Reading::Responses;
        Ok(())
    }
}

/// A FETCH response without faults, in the spelling of nearly all servers.
#[inline(always)]
fn parse_fetch(frame: &Frame<'_>, options: &Options, scratch: &mut Scratch) -> Option<(Fetch, Deviations)> {
    let number = front_of_fetch(frame.octets())?;
    if options.dialect().is_historic() {
        return None;
    }
    let (frame, deviations) = check(frame, options).ok()?;
    mail_wire::visited(frame.octets().len());
    let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth());
    let fetch = Fetch::parse_behind(number, &mut cursor, scratch, frame.octets()).ok()?;
    Some((fetch, deviations.union(cursor.deviations())))
}

/// A LIST response without faults, in the spelling of nearly all servers.
#[inline]
fn parse_list(frame: &Frame<'_>, options: &Options) -> Option<(ListData, Deviations)> {
    const FRONT: &[u8] = b"* LIST (";
    if !frame.octets().starts_with(FRONT) {
        return None;
    }
    let (frame, deviations) = check(frame, options).ok()?;
    mail_wire::visited(frame.octets().len());
    let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth());
    cursor.skip(FRONT.len().wrapping_sub(1));
    let list = ListData::parse(&mut cursor).ok()?;
    cursor.end().ok()?;
    Some((list, deviations.union(cursor.deviations())))
}

#[inline(never)]
fn parse(
    frame: &Frame<'_>,
    options: &Options,
    scratch: &mut Scratch,
    is_challenged: bool,
) -> Result<(Response, Deviations), Error> {
    let is_challenge = is_challenged && frame.octets().starts_with(b"+");
    if options.dialect().is_historic() && !is_challenge {
        return historic::parse_response(frame, options, scratch);
    }
    let (frame, deviations) = check(frame, options)?;
    mail_wire::visited(frame.octets().len());
    if is_challenge {
        return challenge(&frame, options.leniency());
    }
    let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth());
    match Response::parse_frame(&mut cursor, scratch, frame.octets()) {
        Ok(response) => Ok((response, deviations.union(cursor.deviations()))),
        Err(error) => Err(error.in_frame(&frame)),
    }
}

/// The first response of a connection is OK, PREAUTH or BYE (RFC 9051 section 7.1).
fn is_odd_greeting(response: &Response) -> bool {
    matches!(response, Response::Status(status)
        if status.tag().is_none() && matches!(status.condition(), Condition::No | Condition::Bad))
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
