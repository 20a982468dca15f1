//! Typed access to whole messages.
#![allow(clippy::unwrap_used)]

use rfc822_mime::Message;
use rfc822_mime::value::TransferEncoding;

const MESSAGE: &[u8] = b"From: Ann <ann@a.example>\r\nFrom: bob@b.example\r\nSubject: =?utf-7?q?Hi_+Jjo-?=\r\n\
    Date: Fri, 21 Nov 1997 09:55:06 -0600\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
    --b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text\r\n\
    --b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9\r\n\
    --b\r\nContent-Type: text/html; charset=x-unknown\r\n\r\n<p>\r\n\
    --b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\
    Content-Disposition: attachment; filename*=utf-8''%e2%82%ac.png\r\n\r\niVBORw==\r\n\
    --b\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nno\r\n--b--\r\n";

#[test]
fn what_a_mail_reader_asks_for() {
    let message = Message::parse(MESSAGE);
    assert_eq!(message.subject().unwrap().as_str(), "Hi \u{263a}");
    assert_eq!(
        message.from().mailboxes().map(|one| one.local().into_owned()).collect::<Vec<_>>(),
        ["ann", "bob"]
    );
    assert_eq!(message.date().unwrap().to_string(), "Fri, 21 Nov 1997 09:55:06 -0600");
    assert_eq!(message.content_type().boundary(), Some(&b"b"[..]));
    // that of the message within is not this one's
    assert_eq!(message.text().as_deref(), Some("café"));
    assert_eq!(message.part("1.1").unwrap().decoded_text().as_deref(), Some("inner text"));
    // nobody knows the charset
    assert_eq!((message.html(), message.part("3").unwrap().decoded()), (None, b"<p>".to_vec()));

    let attachments: Vec<_> = message.attachments().collect();
    assert_eq!(attachments.len(), 2);
    assert_eq!(attachments[0].decoded(), b"\x89PNG");
    let disposition = attachments[0].disposition().unwrap();
    assert_eq!(disposition.parameters().file_name("filename").as_deref(), Some("€.png"));
    // opaque, and so no text
    assert_eq!(attachments[1].transfer_encoding(), TransferEncoding::from("x-uuencode"));
    assert_eq!((attachments[1].decoded_text(), attachments[1].decoded()), (None, b"no".to_vec()));
}

#[test]
fn what_is_missing_has_its_default() {
    let message = Message::parse(b"\r\nna\xefve");
    assert!(
        message.subject().is_none() && message.date().is_none() && message.from().iter().next().is_none()
    );
    assert_eq!((message.text().as_deref(), message.html()), (Some("naïve"), None));
    assert_eq!(message.attachments().count(), 0);
    let digest =
        Message::parse(b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b--\n");
    assert!(digest.part("1").unwrap().content_type().is("message", "rfc822"));
}

#[test]
fn octets_without_a_charset_are_what_the_caller_says() {
    use rfc822_mime::charset::Charset;
    let raw = b"From: \xed\xc9\xd2 <a@b.example>\nSubject: \xed\xc9\xd2 =?iso-8859-1?q?=E9?=\n\
        Content-Disposition: attachment; filename=\"\xed\xc9\xd2\"\n\n\xed\xc9\xd2";
    let koi8 = Charset::for_label(b"koi8-r").unwrap();
    for (message, word) in [
        (Message::parse(raw), "\u{ed}\u{c9}\u{d2}"),
        (Message::parse(raw).with_fallback_charset(koi8), "\u{41c}\u{438}\u{440}"),
    ] {
        assert_eq!(message.subject().unwrap().as_str(), format!("{word} é"));
        assert_eq!(message.from().mailboxes().next().unwrap().display_name().unwrap(), word);
        let disposition = message.root().disposition().unwrap();
        assert_eq!(disposition.parameters().get("filename").unwrap(), word);
        assert_eq!(message.root().decoded_text().unwrap(), word);
    }
    // what is UTF-8 says what it is
    let utf8 = Message::parse("Subject: é\n\né".as_bytes()).with_fallback_charset(koi8);
    assert_eq!((utf8.subject().unwrap().as_str(), utf8.text().as_deref()), ("é", Some("é")));
    // whose second octets may look like quotes or brackets
    let shift_jis = Charset::for_label(b"shift_jis").unwrap();
    let raw = b"From: \x83\x5c\x83\x5b <a@b.example>\n\n";
    let name = |message: Message<'_>| {
        message.from().mailboxes().next().unwrap().display_name().unwrap().into_owned()
    };
    assert_eq!(name(Message::parse(raw).with_fallback_charset(shift_jis)), "ソゼ");
}
