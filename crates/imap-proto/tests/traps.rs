//! Traps that implementers of IMAP fell into, each a test by its name.
//!
//! More of them, where they belong to a contract: `contract.rs` has the refused literals, `hostile.rs` what is large, and
//! `quirks.rs` what is against the grammar.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use imap_proto::testkit::{Client, Server};
use imap_proto::{
    Command, CommandBody, Deviation, Dialect, Event, Fetch, Flag, Leniency, ListData, MailboxName, Options,
    Raw, Response, ResponseCode, Section, SequenceSet, StatusItem, Uid,
};
use mail_wire::testkit::{every_cut, feed};

/// What both kinds of reader make of a response, if they agree.
fn response(line: impl AsRef<[u8]>) -> Response {
    let read = |leniency| {
        let options = Options::client().with_dialect(Dialect::Imap4rev2).with_leniency(leniency);
        Response::parse(line.as_ref(), &options).unwrap()
    };
    let strict = read(Leniency::Strict);
    assert_eq!(strict, read(Leniency::Lenient));
    strict
}

fn refused(line: &str) -> u64 {
    let options = Options::client().with_leniency(Leniency::Strict);
    Response::parse(line.as_bytes(), &options).unwrap_err().offset()
}

fn fetch(line: impl AsRef<[u8]>) -> Fetch {
    if let Response::Fetch(fetch) = response(line) { fetch } else { panic!() }
}

fn list(line: impl AsRef<[u8]>) -> ListData {
    if let Response::List(list) = response(line) { list } else { panic!() }
}

fn command(line: &[u8]) -> Command {
    Command::parse(line, &Options::server().with_leniency(Leniency::Strict)).unwrap()
}

/// What a client sees behind the greeting, at every cutting.
fn hear(stream: impl AsRef<[u8]>) -> Vec<Event<'static>> {
    let stream = [b"* OK hi\r\n", stream.as_ref()].concat();
    let mut events = every_cut(|| Client::after(Options::client(), &[]), &stream).events;
    events.remove(0);
    events
}

#[test]
fn a_set_that_begins_with_a_star() {
    let set: SequenceSet = "*:4".parse().unwrap();
    assert_eq!((set.to_string(), set.numbers(9).to_string()), ("*:4".into(), "4:9".into()));
    assert_eq!(set.numbers(2).to_string(), "2:4");
    let body = command(b"a FETCH *:4 FLAGS");
    assert_eq!(body.to_bytes(Dialect::Imap4rev1).unwrap(), b"a FETCH *:4 FLAGS\r\n");
}

#[test]
fn uid_4294967295_and_0() {
    assert_eq!(fetch("* 1 FETCH (UID 4294967295)").uid(), Some(Uid::new(u32::MAX)));
    assert_eq!(refused("* 1 FETCH (UID 4294967296)"), 15);
    assert_eq!(refused("* 1 FETCH (UID 0)"), 15);
    assert_eq!(command(b"a UID FETCH 4294967295:* UID").tag(), &"a");
    for line in [&b"a UID FETCH 4294967296 UID"[..], b"a UID FETCH 0 UID"] {
        assert!(Command::parse(line, &Options::server().with_leniency(Leniency::Strict)).is_err());
    }
}

#[test]
fn empty_literals_and_empty_literal8s() {
    let body = Section::all();
    for line in ["* 1 FETCH (BODY[] {0}\r\n)", "* 1 FETCH (BODY[] \"\")"] {
        assert_eq!(fetch(line).section(&body).unwrap().value().as_bytes(), Some(&b""[..]));
    }
    assert_eq!(fetch("* 1 FETCH (BINARY[1] ~{0}\r\n UID 7)").uid(), Some(Uid::new(7)));
    let events = hear("* 1 FETCH (BINARY[] ~{0}\r\n BODY[] {0}\r\n UID 7)\r\n* 3 EXISTS\r\n");
    assert_eq!(events[1], Event::Response(Response::Exists(3)));
}

#[test]
fn a_literal_inside_a_response_code() {
    let events = hear("* NO [BADCHARSET ({5}\r\nUTF-8 {1}\r\n])] sorry {3}\r\n* 3 EXISTS\r\n");
    let Event::Response(Response::Status(status)) = &events[0] else { panic!("{events:?}") };
    let Some(ResponseCode::BadCharset(charsets)) = status.code() else { panic!("{status:?}") };
    assert!(*charsets == ["UTF-8", "]"] && *status.text() == "sorry {3}");
    assert_eq!(events[1..], [Event::Response(Response::Exists(3))]);
}

