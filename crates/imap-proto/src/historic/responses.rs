//! The table of responses by dialect.

use crate::Dialect;

/// One row of the table of responses that IMAP4rev1 has no more.
///
/// ```
/// use imap_proto::{HISTORIC_RESPONSES, Options, Response};
/// for row in HISTORIC_RESPONSES {
///     for dialect in row.dialects {
///         let options = Options::client().with_dialect(*dialect);
///         assert_eq!(Response::parse(row.example.as_bytes(), &options)?.name(), row.name);
///     }
/// }
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct HistoricResponseSpec {
    /// The word.
    pub name: &'static str,
    /// Where it is specified.
    pub source: &'static str,
    /// Which dialects have it.
    pub dialects: &'static [Dialect],
    /// A response as it is written.
    pub example: &'static str,
}

const fn row(
    name: &'static str,
    source: &'static str,
    dialects: &'static [Dialect],
    example: &'static str,
) -> HistoricResponseSpec {
    HistoricResponseSpec { name, source, dialects, example }
}

const ALL: &[Dialect] = &[Dialect::Imap2, Dialect::Imap2bis, Dialect::MacMs, Dialect::Imap3, Dialect::Imap4];
const BOARDS: &[Dialect] = &[Dialect::Imap2, Dialect::Imap2bis, Dialect::MacMs, Dialect::Imap3];
const VERSIONS: &[Dialect] = &[Dialect::Imap2, Dialect::Imap3];
const IMAP3: &[Dialect] = &[Dialect::Imap3];

/// Every response that is typed and that IMAP4rev1 has no more, sorted by name; SEARCH and FETCH of IMAP3 are among them.
pub const HISTORIC_RESPONSES: &[HistoricResponseSpec] = &[
    row("BBOARD", "RFC 1176, BBOARD", BOARDS, "* BBOARD INFO-MAC"),
    row("COPY", "RFC 1064, COPY", ALL, "* 44 COPY"),
    row("EXISTS", "RFC 1203, EXISTS", IMAP3, "A004 19 EXISTS"),
    row("FETCH", "RFC 1203, FETCH", IMAP3, "A005 42 FETCH ($SUBJECT \"Some text\" APPARENTLY-TO NIL)"),
    row("MAILBOX", "RFC 1176, MAILBOX", ALL, "* MAILBOX blurdybloop"),
    row("READONLY", "RFC 1203, READONLY", IMAP3, "a1 READONLY"),
    row("READWRITE", "RFC 1203, READWRITE", IMAP3, "* READWRITE"),
    row("RESET", "RFC 1203, RENUMBER", IMAP3, "tag42 RESET 10:20,49"),
    row("SEARCH", "RFC 1203, SEARCH", IMAP3, "a3 SEARCH (2 3 6) (~SEEN FROM crispin)"),
    row("STORE", "RFC 1064, STORE", ALL, "* 8 STORE (FLAGS (\\Deleted \\Seen))"),
    row(
        "SUPPORTED.VERSIONS",
        "RFC 1203, SUPPORTED.VERSIONS",
        VERSIONS,
        "* SUPPORTED.VERSIONS ((2 0 ) (3 0 TAGGED.SOLICITED))",
    ),
];
