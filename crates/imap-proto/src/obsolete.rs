//! What IMAP4rev2 left out (RFC 9051 appendix E): read always, written to older peers only.
//!
//! Three forms are deprecated and yet in its grammar, for servers that have both editions: SEARCH and RECENT as responses, and
//! the flag `\Recent`. They are written to all.

use alloc::format;

use mail_wire::Error;

use crate::{
    CommandBody, Continuation, Dialect, FetchCommand, FetchItem, FetchItems, List, ListReturnOption,
    Response, ResponseCode, Search, SearchStep, StatusItem,
};

impl Dialect {
    /// Whether a message may be written; `obsolete` tells what is in it that IMAP4rev2 left out.
    #[inline]
    pub(crate) fn admit(self, obsolete: impl FnOnce() -> Option<&'static str>) -> Result<(), Error> {
        match self {
            Self::Imap4rev2 => match obsolete() {
                Some(form) => Err(Error::unsupported(0, format!("no {form} in IMAP4rev2"))),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

impl CommandBody {
    /// The first form in it that IMAP4rev2 left out.
    pub(crate) fn obsolete(&self) -> Option<&'static str> {
        match self {
            Self::Check => Some("CHECK"),
            Self::Lsub(_) => Some("LSUB"),
            Self::Fetch(fetch) => of_fetch(fetch),
            Self::List(list) => of_list(list),
            Self::Search(_, search) => of_search(search),
            Self::Status(_, items) => of_status(items),
            _ => None,
        }
    }
}

fn of_fetch(fetch: &FetchCommand) -> Option<&'static str> {
    let FetchItems::List(items) = fetch.items() else { return None };
    items.iter().find_map(|item| match item {
        FetchItem::Rfc822 => Some("RFC822"),
        FetchItem::Rfc822Header => Some("RFC822.HEADER"),
        FetchItem::Rfc822Text => Some("RFC822.TEXT"),
        FetchItem::Historic(item) => Some(item.name()),
        _ => None,
    })
}

fn of_list(list: &List) -> Option<&'static str> {
    list.return_options()?.iter().find_map(|option| match option {
        ListReturnOption::Status(items) => of_status(items),
        _ => None,
    })
}

fn of_search(search: &Search) -> Option<&'static str> {
    search.key().postfix().find_map(|step| match step {
        SearchStep::Plain("NEW") => Some("search key NEW"),
        SearchStep::Plain("OLD") => Some("search key OLD"),
        SearchStep::Plain("RECENT") => Some("search key RECENT"),
        _ => None,
    })
}

fn of_status<'a>(items: impl IntoIterator<Item = &'a StatusItem>) -> Option<&'static str> {
    items.into_iter().any(|item| *item == StatusItem::Recent).then_some("STATUS item RECENT")
}

impl Response {
    /// The first form in it that IMAP4rev2 left out.
    pub(crate) fn obsolete(&self) -> Option<&'static str> {
        match self {
            Self::Status(status) => of_code(status.code()),
            Self::Continuation(Continuation::Text { code, .. }) => of_code(code.as_ref()),
            Self::Lsub(_) => Some("LSUB"),
            Self::MailboxStatus(status) => of_status(status.items().iter().map(|(item, _)| item)),
            Self::Fetch(fetch) => fetch.obsolete(),
            _ => None,
        }
    }
}

/// With a value that could not be read, too.
fn of_code(code: Option<&ResponseCode>) -> Option<&'static str> {
    code?.name().eq_ignore_ascii_case(b"UNSEEN").then_some("response code UNSEEN")
}
