//! Where the parts of a message are: owned, small, and to be kept beside the message.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::Range;

use crate::Defects;
use crate::decoder::Event;

/// What the body of a part is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum PartKind {
    /// Octets: text, an image, anything that has no parts, or none that are looked into.
    #[default]
    Leaf,
    /// Parts (RFC 2046 section 5.1).
    Multipart,
    /// A message (message/rfc822, RFC 2046 section 5.2.1; message/global, RFC 6532 section 3.7): one part, its child.
    Message,
}

/// How long something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Size {
    pub(crate) octets: u64,
    pub(crate) lines: u64,
    pub(crate) bare: u64,
}

impl Size {
    /// As it stands in the message.
    pub fn octets(self) -> u64 {
        self.octets
    }

    /// Line ends.
    pub fn lines(self) -> u64 {
        self.lines
    }

    /// Octets if every line ended with CRLF, as protocols count them.
    pub fn crlf_octets(self) -> u64 {
        self.octets.saturating_add(self.bare)
    }
}

/// One part of a message: the message itself, a body part, or a message in one. 64 octets.
///
/// Offsets count from the beginning of the message's octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Part {
    pub(crate) start: u64,
    pub(crate) body: u64,
    pub(crate) end: u64,
    pub(crate) body_lines: u64,
    pub(crate) body_bare: u64,
    pub(crate) header_lines: u32,
    pub(crate) header_bare: u32,
    /// Of the part that it is in; of itself, if it is in none.
    pub(crate) parent: u32,
    /// Which part of its multipart; 0 for a message.
    pub(crate) number: u32,
    /// Of the first part that is not in it.
    pub(crate) next: u32,
    pub(crate) flags: u16,
    pub(crate) kind: PartKind,
}

impl Part {
    pub(crate) const EMPTY: Self = Self {
        start: 0,
        body: 0,
        end: 0,
        body_lines: 0,
        body_bare: 0,
        header_lines: 0,
        header_bare: 0,
        parent: 0,
        number: 0,
        next: 0,
        flags: 0,
        kind: PartKind::Leaf,
    };
    pub(crate) const HEADER_NUL: u16 = 1;
    pub(crate) const HEADER_EIGHT: u16 = 2;
    pub(crate) const BODY_NUL: u16 = 4;
    pub(crate) const BODY_EIGHT: u16 = 8;
    pub(crate) const DIGEST: u16 = 16;
    pub(crate) const OPAQUE: u16 = 32;
    pub(crate) const CLOSED: u16 = 64;

    /// What its body is.
    pub fn kind(&self) -> PartKind {
        self.kind
    }

    /// Whether it is a message: the whole one, or the one in a part of kind [`Message`](PartKind::Message).
    pub fn is_message(&self) -> bool {
        self.number == 0
    }

    /// Which part of its multipart it is, from 1; 0 for a message.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Its header, the empty line included.
    pub fn header(&self) -> Range<u64> {
        self.start..self.body
    }

    /// Its body, as it is encoded, without the line end that belongs to the delimiter behind it.
    pub fn body(&self) -> Range<u64> {
        self.body..self.end
    }

    /// Header and body.
    pub fn range(&self) -> Range<u64> {
        self.start..self.end
    }

    /// The size of the header, the empty line included.
    pub fn header_size(&self) -> Size {
        Size {
            octets: self.body.saturating_sub(self.start),
            lines: self.header_lines.into(),
            bare: self.header_bare.into(),
        }
    }

    /// The size of the body.
    pub fn body_size(&self) -> Size {
        Size { octets: self.end.saturating_sub(self.body), lines: self.body_lines, bare: self.body_bare }
    }

    /// The size of both.
    pub fn size(&self) -> Size {
        let (header, body) = (self.header_size(), self.body_size());
        Size {
            octets: header.octets.saturating_add(body.octets),
            lines: header.lines.saturating_add(body.lines),
            bare: header.bare.saturating_add(body.bare),
        }
    }

    /// Whether the header holds a NUL.
    pub fn header_has_nul(&self) -> bool {
        self.flags & Self::HEADER_NUL != 0
    }

    /// Whether the body holds a NUL, which only BINARY of RFC 3516 can carry.
    pub fn body_has_nul(&self) -> bool {
        self.flags & Self::BODY_NUL != 0
    }

    /// Whether the header holds octets above 0x7F (RFC 6532).
    pub fn header_is_8bit(&self) -> bool {
        self.flags & Self::HEADER_EIGHT != 0
    }

    /// Whether the body holds octets above 0x7F.
    pub fn body_is_8bit(&self) -> bool {
        self.flags & Self::BODY_EIGHT != 0
    }

    /// Whether it is in a multipart/digest, where parts are messages unless they say otherwise (RFC 2046 section 5.1.5).
    pub fn is_in_digest(&self) -> bool {
        self.flags & Self::DIGEST != 0
    }

    /// Whether it is a multipart or a message that was not looked into, for a limit or for its transfer encoding.
    pub fn is_opaque(&self) -> bool {
        self.flags & Self::OPAQUE != 0
    }

    /// Whether it is a multipart that has its close delimiter.
    pub fn is_closed(&self) -> bool {
        self.flags & Self::CLOSED != 0
    }
}

/// All parts of a message, in the order of their beginnings; the message itself is the first.
///
/// It holds no octets and no borrow: keep it, clone it, store it beside the message, and a later request for a section is a
/// look-up. Make one with [`Message::parse`](crate::Message::parse), or from the events of a
/// [`Decoder`](crate::decoder::Decoder) with [`heard`](Self::heard).
///
/// ```
/// use rfc822_mime::{PartMap, Message};
/// let octets = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nA: 1\n\none\n--b\n\ntwo\n--b--\n";
/// let map: PartMap = Message::parse(octets).map().clone();
/// assert_eq!(map.parts().len(), 3);
/// assert_eq!(map.section("1.MIME"), Some(47..53));
/// assert_eq!(map.section("2"), Some(62..65));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PartMap {
    parts: Vec<Part>,
    defects: Defects,
}

