//! What a client knows of its session.

use imap_wire::Tag;
use mail_wire::Error;

use super::mailbox::Data;
use super::{Access, Enabled, Pending, SelectedMailbox};
use crate::core::{Capabilities, Capability, Condition, MailboxName, ResponseCode, StatusResponse};
use crate::state::Kind;
use crate::{Command, CommandBody, Dialect, Event, HistoricCommand, Limits, Response, State};

/// Follows a session on the client's side: its state, its mailbox, what the server can do and what is enabled.
///
/// It is told of every command that is sent and of every event that is decoded. It forbids nothing: whether a command may be
/// given is [`State::permits`]'s to say, and commands may be pipelined ahead of their state.
///
/// ```
/// use bytes::BytesMut;
/// use imap_proto::{Access, ClientCodec, ClientSession, CommandBody, State};
///
/// let (mut imap, mut session, mut output) = (ClientCodec::new(), ClientSession::new(), BytesMut::new());
/// for (tag, body) in [("a1", CommandBody::login("alice", "secret")?), ("a2", CommandBody::select("INBOX")?)] {
///     let command = body.tag(tag)?;
///     imap.encode(&command, &mut output)?;
///     session.sent(&command)?;
/// }
/// let mut input = &b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n\
///     a1 OK [CAPABILITY IMAP4rev1 IDLE] welcome\r\n\
///     * 172 EXISTS\r\n\
///     * OK [UIDVALIDITY 3857529045] UIDs valid\r\n\
///     a2 OK [READ-WRITE] done\r\n\
///     * 44 EXPUNGE\r\n"[..];
/// while let Some(event) = imap.decode(&mut input)? {
///     session.received(&event);
/// }
/// assert_eq!(session.state(), State::Selected);
/// assert!(session.capabilities().is_some_and(|all| all.has("IDLE") && !all.has("AUTH=PLAIN")));
/// let mailbox = session.mailbox().unwrap();
/// assert_eq!((mailbox.exists(), mailbox.uid_validity()), (171, Some(3857529045)));
/// assert_eq!((mailbox.name().is_inbox(), mailbox.access()), (true, Access::ReadWrite));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClientSession {
    state: State,
    mailbox: Option<SelectedMailbox>,
    /// What was told since a SELECT is under way: of the mailbox that will be the next, if it will be one.
    next: Data,
    capabilities: Option<(Capabilities, CapabilitySource)>,
    /// They came while a login was under way, without having been asked for.
    renewed: bool,
    enabled: Enabled,
    pending: Pending<Option<(MailboxName, Access)>>,
}

/// Which response told the capabilities that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[allow(clippy::exhaustive_enums, reason = "they can stand nowhere else")]
pub enum CapabilitySource {
    /// The code of the greeting.
    Greeting,
    /// `* CAPABILITY`, or the code of an untagged OK.
    Untagged,
    /// The code of a tagged OK.
    Tagged,
}

impl Default for ClientSession {
    fn default() -> Self {
        Self::new()
    }
}

impl ClientSession {
    /// A session in front of its greeting.
    pub fn new() -> Self {
        Self::with_limits(Limits::client())
    }

