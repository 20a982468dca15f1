//! Parts: a message as a tree, and its octets.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::testkit::Random;

use super::field::{self, field, words};
use super::words::{FILES, TEXTS};
use crate::transfer::{Base64Encoder, LineBreaks, QuotedPrintableEncoder};

/// A part, or a message.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Each without its last line end.
    pub(super) fields: Vec<Vec<u8>>,
    /// The empty line behind the header is there. Where it isn't, the body is all that the part is, or empty.
    pub(super) has_empty_line: bool,
    pub(super) body: Body,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    Leaf(Vec<u8>),
    Message(Box<Part>),
    Multipart(Multipart),
}

#[derive(Clone, Debug)]
pub(super) struct Multipart {
    pub(super) boundary: String,
    pub(super) preamble: Vec<u8>,
    pub(super) parts: Vec<Part>,
    /// The close delimiter; empty if it is missing.
    pub(super) close: Vec<u8>,
    /// A line end stands behind the close delimiter, besides the one of the delimiter that follows.
    pub(super) ends_line: bool,
    pub(super) epilogue: Vec<u8>,
}

impl Part {
    fn new(fields: Vec<Vec<u8>>, body: Body) -> Self {
        Self { fields, has_empty_line: true, body }
    }

    pub(super) fn render(&self, to: &mut Vec<u8>) {
        for field in &self.fields {
            to.extend_from_slice(field);
            to.extend_from_slice(b"\r\n");
        }
        if self.has_empty_line {
            to.extend_from_slice(b"\r\n");
        }
        match &self.body {
            Body::Leaf(octets) => to.extend_from_slice(octets),
            Body::Message(part) => part.render(to),
            Body::Multipart(multipart) => multipart.render(to),
        }
    }

    /// Calls `change` on this part and all in it, the outermost first.
    pub(super) fn walk(&mut self, change: &mut dyn FnMut(&mut Self)) {
        change(self);
        match &mut self.body {
            Body::Leaf(_) => {}
            Body::Message(part) => part.walk(change),
            Body::Multipart(multipart) => multipart.parts.iter_mut().for_each(|part| part.walk(change)),
        }
    }

    /// Calls `change` on one of the parts for which `is_wanted`; false if there is none.
    pub(super) fn change_one(
        &mut self,
        random: &mut Random,
        is_wanted: impl Fn(&Self) -> bool,
        change: impl FnOnce(&mut Self, &mut Random),
    ) -> bool {
        let mut count = 0;
        self.walk(&mut |part| count += usize::from(is_wanted(part)));
        if count == 0 {
            return false;
        }
        let mut left = random.below(count);
        let mut change = Some(change);
        self.walk(&mut |part| {
            if !is_wanted(part) {
                return;
            }
            if left == 0
                && let Some(change) = change.take()
            {
                change(part, random);
            }
            left = left.wrapping_sub(1);
        });
        true
    }

    /// Where the field of this name stands.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| {
            let len = field.iter().position(|octet| *octet == b':').unwrap_or(0);
            field[..len].eq_ignore_ascii_case(name.as_bytes())
        })
    }

    pub(super) fn multipart(&mut self) -> Option<&mut Multipart> {
        if let Body::Multipart(multipart) = &mut self.body { Some(multipart) } else { None }
    }

    pub(super) fn leaf(&mut self) -> Option<&mut Vec<u8>> {
        if let Body::Leaf(octets) = &mut self.body { Some(octets) } else { None }
    }
}

impl Multipart {
    fn render(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.preamble);
        for part in &self.parts {
            to.extend_from_slice(format!("--{}\r\n", self.boundary).as_bytes());
            part.render(to);
            if part.has_empty_line {
                to.extend_from_slice(b"\r\n");
            }
        }
        to.extend_from_slice(&self.close);
        if self.ends_line || !self.epilogue.is_empty() {
            to.extend_from_slice(b"\r\n");
        }
        to.extend_from_slice(&self.epilogue);
    }
}

/// A message that is well-formed.
pub(super) fn message(random: &mut Random, depth: usize) -> Part {
    let mut part = content(random, depth, true);
    let mut fields = field::of_message(random);
    if !part.fields.is_empty() {
        let version = random.pick(&["1.0", "1.0", "1.0 (made here)"]);
        let at = if random.percent(70) { fields.len() } else { random.below(fields.len()) };
        fields.splice(
            at..at,
            [vec_of(&field("MIME-Version", version)), core::mem::take(&mut part.fields)].concat(),
        );
    }
    part.fields = fields;
    part
}

