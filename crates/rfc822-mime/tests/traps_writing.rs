//! What writers of messages get wrong, each a row of what is to be done.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use rfc822_mime::build::{Body, Builder, Composed, Part, Progress, Seed, Survey, Transport};
use rfc822_mime::value::{
    Address, AddressList, ContentDisposition, ContentType, DateTime, EncodedWord, FieldValue, Group,
    HeaderForm, ListId, ListUris, Mailbox, MessageId, Parameter, Parameters, Text, fold,
};
use rfc822_mime::{Edit, ErrorKind, Leniency, Message};

fn seed() -> Seed {
    Seed::new(b"seed")
}

fn build(builder: Builder<'_>, transport: Transport) -> Vec<u8> {
    let message = builder.build(transport, seed()).unwrap();
    let octets = message.to_bytes().unwrap();
    assert_eq!(octets.len() as u64, message.octets());
    octets
}

fn lines(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    octets.split_inclusive(|octet| *octet == b'\n').map(|line| line.strip_suffix(b"\r\n").unwrap_or(line))
}

fn mailbox(local: &str) -> Mailbox {
    Mailbox::new(local, "a.example").unwrap()
}

/// Encoded words of 75 octets at most, in lines of 76, that split no character; no line of white space, none that ends in it.
#[test]
fn trap_136_folding() {
    let long = "Ünïcödé 漢字 🦀 ".repeat(30);
    let octets = build(
        Builder::new()
            .subject(&long)
            .from(mailbox("a").with_name(&long))
            .field("Comments", "word ".repeat(100).trim()),
        Transport::SEVEN_BIT,
    );
    let header = octets.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
    for line in lines(&octets[..header]) {
        assert!(line.len() <= 78, "{}", line.escape_ascii());
        assert!(!line.ends_with(b" ") && !line.trim_ascii().is_empty(), "{}", line.escape_ascii());
        for word in line.split(|octet| *octet == b' ').filter(|word| word.starts_with(b"=?")) {
            assert!(word.len() <= 75 && line.len() <= 76, "{}", line.escape_ascii());
            let word = EncodedWord::parse(word, Leniency::Strict).0.unwrap();
            assert!(core::str::from_utf8(word.octets()).is_ok());
        }
    }
    let read = Message::parse(&octets);
    assert_eq!(read.subject().unwrap().as_str(), long);
    assert_eq!(read.from().mailboxes().next().unwrap().display_name().as_deref(), Some(long.trim()));
}

/// The first word goes to a line of its own if that makes it fit.
#[test]
fn trap_136_first_word() {
    assert_eq!(fold("X", &[b'y'; 75]), [&b"X: "[..], &[b'y'; 75], b"\r\n"].concat());
    assert_eq!(fold("X", &[b'y'; 76]), [&b"X:\r\n "[..], &[b'y'; 76], b"\r\n"].concat());
    assert_eq!(fold("X", &[b'y'; 78]), [&b"X: "[..], &[b'y'; 78], b"\r\n"].concat());
    assert_eq!(fold("X", &[b'y'; 996]), [&b"X:\r\n "[..], &[b'y'; 996], b"\r\n"].concat());
}

/// A word that no line takes is encoded where it is text, and refused where it is none.
#[test]
fn trap_136_long_words() {
    let long = "x".repeat(5000);
    let octets =
        build(Builder::new().subject(&long).from(mailbox("a").with_name(&long)), Transport::SEVEN_BIT);
    assert!(lines(&octets).all(|line| line.len() <= 78));
    let read = Message::parse(&octets);
    assert_eq!(read.subject().unwrap().as_str(), long);
    assert_eq!(read.from().mailboxes().next().unwrap().display_name().as_deref(), Some(&*long));

    let id = MessageId::new(&long, "a.example").unwrap();
    let refused = Builder::new().message_id(&id).build(Transport::SEVEN_BIT, seed());
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Limit);
    let refused = Builder::new().to(mailbox(&long)).build(Transport::SEVEN_BIT, seed());
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Limit);
}

/// Parameters as RFC 2231 has them, never as encoded words.
#[test]
fn trap_136_parameters() {
    let name = "Grüße aus Köln, und noch ein sehr langer Name: 漢字漢字漢字漢字漢字.pdf";
    let octets =
        build(Builder::new().attach(name, "application/pdf", b"%PDF"), Transport::SEVEN_BIT.with_utf8());
    assert!(!octets.windows(2).any(|pair| pair == b"=?"));
    assert!(lines(&octets).all(|line| line.len() <= 78));
    let read = Message::parse(&octets);
    let part = read.attachments().next().unwrap();
    assert_eq!(part.disposition().unwrap().parameters().get("filename").as_deref(), Some(name));
}

