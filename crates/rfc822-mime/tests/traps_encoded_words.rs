//! The traps of encoded words and of text without a charset, by their numbers in the list of known traps: what others read wrongly.
#![allow(clippy::unwrap_used)]

use rfc822_mime::value::{AddressList, EncodedWord, Mailbox, Phrase, Text};
use rfc822_mime::{DefectKind, Defects, Leniency};

use Leniency::{Lenient, Strict};

fn text(raw: &str) -> String {
    Text::parse(raw.as_bytes(), Lenient).0.as_str().into()
}

fn strict_text(raw: &str) -> String {
    Text::parse(raw.as_bytes(), Strict).0.as_str().into()
}

fn text_defects(raw: &str) -> Defects {
    Text::parse(raw.as_bytes(), Lenient).1
}

#[test]
fn trap_001_a_character_cut_in_two() {
    assert_eq!(text("=?utf-8?b?4pg=?= =?utf-8?b?ug==?="), "☺");
    assert_eq!(text("=?utf-8?q?=E2=98?= =?UTF-8?B?ug==?="), "☺");
}

#[test]
fn trap_002_iso_2022_jp_word_by_word() {
    assert_eq!(text("=?iso-2022-jp?b?GyRCJCIbKEI=?= =?iso-2022-jp?b?GyRCJCQbKEI=?="), "あい");
    // cut within the shifted state, they belong together
    assert_eq!(text("=?iso-2022-jp?b?GyRCJCI=?= =?iso-2022-jp?b?JCQbKEI=?="), "あい");
}

#[test]
fn charsets_that_only_mail_still_has() {
    assert_eq!(text("=?utf-7?q?Hi_Mom_-+Jjo--!?="), "Hi Mom -\u{263a}-!");
    assert_eq!(text("=?iso-2022-kr?b?GyQpQw4+SA8=?= =?ISO-2022-KR?b?GyQpQw4zZw8=?="), "\u{c548}\u{b155}");
    assert_eq!(text("=?hz-gb-2312?q?=7E{VPND=7E}?="), "\u{4e2d}\u{6587}");
    // a character cut in two, by one name of the charset and another
    assert_eq!(text("=?utf-8?q?=E6=BC?= =?utf8?q?=A2?="), "\u{6f22}");
}

#[test]
fn trap_003_between_quotes_it_is_none() {
    let (mailbox, defects) = Mailbox::parse(b"\"=?utf-8?q?caf=C3=A9?=\" <a@b.c>", Lenient);
    let mailbox = mailbox.unwrap();
    assert!(defects.has(DefectKind::EncodedWordQuoted));
    assert_eq!(mailbox.name().text(), "=?utf-8?q?caf=C3=A9?=");
    assert_eq!(mailbox.name().unquoted(), b"=?utf-8?q?caf=C3=A9?=");
    assert_eq!(mailbox.display_name().unwrap(), "café");
}

#[test]
fn trap_004_white_space_between_words() {
    assert_eq!(text("=?utf-8?q?a?=\r\n  =?utf-8?q?b?="), "ab");
    assert_eq!(text("a  =?utf-8?q?b?=  c"), "a  b  c");
    assert_eq!(text("=?utf-8?q?a?= \r\n b \r\n =?utf-8?q?c?="), "a  b  c");
}

#[test]
fn trap_005_text_beside_it() {
    for (raw, lenient) in [("=?utf-8?q?d?=e", "de"), ("f=?utf-8?q?g?=", "fg")] {
        assert_eq!((text(raw).as_str(), strict_text(raw).as_str()), (lenient, raw));
        assert!(text_defects(raw).has(DefectKind::EncodedWordPlace));
    }
}

#[test]
fn trap_006_white_space_inside() {
    assert_eq!(text("=?utf-8?q?a b?="), "a b");
    assert_eq!(text("=?utf-8?q?a\r\n b?="), "a b");
    assert_eq!(text("=?utf-8?b?YW\r\n Jj?="), "abc");
    assert!(text_defects("=?utf-8?q?a b?=").has(DefectKind::EncodedWordSpace));
    assert_eq!(strict_text("=?utf-8?q?a b?="), "=?utf-8?q?a b?=");
}

#[test]
fn trap_007_empty() {
    assert_eq!(text("x =?utf-8?q??= y =?utf-8?b??= z"), "x  y  z");
}

#[test]
fn trap_008_without_end() {
    assert_eq!(text("=?utf-8?q?abc"), "=?utf-8?q?abc");
    let many = "=?ab?q?x".repeat(100_000);
    assert_eq!(text(&many), many);
    assert_eq!(text("=?utf-8?q?a =?utf-8?q?b?="), "=?utf-8?q?a b");
}

#[test]
fn trap_009_a_question_mark_inside() {
    assert_eq!(text("=?utf-8?q?a?b?="), "a?b");
    assert!(text_defects("=?utf-8?q?a?b?=").has(DefectKind::EncodedWordQuestionMark));
    assert_eq!(strict_text("=?utf-8?q?a?b?="), "=?utf-8?q?a?b?=");
}

#[test]
fn trap_010_unknown_charset() {
    assert_eq!(text("a =?x-nobody?q?=80?= =?utf-8?q?b?="), "a =?x-nobody?q?=80?= b");
    assert!(text_defects("=?x-nobody?q?=80?=").has(DefectKind::UnknownCharset));
}

