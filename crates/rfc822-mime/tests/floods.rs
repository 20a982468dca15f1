//! Values that were made to hurt: one thing again and again, on a stack of 64 KiB. Twice as many must cost twice the octet
//! visits.
#![allow(clippy::arithmetic_side_effects)]

use mail_wire::testkit::visits;
use rfc822_mime::value::*;
use rfc822_mime::{DefectKind, Leniency};

/// All values read it, in both ways, and write what they read. Gives the octet visits of each.
fn flood(raw: &[u8]) -> Vec<(&'static str, u64)> {
    let mut costs = Vec::new();
    macro_rules! each {
        ($($value:ident),*) => {
            for leniency in [Leniency::Lenient, Leniency::Strict] {
                $(costs.push((stringify!($value), visits(|| drop($value::parse(raw, leniency))).1));)*
            }
        };
    }
    each!(
        AddressList,
        AuthenticationResults,
        ContentDisposition,
        ContentDuration,
        ContentLanguage,
        ContentMd5,
        TransferEncoding,
        ContentType,
        DateTime,
        EncodedWord,
        Keywords,
        ListId,
        ListUris,
        Mailbox,
        MessageId,
        MessageIds,
        MimeVersion,
        Parameters,
        Phrase,
        Received,
        Text
    );
    let show = || {
        Text::parse(raw, Leniency::Lenient).0.base_subject();
        for mailbox in AddressList::parse(raw, Leniency::Lenient).0.mailboxes() {
            core::hint::black_box((mailbox.display_name(), mailbox.name().text(), mailbox.to_bytes()));
        }
        for parameter in Parameters::parse(raw, Leniency::Lenient).0.iter() {
            parameter.display();
        }
    };
    costs.push(("show", visits(show).1));
    costs
}

/// So many octets, then twice as many.
fn check(make: impl Fn(usize) -> String, octets: usize) {
    let (once, twice) = (make(octets), make(octets * 2));
    for ((value, cost), (_, double)) in flood(once.as_bytes()).into_iter().zip(flood(twice.as_bytes())) {
        let start = once.chars().take(40).collect::<String>();
        assert!(double * 10 <= cost * 21 + 5_000, "{value}: {cost} visits, {double} for twice of {start:?}");
        let most = if value == "show" { 20 } else { 8 };
        assert!(
            cost <= once.len() as u64 * most,
            "{value}: {cost} visits of {} octets of {start:?}",
            once.len()
        );
    }
}

const PIECES: &[&str] = &[
    "(",
    ")",
    "()",
    "(a",
    "\\(",
    "\"",
    "\"\"",
    "\\\"",
    "<",
    ">",
    "<>",
    "[",
    "]",
    "[]",
    ":",
    ";",
    "@",
    ",",
    ".",
    "=",
    "?",
    "*",
    "'",
    "%",
    "\\",
    "/",
    " ",
    "\r\n ",
    "\0",
    "é",
    "\"a",
    "<a",
    "<a@",
    "a@",
    "a:",
    "a@b ",
    "<a@b> ",
    "<a@b>,",
    "a,",
    "a;",
    "a b",
    "@a,",
    "<@a,",
    "<@a:",
    "a.",
    ";a",
    ";a=",
    ";a=b",
    ";a=\"",
    " a=b",
    "a=b c ",
    ";a*=",
    ";a*0=b",
    ";a*1*=utf-8''%41",
    "%4",
    "=?",
    " =?",
    "=?ab?q?x",
    "=?ab?q?x ",
    "=?utf-8?q?a?= ",
    "=?utf-8?q?a?=",
    "=?utf-8?q??=",
    "=?utf-8?b?",
    "=?utf-8?q?=?",
    "?=",
    "?=?",
    "=?=",
    "=?iso-2022-jp?b?GyRCJCI=?= ",
    "=?x-y?q?a?= ",
    "[a]",
    "[a] ",
    "re:",
    "re: [a]",
    "[fwd:",
    "(fwd)",
    "(fwd) ",
    "re[a]",
    "from ",
    "by a ",
    "from by ",
    "1 ",
    "1:",
    "+1",
    "Mon,",
    "Jan ",
    "a/",
    "a=b;",
    "a.b=c ",
    "a=b x.y=z ",
    "reason=",
    "none;",
    "NO,",
    "mailto:a,",
];

