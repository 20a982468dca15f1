//! Messages as the world sends them, and as it breaks them: the same for the same seed.
//!
//! 70 % are well-formed in every respect (RFC 5322 with its obsolete forms, RFC 2045 to 2049, 2231, 6532). The others have one
//! to three [`Flaw`]s, chosen by the weights in [`Flaw::ALL`]: 10 and above for what many programs do, below that for what is
//! seen once in a while. Where readers are known to disagree (`docs/mime.md`, `interop/README.md`) the weight is small, so that
//! a comparison with another reader finds few differences of the known kinds, and one of another kind is news. Three forms
//! that are well-formed have small shares for the same reason: a blank in front of a field's colon (RFC 5322 section 4.5.8)
//! 1 in 1,600 fields of no known kind, a blank at the end of 1 in 2,000 subjects, and, behind 3 in 100 multiparts, no line
//! end but the one of the delimiter that follows.
//!
//! Six in ten messages have CRLF at the ends of their lines, the others LF, as mail stores keep them.

mod field;
mod flaw;
mod part;
mod words;

use alloc::vec::Vec;

use mail_wire::testkit::Random;

pub use flaw::Flaw;

/// A message, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Sample {
    pub octets: Vec<u8>,
    pub flaws: Vec<Flaw>,
}

/// The message of a seed.
pub fn message(seed: u64) -> Vec<u8> {
    sample(seed).octets
}

/// The message of a seed, and what is wrong with it.
pub fn sample(seed: u64) -> Sample {
    let mut random = Random::new(seed);
    let depth = random.below(4);
    let mut message = part::message(&mut random, depth);
    let is_flawed = random.percent(30);
    let count = if is_flawed { [1, 1, 1, 2, 2, 3][random.below(6)] } else { 0 };
    let mut flaws = Vec::new();
    let mut of_octets = Vec::new();
    // Not every message has what a flaw needs.
    for _ in 0..50 {
        if flaws.len() + of_octets.len() >= count {
            break;
        }
        let flaw = Flaw::choose(&mut random);
        if flaws.contains(&flaw) || of_octets.contains(&flaw) {
            continue;
        }
        if flaw.apply(&mut message, &mut random) {
            flaws.push(flaw);
        } else if flaw.is_of_octets() {
            of_octets.push(flaw);
        }
    }
    let mut octets = Vec::new();
    message.render(&mut octets);
    for flaw in of_octets {
        if flaw.damage(&mut octets, &mut random) {
            flaws.push(flaw);
        }
    }
    if random.percent(40) && !flaws.contains(&Flaw::MixedLineEnds) {
        octets = with_lf(&octets);
    }
    Sample { octets, flaws }
}

fn with_lf(octets: &[u8]) -> Vec<u8> {
    let mut with_lf = Vec::new();
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => with_lf.extend_from_slice(&[text, b"\n"].concat()),
            None => with_lf.extend_from_slice(line),
        }
    }
    with_lf
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoder::Options;
    use crate::testkit::assert_reads;

    #[test]
    fn the_corpus_is_read_the_same_at_every_cut() {
        for seed in 0..500 {
            let sample = sample(seed);
            let choices = [u8::try_from(seed % 251).unwrap(), 3, 0];
            assert_reads(&sample.octets, Options::new(), &choices);
        }
    }

    #[test]
    fn a_seed_gives_one_message_and_another_seed_another_one() {
        for seed in 0..100 {
            assert_eq!(message(seed), message(seed));
            assert_ne!(message(seed), message(seed + 1));
        }
    }

    #[test]
    fn most_messages_are_well_formed_and_every_flaw_occurs() {
        let clean = (0..5_000).filter(|seed| sample(*seed).flaws.is_empty()).count();
        assert!((3_350..3_650).contains(&clean), "{clean}");
        let mut missing: Vec<Flaw> = Flaw::ALL.iter().map(|(flaw, _)| *flaw).collect();
        for seed in 0..200_000 {
            if missing.is_empty() {
                break;
            }
            let sample = sample(seed);
            missing.retain(|flaw| !sample.flaws.contains(flaw));
        }
        assert_eq!(missing, []);
    }
}