#[test]
fn trap_011_language() {
    let (word, _) = EncodedWord::parse(b"=?us-ascii*en-US?q?hi_there?=", Lenient);
    let word = word.unwrap();
    assert_eq!((word.language(), word.text().as_deref()), (Some("en-US"), Some("hi there")));
    assert_eq!(text("=?us-ascii*en-US?q?hi_there?="), "hi there");
}

#[test]
fn trap_012_padding() {
    assert_eq!(text("=?utf-8?b?YQ?="), "a");
    assert_eq!(text("=?utf-8?b?YWI=YWI=?="), "abab");
}

#[test]
fn trap_013_bad_escape_stays() {
    assert_eq!(text("=?utf-8?q?=c3=a9=4?="), "é=4");
    assert!(text_defects("=?utf-8?q?=c3=a9=4?=").has(DefectKind::EncodedWordText));
}

#[test]
fn trap_014_specials_that_it_hides() {
    let (list, _) = AddressList::parse(b"=?utf-8?q?a=2C_b_=3Cx=40y=3E_=22?= <a@b.c>", Lenient);
    assert_eq!(list.iter().len(), 1);
    let mailbox = list.mailboxes().next().unwrap();
    assert_eq!(mailbox.display_name().unwrap(), "a, b <x@y> \"");
    assert_eq!((mailbox.local(), mailbox.domain()), ("a".into(), "b.c".into()));
    let (hostile, _) = Text::parse(b"=?utf-8?q?a=0D=0ABcc:_x=00?=", Lenient);
    assert_eq!(hostile.as_str(), "a\r\nBcc: x\0");
    let again = [Text::new(hostile.as_str()).to_bytes(), Phrase::new(hostile.as_str()).to_bytes()];
    for octets in again.into_iter().chain([hostile.to_bytes()]) {
        assert!(!octets.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)));
    }
}

#[test]
fn trap_015_as_a_local_part() {
    let (list, _) = AddressList::parse(b"<=?utf-8?q?x?=@y.z>", Lenient);
    let mailbox = list.mailboxes().next().unwrap();
    assert_eq!((mailbox.local(), mailbox.domain()), ("=?utf-8?q?x?=".into(), "y.z".into()));
}

#[test]
fn trap_016_alone_it_is_no_address() {
    let (list, defects) = AddressList::parse(b"=?utf-8?q?a=40b=2Ecom?=", Lenient);
    let mailbox = list.mailboxes().next().unwrap();
    assert!(!mailbox.is_address() && mailbox.local().is_empty());
    assert_eq!(mailbox.display_name().unwrap(), "a@b.com");
    assert!(defects.has(DefectKind::MissingDomain));
}

#[test]
fn trap_017_white_space_and_quotes_in_its_head() {
    assert_eq!(text("=? ISO-2022-JP? B? GyRCJCIbKEI= ?="), "あ");
    assert_eq!(text("=?\"utf-8\"?q?=c3=a9?="), "é");
    assert!(text_defects("=?\"utf-8\"?q?a?=").has(DefectKind::EncodedWordSyntax));
    assert_eq!(strict_text("=?\"utf-8\"?q?a?="), "=?\"utf-8\"?q?a?=");
}

#[test]
fn trap_018_in_a_comment() {
    let (mailbox, _) = Mailbox::parse(b"j@x.org (=?utf-8?q?J=C3=B6rg?=)", Lenient);
    assert_eq!(mailbox.unwrap().display_name().unwrap(), "Jörg");
}

#[test]
fn trap_019_underscores() {
    assert_eq!(text("=?utf-8?q?a_b?="), "a b");
    assert_eq!(text("=?utf-16be?q?=00a_=20?="), "a\u{2020}");
    assert_eq!(text("=?utf-8?b?YW_Jj?="), "abc");
}

#[test]
fn trap_020_long_ones_are_read_and_not_written() {
    let long = format!("=?utf-8?q?{}?=", "=C3=A9".repeat(100));
    assert_eq!(text(&long), "é".repeat(100));
    let written = Text::new(&"é".repeat(100)).to_bytes();
    assert!(written.split(|octet| *octet == b' ').all(|word| word.len() <= 75));
}

#[test]
fn traps_024_035_folding() {
    assert_eq!(text(" a\r\n \r\n b"), "a  b");
    assert_eq!(text("\n real"), "real");
}

#[test]
fn trap_040_octets_without_a_charset() {
    let (subject, _) = Text::parse(b"caf\xe9", Lenient);
    assert_eq!((subject.as_str(), subject.as_bytes()), ("café", &b"caf\xe9"[..]));
    let (mailbox, _) = Mailbox::parse(b"Caf\xe9 <a@b.c>", Lenient);
    assert_eq!(mailbox.unwrap().display_name().unwrap(), "Café");
}

#[test]
fn a_phrase_parts_quotes_and_encoded_words() {
    let (phrase, _) = Phrase::parse(b"\"a =?utf-8?q?x?=\" =?utf-8?q?b?= =?utf-8?q?c?= (no) \"d\"", Strict);
    assert_eq!(phrase.text(), "a =?utf-8?q?x?= bc d");
    assert_eq!(phrase.display(), "a xbc d");
}
