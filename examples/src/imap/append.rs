//! APPEND: messages on their way into the mailbox.

use std::collections::VecDeque;

use mail_proto::imap::{Append, AppendMessage, NumberSet, ResponseCode};

use super::answer::Answer;
use super::selected::marks;
use crate::incoming::Incoming;
use crate::mailboxes::Mailboxes;

/// The streamed literals of a command whose end has not come.
#[derive(Debug, Default)]
pub(super) struct Appending(VecDeque<Incoming>);

impl Appending {
    pub(super) fn begin(&mut self) {
        self.0.push_back(Incoming::new());
    }

    pub(super) fn receive(&mut self, octets: &[u8]) {
        if let Some(incoming) = self.0.back_mut() {
            incoming.receive(octets);
        }
    }

    /// The command is complete: stores its messages, all or none.
    pub(super) fn finish(&mut self, append: &Append, mailboxes: &Mailboxes) -> Answer {
        if append.messages().iter().any(|message| message.literal().is_none()) {
            self.0.clear();
            return Answer::bad("a message is one literal here");
        }
        let Some(maildrop) = mailboxes.get(append.mailbox().as_bytes()) else { return Answer::try_create() };
        let octets = append.messages().iter().map(|message| match message.literal()?.as_bytes() {
            Some(octets) => Some(octets.to_vec()),
            None => self.0.pop_front().and_then(Incoming::finish),
        });
        let Some(octets) = octets.collect::<Option<Vec<_>>>() else {
            return Answer::no("a message is too large").coded(ResponseCode::TooBig);
        };
        let keep = |(octets, message): (Vec<u8>, &AppendMessage)| {
            let received = message.date().map(|date| date.to_unix());
            maildrop.keep(octets, marks(message.flags()), received)
        };
        let uids: NumberSet = octets.into_iter().zip(append.messages()).map(keep).collect();
        let Some(uids) = uids.to_sequence_set() else { return Answer::bad("no message") };
        let uid_validity = super::mailboxes::uid_validity(&maildrop);
        Answer::ok("stored").coded(ResponseCode::AppendUid { uid_validity, uids })
    }
}
