//! Reply codes: RFC 1056 section 4.2, and the union of its appendices I and III.

use mail_wire::Error;

use crate::RowKind;

/// The three digits of a reply. They alone decide whether the operation succeeded, and what follows the line.
///
/// ```
/// use dmsp_proto::{Cause, Class, FollowedBy, Object, ReplyCode, RowKind};
/// let code = ReplyCode::new(230)?;
/// assert_eq!(code, ReplyCode::MailboxList);
/// assert_eq!(code.followed_by(), FollowedBy::Listing(RowKind::Mailbox));
/// // One that the RFC does not list can be understood in part.
/// let code = ReplyCode::new(453)?;
/// assert_eq!((code.class(), code.object()), (Class::Failed, Some(Object::Message)));
/// assert_eq!(code.cause(), Some(Cause::ArgumentSyntax));
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "u16", into = "u16"))]
#[non_exhaustive]
pub enum ReplyCode {
    /// 100: the operations that are supported follow.
    HelpList,
    /// 200: done.
    Ok,
    /// 220: the user's clients follow.
    ClientList,
    /// 221: logged in, but the client was away for more than a week and should reset itself.
    ClientOutOfDate,
    /// 230: the user's mailboxes follow.
    MailboxList,
    /// 240: the user's subscriptions follow.
    SubscriptionList,
    /// 241: all bulletin boards follow (appendix I only).
    BboardList,
    /// 250: descriptors follow.
    DescriptorList,
    /// 251: a message follows.
    Message,
    /// 260: a mailbox's addresses follow.
    AddressList,
    /// 350: the client's message is to follow.
    EnterMessage,
    /// 400: a message can't be copied onto itself.
    CopyOntoItself,
    /// 401: no such printer (appendix I only).
    NoPrinter,
    /// 402: the repository failed (appendix III only).
    Internal,
    /// 403: an illegal name; to SEND-MESSAGE, a message with a syntax error.
    ArgumentSyntax,
    /// 404: a bad password; to DELETE-BBOARD-MAILBOX, not the owner.
    Denied,
    /// 405: the client is locked, or another client uses the mail state.
    Locked,
    /// 406: LOGIN first (appendix III only).
    LoginFirst,
    /// 410: logged in already (appendix III only).
    LoggedInAlready,
    /// 411: no such user.
    NoUser,
    /// 420: there is a client of this name.
    ClientExists,
    /// 421: no such client.
    NoClient,
    /// 430: there is a mailbox or a bulletin board of this name.
    MailboxExists,
    /// 431: no such mailbox or bulletin board.
    NoMailbox,
    /// 440: there is a subscription of this name; to DELETE-MAILBOX, it is a bulletin board.
    SubscriptionExists,
    /// 441: no such subscription.
    NoSubscription,
    /// 451: no such message.
    NoMessage,
    /// 460: there is such an address.
    AddressExists,
    /// 461: no such address.
    NoAddress,
    /// 500: a syntax error, an illegal argument, or another version of the protocol.
    Syntax,
    /// Any other.
    Other(OtherCode),
}

/// A code that the RFC does not list: 100 to 599.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OtherCode(u16);

/// What the first digit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// 1xx: information.
    Information,
    /// 2xx: done.
    Done,
    /// 3xx: done so far; the client's text is to follow.
    SendText,
    /// 4xx: performed, and failed.
    Failed,
    /// 5xx: not performed, for a syntax error.
    Refused,
}

/// What the second digit says: which kind of object it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are those of the RFC's table")]
pub enum Object {
    Miscellaneous,
    User,
    Client,
    Mailbox,
    Subscription,
    Message,
    Address,
}

/// What the third digit of a 4xx code says. 404, 405 and 406 are outside of this scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// 4x0: the object exists.
    Exists,
    /// 4x1: it does not.
    Missing,
    /// 4x2: an internal error.
    Internal,
    /// 4x3: a syntax error in an argument.
    ArgumentSyntax,
}

/// What comes behind the line of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FollowedBy {
    /// Nothing.
    Nothing,
    /// Rows of this kind, then [`Event::End`](crate::Event::End).
    Listing(RowKind),
    /// A message: data, then [`Event::End`](crate::Event::End).
    Message,
    /// A message from the client, and a second reply to that.
    ClientMessage,
}

impl ReplyCode {
    /// The code of this number.
    ///
    /// # Errors
    /// `Syntax` below 100 and above 599.
    pub fn new(number: u16) -> Result<Self, Error> {
        if let Ok(at) = REPLY_CODES.binary_search_by_key(&number, |spec| spec.number)
            && let Some(spec) = REPLY_CODES.get(at)
        {
            return Ok(spec.code);
        }
        if (100..=599).contains(&number) {
            return Ok(Self::Other(OtherCode(number)));
        }
        Err(Error::syntax(0, "a reply code from 100 to 599"))
    }

