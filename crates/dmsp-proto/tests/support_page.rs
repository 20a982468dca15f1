//! `docs/dmsp.md` says what the tables say. `UPDATE=1 cargo test -p dmsp-proto --test support_page` writes it anew.

use dmsp_proto::{COMMANDS, CodeSpec, CommandSpec, Flag, FollowedBy, REPLY_CODES, ReplyCode, State};
use mail_wire::testkit::{Section, SupportPage};

/// Section, what it asks for, how far this crate goes, and the trace or test that shows it.
const SECTIONS: &[Section] = &[
    ("§3.1", "sixteen flags, eight of them named", "done: `Flag`, `Flags`", "golden.rs"),
    (
        "§3.1",
        "UIDs that grow; no width given",
        "done: 32 bits, as in RFC 993",
        "hostile/client-numbers-that-overflow.txt",
    ),
    (
        "§3.1",
        "one name space for a user's mailboxes and subscriptions",
        "the repository's: codes 430 and 440",
        "traces/rfc1056-appendix-1-mailbox.trace",
    ),
    (
        "§3.2",
        "addresses in the style of RFC 822",
        "done; with `@` they are outside of §4.1: `Name::printable`",
        "traces/slips.trace",
    ),
    ("§4", "ASCII, the high bit zero", "done both ways: `EightBit`, and `Deviation::Value`", "rules.rs"),
    (
        "§4.1",
        "names of operations in any letter case",
        "done; upper case is written",
        "traces/rfc1056-section-6.trace",
    ),
    (
        "§4.1",
        "arguments keep their letter case, and are looked up without it",
        "done: `Name::eq_ignore_ascii_case`",
        "traces/golden.trace",
    ),
    ("§4.1", "one or more SP or TAB between arguments", "done; one SP is written", "rules.rs"),
    (
        "§4.1",
        "arguments of at most 64, lines of at most 512 octets",
        "done: what is longer is not sent; up to `Limits` it is read, with `Deviation::Value`",
        "rules.rs",
    ),
    (
        "§4.2",
        "replies of three digits; the code tells what follows",
        "done: `ReplyCode::followed_by`",
        "traces/rfc1056-appendix-3.trace",
    ),
    ("§4.2", "the meaning of each digit", "done: `class`, `object`, `cause`", "rules.rs"),
    ("§4.2", "lists and messages: dots doubled, a dot at the end", "done", "traces/golden.trace"),
    (
        "§4.3",
        "LOGIN first",
        "done as data: `State::permits`; the answer 406 is the server author's",
        "contract.rs",
    ),
    (
        "§4.3",
        "an operation without its explicit answer has failed",
        "done: `UnexpectedEof` inside a list or a message",
        "contract.rs",
    ),
    ("§4.4", "HELP, SEND-VERSION, SEND-MESSAGE", "done", "traces/rfc1056-appendix-1-general.trace"),
    (
        "§4.5",
        "LOGIN, LOGOUT, SET-PASSWORD; batch and interactive",
        "done: `Login`; 221 is a success",
        "traces/rfc1056-appendix-1-user-and-client.trace",
    ),
    ("§4.6", "operations on clients", "done", "traces/rfc1056-appendix-1-user-and-client.trace"),
    ("§4.7", "operations on mailboxes", "done", "traces/rfc1056-appendix-1-mailbox.trace"),
    ("§4.8", "operations on addresses", "done", "traces/rfc1056-appendix-1-address-and-subscription.trace"),
    (
        "§4.9",
        "operations on subscriptions",
        "done",
        "traces/rfc1056-appendix-1-address-and-subscription.trace",
    ),
    (
        "§4.10",
        "operations on messages; descriptors of six lines or two",
        "done",
        "traces/rfc1056-appendix-1-message.trace",
    ),
    (
        "§4.10",
        "a descriptor's fields from a message's header",
        "done: `Descriptor::from_header`",
        "properties.rs",
    ),
    ("§5.2", "update lists", "the repository's", "traces/rfc1056-section-6.trace"),
    ("§6", "the banner", "done: any 2xx, its version found", "golden.rs"),
];

#[test]
fn the_support_page_is_that_of_the_tables() {
    let mut page = SupportPage::new(
        env!("CARGO_MANIFEST_DIR"),
        "# DMSP: what is supported\n\n\
         Written by `UPDATE=1 cargo test -p dmsp-proto --test support_page` from the tables of the crate, and held to \
         them by that test. What was decided where the specification leaves room is in [design.md](design.md).\n\n\
         ## By section of RFC 1056\n\n",
    );
    page.sections("section", SECTIONS);
    page.text(
        "\n## Operations\n\nA: before LOGIN, L: behind it. 402, 405, 406 and 500 may answer any of them.\n\n",
    );
    let operation = |row: &CommandSpec| {
        let states = [("A", State::Anonymous), ("L", State::LoggedIn)];
        let states = states.iter().filter(|(_, state)| state.permits(row.verb)).map(|(name, _)| *name);
        let codes = |codes: &[ReplyCode]| codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        format!(
            "{} | {} | {} | {} | {} | {} | `{}`",
            row.keyword,
            row.arguments,
            states.collect::<Vec<_>>().join(" "),
            codes(row.success),
            codes(row.failure),
            row.source.replace("RFC 1056 section ", "§"),
            row.example
        )
    };
    let head = "operation | arguments | states | success | failures listed | source | example";
    page.table(head, COMMANDS.iter().map(operation));
    page.text("\nAny other operation passes as `Command::Other`, and comes back octet for octet.\n");
    page.text("\n## Reply codes\n\n");
    let code = |row: &CodeSpec| {
        let follows = match row.followed_by {
            FollowedBy::Nothing => String::new(),
            FollowedBy::Listing(kind) => format!("list: {kind:?}"),
            FollowedBy::Message => "message".to_owned(),
            FollowedBy::ClientMessage => "the client's message, then another reply".to_owned(),
            other => format!("{other:?}"),
        };
        let source = row.source.replace("RFC 1056 ", "");
        format!("{} | {} | {follows} | {source} | `{}`", row.number, row.meaning, row.example)
    };
    page.table("code | meaning | followed by | source | example", REPLY_CODES.iter().map(code));
    page.text(
        "\nAny other code from 100 to 599 passes as `ReplyCode::Other`; no list follows it, unless \
         `Options::with_listing` says so.\n\n## Flags\n\n",
    );
    page.table("number | flag", Flag::ALL.iter().map(|flag| format!("{} | {flag:?}", flag.number())));
    page.text(TOLERATED);
    page.check("dmsp.md");
}

/// Checked by the tests of `command/parse.rs`, `listing.rs` and `reply.rs`, and by `traces/slips.trace`.
const TOLERATED: &str = "
## Tolerated

`Leniency::Lenient`, the default, reads all of this and names it in `deviations()`; `Leniency::Strict` refuses it.

| what | deviation | seen at |
|---|---|---|
| a line that ends in LF alone | `BareLf` | scripts |
| blanks behind the last argument | `Space` | |
| text behind the last argument or column | `TrailingText` | |
| `200-text`, `200text`; `Active`, `Expunged` in another letter case | `StatusWord` | |
| arguments with other printable octets, or over 64 octets; lines over 512 | `Value` | addresses in RFC 1056 §3.2 |
| octets above 127, in lines and in messages | `Value` | |
| `LIST-ADDRESS` | `Value` | RFC 1056 §4.8 |
| names of operations in lower case, runs of SP and TAB, leading zeros | `Spelling` (legal; strict codecs read it too) | RFC 1056 §6 |
";
