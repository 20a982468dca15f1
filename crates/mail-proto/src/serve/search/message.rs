//! What a message has to say to the conditions that are left.

use alloc::string::String;
use alloc::vec::Vec;

use crate::imap::Date;
use crate::mime::charset::{Charset, Converter};
use crate::mime::transfer::{Decoder, TransferEncoding};
use crate::mime::value::Text;
use crate::mime::{Leniency, Message, PartKind, PartRef};

use super::super::rfc822_size;
use super::Matcher;
use super::leaf::Leaf;
use super::scan::Scan;

/// What is asked, the cheapest first.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    Map,
    Header,
    Texts,
}

/// The conditions of a key, as far as they are known of a message.
#[derive(Debug)]
pub(super) struct Pending<'m> {
    matcher: &'m Matcher,
    pub(super) values: Vec<Option<bool>>,
}

impl<'m> Pending<'m> {
    pub(super) fn new(matcher: &'m Matcher, values: Vec<Option<bool>>) -> Self {
        Self { matcher, values }
    }

    /// Settles all conditions that this source knows of.
    pub(super) fn ask(&mut self, source: Source, message: &Message<'_>) {
        match source {
            Source::Map => self.size(message),
            Source::Header => self.header(message),
            Source::Texts => self.texts(message),
        }
    }

    fn set(&mut self, leaf: usize, value: bool) {
        if let Some(place) = self.values.get_mut(leaf) {
            *place = Some(value);
        }
    }

    fn is_open(&self, leaf: usize) -> bool {
        matches!(self.values.get(leaf), Some(None))
    }

    /// Leaves that are not known yet.
    fn open(&self) -> impl Iterator<Item = (usize, &'m Leaf)> {
        let leaves = self.matcher.leaves.iter().enumerate().zip(&self.values);
        leaves.filter(|(_, value)| value.is_none()).map(|(leaf, _)| leaf)
    }

    /// Every leaf of some kind that is not known, as it is now.
    fn settle(&mut self, judge: impl Fn(&Leaf) -> Option<bool>) {
        for (leaf, value) in self.matcher.leaves.iter().zip(&mut self.values) {
            if value.is_none() {
                *value = judge(leaf);
            }
        }
    }

    /// What the map of the message tells.
    fn size(&mut self, message: &Message<'_>) {
        let octets = rfc822_size(message);
        self.settle(|leaf| match leaf {
            Leaf::Larger(than) => Some(octets > *than),
            Leaf::Smaller(than) => Some(octets < *than),
            _ => None,
        });
    }

    /// What the header of the message tells.
    fn header(&mut self, message: &Message<'_>) {
        let (root, matcher) = (message.root(), self.matcher);
        if self.open().any(|(_, leaf)| matches!(leaf, Leaf::Sent(..))) {
            let date = root.date();
            let day = date.and_then(|date| Date::new(date.year(), date.month(), date.day()).ok());
            self.settle(|leaf| match leaf {
                Leaf::Sent(when, other) => Some(day.is_some_and(|day| when.holds(day, *other))),
                _ => None,
            });
        }
        for field in root.fields().filter(|_| !matcher.fields.is_empty()) {
            let Some(leaves) = matcher.fields.get(&field.name().to_ascii_lowercase()) else { continue };
            let mut text = None;
            for leaf in leaves {
                if let (true, Some(Leaf::Field(_, needle))) = (self.is_open(*leaf), matcher.leaves.get(*leaf))
                {
                    let text = text.get_or_insert_with(|| Text::parse(field.value(), Leniency::Lenient).0);
                    if needle.is_in(text.as_str()) {
                        self.set(*leaf, true);
                    }
                }
            }
        }
        self.settle(|leaf| matches!(leaf, Leaf::Field(..)).then_some(false));
    }

    /// What all headers and all texts tell.
    fn texts(&mut self, message: &Message<'_>) {
        // Fields first: `BODY` does not look at those of the message and of its parts.
        let mut anywhere = Scan::new(self.open().filter_map(|(leaf, kind)| match kind {
            Leaf::Text(needle) => Some((leaf, needle)),
            _ => None,
        }));
        for part in message.parts() {
            headers(part, &mut anywhere);
        }
        self.take_found(anywhere);
        if self.matcher.result(&self.values).is_some() {
            return;
        }
        let mut bodies = Scan::new(self.open().filter_map(|(leaf, kind)| match kind {
            Leaf::Text(needle) | Leaf::Body(needle) => Some((leaf, needle)),
            _ => None,
        }));
        for (index, part) in message.parts().enumerate() {
            if bodies.is_done() {
                break;
            }
            if index > 0 && part.is_message() {
                headers(part, &mut bodies);
            }
            text(part, &mut bodies);
        }
        self.take_found(bodies);
        self.settle(|_| Some(false));
    }

    fn take_found(&mut self, scan: Scan<'_>) {
        for leaf in scan.into_found() {
            self.set(leaf, true);
        }
    }
}

/// Name and text of each field.
fn headers(part: PartRef<'_>, scan: &mut Scan<'_>) {
    for field in part.fields() {
        if scan.is_done() {
            return;
        }
        scan.feed(Text::parse(field.raw(), Leniency::Lenient).0.as_str());
        scan.end();
    }
}

/// The text of a leaf, if it is one.
fn text(part: PartRef<'_>, scan: &mut Scan<'_>) {
    if part.kind() != PartKind::Leaf {
        return;
    }
    let (content_type, encoding) = (part.content_type(), part.transfer_encoding());
    let is_text = content_type.is_a("text") || content_type.is_a("message");
    if !is_text || encoding.is_opaque() {
        return;
    }
    let charset = content_type.charset();
    match charset.and_then(|name| Charset::for_label(name.as_bytes())) {
        Some(charset) => {
            decoded(part, &encoding, charset, scan);
        }
        // Without a charset that is known: what it may be, where that makes a difference.
        None => {
            if decoded(part, &encoding, Charset::UTF_8, scan) > 0 {
                decoded(part, &encoding, Charset::WINDOWS_1252, scan);
            }
        }
    }
}

/// Encoded octets that are decoded at a time.
const PIECE: usize = 16_384;

/// Looks through a text in pieces, and tells how many errors there were in its charset.
fn decoded(part: PartRef<'_>, encoding: &TransferEncoding, charset: Charset, scan: &mut Scan<'_>) -> u64 {
    let (mut decoder, mut converter) = (Decoder::new(encoding), Converter::new(charset));
    let (mut octets, mut text) = (Vec::new(), String::new());
    for piece in part.body().chunks(PIECE) {
        octets.clear();
        text.clear();
        decoder.decode(piece, &mut octets);
        converter.convert(&octets, &mut text);
        scan.feed(&text);
        if scan.is_done() {
            return 0;
        }
    }
    octets.clear();
    text.clear();
    decoder.finish(&mut octets);
    converter.convert(&octets, &mut text);
    converter.finish(&mut text);
    scan.feed(&text);
    scan.end();
    converter.errors()
}
