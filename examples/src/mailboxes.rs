//! The mailboxes of a user, by name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::maildrop::Maildrop;

/// INBOX, the maildrop that other protocols know, too, and others. A clone is another handle to the same ones.
///
/// Names are hierarchical, with `/` between their levels. If there is `a/b`, there is `a`.
#[derive(Clone, Debug)]
pub struct Mailboxes(Arc<Mutex<Named>>);

#[derive(Debug)]
struct Named {
    mailboxes: BTreeMap<Vec<u8>, Maildrop>,
    /// Also of mailboxes that are no more.
    subscribed: BTreeSet<Vec<u8>>,
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No mailbox has that name.
    Missing,
    /// One has it already.
    Exists,
    /// There are others below it.
    HasChildren,
    /// There always is an INBOX, and no name is without letters.
    Never,
    /// A session has it open for itself.
    InUse,
}

const INBOX: &[u8] = b"INBOX";

impl Mailboxes {
    /// INBOX alone, subscribed.
    pub fn new(inbox: Maildrop) -> Self {
        let named = Named {
            mailboxes: BTreeMap::from([(INBOX.to_vec(), inbox)]),
            subscribed: BTreeSet::from([INBOX.to_vec()]),
        };
        Self(Arc::new(Mutex::new(named)))
    }

    /// The mailbox of this name.
    pub fn get(&self, name: &[u8]) -> Option<Maildrop> {
        self.lock().mailboxes.get(name).cloned()
    }

    /// All names, in their order.
    pub fn names(&self) -> BTreeSet<Vec<u8>> {
        self.lock().mailboxes.keys().cloned().collect()
    }

    /// The names that the user wants to see, whether there is such a mailbox or not.
    pub fn subscribed(&self) -> BTreeSet<Vec<u8>> {
        self.lock().subscribed.clone()
    }

    /// Makes a mailbox without messages, and those above it.
    ///
    /// # Errors
    /// If there is one.
    pub fn create(&self, name: &[u8]) -> Result<(), Refusal> {
        self.lock().add(name, Maildrop::default())
    }

    /// Removes a mailbox, its messages included.
    ///
    /// # Errors
    /// If there is none, if there are others below it, or if it is INBOX.
    pub fn delete(&self, name: &[u8]) -> Result<(), Refusal> {
        let mut named = self.lock();
        if name == INBOX {
            return Err(Refusal::Never);
        }
        if !named.mailboxes.contains_key(name) {
            return Err(Refusal::Missing);
        }
        if named.below(name).next().is_some() {
            return Err(Refusal::HasChildren);
        }
        named.mailboxes.remove(name);
        Ok(())
    }

    /// Gives a mailbox, and those below it, another name. INBOX stays, and hands its messages over.
    ///
    /// # Errors
    /// If there is none, or if there is one of the new name.
    pub fn rename(&self, from: &[u8], to: &[u8]) -> Result<(), Refusal> {
        let mut named = self.lock();
        let Some(mailbox) = named.mailboxes.get(from).cloned() else { return Err(Refusal::Missing) };
        if from == INBOX {
            let heir = Maildrop::default();
            named.add(to, heir.clone())?;
            let Some(messages) = mailbox.take(|_| true) else {
                named.mailboxes.remove(to);
                return Err(Refusal::InUse);
            };
            for kept in &messages {
                heir.copy(kept);
            }
            return Ok(());
        }
        if to.starts_with(&[from, b"/"].concat()) {
            return Err(Refusal::Never);
        }
        let below: Vec<_> = named.below(from).map(|name| name[from.len()..].to_vec()).collect();
        named.add(to, mailbox)?;
        named.mailboxes.remove(from);
        for rest in below {
            if let Some(mailbox) = named.mailboxes.remove(&[from, &rest[..]].concat()) {
                named.mailboxes.insert([to, &rest[..]].concat(), mailbox);
            }
        }
        Ok(())
    }

    /// Notes that the user wants to see this mailbox.
    ///
    /// # Errors
    /// If there is none.
    pub fn subscribe(&self, name: &[u8]) -> Result<(), Refusal> {
        let mut named = self.lock();
        if !named.mailboxes.contains_key(name) {
            return Err(Refusal::Missing);
        }
        named.subscribed.insert(name.to_vec());
        Ok(())
    }

    /// Notes that the user does not.
    ///
    /// # Errors
    /// If the user never did.
    pub fn unsubscribe(&self, name: &[u8]) -> Result<(), Refusal> {
        if self.lock().subscribed.remove(name) { Ok(()) } else { Err(Refusal::Missing) }
    }

