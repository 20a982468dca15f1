//! Who answers which command. That it may come in its state was checked before (RFC 9051 section 3).

use bytes::BytesMut;
use mail_proto::imap::{
    Capabilities, Command, CommandBody, Condition, Continuation, MailboxName, Response, State,
    StatusResponse, Tag,
};
use mail_proto::wire::Error;

use super::answer::Answer;
use super::fetch::Fetching;
use super::selected::{Access, Selected};
use super::{Session, Tls, historic, list, mailboxes, search, transfer};
use crate::mailboxes::Mailboxes;

impl Session {
    /// Answers a command that may come now, or begins to.
    pub(super) fn command(&mut self, command: Command, output: &mut BytesMut) -> Result<(), Error> {
        let (tag, body) = command.into_parts();
        let search = historic::looked_for(&body);
        let answer = match self.mailboxes.clone() {
            _ if State::NotAuthenticated.permits(&body) => self.anybody(&tag, body, output)?,
            None => Some(Answer::bad("not before a login")),
            Some(mailboxes) => self.user(&tag, &mailboxes, body, output)?,
        };
        answer.map_or(Ok(()), |answer| self.write_found(&tag, answer, search.as_ref(), output))
    }

    /// What a command comes to that needs no login; `None` if its answer comes later.
    fn anybody(
        &mut self,
        tag: &Tag,
        body: CommandBody,
        output: &mut BytesMut,
    ) -> Result<Option<Answer>, Error> {
        Ok(Some(match body {
            CommandBody::Capability => Answer::ok("done").with(Response::Capability(self.capabilities()?)),
            CommandBody::Noop => Answer::ok("done"),
            CommandBody::Logout => {
                self.is_over = true;
                self.selected = None;
                Answer::ok("bye").with(StatusResponse::untagged(Condition::Bye, "logging out")?)
            }
            CommandBody::StartTls if self.tls == Tls::Offered => Answer::ok("begin TLS"),
            CommandBody::Login(login) => {
                let mailboxes = self.accounts.admit_to_all(login.user(), |secret| login.password() == secret);
                self.log_in(mailboxes.cloned())?
            }
            CommandBody::Authenticate(authenticate) => return self.authenticate(tag, &authenticate, output),
            CommandBody::Historic(command) => historic::anybody(&command),
            _ => Answer::bad("not known here"),
        }))
    }

    /// What a command comes to that is about mailboxes by name; `None` if its answer comes later.
    fn user(
        &mut self,
        tag: &Tag,
        mailboxes: &Mailboxes,
        body: CommandBody,
        output: &mut BytesMut,
    ) -> Result<Option<Answer>, Error> {
        Ok(Some(match body {
            // Nothing that is known here has to be enabled.
            CommandBody::Enable(_) => {
                Answer::ok("done").with(Response::Enabled(Capabilities::new(Vec::new())))
            }
            CommandBody::Select(select) => self.select(select.mailbox(), mailboxes, Access::Write)?,
            CommandBody::Examine(select) => self.select(select.mailbox(), mailboxes, Access::Read)?,
            CommandBody::Create(create) => mailboxes::create(&create, mailboxes),
            CommandBody::Delete(mailbox) => mailboxes::delete(&mailbox, mailboxes),
            CommandBody::Rename(rename) => mailboxes::rename(&rename, mailboxes),
            CommandBody::Subscribe(mailbox) => mailboxes::subscribe(&mailbox, mailboxes),
            CommandBody::Unsubscribe(mailbox) => mailboxes::unsubscribe(&mailbox, mailboxes),
            CommandBody::List(list) => list::list(&list, mailboxes)?,
            CommandBody::Lsub(list) => list::lsub(&list, mailboxes)?,
            CommandBody::Namespace => mailboxes::namespace()?,
            CommandBody::Status(mailbox, items) => mailboxes::status(mailbox, &items, mailboxes),
            CommandBody::Append(append) => self.appending.finish(&append, mailboxes),
            CommandBody::Idle => {
                self.exchange = Some(tag.clone());
                self.tell(output)?;
                self.send(Continuation::text("idling")?, output)?;
                return Ok(None);
            }
            CommandBody::Historic(command) => historic::user(&command, mailboxes),
            other => return self.in_mailbox(tag, mailboxes, other),
        }))
    }

    /// What a command comes to that is about the selected mailbox; `None` if its answer comes later.
    fn in_mailbox(
        &mut self,
        tag: &Tag,
        mailboxes: &Mailboxes,
        body: CommandBody,
    ) -> Result<Option<Answer>, Error> {
        let Some(selected) = &mut self.selected else { return Ok(Some(Answer::bad("not known here"))) };
        Ok(Some(match body {
            CommandBody::Fetch(fetch) => match Fetching::new(tag.clone(), &fetch, selected) {
                Some(fetching) => {
                    self.fetching = Some(fetching);
                    return Ok(None);
                }
                None => Answer::bad("an item is not known here"),
            },
            CommandBody::Check => Answer::ok("done"),
            CommandBody::Search(numbering, search) => search::search(selected, tag, numbering, &search),
            CommandBody::Store(store) => selected.store(&store)?,
            CommandBody::Copy(numbering, set, to) => {
                transfer::copy(selected, numbering, &set, &to, mailboxes)
            }
            CommandBody::Move(..) if selected.is_read_only() => Answer::read_only(),
            CommandBody::Move(numbering, set, to) => {
                transfer::move_(selected, numbering, &set, &to, mailboxes)?
            }
            CommandBody::Expunge(among) => selected.expunge(among.as_ref()),
            CommandBody::Close => {
                let answer = selected.close();
                self.selected = None;
                answer
            }
            CommandBody::Unselect => {
                self.selected = None;
                Answer::ok("done")
            }
            _ => Answer::bad("not known here"),
        }))
    }

    fn select(
        &mut self,
        mailbox: &MailboxName,
        mailboxes: &Mailboxes,
        access: Access,
    ) -> Result<Answer, Error> {
        // A SELECT that fails leaves nothing selected (RFC 9051 section 6.3.2).
        self.selected = None;
        let Some(maildrop) = mailboxes.get(mailbox.as_bytes()) else { return Ok(Answer::no_mailbox()) };
        let (selected, answer) = Selected::open(maildrop, access)?;
        self.selected = Some(selected);
        Ok(answer)
    }
}
