//! What is done with mailboxes by name.

use mail_proto::imap::{
    MailboxName, Namespace, NamespaceData, Rename, ResponseCode, Select, StatusData, StatusItem,
};
use mail_proto::wire::Error;

use super::answer::Answer;
use crate::incoming::LARGEST;
use crate::mailboxes::{Mailboxes, Refusal};
use crate::maildrop::Maildrop;

pub(super) fn create(create: &Select, mailboxes: &Mailboxes) -> Answer {
    if !create.parameters().is_empty() {
        return no_parameters();
    }
    // A delimiter at the end tells that there will be others below it (RFC 9051 section 6.3.4).
    let name = create.mailbox().as_bytes();
    answer(mailboxes.create(name.strip_suffix(b"/").unwrap_or(name)))
}

pub(super) fn delete(mailbox: &MailboxName, mailboxes: &Mailboxes) -> Answer {
    answer(mailboxes.delete(mailbox.as_bytes()))
}

pub(super) fn rename(rename: &Rename, mailboxes: &Mailboxes) -> Answer {
    if !rename.parameters().is_empty() {
        return no_parameters();
    }
    answer(mailboxes.rename(rename.from().as_bytes(), rename.to().as_bytes()))
}

fn no_parameters() -> Answer {
    Answer::bad("a parameter is not known here")
}

pub(super) fn subscribe(mailbox: &MailboxName, mailboxes: &Mailboxes) -> Answer {
    answer(mailboxes.subscribe(mailbox.as_bytes()))
}

pub(super) fn unsubscribe(mailbox: &MailboxName, mailboxes: &Mailboxes) -> Answer {
    answer(mailboxes.unsubscribe(mailbox.as_bytes()))
}

fn answer(done: Result<(), Refusal>) -> Answer {
    match done {
        Ok(()) => Answer::ok("done"),
        Err(Refusal::Missing) => Answer::no_mailbox(),
        Err(Refusal::Exists) => Answer::no("there is one of that name").coded(ResponseCode::AlreadyExists),
        Err(Refusal::HasChildren) => Answer::no("there are others below it").coded(ResponseCode::HasChildren),
        Err(Refusal::Never) => Answer::no("not with that name").coded(ResponseCode::Cannot),
        Err(Refusal::InUse) => Answer::in_use(),
    }
}

/// One namespace, of the user's own mailboxes.
pub(super) fn namespace() -> Result<Answer, Error> {
    let own = Namespace::new("", Some('/'))?;
    Ok(Answer::ok("done").with(NamespaceData::new([own])))
}

pub(super) fn status(mailbox: MailboxName, items: &[StatusItem], mailboxes: &Mailboxes) -> Answer {
    match mailboxes.get(mailbox.as_bytes()) {
        Some(maildrop) => Answer::ok("done").with(status_of(mailbox, items, &maildrop)),
        None => Answer::no_mailbox(),
    }
}

pub(super) fn status_of(mailbox: MailboxName, items: &[StatusItem], maildrop: &Maildrop) -> StatusData {
    let kept = maildrop.kept();
    let mut status = StatusData::new(mailbox);
    for item in items {
        let value = match item {
            StatusItem::Messages => kept.len() as u64,
            StatusItem::Recent => 0,
            StatusItem::UidNext => u64::from(maildrop.next_number()),
            StatusItem::UidValidity => u64::from(uid_validity(maildrop)),
            StatusItem::Unseen => kept.iter().filter(|kept| !kept.is("\\Seen")).count() as u64,
            StatusItem::Deleted => kept.iter().filter(|kept| kept.is("\\Deleted")).count() as u64,
            StatusItem::Size => kept.iter().map(|kept| kept.message().size()).sum(),
            StatusItem::AppendLimit => LARGEST as u64,
            _ => continue,
        };
        status = status.with(item.clone(), value);
    }
    status
}

/// UIDs mean something only while the server runs.
pub(super) fn uid_validity(maildrop: &Maildrop) -> u32 {
    u32::try_from(maildrop.since()).unwrap_or(u32::MAX)
}
