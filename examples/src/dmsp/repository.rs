//! The repository: all users, and what they share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use mail_proto::dmsp::{Descriptor, EightBit, Flags, Login, Name, ReplyCode, Row, SubscriptionEntry, Uid};
use mail_proto::wire::{Error, Secret};

use super::answer::Outcome;
use super::mailbox::{Kind, Mailbox};
use super::user::User;
use crate::maildrop::Message;

/// A Pcmail repository in memory. A clone is another handle to the same one.
#[derive(Clone, Debug, Default)]
pub struct Repository(Arc<Mutex<State>>);

/// What is in a repository.
#[derive(Debug, Default)]
pub(super) struct State {
    users: BTreeMap<Name, User>,
    /// Who owns each bulletin board; their names are unique in the whole repository.
    bboards: BTreeMap<Name, Name>,
}

impl Repository {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one user more, with these messages in the mailbox of the user's own name. There are no
    /// clients yet: LOGIN creates them if it is asked to.
    ///
    /// # Errors
    /// `Syntax` where `user` is no name.
    pub fn with(self, user: &str, secret: Secret, messages: &[Message]) -> Result<Self, Error> {
        let name = Name::new(user)?;
        let mut new = User::new(secret);
        if let Ok(mailbox) = new.create_mailbox(name.clone(), Kind::Private) {
            for message in messages {
                mailbox.append(message.octets().clone(), None);
            }
        }
        self.lock().users.insert(name.to_lowercase(), new);
        Ok(self)
    }

