//! `docs/imap.md` says what the tables say. `UPDATE=1 cargo test -p imap-proto --test support_page` writes it anew.

use imap_proto::{
    COMMANDS, ClientCodec, Command, CommandSpec, Deviation, Dialect, Error, ErrorKind, Event, Leniency,
    Options, RESPONSE_CODES, RESPONSES, Response, ResponseCodeSpec, ResponseSpec, State,
};
use mail_wire::testkit::{Section, SupportPage};

/// Source, what it asks for, how far this crate goes, and the test that shows it.
const SECTIONS: &[Section] = &[
    (
        "RFC 9051, 4.3",
        "quoted strings, literals",
        "done; strings above `inline_literal` stream where they are bodies",
        "contract.rs",
    ),
    (
        "RFC 7888",
        "`{n+}`, LITERAL+, LITERAL-",
        "done, both sides; 4,096 octets held by servers that announce LITERAL-",
        "contract.rs",
    ),
    ("RFC 3516", "`literal8`, BINARY", "done", "properties.rs"),
    (
        "RFC 9051, 5.1",
        "mailbox names",
        "octets, with modified UTF-7 and UTF-8 views; INBOX folded",
        "recordings.rs",
    ),
    (
        "RFC 9051, 3",
        "states",
        "`State::permits` by the table below; `ClientSession` and `ServerSession` follow greeting, login, SELECT, CLOSED, ENABLE, LOGOUT",
        "session.rs",
    ),
    ("RFC 9051, 6.1, 6.2", "any state, not authenticated", "all commands", "dialogues.rs"),
    ("RFC 9051, 6.3", "authenticated", "all commands", "dialogues.rs"),
    ("RFC 9051, 6.4", "selected", "all commands", "dialogues.rs"),
    (
        "RFC 4466",
        "parameters and modifiers",
        "done: names and values, literals included; CATENATE and UTF8 of APPEND typed",
        "recordings.rs",
    ),
    ("RFC 9051, 7.1", "status responses, codes", "done; codes in the table below", "properties.rs"),
    (
        "RFC 9051, 7.2 to 7.4",
        "server and mailbox data",
        "CAPABILITY, ENABLED, LIST, LSUB, NAMESPACE, SEARCH, ESEARCH, STATUS, FLAGS, EXISTS, RECENT",
        "recordings.rs",
    ),
    (
        "RFC 9051, 7.5",
        "message data",
        "EXPUNGE; FETCH with ENVELOPE, BODY, BODYSTRUCTURE, sections, BINARY, MODSEQ",
        "properties.rs",
    ),
    (
        "RFC 9051, 7.6",
        "continuation requests",
        "done: told apart for literals, AUTHENTICATE and IDLE",
        "contract.rs",
    ),
    ("RFC 4959", "initial responses", "done", "contract.rs"),
    ("RFC 2177", "IDLE", "done", "contract.rs"),
    ("RFC 4978", "COMPRESS", "the change of layer; deflate is the caller's", "contract.rs"),
    ("RFC 3502", "MULTIAPPEND", "done", "properties.rs"),
    (
        "RFC 7162",
        "CONDSTORE",
        "MODSEQ in FETCH and SEARCH responses, its codes; the rest as it stands",
        "recordings.rs",
    ),
    ("RFC 9051, 7.5.1", "when EXPUNGE may be sent", "`ServerSession::may_expunge`", "session.rs"),
    ("Bounds", "lines, frames, literals, depth, lists, queues", "done: `Limits`", "hostile.rs"),
    (
        "Leniency",
        "what servers and clients are known to send against the grammar",
        "a row for each; lenient codecs read it and name it, strict ones refuse it with its place",
        "quirks.rs",
    ),
    ("Leniency", "what implementers are known to trip over", "a test for each", "traps.rs"),
    ("Memory", "literals of 1 GiB", "streamed both ways without an allocation", "memory.rs"),
];

