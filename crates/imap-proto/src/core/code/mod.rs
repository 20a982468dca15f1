//! Response codes: what a program can act on in the text of a status response.

mod table;

use alloc::vec::Vec;

#[cfg(feature = "arbitrary")]
use imap_wire::SetElement;
use imap_wire::{Cursor, ParseError, SequenceSet, Writer, chars};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error, Leniency};

use super::capability::Capabilities;
use super::condition::check_charset;
use super::flag::Flag;

pub use table::{RESPONSE_CODES, ResponseCodeSpec};

/// What stands between `[` and `]` in front of the text of a status response.
///
/// ```text
/// resp-text       = ["[" resp-text-code "]" SP] text
/// resp-text-code  = atom [SP 1*<any TEXT-CHAR except "]">]
///                   ; and those of `RESPONSE_CODES` by name
/// ```
///
/// ```
/// use imap_proto::ResponseCode;
/// let code: ResponseCode = "UIDNEXT 4392".parse()?;
/// assert_eq!(code, ResponseCode::UidNext(4392));
/// assert_eq!(code.name(), b"UIDNEXT");
/// let other = ResponseCode::other("X-MOOD", Some("fine, thanks"))?;
/// assert_eq!("X-MOOD fine, thanks".parse::<ResponseCode>()?, other);
/// assert!(ResponseCode::other("X", Some("] OK")).is_err());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ResponseCode {
    /// `ALREADYEXISTS`: a mailbox of that name exists.
    AlreadyExists,
    /// `ALERT`: the text is to be shown to the user.
    Alert,
    /// `AUTHENTICATIONFAILED`: the credentials are wrong, or the server does not say what is.
    AuthenticationFailed,
    /// `AUTHORIZATIONFAILED`: the credentials are right, but not for the identity that was asked for.
    AuthorizationFailed,
    /// `CANNOT`: this can never work, as a name that the server does not allow.
    Cannot,
    /// `CLIENTBUG`: the server thinks the client is wrong.
    ClientBug,
    /// `CLOSED`: what follows is of the mailbox that is being selected, no more of the one before.
    Closed,
    /// `COMPRESSIONACTIVE`: a layer below compresses already.
    CompressionActive,
    /// `CONTACTADMIN`: the user should turn to an administrator.
    ContactAdmin,
    /// `CORRUPTION`: data is damaged.
    Corruption,
    /// `EXPIRED`: the password is right, but too old.
    Expired,
    /// `EXPUNGEISSUED`: some of the messages are gone.
    ExpungeIssued,
    /// `HASCHILDREN`: a mailbox with others below it can not be deleted.
    HasChildren,
    /// `INUSE`: something else holds it; later it may work.
    InUse,
    /// `LIMIT`: a bound of the server was crossed.
    Limit,
    /// `NOMODSEQ`: the mailbox keeps no modification sequences.
    NoModSeq,
    /// `NONEXISTENT`: there is no such mailbox.
    NonExistent,
    /// `NOPERM`: access is denied.
    NoPerm,
    /// `NOTSAVED`: the search result was not saved.
    NotSaved,
    /// `OVERQUOTA`: the quota is, or would be, used up.
    OverQuota,
    /// `PARSE`: a message could not be parsed.
    Parse,
    /// `PRIVACYREQUIRED`: not without encryption.
    PrivacyRequired,
    /// `READ-ONLY`: the mailbox is selected for reading only.
    ReadOnly,
    /// `READ-WRITE`: the mailbox is selected for writing, too.
    ReadWrite,
    /// `SERVERBUG`: the server found itself to be wrong.
    ServerBug,
    /// `TOOBIG`: the message would be too large.
    TooBig,
    /// `TRYCREATE`: there is no such mailbox, but it could be created.
    TryCreate,
    /// `UIDNOTSTICKY`: UIDs do not outlive the session.
    UidNotSticky,
    /// `UNAVAILABLE`: something that the server needs is down for now.
    Unavailable,
    /// `UNKNOWN-CTE`: the server can not decode the transfer encoding.
    UnknownCte,
    /// `USEATTR`: CREATE can not give that special use.
    UseAttr,
    /// `APPENDUID`: under which UIDs the messages were stored.
    AppendUid {
        /// UIDVALIDITY of that mailbox.
        uid_validity: u32,
        /// Its new UIDs: numbers and ranges only.
        uids: SequenceSet,
    },
    /// `BADCHARSET`: the charset of a SEARCH is unknown; those that are known, or none where the server does not say.
    BadCharset(Vec<Text>),
    /// `CAPABILITY`: as the untagged response.
    Capability(Capabilities),
    /// `COPYUID`: which UIDs the copies have. Both sets count the same, one by one in the order that is written.
    CopyUid {
        /// UIDVALIDITY of the mailbox with the copies.
        uid_validity: u32,
        /// UIDs of the messages that were copied: numbers and ranges only.
        source: SequenceSet,
        /// UIDs of the copies: numbers and ranges only.
        destination: SequenceSet,
    },
    /// `HIGHESTMODSEQ`: the largest modification sequence in the mailbox.
    HighestModSeq(u64),
    /// `MAILBOXID`: a name of the mailbox that outlives RENAME.
    MailboxId(Text),
    /// `MODIFIED`: the messages that had changed, so that a conditional STORE left them alone.
    Modified(SequenceSet),
    /// `PERMANENTFLAGS`: which flags outlive the session; [`Flag::Any`] if clients may make keywords.
    PermanentFlags(Vec<Flag>),
    /// `UIDNEXT`: a UID that the next message will have, or a lower one.
    UidNext(u32),
    /// `UIDVALIDITY`: while it stays, UIDs mean the same messages.
    UidValidity(u32),
    /// `UNSEEN`: the number of the first unseen message; gone from IMAP4rev2.
    Unseen(u32),
    /// Any other code, and a known one with an argument that can't be read.
    Other(OtherCode),
}