fn vec_of(field: &[u8]) -> Vec<Vec<u8>> {
    [field.to_vec()].to_vec()
}

/// A part with the fields of its content, if it needs any.
fn content(random: &mut Random, depth: usize, outermost: bool) -> Part {
    let kind = random.below(100);
    if depth == 0 || kind < 35 {
        return if random.percent(if outermost { 25 } else { 10 }) {
            plain(random)
        } else {
            text(random, "plain")
        };
    }
    match kind {
        35..=39 => text(random, "html"),
        40..=54 => {
            let parts = [
                text(random, "plain"),
                if random.percent(70) { text(random, "html") } else { content(random, depth - 1, false) },
            ];
            multipart(random, "alternative", "", parts.to_vec())
        }
        55..=72 => {
            let mut parts = [content(random, depth - 1, false)].to_vec();
            for _ in 0..random.below(4) {
                parts.push(if random.percent(70) { file(random) } else { content(random, depth - 1, false) });
            }
            multipart(random, "mixed", "", parts)
        }
        73..=78 => {
            let parts = [text(random, "html"), file(random), file(random)];
            multipart(random, "related", "; type=\"text/html\"", parts.to_vec())
        }
        79..=83 => enclosed(random, depth),
        84..=87 => {
            let parts = (0..=random.below(4))
                .map(|_| Part::new(Vec::new(), Body::Message(Box::new(message(random, depth - 1)))))
                .collect();
            multipart(random, "digest", "", parts)
        }
        88..=90 => {
            let mut signature = file(random);
            signature.fields =
                vec_of(&field("Content-Type", "application/pgp-signature; name=\"signature.asc\""));
            signature.body = Body::Leaf(
                b"-----BEGIN PGP SIGNATURE-----\r\n\r\ndGVhIQ==\r\n=QUJD\r\n-----END PGP SIGNATURE-----\r\n"
                    .to_vec(),
            );
            let parts = [content(random, depth - 1, false), signature];
            multipart(
                random,
                "signed",
                "; micalg=pgp-sha256;\r\n protocol=\"application/pgp-signature\"",
                parts.to_vec(),
            )
        }
        91..=94 => report(random, depth),
        95 => {
            let kind = format!(
                "message/partial; id=\"{}@example.com\"; number={}; total=4",
                random.below(999),
                1 + random.below(4)
            );
            Part::new(vec_of(&field("Content-Type", kind)), Body::Leaf(lines(random, 3)))
        }
        96 => {
            let kind = "message/external-body; access-type=URL; expiration=\"Wed, 1 Jan 2031 00:00:00 +0000\";\r\n URL=\"ftp://example.com/a/b\"";
            let body = b"Content-Type: image/png\r\nContent-ID: <ext@example.com>\r\n\r\n".to_vec();
            Part::new(vec_of(&field("Content-Type", kind)), Body::Leaf(body))
        }
        _ => {
            let parts = (0..=random.below(3)).map(|_| text(random, "plain")).collect();
            let subtype = random.pick(&["parallel", "form-data", "x-unknown"]);
            multipart(random, subtype, "", parts)
        }
    }
}

fn enclosed(random: &mut Random, depth: usize) -> Part {
    let kind = random.pick(&["message/rfc822", "message/rfc822", "Message/RFC822; name=\"old.eml\""]);
    let mut fields = vec_of(&field("Content-Type", kind));
    if random.percent(40) {
        fields.push(field("Content-Disposition", "attachment; filename=\"old.eml\""));
    }
    Part::new(fields, Body::Message(Box::new(message(random, depth - 1))))
}

fn report(random: &mut Random, depth: usize) -> Part {
    let status = b"Reporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; nobody@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n";
    let status =
        Part::new(vec_of(&field("Content-Type", "message/delivery-status")), Body::Leaf(status.to_vec()));
    let returned = if random.percent(50) {
        enclosed(random, depth)
    } else {
        let mut header = Vec::new();
        for field in field::of_message(random) {
            header.extend_from_slice(&[&field[..], b"\r\n"].concat());
        }
        Part::new(vec_of(&field("Content-Type", "text/rfc822-headers")), Body::Leaf(header))
    };
    let parts = [text(random, "plain"), status, returned];
    multipart(random, "report", "; report-type=delivery-status", parts.to_vec())
}

