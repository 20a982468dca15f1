//! Messages that are built of arbitrary choices, and edits of any octets. For fuzzers and property tests.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use arbitrary::{Result, Unstructured};
use mail_wire::ErrorKind;

use crate::build::{Body, Builder, Composed, Part, Progress, Seed, Survey, Transport};
use crate::value::{
    AddressList, AuthenticationResults, DateTime, FieldValue, HeaderForm, Keywords, ListId, ListUris,
    MessageId, MessageIds, Received, Text,
};
use crate::{Edit, Leniency, Message, PartKind, downgrade};

const SEED: &[u8] = b"seed";

/// Messages that stand as they are.
const RAW: [&[u8]; 6] = [
    b"Subject: x\r\n\r\nbody\r\n",
    b"\r\nno header",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\nX: y\r\n\r\nnot closed",
    b"Content-Type: multipart/mixed; boundary=\"=_0\"\r\n\r\n--=_0\r\n\r\none\r\n--=_0--\r\n",
    b"Subject: \xc3\xa9\r\n\r\n8 bit\xe9",
    b"Subject: LF\n\nbare\nlines\n\0",
];

/// What a part must be when it is read again.
#[derive(Debug)]
enum Wanted {
    Leaf {
        name: String,
        octets: Vec<u8>,
    },
    Multipart,
    Message,
    /// A message that stands as it is.
    Raw(&'static [u8]),
}

/// A message by what the choices say: it is built, or refused for a reason; it has the octets that were announced, whatever
/// their pieces; it is read as what it was made of, and its transport takes it.
///
/// # Errors
/// If there are too few choices.
pub fn assert_builds(u: &mut Unstructured<'_>) -> Result<()> {
    let mut transport = *u.choose(&[Transport::SEVEN_BIT, Transport::EIGHT_BIT, Transport::BINARY])?;
    if u.arbitrary()? {
        transport = transport.with_utf8();
    }
    let seed = Seed::new(SEED);
    let mut checks = Vec::new();
    let mut content = Content::default();
    let mut builder = fields(u, Builder::new(), &mut checks)?;
    if u.arbitrary()? {
        builder = builder.body(content.part(u, 0)?);
    } else {
        builder = content.usual(u, builder)?;
    }
    let message = match builder.build(transport, seed) {
        Ok(message) => message,
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Limit), "{error}");
            return Ok(());
        }
    };
    let needs = message.needs();
    assert_eq!(transport.or(needs), transport, "needs what the transport lacks");
    let octets = written(u, message, &content.streamed)?;
    assert_lines(&octets, needs);

    let read = Message::parse(&octets);
    assert_eq!(read.raw().len(), octets.len());
    checks.iter().for_each(|check| check(&read));
    content.assert_read(&read);
    super::assert_map(&octets, read.map());

    // in ASCII it is still the same message
    let ascii = downgrade(&read, |_| None).to_bytes();
    let lower = Message::parse(&ascii);
    assert!(lower.parts().all(|part| !part.header_is_8bit()) || content.has_raw());
    if read.parts().all(|part| !part.header_is_8bit()) {
        assert_eq!(ascii, octets);
    }
    content.assert_read(&lower);
    Ok(())
}

/// No line is longer than the transport takes, and none is injected.
fn assert_lines(octets: &[u8], needs: Transport) {
    if needs.takes_binary() {
        return;
    }
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        let text = line.strip_suffix(b"\r\n").unwrap_or(line);
        assert!(text.len() <= 998 && !text.contains(&b'\r') && !text.contains(&b'\n') && !text.contains(&0));
    }
    assert!(needs.takes_8bit() || octets.is_ascii());
}

