//! SEARCH, judged by messages.
#![cfg(all(feature = "imap", feature = "mime"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use mail_proto::imap::{Date, DateTime, Flag, NumberSet, ResponseCode, SearchKey};
use mail_proto::mime::Message;
use mail_proto::serve::{Facts, Mailbox, Matcher, SearchError};
use proptest::prelude::*;

const MESSAGE: &str = "Received: by mail.example\n\
    From: =?utf-8?q?J=C3=B6rg?= \"Stra\u{df}e\" <joerg@a.example>\n\
    To: ann@b.example\n\
    To: bob@c.example\n\
    Cc: \"Folded\n\tName\" <d@e.example>\n\
    Subject: =?iso-8859-1?q?Caf=E9_au?=\n =?iso-8859-1?q?_lait?=\n\
    Date: Tue, 20 May 2025 23:30:00 -0800\n\
    X-Empty:\n\
    Content-Type: multipart/mixed; boundary=b\n\n\
    preamble\n\
    --b\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nna=EFve soft=\n break\n\
    --b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n4piVIG9mIGNvZmZlZQ==\n\
    --b\nContent-Type: application/octet-stream; name=secret.bin\nContent-Transfer-Encoding: base64\n\naGlkZGVu\n\
    --b\nContent-Type: text/plain; charset=x-unknown\n\nodd letters\n\
    --b\nContent-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n\nopaque\n\
    --b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?q?inner=20subject?=\n\ninner text\n\
    --b--\nepilogue\n";

fn matcher(key: &str) -> Matcher {
    let mailbox =
        Mailbox::new(20, 400).with_now(1_750_000_000).with_saved([7, 8].into_iter().collect::<NumberSet>());
    Matcher::new(&key.parse::<SearchKey>().unwrap(), None, &mailbox).unwrap()
}

fn holds(key: &str) -> bool {
    let came = DateTime::new(Date::new(2025, 5, 21).unwrap(), (0, 5, 0), 120).unwrap();
    let flags = [Flag::Seen, Flag::Recent, Flag::keyword("$Junk").unwrap()];
    let facts = Facts::new(3, 7).with_flags(&flags).with_internal_date(came);
    matcher(key).matches(&facts, &Message::parse(MESSAGE.as_bytes()))
}

#[test]
fn keys_that_hold_and_keys_that_do_not() {
    for key in [
        "ALL",
        "SEEN",
        "RECENT",
        "UNANSWERED",
        "UNDELETED",
        "UNDRAFT",
        "UNFLAGGED",
        "KEYWORD $junk",
        "UNKEYWORD $Other",
        "1:3",
        "3",
        "3:*",
        "7:3",
        "UID 7",
        "UID 1:*",
        "$",
        "UID $",
        "1,2,3",
        "FROM joerg",
        "FROM \"J\u{f6}rg\"",
        "FROM \"J\u{d6}RG\"",
        "FROM STRASSE",
        "FROM \"\"",
        "TO ann",
        "TO bob",
        "CC \"Folded\tName\"",
        "CC d@e",
        "SUBJECT \"caf\u{e9}\"",
        "SUBJECT \"CAF\u{c9} AU LAIT\"",
        "HEADER Subject lait",
        "HEADER x-empty \"\"",
        "HEADER received MAIL",
        "SENTON 20-May-2025",
        "SENTBEFORE 21-May-2025",
        "SENTSINCE 20-May-2025",
        "ON 21-May-2025",
        "BEFORE 22-May-2025",
        "SINCE 21-May-2025",
        "OLDER 60",
        "LARGER 900",
        "SMALLER 2000",
        "BODY \"\u{2615}\"",
        "BODY \"of coffee\"",
        "BODY \"na\u{ef}ve\"",
        "BODY \"NA\u{cf}VE SOFT BREAK\"",
        "BODY \"odd letters\"",
        "BODY \"inner text\"",
        "BODY \"inner subject\"",
        "BODY \"\"",
        "TEXT secret.bin",
        "TEXT \"caf\u{e9}\"",
        "TEXT \"inner text\"",
        "TEXT \"subject: caf\u{e9}\"",
        "TEXT \"\"",
        "OR BODY none BODY coffee",
        "NOT (BODY coffee BODY none)",
        "SEEN TEXT coffee (OR TEXT none NOT TEXT none)",
    ] {
        assert!(holds(key), "{key}");
        assert!(!holds(&format!("NOT ({key})")), "NOT {key}");
    }
    for key in [
        "NEW",
        "OLD",
        "ANSWERED",
        "DELETED",
        "DRAFT",
        "FLAGGED",
        "UNSEEN",
        "KEYWORD $Other",
        "UNKEYWORD $JUNK",
        "1:2",
        "4:*",
        "UID 8",
        "UID 3",
        "UID 8:*",
        "FROM coffee",
        "BCC \"\"",
        "CC ann",
        "HEADER x-none \"\"",
        "HEADER x-empty a",
        "SUBJECT inner",
        "SENTON 21-May-2025",
        "SENTBEFORE 20-May-2025",
        "SENTSINCE 21-May-2025",
        "ON 20-May-2025",
        "BEFORE 21-May-2025",
        "YOUNGER 60",
        "LARGER 2000",
        "SMALLER 900",
        "BODY hidden",
        "BODY aGlkZGVu",
        "BODY opaque",
        "BODY secret.bin",
        "BODY \"caf\u{e9}\"",
        "BODY preamble",
        "TEXT none",
    ] {
        assert!(!holds(key), "{key}");
        assert!(holds(&format!("NOT {key}")), "NOT {key}");
    }
}

