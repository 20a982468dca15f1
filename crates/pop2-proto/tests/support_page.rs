//! `docs/pop2.md` says what the tables say. `UPDATE=1 cargo test -p pop2-proto --test support_page` writes it anew.

use core::fmt::Debug;

use mail_wire::testkit::{Section, SupportPage};
use pop2_proto::{
    CLIENT_STATES, CLIENT_TABLE, COMMANDS, CommandSpec, Dialect, POP_DIAGRAM, SERVER_STATES, SERVER_TABLE,
    ServerInput,
};

/// Source, what it asks for, how far this crate goes, and the trace or test that shows it.
const SECTIONS: &[Section] = &[
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
    let mut page = SupportPage::new(
        env!("CARGO_MANIFEST_DIR"),
        "# POP and POP2: what is supported\n\n\
         Written by `UPDATE=1 cargo test -p pop2-proto --test support_page` from the tables of the crate, and held to \
         them by that test.\n\n## By section\n\n",
    );
    page.sections("source", SECTIONS);
    page.text("\n## Commands\n\n");
    let command = |row: &CommandSpec| {
        let protocol = if row.dialect == Dialect::Rfc918 { "POP" } else { "POP2" };
        format!("{} | {} | {protocol} | {:?} | `{}`", row.keyword, row.arguments, row.due, row.example)
    };
    page.table("command | arguments | protocol | answered with | example", COMMANDS.iter().map(command));
    page.text("\n## POP2 server: RFC 937's decision table\n\n");
    let rows = SERVER_TABLE.iter().map(|(input, actions)| match input {
        ServerInput::Command(verb) => format!("{} | {}", verb.keyword(), columns(actions)),
        other => format!("{other:?} | {}", columns(actions)),
    });
    page.table(&format!("input | {}", columns(&SERVER_STATES)), rows);
    page.text("\n## POP2 client: RFC 937's decision table\n\n");
    let rows = CLIENT_TABLE.iter().map(|(input, actions)| format!("{input:?} | {}", columns(actions)));
    page.table(&format!("input | {}", columns(&CLIENT_STATES)), rows);
    page.text("\n## POP server: RFC 918's diagram\n\n```text\n");
    for (from, verb, to) in POP_DIAGRAM {
        page.text(&format!("{:<10} ── {} ─▶ {to:?}\n", format!("{from:?}"), verb.keyword()));
    }
    page.text("```\n");
    page.check("pop2.md");
}

fn columns(items: &[impl Debug]) -> String {
    items.iter().map(|item| format!("{item:?}")).collect::<Vec<_>>().join(" | ")
}
