//! Every operation in one table: where it is from, where it is allowed, how it is answered, and an example.

use crate::ReplyCode;
use crate::lex::ARGUMENT_OCTETS;
use crate::state::{ANONYMOUS, LOGGED_IN, STATES_ALL, State};

/// The name of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is the operation of the same name, described at Command")]
pub enum Verb {
    CopyMessage,
    CreateAddress,
    CreateBboardMailbox,
    CreateClient,
    CreateMailbox,
    CreateSubscription,
    DeleteAddress,
    DeleteBboardMailbox,
    DeleteClient,
    DeleteMailbox,
    DeleteSubscription,
    ExpungeMailbox,
    FetchChangedDescriptors,
    FetchDescriptors,
    FetchMessage,
    Help,
    ListAddresses,
    ListAvailableSubscriptions,
    ListClients,
    ListMailboxes,
    ListSubscriptions,
    Login,
    Logout,
    PrintMessage,
    ResetClient,
    ResetDescriptors,
    ResetMailbox,
    ResetSubscription,
    SendMessage,
    SendVersion,
    SetMessageFlag,
    SetPassword,
    /// An operation that this crate does not know.
    Other,
}

impl Verb {
    /// The operation's name; empty for [`Verb::Other`].
    pub fn keyword(self) -> &'static str {
        self.spec().map_or("", |spec| spec.keyword)
    }

    /// Its row in [`COMMANDS`]; none for [`Verb::Other`].
    pub fn spec(self) -> Option<&'static CommandSpec> {
        // The rows stand in the order of the variants; a test holds that.
        COMMANDS.get(self as usize)
    }
}

/// A row of [`COMMANDS`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CommandSpec {
    /// The name, in upper case.
    pub keyword: &'static str,
    /// The operation.
    pub verb: Verb,
    /// The section of RFC 1056 that describes it.
    pub source: &'static str,
    /// The arguments, as the RFC writes them.
    pub arguments: &'static str,
    /// The codes of its success. What follows is theirs: [`ReplyCode::followed_by`].
    pub success: &'static [ReplyCode],
    /// The codes of failure that the RFC lists for it. 402, 405, 406 and 500 may answer any operation.
    pub failure: &'static [ReplyCode],
    /// A command line.
    pub example: &'static str,
    pub(crate) states: &'static [State],
}

use ReplyCode as R;

const OK: &[R] = &[R::Ok];

