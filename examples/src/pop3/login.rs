//! The AUTHORIZATION state: USER and PASS, APOP, AUTH.

use mail_proto::pop3::{
    Argument, Auth, Challenge, Command, Mechanism, Row, SaslResponse, Secret, Timestamp, sasl,
};
use mail_proto::wire::Error;

use super::answer::Answer;
use crate::accounts::Accounts;
use crate::maildrop::Maildrop;

/// What AUTH knows.
pub(super) const MECHANISMS: [&str; 3] = ["PLAIN", "LOGIN", "CRAM-MD5"];

/// How far a client has come.
#[derive(Debug)]
pub(super) struct Login {
    /// Of our greeting: what APOP's digest must be made from.
    timestamp: Timestamp,
    /// From USER, for PASS.
    user: Option<Argument>,
    /// An AUTH that waits for the client's answer.
    exchange: Option<Exchange>,
    /// How many challenges CRAM-MD5 has given: no two are alike.
    challenges: u32,
}

#[derive(Debug)]
enum Exchange {
    Plain,
    Login(sasl::Login),
    CramMd5(Vec<u8>),
}

/// What a command leads to.
#[allow(clippy::large_enum_variant, reason = "steps are short-lived, and a box would cost more")]
pub(super) enum Step {
    Say(Answer),
    Admit(Maildrop),
    Refuse,
}

impl Login {
    pub(super) fn new(timestamp: Timestamp) -> Self {
        Self { timestamp, user: None, exchange: None, challenges: 0 }
    }

    /// Starts again: after a broken line inside AUTH, and under TLS.
    pub(super) fn forget(&mut self) {
        self.user = None;
        self.exchange = None;
    }

    pub(super) fn step(&mut self, command: Command, accounts: &Accounts) -> Result<Step, Error> {
        match command {
            Command::User(name) => {
                self.user = Some(name);
                say(Answer::ok("now the password"))
            }
            Command::Pass(password) => match self.user.take() {
                Some(user) => {
                    let proves = |secret: &Secret| password.matches(secret);
                    Ok(verdict(accounts.admit(user.as_text().as_bytes(), proves)))
                }
                None => say(Answer::err("USER first")),
            },
            Command::Apop(apop) => {
                let proves = |secret: &Secret| apop.verify(&self.timestamp, secret);
                Ok(verdict(accounts.admit(apop.name().as_text().as_bytes(), proves)))
            }
            Command::AuthList => {
                let rows = MECHANISMS.iter().map(|name| Mechanism::new(name).map(Row::Mechanism));
                say(Answer::rows("mechanisms follow", rows.collect::<Result<_, _>>()?))
            }
            Command::Auth(auth) => self.begin(&auth, accounts),
            Command::Continue(SaslResponse::Data(answer)) => match self.exchange.take() {
                Some(exchange) => self.go_on(exchange, answer, accounts),
                None => say(Answer::err("AUTH first")),
            },
            Command::Continue(_) => {
                self.exchange = None;
                say(Answer::err("cancelled"))
            }
            // What is sent is always sent as it is stored, UTF-8 included.
            Command::Utf8 => say(Answer::ok("UTF-8 it is")),
            _ => say(Answer::err("not known here")),
        }
    }

    fn begin(&mut self, auth: &Auth, accounts: &Accounts) -> Result<Step, Error> {
        let exchange = match auth.mechanism() {
            plain if plain.is("PLAIN") => Exchange::Plain,
            login if login.is("LOGIN") => Exchange::Login(sasl::Login::new()),
            cram if cram.is("CRAM-MD5") => Exchange::CramMd5(self.challenge()),
            _ => return say(Answer::err("no such mechanism")),
        };
        match (auth.initial(), &exchange) {
            (None, _) => Ok(self.ask(exchange)),
            (Some(_), Exchange::CramMd5(_)) => say(Answer::err("in CRAM-MD5, the server speaks first")),
            (Some(answer), _) => self.go_on(exchange, Secret::new(answer.expose()), accounts),
        }
    }

    /// Sends the challenge that the exchange has come to.
    fn ask(&mut self, exchange: Exchange) -> Step {
        let challenge = match &exchange {
            Exchange::Plain => Challenge::new(""),
            Exchange::Login(login) => Challenge::new(login.prompt().unwrap_or_default()),
            Exchange::CramMd5(challenge) => Challenge::new(challenge),
        };
        self.exchange = Some(exchange);
        Step::Say(challenge.into())
    }

    fn go_on(&mut self, exchange: Exchange, answer: Secret, accounts: &Accounts) -> Result<Step, Error> {
        match exchange {
            Exchange::Plain => match sasl::Plain::decode(answer.expose()) {
                Ok(plain) if acts_for_itself(&plain) => {
                    Ok(verdict(accounts.admit(plain.authentication(), |secret| plain.password() == secret)))
                }
                Ok(_) => Ok(Step::Refuse),
                Err(error) => broken(&error),
            },
            Exchange::Login(mut login) => {
                login.answer(answer);
                if login.prompt().is_some() {
                    return Ok(self.ask(Exchange::Login(login)));
                }
                let Some((user, password)) = login.finish() else { return Ok(Step::Refuse) };
                Ok(verdict(accounts.admit(user.expose(), |secret| password == *secret)))
            }
            Exchange::CramMd5(challenge) => match sasl::CramMd5::decode(answer.expose()) {
                Ok(answer) => {
                    let proves = |secret: &Secret| answer.verify(secret, &challenge);
                    Ok(verdict(accounts.admit(answer.user(), proves)))
                }
                Err(error) => broken(&error),
            },
        }
    }

    /// The timestamp of the greeting, with a count in front: `<1.unique@host>`.
    fn challenge(&mut self) -> Vec<u8> {
        self.challenges = self.challenges.wrapping_add(1);
        let timestamp = self.timestamp.as_text().as_bytes();
        [format!("<{}.", self.challenges).as_bytes(), timestamp.strip_prefix(b"<").unwrap_or(timestamp)]
            .concat()
    }
}

fn say(answer: Result<Answer, Error>) -> Result<Step, Error> {
    answer.map(Step::Say)
}

fn verdict(maildrop: Option<&Maildrop>) -> Step {
    maildrop.map_or(Step::Refuse, |maildrop| Step::Admit(maildrop.clone()))
}

fn broken(error: &Error) -> Result<Step, Error> {
    say(Answer::err(&format!("expected {}", error.expected())))
}

fn acts_for_itself(plain: &sasl::Plain) -> bool {
    plain.authorization().is_empty() || plain.authorization() == plain.authentication()
}
