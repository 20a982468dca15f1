//! Writes some messages of all shapes to a folder, each with what a reader must find in it: `compose FOLDER`.
//!
//! `interop/mime_build_python.py` reads them with Python's `email`.

use core::error::Error;
use core::fmt::Write as _;
use std::fs;
use std::path::Path;

use rfc822_mime::build::{Builder, Part, Seed, Transport};
use rfc822_mime::value::{Address, AddressList, DateTime, FieldValue, Group, HeaderForm, Mailbox, Text};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("compose FOLDER")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let ways = [
        ("7bit", Transport::SEVEN_BIT),
        ("8bit", Transport::EIGHT_BIT),
        ("binary", Transport::BINARY),
        ("utf8", Transport::EIGHT_BIT.with_utf8()),
    ];
    for (way, transport) in ways {
        for (name, subject, build, parts) in messages()? {
            let (name, seed) = (format!("{name}-{way}"), Seed::new(name.as_bytes()));
            let builder = build
                .from(Mailbox::new("ann", "a.example")?.with_name("Ann Übel, \"Q\""))
                .addresses("To", recipients()?)
                .subject(&subject)
                .date(DateTime::from_timestamp(1_700_000_000, Some(-30))?)
                .message_id(&seed.message_id("a.example")?)
                .field(
                    "Comments",
                    &Text::new("a comment of many words, so many that it has to be folded at least once"),
                );
            let message = builder.build(transport, seed)?;
            let octets = message.to_bytes()?;
            assert_eq!(octets.len() as u64, message.octets());
            let expected = json!({
                "subject": subject,
                "from": [["Ann Übel, \"Q\"", "ann@a.example"]],
                "to": [["", "\"b o b\"@b.example"], ["Übung 漢字", "c@b.example"]],
                "date": "2023-11-14T21:43:20-00:30",
                "message_id": String::from_utf8(seed.message_id("a.example")?.octets(HeaderForm::Ascii)?)?,
                "parts": parts,
            });
            fs::write(folder.join(format!("{name}.eml")), octets)?;
            fs::write(folder.join(format!("{name}.json")), serde_json::to_vec_pretty(&expected)?)?;
        }
    }
    Ok(())
}

fn recipients() -> Result<AddressList, Box<dyn Error>> {
    let one = Mailbox::new("b o b", "b.example")?;
    let other = Mailbox::new("c", "b.example")?.with_name("Übung 漢字");
    Ok([Address::Mailbox(one), Address::Group(Group::new("Grüße", [other]))].into_iter().collect())
}

/// A name, a subject, a builder, and the parts: type, file name, and octets as hexadecimal digits.
type Row = (&'static str, String, Builder<'static>, Vec<Value>);

fn messages() -> Result<Vec<Row>, Box<dyn Error>> {
    let (text, html) = ("Grüße,\nFrom me.\n. \n--\nAnn", "<p>Grüße\n");
    let (crlf_text, crlf_html) = (text.replace('\n', "\r\n"), html.replace('\n', "\r\n"));
    let photo: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let long_name = "Ein sehr langer Name für eine Datei, mit 漢字 und \"Anführungszeichen\".pdf";
    let leaf = |kind: &str, name: Option<&str>, octets: &[u8]| json!([kind, name, hex(octets)]);
    let around = |kind: &str| json!([kind, null, null]);
    let id = Seed::new(b"photo").message_id("a.example")?;
    let status: &[&[(&str, &str)]] = &[
        &[("Reporting-MTA", "dns; mx.a.example")],
        &[("Final-Recipient", "rfc822; bob@b.example"), ("Action", "failed"), ("Status", "5.1.1")],
    ];
    let lost = b"Subject: lost\r\nFrom: ann@a.example\r\n\r\nHello\r\n";
    Ok(vec![
        (
            "text",
            "plain".into(),
            Builder::new().text("Hello\n"),
            vec![leaf("text/plain", None, b"Hello\r\n")],
        ),
        (
            "alternatives",
            "Grüße aus Köln ".repeat(20).trim().into(),
            Builder::new().text(text).html(html),
            vec![
                around("multipart/alternative"),
                leaf("text/plain", None, crlf_text.as_bytes()),
                leaf("text/html", None, crlf_html.as_bytes()),
            ],
        ),
        (
            "everything",
            "漢字".repeat(60),
            Builder::new()
                .text(text)
                .html(html)
                .inline(&id, "image/png", photo.clone())
                .attach(long_name, "application/pdf", photo.clone())
                .attach("plain.txt", "text/plain; charset=utf-8", "no line end".repeat(200)),
            vec![
                around("multipart/mixed"),
                around("multipart/alternative"),
                leaf("text/plain", None, crlf_text.as_bytes()),
                around("multipart/related"),
                leaf("text/html", None, crlf_html.as_bytes()),
                leaf("image/png", None, &photo),
                leaf("application/pdf", Some(long_name), &photo),
                leaf("text/plain", Some("plain.txt"), "no line end".repeat(200).as_bytes()),
            ],
        ),
        (
            "forward",
            "Fwd: =?utf-8?q?no?= word".into(),
            Builder::new().text("See below.").part(Part::message(
                Builder::new().subject("inner").text("inner text").attach("x", "application/x-y", b"\0\r\n"),
            )?),
            vec![
                around("multipart/mixed"),
                leaf("text/plain", None, b"See below."),
                around("message/rfc822"),
                around("multipart/mixed"),
                leaf("text/plain", None, b"inner text"),
                leaf("application/x-y", Some("x"), b"\0\r\n"),
            ],
        ),
        (
            "report",
            "Undelivered: ".to_owned() + &"x".repeat(2000),
            Builder::new().body(Part::report(
                "delivery-status",
                Part::text("Not delivered.\n"),
                Part::fields("delivery-status", status.iter().copied())?,
                Some(Part::raw_message(&lost[..])?),
            )?),
            vec![
                around("multipart/report"),
                leaf("text/plain", None, b"Not delivered.\r\n"),
                around("message/delivery-status"),
                around("text/plain"),
                around("text/plain"),
                around("message/rfc822"),
                leaf("text/plain", None, b"Hello\r\n"),
            ],
        ),
    ])
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut hex, octet| {
        let _ = write!(hex, "{octet:02x}");
        hex
    })
}
