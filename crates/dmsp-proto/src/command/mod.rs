//! What a client sends: RFC 1056 sections 4.1 and 4.4 to 4.10.

mod build;
mod parse;
mod table;

use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::Error;
use mail_wire::line::take_back;
use mail_wire::text::{Text, Word};

use crate::lex::LINE_OCTETS;
use crate::{Flag, FlagState, FollowedBy, Login, Name, Password, Uid, UidRange};

pub(crate) use parse::parse as parse_command;
pub use table::{COMMANDS, CommandSpec, Verb};

/// An operation and its arguments.
///
/// ```
/// use dmsp_proto::{Command, Options, Uid};
/// let command = Command::parse(b"fetch-message current-events 495", &Options::new())?;
/// assert_eq!(command, Command::fetch_message("current-events", Uid::new(495))?);
/// assert_eq!(command.to_bytes()?, b"FETCH-MESSAGE current-events 495\r\n");
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Command {
    /// `HELP`: which operations are supported.
    Help,
    /// `SEND-VERSION version`: the protocol's version; it should be the first operation. The RFC has natural numbers
    /// like 230.
    SendVersion(Name),
    /// `SEND-MESSAGE`: behind 350, the client sends a message to be delivered.
    SendMessage,
    /// `LOGIN user password client create-p batch-p`.
    Login(Login),
    /// `LOGOUT`.
    Logout,
    /// `SET-PASSWORD old new`.
    SetPassword {
        /// The one that is in use.
        old: Password,
        /// The one that will be.
        new: Password,
    },
    /// `LIST-CLIENTS`.
    ListClients,
    /// `CREATE-CLIENT client`.
    CreateClient(Name),
    /// `DELETE-CLIENT client`.
    DeleteClient(Name),
    /// `RESET-CLIENT client`: puts every message of every mailbox on its update list.
    ResetClient(Name),
    /// `LIST-MAILBOXES`.
    ListMailboxes,
    /// `CREATE-MAILBOX mailbox`.
    CreateMailbox(Name),
    /// `DELETE-MAILBOX mailbox`: with its messages and addresses.
    DeleteMailbox(Name),
    /// `CREATE-BBOARD-MAILBOX mailbox`: one that others may subscribe to.
    CreateBboardMailbox(Name),
    /// `DELETE-BBOARD-MAILBOX mailbox`.
    DeleteBboardMailbox(Name),
    /// `RESET-MAILBOX mailbox`: puts every message of it on this client's update list.
    ResetMailbox(Name),
    /// `EXPUNGE-MAILBOX mailbox`: removes the messages with [`Flag::Deleted`].
    ExpungeMailbox(Name),
    /// `LIST-ADDRESSES mailbox`.
    ListAddresses(Name),
    /// `CREATE-ADDRESS mailbox address`: mail to the address goes to the mailbox.
    CreateAddress {
        /// Where it goes.
        mailbox: Name,
        /// To whom it is.
        address: Name,
    },
    /// `DELETE-ADDRESS mailbox address`. (Section 4.8 names them the other way round; appendix I is followed.)
    DeleteAddress {
        /// Where the mail went.
        mailbox: Name,
        /// To whom it was.
        address: Name,
    },
    /// `LIST-SUBSCRIPTIONS`.
    ListSubscriptions,
    /// `LIST-AVAILABLE-SUBSCRIPTIONS`: all bulletin boards.
    ListAvailableSubscriptions,
    /// `CREATE-SUBSCRIPTION bboard`.
    CreateSubscription(Name),
    /// `DELETE-SUBSCRIPTION bboard`.
    DeleteSubscription(Name),
    /// `RESET-SUBSCRIPTION bboard new-UID`.
    ResetSubscription {
        /// The bulletin board.
        bboard: Name,
        /// The first message that is unseen from now on.
        uid: Uid,
    },
    /// `FETCH-CHANGED-DESCRIPTORS mailbox max-to-send`: the client's update list, lowest UID first.
    FetchChangedDescriptors {
        /// Whose messages.
        mailbox: Name,
        /// At most so many descriptors.
        most: u32,
    },
    /// `FETCH-DESCRIPTORS mailbox low-UID high-UID`.
    FetchDescriptors {
        /// Whose messages.
        mailbox: Name,
        /// Which of them.
        uids: UidRange,
    },
    /// `RESET-DESCRIPTORS mailbox low-UID high-UID`: takes them off the client's update list.
    ResetDescriptors {
        /// Whose messages.
        mailbox: Name,
        /// Which of them.
        uids: UidRange,
    },
    /// `COPY-MESSAGE source-mailbox target-mailbox UID`: answered with the copy's descriptor.
    CopyMessage {
        /// The mailbox that has it.
        source: Name,
        /// The mailbox that is to have a copy.
        target: Name,
        /// Which message of `source`.
        uid: Uid,
    },
    /// `PRINT-MESSAGE mailbox UID printer`.
    PrintMessage {
        /// Whose message.
        mailbox: Name,
        /// Which of them.
        uid: Uid,
        /// A printer that the repository knows.
        printer: Name,
    },
    /// `SET-MESSAGE-FLAG mailbox UID flag state`.
    SetMessageFlag {
        /// Whose message.
        mailbox: Name,
        /// Which of them.
        uid: Uid,
        /// Which of its flags.
        flag: Flag,
        /// What becomes of it.
        state: FlagState,
    },
    /// `FETCH-MESSAGE mailbox UID`.
    FetchMessage {
        /// Whose message.
        mailbox: Name,
        /// Which of them.
        uid: Uid,
    },
    /// Any other operation.
    Other(OtherCommand),
}