#[test]
fn a_literal_as_mailbox_name_in_select_list_and_status() {
    let name = MailboxName::new("a b").unwrap();
    for line in [&b"a SELECT {3}\r\na b"[..], b"a SELECT {3+}\r\na b", b"a SELECT \"a b\""] {
        assert_eq!(*command(line).body(), CommandBody::select("a b").unwrap());
    }
    assert_eq!(*list("* LIST () \"/\" {3}\r\na b").mailbox(), name);
    let Response::MailboxStatus(status) = response("* STATUS {3}\r\na b (MESSAGES 1)") else { panic!() };
    assert_eq!((status.mailbox(), status.get(&StatusItem::Messages)), (&name, Some(1)));
    let stream = b"a LIST {0}\r\n {3}\r\na b\r\nb STATUS {3}\r\na b (MESSAGES)\r\n";
    let events = every_cut(|| Server::new(Options::server()), stream).events;
    assert!(
        events.iter().all(|event| matches!(event, Event::LiteralStart(_) | Event::Command(_))),
        "{events:?}"
    );
}

#[test]
fn quoted_with_8_bits_and_with_an_escaped_bracket() {
    assert_eq!(*list("* LIST () \"/\" \"\u{fc}\"").mailbox(), "\u{fc}");
    assert_eq!(*list("* LIST () \"/\" \"a\\\\b]\"").mailbox(), "a\\b]");
    // `\]` is no quoted pair: lenient readers drop the backslash.
    assert_eq!(refused("* LIST () \"/\" \"a\\]\""), 15);
    let Response::List(list) = Response::parse(b"* LIST () \"/\" \"a\\]\"", &Options::client()).unwrap()
    else {
        panic!()
    };
    assert_eq!(*list.mailbox(), "a]");
}

#[test]
fn a_code_that_holds_a_quoted_bracket() {
    let Response::Status(status) = response("* NO [BADCHARSET (\"x]y\")] no") else { panic!() };
    assert!(matches!(status.code(), Some(ResponseCode::BadCharset(charsets)) if *charsets == ["x]y"]));
    assert_eq!(status.text(), &"no");
    // Of a code that is not known, the first bracket is the end, as the grammar has it.
    let line = "* NO [X-URL \"x]y\"] no";
    assert_eq!(refused(line), 15);
    let lenient = Response::parse(line.as_bytes(), &Options::client()).unwrap();
    assert!(matches!(lenient, Response::Status(status) if *status.text() == "y\"] no"));
}

#[test]
fn an_untagged_response_without_text() {
    for line in ["* OK", "* OK ", "* BYE", "* NO [ALERT]", "+", "+ "] {
        let events = hear(format!("{line}\r\n* 3 EXISTS\r\n"));
        assert!(
            matches!(events[..], [Event::Response(_), Event::Response(Response::Exists(3))]),
            "{events:?}"
        );
    }
}

#[test]
fn a_tag_longer_than_64_octets() {
    let tag = "T".repeat(1_000);
    assert_eq!(command(format!("{tag} NOOP").as_bytes()).tag().as_str(), tag);
    let Response::Status(status) = response(format!("{tag} OK done")) else { panic!() };
    assert_eq!(status.tag().unwrap().as_str(), tag);
    let bad = feed(&mut Server::new(Options::server()), format!("{tag} SELECT\r\n").as_bytes(), || 7);
    let Event::Malformed(bad) = &bad.events[0] else { panic!() };
    assert_eq!(bad.raw().len(), 1_007);
}

#[test]
fn inbox_folds_but_what_is_below_it_does_not() {
    assert_eq!(*list("* LIST () \"/\" inBox").mailbox(), MailboxName::inbox());
    assert_eq!(*list("* LIST () \"/\" \"INBOX\"").mailbox(), MailboxName::inbox());
    assert_eq!(*list("* LIST () \"/\" {5}\r\ninbox").mailbox(), MailboxName::inbox());
    assert_eq!(*list("* LIST () \"/\" inBox/Sub").mailbox(), "inBox/Sub");
    assert_ne!(MailboxName::new("inbox/Sub").unwrap(), MailboxName::new("INBOX/Sub").unwrap());
}

