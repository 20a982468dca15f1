//! A condition on messages, as one row of steps (RFC 9051 section 6.4.4).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use imap_wire::{Atom, Cursor, ParseError, SequenceSet, Writer};
use mail_wire::text::Octets;
use mail_wire::{Deviation, Error};

use crate::core::date::Date;
use crate::core::flag::Flag;
use crate::core::{first_letters, look_up, whole};

/// A condition on messages.
///
/// ```text
/// search-key = "ALL" / "ANSWERED" / "BCC" SP astring / "BEFORE" SP date / "BODY" SP astring / "CC" SP astring /
///              "DELETED" / "DRAFT" / "FLAGGED" / "FROM" SP astring / "HEADER" SP header-fld-name SP astring /
///              "KEYWORD" SP flag-keyword / "LARGER" SP number64 / "NEW" / "NOT" SP search-key / "OLD" /
///              "OLDER" SP nz-number / "ON" SP date / "OR" SP search-key SP search-key / "RECENT" / "SEEN" /
///              "SENTBEFORE" SP date / "SENTON" SP date / "SENTSINCE" SP date / "SINCE" SP date /
///              "SMALLER" SP number64 / "SUBJECT" SP astring / "TEXT" SP astring / "TO" SP astring /
///              "UID" SP sequence-set / "UNANSWERED" / "UNDELETED" / "UNDRAFT" / "UNFLAGGED" /
///              "UNKEYWORD" SP flag-keyword / "UNSEEN" / "YOUNGER" SP nz-number / sequence-set /
///              "(" search-key *(SP search-key) ")"
/// ```
///
/// It is kept as one row of steps, an operator behind its operands. So however deep it is nested, nothing that is done with
/// it recurses, and no peer can exhaust the stack.
///
/// ```
/// use imap_proto::{Date, SearchKey};
/// let key = SearchKey::flagged()
///     .and(SearchKey::since(Date::new(1994, 2, 1)?))
///     .and(SearchKey::from("Smith")?.not());
/// assert_eq!(key.to_string(), "FLAGGED SINCE 1-Feb-1994 NOT FROM Smith");
/// assert_eq!(key.clone().or(SearchKey::seen()).to_string(), format!("OR ({key}) SEEN"));
/// assert_eq!("flagged (since 1-feb-1994 NOT FROM \"Smith\")".parse::<SearchKey>()?, key);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SearchKey {
    /// In postfix order; never empty. AND is never an operand of AND.
    nodes: Vec<Node>,
}

