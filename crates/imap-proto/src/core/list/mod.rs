//! What LIST and LSUB look for, and what they find (RFC 9051 sections 6.3.9 and 7.3.1).

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError, Writer};
use mail_wire::{Deviation, Error};

use super::mailbox::{ListPattern, MailboxName};
use super::status::StatusItem;
use super::tagged::TaggedExtension;

mod data;

pub use data::{ListAttribute, ListData, ListExtended, OtherListExtended};

/// Which mailboxes LIST shall name.
///
/// ```text
/// list-select-opt  = list-select-base-opt / list-select-independent-opt / list-select-mod-opt
///                    ; "SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE" (RFC 6154), option-extension
/// ```
///
/// ```
/// use imap_proto::{List, ListPattern, ListSelectOption, MailboxName};
/// let list = List::new(MailboxName::new("")?, ListPattern::new("%")?)
///     .with_select([ListSelectOption::Subscribed, ListSelectOption::RecursiveMatch]);
/// assert_eq!(list.select_options().map(<[_]>::len), Some(2));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ListSelectOption {
    /// `SUBSCRIBED`: those with a subscription, even where they no longer exist.
    Subscribed,
    /// `REMOTE`: those on other servers, too.
    Remote,
    /// `RECURSIVEMATCH`: those above one that the other options select, too.
    RecursiveMatch,
    /// `SPECIAL-USE`: those with a special use.
    SpecialUse,
    /// Any other.
    Other(TaggedExtension),
}

/// What LIST shall say about each mailbox.
///
/// ```text
/// return-option  = "SUBSCRIBED" / "CHILDREN" / status-option / option-extension
///                  ; and "SPECIAL-USE" (RFC 6154)
/// status-option  = "STATUS" SP "(" status-att *(SP status-att) ")"
/// ```
///
/// ```
/// use imap_proto::{List, ListPattern, ListReturnOption, MailboxName, StatusItem};
/// let list = List::new(MailboxName::new("")?, ListPattern::new("%")?)
///     .with_return([ListReturnOption::Status([StatusItem::Unseen].into())]);
/// assert_eq!(list.return_options().map(<[_]>::len), Some(1));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ListReturnOption {
    /// `SUBSCRIBED`: `\Subscribed` where there is a subscription.
    Subscribed,
    /// `CHILDREN`: `\HasChildren` or `\HasNoChildren`.
    Children,
    /// `STATUS`: a STATUS response with these items.
    Status(Vec<StatusItem>),
    /// `SPECIAL-USE`: the special use.
    SpecialUse,
    /// Any other.
    Other(TaggedExtension),
}

impl ListSelectOption {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        Ok(match () {
            () if cursor.take_keyword("SUBSCRIBED") => Self::Subscribed,
            () if cursor.take_keyword("REMOTE") => Self::Remote,
            () if cursor.take_keyword("RECURSIVEMATCH") => Self::RecursiveMatch,
            () if cursor.take_keyword("SPECIAL-USE") => Self::SpecialUse,
            () => Self::Other(TaggedExtension::parse(cursor)?),
        })
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        match self {
            Self::Subscribed => writer.raw(b"SUBSCRIBED"),
            Self::Remote => writer.raw(b"REMOTE"),
            Self::RecursiveMatch => writer.raw(b"RECURSIVEMATCH"),
            Self::SpecialUse => writer.raw(b"SPECIAL-USE"),
            Self::Other(other) => other.encode(writer)?,
        }
        Ok(())
    }

    /// `list-select-base-opt`; an unknown one may be one.
    fn is_base(&self) -> bool {
        matches!(self, Self::Subscribed | Self::Other(_))
    }

    /// ```text
    /// list-select-opts  = "(" [ … ] ")"
    ///                     ; If a list-select-mod-opt appears, then a list-select-base-opt must also appear.
    /// ```
    fn are_legal(options: &[Self]) -> bool {
        !options.contains(&Self::RecursiveMatch) || options.iter().any(Self::is_base)
    }
}

impl ListReturnOption {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        Ok(match () {
            () if cursor.take_keyword("SUBSCRIBED") => Self::Subscribed,
            () if cursor.take_keyword("CHILDREN") => Self::Children,
            () if cursor.take_keyword("SPECIAL-USE") => Self::SpecialUse,
            () if cursor.take_keyword("STATUS") => {
                cursor.space()?;
                Self::Status(StatusItem::parse_list(cursor)?)
            }
            () => Self::Other(TaggedExtension::parse(cursor)?),
        })
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        match self {
            Self::Subscribed => writer.raw(b"SUBSCRIBED"),
            Self::Children => writer.raw(b"CHILDREN"),
            Self::Status(items) => {
                writer.raw(b"STATUS ");
                StatusItem::encode_list(items, writer)?;
            }
            Self::SpecialUse => writer.raw(b"SPECIAL-USE"),
            Self::Other(other) => other.encode(writer)?,
        }
        Ok(())
    }
}

