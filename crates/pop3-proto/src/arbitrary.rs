//! Arbitrary messages, valid by construction: what a codec of this crate would write.

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use mail_wire::text::{Text, Word};

use crate::{
    Apop, Argument, Auth, Capability, Challenge, Command, Digest, DropListing, ExtendedUniqueId, Greeting,
    Group, GroupDetail, HeaderLine, LanguageListing, Mechanism, MessageNumber, OtherXtnd, Password, Reply,
    ResponseCode, Retention, Row, RowKind, ScanListing, Scope, Shape, UniqueId, Xtnd,
};

/// A value that its constructor may refuse.
fn made<T, E>(result: core::result::Result<T, E>) -> Result<T> {
    result.map_err(|_| Error::IncorrectFormat)
}

impl<'a> Arbitrary<'a> for MessageNumber {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let largest = if u.ratio(1, 4)? { u32::MAX } else { 300 };
        Self::new(u.int_in_range(1..=largest)?).ok_or(Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Argument {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(u.arbitrary::<Word>()?.as_bytes()))
    }
}

impl<'a> Arbitrary<'a> for Password {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(u.arbitrary::<Text>()?.as_bytes()))
    }
}

impl<'a> Arbitrary<'a> for Mechanism {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let name = *u.choose(&["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "X_9"])?;
        made(Self::new(name))
    }
}

impl<'a> Arbitrary<'a> for Xtnd {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=6)? {
            0 => Self::Bboards(u.arbitrary()?),
            1 => Self::Archive(u.arbitrary()?),
            2 => Self::XBboards(u.arbitrary()?),
            3 => Self::Xmit,
            4 => Self::Scan(u.arbitrary()?, u.arbitrary()?),
            5 => Self::Xlst(u.arbitrary()?, u.arbitrary()?),
            _ => Self::Other(made(OtherXtnd::new(*u.choose(&["HEAD", "HSET"])?, Some("a  b")))?),
        })
    }
}

impl<'a> Arbitrary<'a> for Command {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=23)? {
            0 => Self::User(u.arbitrary()?),
            1 => Self::Pass(u.arbitrary()?),
            2 => Self::Apop(made(Apop::new(
                u.arbitrary::<Argument>()?.as_text(),
                made(Digest::new(b"c4c9334bac560ecc979e58001b3e22fb"))?,
            ))?),
            3 => Self::Rpop(u.arbitrary()?),
            4 => {
                let auth = Auth::new(u.arbitrary()?);
                // An argument that fits 255 octets.
                let initial = u.arbitrary::<&[u8]>()?;
                let initial = initial.get(..initial.len().min(150)).unwrap_or_default();
                Self::Auth(if u.arbitrary()? { auth.with_initial(initial) } else { auth })
            }
            5 => Self::AuthList,
            6 => Self::Continue(u.arbitrary()?),
            7 => Self::Quit,
            8 => Self::Stat,
            9 => Self::List(u.arbitrary()?),
            10 => Self::Retr(u.arbitrary()?),
            11 => Self::Dele(u.arbitrary()?),
            12 => Self::Noop,
            13 => Self::Last,
            14 => Self::Rset,
            15 => Self::Top(u.arbitrary()?, u.arbitrary()?),
            16 => Self::Uidl(u.arbitrary()?),
            17 => Self::Capa,
            18 => Self::Stls,
            19 => Self::Utf8,
            20 => Self::Lang(u.arbitrary()?),
            21 => Self::Xtnd(u.arbitrary()?),
            22 => Self::Euidl(u.arbitrary()?),
            _ => made(Self::other(*u.choose(&["XYZZY", "ZGET"])?, Some(" two "), Shape::Line))?,
        })
    }
}

impl<'a> Arbitrary<'a> for Scope {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(if u.arbitrary()? { Self::All } else { Self::User })
    }
}

impl<'a> Arbitrary<'a> for Capability {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=13)? {
            0 => Self::AuthRespCode,
            1 => Self::Expire(Retention::Never, u.arbitrary()?),
            2 => Self::Expire(Retention::Days(u.arbitrary()?), u.arbitrary()?),
            3 => Self::Implementation(u.arbitrary()?),
            4 => Self::Lang,
            5 => Self::LoginDelay(u.arbitrary()?, u.arbitrary()?),
            6 => Self::Pipelining,
            7 => Self::RespCodes,
            8 => Self::Sasl(u.arbitrary_iter()?.take(9).collect::<Result<_>>()?),
            9 => Self::Stls,
            10 => Self::Top,
            11 => Self::Uidl,
            12 => Self::Utf8(u.arbitrary()?),
            _ => made(Self::other("X-FOO", Some(" a b ")))?,
        })
    }
}

