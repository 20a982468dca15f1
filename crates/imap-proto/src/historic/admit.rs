//! What a dialect lacks: what must not be written in it.

use imap_wire::{SequenceSet, SetElement};

use super::command::{HistoricCommand, SubscribeOption};
use super::find::FindOption;
use super::item::HistoricItem;
use super::response::HistoricResponse;
use super::table::spec;
use crate::core::{FetchCommand, Numbering};
use crate::{
    Append, AppendData, CommandBody, Condition, Dialect, FetchItem, FetchItems, Item, List, Response, Search,
    SearchStep, Section, Select,
};

/// The first form in the command that the dialect lacks.
pub(super) fn lacks(body: &CommandBody, dialect: Dialect) -> Option<&'static str> {
    match body {
        CommandBody::Historic(command) => {
            let row = spec(command.name().as_bytes())?;
            if !row.dialects.contains(&dialect) {
                return Some(row.name);
            }
            of_command(command, dialect)
        }
        CommandBody::Other(_) => None,
        body if dialect == Dialect::Imap4 => of_imap4(body),
        body => match spec(body.name().as_bytes()) {
            Some(row) if row.dialects.contains(&dialect) => of_shared(body, dialect),
            _ => Some(known_name(body)),
        },
    }
}

fn known_name(body: &CommandBody) -> &'static str {
    body.spec().map_or("such a command", |spec| spec.name)
}

fn of_command(command: &HistoricCommand, dialect: Dialect) -> Option<&'static str> {
    match command {
        HistoricCommand::Find(find) => {
            let is_of_bboards = find.option().is_of_bboards();
            let is_of_all = matches!(find.option(), FindOption::AllMailboxes | FindOption::AllBboards);
            match dialect {
                Dialect::Imap2 | Dialect::Imap3 if is_of_all => Some("FIND for all"),
                Dialect::Imap4 if is_of_bboards => Some("FIND of bulletin boards"),
                _ => None,
            }
        }
        HistoricCommand::Subscribe(SubscribeOption::Bboard, _)
        | HistoricCommand::Unsubscribe(SubscribeOption::Bboard, _)
            if dialect == Dialect::Imap4 =>
        {
            Some("bulletin boards")
        }
        HistoricCommand::StoreField(store) => {
            if dialect == Dialect::Imap3 {
                of_set(store.set(), dialect)
            } else {
                Some("STORE of a field")
            }
        }
        HistoricCommand::Purge(purge) => purge.set().and_then(|set| of_set(set, dialect)),
        HistoricCommand::Partial(partial) => {
            of_set(partial.set(), dialect).or_else(|| of_item(partial.item(), dialect))
        }
        _ => None,
    }
}

/// Of a command whose name the dialect has.
fn of_shared(body: &CommandBody, dialect: Dialect) -> Option<&'static str> {
    match body {
        CommandBody::Select(select) | CommandBody::Examine(select) | CommandBody::Create(select) => {
            of_select(select)
        }
        CommandBody::Rename(rename) if !rename.parameters().is_empty() => Some("parameters"),
        CommandBody::Subscribe(_) | CommandBody::Unsubscribe(_) => {
            Some("subscription without a word for what")
        }
        CommandBody::Append(append) => of_append(append),
        CommandBody::Search(_, search) => of_search(search),
        CommandBody::Fetch(fetch) => of_fetch(fetch, dialect),
        CommandBody::Store(store) if !store.modifiers().is_empty() => Some("modifiers"),
        CommandBody::Store(store) if store.is_silent() => Some("FLAGS.SILENT"),
        CommandBody::Store(store) => of_set(store.set(), dialect),
        CommandBody::Copy(_, set, _) => of_set(set, dialect),
        _ => None,
    }
}

fn of_select(select: &Select) -> Option<&'static str> {
    (!select.parameters().is_empty()).then_some("parameters")
}

fn is_extended(list: &List) -> bool {
    list.select_options().is_some() || list.return_options().is_some() || list.patterns().len() != 1
}

fn of_append(append: &Append) -> Option<&'static str> {
    let [message] = append.messages() else { return Some("APPEND of several messages") };
    let is_plain = message.flags().is_empty() && message.date().is_none();
    of_message(append).or((!is_plain).then_some("APPEND with flags or a date"))
}

