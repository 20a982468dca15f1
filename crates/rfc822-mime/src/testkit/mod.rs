//! The decoder as the shared test kit drives it, and the checks that tests and fuzz targets share. Unstable.
#![allow(
    missing_docs,
    clippy::panic,
    clippy::expect_used,
    clippy::exhaustive_structs,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

pub mod corpus;

use alloc::vec::Vec;

use bytes::BytesMut;
use mail_wire::testkit::{self, Subject};
use mail_wire::{Codec, Deviations, Error};

use crate::decoder::{Decoder, Event, Options};
use crate::{Fields, Message, PartMap};

impl testkit::Event for Event<'static> {
    fn data(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Self::Preamble(octets) | Self::Body(octets) | Self::Epilogue(octets) | Self::Skipped(octets) => {
                Some(octets.to_mut())
            }
            _ => None,
        }
    }
}

impl Codec for Decoder {
    type Event = Event<'static>;
    type Message = core::convert::Infallible;

    fn decode_owned(&mut self, input: &mut &[u8]) -> Result<Option<Self::Event>, Error> {
        Ok(self.decode(input)?.map(Event::into_owned))
    }

    fn finish_owned(&mut self) -> Result<Option<Self::Event>, Error> {
        self.finish()
    }

    fn encode_message(&mut self, message: &Self::Message, _output: &mut BytesMut) -> Result<(), Error> {
        match *message {}
    }

    fn forgiven(&self) -> Deviations {
        Deviations::new()
    }
}

/// A decoder in front of a message.
#[derive(Clone, Debug, Default)]
pub struct Reader(pub Decoder);

impl Reader {
    pub fn with(options: Options) -> Self {
        Self(Decoder::with_options(options))
    }
}

impl Subject for Reader {
    type Event = Event<'static>;
    type Codec = Decoder;

    fn codec(&mut self) -> &mut Decoder {
        &mut self.0
    }
}

/// Reads `message` in pieces of `size` octets, and checks that the octets of all events are the message, each once and at
/// its place, that no event is out of the order which [`Event`] documents, and that no data is empty. Returns the map.
pub fn assert_covers(message: &[u8], options: Options, size: usize) -> PartMap {
    let (mut decoder, mut map, mut order) =
        (Decoder::with_options(options), PartMap::new(), Order::default());
    let mut at = 0;
    let mut hear = |event: &Event<'_>| {
        if let Some(octets) = event.octets() {
            assert_eq!(octets.range().start, at, "{event:?}");
            let start = usize::try_from(at).expect("a short message");
            assert_eq!(message.get(start..start + octets.len()), Some(&octets[..]), "{event:?}");
            at = octets.range().end;
        }
        order.heard(event);
        map.heard(event);
    };
    for mut input in message.chunks(size.max(1)) {
        while let Some(event) = decoder.decode(&mut input).expect("no errors") {
            hear(&event);
        }
        assert!(input.is_empty(), "octets are left");
    }
    while let Some(event) = decoder.finish().expect("no errors") {
        hear(&event);
    }
    assert_eq!(at, message.len() as u64, "octets without an event");
    assert!(order.0.is_empty() && order.1 == 1, "parts that do not end");
    map
}

/// What a part is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Header,
    Leaf,
    Message,
    Preamble,
    Part,
    Epilogue,
}

/// The open parts, and how many messages began outside of any.
#[derive(Debug, Default)]
struct Order(Vec<Place>, usize);

