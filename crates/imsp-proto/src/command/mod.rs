//! Commands: a tag, a word, arguments.

use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::frame::{Frame, Piece};
use imap_wire::{
    Atom, Cursor, Literal, LiteralPolicy, NonSynchronizing, ParseError, ParseErrorKind, Raw, Stop, Tag,
    Writer,
};
use mail_wire::{Deviation, Error, Leniency, Secret};

use crate::values::{encode_astring, encode_value};
use crate::{Address, Criterion, Entry, Lock, Name, Object, Options, Pattern, Rights};

mod table;

use table::find;
pub use table::{ALIASES, COMMANDS, CommandSpec};

/// `command = tag SP command-body CRLF`.
///
/// ```
/// use imsp_proto::{Command, CommandBody, Literal, Options};
/// let command = CommandBody::Set("x.signature".try_into()?, Literal::new(*b"two words")).tag("a1")?;
/// let line = command.to_bytes()?;
/// assert_eq!(line, b"a1 SET x.signature \"two words\"\r\n");
/// assert_eq!(Command::parse(&line, &Options::server())?, command);
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Command {
    tag: Tag,
    body: CommandBody,
}

/// What a command asks for. [`COMMANDS`] tells of each how it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum CommandBody {
    /// `CAPABILITY`.
    Capability,
    /// `NOOP`: the server may tell what others changed.
    Noop,
    /// `LOGOUT`.
    Logout,
    /// `LOGIN`; may be repeated.
    Login(Login),
    /// `AUTHENTICATE`: an exchange of challenges and answers, without an initial response.
    Authenticate(Authenticate),
    /// `GET`: the options with such names. No match is no failure.
    Get(Pattern),
    /// `SET`: the value of an option. Names that begin with `*` are the administrator's defaults.
    Set(Name, #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary::value))] Literal),
    /// `UNSET`: back to the default.
    Unset(Name),
    /// `ADDRESSBOOK`: the address books with such names.
    AddressBook(Pattern),
    /// `CREATEADDRESSBOOK`.
    CreateAddressBook(Name),
    /// `DELETEADDRESSBOOK`.
    DeleteAddressBook(Name),
    /// `RENAMEADDRESSBOOK`, from one name to another.
    RenameAddressBook(Name, Name),
    /// `SEARCHADDRESS`: the entries of a book that match all criteria; all entries, where there are none.
    SearchAddress(Name, Vec<Criterion>),
    /// `FETCHADDRESS`: entries of a book, one at least.
    FetchAddress(
        Name,
        #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::arbitrary::names))] Vec<Name>,
    ),
    /// `STOREADDRESS`: fields of an entry, one at least, which is made where there is none. The answer begins with FETCHADDRESS.
    StoreAddress(Address),
    /// `DELETEADDRESS`.
    DeleteAddress(Entry),
    /// `LOCK`.
    Lock(Lock),
    /// `UNLOCK`.
    Unlock(Lock),
    /// `SETACL`: the rights of a user, or of `anyone`.
    SetAcl(Object, Name, Rights),
    /// `DELETEACL`.
    DeleteAcl(Object, Name),
    /// `GETACL`.
    GetAcl(Object),
    /// `MYRIGHTS`.
    MyRights(Object),
    /// `SUBSCRIBE`, of a mailbox.
    Subscribe(Name),
    /// `UNSUBSCRIBE`.
    Unsubscribe(Name),
    /// `CREATE`: a mailbox, on this server.
    Create(Name, Option<Name>),
    /// `DELETE`.
    Delete(Name),
    /// `RENAME`, from one name to another.
    Rename(Name, Name),
    /// `REPLACE`: a mailbox that takes the place of another, the old one first.
    Replace(Name, Name),
    /// `MOVE`: a mailbox, and where it goes.
    Move(Name, Name),
    /// `LIST`: a reference and a pattern.
    List(Name, Pattern),
    /// `LSUB`: of those that are subscribed to.
    Lsub(Name, Pattern),
    /// `LMARKED`: of those that have new messages.
    Lmarked(Name, Pattern),
    /// `LAST`: the last UID of a mailbox, told by its server.
    Last(Name, u32),
    /// `SEEN`: the last UID of a mailbox that a user has seen.
    Seen(Name, u32, Name),
    /// What this crate does not know, or knows without one of its arguments.
    Other(OtherCommand),
}