fn of_message(append: &Append) -> Option<&'static str> {
    let [message] = append.messages() else { return Some("APPEND of several messages") };
    let is_literal = message.extensions().is_empty() && matches!(message.data(), AppendData::Literal(_));
    (!is_literal).then_some("APPEND of something else than a literal")
}

fn of_search(search: &Search) -> Option<&'static str> {
    match search {
        search if search.return_options().is_some() => Some("SEARCH RETURN"),
        search if search.charset().is_some() => Some("SEARCH CHARSET"),
        _ => None,
    }
}

/// `*` came with IMAP4, `$` later.
fn of_set(set: &SequenceSet, dialect: Dialect) -> Option<&'static str> {
    let is_new = |element: &SetElement| match element {
        SetElement::Number(number) => number.is_none() && dialect != Dialect::Imap4,
        SetElement::Range(from, to) => (from.is_none() || to.is_none()) && dialect != Dialect::Imap4,
        _ => true,
    };
    set.elements().iter().any(is_new).then_some("* or $ in a sequence")
}

fn of_fetch(fetch: &FetchCommand, dialect: Dialect) -> Option<&'static str> {
    if !fetch.modifiers().is_empty() {
        return Some("modifiers");
    }
    if dialect != Dialect::Imap4 && fetch.numbering() == Numbering::Uid {
        return Some("UIDs");
    }
    let items = match fetch.items() {
        FetchItems::Full if matches!(dialect, Dialect::Imap2 | Dialect::Imap3) => Some("FULL"),
        FetchItems::List(items) => items.iter().find_map(|item| of_item(item, dialect)),
        _ => None,
    };
    of_set(fetch.set(), dialect).or(items)
}

fn of_item(item: &FetchItem, dialect: Dialect) -> Option<&'static str> {
    match item {
        FetchItem::Envelope
        | FetchItem::Flags
        | FetchItem::InternalDate
        | FetchItem::Rfc822
        | FetchItem::Rfc822Header
        | FetchItem::Rfc822Size
        | FetchItem::Rfc822Text => None,
        // There, any name is a field.
        FetchItem::Other(_) if dialect != Dialect::Imap3 => None,
        FetchItem::Body if has_parts(dialect) => None,
        FetchItem::Section(section, None) if has_parts(dialect) => of_section(section, dialect),
        FetchItem::Peek(section, None) if dialect == Dialect::Imap4 => of_section(section, dialect),
        FetchItem::BodyStructure | FetchItem::Uid if dialect == Dialect::Imap4 => None,
        FetchItem::Historic(HistoricItem::Field(..)) => {
            (dialect != Dialect::Imap3).then_some("fields by their names")
        }
        FetchItem::Historic(_) if dialect == Dialect::Imap4 => None,
        _ => Some("such an item of FETCH"),
    }
}

/// Whether it knows of MIME.
fn has_parts(dialect: Dialect) -> bool {
    !matches!(dialect, Dialect::Imap2 | Dialect::Imap3)
}

/// Numbers only, `0` since RFC 1730; a multipart has none.
fn of_section(section: &Section, dialect: Dialect) -> Option<&'static str> {
    let part = section.section_part();
    let is_zero = part.contains(&0) && dialect != Dialect::Imap4;
    (section.section_text().is_some() || part.is_empty() || is_zero).then_some("such a section")
}

/// RFC 1730 has the commands of RFC 3501 but STATUS, STARTTLS, and what extensions brought.
fn of_imap4(body: &CommandBody) -> Option<&'static str> {
    match body {
        CommandBody::Capability
        | CommandBody::Noop
        | CommandBody::Logout
        | CommandBody::Login(_)
        | CommandBody::Delete(_)
        | CommandBody::Subscribe(_)
        | CommandBody::Unsubscribe(_)
        | CommandBody::Check
        | CommandBody::Close
        | CommandBody::Expunge(None) => None,
        CommandBody::Authenticate(authenticate) => {
            authenticate.initial().is_some().then_some("an initial response")
        }
        CommandBody::Select(select) | CommandBody::Examine(select) | CommandBody::Create(select) => {
            of_select(select)
        }
        CommandBody::Rename(rename) => (!rename.parameters().is_empty()).then_some("parameters"),
        CommandBody::List(list) => is_extended(list).then_some("extended LIST"),
        CommandBody::Lsub(_) => None,
        CommandBody::Append(append) => of_message(append),
        CommandBody::Search(_, search) => search.return_options().map(|_| "SEARCH RETURN").or_else(|| {
            search.key().postfix().find_map(|step| match step {
                SearchStep::Number("OLDER" | "YOUNGER", _) => Some("OLDER and YOUNGER"),
                SearchStep::Set(set) | SearchStep::Uid(set) => of_set(set, Dialect::Imap4),
                _ => None,
            })
        }),
        CommandBody::Fetch(fetch) => of_fetch(fetch, Dialect::Imap4),
        CommandBody::Store(store) if !store.modifiers().is_empty() => Some("modifiers"),
        CommandBody::Store(store) => of_set(store.set(), Dialect::Imap4),
        CommandBody::Copy(_, set, _) => of_set(set, Dialect::Imap4),
        body => Some(known_name(body)),
    }
}

