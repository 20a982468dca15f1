//! Commands: a tag, a word, arguments (RFC 9051 section 6).

use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::frame::{Frame, Piece};
use imap_wire::{
    Atom, Cursor, LiteralPolicy, NonSynchronizing, ParseError, ParseErrorKind, SequenceSet, Stop, Tag, Writer,
};
use mail_wire::sasl::InitialResponse;
use mail_wire::{Deviation, Error, Leniency, Secret};

use crate::core::tagged::TaggedExtension;
use crate::core::{
    Append, Capability, FetchCommand, List, MailboxName, Numbering, Raw, Search, StatusItem, Store,
};
use crate::historic::{self, HistoricCommand};
use crate::unit::check;
use crate::{Dialect, Options};

mod table;

use table::find;
pub(crate) use table::parse_login;
pub use table::{COMMANDS, CommandSpec};

/// `command = tag SP (command-any / command-auth / command-nonauth / command-select)`.
///
/// ```
/// use imap_proto::{Command, CommandBody, Dialect, Options};
/// let command = CommandBody::login("alice", "two words")?.tag("a1")?;
/// let line = command.to_bytes(Dialect::Imap4rev1)?;
/// assert_eq!(line, b"a1 LOGIN alice \"two words\"\r\n");
/// assert_eq!(Command::parse(&line, &Options::server())?, command);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Command {
    tag: Tag,
    body: CommandBody,
}

/// What a command asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum CommandBody {
    /// `CAPABILITY` (RFC 9051 section 6.1.1).
    Capability,
    /// `NOOP` (RFC 9051 section 6.1.2).
    Noop,
    /// `LOGOUT` (RFC 9051 section 6.1.3).
    Logout,
    /// `STARTTLS` (RFC 9051 section 6.2.1).
    StartTls,
    /// `AUTHENTICATE` (RFC 9051 section 6.2.2); with an initial response: RFC 4959.
    Authenticate(Authenticate),
    /// `LOGIN` (RFC 9051 section 6.2.3).
    Login(Login),
    /// `ENABLE` (RFC 9051 section 6.3.1).
    Enable(Vec<Capability>),
    /// `SELECT` (RFC 9051 section 6.3.2).
    Select(Select),
    /// `EXAMINE` (RFC 9051 section 6.3.3).
    Examine(Select),
    /// `CREATE` (RFC 9051 section 6.3.4), with its parameters (RFC 4466).
    Create(Select),
    /// `DELETE` (RFC 9051 section 6.3.5).
    Delete(MailboxName),
    /// `RENAME` (RFC 9051 section 6.3.6).
    Rename(Rename),
    /// `SUBSCRIBE` (RFC 9051 section 6.3.7).
    Subscribe(MailboxName),
    /// `UNSUBSCRIBE` (RFC 9051 section 6.3.8).
    Unsubscribe(MailboxName),
    /// `LIST` (RFC 9051 section 6.3.9).
    List(List),
    /// `LSUB` (RFC 3501 section 6.3.9).
    Lsub(#[cfg_attr(feature = "arbitrary", arbitrary(with = crate::core::list::arbitrary_lsub))] List),
    /// `NAMESPACE` (RFC 9051 section 6.3.10).
    Namespace,
    /// `STATUS` (RFC 9051 section 6.3.11).
    Status(MailboxName, Vec<StatusItem>),
    /// `APPEND` (RFC 9051 section 6.3.12).
    Append(Append),
    /// `IDLE` (RFC 9051 section 6.3.13).
    Idle,
    /// `CHECK` (RFC 3501 section 6.4.1).
    Check,
    /// `CLOSE` (RFC 9051 section 6.4.1).
    Close,
    /// `UNSELECT` (RFC 9051 section 6.4.2).
    Unselect,
    /// `EXPUNGE` (RFC 9051 section 6.4.3); with a set, `UID EXPUNGE` (section 6.4.9).
    Expunge(Option<SequenceSet>),
    /// `SEARCH` and `UID SEARCH` (RFC 9051 section 6.4.4).
    Search(Numbering, Search),
    /// `FETCH` and `UID FETCH` (RFC 9051 section 6.4.5).
    Fetch(FetchCommand),
    /// `STORE` and `UID STORE` (RFC 9051 section 6.4.6).
    Store(Store),
    /// `COPY` and `UID COPY` (RFC 9051 section 6.4.7).
    Copy(Numbering, SequenceSet, MailboxName),
    /// `MOVE` and `UID MOVE` (RFC 9051 section 6.4.8).
    Move(Numbering, SequenceSet, MailboxName),
    /// `COMPRESS DEFLATE` (RFC 4978).
    Compress,
    /// One that editions before IMAP4rev1 have.
    Historic(HistoricCommand),
    /// What this crate does not know, or knows without one of its arguments: an extension.
    Other(OtherCommand),
}