/// `login = "LOGIN" SP user SP password`.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Login {
    pub(crate) user: Name,
    pub(crate) password: Secret,
}

impl Login {
    /// The user. An administrator may give another user's name, and no password, to become that user.
    pub fn user(&self) -> &Name {
        &self.user
    }

    /// The password.
    pub fn password(&self) -> &Secret {
        &self.password
    }
}

impl core::fmt::Debug for Login {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Login").field("user", &self.user).field("password", &self.password).finish()
    }
}

/// `authenticate = "AUTHENTICATE" SP auth-type`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Authenticate {
    mechanism: Atom,
}

impl Authenticate {
    /// With this mechanism.
    ///
    /// # Errors
    /// `Syntax` where it is no atom.
    pub fn new(mechanism: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self { mechanism: Atom::new(mechanism)? })
    }

    /// The mechanism.
    pub fn mechanism(&self) -> &Atom {
        &self.mechanism
    }
}

/// A command that this crate does not know, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct OtherCommand {
    pub(crate) name: Atom,
    pub(crate) arguments: Option<Raw>,
}

impl OtherCommand {
    /// A command of this name.
    ///
    /// # Errors
    /// `Syntax` where it is no atom, and where the whole is a command that is known, or reads as another one: a codec would
    /// not know what it changes. `Unsupported` for octets above 127 outside of literals.
    pub fn new(name: impl AsRef<[u8]>, arguments: Option<Raw>) -> Result<Self, Error> {
        let other = CommandBody::Other(Self { name: Atom::new(name)?, arguments });
        let (mut line, mut stops) = (BytesMut::new(), Vec::new());
        other.encode(&mut Writer::new(&mut line, &mut stops, LiteralPolicy::Server, false))?;
        let mut cursor = Cursor::new(&Frame::new(&line), Leniency::Lenient, usize::MAX);
        match (CommandBody::parse(&mut cursor), other) {
            (Ok(CommandBody::Other(read)), CommandBody::Other(other)) if read == other => Ok(other),
            _ => Err(Error::syntax(0, "a command that is not known")),
        }
    }

    /// The first word.
    pub fn name(&self) -> &Atom {
        &self.name
    }

    /// All behind the name and one SP.
    pub fn arguments(&self) -> Option<&Raw> {
        self.arguments.as_ref()
    }
}

impl Command {
    /// The tag.
    pub fn tag(&self) -> &Tag {
        &self.tag
    }

    /// What it asks for.
    pub fn body(&self) -> &CommandBody {
        &self.body
    }

    /// Both.
    pub fn into_parts(self) -> (Tag, CommandBody) {
        (self.tag, self.body)
    }

    /// Reads one command, all of its literals behind their `{n}` and CRLF, with or without its last CRLF.
    ///
    /// # Errors
    /// `Syntax`, with the offset in `unit`.
    pub fn parse(unit: &[u8], options: &Options) -> Result<Self, Error> {
        let octets = unit.strip_suffix(b"\r\n").unwrap_or(unit);
        let (frame, _) = Frame::new(octets).sound(options.leniency(), false)?;
        let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth());
        Self::parse_frame(&mut cursor).map_err(|error| error.in_frame(&frame))
    }

    pub(crate) fn parse_frame(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let tag = cursor.tag("a tag")?;
        cursor.space()?;
        let body = CommandBody::parse(cursor)?;
        Ok(Self { tag, body })
    }

    /// As it is sent, literals as non-synchronizing ones.
    ///
    /// # Errors
    /// `Misuse` for a literal that is streamed and where one argument at least is missing, `Syntax` at a NUL in a value.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let (mut output, mut stops) = (BytesMut::new(), Vec::new());
        let policy = LiteralPolicy::Client(NonSynchronizing::Plus);
        self.encode(&mut Writer::new(&mut output, &mut stops, policy, false))?;
        match stops.iter().any(|stop| matches!(stop, Stop::Payload { .. })) {
            true => Err(Error::misuse(0, "a codec for a literal that is streamed")),
            false => Ok(output.to_vec()),
        }
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(self.tag.as_bytes());
        writer.space();
        self.body.encode(writer)?;
        writer.raw(b"\r\n");
        Ok(())
    }
}

impl CommandBody {
    /// With a tag: a command.
    ///
    /// # Errors
    /// `Syntax` where it is no tag.
    pub fn tag(self, tag: impl AsRef<[u8]>) -> Result<Command, Error> {
        Ok(Command { tag: Tag::new(tag)?, body: self })
    }

