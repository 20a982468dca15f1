//! Arbitrary messages, valid by construction: what a codec of this crate would write.

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Error, Result, Unstructured};
use mail_wire::text::Text;

use crate::{
    Activity, ClientEntry, Command, Descriptor, Flag, FlagState, Flags, FollowedBy, Greeting, HelpEntry,
    Login, MailboxEntry, Name, Password, Reply, ReplyCode, Row, RowKind, SubscriptionEntry, Uid, UidRange,
    Verb,
};

/// A value that its constructor may refuse.
fn made<T, E>(result: core::result::Result<T, E>) -> Result<T> {
    result.map_err(|_| Error::IncorrectFormat)
}

/// 1 to 64 octets that may stand in an argument.
fn argument(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    const LETTERS: &[u8] = b"aAzZ09-_.";
    let len = if u.ratio(1, 8)? { 64 } else { u.int_in_range(1..=20)? };
    (0..len).map(|_| u.choose(LETTERS).copied()).collect()
}

/// A line of ASCII.
fn text(u: &mut Unstructured<'_>) -> Result<Text> {
    const LETTERS: &[u8] = b"az AZ09.[]{}<>@/-_+=\"\\#*\t\x01\x7f";
    let len = u.int_in_range(0..=50)?;
    let octets = (0..len).map(|_| u.choose(LETTERS).copied()).collect::<Result<Vec<u8>>>()?;
    made(Text::new(octets))
}

impl<'a> Arbitrary<'a> for Name {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(argument(u)?))
    }
}

impl<'a> Arbitrary<'a> for Password {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(argument(u)?))
    }
}

impl<'a> Arbitrary<'a> for Uid {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let largest = if u.ratio(1, 4)? { u32::MAX } else { 3_000 };
        Ok(Self::new(u.int_in_range(0..=largest)?))
    }
}

impl<'a> Arbitrary<'a> for UidRange {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(u.arbitrary()?, u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for Flag {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&Self::ALL).copied()
    }
}

impl<'a> Arbitrary<'a> for FlagState {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(if u.arbitrary()? { Self::Set } else { Self::Clear })
    }
}

impl<'a> Arbitrary<'a> for Flags {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::from_bits(u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for Login {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut login = Self::with_parts(u.arbitrary()?, u.arbitrary()?, u.arbitrary()?);
        if u.arbitrary()? {
            login = login.with_new_client();
        }
        Ok(if u.arbitrary()? { login.with_batch_mode() } else { login })
    }
}

impl<'a> Arbitrary<'a> for Command {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=32)? {
            0 => Self::Help,
            1 => Self::SendVersion(u.arbitrary()?),
            2 => Self::SendMessage,
            3 => Self::Login(u.arbitrary()?),
            4 => Self::Logout,
            5 => Self::SetPassword { old: u.arbitrary()?, new: u.arbitrary()? },
            6 => Self::ListClients,
            7 => Self::CreateClient(u.arbitrary()?),
            8 => Self::DeleteClient(u.arbitrary()?),
            9 => Self::ResetClient(u.arbitrary()?),
            10 => Self::ListMailboxes,
            11 => Self::CreateMailbox(u.arbitrary()?),
            12 => Self::DeleteMailbox(u.arbitrary()?),
            13 => Self::CreateBboardMailbox(u.arbitrary()?),
            14 => Self::DeleteBboardMailbox(u.arbitrary()?),
            15 => Self::ResetMailbox(u.arbitrary()?),
            16 => Self::ExpungeMailbox(u.arbitrary()?),
            17 => Self::ListAddresses(u.arbitrary()?),
            18 => Self::CreateAddress { mailbox: u.arbitrary()?, address: u.arbitrary()? },
            19 => Self::DeleteAddress { mailbox: u.arbitrary()?, address: u.arbitrary()? },
            20 => Self::ListSubscriptions,
            21 => Self::ListAvailableSubscriptions,
            22 => Self::CreateSubscription(u.arbitrary()?),
            23 => Self::DeleteSubscription(u.arbitrary()?),
            24 => Self::ResetSubscription { bboard: u.arbitrary()?, uid: u.arbitrary()? },
            25 => Self::FetchChangedDescriptors { mailbox: u.arbitrary()?, most: u.arbitrary()? },
            26 => Self::FetchDescriptors { mailbox: u.arbitrary()?, uids: u.arbitrary()? },
            27 => Self::ResetDescriptors { mailbox: u.arbitrary()?, uids: u.arbitrary()? },
            28 => Self::CopyMessage { source: u.arbitrary()?, target: u.arbitrary()?, uid: u.arbitrary()? },
            29 => {
                Self::PrintMessage { mailbox: u.arbitrary()?, uid: u.arbitrary()?, printer: u.arbitrary()? }
            }
            30 => Self::SetMessageFlag {
                mailbox: u.arbitrary()?,
                uid: u.arbitrary()?,
                flag: u.arbitrary()?,
                state: u.arbitrary()?,
            },
            31 => Self::FetchMessage { mailbox: u.arbitrary()?, uid: u.arbitrary()? },
            _ => made(Self::other(*u.choose(&["XYZZY", "FETCH-BODY"])?, Some(" two  words ")))?,
        })
    }
}

