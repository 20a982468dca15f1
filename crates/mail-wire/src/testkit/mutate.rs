//! Damaged streams.

use std::format;
use std::string::String;
use std::vec::Vec;

use super::random::Random;

/// A stream with one thing wrong, and what it is.
#[derive(Clone, Debug)]
pub struct Mutation {
    pub what: String,
    pub stream: Vec<u8>,
}

/// `count` damaged forms of `stream`: a letter changed, a CR dropped, an octet dropped or doubled, a
/// cut, a line swallowed. The same `seed` gives the same damage.
pub fn mutations(stream: &[u8], seed: u64, count: usize) -> impl Iterator<Item = Mutation> + '_ {
    let mut random = Random::with_state(seed);
    (0..count).filter(|_| !stream.is_empty()).map(move |n| {
        let at = random.below(stream.len());
        let mut damaged = stream.to_vec();
        let what = match n % 6 {
            0 => {
                damaged[at] ^= 1 << random.below(7);
                "bit flipped"
            }
            1 => match damaged.iter().skip(at).position(|octet| *octet == b'\r') {
                Some(further) => {
                    damaged.remove(at + further);
                    "CR dropped"
                }
                None => "nothing changed",
            },
            2 => {
                damaged.remove(at);
                "octet dropped"
            }
            3 => {
                damaged.insert(at, damaged[at]);
                "octet doubled"
            }
            4 => {
                damaged.truncate(at);
                "cut"
            }
            _ => {
                let end = damaged.iter().skip(at).position(|octet| *octet == b'\n').unwrap_or(0);
                damaged.drain(at..=at + end);
                "line swallowed"
            }
        };
        Mutation { what: format!("{what} at {at}"), stream: damaged }
    })
}
