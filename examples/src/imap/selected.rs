//! A selected mailbox, as its session sees it.

use std::collections::BTreeSet;

use mail_proto::imap::{
    Condition, Fetch, Flag, NumberSet, Numbering, Response, ResponseCode, SequenceSet, SetElement,
    StatusResponse, Store, StoreMode,
};
use mail_proto::wire::Error;

use super::answer::Answer;
use super::mailboxes::uid_validity;
use crate::maildrop::{Kept, Maildrop, Marks};

/// The messages by number; what other sessions do shows with [`news`](Self::news) alone.
#[derive(Debug)]
pub(super) struct Selected {
    maildrop: Maildrop,
    view: Vec<Kept>,
    /// Above all UIDs that were ever in view.
    next_uid: u32,
    /// The version of the mailbox that is in view; `None` if something of it is still untold.
    version: Option<u64>,
    access: Access,
    /// The UIDs of the last search that were saved: `$` (RFC 5182).
    saved: NumberSet,
}

/// Which changes of the mailbox are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changes {
    All,
    /// None that shifts numbers: the client may be using them (RFC 9051 section 7.5.1).
    NoExpunge,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// What a client may set. Keywords of its own, too.
const FLAGS: [Flag; 5] = [Flag::Answered, Flag::Flagged, Flag::Deleted, Flag::Seen, Flag::Draft];

impl Selected {
    /// SELECT and EXAMINE: the mailbox as it is now.
    pub(super) fn open(maildrop: Maildrop, access: Access) -> Result<(Self, Answer), Error> {
        let version = maildrop.version();
        let view = maildrop.kept();
        let next_uid = maildrop.next_number();
        let count = u32::try_from(view.len()).unwrap_or(u32::MAX);
        let permanent = match access {
            Access::Write => FLAGS.into_iter().chain([Flag::Any]).collect(),
            Access::Read => Vec::new(),
        };
        let unseen = view.iter().position(|kept| !kept.is("\\Seen"));
        let unseen = unseen.map(|index| ResponseCode::Unseen(Message { index }.number()));
        let codes = [
            Some(ResponseCode::PermanentFlags(permanent)),
            unseen,
            Some(ResponseCode::UidValidity(uid_validity(&maildrop))),
            Some(ResponseCode::UidNext(next_uid)),
        ];
        let code = match access {
            Access::Write => ResponseCode::ReadWrite,
            Access::Read => ResponseCode::ReadOnly,
        };
        let mut answer = Answer::ok("selected").coded(code);
        answer.data = vec![Response::Flags(applicable(&view)), Response::Exists(count), Response::Recent(0)];
        for code in codes.into_iter().flatten() {
            answer = answer.with(StatusResponse::untagged(Condition::Ok, "noted")?.with_code(code));
        }
        let saved = NumberSet::new();
        Ok((Self { maildrop, view, next_uid, version: Some(version), access, saved }, answer))
    }

    /// CLOSE: removes what is marked, without a word of it.
    pub(super) fn close(&self) -> Answer {
        if self.is_read_only() { Answer::ok("done") } else { self.expunge(None) }
    }

    /// EXPUNGE: removes what is marked, of all messages or of those in the set of UIDs.
    pub(super) fn expunge(&self, among: Option<&SequenceSet>) -> Answer {
        if self.is_read_only() {
            return Answer::read_only();
        }
        let among = among.map(|set| self.uids(Numbering::Uid, set));
        let is_among = |kept: &Kept| among.as_ref().is_none_or(|uids| uids.contains(kept.number()));
        match self.maildrop.take(|kept| kept.is("\\Deleted") && is_among(kept)) {
            Some(_) => Answer::ok("done"),
            None => Answer::in_use(),
        }
    }

    pub(super) fn store(&mut self, store: &Store) -> Result<Answer, Error> {
        if self.is_read_only() {
            return Ok(Answer::read_only());
        }
        let mut answer = Answer::ok("done");
        let new = marks(store.flags());
        for message in self.pick(store.numbering(), store.set()) {
            self.mark(message, |marks| match store.mode() {
                StoreMode::Add => marks.extend(new.iter().cloned()),
                StoreMode::Remove => marks.retain(|mark| !new.contains(mark)),
                _ => marks.clone_from(&new),
            });
            if !store.is_silent() {
                answer = answer.with(self.flags_of(message, store.numbering())?);
            }
        }
        Ok(answer)
    }

