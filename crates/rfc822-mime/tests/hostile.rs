//! Messages that were made to hurt: on a stack of 64 KiB, in octet visits that are counted, in bounded memory.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod common;

use common::limited;
use mail_wire::testkit::visits;
use rfc822_mime::decoder::{Decoder, Event, Limits, Options};
use rfc822_mime::{DefectKind, Message};

/// How much smaller the bombs are in a build that is not optimized.
const SCALE: usize = if cfg!(debug_assertions) { 50 } else { 1 };

/// What a decoder made of a bomb: the events, and the octets of the largest.
#[derive(Debug, Default)]
struct Heard {
    events: usize,
    largest: usize,
    depth: u32,
    parts: usize,
    limited: bool,
}

/// Feeds `message` in pieces on a small stack, and checks that its octets were looked at four times at most.
fn survive(message: Vec<u8>, options: Options) -> Heard {
    let work = move || {
        let mut last = None;
        for size in [usize::MAX, 4_096, 7] {
            let (heard, count) = visits(|| {
                let (mut decoder, mut heard) = (Decoder::with_options(options), Heard::default());
                let mut hear = |event: Event<'_>| {
                    heard.events += 1;
                    heard.largest = heard.largest.max(event.octets().map_or(0, |octets| octets.len()));
                    match event {
                        Event::PartStart(start) => {
                            heard.depth = heard.depth.max(start.depth());
                            heard.parts += 1;
                        }
                        Event::Defect(defect) => heard.limited |= defect.kind == DefectKind::Limit,
                        _ => {}
                    }
                };
                for mut input in message.chunks(size.min(message.len())) {
                    while let Some(event) = decoder.decode(&mut input).unwrap() {
                        hear(event);
                    }
                }
                while let Some(event) = decoder.finish().unwrap() {
                    hear(event);
                }
                heard
            });
            assert!(
                count <= 4 * message.len() as u64,
                "{count} octet visits of {} in pieces of {size}",
                message.len()
            );
            last = Some(heard);
        }
        last.unwrap()
    };
    std::thread::Builder::new().stack_size(64 * 1024).spawn(work).unwrap().join().unwrap()
}

/// As deep as the message says, if the limits allow.
fn boundless() -> Options {
    let limits = Limits::new().with_depth(1_000_000).with_parts(10_000_000).with_fields(10_000_000);
    limited(limits.with_defects(0))
}

fn nested(levels: usize) -> Vec<u8> {
    let level = |n: usize| {
        let version = if n == 0 { "MIME-Version: 1.0\n" } else { "" };
        format!("{version}Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")
    };
    (0..levels).map(level).collect::<String>().into_bytes()
}

#[test]
fn multiparts_in_multiparts() {
    let heard = survive(nested(200_000 / SCALE), Options::new());
    assert_eq!((heard.depth, heard.limited), (99, true));
    let levels = 200_000 / SCALE / 20;
    assert_eq!(survive(nested(levels), boundless()).depth as usize, levels);
}

#[test]
fn messages_in_messages() {
    let message = b"MIME-Version: 1.0\nContent-Type: message/rfc822\n\n".repeat(200_000 / SCALE);
    let heard = survive(message.clone(), Options::new());
    assert_eq!((heard.depth, heard.limited), (99, true));
    assert_eq!(survive(message, boundless()).depth as usize, 200_000 / SCALE);
}

#[test]
fn empty_parts() {
    let mut message = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n".to_vec();
    message.extend(b"--b\n".repeat(4_000_000 / SCALE));
    let heard = survive(message.clone(), Options::new());
    assert_eq!((heard.parts, heard.limited), (10_000, true));
    assert_eq!(survive(message.clone(), boundless()).parts, 4_000_000 / SCALE + 1);
    assert_eq!(Message::parse(&message).map().parts().len(), 10_000);
}

#[test]
fn fields_without_number() {
    let heard = survive(b"a:\n".repeat(1_000_000 / SCALE), Options::new());
    assert!(heard.limited && heard.events < 1_000_000 / SCALE + 10);
    assert!(survive(b"a:\n".repeat(1_000_000 / SCALE), boundless()).events >= 1_000_000 / SCALE);
    // Continuations, junk, and lines of white space.
    for line in ["a: b\n c\n", " \n", "x\n", "a\n b: c\n", "--\n", "\r\r\r\n"] {
        survive(line.repeat(1_000_000 / SCALE).into_bytes(), Options::new());
    }
}

#[test]
fn fields_without_end() {
    let octets = 100_000_000 / SCALE;
    for filler in ["x", "x\n ", "x: \n\t", "\r"] {
        let mut message = b"A: ".to_vec();
        message.extend(filler.as_bytes().iter().cycle().take(octets));
        let heard = survive(message, Options::new());
        assert!(heard.limited && heard.largest <= octets);
    }
    let heard = survive(vec![b'n'; octets], Options::new());
    assert!(heard.limited);
}

/// Sixty open multiparts whose boundaries begin alike, and lines that begin like all of them.
#[test]
fn lines_that_begin_like_many_boundaries() {
    let common = "b".repeat(58);
    let level =
        |n: usize| format!("Content-Type: multipart/mixed; boundary={common}{n:02}\n\n--{common}{n:02}\n");
    let open: String = (0..60).map(level).collect();
    for line in [
        format!("--{common}"),
        format!("--{common}00x"),
        "--".to_owned(),
        format!("--{common}59--x"),
        format!("--{common}00 x"),
    ] {
        let message = format!("MIME-Version: 1.0\n{open}\n{}", format!("{line}\n").repeat(100_000 / SCALE));
        survive(message.into_bytes(), Options::new());
    }
}

#[test]
fn line_ends_and_dashes_without_end() {
    let head = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n";
    for filler in
        ["\r", "\n", "\r\n", "-", "\n-", "\r\n--", "--\r", "\n--\r", "\n--b-", "\n--b \t", "--b", "\r\r\n-"]
    {
        survive([head, &filler.repeat(2_000_000 / SCALE)].concat().into_bytes(), Options::new());
    }
}

#[test]
fn content_types_without_end() {
    for filler in ["(", "\"", "\\", ";", "; a=b", "; boundary=", "; boundary*0=x", "()", "/", "=\"\\\""] {
        let value = filler.repeat(1_000_000 / SCALE / filler.len());
        survive(format!("Content-Type: multipart/mixed{value}\n\n--x\n").into_bytes(), Options::new());
        survive(format!("Content-Type: {value}\n\n--x\n").into_bytes(), Options::new());
    }
}

/// A long message in small pieces: nothing is kept of it but the line that may be a delimiter.
#[test]
fn a_long_body_is_not_collected() {
    let mut decoder = Decoder::new();
    let mut input = &b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"[..];
    while decoder.decode(&mut input).unwrap().is_some() {}
    let chunk =
        b"The quick brown fox jumps over the lazy dog, again and again, until noon\r\n--not\r\n".repeat(50);
    let mut octets = 0;
    for _ in 0..2_000 / SCALE {
        let mut input = &chunk[..];
        while let Some(event) = decoder.decode(&mut input).unwrap() {
            if let Event::Body(data) = event {
                octets += data.len();
            }
        }
        assert!(format!("{decoder:?}").len() < 8_192);
    }
    assert!(octets + 2 >= chunk.len() * (2_000 / SCALE));
}