/// CR, LF and NUL make an error wherever they could stand.
#[test]
fn trap_137_injection() {
    for bad in ["a\rb", "a\nb", "a\0b", "a\r\nX-Injected: yes", "\r\n\r\nbody", "a\r\n b"] {
        let builders = [
            Builder::new().subject(bad),
            Builder::new().field("X", bad),
            Builder::new().field(bad, "x"),
            Builder::new().field("X", &String::from(bad)),
            Builder::new().addresses(bad, AddressList::default()),
            Builder::new().attach(bad, "text/plain", b"x"),
            Builder::new().attach("x", bad, b"x"),
            Builder::new().attach("x", &["text/plain; x=", bad].concat(), b"x"),
        ];
        for (number, builder) in builders.into_iter().enumerate() {
            let error = builder.build(Transport::BINARY.with_utf8(), seed()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Syntax, "{number}: {bad:?}");
        }
        let syntax = |error: rfc822_mime::Error| assert_eq!(error.kind(), ErrorKind::Syntax, "{bad:?}");
        syntax(Part::new(bad, b"").unwrap_err());
        syntax(Part::multipart(bad, [Part::text("x")]).unwrap_err());
        syntax(Part::report(bad, Part::text("x"), Part::text("y"), None).unwrap_err());
        syntax(Part::fields("x", [&[("X", bad)][..]]).unwrap_err());
        syntax(Part::fields("x", [&[(bad, "x")][..]]).unwrap_err());
        syntax(Part::fields(bad, [&[("X", "x")][..]]).unwrap_err());
        syntax(Part::text("x").with_field("Content-Description", bad).unwrap_err());
        syntax(Part::text("x").with_file_name(bad, "x").unwrap_err());
        syntax(Part::text("x").with_file_name("inline", bad).unwrap_err());
        syntax(Mailbox::new(bad, "a.example").unwrap_err());
        syntax(Mailbox::new("a", bad).unwrap_err());
        syntax(MessageId::new(bad, "a.example").unwrap_err());
        syntax(MessageId::new("a", bad).unwrap_err());
        syntax(seed().message_id(bad).unwrap_err());
        syntax(Parameter::new(bad, "x").unwrap_err());
        syntax(Parameter::new("x", bad).unwrap_err());
        syntax(ContentType::new("text", bad, Parameters::new()).unwrap_err());
        syntax(ContentDisposition::new(bad, Parameters::new()).unwrap_err());
        syntax(ListId::new("x", bad).unwrap_err());
        syntax(ListUris::new([bad]).unwrap_err());
        syntax(Edit::new(b"").set("X", bad).unwrap_err());
        syntax(Edit::new(b"").add(bad, "x").unwrap_err());
        syntax(Edit::new(b"").prepend("X", bad).unwrap_err());
    }
}

/// Values that take any text, or came from a message, hold no line end that is written.
#[test]
fn trap_137_values_hold_no_lines() {
    let bad = "a\r\nX-Injected: yes\0\r\n\r\nbody";
    let encoded = Text::parse(b"=?utf-8?q?a=0D=0AX-Injected:_yes=00?= \xc3\xa9", Leniency::Lenient).0;
    let parsed = AddressList::parse(
        b"=?utf-8?b?DQpYLUluamVjdGVkOiB5ZXM=?= <a@b.example> (\r\n (\xc3\xa9)\0)",
        Leniency::Lenient,
    )
    .0;
    let group = Address::Group(Group::new(bad, [mailbox("a").with_name(bad)]));
    for transport in [Transport::SEVEN_BIT, Transport::BINARY.with_utf8()] {
        let octets = build(
            Builder::new()
                .field("Comments", &Text::new(bad))
                .field("Subject", &encoded)
                .addresses("To", [group.clone()].into_iter().collect())
                .addresses("Cc", parsed.clone())
                .field("List-Id", &ListId::new(bad, "a.example").unwrap())
                .text("text"),
            transport,
        );
        let read = Message::parse(&octets);
        assert!(read.root().fields().all(|field| !field.is("X-Injected")));
        assert_eq!(read.root().fields().count(), 7);
        assert_eq!(read.root().body(), b"text");
        assert!(!octets.contains(&0));
    }
}

