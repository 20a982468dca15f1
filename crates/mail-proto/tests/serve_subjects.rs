//! Base subjects: RFC 5256 section 2.1.
#![cfg(feature = "mime")]
#![allow(clippy::unwrap_used)]

use mail_proto::mime::Message;

/// Trap 134.
#[test]
fn base_subjects() {
    for (subject, base, is_reply) in [
        ("plain", "plain", false),
        ("Re: x", "x", true),
        ("RE : \t x", "x", true),
        ("Fw: x", "x", true),
        ("FWD: x", "x", true),
        ("Re[2]: Fwd: [list] x (fwd)", "x", true),
        ("Re [2] : x", "x", true),
        ("x (FWD)  (fwd) ", "x", true),
        ("[fwd: Re: [a] x]", "x", true),
        ("[a] [b]", "[b]", false),
        ("[only-blob]", "[only-blob]", false),
        ("[a] Re: [b] x", "x", true),
        ("Re:", "", true),
        ("Reply: x", "Reply: x", false),
        ("=?utf-8?q?Re=3A_caf=C3=A9?=", "caf\u{e9}", true),
        ("=?utf-8?q?Re?= =?utf-8?q?=3A?= x", "x", true),
        ("a\r\n  b\tc", "a b c", false),
        ("", "", false),
    ] {
        let message = format!("Subject: {subject}\r\n\r\n");
        let subject_of = Message::parse(message.as_bytes()).subject().unwrap();
        let found = subject_of.base_subject();
        assert_eq!((found.as_str(), found.is_reply()), (base, is_reply), "{subject:?}");
    }
}
