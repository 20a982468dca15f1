//! The client's side: commands out, replies in.

use alloc::collections::VecDeque;

use bytes::BytesMut;
use mail_wire::fields::Fields;
use mail_wire::line::{Line, LineEnd, LineFramer, take_back};
use mail_wire::{Deviations, Error, ErrorKind, Leniency, Malformed, OutputState};

use crate::command::malformed_verb;
use crate::descriptor::DescriptorReader;
use crate::message::{MessageReader, MessageWriter, check_eight_bit};
use crate::{Command, Event, FollowedBy, Greeting, Options, Reply, ReplyCode, Row, RowKind, State, Verb};

/// Writes commands and reads what a repository answers.
///
/// A reply's code tells what follows it, so no command needs to be known for that. But the codec remembers what was
/// sent: it tells which command a reply [answers](Self::answered), follows the session's [state](Self::state), and
/// knows when the client's message is due. It is `Send` and `Sync`, holds no part of a message, and may be used while
/// an event is held.
///
/// RFC 1056 has one operation under way at a time. Several may be encoded all the same; a repository that reads lines
/// in order can't tell.
///
/// ```
/// use bytes::BytesMut;
/// use dmsp_proto::{ClientCodec, Command, Event, Row, Uid};
///
/// let (mut dmsp, mut output) = (ClientCodec::new(), BytesMut::new());
/// dmsp.encode(&Command::ListMailboxes, &mut output)?;
/// dmsp.encode(&Command::fetch_message("fred", Uid::new(2312))?, &mut output)?;
/// assert_eq!(output, "LIST-MAILBOXES\r\nFETCH-MESSAGE fred 2312\r\n");
///
/// let mut input = &b"200 ready\r\n230 mailbox list follows:\r\nfred 2313 10 1\r\n.\r\n251\r\n..dot\r\n.\r\n"[..];
/// while let Some(event) = dmsp.decode(&mut input)? {
///     match event {
///         Event::Reply(reply) => assert!(reply.is_ok()),
///         Event::Row(Row::Mailbox(mailbox)) => assert_eq!(mailbox.unseen(), 1),
///         Event::Data(octets) => assert_eq!(&octets[..], b".dot\r\n"),
///         _ => {}
///     }
/// }
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientCodec {
    options: Options,
    framer: LineFramer,
    /// Commands without their final replies, oldest first.
    pending: VecDeque<Pending>,
    reading: Reading,
    descriptor: DescriptorReader,
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

/// The reply that a command is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// One, and what its code is followed by.
    Reply,
    /// 350, then the client's message, then another; or else the end of it.
    Permission,
}

impl Due {
    pub(crate) fn of(verb: Verb) -> Self {
        if verb == Verb::SendMessage { Self::Permission } else { Self::Reply }
    }
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
    reason = "there is one for a session, and a box would be made for each message"
)]
enum Reading {
    Greeting,
    Replies,
    Listing(RowKind),
    /// The list ended inside a descriptor; the caller is to be told of its end.
    Ending,
    Message(MessageReader),
}

#[derive(Clone, Debug)]
enum Sending {
    Ready,
    /// The reply to SEND-MESSAGE is still to come.
    Awaits,
    Payload(MessageWriter),
}

