//! What a lenient codec forgave.

use core::fmt;

/// One way in which received octets differ from the form that the specification asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
pub enum Deviation {
    /// Legal, but not the spelling that this project writes: letter case of a keyword, leading zeros.
    Spelling,
    /// The line ended in LF without CR.
    BareLf,
    /// More white space than the grammar has, or white space at the end of the line.
    Space,
    /// Text behind the last argument; it was ignored.
    TrailingText,
    /// A status word in another letter case, or without the space that follows it.
    StatusWord,
    /// A typed part of a reply is missing or unreadable; its text was kept.
    Untyped,
    /// A value outside its set of characters or over its length; it was kept.
    Value,
    /// Base64 without its padding, or with left-over bits.
    Base64,
    /// A part that the grammar asks for is not there; it reads as empty.
    Missing,
    /// A number outside of its range, or with zeros in front where there must be none; it was kept.
    Number,
    /// A string without the quotes that it needs, or with quotes or backslashes in it that are not escaped.
    Quoting,
    /// Octets above 127 where there must be none, or that are no UTF-8; they were kept.
    EightBit,
    /// A pair of parentheses too much, or too few; what is inside was read.
    Parentheses,
}

impl Deviation {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Spelling,
        Self::BareLf,
        Self::Space,
        Self::TrailingText,
        Self::StatusWord,
        Self::Untyped,
        Self::Value,
        Self::Base64,
        Self::Missing,
        Self::Number,
        Self::Quoting,
        Self::EightBit,
        Self::Parentheses,
    ];
}

/// A set of [`Deviation`]s: what was forgiven in one unit.
///
/// ```
/// use mail_wire::{Deviation, Deviations};
/// let mut set = Deviations::new();
/// set.add(Deviation::BareLf);
/// assert!(set.contains(Deviation::BareLf) && !set.is_strict());
/// assert_eq!(format!("{set:?}"), "{BareLf}");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Deviations(u16);

impl Deviations {
    /// The empty set.
    pub const fn new() -> Self {
        Self(0)
    }

    /// Adds one.
    pub fn add(&mut self, deviation: Deviation) {
        self.0 |= Self::bit(deviation);
    }

    /// Both together.
    #[must_use]
    pub fn union(mut self, other: Self) -> Self {
        self.0 |= other.0;
        self
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether it is in the set.
    pub fn contains(self, deviation: Deviation) -> bool {
        self.0 & Self::bit(deviation) != 0
    }

    /// Whether nothing was forgiven and the spelling is the one that this project writes.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether nothing had to be forgiven: empty, or [`Deviation::Spelling`] alone.
    pub fn is_strict(self) -> bool {
        self.0 & !Self::bit(Deviation::Spelling) == 0
    }

    /// The members.
    pub fn iter(self) -> impl Iterator<Item = Deviation> {
        Deviation::ALL.into_iter().filter(move |deviation| self.contains(*deviation))
    }

    fn bit(deviation: Deviation) -> u16 {
        1_u16.wrapping_shl(deviation as u32)
    }
}

impl fmt::Debug for Deviations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_place_in_the_set() {
        let mut set = Deviations::new();
        for (n, deviation) in Deviation::ALL.into_iter().enumerate() {
            assert!(!set.contains(deviation), "{deviation:?}");
            set.add(deviation);
            assert_eq!(set.iter().count(), n.saturating_add(1));
        }
        assert!(set.iter().eq(Deviation::ALL));
    }
}