/// `(`, options with SP between them, `)`.
fn options<T>(
    cursor: &mut Cursor<'_>,
    parse: impl Fn(&mut Cursor<'_>) -> Result<T, ParseError>,
) -> Result<Vec<T>, ParseError> {
    cursor.open()?;
    if cursor.take_close()? {
        return Ok(Vec::new());
    }
    let mut options = Vec::with_capacity(4);
    loop {
        cursor.room(options.len())?;
        options.push(parse(cursor)?);
        if !cursor.take_separator()? {
            return Ok(options);
        }
    }
}

/// The arguments of LIST, and those of LSUB, which has no options and one pattern.
///
/// ```text
/// list              = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]
/// mbox-or-pat       = list-mailbox / patterns
/// patterns          = "(" list-mailbox *(SP list-mailbox) ")"
/// list-return-opts  = "RETURN" SP "(" [list-return-opt *(SP list-return-opt)] ")"
/// lsub              = "LSUB" SP mailbox SP list-mailbox
/// ```
///
/// ```
/// use imap_proto::{List, ListPattern, ListReturnOption, ListSelectOption, MailboxName};
/// let list = List::new(MailboxName::new("")?, ListPattern::new("*")?)
///     .with_pattern(ListPattern::new("INBOX")?)
///     .with_select([ListSelectOption::Subscribed])
///     .with_return([ListReturnOption::Children]);
/// assert_eq!(list.patterns().len(), 2);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct List {
    select: Option<Vec<ListSelectOption>>,
    reference: MailboxName,
    patterns: Vec<ListPattern>,
    returns: Option<Vec<ListReturnOption>>,
}

impl List {
    /// What matches `pattern`, as seen from `reference`.
    pub fn new(reference: MailboxName, pattern: ListPattern) -> Self {
        Self { select: None, reference, patterns: Vec::from([pattern]), returns: None }
    }

    /// What matches `pattern`, too.
    #[must_use]
    pub fn with_pattern(mut self, pattern: ListPattern) -> Self {
        self.patterns.push(pattern);
        self
    }

    /// Selects by these options.
    #[must_use]
    pub fn with_select(mut self, options: impl Into<Vec<ListSelectOption>>) -> Self {
        self.select = Some(options.into());
        self
    }

    /// Asks for more about each mailbox.
    #[must_use]
    pub fn with_return(mut self, options: impl Into<Vec<ListReturnOption>>) -> Self {
        self.returns = Some(options.into());
        self
    }

    /// The options that select.
    pub fn select_options(&self) -> Option<&[ListSelectOption]> {
        self.select.as_deref()
    }

    /// Where the patterns start from.
    pub fn reference(&self) -> &MailboxName {
        &self.reference
    }

    /// The patterns, one at least.
    pub fn patterns(&self) -> &[ListPattern] {
        &self.patterns
    }

    /// What was asked for about each mailbox.
    pub fn return_options(&self) -> Option<&[ListReturnOption]> {
        self.returns.as_deref()
    }

