//! POP2: a mailbox message by message.

use mail_proto::pop2::{self, Command, Name, Response};
use mail_proto::wire::Error;

use super::{Answer, Own};
use crate::maildrop::OpenMaildrop;

/// The mailbox that is selected.
#[derive(Debug)]
pub(super) struct Messages {
    own: Own,
    /// `None` while another name is selected, under which there is nothing.
    open: Option<OpenMaildrop>,
    /// Which message is the current one, and which are to be deleted.
    session: pop2::Session,
}

impl Messages {
    /// The user's own mailbox; `None` while another session has it open.
    pub(super) fn open(own: Own) -> Option<Self> {
        let open = own.maildrop.open()?;
        Some(Self { own, session: session(&open), open: Some(open) })
    }

    /// How many messages are in the mailbox.
    pub(super) fn count(&self) -> Result<Answer, Error> {
        self.session.count().with_text("messages").map(Answer::from)
    }

    pub(super) fn answer(&mut self, command: Command) -> Result<Answer, Error> {
        if let Command::Fold(name) = command {
            return self.fold(&name);
        }
        let current = self.session.current();
        match self.session.answer(&command)? {
            Some(Response::Data) => {
                let open = self.open.as_ref();
                let message = current.and_then(|number| open?.message(number));
                message.map_or_else(
                    || Answer::err("no such message"),
                    |message| Ok(Answer::data(message.octets().clone().into())),
                )
            }
            Some(response) => Ok(Answer { response, body: None }),
            None => Answer::err("not known here"),
        }
    }

    /// FOLD releases the one mailbox, and selects another.
    fn fold(&mut self, name: &Name) -> Result<Answer, Error> {
        self.release();
        if self.own.is(name) {
            let Some(open) = self.own.maildrop.open() else { return Answer::in_use() };
            self.session = session(&open);
            self.open = Some(open);
        }
        self.count()
    }

    /// Deletes what was acknowledged with ACKD, and lets the next session in.
    pub(super) fn release(&mut self) {
        if let Some(mut open) = self.open.take() {
            for number in self.session.deleted() {
                open.delete(number);
            }
            open.update();
        }
        self.session = pop2::Session::default();
    }
}

fn session(open: &OpenMaildrop) -> pop2::Session {
    pop2::Session::new((1..=open.last_number()).map(|number| open.message(number).map_or(0, |it| it.size())))
}
