//! An IMAP server's side of a session, without I/O.
//!
//! There is one mailbox, INBOX: the maildrop that other protocols know, too. Any number of sessions may have it selected.
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
mod fetch;
mod header;
mod login;
mod mailboxes;
mod search;
mod selected;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::BytesMut;
use mail_proto::imap::{
    Authenticate, Capabilities, Capability, CommandBody, Condition, Continuation, Event, LiteralStart,
    MailboxName, Response, ResponseCode, SaslResponse, ServerCodec, StatusResponse, Tag,
};
use mail_proto::wire::Error;

use crate::accounts::Accounts;
use crate::incoming::LARGEST;
use crate::maildrop::Maildrop;
use crate::pieces::ENOUGH;
use crate::serve::Serve;
use answer::{Answer, Changes};
use append::Appending;
use fetch::Fetching;
use selected::{Access, Selected};

/// One session.
#[derive(Debug)]
pub struct Session {
    codec: ServerCodec,
    accounts: Arc<Accounts>,
    tls: Tls,
    attempts_left: u32,
    /// Behind the login.
    maildrop: Option<Maildrop>,
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
        let mut session = Self {
            codec: ServerCodec::new(),
            accounts,
            tls,
            attempts_left: ATTEMPTS,
            maildrop: None,
            selected: None,
            exchange: None,
            appending: Appending::default(),
            fetching: None,
            is_over: false,
        };
        let capabilities = ResponseCode::Capability(session.capabilities()?);
        let greeting = StatusResponse::untagged(Condition::Ok, "IMAP server ready")?.with_code(capabilities);
        session.codec.encode(&greeting.into(), output)?;
        Ok(session)
    }

    fn capabilities(&self) -> Result<Capabilities, Error> {
        let limit = format!("APPENDLIMIT={LARGEST}");
        let mut names = vec!["IMAP4rev1", "LITERAL+", "SASL-IR", "IDLE", "UNSELECT", "UIDPLUS", &limit];
        if self.maildrop.is_none() {
            names.push("AUTH=PLAIN");
            if self.tls == Tls::Offered {
                names.push("STARTTLS");
            }
        }
        names.into_iter().map(Capability::new).collect()
    }

    /// What a command comes to; `None` if its answer comes later.
    fn command(
        &mut self,
        tag: &Tag,
        body: CommandBody,
        output: &mut BytesMut,
    ) -> Result<Option<Answer>, Error> {
        Ok(Some(match body {
            CommandBody::Capability => Answer::ok("done").with(Response::Capability(self.capabilities()?)),
            CommandBody::Noop | CommandBody::Check => Answer::ok("done"),
            CommandBody::Logout => {
                self.is_over = true;
                self.selected = None;
                Answer::ok("bye").with(StatusResponse::untagged(Condition::Bye, "logging out")?)
            }
            CommandBody::StartTls if self.tls == Tls::Offered && self.maildrop.is_none() => {
                Answer::ok("begin TLS")
            }
            CommandBody::Login(_) | CommandBody::Authenticate(_) if self.maildrop.is_some() => {
                Answer::bad("logged in already")
            }
            CommandBody::Login(login) => {
                let maildrop = self.accounts.admit(login.user(), |secret| login.password() == secret);
                self.log_in(maildrop.cloned())?
            }
            CommandBody::Authenticate(authenticate) => return self.authenticate(tag, &authenticate, output),
            other => match &self.maildrop {
                Some(maildrop) => {
                    let maildrop = maildrop.clone();
                    return self.authenticated(tag, maildrop, other, output);
                }
                None => Answer::bad("not before a login"),
            },
        }))
    }

    fn authenticated(
        &mut self,
        tag: &Tag,
        maildrop: Maildrop,
        body: CommandBody,
        output: &mut BytesMut,
    ) -> Result<Option<Answer>, Error> {
        Ok(Some(match body {
            CommandBody::Select(select) => self.select(select.mailbox(), maildrop, Access::Write)?,
            CommandBody::Examine(select) => self.select(select.mailbox(), maildrop, Access::Read)?,
            CommandBody::List(list) => mailboxes::list(&list, Response::List)?,
            CommandBody::Lsub(list) => mailboxes::list(&list, Response::Lsub)?,
            CommandBody::Status(mailbox, items) => mailboxes::status(&maildrop, mailbox, &items),
            CommandBody::Create(_) | CommandBody::Delete(_) | CommandBody::Rename(..) => {
                Answer::no("there is one mailbox, and it stays").coded(ResponseCode::Cannot)
            }
            CommandBody::Subscribe(mailbox) | CommandBody::Unsubscribe(mailbox) if mailbox.is_inbox() => {
                Answer::ok("INBOX is always subscribed")
            }
            CommandBody::Subscribe(_) | CommandBody::Unsubscribe(_) => Answer::no_mailbox(),
            CommandBody::Append(append) => self.appending.finish(&append, &maildrop),
            CommandBody::Idle => {
                self.exchange = Some(tag.clone());
                self.news(Changes::All, output)?;
                self.codec.encode(&Continuation::text("idling")?.into(), output)?;
                return Ok(None);
            }
            other => match &mut self.selected {
                None => Answer::bad("not before SELECT, or not known here"),
                Some(selected) => match other {
                    CommandBody::Fetch(fetch) => match Fetching::new(tag.clone(), &fetch, selected) {
                        Some(fetching) => {
                            self.fetching = Some(fetching);
                            return Ok(None);
                        }
                        None => Answer::bad("an item is not known here"),
                    },
                    CommandBody::Close => {
                        let answer = selected.close();
                        self.selected = None;
                        answer
                    }
                    CommandBody::Unselect => {
                        self.selected = None;
                        Answer::ok("done")
                    }
                    other => selected.answer(other)?,
                },
            },
        }))
    }

    fn select(&mut self, mailbox: &MailboxName, maildrop: Maildrop, access: Access) -> Result<Answer, Error> {
        // A SELECT that fails leaves nothing selected (RFC 9051 section 6.3.2).
        self.selected = None;
        if !mailbox.is_inbox() {
            return Ok(Answer::no_mailbox());
        }
        let (selected, answer) = Selected::open(maildrop, access)?;
        self.selected = Some(selected);
        Ok(answer)
    }

    fn log_in(&mut self, maildrop: Option<Maildrop>) -> Result<Answer, Error> {
        if maildrop.is_none() {
            self.attempts_left = self.attempts_left.saturating_sub(1);
            self.is_over = self.attempts_left == 0;
            return Ok(Answer::no("wrong user or password").coded(ResponseCode::AuthenticationFailed));
        }
        self.maildrop = maildrop;
        self.codec.authenticated();
        Ok(Answer::ok("logged in").coded(ResponseCode::Capability(self.capabilities()?)))
    }

    fn authenticate(
        &mut self,
        tag: &Tag,
        authenticate: &Authenticate,
        output: &mut BytesMut,
    ) -> Result<Option<Answer>, Error> {
        if !authenticate.mechanism().is("PLAIN") {
            return Ok(Some(Answer::no("no such mechanism")));
        }
        if let Some(initial) = authenticate.initial() {
            return self.log_in(login::plain(initial.expose(), &self.accounts)).map(Some);
        }
        self.exchange = Some(tag.clone());
        self.codec.encode(&Continuation::challenge("").into(), output)?;
        Ok(None)
    }

    /// Why a literal is not taken, if it is not.
    fn refusal(&self, literal: &LiteralStart) -> Result<Option<StatusResponse>, Error> {
        let (Some(tag), Some(mailbox)) = (literal.tag(), literal.mailbox()) else { return Ok(None) };
        let no = |text| StatusResponse::tagged(tag, Condition::No, text).map(Some);
        if self.maildrop.is_none() {
            no("not before a login")
        } else if !mailbox.is_inbox() {
            Ok(no("there is no such mailbox")?.map(|no| no.with_code(ResponseCode::NonExistent)))
        } else if literal.octets() > LARGEST as u64 {
            Ok(Some(literal.too_big()))
        } else {
            Ok(None)
        }
    }

    /// Writes what happened in the mailbox meanwhile.
    fn news(&mut self, changes: Changes, output: &mut BytesMut) -> Result<(), Error> {
        let Some(selected) = &mut self.selected else { return Ok(()) };
        selected.news(changes)?.iter().try_for_each(|response| self.codec.encode(response, output))
    }

    fn write(&mut self, tag: &Tag, answer: Answer, output: &mut BytesMut) -> Result<(), Error> {
        for response in &answer.data {
            self.codec.encode(response, output)?;
        }
        self.news(answer.changes, output)?;
        self.codec.encode(&answer.status(tag)?.into(), output)
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
                let (tag, body) = command.into_parts();
                let answer = self.command(&tag, body, output)?;
                self.appending = Appending::default();
                answer.map_or(Ok(()), |answer| self.write(&tag, answer, output))
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
                self.codec.encode(&bad.to_response(), output)
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
            let _ = self.codec.encode(&bye.into(), output);
        }
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