    /// Reads what follows `LIST SP`, to the end of the frame.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut select = None;
        if cursor.peek() == Some(b'(') {
            let options = options(cursor, ListSelectOption::parse)?;
            if !ListSelectOption::are_legal(&options) {
                cursor.forgive(Deviation::Value, "an option for RECURSIVEMATCH to extend")?;
            }
            select = Some(options);
            cursor.space()?;
        }
        let reference = MailboxName::parse(cursor)?;
        cursor.space()?;
        let patterns = if cursor.peek() == Some(b'(') {
            let patterns = options(cursor, ListPattern::parse)?;
            match patterns.len() {
                0 => return Err(cursor.error("a mailbox pattern")),
                1 => cursor.note_spelling(),
                _ => {}
            }
            patterns
        } else {
            Vec::from([ListPattern::parse(cursor)?])
        };
        let mut returns = None;
        if !cursor.rest().trim_ascii_start().is_empty() {
            cursor.space()?;
            cursor.keyword("RETURN")?;
            cursor.space()?;
            returns = Some(options(cursor, ListReturnOption::parse)?);
        }
        Ok(Self { select, reference, patterns, returns })
    }

    /// Reads what follows `LSUB SP`.
    pub(crate) fn parse_lsub(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let reference = MailboxName::parse(cursor)?;
        cursor.space()?;
        Ok(Self::new(reference, ListPattern::parse(cursor)?))
    }

    /// # Errors
    /// `Syntax` for RECURSIVEMATCH without an option that it extends, and STATUS without an item.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if let Some(options) = &self.select {
            if !ListSelectOption::are_legal(options) {
                return Err(Error::syntax(0, "an option for RECURSIVEMATCH to extend"));
            }
            writer.list(options, |writer, option| option.encode(writer))?;
            writer.space();
        }
        self.reference.encode(writer)?;
        writer.space();
        match self.patterns.as_slice() {
            [pattern] => pattern.encode(writer)?,
            patterns => writer.list(patterns, |writer, pattern| pattern.encode(writer))?,
        }
        if let Some(options) = &self.returns {
            writer.raw(b" RETURN ");
            writer.list(options, |writer, option| option.encode(writer))?;
        }
        Ok(())
    }

    /// # Errors
    /// `Unsupported` where there are options, or more than one pattern.
    pub(crate) fn encode_lsub(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if self.select.is_some() || self.returns.is_some() || self.patterns.len() > 1 {
            return Err(Error::unsupported(0, "no options and one pattern in LSUB"));
        }
        self.encode(writer)
    }
}

#[cfg(feature = "arbitrary")]
pub(crate) use arbitrary_impls::arbitrary_lsub;

#[cfg(feature = "arbitrary")]
mod arbitrary_impls {
    use arbitrary::{Arbitrary, Result, Unstructured};

    use super::*;

    /// As LSUB has it: without options, and with one pattern.
    pub(crate) fn arbitrary_lsub(u: &mut Unstructured<'_>) -> Result<List> {
        Ok(List::new(u.arbitrary()?, u.arbitrary()?))
    }

    impl<'a> Arbitrary<'a> for ListSelectOption {
        fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
            Ok(match u.int_in_range(0..=4)? {
                0 => Self::Subscribed,
                1 => Self::Remote,
                2 => Self::RecursiveMatch,
                3 => Self::SpecialUse,
                _ => Self::Other(u.arbitrary()?),
            })
        }
    }

    impl<'a> Arbitrary<'a> for ListReturnOption {
        fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
            Ok(match u.int_in_range(0..=4)? {
                0 => Self::Subscribed,
                1 => Self::Children,
                2 => {
                    let mut items: Vec<StatusItem> = u.arbitrary()?;
                    items.push(StatusItem::Messages);
                    Self::Status(items)
                }
                3 => Self::SpecialUse,
                _ => Self::Other(u.arbitrary()?),
            })
        }
    }

    impl<'a> Arbitrary<'a> for List {
        fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
            let mut list = Self::new(u.arbitrary()?, u.arbitrary()?);
            list.patterns.extend(u.arbitrary::<Option<ListPattern>>()?);
            list.select = u.arbitrary()?;
            list.select = list.select.filter(|options| ListSelectOption::are_legal(options));
            list.returns = u.arbitrary()?;
            Ok(list)
        }
    }
}

