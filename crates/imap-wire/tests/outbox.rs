//! What may go out now, and what waits.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use bytes::BytesMut;
use imap_wire::{Literal, LiteralPolicy, NonSynchronizing, Outbox, Tag, Writer};
use mail_wire::{Error, ErrorKind, OutputState};

fn push(outbox: &mut Outbox, output: &mut BytesMut, tag: &str, literals: &[Literal]) -> Result<(), Error> {
    push_as(outbox, output, tag, literals, NonSynchronizing::No, 1_000)
}

fn push_as(
    outbox: &mut Outbox,
    output: &mut BytesMut,
    tag: &str,
    literals: &[Literal],
    mode: NonSynchronizing,
    limit: usize,
) -> Result<(), Error> {
    let (start, mut stops) = (output.len(), Vec::new());
    let mut writer = Writer::new(output, &mut stops, LiteralPolicy::Client(mode), false);
    writer.raw(tag.as_bytes());
    for literal in literals {
        writer.space();
        writer.literal(literal).unwrap();
    }
    writer.raw(b"\r\n");
    outbox.push(output, start, &stops, Some(&Tag::new(tag).unwrap()), limit)
}

fn go_on(outbox: &mut Outbox, output: &mut BytesMut) -> BytesMut {
    assert!(outbox.proceed());
    outbox.flush(output);
    output.split()
}

const PAYLOAD_OF_3: OutputState = OutputState::Payload { octets: Some(3) };

#[test]
fn what_needs_no_answer_goes_at_once() {
    let (mut outbox, mut output) = (Outbox::new(), BytesMut::from("before "));
    push(&mut outbox, &mut output, "a", &[]).unwrap();
    let mode = NonSynchronizing::Plus;
    push_as(&mut outbox, &mut output, "b", &[Literal::new("xyz")], mode, 0).unwrap();
    assert_eq!(output, "before a\r\nb {3+}\r\nxyz\r\n");
    assert_eq!((outbox.state(), outbox.queued()), (OutputState::Ready, 0));
    assert!(!outbox.proceed());
}

#[test]
fn each_literal_waits_for_its_plus() {
    let (mut outbox, mut output) = (Outbox::new(), BytesMut::new());
    push(&mut outbox, &mut output, "a", &[Literal::new("alice"), Literal::new("secret")]).unwrap();
    push(&mut outbox, &mut output, "b", &[]).unwrap();
    push(&mut outbox, &mut output, "c", &[Literal::new("")]).unwrap();
    assert_eq!(output.split(), "a {5}\r\n");
    assert_eq!(outbox.state(), OutputState::AwaitsContinuation);
    assert_eq!(outbox.waiting_tag().unwrap().as_str(), "a");
    outbox.flush(&mut output);
    assert_eq!(output, "");
    assert_eq!(go_on(&mut outbox, &mut output), "alice {6}\r\n");
    assert_eq!(go_on(&mut outbox, &mut output), "secret\r\nb\r\nc {0}\r\n");
    assert_eq!(outbox.waiting_tag().unwrap().as_str(), "c");
    assert_eq!(go_on(&mut outbox, &mut output), "\r\n");
    assert_eq!((outbox.state(), outbox.queued()), (OutputState::Ready, 0));
}

#[test]
fn a_refusal_drops_the_command_that_waits_and_no_other() {
    let (mut outbox, mut output) = (Outbox::new(), BytesMut::new());
    push(&mut outbox, &mut output, "a", &[Literal::new("alice"), Literal::new("secret")]).unwrap();
    for tag in ["b", "c"] {
        push(&mut outbox, &mut output, tag, &[]).unwrap();
    }
    go_on(&mut outbox, &mut output);
    outbox.cancel(&Tag::new("b").unwrap());
    outbox.cancel(&Tag::new("other").unwrap());
    assert_eq!(outbox.state(), OutputState::AwaitsContinuation);
    outbox.cancel(&Tag::new("a").unwrap());
    outbox.flush(&mut output);
    assert_eq!(output, "b\r\nc\r\n");
    assert_eq!((outbox.state(), outbox.queued()), (OutputState::Ready, 0));
}