type Check = alloc::boxed::Box<dyn Fn(&Message<'_>)>;

/// Some fields of each kind, and what each must be when it is read.
fn fields<'b>(
    u: &mut Unstructured<'_>,
    mut builder: Builder<'b>,
    checks: &mut Vec<Check>,
) -> Result<Builder<'b>> {
    for number in 0..u.int_in_range(0..=6_u8)? {
        let name = format!("X-{number}");
        macro_rules! field {
            ($value:ty, $parse:expr) => {{
                let value: $value = u.arbitrary()?;
                builder = builder.field(&name, &value);
                let wanted = value.octets(HeaderForm::Ascii).expect("no line ends");
                checks.push(alloc::boxed::Box::new(move |message| {
                    let field = message.root().fields().first(&name).expect("the field");
                    let read: $value = $parse(field.value());
                    let read = read.octets(HeaderForm::Ascii).expect("no line ends");
                    assert_eq!(
                        read,
                        wanted,
                        "{} for {} of {}",
                        read.escape_ascii(),
                        wanted.escape_ascii(),
                        field.raw().escape_ascii()
                    );
                }));
            }};
        }
        const LENIENT: Leniency = Leniency::Lenient;
        match u.int_in_range(0..=10_u8)? {
            0 | 1 => field!(Text, |raw| Text::parse(raw, LENIENT).0),
            2 | 3 => field!(AddressList, |raw| AddressList::parse(raw, LENIENT).0),
            4 => field!(Keywords, |raw| Keywords::parse(raw, LENIENT).0),
            5 => field!(DateTime, |raw| DateTime::parse(raw, LENIENT).0.expect("a date")),
            6 => field!(MessageIds, |raw| MessageIds::parse(raw, LENIENT).0),
            7 => field!(ListId, |raw| ListId::parse(raw, LENIENT).0.expect("a list")),
            8 => field!(ListUris, |raw| ListUris::parse(raw, LENIENT).0),
            9 => field!(Received, |raw| Received::parse(raw, LENIENT).0),
            _ => field!(AuthenticationResults, |raw| AuthenticationResults::parse(raw, LENIENT).0),
        }
    }
    Ok(builder)
}

#[derive(Default)]
struct Content {
    wanted: Vec<Wanted>,
    /// Bodies that are given later, with whether they were looked at.
    streamed: Vec<Vec<u8>>,
}

impl Content {
    /// Text, HTML, what it shows, files: as mail has them.
    fn usual<'b>(&mut self, u: &mut Unstructured<'_>, mut builder: Builder<'b>) -> Result<Builder<'b>> {
        let (has_text, has_html) = (u.arbitrary::<bool>()?, u.arbitrary::<bool>()?);
        let (shown, files) = (u.int_in_range(0..=2_u8)?, u.int_in_range(0..=2_u8)?);
        let behind = files + if has_html { 0 } else { shown };
        if behind > 0 {
            self.wanted.push(Wanted::Multipart);
        }
        if has_text && has_html {
            self.wanted.push(Wanted::Multipart);
        }
        if has_text {
            builder = builder.text(self.text(u, "text/plain")?);
        }
        if has_html {
            if shown > 0 {
                self.wanted.push(Wanted::Multipart);
            }
            builder = builder.html(self.text(u, "text/html")?);
        }
        for _ in 0..shown {
            let id = MessageId::new("id", "a.example").expect("an identifier");
            builder = builder.inline(&id, "image/png", self.body(u, "image/png")?);
        }
        for _ in 0..files {
            let name = text(u)?.replace(['\r', '\n', '\0'], "");
            builder = builder.attach(&name, "application/x-y", self.body(u, "application/x-y")?);
        }
        if !has_text && !has_html && behind == 0 {
            self.wanted.push(Wanted::Leaf { name: "text/plain".into(), octets: Vec::new() });
        }
        Ok(builder)
    }