/// The first form in the response that the dialect lacks.
pub(super) fn lacks_response(response: &Response, dialect: Dialect) -> Option<&'static str> {
    let is_imap4 = dialect == Dialect::Imap4;
    match response {
        Response::Status(status) => {
            (!has_parts(dialect) && status.condition() == Condition::PreAuth).then_some("PREAUTH")
        }
        Response::Continuation(_)
        | Response::Flags(_)
        | Response::Exists(_)
        | Response::Recent(_)
        | Response::Expunge(_)
        | Response::Other(_) => None,
        Response::Search(_) if dialect == Dialect::Imap3 => Some("SEARCH without its criteria"),
        Response::Search(search) => search.mod_seq().map(|_| "MODSEQ"),
        Response::Fetch(fetch) => fetch.items().find_map(|item| of_response_item(&item, dialect)),
        Response::Capability(_) if is_imap4 => None,
        Response::List(list) | Response::Lsub(list) if is_imap4 => {
            (!list.extended().is_empty()).then_some("extended LIST")
        }
        Response::Historic(response) => of_historic(response, dialect),
        response => Some(match response {
            Response::Capability(_) => "CAPABILITY",
            Response::Enabled(_) => "ENABLED",
            Response::List(_) => "LIST",
            Response::Lsub(_) => "LSUB",
            Response::Esearch(_) => "ESEARCH",
            Response::MailboxStatus(_) => "STATUS",
            Response::Namespace(_) => "NAMESPACE",
            _ => "such a response",
        }),
    }
}

fn of_historic(response: &HistoricResponse, dialect: Dialect) -> Option<&'static str> {
    match response {
        HistoricResponse::Bboard(_) if dialect == Dialect::Imap4 => Some("BBOARD"),
        HistoricResponse::SupportedVersions(_) if matches!(dialect, Dialect::Imap2 | Dialect::Imap3) => None,
        HistoricResponse::SupportedVersions(_)
        | HistoricResponse::ReadOnly
        | HistoricResponse::ReadWrite
        | HistoricResponse::Found(_)
        | HistoricResponse::Reset(_)
        | HistoricResponse::Solicited(_)
            if dialect != Dialect::Imap3 =>
        {
            Some("what IMAP3 has")
        }
        HistoricResponse::Reset(set) => of_set(set, dialect),
        HistoricResponse::Solicited(solicited) => lacks_response(solicited.data(), dialect),
        HistoricResponse::Store(fetch) => fetch.items().find_map(|item| of_response_item(&item, dialect)),
        _ => None,
    }
}

fn of_response_item(item: &Item<'_>, dialect: Dialect) -> Option<&'static str> {
    match item {
        Item::Flags(_)
        | Item::Envelope(_)
        | Item::InternalDate(_)
        | Item::Rfc822Size(_)
        | Item::Rfc822(_)
        | Item::Rfc822Header(_)
        | Item::Rfc822Text(_)
        | Item::Other { .. }
        | Item::Invalid { .. } => None,
        Item::Body(_) if has_parts(dialect) => None,
        Item::Section(content) if has_parts(dialect) && content.origin().is_none() => {
            of_section(&content.section().to_section(), dialect)
        }
        Item::BodyStructure(_) | Item::Uid(_) if dialect == Dialect::Imap4 => None,
        _ => Some("such an item of FETCH"),
    }
}
