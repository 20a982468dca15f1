//! What a session knows beyond its octets (RFC 9051 section 3): for those who do not keep it themselves.
//!
//! A session sees what its codec decodes and encodes, and neither needs the other.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::vec::Vec;

use imap_wire::Tag;
use mail_wire::Error;

use crate::core::{Capabilities, Capability};
use crate::state::Kind;
use crate::{Dialect, Limits};

mod client;
mod mailbox;
mod server;

pub use client::{CapabilitySource, ClientSession};
pub use mailbox::{Access, SelectedMailbox};
pub use server::ServerSession;

/// Commands without their tagged responses, each with what is kept of it, and how many there are of each kind.
#[derive(Clone, Debug)]
struct Pending<T> {
    commands: BTreeMap<Tag, (Kind, T)>,
    kinds: BTreeMap<Kind, usize>,
    limit: usize,
}

impl<T> Pending<T> {
    fn new(limits: Limits) -> Self {
        Self { commands: BTreeMap::new(), kinds: BTreeMap::new(), limit: limits.outstanding() }
    }

    fn insert(&mut self, tag: &Tag, kind: Kind, kept: T) -> Result<(), Error> {
        let outstanding = self.commands.len();
        let Entry::Vacant(vacant) = self.commands.entry(tag.clone()) else {
            return Err(Error::misuse(0, "a tag that is not in use"));
        };
        if outstanding >= self.limit {
            return Err(Error::limit(0, "fewer commands without their responses"));
        }
        vacant.insert((kind, kept));
        let count = self.kinds.entry(kind).or_default();
        *count = count.saturating_add(1);
        Ok(())
    }

    fn remove(&mut self, tag: &Tag) -> Option<(Kind, T)> {
        let (kind, kept) = self.commands.remove(tag)?;
        if let Some(count) = self.kinds.get_mut(&kind) {
            *count = count.saturating_sub(1);
        }
        Some((kind, kept))
    }

    fn has(&self, kind: Kind) -> bool {
        self.kinds.get(&kind).is_some_and(|count| *count > 0)
    }

    fn len(&self) -> usize {
        self.commands.len()
    }
}

/// What ENABLE has turned on.
#[derive(Clone, Debug, Default)]
struct Enabled(Vec<Capability>);

impl Enabled {
    /// How many are kept; far fewer can be enabled at all.
    const MOST: usize = 128;

    fn add(&mut self, capabilities: &Capabilities) {
        for capability in capabilities {
            if !self.has(capability.as_str()) && self.0.len() < Self::MOST {
                self.0.push(capability.clone());
            }
        }
    }

    fn has(&self, capability: &str) -> bool {
        self.0.iter().any(|own| own.is(capability))
    }

    /// IMAP4rev2, or IMAP4rev1 with UTF8=ACCEPT (RFC 9755) or without.
    fn dialect(&self) -> Dialect {
        if self.has("IMAP4rev2") {
            Dialect::Imap4rev2
        } else if self.has("UTF8=ACCEPT") {
            Dialect::Imap4rev1Utf8
        } else {
            Dialect::Imap4rev1
        }
    }
}