    fn part<'b>(&mut self, u: &mut Unstructured<'_>, depth: u8) -> Result<Part<'b>> {
        let most = if depth < 4 { 6 } else { 3 };
        Ok(match u.int_in_range(0..=most)? {
            0 => Part::text(self.text(u, "text/plain")?),
            1 => Part::new("text/x-y; p=\"q r\"", self.body(u, "text/x-y")?).expect("a type"),
            2 => Part::new("application/x-y", self.body(u, "application/x-y")?).expect("a type"),
            3 => {
                let raw = *u.choose(&RAW)?;
                self.wanted.push(Wanted::Raw(raw));
                if u.arbitrary()? {
                    self.streamed.push(raw.to_vec());
                    Part::raw_message(Body::surveyed(surveyed(raw))).expect("a message")
                } else {
                    Part::raw_message(raw).expect("a message")
                }
            }
            4 => {
                self.wanted.push(Wanted::Message);
                let mut checks = Vec::new();
                let inner = fields(u, Builder::new(), &mut checks)?;
                Part::message(inner.body(self.part(u, depth + 1)?)).or_else(refused)?
            }
            _ => {
                self.wanted.push(Wanted::Multipart);
                let count = u.int_in_range(1..=4_u8)?;
                let parts = (0..count).map(|_| self.part(u, depth + 1)).collect::<Result<Vec<_>>>()?;
                Part::mixed(parts).expect("some parts")
            }
        })
    }

    fn text(&mut self, u: &mut Unstructured<'_>, name: &str) -> Result<String> {
        let text = text(u)?;
        let octets = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n").into_bytes();
        self.wanted.push(Wanted::Leaf { name: name.into(), octets });
        Ok(text)
    }

    fn body<'b>(&mut self, u: &mut Unstructured<'_>, name: &str) -> Result<Body<'b>> {
        let octets = if u.arbitrary()? { text(u)?.into_bytes() } else { u.arbitrary()? };
        self.wanted.push(Wanted::Leaf { name: name.into(), octets: octets.clone() });
        Ok(match u.int_in_range(0..=2_u8)? {
            0 => octets.into(),
            1 => {
                let body = Body::streamed(octets.len() as u64);
                self.streamed.push(octets);
                body
            }
            _ => {
                let body = Body::surveyed(surveyed(&octets));
                self.streamed.push(octets);
                body
            }
        })
    }

    fn has_raw(&self) -> bool {
        self.wanted.iter().any(|wanted| matches!(wanted, Wanted::Raw(_)))
    }

    fn assert_read(&self, message: &Message<'_>) {
        let mut parts = message.parts();
        for wanted in &self.wanted {
            let part = parts.next().unwrap_or_else(|| panic!("no {wanted:?}"));
            match wanted {
                Wanted::Leaf { name, octets } => {
                    let content_type = part.content_type();
                    let read = format!("{}/{}", content_type.main_type(), content_type.subtype());
                    assert_eq!((part.kind(), read), (PartKind::Leaf, name.clone()));
                    assert!(
                        part.decoded() == *octets,
                        "{} for {}",
                        part.body().escape_ascii(),
                        octets.escape_ascii()
                    );
                }
                Wanted::Multipart => {
                    assert_eq!(part.kind(), PartKind::Multipart);
                    assert!(part.is_closed());
                }
                Wanted::Message => assert_eq!(part.kind(), PartKind::Message),
                Wanted::Raw(raw) => {
                    assert_eq!(part.kind(), PartKind::Message);
                    assert!(part.body() == *raw || part.body().len() > 4 && !raw.is_ascii());
                    let inside = Message::parse(part.body()).parts().len();
                    assert_eq!(parts.by_ref().take(inside).count(), inside);
                }
            }
        }
        assert_eq!(parts.count(), 0, "parts that nobody made");
    }
}

fn refused<T>(error: mail_wire::Error) -> Result<T> {
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    Err(arbitrary::Error::IncorrectFormat)
}

fn surveyed(octets: &[u8]) -> Survey {
    let mut survey = Survey::new(Seed::new(SEED));
    octets.chunks(7).for_each(|chunk| survey.look(chunk));
    survey
}

/// Text of all that matters to lines.
fn text(u: &mut Unstructured<'_>) -> Result<String> {
    let stem = Seed::new(SEED).stem();
    let mut text = String::new();
    for _ in 0..u.int_in_range(0..=20_u8)? {
        match u.int_in_range(0..=11_u8)? {
            0 => text.push_str("\r\n"),
            1 => text.push('\n'),
            2 => text.push('\r'),
            3 => text.push_str("From "),
            4 => text.push_str(&format!("--=_{}_{stem}", u.int_in_range(0..=9_u8)?)),
            5 => text.push_str("--=_"),
            6 => text.push('é'),
            7 => text.push_str(&"x".repeat(u.int_in_range(0..=1000)?)),
            8 => text.push_str(" \t"),
            9 => text.push_str(". = "),
            10 => text.push_str("--"),
            _ => text.push(char::from(u.int_in_range(0..=127_u8)?)),
        }
    }
    Ok(text)
}