/// A code that is not in [`RESPONSE_CODES`], or whose argument is not that of its RFC.
///
/// ```
/// use imap_proto::ResponseCode;
/// let ResponseCode::Other(other) = "X-MOOD fine, thanks".parse()? else { panic!() };
/// assert_eq!((other.name(), other.text().unwrap()), (&"X-MOOD".try_into()?, &"fine, thanks".try_into()?));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct OtherCode {
    name: Text,
    text: Option<Text>,
}

impl OtherCode {
    /// The first word. An atom, unless a lenient reader took something else.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// What stands behind the SP that follows it, up to the first `]`.
    pub fn text(&self) -> Option<&Text> {
        self.text.as_ref()
    }
}

impl ResponseCode {
    /// A code that is not in [`RESPONSE_CODES`].
    ///
    /// # Errors
    /// `Syntax` where `name` is no atom, `text` is empty or holds `]` or a line end, or the whole is a known code.
    pub fn other(name: &str, text: Option<&str>) -> Result<Self, Error> {
        let code = OtherCode { name: Text::new(name)?, text: text.map(Text::new).transpose()? };
        let code = Self::Other(code);
        let mut line = Vec::from(name);
        if let Some(text) = text {
            line.push(b' ');
            line.extend_from_slice(text.as_bytes());
        }
        line.push(b']');
        let is_known = RESPONSE_CODES.iter().any(|spec| spec.name.eq_ignore_ascii_case(name));
        let leniency = if is_known { Leniency::Lenient } else { Leniency::Strict };
        match read(&line, leniency)? {
            same if same == code => Ok(code),
            _ => Err(Error::syntax(0, "a code that is not known")),
        }
    }

