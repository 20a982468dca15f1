//! Text in many charsets. Numbers are those of a list of traps that covers all of mail.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::borrow::Cow;

use proptest::prelude::*;
use rfc822_mime::DefectKind;
use rfc822_mime::charset::{Charset, Converter, decode};

/// Label, octets, text, and at which octets something means nothing.
const ROWS: &[(&str, &[u8], &str, &[u64])] = &[
    // Trap 122.
    ("iso-8859-1", b"\x80", "€", &[]),
    ("ISO_8859-1:1987", b"caf\xe9", "café", &[]),
    ("us-ascii", b"plain", "plain", &[]),
    ("utf-8", b"\xef\xbb\xbfa", "a", &[]),
    ("utf-8", b"a\xffb\xc3", "a\u{fffd}b\u{fffd}", &[1, 3]),
    ("utf-8", b"\xe2\x82x\xf0\x9f", "\u{fffd}x\u{fffd}", &[0, 3]),
    (" utf-8\t", "é".as_bytes(), "é", &[]),
    ("windows-1251", b"\xcf\xf0", "Пр", &[]),
    ("koi8-r", b"\xf0\xd2", "Пр", &[]),
    // Trap 123.
    ("utf-16", b"\xff\xfea\0\xe9\0", "aé", &[]),
    ("utf-16", b"\xfe\xff\0a\0\xe9", "aé", &[]),
    ("UTF-16", b"\0a\0\xe9", "aé", &[]),
    ("utf-16", b"\xd8\x3d\xde\x00", "😀", &[]),
    ("utf-16", b"\0a\0", "a\u{fffd}", &[2]),
    ("utf-16", b"\0", "\u{fffd}", &[0]),
    ("utf-16", b"", "", &[]),
    ("utf-16le", b"a\0", "a", &[]),
    ("utf-16be", b"\0a", "a", &[]),
    ("utf-7", b"A+ImIDkQ.", "A≢Α.", &[]),
    ("utf-7", b"Hi Mom -+Jjo--!", "Hi Mom -☺-!", &[]),
    ("unicode-1-1-utf-7", b"+ZeVnLIqe-", "日本語", &[]),
    ("utf-7", b"Item 3 is +AKM-1. +-", "Item 3 is £1. +", &[]),
    ("utf-7", b"+2D3eAA", "😀", &[]),
    ("utf-7", b"+2D0-x", "\u{fffd}x", &[4]),
    ("utf-7", b"+3gA-x", "\u{fffd}x", &[3]),
    ("utf-7", b"1+ 1\xe9", "1\u{fffd} 1\u{fffd}", &[2, 4]),
    ("utf-7", b"+AG", "\u{fffd}", &[3]),
    ("gb2312", b"\xd6\xd0\x81\x30\x81\x30", "中\u{80}", &[]),
    ("ks_c_5601-1987", b"\xc7\xd1\x81\x41", "한갂", &[]),
    ("ks_c_5601", b"\xc7\xd1", "한", &[]),
    ("iso-2022-kr", b"\x1b$)C\x0eGQ1[\x0f!", "한글!", &[]),
    ("iso-2022-kr", b"\x1b$)C\x0eGQ\nGQ", "한\nGQ", &[]),
    ("iso-2022-kr", b"\x0eGQ1\x0f.", "한\u{fffd}.", &[3]),
    ("iso-2022-kr", b"a\x1b$)Db", "a\x1b$)Db", &[]),
    ("iso-2022-kr", b"a\x1b$)", "a\x1b$)", &[]),
    ("hz-gb-2312", b"~~ ~{VPND~} ~~", "~ 中文 ~", &[]),
    ("HZ-GB-2312", b"a~\nb~\r\n~{VP\nVP", "ab中\nVP", &[]),
    ("hz-gb-2312", b"~{!~~}.", "〓.", &[]),
    ("hz-gb-2312", b"a~b", "a\u{fffd}b", &[1]),
    ("hz-gb-2312", b"a~", "a\u{fffd}", &[1]),
    ("hz-gb-2312", b"a~\rb", "a\u{fffd}\rb", &[1]),
    ("iso-2022-jp", b"\x1b$B$\"\x1b(B.", "あ.", &[]),
    ("iso-2022-jp", b"\x1b$B$\"\x1b(B\x1b$B$$\x1b(B", "あい", &[]),
    ("iso-2022-jp", b"\x1b(B\x1b(Ja\x1b$@$\"\x1b(B", "aあ", &[]),
    ("iso-2022-jp", b"\x1b$B$\x1b(B.", "\u{fffd}.", &[3]),
    ("iso-2022-jp", b"a\x1b$", "a\u{fffd}$", &[1]),
    ("shift_jis", b"\x82\xa0", "あ", &[]),
    ("cp932", b"\x82\xa0", "あ", &[]),
    ("euc-jp", b"\xa4\xa2", "あ", &[]),
    ("big5", b"\xa4\xa4", "中", &[]),
];

