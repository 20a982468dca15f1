//! COPY and MOVE: messages on their way to another mailbox, or to the same one.

use mail_proto::imap::{
    Condition, MailboxName, NumberSet, Numbering, ResponseCode, SequenceSet, StatusResponse,
};
use mail_proto::wire::Error;

use super::answer::Answer;
use super::mailboxes::uid_validity;
use super::selected::Selected;
use crate::mailboxes::Mailboxes;
use crate::maildrop::{Kept, Maildrop};

pub(super) fn copy(
    selected: &Selected,
    numbering: Numbering,
    set: &SequenceSet,
    to: &MailboxName,
    mailboxes: &Mailboxes,
) -> Answer {
    let Some(destination) = mailboxes.get(to.as_bytes()) else { return Answer::try_create() };
    let messages: Vec<_> =
        selected.pick(numbering, set).into_iter().map(|at| selected.get(at).clone()).collect();
    match put(&messages, &destination) {
        Some(code) => Answer::ok("copied").coded(code),
        None => Answer::ok("nothing to copy"),
    }
}

/// The client learns the new UIDs before it learns that the messages are gone (RFC 9051 section 6.4.8).
pub(super) fn move_(
    selected: &Selected,
    numbering: Numbering,
    set: &SequenceSet,
    to: &MailboxName,
    mailboxes: &Mailboxes,
) -> Result<Answer, Error> {
    let Some(destination) = mailboxes.get(to.as_bytes()) else { return Ok(Answer::try_create()) };
    let uids = selected.uids(numbering, set);
    let Some(messages) = selected.maildrop().take(|kept| uids.contains(kept.number())) else {
        return Ok(Answer::in_use());
    };
    Ok(match put(&messages, &destination) {
        Some(code) => {
            Answer::ok("moved").with(StatusResponse::untagged(Condition::Ok, "moved")?.with_code(code))
        }
        None => Answer::ok("nothing to move"),
    })
}

/// `None` if there is no message.
fn put(messages: &[Kept], destination: &Maildrop) -> Option<ResponseCode> {
    let from: NumberSet = messages.iter().map(Kept::number).collect();
    let to: NumberSet = messages.iter().map(|kept| destination.copy(kept)).collect();
    let uid_validity = uid_validity(destination);
    Some(ResponseCode::CopyUid {
        uid_validity,
        source: from.to_sequence_set()?,
        destination: to.to_sequence_set()?,
    })
}
