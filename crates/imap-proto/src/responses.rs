//! The table of responses (RFC 9051 section 7).

use crate::Response;

/// One row of the table of responses.
///
/// ```
/// use imap_proto::{Options, RESPONSES, Response};
/// for spec in RESPONSES {
///     assert_eq!(Response::parse(spec.example.as_bytes(), &Options::client())?.name(), spec.name);
/// }
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ResponseSpec {
    /// The word; `+` for a continuation request.
    pub name: &'static str,
    /// RFC and section that define it.
    pub rfc: &'static str,
    /// IMAP4rev2 left it out: it is read always, and written to older peers only.
    pub obsolete: bool,
    /// A response of that name as it is written, without its last CRLF.
    pub example: &'static str,
}

const fn row(name: &'static str, rfc: &'static str, example: &'static str) -> ResponseSpec {
    ResponseSpec { name, rfc, obsolete: false, example }
}

/// Of a response that IMAP4rev2 left out.
const fn obsolete(row: ResponseSpec) -> ResponseSpec {
    ResponseSpec { obsolete: true, ..row }
}

/// Every response that is typed, sorted by name.
pub const RESPONSES: &[ResponseSpec] = &[
    row("+", "RFC 9051 section 7.6", "+ go ahead"),
    row("BAD", "RFC 9051 section 7.1.3", "a1 BAD no such command"),
    row("BYE", "RFC 9051 section 7.1.5", "* BYE see you"),
    row("CAPABILITY", "RFC 9051 section 7.2.2", "* CAPABILITY IMAP4rev2 STARTTLS AUTH=PLAIN"),
    row("ENABLED", "RFC 9051 section 7.2.1", "* ENABLED CONDSTORE"),
    row("ESEARCH", "RFC 9051 section 7.3.4", "* ESEARCH (TAG \"a1\") UID COUNT 3 ALL 7,9:10"),
    row("EXISTS", "RFC 9051 section 7.4.1", "* 23 EXISTS"),
    row("EXPUNGE", "RFC 9051 section 7.5.1", "* 44 EXPUNGE"),
    row("FETCH", "RFC 9051 section 7.5.2", "* 23 FETCH (FLAGS (\\Seen) UID 4827)"),
    row("FLAGS", "RFC 9051 section 7.3.5", "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)"),
    row("LIST", "RFC 9051 section 7.3.1", "* LIST (\\Noselect) \"/\" ~/Mail/foo"),
    obsolete(row("LSUB", "RFC 3501 section 7.2.3", "* LSUB () \".\" #news.comp.mail.misc")),
    row("NAMESPACE", "RFC 9051 section 7.3.2", "* NAMESPACE ((\"\" \"/\")) ((\"~\" \"/\")) NIL"),
    row("NO", "RFC 9051 section 7.1.2", "a1 NO it is locked"),
    row("OK", "RFC 9051 section 7.1.1", "a1 OK done"),
    row("PREAUTH", "RFC 9051 section 7.1.4", "* PREAUTH welcome"),
    row("RECENT", "RFC 3501 section 7.3.2", "* 5 RECENT"),
    row("SEARCH", "RFC 3501 section 7.2.5", "* SEARCH 2 3 6"),
    row("STATUS", "RFC 9051 section 7.3.3", "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)"),
];

impl Response {
    /// The word that says what it is; `+` for a continuation request.
    pub fn name(&self) -> &str {
        match self {
            Self::Status(status) => status.condition().as_str(),
            Self::Continuation(_) => "+",
            Self::Capability(_) => "CAPABILITY",
            Self::Enabled(_) => "ENABLED",
            Self::Flags(_) => "FLAGS",
            Self::List(_) => "LIST",
            Self::Lsub(_) => "LSUB",
            Self::Search(_) => "SEARCH",
            Self::Esearch(_) => "ESEARCH",
            Self::MailboxStatus(_) => "STATUS",
            Self::Namespace(_) => "NAMESPACE",
            Self::Exists(_) => "EXISTS",
            Self::Recent(_) => "RECENT",
            Self::Expunge(_) => "EXPUNGE",
            Self::Fetch(_) => "FETCH",
            Self::Historic(response) => response.name(),
            Self::Other(other) => other.name().as_str(),
        }
    }
}
