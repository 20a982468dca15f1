//! The odd bodies that readers stumble over, each with what it is taken for. Numbers are those of a list that covers all
//! of mail; the ones that are missing here belong to other tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use rfc822_mime::transfer::{Decoder, TransferEncoding, decode};
use rfc822_mime::{Defect, DefectKind, Leniency};

use TransferEncoding::{Base64, QuotedPrintable};

/// What was odd, and at which octet.
type Odd = &'static [(DefectKind, u64)];

/// What a body decodes to, and what was odd at which octet.
fn read(encoding: &TransferEncoding, leniency: Leniency, body: &str) -> (String, Vec<(DefectKind, u64)>) {
    let (octets, defects) = decode(encoding, leniency, body.as_bytes());
    let odd = defects.iter().map(|Defect { kind, at, .. }| (*kind, *at)).collect();
    (String::from_utf8(octets).unwrap(), odd)
}

#[track_caller]
fn lenient(encoding: &TransferEncoding, body: &str, text: &str, odd: &[(DefectKind, u64)]) {
    assert_eq!(read(encoding, Leniency::Lenient, body), (text.to_owned(), odd.to_vec()), "{body:?}");
}

#[track_caller]
fn strict(encoding: &TransferEncoding, body: &str, text: &str, odd: &[(DefectKind, u64)]) {
    assert_eq!(read(encoding, Leniency::Strict, body), (text.to_owned(), odd.to_vec()), "strict: {body:?}");
}

#[test]
fn trap_113_octets_outside_the_alphabet() {
    use DefectKind::Base64Octet;
    lenient(&Base64, "aG*Vs!bG8=", "hello", &[(Base64Octet, 2), (Base64Octet, 5)]);
    lenient(&Base64, "aGVs\r\n--\r\nbG8=\r\n", "hello", &[(Base64Octet, 6), (Base64Octet, 7)]);
    lenient(&Base64, " aG Vs\tbG\r\n8=\n", "hello", &[]);
    lenient(&Base64, "aGVs\nbG8s\nIHdv\ncmxk", "hello, world", &[]);
    strict(&Base64, "aGVs*bG8=", "hel", &[(Base64Octet, 4)]);
    strict(&Base64, " aG Vs\tbG\r\n8=\r\n \r\n", "hello", &[]);
}

#[test]
fn trap_114_a_tail_without_padding() {
    use DefectKind::Base64Unfinished;
    for leniency in [Leniency::Lenient, Leniency::Strict] {
        for (body, text) in [("aGVsbG8", "hello"), ("aGVsbA", "hell"), ("aGVsb", "hel"), ("aGVsbA=", "hell")]
        {
            let odd = vec![(Base64Unfinished, body.len() as u64)];
            assert_eq!(read(&Base64, leniency, body), (text.to_owned(), odd), "{body}");
        }
    }
}

#[test]
fn trap_115_padding_in_mid_stream() {
    use DefectKind::{Base64AfterPadding, Base64Padding};
    lenient(&Base64, "aGVsbG8=IHdvcmxk", "hello world", &[(Base64AfterPadding, 8)]);
    lenient(&Base64, "aGVsbA==byBhbGw=\r\n", "hello all", &[(Base64AfterPadding, 8)]);
    lenient(&Base64, "aGVsbA=byBhbGw=", "hello all", &[(Base64Padding, 7)]);
    lenient(&Base64, "YWI=YWI=", "abab", &[(Base64AfterPadding, 4)]);
    lenient(
        &Base64,
        "====",
        "",
        &[(Base64Padding, 0), (Base64Padding, 1), (Base64Padding, 2), (Base64Padding, 3)],
    );
    lenient(&Base64, "=aGVs", "hel", &[(Base64Padding, 0)]);
    // A single sextet is no octet.
    lenient(&Base64, "aGVsb=bG8=", "hello", &[(Base64Padding, 5)]);
    lenient(&Base64, "aGVsbG8==", "hello", &[(Base64Padding, 8)]);
    strict(&Base64, "aGVsbG8=IHdvcmxk", "hello", &[(Base64AfterPadding, 8)]);
    strict(&Base64, "aGVsbA=byBhbGw=", "hell", &[(Base64AfterPadding, 7)]);
    strict(&Base64, "=aGVs", "", &[(Base64Padding, 0)]);
}