/// Every operation, by name.
///
/// ```
/// use dmsp_proto::{COMMANDS, ReplyCode};
/// let row = COMMANDS.iter().find(|row| row.keyword == "LOGIN").unwrap();
/// assert_eq!(row.success, [ReplyCode::Ok, ReplyCode::ClientOutOfDate]);
/// assert_eq!(row.arguments, "user password client create-p batch-p");
/// ```
#[rustfmt::skip]
pub const COMMANDS: &[CommandSpec] = &[
    row(Verb::CopyMessage, "COPY-MESSAGE", 10, "source-mailbox target-mailbox UID", LOGGED_IN, &[R::DescriptorList], &[R::CopyOntoItself, R::NoMailbox, R::NoMessage], "COPY-MESSAGE markl british-cars 2338"),
    row(Verb::CreateAddress, "CREATE-ADDRESS", 8, "mailbox address", LOGGED_IN, OK, &[R::ArgumentSyntax, R::NoMailbox, R::AddressExists], "CREATE-ADDRESS markl markl-bug-pcmail"),
    row(Verb::CreateBboardMailbox, "CREATE-BBOARD-MAILBOX", 7, "mailbox", LOGGED_IN, OK, &[R::ArgumentSyntax, R::MailboxExists], "CREATE-BBOARD-MAILBOX sf-lovers"),
    row(Verb::CreateClient, "CREATE-CLIENT", 6, "client", LOGGED_IN, OK, &[R::ArgumentSyntax, R::ClientExists], "CREATE-CLIENT new-client"),
    row(Verb::CreateMailbox, "CREATE-MAILBOX", 7, "mailbox", LOGGED_IN, OK, &[R::ArgumentSyntax, R::MailboxExists, R::SubscriptionExists], "CREATE-MAILBOX current-events"),
    row(Verb::CreateSubscription, "CREATE-SUBSCRIPTION", 9, "bboard", LOGGED_IN, OK, &[R::ArgumentSyntax, R::MailboxExists, R::NoMailbox, R::SubscriptionExists], "CREATE-SUBSCRIPTION sf-lovers"),
    row(Verb::DeleteAddress, "DELETE-ADDRESS", 8, "mailbox address", LOGGED_IN, OK, &[R::NoMailbox, R::NoAddress], "DELETE-ADDRESS markl markl-info-cobol"),
    row(Verb::DeleteBboardMailbox, "DELETE-BBOARD-MAILBOX", 7, "mailbox", LOGGED_IN, OK, &[R::Denied, R::NoMailbox], "DELETE-BBOARD-MAILBOX rec.autos"),
    row(Verb::DeleteClient, "DELETE-CLIENT", 6, "client", LOGGED_IN, OK, &[R::Locked, R::NoClient], "DELETE-CLIENT old-client"),
    row(Verb::DeleteMailbox, "DELETE-MAILBOX", 7, "mailbox", LOGGED_IN, OK, &[R::NoMailbox, R::SubscriptionExists], "DELETE-MAILBOX income-tax-information"),
    row(Verb::DeleteSubscription, "DELETE-SUBSCRIPTION", 9, "bboard", LOGGED_IN, OK, &[R::NoSubscription], "DELETE-SUBSCRIPTION rec.music"),
    row(Verb::ExpungeMailbox, "EXPUNGE-MAILBOX", 7, "mailbox", LOGGED_IN, OK, &[R::NoMailbox], "EXPUNGE-MAILBOX british-cars"),
    row(Verb::FetchChangedDescriptors, "FETCH-CHANGED-DESCRIPTORS", 10, "mailbox max-to-send", LOGGED_IN, &[R::DescriptorList], &[R::NoMailbox], "FETCH-CHANGED-DESCRIPTORS markl 100"),
    row(Verb::FetchDescriptors, "FETCH-DESCRIPTORS", 10, "mailbox low-UID high-UID", LOGGED_IN, &[R::DescriptorList], &[R::NoMailbox], "FETCH-DESCRIPTORS british-cars 12 31"),
    row(Verb::FetchMessage, "FETCH-MESSAGE", 10, "mailbox UID", LOGGED_IN, &[R::Message], &[R::NoMailbox, R::NoMessage], "FETCH-MESSAGE current-events 495"),
    row(Verb::Help, "HELP", 4, "", STATES_ALL, &[R::HelpList], &[], "HELP"),
    row(Verb::ListAddresses, "LIST-ADDRESSES", 8, "mailbox", LOGGED_IN, &[R::AddressList], &[R::NoMailbox], "LIST-ADDRESSES archive"),
    row(Verb::ListAvailableSubscriptions, "LIST-AVAILABLE-SUBSCRIPTIONS", 9, "", LOGGED_IN, &[R::BboardList], &[], "LIST-AVAILABLE-SUBSCRIPTIONS"),
    row(Verb::ListClients, "LIST-CLIENTS", 6, "", LOGGED_IN, &[R::ClientList], &[], "LIST-CLIENTS"),
    row(Verb::ListMailboxes, "LIST-MAILBOXES", 7, "", LOGGED_IN, &[R::MailboxList], &[], "LIST-MAILBOXES"),
    row(Verb::ListSubscriptions, "LIST-SUBSCRIPTIONS", 9, "", LOGGED_IN, &[R::SubscriptionList], &[], "LIST-SUBSCRIPTIONS"),
    row(Verb::Login, "LOGIN", 5, "user password client create-p batch-p", ANONYMOUS, &[R::Ok, R::ClientOutOfDate], &[R::Denied, R::Locked, R::LoggedInAlready, R::NoUser, R::NoClient], "LOGIN markl foo random-client-name 1 0"),
    row(Verb::Logout, "LOGOUT", 5, "", STATES_ALL, OK, &[], "LOGOUT"),
    row(Verb::PrintMessage, "PRINT-MESSAGE", 10, "mailbox UID printer", LOGGED_IN, OK, &[R::NoPrinter, R::NoMailbox, R::NoMessage], "PRINT-MESSAGE markl 2433 pravda"),
    row(Verb::ResetClient, "RESET-CLIENT", 6, "client", LOGGED_IN, OK, &[R::Locked, R::NoClient], "RESET-CLIENT any-old-client"),
    row(Verb::ResetDescriptors, "RESET-DESCRIPTORS", 10, "mailbox low-UID high-UID", LOGGED_IN, OK, &[R::NoMailbox], "RESET-DESCRIPTORS markl 1 10000"),
    row(Verb::ResetMailbox, "RESET-MAILBOX", 7, "mailbox", LOGGED_IN, OK, &[R::NoMailbox], "RESET-MAILBOX british-cars"),
    row(Verb::ResetSubscription, "RESET-SUBSCRIPTION", 9, "bboard new-UID", LOGGED_IN, OK, &[R::NoSubscription], "RESET-SUBSCRIPTION rec.music.gdead 1210"),
    row(Verb::SendMessage, "SEND-MESSAGE", 4, "", LOGGED_IN, &[R::EnterMessage, R::Ok], &[R::ArgumentSyntax], "SEND-MESSAGE"),
    row(Verb::SendVersion, "SEND-VERSION", 4, "version", STATES_ALL, OK, &[R::Syntax], "SEND-VERSION 230"),
    row(Verb::SetMessageFlag, "SET-MESSAGE-FLAG", 10, "mailbox UID flag state", LOGGED_IN, OK, &[R::NoMailbox, R::NoMessage, R::Syntax], "SET-MESSAGE-FLAG british-cars 23 0 1"),
    row(Verb::SetPassword, "SET-PASSWORD", 5, "old-password new-password", LOGGED_IN, OK, &[R::Denied], "SET-PASSWORD foo bar"),
];