    /// Nobody who is not logged in now has been for a week: those clients are inactive. A repository has no clock;
    /// its owner has.
    pub fn a_week_has_passed(&self) {
        for user in self.lock().users.values_mut() {
            user.grow_old();
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Operations check before they change anything, so what a thread that panicked has left is sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    pub(super) fn user(&self, name: &Name) -> Outcome<&User> {
        self.users.get(&name.to_lowercase()).ok_or(ReplyCode::NoUser)
    }

    pub(super) fn user_mut(&mut self, name: &Name) -> Outcome<&mut User> {
        self.users.get_mut(&name.to_lowercase()).ok_or(ReplyCode::NoUser)
    }

    /// 200, or 221 for a client that was away for long.
    pub(super) fn log_in(&mut self, login: &Login) -> Outcome<ReplyCode> {
        let user = self.user_mut(login.user())?;
        if !login.password().matches(&user.secret) {
            return Err(ReplyCode::Denied);
        }
        match user.arrive(login.client()) {
            Err(ReplyCode::NoClient) if login.creates_client() => {
                user.create_client(login.client().clone())?;
                user.arrive(login.client())
            }
            outcome => outcome,
        }
    }

    /// A mailbox of the user's own, or a bulletin board that the user subscribes to.
    pub(super) fn readable(&self, user: &Name, name: &Name) -> Outcome<&Mailbox> {
        let user = self.user(user)?;
        match user.mailbox(name) {
            Err(_) if user.subscribes_to(name) => self.bboard(name),
            outcome => outcome,
        }
    }

    fn bboard(&self, name: &Name) -> Outcome<&Mailbox> {
        let owner = self.bboards.get(&name.to_lowercase()).ok_or(ReplyCode::NoMailbox)?;
        self.user(owner)?.mailbox(name)
    }

    // Bulletin boards.

    pub(super) fn list_bboards(&self) -> Vec<Row> {
        self.bboards
            .keys()
            .filter_map(|name| Some(self.bboard(name).ok()?.entry().name().clone()))
            .map(Row::Bboard)
            .collect()
    }

    pub(super) fn list_subscriptions(&self, user: &Name) -> Outcome<Vec<Row>> {
        let rows = self.user(user)?.subscriptions().map(|subscription| {
            let (bboard, first) = (subscription.bboard.clone(), subscription.first_unseen);
            // Subscribers keep their subscription to a board that was deleted; nothing is left to see on it.
            let found = self.bboard(&bboard);
            let (unseen, next) = found.map_or((0, first), |found| (found.since(first), found.next_uid()));
            Row::Subscription(SubscriptionEntry::new(bboard, first, unseen, next))
        });
        Ok(rows.collect())
    }

    pub(super) fn create_bboard(&mut self, owner: &Name, name: Name) -> Outcome<()> {
        if self.bboards.contains_key(&name.to_lowercase()) {
            return Err(ReplyCode::MailboxExists);
        }
        self.user_mut(owner)?.create_mailbox(name.clone(), Kind::Bboard)?;
        self.bboards.insert(name.to_lowercase(), owner.clone());
        Ok(())
    }

    pub(super) fn delete_bboard(&mut self, user: &Name, name: &Name) -> Outcome<()> {
        let owner = self.bboards.get(&name.to_lowercase()).ok_or(ReplyCode::NoMailbox)?;
        if !owner.eq_ignore_ascii_case(user) {
            return Err(ReplyCode::Denied);
        }
        self.user_mut(user)?.delete_mailbox(name, Kind::Bboard)?;
        self.bboards.remove(&name.to_lowercase());
        Ok(())
    }

    pub(super) fn subscribe(&mut self, user: &Name, name: &Name) -> Outcome<()> {
        let bboard = self.bboard(name)?.entry().name().clone();
        self.user_mut(user)?.subscribe(bboard)
    }

    // Delivery.

    /// An address belongs to one mailbox only.
    pub(super) fn is_taken(&self, address: &Name) -> bool {
        self.place(address.as_bytes()).is_some()
    }

    /// Delivers a message to whom its "to:" field names: address objects, and users. There is no world outside: if
    /// nobody is named, it comes to the sender.
    pub(super) fn deliver(&mut self, sender: &Name, octets: &Bytes) -> Outcome<()> {
        let header = Descriptor::from_header(Uid::new(0), Flags::new(), 0, 0, octets, EightBit::Pass);
        if header.to().is_empty() && header.from().is_empty() {
            return Err(ReplyCode::ArgumentSyntax);
        }
        let mut places: Vec<_> =
            recipients(header.to().as_bytes()).filter_map(|to| self.recipient(to)).collect();
        if places.is_empty() {
            places.push((sender.clone(), sender.clone()));
        }
        places.sort();
        places.dedup();
        for (user, mailbox) in places {
            let user = self.user_mut(&user)?;
            if user.mailbox(&mailbox).is_err() {
                user.create_mailbox(mailbox.clone(), Kind::Private)?;
            }
            user.mailbox_mut(&mailbox)?.append(octets.clone(), None);
        }
        Ok(())
    }

    /// Whose mailbox an address means.
    fn recipient(&self, address: &[u8]) -> Option<(Name, Name)> {
        let local = address.split(|octet| *octet == b'@').next().unwrap_or_default();
        self.place(address).or_else(|| self.place(local)).or_else(|| {
            let user = Name::new(local).ok()?.to_lowercase();
            self.users.contains_key(&user).then(|| (user.clone(), user))
        })
    }

    /// Where an address object leads.
    fn place(&self, address: &[u8]) -> Option<(Name, Name)> {
        self.users.iter().find_map(|(user, of_user)| {
            let mailbox = of_user.mailboxes().find(|mailbox| {
                mailbox.addresses.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(address))
            })?;
            Some((user.clone(), mailbox.entry().name().to_lowercase()))
        })
    }
}

/// The addresses in a field: enough of RFC 822 for `a, B <b@host>`.
fn recipients(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    field.split(|octet| *octet == b',').map(|one| {
        let inner = one.split(|octet| *octet == b'<').nth(1);
        inner.map_or(one, |inner| inner.split(|octet| *octet == b'>').next().unwrap_or_default()).trim_ascii()
    })
}
