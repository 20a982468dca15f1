//! The repository's side: commands in, replies out.

use alloc::collections::VecDeque;

use bytes::BytesMut;
use mail_wire::line::{Line, LineEnd, LineFramer, take_back};
use mail_wire::{Deviations, Error, ErrorKind, Malformed, OutputState};

use crate::client::Due;
use crate::command::{malformed_verb, parse_command};
use crate::message::{MessageReader, MessageWriter, check_eight_bit};
use crate::{Event, FollowedBy, Options, Reply, ReplyCode, Response, Row, RowKind, State, Verb};

/// Reads commands and writes replies.
///
/// It remembers which commands wait for their replies, and refuses a reply that is none to the command (200 to
/// FETCH-MESSAGE, say). It does not judge whether a command is allowed where it comes: ask [`State::permits`].
///
/// ```
/// use bytes::BytesMut;
/// use dmsp_proto::{Command, Event, Greeting, Reply, ReplyCode, ServerCodec};
///
/// let (mut dmsp, mut output) = (ServerCodec::new(), BytesMut::new());
/// dmsp.encode(&Greeting::version("3.0.0")?.into(), &mut output)?;
/// let mut input = &b"FETCH-MESSAGE fred 2312\r\nFETCH-MESSAGE fred\r\n"[..];
/// while let Some(event) = dmsp.decode(&mut input)? {
///     match event {
///         Event::Command(Command::FetchMessage { .. }) => {
///             dmsp.encode(&ReplyCode::Message.into(), &mut output)?;
///             dmsp.encode_data(b".dot\r\n", &mut output)?;
///             dmsp.encode_end(&mut output)?;
///         }
///         Event::Malformed(bad) => dmsp.encode(&Reply::from(&bad).into(), &mut output)?,
///         _ => dmsp.encode(&ReplyCode::LoginFirst.into(), &mut output)?,
///     }
/// }
/// assert_eq!(
///     output,
///     "200 Pcmail repository version 3.0.0 ready\r\n251 Message follows:\r\n..dot\r\n.\r\n500 expected SP\r\n"
/// );
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServerCodec {
    options: Options,
    framer: LineFramer,
    /// Commands without their final replies, oldest first.
    pending: VecDeque<Pending>,
    reading: Reading,
    sending: Sending,
    /// How the SEND-MESSAGE line ended: so will the message.
    end: LineEnd,
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
    reason = "there is one for a session, and a box would be made for each message"
)]
enum Reading {
    Commands,
    /// The reply to SEND-MESSAGE decides.
    AwaitsReply,
    /// The client's message.
    Message(MessageReader),
}

#[derive(Clone, Debug)]
enum Sending {
    Greeting,
    Ready,
    /// Rows of this kind, to this operation; so many were written.
    Listing {
        kind: RowKind,
        verb: Verb,
        rows: u32,
    },
    Message(MessageWriter),
}

impl Default for ServerCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl ServerCodec {
    /// A codec with default [`Options`], in front of the banner.
    pub fn new() -> Self {
        Self::with_options(Options::new())
    }