#[allow(clippy::too_many_arguments, reason = "one per column")]
const fn row(
    verb: Verb,
    keyword: &'static str,
    subsection: u8,
    arguments: &'static str,
    states: &'static [State],
    success: &'static [ReplyCode],
    failure: &'static [ReplyCode],
    example: &'static str,
) -> CommandSpec {
    let source = match subsection {
        4 => "RFC 1056 section 4.4",
        5 => "RFC 1056 section 4.5",
        6 => "RFC 1056 section 4.6",
        7 => "RFC 1056 section 4.7",
        8 => "RFC 1056 section 4.8",
        9 => "RFC 1056 section 4.9",
        _ => "RFC 1056 section 4.10",
    };
    CommandSpec { keyword, verb, source, arguments, success, failure, example, states }
}

/// The row of a name in any letter case.
pub(crate) fn find(keyword: &[u8]) -> Option<&'static CommandSpec> {
    let mut upper = [0_u8; ARGUMENT_OCTETS];
    let upper = upper.get_mut(..keyword.len())?;
    upper.copy_from_slice(keyword);
    upper.make_ascii_uppercase();
    let at = COMMANDS.binary_search_by(|spec| spec.keyword.as_bytes().cmp(upper)).ok()?;
    COMMANDS.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, FollowedBy, Leniency, Options, REPLY_CODES};

    #[test]
    fn rows_stand_in_the_order_of_the_verbs() {
        assert_eq!(COMMANDS.len(), 32);
        assert!(COMMANDS.is_sorted_by_key(|spec| spec.keyword));
        for spec in COMMANDS {
            assert_eq!(spec.verb.keyword(), spec.keyword);
            assert_eq!(find(spec.keyword.to_ascii_lowercase().as_bytes()).unwrap().verb, spec.verb);
        }
        assert!(Verb::Other.spec().is_none() && find(&[b'x'; 1_000]).is_none());
    }

    #[test]
    fn each_example_parses_encodes_back_and_survives_truncation() {
        for strict in [Options::new(), Options::new().with_leniency(Leniency::Strict)] {
            for spec in COMMANDS {
                let command = Command::parse(spec.example.as_bytes(), &strict).unwrap();
                assert_eq!(command.verb(), spec.verb, "{}", spec.example);
                let line = command.to_bytes().unwrap();
                assert_eq!(line, alloc::format!("{}\r\n", spec.example).as_bytes());
                for len in 0..spec.example.len() {
                    let cut = Command::parse(&spec.example.as_bytes()[..len], &strict);
                    assert!(cut.as_ref() != Ok(&command), "{}", spec.example);
                }
            }
        }
    }

    #[test]
    fn the_codes_of_each_row_are_those_of_success_and_of_failure() {
        for spec in COMMANDS {
            assert!(!spec.success.is_empty() && spec.success.iter().all(|code| code.is_ok()));
            assert!(spec.failure.iter().all(|code| !code.is_ok()), "{}", spec.keyword);
            let words = spec.example.split(' ').count();
            assert_eq!(words, spec.keyword.split(' ').chain(spec.arguments.split_whitespace()).count());
        }
        // Every success code but 200 belongs to some operation.
        for code in REPLY_CODES.iter().filter(|code| code.code.is_ok()) {
            assert!(COMMANDS.iter().any(|spec| spec.success.contains(&code.code)), "{}", code.number);
        }
        let asks = COMMANDS
            .iter()
            .filter(|spec| spec.success.iter().any(|code| code.followed_by() == FollowedBy::ClientMessage));
        assert_eq!(asks.map(|spec| spec.verb).collect::<alloc::vec::Vec<_>>(), [Verb::SendMessage]);
    }
}