/// What IMAP4rev2 left out: where RFC 9051 says so, what it has instead, and a unit with it.
const OBSOLETE: &[(&str, &str, &str, &str)] = &[
    ("CHECK", "E 17", "NOOP", "a CHECK"),
    ("LSUB", "E 19", "LIST (SUBSCRIBED)", "a LSUB \"\" *"),
    ("LSUB", "E 19", "LIST with `\\Subscribed`", "* LSUB () \"/\" x"),
    ("RFC822", "E 18", "`BODY[]`", "a FETCH 1 RFC822"),
    ("RFC822", "E 18", "`BODY[]`", "* 1 FETCH (RFC822 \"x\")"),
    ("RFC822.HEADER", "E 18", "`BODY.PEEK[HEADER]`", "a FETCH 1 (UID RFC822.HEADER)"),
    ("RFC822.HEADER", "E 18", "`BODY[HEADER]`", "* 1 FETCH (UID 7 RFC822.HEADER NIL)"),
    ("RFC822.TEXT", "E 18", "`BODY[TEXT]`", "a UID FETCH 1 RFC822.TEXT"),
    ("RFC822.TEXT", "E 18", "`BODY[TEXT]`", "* 1 FETCH (RFC822.TEXT \"x\" UID 7)"),
    ("search key NEW", "E 12", "", "a SEARCH NEW"),
    ("search key OLD", "E 12", "", "a UID SEARCH NOT (SEEN OLD)"),
    ("search key RECENT", "E 12", "", "a SEARCH OR SEEN RECENT"),
    ("STATUS item RECENT", "E 12", "", "a STATUS x (MESSAGES RECENT)"),
    ("STATUS item RECENT", "E 12", "", "a LIST \"\" % RETURN (STATUS (RECENT))"),
    ("STATUS item RECENT", "E 12", "", "* STATUS x (MESSAGES 2 RECENT 1)"),
    ("response code UNSEEN", "E 11", "`SEARCH RETURN (MIN) UNSEEN`", "* OK [UNSEEN 12] x"),
];

fn obsolete((form, source, instead, example): &(&str, &str, &str, &str)) -> String {
    format!("{form} | RFC 9051, {source} | {instead} | `{example}`")
}

/// Read strictly, and written to older peers only, with an error that names the form.
#[test]
fn each_obsolete_form_has_its_example() {
    for (form, _, _, example) in OBSOLETE {
        let line = format!("{example}\r\n");
        let strict = Options::client().with_leniency(Leniency::Strict);
        let write: Box<dyn Fn(Dialect) -> Result<Vec<u8>, Error>> = if example.starts_with('*') {
            let response = Response::parse(line.as_bytes(), &strict).unwrap();
            Box::new(move |dialect| response.to_bytes(dialect))
        } else {
            let command = Command::parse(line.as_bytes(), &strict).unwrap();
            Box::new(move |dialect| command.to_bytes(dialect))
        };
        for dialect in [Dialect::Imap4rev1, Dialect::Imap4rev1Utf8] {
            assert_eq!(write(dialect).unwrap(), line.as_bytes(), "{example}");
        }
        let error = write(Dialect::Imap4rev2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{example}");
        assert_eq!(error.expected(), format!("no {form} in IMAP4rev2"), "{example}");
    }
}

/// What each deviation is in IMAP, and octets that have it.
const DEVIATIONS: &[(Deviation, &str, &str)] = &[
    (
        Deviation::Spelling,
        "legal, but not as it is written here: letter case, zeros in front of a number that may have them, a list for one flag",
        "* flags ()",
    ),
    (Deviation::BareLf, "a line that ends in LF without CR", "* FLAGS ()\n"),
    (Deviation::Space, "SP, TAB or CR too many, or SP missing", "* FLAGS (\\Seen )"),
    (
        Deviation::TrailingText,
        "more behind the items of FETCH, or behind the last argument of a command; it is ignored",
        "* 1 FETCH (UID 7) x",
    ),
    (Deviation::StatusWord, "a status word without the SP behind it", "* OK[ALERT] x"),
    (
        Deviation::Untyped,
        "a known code or item with a value that can't be read; its octets are kept",
        "* OK [UIDNEXT soon] x",
    ),
    (Deviation::Value, "a value outside of its set", "* FLAGS (\\*)"),
    (Deviation::Base64, "a challenge or an answer without its padding", "+ eA"),
    (
        Deviation::Missing,
        "a part that is not there: text, message id, envelope, parts of a multipart; it reads as empty",
        "* OK",
    ),
    (
        Deviation::Number,
        "0, negative, beyond its bits, with an exponent, or with zeros in front where there must be none",
        "* 1 FETCH (UID 0)",
    ),
    (
        Deviation::Quoting,
        "a name without the quotes that it needs, a quote or a backslash that is not escaped",
        "* LIST () \"/\" My Folder",
    ),
    (
        Deviation::EightBit,
        "octets above 127 outside of literals, or with IMAP4rev2 ones that are no UTF-8",
        "* OK na\u{ef}ve",
    ),
    (
        Deviation::Parentheses,
        "an envelope in two pairs of parentheses, a disposition in none",
        "* 1 FETCH (ENVELOPE ((NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)))",
    ),
];

fn deviation((deviation, meaning, example): &(Deviation, &str, &str)) -> String {
    format!("`{deviation:?}` | {meaning} | `{}`", example.replace('\n', "␊"))
}

/// Base64 is read inside AUTHENTICATE only; anything else shows by itself.
#[test]
fn each_deviation_has_its_example() {
    assert!(DEVIATIONS.iter().map(|(deviation, ..)| *deviation).eq(Deviation::ALL));
    for (deviation, _, example) in DEVIATIONS.iter().filter(|(deviation, ..)| *deviation != Deviation::Base64)
    {
        let mut client = ClientCodec::new();
        let end = if example.ends_with('\n') { "" } else { "\r\n" };
        let line = format!("{example}{end}");
        let event = client.decode(&mut line.as_bytes()).unwrap().unwrap();
        assert!(!matches!(event, Event::Malformed(_)), "{example}: {event:?}");
        let only = client.deviations();
        assert!(only.contains(*deviation) && only.iter().count() == 1, "{example}: {only:?}");
    }
}

fn command(row: &CommandSpec) -> String {
    let states = match row.states {
        [State::NotAuthenticated] => "not authenticated",
        [State::Authenticated] => "authenticated, none selected",
        [State::Authenticated, State::Selected] => "authenticated",
        [State::Selected] => "selected",
        _ => "any",
    };
    format!(
        "{} | {} | {states} | {} | `{}`",
        row.name,
        row.rfc,
        left_out(row.obsolete),
        row.example.replace("\r\n", "␍␊")
    )
}

fn left_out(obsolete: bool) -> &'static str {
    if obsolete { "obsolete" } else { "" }
}

