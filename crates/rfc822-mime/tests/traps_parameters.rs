//! The traps of parameters and of the fields that have them, by their numbers in the list of known traps: what others read wrongly.
#![allow(clippy::unwrap_used)]

use rfc822_mime::value::{ContentDisposition, ContentType, Parameters};
use rfc822_mime::{DefectKind, Defects, Leniency};

use Leniency::{Lenient, Strict};

fn parameters(raw: &str) -> (Parameters, Defects) {
    Parameters::parse(raw.as_bytes(), Lenient)
}

fn get(raw: &str, name: &str) -> Option<String> {
    parameters(raw).0.get(name).map(Into::into)
}

#[test]
fn trap_072_extended() {
    for raw in ["; name*=utf-8'en'%e2%82%ac", "; name*=UTF-8'en'%E2%82%AC"] {
        let (parameters, defects) = parameters(raw);
        let parameter = parameters.parameter("name").unwrap();
        assert_eq!((&*parameter.value(), parameter.language()), ("€", Some("en")));
        assert!(defects.is_empty());
    }
}

#[test]
fn traps_073_074_077_continuations() {
    assert_eq!(
        get("; name*1=\"about \"; name*0=\"Book \"; name*2*=utf-8''%e2%98%95", "name").unwrap(),
        "Book about ☕"
    );
    assert_eq!(get("; name*0*=utf-8''%E2%98; name*1*=%95.txt", "name").unwrap(), "☕.txt");
    assert_eq!(get("; name*0*=utf-8''%C3%A9; name*1=%41", "name").unwrap(), "é%41");
}

#[test]
fn trap_075_a_gap() {
    let raw = "; name*0=a; name*2=c";
    assert_eq!(get(raw, "name").unwrap(), "a");
    assert!(parameters(raw).1.has(DefectKind::ParameterGap));
    assert_eq!(Parameters::parse(raw.as_bytes(), Strict).0.get("name"), None);
    assert_eq!(get("; name*1=c", "name"), None);
}

#[test]
fn trap_076_both_kinds() {
    for raw in ["; name=plain; name*=utf-8''%C3%A9", "; name*=utf-8''%C3%A9; name=plain"] {
        let (parameters, defects) = parameters(raw);
        assert_eq!(parameters.get("name").unwrap(), "é");
        assert_eq!(parameters.iter().len(), 2);
        assert!(defects.has(DefectKind::PlainAndExtended));
    }
}

#[test]
fn traps_078_079_quotes_and_percent_signs() {
    assert_eq!(get("; n*=utf-8''O'Brien%27s.txt", "n").unwrap(), "O'Brien's.txt");
    assert_eq!(get("; n*=utf-8''%zz%4", "n").unwrap(), "%zz%4");
    assert_eq!(get("; n*=''abc", "n").unwrap(), "abc");
    assert_eq!(get("; foo*=xyz", "foo").unwrap(), "xyz");
    assert!(parameters("; foo*=xyz").1.has(DefectKind::PercentEncoding));
}

#[test]
fn trap_080_indices() {
    assert_eq!(get("; n*00=a; n*01=b", "n").unwrap(), "ab");
    let (twice, defects) = parameters("; n*0=a; n*0=x; n*1=b");
    assert_eq!(twice.get("n").unwrap(), "ab");
    assert!(defects.has(DefectKind::DuplicateParameter));
    assert_eq!(get("; n*0=a; n*10001=b; n*99999999999=c", "n").unwrap(), "a");
    let many: String = (0..100_000).rev().map(|index| format!("; n*{index}=a")).collect();
    assert!(parameters(&many).1.has(DefectKind::Limit));
    let many: String = (0..129).map(|index| format!("; n{index}=a")).collect();
    assert_eq!(parameters(&many).0.iter().len(), Parameters::MAX);
}

#[test]
fn trap_081_encoded_words_in_parameters() {
    for raw in ["; name=\"=?utf-8?q?caf=C3=A9?=\"", "; name==?utf-8?q?caf=C3=A9?="] {
        let (parameters, _) = parameters(raw);
        let parameter = parameters.parameter("name").unwrap();
        assert_eq!((&*parameter.value(), &*parameter.display()), ("=?utf-8?q?caf=C3=A9?=", "café"), "{raw}");
    }
}

#[test]
fn traps_082_083_semicolons_and_spaces() {
    let (content_type, defects) = ContentType::parse(b"text/plain charset=utf-8", Lenient);
    assert!(content_type.is("text", "plain") && defects.has(DefectKind::MissingSemicolon));
    assert_eq!(content_type.charset().unwrap(), "utf-8");
    let (content_type, _) = ContentType::parse(b"text/plain charset=utf-8", Strict);
    assert!(content_type.is("text", "plain") && content_type.parameters().is_empty());

    let (both, defects) = parameters("; name=my file.txt; charset=utf-8");
    assert_eq!((&*both.get("name").unwrap(), &*both.get("charset").unwrap()), ("my file.txt", "utf-8"));
    assert!(defects.has(DefectKind::ParameterSyntax));
    let (both, _) = parameters("; charset=utf-8 name=\"x\" format=flowed");
    assert!(both.iter().map(|parameter| parameter.name().into_owned()).eq(["charset", "name", "format"]));
}

#[test]
fn trap_084_comments() {
    let (content_type, defects) =
        ContentType::parse(b"text/plain (c1); (c2) charset (c3) = (c4) utf-8 (c5)", Strict);
    assert_eq!(content_type.charset().unwrap(), "utf-8");
    assert!(defects.is_empty());
}