#[test]
fn trap_116_the_alphabet_of_urls() {
    use DefectKind::Base64Octet;
    lenient(&Base64, "aGV-_sbG8=", "hello", &[(Base64Octet, 3), (Base64Octet, 4)]);
    strict(&Base64, "aGVs-_", "hel", &[(Base64Octet, 4)]);
}

#[test]
fn trap_117_a_soft_line_break_at_the_end() {
    use DefectKind::QuotedPrintableEnd;
    for body in ["foo=", "foo= ", "foo=\t \t"] {
        lenient(&QuotedPrintable, body, "foo", &[(QuotedPrintableEnd, 3)]);
    }
    lenient(&QuotedPrintable, "foo=\r\n", "foo", &[]);
    lenient(&QuotedPrintable, "foo=\n", "foo", &[]);
}

#[test]
fn trap_118_a_sign_without_its_digits() {
    use DefectKind::{QuotedPrintableEnd, QuotedPrintableEscape, QuotedPrintableLowerCase};
    lenient(&QuotedPrintable, "=ZZ", "=ZZ", &[(QuotedPrintableEscape, 0)]);
    lenient(&QuotedPrintable, "a=4", "a=4", &[(QuotedPrintableEscape, 1)]);
    lenient(&QuotedPrintable, "a=4g", "a=4g", &[(QuotedPrintableEscape, 1)]);
    lenient(&QuotedPrintable, "==", "=", &[(QuotedPrintableEscape, 0), (QuotedPrintableEnd, 1)]);
    lenient(&QuotedPrintable, "==x", "==x", &[(QuotedPrintableEscape, 0), (QuotedPrintableEscape, 1)]);
    lenient(&QuotedPrintable, "==41", "=A", &[(QuotedPrintableEscape, 0)]);
    lenient(&QuotedPrintable, "=4=41", "=4A", &[(QuotedPrintableEscape, 0)]);
    lenient(&QuotedPrintable, "=\rX", "=\rX", &[(QuotedPrintableEscape, 0)]);
    lenient(&QuotedPrintable, "=\r", "=\r", &[(QuotedPrintableEscape, 0)]);
    lenient(&QuotedPrintable, "a= \rX", "a= \rX", &[(QuotedPrintableEscape, 1)]);
    lenient(&QuotedPrintable, "a= x", "a= x", &[(QuotedPrintableEscape, 1)]);
    let small = [(QuotedPrintableLowerCase, 0), (QuotedPrintableLowerCase, 3)];
    lenient(&QuotedPrintable, "=c3=a9", "é", &small);
    strict(&QuotedPrintable, "=c3=a9", "=c3=a9", &small);
    strict(&QuotedPrintable, "=C3=A9", "é", &[]);
}

#[test]
fn trap_119_blanks_in_front_of_a_line_end() {
    for leniency in [lenient, strict] {
        leniency(&QuotedPrintable, "a \t\r\nb \n c", "a\r\nb\n c", &[]);
        leniency(&QuotedPrintable, "a=20\r\nb =20 \r\n", "a \r\nb  \r\n", &[]);
        leniency(&QuotedPrintable, "a= \t\nb=\t\r\nc", "abc", &[]);
        leniency(&QuotedPrintable, "a=\r\n \r\nb", "a\r\nb", &[]);
        leniency(&QuotedPrintable, " \r\n\t\n", "\r\n\n", &[]);
        // A bare CR is no line end; the end of the body stands in front of one.
        leniency(&QuotedPrintable, "a \rb \r\rc\t", "a \rb \r\rc", &[]);
        leniency(&QuotedPrintable, "a \r", "a \r", &[]);
    }
}

