//! What STATUS asks of a mailbox, and what it answers.

use alloc::vec::Vec;
use core::fmt;

use imap_wire::{Atom, Cursor, ParseError, Writer, chars};
use mail_wire::{Deviation, Error, Leniency};

use super::Raw;
use super::mailbox::MailboxName;
use super::tagged::is_one_value;

/// Something about a mailbox.
///
/// ```text
/// status-att  = "MESSAGES" / "UIDNEXT" / "UIDVALIDITY" / "UNSEEN" / "DELETED" / "SIZE"
///               ; and "RECENT" (RFC 3501), "HIGHESTMODSEQ" (RFC 7162), "APPENDLIMIT" (RFC 7889),
///               ; "MAILBOXID" (RFC 8474), "DELETED-STORAGE" (RFC 9208)
/// ```
///
/// ```
/// use imap_proto::StatusItem;
/// assert_eq!("uidnext".parse::<StatusItem>()?, StatusItem::UidNext);
/// assert_eq!("X-MOOD".parse::<StatusItem>()?.to_string(), "X-MOOD");
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum StatusItem {
    /// `MESSAGES`: how many messages.
    Messages,
    /// `RECENT`: how many with `\Recent`; gone from IMAP4rev2.
    Recent,
    /// `UIDNEXT`: a UID that the next message will have, or a lower one.
    UidNext,
    /// `UIDVALIDITY`: while it stays, UIDs mean the same messages.
    UidValidity,
    /// `UNSEEN`: how many without `\Seen`.
    Unseen,
    /// `DELETED`: how many with `\Deleted`.
    Deleted,
    /// `SIZE`: octets of all messages, or more.
    Size,
    /// `HIGHESTMODSEQ`: the largest modification sequence.
    HighestModSeq,
    /// `APPENDLIMIT`: octets of the largest message that can be stored; NIL where nobody knows.
    AppendLimit,
    /// `MAILBOXID`: a name that outlives RENAME, in parentheses.
    MailboxId,
    /// `DELETED-STORAGE`: octets that EXPUNGE would free.
    DeletedStorage,
    /// Any other.
    Other(Atom),
}

const ITEMS: [(&str, StatusItem); 11] = [
    ("MESSAGES", StatusItem::Messages),
    ("RECENT", StatusItem::Recent),
    ("UIDNEXT", StatusItem::UidNext),
    ("UIDVALIDITY", StatusItem::UidValidity),
    ("UNSEEN", StatusItem::Unseen),
    ("DELETED", StatusItem::Deleted),
    ("SIZE", StatusItem::Size),
    ("HIGHESTMODSEQ", StatusItem::HighestModSeq),
    ("APPENDLIMIT", StatusItem::AppendLimit),
    ("MAILBOXID", StatusItem::MailboxId),
    ("DELETED-STORAGE", StatusItem::DeletedStorage),
];

impl StatusItem {
    /// The item of this name.
    ///
    /// # Errors
    /// `Syntax` where it is no atom.
    pub fn new(name: impl AsRef<[u8]>) -> Result<Self, Error> {
        Atom::new(name).map(|name| Self::of(name).0)
    }

    /// The item, and the name that it is written with.
    fn of(name: Atom) -> (Self, Option<&'static str>) {
        match ITEMS.iter().find(|(known, _)| name.is(known)) {
            Some((known, item)) => (item.clone(), Some(known)),
            None => (Self::Other(name), None),
        }
    }

    /// The name, in the letters that its RFC has.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name.as_str(),
            known => ITEMS.iter().find(|(_, item)| item == known).map_or("", |(name, _)| name),
        }
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from = cursor.at();
        let (item, name) = Self::of(cursor.owned_atom()?);
        if name.is_some_and(|name| name.as_bytes() != cursor.since(from)) {
            cursor.note_spelling();
        }
        Ok(item)
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) {
        writer.raw(self.as_str().as_bytes());
    }

    /// ```text
    /// "(" status-att *(SP status-att) ")"
    /// ```
    ///
    /// As the command has it, and the return option `STATUS` of LIST.
    pub(crate) fn parse_list(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        cursor.open()?;
        let mut items = Vec::new();
        while !cursor.take_close()? {
            if !items.is_empty() {
                cursor.space()?;
            }
            cursor.room(items.len())?;
            items.push(Self::parse(cursor)?);
        }
        if items.is_empty() {
            cursor.forgive(Deviation::Value, "at least one item")?;
        }
        Ok(items)
    }

    /// # Errors
    /// `Syntax` where there is none.
    pub(crate) fn encode_list(items: &[Self], writer: &mut Writer<'_>) -> Result<(), Error> {
        if items.is_empty() {
            return Err(Error::syntax(0, "at least one item of STATUS"));
        }
        writer.list(items, |writer, item| {
            item.encode(writer);
            Ok(())
        })
    }

    /// Whether a value fits: how many bits it may have, and whether it may be 0.
    fn admits(&self, value: u64) -> bool {
        match self {
            Self::UidNext | Self::UidValidity => (1..=u64::from(u32::MAX)).contains(&value),
            Self::Messages | Self::Recent | Self::Unseen | Self::Deleted => u32::try_from(value).is_ok(),
            _ => i64::try_from(value).is_ok(),
        }
    }

    /// Whether the number has to begin with another digit than 0.
    fn is_above_0(&self) -> bool {
        matches!(self, Self::UidNext | Self::UidValidity)
    }

    /// Whether a value may be no number.
    fn admits_other(&self) -> bool {
        matches!(self, Self::AppendLimit | Self::MailboxId | Self::Other(_))
    }
}

