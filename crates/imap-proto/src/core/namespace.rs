//! Where the mailboxes of the user, of others and of all are (RFC 2342; RFC 9051 section 7.3.2).

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError, Writer};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error};

use super::list::ListData;
use super::mailbox::MailboxName;
use super::{whole, whole_text};

/// The answer of NAMESPACE.
///
/// ```text
/// namespace-response  = "NAMESPACE" SP namespace SP namespace SP namespace
/// namespace           = nil / "(" 1*namespace-descr ")"
/// ```
///
/// ```
/// use imap_proto::{Namespace, NamespaceData, Options, Response};
/// let line = br##"* NAMESPACE (("" "/")("#mh/" "/")) (("~" "/")) NIL"##;
/// let Response::Namespace(data) = Response::parse(line, &Options::client())? else { panic!() };
/// assert_eq!(data.personal().len(), 2);
/// assert_eq!(data.other_users(), [Namespace::new("~", Some('/'))?]);
/// assert!(data.shared().is_empty());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct NamespaceData {
    personal: Vec<Namespace>,
    other_users: Vec<Namespace>,
    shared: Vec<Namespace>,
}

impl NamespaceData {
    /// With these personal namespaces and no others.
    pub fn new(personal: impl Into<Vec<Namespace>>) -> Self {
        Self { personal: personal.into(), ..Self::default() }
    }

    /// With these namespaces of other users.
    #[must_use]
    pub fn with_other_users(mut self, namespaces: impl Into<Vec<Namespace>>) -> Self {
        self.other_users = namespaces.into();
        self
    }

    /// With these shared namespaces.
    #[must_use]
    pub fn with_shared(mut self, namespaces: impl Into<Vec<Namespace>>) -> Self {
        self.shared = namespaces.into();
        self
    }

    /// Where the user's own mailboxes are; none for NIL.
    pub fn personal(&self) -> &[Namespace] {
        &self.personal
    }

    /// Where those of other users are; none for NIL.
    pub fn other_users(&self) -> &[Namespace] {
        &self.other_users
    }

    /// Where those are that users share; none for NIL.
    pub fn shared(&self) -> &[Namespace] {
        &self.shared
    }

    /// Reads what follows `NAMESPACE SP`.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let personal = Namespace::parse_list(cursor)?;
        cursor.space()?;
        let other_users = Namespace::parse_list(cursor)?;
        cursor.space()?;
        Ok(Self { personal, other_users, shared: Namespace::parse_list(cursor)? })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        Namespace::encode_list(&self.personal, writer)?;
        writer.space();
        Namespace::encode_list(&self.other_users, writer)?;
        writer.space();
        Namespace::encode_list(&self.shared, writer)
    }
}

