//! The table of responses.

use crate::Evidence;

/// One row of the table of responses.
///
/// ```
/// use imsp_proto::{Options, RESPONSES, Response};
/// for spec in RESPONSES {
///     assert_eq!(Response::parse(spec.example.as_bytes(), &Options::client())?.name(), spec.name);
/// }
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ResponseSpec {
    /// The word; `+` for a continuation.
    pub name: &'static str,
    /// How its form is known.
    pub evidence: Evidence,
    /// The recording below `tests/recordings` that shows it, or what tells of it.
    pub source: &'static str,
    /// A response of that name as it is written, without its last CRLF.
    pub example: &'static str,
}

const fn row(name: &'static str, source: &'static str, example: &'static str) -> ResponseSpec {
    ResponseSpec { name, evidence: Evidence::Seen, source, example }
}

/// Of the mailbox side, which no server that runs has.
const fn told(name: &'static str, example: &'static str) -> ResponseSpec {
    ResponseSpec { name, evidence: Evidence::Told, source: "documents of Cyrus IMSP", example }
}

/// Every response that is typed, sorted by name.
pub const RESPONSES: &[ResponseSpec] = &[
    row("+", "imspd-addressbook", "+ go"),
    row("ACL", "imspd-addressbook", "* ACL ADDRESSBOOK mrose.friends mrose lrswipcda"),
    row("ADDRESSBOOK", "imspd-addressbook", "* ADDRESSBOOK () \".\" \"mrose.work people\""),
    row("BAD", "imspd-errors", "a1 BAD command 'nosuch' unknown"),
    row("BYE", "imspd-auth", "* BYE Logging user out"),
    row("CAPABILITY", "imspd-auth", "* CAPABILITY AUTH=CRAM-MD5 AUTH=PLAIN LITERAL+"),
    row(
        "FETCHADDRESS",
        "imspd-addressbook",
        "* FETCHADDRESS mrose.friends {13}\r\nJ\u{f6}rg M\u{fc}ller email joerg@example.de",
    ),
    told("LIST", "* LIST (\\Marked) \".\" bb.news imap1.example.com imap2.example.com"),
    told("LMARKED", "* LMARKED () \".\" bb.news"),
    told("LSUB", "* LSUB () \".\" bb.news imap1.example.com"),
    row("MYRIGHTS", "imspd-addressbook", "* MYRIGHTS ADDRESSBOOK mrose.friends \"\""),
    row("NO", "imspd-addressbook", "a1 NO entry 'nobody' not found"),
    row("OK", "imspd-auth", "a1 OK noop completed"),
    row("OPTION", "imspd-options", "* OPTION common.sent.mailbox sentmail [READ-WRITE]"),
    row("SEARCHADDRESS", "imspd-addressbook", "* SEARCHADDRESS \"Annette Ostler\""),
];
