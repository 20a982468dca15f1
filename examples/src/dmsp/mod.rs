//! A Pcmail repository in memory, and its side of a DMSP session, without I/O.
//!
//! ```
//! use bytes::BytesMut;
//! use mail_proto::wire::Secret;
//! use mail_proto_examples::{dmsp::{Repository, Session}, samples, serve::Serve};
//!
//! let repository = Repository::new().with("mrose", Secret::new("tanstaaf"), &samples::messages())?;
//! let mut output = BytesMut::new();
//! let mut session = Session::new(repository, &mut output)?;
//! assert!(output.split().starts_with(b"200 Pcmail repository version "));
//!
//! let mut input = &b"LOGIN mrose tanstaaf office 1 0\r\nLIST-MAILBOXES\r\nLOGOUT\r\n"[..];
//! session.run(&mut input, &mut output)?;
//! assert!(output.ends_with(b"\r\nmrose 14 13 13\r\n.\r\n200 Command OK\r\n") && session.is_over());
//! # Ok::<(), mail_proto::wire::Error>(())
//! ```

mod answer;
mod desk;
mod mailbox;
mod repository;
mod updates;
mod user;

#[cfg(test)]
mod tests;

use bytes::BytesMut;
use mail_proto::dmsp::{
    COMMANDS, Command, EightBit, Event, Greeting, Name, Options, Reply, ReplyCode, Row, ServerCodec, State,
    Verb,
};
use mail_proto::wire::Error;

use crate::incoming::Incoming;
use crate::pieces::ENOUGH;
use crate::serve::Serve;
use answer::{Answer, Body, Outcome, Piece};
use desk::Desk;
pub use repository::Repository;

/// The version of the protocol that we speak: the RFC's example has this one.
const VERSION: &str = "230";

/// One session of one client.
#[derive(Debug)]
pub struct Session {
    codec: ServerCodec,
    repository: Repository,
    /// What is behind the login.
    desk: Option<Desk>,
    /// The rest of a list or of a message.
    body: Option<Body>,
    /// What SEND-MESSAGE is bringing.
    incoming: Option<Incoming>,
    is_over: bool,
}

impl Session {
    /// A session, its banner written to `output`.
    ///
    /// # Errors
    /// Those of the codec.
    pub fn new(repository: Repository, output: &mut BytesMut) -> Result<Self, Error> {
        // Messages go as they are stored; a client of today can take octets above 127.
        let mut codec = ServerCodec::with_options(Options::new().with_eight_bit(EightBit::Pass));
        codec.encode(&Greeting::version(env!("CARGO_PKG_VERSION"))?.into(), output)?;
        Ok(Self { codec, repository, desk: None, body: None, incoming: None, is_over: false })
    }

    fn answer(&mut self, command: Command) -> Outcome<Answer> {
        if !self.codec.state().permits(command.verb()) {
            let is_login = command.verb() == Verb::Login;
            return Err(if is_login { ReplyCode::LoggedInAlready } else { ReplyCode::LoginFirst });
        }
        match (command, &self.desk) {
            (Command::Help, _) => {
                let rows = COMMANDS.iter().map(|spec| Row::Help(spec.verb.into())).collect();
                Ok(Answer::rows(ReplyCode::HelpList, rows))
            }
            (Command::SendVersion(version), _) => is_ours(&version),
            (Command::Logout, _) => Ok(Answer::done()),
            (Command::Login(login), _) => {
                let (desk, code) = Desk::open(&self.repository, &login)?;
                self.desk = Some(desk);
                Ok(code.into())
            }
            (Command::SendMessage, Some(_)) => {
                self.incoming = Some(Incoming::new());
                Ok(ReplyCode::EnterMessage.into())
            }
            (other, Some(desk)) => desk.answer(other),
            (_, None) => Err(ReplyCode::Syntax),
        }
    }

    /// The client's message is complete.
    fn received(&mut self) -> Outcome<Answer> {
        let octets = self.incoming.take().and_then(Incoming::finish);
        match (octets, &self.desk) {
            (Some(octets), Some(desk)) => desk.send(octets),
            // Too large.
            _ => Err(ReplyCode::Internal),
        }
    }
}

/// The RFC has 500 for "version skew".
fn is_ours(version: &Name) -> Outcome<Answer> {
    if version.as_bytes() == VERSION.as_bytes() { Ok(Answer::done()) } else { Err(ReplyCode::Syntax) }
}

impl Serve for Session {
    type Event<'i> = Event<'i>;

    fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if self.is_over || self.body.is_some() {
            return Ok(None);
        }
        self.codec.decode(input)
    }

    fn handle(&mut self, event: Event<'_>, output: &mut BytesMut) -> Result<(), Error> {
        let outcome = match event {
            Event::Command(command) => self.answer(command),
            Event::Malformed(bad) => Ok(Reply::from(&bad).into()),
            Event::Data(octets) => {
                if let Some(incoming) = &mut self.incoming {
                    incoming.receive(&octets);
                }
                return Ok(());
            }
            Event::End => self.received(),
            // The rest comes to clients.
            _ => return Ok(()),
        };
        let answer = outcome.unwrap_or_else(Answer::from);
        self.codec.encode(&answer.reply.into(), output)?;
        self.body = answer.body;
        if self.codec.state() == State::Closed {
            self.is_over = true;
            self.desk = None;
        }
        Ok(())
    }

    fn fill(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        while output.len() < ENOUGH
            && let Some(body) = &mut self.body
        {
            match body.next() {
                Some(Piece::Row(row)) => self.codec.encode(&row.into(), output)?,
                Some(Piece::Octets(octets)) => self.codec.encode_data(&octets, output)?,
                None => {
                    self.codec.encode_end(output)?;
                    self.body = None;
                }
            }
        }
        Ok(())
    }

    /// The protocol has no word for it: the connection is closed.
    fn expire(&mut self, _output: &mut BytesMut) {
        self.is_over = true;
        self.desk = None;
    }

    fn is_over(&self) -> bool {
        self.is_over
    }
}
