//! What an IMAP server tells of messages.

use bytes::BytesMut;
use mail_proto::imap::{Fetch, Section, ServerCodec};
use mail_proto::serve;
use rfc822_mime::{Message, PartMap};

use crate::imap::server;
use crate::mime::{attachments, mails};
use crate::{FEW, LARGE, Workload, lines};

/// Octets of a message with five attachments: so many, and a thousand times as many, in the same parts.
pub const SMALL: usize = 50_000;
/// See [`SMALL`].
pub const HUGE: usize = 50_000_000;
/// Octets of the piece of a section.
pub const PIECE: u64 = 64 * 1024;

/// Everything that is measured of serving. `stored`: ENVELOPE and BODYSTRUCTURE of one message, by a map that was made
/// before. `parsed`: the same, with the map made each time. `lf`, `crlf`: the start of a section of a message whose lines end
/// so in store.
pub fn workloads() -> Vec<Workload> {
    let mails = mails(FEW);
    let (octets, items) = (mails.iter().map(Vec::len).sum(), mails.iter().map(|mail| lines(mail)).sum());
    let (mut server, mut output) = (server(), BytesMut::new());
    vec![
        stored("serve/small/stored", SMALL),
        stored("serve/huge/stored", HUGE),
        Workload::new("serve/mails/parsed", octets, items, move || {
            mails.iter().map(|mail| told(&Message::parse(mail), &mut server, &mut output)).sum()
        }),
        piece("serve/section/lf", |octet| octet != b'\r'),
        piece("serve/section/crlf", |_| true),
    ]
}

/// What is told of a message, by the map that was stored with it: one item.
fn stored(name: &'static str, octets: usize) -> Workload {
    // Made by the first run, since it takes a while, and few want it.
    let mut message: Option<(Vec<u8>, PartMap)> = None;
    let (mut server, mut output) = (server(), BytesMut::new());
    Workload::new(name, octets, 1, move || {
        let (mail, map) = message.get_or_insert_with(|| with_map(attachments(octets)));
        told(&Message::with_map(mail, &*map), &mut server, &mut output)
    })
}

fn with_map(mail: Vec<u8>) -> (Vec<u8>, PartMap) {
    let map = Message::parse(&mail).into_map();
    (mail, map)
}

/// The FETCH with the envelope and the structure, encoded.
fn told(message: &Message<'_>, server: &mut ServerCodec, output: &mut BytesMut) -> u64 {
    let structure = serve::body_structure(message).expect("a structure");
    let fetch = Fetch::builder(1).envelope(&serve::envelope(message.root())).body_structure(&structure);
    output.clear();
    server.encode(&fetch.build().expect("a FETCH").into(), output).expect("in order");
    output.len() as u64
}

/// `BODY[2]<0.65536>` of a message, copied as by a codec that sends it. Of the octets of the message, `keep` says which are stored.
fn piece(name: &'static str, keep: fn(u8) -> bool) -> Workload {
    let mail = attachments(LARGE).into_iter().filter(|octet| keep(*octet)).collect();
    let (mail, map) = with_map(mail);
    let section: Section = "2".parse().expect("a section");
    let mut output = Vec::with_capacity(PIECE as usize);
    Workload::new(name, PIECE as usize, 1, move || {
        let message = Message::with_map(&mail, &map);
        let octets = serve::section(&message, &section).expect("a part").partial(0, PIECE);
        output.clear();
        octets.chunks().for_each(|chunk| output.extend_from_slice(chunk));
        output.len() as u64
    })
}