    /// The name, in the letters that its RFC has.
    pub fn name(&self) -> &[u8] {
        let name = match self {
            Self::AlreadyExists => "ALREADYEXISTS",
            Self::Alert => "ALERT",
            Self::AuthenticationFailed => "AUTHENTICATIONFAILED",
            Self::AuthorizationFailed => "AUTHORIZATIONFAILED",
            Self::Cannot => "CANNOT",
            Self::ClientBug => "CLIENTBUG",
            Self::Closed => "CLOSED",
            Self::CompressionActive => "COMPRESSIONACTIVE",
            Self::ContactAdmin => "CONTACTADMIN",
            Self::Corruption => "CORRUPTION",
            Self::Expired => "EXPIRED",
            Self::ExpungeIssued => "EXPUNGEISSUED",
            Self::HasChildren => "HASCHILDREN",
            Self::InUse => "INUSE",
            Self::Limit => "LIMIT",
            Self::NoModSeq => "NOMODSEQ",
            Self::NonExistent => "NONEXISTENT",
            Self::NoPerm => "NOPERM",
            Self::NotSaved => "NOTSAVED",
            Self::OverQuota => "OVERQUOTA",
            Self::Parse => "PARSE",
            Self::PrivacyRequired => "PRIVACYREQUIRED",
            Self::ReadOnly => "READ-ONLY",
            Self::ReadWrite => "READ-WRITE",
            Self::ServerBug => "SERVERBUG",
            Self::TooBig => "TOOBIG",
            Self::TryCreate => "TRYCREATE",
            Self::UidNotSticky => "UIDNOTSTICKY",
            Self::Unavailable => "UNAVAILABLE",
            Self::UnknownCte => "UNKNOWN-CTE",
            Self::UseAttr => "USEATTR",
            Self::AppendUid { .. } => "APPENDUID",
            Self::BadCharset(_) => "BADCHARSET",
            Self::Capability(_) => "CAPABILITY",
            Self::CopyUid { .. } => "COPYUID",
            Self::HighestModSeq(_) => "HIGHESTMODSEQ",
            Self::MailboxId(_) => "MAILBOXID",
            Self::Modified(_) => "MODIFIED",
            Self::PermanentFlags(_) => "PERMANENTFLAGS",
            Self::UidNext(_) => "UIDNEXT",
            Self::UidValidity(_) => "UIDVALIDITY",
            Self::Unseen(_) => "UNSEEN",
            Self::Other(other) => return other.name.as_bytes(),
        };
        name.as_bytes()
    }

