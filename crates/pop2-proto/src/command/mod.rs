//! What a client sends: RFC 918 and RFC 937, "Commands".

mod parse;
mod table;

use bytes::BytesMut;
use mail_wire::line::take_back;
use mail_wire::text::{Text, Word};
use mail_wire::{Error, number};

use crate::quoting::{Spaces, quote};
use crate::{Dialect, Name, Options, Password};

pub(crate) use parse::parse as parse_command;
pub use table::{COMMANDS, CommandSpec, Due, Verb};
pub(crate) use table::{find, spec};

/// A command of either protocol.
///
/// ```
/// use pop2_proto::{Command, Dialect, Options};
/// let command = Command::parse(b"READ  27", &Options::new())?; // two spaces, as in an example of the RFC
/// assert_eq!(command, Command::Read(Some(27)));
/// assert_eq!(command.to_bytes(Dialect::Rfc937)?, b"READ 27\r\n");
/// # Ok::<(), pop2_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Command {
    /// POP2: `HELO user password`. Answered with the number of messages in the default mailbox.
    Helo(Name, Password),
    /// POP2: `FOLD mailbox`. Answered with the number of messages in that mailbox; 0 if there is none.
    Fold(Name),
    /// POP2: `READ [n]`. Answered with the octets of that message, or of the current one.
    Read(Option<u32>),
    /// POP2: `RETR`. Answered with the octets themselves.
    Retr,
    /// POP2: `ACKS`: received, keep it. Answered with the octets of the next message.
    Acks,
    /// POP2: `ACKD`: received, delete it. Answered with the octets of the next message.
    Ackd,
    /// POP2: `NACK`: not received. Answered with the octets of the same message.
    Nack,
    /// POP: `USER name`.
    User(Name),
    /// POP: `PASS password`.
    Pass(Password),
    /// POP: `RETR mailbox`: the whole mailbox is to be read. Answered with its octets.
    RetrMailbox(Name),
    /// POP: `RDEL mailbox`: the same, and it is to be emptied.
    Rdel(Name),
    /// POP: `RCEV`: the octets, please.
    Rcev,
    /// POP: `RCVD`: they were received.
    Rcvd,
    /// POP: `RSET`: back to waiting.
    Rset,
    /// POP: `NOOP`.
    Noop,
    /// Both: `QUIT`.
    Quit,
    /// Any other command.
    Other(OtherCommand),
}

/// A command that the dialect does not know; its keyword and its arguments as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct OtherCommand {
    keyword: Word,
    arguments: Option<Text>,
}

impl OtherCommand {
    /// The first word.
    pub fn keyword(&self) -> &Word {
        &self.keyword
    }

    /// What stands behind the SP that follows it.
    pub fn arguments(&self) -> Option<&Text> {
        self.arguments.as_ref()
    }
}

