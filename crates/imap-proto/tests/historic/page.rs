//! `docs/imap-historic.md` says what the tables say. `UPDATE=1 cargo test -p imap-proto --test historic` writes it anew.

use imap_proto::testkit::HISTORIC_DIALECTS;
use imap_proto::{
    Command, Dialect, Event, FEATURES, FeatureSpec, HISTORIC_COMMANDS, HISTORIC_RESPONSES,
    HistoricResponseSpec, HistoricSpec, Leniency, Options, Response, ServerCodec, State,
};
use mail_wire::testkit::{Section, SupportPage};

/// Source, what it asks for, how far this crate goes, and the test that shows it.
const SECTIONS: &[Section] = &[
    (
        "RFC 1064, RFC 1176",
        "IMAP2",
        "all commands and responses; strings without quoted pairs, dates of two digits with named zones, flags without parentheses",
        "historic/dialogues.rs",
    ),
    (
        "IMAP2bis, drafts of September and December 1992",
        "IMAP2bis",
        "all: structures and parts, mailboxes, subscriptions, PURGE, APPEND, PARTIAL, PREAUTH, new dates; EXAMINE as UW imapd had it",
        "historic/dialogues.rs",
    ),
    (
        "MacMS",
        "\"IMAPx\"",
        "`VERSION 4`, envelopes behind their octets: the dialect `MacMs`",
        "historic/rows.rs",
    ),
    (
        "RFC 1203",
        "IMAP3",
        "versions and features, data with tags, keys in FETCH, STORE and SEARCH, negation, comments of addresses, all commands of the \
         appendix; a message of SEND joins its frame, one of ADD.MESSAGE streams",
        "historic/imap3.rs",
    ),
    ("RFC 1730", "IMAP4", "all; `BODY[0]` by `Section::part_zero`", "historic/dialogues.rs"),
    (
        "RFC 2062",
        "obsolete syntax",
        "read in all dialects of today, too; written as the tables say",
        "historic/rows.rs",
    ),
    (
        "RFC 1732, RFC 2061",
        "which dialect the server speaks",
        "`Probe`: what to ask, and what the answers mean",
        "historic/main.rs",
    ),
    ("Bounds", "as for all of IMAP", "`Limits`; any octets, cut anywhere", "historic/hostile.rs"),
];