#[test]
fn the_flag_for_any_keyword_outside_of_permanentflags() {
    let Response::Status(status) = response("* OK [PERMANENTFLAGS (\\Seen \\*)] ok") else { panic!() };
    assert_eq!(status.code(), Some(&ResponseCode::PermanentFlags(vec![Flag::Seen, Flag::Any])));
    assert_eq!(refused("* FLAGS (\\Seen \\*)"), 18);
    assert_eq!(refused("* 1 FETCH (FLAGS (\\Seen \\*))"), 26);
    let lenient = Response::parse(b"* FLAGS (\\*)", &Options::client()).unwrap();
    assert_eq!(lenient, Response::Flags(vec![Flag::Any]));
}

#[test]
fn empty_untagged_lists() {
    assert_eq!(response("* FLAGS ()"), Response::Flags(vec![]));
    assert!(matches!(response("* SEARCH"), Response::Search(found) if found.numbers().is_empty()));
    for line in ["* THREAD", "* SORT", "* STATUS a ()", "* ENABLED"] {
        response(line);
    }
    assert_eq!(fetch("* 1 FETCH (FLAGS () UID 7)").flags().count(), 0);
}

#[test]
fn an_item_twice_in_one_fetch() {
    let fetch = fetch("* 1 FETCH (UID 7 FLAGS (\\Seen) UID 8 FLAGS ())");
    assert_eq!((fetch.uid(), fetch.flags().count(), fetch.items().count()), (Some(Uid::new(7)), 1, 4));
}

#[test]
fn items_in_any_order_and_the_uid_last() {
    for line in [
        "* 1 FETCH (UID 7 RFC822.SIZE 3 FLAGS (\\Seen) BODY[] {3}\r\nabc)",
        "* 1 FETCH (BODY[] {3}\r\nabc FLAGS (\\Seen) RFC822.SIZE 3 UID 7)",
        "* 1 FETCH (FLAGS (\\Seen) BODY[] {3}\r\nabc RFC822.SIZE 3 UID 7)",
    ] {
        let fetch = fetch(line);
        let body = fetch.section(&Section::all()).unwrap().value().as_bytes().map(<[u8]>::to_vec);
        assert_eq!(
            (fetch.uid(), fetch.rfc822_size(), body.as_deref()),
            (Some(Uid::new(7)), Some(3), Some(&b"abc"[..]))
        );
        assert!(fetch.flags().has(&Flag::Seen));
    }
}

/// Blanks that the grammar does not have: lenient readers pass over them and say so.
fn blanks(lines: &[(&str, &str, u64)]) {
    for (line, same, at) in lines {
        assert_eq!(refused(line), *at, "{line}");
        let mut client = Client::after(Options::client(), &[]);
        let told = feed(&mut client, format!("* OK hi\r\n{line}\r\n").as_bytes(), || 5);
        assert_eq!(told.events[1], Event::Response(response(same)), "{line}");
        assert!(client.0.deviations().contains(Deviation::Space), "{line}");
    }
}

#[test]
fn a_space_behind_or_before_a_parenthesis() {
    blanks(&[
        ("* FLAGS ( \\Seen)", "* FLAGS (\\Seen)", 9),
        ("* FLAGS (\\Seen )", "* FLAGS (\\Seen)", 14),
        ("* 1 FETCH ( UID 7)", "* 1 FETCH (UID 7)", 11),
        ("* 1 FETCH (UID 7 )", "* 1 FETCH (UID 7)", 16),
        ("* STATUS a ( MESSAGES 1 )", "* STATUS a (MESSAGES 1)", 12),
        ("* LIST ( ) NIL a", "* LIST () NIL a", 8),
    ]);
}

#[test]
fn two_spaces_in_a_row() {
    blanks(&[
        ("*  3 EXISTS", "* 3 EXISTS", 2),
        ("* 3  EXISTS", "* 3 EXISTS", 4),
        ("* FLAGS (\\Seen  $x)", "* FLAGS (\\Seen $x)", 15),
        ("* 1 FETCH (UID  7  FLAGS ())", "* 1 FETCH (UID 7 FLAGS ())", 15),
        ("* SEARCH 1  2", "* SEARCH 1 2", 11),
    ]);
}