#[cfg(test)]
mod tests {
    use imap_wire::Atom;
    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict, written};

    #[test]
    fn commands_of_all_forms() {
        for text in [
            "\"\" *",
            "() \"\" %",
            "(SUBSCRIBED RECURSIVEMATCH) \"\" (INBOX \"a b\")",
            "(REMOTE X-FOO (a b)) ~/Mail/ % RETURN (CHILDREN STATUS (MESSAGES X-Y) SPECIAL-USE X (\"a\"))",
            "a b RETURN ()",
        ] {
            let list = strict(text, List::parse).unwrap();
            assert_eq!(written(|writer| list.encode(writer)), text);
        }
        for bad in ["", "a", "a ", "a ()", "(SUBSCRIBED a b", "a b RETURN", "a b c", "a b RETURN (STATUS)"] {
            assert!(lenient(bad, List::parse).is_err(), "{bad}");
        }
        for bad in ["(RECURSIVEMATCH REMOTE) \"\" *", "(RECURSIVEMATCH SPECIAL-USE) \"\" *"] {
            assert!(strict(bad, List::parse).is_err(), "{bad}");
        }
        let (list, _) = lenient("(recursivematch) \"\" (*) ", List::parse).unwrap();
        assert!(list.select_options().is_some() && list.patterns().len() == 1);
        let lsub = strict("\"\" *", List::parse_lsub).unwrap();
        assert_eq!(written(|writer| lsub.encode_lsub(writer)), "\"\" *");
    }

    #[test]
    fn answers_of_all_forms() {
        for text in [
            "() NIL INBOX",
            "(\\Noselect) \"/\" ~/Mail/foo",
            "(\\HasNoChildren \\Sent \\XYZ) \"\\\\\" \"Sent Mail\"",
            "() \"/\" foo2 (\"CHILDINFO\" (\"SUBSCRIBED\") \"OLDNAME\" (a]) X-Y (1 (2)))",
        ] {
            let data = strict(text, ListData::parse).unwrap();
            assert_eq!(written(|writer| data.encode(writer)), text);
        }
        for bad in ["", "()", "() \"/\"", "() / a", "() \"ab\" a", "() NIL ", "() NIL a (X)", "() NIL a (X 1"]
        {
            assert!(lenient(bad, ListData::parse).is_err(), "{bad}");
        }
    }

    #[test]
    fn odd_answers_are_forgiven() {
        for (text, same, deviation) in [
            ("(\\noselect \\FLAGGED) nil inbox", "(\\Noselect \\Flagged) NIL INBOX", Deviation::Spelling),
            ("() \"/\" a (childinfo (\"X\"))", "() \"/\" a (\"CHILDINFO\" (\"X\"))", Deviation::Spelling),
            ("( \\Marked ) \"/\" a ", "(\\Marked) \"/\" a", Deviation::Space),
            ("() \"\" a", "() NIL a", Deviation::Value),
            ("(Marked \\*) \"/\" a", "(Marked \\*) \"/\" a", Deviation::Value),
            ("() \"/\" a\tb", "() \"/\" \"a\tb\"", Deviation::Quoting),
            ("() \"/\" a\tb c (d", "() \"/\" \"a\tb c (d\"", Deviation::Quoting),
            ("() \"/\" My Folder ", "() \"/\" \"My Folder\"", Deviation::Quoting),
            ("() \"\\\" a", "() \"\\\\\" a", Deviation::Quoting),
            ("() \"/\" \u{fc}", "() \"/\" {2}\r\n\u{fc}", Deviation::Value),
            ("() \"/\" a (CHILDINFO (X))", "() \"/\" a (\"CHILDINFO\" (\"X\"))", Deviation::Value),
            ("() \"/\" a (OLDNAME b)", "() \"/\" a (OLDNAME b)", Deviation::Untyped),
        ] {
            let (data, deviations) = lenient(text, ListData::parse).unwrap();
            assert_eq!(written(|writer| data.encode(writer)), same);
            assert!(deviations.contains(deviation), "{text}");
            assert_eq!(strict(text, ListData::parse).is_ok(), deviation == Deviation::Spelling, "{text}");
        }
        // A flag of messages by that name has no special spelling here.
        assert!(
            strict("(\\SEEN) NIL a", ListData::parse)
                .unwrap()
                .attributes()
                .contains(&ListAttribute::Extension(Atom::new("SEEN").unwrap()))
        );
    }

    #[test]
    fn others_are_checked() {
        assert!(ListExtended::other("X", "(a)").is_ok());
        for (tag, value) in [("childinfo", "(a)"), ("X", "a b"), ("X", ""), ("X", "(a"), ("X\n", "a")] {
            assert!(ListExtended::other(tag, value).is_err(), "{tag} {value}");
        }
        assert!(ListData::new(MailboxName::inbox(), Some('\n')).is_err());
    }

    #[test]
    fn damaged_lists_come_back() {
        const COMMANDS: &[&str] = &[
            "(SUBSCRIBED RECURSIVEMATCH X (a)) \"\" (INBOX \"a b\") RETURN (CHILDREN STATUS (MESSAGES X) Y)",
            "~/Mail/ %",
        ];
        damaged_come_back(COMMANDS, List::encode, List::parse);
        const ANSWERS: &[&str] = &[
            "(\\Sent \\X) \"\\\\\" \"Sent Mail\"",
            "() NIL a (\"CHILDINFO\" (\"SUBSCRIBED\") \"OLDNAME\" (b) X-Y (1 (2)))",
        ];
        damaged_come_back(ANSWERS, ListData::encode, ListData::parse);
    }

    proptest! {
        #[test]
        fn lists_come_back(seed: Vec<u8>) {
            comes_back::<List>(&seed, List::encode, List::parse);
            comes_back::<ListData>(&seed, ListData::encode, ListData::parse);
        }
    }
}
