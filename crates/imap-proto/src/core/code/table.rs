//! The codes that are known, and how their arguments are read.

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError, SequenceSet, SetElement, chars};
use mail_wire::Deviation;
use mail_wire::text::Text;

use super::ResponseCode;
use crate::core::capability::Capabilities;
use crate::core::flag::Flag;
use crate::core::whole_text;

type Parse = fn(&mut Cursor<'_>) -> Result<ResponseCode, ParseError>;

/// A row of [`RESPONSE_CODES`].
///
/// ```
/// let alert = imap_proto::RESPONSE_CODES.iter().find(|spec| spec.name == "ALERT");
/// assert_eq!(alert.unwrap().rfc, "RFC 3501 section 7.1");
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ResponseCodeSpec {
    /// The name.
    pub name: &'static str,
    /// RFC and section that define it.
    pub rfc: &'static str,
    /// IMAP4rev2 left it out: it is read always, and written to older peers only.
    pub obsolete: bool,
    /// A code of that name, without its brackets.
    pub example: &'static str,
    pub(super) parse: Parse,
}

const fn row(name: &'static str, rfc: &'static str, example: &'static str, parse: Parse) -> ResponseCodeSpec {
    ResponseCodeSpec { name, rfc, obsolete: false, example, parse }
}

/// Of a code that IMAP4rev2 left out.
const fn obsolete(row: ResponseCodeSpec) -> ResponseCodeSpec {
    ResponseCodeSpec { obsolete: true, ..row }
}

/// The codes that are known, by name.
pub const RESPONSE_CODES: &[ResponseCodeSpec] = &[
    row("ALERT", "RFC 3501 section 7.1", "ALERT", |_| Ok(ResponseCode::Alert)),
    row("ALREADYEXISTS", "RFC 5530 section 3", "ALREADYEXISTS", |_| Ok(ResponseCode::AlreadyExists)),
    row("APPENDUID", "RFC 4315 section 3", "APPENDUID 38505 3955", append_uid),
    row("AUTHENTICATIONFAILED", "RFC 5530 section 3", "AUTHENTICATIONFAILED", |_| {
        Ok(ResponseCode::AuthenticationFailed)
    }),
    row("AUTHORIZATIONFAILED", "RFC 5530 section 3", "AUTHORIZATIONFAILED", |_| {
        Ok(ResponseCode::AuthorizationFailed)
    }),
    row("BADCHARSET", "RFC 3501 section 7.1", "BADCHARSET (UTF-8 US-ASCII)", bad_charset),
    row("CANNOT", "RFC 5530 section 3", "CANNOT", |_| Ok(ResponseCode::Cannot)),
    row("CAPABILITY", "RFC 3501 section 7.1", "CAPABILITY IMAP4rev2 AUTH=PLAIN", |cursor| {
        cursor.space()?;
        Capabilities::parse(cursor).map(ResponseCode::Capability)
    }),
    row("CLIENTBUG", "RFC 5530 section 3", "CLIENTBUG", |_| Ok(ResponseCode::ClientBug)),
    row("CLOSED", "RFC 7162 section 3.2.11", "CLOSED", |_| Ok(ResponseCode::Closed)),
    row("COMPRESSIONACTIVE", "RFC 4978 section 3", "COMPRESSIONACTIVE", |_| {
        Ok(ResponseCode::CompressionActive)
    }),
    row("CONTACTADMIN", "RFC 5530 section 3", "CONTACTADMIN", |_| Ok(ResponseCode::ContactAdmin)),
    row("COPYUID", "RFC 4315 section 3", "COPYUID 38505 304,319:320 3956:3958", copy_uid),
    row("CORRUPTION", "RFC 5530 section 3", "CORRUPTION", |_| Ok(ResponseCode::Corruption)),
    row("EXPIRED", "RFC 5530 section 3", "EXPIRED", |_| Ok(ResponseCode::Expired)),
    row("EXPUNGEISSUED", "RFC 5530 section 3", "EXPUNGEISSUED", |_| Ok(ResponseCode::ExpungeIssued)),
    row("HASCHILDREN", "RFC 9051 section 7.1", "HASCHILDREN", |_| Ok(ResponseCode::HasChildren)),
    row("HIGHESTMODSEQ", "RFC 7162 section 3.1.2.1", "HIGHESTMODSEQ 715194045007", highest_mod_seq),
    row("INUSE", "RFC 5530 section 3", "INUSE", |_| Ok(ResponseCode::InUse)),
    row("LIMIT", "RFC 5530 section 3", "LIMIT", |_| Ok(ResponseCode::Limit)),
    row("MAILBOXID", "RFC 8474 section 4", "MAILBOXID (F2212ea87-6097-4256-9d51-71338625)", mailbox_id),
    row("MODIFIED", "RFC 7162 section 3.1.3", "MODIFIED 7,9", |cursor| {
        cursor.space()?;
        uid_set(cursor).map(ResponseCode::Modified)
    }),
    row("NOMODSEQ", "RFC 7162 section 3.1.2.2", "NOMODSEQ", |_| Ok(ResponseCode::NoModSeq)),
    row("NONEXISTENT", "RFC 5530 section 3", "NONEXISTENT", |_| Ok(ResponseCode::NonExistent)),
    row("NOPERM", "RFC 5530 section 3", "NOPERM", |_| Ok(ResponseCode::NoPerm)),
    row("NOTSAVED", "RFC 9051 section 7.1", "NOTSAVED", |_| Ok(ResponseCode::NotSaved)),
    row("OVERQUOTA", "RFC 5530 section 3", "OVERQUOTA", |_| Ok(ResponseCode::OverQuota)),
    row("PARSE", "RFC 3501 section 7.1", "PARSE", |_| Ok(ResponseCode::Parse)),
    row("PERMANENTFLAGS", "RFC 3501 section 7.1", "PERMANENTFLAGS (\\Deleted \\Seen \\*)", |cursor| {
        cursor.space()?;
        Flag::parse_permanent_list(cursor).map(ResponseCode::PermanentFlags)
    }),
    row("PRIVACYREQUIRED", "RFC 5530 section 3", "PRIVACYREQUIRED", |_| Ok(ResponseCode::PrivacyRequired)),
    row("READ-ONLY", "RFC 3501 section 7.1", "READ-ONLY", |_| Ok(ResponseCode::ReadOnly)),
    row("READ-WRITE", "RFC 3501 section 7.1", "READ-WRITE", |_| Ok(ResponseCode::ReadWrite)),
    row("SERVERBUG", "RFC 5530 section 3", "SERVERBUG", |_| Ok(ResponseCode::ServerBug)),
    row("TOOBIG", "RFC 4469 section 4.2", "TOOBIG", |_| Ok(ResponseCode::TooBig)),
    row("TRYCREATE", "RFC 3501 section 7.1", "TRYCREATE", |_| Ok(ResponseCode::TryCreate)),
    row("UIDNEXT", "RFC 3501 section 7.1", "UIDNEXT 4392", |cursor| {
        number(cursor).map(ResponseCode::UidNext)
    }),
    row("UIDNOTSTICKY", "RFC 4315 section 3", "UIDNOTSTICKY", |_| Ok(ResponseCode::UidNotSticky)),
    row("UIDVALIDITY", "RFC 3501 section 7.1", "UIDVALIDITY 3857529045", |cursor| {
        number(cursor).map(ResponseCode::UidValidity)
    }),
    row("UNAVAILABLE", "RFC 5530 section 3", "UNAVAILABLE", |_| Ok(ResponseCode::Unavailable)),
    row("UNKNOWN-CTE", "RFC 9051 section 7.1", "UNKNOWN-CTE", |_| Ok(ResponseCode::UnknownCte)),
    obsolete(row("UNSEEN", "RFC 3501 section 7.1", "UNSEEN 12", |cursor| {
        number(cursor).map(ResponseCode::Unseen)
    })),
    row("USEATTR", "RFC 6154 section 3", "USEATTR", |_| Ok(ResponseCode::UseAttr)),
];

/// ```text
/// resp-code-apnd  = "APPENDUID" SP nz-number SP append-uid
/// append-uid      = uniqueid / uid-set        ; the latter with MULTIAPPEND
/// ```
fn append_uid(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    let uid_validity = number(cursor)?;
    cursor.space()?;
    Ok(ResponseCode::AppendUid { uid_validity, uids: uid_set(cursor)? })
}

/// ```text
/// resp-code-copy  = "COPYUID" SP nz-number SP uid-set SP uid-set
/// ```
fn copy_uid(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    let uid_validity = number(cursor)?;
    cursor.space()?;
    let source = uid_set(cursor)?;
    cursor.space()?;
    Ok(ResponseCode::CopyUid { uid_validity, source, destination: uid_set(cursor)? })
}

/// ```text
/// "BADCHARSET" [SP "(" charset *(SP charset) ")" ]
/// ```
///
/// RFC 3501 has `astring` for `charset`, RFC 9051 an atom or a quoted string.
fn bad_charset(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    let mut charsets = Vec::new();
    if cursor.peek() == Some(b']') {
        return Ok(ResponseCode::BadCharset(charsets));
    }
    cursor.space()?;
    cursor.open()?;
    loop {
        let charset = cursor.astring()?;
        cursor.room(charsets.len())?;
        charsets.push(whole_text(cursor, charset)?);
        if cursor.take_close()? {
            return Ok(ResponseCode::BadCharset(charsets));
        }
        cursor.space()?;
    }
}

/// ```text
/// "HIGHESTMODSEQ" SP mod-sequence-value
/// mod-sequence-value  = 1*DIGIT    ; above 0, of 63 bits
/// ```
fn highest_mod_seq(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    cursor.space()?;
    cursor.mod_sequence().map(ResponseCode::HighestModSeq)
}

/// ```text
/// "MAILBOXID" SP "(" objectid ")"
/// objectid  = 1*255(ALPHA / DIGIT / "_" / "-")
/// ```
fn mailbox_id(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    cursor.space()?;
    cursor.open()?;
    let id = cursor.word(chars::ATOM, "an object identifier")?;
    if id.len() > 255 || !id.iter().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-'))
    {
        cursor.forgive(Deviation::Value, "an object identifier")?;
    }
    let id = Text::new(id).map_err(|_| cursor.error("an object identifier"))?;
    cursor.close()?;
    Ok(ResponseCode::MailboxId(id))
}

/// ```text
/// SP nz-number
/// ```
fn number(cursor: &mut Cursor<'_>) -> Result<u32, ParseError> {
    cursor.space()?;
    cursor.nz_number()
}

/// ```text
/// uid-set    = (uniqueid / uid-range) *("," uid-set)
/// ```
fn uid_set(cursor: &mut Cursor<'_>) -> Result<SequenceSet, ParseError> {
    let set = SequenceSet::parse(cursor)?;
    if set.elements().iter().any(is_relative) {
        cursor.forgive(Deviation::Value, "a set of numbers and ranges only")?;
    }
    Ok(set)
}

/// Whether it takes a mailbox to know what the element means.
fn is_relative(element: &SetElement) -> bool {
    !matches!(element, SetElement::Number(Some(_)) | SetElement::Range(Some(_), Some(_)))
}