    fn lock(&self) -> MutexGuard<'_, Named> {
        // No method can leave it half changed, so what a thread that panicked has left is sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Named {
    /// With those above it.
    fn add(&mut self, name: &[u8], mailbox: Maildrop) -> Result<(), Refusal> {
        if name.split(|octet| *octet == b'/').any(<[u8]>::is_empty) {
            return Err(Refusal::Never);
        }
        if self.mailboxes.contains_key(name) {
            return Err(Refusal::Exists);
        }
        for above in above(name) {
            self.mailboxes.entry(above.to_vec()).or_default();
        }
        self.mailboxes.insert(name.to_vec(), mailbox);
        Ok(())
    }

    fn below(&self, name: &[u8]) -> impl Iterator<Item = &Vec<u8>> {
        let prefix = [name, b"/"].concat();
        let names = self.mailboxes.range(prefix.clone()..).map(|(name, _)| name);
        names.take_while(move |name| name.starts_with(&prefix))
    }
}

/// The names above this one, shortest first: `a` and `a/b` for `a/b/c`.
pub fn above(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    name.iter().enumerate().filter(|(_, octet)| **octet == b'/').map(|(at, _)| &name[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(mailboxes: &Mailboxes) -> String {
        let names: Vec<_> =
            mailboxes.names().into_iter().map(|name| String::from_utf8(name).unwrap()).collect();
        names.join(" ")
    }

    #[test]
    fn mailboxes_come_with_those_above_them_and_go_without() {
        let mailboxes = Mailboxes::new(Maildrop::samples());
        mailboxes.create(b"a/b/c").unwrap();
        assert_eq!(names(&mailboxes), "INBOX a a/b a/b/c");
        assert_eq!(mailboxes.create(b"a"), Err(Refusal::Exists));
        assert_eq!(mailboxes.create(b"a//d"), Err(Refusal::Never));
        assert_eq!(mailboxes.delete(b"a/b"), Err(Refusal::HasChildren));
        assert_eq!(mailboxes.delete(b"b"), Err(Refusal::Missing));
        assert_eq!(mailboxes.delete(INBOX), Err(Refusal::Never));
        mailboxes.delete(b"a/b/c").unwrap();
        assert_eq!(names(&mailboxes), "INBOX a a/b");
    }

    #[test]
    fn a_new_name_takes_all_below_with_it() {
        let mailboxes = Mailboxes::new(Maildrop::samples());
        mailboxes.create(b"a/b").unwrap();
        mailboxes.create(b"ab").unwrap();
        mailboxes.get(b"a/b").unwrap().append(b"one");
        assert_eq!(mailboxes.rename(b"a", b"ab"), Err(Refusal::Exists));
        assert_eq!(mailboxes.rename(b"a", b"a/x"), Err(Refusal::Never));
        mailboxes.rename(b"a", b"x/y").unwrap();
        assert_eq!(names(&mailboxes), "INBOX ab x x/y x/y/b");
        assert_eq!(mailboxes.get(b"x/y/b").unwrap().count(), 1);
        mailboxes.rename(INBOX, b"old").unwrap();
        assert_eq!(mailboxes.get(b"old").unwrap().count(), 13);
        assert_eq!(mailboxes.get(INBOX).unwrap().count(), 0);
    }

    #[test]
    fn an_inbox_in_use_hands_nothing_over() {
        let inbox = Maildrop::samples();
        let mailboxes = Mailboxes::new(inbox.clone());
        let _open = inbox.open();
        assert_eq!(mailboxes.rename(INBOX, b"old"), Err(Refusal::InUse));
        assert_eq!(names(&mailboxes), "INBOX");
        assert_eq!(inbox.count(), 13);
    }

    #[test]
    fn subscriptions_outlive_their_mailboxes() {
        let mailboxes = Mailboxes::new(Maildrop::default());
        assert_eq!(mailboxes.subscribe(b"a"), Err(Refusal::Missing));
        mailboxes.create(b"a").unwrap();
        mailboxes.subscribe(b"a").unwrap();
        mailboxes.delete(b"a").unwrap();
        assert!(mailboxes.subscribed().contains(&b"a"[..]));
        mailboxes.unsubscribe(b"a").unwrap();
        assert_eq!(mailboxes.unsubscribe(b"a"), Err(Refusal::Missing));
    }
}
