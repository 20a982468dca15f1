//! Versions and features: RFC 1203, SUPPORTED.VERSIONS, SELECT.VERSION, SELECT.FEATURES, and the appendix.

use alloc::vec::Vec;

use imap_wire::{Atom, Cursor, ParseError, Writer};
use mail_wire::{Deviation, Error};

use crate::historic::{HistoricCommand, HistoricItem};
use crate::{CommandBody, Dialect, FetchItem, FetchItems};

/// A version of the protocol: 2.0 is IMAP2, 3.0 is IMAP3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[allow(clippy::exhaustive_structs, reason = "a version has two numbers")]
pub struct Version {
    /// The number in front.
    pub major: u32,
    /// The other one.
    pub minor: u32,
}

impl Version {
    /// IMAP2.
    pub const IMAP2: Self = Self { major: 2, minor: 0 };
    /// IMAP3.
    pub const IMAP3: Self = Self { major: 3, minor: 0 };

    /// The dialect in which it is spoken: [`Dialect::Imap2`] up to 2, [`Dialect::Imap3`] above.
    pub fn dialect(self) -> Dialect {
        if self.major > 2 { Dialect::Imap3 } else { Dialect::Imap2 }
    }

    /// ```text
    /// "(" NUMBER SP NUMBER ")"
    /// ```
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.open()?;
        let version = Self::parse_numbers(cursor)?;
        cursor.close()?;
        Ok(version)
    }

    fn parse_numbers(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let major = cursor.number()?;
        cursor.space()?;
        Ok(Self { major, minor: cursor.number()? })
    }

    fn encode_numbers(self, writer: &mut Writer<'_>) {
        writer.number(u64::from(self.major));
        writer.space();
        writer.number(u64::from(self.minor));
    }

    pub(crate) fn encode(self, writer: &mut Writer<'_>) {
        writer.octet(b'(');
        self.encode_numbers(writer);
        writer.octet(b')');
    }
}

/// A feature, wanted or, behind `~`, not.
///
/// ```
/// use imap_proto::Feature;
/// assert_eq!(Feature::without("SEND")?.to_string(), "~SEND");
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Feature {
    name: Atom,
    is_on: bool,
}

impl Feature {
    /// This one.
    ///
    /// # Errors
    /// `Syntax` where it is no atom, or begins with `~`.
    pub fn with(name: impl AsRef<[u8]>) -> Result<Self, Error> {
        let name = Atom::new(name)?;
        if name.as_bytes().starts_with(b"~") {
            return Err(Error::syntax(0, "a feature without ~"));
        }
        Ok(Self { name, is_on: true })
    }

    /// Without this one.
    ///
    /// # Errors
    /// `Syntax` where it is no atom, or begins with `~`.
    pub fn without(name: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self { is_on: false, ..Self::with(name)? })
    }

    /// Its name, without `~`.
    pub fn name(&self) -> &Atom {
        &self.name
    }

    /// Whether it is wanted.
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let is_on = !cursor.take(b'~');
        let name = cursor.owned_atom()?;
        if name.as_bytes().starts_with(b"~") {
            return Err(cursor.error("a feature behind ~"));
        }
        Ok(Self { name, is_on })
    }

    /// To the end of the line.
    pub(crate) fn parse_all(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        let mut features = Vec::new();
        while !cursor.is_at_end() {
            cursor.space()?;
            if cursor.is_at_end() {
                break;
            }
            cursor.room(features.len())?;
            features.push(Self::parse(cursor)?);
        }
        if features.is_empty() {
            cursor.forgive(Deviation::Missing, "SP and a feature")?;
        }
        Ok(features)
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) {
        if !self.is_on {
            writer.octet(b'~');
        }
        writer.raw(self.name.as_bytes());
    }
}

impl core::fmt::Display for Feature {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if !self.is_on {
            f.write_str("~")?;
        }
        f.write_str(self.name.as_str())
    }
}

/// A version that a server has, with its features. Each can be left out, too.
///
/// ```text
/// version_spec  = "(" NUMBER SP NUMBER SP [feature *(SP feature)] ")"
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct VersionSpec {
    version: Version,
    features: Vec<Feature>,
}

impl VersionSpec {
    /// This version with these features.
    pub fn new(version: Version, features: impl Into<Vec<Feature>>) -> Self {
        Self { version, features: features.into() }
    }

    /// The version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Its features.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// ```text
    /// "(" version_spec *(SP version_spec) ")"
    /// ```
    pub(crate) fn parse_list(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        cursor.open()?;
        let mut specs = Vec::new();
        loop {
            cursor.room(specs.len())?;
            specs.push(Self::parse(cursor)?);
            if !cursor.take_separator()? {
                return Ok(specs);
            }
        }
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.open()?;
        let version = Version::parse_numbers(cursor)?;
        let mut features = Vec::new();
        // The grammar has a feature behind the blank, the samples have none: `(2 0 )`.
        if !cursor.take(b' ') {
            cursor.close()?;
            cursor.note_spelling();
            return Ok(Self { version, features });
        }
        while !cursor.take(b')') {
            if !features.is_empty() {
                cursor.space()?;
            }
            cursor.room(features.len())?;
            features.push(Feature::parse(cursor)?);
        }
        Ok(Self { version, features })
    }