/// The whole in one-shot form, and in all cuttings into three pieces and into octets.
#[test]
fn traps_122_to_124_every_charset_and_every_cut() {
    for (label, octets, text, errors) in ROWS {
        let (whole, flawed) = decode(label.as_bytes(), octets).unwrap_or_else(|| panic!("{label}"));
        assert_eq!((whole.as_ref(), flawed), (*text, !errors.is_empty()), "{label} {octets:x?}");
        let charset = Charset::for_label(label.as_bytes()).unwrap();
        let check = |pieces: &[&[u8]]| {
            let (mut converter, mut text) = (Converter::new(charset), String::new());
            pieces.iter().for_each(|piece| converter.convert(piece, &mut text));
            converter.finish(&mut text);
            assert_eq!(text, whole, "{label} {pieces:x?}");
            let found: Vec<u64> = converter.defects().iter().map(|defect| defect.at).collect();
            assert_eq!(
                (&found[..], converter.errors()),
                (*errors, errors.len() as u64),
                "{label} {pieces:x?}"
            );
        };
        for first in 0..=octets.len() {
            for second in first..=octets.len() {
                check(&[&octets[..first], &octets[first..second], &octets[second..]]);
            }
        }
        check(&octets.chunks(1).collect::<Vec<_>>());
    }
}

#[test]
fn trap_122_ascii_with_its_highest_bit_set() {
    let (mut converter, mut text) = (Converter::new(Charset::for_label(b"US-ASCII").unwrap()), String::new());
    converter.convert(b"caf", &mut text);
    converter.convert(b"\xe9 \xe9", &mut text);
    converter.finish(&mut text);
    assert_eq!((text.as_str(), converter.errors()), ("café é", 0));
    let defects: Vec<_> = converter.defects().iter().map(|defect| (defect.kind, defect.at)).collect();
    assert_eq!(defects, [(DefectKind::CharsetEightBit, 3)]);
}

#[test]
fn trap_122_unknown_charsets_leave_the_octets() {
    let long = [b'x'; 1_000];
    for label in
        [&b""[..], b" ", b"x-unknown", b"utf-8x", b"cp437", b"iso-2022-cn", b"x-user-defined", b"\xff", &long]
    {
        assert_eq!(Charset::for_label(label), None, "{label:?}");
        assert_eq!(decode(label, b"a"), None);
    }
}

#[test]
fn text_that_is_utf_8_is_not_copied() {
    assert!(matches!(decode(b"utf-8", "é".as_bytes()), Some((Cow::Borrowed("é"), false))));
    assert!(matches!(decode(b"iso-8859-1", b"plain"), Some((Cow::Borrowed("plain"), false))));
}

/// Trap 2 and its kin: words, and the text of all of them.
#[test]
fn trap_2_words_side_by_side() {
    let rows: &[(&str, &[&[u8]], &str, bool)] = &[
        ("iso-2022-jp", &[b"\x1b$B$\"\x1b(B", b"\x1b$B$$\x1b(B"], "あい", false),
        // Not closed: the next one begins in ASCII all the same.
        ("iso-2022-jp", &[b"\x1b$B$\"", b"abc"], "あabc", false),
        ("iso-2022-jp", &[b"\x1b$B$\"", b"\x1b$B$$"], "あい", false),
        // Cut within the shifted state: the next one shifts back first.
        ("iso-2022-jp", &[b"\x1b$B$\"", b"$$\x1b(B"], "あい", false),
        // Cut inside a character.
        ("iso-2022-jp", &[b"\x1b$B$", b"\"\x1b(B"], "あ", false),
        ("iso-2022-jp", &[b"\x1b$", b"B$\"\x1b(B"], "あ", false),
        ("utf-8", &[b"\xe2\x98", b"\xba"], "☺", false),
        ("utf-8", &[b"\xe2\x98", b"a"], "\u{fffd}a", true),
        ("utf-7", &[b"+Jjo", b"a"], "☺a", false),
        ("utf-7", &[b"+2D3", b"eAA-a"], "😀a", false),
        ("iso-2022-kr", &[b"\x1b$)C\x0eGQ", b"\x1b$)C\x0e1[\x0f", b"a"], "한글a", false),
        ("hz-gb-2312", &[b"~{VP", b"VP", b"~{ND~}"], "中VP文", false),
        ("hz-gb-2312", &[b"~{V", b"P~}"], "中", false),
        ("gb2312", &[b"\xd6", b"\xd0"], "中", false),
    ];
    for (label, words, text, flawed) in rows {
        let charset = Charset::for_label(label.as_bytes()).unwrap();
        assert_eq!(
            charset.decode_words(words.iter().copied()),
            ((*text).to_owned(), *flawed),
            "{label} {words:x?}"
        );
    }
}

proptest! {
    #[test]
    fn no_cut_matters(
        label in prop::sample::select(ROWS.iter().map(|row| row.0).collect::<Vec<_>>()),
        octets in prop::collection::vec(
            prop_oneof![
                prop::sample::select(&b"\x1b$B(J)C~{}+-\x0e\x0f\r\n \xfe\xffAGQ"[..]),
                any::<u8>(),
            ],
            0..60,
        ),
        size in 1_usize..9,
    ) {
        let charset = Charset::for_label(label.as_bytes()).unwrap();
        let convert = |size| {
            let (mut converter, mut text) = (Converter::new(charset), String::new());
            octets.chunks(size).for_each(|chunk| converter.convert(chunk, &mut text));
            converter.finish(&mut text);
            (text, converter.errors(), converter.defects().clone())
        };
        let whole = convert(usize::MAX);
        prop_assert_eq!(&convert(size), &whole);
        prop_assert!(whole.2.iter().all(|defect| defect.at <= octets.len() as u64));
        let (text, flawed) = charset.decode(&octets);
        prop_assert_eq!((text.as_ref(), flawed), (whole.0.as_str(), whole.1 != 0));
    }
}
