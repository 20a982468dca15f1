//! The test kit that all codecs share. Unstable: it follows the needs of this project's own tests.
//!
//! A codec joins by implementing [`Subject`]; then [`every_cut`] checks the contract on one stream, [`cuts_from`] does so
//! for a fuzzer's choice of cuts, and [`assert_linear`] counts octets that were looked at. [`mutations`] makes damaged
//! streams, [`transcript`] reads recorded sessions, and [`SupportPage`] writes what is supported.
//!
//! A failed check panics, as tests do.
#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![allow(missing_docs, clippy::exhaustive_structs, clippy::missing_errors_doc)]

mod checks;
pub mod dissect;
pub mod memory;
mod mutate;
mod random;
mod round_trip;
mod support;
pub mod transcript;

use core::fmt::Debug;
use std::vec::Vec;

use crate::{Codec, Error};

pub use checks::{assert_hidden, assert_linear, assert_shareable, left_behind, visits};
pub use mutate::{Mutation, mutations};
pub use random::Random;
pub use round_trip::{hear, normalized};
pub use support::{Section, SupportPage};

/// An event, as the kit joins and compares it.
pub trait Event: Clone + Debug + PartialEq {
    /// The octets, if it is data.
    fn data(&mut self) -> Option<&mut Vec<u8>>;
}

/// A codec, and what its caller does at each event so that the session goes on.
pub trait Subject {
    type Event: Event;
    type Codec: Codec<Event = Self::Event>;

    fn codec(&mut self) -> &mut Self::Codec;

    fn react(&mut self, _event: &Self::Event) -> Result<(), Error> {
        Ok(())
    }
}

/// What came out of a stream: the events, data joined, and how it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome<E> {
    pub events: Vec<E>,
    pub error: Option<Error>,
    /// Octets that were taken when it ended.
    pub taken: usize,
}

/// Feeds `stream` in pieces of the sizes that `cuts` gives, then the end of input.
pub fn feed<S: Subject>(
    subject: &mut S,
    stream: &[u8],
    mut cuts: impl FnMut() -> usize,
) -> Outcome<S::Event> {
    let mut outcome = Outcome { events: Vec::new(), error: None, taken: 0 };
    let mut rest = stream;
    while !rest.is_empty() {
        let (chunk, later) = rest.split_at(cuts().clamp(1, rest.len()));
        let mut input = chunk;
        loop {
            let before = input;
            let decoded = step(subject, &mut input);
            assert!(before.ends_with(input), "input is no tail of what it was");
            match decoded {
                Ok(Some(event)) => push(&mut outcome.events, event),
                Ok(None) => break,
                Err(error) => {
                    let again = step(subject, &mut &b"x\r\n"[..]);
                    assert_eq!(again.err(), Some(error.clone()), "not sticky");
                    outcome.error = Some(error);
                    outcome.taken += chunk.len() - input.len();
                    return outcome;
                }
            }
        }
        outcome.taken += chunk.len() - input.len();
        if subject.codec().waits() {
            return outcome;
        }
        assert!(input.is_empty(), "Ok(None) with octets left, and not paused");
        rest = later;
    }
    loop {
        match subject.codec().finish_owned() {
            Ok(Some(event)) => push(&mut outcome.events, event),
            Ok(None) => return outcome,
            Err(error) => {
                outcome.error = Some(error);
                return outcome;
            }
        }
    }
}

fn step<S: Subject>(subject: &mut S, input: &mut &[u8]) -> Result<Option<S::Event>, Error> {
    let event = subject.codec().decode_owned(input)?;
    if let Some(event) = &event {
        subject.react(event)?;
    }
    Ok(event)
}

/// Joins data to the data before it.
fn push<E: Event>(events: &mut Vec<E>, mut event: E) {
    match (events.last_mut().and_then(E::data), event.data()) {
        (Some(last), Some(next)) => last.append(next),
        _ => events.push(event),
    }
}

/// Checks that `stream` gives the same outcome whole, cut at every place, and octet by octet; returns it.
pub fn every_cut<S: Subject>(mut make: impl FnMut() -> S, stream: &[u8]) -> Outcome<S::Event> {
    let whole = feed(&mut make(), stream, || usize::MAX);
    for size in [1, 2, 3, 7, 61] {
        let cut = feed(&mut make(), stream, || size);
        assert_eq!(cut, whole, "pieces of {size} octets");
    }
    // Cutting a long stream at every place would be quadratic; its middle is spared.
    let places = stream.len();
    for at in (1..places).filter(|at| places <= 4_000 || *at < 2_000 || *at > places - 2_000) {
        let mut first = Some(at);
        let cut = feed(&mut make(), stream, || first.take().unwrap_or(usize::MAX));
        assert_eq!(cut, whole, "cut at {at}");
    }
    whole
}

/// Checks that cuts drawn from `choices` give the same outcome as the whole stream; for fuzzers.
pub fn cuts_from<S: Subject>(
    mut make: impl FnMut() -> S,
    stream: &[u8],
    choices: &[u8],
) -> Outcome<S::Event> {
    let whole = feed(&mut make(), stream, || usize::MAX);
    let mut sizes = choices.iter().cycle().map(|choice| usize::from(*choice) + 1);
    let cut = feed(&mut make(), stream, || sizes.next().unwrap_or(1));
    assert_eq!(cut, whole);
    let single = feed(&mut make(), stream, || 1);
    assert_eq!(single, whole);
    whole
}

/// The files below `folder` with this extension, by name: name and octets. There is at least one.
pub fn files(folder: impl AsRef<std::path::Path>, extension: &str) -> Vec<(std::string::String, Vec<u8>)> {
    let folder = folder.as_ref();
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut all: Vec<_> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("a readable file"))
        })
        .collect();
    all.sort();
    assert!(!all.is_empty(), "no .{extension} below {}", folder.display());
    all
}