    pub(crate) fn encode_list(specs: &[Self], writer: &mut Writer<'_>) -> Result<(), Error> {
        if specs.is_empty() {
            return Err(Error::misuse(0, "at least one version"));
        }
        writer.list(specs, |writer, spec| {
            writer.octet(b'(');
            spec.version.encode_numbers(writer);
            writer.space();
            writer.separated(&spec.features, |writer, feature| {
                feature.encode(writer);
                Ok(())
            })?;
            writer.octet(b')');
            Ok(())
        })
    }
}

/// One row of the table of features.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FeatureSpec {
    /// Its name.
    pub name: &'static str,
    /// What it switches.
    pub what: &'static str,
    /// Whether it is on in version 3.0 before anything is selected. In 2.0 all are off.
    pub is_default: bool,
    /// The command that comes with it.
    pub command: Option<&'static str>,
}

const fn feature(name: &'static str, command: Option<&'static str>, what: &'static str) -> FeatureSpec {
    FeatureSpec { name, what, is_default: false, command }
}

/// The features of RFC 1203, sorted by name.
pub const FEATURES: &[FeatureSpec] = &[
    feature("ADD.MESSAGE", Some("ADD.MESSAGE"), "a message is put into a mailbox"),
    feature("AUTO.SET.SEEN", None, "FETCH of RFC822 and RFC822.TEXT, and COPY, set \\Seen"),
    feature("EIGHT.BIT.TRANSPARENT", None, "octets above 127 pass"),
    feature("ENCODING", None, "the key ENCODING; TEXT has text parts only"),
    feature("INDEXABLE.FIELDS", None, "FETCH takes octets m:n of a field, from 0 on"),
    feature("NEW.MAIL.NOTIFY", None, "EXISTS and RECENT come unasked"),
    feature("RENUMBER", Some("RENUMBER"), "messages are put in order; RESET tells which"),
    feature("SEND", Some("SEND"), "a message is sent on its way"),
    feature("SET.EOL", Some("SET.EOL"), "what ends a line in strings, and counts in generic sizes"),
    FeatureSpec {
        is_default: true,
        ..feature("TAGGED.SOLICITED", None, "data carries the tag of the command that asked for it")
    },
];

/// Which features are on: what a server keeps, and a client that wants to know.
///
/// ```
/// use imap_proto::{Command, Dialect, Feature, Features, Options, Version};
/// let mut features = Features::of(Version::IMAP3);
/// assert!(features.has("TAGGED.SOLICITED"));
/// let renumber = Command::parse(b"a RENUMBER FROM ALPHA", &Options::server().with_dialect(Dialect::Imap3))?;
/// assert!(!features.permits(renumber.body()));
/// features.select(&[Feature::with("RENUMBER")?]);
/// assert!(features.permits(renumber.body()) && features.has("tagged.solicited"));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    version: Version,
    selected: Vec<Feature>,
}

impl Features {
    /// Those that are on before any is selected.
    pub fn of(version: Version) -> Self {
        Self { version, selected: Vec::new() }
    }

    /// SELECT.FEATURES was answered OK: these replace all that were selected before; what is not named is as at the start.
    pub fn select(&mut self, features: &[Feature]) {
        self.selected = features.to_vec();
    }

    /// Whether this one is on.
    pub fn has(&self, name: &str) -> bool {
        let selected = self.selected.iter().rev().find(|feature| feature.name.is(name));
        selected.map_or_else(
            || {
                let row = FEATURES.iter().find(|row| row.name.eq_ignore_ascii_case(name));
                self.version.dialect() == Dialect::Imap3 && row.is_some_and(|row| row.is_default)
            },
            |feature| feature.is_on,
        )
    }

    /// Whether all that the command needs is on.
    pub fn permits(&self, command: &CommandBody) -> bool {
        if let CommandBody::Historic(command) = command {
            let needed = FEATURES.iter().find(|row| row.command == Some(command.name()));
            if needed.is_some_and(|row| !self.has(row.name)) {
                return false;
            }
        }
        let is_encoding = |name: &[u8]| name.eq_ignore_ascii_case(b"ENCODING");
        match command {
            CommandBody::Historic(HistoricCommand::StoreField(store)) => {
                !is_encoding(store.key().as_bytes()) || self.has("ENCODING")
            }
            CommandBody::Fetch(fetch) => match fetch.items() {
                FetchItems::List(items) => items.iter().all(|item| match item {
                    FetchItem::Historic(HistoricItem::Field(key, range)) => {
                        (range.is_none() || self.has("INDEXABLE.FIELDS"))
                            && (!is_encoding(key.as_bytes()) || self.has("ENCODING"))
                    }
                    _ => true,
                }),
                _ => true,
            },
            _ => true,
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Feature {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let row = *u.choose(FEATURES)?;
        let name = Atom::new(row.name).map_err(|_| arbitrary::Error::IncorrectFormat)?;
        Ok(Self { name, is_on: u.arbitrary()? })
    }
}
