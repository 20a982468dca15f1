//! POP: a mailbox as one piece.

use mail_proto::pop2::{Command, Name, Reply};
use mail_proto::wire::Error;

use super::{Answer, Own};
use crate::maildrop::OpenMaildrop;
use crate::pieces::Pieces;

/// The mailbox, and how far its transfer has come.
#[derive(Debug)]
pub(super) struct Whole {
    own: Own,
    /// From RETR or RDEL to RCVD or RSET.
    transfer: Option<Transfer>,
}

#[derive(Debug)]
struct Transfer {
    open: OpenMaildrop,
    afterwards: Afterwards,
}

/// What becomes of the messages once the client has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Afterwards {
    Keep,
    Delete,
}

impl Whole {
    pub(super) fn new(own: Own) -> Self {
        Self { own, transfer: None }
    }

    pub(super) fn answer(&mut self, command: Command) -> Result<Answer, Error> {
        match command {
            Command::RetrMailbox(name) => self.announce(&name, Afterwards::Keep),
            Command::Rdel(name) => self.announce(&name, Afterwards::Delete),
            Command::Rcev => self.send(),
            Command::Rcvd => self.received(),
            Command::Rset => {
                self.transfer = None;
                Answer::ok("as if nothing had been asked")
            }
            _ => Answer::err("not known here"),
        }
    }

    /// RETR and RDEL: the octets of all messages together.
    fn announce(&mut self, name: &Name, afterwards: Afterwards) -> Result<Answer, Error> {
        if !self.own.is(name) {
            return Answer::err("no such mailbox");
        }
        let Some(open) = self.own.maildrop.open() else { return Answer::in_use() };
        let reply = Reply::count(joined(&open).octets()).with_text("octets")?;
        self.transfer = Some(Transfer { open, afterwards });
        Ok(reply.into())
    }

    /// RCEV: the octets themselves. RFC 918 says nothing of an empty mailbox; then there is nothing to receive.
    fn send(&self) -> Result<Answer, Error> {
        let octets = self.transfer.as_ref().map(|transfer| joined(&transfer.open));
        match octets.filter(|octets| octets.octets() > 0) {
            Some(octets) => Ok(Answer::data(octets)),
            None => Answer::err("nothing to receive"),
        }
    }

    /// RCVD: the client has them all.
    fn received(&mut self) -> Result<Answer, Error> {
        let Some(Transfer { mut open, afterwards }) = self.transfer.take() else {
            return Answer::err("nothing was sent");
        };
        if afterwards == Afterwards::Keep {
            return Answer::ok("kept");
        }
        for number in 1..=open.last_number() {
            open.delete(number);
        }
        Answer::ok(&format!("{} deleted", open.update()))
    }
}

/// All messages, one behind the other: RFC 918 leaves it open what is between them, and here nothing is.
fn joined(open: &OpenMaildrop) -> Pieces {
    (1..=open.last_number()).filter_map(|number| Some(open.message(number)?.octets().clone())).collect()
}