    /// Reads what follows `[`, and the first `]` that is not in a string of a known code.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from = cursor.at();
        let name = cursor.take_while(chars::ATOM);
        let known = RESPONSE_CODES.iter().find(|spec| spec.name.as_bytes().eq_ignore_ascii_case(name));
        if let Some(spec) = known.filter(|_| matches!(cursor.peek(), Some(b' ' | b']'))) {
            let mut trial = cursor.clone();
            match Self::parse_known(spec, &mut trial) {
                Ok(code) => {
                    if name != spec.name.as_bytes() {
                        trial.note_spelling();
                    }
                    *cursor = trial;
                    return Ok(code);
                }
                Err(error) if cursor.leniency() == Leniency::Strict => return Err(error),
                // QUIRK: Outlook.com's `COPYUID 701  `, without its sets.
                Err(_) => cursor.forgive(Deviation::Untyped, "the argument that the RFC has")?,
            }
        }
        cursor.seek(from);
        Self::parse_other(cursor)
    }

    fn parse_known(spec: &ResponseCodeSpec, cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let code = (spec.parse)(cursor)?;
        if cursor.peek() == Some(b' ') {
            cursor.forgive(Deviation::Space, "]")?;
            cursor.skip_spaces();
        }
        cursor.expect_octet(b']', "]")?;
        Ok(code)
    }

    fn parse_other(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let rest = cursor.rest();
        let raw = memchr::memchr(b']', rest).and_then(|end| rest.get(..end));
        let Some(raw) = raw else { return Err(cursor.error("] at the end of a response code")) };
        let (name, text) = match memchr::memchr(b' ', raw).and_then(|at| raw.split_at_checked(at)) {
            Some((name, text)) => (name, text.get(1..)),
            None => (raw, None),
        };
        if name.is_empty() {
            return Err(cursor.error("a response code"));
        }
        if !chars::all(name, chars::ATOM) {
            // QUIRK: Exchange puts `Error="…"` and more between the brackets.
            cursor.forgive(Deviation::Value, "an atom")?;
        }
        if text.is_some_and(<[u8]>::is_empty) {
            cursor.forgive(Deviation::Space, "no SP before ]")?;
        }
        let (name, text) = (Text::new(name), text.map(Text::new).transpose());
        let (Ok(name), Ok(text)) = (name, text) else {
            return Err(cursor.error("no line end in a response code"));
        };
        cursor.skip(raw.len().saturating_add(1));
        Ok(Self::Other(OtherCode { name, text }))
    }

    /// Writes what [`parse`](Self::parse) reads, the `]` included.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(self.name());
        let number = |writer: &mut Writer<'_>, value: u64| {
            writer.space();
            writer.number(value);
        };
        let set = |writer: &mut Writer<'_>, set: &SequenceSet| {
            writer.space();
            set.encode(writer);
        };
        match self {
            Self::AppendUid { uid_validity, uids } => {
                number(writer, u64::from(*uid_validity));
                set(writer, uids);
            }
            Self::BadCharset(charsets) if !charsets.is_empty() => {
                writer.space();
                writer.list(charsets, |writer, charset| match charset.as_bytes() {
                    // In front of a literal, a `]` would be taken for the end of the code, and the literal for text.
                    octets if octets.contains(&b']') => writer.literal_octets(octets),
                    octets => writer.astring(octets),
                })?;
            }
            Self::Capability(capabilities) => {
                writer.space();
                capabilities.encode(writer)?;
            }
            Self::CopyUid { uid_validity, source, destination } => {
                number(writer, u64::from(*uid_validity));
                set(writer, source);
                set(writer, destination);
            }
            Self::HighestModSeq(value) => number(writer, *value),
            Self::MailboxId(id) => {
                if id.is_empty() || !chars::all(id.as_bytes(), chars::ATOM) {
                    return Err(Error::syntax(0, "an object identifier"));
                }
                writer.raw(b" (");
                writer.raw(id.as_bytes());
                writer.octet(b')');
            }
            Self::Modified(messages) => set(writer, messages),
            Self::PermanentFlags(flags) => {
                writer.space();
                Flag::encode_list(flags, writer)?;
            }
            Self::UidNext(value) | Self::UidValidity(value) | Self::Unseen(value) => {
                number(writer, u64::from(*value));
            }
            Self::Other(OtherCode { text: Some(text), .. }) => {
                check_charset(text.as_bytes(), writer)?;
                writer.space();
                writer.raw(text.as_bytes());
            }
            _ => {}
        }
        writer.octet(b']');
        Ok(())
    }
}

/// A code with its `]`, and nothing behind.
fn read(line: &[u8], leniency: Leniency) -> Result<ResponseCode, Error> {
    let frame = imap_wire::frame::Frame::new(line);
    let mut cursor = Cursor::new(&frame, leniency, 0);
    let code = ResponseCode::parse(&mut cursor).and_then(|code| cursor.end().map(|()| code));
    code.map_err(|error| error.in_frame(&frame))
}

impl core::str::FromStr for ResponseCode {
    type Err = Error;

