//! Mailboxes, and the messages in them.

use std::collections::BTreeMap;

use bytes::Bytes;
use mail_proto::dmsp::{
    Descriptor, EightBit, Flag, FlagState, Flags, MailboxEntry, Name, ReplyCode, Row, Uid, UidRange,
};

use super::answer::Outcome;
use super::updates::UpdateLists;

/// A mailbox of a user. UIDs begin with 1, grow, and are never used again (RFC 1056 section 3.1).
#[derive(Debug)]
pub(super) struct Mailbox {
    name: Name,
    pub(super) kind: Kind,
    next_uid: u32,
    letters: BTreeMap<Uid, Letter>,
    pub(super) addresses: Vec<Name>,
    pub(super) updates: UpdateLists,
}

/// Who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Private,
    /// Everyone who subscribes to it.
    Bboard,
}

/// A message and its flags.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    octets: Bytes,
    flags: Flags,
}

impl Mailbox {
    /// An empty mailbox, for these clients of its user.
    pub(super) fn new<'c>(name: Name, kind: Kind, clients: impl Iterator<Item = &'c Name>) -> Self {
        let mut updates = UpdateLists::default();
        for client in clients {
            updates.reset(client, []);
        }
        Self { name, kind, next_uid: 1, letters: BTreeMap::new(), addresses: Vec::new(), updates }
    }

    pub(super) fn entry(&self) -> MailboxEntry {
        MailboxEntry::new(self.name.clone(), self.next_uid(), count(self.letters.len()), self.unseen())
    }

    pub(super) fn next_uid(&self) -> Uid {
        Uid::new(self.next_uid)
    }

    /// A message comes to lie behind the others. `knows` is the client that brought it and is told its UID.
    pub(super) fn append(&mut self, octets: Bytes, knows: Option<&Name>) -> Uid {
        let uid = self.next_uid();
        self.next_uid += 1;
        self.letters.insert(uid, Letter { octets, flags: Flags::new() });
        self.updates.note(uid, knows);
        uid
    }

    pub(super) fn octets(&self, uid: Uid) -> Outcome<Bytes> {
        self.letters.get(&uid).map(|letter| letter.octets.clone()).ok_or(ReplyCode::NoMessage)
    }

    pub(super) fn descriptor(&self, uid: Uid) -> Option<Descriptor> {
        self.letters.get(&uid).map(|letter| letter.descriptor(uid))
    }

    pub(super) fn descriptors(&self, uids: UidRange) -> Vec<Row> {
        if uids.low() > uids.high() {
            return Vec::new();
        }
        let letters = self.letters.range(uids.low()..=uids.high());
        letters.map(|(uid, letter)| Row::Descriptor(letter.descriptor(*uid))).collect()
    }

    /// What a client has not recorded yet, at most so many.
    pub(super) fn changed(&self, client: &Name, most: u32) -> Vec<Row> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let row = |uid| self.descriptor(uid).map_or(Row::Expunged(uid), Row::Descriptor);
        self.updates.of(client).take(most).map(row).collect()
    }

    pub(super) fn set_flag(
        &mut self,
        uid: Uid,
        flag: Flag,
        state: FlagState,
        knows: Option<&Name>,
    ) -> Outcome<()> {
        let letter = self.letters.get_mut(&uid).ok_or(ReplyCode::NoMessage)?;
        letter.flags.set(flag, state);
        self.updates.note(uid, knows);
        Ok(())
    }

    /// Removes what is marked as deleted. Whoever had a change of it to hear of hears that it is gone.
    pub(super) fn expunge(&mut self, knows: &Name) {
        let updates = &mut self.updates;
        self.letters.retain(|uid, letter| {
            let is_deleted = letter.flags.contains(Flag::Deleted);
            if is_deleted {
                updates.note(*uid, Some(knows));
            }
            !is_deleted
        });
    }

    /// Puts all messages on the update list of a client.
    pub(super) fn reset(&mut self, client: &Name) {
        self.updates.reset(client, self.letters.keys().copied());
    }

    fn unseen(&self) -> u32 {
        self.unseen_from(Uid::new(0), |letter| !letter.flags.contains(Flag::Seen))
    }

    /// How many messages there are from this one on.
    pub(super) fn since(&self, first: Uid) -> u32 {
        self.unseen_from(first, |_| true)
    }

    fn unseen_from(&self, first: Uid, is_meant: impl Fn(&Letter) -> bool) -> u32 {
        count(self.letters.range(first..).filter(|(_, letter)| is_meant(letter)).count())
    }
}

impl Letter {
    fn descriptor(&self, uid: Uid) -> Descriptor {
        let lines = self.octets.iter().filter(|octet| **octet == b'\n').count();
        let octets = self.octets.len() as u64;
        Descriptor::from_header(uid, self.flags, octets, lines as u64, &self.octets, EightBit::Pass)
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
