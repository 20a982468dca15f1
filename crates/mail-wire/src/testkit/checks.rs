//! The points of the contract that one call checks.

use core::fmt::Debug;
use std::format;
use std::vec::Vec;

use super::{Subject, feed, step};

/// How many octets of `stream` are left behind each event.
pub fn left_behind<S: Subject>(mut subject: S, stream: &[u8]) -> Vec<usize> {
    let (mut input, mut left) = (stream, Vec::new());
    while step(&mut subject, &mut input).expect("a stream without errors").is_some() {
        left.push(input.len());
    }
    left
}

/// Runs `work` and returns what it gave and how many octets were looked at by this thread meanwhile.
pub fn visits<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = crate::visits::take();
    let result = work();
    let counted = crate::visits::take();
    crate::visits::add(usize::try_from(before).unwrap_or(usize::MAX));
    (result, counted)
}

/// Checks that ten thousand messages give the same in pieces of any size, and that twice as many cost at most 2.1 times
/// the octet visits. `make` gives a codec and a stream of so many messages, `events` how many events that are.
pub fn assert_linear<S: Subject>(
    mut make: impl FnMut(usize) -> (S, Vec<u8>),
    events: impl Fn(usize) -> usize,
) {
    let mut run = |messages: usize, size: usize| {
        let (mut subject, stream) = make(messages);
        let (outcome, count) = visits(|| feed(&mut subject, &stream, || size));
        assert_eq!(outcome.events.len(), events(messages), "{messages} in pieces of {size} octets");
        assert!(count >= stream.len() as u64, "{count} octet visits of {} octets: not counted", stream.len());
        (outcome, count)
    };
    let (whole, _) = run(10_000, usize::MAX);
    for size in [1, 16, 1_460, usize::MAX] {
        let ((outcome, once), (_, twice)) = (run(10_000, size), run(20_000, size));
        assert!(outcome == whole, "another outcome in pieces of {size} octets");
        assert!(twice * 10 <= once * 21, "{once} octet visits, but {twice} for twice the input");
    }
}

/// Checks that the password `hunter2` in `stream` shows neither in the events nor in the codec.
pub fn assert_hidden<S: Subject<Codec: Debug>>(mut subject: S, stream: &[u8]) {
    assert!(stream.windows(7).any(|octets| octets == b"hunter2"), "a stream without the password");
    let outcome = feed(&mut subject, stream, || usize::MAX);
    let text = format!("{:?} {:?}", outcome.events, subject.codec());
    assert!(!text.contains("hunter2"), "{text}");
}

/// Compiles for types that may be sent between threads, copied, shown and kept. Many fit in a tuple.
pub fn assert_shareable<T: Send + Sync + Clone + Debug + 'static>() {}