#[test]
fn a_cr_alone_before_crlf() {
    let events = hear("* 1 EXISTS\r\r\n* 2 EXISTS\r\r\r\n* OK a\rb\r\n* 3 EXISTS\r\n");
    let exists = |n| Event::Response(Response::Exists(n));
    assert_eq!((&events[0], &events[1], &events[3]), (&exists(1), &exists(2), &exists(3)));
    assert!(
        matches!(&events[2], Event::Malformed(bad) if bad.error().offset() == 9 + 13 + 14 + 6),
        "{events:?}"
    );
    assert_eq!(refused("* 1 EXISTS\r"), 10);
}

/// One octet at a time, and cut at every place: inside `{12`, and between CR and LF.
#[test]
fn a_response_split_at_every_octet() {
    let stream =
        b"* 1 FETCH (BODY[] {12}\r\nHello\r\nWorld UID 7)\r\n* NO [X {3}\r\n]\r\n] no {12}\r\na1 OK \r\n";
    let events = hear(stream);
    assert_eq!(events.len(), 3, "{events:?}");
    let Event::Response(Response::Fetch(fetch)) = &events[0] else { panic!() };
    assert_eq!(fetch.section(&Section::all()).unwrap().value().as_bytes(), Some(&b"Hello\r\nWorld"[..]));
    assert_eq!(fetch.uid(), Some(Uid::new(7)));
}

#[test]
fn nul_inside_a_literal() {
    let binary = fetch("* 1 FETCH (BINARY[1] ~{3}\r\na\0b UID 7)");
    assert_eq!(binary.uid(), Some(Uid::new(7)));
    assert_eq!(refused("* 1 FETCH (BODY[] {3}\r\na\0b UID 7)"), 23);
    let lenient = Response::parse(b"* 1 FETCH (BODY[] {3}\r\na\0b UID 7)", &Options::client()).unwrap();
    let Response::Fetch(fetch) = lenient else { panic!() };
    assert_eq!(fetch.section(&Section::all()).unwrap().value().as_bytes(), Some(&b"a\0b"[..]));
}

#[test]
fn a_modseq_of_63_bits() {
    assert_eq!(fetch("* 1 FETCH (MODSEQ (9223372036854775807))").mod_seq(), Some(i64::MAX as u64));
    assert_eq!(refused("* 1 FETCH (MODSEQ (9223372036854775808))"), 19);
    assert_eq!(refused("* OK [HIGHESTMODSEQ 9223372036854775808] x"), 20);
    assert_eq!(refused("* SEARCH 2 (MODSEQ 9223372036854775808)"), 19);
    let Response::Status(status) = response("* OK [HIGHESTMODSEQ 9223372036854775807] x") else { panic!() };
    assert_eq!(status.code(), Some(&ResponseCode::HighestModSeq(i64::MAX as u64)));
    assert!(
        Fetch::builder(1).mod_seq(1 << 63).build().is_err() && Fetch::builder(1).mod_seq(0).build().is_err()
    );
}

#[test]
fn status_of_an_unquoted_mailbox_with_a_bracket() {
    let Response::MailboxStatus(status) = response("* STATUS [Gmail]/All (MESSAGES 1)") else { panic!() };
    assert_eq!(*status.mailbox(), "[Gmail]/All");
    let raw = Raw::new("[Gmail]/All").unwrap();
    assert_eq!(raw.as_bytes(), b"[Gmail]/All");
    assert_eq!(*command(b"a SELECT [Gmail]/All").body(), CommandBody::select("[Gmail]/All").unwrap());
}

#[test]
fn a_literal_that_is_one_octet_short_or_long() {
    // Too short: the rest of it stands where a blank is due.
    // Too long: it takes the blank, or at the end of the response the parenthesis.
    for response in [
        "* 1 FETCH (BODY[] {4}\r\nHello UID 7)",
        "* 1 FETCH (BODY[] {6}\r\nHello UID 7)",
        "* 1 FETCH (UID 7 BODY[] {6}\r\nHello)",
    ] {
        let events = hear(format!("{response}\r\n* 3 EXISTS\r\n"));
        let [Event::Malformed(bad), Event::Response(Response::Exists(3))] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!(bad.raw(), response.as_bytes());
    }
}