impl<'a> Arbitrary<'a> for Descriptor {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(u.arbitrary()?, u.arbitrary()?, u.arbitrary()?, u.arbitrary()?)
            .with_from(text(u)?)
            .with_to(text(u)?)
            .with_date(text(u)?)
            .with_subject(text(u)?))
    }
}

impl Row {
    /// An arbitrary row of one kind.
    ///
    /// # Errors
    /// Where the octets run out.
    pub fn arbitrary_of(kind: RowKind, u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(match kind {
            RowKind::Help => Self::Help(HelpEntry::new(text(u)?)),
            RowKind::Client => {
                let activity = if u.arbitrary()? { Activity::Active } else { Activity::Inactive };
                Self::Client(ClientEntry::new(u.arbitrary()?, activity))
            }
            RowKind::Mailbox => Self::Mailbox(MailboxEntry::new(
                u.arbitrary()?,
                u.arbitrary()?,
                u.arbitrary()?,
                u.arbitrary()?,
            )),
            RowKind::Subscription => Self::Subscription(SubscriptionEntry::new(
                u.arbitrary()?,
                u.arbitrary()?,
                u.arbitrary()?,
                u.arbitrary()?,
            )),
            RowKind::Bboard => Self::Bboard(u.arbitrary()?),
            RowKind::Descriptor if u.ratio(1, 4)? => Self::Expunged(u.arbitrary()?),
            RowKind::Descriptor => Self::Descriptor(u.arbitrary()?),
            RowKind::Address => {
                let name = u.arbitrary::<Name>()?;
                let host = if u.arbitrary()? { "@h" } else { "" };
                // An address may be too long with it.
                Self::Address(Name::printable(alloc::format!("{name}{host}")).unwrap_or(name))
            }
            RowKind::Line => Self::Line(text(u)?),
        })
    }
}

impl<'a> Arbitrary<'a> for ReplyCode {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(u.int_in_range(100..=599)?))
    }
}

impl<'a> Arbitrary<'a> for Greeting {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let text = text(u)?;
        let text = text.to_str_lossy();
        if u.arbitrary()? {
            return made(Self::new(&text));
        }
        let code: ReplyCode = u.arbitrary()?;
        made(Self::refused(if code.is_ok() { ReplyCode::Internal } else { code }, &text))
    }
}

impl Reply {
    /// An arbitrary reply that may answer `verb`: for SEND-MESSAGE, one of those that may come first.
    ///
    /// # Errors
    /// Where the octets run out.
    pub fn arbitrary_to(verb: Verb, u: &mut Unstructured<'_>) -> Result<Self> {
        let text = text(u)?;
        let text = text.to_str_lossy();
        let code: ReplyCode = u.arbitrary()?;
        let other = !code.is_ok() || matches!(code, ReplyCode::Other(_)) && verb != Verb::SendMessage;
        if other && u.ratio(1, 3)? {
            return made(Self::new(code, &text));
        }
        let code = match verb.spec() {
            _ if verb == Verb::SendMessage => ReplyCode::EnterMessage,
            Some(spec) => *u.choose(spec.success)?,
            None if code.followed_by() == FollowedBy::ClientMessage => ReplyCode::Ok,
            None => code,
        };
        made(Self::new(code, &text))
    }
}