/// A value of the caller's own can't inject a line either.
#[test]
fn trap_137_values_of_others() {
    struct Own(&'static [u8]);
    impl FieldValue for Own {
        fn octets(&self, _form: HeaderForm) -> Result<Vec<u8>, rfc822_mime::Error> {
            Ok(self.0.to_vec())
        }
    }
    for bad in [&b"a\r\nX: y"[..], b"a\rb", b"a\nb", b"a\0b"] {
        let refused = Builder::new().field("X", &Own(bad)).build(Transport::BINARY, seed());
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Syntax);
        assert_eq!(Edit::new(b"").add("X", &Own(bad)).unwrap_err().kind(), ErrorKind::Syntax);
    }
}

/// Field names that could be a delimiter, and fields that the content makes, are the builder's own.
#[test]
fn trap_137_names() {
    for (name, kind) in [
        ("", ErrorKind::Syntax),
        ("a b", ErrorKind::Syntax),
        ("a:b", ErrorKind::Syntax),
        ("--=_0_x", ErrorKind::Syntax),
        ("Ü", ErrorKind::Syntax),
        ("content-TYPE", ErrorKind::Misuse),
        ("MIME-Version", ErrorKind::Misuse),
        ("Content-Transfer-Encoding", ErrorKind::Misuse),
    ] {
        let error = Builder::new().field(name, "x").build(Transport::SEVEN_BIT, seed()).unwrap_err();
        assert_eq!(error.kind(), kind, "{name}");
    }
}

/// A boundary that no body holds, not even as the beginning of a line.
#[test]
fn trap_137_boundaries() {
    let first = build(Builder::new().text("x").attach("y", "text/plain", b"y"), Transport::SEVEN_BIT);
    let boundary = Message::parse(&first).content_type().boundary().unwrap().to_vec();
    assert_eq!(first, build(Builder::new().text("x").attach("y", "text/plain", b"y"), Transport::SEVEN_BIT));
    for text in [
        [b"--", &boundary[..], b"\r\n"].concat(),
        [b"--", &boundary[..], b"--"].concat(),
        [b"a\r\n--", &boundary[..], b"and more"].concat(),
    ] {
        let text = String::from_utf8(text).unwrap();
        let raw = ["Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n", &*text, "\r\n"].concat();
        let octets = build(
            Builder::new().text(&*text).part(Part::raw_message(raw.as_bytes()).unwrap()),
            Transport::SEVEN_BIT,
        );
        let read = Message::parse(&octets);
        let own = read.content_type().boundary().unwrap().to_vec();
        assert_eq!(read.part("1").unwrap().body(), text.as_bytes());
        assert_eq!(read.part("2").unwrap().body(), raw.as_bytes());
        let delimiter = [b"\r\n--", &own[..]].concat();
        assert_eq!(octets.windows(delimiter.len()).filter(|window| *window == delimiter).count(), 3);
    }
    // one multipart in the other: none begins as the other does
    let inner = Part::mixed((0..12).map(|_| Part::mixed([Part::text("x")]).unwrap())).unwrap();
    let octets = build(Builder::new().body(inner), Transport::SEVEN_BIT);
    let boundaries: Vec<Vec<u8>> = Message::parse(&octets)
        .parts()
        .filter_map(|part| Some(part.content_type().boundary()?.to_vec()))
        .collect();
    assert_eq!(boundaries.len(), 13);
    for (number, one) in boundaries.iter().enumerate() {
        assert!(
            boundaries
                .iter()
                .skip(number + 1)
                .all(|other| !other.starts_with(one) && !one.starts_with(other))
        );
    }
}

/// A seed whose last boundary is in a body is refused, rather than one more than that.
#[test]
fn trap_137_no_boundary_is_left() {
    let first = build(Builder::new().text("x").attach("y", "text/plain", b"y"), Transport::SEVEN_BIT);
    let boundary =
        String::from_utf8(Message::parse(&first).content_type().boundary().unwrap().to_vec()).unwrap();
    let last = boundary.replacen("=_0_", &format!("--=_{}_", u64::MAX), 1);
    let refused =
        Builder::new().text(&*last).attach("y", "text/plain", b"y").build(Transport::SEVEN_BIT, seed());
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Misuse);
}

