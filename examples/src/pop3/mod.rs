//! A POP3 server's side of a session, without I/O.
//!
//! Octets in, octets out: the caller reads and writes, and knows the clock.
//!
//! ```
//! use std::sync::Arc;
//! use bytes::BytesMut;
//! use mail_proto::{pop3::Timestamp, wire::Secret};
//! use mail_proto_examples::{accounts::Accounts, maildrop::Maildrop, pop3::Session};
//!
//! let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), Maildrop::samples());
//! let mut output = BytesMut::new();
//! let mut session = Session::new(Arc::new(accounts), Timestamp::new("<1.2@host>")?, &mut output)?;
//! assert_eq!(output.split(), "+OK POP3 server ready <1.2@host>\r\n");
//!
//! let mut input = &b"USER mrose\r\nPASS tanstaaf\r\nQUIT\r\n"[..];
//! session.run(&mut input, &mut output)?;
//! assert!(output.ends_with(b"+OK bye, 0 deleted\r\n") && session.is_over());
//! # Ok::<(), mail_proto::wire::Error>(())
//! ```

mod answer;
mod login;
mod transaction;
mod unique;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::BytesMut;
use mail_proto::pop3::{
    Capability, Command, Event, Greeting, LanguageListing, Mechanism, Reply, ResponseCode, Retention, Row,
    Scope, ServerCodec, Text, Timestamp, Word,
};
use mail_proto::wire::Error;

use crate::accounts::Accounts;
use crate::maildrop::Maildrop;
use crate::pieces::ENOUGH;
use crate::serve::Serve;
use answer::{Answer, Body, Piece};
use login::{Login, Step};
use transaction::Transaction;
pub use unique::timestamp;

/// One session: what a client says goes in as octets or as events, and octets come out.
///
/// Nothing is deleted before QUIT: dropping a session is what a lost connection does.
#[derive(Debug)]
pub struct Session {
    codec: ServerCodec,
    accounts: Arc<Accounts>,
    login: Login,
    /// What is open behind the login.
    transaction: Option<Transaction>,
    /// The rest of an answer that has several lines.
    body: Option<Body>,
    tls: Tls,
    attempts_left: u32,
    is_over: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tls {
    Absent,
    Offered,
    /// STLS was accepted: the caller is to set TLS up.
    Due,
    Active,
}

/// A client that was refused so often is sent away.
const ATTEMPTS: u32 = 5;

impl Session {
    /// A session, its greeting written to `output`. The timestamp must never have been used before.
    ///
    /// # Errors
    /// Those of the codec.
    pub fn new(accounts: Arc<Accounts>, timestamp: Timestamp, output: &mut BytesMut) -> Result<Self, Error> {
        let mut codec = ServerCodec::new();
        let greeting = Greeting::new("POP3 server ready")?.with_timestamp(&timestamp)?;
        codec.encode(&greeting.into(), output)?;
        Ok(Self::greeted(codec, timestamp, accounts))
    }

    /// A session whose codec has given the greeting already, with this timestamp.
    pub fn greeted(codec: ServerCodec, timestamp: Timestamp, accounts: Arc<Accounts>) -> Self {
        Self {
            codec,
            accounts,
            login: Login::new(timestamp),
            transaction: None,
            body: None,
            tls: Tls::Absent,
            attempts_left: ATTEMPTS,
            is_over: false,
        }
    }

    /// The same, with STLS on offer.
    #[must_use]
    pub fn offering_tls(mut self) -> Self {
        self.tls = Tls::Offered;
        self
    }

    /// Does all that can be done with `input` before more is read, or `output` is written out. Call it, and
    /// write, until it leaves `output` empty; then read.
    ///
    /// # Errors
    /// Those of the codec: the session can't go on.
    pub fn run(&mut self, input: &mut &[u8], output: &mut BytesMut) -> Result<(), Error> {
        Serve::run(self, input, output)
    }

    /// The next event, for callers that want to see it before they [`handle`](Self::handle) it. None comes while
    /// an answer is unfinished ([`fill`](Self::fill) goes on with it).
    ///
    /// # Errors
    /// Those of the codec.
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        if self.is_over || self.body.is_some() {
            return Ok(None);
        }
        self.codec.decode(input)
    }

    /// Acts on an event, and writes the answer or its beginning.
    ///
    /// # Errors
    /// Those of the codec.
    pub fn handle(&mut self, event: Event<'_>, output: &mut BytesMut) -> Result<(), Error> {
        let answer = match event {
            Event::Command(command) => self.answer(command)?,
            Event::Malformed(bad) => {
                self.login.forget();
                Reply::from(&bad).into()
            }
            Event::Data(octets) => {
                if let Some(transaction) = &mut self.transaction {
                    transaction.receive(&octets);
                }
                return Ok(());
            }
            Event::End => match &mut self.transaction {
                Some(transaction) => transaction.received()?,
                None => Answer::err("not here")?,
            },
            Event::Upgrade => {
                self.tls = Tls::Due;
                return Ok(());
            }
            // The rest comes to clients.
            _ => return Ok(()),
        };
        self.codec.encode(&answer.response, output)?;
        self.body = answer.body;
        Ok(())
    }

    /// Goes on with an answer of several lines, as long as `output` is short. A message never lies in `output`
    /// as a whole.
    ///
    /// # Errors
    /// Those of the codec.
    pub fn fill(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        while output.len() < ENOUGH
            && let Some(body) = &mut self.body
        {
            match body.next(self.transaction.as_ref().map(Transaction::maildrop))? {
                Some(Piece::Octets(octets)) => self.codec.encode_data(&octets, output)?,
                Some(Piece::Row(row)) => self.codec.encode(&row.into(), output)?,
                None => {
                    self.codec.encode_end(output)?;
                    self.body = None;
                }
            }
        }
        Ok(())
    }

