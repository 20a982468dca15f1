//! `docs/pop2.md` says what the tables say. `UPDATE=1 cargo test -p pop2-proto --test support_page` writes it anew.
#![allow(clippy::unwrap_used)]

use core::fmt::Write as _;
use std::fs;
use std::path::Path;

use pop2_proto::{
    CLIENT_STATES, CLIENT_TABLE, COMMANDS, Dialect, POP_DIAGRAM, SERVER_STATES, SERVER_TABLE, ServerInput,
};

/// Source, what it asks for, how far this crate goes, and the trace or test that shows it.
const SECTIONS: &[(&str, &str, &str, &str)] = &[
    ("RFC 918, scenario", "the whole session", "done", "traces/pop1-rfc918.trace"),
    ("RFC 918, diagram", "each arrow, both sides", "done, as `POP_DIAGRAM`", "contract.rs"),
    (
        "RFC 918, RCEV",
        "listed with `+OK`, drawn with data (C1)",
        "data; `Quirk::ReplyBeforeData` takes a line in front",
        "contract.rs",
    ),
    (
        "RFC 918, slips",
        "RECV for RCEV (C2), `-Error` (C3)",
        "read leniently, named by strict codecs, never written",
        "traces/pop1-slips.trace",
    ),
    (
        "RFC 918, failed login",
        "only QUIT is drawn (C4)",
        "`State::Failed`; a server may take USER all the same",
        "contract.rs",
    ),
    ("RFC 918, limits", "none are given (C5)", "those of RFC 937", "contract.rs"),
    (
        "RFC 918, case",
        "not said (C6)",
        "keywords in any letter case, written in capitals",
        "traces/pop1-rfc918.trace",
    ),
    ("RFC 937, scenario and examples", "the whole session", "done", "traces/rfc937-example-1.trace"),
    (
        "RFC 937, `READ  27`",
        "two spaces (P2-5)",
        "read leniently, named by strict codecs",
        "traces/rfc937-example-2.trace",
    ),
    (
        "RFC 937, empty mailbox",
        "READ closes in an example, `=0` in the text (P2-4)",
        "`=0` is written; a close is survived",
        "traces/rfc937-example-3.trace",
    ),
    (
        "RFC 937, quoting",
        "backslash, both ways",
        "done; FOLD writes spaces inside bare, since no server unquotes them",
        "traces/rfc937-quoting-and-nack.trace",
    ),
    (
        "RFC 937, `punct`",
        "lacks `.` and `;` (P2-6)",
        "written bare; `Quoting::Rfc937` quotes them",
        "contract.rs",
    ),
    ("RFC 937, CRLF", "codes 10 and 13 are swapped (P2-1)", "CR is 13, LF is 10", "contract.rs"),
    ("RFC 937, action 5", "`+NNN` for FOLD (P2-2)", "`#n` is written; `+n` is read leniently", "contract.rs"),
    ("RFC 937, QUIT's answer", "four spellings (P2-3)", "text is free", "traces/rfc937-scenario.trace"),
    (
        "RFC 937, `- error`",
        "the space is optional in one place (P2-7)",
        "read leniently without, written with",
        "contract.rs",
    ),
    (
        "RFC 937, QUIT in NEXT",
        "garbage by the table (P2-8)",
        "`State::permits` has the table; decoding does not judge",
        "contract.rs",
    ),
    (
        "RFC 937, failure of FOLD",
        "no `-` is defined (P2-9)",
        "`-` may be written and read; the session is then done",
        "recordings/uw-delete-then-fold.jsonl",
    ),
    (
        "RFC 937, NACK with `=0`",
        "must not be (P2-10)",
        "read as the end of the mailbox",
        "traces/rfc937-quoting-and-nack.trace",
    ),
    ("RFC 937, current message", "READ, ACKS, ACKD, NACK, release", "done, as `Session`", "contract.rs"),
    (
        "RFC 937, sizes",
        "512, 512 and 1,000 octets",
        "done for what is sent; lines of messages with `LongLines::Reject`",
        "contract.rs",
    ),
    ("RFC 937, timers", "T1, T2", "not done: no clock here", "contract.rs"),
    (
        "UW ipop2d",
        "two octets more",
        "counted as announced; `Quirk::TwoMore` takes them away",
        "recordings/uw-read-all.jsonl",
    ),
    ("MH popd", "stuffed dots that are not counted, `+OK`", "`Quirk::DotStuffed`", "contract.rs"),
    ("MH popd", "one port for POP2 and POP3", "done, in the umbrella: `mail_proto::combined`", "contract.rs"),
    (
        "Telnet",
        "octet 255 and the one behind it dropped (MH)",
        "not done: such a line is malformed",
        "contract.rs",
    ),
];

#[test]
fn the_support_page_is_that_of_the_tables() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for (_, what, _, evidence) in SECTIONS {
        assert!(tests.join(evidence).exists(), "{what}: no {evidence}");
    }
    let page = tests.join("../../../docs/pop2.md");
    let wanted = page_text();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&page, &wanted).unwrap();
    }
    assert!(fs::read_to_string(&page).unwrap() == wanted, "docs/pop2.md is stale: UPDATE=1 writes it");
}

fn page_text() -> String {
    let mut page = String::from(
        "# POP and POP2: what is supported\n\n\
         Written by `UPDATE=1 cargo test -p pop2-proto --test support_page` from the tables of the crate, and held to \
         them by that test.\n\n## By section\n\n| source | what | how far | shown by |\n|---|---|---|---|\n",
    );
    for (source, what, how_far, evidence) in SECTIONS {
        writeln!(page, "| {source} | {what} | {how_far} | `tests/{evidence}` |").unwrap();
    }
    page.push_str("\n## Commands\n\n| command | arguments | protocol | answered with | example |\n|---|---|---|---|---|\n");
    for row in COMMANDS {
        let protocol = if row.dialect == Dialect::Rfc918 { "POP" } else { "POP2" };
        writeln!(
            page,
            "| {} | {} | {protocol} | {:?} | `{}` |",
            row.keyword, row.arguments, row.due, row.example
        )
        .unwrap();
    }
    page.push_str("\n## POP2 server: RFC 937's decision table\n\n| input |");
    SERVER_STATES.iter().for_each(|state| write!(page, " {state:?} |").unwrap());
    page.push_str("\n|---|---|---|---|---|---|---|\n");
    for (input, actions) in SERVER_TABLE {
        match input {
            ServerInput::Command(verb) => write!(page, "| {} |", verb.keyword()).unwrap(),
            other => write!(page, "| {other:?} |").unwrap(),
        }
        actions.iter().for_each(|action| write!(page, " {action:?} |").unwrap());
        page.push('\n');
    }
    page.push_str("\n## POP2 client: RFC 937's decision table\n\n| input |");
    CLIENT_STATES.iter().for_each(|state| write!(page, " {state:?} |").unwrap());
    page.push_str("\n|---|---|---|---|---|---|\n");
    for (input, actions) in CLIENT_TABLE {
        write!(page, "| {input:?} |").unwrap();
        actions.iter().for_each(|action| write!(page, " {action:?} |").unwrap());
        page.push('\n');
    }
    page.push_str("\n## POP server: RFC 918's diagram\n\n```text\n");
    for (from, verb, to) in POP_DIAGRAM {
        writeln!(page, "{:<10} ── {} ─▶ {to:?}", format!("{from:?}"), verb.keyword()).unwrap();
    }
    page.push_str("```\n");
    page
}
