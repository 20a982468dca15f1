//! `docs/imsp.md` says what the tables say. `UPDATE=1 cargo test -p imsp-proto --test support_page` writes it anew.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use imsp_proto::{
    ALIASES, COMMANDS, ClientCodec, CommandSpec, Deviation, Deviations, Event, Evidence, Leniency, Options,
    RESPONSES, ResponseSpec, ServerCodec, State,
};
use mail_wire::testkit::{Section, SupportPage};

/// Source, what it asks for, how far this crate goes, and the recording or test that shows it.
const SECTIONS: &[Section] = &[
    ("Cyrus imspd 1.8", "tags, atoms, quoted strings, literals", "done", "recordings/imspd-options.jsonl"),
    (
        "Cyrus imspd 1.8",
        "no quoted pairs: `\"a\\\"b\"` is BAD",
        "never written, a literal goes instead; read all the same",
        "recordings/imspd-strings-and-locks.jsonl",
    ),
    (
        "Cyrus imspd 1.8",
        "`{n}` with `+`, `{n+}` by LITERAL+",
        "done, both sides; values above `inline_literal` stream",
        "literals.rs",
    ),
    ("Cyrus imspd 1.8", "commands answered out of one read", "done", "recordings/imspd-pipeline.jsonl"),
    (
        "Cyrus imspd 1.8",
        "what may come before LOGIN",
        "`State::permits` by the table below",
        "recordings/imspd-auth.jsonl",
    ),
    (
        "Cyrus imspd 1.8",
        "AUTHENTICATE without initial response, `*` cancels",
        "done; the mechanisms are the caller's, a security layer too",
        "recordings/imspd-auth-plain.jsonl",
    ),
    (
        "Cyrus imspd 1.8",
        "options, with `[READ-ONLY]` and `[READ-WRITE]`",
        "done; switches and lists have views",
        "recordings/imspd-options.jsonl",
    ),
    (
        "Cyrus imspd 1.8",
        "`*` in patterns; `%` matches nothing",
        "`Pattern::matches`",
        "recordings/imspd-addressbook.jsonl",
    ),
    (
        "Cyrus imspd 1.8",
        "FETCHADDRESS as the answer to STOREADDRESS and LOCK, OPTION as that to LOCK",
        "done",
        "recordings/imspd-strings-and-locks.jsonl",
    ),
    (
        "Cyrus imspd 1.8",
        "`NO [LOCKED]` to the session that holds the lock; other sessions of the same user may lock as well",
        "typed; all other codes are kept",
        "recordings/imspd-strings-and-locks.jsonl",
    ),
    ("Cyrus imspd 1.8", "access control lists of address books", "done", "recordings/imspd-other-user.jsonl"),
    (
        "Cyrus imspd 1.8",
        "what it refuses",
        "`Malformed` with the place, or `Other`",
        "recordings/imspd-errors.jsonl",
    ),
    (
        "documents alone",
        "the mailbox side: SUBSCRIBE, LIST, LAST and so on",
        "typed by the shapes that the documents give; the server knows the words and refuses them all",
        "recordings/imspd-errors.jsonl",
    ),
    ("documents alone", "access control lists of mailboxes", "typed", "tables.rs"),
    ("documents alone", "`NO [LOCKED]` to other sessions, of any user", "the same", "contract.rs"),
    ("documents alone", "words of older drafts", "read leniently, never written", "tables.rs"),
    (
        "documents alone",
        "`%` and `?` in patterns",
        "kept; `Pattern::matches` knows `*`",
        "recordings/imspd-options.jsonl",
    ),
    ("Bounds", "lines, frames, literals, lists, queues", "done: `Limits`", "hostile.rs"),
    ("Memory", "values of 1 GiB", "streamed both ways without an allocation", "memory.rs"),
];

/// What each deviation is in IMSP, and octets that have it: of a server where they begin with `*`.
const DEVIATIONS: &[(Deviation, &str, &str)] = &[
    (Deviation::Spelling, "legal, but not as it is written here: letter case", "* option x y"),
    (Deviation::BareLf, "a line that ends in LF without CR", "* OPTION x y\n"),
    (Deviation::Space, "SP, TAB or CR too many", "a GET  x"),
    (Deviation::TrailingText, "text behind the last argument; it is ignored", "a GET x y"),
    (Deviation::StatusWord, "no SP between a status word and its code", "* NO[LOCKED] x"),
    (Deviation::Untyped, "brackets in front of a text that hold no code", "* NO [] x"),
    (
        Deviation::Value,
        "octets that belong between quotes; a word of an older draft; another greeting than OK or BYE",
        "a UNSET *x",
    ),
    (Deviation::Base64, "base64 without its padding, inside AUTHENTICATE", "YQ"),
    (Deviation::Missing, "a status word without SP and text", "* OK"),
    (Deviation::EightBit, "octets above 127 outside of literals", "* NO na\u{ef}ve"),
    (Deviation::Parentheses, "READ-ONLY or READ-WRITE without brackets", "* OPTION x y READ-ONLY"),
];

