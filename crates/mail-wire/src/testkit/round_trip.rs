//! What a test of a round trip compares.

use std::vec::Vec;

use bytes::BytesMut;

use super::{Event, push};
use crate::Codec;

/// What a codec makes of octets that the other one wrote: it takes them all, and forgives nothing. Of a message, what was
/// forgiven is not looked at.
pub fn hear<C: Codec<Event: Event>>(codec: &mut C, octets: &mut BytesMut) -> Vec<C::Event> {
    let octets = octets.split();
    let (mut input, mut events) = (&octets[..], Vec::new());
    while let Some(event) = codec.decode_owned(&mut input).expect("no error") {
        let in_message = events.last_mut().and_then(C::Event::data).is_some();
        assert!(in_message || codec.forgiven().is_empty(), "{event:?}: {:?}", codec.forgiven());
        push(&mut events, event);
    }
    assert!(input.is_empty(), "octets are left");
    events
}

/// A message as it arrives: every LF with its CR, and a line end at its end.
pub fn normalized(message: &[u8]) -> Vec<u8> {
    let mut normal = Vec::new();
    for octet in message {
        if *octet == b'\n' && normal.last() != Some(&b'\r') {
            normal.push(b'\r');
        }
        normal.push(*octet);
    }
    if !normal.is_empty() && !normal.ends_with(b"\r\n") {
        normal.extend_from_slice(b"\r\n");
    }
    normal
}