    /// A codec in front of the banner.
    pub fn with_options(options: Options) -> Self {
        Self {
            options,
            framer: LineFramer::new(),
            pending: VecDeque::new(),
            reading: Reading::Commands,
            sending: Sending::Greeting,
            end: LineEnd::CrLf,
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
    /// Only to a strict codec, where a message holds an octet above 127; fatal and repeated by every later call. Every
    /// odd line is [`Event::Malformed`].
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if self.paused() {
            return Ok(None);
        }
        if let Reading::Message(reader) = &mut self.reading {
            let read = reader.next(input, &mut self.framer).inspect_err(|error| {
                self.failed = Some(error.clone());
            });
            let Some((event, deviations)) = read? else { return Ok(None) };
            self.deviations = deviations;
            if event == Event::End {
                self.reading = Reading::Commands;
            }
            return Ok(Some(event));
        }
        let Some(line) = self.framer.next(input, self.options.limits().line()) else {
            return Ok(None);
        };
        let (event, deviations) = read_command(&line, &self.options);
        self.deviations = deviations;
        let pending = match &event {
            Event::Command(command) => Pending { verb: command.verb(), due: Due::of(command.verb()) },
            _ => Pending { verb: malformed_verb(line.octets), due: Due::Reply },
        };
        self.pending.push_back(pending);
        if pending.due == Due::Permission {
            self.reading = Reading::AwaitsReply;
            self.end = line.end;
        }
        Ok(Some(event))
    }

    /// The client has closed. Call until `Ok(None)`.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a line or a message: what was to be done has not been asked for (RFC 1056 section 4.3).
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
    /// A reply answers the oldest command that has none. Its code may open a list: rows follow, then
    /// [`encode_end`](Self::encode_end); or a message: [`encode_data`](Self::encode_data), then `encode_end`. 350
    /// opens the client's message, which is then decoded. 4xx and 5xx may come unasked, before the repository closes.
    ///
    /// # Errors
    /// `output` and the codec are unchanged then. `Misuse` where the response is out of order, or no answer to the
    /// command; `Limit` beyond 512 octets in a line; `Unsupported` for octets above 127, unless [they may
    /// pass](Options::with_eight_bit).
    pub fn encode(&mut self, response: &Response, output: &mut BytesMut) -> Result<(), Error> {
        match (&mut self.sending, response) {
            (Sending::Message(_), _) => return Err(self.misuse("encode_data, then encode_end")),
            (Sending::Listing { kind, verb, rows }, Response::Row(row)) => {
                let (kind, verb, written) = (*kind, *verb, *rows);
                fits_list(row, kind, verb, written).map_err(|want| self.misuse(want))?;
                self.write(response, output)?;
                if let Sending::Listing { rows, .. } = &mut self.sending {
                    *rows = written.saturating_add(1);
                }
                return Ok(());
            }
            (Sending::Listing { .. }, _) => return Err(self.misuse("rows, then encode_end")),
            (Sending::Greeting, Response::Greeting(_)) => {
                self.write(response, output)?;
                return self.sent(response);
            }
            (Sending::Greeting, _) => return Err(self.misuse("the greeting first")),
            (Sending::Ready, Response::Greeting(_)) => return Err(self.misuse("one greeting only")),
            (Sending::Ready, Response::Row(_)) => return Err(self.misuse("a reply before its rows")),
            (Sending::Ready, Response::Reply(_)) => {}
        }
        let Response::Reply(reply) = response else { return Ok(()) };
        let front = self.pending.front().copied();
        match front {
            Some(pending) => fits(reply, pending).map_err(|want| self.misuse(want))?,
            None if reply.is_ok() => return Err(self.misuse("a command to be answered")),
            None => {}
        }
        if matches!(self.reading, Reading::Message(_)) && reply.is_ok() {
            // The oldest command is the SEND-MESSAGE whose message is under way. It may fail before its end.
            return Err(self.misuse("the end of the client's message before the reply to it"));
        }
        self.write(response, output)?;
        self.sent(response)?;
        let verb = front.map_or(Verb::Other, |pending| pending.verb);
        match self.options.followed_by(reply.code()) {
            FollowedBy::Listing(kind) => self.sending = Sending::Listing { kind, verb, rows: 0 },
            FollowedBy::Message => self.sending = Sending::Message(MessageWriter::new(&self.options)),
            FollowedBy::Nothing | FollowedBy::ClientMessage => {}
        }
        Ok(())
    }

    fn write(&self, response: &Response, output: &mut BytesMut) -> Result<(), Error> {
        let start = output.len();
        response.encode(output)?;
        let written = output.get(start..).unwrap_or_default();
        check_eight_bit(written, self.options.eight_bit()).inspect_err(|_| take_back(output, start))
    }

    /// Octets of the message that is open.
    ///
    /// # Errors
    /// Nothing is written then. `Misuse` where none is; `Syntax` as [`LineEnds::Reject`](crate::LineEnds::Reject) has
    /// it; `Unsupported` for octets above 127, unless [they may pass](Options::with_eight_bit). A message that can't be
    /// sent to its end leaves closing the connection: look at it before 251 is written.
    pub fn encode_data(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        match &mut self.sending {
            Sending::Message(writer) => writer.encode(chunk, output),
            _ => Err(self.misuse("ReplyCode::Message before its data")),
        }
    }

    /// Ends the message or the list that is open.
    ///
    /// # Errors
    /// `Misuse` where none is, or where COPY-MESSAGE has no descriptor yet; as for
    /// [`encode_data`](Self::encode_data).
    pub fn encode_end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        match &mut self.sending {
            Sending::Message(writer) => writer.end(output)?,
            Sending::Listing { kind: RowKind::Descriptor, verb: Verb::CopyMessage, rows: 0 } => {
                return Err(self.misuse("the copy's descriptor"));
            }
            Sending::Listing { .. } => output.extend_from_slice(b".\r\n"),
            _ => return Err(self.misuse("the reply that opens a message or a list before their end")),
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
    /// messages need not be told.
    ///
    /// # Errors
    /// None today; the signature is the same in all crates.
    pub fn sent(&mut self, response: &Response) -> Result<(), Error> {
        match response {
            Response::Greeting(_) => {
                self.sending = Sending::Ready;
                if self.state == State::Greeting {
                    self.state = State::Anonymous;
                }
            }
            Response::Row(_) => {}
            Response::Reply(reply) => self.answer(reply.code()),
        }
        Ok(())
    }

    /// Someone else sent a line that is no response; a client counts it as the answer to the oldest command.
    ///
    /// # Errors
    /// None today; the signature is the same in all crates.
    pub fn sent_malformed(&mut self) -> Result<(), Error> {
        self.answer(ReplyCode::Syntax);
        Ok(())
    }

    /// The oldest command has a reply.
    fn answer(&mut self, code: ReplyCode) {
        let Some(pending) = self.pending.pop_front() else { return };
        self.state = self.state.after(pending.verb, code);
        if pending.due != Due::Permission {
            return;
        }
        self.reading = if code == ReplyCode::EnterMessage {
            self.pending.push_front(Pending { due: Due::Reply, ..pending });
            Reading::Message(MessageReader::new(self.end, self.options.leniency()))
        } else {
            Reading::Commands
        };
    }

    /// Whether `decode` takes nothing for now: the reply to SEND-MESSAGE decides what comes next, or too many
    /// commands wait for replies.
    pub fn paused(&self) -> bool {
        match &self.reading {
            Reading::AwaitsReply => true,
            Reading::Commands => self.pending.len() >= self.options.limits().outstanding(),
            Reading::Message(_) => false,
        }
    }

    /// What was forgiven in the unit decoded last; for a message, it is told with its end.
    pub fn deviations(&self) -> Deviations {
        self.deviations
    }

    /// How many commands wait for their replies.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }

    /// Where the session is, as the replies tell. Ask it which operations it [permits](State::permits).
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

/// Whether this may answer the command; if not, what would.
fn fits(reply: &Reply, pending: Pending) -> Result<(), &'static str> {
    let code = reply.code();
    if !code.is_ok() {
        return Ok(());
    }
    match (pending.due, code) {
        (Due::Permission, ReplyCode::EnterMessage) => return Ok(()),
        (Due::Permission, _) => return Err("350, or a failure"),
        (Due::Reply, ReplyCode::EnterMessage) => {
            return Err("350 as the first answer to SEND-MESSAGE only");
        }
        (Due::Reply, _) => {}
    }
    match (pending.verb.spec(), code) {
        // What an operation that is not known is answered with, its author knows.
        (None, _) | (_, ReplyCode::Other(_)) => Ok(()),
        (Some(spec), code) if spec.success.contains(&code) => Ok(()),
        _ => Err("a code that answers the operation: CommandSpec::success"),
    }
}

/// Whether this may be the next row of a list; if not, what would.
fn fits_list(row: &Row, kind: RowKind, verb: Verb, written: u32) -> Result<(), &'static str> {
    match (row, verb) {
        _ if row.kind() != kind => Err("a row of the list's kind"),
        (Row::Descriptor(_), Verb::CopyMessage) if written > 0 => Err("one descriptor only"),
        (Row::Expunged(_), Verb::FetchChangedDescriptors | Verb::Other) => Ok(()),
        (Row::Expunged(_), _) => Err("a descriptor: expunged messages are for FETCH-CHANGED-DESCRIPTORS"),
        _ => Ok(()),
    }
}

fn read_command(line: &Line<'_>, options: &Options) -> (Event<'static>, Deviations) {
    match line.read(options.leniency(), |octets| parse_command(octets, options)) {
        Ok((command, deviations)) => (Event::Command(command), deviations),
        Err(error) => (Event::Malformed(Malformed::command(line.octets, error, &SECRET)), Deviations::new()),
    }
}

/// The commands that carry a password, or what is as good as one.
const SECRET: [&str; 2] = ["LOGIN", "SET-PASSWORD"];
