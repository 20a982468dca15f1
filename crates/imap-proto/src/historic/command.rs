//! Commands that IMAP4rev1 has no more.

use alloc::boxed::Box;
use alloc::vec::Vec;

use imap_wire::{Atom, Cursor, Generation, Literal, ParseError, SequenceSet, Writer};
use mail_wire::Error;

use super::find::Find;
use super::imap3::{Feature, FieldKey, Ordering, StoreField, Version, encode_message, encode_set_eol};
use super::item::HistoricItem;
use crate::core::{Flag, MailboxName};
use crate::{FetchItem, Partial};

/// A command of an edition before IMAP4rev1.
///
/// ```
/// use imap_proto::{CommandBody, Dialect, Find, FindOption, HistoricCommand};
/// let find = HistoricCommand::Find(Find::new(FindOption::Mailboxes, "*")?);
/// let command = CommandBody::Historic(find).tag("A2")?;
/// assert_eq!(command.to_bytes(Dialect::Imap2)?, b"A2 FIND MAILBOXES *\r\n");
/// assert!(command.to_bytes(Dialect::Imap4rev2).is_err());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum HistoricCommand {
    /// `FIND`: which mailboxes or bulletin boards there are (RFC 1176).
    Find(Find),
    /// `BBOARD`: selects a bulletin board (RFC 1176).
    Bboard(MailboxName),
    /// `SUBSCRIBE MAILBOX` or `SUBSCRIBE BBOARD` (IMAP2bis section II.a; RFC 2062 section 6.3.OBS.3).
    Subscribe(SubscribeOption, MailboxName),
    /// `UNSUBSCRIBE MAILBOX` or `UNSUBSCRIBE BBOARD` (IMAP2bis section II.a; RFC 2062 section 6.3.OBS.4).
    Unsubscribe(SubscribeOption, MailboxName),
    /// `PURGE`: what the client has forgotten (IMAP2bis section III.a).
    Purge(Purge),
    /// `PARTIAL` (IMAP2bis section V.a; RFC 1730 section 6.4.6).
    Partial(PartialFetch),
    /// `SUPPORTED.VERSIONS`: which versions the server has (RFC 1203). In IMAP2, too.
    SupportedVersions,
    /// `SELECT.VERSION`: both sides speak this version behind its OK; not while a mailbox is selected (RFC 1203). In IMAP2, too.
    SelectVersion(Version),
    /// `SELECT.FEATURES`: these are on, in place of those before (RFC 1203).
    SelectFeatures(#[cfg_attr(feature = "arbitrary", arbitrary(with = arbitrary_features))] Vec<Feature>),
    /// `READONLY`: the mailbox shall not change (RFC 1203).
    ReadOnly,
    /// `READWRITE`: it may change (RFC 1203).
    ReadWrite,
    /// `FLAGS`: which flags the mailbox has (RFC 1203).
    Flags,
    /// `SET.FLAGS`: it has these keywords (RFC 1203).
    SetFlags(
        #[cfg_attr(feature = "arbitrary", arbitrary(with = crate::core::flag::arbitrary_client_list))]
        Vec<Flag>,
    ),
    /// `STORE` of a field (RFC 1203).
    StoreField(StoreField),
    /// `SEND`: the server sends this message, where the feature is on (RFC 1203).
    Send(Literal),
    /// `ADD.MESSAGE`: this message is put into the mailbox, where the feature is on (RFC 1203).
    AddMessage(MailboxName, Literal),
    /// `RENUMBER`: messages are put in the order of this field, where the feature is on (RFC 1203).
    Renumber(FieldKey, Ordering),
    /// `SET.EOL`: these octets end a line in strings, where the feature is on (RFC 1203).
    SetEol(#[cfg_attr(feature = "arbitrary", arbitrary(with = arbitrary_eol))] Vec<u8>),
    /// `VERSION`: with `4`, MacMS asks for what [`Dialect::MacMs`](crate::Dialect::MacMs) is.
    Version(u32),
}

/// What is subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum SubscribeOption {
    /// `MAILBOX`.
    Mailbox,
    /// `BBOARD`: a bulletin board. IMAP4 has none.
    Bboard,
}

