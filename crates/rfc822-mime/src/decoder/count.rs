//! Line ends, NULs and octets above 0x7F, counted once for all parts that they are in.

/// Running counts. What a part holds is the difference between two of them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// LFs.
    pub(crate) lines: u64,
    /// LFs without a CR in front.
    pub(crate) bare: u64,
    /// Behind the last run of octets with a NUL.
    nul: u64,
    /// Behind the last run of octets with one above 0x7F.
    eight: u64,
}

impl Counts {
    /// Adds octets that end at offset `end`; `before` is the octet in front of them.
    pub(crate) fn add(&mut self, before: u8, octets: &[u8], end: u64) {
        let (Some(first), Some(rest)) = (octets.first(), octets.get(1..)) else { return };
        let mut seen = Seen::default();
        seen.pair(before, *first);
        // In blocks that keep the counts in an octet each, so that many are counted at once.
        for (fronts, block) in octets.chunks(BLOCK).zip(rest.chunks(BLOCK)) {
            let mut sums = Seen::default();
            for (front, octet) in fronts.iter().zip(block) {
                sums.pair(*front, *octet);
            }
            self.lines = self.lines.saturating_add(u64::from(sums.lines));
            self.bare = self.bare.saturating_add(u64::from(sums.bare));
            seen.nul |= sums.nul;
            seen.eight |= sums.eight;
        }
        self.lines = self.lines.saturating_add(u64::from(seen.lines));
        self.bare = self.bare.saturating_add(u64::from(seen.bare));
        if seen.nul != 0 {
            self.nul = end;
        }
        if seen.eight >= 0x80 {
            self.eight = end;
        }
    }

    /// Whether there was a NUL behind `offset`.
    pub(crate) fn nul_since(&self, offset: u64) -> bool {
        self.nul > offset
    }

    /// Whether there was an octet above 0x7F behind `offset`.
    pub(crate) fn eight_since(&self, offset: u64) -> bool {
        self.eight > offset
    }
}

/// So many that no sum of ones overflows an octet.
const BLOCK: usize = 240;

#[derive(Default)]
struct Seen {
    lines: u8,
    bare: u8,
    nul: u8,
    eight: u8,
}

impl Seen {
    #[inline(always)]
    fn pair(&mut self, front: u8, octet: u8) {
        let lf = u8::from(octet == b'\n');
        self.lines = self.lines.wrapping_add(lf);
        self.bare = self.bare.wrapping_add(lf & u8::from(front != b'\r'));
        self.nul |= u8::from(octet == 0);
        self.eight |= octet;
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn counts_at_every_cut() {
        let text = b"a\r\nb\n\nc\r\r\n\r\n\0\x80".repeat(60);
        for cut in 0..text.len() {
            let mut counts = Counts::default();
            let (one, two) = text.split_at(cut);
            counts.add(b'\n', one, cut as u64);
            counts.add(one.last().copied().unwrap_or(b'\n'), two, text.len() as u64);
            assert_eq!((counts.lines, counts.bare), (300, 120), "{cut}");
            assert!(counts.nul_since(0) && counts.eight_since(0) && !counts.nul_since(text.len() as u64));
        }
        let mut counts = Counts::default();
        counts.add(b'\n', b"\x7f\x01", 2);
        assert!(!counts.nul_since(0) && !counts.eight_since(0));
    }
}
