//! An IMAP server's side of a session, without I/O.
//!
//! INBOX is the maildrop that other protocols know, too. Clients make other mailboxes. Any number of sessions may
//! have one selected, and each hears of what the others do.
//!
//! | module | what it answers |
//! |---|---|
//! | `commands` | who answers which command |
//! | `login` | LOGIN, AUTHENTICATE, CAPABILITY |
//! | `mailboxes`, `list` | CREATE and the like, STATUS; LIST, LSUB |
//! | `append` | APPEND |
//! | `selected` | what a session sees of its mailbox; STORE, EXPUNGE |
//! | `fetch` | FETCH |
//! | `search` | SEARCH |
//! | `transfer` | COPY, MOVE |
//! | `historic` | what only older dialects have |
//!
//! ```
//! use std::sync::Arc;
//! use bytes::BytesMut;
//! use mail_proto::wire::Secret;
//! use mail_proto_examples::{accounts::Accounts, imap::{Session, Tls}, maildrop::Maildrop, serve::Serve};
//!
//! let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), Maildrop::samples());
//! let mut output = BytesMut::new();
//! let mut session = Session::new(Arc::new(accounts), Tls::Absent, &mut output)?;
//! assert!(output.split().starts_with(b"* OK [CAPABILITY IMAP4rev1 "));
//!
//! let mut input = &b"a LOGIN mrose tanstaaf\r\nb SELECT inbox\r\nc FETCH 1 UID\r\nd LOGOUT\r\n"[..];
//! session.run(&mut input, &mut output)?;
//! let said = String::from_utf8_lossy(&output);
//! assert!(said.contains("* 13 EXISTS\r\n") && said.contains("* 1 FETCH (UID 1)\r\nc OK done\r\n"));
//! assert!(said.ends_with("d OK bye\r\n") && session.is_over());
//! # Ok::<(), mail_proto::wire::Error>(())
//! ```

mod answer;
mod append;
mod commands;
mod fetch;
mod historic;
mod list;
mod login;
mod mailboxes;
mod search;
mod selected;
mod transfer;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::BytesMut;
use mail_proto::imap::{
    Condition, Dialect, Event, LiteralStart, Options, Response, ResponseCode, SaslResponse, SearchKey,
    ServerCodec, ServerSession, StatusResponse, Tag,
};
use mail_proto::wire::Error;

use crate::accounts::Accounts;
use crate::incoming::LARGEST;
use crate::mailboxes::Mailboxes;
use crate::pieces::ENOUGH;
use crate::serve::Serve;
use answer::Answer;
use append::Appending;
use fetch::Fetching;
use selected::{Changes, Selected};

/// One session.
#[derive(Debug)]
pub struct Session {
    codec: ServerCodec,
    /// Which commands may come now.
    states: ServerSession,
    accounts: Arc<Accounts>,
    tls: Tls,
    attempts_left: u32,
    /// Behind the login.
    mailboxes: Option<Mailboxes>,
    selected: Option<Selected>,
    /// A command that goes on: AUTHENTICATE or IDLE.
    exchange: Option<Tag>,
    appending: Appending,
    fetching: Option<Fetching>,
    is_over: bool,
}

/// Whether the layer below can be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// There is none.
    Absent,
    /// STARTTLS is on offer.
    Offered,
    /// STARTTLS was accepted: the caller is to set TLS up.
    Due,
    /// It is.
    Active,
}

/// A client that was refused so often is sent away.
const ATTEMPTS: u32 = 5;

impl Session {
    /// A session, its greeting written to `output`.
    ///
    /// # Errors
    /// Those of the codec.
    pub fn new(accounts: Arc<Accounts>, tls: Tls, output: &mut BytesMut) -> Result<Self, Error> {
        Self::in_dialect(accounts, tls, Dialect::Imap4rev1, output)
    }

    /// The same in another dialect; IMAP3 begins in IMAP2.
    ///
    /// # Errors
    /// Those of the codec.
    pub fn in_dialect(
        accounts: Arc<Accounts>,
        tls: Tls,
        dialect: Dialect,
        output: &mut BytesMut,
    ) -> Result<Self, Error> {
        let mut session = Self {
            codec: ServerCodec::with_options(Options::server().with_dialect(dialect)),
            states: ServerSession::new(),
            accounts,
            tls,
            attempts_left: ATTEMPTS,
            mailboxes: None,
            selected: None,
            exchange: None,
            appending: Appending::default(),
            fetching: None,
            is_over: false,
        };
        let greeting = StatusResponse::untagged(Condition::Ok, "IMAP server ready")?;
        let greeting = match dialect {
            // Older clients know nothing of codes.
            Dialect::Imap4rev1 => greeting.with_code(ResponseCode::Capability(session.capabilities()?)),
            _ => greeting,
        };
        session.send(greeting, output)?;
        Ok(session)
    }