impl SubscribeOption {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mailbox => "MAILBOX",
            Self::Bboard => "BBOARD",
        }
    }

    pub(crate) fn parse_with_name(cursor: &mut Cursor<'_>) -> Result<(Self, MailboxName), ParseError> {
        let option = match () {
            () if cursor.take_keyword("MAILBOX") => Self::Mailbox,
            () if cursor.take_keyword("BBOARD") => Self::Bboard,
            () => return Err(cursor.unknown("MAILBOX or BBOARD")),
        };
        cursor.space()?;
        Ok((option, MailboxName::parse(cursor)?))
    }
}

/// What a client keeps no more, and has to be sent again if it asks for it (IMAP2bis section III.a).
///
/// ```text
/// purge         = "PURGE" SP ("ALWAYS" / purge_option SP sequence)
/// purge_option  = "STATUS" / "STRUCTURE" / "TEXTS" / token
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Purge {
    /// `ALWAYS`: it keeps nothing at all.
    Always,
    /// `STATUS`: flags, internal dates and sizes of these messages.
    Status(SequenceSet),
    /// `STRUCTURE`: their envelopes and structures.
    Structure(SequenceSet),
    /// `TEXTS`: their headers, texts and parts.
    Texts(SequenceSet),
    /// Another option, to be answered with NO.
    Other(Atom, SequenceSet),
}

impl Purge {
    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        if cursor.take_keyword("ALWAYS") {
            return Ok(Self::Always);
        }
        let set = |cursor: &mut Cursor<'_>| {
            cursor.space()?;
            SequenceSet::parse(cursor)
        };
        if cursor.take_keyword("STATUS") {
            return set(cursor).map(Self::Status);
        }
        if cursor.take_keyword("STRUCTURE") {
            return set(cursor).map(Self::Structure);
        }
        if cursor.take_keyword("TEXTS") {
            return set(cursor).map(Self::Texts);
        }
        let name = cursor.owned_atom()?;
        set(cursor).map(|set| Self::Other(name, set))
    }

    pub(super) fn set(&self) -> Option<&SequenceSet> {
        match self {
            Self::Always => None,
            Self::Status(set) | Self::Structure(set) | Self::Texts(set) | Self::Other(_, set) => Some(set),
        }
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let known =
            |name: &Atom| ["ALWAYS", "STATUS", "STRUCTURE", "TEXTS"].iter().any(|known| name.is(known));
        writer.raw(match self {
            Self::Always => b"ALWAYS",
            Self::Status(_) => b"STATUS",
            Self::Structure(_) => b"STRUCTURE",
            Self::Texts(_) => b"TEXTS",
            Self::Other(name, _) if known(name) => return Err(Error::syntax(0, "another option of PURGE")),
            Self::Other(name, _) => name.as_bytes(),
        });
        if let Some(set) = self.set() {
            writer.space();
            set.encode(writer);
        }
        Ok(())
    }
}

/// A piece of a text of one message: what IMAP4rev1 writes as `BODY[…]<…>`. FETCH answers, and says nothing of the piece.
///
/// ```text
/// partial  = "PARTIAL" SP nz_number SP fetch_text SP number SP number
/// ```
///
/// ```
/// use imap_proto::{CommandBody, Dialect, FetchItem, HistoricCommand, Partial, PartialFetch};
/// let partial = PartialFetch::new(4, FetchItem::Rfc822, Partial::new(0, 1_024)?)?;
/// let command = CommandBody::Historic(HistoricCommand::Partial(partial)).tag("A005")?;
/// // On the wire octets count from 1.
/// assert_eq!(command.to_bytes(Dialect::Imap4)?, b"A005 PARTIAL 4 RFC822 1 1024\r\n");
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PartialFetch {
    set: SequenceSet,
    /// In a box, so that commands are no larger for it.
    item: Box<FetchItem>,
    partial: Partial,
}