#[test]
fn dates_that_are_not_there_match_nothing() {
    let message = Message::parse(b"Subject: a\n\n");
    for key in [
        "SENTON 1-Jan-1970",
        "SENTBEFORE 1-Jan-2100",
        "SENTSINCE 1-Jan-1970",
        "ON 1-Jan-1970",
        "OLDER 1",
        "YOUNGER 1",
    ] {
        assert!(!matcher(key).matches(&Facts::new(1, 1), &message), "{key}");
    }
}

#[test]
fn strings_are_in_the_charset_of_the_search() {
    let message = Message::parse("Subject: caf\u{e9}\n\n\u{2615}".as_bytes());
    let search = |octets: &[u8], charset: &[u8]| {
        let key = SearchKey::text(octets).unwrap();
        Matcher::new(&key, Some(charset), &Mailbox::default())
            .map(|matcher| matcher.matches(&Facts::new(1, 1), &message))
    };
    assert_eq!(search(b"CAF\xc9", b"iso-8859-1"), Ok(true));
    assert_eq!(search("\u{2615}".as_bytes(), b"UTF-8"), Ok(true));
    assert_eq!(search(b"caf\xe9", b"koi8-r"), Ok(false));
    let error = search(b"a", b"x-unknown").unwrap_err();
    assert_eq!((error, error.code()), (SearchError::Charset, Some(ResponseCode::BadCharset(Vec::new()))));
}

/// Text that tells no charset is UTF-8 if it can be, else windows-1252.
#[test]
fn text_without_a_charset() {
    let find = |body: &[u8], text: &str| {
        let key = SearchKey::body(text).unwrap();
        let message = [b"\n", body].concat();
        Matcher::new(&key, None, &Mailbox::default())
            .unwrap()
            .matches(&Facts::new(1, 1), &Message::parse(&message))
    };
    assert!(find("na\u{ef}ve".as_bytes(), "NA\u{cf}VE") && find(b"na\xefve", "NA\u{cf}VE"));
    assert!(!find("na\u{ef}ve".as_bytes(), "na\u{c3}"));
}

#[test]
fn what_decides_is_enough() {
    for (key, decided) in [
        ("SEEN", Some(false)),
        ("SEEN TEXT a", Some(false)),
        ("OR UNSEEN TEXT a", Some(true)),
        ("OR SEEN TEXT a", None),
        ("NOT (SEEN BODY a)", Some(true)),
        ("LARGER 5", None),
    ] {
        assert_eq!(matcher(key).decide(&Facts::new(1, 1)), decided, "{key}");
    }
}

/// As deep as a client may nest, and deeper.
#[test]
fn nesting_is_no_matter() {
    let mut key = SearchKey::seen();
    for _ in 0..100_000 {
        key = key.not();
    }
    let matcher = Matcher::new(&key, None, &Mailbox::default()).unwrap();
    assert_eq!(matcher.decide(&Facts::new(1, 1).with_flags(&[Flag::Seen])), Some(true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Wherever the pieces end in which a text is decoded, a string in it is found.
    #[test]
    fn strings_are_found_across_pieces(before in 16_300_usize..16_500, needle in "[a-z]{1,40}", wide: bool) {
        let filler = if wide { "\u{e4}" } else { "-" };
        let body = format!("\n{}{needle}{}", filler.repeat(before), filler.repeat(20_000));
        let message = Message::parse(body.as_bytes());
        let find = |text: &str| {
            let key = SearchKey::body(text).unwrap();
            Matcher::new(&key, None, &Mailbox::default()).unwrap().matches(&Facts::new(1, 1), &message)
        };
        prop_assert!(find(&needle.to_uppercase()));
        let twice = needle.repeat(2);
        prop_assert!(!find(&twice));
    }

    /// A string longer than any piece.
    #[test]
    fn long_strings_are_found(length in 1_usize..60_000, before in 0_usize..40_000) {
        let needle: String = (0..length).map(|n| char::from(b'a' + (n % 23) as u8)).collect();
        let body = format!("\n{}{needle}tail", "#".repeat(before));
        let key = SearchKey::body(&needle).unwrap();
        let matcher = Matcher::new(&key, None, &Mailbox::default()).unwrap();
        prop_assert!(matcher.matches(&Facts::new(1, 1), &Message::parse(body.as_bytes())));
        let cut = Message::parse(&body.as_bytes()[..body.len() - 5]);
        prop_assert!(!matcher.matches(&Facts::new(1, 1), &cut));
    }
}