#[test]
fn a_payload_is_given_in_pieces_and_exactly() {
    let (mut outbox, mut output) = (Outbox::new(), BytesMut::new());
    assert!(outbox.data(b"x", &mut output).unwrap_err().is_misuse());
    assert!(outbox.end(&mut output).unwrap_err().is_misuse());
    push(&mut outbox, &mut output, "a", &[Literal::streamed(3), Literal::streamed(0)]).unwrap();
    assert!(outbox.data(b"x", &mut output).unwrap_err().is_misuse());
    assert_eq!(output.split(), "a {3}\r\n");
    assert_eq!(go_on(&mut outbox, &mut output), "");
    assert_eq!(outbox.state(), PAYLOAD_OF_3);
    outbox.data(b"x", &mut output).unwrap();
    let early = outbox.end(&mut output).unwrap_err();
    assert!(early.is_misuse() && early.expected().contains('3') && early.expected().contains('1'), "{early}");
    assert!(outbox.data(b"123", &mut output).unwrap_err().is_misuse());
    outbox.data(b"yz", &mut output).unwrap();
    outbox.end(&mut output).unwrap();
    assert_eq!(output.split(), "xyz {0}\r\n");
    assert_eq!(outbox.state(), OutputState::AwaitsContinuation);
    go_on(&mut outbox, &mut output);
    assert_eq!(outbox.state(), OutputState::Payload { octets: Some(0) });
    outbox.end(&mut output).unwrap();
    assert_eq!(output, "\r\n");
}

#[test]
fn a_payload_under_way_is_finished_whatever_the_answer() {
    let (mut outbox, mut output) = (Outbox::new(), BytesMut::new());
    push(&mut outbox, &mut output, "a", &[Literal::streamed(3), Literal::new("more")]).unwrap();
    push(&mut outbox, &mut output, "b", &[]).unwrap();
    output.clear();
    go_on(&mut outbox, &mut output);
    outbox.data(b"x", &mut output).unwrap();
    outbox.cancel(&Tag::new("a").unwrap());
    assert_eq!(outbox.state(), OutputState::Payload { octets: Some(2) });
    outbox.data(b"yz", &mut output).unwrap();
    outbox.end(&mut output).unwrap();
    // Its second literal would wait for a `+` that never comes; the server answered before.
    assert_eq!(output, "xyz {4}\r\nb\r\n");
    assert_eq!((outbox.state(), outbox.queued()), (OutputState::Ready, 0));
    // The next one is not taken for the refused one.
    push(&mut outbox, &mut output, "c", &[Literal::new("x")]).unwrap();
    assert_eq!(outbox.state(), OutputState::AwaitsContinuation);
}

#[test]
fn what_waits_has_a_bound() {
    let (mut outbox, mut output) = (Outbox::new(), BytesMut::new());
    let mut push = |octets: usize, output: &mut BytesMut| {
        let literal = [Literal::new(vec![b'x'; octets])];
        push_as(&mut outbox, output, "a", &literal, NonSynchronizing::No, 100).map(|()| outbox.queued())
    };
    assert_eq!(push(200, &mut output).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(output, "");
    // What goes at once is not counted.
    assert_eq!(push(98, &mut output), Ok(100));
    assert_eq!(output, "a {98}\r\n");
    assert_eq!(push(0, &mut output).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(output, "a {98}\r\n");
    assert_eq!(go_on(&mut outbox, &mut output).len(), 108);
    assert_eq!(outbox.queued(), 0);
}

#[test]
fn what_waits_is_not_shown() {
    let (mut outbox, mut output) = (Outbox::new(), BytesMut::new());
    push(&mut outbox, &mut output, "a", &[Literal::new("hunter2")]).unwrap();
    assert!(!format!("{outbox:?}").contains("hunter2"));
}
