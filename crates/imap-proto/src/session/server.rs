//! What a server knows of its session.

use alloc::format;

use mail_wire::Error;

use super::{Enabled, Pending};
use crate::core::{Capability, Condition, ResponseCode, StatusResponse};
use crate::state::Kind;
use crate::{Command, Dialect, ErrorKind, Limits, Response, State};

/// Follows a session on the server's side: its state, what is enabled, and which messages may go away now.
///
/// It is told of every command that is decoded and of every response that is encoded.
///
/// ```
/// use imap_proto::{Command, Condition, Options, ServerSession, State, StatusResponse};
/// let status = |tag, text| StatusResponse::tagged(tag, Condition::Ok, text).map(Into::into);
/// let command = |line: &str| Command::parse(line.as_bytes(), &Options::server());
///
/// let mut session = ServerSession::new();
/// session.sent(&StatusResponse::untagged(Condition::Ok, "ready")?.into());
/// let bad = session.received(&command("a1 SELECT INBOX")?).unwrap_err();
/// assert_eq!((bad.condition(), bad.text()), (Condition::Bad, &"SELECT is for the authenticated state".try_into()?));
/// session.received(&command("a2 LOGIN alice secret")?).unwrap();
/// session.sent(&status("a2", "welcome")?);
/// session.received(&command("a3 SELECT INBOX")?).unwrap();
/// session.sent(&status("a3", "done")?);
/// assert_eq!(session.state(), State::Selected);
///
/// session.received(&command("a4 FETCH 1:* FLAGS")?).unwrap();
/// assert!(!session.may_expunge());
/// session.sent(&status("a4", "done")?);
/// session.received(&command("a5 NOOP")?).unwrap();
/// assert!(session.may_expunge());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServerSession {
    state: State,
    enabled: Enabled,
    pending: Pending<()>,
}

impl Default for ServerSession {
    fn default() -> Self {
        Self::new()
    }
}

impl ServerSession {
    /// A session in front of its greeting.
    pub fn new() -> Self {
        Self::with_limits(Limits::server())
    }

    /// A session in front of its greeting, with at most [`outstanding`](Limits::outstanding) commands under way.
    pub fn with_limits(limits: Limits) -> Self {
        Self { state: State::Greeting, enabled: Enabled::default(), pending: Pending::new(limits) }
    }

    /// A command came, and its turn has come: one that was pipelined is judged by what was answered before.
    ///
    /// # Errors
    /// The answer to a command that may not be given here, a tagged BAD: where its state does not permit it, its tag is in
    /// use, or (with LIMIT) too many are under way. The session is as it was.
    #[allow(clippy::result_large_err, reason = "it is the response to send")]
    pub fn received(&mut self, command: &Command) -> Result<(), StatusResponse> {
        let (tag, body) = (command.tag(), command.body());
        // A name is an atom, so the text is sound.
        let bad = |text: &str| {
            let bad = StatusResponse::tagged(tag, Condition::Bad, text);
            bad.unwrap_or_else(|_| StatusResponse::bad_syntax())
        };
        if !self.state.permits(body) {
            return Err(bad(&format!("{} is for {}", body.name(), wanted(body.states()))));
        }
        let kind = Kind::of(body);
        self.pending.insert(tag, kind, ()).map_err(|error: Error| match error.kind() {
            ErrorKind::Limit => bad("too many commands are under way").with_code(ResponseCode::Limit),
            _ => bad("the tag is in use"),
        })
    }

    /// The response is sent: greeting, BYE, ENABLED, CLOSED and whatever has a tag count; others may be left out.
    pub fn sent(&mut self, response: &Response) {
        match response {
            Response::Status(status) => match status.tag() {
                None => self.state = self.state.told(status),
                Some(tag) => {
                    if let Some((kind, ())) = self.pending.remove(tag) {
                        self.state = self.state.answered(kind, status.condition());
                    }
                }
            },
            Response::Enabled(capabilities) => self.enabled.add(capabilities),
            data => {
                if let Response::Status(status) = data.data() {
                    self.state = self.state.told(status);
                }
            }
        }
    }

    /// Where the session is.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether EXPUNGE, or VANISHED without EARLIER, may be sent now: some command is under way, and none whose message
    /// numbers would change under it, FETCH, STORE or SEARCH without UID (RFC 9051 section 7.5.1).
    pub fn may_expunge(&self) -> bool {
        self.state == State::Selected && self.pending.len() > 0 && !self.pending.has(Kind::Numbered)
    }

    /// Whether `* OK [CLOSED]` is due before anything is said of the mailbox that is being selected: another one is (RFC 9051
    /// section 6.3.2).
    pub fn owes_closed(&self) -> bool {
        self.state == State::Selected && self.pending.has(Kind::Select)
    }

    /// What ENABLE has turned on, by the ENABLED responses.
    pub fn enabled(&self) -> &[Capability] {
        &self.enabled.0
    }

    /// What is spoken now: IMAP4rev2 behind `ENABLE IMAP4rev2`, [`Imap4rev1Utf8`](Dialect::Imap4rev1Utf8) where only
    /// `UTF8=ACCEPT` was enabled.
    pub fn dialect(&self) -> Dialect {
        self.enabled.dialect()
    }

    /// How many commands have no tagged response yet.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }
}

/// The first of the states that permit a command, in words.
fn wanted(states: Option<&[State]>) -> &'static str {
    match states.and_then(<[State]>::first) {
        Some(State::Authenticated) => "the authenticated state",
        Some(State::Selected) => "the selected state",
        Some(State::NotAuthenticated) if states.is_some_and(|states| states.len() == 1) => {
            "the state before authentication"
        }
        _ => "a session that is open",
    }
}
