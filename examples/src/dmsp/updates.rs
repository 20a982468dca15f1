//! Which clients have not heard of which changes yet.

use std::collections::{BTreeMap, BTreeSet};

use mail_proto::dmsp::{Name, Uid, UidRange};

/// The update list of each client, for one mailbox (RFC 1056 section 5.2).
#[derive(Debug, Default)]
pub(super) struct UpdateLists(BTreeMap<Name, BTreeSet<Uid>>);

impl UpdateLists {
    /// Puts messages on the list of this client, which may be a new one.
    pub(super) fn reset(&mut self, client: &Name, uids: impl IntoIterator<Item = Uid>) {
        self.0.entry(client.to_lowercase()).or_default().extend(uids);
    }

    pub(super) fn remove(&mut self, client: &Name) {
        self.0.remove(&client.to_lowercase());
    }

    /// A message has changed: all clients are to hear of it, but the one that did it and knows.
    pub(super) fn note(&mut self, uid: Uid, knows: Option<&Name>) {
        let knows = knows.map(Name::to_lowercase);
        for (_, list) in self.0.iter_mut().filter(|(client, _)| Some(*client) != knows.as_ref()) {
            list.insert(uid);
        }
    }

    /// The list of this client, lowest UID first.
    pub(super) fn of(&self, client: &Name) -> impl Iterator<Item = Uid> {
        self.0.get(&client.to_lowercase()).into_iter().flatten().copied()
    }

    /// This client has recorded the changes of these messages.
    pub(super) fn recorded(&mut self, client: &Name, uids: UidRange) {
        if let Some(list) = self.0.get_mut(&client.to_lowercase()) {
            list.retain(|uid| !uids.contains(*uid));
        }
    }
}