    /// Reads a code without its brackets.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut line = Vec::from(text);
        line.push(b']');
        read(&line, Leniency::Strict)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for ResponseCode {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        use ResponseCode as R;
        const PLAIN: &[ResponseCode] = &[
            R::AlreadyExists,
            R::Alert,
            R::AuthenticationFailed,
            R::AuthorizationFailed,
            R::Cannot,
            R::ClientBug,
            R::Closed,
            R::CompressionActive,
            R::ContactAdmin,
            R::Corruption,
            R::Expired,
            R::ExpungeIssued,
            R::HasChildren,
            R::InUse,
            R::Limit,
            R::NoModSeq,
            R::NonExistent,
            R::NoPerm,
            R::NotSaved,
            R::OverQuota,
            R::Parse,
            R::PrivacyRequired,
            R::ReadOnly,
            R::ReadWrite,
            R::ServerBug,
            R::TooBig,
            R::TryCreate,
            R::UidNotSticky,
            R::Unavailable,
            R::UnknownCte,
            R::UseAttr,
        ];
        fn nz(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<u32> {
            u.int_in_range(1..=u32::MAX)
        }
        fn set(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<SequenceSet> {
            let count = u.int_in_range(1..=4)?;
            let mut elements = Vec::new();
            for _ in 0..count {
                elements.push(if u.arbitrary()? {
                    SetElement::Number(Some(nz(u)?))
                } else {
                    SetElement::Range(Some(nz(u)?), Some(nz(u)?))
                });
            }
            SequenceSet::new(elements).map_err(|_| arbitrary::Error::IncorrectFormat)
        }
        // Half of them have no arguments, as half of the table.
        Ok(match u.int_in_range(0..=23)? {
            0 => Self::AppendUid { uid_validity: nz(u)?, uids: set(u)? },
            1 => Self::BadCharset(u.arbitrary()?),
            2 => Self::Capability(u.arbitrary()?),
            3 => Self::CopyUid { uid_validity: nz(u)?, source: set(u)?, destination: set(u)? },
            4 => Self::HighestModSeq(u.int_in_range(1..=i64::MAX as u64)?),
            5 => Self::MailboxId(Text::new("F2212ea87-6097_4256").unwrap_or_default()),
            6 => Self::Modified(set(u)?),
            7 => Self::PermanentFlags(u.arbitrary()?),
            8 => Self::UidNext(nz(u)?),
            9 => Self::UidValidity(nz(u)?),
            10 => Self::Unseen(nz(u)?),
            11 => {
                let (name, text): (imap_wire::Atom, Option<Text>) = u.arbitrary()?;
                let is_text = |text: &Text| {
                    text.as_bytes().is_ascii() && !text.is_empty() && !text.as_bytes().contains(&b']')
                };
                let text = text.filter(is_text);
                let is_known = RESPONSE_CODES.iter().any(|spec| name.is(spec.name));
                let name = Text::new(if is_known { "X" } else { name.as_str() }).unwrap_or_default();
                Self::Other(OtherCode { name, text })
            }
            _ => u.choose(PLAIN)?.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict, written};

    fn line(code: &ResponseCode) -> String {
        written(|writer| code.encode(writer))
    }

    #[test]
    fn each_row_is_typed_and_comes_back() {
        assert!(RESPONSE_CODES.is_sorted_by_key(|spec| spec.name));
        for spec in RESPONSE_CODES {
            let example = format!("{}]", spec.example);
            let code = strict(&example, ResponseCode::parse).unwrap();
            assert!(!matches!(code, ResponseCode::Other(_)), "{example}");
            assert_eq!((code.name(), line(&code)), (spec.name.as_bytes(), example.clone()));
            let lower = example.replacen(spec.name, &spec.name.to_lowercase(), 1);
            let (same, deviations) = lenient(&lower, ResponseCode::parse).unwrap();
            assert!(same == code && deviations.contains(Deviation::Spelling) && deviations.is_strict());
            for len in 0..example.len() {
                // Cut short, and cut short in front of the `]`.
                let cut = example.get(..len).unwrap();
                assert!(lenient(cut, ResponseCode::parse).is_err());
                let cut = format!("{cut}]");
                if let Ok((code, _)) = lenient(&cut, ResponseCode::parse) {
                    let back = lenient(&line(&code), ResponseCode::parse).unwrap().0;
                    assert_eq!(back, code, "{cut}");
                }
            }
        }
    }

    #[test]
    fn what_can_not_be_read_is_kept() {
        for text in [
            "COPYUID 701  ]",
            "UIDNEXT]",
            "UIDNEXT soon]",
            "UNSEEN 4294967296]",
            "ALERT now]",
            "BADCHARSET UTF-8]",
            "X-FOO  a b ]",
            "X-FOO ]",
            "Error=\"x: y\" Result=0 (z)]",
            "CAPABILITY]",
            "MAILBOXID ()]",
        ] {
            let (code, deviations) = lenient(text, ResponseCode::parse).unwrap();
            assert!(matches!(code, ResponseCode::Other(_)), "{text}");
            assert_eq!(line(&code), text);
            assert_eq!(deviations.is_strict(), text == "X-FOO  a b ]", "{text}");
        }
        for text in ["", "]", " X]", "X", "X\ny]"] {
            assert!(lenient(text, ResponseCode::parse).is_err(), "{text}");
        }
    }

    #[test]
    fn odd_codes_are_forgiven() {
        for (text, code) in [
            ("UIDNEXT 0]", ResponseCode::UidNext(0)),
            ("UIDVALIDITY 0]", ResponseCode::UidValidity(0)),
            ("UNSEEN 0]", ResponseCode::Unseen(0)),
            ("READ-WRITE ]", ResponseCode::ReadWrite),
            ("UIDNEXT  7 ]", ResponseCode::UidNext(7)),
            ("MODIFIED *]", ResponseCode::Modified(SequenceSet::from(0))),
            ("HIGHESTMODSEQ 0]", ResponseCode::HighestModSeq(0)),
        ] {
            assert!(strict(text, ResponseCode::parse).is_err(), "{text}");
            let (read, deviations) = lenient(text, ResponseCode::parse).unwrap();
            assert!(read == code && !deviations.is_strict(), "{text}");
        }
        let (code, deviations) = lenient("trycreate]", ResponseCode::parse).unwrap();
        assert!(code == ResponseCode::TryCreate && deviations.contains(Deviation::Spelling));
    }

    #[test]
    fn strings_may_hold_brackets_where_the_code_is_known() {
        let code = strict("BADCHARSET (\"a]b\" {2}\r\nc])]", ResponseCode::parse).unwrap();
        let ResponseCode::BadCharset(charsets) = &code else { panic!("{code:?}") };
        assert_eq!(charsets.as_slice(), ["a]b", "c]"]);
        assert_eq!(strict(&line(&code), ResponseCode::parse).unwrap(), code);
    }

    #[test]
    fn others_are_checked() {
        assert!(
            ResponseCode::other("X-A", None).is_ok() && ResponseCode::other("UIDNEXT", Some("soon")).is_ok()
        );
        for (name, text) in [
            ("ALERT", None),
            ("UIDNEXT", Some("5")),
            ("a b", None),
            ("a]", None),
            ("", None),
            ("X", Some("")),
            ("X", Some("a\r")),
        ] {
            assert!(ResponseCode::other(name, text).is_err(), "{name} {text:?}");
        }
    }

    #[test]
    fn damaged_codes_come_back() {
        let examples = RESPONSE_CODES.iter().map(|spec| format!("{}]", spec.example)).collect::<Vec<_>>();
        let examples = examples.iter().map(String::as_str).collect::<Vec<_>>();
        damaged_come_back(&examples, ResponseCode::encode, ResponseCode::parse);
        damaged_come_back(
            &["X-FOO a b]", "BADCHARSET ({1}\r\na \"b]\")]"],
            ResponseCode::encode,
            ResponseCode::parse,
        );
    }

    proptest! {
        #[test]
        fn codes_come_back(seed: Vec<u8>) {
            comes_back::<ResponseCode>(&seed, ResponseCode::encode, ResponseCode::parse);
        }
    }
}