    /// The number.
    pub fn number(self) -> u16 {
        match self {
            Self::Other(OtherCode(number)) => number,
            known => known.spec().map_or(0, |spec| spec.number),
        }
    }

    /// Its row in [`REPLY_CODES`]; none for [`ReplyCode::Other`].
    pub fn spec(self) -> Option<&'static CodeSpec> {
        REPLY_CODES.iter().find(|spec| spec.code == self)
    }

    /// What follows it; for a code that the RFC does not list, nothing (but see
    /// [`Options::with_listing`](crate::Options::with_listing)).
    pub fn followed_by(self) -> FollowedBy {
        self.spec().map_or(FollowedBy::Nothing, |spec| spec.followed_by)
    }

    /// Whether the operation has succeeded, or goes on: 1xx, 2xx, 3xx.
    pub fn is_ok(self) -> bool {
        self.number() < 400
    }

    /// The class of the code.
    pub fn class(self) -> Class {
        match self.number() {
            ..=199 => Class::Information,
            200..=299 => Class::Done,
            300..=399 => Class::SendText,
            400..=499 => Class::Failed,
            500.. => Class::Refused,
        }
    }

    /// The kind of object it is about; `None` for the digits 7 to 9.
    pub fn object(self) -> Option<Object> {
        match self.number() / 10 % 10 {
            0 => Some(Object::Miscellaneous),
            1 => Some(Object::User),
            2 => Some(Object::Client),
            3 => Some(Object::Mailbox),
            4 => Some(Object::Subscription),
            5 => Some(Object::Message),
            6 => Some(Object::Address),
            _ => None,
        }
    }

    /// Why it failed; `None` for codes other than 4x0 to 4x3.
    pub fn cause(self) -> Option<Cause> {
        match (self.class(), self.number() % 10) {
            (Class::Failed, 0) => Some(Cause::Exists),
            (Class::Failed, 1) => Some(Cause::Missing),
            (Class::Failed, 2) => Some(Cause::Internal),
            (Class::Failed, 3) => Some(Cause::ArgumentSyntax),
            _ => None,
        }
    }
}

impl TryFrom<u16> for ReplyCode {
    type Error = Error;
    fn try_from(number: u16) -> Result<Self, Error> {
        Self::new(number)
    }
}

impl From<ReplyCode> for u16 {
    fn from(code: ReplyCode) -> Self {
        code.number()
    }
}

impl core::fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.number().fmt(f)
    }
}

/// A row of [`REPLY_CODES`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CodeSpec {
    /// The number.
    pub number: u16,
    /// The typed code.
    pub code: ReplyCode,
    /// What it means. Where that hangs on the operation, [`answered`](crate::ClientCodec::answered) tells.
    pub meaning: &'static str,
    /// What follows the line.
    pub followed_by: FollowedBy,
    /// The appendices of RFC 1056 that list it.
    pub source: &'static str,
    /// A reply with it.
    pub example: &'static str,
}

impl CodeSpec {
    /// The text that [`Reply::from`](crate::Reply) gives to the code.
    pub(crate) fn text(&self) -> &'static str {
        self.example.get(4..).unwrap_or_default()
    }
}

const BOTH: &str = "RFC 1056 appendices I and III";
const FIRST: &str = "RFC 1056 appendix I";
const THIRD: &str = "RFC 1056 appendix III";

const fn listing(kind: RowKind) -> FollowedBy {
    FollowedBy::Listing(kind)
}

