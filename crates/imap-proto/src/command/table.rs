//! The table of commands, and how the arguments of each are read.

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError, SequenceSet};
use mail_wire::sasl::InitialResponse;
use mail_wire::{Deviation, Secret};

use super::{Authenticate, CommandBody, Login, Rename, Select};
use crate::core::{
    Append, Capability, FetchCommand, List, MailboxName, Numbering, Search, StatusItem, Store,
};
use crate::historic::{HistoricCommand, parse_subscribe};
use crate::state::{ANY, AUTHENTICATED, NOT_AUTHENTICATED, SELECTED, State, UNSELECTED};

/// One row of the table of commands.
#[derive(Clone, Copy, Debug)]
pub struct CommandSpec {
    /// The word, or two of them: `UID FETCH`.
    pub name: &'static str,
    /// Where it is specified.
    pub rfc: &'static str,
    /// Where it may be given: [`State::permits`].
    pub states: &'static [State],
    /// IMAP4rev2 left it out: it is read always, and written to older peers only.
    pub obsolete: bool,
    /// A command as it is written, without its tag.
    pub example: &'static str,
    pub(super) parse: fn(&mut Cursor<'_>) -> Result<CommandBody, ParseError>,
}

const fn row(
    name: &'static str,
    rfc: &'static str,
    states: &'static [State],
    example: &'static str,
    parse: fn(&mut Cursor<'_>) -> Result<CommandBody, ParseError>,
) -> CommandSpec {
    CommandSpec { name, rfc, states, obsolete: false, example, parse }
}

/// Of a command that IMAP4rev2 left out.
const fn obsolete(row: CommandSpec) -> CommandSpec {
    CommandSpec { obsolete: true, ..row }
}

/// Every command that is typed, sorted by name.
///
/// ```
/// use imap_proto::{COMMANDS, State};
/// let row = COMMANDS.iter().find(|row| row.name == "STARTTLS").unwrap();
/// assert_eq!((row.rfc, row.states), ("RFC 9051 section 6.2.1", &[State::NotAuthenticated][..]));
/// ```
pub const COMMANDS: &[CommandSpec] = &[
    row("APPEND", "RFC 9051 section 6.3.12", AUTHENTICATED, "APPEND Sent (\\Seen) {5+}\r\nhello", |cursor| {
        space(cursor)?;
        Append::parse(cursor).map(CommandBody::Append)
    }),
    row(
        "AUTHENTICATE",
        "RFC 9051 section 6.2.2",
        NOT_AUTHENTICATED,
        "AUTHENTICATE PLAIN =",
        parse_authenticate,
    ),
    row("CAPABILITY", "RFC 9051 section 6.1.1", ANY, "CAPABILITY", |_| Ok(CommandBody::Capability)),
    obsolete(row("CHECK", "RFC 3501 section 6.4.1", SELECTED, "CHECK", |_| Ok(CommandBody::Check))),
    row("CLOSE", "RFC 9051 section 6.4.1", SELECTED, "CLOSE", |_| Ok(CommandBody::Close)),
    row("COMPRESS", "RFC 4978 section 3", AUTHENTICATED, "COMPRESS DEFLATE", |cursor| {
        space(cursor)?;
        if cursor.take_keyword("DEFLATE") {
            Ok(CommandBody::Compress)
        } else {
            Err(cursor.unknown("DEFLATE"))
        }
    }),
    row("COPY", "RFC 9051 section 6.4.7", SELECTED, "COPY 2:4 Archive", |cursor| {
        parse_copy(cursor).map(|(set, mailbox)| CommandBody::Copy(Numbering::SeqNo, set, mailbox))
    }),
    row("CREATE", "RFC 9051 section 6.3.4", AUTHENTICATED, "CREATE Archive", |cursor| {
        space(cursor)?;
        Select::parse(cursor).map(CommandBody::Create)
    }),
    row("DELETE", "RFC 9051 section 6.3.5", AUTHENTICATED, "DELETE Archive", |cursor| {
        space(cursor)?;
        MailboxName::parse(cursor).map(CommandBody::Delete)
    }),
    row("ENABLE", "RFC 9051 section 6.3.1", UNSELECTED, "ENABLE IMAP4rev2", parse_enable),
    row("EXAMINE", "RFC 9051 section 6.3.3", AUTHENTICATED, "EXAMINE INBOX", |cursor| {
        space(cursor)?;
        Select::parse(cursor).map(CommandBody::Examine)
    }),
    row("EXPUNGE", "RFC 9051 section 6.4.3", SELECTED, "EXPUNGE", |_| Ok(CommandBody::Expunge(None))),
    row("FETCH", "RFC 9051 section 6.4.5", SELECTED, "FETCH 1:* (FLAGS ENVELOPE)", |cursor| {
        space(cursor)?;
        FetchCommand::parse(cursor, Numbering::SeqNo).map(CommandBody::Fetch)
    }),
    row("IDLE", "RFC 9051 section 6.3.13", AUTHENTICATED, "IDLE", |_| Ok(CommandBody::Idle)),
    row("LIST", "RFC 9051 section 6.3.9", AUTHENTICATED, "LIST \"\" %", |cursor| {
        space(cursor)?;
        List::parse(cursor).map(CommandBody::List)
    }),
    row("LOGIN", "RFC 9051 section 6.2.3", NOT_AUTHENTICATED, "LOGIN alice secret", parse_login),
    row("LOGOUT", "RFC 9051 section 6.1.3", ANY, "LOGOUT", |_| Ok(CommandBody::Logout)),
    obsolete(row("LSUB", "RFC 3501 section 6.3.9", AUTHENTICATED, "LSUB \"\" *", |cursor| {
        space(cursor)?;
        List::parse_lsub(cursor).map(CommandBody::Lsub)
    })),
    row("MOVE", "RFC 9051 section 6.4.8", SELECTED, "MOVE 2:4 Archive", |cursor| {
        parse_copy(cursor).map(|(set, mailbox)| CommandBody::Move(Numbering::SeqNo, set, mailbox))
    }),
    row("NAMESPACE", "RFC 9051 section 6.3.10", AUTHENTICATED, "NAMESPACE", |_| Ok(CommandBody::Namespace)),
    row("NOOP", "RFC 9051 section 6.1.2", ANY, "NOOP", |_| Ok(CommandBody::Noop)),
    row("RENAME", "RFC 9051 section 6.3.6", AUTHENTICATED, "RENAME Archive Old", |cursor| {
        space(cursor)?;
        Rename::parse(cursor).map(CommandBody::Rename)
    }),
    row("SEARCH", "RFC 9051 section 6.4.4", SELECTED, "SEARCH UNSEEN SINCE 1-Feb-2024", |cursor| {
        space(cursor)?;
        Search::parse(cursor).map(|search| CommandBody::Search(Numbering::SeqNo, search))
    }),
    row("SELECT", "RFC 9051 section 6.3.2", AUTHENTICATED, "SELECT INBOX", |cursor| {
        space(cursor)?;
        Select::parse(cursor).map(CommandBody::Select)
    }),
    row("STARTTLS", "RFC 9051 section 6.2.1", NOT_AUTHENTICATED, "STARTTLS", |_| Ok(CommandBody::StartTls)),
    row("STATUS", "RFC 9051 section 6.3.11", AUTHENTICATED, "STATUS Archive (MESSAGES UIDNEXT)", |cursor| {
        space(cursor)?;
        let mailbox = MailboxName::parse(cursor)?;
        cursor.space()?;
        Ok(CommandBody::Status(mailbox, StatusItem::parse_list(cursor)?))
    }),
    row("STORE", "RFC 9051 section 6.4.6", SELECTED, "STORE 2:4 +FLAGS (\\Deleted)", |cursor| {
        space(cursor)?;
        Store::parse(cursor, Numbering::SeqNo).map(CommandBody::Store)
    }),
    row("SUBSCRIBE", "RFC 9051 section 6.3.7", AUTHENTICATED, "SUBSCRIBE Archive", |cursor| {
        parse_subscribe(cursor, CommandBody::Subscribe, HistoricCommand::Subscribe)
    }),
    row("UID COPY", "RFC 9051 section 6.4.9", SELECTED, "UID COPY 2:4 Archive", |cursor| {
        parse_copy(cursor).map(|(set, mailbox)| CommandBody::Copy(Numbering::Uid, set, mailbox))
    }),
    row("UID EXPUNGE", "RFC 9051 section 6.4.9", SELECTED, "UID EXPUNGE 2:4", |cursor| {
        space(cursor)?;
        SequenceSet::parse(cursor).map(|set| CommandBody::Expunge(Some(set)))
    }),
    row("UID FETCH", "RFC 9051 section 6.4.9", SELECTED, "UID FETCH 1:* FLAGS", |cursor| {
        space(cursor)?;
        FetchCommand::parse(cursor, Numbering::Uid).map(CommandBody::Fetch)
    }),
    row("UID MOVE", "RFC 9051 section 6.4.9", SELECTED, "UID MOVE 2:4 Archive", |cursor| {
        parse_copy(cursor).map(|(set, mailbox)| CommandBody::Move(Numbering::Uid, set, mailbox))
    }),
    row("UID SEARCH", "RFC 9051 section 6.4.9", SELECTED, "UID SEARCH DELETED", |cursor| {
        space(cursor)?;
        Search::parse(cursor).map(|search| CommandBody::Search(Numbering::Uid, search))
    }),
    row("UID STORE", "RFC 9051 section 6.4.9", SELECTED, "UID STORE 7 FLAGS.SILENT (\\Seen)", |cursor| {
        space(cursor)?;
        Store::parse(cursor, Numbering::Uid).map(CommandBody::Store)
    }),
    row("UNSELECT", "RFC 9051 section 6.4.2", SELECTED, "UNSELECT", |_| Ok(CommandBody::Unselect)),
    row("UNSUBSCRIBE", "RFC 9051 section 6.3.8", AUTHENTICATED, "UNSUBSCRIBE Archive", |cursor| {
        parse_subscribe(cursor, CommandBody::Unsubscribe, HistoricCommand::Unsubscribe)
    }),
];

fn space(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    cursor.space()
}

fn parse_copy(cursor: &mut Cursor<'_>) -> Result<(SequenceSet, MailboxName), ParseError> {
    cursor.space()?;
    let set = SequenceSet::parse(cursor)?;
    cursor.space()?;
    Ok((set, MailboxName::parse(cursor)?))
}

pub(crate) fn parse_login(cursor: &mut Cursor<'_>) -> Result<CommandBody, ParseError> {
    cursor.space()?;
    let user = cursor.astring()?.value().into_owned();
    cursor.space()?;
    // Unescaped into a vector that the secret takes over, so that no copy is left.
    let password = cursor.astring()?.value().into_owned();
    Ok(CommandBody::Login(Login { user, password: Secret::from_vec(password) }))
}

fn parse_authenticate(cursor: &mut Cursor<'_>) -> Result<CommandBody, ParseError> {
    cursor.space()?;
    let mechanism = cursor.owned_atom()?;
    let initial = if cursor.is_at_end() {
        None
    } else {
        cursor.space()?;
        let text = cursor.rest();
        let (initial, deviations) =
            InitialResponse::decode(text, cursor.leniency()).map_err(|_| cursor.error("base64 or ="))?;
        if let Some(deviation) = deviations.iter().next() {
            cursor.forgive(deviation, "base64 with its padding")?;
        }
        cursor.skip(text.len());
        Some(initial)
    };
    Ok(CommandBody::Authenticate(Authenticate { mechanism, initial }))
}

fn parse_enable(cursor: &mut Cursor<'_>) -> Result<CommandBody, ParseError> {
    let mut capabilities = Vec::new();
    while !cursor.is_at_end() {
        cursor.space()?;
        capabilities.push(Capability::parse(cursor)?);
    }
    if capabilities.is_empty() {
        cursor.forgive(Deviation::Value, "SP and a capability")?;
    }
    Ok(CommandBody::Enable(capabilities))
}

/// Letters of the longest name in the table.
pub(super) const LONGEST: usize = 16;

/// The row of the command that `line` begins with, how long its name is there, and whether blanks are too many in it.
pub(super) fn find(line: &[u8]) -> Option<(&'static CommandSpec, usize, bool)> {
    match find_exact(line) {
        Some(row) => Some((row, row.name.len(), false)),
        None => find_any(line),
    }
}

/// The row of a command in the spelling of the table: one of the few with the same first letter.
#[inline]
fn find_exact(line: &[u8]) -> Option<&'static CommandSpec> {
    let letter = line.first()?.wrapping_sub(b'A');
    let (from, to) = *LETTERS.get(usize::from(letter))?;
    COMMANDS.get(from..to)?.iter().find(|row| {
        let is_whole = matches!(line.get(row.name.len()), None | Some(b' '));
        is_whole && line.starts_with(row.name.as_bytes())
    })
}

/// For each letter, which rows begin with it.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "while compiling")]
const LETTERS: [(usize, usize); 26] = {
    let mut letters = [(0, 0); 26];
    let mut at = 0;
    while at < COMMANDS.len() {
        let letter = (COMMANDS[at].name.as_bytes()[0] - b'A') as usize;
        if letters[letter].1 == 0 {
            letters[letter].0 = at;
        }
        at += 1;
        letters[letter].1 = at;
    }
    letters
};

#[inline(never)]
fn find_any(line: &[u8]) -> Option<(&'static CommandSpec, usize, bool)> {
    let word = |line: &[u8]| line.iter().position(|octet| *octet == b' ').unwrap_or(line.len());
    let first = word(line);
    let mut upper = [0; LONGEST];
    upper.get_mut(..first)?.copy_from_slice(line.get(..first)?);
    let (mut len, mut end) = (first, first);
    if line.get(..first)?.eq_ignore_ascii_case(b"UID") {
        let rest = line.get(first..)?;
        let blanks = rest.iter().take_while(|octet| **octet == b' ').count();
        let second = rest.get(blanks..)?;
        let second = second.get(..word(second))?;
        len = first.saturating_add(1).saturating_add(second.len());
        end = first.saturating_add(blanks).saturating_add(second.len());
        let room = upper.get_mut(first..len)?;
        let (blank, room) = room.split_first_mut()?;
        *blank = b' ';
        room.copy_from_slice(second);
    }
    let name = upper.get_mut(..len)?;
    name.make_ascii_uppercase();
    let at = COMMANDS.binary_search_by(|row| row.name.as_bytes().cmp(name)).ok()?;
    Some((COMMANDS.get(at)?, end, end > len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_names_are_found_as_all_others() {
        let found =
            |found: Option<(&CommandSpec, usize, bool)>| found.map(|(row, len, odd)| (row.name, len, odd));
        for row in COMMANDS {
            for behind in ["", " x", "  ", "X", "\t", " UID"] {
                let line = alloc::format!("{}{behind}", row.name);
                assert_eq!(found(find(line.as_bytes())), found(find_any(line.as_bytes())), "{line}");
                let is_exact = find_exact(line.as_bytes()).is_some_and(|exact| exact.name == row.name);
                assert_eq!(is_exact, matches!(behind.as_bytes(), [] | [b' ', ..]), "{line}");
            }
        }
        for line in ["", " ", "uid fetch 1", "UID", "UID  FETCH", "[", "ZZZ", "\u{fc}"] {
            assert!(find_exact(line.as_bytes()).is_none(), "{line}");
        }
    }
}
