//! One condition of a key.

use alloc::vec::Vec;

use crate::imap::{Date, Flag, NumberSet, SearchStep, SequenceSet, SetElement};

use super::scan::Needle;
use super::{Facts, Mailbox, SearchError};

/// A condition, and what it is about.
#[derive(Clone, Debug)]
pub(super) enum Leaf {
    /// `ALL`, and a string that is empty.
    Always,
    /// A flag that is there, or is not.
    Flag(Flag, bool),
    /// `NEW`.
    New,
    /// Numbers; or UIDs, which a `$` among them means.
    Numbers(NumberSet, NumberSet),
    Uids(NumberSet),
    Came(When, Date),
    /// Seconds ago.
    Older(u64),
    Younger(u64),
    Larger(u64),
    Smaller(u64),
    Sent(When, Date),
    /// A field of this name, in lower case, with this somewhere in it.
    Field(Vec<u8>, Needle),
    /// Anywhere.
    Text(Needle),
    /// Anywhere but in the header.
    Body(Needle),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Before,
    On,
    Since,
}

impl When {
    /// Whether `day` is so, seen from `other`. Times and zones are no matter.
    pub(super) fn holds(self, day: Date, other: Date) -> bool {
        match self {
            Self::Before => day < other,
            Self::On => day == other,
            Self::Since => day >= other,
        }
    }
}

impl Leaf {
    pub(super) fn new(
        step: SearchStep<'_>,
        charset: Option<&[u8]>,
        mailbox: &Mailbox,
    ) -> Result<Self, SearchError> {
        let needle = |octets: &[u8]| Needle::new(octets, charset).ok_or(SearchError::Charset);
        Ok(match step {
            SearchStep::Plain(key) => Self::plain(key).ok_or(SearchError::Key(key))?,
            SearchStep::Text("TEXT" | "BODY", b"") => Self::Always,
            SearchStep::Text("TEXT", text) => Self::Text(needle(text)?),
            SearchStep::Text("BODY", text) => Self::Body(needle(text)?),
            SearchStep::Text(key @ ("BCC" | "CC" | "FROM" | "SUBJECT" | "TO"), text) => {
                Self::Field(key.to_ascii_lowercase().into_bytes(), needle(text)?)
            }
            SearchStep::Header(name, text) => Self::Field(name.to_ascii_lowercase(), needle(text)?),
            SearchStep::Date("BEFORE", day) => Self::Came(When::Before, day),
            SearchStep::Date("ON", day) => Self::Came(When::On, day),
            SearchStep::Date("SINCE", day) => Self::Came(When::Since, day),
            SearchStep::Date("SENTBEFORE", day) => Self::Sent(When::Before, day),
            SearchStep::Date("SENTON", day) => Self::Sent(When::On, day),
            SearchStep::Date("SENTSINCE", day) => Self::Sent(When::Since, day),
            SearchStep::Flag("KEYWORD", flag) => Self::Flag(flag.clone(), true),
            SearchStep::Flag("UNKEYWORD", flag) => Self::Flag(flag.clone(), false),
            SearchStep::Number("LARGER", octets) => Self::Larger(octets),
            SearchStep::Number("SMALLER", octets) => Self::Smaller(octets),
            SearchStep::Number("OLDER", seconds) => Self::Older(seconds),
            SearchStep::Number("YOUNGER", seconds) => Self::Younger(seconds),
            SearchStep::Set(set) => Self::Numbers(set.numbers(mailbox.exists), saved(set, mailbox)),
            SearchStep::Uid(set) => Self::Uids(set.numbers(mailbox.largest_uid).union(&saved(set, mailbox))),
            SearchStep::Text(key, _)
            | SearchStep::Date(key, _)
            | SearchStep::Flag(key, _)
            | SearchStep::Number(key, _) => return Err(SearchError::Key(key)),
            _ => return Err(SearchError::Key("of a later version")),
        })
    }

    fn plain(key: &'static str) -> Option<Self> {
        Some(match key {
            "ALL" => Self::Always,
            "ANSWERED" => Self::Flag(Flag::Answered, true),
            "DELETED" => Self::Flag(Flag::Deleted, true),
            "DRAFT" => Self::Flag(Flag::Draft, true),
            "FLAGGED" => Self::Flag(Flag::Flagged, true),
            "NEW" => Self::New,
            "OLD" => Self::Flag(Flag::Recent, false),
            "RECENT" => Self::Flag(Flag::Recent, true),
            "SEEN" => Self::Flag(Flag::Seen, true),
            "UNANSWERED" => Self::Flag(Flag::Answered, false),
            "UNDELETED" => Self::Flag(Flag::Deleted, false),
            "UNDRAFT" => Self::Flag(Flag::Draft, false),
            "UNFLAGGED" => Self::Flag(Flag::Flagged, false),
            "UNSEEN" => Self::Flag(Flag::Seen, false),
            _ => return None,
        })
    }

    /// Whether it holds, if the facts tell.
    pub(super) fn of_facts(&self, facts: &Facts<'_>, now: Option<i64>) -> Option<bool> {
        let has = |wanted: &Flag| facts.flags.iter().any(|flag| is_same(flag, wanted));
        let age = || {
            let came = facts.internal_date?.to_unix();
            Some(u64::try_from(now?.saturating_sub(came)).unwrap_or_default())
        };
        Some(match self {
            Self::Always => true,
            Self::Flag(flag, is_wanted) => has(flag) == *is_wanted,
            Self::New => has(&Flag::Recent) && !has(&Flag::Seen),
            Self::Numbers(numbers, uids) => numbers.contains(facts.number) || uids.contains(facts.uid),
            Self::Uids(uids) => uids.contains(facts.uid),
            Self::Came(when, day) => facts.internal_date.is_some_and(|came| when.holds(came.date(), *day)),
            Self::Older(seconds) => age().is_some_and(|age| age >= *seconds),
            Self::Younger(seconds) => age().is_some_and(|age| age <= *seconds),
            Self::Larger(_)
            | Self::Smaller(_)
            | Self::Sent(..)
            | Self::Field(..)
            | Self::Text(_)
            | Self::Body(_) => return None,
        })
    }
}

fn saved(set: &SequenceSet, mailbox: &Mailbox) -> NumberSet {
    if set.elements().contains(&SetElement::Saved) { mailbox.saved.clone() } else { NumberSet::new() }
}

/// Letter case is no matter in keywords (RFC 9051 section 2.3.2).
fn is_same(flag: &Flag, other: &Flag) -> bool {
    match (flag, other) {
        (Flag::Keyword(flag), Flag::Keyword(other)) | (Flag::Extension(flag), Flag::Extension(other)) => {
            flag.as_bytes().eq_ignore_ascii_case(other.as_bytes())
        }
        _ => flag == other,
    }
}
