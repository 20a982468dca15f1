//! `docs/pop3.md` says what the tables say. `UPDATE=1 cargo test -p pop3-proto --test support_page` writes it anew.

use mail_wire::testkit::{Section, SupportPage};
use pop3_proto::{CAPABILITIES, COMMANDS, CommandSpec, Dialect, RESPONSE_CODES, SUBCOMMANDS, State};

/// RFC and section, what it asks for, how far this crate goes, and the trace, recording or test that shows it.
const SECTIONS: &[Section] = &[
    ("RFC 1939 §3", "lines, status, multi-line replies, stuffing", "done", "contract.rs"),
    (
        "RFC 1939 §3",
        "replies of at most 512 octets",
        "done: what is longer is not sent; up to the limit it is read",
        "contract.rs",
    ),
    (
        "RFC 1939 §3",
        "inactivity timer",
        "not done: no clock here; `-ERR` may be encoded unasked",
        "contract.rs",
    ),
    ("RFC 1939 §4", "greeting, USER, PASS, APOP, QUIT", "done", "traces/rfc1939-section-10.trace"),
    ("RFC 1939 §5", "STAT, LIST, RETR, DELE, NOOP, RSET", "done", "traces/rfc1939-section-5-and-7.trace"),
    (
        "RFC 1939 §5",
        "text behind a scan listing's size",
        "done: kept as `extra`",
        "traces/rfc1082-xtnd.trace",
    ),
    ("RFC 1939 §6", "UPDATE state", "done as `State::Closed`; removal is the server author's", "contract.rs"),
    ("RFC 1939 §7", "TOP, UIDL, APOP digest", "done", "traces/rfc1939-section-5-and-7.trace"),
    ("RFC 1939 §11", "sizes count each line end as two octets", "done: bare LF is sent as CRLF", "memory.rs"),
    ("RFC 1081, 1225", "RPOP, LAST", "done", "traces/rfc1460-last.trace"),
    ("RFC 1082", "XTND BBOARDS, ARCHIVE, X-BBOARDS, third column", "done", "traces/rfc1082-xtnd.trace"),
    ("RFC 1725 §7", "spaces in PASS", "done", "recordings/cyrus-auth-user.jsonl"),
    (
        "RFC 2449 §4",
        "commands of at most 255 octets",
        "done: what is longer is not sent; up to the limit it is read",
        "contract.rs",
    ),
    ("RFC 2449 §5, 6", "CAPA and its registered capabilities", "done", "traces/rfc2449-capa.trace"),
    (
        "RFC 2449 §8",
        "response codes, hierarchical",
        "done, also without RESP-CODES announced",
        "traces/rfc2449-capa.trace",
    ),
    (
        "RFC 2595 §4",
        "STLS, and nothing pipelined behind it",
        "done: `Event::Upgrade`, `ErrorKind::Injection`",
        "traces/rfc2595-stls.trace",
    ),
    ("RFC 3206", "SYS and AUTH codes", "done", "traces/rfc2449-capa.trace"),
    (
        "RFC 5034 §4",
        "AUTH: initial response, challenges, cancel, base64 checked",
        "done",
        "traces/rfc5034-auth.trace",
    ),
    (
        "RFC 5034 §4",
        "security layers",
        "the caller's: it stops behind the reply, of which the codec takes no octet more",
        "contract.rs",
    ),
    ("RFC 5034 §4", "SASLprep of names", "not done: names are octets", "contract.rs"),
    (
        "RFC 6856 §2, 5",
        "UTF8, its code",
        "done; down-conversion is the server author's",
        "traces/rfc6856-utf8-lang.trace",
    ),
    ("RFC 6856 §3", "LANG", "done", "traces/rfc6856-utf8-lang.trace"),
    (
        "popper, qpopper",
        "XTND XMIT, XLST, EUIDL",
        "done; X-MANGLE passes as an unknown capability",
        "traces/xtnd-xmit.trace",
    ),
    ("MH", "XTND SCAN", "done", "traces/rfc1082-xtnd.trace"),
    ("KPOP", "hand-over from the Kerberos exchange", "done: `Options::with_prologue`, `kpop`", "contract.rs"),
];

#[test]
fn the_support_page_is_that_of_the_tables() {
    let mut page = SupportPage::new(
        env!("CARGO_MANIFEST_DIR"),
        "# POP3: what is supported\n\n\
         Written by `UPDATE=1 cargo test -p pop3-proto --test support_page` from the tables of the crate, and held to \
         them by that test. What was decided where the specifications leave room is in [design.md](design.md).\n\n\
         ## By section\n\n",
    );
    page.sections("source", SECTIONS);
    page.text("\n## Commands\n\nA: AUTHORIZATION, P: AUTHORIZATION behind USER, T: TRANSACTION.\n\n");
    let command = |row: &CommandSpec| {
        let states = [("A", State::Authorization), ("P", State::Password), ("T", State::Transaction)];
        let states = states.iter().filter(|(_, state)| state.permits(row.verb)).map(|(name, _)| *name);
        format!(
            "{} | {} | {} | {} | {} | `{}`",
            row.keyword,
            row.arguments,
            states.collect::<Vec<_>>().join(" "),
            editions(row.since, row.until),
            row.source,
            row.example
        )
    };
    page.table("command | arguments | states | editions | source | example", COMMANDS.iter().map(command));
    page.text("\nAny other command passes as `Command::Other`, and comes back octet for octet.\n");
    let row = |name, source, example| format!("{name} | {source} | `{example}`");
    page.text("\n## Sub-commands of XTND\n\n");
    let rows = SUBCOMMANDS.iter().map(|of| row(of.name, of.source, of.example));
    page.table("sub-command | source | example", rows);
    page.text("\n## Capabilities\n\n");
    let rows = CAPABILITIES.iter().map(|of| row(of.name, of.source, of.example));
    page.table("capability | source | example", rows);
    page.text("\n## Response codes\n\n");
    let rows = RESPONSE_CODES.iter().map(|of| row(of.name, of.source, of.example));
    page.table("code | source | example", rows);
    page.text(TOLERATED);
    page.check("pop3.md");
}

fn editions(since: Dialect, until: Option<Dialect>) -> String {
    let name = |dialect| match dialect {
        Dialect::Extended => "extension".to_owned(),
        numbered => format!("{numbered:?}").replace("Rfc", ""),
    };
    match until {
        Some(until) => format!("{} up to {}", name(since), name(until)),
        None if since == Dialect::Extended => name(since),
        None => format!("from {}", name(since)),
    }
}

/// Checked by `strict_codecs_refuse_what_lenient_ones_forgive` and the tests of `command/parse.rs`.
const TOLERATED: &str = "
## Tolerated

`Leniency::Lenient`, the default, reads all of this and names it in `deviations()`; `Leniency::Strict` refuses it.

| what | deviation | seen at |
|---|---|---|
| a line that ends in LF alone | `BareLf` | scripts, clients on the command line |
| several SP or TAB for one, blanks at the end | `Space` | clients that align USER |
| text behind the last argument: `NOOP extra`, `RETR 1 2` | `TrailingText` | accepted by UW ipop3d |
| `+ok`, `+ OK`, `+OKtext` | `StatusWord` | examples of RFC 1082 |
| a typed reply without its numbers | `Untyped` | servers that answer STAT with words |
| a unique-id over 70 octets or with odd octets, a name with spaces, `TOP 1 -1` | `Value` | GNU Mailutils, for the last |
| base64 without padding or with left-over bits | `Base64` | |
| a challenge `+` without its SP | `Space` | |
| keywords in lower case, leading zeros | `Spelling` (legal; strict codecs read it too) | |
";