/// `login = "LOGIN" SP userid SP password`.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Login {
    #[cfg_attr(feature = "serde", serde(with = "mail_wire::text::serde_octets"))]
    user: Vec<u8>,
    password: Secret,
}

impl Login {
    /// `userid`.
    pub fn user(&self) -> &[u8] {
        &self.user
    }

    /// `password`.
    pub fn password(&self) -> &Secret {
        &self.password
    }
}

impl core::fmt::Debug for Login {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let user = alloc::string::String::from_utf8_lossy(&self.user);
        f.debug_struct("Login").field("user", &user).field("password", &self.password).finish()
    }
}

/// `authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp]`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Authenticate {
    mechanism: Atom,
    initial: Option<InitialResponse>,
}

impl Authenticate {
    /// With this mechanism.
    ///
    /// # Errors
    /// `Syntax` where it is no atom.
    pub fn new(mechanism: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self { mechanism: Atom::new(mechanism)?, initial: None })
    }

    /// With an initial response of these octets, before base64 (RFC 4959): where the server announced `SASL-IR`.
    #[must_use]
    pub fn with_initial(mut self, octets: impl AsRef<[u8]>) -> Self {
        self.initial = Some(InitialResponse::new(octets));
        self
    }

    /// The mechanism.
    pub fn mechanism(&self) -> &Atom {
        &self.mechanism
    }

    /// The initial response.
    pub fn initial(&self) -> Option<&InitialResponse> {
        self.initial.as_ref()
    }
}

/// A mailbox, and the parameters that extensions bring (RFC 4466).
///
/// ```text
/// select         = "SELECT" SP mailbox [select-params]       ; EXAMINE and CREATE alike
/// select-params  = SP "(" select-param *(SP select-param) ")"
/// ```
///
/// ```
/// use imap_proto::{CommandBody, Dialect, MailboxName, Select, TaggedExtension};
/// let select = Select::new(MailboxName::inbox()).with_parameter(TaggedExtension::new("CONDSTORE", None)?);
/// let command = CommandBody::Select(select).tag("a1")?;
/// assert_eq!(command.to_bytes(Dialect::Imap4rev2)?, b"a1 SELECT INBOX (CONDSTORE)\r\n");
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Select {
    mailbox: MailboxName,
    parameters: Vec<TaggedExtension>,
}

impl Select {
    /// This mailbox.
    pub fn new(mailbox: MailboxName) -> Self {
        Self { mailbox, parameters: Vec::new() }
    }

    /// With this parameter, as `CONDSTORE`, or `USE (\Archive)`.
    #[must_use]
    pub fn with_parameter(mut self, parameter: TaggedExtension) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// The mailbox.
    pub fn mailbox(&self) -> &MailboxName {
        &self.mailbox
    }

    /// `select-params` or `create-params`.
    pub fn parameters(&self) -> &[TaggedExtension] {
        &self.parameters
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mailbox = MailboxName::parse(cursor)?;
        Ok(Self { mailbox, parameters: TaggedExtension::parse_list_behind(cursor)? })
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.mailbox.encode(writer)?;
        TaggedExtension::encode_list_behind(&self.parameters, writer)
    }
}

/// The arguments of RENAME.
///
/// ```text
/// rename         = "RENAME" SP mailbox SP mailbox [rename-params]
/// rename-params  = SP "(" rename-param *(SP rename-param) ")"          ; RFC 4466
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Rename {
    from: MailboxName,
    to: MailboxName,
    parameters: Vec<TaggedExtension>,
}