impl fmt::Display for StatusItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::str::FromStr for StatusItem {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

/// What an item has.
///
/// ```
/// use imap_proto::{MailboxName, StatusData, StatusItem, StatusValue};
/// let status = StatusData::new(MailboxName::inbox()).with_other(StatusItem::AppendLimit, "NIL")?;
/// assert!(matches!(status.items(), [(_, StatusValue::Other(value))] if value == &"NIL"));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum StatusValue {
    /// A number.
    Number(u64),
    /// Anything else, as it was written.
    Other(Raw),
}

/// The answer of STATUS.
///
/// ```text
/// mailbox-data     =/ "STATUS" SP mailbox SP "(" [status-att-list] ")"
/// status-att-list  = status-att-val *(SP status-att-val)
/// status-att-val   = ("MESSAGES" SP number) / ("UIDNEXT" SP nz-number) / …
/// ```
///
/// ```
/// use imap_proto::{MailboxName, StatusData, StatusItem};
/// let status = StatusData::new(MailboxName::new("blurdybloop")?)
///     .with(StatusItem::Messages, 231)
///     .with(StatusItem::UidNext, 44_292);
/// assert_eq!(status.get(&StatusItem::UidNext), Some(44_292));
/// assert_eq!(status.get(&StatusItem::Unseen), None);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct StatusData {
    mailbox: MailboxName,
    items: Vec<(StatusItem, StatusValue)>,
}

impl StatusData {
    /// Of `mailbox`, without any item yet.
    pub fn new(mailbox: MailboxName) -> Self {
        Self { mailbox, items: Vec::new() }
    }

    /// Adds an item with a number.
    #[must_use]
    pub fn with(mut self, item: StatusItem, number: u64) -> Self {
        self.items.push((item, StatusValue::Number(number)));
        self
    }

    /// Adds an item with another value, as `NIL`, or `(F2212ea87-6097)` for `MAILBOXID`.
    ///
    /// # Errors
    /// `Syntax` where `value` is not one value, or a number.
    pub fn with_other(mut self, item: StatusItem, value: impl AsRef<[u8]>) -> Result<Self, Error> {
        let value = Raw::new(value)?;
        if !is_one_value(value.as_bytes()) || is_number(value.as_bytes()) {
            return Err(Error::syntax(0, "one value that is no number"));
        }
        self.items.push((item, StatusValue::Other(value)));
        Ok(self)
    }

    /// The mailbox.
    pub fn mailbox(&self) -> &MailboxName {
        &self.mailbox
    }

    /// All items, in their order.
    pub fn items(&self) -> &[(StatusItem, StatusValue)] {
        &self.items
    }

    /// The number that `item` has, if it has one.
    pub fn get(&self, item: &StatusItem) -> Option<u64> {
        self.items.iter().find_map(|(own, value)| match value {
            StatusValue::Number(number) if own == item => Some(*number),
            _ => None,
        })
    }

    /// Reads what follows `STATUS SP`.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mailbox = MailboxName::parse(cursor)?;
        cursor.space()?;
        cursor.open()?;
        let mut items = Vec::new();
        while !cursor.take_close()? {
            if !items.is_empty() {
                cursor.space()?;
            }
            cursor.room(items.len())?;
            let item = StatusItem::parse(cursor)?;
            cursor.space()?;
            let value = Self::parse_value(&item, cursor)?;
            items.push((item, value));
        }
        Ok(Self { mailbox, items })
    }

    fn parse_value(item: &StatusItem, cursor: &mut Cursor<'_>) -> Result<StatusValue, ParseError> {
        let digits = cursor.rest().iter().take_while(|octet| octet.is_ascii_digit()).count();
        let is_whole = matches!(cursor.rest().get(digits), None | Some(b' ' | b')'));
        if digits > 0 && is_whole {
            let (start, starts_with_0) = (cursor.at(), cursor.peek() == Some(b'0'));
            match cursor.number64() {
                Ok(number) => {
                    if !item.admits(number) || starts_with_0 && item.is_above_0() {
                        let end = cursor.at();
                        cursor.seek(start);
                        cursor.forgive(Deviation::Number, "a number that the item can have")?;
                        cursor.seek(end);
                    }
                    return Ok(StatusValue::Number(number));
                }
                Err(error) if cursor.leniency() == Leniency::Strict => return Err(error),
                Err(_) => cursor.seek(start),
            }
        }
        if !item.admits_other() {
            cursor.forgive(Deviation::Untyped, "a number")?;
        }
        Raw::parse_value(cursor).map(StatusValue::Other)
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.mailbox.encode(writer)?;
        writer.space();
        writer.list(&self.items, |writer, (item, value)| {
            item.encode(writer);
            writer.space();
            match value {
                StatusValue::Number(number) => {
                    writer.number(*number);
                    Ok(())
                }
                StatusValue::Other(value) => value.encode(writer),
            }
        })
    }
}

