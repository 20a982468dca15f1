//! Line ends, NULs and octets above 0x7F, counted once for all parts that they are in.

use memchr::{memchr, memchr_iter};

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
    /// Adds octets that end at offset `end`.
    pub(crate) fn add(&mut self, tally: Tally, end: u64) {
        self.lines = self.lines.saturating_add(tally.lines);
        self.bare = self.bare.saturating_add(tally.bare);
        if tally.nul {
            self.nul = end;
        }
        if tally.eight {
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

/// What a run of octets holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    pub(crate) bare: u64,
    pub(crate) nul: bool,
    pub(crate) eight: bool,
    /// Whether a line begins with a dash.
    pub(crate) dash: bool,
}

/// So many that no sum of ones overflows an octet.
const RUN: usize = 240;

/// Octets that are counted line by line. More are faster in runs, whose ends cost much; so are a few, one by one.
const SHORT: core::ops::RangeInclusive<usize> = 16..=512;

impl Tally {
    /// That of `octets`, behind the octet `before`.
    pub(crate) fn of(before: u8, octets: &[u8]) -> Self {
        if SHORT.contains(&octets.len()) {
            Self::by_lines(before, octets)
        } else {
            Self::at_once(before, octets)
        }
    }

    fn by_lines(before: u8, octets: &[u8]) -> Self {
        let dash = before == b'\n' && octets.first() == Some(&b'-');
        let mut tally = Self { dash, ..Self::default() };
        for lf in memchr_iter(b'\n', octets) {
            tally.line(before, octets, lf);
            tally.dash |= octets.get(lf.saturating_add(1)) == Some(&b'-');
        }
        tally.with_kinds(octets)
    }

    /// Counts the LF at `lf`.
    pub(crate) fn line(&mut self, before: u8, octets: &[u8], lf: usize) {
        let front = lf.checked_sub(1).and_then(|front| octets.get(front)).unwrap_or(&before);
        self.lines = self.lines.saturating_add(1);
        self.bare = self.bare.saturating_add((*front != b'\r').into());
    }

    /// The same for octets whose lines are counted.
    #[must_use]
    pub(crate) fn with_kinds(self, octets: &[u8]) -> Self {
        Self { nul: memchr(0, octets).is_some(), eight: !octets.is_ascii(), ..self }
    }

    fn at_once(before: u8, octets: &[u8]) -> Self {
        let (Some(first), Some(rest)) = (octets.first(), octets.get(1..)) else { return Self::default() };
        let mut seen = Seen::default();
        seen.pair(before, *first);
        let (mut lines, mut bare) = (u64::from(seen.lines), u64::from(seen.bare));
        // In runs whose counts fit in an octet each, so that many octets are compared at once.
        for (fronts, run) in octets.chunks(RUN).zip(rest.chunks(RUN)) {
            (seen.lines, seen.bare) = (0, 0);
            for (front, octet) in fronts.iter().zip(run) {
                seen.pair(*front, *octet);
            }
            lines = lines.saturating_add(seen.lines.into());
            bare = bare.saturating_add(seen.bare.into());
        }
        Self { lines, bare, nul: seen.nul != 0, eight: seen.eight >= 0x80, dash: seen.dash != 0 }
    }

    /// That of these octets and of others behind them.
    #[must_use]
    pub(crate) fn and(self, later: Self) -> Self {
        Self {
            lines: self.lines.saturating_add(later.lines),
            bare: self.bare.saturating_add(later.bare),
            nul: self.nul | later.nul,
            eight: self.eight | later.eight,
            dash: self.dash | later.dash,
        }
    }

    /// That of these octets without the last of them, which are of a line end or dashes.
    #[must_use]
    pub(crate) fn without(self, last: Self) -> Self {
        Self {
            lines: self.lines.saturating_sub(last.lines),
            bare: self.bare.saturating_sub(last.bare),
            ..self
        }
    }
}

#[derive(Default)]
struct Seen {
    lines: u8,
    bare: u8,
    nul: u8,
    eight: u8,
    dash: u8,
}

impl Seen {
    #[inline(always)]
    fn pair(&mut self, front: u8, octet: u8) {
        let lf = u8::from(octet == b'\n');
        self.lines = self.lines.wrapping_add(lf);
        self.bare = self.bare.wrapping_add(lf & u8::from(front != b'\r'));
        self.nul |= u8::from(octet == 0);
        self.eight |= octet;
        self.dash |= u8::from(front == b'\n') & u8::from(octet == b'-');
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn counts_at_every_cut() {
        let text = b"a\r\nb\n\nc\r\r\n\r\n\0\x80".repeat(60);
        let all = Tally { lines: 300, bare: 120, nul: true, eight: true, dash: false };
        for cut in 0..text.len() {
            let (one, two) = text.split_at(cut);
            let before = one.last().copied().unwrap_or(b'\n');
            assert_eq!(Tally::of(b'\n', one).and(Tally::of(before, two)), all, "{cut}");
            assert_eq!(Tally::by_lines(b'\n', one), Tally::at_once(b'\n', one), "{cut}");
            assert_eq!(all.without(Tally::of(before, two)).lines, Tally::of(b'\n', one).lines);
        }
    }

    #[test]
    fn finds_each_kind_anywhere() {
        for len in [1, 2, 31, 32, 33, 64, 65, 8_000, 9_000] {
            let plain = alloc::vec![b'\x7f'; len];
            assert_eq!(Tally::of(b'\n', &plain), Tally::default());
            for at in (0..len).filter(|at| *at < 70 || at % 511 < 2 || at + 40 > len) {
                let with = |octet| {
                    let mut octets = plain.clone();
                    octets[at] = octet;
                    Tally::of(b'\n', &octets)
                };
                assert!(with(0).nul && with(0x80).eight && with(0xFF).eight && !with(1).nul);
                assert_eq!((with(b'\n').lines, with(b'\n').bare), (1, 1));
                assert_eq!(with(b'-').dash, at == 0);
            }
        }
        assert!(Tally::of(b' ', b"\n-").dash && !Tally::of(b' ', b"-\n").dash);
        assert_eq!(Tally::of(b'\r', b"\n").bare, 0);
    }
}