/// `From ` at the beginning of a line is escaped; dots are left to SMTP.
#[test]
fn trap_137_from_and_dots() {
    let octets = build(Builder::new().text("From here\r\nto\r\n.\r\nFrom there"), Transport::BINARY);
    let read = Message::parse(&octets);
    assert_eq!(read.root().body(), b"=46rom here\r\nto\r\n.\r\n=46rom there");
    assert_eq!(read.text().as_deref(), Some("From here\r\nto\r\n.\r\nFrom there"));
    let octets = build(Builder::new().text(".\r\nfrom"), Transport::SEVEN_BIT);
    assert_eq!(Message::parse(&octets).root().body(), b".\r\nfrom");
}

/// The identity is the identity; one edit is one field.
#[test]
fn trap_138_identity() {
    for message in [
        &b""[..],
        b"\n",
        b"Subject: x",
        b"Subject : x\r\n\t \r\n y\r\nno colon\r\n\r\nbody\r\n--",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nnot closed",
        b"\xEF\xBB\xBFSubject: x\r\r\n\0\r\n\r\n\0\xff",
        b" junk\r\nFrom me\nA:\n\nB",
        b"From me Mon Jan  1 00:00:00 2020\nA: b\n\nc",
        b"\r",
        b" x\n\r",
    ] {
        assert_eq!(Edit::new(message).pieces().to_bytes(), message);
        let mut edit = Edit::new(message);
        edit.set("X-New", "1").unwrap();
        assert_eq!(edit.remove("x-new"), 1);
        assert_eq!(edit.pieces().to_bytes(), message);
        edit.add("X-New", "2").unwrap();
        let octets = edit.pieces().to_bytes();
        let read = Message::parse(&octets);
        assert_eq!(&*read.root().fields().find(|field| field.is("X-New")).unwrap().unfolded(), b"2");
        assert_eq!(Message::parse(message).parts().len(), read.parts().len());
    }
}

/// A name that needs quotes has them; a backslash at its end is escaped; a group may be empty.
#[test]
fn trap_139_names() {
    let list: AddressList = [
        Address::Mailbox(mailbox("a").with_name("Doe, J. \"Q\" \\")),
        Address::Mailbox(mailbox("b c")),
        Address::Group(Group::new("Undisclosed: recipients", [])),
        Address::Group(Group::new("Grüße", [])),
    ]
    .into_iter()
    .collect();
    let octets = build(Builder::new().addresses("To", list.clone()), Transport::SEVEN_BIT);
    let read = Message::parse(&octets);
    assert_eq!(
        &*read.root().fields().first("To").unwrap().unfolded(),
        br#""Doe, J. \"Q\" \\" <a@a.example>, "b c"@a.example, "Undisclosed: recipients":;, =?utf-8?b?R3LDvMOfZQ==?= :;"#
    );
    let names: Vec<String> = read
        .root()
        .addresses("To")
        .iter()
        .map(|address| match address {
            Address::Mailbox(mailbox) => mailbox.display_name().unwrap_or_default().into_owned(),
            Address::Group(group) => group.name().display().into_owned(),
            _ => String::new(),
        })
        .collect();
    assert_eq!(names, ["Doe, J. \"Q\" \\", "", "Undisclosed: recipients", "Grüße"]);
}

/// An address in UTF-8 needs a transport for it; a name does not.
#[test]
fn trap_139_utf8_addresses() {
    let to = |mailbox: Mailbox| Builder::new().to(mailbox.with_name("Zoë")).text("x");
    for mailbox in [mailbox("zoë"), Mailbox::new("zoe", "bücher.example").unwrap()] {
        for transport in [Transport::SEVEN_BIT, Transport::EIGHT_BIT, Transport::BINARY] {
            let refused = to(mailbox.clone()).build(transport, seed()).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Unsupported);
        }
        let message = to(mailbox.clone()).build(Transport::EIGHT_BIT.with_utf8(), seed()).unwrap();
        assert!(message.needs().takes_utf8());
        let octets = message.to_bytes().unwrap();
        let read = Message::parse(&octets);
        assert_eq!(
            read.root().fields().first("To").unwrap().unfolded()[..],
            *format!("Zoë <{}>", String::from_utf8(mailbox.addr_spec()).unwrap()).as_bytes()
        );
    }
    let message = to(mailbox("zoe")).build(Transport::SEVEN_BIT, seed()).unwrap();
    assert_eq!(message.needs(), Transport::SEVEN_BIT);
}