/// Base64 is read inside AUTHENTICATE only.
#[test]
fn each_deviation_has_its_example() {
    for (deviation, _, example) in DEVIATIONS.iter().filter(|(deviation, ..)| *deviation != Deviation::Base64)
    {
        let end = if example.ends_with('\n') { "" } else { "\r\n" };
        let line = format!("{example}{end}");
        let read = |leniency| -> (Event<'static>, Deviations) {
            if example.starts_with('*') {
                let mut client = ClientCodec::with_options(Options::client().with_leniency(leniency));
                client.decode(&mut &b"* OK hi\r\n"[..]).unwrap();
                let event = client.decode(&mut line.as_bytes()).unwrap().unwrap().into_owned();
                (event, client.deviations())
            } else {
                let mut server = ServerCodec::with_options(Options::server().with_leniency(leniency));
                let event = server.decode(&mut line.as_bytes()).unwrap().unwrap().into_owned();
                (event, server.deviations())
            }
        };
        let (event, only) = read(Leniency::Lenient);
        assert!(!matches!(event, Event::Malformed(_)), "{example}: {event:?}");
        assert!(only.contains(*deviation) && only.iter().count() == 1, "{example}: {only:?}");
        let (event, _) = read(Leniency::Strict);
        let is_refused = matches!(event, Event::Malformed(_));
        assert_eq!(is_refused, *deviation != Deviation::Spelling, "{example}: {event:?}");
    }
}

fn evidence(evidence: Evidence, source: &str) -> String {
    if evidence == Evidence::Seen { format!("seen, `{source}`") } else { format!("told, {source}") }
}

fn command(row: &CommandSpec) -> String {
    let states = match row.states {
        [State::NotAuthenticated] => "not authenticated",
        [State::Authenticated] => "authenticated",
        _ => "any",
    };
    format!(
        "{} | {} | {states} | `{}`",
        row.name,
        evidence(row.evidence, row.source),
        row.example.replace("\r\n", "␍␊")
    )
}

fn response(row: &ResponseSpec) -> String {
    format!("{} | {} | `{}`", row.name, evidence(row.evidence, row.source), row.example.replace("\r\n", "␍␊"))
}

#[test]
fn the_page_is_that_of_the_tables() {
    let mut page = SupportPage::new(
        env!("CARGO_MANIFEST_DIR"),
        "# IMSP: what is supported\n\nWritten by `UPDATE=1 cargo test -p imsp-proto --test support_page` from the tables of the \
         crate, and held to them by that test.\n\nThe drafts of IMSP (draft-myers-imap-imsp, 1993 to 1995) expired, and of their text \
         little can be had today. So the tables say of each form how it is known: *seen* in a recording of Cyrus imspd 1.8, or \
         *told* by documents alone, which no server that runs has confirmed.\n\n## By source\n\n",
    );
    page.sections("source", SECTIONS);
    page.text(
        "\n## What is forgiven\n\nA lenient codec names these in `deviations()` behind each event, so that they can be counted; a \
         strict one refuses all but the first.\n\n",
    );
    let deviation = |(deviation, meaning, example): &(Deviation, &str, &str)| {
        format!("`{deviation:?}` | {meaning} | `{}`", example.replace('\n', "␊"))
    };
    page.table("deviation | in IMSP | example", DEVIATIONS.iter().map(deviation));
    page.text("\n## Commands\n\nAll others are `CommandBody::Other`, and pass as they stand.\n\n");
    page.table("command | known | state | example", COMMANDS.iter().map(command));
    page.text("\nWords of older drafts: ");
    let aliases: Vec<_> = ALIASES.iter().map(|(old, new)| format!("`{old}` is {new}")).collect();
    page.text(&format!("{}.\n", aliases.join(", ")));
    page.text("\n## Responses\n\nAll others are `Response::Other`, and pass as they stand.\n\n");
    page.table("response | known | example", RESPONSES.iter().map(response));
    page.check("imsp.md");
}
