//! The table of commands by dialect, and how the arguments of each are read.

use imap_wire::{Cursor, Generation, ParseError, SequenceSet};

use super::command::{HistoricCommand, PartialFetch, Purge, SubscribeOption};
use super::find::Find;
use super::imap3::{self, Feature, FieldKey, Ordering, StoreField, Version};
use super::search;
use crate::command::parse_login;
use crate::core::{Append, FetchCommand, Flag, MailboxName, Numbering, Store};
use crate::state::{ANY, AUTHENTICATED, NOT_AUTHENTICATED, SELECTED};
use crate::{AppendMessage, CommandBody, Dialect, Rename, Search, Select, State};

/// One row of the table of commands before IMAP4rev1.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct HistoricSpec {
    /// The word.
    pub name: &'static str,
    /// Where it is specified.
    pub source: &'static str,
    /// Where it may be given: [`State::permits`].
    pub states: &'static [State],
    /// Which dialects have it.
    pub dialects: &'static [Dialect],
    /// A command as it is written, without its tag.
    pub example: &'static str,
    pub(super) parse: fn(&mut Cursor<'_>) -> Result<CommandBody, ParseError>,
}

const fn row(
    name: &'static str,
    source: &'static str,
    states: &'static [State],
    dialects: &'static [Dialect],
    example: &'static str,
    parse: fn(&mut Cursor<'_>) -> Result<CommandBody, ParseError>,
) -> HistoricSpec {
    HistoricSpec { name, source, states, dialects, example, parse }
}

/// All that have no LIST.
const OLD: &[Dialect] = &[Dialect::Imap2, Dialect::Imap2bis, Dialect::MacMs, Dialect::Imap3];
const BIS: &[Dialect] = &[Dialect::Imap2bis, Dialect::MacMs];
/// What RFC 1730 kept of IMAP2bis, beside the commands that IMAP4rev1 has, too.
const BIS_AND_IMAP4: &[Dialect] = &[Dialect::Imap2bis, Dialect::MacMs, Dialect::Imap4];
const FIND: &[Dialect] = &[Dialect::Imap2, Dialect::Imap2bis, Dialect::MacMs, Dialect::Imap3, Dialect::Imap4];
/// A server of IMAP3 starts in IMAP2.
const VERSIONS: &[Dialect] = &[Dialect::Imap2, Dialect::Imap3];
const IMAP3: &[Dialect] = &[Dialect::Imap3];

/// Every command of the dialects before IMAP4rev1, sorted by name. [`Dialect::Imap4`] has those of
/// [`COMMANDS`](crate::COMMANDS), too, that RFC 1730 has.
///
/// ```
/// use imap_proto::{Dialect, HISTORIC_COMMANDS};
/// let row = HISTORIC_COMMANDS.iter().find(|row| row.name == "PURGE").unwrap();
/// assert!(row.dialects.contains(&Dialect::Imap2bis) && !row.dialects.contains(&Dialect::Imap2));
/// ```
pub const HISTORIC_COMMANDS: &[HistoricSpec] = &[
    row(
        "ADD.MESSAGE",
        "RFC 1203, ADD.MESSAGE",
        AUTHENTICATED,
        IMAP3,
        "ADD.MESSAGE out RFC822 \"hello\"",
        |cursor| imap3::parse_add_message(cursor).map(CommandBody::Historic),
    ),
    row("APPEND", "IMAP2bis section IV.a", AUTHENTICATED, BIS, "APPEND saved \"hello\"", parse_append),
    row("BBOARD", "RFC 1176, BBOARD", AUTHENTICATED, OLD, "BBOARD info-mac", |cursor| {
        name(cursor).map(HistoricCommand::Bboard).map(CommandBody::Historic)
    }),
    row("CHECK", "RFC 1064, CHECK", SELECTED, OLD, "CHECK", |_| Ok(CommandBody::Check)),
    row("COPY", "RFC 1064, COPY", SELECTED, OLD, "COPY 2:4 archive", |cursor| {
        cursor.space()?;
        let set = SequenceSet::parse(cursor)?;
        Ok(CommandBody::Copy(Numbering::SeqNo, set, name(cursor)?))
    }),
    row("CREATE", "IMAP2bis section II.a", AUTHENTICATED, BIS, "CREATE archive", |cursor| {
        name(cursor).map(Select::new).map(CommandBody::Create)
    }),
    row("DELETE", "IMAP2bis section II.a", AUTHENTICATED, BIS, "DELETE archive", |cursor| {
        name(cursor).map(CommandBody::Delete)
    }),
    // Not in the drafts, but what read them had it.
    row("EXAMINE", "UW imapd 3.6", AUTHENTICATED, BIS, "EXAMINE INBOX", |cursor| {
        name(cursor).map(Select::new).map(CommandBody::Examine)
    }),
    row("EXPUNGE", "RFC 1064, EXPUNGE", SELECTED, OLD, "EXPUNGE", |_| Ok(CommandBody::Expunge(None))),
    row("FETCH", "RFC 1064, FETCH", SELECTED, OLD, "FETCH 1:19 (FLAGS ENVELOPE)", |cursor| {
        cursor.space()?;
        if cursor.generation() == Generation::Imap3 {
            return imap3::parse_fetch(cursor).map(CommandBody::Fetch);
        }
        FetchCommand::parse(cursor, Numbering::SeqNo).map(CommandBody::Fetch)
    }),
    row("FIND", "RFC 1176, FIND", AUTHENTICATED, FIND, "FIND MAILBOXES *", |cursor| {
        cursor.space()?;
        Find::parse(cursor).map(HistoricCommand::Find).map(CommandBody::Historic)
    }),
    row("FLAGS", "RFC 1203, FLAGS", SELECTED, IMAP3, "FLAGS", |_| {
        Ok(CommandBody::Historic(HistoricCommand::Flags))
    }),
    row("LOGIN", "RFC 1064, LOGIN", NOT_AUTHENTICATED, OLD, "LOGIN Fred Secret", parse_login),
    row("LOGOUT", "RFC 1064, LOGOUT", ANY, OLD, "LOGOUT", |_| Ok(CommandBody::Logout)),
    row("NOOP", "RFC 1064, NOOP", ANY, OLD, "NOOP", |_| Ok(CommandBody::Noop)),
    row("PARTIAL", "IMAP2bis section V.a", SELECTED, BIS_AND_IMAP4, "PARTIAL 3 RFC822.TEXT 1 10", |cursor| {
        cursor.space()?;
        PartialFetch::parse(cursor).map(HistoricCommand::Partial).map(CommandBody::Historic)
    }),
    row("PURGE", "IMAP2bis section III.a", SELECTED, BIS, "PURGE STATUS 2:4", |cursor| {
        cursor.space()?;
        Purge::parse(cursor).map(HistoricCommand::Purge).map(CommandBody::Historic)
    }),
    row("READONLY", "RFC 1203, READONLY", SELECTED, IMAP3, "READONLY", |_| {
        Ok(CommandBody::Historic(HistoricCommand::ReadOnly))
    }),
    row("READWRITE", "RFC 1203, READWRITE", SELECTED, IMAP3, "READWRITE", |_| {
        Ok(CommandBody::Historic(HistoricCommand::ReadWrite))
    }),
    row("RENAME", "IMAP2bis section II.a", AUTHENTICATED, BIS, "RENAME archive old", |cursor| {
        let from = name(cursor)?;
        Ok(CommandBody::Rename(Rename::new(from, name(cursor)?)))
    }),
    row("RENUMBER", "RFC 1203, RENUMBER", SELECTED, IMAP3, "RENUMBER FROM ALPHA", |cursor| {
        cursor.space()?;
        let key = FieldKey::parse(cursor)?;
        cursor.space()?;
        let ordering = Ordering::parse(cursor)?;
        Ok(CommandBody::Historic(HistoricCommand::Renumber(key, ordering)))
    }),
    row("SEARCH", "RFC 1064, SEARCH", SELECTED, OLD, "SEARCH UNSEEN FROM crispin", |cursor| {
        cursor.space()?;
        search::parse(cursor).map(|key| CommandBody::Search(Numbering::SeqNo, Search::new(key)))
    }),
    row("SELECT", "RFC 1064, SELECT", AUTHENTICATED, OLD, "SELECT INBOX", |cursor| {
        name(cursor).map(Select::new).map(CommandBody::Select)
    }),
    row(
        "SELECT.FEATURES",
        "RFC 1203, SELECT.FEATURES",
        ANY,
        VERSIONS,
        "SELECT.FEATURES TAGGED.SOLICITED ~SEND",
        |cursor| Feature::parse_all(cursor).map(HistoricCommand::SelectFeatures).map(CommandBody::Historic),
    ),
    row(
        "SELECT.VERSION",
        "RFC 1203, SELECT.VERSION",
        NONE_SELECTED,
        VERSIONS,
        "SELECT.VERSION (3 0)",
        |cursor| {
            cursor.space()?;
            Version::parse(cursor).map(HistoricCommand::SelectVersion).map(CommandBody::Historic)
        },
    ),
    row("SEND", "RFC 1203, SEND", AUTHENTICATED, IMAP3, "SEND RFC822 \"hello\"", |cursor| {
        imap3::parse_send(cursor).map(CommandBody::Historic)
    }),
    row("SET.EOL", "RFC 1203, SET.EOL", ANY, IMAP3, "SET.EOL CR 4", |cursor| {
        imap3::parse_set_eol(cursor).map(CommandBody::Historic)
    }),
    row("SET.FLAGS", "RFC 1203, SET.FLAGS", SELECTED, IMAP3, "SET.FLAGS (Meeting Notice)", |cursor| {
        cursor.space()?;
        Flag::parse_store_list(cursor).map(HistoricCommand::SetFlags).map(CommandBody::Historic)
    }),
    row("STORE", "RFC 1064, STORE", SELECTED, OLD, "STORE 8 +FLAGS \\Deleted", |cursor| {
        cursor.space()?;
        if cursor.generation() == Generation::Imap3 {
            let start = cursor.at();
            if let Some(store) = StoreField::parse(cursor)? {
                return Ok(CommandBody::Historic(HistoricCommand::StoreField(store)));
            }
            cursor.seek(start);
        }
        Store::parse(cursor, Numbering::SeqNo).map(CommandBody::Store)
    }),
    row(
        "SUBSCRIBE",
        "IMAP2bis section II.a",
        AUTHENTICATED,
        BIS_AND_IMAP4,
        "SUBSCRIBE MAILBOX misc",
        |cursor| {
            cursor.space()?;
            let (option, name) = SubscribeOption::parse_with_name(cursor)?;
            Ok(CommandBody::Historic(HistoricCommand::Subscribe(option, name)))
        },
    ),
    row("SUPPORTED.VERSIONS", "RFC 1203, SUPPORTED.VERSIONS", ANY, VERSIONS, "SUPPORTED.VERSIONS", |_| {
        Ok(CommandBody::Historic(HistoricCommand::SupportedVersions))
    }),
    row(
        "UNSUBSCRIBE",
        "IMAP2bis section II.a",
        AUTHENTICATED,
        BIS_AND_IMAP4,
        "UNSUBSCRIBE MAILBOX misc",
        |cursor| {
            cursor.space()?;
            let (option, name) = SubscribeOption::parse_with_name(cursor)?;
            Ok(CommandBody::Historic(HistoricCommand::Unsubscribe(option, name)))
        },
    ),
    row("VERSION", "MacMS", ANY, BIS, "VERSION 4", |cursor| {
        cursor.space()?;
        cursor.number().map(HistoricCommand::Version).map(CommandBody::Historic)
    }),
];

/// Of SELECT.VERSION: "before any mailbox is selected".
const NONE_SELECTED: &[State] = &[State::NotAuthenticated, State::Authenticated];

/// `SP mailbox`.
fn name(cursor: &mut Cursor<'_>) -> Result<MailboxName, ParseError> {
    cursor.space()?;
    MailboxName::parse(cursor)
}

/// The draft has a string; UW imapd 3.6 took what IMAP4 was to have.
fn parse_append(cursor: &mut Cursor<'_>) -> Result<CommandBody, ParseError> {
    cursor.space()?;
    let start = cursor.at();
    let read = cursor.optional(|cursor| {
        let mailbox = MailboxName::parse(cursor)?;
        cursor.space()?;
        let string = cursor.string()?;
        let message = AppendMessage::of(crate::AppendData::Literal(cursor.owned(string)));
        cursor.end()?;
        Ok(Append::new(mailbox, message))
    });
    if let Some(append) = read {
        return Ok(CommandBody::Append(append));
    }
    cursor.seek(start);
    let append = Append::parse(cursor)?;
    cursor.forgive(mail_wire::Deviation::Value, "a string behind the mailbox")?;
    Ok(CommandBody::Append(append))
}

/// The row of this name.
pub(crate) fn spec(name: &[u8]) -> Option<&'static HistoricSpec> {
    HISTORIC_COMMANDS.iter().find(|row| row.name.as_bytes().eq_ignore_ascii_case(name))
}

/// The row of the command that `line` begins with.
pub(super) fn find(line: &[u8], dialect: Dialect) -> Option<&'static HistoricSpec> {
    let name = line.split(|octet| *octet == b' ').next().unwrap_or_default();
    spec(name).filter(|row| row.dialects.contains(&dialect))
}
