//! Responses that IMAP4rev1 has no more.

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError, SequenceSet, Writer};
use mail_wire::{Deviation, Error};

use super::imap3::{Found, Solicited, VersionSpec};
use crate::core::{MailboxName, SeqNo};
use crate::fetch::{Fetch, Scratch};
use crate::{Dialect, Response};

/// A response of an edition before IMAP4rev1.
///
/// ```
/// use imap_proto::{HistoricResponse, Options, Response};
/// let response = Response::parse(b"* 8 STORE (FLAGS (\\Deleted \\Seen))", &Options::client())?;
/// assert!(matches!(response, Response::Historic(HistoricResponse::Store(_))));
/// // It means what FETCH does.
/// assert_eq!(response.fetch().unwrap().number().get(), 8);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum HistoricResponse {
    /// `MAILBOX`: one that FIND found (RFC 1176; RFC 2062 section 7.2.OBS.1).
    Mailbox(MailboxName),
    /// `BBOARD`: a bulletin board that FIND found (RFC 1176).
    Bboard(MailboxName),
    /// `n COPY`: this message was copied. To be ignored since IMAP2bis (RFC 2062 section 7.3.OBS.1).
    Copy(SeqNo),
    /// `n STORE`: what is new of a message, in answer to STORE (RFC 1064; RFC 2062 section 7.3.OBS.2).
    Store(Fetch),
    /// `SUPPORTED.VERSIONS` (RFC 1203).
    SupportedVersions(Vec<VersionSpec>),
    /// `READONLY`: the mailbox can't be changed now (RFC 1203).
    ReadOnly,
    /// `READWRITE`: it can (RFC 1203).
    ReadWrite,
    /// `SEARCH (numbers) (criteria)` (RFC 1203).
    Found(Found),
    /// `RESET`: what is known of these messages is no more (RFC 1203, RENUMBER).
    Reset(SequenceSet),
    /// Data with the tag of the command that asked for it (RFC 1203).
    Solicited(Solicited),
}

impl HistoricResponse {
    /// The word that says what it is.
    pub fn name(&self) -> &str {
        match self {
            Self::Mailbox(_) => "MAILBOX",
            Self::Bboard(_) => "BBOARD",
            Self::Copy(_) => "COPY",
            Self::Store(_) => "STORE",
            Self::SupportedVersions(_) => "SUPPORTED.VERSIONS",
            Self::ReadOnly => "READONLY",
            Self::ReadWrite => "READWRITE",
            Self::Found(_) => "SEARCH",
            Self::Reset(_) => "RESET",
            Self::Solicited(solicited) => solicited.data().name(),
        }
    }

    /// Reads what is known by its name alone; `None` where it is something else.
    #[cold]
    #[inline(never)]
    pub(crate) fn parse_named(cursor: &mut Cursor<'_>) -> Result<Option<Self>, ParseError> {
        let make = match () {
            () if cursor.take_keyword("MAILBOX") => Self::Mailbox,
            () if cursor.take_keyword("BBOARD") => Self::Bboard,
            () if cursor.take_keyword("SUPPORTED.VERSIONS") => {
                // In IMAP2, too, in which servers of IMAP3 begin.
                cursor.space()?;
                return VersionSpec::parse_list(cursor).map(|specs| Some(Self::SupportedVersions(specs)));
            }
            () => return Ok(None),
        };
        cursor.space()?;
        parse_name(cursor).map(make).map(Some)
    }

    /// Reads what follows a number and SP; `None` where it is something else.
    #[cold]
    #[inline(never)]
    pub(crate) fn parse_numbered(
        cursor: &mut Cursor<'_>,
        number: u32,
        scratch: &mut Scratch,
        frame: &[u8],
    ) -> Result<Option<Self>, ParseError> {
        if cursor.take_keyword("COPY") {
            cursor.end()?;
            return Ok(Some(Self::Copy(SeqNo::new(number))));
        }
        if !cursor.take_keyword("STORE") {
            return Ok(None);
        }
        cursor.space()?;
        let fetch = Fetch::parse_behind((number, 0), cursor, scratch, frame)?;
        Ok(Some(Self::Store(fetch.written_anew())))
    }

    /// All behind `* `.
    pub(crate) fn encode(&self, dialect: Dialect, writer: &mut Writer<'_>) -> Result<(), Error> {
        match self {
            Self::Mailbox(name) | Self::Bboard(name) => {
                writer.raw(self.name().as_bytes());
                writer.space();
                name.encode(writer)
            }
            Self::Copy(number) => {
                writer.number(u64::from(number.get()));
                writer.raw(b" COPY");
                Ok(())
            }
            Self::Store(fetch) => super::encode::encode_fetch(fetch, b" STORE ", dialect, writer),
            Self::SupportedVersions(specs) => {
                writer.raw(b"SUPPORTED.VERSIONS ");
                VersionSpec::encode_list(specs, writer)
            }
            Self::Found(found) => {
                writer.raw(b"SEARCH ");
                found.encode(writer)
            }
            Self::Reset(set) => {
                writer.raw(b"RESET ");
                set.encode(writer);
                Ok(())
            }
            Self::ReadOnly | Self::ReadWrite => {
                writer.raw(self.name().as_bytes());
                Ok(())
            }
            // It has a front of its own.
            Self::Solicited(_) => Err(Error::misuse(0, "data of one command")),
        }
    }
}

/// A name, to the end of the line.
fn parse_name(cursor: &mut Cursor<'_>) -> Result<MailboxName, ParseError> {
    let read = cursor.optional(|cursor| {
        let name = MailboxName::parse(cursor)?;
        cursor.end()?;
        Ok(name)
    });
    if let Some(name) = read {
        return Ok(name);
    }
    // QUIRK: UW imapd 3.6 writes names without quotes, whatever is in them.
    let rest = cursor.rest();
    let is_line = !rest.is_empty() && !rest.starts_with(b"{") && memchr::memchr(b'\n', rest).is_none();
    if !is_line {
        return Err(cursor.error("the name of a mailbox"));
    }
    cursor.forgive(Deviation::Quoting, "a name with quotes")?;
    cursor.skip(rest.len());
    MailboxName::new(rest).map_err(|_| cursor.error("the name of a mailbox"))
}

impl Response {
    /// What it says of a message: that of FETCH, or of STORE in older editions.
    pub fn fetch(&self) -> Option<&Fetch> {
        match self {
            Self::Fetch(fetch) | Self::Historic(HistoricResponse::Store(fetch)) => Some(fetch),
            Self::Historic(HistoricResponse::Solicited(solicited)) => solicited.data().fetch(),
            _ => None,
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for HistoricResponse {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(match u.int_in_range(0..=9)? {
            0 => Self::Mailbox(u.arbitrary()?),
            1 => Self::Bboard(u.arbitrary()?),
            2 => Self::Copy(u.arbitrary()?),
            4 => {
                let mut specs: Vec<VersionSpec> = u.arbitrary()?;
                specs.push(u.arbitrary()?);
                Self::SupportedVersions(specs)
            }
            5 => Self::ReadOnly,
            6 => Self::ReadWrite,
            7 => Self::Found(u.arbitrary()?),
            8 => Self::Reset(u.arbitrary()?),
            9 => Self::Solicited(u.arbitrary()?),
            _ => Self::Store(u.arbitrary()?),
        })
    }
}