    /// `LOGIN`.
    ///
    /// # Errors
    /// `Syntax` at a NUL, which no string can hold.
    pub fn login(user: impl AsRef<[u8]>, password: impl AsRef<[u8]>) -> Result<Self, Error> {
        let password = password.as_ref();
        if memchr::memchr(0, password).is_some() {
            return Err(Error::syntax(0, "no NUL in a string"));
        }
        Ok(Self::Login(Login { user: Name::new(user)?, password: Secret::new(password) }))
    }

    /// Its row in [`COMMANDS`]. [`Other`](Self::Other) has one where the name is known, and only an argument is not.
    pub fn spec(&self) -> Option<&'static CommandSpec> {
        find(self.name().as_bytes())
    }

    /// The word that it is written with.
    pub fn name(&self) -> &str {
        match self {
            Self::Capability => "CAPABILITY",
            Self::Noop => "NOOP",
            Self::Logout => "LOGOUT",
            Self::Login(_) => "LOGIN",
            Self::Authenticate(_) => "AUTHENTICATE",
            Self::Get(_) => "GET",
            Self::Set(..) => "SET",
            Self::Unset(_) => "UNSET",
            Self::AddressBook(_) => "ADDRESSBOOK",
            Self::CreateAddressBook(_) => "CREATEADDRESSBOOK",
            Self::DeleteAddressBook(_) => "DELETEADDRESSBOOK",
            Self::RenameAddressBook(..) => "RENAMEADDRESSBOOK",
            Self::SearchAddress(..) => "SEARCHADDRESS",
            Self::FetchAddress(..) => "FETCHADDRESS",
            Self::StoreAddress(_) => "STOREADDRESS",
            Self::DeleteAddress(_) => "DELETEADDRESS",
            Self::Lock(_) => "LOCK",
            Self::Unlock(_) => "UNLOCK",
            Self::SetAcl(..) => "SETACL",
            Self::DeleteAcl(..) => "DELETEACL",
            Self::GetAcl(_) => "GETACL",
            Self::MyRights(_) => "MYRIGHTS",
            Self::Subscribe(_) => "SUBSCRIBE",
            Self::Unsubscribe(_) => "UNSUBSCRIBE",
            Self::Create(..) => "CREATE",
            Self::Delete(_) => "DELETE",
            Self::Rename(..) => "RENAME",
            Self::Replace(..) => "REPLACE",
            Self::Move(..) => "MOVE",
            Self::List(..) => "LIST",
            Self::Lsub(..) => "LSUB",
            Self::Lmarked(..) => "LMARKED",
            Self::Last(..) => "LAST",
            Self::Seen(..) => "SEEN",
            Self::Other(other) => other.name.as_str(),
        }
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let start = cursor.at();
        let name = cursor.owned_atom()?;
        let row = match alias(name.as_bytes(), cursor.rest()) {
            Some((known, more)) => {
                // QUIRK: words of older drafts.
                cursor.forgive(Deviation::Value, known)?;
                cursor.skip(more);
                find(known.as_bytes())
            }
            None => find(name.as_bytes()).inspect(|row| {
                if name != row.name {
                    cursor.note_spelling();
                }
            }),
        };
        if let Some(row) = row {
            match (row.parse)(cursor) {
                Ok(body) => return cursor.end_of_arguments().map(|()| body),
                Err(error) if error.kind() != ParseErrorKind::Unknown => return Err(error),
                Err(_) => cursor.seek(start.saturating_add(name.as_bytes().len())),
            }
        }
        let arguments = if cursor.is_at_end() {
            None
        } else {
            cursor.space()?;
            Some(Raw::parse_rest(cursor)?)
        };
        Ok(Self::Other(OtherCommand { name, arguments }))
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(self.name().as_bytes());
        if !matches!(
            self,
            Self::Capability | Self::Noop | Self::Logout | Self::Other(OtherCommand { arguments: None, .. })
        ) {
            writer.space();
        }
        match self {
            Self::Capability | Self::Noop | Self::Logout => Ok(()),
            Self::Login(login) => {
                login.user.encode(writer)?;
                writer.space();
                encode_astring(login.password.expose(), writer)
            }
            Self::Authenticate(authenticate) => {
                writer.raw(authenticate.mechanism.as_bytes());
                Ok(())
            }
            Self::Get(pattern) | Self::AddressBook(pattern) => pattern.encode(writer),
            Self::Set(name, value) => {
                name.encode(writer)?;
                writer.space();
                encode_value(value, writer)
            }
            Self::Unset(name)
            | Self::CreateAddressBook(name)
            | Self::DeleteAddressBook(name)
            | Self::Subscribe(name)
            | Self::Unsubscribe(name)
            | Self::Create(name, None)
            | Self::Delete(name) => name.encode(writer),
            Self::RenameAddressBook(first, second)
            | Self::Create(first, Some(second))
            | Self::Rename(first, second)
            | Self::Replace(first, second)
            | Self::Move(first, second) => {
                writer.separated([first, second], |writer, name| name.encode(writer))
            }
            Self::SearchAddress(book, criteria) => {
                book.encode(writer)?;
                for criterion in criteria {
                    writer.space();
                    criterion.encode(writer)?;
                }
                Ok(())
            }
            Self::FetchAddress(_, names) if names.is_empty() => {
                Err(Error::misuse(0, "at least one entry for FETCHADDRESS"))
            }
            Self::FetchAddress(book, names) => {
                writer.separated(core::iter::once(book).chain(names), |writer, name| name.encode(writer))
            }
            Self::StoreAddress(address) if address.fields().is_empty() => {
                Err(Error::misuse(0, "at least one field for STOREADDRESS"))
            }
            Self::StoreAddress(address) => address.encode(writer),
            Self::DeleteAddress(entry) => entry.encode(writer),
            Self::Lock(lock) | Self::Unlock(lock) => lock.encode(writer),
            Self::SetAcl(object, identifier, rights) => {
                object.encode(writer)?;
                writer.space();
                identifier.encode(writer)?;
                writer.space();
                rights.encode(writer)
            }
            Self::DeleteAcl(object, identifier) => {
                object.encode(writer)?;
                writer.space();
                identifier.encode(writer)
            }
            Self::GetAcl(object) | Self::MyRights(object) => object.encode(writer),
            Self::List(reference, pattern)
            | Self::Lsub(reference, pattern)
            | Self::Lmarked(reference, pattern) => {
                reference.encode(writer)?;
                writer.space();
                pattern.encode(writer)
            }
            Self::Last(mailbox, uid) => {
                mailbox.encode(writer)?;
                writer.space();
                writer.number(u64::from(*uid));
                Ok(())
            }
            Self::Seen(mailbox, uid, user) => {
                mailbox.encode(writer)?;
                writer.space();
                writer.number(u64::from(*uid));
                writer.space();
                user.encode(writer)
            }
            Self::Other(OtherCommand { arguments, .. }) => match arguments {
                Some(arguments) => arguments.encode(writer),
                None => Ok(()),
            },
        }
    }
}