    /// A session in front of its greeting, with at most [`outstanding`](Limits::outstanding) commands under way.
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            state: State::Greeting,
            mailbox: None,
            next: Data::default(),
            capabilities: None,
            renewed: false,
            enabled: Enabled::default(),
            pending: Pending::new(limits),
        }
    }

    /// The command was sent.
    ///
    /// # Errors
    /// `Misuse` for a tag that is in use, `Limit` where too many commands are under way; nothing is changed then.
    pub fn sent(&mut self, command: &Command) -> Result<(), Error> {
        let selects = match command.body() {
            CommandBody::Select(select) => Some((select.mailbox().clone(), Access::ReadWrite)),
            CommandBody::Examine(select) => Some((select.mailbox().clone(), Access::ReadOnly)),
            CommandBody::Historic(HistoricCommand::Bboard(name)) => Some((name.clone(), Access::ReadWrite)),
            _ => None,
        };
        self.pending.insert(command.tag(), Kind::of(command.body()), selects)
    }

    /// The event was decoded.
    pub fn received(&mut self, event: &Event<'_>) {
        match event {
            Event::Greeting(greeting) => self.untagged(greeting, CapabilitySource::Greeting),
            Event::Response(Response::Status(status)) => match status.tag() {
                Some(tag) => self.answered(tag, status),
                None => self.untagged(status, CapabilitySource::Untagged),
            },
            Event::Response(Response::Capability(capabilities)) => {
                self.told_capabilities(capabilities, CapabilitySource::Untagged);
            }
            // What nobody asked for is not kept.
            Event::Response(Response::Enabled(capabilities)) if self.pending.has(Kind::Enable) => {
                self.enabled.add(capabilities);
            }
            Event::Response(response) => {
                if let Response::Status(status) = response.data() {
                    self.enter(self.state.told(status));
                }
                if let Some(mailbox) = &mut self.mailbox {
                    mailbox.response(response);
                }
                if self.pending.has(Kind::Select) {
                    self.next.response(response);
                }
            }
            _ => {}
        }
    }

    fn untagged(&mut self, status: &StatusResponse, source: CapabilitySource) {
        self.enter(self.state.told(status));
        match status.code() {
            // What came before was of the mailbox before (RFC 9051 section 7.1).
            Some(ResponseCode::Closed) => self.next = Data::default(),
            Some(ResponseCode::Capability(capabilities)) if is_good(status) => {
                self.told_capabilities(capabilities, source);
            }
            Some(code) => {
                if let Some(mailbox) = &mut self.mailbox {
                    mailbox.code(code);
                }
                if self.pending.has(Kind::Select) {
                    self.next.code(code);
                }
            }
            None => {}
        }
    }

    fn answered(&mut self, tag: &Tag, status: &StatusResponse) {
        let Some((kind, selects)) = self.pending.remove(tag) else { return };
        self.enter(self.state.answered(kind, status.condition()));
        let is_ok = status.condition() == Condition::Ok;
        if kind == Kind::Select {
            let mut data = core::mem::take(&mut self.next);
            if let Some(code) = status.code() {
                data.code(code);
            }
            // Behind BYE there is none any more.
            if let Some((name, access)) = selects
                && is_ok
                && self.state == State::Selected
            {
                self.mailbox = Some(SelectedMailbox::new(name, access, data));
            }
        } else if let (Some(mailbox), Some(code @ ResponseCode::HighestModSeq(_))) =
            (&mut self.mailbox, status.code())
        {
            // Other codes here are of the mailbox that the command named, as MAILBOXID is behind CREATE.
            mailbox.code(code);
        }
        match kind {
            // Not even what this response tells: it was said in clear text (RFC 9051 section 6.2.1).
            Kind::StartTls if is_ok => {
                self.capabilities = None;
                return;
            }
            Kind::Login | Kind::Authenticate => {
                if is_ok && !self.renewed {
                    self.capabilities = None;
                }
                self.renewed = false;
            }
            _ => {}
        }
        if let Some(ResponseCode::Capability(capabilities)) = status.code()
            && is_ok
        {
            self.told_capabilities(capabilities, CapabilitySource::Tagged);
        }
    }

    fn told_capabilities(&mut self, capabilities: &Capabilities, source: CapabilitySource) {
        let logs_in = self.pending.has(Kind::Login) || self.pending.has(Kind::Authenticate);
        // The greeting, and the answer to a CAPABILITY, may be of the time before a login that was pipelined.
        let is_unasked = source != CapabilitySource::Greeting && !self.pending.has(Kind::Capability);
        self.renewed = logs_in && is_unasked;
        self.capabilities = Some((capabilities.clone(), source));
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        if state != State::Selected {
            self.mailbox = None;
        }
    }

    /// Where the session is, by what was answered so far.
    pub fn state(&self) -> State {
        self.state
    }

    /// The mailbox that is selected. There is one exactly in [`State::Selected`].
    pub fn mailbox(&self) -> Option<&SelectedMailbox> {
        self.mailbox.as_ref()
    }

    /// What the server can do, as it said last. Forgotten at STARTTLS, and at a login that did not bring it anew: `None` is a
    /// reason to send CAPABILITY.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref().map(|(capabilities, _)| capabilities)
    }

    /// Which response told the [`capabilities`](Self::capabilities).
    pub fn capability_source(&self) -> Option<CapabilitySource> {
        self.capabilities.as_ref().map(|(_, source)| *source)
    }

    /// What ENABLE has turned on, by the ENABLED responses (RFC 9051 section 6.3.1).
    pub fn enabled(&self) -> &[Capability] {
        &self.enabled.0
    }

    /// What both sides speak now: IMAP4rev2 behind `ENABLE IMAP4rev2`, and with servers that announce nothing else;
    /// [`Imap4rev1Utf8`](Dialect::Imap4rev1Utf8) where only `UTF8=ACCEPT` was enabled.
    pub fn dialect(&self) -> Dialect {
        match self.capabilities() {
            Some(all) if all.has("IMAP4rev2") && !all.has("IMAP4rev1") => Dialect::Imap4rev2,
            _ => self.enabled.dialect(),
        }
    }

    /// How many commands have no tagged response yet.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }
}

fn is_good(status: &StatusResponse) -> bool {
    matches!(status.condition(), Condition::Ok | Condition::PreAuth)
}
