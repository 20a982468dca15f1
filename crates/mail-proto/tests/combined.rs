//! POP2 and POP3 on one port, at every cutting of the first line.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use bytes::BytesMut;
use mail_proto::combined::{Chosen, Front};
use mail_proto::wire::Limits;
use mail_proto::{pop2, pop3};

fn front() -> Front {
    let limits = Limits::new().with_line(64);
    let mut front =
        Front::new(pop2::Options::new().with_limits(limits), pop3::Options::new().with_limits(limits));
    let mut output = BytesMut::new();
    assert!(front.decode(&mut &b"HELO a b\r\n"[..]).unwrap_err().is_misuse());
    front.encode(&pop3::Greeting::new("ready <1.2@host>").unwrap(), &mut output).unwrap();
    assert!(front.encode(&pop3::Greeting::new("").unwrap(), &mut output).unwrap_err().is_misuse());
    assert_eq!(output, "+OK ready <1.2@host>\r\n");
    front
}

fn choose(stream: &[u8], cut: usize) -> (Chosen, Vec<u8>) {
    let mut front = front();
    let (first, second) = stream.split_at(cut);
    for (piece, later) in [(first, second), (second, &b""[..])] {
        let mut input = piece;
        if let Some(chosen) = front.decode(&mut input).unwrap() {
            return (chosen, [input, later].concat());
        }
        assert!(input.is_empty());
    }
    panic!("nothing chosen");
}

#[test]
fn the_first_command_decides() {
    for (stream, is_pop2) in [
        (&b"HELO a b\r\nQUIT\r\n"[..], true),
        (b"helo a b\nQUIT\r\n", true),
        (b"HELO\r\nQUIT\r\n", true),
        (b"USER a\r\nQUIT\r\n", false),
        (b"CAPA\r\nQUIT\r\n", false),
        (b"HELOX\r\nQUIT\r\n", false),
        (b"\r\nQUIT\r\n", false),
    ] {
        for cut in 0..stream.len() - 6 {
            let (chosen, behind) = choose(stream, cut);
            assert_eq!(behind, b"QUIT\r\n");
            match chosen {
                Chosen::Pop2(mut codec, _) => {
                    assert!(is_pop2, "{stream:?}");
                    assert_eq!(codec.state(), pop2::State::Auth);
                    codec.encode(&pop2::Reply::err("").unwrap().into(), &mut BytesMut::new()).unwrap();
                    assert_eq!(codec.state(), pop2::State::Done);
                }
                Chosen::Pop3(mut codec, _) => {
                    assert!(!is_pop2, "{stream:?}");
                    assert_eq!(codec.state(), pop3::State::Authorization);
                    codec.encode(&pop3::Reply::err("").unwrap().into(), &mut BytesMut::new()).unwrap();
                }
                _ => panic!(),
            }
        }
    }
}

#[test]
fn an_over_long_first_line_is_malformed_and_not_kept() {
    let stream = [&b"USER "[..], &b"x".repeat(100_000), b"\r\nQUIT\r\n"].concat();
    let (chosen, behind) = choose(&stream, 0);
    let Chosen::Pop3(_, pop3::Event::Malformed(bad)) = chosen else { panic!() };
    assert_eq!((bad.error().kind(), bad.raw().len()), (pop3::ErrorKind::Limit, 64));
    assert_eq!(behind, b"QUIT\r\n");
}
