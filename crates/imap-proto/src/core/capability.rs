//! What a server says it can do.

use alloc::vec::Vec;
use core::fmt;

use imap_wire::{Cursor, NonSynchronizing, ParseError, Writer, chars};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error};

/// One capability, as it was written; its letter case means nothing.
///
/// ```text
/// capability  = ("AUTH=" auth-type) / atom
/// ```
///
/// ```
/// use imap_proto::Capability;
/// let capability = Capability::new("AUTH=PLAIN")?;
/// assert!(capability.is("auth=plain"));
/// assert_eq!((capability.name(), capability.value()), ("AUTH", Some("PLAIN")));
/// assert_eq!(capability.auth_mechanism(), Some("PLAIN"));
/// assert!(Capability::new("two words").is_err());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Capability(Text);

impl Capability {
    /// Checks and copies `text`.
    ///
    /// # Errors
    /// `Syntax` where it is no atom.
    pub fn new(text: impl AsRef<[u8]>) -> Result<Self, Error> {
        let text = text.as_ref();
        match text.iter().position(|octet| !chars::is(*octet, chars::ATOM)) {
            None if !text.is_empty() => Text::new(text).map(Self),
            at => Err(Error::syntax(at.unwrap_or_default() as u64, "a capability, which is an atom")),
        }
    }

