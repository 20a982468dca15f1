//! What is told of a message by the map that was stored with it costs its headers, however large its bodies are.
#![cfg(all(feature = "imap", feature = "mime", feature = "testkit"))]
#![allow(clippy::unwrap_used)]

use mail_proto::imap::Fetch;
use mail_proto::mime::{Message, PartKind};
use mail_proto::serve;
use mail_proto::wire::testkit::visits;

/// A text and five attachments, one of them a message, of so many lines each.
fn attachments(lines: usize) -> Vec<u8> {
    let mut message = b"Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nSubject: files\r\n\
        From: \"Ann\" <ann@a.example>\r\nTo: us: bob@b.example, carl@c.example;\r\nMessage-ID: <1@a.example>\r\n\
        Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
        --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee the files.\r\n"
        .to_vec();
    for number in 0..5 {
        let kind = if number == 4 {
            "Content-Type: message/rfc822\r\n\r\nFrom: dan@d.example\r\nSubject: another\r\n\r\n".to_owned()
        } else {
            format!(
                "Content-Type: application/pdf; name=\"{number}.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\
                 Content-Disposition: attachment; filename=\"{number}.pdf\"\r\n\r\n"
            )
        };
        message.extend(format!("\r\n--b\r\n{kind}").bytes());
        message.extend(
            b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n".repeat(lines),
        );
    }
    message.extend(b"\r\n--b--\r\n");
    message
}

/// The FETCH with the envelope and the structure.
fn told(message: &Message<'_>) -> String {
    let structure = serve::body_structure(message).unwrap();
    let fetch = Fetch::builder(1)
        .envelope(&serve::envelope(message.root()))
        .body_structure(&structure)
        .build()
        .unwrap();
    format!("{:?} {:?}", fetch.envelope().unwrap(), fetch.body_structure().unwrap())
}

#[test]
fn the_size_of_the_bodies_costs_nothing() {
    let visits_of = |lines: usize| {
        let octets = attachments(lines);
        let (map, to_parse) = visits(|| Message::parse(&octets).into_map());
        assert!(to_parse >= octets.len() as u64, "{to_parse} visits of {} octets", octets.len());
        let ((), to_tell) = visits(|| {
            told(&Message::with_map(&octets, &map));
        });
        (octets.len(), to_tell)
    };
    let ((small, of_small), (large, of_large)) = (visits_of(130), visits_of(13_000));
    assert!((50_000..60_000).contains(&small) && large > 5_000_000, "{small} and {large} octets");
    assert!(of_small > 0, "not counted");
    assert_eq!(of_small, of_large, "octet visits for {small} and {large} octets");
}

/// What looks at bodies without being counted would tell something else.
#[test]
fn what_the_bodies_are_changes_nothing() {
    let mut octets = attachments(128);
    let map = Message::parse(&octets).into_map();
    let before = told(&Message::with_map(&octets, &map));
    for part in map.parts().iter().filter(|part| part.kind() == PartKind::Leaf) {
        let body = part.body();
        let range = usize::try_from(body.start).unwrap()..usize::try_from(body.end).unwrap();
        octets.get_mut(range).unwrap().fill(b'\n');
    }
    assert_ne!(told(&Message::parse(&octets)), before);
    assert_eq!(told(&Message::with_map(&octets, &map)), before);
}