impl Command {
    /// `HELO user password`.
    ///
    /// # Errors
    /// As for [`Name::new`] and [`Password::new`].
    pub fn helo(user: impl AsRef<[u8]>, password: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self::Helo(Name::new(user)?, Password::new(password)?))
    }

    /// `FOLD mailbox`.
    ///
    /// # Errors
    /// As for [`Name::new`].
    pub fn fold(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(mailbox).map(Self::Fold)
    }

    /// `READ n`.
    pub fn read(number: u32) -> Self {
        Self::Read(Some(number))
    }

    /// `USER name`.
    ///
    /// # Errors
    /// As for [`Name::new`].
    pub fn user(name: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(name).map(Self::User)
    }

    /// `PASS password`.
    ///
    /// # Errors
    /// As for [`Password::new`].
    pub fn pass(password: impl AsRef<[u8]>) -> Result<Self, Error> {
        Password::new(password).map(Self::Pass)
    }

    /// `RETR mailbox`, of POP.
    ///
    /// # Errors
    /// As for [`Name::new`].
    pub fn retr_mailbox(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(mailbox).map(Self::RetrMailbox)
    }

    /// `RDEL mailbox`.
    ///
    /// # Errors
    /// As for [`Name::new`].
    pub fn rdel(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(mailbox).map(Self::Rdel)
    }

    /// A command that neither protocol knows.
    ///
    /// # Errors
    /// `Syntax` where `keyword` is no printable word or a known one, or `arguments` hold a line end.
    pub fn other(keyword: impl AsRef<[u8]>, arguments: Option<&str>) -> Result<Self, Error> {
        let keyword = parse::keyword(keyword.as_ref())?;
        if [Dialect::Rfc918, Dialect::Rfc937].iter().any(|d| find(keyword.as_bytes(), *d).is_some()) {
            return Err(Error::syntax(0, "a command that is not known"));
        }
        Ok(Self::Other(OtherCommand { keyword, arguments: arguments.map(Text::new).transpose()? }))
    }

    /// Which command it is.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Helo(..) => Verb::Helo,
            Self::Fold(_) => Verb::Fold,
            Self::Read(_) => Verb::Read,
            Self::Retr | Self::RetrMailbox(_) => Verb::Retr,
            Self::Acks => Verb::Acks,
            Self::Ackd => Verb::Ackd,
            Self::Nack => Verb::Nack,
            Self::User(_) => Verb::User,
            Self::Pass(_) => Verb::Pass,
            Self::Rdel(_) => Verb::Rdel,
            Self::Rcev => Verb::Rcev,
            Self::Rcvd => Verb::Rcvd,
            Self::Rset => Verb::Rset,
            Self::Noop => Verb::Noop,
            Self::Quit => Verb::Quit,
            Self::Other(_) => Verb::Other,
        }
    }

    /// What it is answered with in `dialect`, if not with `-`.
    pub fn due(&self, dialect: Dialect) -> Due {
        spec(self.verb(), dialect).map_or(Due::Ok, |spec| spec.due)
    }

    /// The line as it is sent, its CRLF included.
    ///
    /// # Errors
    /// `Unsupported` where the dialect lacks the command, `Limit` where the line would be longer than 512 octets
    /// (RFC 937, "Sizes").
    pub fn to_bytes(&self, dialect: Dialect) -> Result<alloc::vec::Vec<u8>, Error> {
        let mut output = BytesMut::new();
        self.encode(&Options::new().with_dialect(dialect), &mut output)?;
        Ok(output.to_vec())
    }

    /// Appends the line to `output`; leaves `output` as it was on an error.
    pub(crate) fn encode(&self, options: &Options, output: &mut BytesMut) -> Result<(), Error> {
        let dialect = options.dialect();
        let fits = match self {
            Self::Retr => dialect == Dialect::Rfc937,
            Self::RetrMailbox(_) => dialect == Dialect::Rfc918,
            Self::Other(_) => true,
            known => spec(known.verb(), dialect).is_some(),
        };
        if !fits {
            return Err(Error::unsupported(0, "a command of the chosen dialect"));
        }
        let start = output.len();
        self.put(options, output);
        output.extend_from_slice(b"\r\n");
        if output.len().saturating_sub(start) > LINE_OCTETS {
            take_back(output, start);
            return Err(Error::limit(0, "a line of at most 512 octets"));
        }
        Ok(())
    }

    fn put(&self, options: &Options, output: &mut BytesMut) {
        let keyword = match self {
            Self::Other(other) => other.keyword.as_bytes(),
            known => known.verb().keyword().as_bytes(),
        };
        output.extend_from_slice(keyword);
        let argument = |octets: &[u8], spaces, output: &mut BytesMut| {
            output.extend_from_slice(b" ");
            quote(octets, spaces, options.quoting(), output);
        };
        match self {
            Self::Helo(user, password) => {
                argument(user.as_text().as_bytes(), Spaces::Quoted, output);
                argument(password.expose(), Spaces::Quoted, output);
            }
            Self::Fold(mailbox) | Self::RetrMailbox(mailbox) | Self::Rdel(mailbox) => {
                argument(mailbox.as_text().as_bytes(), Spaces::Inside, output);
            }
            Self::User(name) => argument(name.as_text().as_bytes(), Spaces::Quoted, output),
            Self::Pass(password) => argument(password.expose(), Spaces::Quoted, output),
            Self::Read(Some(message)) => number::put(b" ", u64::from(*message), output),
            Self::Other(OtherCommand { arguments: Some(arguments), .. }) => {
                output.extend_from_slice(b" ");
                output.extend_from_slice(arguments.as_bytes());
            }
            _ => {}
        }
    }
}

/// RFC 937, "Sizes": octets of a command or a reply, CRLF included.
pub(crate) const LINE_OCTETS: usize = 512;
