//! A server's side of a POP or POP2 session, without I/O.
//!
//! ```
//! use std::sync::Arc;
//! use bytes::BytesMut;
//! use mail_proto::{pop2::Dialect, wire::Secret};
//! use mail_proto_examples::{accounts::Accounts, maildrop::Maildrop, pop2::Session, serve::Serve};
//!
//! let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), Maildrop::samples());
//! let mut output = BytesMut::new();
//! let mut session = Session::new(Arc::new(accounts), Dialect::Rfc937, "localhost", &mut output)?;
//! assert_eq!(output.split(), "+ POP2 localhost server ready\r\n");
//!
//! let mut input = &b"HELO mrose tanstaaf\r\nREAD 1\r\nQUIT\r\n"[..];
//! session.run(&mut input, &mut output)?;
//! assert!(output.starts_with(b"#13 messages\r\n=") && session.is_over());
//! # Ok::<(), mail_proto::wire::Error>(())
//! ```

mod messages;
mod whole;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::BytesMut;
use mail_proto::pop2::{
    Command, Dialect, Event, Greeting, Name, Options, Password, Reply, Response, ServerCodec, State,
};
use mail_proto::wire::Error;

use crate::accounts::Accounts;
use crate::maildrop::Maildrop;
use crate::pieces::{ENOUGH, Pieces};
use crate::serve::Serve;
use messages::Messages;
use whole::Whole;

/// One session of either dialect.
///
/// Nothing is deleted before the client says that it is done with a mailbox: in POP2 by FOLD or QUIT, in POP by
/// RCVD.
#[derive(Debug)]
pub struct Session {
    codec: ServerCodec,
    dialect: Dialect,
    accounts: Arc<Accounts>,
    /// POP: from USER, for PASS.
    user: Option<Name>,
    /// What is behind the login.
    mailboxes: Option<Mailboxes>,
    /// The rest of a message.
    body: Option<Pieces>,
    is_over: bool,
}

/// How the dialect hands a mailbox over.
#[derive(Debug)]
enum Mailboxes {
    Whole(Whole),
    Messages(Messages),
}

/// What a command is answered with.
#[derive(Debug)]
struct Answer {
    response: Response,
    body: Option<Pieces>,
}

impl Session {
    /// A session, its greeting written to `output`.
    ///
    /// # Errors
    /// Those of the codec: `Syntax` where `host` is no word.
    pub fn new(
        accounts: Arc<Accounts>,
        dialect: Dialect,
        host: &str,
        output: &mut BytesMut,
    ) -> Result<Self, Error> {
        let mut codec = ServerCodec::with_options(Options::new().with_dialect(dialect));
        let greeting = match dialect {
            Dialect::Rfc918 => Greeting::free(&format!("{host} POP server ready"))?,
            _ => Greeting::pop2(host, "server ready")?,
        };
        codec.encode(&greeting.into(), output)?;
        Ok(Self::greeted(codec, dialect, accounts))
    }

    /// A session whose codec has given the greeting already.
    pub fn greeted(codec: ServerCodec, dialect: Dialect, accounts: Arc<Accounts>) -> Self {
        Self { codec, dialect, accounts, user: None, mailboxes: None, body: None, is_over: false }
    }

    fn answer(&mut self, command: Command) -> Result<Answer, Error> {
        if !self.codec.state().permits(command.verb(), self.dialect) {
            return Answer::err("not at this point of the session");
        }
        match (command, &mut self.mailboxes) {
            (Command::Quit, _) => self.quit(),
            (Command::Noop, _) => Answer::ok(""),
            (Command::Helo(user, password), None) => self.log_in(&user, &password),
            (Command::User(name), None) => {
                self.user = Some(name);
                Answer::ok("now the password")
            }
            (Command::Pass(password), None) => match self.user.take() {
                Some(user) => self.log_in(&user, &password),
                None => Answer::err("USER first"),
            },
            (other, Some(Mailboxes::Whole(whole))) => whole.answer(other),
            (other, Some(Mailboxes::Messages(messages))) => messages.answer(other),
            _ => Answer::err("not known here"),
        }
    }

    fn log_in(&mut self, user: &Name, password: &Password) -> Result<Answer, Error> {
        let user = user.as_text().as_bytes();
        let Some(maildrop) = self.accounts.admit(user, |secret| password.matches(secret)) else {
            return Answer::err("wrong user or password");
        };
        let own = Own { user: user.to_vec(), maildrop: maildrop.clone() };
        if self.dialect == Dialect::Rfc918 {
            self.mailboxes = Some(Mailboxes::Whole(Whole::new(own)));
            return Answer::ok("which mailbox?");
        }
        // RFC 937: HELO selects the user's own mailbox.
        let Some(messages) = Messages::open(own) else { return Answer::in_use() };
        let answer = messages.count()?;
        self.mailboxes = Some(Mailboxes::Messages(messages));
        Ok(answer)
    }

    fn quit(&mut self) -> Result<Answer, Error> {
        if let Some(Mailboxes::Messages(messages)) = &mut self.mailboxes {
            messages.release();
        }
        Answer::ok("bye")
    }
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
        let answer = match event {
            Event::Command(command) => self.answer(command)?,
            Event::Malformed(bad) => Reply::from(&bad).into(),
            // The rest comes to clients.
            _ => return Ok(()),
        };
        self.codec.encode(&answer.response, output)?;
        self.body = answer.body;
        // Behind QUIT; in POP2 also behind a refusal.
        if self.codec.state() == State::Done {
            self.is_over = true;
            self.mailboxes = None;
        }
        Ok(())
    }

    fn fill(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        while output.len() < ENOUGH
            && let Some(body) = &mut self.body
        {
            match body.next() {
                Some(octets) => self.codec.encode_data(&octets, output)?,
                None => {
                    self.codec.encode_end(output)?;
                    self.body = None;
                }
            }
        }
        Ok(())
    }

    fn expire(&mut self, output: &mut BytesMut) {
        self.is_over = true;
        self.mailboxes = None;
        if let Ok(reply) = Reply::err("silent for too long") {
            // Refused while a message is open; then it ends without a word.
            let _ = self.codec.encode(&reply.into(), output);
        }
    }

    fn is_over(&self) -> bool {
        self.is_over
    }
}

impl Answer {
    fn ok(text: &str) -> Result<Self, Error> {
        Reply::ok(text).map(Self::from)
    }

    fn err(text: &str) -> Result<Self, Error> {
        Reply::err(text).map(Self::from)
    }

    fn in_use() -> Result<Self, Error> {
        Self::err("another session has the mailbox open")
    }

    fn data(octets: Pieces) -> Self {
        Self { response: Response::Data, body: Some(octets) }
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self { response: reply.into(), body: None }
    }
}

/// The one mailbox that a user has here.
#[derive(Debug)]
struct Own {
    user: Vec<u8>,
    maildrop: Maildrop,
}

impl Own {
    /// Whether it is meant by this name: INBOX, or the user's own.
    fn is(&self, name: &Name) -> bool {
        let name = name.as_text().as_bytes();
        name.eq_ignore_ascii_case(b"INBOX") || name == self.user
    }
}