impl Default for ClientCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl ClientCodec {
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
            reading: Reading::Greeting,
            descriptor: DescriptorReader::default(),
            sending: Sending::Ready,
            state: State::Greeting,
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
    /// Fatal and repeated by every later call: `Syntax` where a reply that may be followed by a list does not begin
    /// with a code, so that nothing behind it can be told apart; to a strict codec also where a message holds an octet
    /// above 127.
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
        match &mut self.reading {
            Reading::Greeting => Ok(self.greeting(input)),
            Reading::Replies => self.reply(input),
            Reading::Listing(_) => Ok(self.listing(input)),
            Reading::Ending => {
                self.reading = Reading::Replies;
                self.deviations = Deviations::new();
                Ok(Some(Event::End))
            }
            Reading::Message(reader) => {
                let Some((event, deviations)) = reader.next(input, &mut self.framer)? else {
                    return Ok(None);
                };
                self.deviations = deviations;
                if event == Event::End {
                    self.reading = Reading::Replies;
                }
                Ok(Some(event))
            }
        }
    }

    fn greeting<'i>(&mut self, input: &mut &'i [u8]) -> Option<Event<'i>> {
        let line = self.framer.next(input, self.options.limits().line())?;
        self.reading = Reading::Replies;
        if self.state == State::Greeting {
            self.state = State::Anonymous;
        }
        let (event, deviations) = match hear(&line, self.options.leniency()) {
            Ok((reply, deviations)) => (Event::Greeting(Greeting::from_reply(reply)), deviations),
            Err(error) => (Event::Malformed(Malformed::new(line.octets, error)), Deviations::new()),
        };
        self.deviations = deviations;
        Some(event)
    }

    fn reply<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        let Some(line) = self.framer.next(input, self.options.limits().line()) else {
            return Ok(None);
        };
        let front = self.pending.front().copied();
        self.answered = front.map(|pending| pending.verb);
        match hear(&line, self.options.leniency()) {
            Ok((reply, deviations)) => {
                self.deviations = deviations;
                let end = line.end;
                self.heard(front, reply.code(), end);
                Ok(Some(Event::Reply(reply)))
            }
            Err(error) if front.is_some_and(|pending| pending.verb.may_be_followed()) => Err(error),
            Err(error) => {
                let bad = Malformed::new(line.octets, error);
                self.deviations = Deviations::new();
                self.unheard();
                Ok(Some(Event::Malformed(bad)))
            }
        }
    }

    /// A reply to `front` came.
    fn heard(&mut self, front: Option<Pending>, code: ReplyCode, end: LineEnd) {
        self.pending.pop_front();
        match self.options.followed_by(code) {
            FollowedBy::Listing(kind) => self.reading = Reading::Listing(kind),
            FollowedBy::Message => {
                self.reading = Reading::Message(MessageReader::new(end, self.options.leniency()));
            }
            FollowedBy::Nothing | FollowedBy::ClientMessage => {}
        }
        let Some(pending) = front else { return };
        self.state = self.state.after(pending.verb, code);
        if pending.due != Due::Permission {
            return;
        }
        let may_send = code == ReplyCode::EnterMessage;
        if may_send {
            self.pending.push_front(Pending { due: Due::Reply, ..pending });
        }
        if pending.origin == Origin::Encoded {
            self.sending =
                if may_send { Sending::Payload(MessageWriter::new(&self.options)) } else { Sending::Ready };
        }
    }

    /// A line came that is no reply. It is counted as the answer, for a line that was lost is the likelier case than
    /// one too many.
    fn unheard(&mut self) {
        let front = self.pending.pop_front();
        if front.is_some_and(|pending| pending.due == Due::Permission)
            && matches!(self.sending, Sending::Awaits)
        {
            self.sending = Sending::Ready;
        }
    }

    fn listing<'i>(&mut self, input: &mut &'i [u8]) -> Option<Event<'i>> {
        let (limit, leniency) = (self.options.limits().line(), self.options.leniency());
        let Reading::Listing(kind) = self.reading else { return None };
        loop {
            let line = self.framer.next(input, limit)?;
            if line.is_terminator() {
                if let Some(cut) = self.descriptor.end(line.offset) {
                    self.deviations = Deviations::new();
                    self.reading = Reading::Ending;
                    return Some(Event::Malformed(cut));
                }
                self.deviations = line.check(Leniency::Lenient).unwrap_or_default();
                self.reading = Reading::Replies;
                return Some(Event::End);
            }
            let read = if kind == RowKind::Descriptor {
                self.descriptor.take(&line, leniency)
            } else {
                let row = Row::read(kind, &line, leniency);
                Some(row.map_err(|error| Malformed::new(line.octets, error)))
            };
            let Some(read) = read else { continue };
            let (event, deviations) = match read {
                Ok((row, deviations)) => (Event::Row(row), deviations),
                Err(bad) => (Event::Malformed(bad), Deviations::new()),
            };
            self.deviations = deviations;
            return Some(event);
        }
    }

    /// The repository has closed. Call until `Ok(None)`.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a line, a list or a message.
    pub fn finish(&mut self) -> Result<Option<Event<'static>>, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let expected = match &self.reading {
            Reading::Listing(_) => "the end of the list",
            Reading::Message(_) => "the end of the message",
            Reading::Ending => {
                self.reading = Reading::Replies;
                return Ok(Some(Event::End));
            }
            Reading::Greeting | Reading::Replies => return self.framer.finish().map(|()| None),
        };
        Err(Error::new(ErrorKind::UnexpectedEof, self.framer.offset(), expected))
    }

    /// Appends the wire form of `command` to `output` and remembers that it is due a reply.
    ///
    /// # Errors
    /// `output` and the codec are unchanged then. `Misuse` while a message is open or the reply to SEND-MESSAGE is
    /// awaited; `Limit` beyond [`Limits::outstanding`](crate::Limits::outstanding) or 512 octets; `Unsupported` for
    /// octets above 127, unless [they may pass](Options::with_eight_bit).
    pub fn encode(&mut self, command: &Command, output: &mut BytesMut) -> Result<(), Error> {
        match &self.sending {
            Sending::Ready => {}
            Sending::Awaits => return Err(self.misuse("the reply to SEND-MESSAGE: decode it first")),
            Sending::Payload(_) => return Err(self.misuse("encode_data, then encode_end")),
        }
        self.room()?;
        let start = output.len();
        command.encode(output)?;
        let written = output.get(start..).unwrap_or_default();
        if let Err(error) = check_eight_bit(written, self.options.eight_bit()) {
            take_back(output, start);
            return Err(error);
        }
        let verb = command.verb();
        if Due::of(verb) == Due::Permission {
            self.sending = Sending::Awaits;
        }
        self.push(verb, Origin::Encoded);
        Ok(())
    }

    /// Octets of the message that SEND-MESSAGE announced.
    ///
    /// # Errors
    /// Nothing is written then. `Misuse` where no message is open; `Syntax` as
    /// [`LineEnds::Reject`](crate::LineEnds::Reject) has it; `Unsupported` for octets above 127, unless [they may
    /// pass](Options::with_eight_bit).
    pub fn encode_data(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        match &mut self.sending {
            Sending::Payload(writer) => writer.encode(chunk, output),
            _ => Err(self.misuse("SEND-MESSAGE, and the reply 350")),
        }
    }

    /// Ends that message.
    ///
    /// # Errors
    /// As for [`encode_data`](Self::encode_data).
    pub fn encode_end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        match &mut self.sending {
            Sending::Payload(writer) => writer.end(output)?,
            _ => return Err(self.misuse("SEND-MESSAGE, and the reply 350")),
        }
        self.sending = Sending::Ready;
        Ok(())
    }

    /// What must happen before more can be written.
    pub fn output_state(&self) -> OutputState {
        match &self.sending {
            Sending::Ready => OutputState::Ready,
            Sending::Awaits => OutputState::AwaitsContinuation,
            Sending::Payload(_) => OutputState::Payload { octets: None },
        }
    }

    /// Someone else sent this command: for proxies and dissectors, which see both directions.
    ///
    /// # Errors
    /// `Limit` beyond [`Limits::outstanding`](crate::Limits::outstanding).
    pub fn sent(&mut self, command: &Command) -> Result<(), Error> {
        self.room()?;
        self.push(command.verb(), Origin::Sent);
        Ok(())
    }

    /// Someone else sent a line that a server codec called malformed. The repository may understand it all the same.
    ///
    /// # Errors
    /// As for [`sent`](Self::sent).
    pub fn sent_malformed(&mut self, bad: &Malformed) -> Result<(), Error> {
        self.room()?;
        let verb = malformed_verb(bad.raw());
        self.pending.push_back(Pending { verb, due: Due::Reply, origin: Origin::Sent });
        Ok(())
    }

    /// Whether `decode` takes nothing for now: never. Codecs of protocols whose layers change have this method, too.
    pub fn paused(&self) -> bool {
        false
    }

    /// The operation that the last reply, row, data or end belongs to; `None` for an unsolicited reply. 403, 404, 430
    /// and 440 mean one thing to one operation and another to the next.
    pub fn answered(&self) -> Option<Verb> {
        self.answered
    }

    /// What was forgiven in the unit decoded last; for a message, it is told with its end.
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

    fn push(&mut self, verb: Verb, origin: Origin) {
        self.pending.push_back(Pending { verb, due: Due::of(verb), origin });
    }

    fn misuse(&self, expected: &'static str) -> Error {
        Error::misuse(self.framer.offset(), expected)
    }
}

/// Reads a line that begins with a code. Offsets of errors are those of the stream.
fn hear(line: &Line<'_>, leniency: Leniency) -> Result<(Reply, Deviations), Error> {
    line.read(leniency, |octets| {
        let mut fields = Fields::new(octets, leniency);
        let reply = Reply::parse(&mut fields)?;
        Ok((reply, fields.deviations))
    })
}
