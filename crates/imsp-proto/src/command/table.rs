//! The table of commands, and how the arguments of each are read.

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError};
use mail_wire::Secret;

use super::{Authenticate, CommandBody, Login};
use crate::state::{ANY, AUTHENTICATED, NOT_AUTHENTICATED, State};
use crate::values::{parse_value, take_next};
use crate::{Address, Criterion, Entry, Evidence, Lock, Name, Object, Pattern, Rights};

/// One row of the table of commands.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CommandSpec {
    /// The word.
    pub name: &'static str,
    /// How its form is known.
    pub evidence: Evidence,
    /// The recording below `tests/recordings` that shows it, or what tells of it.
    pub source: &'static str,
    /// Where it may be given: [`State::permits`].
    pub states: &'static [State],
    /// A command as it is written, without its tag.
    pub example: &'static str,
    pub(super) parse: Parse,
}

pub(super) type Parse = fn(&mut Cursor<'_>) -> Result<CommandBody, ParseError>;

const fn row(
    name: &'static str,
    source: &'static str,
    states: &'static [State],
    example: &'static str,
    parse: Parse,
) -> CommandSpec {
    CommandSpec { name, evidence: Evidence::Seen, source, states, example, parse }
}

/// Of the mailbox side, which no server that runs has: Cyrus imspd knows the words and says NO to all.
const fn told(name: &'static str, example: &'static str, parse: Parse) -> CommandSpec {
    let source = "documents of Cyrus IMSP";
    CommandSpec { name, evidence: Evidence::Told, source, states: AUTHENTICATED, example, parse }
}

/// Every command that is typed, sorted by name.
///
/// ```
/// use imsp_proto::{COMMANDS, Evidence, State};
/// let row = COMMANDS.iter().find(|row| row.name == "SET").unwrap();
/// assert_eq!((row.evidence, row.states), (Evidence::Seen, &[State::Authenticated][..]));
/// ```
pub const COMMANDS: &[CommandSpec] = &[
    row("ADDRESSBOOK", "imspd-addressbook", AUTHENTICATED, "ADDRESSBOOK mrose.*", |cursor| {
        cursor.space()?;
        Pattern::parse(cursor).map(CommandBody::AddressBook)
    }),
    row("AUTHENTICATE", "imspd-auth", NOT_AUTHENTICATED, "AUTHENTICATE CRAM-MD5", |cursor| {
        cursor.space()?;
        let mechanism = cursor.owned_atom()?;
        // What stands behind it may be the answer of a client that knows initial responses.
        cursor.end()?;
        Ok(CommandBody::Authenticate(Authenticate { mechanism }))
    }),
    row("CAPABILITY", "imspd-auth", ANY, "CAPABILITY", |_| Ok(CommandBody::Capability)),
    told("CREATE", "CREATE bb.news imap.example.com", |cursor| {
        cursor.space()?;
        let mailbox = Name::parse(cursor)?;
        let server = if take_next(cursor)? { Some(Name::parse(cursor)?) } else { None };
        Ok(CommandBody::Create(mailbox, server))
    }),
    row(
        "CREATEADDRESSBOOK",
        "imspd-addressbook",
        AUTHENTICATED,
        "CREATEADDRESSBOOK \"mrose.Work people\"",
        |cursor| one(cursor, CommandBody::CreateAddressBook),
    ),
    told("DELETE", "DELETE bb.news", |cursor| one(cursor, CommandBody::Delete)),
    row(
        "DELETEACL",
        "imspd-addressbook",
        AUTHENTICATED,
        "DELETEACL ADDRESSBOOK mrose.friends annette",
        |cursor| {
            cursor.space()?;
            let object = Object::parse(cursor)?;
            cursor.space()?;
            Ok(CommandBody::DeleteAcl(object, Name::parse(cursor)?))
        },
    ),
    row(
        "DELETEADDRESS",
        "imspd-addressbook",
        AUTHENTICATED,
        "DELETEADDRESS mrose.friends \"Annette Ostler\"",
        |cursor| {
            cursor.space()?;
            Entry::parse(cursor).map(CommandBody::DeleteAddress)
        },
    ),
    row(
        "DELETEADDRESSBOOK",
        "imspd-addressbook",
        AUTHENTICATED,
        "DELETEADDRESSBOOK mrose.friends",
        |cursor| one(cursor, CommandBody::DeleteAddressBook),
    ),
    row(
        "FETCHADDRESS",
        "imspd-addressbook",
        AUTHENTICATED,
        "FETCHADDRESS mrose.friends \"Marshall Rose\" \"Annette Ostler\"",
        |cursor| {
            cursor.space()?;
            let book = Name::parse(cursor)?;
            cursor.space()?;
            let mut names = Vec::from([Name::parse(cursor)?]);
            while take_next(cursor)? {
                cursor.room(names.len())?;
                names.push(Name::parse(cursor)?);
            }
            Ok(CommandBody::FetchAddress(book, names))
        },
    ),
    row("GET", "imspd-options", ANY, "GET common.*", |cursor| {
        cursor.space()?;
        Pattern::parse(cursor).map(CommandBody::Get)
    }),
    row("GETACL", "imspd-addressbook", AUTHENTICATED, "GETACL ADDRESSBOOK mrose.friends", |cursor| {
        cursor.space()?;
        Object::parse(cursor).map(CommandBody::GetAcl)
    }),
    told("LAST", "LAST bb.news 4827", |cursor| {
        cursor.space()?;
        let mailbox = Name::parse(cursor)?;
        cursor.space()?;
        Ok(CommandBody::Last(mailbox, cursor.number()?))
    }),
    told("LIST", "LIST \"\" *", |cursor| list(cursor, CommandBody::List)),
    told("LMARKED", "LMARKED \"\" bb.*", |cursor| list(cursor, CommandBody::Lmarked)),
    row(
        "LOCK",
        "imspd-addressbook",
        AUTHENTICATED,
        "LOCK ADDRESSBOOK mrose.friends \"Marshall Rose\"",
        |cursor| {
            cursor.space()?;
            Lock::parse(cursor).map(CommandBody::Lock)
        },
    ),
    row("LOGIN", "imspd-auth", ANY, "LOGIN mrose tanstaaf", |cursor| {
        cursor.space()?;
        let user = Name::parse(cursor)?;
        cursor.space()?;
        // Unescaped into a vector that the secret takes over, so that no copy is left.
        let password = cursor.astring()?.value().into_owned();
        Ok(CommandBody::Login(Login { user, password: Secret::from_vec(password) }))
    }),
    row("LOGOUT", "imspd-auth", ANY, "LOGOUT", |_| Ok(CommandBody::Logout)),
    told("LSUB", "LSUB \"\" *", |cursor| list(cursor, CommandBody::Lsub)),
    told("MOVE", "MOVE bb.news imap2.example.com", |cursor| two(cursor, CommandBody::Move)),
    row("MYRIGHTS", "imspd-addressbook", AUTHENTICATED, "MYRIGHTS ADDRESSBOOK mrose.friends", |cursor| {
        cursor.space()?;
        Object::parse(cursor).map(CommandBody::MyRights)
    }),
    row("NOOP", "imspd-auth", ANY, "NOOP", |_| Ok(CommandBody::Noop)),
    told("RENAME", "RENAME bb.news bb.olds", |cursor| two(cursor, CommandBody::Rename)),
    row(
        "RENAMEADDRESSBOOK",
        "imspd-addressbook",
        AUTHENTICATED,
        "RENAMEADDRESSBOOK mrose.lists mrose.friends",
        |cursor| two(cursor, CommandBody::RenameAddressBook),
    ),
    told("REPLACE", "REPLACE bb.olds bb.news", |cursor| two(cursor, CommandBody::Replace)),
    row(
        "SEARCHADDRESS",
        "imspd-addressbook",
        AUTHENTICATED,
        "SEARCHADDRESS mrose.friends name \"M*\" company \"*Beach\"",
        |cursor| {
            cursor.space()?;
            let book = Name::parse(cursor)?;
            Ok(CommandBody::SearchAddress(book, Criterion::parse_all(cursor)?))
        },
    ),
    told("SEEN", "SEEN bb.news 4827 mrose", |cursor| {
        cursor.space()?;
        let mailbox = Name::parse(cursor)?;
        cursor.space()?;
        let uid = cursor.number()?;
        cursor.space()?;
        Ok(CommandBody::Seen(mailbox, uid, Name::parse(cursor)?))
    }),
    row("SET", "imspd-options", AUTHENTICATED, "SET x.signature \"two words\"", |cursor| {
        cursor.space()?;
        let name = Name::parse(cursor)?;
        cursor.space()?;
        Ok(CommandBody::Set(name, parse_value(cursor)?))
    }),
    row(
        "SETACL",
        "imspd-addressbook",
        AUTHENTICATED,
        "SETACL ADDRESSBOOK mrose.friends anyone lr",
        |cursor| {
            cursor.space()?;
            let object = Object::parse(cursor)?;
            cursor.space()?;
            let identifier = Name::parse(cursor)?;
            cursor.space()?;
            Ok(CommandBody::SetAcl(object, identifier, Rights::parse(cursor)?))
        },
    ),
    row(
        "STOREADDRESS",
        "imspd-addressbook",
        AUTHENTICATED,
        "STOREADDRESS mrose.friends \"Marshall Rose\" email mrose@example.com notes {9+}\r\nm\u{fc}de\r\nja",
        |cursor| {
            cursor.space()?;
            Address::parse_to_store(cursor).map(CommandBody::StoreAddress)
        },
    ),
    told("SUBSCRIBE", "SUBSCRIBE bb.news", |cursor| one(cursor, CommandBody::Subscribe)),
    row("UNLOCK", "imspd-addressbook", AUTHENTICATED, "UNLOCK OPTION x.signature", |cursor| {
        cursor.space()?;
        Lock::parse(cursor).map(CommandBody::Unlock)
    }),
    row("UNSET", "imspd-options", AUTHENTICATED, "UNSET x.signature", |cursor| {
        one(cursor, CommandBody::Unset)
    }),
    told("UNSUBSCRIBE", "UNSUBSCRIBE bb.news", |cursor| one(cursor, CommandBody::Unsubscribe)),
];

/// Words of older drafts, and those that they have become. Lenient codecs read them; they are never written.
pub const ALIASES: &[(&str, &str)] = &[("FIND ALL.ADDRESSBOOKS", "ADDRESSBOOK"), ("MYACL", "MYRIGHTS")];

fn one(cursor: &mut Cursor<'_>, body: fn(Name) -> CommandBody) -> Result<CommandBody, ParseError> {
    cursor.space()?;
    Name::parse(cursor).map(body)
}

fn two(cursor: &mut Cursor<'_>, body: fn(Name, Name) -> CommandBody) -> Result<CommandBody, ParseError> {
    cursor.space()?;
    let first = Name::parse(cursor)?;
    cursor.space()?;
    Ok(body(first, Name::parse(cursor)?))
}

fn list(cursor: &mut Cursor<'_>, body: fn(Name, Pattern) -> CommandBody) -> Result<CommandBody, ParseError> {
    cursor.space()?;
    let reference = Name::parse(cursor)?;
    cursor.space()?;
    Ok(body(reference, Pattern::parse(cursor)?))
}

/// Letters of the longest name in the table.
const LONGEST: usize = 17;

/// The row of this name, in any letter case.
pub(super) fn find(name: &[u8]) -> Option<&'static CommandSpec> {
    let mut upper = [0; LONGEST];
    let upper = upper.get_mut(..name.len())?;
    upper.copy_from_slice(name);
    upper.make_ascii_uppercase();
    let at = COMMANDS.binary_search_by(|row| row.name.as_bytes().cmp(upper)).ok()?;
    COMMANDS.get(at)
}
