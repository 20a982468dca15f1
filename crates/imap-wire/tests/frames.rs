//! Frames with literals: joined, streamed, drained and abandoned, at every cutting.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use imap_wire::frame::{Frame, Framer, Gap, Piece, Step, Stream};
use imap_wire::{Limits, LiteralHeader};
use mail_wire::line::LineEnd;
use mail_wire::testkit::visits;
use mail_wire::{Error, ErrorKind};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Fate {
    Join,
    Stream,
    Drain,
    Abandon,
}

use Fate::{Abandon, Drain, Join, Stream as Hand};

#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Literal(u64),
    Data(Vec<u8>),
    LiteralEnd,
    Frame { octets: Vec<u8>, gaps: Vec<Gap>, offset: u64, end: LineEnd, over: Option<Error> },
}

/// A frame without gaps that ends in CRLF and keeps the bounds.
fn frame(offset: u64, octets: &[u8]) -> Seen {
    Seen::Frame { octets: octets.to_vec(), gaps: vec![], offset, end: LineEnd::CrLf, over: None }
}

/// A frame that crosses a bound.
fn over(offset: u64, octets: &[u8], expected: &'static str) -> Seen {
    let error = Error::limit(offset + octets.len() as u64, expected);
    Seen::Frame { octets: octets.to_vec(), gaps: vec![], offset, end: LineEnd::CrLf, over: Some(error) }
}

fn data(octets: &[u8]) -> Seen {
    Seen::Data(octets.to_vec())
}

struct Run {
    framer: Framer,
    limits: Limits,
    fates: Vec<Fate>,
    seen: Vec<Seen>,
    literals: usize,
}

impl Run {
    fn new(stream: Stream, limits: Limits, fates: &[Fate]) -> Self {
        Self { framer: Framer::new(stream), limits, fates: fates.to_vec(), seen: vec![], literals: 0 }
    }

