//! A selected mailbox, as its session sees it.

use mail_proto::imap::{
    CommandBody, Condition, Fetch, Flag, MailboxName, NumberSet, Numbering, Response, ResponseCode,
    SearchData, SequenceSet, StatusResponse, Store, StoreMode,
};
use mail_proto::wire::Error;

use super::answer::{Answer, Changes};
use super::mailboxes::uid_validity;
use super::search;
use crate::maildrop::{Kept, Maildrop, Marks};

/// The messages by number; what other sessions do shows with [`news`](Self::news) alone.
#[derive(Debug)]
pub(super) struct Selected {
    maildrop: Maildrop,
    view: Vec<Kept>,
    /// Above all UIDs that were ever in view.
    next_uid: u32,
    access: Access,
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
        answer.data = vec![Response::Flags(FLAGS.to_vec()), Response::Exists(count), Response::Recent(0)];
        for code in codes.into_iter().flatten() {
            answer = answer.with(StatusResponse::untagged(Condition::Ok, "noted")?.with_code(code));
        }
        Ok((Self { maildrop, view, next_uid, access }, answer))
    }

    pub(super) fn answer(&mut self, body: CommandBody) -> Result<Answer, Error> {
        match body {
            CommandBody::Search(numbering, search) => {
                if search.return_options().is_some() {
                    return Ok(Answer::bad("not known here"));
                }
                if search.charset().is_some_and(|charset| !search::is_charset(charset.as_bytes())) {
                    let code = ResponseCode::BadCharset(Vec::new());
                    return Ok(Answer::no("not in that charset").coded(code));
                }
                let found = (1..).zip(&self.view);
                let found =
                    found.filter(|(number, kept)| search::holds(search.key(), *number, kept, &self.view));
                let found: Vec<u32> = found
                    .map(|(number, kept)| match numbering {
                        Numbering::Uid => kept.number(),
                        _ => number,
                    })
                    .collect();
                Ok(Answer::ok("done").with(SearchData::new(found)).without_expunge())
            }
            CommandBody::Store(_) | CommandBody::Expunge(_) if self.access == Access::Read => {
                Ok(Answer::no("selected for reading only"))
            }
            CommandBody::Store(store) => self.store(&store),
            CommandBody::Copy(numbering, set, mailbox) => Ok(self.copy(numbering, &set, &mailbox)),
            CommandBody::Expunge(set) => {
                let meant = set.map(|set| self.pick(Numbering::Uid, &set));
                let meant = meant.map(|messages| messages.iter().map(|m| self.get(*m).number()).collect());
                Ok(self.expunge(meant))
            }
            _ => Ok(Answer::bad("not known here")),
        }
    }

    /// CLOSE: removes what is marked, without a word of it.
    pub(super) fn close(&self) -> Answer {
        if self.access == Access::Read { Answer::ok("done") } else { self.expunge(None) }
    }

    /// Removes what is marked: of all messages, or of these.
    fn expunge(&self, among: Option<Vec<u32>>) -> Answer {
        let is_among = |kept: &Kept| among.as_ref().is_none_or(|uids| uids.contains(&kept.number()));
        if self.maildrop.remove(|kept| kept.is("\\Deleted") && is_among(kept)) {
            Answer::ok("done")
        } else {
            Answer::no("a session of another protocol has the mailbox open").coded(ResponseCode::InUse)
        }
    }

    fn store(&mut self, store: &Store) -> Result<Answer, Error> {
        let mut answer = Answer::ok("done").without_expunge();
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

    fn copy(&self, numbering: Numbering, set: &SequenceSet, mailbox: &MailboxName) -> Answer {
        if !mailbox.is_inbox() {
            return Answer::no_mailbox();
        }
        let messages: Vec<_> = self.pick(numbering, set).iter().map(|message| self.get(*message)).collect();
        let numbers = |numbers: Vec<u32>| numbers.into_iter().collect::<NumberSet>();
        let source = numbers(messages.iter().map(|kept| kept.number()).collect());
        let keep = |kept: &&Kept| {
            let octets = kept.message().octets().to_vec();
            self.maildrop.keep(octets, kept.marks().clone(), Some(kept.received()))
        };
        let copies = numbers(messages.iter().map(keep).collect());
        let answer = Answer::ok("copied");
        match (source.to_sequence_set(), copies.to_sequence_set()) {
            (Some(source), Some(destination)) => {
                let uid_validity = uid_validity(&self.maildrop);
                answer.coded(ResponseCode::CopyUid { uid_validity, source, destination })
            }
            _ => answer,
        }
    }

    /// The messages that a set means; what it names and is not there is passed over.
    pub(super) fn pick(&self, numbering: Numbering, set: &SequenceSet) -> Vec<Message> {
        let messages = (0..self.view.len()).map(|index| Message { index });
        let number = |message: Message| match numbering {
            Numbering::Uid => self.get(message).number(),
            _ => message.number(),
        };
        let numbers = set.numbers(messages.clone().next_back().map_or(0, number));
        messages.filter(|message| numbers.contains(number(*message))).collect()
    }

    pub(super) fn get(&self, message: Message) -> &Kept {
        &self.view[message.index]
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

pub(super) fn flags(kept: &Kept) -> Vec<Flag> {
    kept.marks().iter().filter_map(|mark| mark.parse().ok()).collect()
}

/// What is noted for these flags. `\Recent` is not a client's to set.
pub(super) fn marks(flags: &[Flag]) -> Marks {
    flags.iter().filter(|flag| !matches!(flag, Flag::Recent | Flag::Any)).map(Flag::to_string).collect()
}