impl Rename {
    /// From one name to another.
    pub fn new(from: MailboxName, to: MailboxName) -> Self {
        Self { from, to, parameters: Vec::new() }
    }

    /// With this parameter.
    #[must_use]
    pub fn with_parameter(mut self, parameter: TaggedExtension) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// The name that it has.
    pub fn from(&self) -> &MailboxName {
        &self.from
    }

    /// The name that it gets.
    pub fn to(&self) -> &MailboxName {
        &self.to
    }

    /// `rename-params`.
    pub fn parameters(&self) -> &[TaggedExtension] {
        &self.parameters
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from = MailboxName::parse(cursor)?;
        cursor.space()?;
        let to = MailboxName::parse(cursor)?;
        Ok(Self { from, to, parameters: TaggedExtension::parse_list_behind(cursor)? })
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.from.encode(writer)?;
        writer.space();
        self.to.encode(writer)?;
        TaggedExtension::encode_list_behind(&self.parameters, writer)
    }
}

/// A command that this crate does not know, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct OtherCommand {
    name: Atom,
    arguments: Option<Raw>,
}

impl OtherCommand {
    /// A command of this name.
    ///
    /// # Errors
    /// `Syntax` where it is no atom, and where the whole is a command that is known, or reads as another one: a codec would
    /// not know what it changes. `Unsupported` for 8-bit text that is no UTF-8, which no peer takes.
    pub fn new(name: impl AsRef<[u8]>, arguments: Option<Raw>) -> Result<Self, Error> {
        let other = CommandBody::Other(Self { name: Atom::new(name)?, arguments });
        let (mut line, mut stops) = (BytesMut::new(), Vec::new());
        other.encode(&mut Writer::new(&mut line, &mut stops, LiteralPolicy::Server, true))?;
        let mut cursor = Cursor::new(&Frame::new(&line), Leniency::Lenient, usize::MAX);
        match (CommandBody::parse(&mut cursor), other) {
            (Ok(CommandBody::Other(read)), CommandBody::Other(other)) if read == other => Ok(other),
            _ => Err(Error::syntax(0, "a command that is not known")),
        }
    }

    /// The first word; `UID` for all commands that begin so.
    pub fn name(&self) -> &Atom {
        &self.name
    }

    /// All behind the name and one SP.
    pub fn arguments(&self) -> Option<&Raw> {
        self.arguments.as_ref()
    }
}

