//! Commands, made from what a caller has at hand: names are checked as by [`Name::new`].

use mail_wire::Error;
use mail_wire::text::{Text, Word};

use super::{Command, OtherCommand, table};
use crate::lex::is_plain;
use crate::{Flag, FlagState, Login, Name, Password, Uid, UidRange};

/// All of them fail with `Syntax` where a name or a password is not 1 to 64 letters, digits, `-`, `_` and `.`. With
/// names that were made before ([`Name::printable`], say), the variants do the same.
#[allow(clippy::missing_errors_doc, reason = "they are the same for all, and stand above")]
impl Command {
    /// `SEND-VERSION version`.
    pub fn send_version(version: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(version).map(Self::SendVersion)
    }

    /// `LOGIN user password client 0 0`; see [`Login`] for the other switches.
    pub fn login(
        user: impl AsRef<[u8]>,
        password: impl AsRef<[u8]>,
        client: impl AsRef<[u8]>,
    ) -> Result<Self, Error> {
        Login::new(user, password, client).map(Self::Login)
    }

    /// `SET-PASSWORD old new`.
    pub fn set_password(old: impl AsRef<[u8]>, new: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self::SetPassword { old: Password::new(old)?, new: Password::new(new)? })
    }

    /// `CREATE-CLIENT client`.
    pub fn create_client(client: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(client).map(Self::CreateClient)
    }

    /// `DELETE-CLIENT client`.
    pub fn delete_client(client: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(client).map(Self::DeleteClient)
    }

    /// `RESET-CLIENT client`.
    pub fn reset_client(client: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(client).map(Self::ResetClient)
    }

    /// `CREATE-MAILBOX mailbox`.
    pub fn create_mailbox(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(mailbox).map(Self::CreateMailbox)
    }

    /// `DELETE-MAILBOX mailbox`.
    pub fn delete_mailbox(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(mailbox).map(Self::DeleteMailbox)
    }

    /// `CREATE-BBOARD-MAILBOX mailbox`.
    pub fn create_bboard_mailbox(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(mailbox).map(Self::CreateBboardMailbox)
    }

    /// `DELETE-BBOARD-MAILBOX mailbox`.
    pub fn delete_bboard_mailbox(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(mailbox).map(Self::DeleteBboardMailbox)
    }

    /// `RESET-MAILBOX mailbox`.
    pub fn reset_mailbox(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(mailbox).map(Self::ResetMailbox)
    }

    /// `EXPUNGE-MAILBOX mailbox`.
    pub fn expunge_mailbox(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(mailbox).map(Self::ExpungeMailbox)
    }

    /// `LIST-ADDRESSES mailbox`.
    pub fn list_addresses(mailbox: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(mailbox).map(Self::ListAddresses)
    }

    /// `CREATE-ADDRESS mailbox address`.
    pub fn create_address(mailbox: impl AsRef<[u8]>, address: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self::CreateAddress { mailbox: Name::new(mailbox)?, address: Name::new(address)? })
    }

    /// `DELETE-ADDRESS mailbox address`.
    pub fn delete_address(mailbox: impl AsRef<[u8]>, address: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self::DeleteAddress { mailbox: Name::new(mailbox)?, address: Name::new(address)? })
    }

    /// `CREATE-SUBSCRIPTION bboard`.
    pub fn create_subscription(bboard: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(bboard).map(Self::CreateSubscription)
    }

    /// `DELETE-SUBSCRIPTION bboard`.
    pub fn delete_subscription(bboard: impl AsRef<[u8]>) -> Result<Self, Error> {
        Name::new(bboard).map(Self::DeleteSubscription)
    }

    /// `RESET-SUBSCRIPTION bboard uid`.
    pub fn reset_subscription(bboard: impl AsRef<[u8]>, uid: Uid) -> Result<Self, Error> {
        Ok(Self::ResetSubscription { bboard: Name::new(bboard)?, uid })
    }

    /// `FETCH-CHANGED-DESCRIPTORS mailbox most`.
    pub fn fetch_changed_descriptors(mailbox: impl AsRef<[u8]>, most: u32) -> Result<Self, Error> {
        Ok(Self::FetchChangedDescriptors { mailbox: Name::new(mailbox)?, most })
    }

    /// `FETCH-DESCRIPTORS mailbox low high`.
    pub fn fetch_descriptors(mailbox: impl AsRef<[u8]>, uids: UidRange) -> Result<Self, Error> {
        Ok(Self::FetchDescriptors { mailbox: Name::new(mailbox)?, uids })
    }

    /// `RESET-DESCRIPTORS mailbox low high`.
    pub fn reset_descriptors(mailbox: impl AsRef<[u8]>, uids: UidRange) -> Result<Self, Error> {
        Ok(Self::ResetDescriptors { mailbox: Name::new(mailbox)?, uids })
    }

    /// `COPY-MESSAGE source target uid`.
    pub fn copy_message(source: impl AsRef<[u8]>, target: impl AsRef<[u8]>, uid: Uid) -> Result<Self, Error> {
        Ok(Self::CopyMessage { source: Name::new(source)?, target: Name::new(target)?, uid })
    }

    /// `PRINT-MESSAGE mailbox uid printer`.
    pub fn print_message(
        mailbox: impl AsRef<[u8]>,
        uid: Uid,
        printer: impl AsRef<[u8]>,
    ) -> Result<Self, Error> {
        Ok(Self::PrintMessage { mailbox: Name::new(mailbox)?, uid, printer: Name::new(printer)? })
    }

    /// `SET-MESSAGE-FLAG mailbox uid flag state`.
    pub fn set_message_flag(
        mailbox: impl AsRef<[u8]>,
        uid: Uid,
        flag: Flag,
        state: FlagState,
    ) -> Result<Self, Error> {
        Ok(Self::SetMessageFlag { mailbox: Name::new(mailbox)?, uid, flag, state })
    }

    /// `FETCH-MESSAGE mailbox uid`.
    pub fn fetch_message(mailbox: impl AsRef<[u8]>, uid: Uid) -> Result<Self, Error> {
        Ok(Self::FetchMessage { mailbox: Name::new(mailbox)?, uid })
    }

    /// Any operation that this crate does not know. It can't be answered with 350.
    ///
    /// Its name, too, is letters, digits, `-`, `_` and `.`; it is an error if the crate does know it. What the
    /// arguments are is not judged, but that they hold no line end.
    pub fn other(keyword: impl AsRef<[u8]>, arguments: Option<&str>) -> Result<Self, Error> {
        let keyword = Word::new(keyword)?;
        if !keyword.as_bytes().iter().all(|octet| is_plain(*octet)) {
            return Err(Error::syntax(0, "an operation's name of letters, digits, -, _ and ."));
        }
        if table::find(keyword.as_bytes()).is_some() {
            return Err(Error::syntax(0, "an operation that is not known"));
        }
        Ok(Self::Other(OtherCommand { keyword, arguments: arguments.map(Text::new).transpose()? }))
    }
}