impl<'a> Arbitrary<'a> for ScanListing {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let row = Self::new(u.arbitrary()?, u.arbitrary()?);
        Ok(if u.arbitrary()? { row.with_extra(u.arbitrary()?) } else { row })
    }
}

impl<'a> Arbitrary<'a> for UniqueId {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let id = *u.choose(&[
            "!",
            "~.~",
            "whqtswO00WBw418f9t5JxYwZ",
            "0000000000000000000000000000000000000000000000000000000000000000000070",
        ])?;
        made(Self::new(u.arbitrary()?, id))
    }
}

impl<'a> Arbitrary<'a> for ExtendedUniqueId {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(u.arbitrary()?, u.arbitrary()?, u.arbitrary()?, u.arbitrary()?))
    }
}

impl Row {
    /// An arbitrary row of one kind, at `position` of its listing.
    ///
    /// # Errors
    /// Where the octets run out.
    pub fn arbitrary_of(kind: RowKind, position: u32, u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(match kind {
            RowKind::Scan => Self::Scan(u.arbitrary()?),
            RowKind::UniqueId => Self::UniqueId(u.arbitrary()?),
            RowKind::Capability => Self::Capability(u.arbitrary()?),
            RowKind::Mechanism => Self::Mechanism(u.arbitrary()?),
            RowKind::Language => Self::Language(LanguageListing::new(u.arbitrary()?, u.arbitrary()?)),
            RowKind::Group => Self::Group(Group::new(u.arbitrary()?, u.arbitrary()?)),
            RowKind::GroupDetail => Self::GroupDetail(GroupDetail::new(position, u.arbitrary()?)),
            RowKind::Header => Self::Header(HeaderLine::new(u.arbitrary()?, u.arbitrary()?)),
            RowKind::Extended => Self::Extended(u.arbitrary()?),
            RowKind::Line => Self::Line(u.arbitrary()?),
        })
    }
}

impl<'a> Arbitrary<'a> for ResponseCode {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(*u.choose(&[
            "AUTH",
            "IN-USE",
            "LOGIN-DELAY",
            "SYS/PERM",
            "SYS/TEMP",
            "UTF8",
            "X/Y Z",
        ])?))
    }
}

impl<'a> Arbitrary<'a> for Challenge {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.arbitrary::<&[u8]>().map(Self::new)
    }
}

impl<'a> Arbitrary<'a> for Greeting {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let text = u.arbitrary::<Word>()?;
        let text = alloc::format!("POP3 {text}");
        made(if u.arbitrary()? { Self::new(&text) } else { Self::refused(&text) })
    }
}

impl Reply {
    /// An arbitrary reply that may answer `command`.
    ///
    /// # Errors
    /// Where the octets run out.
    pub fn arbitrary_to(command: &Command, u: &mut Unstructured<'_>) -> Result<Self> {
        let text = u
            .arbitrary::<Option<Word>>()?
            .map_or(alloc::string::String::new(), |word| alloc::format!("ok {word}"));
        if u.ratio(1, 3)? {
            let reply = made(Self::err(&text))?;
            return Ok(if u.arbitrary()? { reply.with_code(u.arbitrary()?) } else { reply });
        }
        let made_with_text =
            |reply: Self| made(if text.is_empty() { Ok(reply) } else { reply.with_text(&text) });
        match command {
            Command::Stat => {
                made_with_text(Self::drop_listing(DropListing::new(u.arbitrary()?, u.arbitrary()?)))
            }
            Command::List(Some(_)) => Ok(Self::scan_listing(u.arbitrary()?)),
            Command::Uidl(Some(_)) => Ok(Self::unique_id(u.arbitrary()?)),
            Command::Euidl(Some(_)) => Ok(Self::extended_unique_id(u.arbitrary()?)),
            Command::Last => made_with_text(Self::last(u.arbitrary()?)),
            Command::Lang(Some(_)) => made_with_text(Self::language(u.arbitrary()?)),
            _ => match command.due() {
                crate::command::Due::Listing(_) => made(Self::listing(&text)),
                crate::command::Due::Message => made(Self::message(&text)),
                _ => made(Self::ok(&text)),
            },
        }
    }
}

impl Command {
    /// The rows that a positive reply to this command has, if it has any.
    pub fn row_kind(&self) -> Option<RowKind> {
        match self.due() {
            crate::command::Due::Listing(kind) => Some(kind),
            _ => None,
        }
    }
}
