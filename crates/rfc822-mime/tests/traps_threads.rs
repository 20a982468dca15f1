//! The traps of base subjects and of message identifiers, by which threads are made, by their numbers in the list of known traps: what others read wrongly.
#![allow(clippy::unwrap_used)]

use rfc822_mime::value::{MessageId, MessageIds, Text};
use rfc822_mime::{DefectKind, Leniency};

use Leniency::{Lenient, Strict};

#[test]
fn trap_134_base_subjects() {
    for (subject, base, is_reply) in [
        ("Re[2]: Fwd: [list] x (fwd)", "x", true),
        ("[a] [b]", "[b]", false),
        ("[a]", "[a]", false),
        ("[a] Re: [b] x", "x", true),
        ("=?utf-8?q?Re=3A_caf=C3=A9?=", "café", true),
        ("=?utf-8?q?a?=Re:", "aRe:", false),
        ("[Fwd: [list] Re: x ]", "x", true),
        ("re  \t: FW: x", "x", true),
        ("fw[a]: x (FWD) (fwd)", "x", true),
        ("Regards", "Regards", false),
        ("", "", false),
        ("Re:", "", true),
    ] {
        let read = Text::parse(subject.as_bytes(), Lenient).0.base_subject();
        assert_eq!((read.as_str(), read.is_reply()), (base, is_reply), "{subject}");
    }
}

#[test]
fn trap_135_references() {
    let ids = |raw: &str| {
        let (ids, defects) = MessageIds::parse(raw.as_bytes(), Lenient);
        let shown: Vec<String> = ids.iter().map(|id| id.as_text().into_owned()).collect();
        (shown.join(" "), defects.is_empty())
    };
    for (raw, expected, is_clean) in [
        ("<a@b> <c@d>", "a@b c@d", true),
        ("<a@b>junk<c@d>", "a@b c@d", false),
        ("(x <y@z>) <a@b> (c)", "a@b", true),
        ("<\"a b\"@c>", "\"a b\"@c", true),
        ("<\"ab\"@c>", "ab@c", true),
        ("< spaced@x >", "spaced@x", true),
        ("<no-at>", "no-at", false),
        ("<a@b <c@d>", "a@b c@d", false),
        ("<a@b", "a@b", false),
        ("<[id@x]>", "[id@x]", true),
        ("Your message of \"Mon, <x@y>\" <a@b>", "a@b", false),
        ("a@b, <c@d>", "a@b c@d", false),
        ("", "", true),
        ("<>", "", false),
    ] {
        assert_eq!(ids(raw), (expected.into(), is_clean), "{raw}");
    }
    assert_eq!(MessageIds::parse(b"<no-at> <a@b>", Strict).0.to_bytes(), b"<a@b>");
}

#[test]
fn an_identifier_that_might_be_another_one_is_none() {
    for odd in [
        "<a\0b@c>",
        "<\"a\0b\"@c>",
        "<\"a\\\0b\"@c>",
        "<a@b\0>",
        "<a\rb@c>",
        "<\"a\rb\"@c>",
        "<\"a\\\rb\"@c>",
    ] {
        for leniency in [Lenient, Strict] {
            let (id, defects) = MessageId::parse(odd.as_bytes(), leniency);
            assert!(id.is_none() && defects.has(DefectKind::MessageIdSyntax), "{odd:?} {id:?}");
            let references = format!("<x@y> {odd} <z@y>");
            let (ids, defects) = MessageIds::parse(references.as_bytes(), leniency);
            assert_eq!(ids.to_bytes(), b"<x@y> <z@y>", "{odd:?}");
            assert!(defects.has(DefectKind::MessageIdSyntax), "{odd:?}");
        }
    }
    let folded = MessageId::parse(b"<(c\0)a@\r\n b>", Lenient).0.unwrap();
    assert_eq!(folded.as_bytes(), b"a@b");
}