/// An operation that this crate does not know; its name and its arguments as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct OtherCommand {
    keyword: Word,
    arguments: Option<Text>,
}

impl OtherCommand {
    /// The operation's name.
    pub fn keyword(&self) -> &Word {
        &self.keyword
    }

    /// What stands behind the SP that follows it.
    pub fn arguments(&self) -> Option<&Text> {
        self.arguments.as_ref()
    }
}

/// The operation of this name, in any letter case.
pub(crate) fn keyword_verb(keyword: &[u8]) -> Option<Verb> {
    table::find(keyword).map(|spec| spec.verb)
}

/// Which operation a broken line was meant as, by its first word.
pub(crate) fn malformed_verb(line: &[u8]) -> Verb {
    let mut words = line.split(|octet| *octet == b' ' || *octet == b'\t');
    words.next().and_then(keyword_verb).unwrap_or(Verb::Other)
}

impl Verb {
    /// Whether a reply to it may be followed by more lines: what an operation that is not known is answered with, nobody
    /// knows.
    pub(crate) fn may_be_followed(self) -> bool {
        let follows = |code: &crate::ReplyCode| {
            matches!(code.followed_by(), FollowedBy::Listing(_) | FollowedBy::Message)
        };
        self.spec().is_none_or(|spec| spec.success.iter().any(follows))
    }
}

