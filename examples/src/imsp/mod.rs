//! An IMSP server's side of a session, without I/O: options, address books with locks and rights, and the directory of the
//! user's mailboxes.
//!
//! | module | what it holds |
//! |---|---|
//! | `store` | options, address books, locks: what all sessions share |
//! | `commands` | who answers which command |
//! | `answer` | what they answer |
//!
//! ```
//! use std::sync::Arc;
//! use bytes::BytesMut;
//! use mail_proto::wire::Secret;
//! use mail_proto_examples::{accounts::Accounts, imsp::{Session, Store}, maildrop::Maildrop, serve::Serve};
//!
//! let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), Maildrop::samples());
//! let mut output = BytesMut::new();
//! let mut session = Session::new(Arc::new(accounts), Store::new(), &mut output)?;
//! output.clear();
//!
//! let mut input = &b"a LOGIN mrose tanstaaf\r\nb SET x.mine 1\r\nc GET x.*\r\nd LOGOUT\r\n"[..];
//! while !session.is_over() {
//!     session.run(&mut input, &mut output)?;
//! }
//! assert_eq!(
//!     output,
//!     "a OK logged in\r\nb OK done\r\n* OPTION x.mine 1 [READ-WRITE]\r\nc OK done\r\n* BYE see you\r\nd OK bye\r\n"
//! );
//! # Ok::<(), mail_proto::wire::Error>(())
//! ```

mod answer;
mod commands;
mod store;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::BytesMut;
use mail_proto::imsp::{Condition, Event, Response, SaslResponse, ServerCodec, State, StatusResponse, Tag};
use mail_proto::wire::Error;

use crate::accounts::Accounts;
use crate::mailboxes::Mailboxes;
use crate::pieces::ENOUGH;
use crate::serve::Serve;
use answer::Answer;
use store::Asker;

pub use store::Store;

/// One session.
#[derive(Debug)]
pub struct Session {
    codec: ServerCodec,
    accounts: Arc<Accounts>,
    store: Store,
    /// Of all sessions of the store.
    number: u64,
    attempts_left: u32,
    /// Behind the login.
    user: Option<User>,
    /// An AUTHENTICATE that goes on.
    exchange: Option<Tag>,
    /// The values of the command under way that were streamed.
    values: Vec<Vec<u8>>,
    /// What is still to be said.
    owed: VecDeque<Response>,
    is_over: bool,
}

#[derive(Debug)]
struct User {
    asker: Asker,
    mailboxes: Mailboxes,
}

/// A client that was refused so often is sent away.
const ATTEMPTS: u32 = 5;

/// The largest value that is taken, in octets.
const LARGEST: u64 = 64 * 1024;

impl Session {
    /// A session, its greeting written to `output`.
    ///
    /// # Errors
    /// Those of the codec.
    pub fn new(accounts: Arc<Accounts>, store: Store, output: &mut BytesMut) -> Result<Self, Error> {
        let mut codec = ServerCodec::new();
        codec.encode(&StatusResponse::untagged(Condition::Ok, "IMSP server ready")?.into(), output)?;
        Ok(Self {
            codec,
            accounts,
            number: store.arrive(),
            store,
            attempts_left: ATTEMPTS,
            user: None,
            exchange: None,
            values: Vec::new(),
            owed: VecDeque::new(),
            is_over: false,
        })
    }

    fn state(&self) -> State {
        self.codec.state()
    }

    /// How much the values of the command under way are together.
    fn taken(&self) -> u64 {
        self.values.iter().map(|value| value.len() as u64).sum()
    }
}

/// What it has locked is free, however it ended.
impl Drop for Session {
    fn drop(&mut self) {
        self.store.leave(self.number);
    }
}

impl Serve for Session {
    type Event<'i> = Event<'i>;

    fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if self.is_over || !self.owed.is_empty() {
            return Ok(None);
        }
        self.codec.decode(input)
    }

    fn handle(&mut self, event: Event<'_>, output: &mut BytesMut) -> Result<(), Error> {
        match event {
            Event::Command(command) => {
                let done = self.command(command, output);
                self.values.clear();
                done
            }
            Event::LiteralStart(literal) => {
                let is_welcome = self.user.is_some() || !literal.streamed();
                if !is_welcome || literal.octets().saturating_add(self.taken()) > LARGEST {
                    self.values.clear();
                    return self.codec.reject(&literal.too_big(), output);
                }
                if literal.streamed() {
                    self.values.push(Vec::new());
                }
                self.codec.accept(output)
            }
            Event::Data(octets) => {
                if let Some(value) = self.values.last_mut() {
                    value.extend_from_slice(&octets);
                }
                Ok(())
            }
            Event::Answer(answer) => {
                let Some(tag) = self.exchange.take() else { return Ok(()) };
                let answer = match answer {
                    SaslResponse::Data(answer) => {
                        self.log_in(commands::plain(answer.expose(), &self.accounts))
                    }
                    _ => Answer::bad("cancelled"),
                };
                // The codec waits for it before it reads on.
                answer.into_responses(&tag)?.try_for_each(|response| self.codec.encode(&response, output))
            }
            Event::Malformed(bad) => {
                self.values.clear();
                self.exchange = None;
                self.codec.encode(&bad.to_response(), output)
            }
            // The rest comes to clients, or says nothing new.
            _ => Ok(()),
        }
    }

    fn fill(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        while output.len() < ENOUGH
            && let Some(response) = self.owed.pop_front()
        {
            self.codec.encode(&response, output)?;
        }
        Ok(())
    }

    fn expire(&mut self, output: &mut BytesMut) {
        self.is_over = true;
        if let Ok(bye) = StatusResponse::untagged(Condition::Bye, "silent for too long") {
            let _ = self.codec.encode(&bye.into(), output);
        }
    }

    fn is_over(&self) -> bool {
        self.is_over && self.owed.is_empty()
    }
}