    /// The client was silent for too long: says so, if it may, and ends the session without deletions.
    pub fn expire(&mut self, output: &mut BytesMut) {
        self.is_over = true;
        self.transaction = None;
        if let Ok(reply) = Reply::err("silent for too long") {
            // Refused while a message is open; then it ends without a word.
            let _ = self.codec.encode(&reply.into(), output);
        }
    }

    /// Whether the connection is to be closed, once all output is written.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether the TLS handshake is to begin, once all output is written. Then call [`upgraded`](Self::upgraded).
    pub fn wants_tls(&self) -> bool {
        self.tls == Tls::Due
    }

    /// TLS is up. `left` are the octets that were read before it.
    ///
    /// # Errors
    /// If there are any, see [`ServerCodec::upgraded`].
    pub fn upgraded(&mut self, left: &[u8]) -> Result<(), Error> {
        self.codec.upgraded(left)?;
        self.tls = Tls::Active;
        // What was said in the clear may have been said by anyone (RFC 2595 section 4).
        self.login.forget();
        Ok(())
    }

    fn answer(&mut self, command: Command) -> Result<Answer, Error> {
        if !self.codec.state().permits(command.verb()) {
            return Answer::err("not at this point of the session");
        }
        match command {
            Command::Quit => self.quit(),
            Command::Capa => self.capabilities(),
            Command::Lang(tag) => language(tag.as_ref()),
            Command::Stls => self.stls(),
            other => match &mut self.transaction {
                Some(transaction) => transaction.answer(other),
                None => self.log_in(other),
            },
        }
    }

    fn quit(&mut self) -> Result<Answer, Error> {
        self.is_over = true;
        match self.transaction.take() {
            Some(transaction) => Answer::ok(&format!("bye, {} deleted", transaction.update())),
            None => Answer::ok("bye"),
        }
    }

    fn stls(&self) -> Result<Answer, Error> {
        match self.tls {
            Tls::Offered => Answer::ok("begin TLS"),
            Tls::Active => Answer::err("TLS is active already"),
            Tls::Absent | Tls::Due => Answer::err("there is no TLS here"),
        }
    }

    fn capabilities(&self) -> Result<Answer, Error> {
        let mechanisms = login::MECHANISMS.iter().map(Mechanism::new).collect::<Result<_, _>>()?;
        let mut capabilities = vec![
            Capability::User,
            Capability::Sasl(mechanisms),
            Capability::Top,
            Capability::Uidl,
            Capability::Pipelining,
            Capability::RespCodes,
            Capability::AuthRespCode,
            Capability::Lang,
            Capability::Expire(Retention::Never, Scope::All),
            Capability::Implementation(Text::new("mail-proto postoffice")?),
        ];
        if self.transaction.is_none() {
            capabilities.push(Capability::Utf8(Scope::All));
        }
        if self.transaction.is_none() && self.tls == Tls::Offered {
            capabilities.push(Capability::Stls);
        }
        Answer::rows("capabilities follow", capabilities.into_iter().map(Row::Capability).collect())
    }

    fn log_in(&mut self, command: Command) -> Result<Answer, Error> {
        match self.login.step(command, &self.accounts)? {
            Step::Say(answer) => Ok(answer),
            Step::Admit(maildrop) => self.open(&maildrop),
            Step::Refuse => {
                self.attempts_left = self.attempts_left.saturating_sub(1);
                self.is_over = self.attempts_left == 0;
                Answer::coded(ResponseCode::Auth, "wrong user or password")
            }
        }
    }

    fn open(&mut self, maildrop: &Maildrop) -> Result<Answer, Error> {
        let Some(maildrop) = maildrop.open() else {
            return Answer::coded(ResponseCode::InUse, "another session has the maildrop open");
        };
        let (messages, octets) = maildrop.totals();
        self.transaction = Some(Transaction::new(maildrop));
        Answer::ok(&format!("{messages} messages ({octets} octets)"))
    }
}

/// The same methods, for what drives sessions of any protocol.
impl Serve for Session {
    type Event<'i> = Event<'i>;

    fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        self.decode(input)
    }

    fn handle(&mut self, event: Event<'_>, output: &mut BytesMut) -> Result<(), Error> {
        self.handle(event, output)
    }

    fn fill(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        self.fill(output)
    }

    fn expire(&mut self, output: &mut BytesMut) {
        self.expire(output);
    }

    fn is_over(&self) -> bool {
        self.is_over()
    }

    fn wants_tls(&self) -> bool {
        self.wants_tls()
    }

    fn upgraded(&mut self, left: &[u8]) -> Result<(), Error> {
        self.upgraded(left)
    }
}

/// There is one language, which is also the server's preference (RFC 6856 section 3).
fn language(asked: Option<&Word>) -> Result<Answer, Error> {
    let english = Word::new("en")?;
    match asked {
        None => {
            let row = LanguageListing::new(english, Some(Text::new("English")?));
            Answer::rows("languages follow", vec![Row::Language(row)])
        }
        Some(tag) if *tag == "*" || tag.as_bytes().eq_ignore_ascii_case(b"en") => {
            Ok(Reply::language(english).with_text("English it is")?.into())
        }
        Some(_) => Answer::err("only English is spoken here"),
    }
}