/// All octets, whatever the pieces of the streamed bodies; as many as were announced.
fn written(u: &mut Unstructured<'_>, message: Composed<'_>, streamed: &[Vec<u8>]) -> Result<Vec<u8>> {
    let announced = message.octets();
    let whole = message.to_bytes().ok();
    let (mut writer, mut output, mut due) = (message.into_writer(), Vec::new(), 0);
    loop {
        match writer.encode(&mut output).expect("no body is under way") {
            Progress::More => {}
            Progress::End => break,
            Progress::Body { index, octets } => {
                let body = &streamed[index];
                assert_eq!((index, octets), (due, body.len() as u64));
                let size = u.int_in_range(1..=100_usize)?;
                for chunk in body.chunks(size) {
                    writer.encode_data(chunk, &mut output).expect("a piece of the body");
                }
                let before = output.len();
                assert!(writer.encode_data(b"x", &mut output).expect_err("one too many").is_misuse());
                assert_eq!(output.len(), before);
                writer.encode_end(&mut output).expect("the body is complete");
                due += 1;
            }
        }
    }
    assert_eq!((output.len() as u64, due), (announced, streamed.len()));
    assert!(whole.is_none_or(|whole| whole == output));
    Ok(output)
}

/// Edits of any octets: none changes nothing; one changes one field and keeps all other octets; what was added can be found.
pub fn assert_edits(message: &[u8]) {
    assert_eq!(Edit::new(message).pieces().to_bytes(), message);
    for part in Message::parse(message).parts().take(20) {
        assert_eq!(Edit::of_part(part).pieces().to_bytes(), message);
    }
    let before: Vec<Vec<u8>> = fields_of(message);
    for place in 0..2_u8 {
        let mut edit = Edit::new(message);
        let added = if place == 0 { edit.add("X-New", "a b") } else { edit.prepend("X-New", "a b") };
        added.expect("a field");
        let pieces = edit.pieces();
        let octets = pieces.to_bytes();
        assert_eq!(octets.len() as u64, pieces.octets());
        let mut after = fields_of(&octets);
        assert_eq!(after.len(), before.len() + 1, "{} of {}", octets.escape_ascii(), message.escape_ascii());
        let index = if place == 0 { after.len() - 1 } else { 0 };
        let new = after.remove(index);
        assert_eq!(new.trim_ascii_end(), b"X-New: a b");
        assert!(
            after
                .iter()
                .zip(&before)
                .all(|(after, before)| after.trim_ascii_end() == before.trim_ascii_end())
        );
        let mut back = Edit::new(&octets);
        assert_eq!(back.remove("x-new"), 1 + before.iter().filter(|field| named(field, b"x-new")).count());
    }
    if let Some(first) = crate::Fields::new(message).next()
        && let Ok(name) = core::str::from_utf8(first.name())
    {
        let mut edit = Edit::new(message);
        let is_removed = edit.remove(name) > 0;
        let octets = edit.pieces().to_bytes();
        // a name that began with a byte order mark may be in front now
        if is_removed && !octets.starts_with(b"\xEF\xBB\xBF") {
            assert!(
                fields_of(&octets).iter().all(|field| !named(field, first.name())),
                "{}",
                octets.escape_ascii()
            );
        }
    }
    let ascii = downgrade(&Message::parse(message), |_| None);
    assert_eq!(ascii.octets(), ascii.to_bytes().len() as u64);
    if message.is_ascii() {
        assert_eq!(ascii.to_bytes(), message);
    }
}

fn named(field: &[u8], name: &[u8]) -> bool {
    crate::Fields::new(field).next().is_some_and(|field| field.name().eq_ignore_ascii_case(name))
}

fn fields_of(message: &[u8]) -> Vec<Vec<u8>> {
    let message = message.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(message);
    let is_mbox = crate::decoder::is_mbox_line(message);
    let lead = if is_mbox {
        message.iter().position(|octet| *octet == b'\n').map_or(message.len(), |at| at + 1)
    } else {
        0
    };
    crate::Fields::new(&message[lead..]).map(|field| field.raw().to_vec()).collect()
}