/// A step. Operators count the steps of their operands and their own.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Node {
    Plain(&'static str),
    Text(&'static str, Octets),
    Header(Vec<u8>, Vec<u8>),
    Date(&'static str, Date),
    Flag(&'static str, Flag),
    Number(&'static str, u64),
    Uid(SequenceSet),
    Set(SequenceSet),
    Not { size: usize },
    Or { size: usize },
    And { size: usize, count: usize },
}

/// One step of [`SearchKey::postfix`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchStep<'a> {
    /// A keyword alone, as `SEEN`.
    Plain(&'static str),
    /// A keyword with a string, as `SUBJECT`.
    Text(&'static str, &'a [u8]),
    /// `HEADER`: a field's name and what it holds.
    Header(&'a [u8], &'a [u8]),
    /// A keyword with a day, as `SINCE`.
    Date(&'static str, Date),
    /// `KEYWORD` or `UNKEYWORD`.
    Flag(&'static str, &'a Flag),
    /// A keyword with a number, as `LARGER`.
    Number(&'static str, u64),
    /// `UID`: messages by UID.
    Uid(&'a SequenceSet),
    /// Messages by number.
    Set(&'a SequenceSet),
    /// What the operand before is not.
    Not,
    /// Any of the two operands before.
    Or,
    /// All of so many operands before.
    And(usize),
}

/// What stands behind a keyword.
#[derive(Clone, Copy)]
enum Argument {
    None,
    Text,
    Header,
    Date,
    Flag,
    Number64,
    NzNumber,
    Uid,
}

/// The keywords, but for the operators.
const KEYWORDS: &[(&str, Argument)] = &[
    ("ALL", Argument::None),
    ("ANSWERED", Argument::None),
    ("BCC", Argument::Text),
    ("BEFORE", Argument::Date),
    ("BODY", Argument::Text),
    ("CC", Argument::Text),
    ("DELETED", Argument::None),
    ("DRAFT", Argument::None),
    ("FLAGGED", Argument::None),
    ("FROM", Argument::Text),
    ("HEADER", Argument::Header),
    ("KEYWORD", Argument::Flag),
    ("LARGER", Argument::Number64),
    ("NEW", Argument::None),
    ("OLD", Argument::None),
    ("OLDER", Argument::NzNumber),
    ("ON", Argument::Date),
    ("RECENT", Argument::None),
    ("SEEN", Argument::None),
    ("SENTBEFORE", Argument::Date),
    ("SENTON", Argument::Date),
    ("SENTSINCE", Argument::Date),
    ("SINCE", Argument::Date),
    ("SMALLER", Argument::Number64),
    ("SUBJECT", Argument::Text),
    ("TEXT", Argument::Text),
    ("TO", Argument::Text),
    ("UID", Argument::Uid),
    ("UNANSWERED", Argument::None),
    ("UNDELETED", Argument::None),
    ("UNDRAFT", Argument::None),
    ("UNFLAGGED", Argument::None),
    ("UNKEYWORD", Argument::Flag),
    ("UNSEEN", Argument::None),
    ("YOUNGER", Argument::NzNumber),
];

/// The row of a keyword in the spelling of the table: one of the few with the same first letter.
#[inline]
fn find_exact(word: &[u8]) -> Option<&'static (&'static str, Argument)> {
    let letter = word.first()?.wrapping_sub(b'A');
    let (from, to) = *LETTERS.get(usize::from(letter))?;
    let is = |(known, _): &&(&str, Argument)| known.len() == word.len() && known.as_bytes() == word;
    KEYWORDS.get(from..to)?.iter().find(is)
}

/// For each letter, which rows begin with it.
const LETTERS: [(usize, usize); 26] = first_letters(KEYWORDS);

impl Node {
    fn size(&self) -> usize {
        match self {
            Self::Not { size } | Self::Or { size } | Self::And { size, .. } => *size,
            _ => 1,
        }
    }

    fn step(&self) -> SearchStep<'_> {
        match self {
            Self::Plain(key) => SearchStep::Plain(key),
            Self::Text(key, octets) => SearchStep::Text(key, octets),
            Self::Header(name, value) => SearchStep::Header(name, value),
            Self::Date(key, date) => SearchStep::Date(key, *date),
            Self::Flag(key, flag) => SearchStep::Flag(key, flag),
            Self::Number(key, number) => SearchStep::Number(key, *number),
            Self::Uid(set) => SearchStep::Uid(set),
            Self::Set(set) => SearchStep::Set(set),
            Self::Not { .. } => SearchStep::Not,
            Self::Or { .. } => SearchStep::Or,
            Self::And { count, .. } => SearchStep::And(*count),
        }
    }

    /// All but the operators.
    #[inline(always)]
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.peek().is_some_and(|octet| octet.is_ascii_digit() || matches!(octet, b'*' | b'$')) {
            return SequenceSet::parse(cursor).map(Self::Set);
        }
        let from = cursor.at();
        let word = cursor.atom()?;
        let Some((key, argument)) = find_exact(word).or_else(|| look_up(KEYWORDS, word, cursor)).copied()
        else {
            cursor.seek(from);
            return Err(cursor.unknown("a search key"));
        };
        if matches!(argument, Argument::None) {
            return Ok(Self::Plain(key));
        }
        cursor.space()?;
        Ok(match argument {
            Argument::None => Self::Plain(key),
            Argument::Text => Self::Text(key, Octets::new(string(cursor)?)),
            Argument::Header => {
                let name = string(cursor)?.into_owned();
                cursor.space()?;
                Self::Header(name, string(cursor)?.into_owned())
            }
            Argument::Date => Self::Date(key, Date::parse(cursor)?),
            Argument::Flag => {
                let flag = Flag::parse(cursor)?;
                if !matches!(flag, Flag::Keyword(_)) {
                    cursor.forgive(Deviation::Value, "a keyword, not a system flag")?;
                }
                Self::Flag(key, flag)
            }
            Argument::Number64 => Self::Number(key, cursor.number64()?),
            Argument::NzNumber => Self::Number(key, u64::from(cursor.nz_number()?)),
            Argument::Uid => Self::Uid(SequenceSet::parse(cursor)?),
        })
    }

    /// All but the operators.
    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let key = |writer: &mut Writer<'_>, key: &str| {
            writer.raw(key.as_bytes());
            writer.space();
        };
        match self {
            Self::Plain(name) => writer.raw(name.as_bytes()),
            Self::Text(name, octets) => {
                key(writer, name);
                writer.astring(octets)?;
            }
            Self::Header(name, value) => {
                writer.raw(b"HEADER ");
                writer.astring(name)?;
                writer.space();
                writer.astring(value)?;
            }
            Self::Date(name, date) => {
                key(writer, name);
                date.encode(writer);
            }
            Self::Flag(name, flag) => {
                key(writer, name);
                flag.encode(writer)?;
            }
            Self::Number(name, number) => {
                key(writer, name);
                writer.number(*number);
            }
            Self::Uid(set) => {
                writer.raw(b"UID ");
                set.encode(writer);
            }
            Self::Set(set) => set.encode(writer),
            Self::Not { .. } | Self::Or { .. } | Self::And { .. } => {}
        }
        Ok(())
    }
}

fn string<'a>(cursor: &mut Cursor<'a>) -> Result<Cow<'a, [u8]>, ParseError> {
    let octets = cursor.astring()?;
    whole(cursor, octets)
}

fn checked(octets: &[u8]) -> Result<Vec<u8>, Error> {
    match memchr::memchr(0, octets) {
        Some(at) => Err(Error::syntax(at as u64, "no NUL in a string")),
        None => Ok(octets.to_vec()),
    }
}

macro_rules! constructors {
    (plain { $($plain:ident $plain_key:literal $plain_doc:literal,)* }
     text { $($text:ident $text_key:literal $text_doc:literal,)* }
     date { $($date:ident $date_key:literal $date_doc:literal,)* }) => {
        #[allow(clippy::new_without_default, reason = "NEW is a key")]
        impl SearchKey {
            $(
                #[doc = concat!("`", $plain_key, "`: ", $plain_doc, ".")]
                pub fn $plain() -> Self {
                    Self::leaf(Node::Plain($plain_key))
                }
            )*
            $(
                #[doc = concat!("`", $text_key, "`: ", $text_doc, ".")]
                ///
                /// # Errors
                /// `Syntax` at a NUL.
                pub fn $text(octets: impl AsRef<[u8]>) -> Result<Self, Error> {
                    Ok(Self::leaf(Node::Text($text_key, checked(octets.as_ref())?.into())))
                }
            )*
            $(
                #[doc = concat!("`", $date_key, "`: ", $date_doc, ".")]
                pub fn $date(date: Date) -> Self {
                    Self::leaf(Node::Date($date_key, date))
                }
            )*
        }
    };
}

constructors! {
    plain {
    all "ALL" "every message",
    answered "ANSWERED" "those with `\\Answered`",
    deleted "DELETED" "those with `\\Deleted`",
    draft "DRAFT" "those with `\\Draft`",
    flagged "FLAGGED" "those with `\\Flagged`",
    new "NEW" "those with `\\Recent` and without `\\Seen`; gone from IMAP4rev2",
    old "OLD" "those without `\\Recent`; gone from IMAP4rev2",
    recent "RECENT" "those with `\\Recent`; gone from IMAP4rev2",
    seen "SEEN" "those with `\\Seen`",
    unanswered "UNANSWERED" "those without `\\Answered`",
    undeleted "UNDELETED" "those without `\\Deleted`",
    undraft "UNDRAFT" "those without `\\Draft`",
    unflagged "UNFLAGGED" "those without `\\Flagged`",
    unseen "UNSEEN" "those without `\\Seen`",
    }
    text {
    bcc "BCC" "this is somewhere in the blind carbon copy of the envelope",
    body "BODY" "this is somewhere in the body",
    cc "CC" "this is somewhere in the carbon copy of the envelope",
    from "FROM" "this is somewhere in the sender of the envelope",
    subject "SUBJECT" "this is somewhere in the subject",
    text "TEXT" "this is somewhere in the header or the body",
    to "TO" "this is somewhere in the recipients of the envelope",
    }
    date {
    before "BEFORE" "those that came before this day",
    on "ON" "those that came on this day",
    since "SINCE" "those that came on this day or later",
    sent_before "SENTBEFORE" "those dated before this day",
    sent_on "SENTON" "those dated on this day",
    sent_since "SENTSINCE" "those dated on this day or later",
    }
}

impl SearchKey {
    fn leaf(node: Node) -> Self {
        Self { nodes: Vec::from([node]) }
    }

    /// `HEADER`: those with a field of this name, and this somewhere in it.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn header(name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self::leaf(Node::Header(checked(name.as_ref())?, checked(value.as_ref())?)))
    }

    /// `KEYWORD`: those with this keyword.
    pub fn keyword(keyword: Atom) -> Self {
        Self::leaf(Node::Flag("KEYWORD", Flag::Keyword(keyword)))
    }

    /// `UNKEYWORD`: those without this keyword.
    pub fn unkeyword(keyword: Atom) -> Self {
        Self::leaf(Node::Flag("UNKEYWORD", Flag::Keyword(keyword)))
    }

    /// `LARGER`: those of more octets; at most 63 bits.
    pub fn larger(octets: u64) -> Self {
        Self::leaf(Node::Number("LARGER", octets.min(i64::MAX as u64)))
    }

    /// `SMALLER`: those of fewer octets; at most 63 bits.
    pub fn smaller(octets: u64) -> Self {
        Self::leaf(Node::Number("SMALLER", octets.min(i64::MAX as u64)))
    }

    /// `OLDER`: those that came at least so many seconds ago (RFC 5032); 0 counts as 1.
    pub fn older(seconds: u32) -> Self {
        Self::leaf(Node::Number("OLDER", u64::from(seconds.max(1))))
    }

    /// `YOUNGER`: those that came at most so many seconds ago (RFC 5032); 0 counts as 1.
    pub fn younger(seconds: u32) -> Self {
        Self::leaf(Node::Number("YOUNGER", u64::from(seconds.max(1))))
    }

    /// `UID`: those with these UIDs.
    pub fn uid(set: impl Into<SequenceSet>) -> Self {
        Self::leaf(Node::Uid(set.into()))
    }

    /// Those with these message numbers.
    pub fn sequence_set(set: impl Into<SequenceSet>) -> Self {
        Self::leaf(Node::Set(set.into()))
    }

    /// Those for which both hold. Costs as much as `other` is long.
    #[must_use]
    pub fn and(mut self, mut other: Self) -> Self {
        let operands = |nodes: &mut Vec<Node>| match nodes.last() {
            Some(Node::And { count, .. }) => {
                let count = *count;
                nodes.pop();
                count
            }
            _ => 1,
        };
        let count = operands(&mut self.nodes).saturating_add(operands(&mut other.nodes));
        self.nodes.append(&mut other.nodes);
        self.push(|size| Node::And { size, count })
    }

    /// Those for which either holds. Costs as much as `other` is long.
    #[must_use]
    pub fn or(mut self, mut other: Self) -> Self {
        self.nodes.append(&mut other.nodes);
        self.push(|size| Node::Or { size })
    }

    /// Those for which it does not hold.
    #[must_use]
    #[allow(clippy::should_implement_trait, reason = "and, or, not: named as in the RFC")]
    pub fn not(self) -> Self {
        self.push(|size| Node::Not { size })
    }

    fn push(mut self, operator: impl FnOnce(usize) -> Node) -> Self {
        let size = self.nodes.len().saturating_add(1);
        self.nodes.push(operator(size));
        self
    }

    /// The steps, an operator behind its operands: what a server needs to evaluate the key with a stack of results.
    ///
    /// ```
    /// use imap_proto::{SearchKey, SearchStep};
    /// let key = SearchKey::seen().or(SearchKey::draft().not());
    /// let mut stack: Vec<bool> = Vec::new();
    /// for step in key.postfix() {
    ///     let result = match step {
    ///         SearchStep::Plain(flag) => flag == "DRAFT", // of a message with \Draft alone
    ///         SearchStep::Not => !stack.pop().unwrap(),
    ///         SearchStep::Or => stack.pop().unwrap() | stack.pop().unwrap(),
    ///         _ => continue,
    ///     };
    ///     stack.push(result);
    /// }
    /// assert_eq!(stack, [false]);
    /// ```
    pub fn postfix(&self) -> impl ExactSizeIterator<Item = SearchStep<'_>> {
        self.nodes.iter().map(Node::step)
    }

    /// Reads one that is no operator, and no list.
    #[inline(never)]
    pub(crate) fn parse_leaf(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        Node::parse(cursor).map(Self::leaf)
    }

    /// All of them: one at least.
    pub(crate) fn all_of(keys: Vec<Self>) -> Option<Self> {
        let count = keys.len();
        let mut nodes: Vec<Node> = Vec::with_capacity(count.saturating_add(1));
        keys.into_iter().for_each(|key| nodes.extend(key.nodes));
        match count {
            0 => None,
            1 => Some(Self { nodes }),
            count => Some(Self { nodes }.push(|size| Node::And { size, count })),
        }
    }

    /// Reads to the end of the frame; several keys in a row are an AND.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut nodes = Vec::with_capacity(12);
        let mut open: Vec<Open> = Vec::new();
        let mut row = 0_usize;
        loop {
            if open.len() > cursor.depth() {
                return Err(cursor.limit("less nesting of search keys"));
            }
            let start = nodes.len();
            if cursor.peek() == Some(b'(') {
                cursor.open()?;
                open.push(Open::List { start, count: 0 });
                continue;
            }
            if cursor.take_keyword("NOT") {
                cursor.space()?;
                open.push(Open::Not { start });
                continue;
            }
            if cursor.take_keyword("OR") {
                cursor.space()?;
                open.push(Open::Or { start, second: false });
                continue;
            }
            nodes.push(Node::parse(cursor)?);
            // How many operands of an AND have just become complete.
            let mut complete = 1_usize;
            loop {
                let size = |start: usize| nodes.len().saturating_sub(start).saturating_add(1);
                match open.last_mut() {
                    Some(Open::Not { start }) => {
                        let size = size(*start);
                        nodes.push(Node::Not { size });
                        open.pop();
                    }
                    Some(Open::Or { second, .. }) if !*second => {
                        *second = true;
                        break;
                    }
                    Some(Open::Or { start, .. }) => {
                        let size = size(*start);
                        nodes.push(Node::Or { size });
                        open.pop();
                    }
                    Some(Open::List { start, count }) => {
                        *count = count.saturating_add(complete);
                        if !cursor.take_close()? {
                            break;
                        }
                        let (start, count) = (*start, *count);
                        open.pop();
                        complete = match open.last() {
                            Some(Open::Not { .. } | Open::Or { .. }) if count > 1 => {
                                let size = size(start);
                                nodes.push(Node::And { size, count });
                                1
                            }
                            // An AND in an AND: the outer one takes the operands. Or parentheses around one key.
                            _ => {
                                cursor.note_spelling();
                                count
                            }
                        };
                    }
                    None => {
                        row = row.saturating_add(complete);
                        if cursor.rest().trim_ascii_start().is_empty() {
                            let key = Self { nodes };
                            return Ok(if row > 1 {
                                key.push(|size| Node::And { size, count: row })
                            } else {
                                key
                            });
                        }
                        break;
                    }
                }
            }
            cursor.space()?;
        }
    }

    /// Writes it in prefix order; an AND on the outside as keys in a row.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        enum Task {
            Key(usize),
            Raw(&'static [u8]),
        }
        let last = self.nodes.len().saturating_sub(1);
        let mut tasks = Vec::from([Task::Key(last)]);
        while let Some(task) = tasks.pop() {
            let at = match task {
                Task::Raw(octets) => {
                    writer.raw(octets);
                    continue;
                }
                Task::Key(at) => at,
            };
            let Some(node) = self.nodes.get(at) else { continue };
            match node {
                Node::Not { .. } => writer.raw(b"NOT "),
                Node::Or { .. } => writer.raw(b"OR "),
                Node::And { .. } if at != last => {
                    writer.octet(b'(');
                    tasks.push(Task::Raw(b")"));
                }
                _ => node.encode(writer)?,
            }
            // The operands from the last to the first, so that the first comes off the stack first.
            let (mut left, mut operand) = (node.size().saturating_sub(1), at);
            while left > 0 {
                operand = operand.saturating_sub(1);
                let size = self.nodes.get(operand).map_or(left, Node::size);
                tasks.push(Task::Key(operand));
                left = left.saturating_sub(size);
                operand = operand.saturating_add(1).saturating_sub(size);
                if left > 0 {
                    tasks.push(Task::Raw(b" "));
                }
            }
        }
        Ok(())
    }

    fn to_wire(&self) -> Vec<u8> {
        let (mut output, mut stops) = (bytes::BytesMut::new(), Vec::new());
        let mut writer = Writer::new(&mut output, &mut stops, imap_wire::LiteralPolicy::Server, true);
        // What can't be written, as a flag of someone's making, is left out.
        let _ = self.encode(&mut writer);
        output.into()
    }
}

