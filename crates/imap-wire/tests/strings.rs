//! What a writer writes, a cursor reads.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use bytes::BytesMut;
use imap_wire::frame::{Frame, Gap};
use imap_wire::{Cursor, Literal, LiteralPolicy, NonSynchronizing, Octets, ParseError, Stop, Writer};
use mail_wire::{Deviations, Error, Leniency};
use proptest::prelude::*;

fn written(
    policy: LiteralPolicy,
    utf8: bool,
    write: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>,
) -> Result<(BytesMut, Vec<Stop>), Error> {
    let (mut output, mut stops) = (BytesMut::new(), Vec::new());
    write(&mut Writer::new(&mut output, &mut stops, policy, utf8))?;
    Ok((output, stops))
}

fn read<T>(
    octets: &[u8],
    leniency: Leniency,
    parse: impl FnOnce(&mut Cursor<'_>) -> Result<T, ParseError>,
) -> Result<(T, Deviations), ParseError> {
    let frame = Frame::new(octets);
    let mut cursor = Cursor::new(&frame, leniency, 10);
    let value = parse(&mut cursor)?;
    cursor.end()?;
    Ok((value, cursor.deviations()))
}

type Write = fn(&mut Writer<'_>, &[u8]) -> Result<(), Error>;
type Read = for<'a> fn(&mut Cursor<'a>) -> Result<Octets<'a>, ParseError>;

const FORMS: &[(&str, Write, Read)] = &[
    ("string", |writer, octets| writer.string(octets), |cursor| cursor.string()),
    ("astring", |writer, octets| writer.astring(octets), |cursor| cursor.astring()),
    ("list-mailbox", |writer, octets| writer.list_mailbox(octets), |cursor| cursor.list_mailbox()),
    ("literal", |writer, octets| writer.literal_octets(octets), |cursor| cursor.literal()),
    (
        "nstring",
        |writer, octets| writer.nstring(Some(octets)),
        |cursor| cursor.nstring().map(|value| value.unwrap()),
    ),
];

fn comes_back(octets: &[u8], utf8: bool) {
    let policies = [
        LiteralPolicy::Server,
        LiteralPolicy::Client(NonSynchronizing::No),
        LiteralPolicy::Client(NonSynchronizing::Minus),
        LiteralPolicy::Client(NonSynchronizing::Plus),
    ];
    for (policy, (form, write, parse)) in
        policies.into_iter().flat_map(|policy| FORMS.iter().map(move |f| (policy, f)))
    {
        let result = written(policy, utf8, |writer| write(writer, octets));
        if octets.contains(&0) {
            assert!(result.is_err(), "{form} {octets:?}");
            continue;
        }
        let (output, stops) = result.unwrap();
        let (value, deviations) =
            read(&output, Leniency::Strict, |cursor| parse(cursor).map(|value| value.value().into_owned()))
                .unwrap();
        assert_eq!(value, octets, "{form} {output:?}");
        assert!(deviations.is_empty(), "{form} {output:?}: {deviations:?}");
        assert_eq!(Frame::new(&output).dirt(), None, "{form} {output:?}");
        let is_literal = output.ends_with(octets) && output.starts_with(b"{");
        let waits = match policy {
            LiteralPolicy::Client(NonSynchronizing::No) => is_literal,
            LiteralPolicy::Client(NonSynchronizing::Minus) => is_literal && octets.len() > 4_096,
            _ => false,
        };
        assert_eq!(stops.len(), usize::from(waits), "{form} {policy:?} {output:?}");
        if !utf8 && !is_literal {
            assert!(output.is_ascii(), "{form} {output:?}");
        }
    }
}

#[test]
fn strings_of_all_kinds_come_back() {
    let long = vec![b'x'; 5_000];
    let quotes = vec![b'"'; 4_096];
    for octets in [
        &b""[..],
        b"NIL",
        b"nil",
        b"INBOX",
        b"a b",
        b"\"",
        b"\\",
        b"a\\\"b",
        b"{5}",
        b"{5}\r\n",
        b"\r",
        b"\n",
        b"\t",
        b"%*",
        b"]",
        b"~",
        b"~{1}",
        b"+",
        b"\x7f",
        b"\x01",
        b"\xff",
        "\u{e4}\"".as_bytes(),
        b"a\0b",
        &long,
        &long[..4_097],
        &long[..4_096],
        &quotes,
    ] {
        comes_back(octets, false);
        comes_back(octets, true);
    }
}

#[test]
fn nil_is_no_string_and_no_string_is_nil() {
    let nstring = |octets: &[u8]| {
        read(octets, Leniency::Strict, |cursor| Ok(cursor.nstring()?.map(|value| value.value().into_owned())))
            .map(|(value, _)| value)
    };
    assert_eq!(nstring(b"NIL"), Ok(None));
    assert_eq!(nstring(b"\"NIL\""), Ok(Some(b"NIL".to_vec())));
    assert!(nstring(b"NILS").is_err() && nstring(b"NI").is_err() && nstring(b"x").is_err());
    assert_eq!(&written(LiteralPolicy::Server, false, |writer| writer.nstring(None)).unwrap().0[..], b"NIL");
}

#[test]
fn a_literal8_may_hold_nul() {
    let octets = b"a\0\r\n";
    let (output, stops) = written(LiteralPolicy::Client(NonSynchronizing::No), false, |writer| {
        writer.literal8(&Literal::new(octets));
        Ok(())
    })
    .unwrap();
    assert_eq!((&output[..], &stops[..]), (&b"~{4}\r\na\0\r\n"[..], &[Stop::Continuation { at: 6 }][..]));
    let (value, _) = read(&output, Leniency::Strict, |cursor| Ok(cursor.literal()?.raw.to_vec())).unwrap();
    assert_eq!(value, octets);
}

#[test]
fn a_streamed_literal_stops_twice() {
    let write = |policy| {
        written(policy, false, |writer| {
            writer.raw(b"x ");
            writer.literal(&Literal::streamed(9))
        })
        .unwrap()
    };
    let (output, stops) = write(LiteralPolicy::Client(NonSynchronizing::No));
    assert_eq!(output, "x {9}\r\n");
    assert_eq!(stops, [Stop::Continuation { at: 7 }, Stop::Payload { at: 7, octets: 9 }]);
    let (_, stops) = write(LiteralPolicy::Client(NonSynchronizing::Plus));
    assert_eq!(stops, [Stop::Payload { at: 8, octets: 9 }]);
    let (output, stops) = write(LiteralPolicy::Server);
    assert_eq!(stops, [Stop::Payload { at: 7, octets: 9 }]);

    let gaps = [Gap::new(7, 9)];
    let frame = Frame::with_gaps(&output, &gaps);
    let mut cursor = Cursor::new(&frame, Leniency::Strict, 0);
    cursor.skip(2);
    let octets = cursor.string().unwrap();
    assert_eq!((octets.streamed, octets.raw), (Some(9), &b""[..]));
    assert_eq!(cursor.owned(octets), Literal::streamed(9));
    assert_eq!(cursor.end(), Ok(()));
}

#[test]
fn a_literal_that_is_cut_off_is_an_error_at_its_place() {
    for octets in
        [&b"x {5}\r\nabc"[..], b"x {99999999999999999999}\r\n", b"x {5}", b"x {5}\r", b"x {5}x", b"x {}\r\n"]
    {
        let error = read(octets, Leniency::Lenient, |cursor| {
            cursor.skip(2);
            cursor.string().map(drop)
        });
        assert!(error.unwrap_err().at() >= 2, "{octets:?}");
    }
}

/// A framer cuts at such a line end; a reader that passed over it would take a literal's octets for the string's.
#[test]
fn no_literal_stands_between_quotes() {
    for octets in [&b"\"a {2}\r\nbc\""[..], b"\"{1}\r\n\0\"", b"\"\\\" {2}\r\nbc\"", b"\"a {2+}\nbc\""] {
        for leniency in [Leniency::Lenient, Leniency::Strict] {
            assert!(read(octets, leniency, |cursor| cursor.quoted().map(drop)).is_err());
            assert!(read(octets, leniency, |cursor| cursor.any_value().map(drop)).is_err());
            let plain = |cursor: &mut Cursor<'_>| cursor.take_plain_quoted().ok_or(cursor.error(""));
            assert!(read(octets, leniency, plain).is_err());
        }
    }
    let both = read(b"\"a\" {2}\r\nbc", Leniency::Strict, |cursor| {
        cursor.quoted()?;
        cursor.space()?;
        Ok(cursor.literal()?.raw == b"bc")
    });
    assert!(both.unwrap().0);
}

#[test]
fn a_strict_reader_forgives_nothing() {
    fn astring(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, ParseError> {
        cursor.astring().map(|value| value.value().into_owned())
    }
    for (octets, value) in
        [(&b"a%b"[..], &b"a%b"[..]), (b"\xfc", b"\xfc"), (b"\"\\a\"", b"a"), (b"{1}\nx", b"x"), (b"a ", b"a")]
    {
        assert!(read(octets, Leniency::Strict, astring).is_err(), "{octets:?}");
        let (read, deviations) = read(octets, Leniency::Lenient, astring).unwrap();
        assert_eq!(read, value, "{octets:?}");
        assert!(!deviations.is_strict(), "{octets:?}");
    }
}

#[test]
fn any_value_is_passed_over_whole_or_not_at_all() {
    let value =
        |octets: &'static [u8]| read(octets, Leniency::Strict, |cursor| cursor.any_value().map(<[u8]>::len));
    for octets in [
        &b"x"[..],
        b"()",
        b"(a (b \")\" {3}\r\n))) NIL) \\x)",
        b"\"(\"",
        b"~{1}\r\n\0",
        b"((((((((()))))))))",
    ] {
        assert_eq!(value(octets).unwrap().0, octets.len(), "{octets:?}");
    }
    for octets in [&b""[..], b"(", b")", b"(a", b"\"x", b"(\"x)", b" x", b"{3}\r\nab"] {
        assert!(value(octets).is_err(), "{octets:?}");
    }
    let deep = value(b"((((((((((()))))))))))").unwrap_err();
    assert_eq!((deep.kind(), deep.at()), (imap_wire::ParseErrorKind::Limit, 11));
}

proptest! {
    #[test]
    fn any_octets_come_back(octets in prop::collection::vec(any::<u8>(), 0..80), utf8: bool) {
        comes_back(&octets, utf8);
    }

    #[test]
    fn any_text_comes_back(text in "[ -~\u{e4}\u{20ac}]{0,40}", utf8: bool) {
        comes_back(text.as_bytes(), utf8);
    }

    #[test]
    fn numbers_come_back(number: u64) {
        let (output, _) = written(LiteralPolicy::Server, false, |writer| {
            writer.number(number);
            Ok(())
        }).unwrap();
        let (value, deviations) = read(&output, Leniency::Lenient, |cursor| cursor.number64()).unwrap();
        prop_assert_eq!(value, number);
        // 63 bits are all that the grammar has.
        let is_legal = i64::try_from(number).is_ok();
        prop_assert_eq!(deviations.is_empty(), is_legal);
        prop_assert_eq!(read(&output, Leniency::Strict, |cursor| cursor.number64()).is_ok(), is_legal);
        let is_small = u32::try_from(number).ok();
        prop_assert_eq!(read(&output, Leniency::Strict, |cursor| cursor.number()).ok().map(|(n, _)| n), is_small);
    }
}
