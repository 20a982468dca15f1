//! Long answers, written piece by piece.

use std::collections::VecDeque;

use bytes::Bytes;

/// No more is written, and no command read, while so many octets of output wait.
pub(crate) const ENOUGH: usize = 32 * 1024;

/// Octets that are still to be sent: those of one message, or of several, one behind the other.
#[derive(Debug)]
pub(crate) struct Pieces(VecDeque<Bytes>);

impl Pieces {
    /// All of them together.
    pub(crate) fn octets(&self) -> u64 {
        self.0.iter().map(|octets| octets.len() as u64).sum()
    }
}

impl From<Bytes> for Pieces {
    fn from(octets: Bytes) -> Self {
        Self::from_iter([octets])
    }
}

impl FromIterator<Bytes> for Pieces {
    fn from_iter<I: IntoIterator<Item = Bytes>>(octets: I) -> Self {
        Self(octets.into_iter().filter(|octets| !octets.is_empty()).collect())
    }
}

impl Iterator for Pieces {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let first = self.0.front_mut()?;
        if first.len() <= ENOUGH {
            return self.0.pop_front();
        }
        Some(first.split_to(ENOUGH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_and_no_piece_is_large_or_empty() {
        let parts = [Bytes::from_static(b"a"), Bytes::new(), Bytes::from(vec![b'x'; 2 * ENOUGH + 1])];
        let pieces = Pieces::from_iter(parts.clone());
        assert_eq!(pieces.octets(), 2 * ENOUGH as u64 + 2);
        let pieces: Vec<_> = pieces.collect();
        assert_eq!(pieces.concat(), parts.concat());
        assert!(pieces.iter().all(|piece| (1..=ENOUGH).contains(&piece.len())));
    }
}