fn is_number(value: &[u8]) -> bool {
    chars::all(value, chars::DIGIT)
        && core::str::from_utf8(value).is_ok_and(|value| value.parse::<u64>().is_ok())
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for StatusItem {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(match ITEMS.get(u.int_in_range(0..=ITEMS.len())?) {
            Some((_, item)) => item.clone(),
            None => Self::of(u.arbitrary()?).0,
        })
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for StatusData {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let mut data = Self::new(u.arbitrary()?);
        for _ in 0..u.int_in_range(0..=4)? {
            let item: StatusItem = u.arbitrary()?;
            if item.admits_other() && u.arbitrary()? {
                let value = *u.choose(&["NIL", "(F2212ea87-6097)", "\"a) b\"", "(a (b))", "(a {1}\r\n))"])?;
                data = data.with_other(item, value).map_err(|_| arbitrary::Error::IncorrectFormat)?;
            } else {
                let number = if item.admits(i64::MAX as u64) {
                    u.int_in_range(1..=i64::MAX as u64)?
                } else {
                    u.int_in_range(1..=u32::MAX.into())?
                };
                data = data.with(item, number);
            }
        }
        Ok(data)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict, written};

    #[test]
    fn answers_of_all_forms() {
        for text in [
            "blurdybloop (MESSAGES 231 UIDNEXT 44292)",
            "a] ()",
            "\"\" (HIGHESTMODSEQ 9223372036854775807 X-FOO (a \"b)\") APPENDLIMIT NIL MAILBOXID (F2212ea87))",
        ] {
            let data = strict(text, StatusData::parse).unwrap();
            assert_eq!(written(|writer| data.encode(writer)), text);
        }
        for bad in ["", "a", "a ", "a (", "a (MESSAGES)", "a (MESSAGES )", "a (MESSAGES 1", "a (X {2}\r\na)"]
        {
            assert!(lenient(bad, StatusData::parse).is_err(), "{bad}");
        }
    }

    #[test]
    fn odd_answers_are_forgiven() {
        for (text, same, deviation) in [
            ("a (Messages 007)", "a (MESSAGES 7)", Deviation::Spelling),
            ("a (MESSAGES 1 ) ", "a (MESSAGES 1)", Deviation::Space),
            ("a (UIDNEXT 0)", "a (UIDNEXT 0)", Deviation::Number),
            ("a (UIDNEXT 07)", "a (UIDNEXT 7)", Deviation::Number),
            ("a (MESSAGES 4294967296)", "a (MESSAGES 4294967296)", Deviation::Number),
            ("a (SIZE 9223372036854775808)", "a (SIZE 9223372036854775808)", Deviation::Number),
            ("a (MESSAGES -1 SIZE 9.3e+06)", "a (MESSAGES -1 SIZE 9.3e+06)", Deviation::Untyped),
            ("a (SIZE 18446744073709551616)", "a (SIZE 18446744073709551616)", Deviation::Untyped),
        ] {
            let (data, deviations) = lenient(text, StatusData::parse).unwrap();
            assert_eq!(written(|writer| data.encode(writer)), same);
            assert!(deviations.contains(deviation), "{text}");
            assert_eq!(strict(text, StatusData::parse).is_ok(), deviation == Deviation::Spelling, "{text}");
        }
        assert!(strict("()", StatusItem::parse_list).is_err());
        assert_eq!(lenient("( )", StatusItem::parse_list).unwrap().0, []);
    }

    #[test]
    fn other_values_are_checked() {
        let data = || StatusData::new(MailboxName::inbox());
        for bad in ["", "5", "a b", "(", ")", "a) (b", "(a\r\n)"] {
            assert!(data().with_other(StatusItem::MailboxId, bad).is_err(), "{bad}");
        }
        assert!(data().with_other(StatusItem::AppendLimit, "NIL").is_ok());
    }

    #[test]
    fn damaged_answers_come_back() {
        const EXAMPLES: &[&str] =
            &["a (MESSAGES 231 UIDNEXT 0 APPENDLIMIT NIL)", "\"a b\" (MAILBOXID (F2-7) X \"a)\")"];
        damaged_come_back(EXAMPLES, StatusData::encode, StatusData::parse);
    }

    proptest! {
        #[test]
        fn answers_come_back(seed: Vec<u8>) {
            comes_back::<StatusData>(&seed, StatusData::encode, StatusData::parse);
        }
    }
}