fn multipart(random: &mut Random, subtype: &str, parameters: &str, parts: Vec<Part>) -> Part {
    let number = random.below(1 << 30);
    let (boundary, quoted) = match random.below(10) {
        0 => (format!("----=_NextPart_000_{number:08X}"), true),
        1 => (format!("=_{number:x}=_"), true),
        2 => (format!("{number:024x}"), false),
        3 => (format!("a b {number} '()+_,-./:=?"), true),
        4 => (format!("--{number}--x"), true),
        5 => (format!("Apple-Mail-{number}"), false),
        6 => ("b".into(), false),
        7 => (format!("{number:070}"), false),
        _ => (format!("{number:x}.{}", random.below(10)), true),
    };
    // The boundary "b" may be taken already.
    let boundary = if boundary == "b" && parts.iter().any(|part| holds(part, "b")) {
        format!("bb{number}")
    } else {
        boundary
    };
    let value = if quoted { format!("\"{boundary}\"") } else { boundary.clone() };
    let fold = random.pick(&["; ", ";\r\n ", ";\r\n\t", ";"]);
    let kind = match random.below(3) {
        0 => format!("multipart/{subtype}{fold}boundary={value}{parameters}"),
        1 => format!("multipart/{subtype}{parameters}{fold}boundary={value}"),
        _ => format!("Multipart/{subtype}{fold}BOUNDARY={value}{parameters}"),
    };
    let mut fields = vec_of(&field("Content-Type", kind));
    if random.percent(20) {
        fields.push(field("Content-Transfer-Encoding", random.pick(&["7bit", "8bit", "binary"])));
    }
    let preamble = match random.below(6) {
        0 => b"This is a multi-part message in MIME format.\r\n".to_vec(),
        1 => b"\r\n".to_vec(),
        2 => b"words\r\n--\r\n-- not this\r\n".to_vec(),
        _ => Vec::new(),
    };
    let epilogue = match random.below(8) {
        0 => b"behind the last part\r\n".to_vec(),
        1 => b"\r\n\r\n".to_vec(),
        _ => Vec::new(),
    };
    let padding = if random.percent(5) { " \t" } else { "" };
    let close = format!("--{boundary}--{padding}").into();
    let ends_line = random.percent(97);
    Part::new(fields, Body::Multipart(Multipart { boundary, preamble, parts, close, ends_line, epilogue }))
}

/// Whether a part, or one in it, uses this boundary, or text that begins with it.
fn holds(part: &Part, boundary: &str) -> bool {
    let mut part = part.clone();
    let mut found = false;
    part.walk(&mut |part| found |= part.multipart().is_some_and(|multipart| multipart.boundary == boundary));
    found
}

/// A body without fields: text/plain in US-ASCII.
fn plain(random: &mut Random) -> Part {
    let count = random.below(12);
    Part::new(Vec::new(), Body::Leaf(lines(random, count)))
}

/// Lines of words.
pub(super) fn lines(random: &mut Random, count: usize) -> Vec<u8> {
    let mut text = Vec::new();
    for n in 0..count {
        let line = match random.below(16) {
            0 => String::new(),
            1 => "-- ".into(),
            2 => "> quoted".into(),
            3 => "From here on".into(),
            4 => ". dot".into(),
            5 => "Subject: no header".into(),
            6 => "--dashes".into(),
            7 => words(random, 30),
            _ => words(random, 8),
        };
        text.extend_from_slice(line.as_bytes());
        if n + 1 < count || random.percent(80) {
            text.extend_from_slice(b"\r\n");
        }
    }
    text
}

/// A text with a charset and an encoding.
fn text(random: &mut Random, subtype: &str) -> Part {
    let (charset, sample) = if random.percent(40) { ("us-ascii", &b"words"[..]) } else { random.pick(TEXTS) };
    let mut octets = Vec::new();
    if subtype == "html" {
        octets.extend_from_slice(b"<html><body>\r\n<p>");
    }
    for _ in 0..random.below(6) {
        octets.extend_from_slice(&[sample, b" ", words(random, 4).as_bytes(), b"\r\n"].concat());
    }
    let count = random.below(6);
    octets.extend_from_slice(&lines(random, count));
    if subtype == "html" {
        octets.extend_from_slice(b"</p></body></html>\r\n");
    }
    let charset = match random.below(6) {
        0 => format!("\"{charset}\""),
        1 => charset.to_uppercase(),
        2 => format!("{charset} (a comment)"),
        _ => charset.into(),
    };
    let kind = match random.below(10) {
        0 => format!("TEXT/{}; CHARSET={charset}", subtype.to_uppercase()),
        1 => format!("text/{subtype};\r\n\tcharset={charset}; format=flowed"),
        2 => format!("text/{subtype}; charset={charset}; delsp=yes; x-y=\"a\\\"b; c\""),
        3 if subtype == "plain" => "text/plain".into(),
        _ => format!("text/{subtype}; charset={charset}"),
    };
    let mut fields = vec_of(&field("Content-Type", kind));
    let octets = encode(random, octets, &mut fields, true);
    if random.percent(10) {
        fields.push(field("Content-Disposition", "inline"));
    }
    if random.percent(10) {
        fields.push(field("Content-Language", random.pick(&["en", "de-AT, fr", "i-mingo (c)"])));
    }
    Part::new(fields, Body::Leaf(octets))
}