/// Where a text is not as its grammar has it, or contradicts itself: source, what stands there, what is done, and a line that a
/// lenient codec of this dialect reads (from a server, unless it begins with `C: `).
const SLIPS: &[(&str, &str, &str, Dialect, &str)] = &[
    (
        "RFC 1064, RFC 1176",
        "the grammar lacks FROM, SUBJECT and the argument of UNKEYWORD",
        "they are keys as all others",
        Dialect::Imap2,
        "C: a SEARCH SUBJECT x UNKEYWORD y",
    ),
    ("RFC 1176", "`data` lacks MAILBOX and BBOARD", "they are responses", Dialect::Imap2, "* BBOARD x"),
    (
        "RFC 1064, RFC 1176",
        "a list of flags that nests",
        "flags in parentheses, `\\Recent` anywhere, perhaps none",
        Dialect::Imap2,
        "* 1 FETCH (FLAGS ())",
    ),
    ("RFC 1064, RFC 1176", "SEARCH must find something", "it may find nothing", Dialect::Imap2, "* SEARCH"),
    (
        "RFC 1064, RFC 1176",
        "samples without OK, with other tags, with a date that is cut off",
        "a line without OK is malformed: it is no success",
        Dialect::Imap2,
        "A002 FIND completed",
    ),
    (
        "RFC 1176",
        "a blank in front of the zone",
        "forgiven",
        Dialect::Imap2,
        "* 1 FETCH (INTERNALDATE \" 9-Jun-88 12:55:44 PDT\")",
    ),
    (
        "RFC 1064, RFC 1176",
        "STORE answers with STORE, which RFC 1176 calls obsolete and shows",
        "read as what it is; `Response::fetch` gives both",
        Dialect::Imap2,
        "* 8 Store (Flags (\\Deleted))",
    ),
    (
        "RFC 1176",
        "`%` in a pattern, but not in strings",
        "bare it may stand in patterns; else in literals",
        Dialect::Imap2,
        "C: a FIND MAILBOXES a%",
    ),
    (
        "RFC 1064, RFC 1176",
        "an empty string between quotes can't be derived",
        "read and written",
        Dialect::Imap2,
        "* 1 FETCH (RFC822.TEXT \"\")",
    ),
    (
        "IMAP2bis",
        "parameters are a string in the grammar, a list in the prose",
        "a list",
        Dialect::Imap2bis,
        "* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 1 1))",
    ),
    (
        "IMAP2bis",
        "`BODY[...]` without a blank behind it",
        "one blank",
        Dialect::Imap2bis,
        "* 1 FETCH (BODY[1] \"x\")",
    ),
    (
        "IMAP2bis",
        "zones count west of Greenwich, and are subtracted",
        "east, as in all later texts",
        Dialect::Imap2bis,
        "* 1 FETCH (INTERNALDATE \" 9-Jun-1992 12:55:44 -0700\")",
    ),
    (
        "IMAP2bis",
        "the encoding is `QUOTEDPRINTABLE`",
        "it stands as it came",
        Dialect::Imap2bis,
        "* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL \"QUOTEDPRINTABLE\" 1 1))",
    ),
    (
        "IMAP2bis, September",
        "PARTIAL has a sequence",
        "read; one number is written",
        Dialect::Imap2bis,
        "C: a PARTIAL 2:3 RFC822 1 10",
    ),
    (
        "UW imapd 3.6",
        "names without quotes",
        "to the end of the line",
        Dialect::Imap2bis,
        "* MAILBOX My Folder",
    ),
    (
        "RFC 1203",
        "SEARCH has its lists in either order",
        "numbers first; read by content",
        Dialect::Imap3,
        "* SEARCH (FROM crispin) (2 3)",
    ),
    ("RFC 1203", "`* EXISTS 23`", "forgiven", Dialect::Imap3, "* EXISTS 23"),
    (
        "RFC 1203",
        "FETCH without number or parentheses",
        "forgiven; the number is 0",
        Dialect::Imap3,
        "a1 FETCH $SUBJECT \"x\"",
    ),
    (
        "RFC 1203",
        "`STORE FLAGS (...)` beside `STORE (FLAGS (...))`",
        "the second",
        Dialect::Imap3,
        "a1 18 STORE (FLAGS (\\Seen))",
    ),
    ("RFC 1203", "blanks are missing in productions", "one blank", Dialect::Imap3, "C: a SET.EOL CR 4"),
    (
        "RFC 1203",
        "`(2 0 )` where a feature must follow",
        "read and written so",
        Dialect::Imap3,
        "* SUPPORTED.VERSIONS ((2 0 ))",
    ),
    (
        "RFC 1203",
        "a length in front of envelopes in one production",
        "forgiven, not written",
        Dialect::Imap3,
        "* 1 FETCH (ENVELOPE 41 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))",
    ),
    (
        "RFC 1203",
        "the grammar of addresses lacks a blank in front of the comment",
        "four or five fields are read, five are written",
        Dialect::Imap3,
        "* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL NIL))",
    ),
    (
        "RFC 1203",
        "`~` is not in the grammar",
        "in front of any criterion",
        Dialect::Imap3,
        "C: a SEARCH ~FROM crispin",
    ),
    (
        "RFC 1203",
        "`FETCH 18:19 ALL RFC822.TEXT`",
        "forgiven",
        Dialect::Imap3,
        "C: a FETCH 18:19 ALL RFC822.TEXT",
    ),
    ("RFC 1203", "`FETCH ALL 10:20,49`", "malformed", Dialect::Imap3, "C: a FETCH ALL 10:20,49"),
    (
        "RFC 1203",
        "COPY answers, says the prose; not so the grammar",
        "`n COPY`, with a tag",
        Dialect::Imap3,
        "a5 2 COPY",
    ),
    ("RFC 1203", "READONLY behind SELECT has a tag or none", "both", Dialect::Imap3, "* READONLY"),
    (
        "RFC 2062",
        "PARTIAL answers with another number",
        "the number that was asked for",
        Dialect::Imap4,
        "C: a PARTIAL 4 RFC822 1 1024",
    ),
];

/// What can't be taken for what was meant.
const MALFORMED: [&str; 2] = ["A002 FIND completed", "C: a FETCH ALL 10:20,49"];