/// The word of today for an older one that begins with `name`, and how much of `rest` belongs to that.
fn alias(name: &[u8], rest: &[u8]) -> Option<(&'static str, usize)> {
    ALIASES.iter().find_map(|(alias, known)| {
        let more = alias.as_bytes().get(name.len()..)?;
        let is_whole = matches!(rest.get(more.len()), None | Some(b' '));
        let is_alias = alias.as_bytes().get(..name.len())?.eq_ignore_ascii_case(name)
            && rest.get(..more.len())?.eq_ignore_ascii_case(more);
        (is_whole && is_alias).then_some((*known, more.len()))
    })
}

/// Whether a literal may end this line: not in `AUTHENTICATE`, whose argument is an atom.
pub(crate) fn may_have_literal(piece: Piece<'_>) -> bool {
    let is_authenticate = |line: &[u8]| {
        let word = line.split(|octet| *octet == b' ').nth(1);
        word.is_some_and(|word| word.eq_ignore_ascii_case(b"AUTHENTICATE"))
    };
    // What got behind a literal is none, and looking again at each literal would be quadratic.
    piece.from > 0 || !is_authenticate(piece.frame)
}

/// Whether the line may hold a password or a token, if the tag was forgotten, too.
pub(crate) fn is_secret(line: &[u8]) -> bool {
    let words = line.split(|octet| matches!(octet, b' ' | b'\t')).filter(|word| !word.is_empty());
    words
        .take(2)
        .any(|word| word.eq_ignore_ascii_case(b"LOGIN") || word.eq_ignore_ascii_case(b"AUTHENTICATE"))
}