#[test]
fn trap_119_more_blanks_than_a_line_may_have_octets() {
    for (blanks, text) in [(998, "a\r\nb".to_owned()), (999, format!("a{}\r\nb", " ".repeat(999)))] {
        let body = format!("a{}\r\nb", " ".repeat(blanks));
        let odd = if blanks == 998 { vec![] } else { vec![(DefectKind::QuotedPrintableBlanks, 1_001)] };
        lenient(&QuotedPrintable, &body, &text, &odd);
    }
}

#[test]
fn trap_120_odd_names() {
    use DefectKind::{TransferEncodingSyntax, TransferEncodingUnknown, UnclosedComment};
    let other = |name: &str| TransferEncoding::Other(name.into());
    let rows: &[(&str, TransferEncoding, Odd)] = &[
        ("base64;", Base64, &[(TransferEncodingSyntax, 6)]),
        ("(c) base64 (d)", Base64, &[]),
        ("(a (b) \\( c)\r\n base64(d", Base64, &[(UnclosedComment, 21)]),
        ("BASE64 ", Base64, &[]),
        (" Quoted-Printable\r\n", QuotedPrintable, &[]),
        ("\"base64\"", Base64, &[(TransferEncodingSyntax, 0)]),
        ("7bit", TransferEncoding::SevenBit, &[]),
        ("8BIT", TransferEncoding::EightBit, &[]),
        ("binary", TransferEncoding::Binary, &[]),
        ("x-foo", other("x-foo"), &[(TransferEncodingUnknown, 0)]),
        ("base 64", other("base"), &[(TransferEncodingSyntax, 5), (TransferEncodingUnknown, 0)]),
        (" ", TransferEncoding::SevenBit, &[(TransferEncodingSyntax, 1)]),
    ];
    for (value, encoding, odd) in rows {
        let (read, defects) = TransferEncoding::parse(value.as_bytes(), Leniency::Lenient);
        assert_eq!(read, *encoding);
        let found: Vec<_> = defects.iter().map(|defect| (defect.kind, defect.at)).collect();
        assert_eq!(found, *odd, "{value:?}");
    }
    let strict = TransferEncoding::parse(b"\"base64\"", Leniency::Strict).0;
    assert_eq!(strict, other("\"base64\""));
    assert!(strict.is_opaque() && !Base64.is_opaque() && TransferEncoding::Binary.is_identity());
}

#[test]
fn trap_121_uuencode_is_opaque() {
    let uuencode = TransferEncoding::from("x-uuencode");
    assert!(uuencode.is_opaque());
    let body = "begin 644 a\n#86)C\n`\nend\n";
    lenient(&uuencode, body, body, &[]);
}

#[test]
fn trap_124_every_cut_gives_the_same() {
    let bodies = [
        (Base64, "aGVs\r\nbG8s*IHdv==cmxk=YWJjZA\r\n--\r\n====Zg="),
        (QuotedPrintable, "a=C3=a9 \t\r\nb= \r\n=\nc==41=4=\rX= x \r=4G \n  =20 \r\n\r\n=\r\n \t="),
        (TransferEncoding::EightBit, "a\r\n\u{e9}"),
    ];
    for (encoding, body) in bodies {
        for leniency in [Leniency::Lenient, Leniency::Strict] {
            let (whole, defects) = decode(&encoding, leniency, body.as_bytes());
            let check = |pieces: &[&[u8]]| {
                let (mut decoder, mut octets) = (Decoder::with_leniency(&encoding, leniency), Vec::new());
                pieces.iter().for_each(|piece| decoder.decode(piece, &mut octets));
                decoder.finish(&mut octets);
                assert_eq!((&octets, decoder.defects()), (&whole, &defects), "{pieces:?}");
            };
            for first in 0..=body.len() {
                for second in first..=body.len() {
                    let body = body.as_bytes();
                    check(&[&body[..first], &body[first..second], &body[second..]]);
                }
            }
            check(&body.as_bytes().chunks(1).collect::<Vec<_>>());
        }
    }
}
