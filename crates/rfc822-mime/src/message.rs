//! A whole message, whose octets are all there.

use alloc::borrow::Cow;
use core::ops::Range;

use crate::charset::Charset;
use crate::decoder::{Decoder, Options};
use crate::field::Fields;
use crate::map::{Part, PartMap};

/// A message: its octets, borrowed, and the map of its parts, its own or a stored one.
///
/// ```
/// use rfc822_mime::{Message, PartKind};
/// let message = Message::parse(
///     b"Subject: two parts\n\
///       Content-Type: multipart/mixed; boundary=b\n\n\
///       --b\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--\n",
/// );
/// assert_eq!(message.root().kind(), PartKind::Multipart);
/// assert_eq!(&*message.root().fields().first("subject").unwrap().unfolded(), b"two parts");
/// let second = message.part("2").unwrap();
/// assert_eq!((second.body(), second.body_size().crlf_octets()), (&b"two"[..], 3));
/// assert_eq!(message.section("2.MIME"), Some(&b"Content-Type: text/html\n\n"[..]));
/// ```
#[derive(Clone, Debug)]
pub struct Message<'a> {
    raw: &'a [u8],
    map: Cow<'a, PartMap>,
    fallback: Option<Charset>,
}

impl<'a> Message<'a> {
    /// Reads the structure of a message, with default [`Options`]. Any octets are a message; what is odd about them is among
    /// [`defects`](PartMap::defects).
    pub fn parse(raw: &'a [u8]) -> Self {
        Self::parse_with(raw, Options::new())
    }

    /// Reads the structure of a message.
    pub fn parse_with(raw: &'a [u8], options: Options) -> Self {
        let (mut decoder, mut map, mut input) = (Decoder::with_options(options), PartMap::new(), raw);
        while let Ok(Some(event)) = decoder.decode(&mut input) {
            map.heard(&event);
        }
        while let Ok(Some(event)) = decoder.finish() {
            map.heard(&event);
        }
        Self::with_map(raw, map)
    }

    /// A message whose map is known, and given or lent. Where the map is that of other octets, parts are empty or somewhere
    /// else.
    ///
    /// ```
    /// use rfc822_mime::Message;
    /// let octets = b"Subject: kept\n\nbody";
    /// let stored = Message::parse(octets).into_map();
    /// assert_eq!(Message::with_map(octets, &stored).section("1"), Some(&b"body"[..]));
    /// ```
    pub fn with_map(raw: &'a [u8], map: impl Into<Cow<'a, PartMap>>) -> Self {
        Self { raw, map: map.into(), fallback: None }
    }

    /// What octets above 127 mean that are not UTF-8, in fields and texts without a charset: by default windows-1252. The typed
    /// accessors of the message and its parts heed it; raw octets stay what they are.
    ///
    /// ```
    /// use rfc822_mime::{Message, charset::Charset};
    /// let message = Message::parse(b"Subject: \xed\xc9\xd2\n\n").with_fallback_charset(Charset::for_label(b"koi8-r").unwrap());
    /// assert_eq!(message.subject().unwrap().as_str(), "Мир");
    /// ```
    #[must_use]
    pub fn with_fallback_charset(mut self, charset: Charset) -> Self {
        self.fallback = Some(charset);
        self
    }

    /// All octets.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Where the parts are.
    pub fn map(&self) -> &PartMap {
        &self.map
    }

    /// The map alone.
    pub fn into_map(self) -> PartMap {
        self.map.into_owned()
    }

    /// The message itself, as a part.
    pub fn root(&self) -> PartRef<'a> {
        self.view(*self.map.root())
    }

    /// All parts, in the order of their beginnings; the message itself is the first.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = PartRef<'a>> + '_ {
        self.map.parts().iter().map(|part| self.view(*part))
    }

    /// The part at this place among [`parts`](Self::parts).
    pub fn part_at(&self, index: usize) -> Option<PartRef<'a>> {
        self.map.parts().get(index).map(|part| self.view(*part))
    }

    /// The part that IMAP numbers so; see [`PartMap::find`].
    pub fn part(&self, number: &str) -> Option<PartRef<'a>> {
        self.part_at(self.map.find(number)?)
    }

    fn view(&self, part: Part) -> PartRef<'a> {
        PartRef { raw: self.raw, part, fallback: self.fallback }
    }

    /// The octets of a section that IMAP names so; see [`PartMap::section`].
    pub fn section(&self, name: &str) -> Option<&'a [u8]> {
        self.map.section(name).map(|range| slice(self.raw, range))
    }
}

/// A part of a message with its octets: a view, to be copied. It has all that a [`Part`] tells, too.
#[derive(Clone, Copy, Debug)]
pub struct PartRef<'a> {
    raw: &'a [u8],
    part: Part,
    pub(crate) fallback: Option<Charset>,
}

impl<'a> PartRef<'a> {
    /// Header and body.
    pub fn raw(self) -> &'a [u8] {
        slice(self.raw, self.part.range())
    }

    /// The header, the empty line included.
    pub fn header(self) -> &'a [u8] {
        slice(self.raw, self.part.header())
    }

    /// The body, as it is encoded.
    pub fn body(self) -> &'a [u8] {
        slice(self.raw, self.part.body())
    }

    /// The fields of the header, found one by one; their ranges count from the beginning of the message.
    pub fn fields(self) -> Fields<'a> {
        Fields::new(self.header()).starting_at(self.part.start)
    }

    /// The fields in the body: the phantom header of message/external-body (RFC 2046 section 5.2.3), or the header that
    /// text/rfc822-headers holds (RFC 6522 section 4).
    pub fn inner_fields(self) -> Fields<'a> {
        Fields::new(self.body()).starting_at(self.part.body)
    }
}

impl core::ops::Deref for PartRef<'_> {
    type Target = Part;

    fn deref(&self) -> &Part {
        &self.part
    }
}

fn slice(raw: &[u8], range: Range<u64>) -> &[u8] {
    let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(raw.len());
    raw.get(place(range.start)..place(range.end)).unwrap_or_default()
}