    /// Why a literal is not taken, if it is not.
    fn refusal(&self, literal: &LiteralStart) -> Result<Option<StatusResponse>, Error> {
        let (Some(tag), Some(mailbox)) = (literal.tag(), literal.mailbox()) else { return Ok(None) };
        let no = |text| StatusResponse::tagged(tag, Condition::No, text).map(Some);
        let Some(mailboxes) = &self.mailboxes else { return no("not before a login") };
        if mailboxes.get(mailbox.as_bytes()).is_none() {
            Ok(no("there is no such mailbox")?.map(|no| no.with_code(ResponseCode::TryCreate)))
        } else if literal.octets() > LARGEST as u64 {
            Ok(Some(literal.too_big()))
        } else {
            Ok(None)
        }
    }

    fn send(&mut self, response: impl Into<Response>, output: &mut BytesMut) -> Result<(), Error> {
        let response = response.into();
        self.codec.encode(&response, output)?;
        self.states.sent(&response);
        Ok(())
    }

    /// Writes what happened in the mailbox meanwhile.
    fn tell(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        let Some(selected) = &mut self.selected else { return Ok(()) };
        let changes = if self.states.may_expunge() { Changes::All } else { Changes::NoExpunge };
        selected.news(changes)?.into_iter().try_for_each(|response| self.send(response, output))
    }

    fn write(&mut self, tag: &Tag, answer: Answer, output: &mut BytesMut) -> Result<(), Error> {
        self.write_found(tag, answer, None, output)
    }

    /// The same; of a SEARCH, with what it looked for.
    fn write_found(
        &mut self,
        tag: &Tag,
        answer: Answer,
        search: Option<&SearchKey>,
        output: &mut BytesMut,
    ) -> Result<(), Error> {
        let (data, status) = answer.into_parts(tag)?;
        if self.states.owes_closed() {
            let closed = StatusResponse::untagged(Condition::Ok, "closed")?.with_code(ResponseCode::Closed);
            self.send(closed, output)?;
        }
        let dialect = self.codec.options().dialect();
        for response in data {
            self.send(historic::said(dialect, tag, response, search)?, output)?;
        }
        self.tell(output)?;
        self.send(status, output)
    }
}

impl Serve for Session {
    type Event<'i> = Event<'i>;

    fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if self.is_over || self.fetching.is_some() {
            return Ok(None);
        }
        self.codec.decode(input)
    }

    fn handle(&mut self, event: Event<'_>, output: &mut BytesMut) -> Result<(), Error> {
        match event {
            Event::Command(command) => {
                let answer = match self.states.received(&command) {
                    Ok(()) => self.command(command, output),
                    Err(bad) => self.send(bad, output),
                };
                self.appending = Appending::default();
                answer
            }
            Event::LiteralStart(literal) => match self.refusal(&literal)? {
                Some(why) => {
                    self.appending = Appending::default();
                    self.codec.reject(&why, output)
                }
                None => {
                    if literal.streamed() {
                        self.appending.begin();
                    }
                    self.codec.accept(output)
                }
            },
            Event::Data(octets) => {
                self.appending.receive(&octets);
                Ok(())
            }
            Event::Answer(answer) => {
                let Some(tag) = self.exchange.take() else { return Ok(()) };
                let answer = match answer {
                    SaslResponse::Data(answer) => {
                        self.log_in(login::plain(answer.expose(), &self.accounts))?
                    }
                    _ => Answer::bad("cancelled"),
                };
                self.write(&tag, answer, output)
            }
            Event::Done => match self.exchange.take() {
                Some(tag) => self.write(&tag, Answer::ok("done"), output),
                None => Ok(()),
            },
            Event::Malformed(bad) => {
                self.appending = Appending::default();
                // It ends AUTHENTICATE, whose tag it has; IDLE goes on.
                self.exchange = self.exchange.take().filter(|tag| bad.tag() != Some(tag));
                self.send(bad.to_response(), output)
            }
            Event::Upgrade => {
                self.tls = Tls::Due;
                Ok(())
            }
            // The rest comes to clients, or says nothing new.
            _ => Ok(()),
        }
    }

    fn fill(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        while output.len() < ENOUGH
            && let (Some(fetching), Some(selected)) = (&mut self.fetching, &mut self.selected)
        {
            if let Some(answer) = fetching.step(selected, &mut self.codec, output)? {
                let tag = fetching.tag().clone();
                self.fetching = None;
                self.write(&tag, answer, output)?;
            }
        }
        Ok(())
    }

    fn expire(&mut self, output: &mut BytesMut) {
        self.is_over = true;
        if let Ok(bye) = StatusResponse::untagged(Condition::Bye, "silent for too long") {
            // Refused while a message is open; then it ends without a word.
            let _ = self.send(bye, output);
        }
    }

    fn awaits_news(&self) -> bool {
        // Behind the login there is no exchange but IDLE.
        self.mailboxes.is_some() && self.exchange.is_some()
    }

    fn news(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        if self.awaits_news() { self.tell(output) } else { Ok(()) }
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn wants_tls(&self) -> bool {
        self.tls == Tls::Due
    }

    fn upgraded(&mut self, left: &[u8]) -> Result<(), Error> {
        self.codec.upgraded(left)?;
        self.tls = Tls::Active;
        Ok(())
    }
}
