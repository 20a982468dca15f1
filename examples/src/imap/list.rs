//! LIST and LSUB: which mailboxes there are.

use std::collections::BTreeSet;

use mail_proto::imap::{
    List, ListAttribute, ListData, ListExtended, ListReturnOption, ListSelectOption, MailboxName, Response,
    StatusItem,
};
use mail_proto::wire::Error;

use super::answer::Answer;
use super::mailboxes::status_of;
use crate::mailboxes::{Mailboxes, above};

type Names = BTreeSet<Vec<u8>>;

/// LIST, with the options of RFC 5258, RFC 5819 and RFC 6154.
pub(super) fn list(list: &List, mailboxes: &Mailboxes) -> Result<Answer, Error> {
    if asks_for_delimiter(list) {
        return root(Response::List);
    }
    let Some(options) = Options::of(list) else {
        return Ok(Answer::bad("an option is not known here"));
    };
    let (existing, subscribed) = (mailboxes.names(), mailboxes.subscribed());
    let is_selected = |name: &[u8]| {
        (!options.only_subscribed || subscribed.contains(name))
            && (!options.only_special_use || special_use(name).is_some())
    };
    let candidates =
        if options.only_subscribed { &with_above(&subscribed) | &existing } else { existing.clone() };
    let mut answer = Answer::ok("done");
    for name in candidates.iter().filter(|name| matches_any(list, name)) {
        let selects_below = options.recursive && below(&candidates, name).any(|name| is_selected(name));
        if !is_selected(name) && !selects_below {
            continue;
        }
        let mailbox = MailboxName::new(name)?;
        let has_children = below(&existing, name).next().is_some();
        let attributes = [
            (!existing.contains(name)).then_some(ListAttribute::NonExistent),
            Some(if has_children { ListAttribute::HasChildren } else { ListAttribute::HasNoChildren }),
            (options.tells_subscribed && subscribed.contains(name)).then_some(ListAttribute::Subscribed),
            special_use(name),
        ];
        let data = ListData::new(mailbox.clone(), Some('/'))?;
        let mut data = attributes.into_iter().flatten().fold(data, ListData::with_attribute);
        if selects_below && options.only_subscribed {
            data = data.with_extended(ListExtended::ChildInfo(vec!["SUBSCRIBED".parse()?]));
        }
        answer = answer.with(Response::List(data));
        if let (Some(items), Some(maildrop)) = (options.status, mailboxes.get(name)) {
            answer = answer.with(status_of(mailbox, items, &maildrop));
        }
    }
    Ok(answer)
}

/// LSUB: subscribed mailboxes, and what leads to them (RFC 3501 section 6.3.9).
pub(super) fn lsub(list: &List, mailboxes: &Mailboxes) -> Result<Answer, Error> {
    if asks_for_delimiter(list) {
        return root(Response::Lsub);
    }
    let (existing, subscribed) = (mailboxes.names(), mailboxes.subscribed());
    let mut answer = Answer::ok("done");
    for name in with_above(&subscribed).iter().filter(|name| matches_any(list, name)) {
        let leads_on = || below(&subscribed, name).any(|name| !matches_any(list, name));
        let is_subscribed = subscribed.contains(name);
        if is_subscribed || leads_on() {
            let mut data = ListData::new(MailboxName::new(name)?, Some('/'))?;
            if !is_subscribed || !existing.contains(name) {
                data = data.with_attribute(ListAttribute::NoSelect);
            }
            answer = answer.with(Response::Lsub(data));
        }
    }
    Ok(answer)
}

/// What a LIST wants to know.
struct Options<'l> {
    only_subscribed: bool,
    only_special_use: bool,
    recursive: bool,
    tells_subscribed: bool,
    status: Option<&'l [StatusItem]>,
}

impl<'l> Options<'l> {
    /// `None` if one of them is not known here. Children and special uses are always told, and no mailbox is
    /// on another server.
    fn of(list: &'l List) -> Option<Self> {
        let select = list.select_options().unwrap_or_default();
        let wanted = list.return_options().unwrap_or_default();
        if select.iter().any(|option| matches!(option, ListSelectOption::Other(_)))
            || wanted.iter().any(|option| matches!(option, ListReturnOption::Other(_)))
        {
            return None;
        }
        let only_subscribed = select.contains(&ListSelectOption::Subscribed);
        let only_special_use = select.contains(&ListSelectOption::SpecialUse);
        let recursive = select.contains(&ListSelectOption::RecursiveMatch);
        if recursive && !only_subscribed && !only_special_use {
            // It says nothing alone (RFC 9051 section 6.3.9.1).
            return None;
        }
        let tells_subscribed = only_subscribed || wanted.contains(&ListReturnOption::Subscribed);
        let status = wanted.iter().find_map(|option| match option {
            ListReturnOption::Status(items) => Some(&items[..]),
            _ => None,
        });
        Some(Self { only_subscribed, only_special_use, recursive, tells_subscribed, status })
    }
}

/// Whether it is the question for the delimiter (RFC 9051 section 6.3.9).
fn asks_for_delimiter(list: &List) -> bool {
    matches!(list.patterns(), [pattern] if pattern.as_bytes().is_empty())
}

fn root(response: fn(ListData) -> Response) -> Result<Answer, Error> {
    let root = ListData::new(MailboxName::new("")?, Some('/'))?.with_attribute(ListAttribute::NoSelect);
    Ok(Answer::ok("done").with(response(root)))
}

/// A mailbox is for what its name says.
fn special_use(name: &[u8]) -> Option<ListAttribute> {
    Some(match name {
        b"Archive" => ListAttribute::Archive,
        b"Drafts" => ListAttribute::Drafts,
        b"Junk" => ListAttribute::Junk,
        b"Sent" => ListAttribute::Sent,
        b"Trash" => ListAttribute::Trash,
        _ => return None,
    })
}

fn with_above(names: &Names) -> Names {
    names.iter().flat_map(|name| above(name).chain([&name[..]])).map(<[u8]>::to_vec).collect()
}

fn below<'n>(names: &'n Names, name: &[u8]) -> impl Iterator<Item = &'n Vec<u8>> {
    let prefix = [name, b"/"].concat();
    names.range(prefix.clone()..).take_while(move |name| name.starts_with(&prefix))
}

fn matches_any(list: &List, name: &[u8]) -> bool {
    let reference = list.reference().as_bytes();
    list.patterns().iter().any(|pattern| {
        let pattern = [reference, pattern.as_bytes()].concat();
        // INBOX alone is the same in any letters.
        matches(&pattern, name) || name == b"INBOX" && matches(&pattern.to_ascii_uppercase(), name)
    })
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
