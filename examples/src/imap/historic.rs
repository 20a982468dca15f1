//! The same mailboxes in dialects that came before IMAP4rev1.

use mail_proto::imap::{
    CommandBody, Dialect, Error, FieldKey, FindOption, Found, HistoricCommand, HistoricItem,
    HistoricResponse, MailboxName, Response, Search, SearchKey, Section, Solicited, SubscribeOption, Tag,
    Version, VersionSpec,
};

use mail_proto::{mime, serve};

use super::answer::Answer;
use super::mailboxes;
use crate::mailboxes::Mailboxes;

/// What needs no login.
pub(super) fn anybody(command: &HistoricCommand) -> Answer {
    let specs = [Version::IMAP2, Version::IMAP3].map(|version| VersionSpec::new(version, []));
    match command {
        HistoricCommand::SupportedVersions => {
            Answer::ok("done").with(HistoricResponse::SupportedVersions(specs.into()))
        }
        HistoricCommand::SelectVersion(version) if specs.iter().any(|spec| spec.version() == *version) => {
            Answer::ok("done")
        }
        HistoricCommand::SelectVersion(_) => Answer::no("there are 2.0 and 3.0"),
        HistoricCommand::SelectFeatures(_) => Answer::no("there are no features to select"),
        HistoricCommand::Version(_) => Answer::no("not known here"),
        _ => Answer::bad("not known here"),
    }
}

/// What is about mailboxes by name. There are no bulletin boards.
pub(super) fn user(command: &HistoricCommand, mailboxes: &Mailboxes) -> Answer {
    match command {
        HistoricCommand::Find(find) if find.option().is_of_bboards() => Answer::ok("there is none"),
        HistoricCommand::Find(find) => {
            let names = match find.option() {
                FindOption::Mailboxes => mailboxes.subscribed(),
                _ => mailboxes.names(),
            };
            let found = names.into_iter().filter(|name| find.matches(name));
            let names = found.filter_map(|name| MailboxName::new(name).ok());
            names.fold(Answer::ok("done"), |answer, name| answer.with(HistoricResponse::Mailbox(name)))
        }
        HistoricCommand::Bboard(_) => Answer::no("there are no bulletin boards"),
        HistoricCommand::Subscribe(SubscribeOption::Mailbox, name) => mailboxes::subscribe(name, mailboxes),
        HistoricCommand::Unsubscribe(SubscribeOption::Mailbox, name) => {
            mailboxes::unsubscribe(name, mailboxes)
        }
        // All is sent again whenever it is asked for.
        HistoricCommand::Purge(_) => Answer::ok("done"),
        _ => Answer::bad("not known here"),
    }
}

/// The values of a field of IMAP3.
pub(super) fn values(message: &mime::Message<'_>, key: &FieldKey) -> Vec<Vec<u8>> {
    let name = key.as_bytes().to_ascii_uppercase();
    let section = |section| serve::section(message, &section).map_or_else(Vec::new, |octets| octets.to_vec());
    match name.as_slice() {
        b"BODY" | b"TEXT" => vec![section(Section::text())],
        b"HEADER" => vec![section(Section::header())],
        b"SIZE" => vec![serve::rfc822_size(message).to_string().into_bytes()],
        _ => {
            let name = name.strip_prefix(b"$").unwrap_or(&name);
            let meant = message.root().fields().filter(|field| field.name().eq_ignore_ascii_case(name));
            meant.map(|field| field.unfolded().into_owned()).collect()
        }
    }
}

/// In IMAP3, data has the tag of the command that asked for it, and SEARCH says what it looked for.
pub(super) fn said(
    dialect: Dialect,
    tag: &Tag,
    data: Response,
    search: Option<&SearchKey>,
) -> Result<Response, Error> {
    let data = match (data, search) {
        (Response::Search(found), Some(key)) if dialect == Dialect::Imap3 => {
            let numbers = found.numbers().to_vec();
            HistoricResponse::Found(Found::new(numbers, key.clone())).into()
        }
        (data, _) => data,
    };
    let is_status = matches!(&data, Response::Status(_));
    if dialect == Dialect::Imap3 && !is_status {
        return Solicited::new(tag, data).map(|data| HistoricResponse::Solicited(data).into());
    }
    Ok(data)
}

/// What a SEARCH looks for.
pub(super) fn looked_for(body: &CommandBody) -> Option<SearchKey> {
    if let CommandBody::Search(_, search) = body { Some(Search::key(search).clone()) } else { None }
}

/// Whether the items are all known here.
pub(super) fn is_known(item: &HistoricItem) -> bool {
    matches!(item, HistoricItem::Rfc822Peek | HistoricItem::Rfc822TextPeek | HistoricItem::Field(_, None))
}
