//! What a client does once it is logged in.

use bytes::Bytes;
use mail_proto::dmsp::{Command, Flag, FlagState, Login, Name, ReplyCode, Row, Uid};
use mail_proto::wire::Secret;

use super::answer::{Answer, Outcome};
use super::mailbox::Kind;
use super::repository::{Repository, State};

/// A client's place at the repository. Dropping it lets the same client in again.
#[derive(Debug)]
pub(super) struct Desk {
    repository: Repository,
    user: Name,
    client: Name,
}

impl Desk {
    /// 200, or 221 for a client that was away for long.
    pub(super) fn open(repository: &Repository, login: &Login) -> Outcome<(Self, ReplyCode)> {
        let code = repository.lock().log_in(login)?;
        let (user, client) = (login.user().clone(), login.client().clone());
        Ok((Self { repository: repository.clone(), user, client }, code))
    }

    /// SEND-MESSAGE: the message is complete.
    pub(super) fn send(&self, octets: Vec<u8>) -> Outcome<Answer> {
        self.repository.lock().deliver(&self.user, &Bytes::from(octets))?;
        Ok(Answer::done())
    }

    pub(super) fn answer(&self, command: Command) -> Outcome<Answer> {
        let mut state = self.repository.lock();
        match command {
            Command::SetPassword { old, new } => {
                let user = state.user_mut(&self.user)?;
                if !old.matches(&user.secret) {
                    return Err(ReplyCode::Denied);
                }
                user.secret = Secret::new(new.expose());
                Ok(Answer::done())
            }
            Command::ListClients
            | Command::CreateClient(_)
            | Command::DeleteClient(_)
            | Command::ResetClient(_) => self.clients(&mut state, command),
            Command::ListMailboxes
            | Command::CreateMailbox(_)
            | Command::DeleteMailbox(_)
            | Command::CreateBboardMailbox(_)
            | Command::DeleteBboardMailbox(_)
            | Command::ResetMailbox(_)
            | Command::ExpungeMailbox(_) => self.mailboxes(&mut state, command),
            Command::ListAddresses(_) | Command::CreateAddress { .. } | Command::DeleteAddress { .. } => {
                self.addresses(&mut state, command)
            }
            Command::ListSubscriptions
            | Command::ListAvailableSubscriptions
            | Command::CreateSubscription(_)
            | Command::DeleteSubscription(_)
            | Command::ResetSubscription { .. } => self.subscriptions(&mut state, command),
            other => self.messages(&mut state, other),
        }
    }

    fn clients(&self, state: &mut State, command: Command) -> Outcome<Answer> {
        let user = state.user_mut(&self.user)?;
        match command {
            Command::ListClients => return Ok(Answer::rows(ReplyCode::ClientList, user.list_clients())),
            Command::CreateClient(name) => user.create_client(name)?,
            Command::DeleteClient(name) => user.delete_client(&name)?,
            Command::ResetClient(name) => user.reset_client(&name, &self.client)?,
            _ => return Err(ReplyCode::Syntax),
        }
        Ok(Answer::done())
    }

    fn mailboxes(&self, state: &mut State, command: Command) -> Outcome<Answer> {
        match command {
            Command::CreateBboardMailbox(name) => state.create_bboard(&self.user, name)?,
            Command::DeleteBboardMailbox(name) => state.delete_bboard(&self.user, &name)?,
            other => {
                let user = state.user_mut(&self.user)?;
                match other {
                    Command::ListMailboxes => {
                        return Ok(Answer::rows(ReplyCode::MailboxList, user.list_mailboxes()));
                    }
                    Command::CreateMailbox(name) => drop(user.create_mailbox(name, Kind::Private)?),
                    Command::DeleteMailbox(name) => user.delete_mailbox(&name, Kind::Private)?,
                    Command::ResetMailbox(name) => user.mailbox_mut(&name)?.reset(&self.client),
                    Command::ExpungeMailbox(name) => user.mailbox_mut(&name)?.expunge(&self.client),
                    _ => return Err(ReplyCode::Syntax),
                }
            }
        }
        Ok(Answer::done())
    }

