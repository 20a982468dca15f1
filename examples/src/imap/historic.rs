//! The same mailboxes in dialects that came before IMAP4rev1.

use mail_proto::imap::{
    CommandBody, Dialect, Error, FieldKey, FindOption, Found, HistoricCommand, HistoricItem,
    HistoricResponse, MailboxName, Response, Search, SearchKey, Section, Solicited, SubscribeOption, Tag,
    Version, VersionSpec,
};

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

/// The values of a field of IMAP3; `octets` are those of a section.
pub(super) fn values(key: &FieldKey, octets: impl Fn(Section) -> Vec<u8>) -> Result<Vec<Vec<u8>>, Error> {
    let name = key.as_bytes().to_ascii_uppercase();
    Ok(match name.as_slice() {
        b"BODY" | b"TEXT" => vec![octets(Section::text())],
        b"HEADER" => vec![octets(Section::header())],
        b"SIZE" => vec![octets(Section::all()).len().to_string().into_bytes()],
        _ => fields(&octets(Section::header_fields([name.strip_prefix(b"$").unwrap_or(&name)])?)),
    })
}

/// The texts of these fields, unfolded.
fn fields(header: &[u8]) -> Vec<Vec<u8>> {
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for line in header.split(|octet| *octet == b'\n').map(<[u8]>::trim_ascii_end) {
        match (line.first(), texts.last_mut()) {
            (None, _) => {}
            (Some(b' ' | b'\t'), Some(text)) => text.extend_from_slice(line),
            _ => {
                let behind = line.iter().position(|octet| *octet == b':').map_or(line.len(), |at| at + 1);
                texts.push(line[behind..].trim_ascii_start().to_vec());
            }
        }
    }
    texts
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
