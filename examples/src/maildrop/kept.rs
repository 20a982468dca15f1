//! What is known of a message in store, for sessions that share a maildrop.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Maildrop, Message, Stored};

/// What was noted of a message: `\\Seen`, `$Junk`.
pub type Marks = BTreeSet<String>;

/// A message in store. Cheap to clone, as long as little was noted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    number: u32,
    received: i64,
    marks: Marks,
    message: Message,
}

impl Kept {
    /// Higher than those of all messages before it, and never given again.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// When it came, in seconds since 1970.
    pub fn received(&self) -> i64 {
        self.received
    }

    /// What was noted of it.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Notes other things of this copy, and of it alone.
    pub(crate) fn set_marks(&mut self, marks: Marks) {
        self.marks = marks;
    }

    /// Whether this was noted.
    pub fn is(&self, mark: &str) -> bool {
        self.marks.contains(mark)
    }

    /// The message itself.
    pub fn message(&self) -> &Message {
        &self.message
    }
}

impl Stored {
    pub(super) fn add(&mut self, message: Message, marks: Marks, received: i64) -> u32 {
        self.count += 1;
        self.messages.push(Kept { number: self.count, received, marks, message });
        self.count
    }

    pub(super) fn next_name(&self) -> String {
        format!("appended-{}", self.count + 1)
    }
}

/// For any number of sessions at a time: each call finds the maildrop as it is.
impl Maildrop {
    /// The messages with what is known of them, by ascending number.
    pub fn kept(&self) -> Vec<Kept> {
        self.lock().messages.clone()
    }

    /// The number that the next message will have.
    pub fn next_number(&self) -> u32 {
        self.lock().count + 1
    }

    /// When it was made, in seconds since 1970.
    pub fn since(&self) -> i64 {
        self.lock().since
    }

    /// Puts a message behind the others, octet for octet; gives its number. Without a time, it comes now.
    pub fn keep(&self, octets: Vec<u8>, marks: Marks, received: Option<i64>) -> u32 {
        let mut stored = self.change();
        let message = Message::verbatim(Path::new(&stored.next_name()), octets);
        stored.add(message, marks, received.unwrap_or_else(now))
    }

    /// Changes what is noted of a message; gives what is noted then, if it is still there.
    pub fn mark(&self, number: u32, change: impl FnOnce(&mut Marks)) -> Option<Marks> {
        let mut stored = self.change();
        let at = stored.messages.binary_search_by_key(&number, Kept::number).ok()?;
        change(&mut stored.messages[at].marks);
        Some(stored.messages[at].marks.clone())
    }

    /// Puts a copy of a message, which may be in another maildrop, behind the others; gives its number.
    pub fn copy(&self, kept: &Kept) -> u32 {
        let mut stored = self.change();
        let message = kept.message.named(Path::new(&stored.next_name()));
        stored.add(message, kept.marks.clone(), kept.received)
    }

    /// Takes the messages out for which this holds; `None`, and nothing done, while a session has the maildrop
    /// open for itself.
    pub fn take(&self, is_meant: impl Fn(&Kept) -> bool) -> Option<Vec<Kept>> {
        let mut stored = self.change();
        if stored.is_open {
            return None;
        }
        let (taken, left) = std::mem::take(&mut stored.messages).into_iter().partition(is_meant);
        stored.messages = left;
        Some(taken)
    }
}

/// In seconds since 1970.
pub(super) fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_never_given_again() {
        let maildrop = Maildrop::new(vec![Message::new(Path::new("1"), b"one")]);
        assert_eq!(maildrop.keep(b"two".to_vec(), Marks::new(), Some(7)), 2);
        assert!(maildrop.mark(2, |marks| marks.extend(["\\Deleted".to_owned()])).is_some());
        let taken = maildrop.take(|kept| kept.is("\\Deleted")).unwrap();
        assert_eq!(taken.iter().map(Kept::number).collect::<Vec<_>>(), [2]);
        assert!(maildrop.mark(2, Marks::clear).is_none());
        assert_eq!(maildrop.keep(b"three".to_vec(), Marks::new(), None), 3);
        let kept = maildrop.kept();
        assert_eq!(kept.iter().map(Kept::number).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(kept[1].message().octets(), "three");
        assert_eq!(maildrop.next_number(), 4);
    }

    #[test]
    fn every_change_shows_in_the_version() {
        let maildrop = Maildrop::samples();
        let mut versions = vec![maildrop.version()];
        maildrop.mark(1, |marks| marks.extend(["\\Seen".to_owned()]));
        versions.push(maildrop.version());
        maildrop.copy(&maildrop.kept()[0]);
        versions.push(maildrop.version());
        maildrop.take(|kept| kept.number() == 1);
        versions.push(maildrop.version());
        assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
        assert_ne!(maildrop.since(), Maildrop::default().since());
    }

    #[test]
    fn nothing_is_taken_under_a_session_that_has_it_for_itself() {
        let maildrop = Maildrop::samples();
        let open = maildrop.open().unwrap();
        assert!(maildrop.take(|_| true).is_none());
        drop(open);
        assert_eq!(maildrop.take(|_| true).map(|taken| taken.len()), Some(13));
        assert_eq!(maildrop.count(), 0);
    }
}