impl PartMap {
    /// The map of no message, to be filled from events.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes up what an event tells; all events of one message make its map.
    pub fn heard(&mut self, event: &Event<'_>) {
        match event {
            Event::PartStart(_) => self.parts.push(Part::default()),
            Event::PartEnd(end) => {
                if let Some(part) = self.parts.get_mut(end.index()) {
                    *part = *end.part();
                }
            }
            Event::Defect(defect) => self.defects.add(defect.kind, defect.at),
            _ => {}
        }
    }

    /// The parts, the message itself first.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The message itself; a part without octets for the map of no message.
    pub fn root(&self) -> &Part {
        self.parts.first().unwrap_or(const { &Part::EMPTY })
    }

    /// What was odd about the structure.
    pub fn defects(&self) -> &Defects {
        &self.defects
    }

    /// Which part a part is in; none for the message itself. `index` is its place among [`parts`](Self::parts).
    pub fn parent(&self, index: usize) -> Option<usize> {
        let parent = to_index(self.parts.get(index)?.parent);
        (index != 0).then_some(parent)
    }

    /// The parts of a multipart, or the message of a message part, as places among [`parts`](Self::parts).
    pub fn children(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.parts.get(index).map_or(0, |part| to_index(part.next));
        let first = index.saturating_add(1);
        // Each step goes forward, whatever a stored map claims.
        core::iter::successors((first < end).then_some(first), move |at| {
            let next = to_index(self.parts.get(*at)?.next);
            (next > *at && next < end).then_some(next)
        })
    }

    /// The part that IMAP numbers so (RFC 9051 section 6.4.5): `1`, `2.3`, and the message itself for the empty number.
    /// The place of a message part is that of the part, not of the message in it. The only part of a message that is no
    /// multipart is the message itself, as number 1.
    pub fn find(&self, number: &str) -> Option<usize> {
        self.place(number).map(|place| place.index)
    }

    /// Where a section lies that IMAP names so (RFC 9051 section 6.4.5): a part number, or `HEADER`, `TEXT`, or a part
    /// number with `.HEADER`, `.TEXT` or `.MIME` behind it; in whatever case. The empty name is the whole message.
    ///
    /// None where there is no such part, for `HEADER` and `TEXT` of a part that is no message, and for `MIME` alone.
    ///
    /// ```
    /// use rfc822_mime::Message;
    /// let message = Message::parse(b"Subject: a\r\n\r\nbody");
    /// let map = message.map();
    /// assert_eq!((map.section(""), map.section("TEXT"), map.section("1")), (Some(0..18), Some(14..18), Some(14..18)));
    /// assert_eq!((map.section("header"), map.section("1.MIME")), (Some(0..14), Some(0..14)));
    /// assert_eq!((map.section("2"), map.section("1.1"), map.section("1.TEXT")), (None, None, None));
    /// ```
    pub fn section(&self, name: &str) -> Option<Range<u64>> {
        let (number, text) = match name.rsplit_once('.') {
            Some((number, text)) if !number.is_empty() && is_text(text) => (number, Some(text)),
            _ if is_text(name) => ("", Some(name)),
            _ => (name, None),
        };
        let place = self.place(number)?;
        let part = self.parts.get(place.index)?;
        let Some(text) = text else {
            return Some(if place.is_body { part.body() } else { part.range() });
        };
        if text.eq_ignore_ascii_case("MIME") {
            return place.is_body.then(|| part.header());
        }
        let message = match (place.is_body, part.kind) {
            (false, _) => part,
            (true, PartKind::Message) => self.parts.get(self.children(place.index).next()?)?,
            _ => return None,
        };
        Some(if text.eq_ignore_ascii_case("TEXT") { message.body() } else { message.header() })
    }

    fn place(&self, number: &str) -> Option<Place> {
        let mut place = Place { index: 0, is_body: false };
        self.parts.first()?;
        if number.is_empty() {
            return Some(place);
        }
        for digits in number.split('.') {
            let canonical = digits.bytes().all(|octet| octet.is_ascii_digit()) && !digits.starts_with('0');
            let wanted = digits.parse::<u32>().ok().filter(|wanted| canonical && *wanted > 0)?;
            let part = self.parts.get(place.index)?;
            if place.is_body && part.kind == PartKind::Message {
                place = Place { index: self.children(place.index).next()?, is_body: false };
            } else if place.is_body && part.kind != PartKind::Multipart {
                return None;
            }
            if self.parts.get(place.index)?.kind == PartKind::Multipart {
                let before = usize::try_from(wanted).ok()?.saturating_sub(1);
                place.index = self.children(place.index).nth(before)?;
            } else if wanted != 1 {
                return None;
            }
            place.is_body = true;
        }
        Some(place)
    }
}

impl From<PartMap> for Cow<'_, PartMap> {
    fn from(map: PartMap) -> Self {
        Cow::Owned(map)
    }
}

impl<'m> From<&'m PartMap> for Cow<'m, PartMap> {
    fn from(map: &'m PartMap) -> Self {
        Cow::Borrowed(map)
    }
}

/// Where a part number leads: to a message as a whole, or to a part of one, which is named for its body.
#[derive(Clone, Copy, Debug)]
struct Place {
    index: usize,
    is_body: bool,
}

fn is_text(name: &str) -> bool {
    ["HEADER", "TEXT", "MIME"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn to_index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
