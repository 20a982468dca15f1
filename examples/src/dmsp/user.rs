//! A user: clients, mailboxes, subscriptions (RFC 1056 section 3.1). All names are found in any letter case.

use std::collections::BTreeMap;

use mail_proto::dmsp::{Activity, ClientEntry, Name, ReplyCode, Row, Uid};
use mail_proto::wire::Secret;

use super::answer::{Outcome, legal};
use super::mailbox::{Kind, Mailbox};

#[derive(Debug)]
pub(super) struct User {
    pub(super) secret: Secret,
    clients: BTreeMap<Name, Client>,
    mailboxes: BTreeMap<Name, Mailbox>,
    subscriptions: BTreeMap<Name, Subscription>,
}

/// A workstation of the user's.
#[derive(Debug)]
struct Client {
    name: Name,
    activity: Activity,
    presence: Presence,
}

/// Whether a session of it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Away,
    Here,
}

/// A bulletin board that the user reads.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) bboard: Name,
    pub(super) first_unseen: Uid,
}

impl User {
    pub(super) fn new(secret: Secret) -> Self {
        Self { secret, clients: BTreeMap::new(), mailboxes: BTreeMap::new(), subscriptions: BTreeMap::new() }
    }

    // Clients.

    /// A session of this client begins: 221 if it was away for long.
    pub(super) fn arrive(&mut self, name: &Name) -> Outcome<ReplyCode> {
        let client = self.clients.get_mut(&name.to_lowercase()).ok_or(ReplyCode::NoClient)?;
        if client.presence == Presence::Here {
            return Err(ReplyCode::Locked);
        }
        client.presence = Presence::Here;
        match std::mem::replace(&mut client.activity, Activity::Active) {
            Activity::Active => Ok(ReplyCode::Ok),
            Activity::Inactive => Ok(ReplyCode::ClientOutOfDate),
        }
    }

    /// That session is over.
    pub(super) fn leave(&mut self, name: &Name) {
        if let Some(client) = self.clients.get_mut(&name.to_lowercase()) {
            client.presence = Presence::Away;
        }
    }

    /// A week has passed: who is not here counts as inactive.
    pub(super) fn grow_old(&mut self) {
        for client in self.clients.values_mut().filter(|client| client.presence == Presence::Away) {
            client.activity = Activity::Inactive;
        }
    }

    pub(super) fn list_clients(&self) -> Vec<Row> {
        let entry = |client: &Client| Row::Client(ClientEntry::new(client.name.clone(), client.activity));
        self.clients.values().map(entry).collect()
    }

    /// All there is is new to a new client.
    pub(super) fn create_client(&mut self, name: Name) -> Outcome<()> {
        let name = legal(name)?;
        if self.clients.contains_key(&name.to_lowercase()) {
            return Err(ReplyCode::ClientExists);
        }
        for mailbox in self.mailboxes.values_mut() {
            mailbox.reset(&name);
        }
        let client = Client { name: name.clone(), activity: Activity::Active, presence: Presence::Away };
        self.clients.insert(name.to_lowercase(), client);
        Ok(())
    }

    pub(super) fn delete_client(&mut self, name: &Name) -> Outcome<()> {
        match self.clients.get(&name.to_lowercase()) {
            None => return Err(ReplyCode::NoClient),
            Some(client) if client.presence == Presence::Here => return Err(ReplyCode::Locked),
            Some(_) => drop(self.clients.remove(&name.to_lowercase())),
        }
        for mailbox in self.mailboxes.values_mut() {
            mailbox.updates.remove(name);
        }
        Ok(())
    }

    /// `asks` is the client that wants it, of itself or of one that is away.
    pub(super) fn reset_client(&mut self, name: &Name, asks: &Name) -> Outcome<()> {
        let client = self.clients.get(&name.to_lowercase()).ok_or(ReplyCode::NoClient)?;
        if client.presence == Presence::Here && !name.eq_ignore_ascii_case(asks) {
            return Err(ReplyCode::Locked);
        }
        for mailbox in self.mailboxes.values_mut() {
            mailbox.reset(name);
        }
        Ok(())
    }

    // Mailboxes.

    pub(super) fn list_mailboxes(&self) -> Vec<Row> {
        self.mailboxes.values().map(|mailbox| Row::Mailbox(mailbox.entry())).collect()
    }

    pub(super) fn mailboxes(&self) -> impl Iterator<Item = &Mailbox> {
        self.mailboxes.values()
    }

    pub(super) fn mailbox(&self, name: &Name) -> Outcome<&Mailbox> {
        self.mailboxes.get(&name.to_lowercase()).ok_or(ReplyCode::NoMailbox)
    }

    pub(super) fn mailbox_mut(&mut self, name: &Name) -> Outcome<&mut Mailbox> {
        self.mailboxes.get_mut(&name.to_lowercase()).ok_or(ReplyCode::NoMailbox)
    }

    /// Mailboxes and subscriptions share their names.
    pub(super) fn create_mailbox(&mut self, name: Name, kind: Kind) -> Outcome<&mut Mailbox> {
        let name = legal(name)?;
        let key = name.to_lowercase();
        if self.mailboxes.contains_key(&key) {
            return Err(ReplyCode::MailboxExists);
        }
        if self.subscriptions.contains_key(&key) {
            return Err(ReplyCode::SubscriptionExists);
        }
        let mailbox = Mailbox::new(name, kind, self.clients.keys());
        Ok(self.mailboxes.entry(key).or_insert(mailbox))
    }

    /// A bulletin board is deleted by an operation of its own: then this is told that it is none.
    pub(super) fn delete_mailbox(&mut self, name: &Name, kind: Kind) -> Outcome<()> {
        match self.mailbox(name)?.kind {
            found if found == kind => drop(self.mailboxes.remove(&name.to_lowercase())),
            Kind::Bboard => return Err(ReplyCode::SubscriptionExists),
            Kind::Private => return Err(ReplyCode::NoMailbox),
        }
        Ok(())
    }

    // Subscriptions.

    pub(super) fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        self.subscriptions.values()
    }

    pub(super) fn subscribes_to(&self, bboard: &Name) -> bool {
        self.subscriptions.contains_key(&bboard.to_lowercase())
    }

    pub(super) fn subscribe(&mut self, bboard: Name) -> Outcome<()> {
        let key = bboard.to_lowercase();
        if self.mailboxes.contains_key(&key) {
            return Err(ReplyCode::MailboxExists);
        }
        if self.subscriptions.contains_key(&key) {
            return Err(ReplyCode::SubscriptionExists);
        }
        self.subscriptions.insert(key, Subscription { bboard, first_unseen: Uid::new(1) });
        Ok(())
    }

    pub(super) fn unsubscribe(&mut self, bboard: &Name) -> Outcome<()> {
        self.subscriptions.remove(&bboard.to_lowercase()).map(drop).ok_or(ReplyCode::NoSubscription)
    }

    pub(super) fn reset_subscription(&mut self, bboard: &Name, first_unseen: Uid) -> Outcome<()> {
        let subscription = self.subscriptions.get_mut(&bboard.to_lowercase());
        subscription.ok_or(ReplyCode::NoSubscription)?.first_unseen = first_unseen;
        Ok(())
    }
}