/// The sign of half an hour.
#[test]
fn trap_139_dates() {
    for (offset, zone) in [(Some(-30), "-0030"), (Some(30), "+0030"), (Some(0), "+0000"), (None, "-0000")] {
        let date = DateTime::from_timestamp(1_700_000_000, offset).unwrap();
        let octets = build(Builder::new().date(date), Transport::SEVEN_BIT);
        let read = Message::parse(&octets);
        assert!(read.root().fields().first("Date").unwrap().unfolded().ends_with(zone.as_bytes()));
        assert_eq!(read.date().unwrap().timestamp(), 1_700_000_000);
    }
}

/// A multipart without parts is none.
#[test]
fn trap_139_empty_multipart() {
    assert_eq!(Part::mixed([]).unwrap_err().kind(), ErrorKind::Misuse);
    let mut part = Part::text("x");
    let depth = (1..).find(|_| match Part::mixed([part.clone()]) {
        Ok(around) => {
            part = around;
            false
        }
        Err(error) => error.kind() == ErrorKind::Limit,
    });
    assert_eq!(depth, Some(Part::MAX_DEPTH));
    assert!(Builder::new().body(part).build(Transport::SEVEN_BIT, seed()).is_ok());
}

/// What is announced is written; a body that differs from what was promised or looked at is refused.
#[test]
fn streamed_bodies() {
    let stream = |message: Composed<'_>, chunks: &[&[u8]]| {
        let (mut writer, mut output) = (message.into_writer(), Vec::new());
        while writer.encode(&mut output).unwrap() == Progress::More {}
        assert_eq!(writer.encode(&mut output).unwrap(), Progress::Body { index: 0, octets: 6 });
        for chunk in chunks {
            writer.encode_data(chunk, &mut output)?;
            assert!(writer.encode(&mut output).unwrap_err().is_misuse());
        }
        writer.encode_end(&mut output)?;
        assert!(writer.encode_data(b"", &mut output).unwrap_err().is_misuse());
        assert!(writer.encode_end(&mut output).unwrap_err().is_misuse());
        while writer.encode(&mut output).unwrap() == Progress::More {}
        Ok::<_, rfc822_mime::Error>(output)
    };
    let promised =
        || Builder::new().attach("x", "a/b", Body::streamed(6)).build(Transport::BINARY, seed()).unwrap();
    assert!(promised().to_bytes().unwrap_err().is_misuse());
    let octets = stream(promised(), &[b"abc", b"def"]).unwrap();
    assert_eq!(octets.len() as u64, promised().octets());
    assert_eq!(Message::parse(&octets).part("1").unwrap().decoded(), b"abcdef");
    assert_eq!(stream(promised(), &[b"abc", b"defg"]).unwrap_err().expected(), "6 octets, not 7");
    assert_eq!(stream(promised(), &[b"abc"]).unwrap_err().expected(), "6 octets, not 3");

    let looked_at = |octets: &[u8], kind: &str| {
        let mut survey = Survey::new(seed());
        survey.look(octets);
        let part = Part::new(kind, Body::surveyed(survey)).unwrap();
        Builder::new().part(part).build(Transport::SEVEN_BIT, seed()).unwrap()
    };
    assert!(stream(looked_at(b"A: b\r\n", "message/rfc822"), &[b"A: b", b"\r\n"]).is_ok());
    assert!(
        stream(looked_at(b"A: b\r\n", "message/rfc822"), &[b"A: ", b"\xff\r\n"]).unwrap_err().is_misuse()
    );
    assert!(
        stream(looked_at("aaaaé".as_bytes(), "text/plain"), &[b"\xff\xff\xff\xff\xff\xff"])
            .unwrap_err()
            .is_misuse()
    );
    assert!(stream(looked_at("aaaaé".as_bytes(), "text/plain"), &["aaaaé".as_bytes()]).is_ok());
    let other = Part::new("text/plain", Body::surveyed(Survey::new(Seed::new(b"other")))).unwrap();
    assert!(Builder::new().part(other).build(Transport::SEVEN_BIT, seed()).unwrap_err().is_misuse());
    let raw = Part::raw_message(Body::streamed(6)).unwrap();
    let refused = Builder::new().part(raw).build(Transport::BINARY, seed()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
}