impl Order {
    fn heard(&mut self, event: &Event<'_>) {
        use crate::PartKind;
        if let Some(octets) = event.octets() {
            let may_be_empty = matches!(event, Event::HeaderEnd(_));
            assert!(may_be_empty || !octets.is_empty(), "{event:?}");
        }
        let depth = self.0.len();
        let last = self.0.last_mut();
        match (event, last) {
            (Event::Defect(_), _) => {}
            (Event::Bom(octets), None) => assert_eq!(octets.at(), 0),
            (Event::PartStart(start), last) => {
                assert_eq!(start.depth() as usize, depth);
                let expected = last.map(|place| *place);
                assert!(
                    matches!(expected, None | Some(Place::Message | Place::Part)),
                    "{event:?} in {expected:?}"
                );
                assert_eq!(start.number() > 0, expected == Some(Place::Part));
                self.1 += usize::from(expected.is_none());
                self.0.push(Place::Header);
            }
            (
                Event::MboxLine(_) | Event::Field(_) | Event::Junk(_) | Event::Skipped(_),
                Some(Place::Header),
            ) => {}
            (Event::HeaderEnd(end), Some(place @ Place::Header)) => {
                *place = match end.kind() {
                    PartKind::Leaf => Place::Leaf,
                    PartKind::Message => Place::Message,
                    PartKind::Multipart => Place::Preamble,
                };
            }
            (Event::Body(_), Some(Place::Leaf)) | (Event::Preamble(_), Some(Place::Preamble)) => {}
            (Event::Epilogue(_), Some(place @ (Place::Epilogue | Place::Part | Place::Preamble))) => {
                *place = Place::Epilogue;
            }
            (Event::Delimiter(_), Some(place @ (Place::Preamble | Place::Part))) => *place = Place::Part,
            (Event::CloseDelimiter(_), Some(place @ (Place::Preamble | Place::Part))) => {
                *place = Place::Epilogue
            }
            (Event::PartEnd(_), Some(place)) => {
                assert_ne!(*place, Place::Header, "a part without its header's end");
                self.0.pop();
            }
            (event, place) => panic!("{event:?} in {place:?}"),
        }
    }
}

/// All that must hold of any octets: the same events at every cut that `choices` gives, all octets in events, and a map whose
/// parts lie in each other and agree with the octets. For fuzzers and property tests.
pub fn assert_reads(message: &[u8], options: Options, choices: &[u8]) {
    testkit::cuts_from(|| Reader::with(options), message, choices);
    let map = assert_covers(message, options, usize::MAX);
    assert_eq!(map, assert_covers(message, options, 1));
    assert_eq!(&map, Message::parse_with(message, options).map());
    assert_map(message, &map);
}

/// Checks a map against the octets: nesting, order, sizes, and that it finds each part by its number.
pub fn assert_map(message: &[u8], map: &PartMap) {
    for (index, part) in map.parts().iter().enumerate() {
        assert!(
            part.start <= part.body && part.body <= part.end && part.end <= message.len() as u64,
            "{part:?}"
        );
        let place = |offset| usize::try_from(offset).expect("a short message");
        let (header, body) =
            (&message[place(part.start)..place(part.body)], &message[place(part.body)..place(part.end)]);
        for (octets, size) in [(header, part.header_size()), (body, part.body_size())] {
            let lines = octets.iter().filter(|octet| **octet == b'\n').count();
            let crlfs = octets.windows(2).filter(|pair| pair == b"\r\n").count();
            assert_eq!(size.octets(), octets.len() as u64);
            assert_eq!(size.lines(), lines as u64, "{part:?}");
            assert_eq!(size.crlf_octets(), (octets.len() + lines - crlfs) as u64, "{part:?}");
        }
        assert_eq!(part.header_has_nul(), header.contains(&0));
        assert_eq!(part.body_has_nul(), body.contains(&0));
        assert_eq!((part.header_is_8bit(), part.body_is_8bit()), (!header.is_ascii(), !body.is_ascii()));
        for field in Fields::new(header).starting_at(part.start) {
            assert_eq!(&message[place(field.range().start)..place(field.range().end)], field.raw());
            assert_eq!(
                &message[place(field.value_range().start)..place(field.value_range().end)],
                field.value()
            );
        }
        let mut before = part.body;
        for (n, child) in map.children(index).enumerate() {
            let inner = &map.parts()[child];
            assert_eq!(map.parent(child), Some(index));
            assert!(before <= inner.start && inner.end <= part.end, "{inner:?} in {part:?}");
            assert_eq!(
                inner.number() as usize,
                if part.kind() == crate::PartKind::Message { 0 } else { n + 1 }
            );
            before = inner.end;
        }
    }
}