impl Command {
    pub(crate) fn new(tag: Tag, body: CommandBody) -> Self {
        Self { tag, body }
    }

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
        if options.dialect().is_historic() {
            return historic::parse_command(&Frame::new(octets), options).map(|(command, _)| command);
        }
        let (frame, _) = check(&Frame::new(octets), options)?;
        let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth());
        Self::parse_frame(&mut cursor).map_err(|error| error.in_frame(&frame))
    }

    #[inline(always)]
    pub(crate) fn parse_frame(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let tag = cursor.tag("a tag")?;
        cursor.space()?;
        let body = CommandBody::parse(cursor)?;
        Ok(Self { tag, body })
    }

    /// As it is sent, literals as non-synchronizing ones if the dialect has them.
    ///
    /// # Errors
    /// `Unsupported` where the dialect lacks a form, `Syntax` at a NUL in a string.
    pub fn to_bytes(&self, dialect: Dialect) -> Result<Vec<u8>, Error> {
        let (mut output, mut stops) = (BytesMut::new(), Vec::new());
        let literals = if dialect.is_historic() { NonSynchronizing::No } else { NonSynchronizing::Plus };
        let policy = LiteralPolicy::Client(literals);
        self.encode(dialect, &mut Writer::new(&mut output, &mut stops, policy, dialect.is_utf8()))?;
        match stops.iter().any(|stop| matches!(stop, Stop::Payload { .. })) {
            true => Err(Error::misuse(0, "a codec for a literal that is streamed")),
            false => Ok(output.to_vec()),
        }
    }

    pub(crate) fn encode(&self, dialect: Dialect, writer: &mut Writer<'_>) -> Result<(), Error> {
        if dialect.is_historic() {
            return historic::encode_command(self, dialect, writer);
        }
        dialect.admit(|| self.body.obsolete())?;
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
        let (user, password) = (user.as_ref(), password.as_ref());
        if user.contains(&0) || password.contains(&0) {
            return Err(Error::syntax(0, "no NUL in a string"));
        }
        Ok(Self::Login(Login { user: user.to_vec(), password: Secret::new(password) }))
    }

    /// `SELECT` of the mailbox with this name as it is on the wire.
    ///
    /// # Errors
    /// As for [`MailboxName::new`].
    pub fn select(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self::Select(Select::new(MailboxName::new(mailbox)?)))
    }

    /// `EXAMINE` of the mailbox with this name as it is on the wire.
    ///
    /// # Errors
    /// As for [`MailboxName::new`].
    pub fn examine(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self::Examine(Select::new(MailboxName::new(mailbox)?)))
    }

    /// `STATUS`.
    ///
    /// # Errors
    /// `Misuse` without an item.
    pub fn status(mailbox: MailboxName, items: impl Into<Vec<StatusItem>>) -> Result<Self, Error> {
        let items = items.into();
        if items.is_empty() {
            return Err(Error::misuse(0, "at least one item for STATUS"));
        }
        Ok(Self::Status(mailbox, items))
    }

    /// Its row in [`COMMANDS`]. [`Other`](Self::Other) has one where the name is known, and only an argument is not.
    pub fn spec(&self) -> Option<&'static CommandSpec> {
        let found = match self {
            Self::Other(other) => {
                // Behind `UID`, the word that counts is the second.
                let arguments = other.arguments.as_ref().map_or(&b""[..], Raw::as_bytes);
                let second = arguments.get(..table::LONGEST).unwrap_or(arguments);
                find(&[other.name.as_bytes(), b" ", second].concat())
            }
            known => find(known.name().as_bytes()),
        };
        found.map(|(spec, ..)| spec)
    }

    /// The word that it is written with, `UID` in front where its numbers are UIDs.
    pub fn name(&self) -> &str {
        let numbered =
            |numbering: Numbering, plain, uid| if numbering == Numbering::Uid { uid } else { plain };
        match self {
            Self::Capability => "CAPABILITY",
            Self::Noop => "NOOP",
            Self::Logout => "LOGOUT",
            Self::StartTls => "STARTTLS",
            Self::Authenticate(_) => "AUTHENTICATE",
            Self::Login(_) => "LOGIN",
            Self::Enable(_) => "ENABLE",
            Self::Select(_) => "SELECT",
            Self::Examine(_) => "EXAMINE",
            Self::Create(_) => "CREATE",
            Self::Delete(_) => "DELETE",
            Self::Rename(_) => "RENAME",
            Self::Subscribe(_) => "SUBSCRIBE",
            Self::Unsubscribe(_) => "UNSUBSCRIBE",
            Self::List(_) => "LIST",
            Self::Lsub(_) => "LSUB",
            Self::Namespace => "NAMESPACE",
            Self::Status(..) => "STATUS",
            Self::Append(_) => "APPEND",
            Self::Idle => "IDLE",
            Self::Check => "CHECK",
            Self::Close => "CLOSE",
            Self::Unselect => "UNSELECT",
            Self::Expunge(None) => "EXPUNGE",
            Self::Expunge(Some(_)) => "UID EXPUNGE",
            Self::Search(numbering, _) => numbered(*numbering, "SEARCH", "UID SEARCH"),
            Self::Fetch(fetch) => numbered(fetch.numbering(), "FETCH", "UID FETCH"),
            Self::Store(store) => numbered(store.numbering(), "STORE", "UID STORE"),
            Self::Copy(numbering, ..) => numbered(*numbering, "COPY", "UID COPY"),
            Self::Move(numbering, ..) => numbered(*numbering, "MOVE", "UID MOVE"),
            Self::Compress => "COMPRESS",
            Self::Historic(command) => command.name(),
            Self::Other(other) => other.name.as_str(),
        }
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let start = cursor.at();
        if let Some((row, len, blanks)) = find(cursor.rest()) {
            if blanks {
                cursor.forgive(Deviation::Space, "one SP behind UID")?;
            } else if !cursor.rest().starts_with(row.name.as_bytes()) {
                cursor.note_spelling();
            }
            cursor.skip(len);
            match (row.parse)(cursor) {
                Ok(body) => return cursor.end_of_arguments().map(|()| body),
                Err(error) if error.kind() != ParseErrorKind::Unknown => return Err(error),
                Err(_) => cursor.seek(start),
            }
        }
        match historic::parse_always(cursor)? {
            Some(body) => Ok(body),
            None => Self::parse_other(cursor),
        }
    }

    /// As it stands.
    pub(crate) fn parse_other(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let name = cursor.owned_atom()?;
        let arguments = if cursor.is_at_end() {
            None
        } else {
            cursor.space()?;
            Some(Raw::parse_rest(cursor)?)
        };
        Ok(Self::Other(OtherCommand { name, arguments }))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(self.name().as_bytes());
        match self {
            Self::Capability
            | Self::Noop
            | Self::Logout
            | Self::StartTls
            | Self::Namespace
            | Self::Idle
            | Self::Check
            | Self::Close
            | Self::Unselect
            | Self::Expunge(None)
            | Self::Other(OtherCommand { arguments: None, .. }) => return Ok(()),
            Self::Historic(command) if command.is_bare() => {}
            _ => writer.space(),
        }
        match self {
            Self::Authenticate(authenticate) => {
                writer.raw(authenticate.mechanism.as_bytes());
                if let Some(initial) = &authenticate.initial {
                    writer.space();
                    writer.raw(initial.encode().expose());
                }
            }
            Self::Login(login) => {
                writer.astring(&login.user)?;
                writer.space();
                writer.astring(login.password.expose())?;
            }
            Self::Enable(capabilities) if capabilities.is_empty() => {
                return Err(Error::misuse(0, "at least one capability for ENABLE"));
            }
            Self::Enable(capabilities) => writer.separated(capabilities, |writer, capability| {
                capability.encode(writer);
                Ok(())
            })?,
            Self::Select(select) | Self::Examine(select) | Self::Create(select) => select.encode(writer)?,
            Self::Delete(mailbox) | Self::Subscribe(mailbox) | Self::Unsubscribe(mailbox) => {
                mailbox.encode(writer)?
            }
            Self::Rename(rename) => rename.encode(writer)?,
            Self::List(list) => list.encode(writer)?,
            Self::Lsub(list) => list.encode_lsub(writer)?,
            Self::Status(mailbox, items) => {
                mailbox.encode(writer)?;
                writer.space();
                StatusItem::encode_list(items, writer)?;
            }
            Self::Append(append) => append.encode(writer)?,
            Self::Expunge(Some(set)) => set.encode(writer),
            Self::Search(_, search) => search.encode(writer)?,
            Self::Fetch(fetch) => fetch.encode(writer)?,
            Self::Store(store) => store.encode(writer)?,
            Self::Copy(_, set, mailbox) | Self::Move(_, set, mailbox) => {
                set.encode(writer);
                writer.space();
                mailbox.encode(writer)?;
            }
            Self::Compress => writer.raw(b"DEFLATE"),
            Self::Historic(command) => command.encode(writer)?,
            Self::Other(OtherCommand { arguments: Some(arguments), .. }) => arguments.encode(writer)?,
            _ => {}
        }
        Ok(())
    }
}

macro_rules! from {
    ($($type:ident => $variant:ident;)*) => {
        $(
            impl From<$type> for CommandBody {
                fn from(value: $type) -> Self {
                    Self::$variant(value)
                }
            }
        )*
    };
}

from! {
    Append => Append;
    Authenticate => Authenticate;
    FetchCommand => Fetch;
    List => List;
    Rename => Rename;
    Store => Store;
}

/// Whether a literal may end this line: not in `AUTHENTICATE`, whose words are atoms and base64.
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

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Login {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let octets = |u: &mut arbitrary::Unstructured<'a>| -> arbitrary::Result<Vec<u8>> {
            Ok(u.arbitrary::<Vec<u8>>()?.into_iter().map(|octet| octet.max(1)).collect())
        };
        Ok(Self { user: octets(u)?, password: Secret::from_vec(octets(u)?) })
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for OtherCommand {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let name = Atom::new("XFROB").map_err(|_| arbitrary::Error::IncorrectFormat)?;
        Ok(Self { name, arguments: u.arbitrary()? })
    }
}