/// One namespace: what the names in it begin with, and what stands between their levels.
///
/// ```text
/// namespace-descr               = "(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil)
///                                 [namespace-response-extensions] ")"
/// namespace-response-extension  = SP string SP "(" string *(SP string) ")"
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Namespace {
    prefix: MailboxName,
    delimiter: Option<char>,
    extensions: Vec<NamespaceExtension>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
struct NamespaceExtension {
    name: Text,
    values: Vec<Text>,
}

impl Namespace {
    /// The names that begin with `prefix`, in its form on the wire.
    ///
    /// # Errors
    /// `Syntax` where one of them holds NUL, CR or LF.
    pub fn new(prefix: impl AsRef<[u8]>, delimiter: Option<char>) -> Result<Self, Error> {
        let data = ListData::new(MailboxName::new(prefix)?, delimiter)?;
        Ok(Self { prefix: data.mailbox().clone(), delimiter, extensions: Vec::new() })
    }

    /// Adds an extension, as `TRANSLATION` (RFC 5255).
    ///
    /// # Errors
    /// `Syntax` without a value, and where one of them holds NUL, CR or LF.
    pub fn with_extension<V: AsRef<[u8]>>(
        mut self,
        name: impl AsRef<[u8]>,
        values: impl IntoIterator<Item = V>,
    ) -> Result<Self, Error> {
        let values = values.into_iter().map(Text::new).collect::<Result<Vec<_>, _>>()?;
        if values.is_empty() {
            return Err(Error::syntax(0, "at least one value"));
        }
        self.extensions.push(NamespaceExtension { name: Text::new(name)?, values });
        Ok(self)
    }

    /// What the names of its mailboxes begin with; the delimiter is a part of it, where there is one.
    pub fn prefix(&self) -> &MailboxName {
        &self.prefix
    }

    /// What stands between the levels of names; `None` where there is one level only.
    pub fn delimiter(&self) -> Option<char> {
        self.delimiter
    }

    /// The extensions, in their order: a name, and its values.
    pub fn extensions(&self) -> impl Iterator<Item = (&Text, &[Text])> {
        self.extensions.iter().map(|extension| (&extension.name, &extension.values[..]))
    }

    fn parse_list(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        if cursor.take_nil() {
            return Ok(Vec::new());
        }
        cursor.open()?;
        let mut namespaces = Vec::new();
        while !cursor.take_close()? {
            if cursor.peek() == Some(b' ') {
                // QUIRK: lists elsewhere have SP between their items, and some servers put it here, too.
                cursor.forgive(Deviation::Space, "no SP between namespaces")?;
                cursor.skip_spaces();
            }
            cursor.room(namespaces.len())?;
            namespaces.push(Self::parse(cursor)?);
        }
        if namespaces.is_empty() {
            cursor.forgive(Deviation::Value, "at least one namespace, or NIL")?;
        }
        Ok(namespaces)
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.open()?;
        let prefix = cursor.string()?;
        let prefix = MailboxName::new(whole(cursor, prefix)?)
            .map_err(|_| cursor.error("no line end in the prefix of a namespace"))?;
        cursor.space()?;
        let delimiter = if cursor.take_nil() { None } else { ListData::parse_delimiter(cursor)? };
        let mut extensions = Vec::new();
        while !cursor.take_close()? {
            cursor.space()?;
            cursor.room(extensions.len())?;
            extensions.push(NamespaceExtension::parse(cursor)?);
        }
        Ok(Self { prefix, delimiter, extensions })
    }

    fn encode_list(namespaces: &[Self], writer: &mut Writer<'_>) -> Result<(), Error> {
        if namespaces.is_empty() {
            writer.raw(b"NIL");
            return Ok(());
        }
        writer.octet(b'(');
        for namespace in namespaces {
            namespace.encode(writer)?;
        }
        writer.octet(b')');
        Ok(())
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.octet(b'(');
        writer.string(self.prefix.as_bytes())?;
        writer.space();
        ListData::encode_delimiter(self.delimiter, writer);
        for extension in &self.extensions {
            writer.space();
            writer.string(extension.name.as_bytes())?;
            writer.space();
            writer.list(&extension.values, |writer, value| writer.string(value.as_bytes()))?;
        }
        writer.octet(b')');
        Ok(())
    }
}

impl NamespaceExtension {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let text = |cursor: &mut Cursor<'_>| {
            let text = cursor.string()?;
            whole_text(cursor, text)
        };
        let name = text(cursor)?;
        cursor.space()?;
        cursor.open()?;
        let mut values = Vec::from([text(cursor)?]);
        while !cursor.take_close()? {
            cursor.space()?;
            values.push(text(cursor)?);
        }
        Ok(Self { name, values })
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Namespace {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let delimiter = *u.choose(&[None, Some('/'), Some('.'), Some('\\'), Some('"')])?;
        let mut namespace = Self { prefix: u.arbitrary()?, delimiter, extensions: Vec::new() };
        while !u.is_empty() && u.ratio(1, 4)? {
            let mut values: Vec<Text> = u.arbitrary()?;
            values.push(u.arbitrary()?);
            namespace.extensions.push(NamespaceExtension { name: u.arbitrary()?, values });
        }
        Ok(namespace)
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
            "NIL NIL NIL",
            "((\"\" \"/\")) NIL NIL",
            "((\"\" NIL)(\"INBOX.\" \".\")) ((\"~\" \"/\")) ((\"\" \"\\\\\")(\"#news.\" \".\"))",
            "((\"\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\") \"TRANSLATION\" (\"a b\"))) NIL NIL",
        ] {
            let data = strict(text, NamespaceData::parse).unwrap();
            assert_eq!(written(|writer| data.encode(writer)), text);
        }
        for bad in [
            "",
            "NIL NIL",
            "NIL NIL NIL NIL",
            "(\"\" \"/\") NIL NIL",
            "((\"\")) NIL NIL",
            "((a \"/\")) NIL NIL",
            "((\"\" \"/\" \"X\")) NIL NIL",
            "((\"\" \"/\" \"X\" ())) NIL NIL",
            "((\"\" \"/\") NIL NIL",
            "(({3}\r\na\nb \"/\")) NIL NIL",
        ] {
            assert!(lenient(bad, NamespaceData::parse).is_err(), "{bad}");
        }
    }

    #[test]
    fn odd_answers_are_forgiven() {
        for (text, same, deviation) in [
            ("nil NIL NIL", "NIL NIL NIL", Deviation::Spelling),
            ("NIL NIL ()", "NIL NIL NIL", Deviation::Value),
            ("((\"a\" \"\")) NIL NIL", "((\"a\" NIL)) NIL NIL", Deviation::Value),
            ("((\"a\" NIL) (\"b\" NIL)) NIL NIL", "((\"a\" NIL)(\"b\" NIL)) NIL NIL", Deviation::Space),
            ("( ( \"a\" NIL ) ) NIL NIL ", "((\"a\" NIL)) NIL NIL", Deviation::Space),
        ] {
            let (data, deviations) = lenient(text, NamespaceData::parse).unwrap();
            assert_eq!(written(|writer| data.encode(writer)), same);
            assert!(deviations.contains(deviation), "{text}");
            assert_eq!(
                strict(text, NamespaceData::parse).is_ok(),
                deviation == Deviation::Spelling,
                "{text}"
            );
        }
    }

    #[test]
    fn new_ones_are_checked() {
        let plain = || Namespace::new("a", None).unwrap();
        assert!(Namespace::new("a\n", None).is_err() && Namespace::new("", Some('\r')).is_err());
        assert!(plain().with_extension("X", [""]).is_ok() && plain().with_extension("X", [""; 0]).is_err());
        assert!(
            plain().with_extension("X\n", ["a"]).is_err() && plain().with_extension("X", ["\0"]).is_err()
        );
    }

    #[test]
    fn damaged_answers_come_back() {
        const EXAMPLES: &[&str] = &[
            "((\"\" \"/\" \"X\" (\"a\" \"b\"))(\"c\" NIL)) NIL ((\"\" \"\\\\\"))",
            "NIL (({1}\r\na NIL)) NIL",
        ];
        damaged_come_back(EXAMPLES, NamespaceData::encode, NamespaceData::parse);
    }

    proptest! {
        #[test]
        fn answers_come_back(seed: Vec<u8>) {
            comes_back::<NamespaceData>(&seed, NamespaceData::encode, NamespaceData::parse);
        }
    }
}
