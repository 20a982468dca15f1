//! What an IMSP server keeps: options, address books, and who has locked what.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Options and address books of all users. A clone is another handle to the same ones.
#[derive(Clone, Debug, Default)]
pub struct Store(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// What all users see that have not set their own.
    defaults: BTreeMap<Vec<u8>, Vec<u8>>,
    /// By user and name.
    options: BTreeMap<Vec<u8>, BTreeMap<Vec<u8>, Vec<u8>>>,
    books: BTreeMap<Vec<u8>, Book>,
    locks: BTreeMap<Locked, u64>,
    sessions: u64,
}

/// An address book.
#[derive(Clone, Debug, Default)]
struct Book {
    rights: BTreeMap<Vec<u8>, Vec<u8>>,
    entries: BTreeMap<Vec<u8>, Fields>,
}

/// The fields of an entry, by name.
pub(super) type Fields = BTreeMap<Vec<u8>, Vec<u8>>;

/// Users and their rights, or names and their values.
pub(super) type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// What can be locked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Locked {
    /// Of a user, by name.
    Option(Vec<u8>, Vec<u8>),
    /// Of an address book.
    Entry(Vec<u8>, Vec<u8>),
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Missing,
    Exists,
    Forbidden,
    Locked,
    Full,
}

/// Who asks: a user, and which session of that user.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    pub(super) user: Vec<u8>,
    pub(super) session: u64,
}

/// All rights: of the user whose name a book's begins with.
const ALL: &[u8] = b"lrswipcda";

/// Octets that a user may keep in options, and in each address book.
const QUOTA: usize = 1 << 20;

impl Store {
    /// With the options that all users see; none of these may be set.
    pub fn new() -> Self {
        let store = Self::default();
        for (name, value) in [("common.domain", "example.com"), ("common.delivery.hosts", "(localhost)")] {
            store.lock().defaults.insert(name.into(), value.into());
        }
        store
    }

    /// A session begins: its number, for locks.
    pub(super) fn arrive(&self) -> u64 {
        let mut kept = self.lock();
        kept.sessions += 1;
        kept.sessions
    }

    /// It is over, and what it has locked is free.
    pub(super) fn leave(&self, session: u64) {
        self.lock().locks.retain(|_, holder| *holder != session);
    }

    /// The options that a user sees, or anybody: name, value, and whether they may be set.
    pub(super) fn options(&self, user: Option<&[u8]>) -> Vec<(Vec<u8>, Vec<u8>, bool)> {
        let kept = self.lock();
        let fixed = kept.defaults.iter().map(|(name, value)| (name.clone(), value.clone(), false));
        let own = user.and_then(|user| kept.options.get(user)).into_iter().flatten();
        fixed.chain(own.map(|(name, value)| (name.clone(), value.clone(), true))).collect()
    }

    /// Sets an option, or takes its value away.
    pub(super) fn set(&self, asker: &Asker, name: &[u8], value: Option<Vec<u8>>) -> Result<(), Refusal> {
        let mut kept = self.lock();
        let name = name.to_ascii_lowercase();
        if kept.defaults.contains_key(&name) {
            return Err(Refusal::Forbidden);
        }
        kept.free(&Locked::Option(asker.user.clone(), name.clone()), asker)?;
        let own = kept.options.entry(asker.user.clone()).or_default();
        match value {
            Some(value) => {
                let before = own.get(&name).map_or(0, |value| name.len() + value.len());
                room(octets(own) - before, name.len() + value.len())?;
                own.insert(name, value);
            }
            None => drop(own.remove(&name).ok_or(Refusal::Missing)?),
        }
        Ok(())
    }

    /// The names of the address books that a user may see.
    pub(super) fn books(&self, user: &[u8]) -> Vec<Vec<u8>> {
        let kept = self.lock();
        let seen = kept.books.iter().filter(|(name, book)| book.rights_of(name, user).contains(&b'l'));
        seen.map(|(name, _)| name.clone()).collect()
    }

    pub(super) fn create(&self, asker: &Asker, name: &[u8]) -> Result<(), Refusal> {
        self.lock().add(asker, &name.to_ascii_lowercase(), Book::default())
    }

    pub(super) fn delete(&self, asker: &Asker, name: &[u8]) -> Result<(), Refusal> {
        let mut kept = self.lock();
        let name = name.to_ascii_lowercase();
        kept.book(asker, &name, b'd')?;
        kept.books.remove(&name);
        Ok(())
    }

    pub(super) fn rename(&self, asker: &Asker, from: &[u8], to: &[u8]) -> Result<(), Refusal> {
        let mut kept = self.lock();
        let (from, to) = (from.to_ascii_lowercase(), to.to_ascii_lowercase());
        let book = kept.book(asker, &from, b'd')?.clone();
        kept.add(asker, &to, book)?;
        kept.books.remove(&from);
        Ok(())
    }

    /// All entries of a book.
    pub(super) fn entries(&self, asker: &Asker, book: &[u8]) -> Result<BTreeMap<Vec<u8>, Fields>, Refusal> {
        let mut kept = self.lock();
        Ok(kept.book(asker, &book.to_ascii_lowercase(), b'r')?.entries.clone())
    }

    /// One of them.
    pub(super) fn entry(&self, asker: &Asker, book: &[u8], name: &[u8]) -> Result<Fields, Refusal> {
        let mut kept = self.lock();
        let book = kept.book(asker, &book.to_ascii_lowercase(), b'r')?;
        book.entries.get(name).cloned().ok_or(Refusal::Missing)
    }

