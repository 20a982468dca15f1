//! Messages, who has them open, and what is marked as deleted.

mod files;
mod kept;
mod message;

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, io};

pub use kept::{Kept, Marks};
pub use message::Message;

/// Where the messages of a user lie, in their order. A clone is another handle to the same one.
#[derive(Clone)]
pub struct Maildrop(Arc<Mutex<Stored>>);

#[derive(Default)]
struct Stored {
    messages: Vec<Kept>,
    is_open: bool,
    /// How many messages there ever were: gives each a number, and what is appended a name of its own.
    count: u32,
    /// When it was made: numbers of another maildrop mean other messages.
    since: i64,
    /// Grows with every change.
    version: u64,
}

/// When the latest maildrop was made.
static LATEST: AtomicI64 = AtomicI64::new(0);

/// No two maildrops are made in the same second, as far as they tell.
fn moment() -> i64 {
    let moment = |latest: i64| kept::now().max(latest + 1);
    let update = LATEST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |latest| Some(moment(latest)));
    moment(update.unwrap_or_default())
}

impl Maildrop {
    /// A maildrop of these messages.
    pub fn new(messages: Vec<Message>) -> Self {
        let mut stored = Stored { since: moment(), ..Stored::default() };
        for message in messages {
            stored.add(message, Marks::new(), stored.since);
        }
        Self(Arc::new(Mutex::new(stored)))
    }

    /// The messages of a Maildir (files in `cur` and `new`) or of a folder of `.eml` files, in the order of
    /// their names. They are read once; what happens to the maildrop leaves the files alone.
    ///
    /// # Errors
    /// What reading the folder or a file in it gives.
    pub fn read(folder: &Path) -> io::Result<Self> {
        files::read(folder).map(Self::new)
    }

    /// The sample messages.
    pub fn samples() -> Self {
        Self::new(crate::samples::messages())
    }

    /// Opens it for one session alone; `None` while another one has it open.
    pub fn open(&self) -> Option<OpenMaildrop> {
        let mut stored = self.lock();
        if stored.is_open {
            return None;
        }
        stored.is_open = true;
        let messages = stored.messages.iter().map(|kept| kept.message().clone());
        let entries = messages.map(|message| Entry { message, mark: Mark::Kept });
        Some(OpenMaildrop { entries: entries.collect(), maildrop: self.clone() })
    }

    /// Puts a message behind the others. Sessions that are open do not see it.
    pub fn append(&self, octets: &[u8]) {
        let mut stored = self.change();
        let message = Message::new(Path::new(&stored.next_name()), octets);
        stored.add(message, Marks::new(), kept::now());
    }

    /// The messages, in their order.
    pub fn messages(&self) -> Vec<Message> {
        self.lock().messages.iter().map(|kept| kept.message().clone()).collect()
    }

    /// How many messages there are.
    pub fn count(&self) -> usize {
        self.lock().messages.len()
    }

    /// How many changes there were: as long as it stays the same, so does the rest.
    pub fn version(&self) -> u64 {
        self.lock().version
    }

    fn change(&self) -> MutexGuard<'_, Stored> {
        let mut stored = self.lock();
        stored.version += 1;
        stored
    }

    fn lock(&self) -> MutexGuard<'_, Stored> {
        // No method can leave it half changed, so what a thread that panicked has left is sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Maildrop {
    /// One without messages.
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl fmt::Debug for Maildrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Maildrop({} messages)", self.count())
    }
}

/// A maildrop as one session sees it: numbers from 1, which stay, and deletion marks, which become
/// deletions only with [`update`](Self::update). Dropping it lets the next session in.
#[derive(Debug)]
pub struct OpenMaildrop {
    maildrop: Maildrop,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    message: Message,
    mark: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Kept,
    Deleted,
}

impl OpenMaildrop {
    /// The message of this number, if there is one and it is not marked.
    pub fn message(&self, number: u32) -> Option<&Message> {
        let entry = self.entries.get(index(number)?)?;
        (entry.mark == Mark::Kept).then_some(&entry.message)
    }

    /// The first message from `number` on that is not marked, with its number.
    pub fn next_from(&self, number: u32) -> Option<(u32, &Message)> {
        (number..=self.last_number()).find_map(|number| Some((number, self.message(number)?)))
    }

    /// The highest number, whether marked or not; 0 if there are no messages.
    pub fn last_number(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// How many messages are not marked, and their octets together.
    pub fn totals(&self) -> (u32, u64) {
        let kept = self.entries.iter().filter(|entry| entry.mark == Mark::Kept);
        kept.fold((0, 0), |(count, octets), entry| (count + 1, octets + entry.message.size()))
    }

    /// Marks a message; tells whether there was one to mark.
    pub fn delete(&mut self, number: u32) -> bool {
        let entry = index(number).and_then(|index| self.entries.get_mut(index));
        match entry {
            Some(entry) if entry.mark == Mark::Kept => {
                entry.mark = Mark::Deleted;
                true
            }
            _ => false,
        }
    }

    /// Takes all marks away.
    pub fn reset(&mut self) {
        for entry in &mut self.entries {
            entry.mark = Mark::Kept;
        }
    }

    /// Puts a message into the same maildrop, for later sessions.
    pub fn append(&self, octets: &[u8]) {
        self.maildrop.append(octets);
    }

    /// Removes what is marked, and tells how many messages that were.
    pub fn update(self) -> usize {
        let mut stored = self.maildrop.change();
        let before = stored.messages.len();
        // Nobody else removes while this is open, so the entries are the front of what is stored.
        let mut entries = self.entries.iter();
        stored.messages.retain(|_| entries.next().is_none_or(|entry| entry.mark == Mark::Kept));
        before - stored.messages.len()
    }
}

impl Drop for OpenMaildrop {
    fn drop(&mut self) {
        self.maildrop.lock().is_open = false;
    }
}

fn index(number: u32) -> Option<usize> {
    usize::try_from(number.checked_sub(1)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Maildrop {
        let message = |text: &str| Message::new(Path::new(text), text.as_bytes());
        Maildrop::new(vec![message("one"), message("two"), message("three")])
    }

    #[test]
    fn only_one_session_at_a_time() {
        let maildrop = three();
        let open = maildrop.open().unwrap();
        assert!(maildrop.clone().open().is_none());
        drop(open);
        assert!(maildrop.open().is_some());
    }

    #[test]
    fn marks_become_deletions_with_an_update_alone() {
        let maildrop = three();
        let mut open = maildrop.open().unwrap();
        assert!(open.delete(2) && !open.delete(2) && !open.delete(0) && !open.delete(4));
        assert!(open.message(2).is_none());
        assert_eq!(open.next_from(2).map(|(number, _)| number), Some(3));
        assert_eq!(open.totals(), (2, 5 + 7));
        drop(open);
        assert_eq!(maildrop.count(), 3);

        let mut open = maildrop.open().unwrap();
        assert!(open.delete(1) && open.delete(3));
        open.append(b"four");
        assert_eq!(open.update(), 2);
        let open = maildrop.open().unwrap();
        let left: Vec<_> = (1..=2).map(|n| open.message(n).unwrap().octets().clone()).collect();
        assert_eq!(left, ["two\r\n", "four\r\n"]);
    }

    #[test]
    fn a_reset_brings_everything_back() {
        let mut open = three().open().unwrap();
        assert!(open.delete(1) && open.delete(2));
        open.reset();
        assert_eq!(open.totals().0, 3);
        assert_eq!(open.last_number(), 3);
    }
}