impl Command {
    /// Which operation it is.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Help => Verb::Help,
            Self::SendVersion(_) => Verb::SendVersion,
            Self::SendMessage => Verb::SendMessage,
            Self::Login(_) => Verb::Login,
            Self::Logout => Verb::Logout,
            Self::SetPassword { .. } => Verb::SetPassword,
            Self::ListClients => Verb::ListClients,
            Self::CreateClient(_) => Verb::CreateClient,
            Self::DeleteClient(_) => Verb::DeleteClient,
            Self::ResetClient(_) => Verb::ResetClient,
            Self::ListMailboxes => Verb::ListMailboxes,
            Self::CreateMailbox(_) => Verb::CreateMailbox,
            Self::DeleteMailbox(_) => Verb::DeleteMailbox,
            Self::CreateBboardMailbox(_) => Verb::CreateBboardMailbox,
            Self::DeleteBboardMailbox(_) => Verb::DeleteBboardMailbox,
            Self::ResetMailbox(_) => Verb::ResetMailbox,
            Self::ExpungeMailbox(_) => Verb::ExpungeMailbox,
            Self::ListAddresses(_) => Verb::ListAddresses,
            Self::CreateAddress { .. } => Verb::CreateAddress,
            Self::DeleteAddress { .. } => Verb::DeleteAddress,
            Self::ListSubscriptions => Verb::ListSubscriptions,
            Self::ListAvailableSubscriptions => Verb::ListAvailableSubscriptions,
            Self::CreateSubscription(_) => Verb::CreateSubscription,
            Self::DeleteSubscription(_) => Verb::DeleteSubscription,
            Self::ResetSubscription { .. } => Verb::ResetSubscription,
            Self::FetchChangedDescriptors { .. } => Verb::FetchChangedDescriptors,
            Self::FetchDescriptors { .. } => Verb::FetchDescriptors,
            Self::ResetDescriptors { .. } => Verb::ResetDescriptors,
            Self::CopyMessage { .. } => Verb::CopyMessage,
            Self::PrintMessage { .. } => Verb::PrintMessage,
            Self::SetMessageFlag { .. } => Verb::SetMessageFlag,
            Self::FetchMessage { .. } => Verb::FetchMessage,
            Self::Other(_) => Verb::Other,
        }
    }

    /// The line as it is sent, its CRLF included. Names of operations are in upper case.
    ///
    /// # Errors
    /// `Limit` where the line would be longer than 512 octets (RFC 1056 section 4.1).
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut output = BytesMut::new();
        self.encode(&mut output)?;
        Ok(output.to_vec())
    }

    /// Appends the line to `output`; leaves `output` as it was on an error.
    pub(crate) fn encode(&self, output: &mut BytesMut) -> Result<(), Error> {
        let start = output.len();
        self.put(output);
        output.extend_from_slice(b"\r\n");
        if output.len().saturating_sub(start) > LINE_OCTETS {
            take_back(output, start);
            return Err(Error::limit(0, "a command line of at most 512 octets"));
        }
        Ok(())
    }

    fn put(&self, output: &mut BytesMut) {
        output.extend_from_slice(match self {
            Self::Other(other) => other.keyword.as_bytes(),
            known => known.verb().keyword().as_bytes(),
        });
        match self {
            Self::Help
            | Self::SendMessage
            | Self::Logout
            | Self::ListClients
            | Self::ListMailboxes
            | Self::ListSubscriptions
            | Self::ListAvailableSubscriptions => {}
            Self::SendVersion(name)
            | Self::CreateClient(name)
            | Self::DeleteClient(name)
            | Self::ResetClient(name)
            | Self::CreateMailbox(name)
            | Self::DeleteMailbox(name)
            | Self::CreateBboardMailbox(name)
            | Self::DeleteBboardMailbox(name)
            | Self::ResetMailbox(name)
            | Self::ExpungeMailbox(name)
            | Self::ListAddresses(name)
            | Self::CreateSubscription(name)
            | Self::DeleteSubscription(name) => word(name.as_bytes(), output),
            Self::Login(login) => login.encode(output),
            Self::SetPassword { old, new } => {
                word(old.expose(), output);
                word(new.expose(), output);
            }
            Self::CreateAddress { mailbox, address } | Self::DeleteAddress { mailbox, address } => {
                word(mailbox.as_bytes(), output);
                word(address.as_bytes(), output);
            }
            Self::ResetSubscription { bboard: name, uid } | Self::FetchMessage { mailbox: name, uid } => {
                word(name.as_bytes(), output);
                number(uid.get(), output);
            }
            Self::FetchChangedDescriptors { mailbox, most } => {
                word(mailbox.as_bytes(), output);
                number(*most, output);
            }
            Self::FetchDescriptors { mailbox, uids } | Self::ResetDescriptors { mailbox, uids } => {
                word(mailbox.as_bytes(), output);
                number(uids.low().get(), output);
                number(uids.high().get(), output);
            }
            Self::CopyMessage { source, target, uid } => {
                word(source.as_bytes(), output);
                word(target.as_bytes(), output);
                number(uid.get(), output);
            }
            Self::PrintMessage { mailbox, uid, printer } => {
                word(mailbox.as_bytes(), output);
                number(uid.get(), output);
                word(printer.as_bytes(), output);
            }
            Self::SetMessageFlag { mailbox, uid, flag, state } => {
                word(mailbox.as_bytes(), output);
                number(uid.get(), output);
                number(u32::from(flag.number()), output);
                word(if *state == FlagState::Set { b"1" } else { b"0" }, output);
            }
            Self::Other(other) => {
                if let Some(arguments) = &other.arguments {
                    word(arguments.as_bytes(), output);
                }
            }
        }
    }
}

fn word(octets: &[u8], output: &mut BytesMut) {
    output.extend_from_slice(b" ");
    output.extend_from_slice(octets);
}

fn number(number: u32, output: &mut BytesMut) {
    mail_wire::number::put(b" ", u64::from(number), output);
}