impl PartialFetch {
    /// Of this message.
    ///
    /// # Errors
    /// `Syntax` where the item is no text, or has a piece of its own; and for message number 0.
    pub fn new(message: u32, item: FetchItem, partial: Partial) -> Result<Self, Error> {
        let element = imap_wire::SetElement::Number(Some(message));
        if !is_text(&item) {
            return Err(Error::syntax(0, "a text of a message"));
        }
        Ok(Self { set: SequenceSet::new([element])?, item: Box::new(item), partial })
    }

    /// Which message. The draft of September 1992 had several.
    pub fn set(&self) -> &SequenceSet {
        &self.set
    }

    /// Which text of it.
    pub fn item(&self) -> &FetchItem {
        &self.item
    }

    /// Which octets, counted from 0.
    pub fn partial(&self) -> Partial {
        self.partial
    }

    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let set = SequenceSet::parse(cursor)?;
        cursor.space()?;
        let item = FetchItem::parse(cursor)?;
        if !is_text(&item) {
            return Err(cursor.unknown("a text of a message"));
        }
        cursor.space()?;
        let place = cursor.at();
        let start = cursor.number64()?;
        let Some(origin) = start.checked_sub(1) else {
            // QUIRK: Python's imaplib documents no origin; many count from 0.
            let behind = cursor.at();
            cursor.seek(place);
            cursor.forgive(mail_wire::Deviation::Number, "octets that count from 1")?;
            cursor.seek(behind);
            return Self::parse_length(cursor, set, item, 0);
        };
        Self::parse_length(cursor, set, item, origin)
    }

    fn parse_length(
        cursor: &mut Cursor<'_>,
        set: SequenceSet,
        item: FetchItem,
        origin: u64,
    ) -> Result<Self, ParseError> {
        cursor.space()?;
        let octets = cursor.number64()?;
        let partial = Partial::new(origin, octets).map_err(|_| cursor.error("a number of octets above 0"))?;
        Ok(Self { set, item: Box::new(item), partial })
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.set.encode(writer);
        writer.space();
        self.item.encode(writer)?;
        writer.space();
        writer.number(self.partial.origin().saturating_add(1));
        writer.space();
        writer.number(self.partial.octets());
        Ok(())
    }
}

/// `fetch_att_text` of IMAP2bis, `fetch_text_old` of RFC 2062.
fn is_text(item: &FetchItem) -> bool {
    match item {
        FetchItem::Rfc822 | FetchItem::Rfc822Header | FetchItem::Rfc822Text => true,
        FetchItem::Section(_, partial) | FetchItem::Peek(_, partial) => partial.is_none(),
        FetchItem::Historic(item) => matches!(item, HistoricItem::Rfc822Peek | HistoricItem::Rfc822TextPeek),
        _ => false,
    }
}