    fn addresses(&self, state: &mut State, command: Command) -> Outcome<Answer> {
        match command {
            Command::ListAddresses(mailbox) => {
                let addresses = state.user(&self.user)?.mailbox(&mailbox)?.addresses.iter();
                return Ok(Answer::rows(
                    ReplyCode::AddressList,
                    addresses.cloned().map(Row::Address).collect(),
                ));
            }
            Command::CreateAddress { mailbox, address } => {
                state.user(&self.user)?.mailbox(&mailbox)?;
                // With the "@" that RFC 822 wants (section 3.2), although section 4.1 has none.
                let address = Name::printable(&address).map_err(|_| ReplyCode::ArgumentSyntax)?;
                if state.is_taken(&address) {
                    return Err(ReplyCode::AddressExists);
                }
                state.user_mut(&self.user)?.mailbox_mut(&mailbox)?.addresses.push(address);
            }
            Command::DeleteAddress { mailbox, address } => {
                let addresses = &mut state.user_mut(&self.user)?.mailbox_mut(&mailbox)?.addresses;
                let at = addresses.iter().position(|known| known.eq_ignore_ascii_case(&address));
                addresses.remove(at.ok_or(ReplyCode::NoAddress)?);
            }
            _ => return Err(ReplyCode::Syntax),
        }
        Ok(Answer::done())
    }

    fn subscriptions(&self, state: &mut State, command: Command) -> Outcome<Answer> {
        match command {
            Command::ListSubscriptions => {
                return Ok(Answer::rows(ReplyCode::SubscriptionList, state.list_subscriptions(&self.user)?));
            }
            Command::ListAvailableSubscriptions => {
                return Ok(Answer::rows(ReplyCode::BboardList, state.list_bboards()));
            }
            Command::CreateSubscription(name) => state.subscribe(&self.user, &name)?,
            Command::DeleteSubscription(name) => state.user_mut(&self.user)?.unsubscribe(&name)?,
            Command::ResetSubscription { bboard, uid } => {
                state.user_mut(&self.user)?.reset_subscription(&bboard, uid)?;
            }
            _ => return Err(ReplyCode::Syntax),
        }
        Ok(Answer::done())
    }

    fn messages(&self, state: &mut State, command: Command) -> Outcome<Answer> {
        match command {
            Command::FetchDescriptors { mailbox, uids } => {
                let rows = state.readable(&self.user, &mailbox)?.descriptors(uids);
                Ok(Answer::rows(ReplyCode::DescriptorList, rows))
            }
            // Update lists belong to the clients of a mailbox's owner; a subscriber counts by UID.
            Command::FetchChangedDescriptors { mailbox, most } => {
                let rows = state.user(&self.user)?.mailbox(&mailbox)?.changed(&self.client, most);
                Ok(Answer::rows(ReplyCode::DescriptorList, rows))
            }
            Command::ResetDescriptors { mailbox, uids } => {
                let mailbox = state.user_mut(&self.user)?.mailbox_mut(&mailbox)?;
                mailbox.updates.recorded(&self.client, uids);
                Ok(Answer::done())
            }
            Command::FetchMessage { mailbox, uid } => {
                state.readable(&self.user, &mailbox)?.octets(uid).map(Answer::message)
            }
            Command::SetMessageFlag { mailbox, uid, flag, state: flag_state } => {
                let mailbox = state.user_mut(&self.user)?.mailbox_mut(&mailbox)?;
                mailbox.set_flag(uid, flag, flag_state, Some(&self.client))?;
                Ok(Answer::done())
            }
            Command::CopyMessage { source, target, uid } => self.copy(state, &source, &target, uid),
            Command::PrintMessage { mailbox, uid, .. } => {
                state.readable(&self.user, &mailbox)?.octets(uid)?;
                Err(ReplyCode::NoPrinter)
            }
            _ => Err(ReplyCode::Syntax),
        }
    }

    /// The copy's descriptor tells its UID; the original is marked as copied, if it is the user's own.
    fn copy(&self, state: &mut State, source: &Name, target: &Name, uid: Uid) -> Outcome<Answer> {
        if source.eq_ignore_ascii_case(target) {
            return Err(ReplyCode::CopyOntoItself);
        }
        let octets = state.readable(&self.user, source)?.octets(uid);
        let user = state.user_mut(&self.user)?;
        let mailbox = user.mailbox_mut(target)?;
        let copy = mailbox.append(octets?, Some(&self.client));
        let rows = mailbox.descriptor(copy).map(Row::Descriptor).into_iter().collect();
        if let Ok(original) = user.mailbox_mut(source) {
            original.set_flag(uid, Flag::Copied, FlagState::Set, None)?;
        }
        Ok(Answer::rows(ReplyCode::DescriptorList, rows))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Ok(user) = self.repository.lock().user_mut(&self.user) {
            user.leave(&self.client);
        }
    }
}