    /// Changes fields of an entry; an empty value takes a field away. Gives all that it has then.
    pub(super) fn store(
        &self,
        asker: &Asker,
        book: &[u8],
        name: &[u8],
        fields: Pairs,
    ) -> Result<Fields, Refusal> {
        let mut kept = self.lock();
        let book = book.to_ascii_lowercase();
        kept.free(&Locked::Entry(book.clone(), name.to_vec()), asker)?;
        let book = kept.book(asker, &book, b'w')?;
        let more = fields.iter().map(|(field, value)| field.len() + value.len()).sum::<usize>() + name.len();
        room(book.entries.iter().map(|(name, fields)| name.len() + octets(fields)).sum(), more)?;
        let entry = book.entries.entry(name.to_vec()).or_default();
        for (field, value) in fields {
            let field = field.to_ascii_lowercase();
            if value.is_empty() {
                entry.remove(&field);
            } else {
                entry.insert(field, value);
            }
        }
        Ok(entry.clone())
    }

    pub(super) fn remove(&self, asker: &Asker, book: &[u8], name: &[u8]) -> Result<(), Refusal> {
        let mut kept = self.lock();
        let book = book.to_ascii_lowercase();
        kept.free(&Locked::Entry(book.clone(), name.to_vec()), asker)?;
        let removed = kept.book(asker, &book, b'd')?.entries.remove(name);
        removed.map(drop).ok_or(Refusal::Missing)
    }

    /// Holds it, until it is freed or the session ends.
    pub(super) fn hold(&self, asker: &Asker, what: Locked) -> Result<(), Refusal> {
        let mut kept = self.lock();
        kept.free(&what, asker)?;
        kept.locks.insert(what, asker.session);
        Ok(())
    }

    pub(super) fn let_go(&self, asker: &Asker, what: &Locked) -> Result<(), Refusal> {
        let mut kept = self.lock();
        if kept.locks.get(what) != Some(&asker.session) {
            return Err(Refusal::Missing);
        }
        kept.locks.remove(what);
        Ok(())
    }

    /// The rights in a book: those of its owner, and those that were given.
    pub(super) fn acl(&self, asker: &Asker, book: &[u8]) -> Result<Pairs, Refusal> {
        let mut kept = self.lock();
        let book = book.to_ascii_lowercase();
        let given = kept.book(asker, &book, b'a')?.rights.clone();
        Ok([(owner(&book).to_vec(), ALL.to_vec())].into_iter().chain(given).collect())
    }

    /// Gives rights, or takes them all.
    pub(super) fn grant(
        &self,
        asker: &Asker,
        book: &[u8],
        identifier: &[u8],
        rights: Option<&[u8]>,
    ) -> Result<(), Refusal> {
        let mut kept = self.lock();
        let book = kept.book(asker, &book.to_ascii_lowercase(), b'a')?;
        match rights {
            Some(rights) => {
                room(octets(&book.rights), identifier.len() + rights.len())?;
                book.rights.insert(identifier.to_vec(), rights.to_vec());
            }
            None => drop(book.rights.remove(identifier)),
        }
        Ok(())
    }

    pub(super) fn rights(&self, asker: &Asker, book: &[u8]) -> Result<Vec<u8>, Refusal> {
        let kept = self.lock();
        let name = book.to_ascii_lowercase();
        kept.books.get(&name).map(|book| book.rights_of(&name, &asker.user)).ok_or(Refusal::Missing)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // No method can leave it half changed, so what a thread that panicked has left is sound.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Nobody else holds it.
    fn free(&self, what: &Locked, asker: &Asker) -> Result<(), Refusal> {
        match self.locks.get(what) {
            Some(holder) if *holder != asker.session => Err(Refusal::Locked),
            _ => Ok(()),
        }
    }

    /// The book, for a user who has this right in it. Whoever may not see it hears that there is none.
    fn book(&mut self, asker: &Asker, name: &[u8], right: u8) -> Result<&mut Book, Refusal> {
        let book = self.books.get_mut(name).ok_or(Refusal::Missing)?;
        let rights = book.rights_of(name, &asker.user);
        match rights.contains(&right) {
            true => Ok(book),
            false if rights.is_empty() => Err(Refusal::Missing),
            false => Err(Refusal::Forbidden),
        }
    }

    fn add(&mut self, asker: &Asker, name: &[u8], book: Book) -> Result<(), Refusal> {
        let names: Vec<&Vec<u8>> = self.books.keys().filter(|known| owner(known) == owner(name)).collect();
        if owner(name) != asker.user {
            return Err(Refusal::Forbidden);
        }
        if self.books.contains_key(name) {
            return Err(Refusal::Exists);
        }
        room(names.iter().map(|name| name.len() + 100).sum(), name.len())?;
        self.books.insert(name.to_vec(), book);
        Ok(())
    }
}

impl Book {
    fn rights_of(&self, name: &[u8], user: &[u8]) -> Vec<u8> {
        if owner(name) == user {
            return ALL.to_vec();
        }
        let given = |identifier: &[u8]| self.rights.get(identifier).map_or(&b""[..], Vec::as_slice);
        [given(user), given(b"anyone")].concat()
    }
}

/// The user whose book it is: what stands in front of the first dot.
fn owner(book: &[u8]) -> &[u8] {
    book.split(|octet| *octet == b'.').next().unwrap_or_default()
}

fn octets(values: &BTreeMap<Vec<u8>, Vec<u8>>) -> usize {
    values.iter().map(|(name, value)| name.len() + value.len()).sum()
}

fn room(kept: usize, more: usize) -> Result<(), Refusal> {
    if kept + more <= QUOTA { Ok(()) } else { Err(Refusal::Full) }
}