fn name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Imap2 => "2",
        Dialect::Imap2bis => "2bis",
        Dialect::MacMs => "MacMS",
        Dialect::Imap3 => "3",
        _ => "4",
    }
}

fn names(dialects: &[Dialect]) -> String {
    match dialects.len() {
        len if len == HISTORIC_DIALECTS.len() => "all".into(),
        _ => dialects.iter().copied().map(name).collect::<Vec<_>>().join(", "),
    }
}

fn command(row: &HistoricSpec) -> String {
    let states = match row.states {
        [State::NotAuthenticated] => "not authenticated",
        [State::NotAuthenticated, State::Authenticated] => "none selected",
        [State::Authenticated, State::Selected] => "authenticated",
        [State::Selected] => "selected",
        _ => "any",
    };
    format!("{} | {} | {states} | {} | `{}`", row.name, row.source, names(row.dialects), row.example)
}

fn response(row: &HistoricResponseSpec) -> String {
    format!("{} | {} | {} | `{}`", row.name, row.source, names(row.dialects), row.example)
}

fn feature(row: &FeatureSpec) -> String {
    format!("{} | {} | {}", row.name, row.what, if row.is_default { "on" } else { "off" })
}

fn slip((source, what, done, dialect, line): &(&str, &str, &str, Dialect, &str)) -> String {
    format!("{source} | {what} | {done} | {} | `{line}`", name(*dialect))
}

#[test]
fn each_slip_is_read_as_the_page_says() {
    for (source, what, _, dialect, line) in SLIPS {
        let options = |options: Options| options.with_dialect(*dialect).with_leniency(Leniency::Lenient);
        let is_read = match line.strip_prefix("C: ") {
            Some(line) => {
                let mut server = ServerCodec::with_options(options(Options::server()));
                let line = format!("{line}\r\n");
                let event = server.decode(&mut line.as_bytes()).unwrap();
                let is_known =
                    |command: &Command| !matches!(command.body(), imap_proto::CommandBody::Other(_));
                matches!(&event, Some(Event::Command(command)) if is_known(command))
            }
            None => match Response::parse(line.as_bytes(), &options(Options::client())) {
                Ok(response) => !matches!(response.data(), Response::Other(_)),
                Err(_) => false,
            },
        };
        assert_eq!(is_read, !MALFORMED.contains(line), "{source}, {what}: {line}");
    }
}

#[test]
fn the_page_is_that_of_the_tables() {
    let mut page = SupportPage::new(
        env!("CARGO_MANIFEST_DIR"),
        "# IMAP before IMAP4rev1: what is supported\n\nWritten by `UPDATE=1 cargo test -p imap-proto --test historic` from the tables of \
         the crate, and held to them by that test. The editions from IMAP4rev1 on are [on their own page](imap.md).\n\nThe dialect is a \
         run-time value of both codecs, `Options::with_dialect` or `speak`. A form that it lacks is `Unsupported` when it is encoded, \
         and unknown when it is read.\n\n## By source\n\n",
    );
    page.sections("source", SECTIONS);
    page.text(
        "\n## Commands\n\n`4` stands for what IMAP4 has beside the commands of IMAP4rev1; of those it has all but STATUS, STARTTLS and \
         what extensions brought.\n\n",
    );
    page.table("command | source | state | dialects | example", HISTORIC_COMMANDS.iter().map(command));
    page.text(
        "\n## Responses\n\nBeside status responses, FLAGS, EXISTS, RECENT, EXPUNGE, FETCH and SEARCH. MAILBOX, COPY and STORE are read in \
         all dialects of today, too. In IMAP3 any data may have a tag.\n\n",
    );
    page.table("response | source | dialects | example", HISTORIC_RESPONSES.iter().map(response));
    page.text("\n## Features of IMAP3\n\n`Features` says what they switch.\n\n");
    page.table("feature | what it switches | in 3.0", FEATURES.iter().map(feature));
    page.text("\n## Where the texts slip\n\nA lenient codec reads them and tells it, a strict one refuses what its grammar has not.\n\n");
    page.table("source | what stands there | what is done | dialect | example", SLIPS.iter().map(slip));
    page.check("imap-historic.md");
}