#[test]
fn floods_cost_their_octets() {
    let run = || {
        for piece in PIECES {
            let many = |octets: usize| piece.repeat(octets.div_ceil(piece.len()));
            check(many, 2_000);
            check(|octets| format!("text/plain{}", many(octets)), 2_000);
            check(|octets| format!("{}x@y.example; 1 Jan 2020 00:00:00 +0000", many(octets)), 2_000);
        }
    };
    std::thread::Builder::new().stack_size(64 * 1_024).spawn(run).unwrap().join().unwrap();
}

/// A megabyte of what has cost others minutes, read by the value that it was made for.
#[test]
fn a_megabyte_costs_its_octets() {
    type Reader = fn(&[u8]);
    let addresses: Reader = |raw| drop(AddressList::parse(raw, Leniency::Lenient));
    let text: Reader = |raw| drop(Text::parse(raw, Leniency::Lenient));
    let phrase: Reader = |raw| drop(Phrase::parse(raw, Leniency::Lenient));
    let parameters: Reader = |raw| drop(ContentType::parse(raw, Leniency::Lenient));
    let ids: Reader = |raw| drop(MessageIds::parse(raw, Leniency::Lenient));
    let date: Reader = |raw| drop(DateTime::parse(raw, Leniency::Lenient));
    let received: Reader = |raw| drop(Received::parse(raw, Leniency::Lenient));
    let results: Reader = |raw| drop(AuthenticationResults::parse(raw, Leniency::Lenient));
    let run = move || {
        for (piece, reader) in [
            // deep and unclosed comments
            ("(", addresses),
            ("(", date),
            ("(", received),
            ("(a)", ids),
            ("(a) ", results),
            // encoded words that begin and never end, or end and begin
            ("=?ab?q?x", text),
            (" =?ab?q?x", text),
            ("=?utf-8?q?a?= ", text),
            ("=?utf-8?b?YQ", phrase),
            ("\"=?utf-8?q?a\"", phrase),
            // many addresses, one of many words, groups, routes
            ("a@b,", addresses),
            ("a ", addresses),
            ("a.", addresses),
            ("a:", addresses),
            ("<a@b> ", addresses),
            ("<@a,", addresses),
            ("\"a", addresses),
            // parameters and their continuations
            (";", parameters),
            (";a=b", parameters),
            (";a*1*=utf-8''%41", parameters),
            ("x ", parameters),
            ("<a@b> ", ids),
            ("from a by ", received),
            ("from a (b);", received),
            (";a=b c.d=e@f", results),
            (";a=b \"c\"", results),
        ] {
            let raw = piece.repeat(1_000_000 / piece.len());
            let cost = visits(|| reader(raw.as_bytes())).1;
            assert!(cost <= raw.len() as u64 * 8, "{cost} visits of {} octets of {piece:?}", raw.len());
        }
    };
    std::thread::Builder::new().stack_size(64 * 1_024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn comments_nest_as_deep_as_they_like() {
    let run = || {
        let deep = format!("{}c{} a@b.example", "(".repeat(100_000), ")".repeat(100_000));
        let (mailbox, defects) = Mailbox::parse(deep.as_bytes(), Leniency::Strict);
        let mailbox = mailbox.unwrap();
        assert_eq!(mailbox.local(), "a");
        assert_eq!(mailbox.comments().next().unwrap().len(), 2 * 99_999 + 1);
        assert!(defects.is_empty());
        drop(mailbox.clone());
    };
    std::thread::Builder::new().stack_size(64 * 1_024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn what_is_many_is_bounded() {
    let (list, defects) = AddressList::parse("a@b,".repeat(1_000_000).as_bytes(), Leniency::Lenient);
    assert_eq!(list.iter().len(), AddressList::MAX);
    assert!(defects.has(DefectKind::Limit));
    let (ids, defects) = MessageIds::parse("<a@b>".repeat(1_000_000).as_bytes(), Leniency::Lenient);
    assert_eq!((ids.iter().len(), defects.has(DefectKind::Limit)), (MessageIds::MAX, true));
    let (parameters, defects) = Parameters::parse("; a=b".repeat(1_000_000).as_bytes(), Leniency::Lenient);
    assert_eq!((parameters.iter().len(), defects.has(DefectKind::Limit)), (1, true));
}
