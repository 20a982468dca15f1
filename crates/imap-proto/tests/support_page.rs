//! `docs/imap.md` says what the tables say. `UPDATE=1 cargo test -p imap-proto --test support_page` writes it anew.

use imap_proto::{COMMANDS, CommandSpec, RESPONSE_CODES, RESPONSES, ResponseCodeSpec, ResponseSpec, State};
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
    ("Bounds", "lines, frames, literals, depth, queues", "done: `Limits`", "hostile.rs"),
    ("Memory", "literals of 1 GiB", "streamed both ways without an allocation", "memory.rs"),
];

fn command(row: &CommandSpec) -> String {
    let states = match row.states {
        [State::NotAuthenticated] => "not authenticated",
        [State::Authenticated] => "authenticated, none selected",
        [State::Authenticated, State::Selected] => "authenticated",
        [State::Selected] => "selected",
        _ => "any",
    };
    format!("{} | {} | {states} | `{}`", row.name, row.rfc, row.example.replace("\r\n", "␍␊"))
}

fn response(row: &ResponseSpec) -> String {
    format!("{} | {} | `{}`", row.name, row.rfc, row.example)
}

fn code(row: &ResponseCodeSpec) -> String {
    format!("{} | {} | `[{}]`", row.name, row.rfc, row.example)
}

#[test]
fn the_page_is_that_of_the_tables() {
    let mut page = SupportPage::new(
        env!("CARGO_MANIFEST_DIR"),
        "# IMAP: what is supported\n\nWritten by `UPDATE=1 cargo test -p imap-proto --test support_page` from the tables of the \
         crate, and held to them by that test. [Rule by rule](imap-grammar.md): the formal syntax of both RFCs.\n\n## By section\n\n",
    );
    page.sections("source", SECTIONS);
    page.text("\n## Commands\n\nAll others are `CommandBody::Other`, and pass as they stand.\n\n");
    page.table("command | source | state | example", COMMANDS.iter().map(command));
    page.text("\n## Responses\n\nAll others are `Response::Other`, and pass as they stand.\n\n");
    page.table("response | source | example", RESPONSES.iter().map(response));
    page.text("\n## Response codes\n\nAll others are `ResponseCode::Other`.\n\n");
    page.table("code | source | example", RESPONSE_CODES.iter().map(code));
    page.check("imap.md");
}