/// The codes that the RFC lists, by number.
///
/// ```
/// use dmsp_proto::{FollowedBy, REPLY_CODES};
/// let lists = REPLY_CODES.iter().filter(|row| matches!(row.followed_by, FollowedBy::Listing(_)));
/// assert_eq!(lists.map(|row| row.number).collect::<Vec<_>>(), [100, 220, 230, 240, 241, 250, 260]);
/// ```
#[rustfmt::skip]
pub const REPLY_CODES: &[CodeSpec] = &[
    row(100, ReplyCode::HelpList, "the operations that are supported", listing(RowKind::Help), BOTH, "100 Following are supported:"),
    row(200, ReplyCode::Ok, "done", FollowedBy::Nothing, BOTH, "200 Command OK"),
    row(220, ReplyCode::ClientList, "the user's clients", listing(RowKind::Client), BOTH, "220 Client list follows:"),
    row(221, ReplyCode::ClientOutOfDate, "logged in; the client should reset itself", FollowedBy::Nothing, BOTH, "221 Client out of date by > 1 week"),
    row(230, ReplyCode::MailboxList, "the user's mailboxes", listing(RowKind::Mailbox), BOTH, "230 Mailbox list follows:"),
    row(240, ReplyCode::SubscriptionList, "the user's subscriptions", listing(RowKind::Subscription), BOTH, "240 Subscription list follows:"),
    row(241, ReplyCode::BboardList, "all bulletin boards", listing(RowKind::Bboard), FIRST, "241 All available bboards follow:"),
    row(250, ReplyCode::DescriptorList, "descriptors", listing(RowKind::Descriptor), BOTH, "250 Descriptor list follows:"),
    row(251, ReplyCode::Message, "a message", FollowedBy::Message, BOTH, "251 Message follows:"),
    row(260, ReplyCode::AddressList, "a mailbox's addresses", listing(RowKind::Address), BOTH, "260 Address list follows:"),
    row(350, ReplyCode::EnterMessage, "the client's message is to follow", FollowedBy::ClientMessage, BOTH, "350 enter message; end with \".\""),
    row(400, ReplyCode::CopyOntoItself, "a message can't be copied onto itself", FollowedBy::Nothing, BOTH, "400 cannot copy message onto itself"),
    row(401, ReplyCode::NoPrinter, "no such printer", FollowedBy::Nothing, FIRST, "401 printer not found"),
    row(402, ReplyCode::Internal, "the repository failed", FollowedBy::Nothing, THIRD, "402 internal error"),
    row(403, ReplyCode::ArgumentSyntax, "an illegal name; to SEND-MESSAGE, an ill-formed message", FollowedBy::Nothing, BOTH, "403 illegal name or message syntax error"),
    row(404, ReplyCode::Denied, "a bad password; to DELETE-BBOARD-MAILBOX, not the owner", FollowedBy::Nothing, BOTH, "404 bad password or permission denied"),
    row(405, ReplyCode::Locked, "the client or the mail state is in use", FollowedBy::Nothing, BOTH, "405 mail state is in use by another client"),
    row(406, ReplyCode::LoginFirst, "not logged in", FollowedBy::Nothing, THIRD, "406 please log in"),
    row(410, ReplyCode::LoggedInAlready, "logged in already", FollowedBy::Nothing, THIRD, "410 already logged in"),
    row(411, ReplyCode::NoUser, "no such user", FollowedBy::Nothing, BOTH, "411 no such user"),
    row(420, ReplyCode::ClientExists, "the client exists", FollowedBy::Nothing, BOTH, "420 client already exists"),
    row(421, ReplyCode::NoClient, "no such client", FollowedBy::Nothing, BOTH, "421 client not found"),
    row(430, ReplyCode::MailboxExists, "the mailbox or bulletin board exists", FollowedBy::Nothing, BOTH, "430 mailbox already exists"),
    row(431, ReplyCode::NoMailbox, "no such mailbox or bulletin board", FollowedBy::Nothing, BOTH, "431 mailbox not found"),
    row(440, ReplyCode::SubscriptionExists, "the subscription exists; to DELETE-MAILBOX, it is a bulletin board", FollowedBy::Nothing, BOTH, "440 subscription already exists"),
    row(441, ReplyCode::NoSubscription, "no such subscription", FollowedBy::Nothing, BOTH, "441 subscription not found"),
    row(451, ReplyCode::NoMessage, "no such message", FollowedBy::Nothing, BOTH, "451 message not found"),
    row(460, ReplyCode::AddressExists, "the address exists", FollowedBy::Nothing, BOTH, "460 address already exists"),
    row(461, ReplyCode::NoAddress, "no such address", FollowedBy::Nothing, BOTH, "461 address not found"),
    row(500, ReplyCode::Syntax, "a syntax error, an illegal argument, another version", FollowedBy::Nothing, BOTH, "500 operation syntax error or illegal argument"),
];

const fn row(
    number: u16,
    code: ReplyCode,
    meaning: &'static str,
    followed_by: FollowedBy,
    source: &'static str,
    example: &'static str,
) -> CodeSpec {
    CodeSpec { number, code, meaning, followed_by, source, example }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Reply, Response};

    #[test]
    fn each_row_is_found_and_its_example_is_the_reply_of_its_code() {
        assert!(REPLY_CODES.is_sorted_by_key(|spec| spec.number));
        for spec in REPLY_CODES {
            assert_eq!(ReplyCode::new(spec.number), Ok(spec.code));
            assert_eq!(spec.code.number(), spec.number);
            let line = Response::from(Reply::from(spec.code)).to_bytes().unwrap();
            assert_eq!(line, alloc::format!("{}\r\n", spec.example).as_bytes());
            assert_eq!(spec.code.is_ok(), spec.number < 400);
            if spec.followed_by != FollowedBy::Nothing {
                assert!(spec.code.is_ok());
            }
        }
    }
}
