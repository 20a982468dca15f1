//! LIST and STATUS: there is INBOX, and nothing else.

use mail_proto::imap::{List, ListAttribute, ListData, MailboxName, Response, StatusData, StatusItem};
use mail_proto::wire::Error;

use super::answer::Answer;
use crate::maildrop::Maildrop;

pub(super) fn list(list: &List, response: fn(ListData) -> Response) -> Result<Answer, Error> {
    let reference = list.reference().as_bytes();
    if matches!(list.patterns(), [pattern] if pattern.as_bytes().is_empty()) {
        // The question for the delimiter (RFC 9051 section 6.3.9).
        let root = ListData::new(MailboxName::new("")?, Some('/'))?.with_attribute(ListAttribute::NoSelect);
        return Ok(Answer::ok("done").with(response(root)));
    }
    let is_meant = |pattern: &[u8]| matches(&[reference, pattern].concat().to_ascii_uppercase(), b"INBOX");
    if !list.patterns().iter().any(|pattern| is_meant(pattern.as_bytes())) {
        return Ok(Answer::ok("done"));
    }
    let inbox = ListData::new(MailboxName::inbox(), Some('/'))?;
    Ok(Answer::ok("done").with(response(inbox.with_attribute(ListAttribute::HasNoChildren))))
}

/// `*` stands for anything, `%` for anything without the delimiter.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    // Where the name may go on behind the part of the pattern that was read.
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for letter in pattern {
        let before = reached.clone();
        for at in 0..=name.len() {
            let passed = at.checked_sub(1).map(|at| name[at]);
            reached[at] = match letter {
                b'*' => before[at] || at > 0 && reached[at - 1],
                b'%' => before[at] || at > 0 && reached[at - 1] && passed != Some(b'/'),
                letter => at > 0 && before[at - 1] && passed == Some(*letter),
            };
        }
    }
    reached[name.len()]
}

pub(super) fn status(maildrop: &Maildrop, mailbox: MailboxName, items: &[StatusItem]) -> Answer {
    if !mailbox.is_inbox() {
        return Answer::no_mailbox();
    }
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
            _ => continue,
        };
        status = status.with(item.clone(), value);
    }
    Answer::ok("done").with(status)
}

/// UIDs mean something only while the server runs.
pub(super) fn uid_validity(maildrop: &Maildrop) -> u32 {
    u32::try_from(maildrop.since()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for pattern in ["*", "%", "INBOX", "I*X", "%BOX", "IN%", "**", "INBOX*"] {
            assert!(matches(pattern.as_bytes(), b"INBOX"), "{pattern}");
        }
        for pattern in ["", "INBO", "INBOXES", "A*", "INBOX/%", "I%Y"] {
            assert!(!matches(pattern.as_bytes(), b"INBOX"), "{pattern}");
        }
        assert!(matches(b"a*", b"a/b") && !matches(b"a%", b"a/b") && matches(b"%/%", b"a/b"));
    }
}