fn response(row: &ResponseSpec) -> String {
    format!("{} | {} | {} | `{}`", row.name, row.rfc, left_out(row.obsolete), row.example)
}

fn code(row: &ResponseCodeSpec) -> String {
    format!("{} | {} | {} | `[{}]`", row.name, row.rfc, left_out(row.obsolete), row.example)
}

#[test]
fn the_page_is_that_of_the_tables() {
    let mut page = SupportPage::new(
        env!("CARGO_MANIFEST_DIR"),
        "# IMAP: what is supported\n\nWritten by `UPDATE=1 cargo test -p imap-proto --test support_page` from the tables of the \
         crate, and held to them by that test. [Rule by rule](imap-grammar.md): the formal syntax of both RFCs.\n\n## By section\n\n",
    );
    page.sections("source", SECTIONS);
    page.text(
        "\n## What is forgiven\n\nA lenient codec names these in `deviations()` behind each event, so that they can be \
         counted; a strict one refuses all but the first. Nothing of it has to be turned on, whoever the peer is.\n\n",
    );
    page.table("deviation | in IMAP | example", DEVIATIONS.iter().map(deviation));
    page.text(
        "\n## What IMAP4rev2 left out\n\nIt is read always, and written in the dialects `Imap4rev1` and `Imap4rev1Utf8` (UTF8=ACCEPT); \
         in `Imap4rev2` it is `Unsupported`. The responses SEARCH and RECENT and the flag `\\Recent` are deprecated, but in the grammar \
         of RFC 9051, and are written to all.\n\n",
    );
    page.table("form | source | instead | example", OBSOLETE.iter().map(obsolete));
    page.text("\n## Commands\n\nAll others are `CommandBody::Other`, and pass as they stand.\n\n");
    page.table("command | source | state | in IMAP4rev2 | example", COMMANDS.iter().map(command));
    page.text("\n## Responses\n\nAll others are `Response::Other`, and pass as they stand.\n\n");
    page.table("response | source | in IMAP4rev2 | example", RESPONSES.iter().map(response));
    page.text("\n## Response codes\n\nAll others are `ResponseCode::Other`.\n\n");
    page.table("code | source | in IMAP4rev2 | example", RESPONSE_CODES.iter().map(code));
    page.check("imap.md");
}
