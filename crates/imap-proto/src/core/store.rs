//! STORE: RFC 9051 section 6.4.6.

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError, SequenceSet, Writer};
use mail_wire::Error;

use super::tagged::TaggedExtension;
use super::{Flag, Numbering};

/// What happens to the flags that a message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum StoreMode {
    /// `FLAGS`: they are replaced.
    Replace,
    /// `+FLAGS`: they are kept, these are added.
    Add,
    /// `-FLAGS`: these are removed.
    Remove,
}

/// `STORE` and `UID STORE`.
///
/// ```text
/// store            = "STORE" SP sequence-set [store-modifiers] SP store-att-flags
/// store-modifiers  = SP "(" store-modifier *(SP store-modifier) ")"          ; RFC 4466
/// store-att-flags  = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
/// ```
///
/// ```
/// use imap_proto::{CommandBody, Dialect, Flag, Store, StoreMode};
/// let store = Store::uids(7, StoreMode::Add, [Flag::Deleted]).silent();
/// assert_eq!(
///     CommandBody::from(store).tag("a1")?.to_bytes(Dialect::Imap4rev2)?,
///     b"a1 UID STORE 7 +FLAGS.SILENT (\\Deleted)\r\n"
/// );
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Store {
    numbering: Numbering,
    set: SequenceSet,
    modifiers: Vec<TaggedExtension>,
    mode: StoreMode,
    answer: Answer,
    #[cfg_attr(feature = "arbitrary", arbitrary(with = super::flag::arbitrary_client_list))]
    flags: Vec<Flag>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
enum Answer {
    Flags,
    Silent,
}

impl Store {
    /// On messages of these sequence numbers.
    pub fn messages(set: impl Into<SequenceSet>, mode: StoreMode, flags: impl Into<Vec<Flag>>) -> Self {
        let (set, flags) = (set.into(), flags.into());
        Self { numbering: Numbering::SeqNo, set, modifiers: Vec::new(), mode, answer: Answer::Flags, flags }
    }

    /// On messages of these UIDs: `UID STORE`.
    pub fn uids(set: impl Into<SequenceSet>, mode: StoreMode, flags: impl Into<Vec<Flag>>) -> Self {
        Self { numbering: Numbering::Uid, ..Self::messages(set, mode, flags) }
    }

    /// `.SILENT`: without FETCH responses of the new flags.
    #[must_use]
    pub fn silent(mut self) -> Self {
        self.answer = Answer::Silent;
        self
    }

    /// Of which numbers the set is.
    pub fn numbering(&self) -> Numbering {
        self.numbering
    }

    /// On which messages.
    pub fn set(&self) -> &SequenceSet {
        &self.set
    }

    /// With this modifier, as `UNCHANGEDSINCE` (RFC 4466).
    #[must_use]
    pub fn with_modifier(mut self, modifier: TaggedExtension) -> Self {
        self.modifiers.push(modifier);
        self
    }

    /// The modifiers (RFC 4466).
    pub fn modifiers(&self) -> &[TaggedExtension] {
        &self.modifiers
    }

    /// What happens to the flags.
    pub fn mode(&self) -> StoreMode {
        self.mode
    }

    /// Whether the new flags are not wanted back.
    pub fn is_silent(&self) -> bool {
        self.answer == Answer::Silent
    }

    /// The flags.
    pub fn flags(&self) -> &[Flag] {
        &self.flags
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>, numbering: Numbering) -> Result<Self, ParseError> {
        let set = SequenceSet::parse(cursor)?;
        let modifiers = TaggedExtension::parse_list_behind(cursor)?;
        cursor.space()?;
        let mode = if cursor.take(b'+') {
            StoreMode::Add
        } else if cursor.take(b'-') {
            StoreMode::Remove
        } else {
            StoreMode::Replace
        };
        let answer = if cursor.take_keyword("FLAGS") {
            Answer::Flags
        } else if cursor.take_keyword("FLAGS.SILENT") {
            Answer::Silent
        } else {
            return Err(cursor.unknown("FLAGS or FLAGS.SILENT"));
        };
        cursor.space()?;
        let flags = Flag::parse_store_list(cursor)?;
        Ok(Self { numbering, set, modifiers, mode, answer, flags })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.set.encode(writer);
        TaggedExtension::encode_list_behind(&self.modifiers, writer)?;
        writer.space();
        writer.raw(match self.mode {
            StoreMode::Replace => b"",
            StoreMode::Add => b"+",
            StoreMode::Remove => b"-",
        });
        writer.raw(match self.answer {
            Answer::Flags => b"FLAGS ",
            Answer::Silent => b"FLAGS.SILENT ",
        });
        Flag::encode_client_list(&self.flags, writer)
    }
}
