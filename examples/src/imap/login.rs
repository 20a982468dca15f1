//! Who the client is: LOGIN, AUTHENTICATE, and what is on offer before and behind them.

use bytes::BytesMut;
use mail_proto::imap::{Authenticate, Capabilities, Capability, Continuation, ResponseCode, Tag};
use mail_proto::wire::Error;
use mail_proto::wire::sasl::Plain;

use super::answer::Answer;
use super::{Session, Tls};
use crate::accounts::Accounts;
use crate::incoming::LARGEST;
use crate::mailboxes::Mailboxes;

/// All but those that depend on the state.
const CAPABILITIES: [&str; 18] = [
    "IMAP4rev1",
    "LITERAL+",
    "SASL-IR",
    "ENABLE",
    "IDLE",
    "UNSELECT",
    "UIDPLUS",
    "MOVE",
    "MULTIAPPEND",
    "NAMESPACE",
    "CHILDREN",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "SPECIAL-USE",
    "STATUS=SIZE",
    "ESEARCH",
    "SEARCHRES",
    "WITHIN",
];

impl Session {
    pub(super) fn capabilities(&self) -> Result<Capabilities, Error> {
        let limit = format!("APPENDLIMIT={LARGEST}");
        let mut names = [&CAPABILITIES[..], &[&limit]].concat();
        if self.mailboxes.is_none() {
            names.push("AUTH=PLAIN");
            if self.tls == Tls::Offered {
                names.push("STARTTLS");
            }
        }
        names.into_iter().map(Capability::new).collect()
    }

    /// `None`: the client could not prove who it is.
    pub(super) fn log_in(&mut self, mailboxes: Option<Mailboxes>) -> Result<Answer, Error> {
        if mailboxes.is_none() {
            self.attempts_left = self.attempts_left.saturating_sub(1);
            self.is_over = self.attempts_left == 0;
            return Ok(Answer::no("wrong user or password").coded(ResponseCode::AuthenticationFailed));
        }
        self.mailboxes = mailboxes;
        self.codec.authenticated();
        Ok(Answer::ok("logged in").coded(ResponseCode::Capability(self.capabilities()?)))
    }

    pub(super) fn authenticate(
        &mut self,
        tag: &Tag,
        authenticate: &Authenticate,
        output: &mut BytesMut,
    ) -> Result<Option<Answer>, Error> {
        if !authenticate.mechanism().is("PLAIN") {
            return Ok(Some(Answer::no("no such mechanism")));
        }
        if let Some(initial) = authenticate.initial() {
            return self.log_in(plain(initial.expose(), &self.accounts)).map(Some);
        }
        self.exchange = Some(tag.clone());
        self.send(Continuation::challenge(""), output)?;
        Ok(None)
    }
}

/// PLAIN (RFC 4616): who acts, and with which password.
pub(super) fn plain(answer: &[u8], accounts: &Accounts) -> Option<Mailboxes> {
    let plain = Plain::decode(answer).ok()?;
    let acts_for_itself = plain.authorization().is_empty() || plain.authorization() == plain.authentication();
    let mailboxes = accounts.admit_to_all(plain.authentication(), |secret| plain.password() == secret)?;
    acts_for_itself.then(|| mailboxes.clone())
}