impl HistoricCommand {
    /// The word that it is written with.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Find(_) => "FIND",
            Self::Bboard(_) => "BBOARD",
            Self::Subscribe(..) => "SUBSCRIBE",
            Self::Unsubscribe(..) => "UNSUBSCRIBE",
            Self::Purge(_) => "PURGE",
            Self::Partial(_) => "PARTIAL",
            Self::SupportedVersions => "SUPPORTED.VERSIONS",
            Self::SelectVersion(_) => "SELECT.VERSION",
            Self::SelectFeatures(_) => "SELECT.FEATURES",
            Self::ReadOnly => "READONLY",
            Self::ReadWrite => "READWRITE",
            Self::Flags => "FLAGS",
            Self::SetFlags(_) => "SET.FLAGS",
            Self::StoreField(_) => "STORE",
            Self::Send(_) => "SEND",
            Self::AddMessage(..) => "ADD.MESSAGE",
            Self::Renumber(..) => "RENUMBER",
            Self::SetEol(_) => "SET.EOL",
            Self::Version(_) => "VERSION",
        }
    }

    /// Whether nothing follows the name.
    pub(crate) fn is_bare(&self) -> bool {
        matches!(self, Self::SupportedVersions | Self::ReadOnly | Self::ReadWrite | Self::Flags)
    }

    /// All behind the name and one SP.
    ///
    /// # Errors
    /// `Unsupported` from IMAP4rev1 on.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if writer.generation() == Generation::Imap4rev1 {
            return Err(Error::unsupported(0, alloc::format!("no {} since IMAP4rev1", self.name())));
        }
        match self {
            Self::Find(find) => find.encode(writer),
            Self::Bboard(name) => name.encode(writer),
            Self::Subscribe(option, name) | Self::Unsubscribe(option, name) => {
                writer.raw(option.as_str().as_bytes());
                writer.space();
                name.encode(writer)
            }
            Self::Purge(purge) => purge.encode(writer),
            Self::Partial(partial) => partial.encode(writer),
            Self::SupportedVersions | Self::ReadOnly | Self::ReadWrite | Self::Flags => Ok(()),
            Self::SelectVersion(version) => {
                version.encode(writer);
                Ok(())
            }
            Self::SelectFeatures(features) if features.is_empty() => {
                Err(Error::misuse(0, "at least one feature"))
            }
            Self::SelectFeatures(features) => writer.separated(features, |writer, feature| {
                feature.encode(writer);
                Ok(())
            }),
            Self::SetFlags(flags) => Flag::encode_client_list(flags, writer),
            Self::StoreField(store) => store.encode(writer),
            Self::Send(message) => encode_message(message, writer),
            Self::AddMessage(mailbox, message) => {
                mailbox.encode(writer)?;
                writer.space();
                encode_message(message, writer)
            }
            Self::Renumber(key, ordering) => {
                key.encode(writer)?;
                writer.space();
                writer.raw(ordering.as_str().as_bytes());
                Ok(())
            }
            Self::SetEol(octets) => encode_set_eol(octets, writer),
            Self::Version(version) => {
                writer.number(u64::from(*version));
                Ok(())
            }
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Purge {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let set: SequenceSet = u.arbitrary()?;
        Ok(match u.int_in_range(0..=4)? {
            0 => Self::Always,
            1 => Self::Status(set),
            2 => Self::Structure(set),
            3 => Self::Texts(set),
            _ => Self::Other(Atom::new("X-ALL").map_err(|_| arbitrary::Error::IncorrectFormat)?, set),
        })
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for PartialFetch {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let item = match u.int_in_range(0..=5)? {
            0 => FetchItem::Rfc822,
            1 => FetchItem::Rfc822Header,
            2 => FetchItem::Rfc822Text,
            3 => FetchItem::Historic(HistoricItem::Rfc822Peek),
            4 => FetchItem::Section(u.arbitrary()?, None),
            _ => FetchItem::Peek(u.arbitrary()?, None),
        };
        // On the wire the origin is one more.
        let (origin, octets) = (u.int_in_range(0..=(1 << 40))?, u.int_in_range(1..=(1 << 40))?);
        let partial = Partial::new(origin, octets).map_err(|_| arbitrary::Error::IncorrectFormat)?;
        Self::new(u.int_in_range(1..=u32::MAX)?, item, partial).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

#[cfg(feature = "arbitrary")]
fn arbitrary_features(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Vec<Feature>> {
    let mut features: Vec<Feature> = arbitrary::Arbitrary::arbitrary(u)?;
    features.push(arbitrary::Arbitrary::arbitrary(u)?);
    Ok(features)
}

#[cfg(feature = "arbitrary")]
fn arbitrary_eol(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    let mut octets: Vec<u8> = arbitrary::Arbitrary::arbitrary(u)?;
    octets.push(arbitrary::Arbitrary::arbitrary(u)?);
    Ok(octets)
}
