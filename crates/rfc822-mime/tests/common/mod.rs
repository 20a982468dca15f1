//! Events and parts as short text, so that a test says what it expects.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::indexing_slicing)]

use mail_wire::testkit::every_cut;
use rfc822_mime::decoder::{Event, Limits, Options};
use rfc822_mime::testkit::{Reader, assert_reads};
use rfc822_mime::{DefectKind, Leniency, Message, PartKind};

pub fn strict() -> Options {
    Options::new().with_leniency(Leniency::Strict)
}

pub fn limited(limits: Limits) -> Options {
    Options::new().with_limits(limits)
}

/// The events of a message, the same at every cut, one in a line.
pub fn events(message: &[u8]) -> Vec<String> {
    events_with(message, Options::new())
}

pub fn events_with(message: &[u8], options: Options) -> Vec<String> {
    assert_reads(message, options, &[2, 0, 4]);
    every_cut(|| Reader::with(options), message).events.iter().map(line).collect()
}

fn line(event: &Event<'_>) -> String {
    let name = format!("{event:?}").split('(').next().unwrap().to_owned();
    let octets = event.octets().map(|octets| octets.escape_ascii().to_string());
    match event {
        Event::PartStart(start) => format!("PartStart {}", start.number()),
        Event::PartEnd(_) => name,
        Event::HeaderEnd(end) => format!("HeaderEnd {:?} {}", end.kind(), octets.unwrap()),
        Event::Defect(defect) => format!("{}@{}", defect.kind.name(), defect.at),
        _ => format!("{name} {}", octets.unwrap()),
    }
}

/// The parts of a message, one in a line: how deep, which number, `multipart`, `message` or the body of a leaf.
pub fn parts(message: &[u8]) -> Vec<String> {
    parts_with(message, Options::new())
}

pub fn parts_with(message: &[u8], options: Options) -> Vec<String> {
    assert_reads(message, options, &[2, 0, 4]);
    let message = Message::parse_with(message, options);
    let map = message.map();
    let depth = |index| core::iter::successors(Some(index), |index| map.parent(*index)).count() - 1;
    let show = |(index, part): (usize, rfc822_mime::PartRef<'_>)| {
        let what = match part.kind() {
            PartKind::Leaf => format!("[{}]", part.body().escape_ascii()),
            kind => format!("{kind:?}").to_lowercase(),
        };
        format!("{}{} {what}", "-".repeat(depth(index)), part.number())
    };
    message.parts().enumerate().map(show).collect()
}

pub fn defects(message: &[u8]) -> Vec<DefectKind> {
    defects_with(message, Options::new())
}

pub fn defects_with(message: &[u8], options: Options) -> Vec<DefectKind> {
    Message::parse_with(message, options).map().defects().iter().map(|defect| defect.kind).collect()
}

/// The fields of a message: names and unfolded values.
pub fn fields(message: &[u8]) -> Vec<(String, String)> {
    assert_reads(message, Options::new(), &[2, 0, 4]);
    let text = |octets: &[u8]| octets.escape_ascii().to_string();
    let message = Message::parse(message);
    message.root().fields().map(|field| (text(field.name()), text(&field.unfolded()))).collect()
}

pub fn field(message: &[u8], name: &str) -> Option<String> {
    fields(message).into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

pub fn body(message: &[u8]) -> String {
    assert_reads(message, Options::new(), &[2, 0, 4]);
    Message::parse(message).root().body().escape_ascii().to_string()
}

/// A multipart/mixed with boundary `B` around `body`.
pub fn mixed(body: &str) -> Vec<u8> {
    [b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n", body.as_bytes()].concat()
}