    fn feed(&mut self, mut input: &[u8], is_literal: impl Fn(Piece<'_>) -> bool) {
        loop {
            let before = input;
            let announced = match self.framer.next(&mut input, &self.limits, &is_literal) {
                Step::More => {
                    assert!(input.is_empty(), "octets are left");
                    return;
                }
                Step::Literal(header) => Some(header),
                Step::Data(octets) => {
                    assert!(!octets.is_empty());
                    match self.seen.last_mut() {
                        Some(Seen::Data(last)) => last.extend_from_slice(octets),
                        _ => self.seen.push(data(octets)),
                    }
                    None
                }
                Step::LiteralEnd => {
                    self.seen.push(Seen::LiteralEnd);
                    None
                }
                Step::Frame(frame) => {
                    self.seen.push(Seen::Frame {
                        octets: frame.octets().to_vec(),
                        gaps: frame.gaps().to_vec(),
                        offset: frame.offset(),
                        end: frame.end(),
                        over: frame.check().err(),
                    });
                    None
                }
                step => panic!("{step:?}"),
            };
            assert!(before.ends_with(input), "input is no tail of what it was");
            if let Some(header) = announced {
                self.decide(header);
            }
        }
    }

    fn decide(&mut self, header: LiteralHeader) {
        self.seen.push(Seen::Literal(header.octets()));
        let fate = self.fates.get(self.literals).or(self.fates.last()).copied().unwrap_or(Join);
        self.literals += 1;
        match fate {
            Join => self.framer.join(&self.limits),
            Hand => self.framer.stream(),
            Drain => self.framer.drain("a literal that is wanted"),
            Abandon => self.framer.abandon(),
        }
    }
}

fn small() -> Limits {
    Limits::server().with_line(20).with_frame(40).with_literal(1_000).with_literals(3)
}

/// What `octets` give, whole and at every cutting.
fn cut(stream: Stream, limits: Limits, fates: &[Fate], octets: &[u8]) -> Vec<Seen> {
    let run = |sizes: &mut dyn FnMut() -> usize| {
        let (mut run, mut rest) = (Run::new(stream, limits, fates), octets);
        while !rest.is_empty() {
            let (chunk, later) = rest.split_at(sizes().clamp(1, rest.len()));
            run.feed(chunk, |_| true);
            rest = later;
        }
        assert_eq!(run.framer.offset(), octets.len() as u64);
        (run.seen, run.framer.finish().err(), run.framer.frame_offset())
    };
    let whole = run(&mut || usize::MAX);
    for size in 1..8 {
        assert_eq!(run(&mut || size), whole, "pieces of {size} octets");
    }
    for at in 1..octets.len() {
        let mut first = Some(at);
        assert_eq!(run(&mut || first.take().unwrap_or(usize::MAX)), whole, "cut at {at}");
    }
    whole.0
}

fn commands(fates: &[Fate], octets: &[u8]) -> Vec<Seen> {
    cut(Stream::Commands, small(), fates, octets)
}

fn responses(fates: &[Fate], octets: &[u8]) -> Vec<Seen> {
    cut(Stream::Responses, small(), fates, octets)
}

#[test]
fn lines_are_frames() {
    let seen = responses(&[], b"* OK\r\na\n\r\n{5\r\n5}\r\n");
    let Seen::Frame { octets, end, offset, .. } = &seen[1] else { panic!() };
    assert_eq!((&octets[..], *end, *offset), (&b"a"[..], LineEnd::Lf, 6));
    let others = [&seen[..1], &seen[2..]].concat();
    assert_eq!(others, [frame(0, b"* OK"), frame(8, b""), frame(10, b"{5"), frame(14, b"5}")]);
}

#[test]
fn a_joined_literal_stands_in_its_frame() {
    let seen = commands(&[Join], b"a {3}\r\n\r\nx y {0+}\r\n z\r\nb\r\n");
    let first = frame(0, b"a {3}\r\n\r\nx y {0+}\r\n z");
    assert_eq!(seen, [Seen::Literal(3), Seen::Literal(0), first, frame(23, b"b")]);
    // What a literal holds is never an announcement.
    let seen = responses(&[Join], b"* {6}\r\n{9}\r\n) {1}\r\n}\r\n* b\r\n");
    let first = frame(0, b"* {6}\r\n{9}\r\n) {1}\r\n}");
    assert_eq!(seen, [Seen::Literal(6), Seen::Literal(1), first, frame(22, b"* b")]);
}

#[test]
fn a_streamed_literal_leaves_a_gap() {
    let seen = responses(&[Hand, Join, Hand], b"* {5}\r\n12345 {2}\r\nab {0}\r\n)\r\n* OK\r\n");
    let Seen::Frame { octets, gaps, offset, .. } = &seen[6] else { panic!("{seen:?}") };
    assert_eq!((&octets[..], *offset), (&b"* {5}\r\n {2}\r\nab {0}\r\n)"[..], 0));
    assert_eq!(gaps[..], [Gap::new(7, 5), Gap::new(21, 0)]);
    assert_eq!(seen[..3], [Seen::Literal(5), data(b"12345"), Seen::LiteralEnd]);
    assert_eq!(seen[3..6], [Seen::Literal(2), Seen::Literal(0), Seen::LiteralEnd]);
    assert_eq!(seen[7..], [frame(29, b"* OK")]);

    let whole = Frame::with_gaps(octets, gaps);
    assert_eq!([0, 6, 7, 20, 21].map(|at| whole.stream_offset(at)), [0, 6, 12, 25, 26]);
}

#[test]
fn a_streamed_literal_may_be_larger_than_a_frame() {
    let octets = [&b"a {900}\r\n"[..], &[b'\n'; 900], b"\r\nb\r\n"].concat();
    let seen = commands(&[Hand], &octets);
    assert_eq!(seen[..3], [Seen::Literal(900), data(&[b'\n'; 900]), Seen::LiteralEnd]);
    let Seen::Frame { octets, gaps, .. } = &seen[3] else { panic!("{seen:?}") };
    assert_eq!((&octets[..], &gaps[..]), (&b"a {900}\r\n"[..], &[Gap::new(9, 900)][..]));
    assert_eq!(seen[4], frame(911, b"b"));
}

#[test]
fn a_drained_literal_takes_the_rest_of_its_frame_along() {
    let expected = "a literal that is wanted";
    let seen = commands(&[Drain], b"a {5+}\r\nb c\r\n d {3+}\r\nxyz e\r\nf\r\n");
    assert_eq!(seen, [Seen::Literal(5), over(0, b"a {5+}\r\n", expected), frame(29, b"f")]);
    // Behind what is refused nobody says `+`, so the client sends its next command.
    let seen = commands(&[Drain], b"a {5+}\r\nb c\r\n d {3}\r\ne\r\n");
    assert_eq!(seen, [Seen::Literal(5), over(0, b"a {5+}\r\n", expected), frame(21, b"e")]);
    // A server never waits.
    let seen = responses(&[Drain], b"* {5}\r\nb c\r\n d {3}\r\ne\r\n f\r\ng\r\n");
    assert_eq!(seen, [Seen::Literal(5), over(0, b"* {5}\r\n", expected), frame(27, b"g")]);
}

#[test]
fn an_abandoned_literal_takes_nothing() {
    let seen = commands(&[Abandon, Join, Abandon], b"a {5}\r\nb {1}\r\nx {7}\r\nc\r\n");
    assert_eq!(seen, [Seen::Literal(5), Seen::Literal(1), Seen::Literal(7), frame(21, b"c")]);
}

#[test]
fn an_over_long_line_is_cut_short() {
    let expected = "a shorter line";
    // Twenty octets with their line end fit.
    assert_eq!(commands(&[], b"123456789 12345678\r\n"), [frame(0, b"123456789 12345678")]);
    let seen = commands(&[], b"123456789 123456789\r\nb\r\n");
    assert_eq!(seen, [over(0, b"123456789 123456789\r", expected), frame(21, b"b")]);
    let seen = commands(&[], &[&[b'x'; 500][..], b"\r\nb\r\n"].concat());
    assert_eq!(seen, [over(0, &[b'x'; 20], expected), frame(502, b"b")]);
}

#[test]
fn an_over_long_line_may_announce_a_literal_all_the_same() {
    let expected = "a shorter line";
    for mark in ["{5+}", "~{5+}", "{000000000000005+}"] {
        let octets = [&[b'x'; 50][..], mark.as_bytes(), b"\r\nb\r\nc\r d\r\ne\r\n"].concat();
        let seen = commands(&[], &octets);
        assert_eq!(seen, [over(0, &[b'x'; 20], expected), frame(octets.len() as u64 - 3, b"e")], "{mark}");
    }
    let octets = [&[b'x'; 50][..], b"{5}\r\ne\r\n"].concat();
    assert_eq!(commands(&[], &octets), [over(0, &[b'x'; 20], expected), frame(55, b"e")]);
    let octets = [&[b'x'; 50][..], b"{5}\r\nb\r\nc\r d\r\ne\r\n"].concat();
    assert_eq!(responses(&[], &octets), [over(0, &[b'x'; 20], expected), frame(64, b"e")]);
    // Behind a literal, too.
    let octets = [&b"* {1}\r\n."[..], &[b'x'; 50], b"{5}\r\nb\r\nc\r d\r\ne\r\n"].concat();
    let front = [&b"* {1}\r\n."[..], &[b'x'; 20]].concat();
    assert_eq!(responses(&[Join], &octets), [Seen::Literal(1), over(0, &front, expected), frame(72, b"e")]);
}

#[test]
fn the_text_of_an_over_long_line_is_asked_about() {
    for size in [1, 7, usize::MAX] {
        let mut run = Run::new(Stream::Responses, small(), &[]);
        let octets = [&b"* NO "[..], &[b'x'; 50], b"{5}\r\n* OK\r\n"].concat();
        for chunk in octets.chunks(size.min(octets.len())) {
            run.feed(chunk, |piece| !piece.frame.starts_with(b"* NO "));
        }
        assert_eq!(run.seen.len(), 2, "{:?}", run.seen);
    }
}

#[test]
fn a_frame_has_a_bound_whatever_its_lines_are() {
    let seen = responses(&[Join], b"* {10}\r\n1234567890 {10}\r\n1234567890 {10}\r\n1234567890 x\r\nb\r\n");
    let front = over(0, b"* {10}\r\n1234567890 {10}\r\n1234567890 {10}", "a shorter line");
    let literals = [Seen::Literal(10), Seen::Literal(10)];
    assert_eq!(seen, [&literals[..], &[front, frame(56, b"b")]].concat());
    let seen = responses(&[Join], b"* {33}\r\n123456789 123456789 123456789 123 x\r\nb\r\n");
    assert_eq!(seen, [Seen::Literal(33), over(0, b"* {33}\r\n", "a smaller literal"), frame(45, b"b")]);
    // A line is no way around it.
    let limits = small().with_line(100);
    let octets = [&[b'x'; 60][..], b"\r\nb\r\n"].concat();
    let seen = cut(Stream::Responses, limits, &[], &octets);
    assert_eq!(seen, [over(0, &[b'x'; 40], "a shorter line"), frame(62, b"b")]);
}

#[test]
fn literals_have_bounds_of_their_own() {
    let seen = responses(&[Join], b"* {1}\r\n1 {1}\r\n2 {1}\r\n3 {1}\r\n4 {2}\r\n56\r\nb\r\n");
    let one = Seen::Literal(1);
    let front = over(0, b"* {1}\r\n1 {1}\r\n2 {1}\r\n3 {1}\r\n", "fewer literals");
    assert_eq!(seen, [one.clone(), one.clone(), one, front, frame(39, b"b")]);
    let octets = [&b"* {1001}\r\n"[..], &[b'\n'; 1_001], b" x\r\nb\r\n"].concat();
    let front = over(0, b"* {1001}\r\n", "a smaller literal");
    assert_eq!(responses(&[Join], &octets), [front, frame(1_015, b"b")]);
    let front = over(0, b"a {1001}\r\n", "a smaller literal");
    assert_eq!(commands(&[Join], b"a {1001}\r\nb\r\n"), [front, frame(10, b"b")]);
}

#[test]
fn numbers_beyond_64_bits_are_as_large_as_can_be() {
    for number in ["9223372036854775808", "1000000000000000000000000000000"] {
        let octets = format!("a {{{number}}}\r\nb\r\n");
        let mut run = Run::new(Stream::Commands, Limits::server(), &[Abandon]);
        run.feed(octets.as_bytes(), |_| true);
        assert_eq!(run.seen[1], frame(octets.len() as u64 - 3, b"b"));
        // To a client they are literals without end.
        let mut run = Run::new(Stream::Responses, Limits::client(), &[Join]);
        run.feed(octets.as_bytes(), |_| true);
        assert!(matches!(run.seen[..], [Seen::Literal(octets)] if octets >= 1 << 63), "{:?}", run.seen);
        assert_eq!(run.framer.finish().unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }
}

#[test]
fn a_line_that_is_too_long_to_hold_still_announces_its_literal() {
    let line = "x".repeat(200);
    let zeros = "0".repeat(400);
    for (end, literal) in [
        ("{5}", Some(5)),
        ("~{5+}", Some(5)),
        (&format!("{{{}5}}", "0".repeat(40)), Some(5)),
        (&format!("{{{zeros}5+}}"), Some(5)),
        (&format!("{{{zeros}}}"), Some(0)),
        ("{9} {0}", Some(0)),
        ("{12", None),
        ("{5} ", None),
        ("{5}}", None),
        ("{5}\r", None),
        ("{+5}", None),
        ("5}", None),
        ("{}", None),
    ] {
        let octets =
            [line.as_bytes(), end.as_bytes(), b"\r\n", &b"\n\n\n\n\n"[..literal.unwrap_or(0)], b"\r\na\r\n"];
        let octets = octets.concat();
        let seen = cut(Stream::Responses, small(), &[Join], &octets);
        // Behind a literal the line goes on; else an empty one follows.
        assert_eq!(seen.len(), if literal.is_some() { 2 } else { 3 }, "{end}");
        assert_eq!(seen.last(), Some(&frame(octets.len() as u64 - 3, b"a")), "{end}");
    }
    // Any number that is too large to be true is one literal without end.
    for digits in [20, 21, 28, 29, 40, 400] {
        let octets = format!("{line}{{{}}}\r\na\r\n", "9".repeat(digits));
        assert_eq!(cut(Stream::Responses, small(), &[Join], octets.as_bytes()), []);
    }
}

#[test]
fn the_end_inside_a_frame_is_an_error() {
    for octets in [&b"a"[..], b"a {3}\r\n", b"a {3}\r\nxy", b"a {3}\r\nxyz", b"a {3+}\r\nxyz\r"] {
        let mut run = Run::new(Stream::Commands, small(), &[Join]);
        run.feed(octets, |_| true);
        let error = run.framer.finish().unwrap_err();
        assert_eq!((error.kind(), error.offset()), (ErrorKind::UnexpectedEof, octets.len() as u64));
        assert!(run.framer.is_inside_frame());
        run.feed(if octets.len() < 5 { b"\r\n" } else { b"xyz\r\n" }, |_| true);
    }
    for octets in [&b""[..], b"a\r\n", b"a {3}\r\nxyz\r\n"] {
        let mut run = Run::new(Stream::Commands, small(), &[Join]);
        run.feed(octets, |_| true);
        assert_eq!(run.framer.finish(), Ok(()));
        assert!(!run.framer.is_inside_frame() && run.framer.frame_so_far().is_empty());
    }
}

#[test]
fn a_frame_tells_how_far_it_is() {
    let mut run = Run::new(Stream::Commands, small(), &[Hand]);
    run.feed(b"x\r\na LOGIN {2}\r\nb", |_| true);
    assert_eq!(run.framer.frame_so_far(), b"a LOGIN {2}\r\n");
    assert_eq!((run.framer.frame_offset(), run.framer.offset()), (3, 17));
    let twin = run.framer.clone();
    run.feed(b"c d\r\n", |_| true);
    assert_eq!(twin.frame_so_far(), b"a LOGIN {2}\r\n");
    assert!(!format!("{twin:?}").contains("LOGIN"), "{twin:?}");
}

#[test]
fn every_octet_is_looked_at_a_bounded_number_of_times() {
    let unit = b"a {3}\r\nxyz b {12}\r\n0123456789ab {4}\r\nwxyz\r\nplain line\r\n";
    let count = |units: usize, size: usize| {
        let octets = unit.repeat(units);
        let mut run = Run::new(Stream::Responses, Limits::client(), &[Join, Hand, Drain]);
        let ((), count) = visits(|| octets.chunks(size).for_each(|chunk| run.feed(chunk, |_| true)));
        assert!(count >= octets.len() as u64 && count <= 2 * octets.len() as u64, "{count} in {size}");
        count
    };
    for size in [1, 16, 1_460, 1 << 20] {
        assert!(count(2_000, size) * 10 <= count(1_000, size) * 21);
    }
    // A long line in single octets.
    let mut run = Run::new(Stream::Responses, Limits::client(), &[]);
    let ((), count) = visits(|| (0..1_000_000).for_each(|_| run.feed(b"x", |_| true)));
    assert!(count <= 2_000_000, "{count}");
}

#[test]
fn what_no_text_may_hold_is_found_but_not_in_literals() {
    let gaps = [Gap::new(7, 9)];
    for (octets, gaps, dirt) in [
        (&b"plain"[..], &[][..], None),
        (b"a\rb", &[], Some(1)),
        (b"a\0", &[], Some(1)),
        (b"a\r", &[], Some(1)),
        (b"a {3}\r\n\r\0\n b", &[], None),
        (b"a {3}\r\n\r\0\n b\r", &[], Some(12)),
        (b"a {3}\r\n\r\0\n {1}\r\n\0 \0", &[], Some(18)),
        (b"a {3}\n\r\0\n", &[], None),
        (b"a {3}\n\r\0\n\0", &[], Some(9)),
        (b"a {3} \r\nxyz", &[], Some(6)),
        (b"a {3}\r\r\nxyz", &[], Some(5)),
        (b"a {9}\r\n) b", &gaps, None),
        (b"a {9}\r\n) b\0", &gaps, Some(10)),
        (b"a {0}\r\n\0", &[], Some(7)),
        (b"a\0 {3}\r\nxyz", &[], Some(1)),
    ] {
        assert_eq!(Frame::with_gaps(octets, gaps).dirt(), dirt, "{octets:?}");
    }
    let gaps = [Gap::new(9, 9)];
    fn texts<'a>(octets: &'a [u8], gaps: &'a [Gap]) -> Vec<(usize, &'a [u8])> {
        Frame::with_gaps(octets, gaps).texts().collect()
    }
    assert_eq!(texts(b"a \xff", &[]), [(0, &b"a \xff"[..])]);
    assert_eq!(texts(b"a {2}\r\n\xff\xff b", &[]), [(0, &b"a {2}\r\n"[..]), (9, b" b")]);
    assert_eq!(texts(b"a b {9}\r\n b", &gaps), [(0, &b"a b {9}\r\n"[..]), (9, b" b")]);
    assert_eq!(texts(b"a {9}\r\nx", &[]), [(0, &b"a {9}\r\n"[..])]);
    let frame = Frame::new(b"a\r\r").without_trailing_cr();
    assert_eq!((frame.octets(), frame.dirt()), (&b"a"[..], None));
}

/// Octets that look like frames, more often than chance has it.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec!["{3}\r\n", "{0+}\r\n", "~{5}\r\n", "{12}\r\n", "\r\n", "\n", "}", "{", "a ", "x", "\r"])
            .prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_cutting_gives_the_same(
        octets in stream(),
        fates in prop::collection::vec(prop::sample::select(vec![Join, Hand, Drain, Abandon]), 1..5),
        from_client: bool,
    ) {
        let stream = if from_client { Stream::Commands } else { Stream::Responses };
        cut(stream, small(), &fates, &octets);
    }
}