    /// The messages that a set means; what it names and is not there is passed over.
    pub(super) fn pick(&self, numbering: Numbering, set: &SequenceSet) -> Vec<Message> {
        let messages = (0..self.view.len()).map(|index| Message { index });
        let number = |message: Message| match numbering {
            Numbering::Uid => self.get(message).number(),
            _ => message.number(),
        };
        let numbers = set.numbers(messages.clone().next_back().map_or(0, number));
        let is_saved = |message: Message| names_saved(set) && self.saved.contains(self.get(message).number());
        messages.filter(|message| numbers.contains(number(*message)) || is_saved(*message)).collect()
    }

    /// The UIDs of these.
    pub(super) fn uids(&self, numbering: Numbering, set: &SequenceSet) -> NumberSet {
        self.pick(numbering, set).into_iter().map(|message| self.get(message).number()).collect()
    }

    pub(super) fn get(&self, message: Message) -> &Kept {
        &self.view[message.index]
    }

    pub(super) fn view(&self) -> &[Kept] {
        &self.view
    }

    pub(super) fn maildrop(&self) -> &Maildrop {
        &self.maildrop
    }

    pub(super) fn saved(&self) -> &NumberSet {
        &self.saved
    }

    pub(super) fn save(&mut self, uids: NumberSet) {
        self.saved = uids;
    }

    pub(super) fn is_read_only(&self) -> bool {
        self.access == Access::Read
    }

    /// Changes what is noted of a message, here and for everybody.
    pub(super) fn mark(&mut self, message: Message, change: impl FnOnce(&mut Marks)) {
        let kept = &mut self.view[message.index];
        if let Some(marks) = self.maildrop.mark(kept.number(), change) {
            kept.set_marks(marks);
        }
    }

    fn flags_of(&self, message: Message, numbering: Numbering) -> Result<Fetch, Error> {
        let builder = Fetch::builder(message.number());
        let builder = match numbering {
            Numbering::Uid => builder.uid(self.get(message).number()),
            _ => builder,
        };
        builder.flags(flags(self.get(message))).build()
    }

    /// What other sessions, or commands of this one, have changed since the last time.
    pub(super) fn news(&mut self, changes: Changes) -> Result<Vec<Response>, Error> {
        let version = self.maildrop.version();
        if self.version == Some(version) {
            return Ok(Vec::new());
        }
        self.version = Some(version);
        let (now, next_uid) = (self.maildrop.kept(), self.maildrop.next_number());
        let find = |kept: &Kept| now.binary_search_by_key(&kept.number(), Kept::number).ok();
        let mut news = Vec::new();
        for index in (0..self.view.len()).rev() {
            let (message, kept) = (Message { index }, &mut self.view[index]);
            match find(kept) {
                Some(at) if now[at].marks() != kept.marks() => {
                    kept.set_marks(now[at].marks().clone());
                    news.push(self.flags_of(message, Numbering::SeqNo)?.into());
                }
                None if changes == Changes::All => {
                    self.view.remove(index);
                    news.push(Response::Expunge(message.number().into()));
                }
                None => self.version = None,
                _ => {}
            }
        }
        if next_uid > self.next_uid {
            let seen = self.next_uid;
            self.view.extend(now.into_iter().filter(|kept| kept.number() >= seen));
            self.next_uid = next_uid;
            news.push(Response::Exists(u32::try_from(self.view.len()).unwrap_or(u32::MAX)));
        }
        Ok(news)
    }
}

/// Where a message is in the view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message {
    index: usize,
}

impl Message {
    /// Its message sequence number.
    pub(super) fn number(self) -> u32 {
        u32::try_from(self.index).map_or(u32::MAX, |index| index.saturating_add(1))
    }
}

/// Those that a client may set, and keywords that are in use.
fn applicable(view: &[Kept]) -> Vec<Flag> {
    let used: BTreeSet<_> = view.iter().flat_map(|kept| kept.marks().iter()).collect();
    let keywords =
        used.into_iter().filter(|mark| !mark.starts_with('\\')).filter_map(|mark| mark.parse().ok());
    FLAGS.into_iter().chain(keywords).collect()
}

/// Whether `$` is in it.
pub(super) fn names_saved(set: &SequenceSet) -> bool {
    set.elements().contains(&SetElement::Saved)
}

pub(super) fn flags(kept: &Kept) -> Vec<Flag> {
    kept.marks().iter().filter_map(|mark| mark.parse().ok()).collect()
}

/// What is noted for these flags. `\Recent` is not a client's to set.
pub(super) fn marks(flags: &[Flag]) -> Marks {
    flags.iter().filter(|flag| !matches!(flag, Flag::Recent | Flag::Any)).map(Flag::to_string).collect()
}