#[test]
fn trap_085_quotes() {
    assert_eq!(get("; name=\"abc", "name").unwrap(), "abc");
    assert!(parameters("; name=\"abc").1.has(DefectKind::UnclosedQuote));
    assert_eq!(get(r#"; n="a\"b\\c;d"; x=y"#, "n").unwrap(), r#"a"b\c;d"#);
    assert_eq!(get("; n=\"a\r\n b\"", "n").unwrap(), "a b");
}

#[test]
fn trap_086_boundaries_without_quotes() {
    let (content_type, _) = ContentType::parse(b"multipart/mixed; boundary=a/b:c=d?e; x=1", Lenient);
    assert_eq!(content_type.boundary(), Some(&b"a/b:c=d?e"[..]));
}

#[test]
fn trap_087_twice() {
    let (content_type, defects) =
        ContentType::parse(b"multipart/mixed; boundary=a; charset=x; Boundary=b; CHARSET=y", Lenient);
    assert_eq!(content_type.boundary(), Some(&b"a"[..]));
    assert_eq!(content_type.charset().unwrap(), "x");
    assert_eq!(defects.iter().filter(|defect| defect.kind == DefectKind::DuplicateParameter).count(), 2);
}

#[test]
fn trap_088_no_content_type() {
    for raw in ["", "text", "text/plain/foo", "; charset=x", "/", "text/", "\"text/html\""] {
        for leniency in [Lenient, Strict] {
            let (content_type, defects) = ContentType::parse(raw.as_bytes(), leniency);
            assert!(content_type.is("text", "plain") && defects.has(DefectKind::ContentTypeSyntax), "{raw}");
        }
    }
    assert!(ContentType::parse(b"x-y/z", Lenient).0.is("X-Y", "Z"));
}

#[test]
fn trap_089_file_names() {
    let file =
        |raw: &str| ContentDisposition::parse(raw.as_bytes(), Lenient).0.parameters().file_name("filename");
    assert_eq!(file("attachment; filename=\"../../etc/passwd\"").unwrap(), "passwd");
    assert_eq!(file("attachment; filename=\"C:\\\\x\\\\a.txt\"").unwrap(), "a.txt");
    assert_eq!(file("attachment; filename=\"..\""), None);
    assert_eq!(file("attachment; filename*=utf-8''a%00b%0D%0Ac.txt").unwrap(), "abc.txt");
    assert_eq!(
        file("attachment;\r\n filename*0=\"a\";\r\n filename*1=\".txt.\";\r\n filename*2=\"exe\"").unwrap(),
        "a.txt.exe"
    );
    assert_eq!(ContentDisposition::parse(b"; filename=x", Lenient).0.kind(), "attachment");
    assert_eq!(file("filename=x").unwrap(), "x");
    assert_eq!(file("\"inline\"; filename=x").unwrap(), "x");
}

#[test]
fn trap_090_octets_in_a_value() {
    let (parameters, _) = Parameters::parse(b"; name=\"caf\xe9\"", Lenient);
    assert_eq!(parameters.get_bytes("name"), Some(&b"caf\xe9"[..]));
    assert_eq!(parameters.get("name").unwrap(), "café");
}

#[test]
fn trap_120_transfer_encodings() {
    use rfc822_mime::value::TransferEncoding as Encoding;
    for raw in ["base64;", "(c) base64 (d)", "BASE64 ", "\"base64\""] {
        assert_eq!(Encoding::parse(raw.as_bytes(), Lenient).0, Encoding::Base64, "{raw}");
    }
    assert_ne!(Encoding::parse(b"\"base64\"", Strict).0, Encoding::Base64);
    assert_eq!(Encoding::parse(b"x-foo", Lenient).0, Encoding::Other("x-foo".into()));
    assert_eq!(Encoding::parse(b"", Lenient).0, Encoding::SevenBit);
}

#[test]
fn a_bare_cr_joins_nothing() {
    for raw in [
        "; x=\"ap\rplication\"; y=z",
        "; x=\"ap\\\rplication\"; y=z",
        "; x=ap\rplication; y=z",
        "; x*0=\"ap\r\"; x*1=plication; y=z",
    ] {
        let (read, defects) = parameters(raw);
        assert_eq!(get(raw, "x").unwrap(), "ap plication", "{raw:?}");
        assert_eq!(get(raw, "y").unwrap(), "z", "{raw:?}");
        assert!(!defects.is_empty(), "{raw:?}");
        let written = read.to_bytes();
        assert!(!written.contains(&b'\r'), "{raw:?}");
        assert_eq!(Parameters::parse(&written, Lenient).0, read, "{raw:?}");
    }
    let (folded, defects) = parameters("; x=\"a\r\n b\n c\\\r\n d\"");
    assert_eq!((folded.get("x").unwrap(), defects.is_empty()), ("a b c d".into(), true));
    let text = Parameters::parse(b"; x=\"a\rb\"", Strict);
    assert_eq!((text.0.get("x").unwrap(), text.1.has(DefectKind::BadCharacter)), ("a b".into(), true));
}

/// A name may end like the number of a continuation: then a number follows it, or the name would be another.
#[test]
fn a_name_that_ends_with_a_number_comes_back() {
    for raw in [
        "; name*0*0*=utf-8''a%E2; b=c",
        "; name*0*0=\"a b\"",
        "; *0=x; *0*=''y",
        "; a*b=x; a*b*=''y",
        "; name**0*=''x",
    ] {
        let (value, _) = parameters(raw);
        let octets = value.to_bytes();
        assert_eq!(Parameters::parse(&octets, Lenient).0, value, "{raw}: {}", octets.escape_ascii());
    }
}