/// A file with a name.
fn file(random: &mut Random) -> Part {
    let (kind, end) = random.pick(FILES);
    let name = format!("{}-{}.{end}", random.pick(&["photo", "notes", "plan"]), random.below(100));
    let parameter = |random: &mut Random, attribute: &str| match random.below(10) {
        0 => format!("{attribute}={name}"),
        1 => format!("{attribute}*=utf-8'en'caf%C3%A9%20{name}"),
        2 => format!("{attribute}*0=\"first half, \";\r\n {attribute}*1=\"{name}\""),
        3 => format!(
            "{attribute}*0*=UTF-8''%E2%82%AC%20;\r\n\t{attribute}*1*=%e2%98%95;\r\n\t{attribute}*2=\" {name}\""
        ),
        4 => format!("{attribute}*=iso-8859-1''na%EFve%20{name}"),
        5 => format!("{attribute}=\"with \\\"quotes\\\" {name}\""),
        6 => format!("{attribute} = \"{name}\" (in here)"),
        _ => format!("{attribute}=\"{name}\""),
    };
    let mut fields = vec_of(&field(
        "Content-Type",
        if random.percent(40) { format!("{kind};\r\n {}", parameter(random, "name")) } else { kind.into() },
    ));
    let mut octets: Vec<u8> = Vec::new();
    for _ in 0..random.below(300) {
        octets.push(u8::try_from(random.below(256)).unwrap_or_default());
    }
    let octets = encode(random, octets, &mut fields, false);
    match random.below(6) {
        0 => {}
        1 => fields.push(field("Content-Disposition", "inline")),
        _ => {
            let kind = random.pick(&["attachment", "attachment", "ATTACHMENT", "inline"]);
            let size = if random.percent(15) { "; size=300" } else { "" };
            fields.push(field(
                "Content-Disposition",
                format!("{kind};\r\n {}{size}", parameter(random, "filename")),
            ));
        }
    }
    if random.percent(20) {
        fields.push(field("Content-ID", format!("<{}@example.com>", random.below(1_000))));
    }
    if random.percent(10) {
        let text = if random.percent(50) { words(random, 3).into() } else { field::encoded_words(random) };
        fields.push(field("Content-Description", text));
    }
    if random.percent(3) {
        fields.push(field("Content-MD5", "Q2hlY2sgSW50ZWdyaXR5IQ=="));
    }
    if random.percent(3) {
        fields.push(field("Content-Location", "https://example.com/a/b.png"));
    }
    Part::new(fields, Body::Leaf(octets))
}

/// Chooses an encoding that can hold the octets, and says so in a field.
fn encode(random: &mut Random, octets: Vec<u8>, fields: &mut Vec<Vec<u8>>, is_text: bool) -> Vec<u8> {
    let choice = random.below(if is_text { 100 } else { 70 });
    let quoted = choice < 30 && (is_text || choice < 8);
    let (name, octets) = if quoted {
        let (mut encoder, mut output) = (
            QuotedPrintableEncoder::new(if is_text { LineBreaks::Text } else { LineBreaks::Binary }),
            Vec::new(),
        );
        encoder.encode(&octets, &mut output);
        encoder.finish(&mut output);
        ("quoted-printable", output)
    } else if choice < 68 && !(is_text && choice > 45) {
        let (mut encoder, mut output) = (Base64Encoder::default(), Vec::new());
        encoder.encode(&octets, &mut output);
        encoder.finish(&mut output);
        ("base64", output)
    } else if !is_text {
        ("binary", octets)
    } else if octets.is_ascii() {
        if random.percent(50) {
            return octets;
        }
        ("7bit", octets)
    } else {
        ("8bit", octets)
    };
    let name = if random.percent(20) { name.to_uppercase() } else { name.into() };
    fields.push(field("Content-Transfer-Encoding", name));
    octets
}