    /// The whole.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.0.as_bytes()).unwrap_or_default()
    }

    /// Whether the whole is `other`, in any letter case.
    pub fn is(&self, other: &str) -> bool {
        self.as_str().eq_ignore_ascii_case(other)
    }

    /// What stands in front of the first `=`; the whole where there is none.
    pub fn name(&self) -> &str {
        self.as_str().split_once('=').map_or(self.as_str(), |(name, _)| name)
    }

    /// What stands behind the first `=`, as `35651584` in `APPENDLIMIT=35651584`.
    pub fn value(&self) -> Option<&str> {
        self.as_str().split_once('=').map(|(_, value)| value)
    }

    /// The SASL mechanism that AUTHENTICATE takes, of `AUTH=…`.
    pub fn auth_mechanism(&self) -> Option<&str> {
        self.value().filter(|_| self.name().eq_ignore_ascii_case("AUTH"))
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from = cursor.at();
        let atom = cursor.take_while(chars::ATOM);
        // A response code ends in `]`, so no capability holds one.
        let odd =
            |cursor: &Cursor<'_>| cursor.peek().is_some_and(|c| c != b']' && chars::is(c, chars::LENIENT));
        if odd(cursor) {
            cursor.forgive(Deviation::Value, "a capability, which is an atom")?;
            while odd(cursor) {
                cursor.skip(1);
            }
        } else if atom.is_empty() {
            return Err(cursor.error("a capability"));
        }
        let text = core::str::from_utf8(cursor.since(from)).ok().and_then(|text| Text::new(text).ok());
        text.map(Self).ok_or_else(|| cursor.error("a capability"))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) {
        writer.raw(self.0.as_bytes());
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::str::FromStr for Capability {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

/// What IMAP4rev2 has in it (RFC 9051 appendix E).
const IN_REV2: [&str; 13] = [
    "ENABLE",
    "ESEARCH",
    "IDLE",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "LITERAL-",
    "MOVE",
    "NAMESPACE",
    "SASL-IR",
    "SEARCHRES",
    "STATUS=SIZE",
    "UIDPLUS",
    "UNSELECT",
];

/// The capabilities of a server, in its order.
///
/// ```text
/// capability *(SP capability)
/// ```
///
/// ```
/// use imap_proto::{Capabilities, Capability};
/// let capabilities: Capabilities =
///     ["IMAP4rev2", "STARTTLS", "AUTH=GSSAPI"].into_iter().map(Capability::new).collect::<Result<_, _>>()?;
/// assert!(capabilities.has("imap4rev2") && !capabilities.has("IDLE"));
/// assert!(capabilities.has_implied("IDLE") && !capabilities.has_implied("CONDSTORE"));
/// assert_eq!(capabilities.auth_mechanisms().collect::<Vec<_>>(), ["GSSAPI"]);
/// assert_eq!(capabilities.values("APPENDLIMIT").next(), None);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Capabilities(Vec<Capability>);

impl Capabilities {
    /// These, in their order.
    pub fn new(capabilities: impl Into<Vec<Capability>>) -> Self {
        Self(capabilities.into())
    }

    /// All of them, in the server's order.
    pub fn as_slice(&self) -> &[Capability] {
        &self.0
    }

    /// Each of them, in the server's order.
    pub fn iter(&self) -> core::slice::Iter<'_, Capability> {
        self.0.iter()
    }

    /// Whether `capability` is named, in any letter case.
    pub fn has(&self, capability: &str) -> bool {
        self.0.iter().any(|own| own.is(capability))
    }

    /// Whether `capability` is named, or is a part of IMAP4rev2 and that is named.
    ///
    /// Of BINARY and SPECIAL-USE, IMAP4rev2 has a part only, so they count where they are named.
    pub fn has_implied(&self, capability: &str) -> bool {
        let in_rev2 = IN_REV2.iter().any(|part| part.eq_ignore_ascii_case(capability));
        self.has(capability) || in_rev2 && self.has("IMAP4rev2")
    }

    /// What stands behind the `=` of those with this name, in any letter case and in the server's order, as `35651584` of
    /// `APPENDLIMIT=35651584`.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.0.iter().filter(move |own| own.name().eq_ignore_ascii_case(name));
        own.filter_map(Capability::value)
    }

    /// The SASL mechanisms that AUTHENTICATE takes, in the server's order.
    pub fn auth_mechanisms(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(Capability::auth_mechanism)
    }

    /// Which literals the server takes without being asked (RFC 7888).
    pub fn literal(&self) -> NonSynchronizing {
        if self.has("LITERAL+") {
            NonSynchronizing::Plus
        } else if self.has_implied("LITERAL-") {
            NonSynchronizing::Minus
        } else {
            NonSynchronizing::No
        }
    }

    /// One at least; ends in front of what no capability starts with.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut capabilities = Vec::from([Capability::parse(cursor)?]);
        while cursor.peek() == Some(b' ') {
            if matches!(cursor.rest().trim_ascii_start().first(), None | Some(b']')) {
                // QUIRK: QQ exmail ends the list in a blank.
                cursor.forgive(Deviation::Space, "no SP behind the last capability")?;
                cursor.skip_spaces();
                break;
            }
            cursor.space()?;
            cursor.room(capabilities.len())?;
            let capability = Capability::parse(cursor)?;
            match capabilities.last_mut() {
                // QUIRK: seen as `LITERAL +`.
                Some(last)
                    if capability.is("+")
                        && last.is("LITERAL")
                        && cursor.forgive(Deviation::Space, "LITERAL+").is_ok() =>
                {
                    *last = Capability(Text::new("LITERAL+").unwrap_or_default());
                }
                _ => capabilities.push(capability),
            }
        }
        Ok(Self(capabilities))
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if self.0.is_empty() {
            return Err(Error::syntax(0, "at least one capability"));
        }
        writer.separated(&self.0, |writer, capability| {
            capability.encode(writer);
            Ok(())
        })
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        Self(capabilities.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Capabilities {
    type Item = &'a Capability;
    type IntoIter = core::slice::Iter<'a, Capability>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Capability {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        const KNOWN: [&str; 8] = [
            "IMAP4rev1",
            "IMAP4rev2",
            "IDLE",
            "AUTH=PLAIN",
            "LITERAL+",
            "LITERAL-",
            "STARTTLS",
            "APPENDLIMIT=9",
        ];
        let text = if u.arbitrary()? {
            (*u.choose(&KNOWN)?).as_bytes().to_vec()
        } else {
            u.arbitrary::<imap_wire::Atom>()?.as_bytes().to_vec()
        };
        Self::new(text).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Capabilities {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let count = u.int_in_range(1..=6)?;
        (0..count).map(|_| u.arbitrary()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict, written};

    #[test]
    fn questions_are_answered_in_any_letter_case() {
        let all = strict("imap4REV1 auth=CRAM-MD5 LITERAL- X-FOO=a=b", Capabilities::parse).unwrap();
        assert!(all.has("IMAP4rev1") && !all.has_implied("IDLE"));
        assert_eq!(all.auth_mechanisms().collect::<Vec<_>>(), ["CRAM-MD5"]);
        assert_eq!(all.literal(), NonSynchronizing::Minus);
        assert_eq!(all.as_slice().last().unwrap().value(), Some("a=b"));
        let more = "APPENDLIMIT=35651584 THREAD=REFS thread=ORDEREDSUBJECT THREAD STATUS=SIZE";
        let more = strict(more, Capabilities::parse).unwrap();
        assert_eq!(more.values("appendlimit").collect::<Vec<_>>(), ["35651584"]);
        assert_eq!(more.values("THREAD").collect::<Vec<_>>(), ["REFS", "ORDEREDSUBJECT"]);
        assert!(more.has("status=size") && !more.has("STATUS") && !more.has_implied("MOVE"));
        // What RFC 9051 appendix E says was folded in, and no more.
        let rev2 = strict("IMAP4rev2", Capabilities::parse).unwrap();
        let folded = "NAMESPACE UNSELECT UIDPLUS ESEARCH SEARCHRES ENABLE IDLE SASL-IR LIST-EXTENDED LIST-STATUS MOVE \
                      LITERAL- STATUS=SIZE";
        assert!(folded.split(' ').all(|part| rev2.has_implied(part) && !rev2.has(part)));
        assert_eq!(folded.split(' ').count(), IN_REV2.len());
        assert!(
            ["CONDSTORE", "BINARY", "SPECIAL-USE", "IMAP4rev1", "LITERAL+"]
                .iter()
                .all(|no| !rev2.has_implied(no))
        );
        let literal = |text| strict(text, Capabilities::parse).unwrap().literal();
        assert_eq!(literal("IMAP4rev1 LITERAL+ LITERAL-"), NonSynchronizing::Plus);
        assert_eq!(literal("IMAP4rev2"), NonSynchronizing::Minus);
        assert_eq!(literal("IMAP4rev1"), NonSynchronizing::No);
        assert_eq!(written(|writer| all.encode(writer)), "imap4REV1 auth=CRAM-MD5 LITERAL- X-FOO=a=b");
    }

    #[test]
    fn odd_lists_are_forgiven() {
        for (list, count) in
            [("IMAP4rev1 ", 1), ("IMAP4rev1  IDLE", 2), ("A LITERAL + B", 3), ("A X%Y\u{fc} B", 3)]
        {
            let (all, deviations) = lenient(list, Capabilities::parse).unwrap();
            assert!(all.as_slice().len() == count && !deviations.is_strict(), "{list}");
        }
        assert_eq!(lenient("LITERAL +", Capabilities::parse).unwrap().0.literal(), NonSynchronizing::Plus);
        assert_eq!(strict("LITERAL +", Capabilities::parse).unwrap().as_slice().len(), 2);
        assert!(strict("A ", Capabilities::parse).is_err() && lenient("", Capabilities::parse).is_err());
        assert!(lenient("A (B)", Capabilities::parse).is_err());
    }

    #[test]
    fn damaged_capabilities_come_back() {
        damaged_come_back(&["IMAP4rev1 LITERAL+ AUTH=A X"], Capabilities::encode, Capabilities::parse);
    }

    proptest! {
        #[test]
        fn capabilities_come_back(seed: Vec<u8>) {
            comes_back::<Capabilities>(&seed, Capabilities::encode, Capabilities::parse);
        }
    }
}
