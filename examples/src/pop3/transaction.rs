//! The TRANSACTION state: what is done with an open maildrop.

use mail_proto::pop3::{Command, DropListing, MessageNumber, Reply, Row, ScanListing, UniqueId, Xtnd};
use mail_proto::wire::Error;

use super::answer::Answer;
use crate::incoming::Incoming;
use crate::maildrop::{Message, OpenMaildrop};

/// An open maildrop, and what the session has done with it.
#[derive(Debug)]
pub(super) struct Transaction {
    maildrop: OpenMaildrop,
    /// The highest number that was retrieved, for LAST.
    last: u32,
    /// The message that XTND XMIT is bringing.
    incoming: Option<Incoming>,
}

impl Transaction {
    pub(super) fn new(maildrop: OpenMaildrop) -> Self {
        Self { maildrop, last: 0, incoming: None }
    }

    pub(super) fn maildrop(&self) -> &OpenMaildrop {
        &self.maildrop
    }

    /// UPDATE: removes what is marked, lets the next session in, and tells how many messages were removed.
    pub(super) fn update(self) -> usize {
        self.maildrop.update()
    }

    pub(super) fn answer(&mut self, command: Command) -> Result<Answer, Error> {
        match command {
            Command::Stat => {
                let (messages, octets) = self.maildrop.totals();
                Ok(Reply::drop_listing(DropListing::new(messages, octets)).into())
            }
            Command::List(None) => {
                let (messages, octets) = self.maildrop.totals();
                let text = format!("{messages} messages ({octets} octets)");
                Answer::messages(&text, |number, message| Ok(Row::Scan(scan(number, message))))
            }
            Command::List(Some(number)) => {
                self.with(number, |message| Ok(Reply::scan_listing(scan(number, message)).into()))
            }
            Command::Uidl(None) => Answer::messages("unique-ids follow", |number, message| {
                unique_id(number, message).map(Row::UniqueId)
            }),
            Command::Uidl(Some(number)) => {
                self.with(number, |message| Ok(Reply::unique_id(unique_id(number, message)?).into()))
            }
            Command::Retr(number) => self.retrieve(number),
            Command::Top(number, lines) => self.with(number, |message| Answer::message(message.top(lines))),
            Command::Dele(number) if self.maildrop.delete(number.get()) => Answer::ok("marked as deleted"),
            Command::Dele(_) => no_such_message(),
            Command::Rset => {
                self.maildrop.reset();
                self.last = 0;
                Answer::ok("nothing is marked any more")
            }
            Command::Last => Ok(Reply::last(self.last).into()),
            Command::Noop => Answer::ok(""),
            Command::Xtnd(Xtnd::Xmit) => {
                self.incoming = Some(Incoming::new());
                Answer::ok("send the message")
            }
            _ => Answer::err("not known here"),
        }
    }

    /// Octets of the message that XTND XMIT announced.
    pub(super) fn receive(&mut self, octets: &[u8]) {
        if let Some(incoming) = &mut self.incoming {
            incoming.receive(octets);
        }
    }

    /// That message is complete: it comes to lie behind the others.
    pub(super) fn received(&mut self) -> Result<Answer, Error> {
        match self.incoming.take().and_then(Incoming::finish) {
            Some(message) => {
                self.maildrop.append(&message);
                Answer::ok("kept for the next session")
            }
            None => Answer::err("the message is too large"),
        }
    }

    fn retrieve(&mut self, number: MessageNumber) -> Result<Answer, Error> {
        let answer = self.with(number, |message| Answer::message(message.octets().clone()))?;
        if answer.body.is_some() {
            self.last = self.last.max(number.get());
        }
        Ok(answer)
    }

    fn with(
        &self,
        number: MessageNumber,
        answer: impl FnOnce(&Message) -> Result<Answer, Error>,
    ) -> Result<Answer, Error> {
        self.maildrop.message(number.get()).map_or_else(no_such_message, answer)
    }
}

fn scan(number: MessageNumber, message: &Message) -> ScanListing {
    ScanListing::new(number, message.size())
}

fn unique_id(number: MessageNumber, message: &Message) -> Result<UniqueId, Error> {
    UniqueId::new(number, message.unique_id())
}

fn no_such_message() -> Result<Answer, Error> {
    Answer::err("no such message")
}