/// What waits for its operands: they start at `start`.
enum Open {
    List { start: usize, count: usize },
    Not { start: usize },
    Or { start: usize, second: bool },
}

impl fmt::Display for SearchKey {
    /// As on the wire.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_wire()))
    }
}

impl fmt::Debug for SearchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SearchKey({self})")
    }
}

impl core::str::FromStr for SearchKey {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let frame = imap_wire::frame::Frame::new(text.as_bytes());
        let mut cursor = Cursor::new(&frame, mail_wire::Leniency::Strict, 100);
        let key = Self::parse(&mut cursor).and_then(|key| cursor.end().map(|()| key));
        key.map_err(|error| error.in_frame(&frame))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SearchKey {
    /// As on the wire.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        mail_wire::text::serde_octets::serialize(&self.to_wire(), serializer)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for SearchKey {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        fn octets(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
            Ok((*u.choose(&["Smith", "", "two words", "NIL", "a\"\\b", "]", "l\r\n2", "\u{fc}"])?)
                .as_bytes()
                .to_vec())
        }
        fn leaf(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<SearchKey> {
            if u.ratio(1, 8)? {
                return Ok(SearchKey::sequence_set(u.arbitrary::<SequenceSet>()?));
            }
            let (key, argument) = *u.choose(KEYWORDS)?;
            Ok(SearchKey::leaf(match argument {
                Argument::None => Node::Plain(key),
                Argument::Text => Node::Text(key, octets(u)?.into()),
                Argument::Header => Node::Header(octets(u)?, octets(u)?),
                Argument::Date => Node::Date(key, u.arbitrary()?),
                Argument::Flag => Node::Flag(key, Flag::Keyword(u.arbitrary()?)),
                Argument::Number64 => Node::Number(key, u.int_in_range(0..=i64::MAX as u64)?),
                Argument::NzNumber => Node::Number(key, u64::from(u.int_in_range(1..=u32::MAX)?)),
                Argument::Uid => Node::Uid(u.arbitrary()?),
            }))
        }
        let mut key = leaf(u)?;
        for _ in 0..u.int_in_range(0..=8)? {
            key = match u.int_in_range(0..=4)? {
                0 => key.not(),
                1 => key.and(leaf(u)?),
                2 => leaf(u)?.and(key),
                3 => key.or(leaf(u)?),
                _ => leaf(u)?.or(key),
            };
        }
        Ok(key)
    }
}
