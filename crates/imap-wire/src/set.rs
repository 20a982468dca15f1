//! Sequence sets, as they are written and as sets of numbers (RFC 9051 section 9, `sequence-set`).

use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;

use mail_wire::number::leading;
use mail_wire::{Deviation, Error};

use crate::{Cursor, ParseError, Writer};

/// One element of a [`SequenceSet`]: numbers from 1 on, `None` for `*`, the largest number in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum SetElement {
    /// `n` or `*`.
    Number(Option<u32>),
    /// `n:m`, in either order.
    Range(Option<u32>, Option<u32>),
    /// `$`: what the last search saved (RFC 5182); the last element, if it is one.
    Saved,
}

/// A `sequence-set` as it is written: elements in their order, one at least.
///
/// ```
/// use imap_wire::SequenceSet;
/// let set: SequenceSet = "2,4:7,9,12:*".parse()?;
/// assert_eq!(set.to_string(), "2,4:7,9,12:*");
/// assert_eq!(set.numbers(15).to_string(), "2,4:7,9,12:15");
/// assert!("0".parse::<SequenceSet>().is_err());
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Vec<SetElement>"))]
pub struct SequenceSet(Vec<SetElement>);

#[cfg(feature = "serde")]
impl TryFrom<Vec<SetElement>> for SequenceSet {
    type Error = Error;
    fn try_from(elements: Vec<SetElement>) -> Result<Self, Error> {
        Self::new(elements)
    }
}

impl SequenceSet {
    /// These elements.
    ///
    /// # Errors
    /// `Syntax` where there is none, one holds 0, or `$` is not the last one.
    pub fn new(elements: impl Into<Vec<SetElement>>) -> Result<Self, Error> {
        let elements = elements.into();
        let holds_zero = |element: &SetElement| {
            matches!(
                element,
                SetElement::Number(Some(0)) | SetElement::Range(Some(0), _) | SetElement::Range(_, Some(0))
            )
        };
        let front = elements.split_last().map_or(&[][..], |(_, front)| front);
        if let Some(at) = front.iter().position(|element| *element == SetElement::Saved) {
            return Err(Error::syntax(at as u64, "$ as the last element of a sequence set"));
        }
        match elements.iter().position(holds_zero) {
            Some(at) => Err(Error::syntax(at as u64, "numbers above 0 in a sequence set")),
            None if elements.is_empty() => Err(Error::syntax(0, "an element of a sequence set")),
            None => Ok(Self(elements)),
        }
    }

    /// `1:*`.
    pub fn all() -> Self {
        Self(Vec::from([SetElement::Range(Some(1), None)]))
    }

    /// `$`: what the last search saved (RFC 5182).
    pub fn saved() -> Self {
        Self(Vec::from([SetElement::Saved]))
    }

    /// The elements.
    pub fn elements(&self) -> &[SetElement] {
        &self.0
    }

    /// The numbers in it, where `*` is `largest`. `$` adds none; without any message (`largest` 0), `*` adds none.
    pub fn numbers(&self, largest: u32) -> NumberSet {
        let number = |value: Option<u32>| value.unwrap_or(largest);
        let ranges = self.0.iter().filter_map(|element| match element {
            SetElement::Number(value) => Some((number(*value), number(*value))),
            SetElement::Range(a, b) => Some((number(*a).min(number(*b)), number(*a).max(number(*b)))),
            SetElement::Saved => None,
        });
        NumberSet::from_ranges(ranges.map(|(a, b)| (a.max(1), b)).filter(|(a, b)| a <= b).collect())
    }

    /// Reads one.
    ///
    /// # Errors
    /// Where there is none, or there are more than [`Cursor::MAX_ELEMENTS`]. Leniently 0 passes, and is left
    /// out of [`numbers`](Self::numbers), and `$` may stand anywhere.
    pub fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut elements = Vec::with_capacity(8);
        loop {
            cursor.room(elements.len())?;
            elements.push(match plain_element(cursor.rest()) {
                Some((element, len)) => {
                    cursor.skip(len);
                    element
                }
                None => Self::parse_element(cursor)?,
            });
            if !cursor.take(b',') {
                return Ok(Self(elements));
            }
        }
    }

    /// All elements, in any spelling.
    #[inline(never)]
    fn parse_element(cursor: &mut Cursor<'_>) -> Result<SetElement, ParseError> {
        if cursor.take(b'$') {
            if cursor.peek() == Some(b',') {
                cursor.forgive(Deviation::Value, "$ as the last element of a sequence set")?;
            }
            return Ok(SetElement::Saved);
        }
        let first = Self::parse_number(cursor)?;
        if cursor.take(b':') {
            return Ok(SetElement::Range(first, Self::parse_number(cursor)?));
        }
        Ok(SetElement::Number(first))
    }

    fn parse_number(cursor: &mut Cursor<'_>) -> Result<Option<u32>, ParseError> {
        if cursor.take(b'*') { Ok(None) } else { cursor.nz_number().map(Some) }
    }

    /// Writes it.
    pub fn encode(&self, writer: &mut Writer<'_>) {
        let put = |writer: &mut Writer<'_>, value: Option<u32>| match value {
            Some(value) => writer.number(u64::from(value)),
            None => writer.octet(b'*'),
        };
        for (n, element) in self.0.iter().enumerate() {
            if n > 0 {
                writer.octet(b',');
            }
            match element {
                SetElement::Saved => writer.octet(b'$'),
                SetElement::Number(value) => put(writer, *value),
                SetElement::Range(a, b) => {
                    put(writer, *a);
                    writer.octet(b':');
                    put(writer, *b);
                }
            }
        }
    }
}

/// `n`, `n:m` or `n:*` of numbers up to seven digits, and how many octets: what nearly all sets are made of.
#[inline(always)]
fn plain_element(rest: &[u8]) -> Option<(SetElement, usize)> {
    let (first, len) = plain_number(rest)?;
    let [b':', behind @ ..] = rest.get(len..)? else { return Some((SetElement::Number(Some(first)), len)) };
    if behind.first() == Some(&b'*') {
        return Some((SetElement::Range(Some(first), None), len.wrapping_add(2)));
    }
    let (last, more) = plain_number(behind)?;
    Some((SetElement::Range(Some(first), Some(last)), len.wrapping_add(1).wrapping_add(more)))
}

/// Without zeros in front.
#[inline(always)]
fn plain_number(rest: &[u8]) -> Option<(u32, usize)> {
    let (value, len) = leading(rest)?;
    (len < 8 && rest.first() != Some(&b'0')).then_some((value as u32, len))
}

impl From<u32> for SequenceSet {
    /// This number alone; 0 gives `*`.
    fn from(number: u32) -> Self {
        Self(Vec::from([SetElement::Number(Some(number).filter(|number| *number > 0))]))
    }
}

impl From<RangeInclusive<u32>> for SequenceSet {
    /// These numbers; 0 gives `*`.
    fn from(range: RangeInclusive<u32>) -> Self {
        let end = |number: &u32| Some(*number).filter(|number| *number > 0);
        Self(Vec::from([SetElement::Range(end(range.start()), end(range.end()))]))
    }
}

impl core::str::FromStr for SequenceSet {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let frame = crate::frame::Frame::new(text.as_bytes());
        let mut cursor = Cursor::new(&frame, mail_wire::Leniency::Strict, 0);
        let set = Self::parse(&mut cursor).and_then(|set| cursor.end().map(|()| set));
        set.map_err(|error| error.in_frame(&frame))
    }
}

impl fmt::Display for SequenceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut output, mut stops) = (bytes::BytesMut::new(), Vec::new());
        self.encode(&mut Writer::new(&mut output, &mut stops, crate::LiteralPolicy::Server, false));
        f.write_str(core::str::from_utf8(&output).unwrap_or_default())
    }
}

impl fmt::Debug for SequenceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SequenceSet({self})")
    }
}

/// A set of numbers: sorted ranges that neither touch nor overlap.
///
/// ```
/// use imap_wire::NumberSet;
/// let mut set: NumberSet = [5, 1, 2, 3].into_iter().collect();
/// assert_eq!(set.to_string(), "1:3,5");
/// set.insert(4);
/// assert_eq!((set.to_string(), set.count()), ("1:5".into(), 5));
/// let other: NumberSet = (4..=9).collect();
/// assert_eq!(set.intersection(&other).to_string(), "4:5");
/// assert_eq!(set.difference(&other).to_string(), "1:3");
/// assert_eq!(set.union(&other).to_string(), "1:9");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "Vec<(u32, u32)>"))]
pub struct NumberSet(Vec<(u32, u32)>);

#[cfg(feature = "serde")]
impl From<Vec<(u32, u32)>> for NumberSet {
    /// Sorted and merged; a range from above to below holds nothing.
    fn from(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.retain(|(from, to)| from <= to);
        Self::from_ranges(ranges)
    }
}

impl NumberSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    fn from_ranges(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (from, to) in ranges {
            match merged.last_mut() {
                Some((_, last)) if from <= last.saturating_add(1) => *last = to.max(*last),
                _ => merged.push((from, to)),
            }
        }
        Self(merged)
    }

    /// Whether there is none in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        let len = |(from, to): &(u32, u32)| u64::from(to.saturating_sub(*from)).saturating_add(1);
        self.0.iter().map(len).fold(0, u64::saturating_add)
    }

    /// Whether `number` is in it.
    pub fn contains(&self, number: u32) -> bool {
        let at = self.0.partition_point(|(_, to)| *to < number);
        self.0.get(at).is_some_and(|(from, _)| *from <= number)
    }

    /// Adds a number. Linear in the number of ranges where it starts one in their middle.
    pub fn insert(&mut self, number: u32) {
        let at = self.0.partition_point(|(_, to)| to.saturating_add(1) < number);
        match self.0.get_mut(at) {
            Some((from, to)) if *from <= number.saturating_add(1) && *to >= number.saturating_sub(1) => {
                *from = number.min(*from);
                *to = number.max(*to);
                let to = *to;
                let next = at.saturating_add(1);
                if let Some((from, next_to)) = self.0.get(next).copied()
                    && from <= to.saturating_add(1)
                {
                    self.0.remove(next);
                    if let Some((_, to)) = self.0.get_mut(at) {
                        *to = next_to.max(*to);
                    }
                }
            }
            _ => self.0.insert(at, (number, number)),
        }
    }

    /// The ranges, in rising order.
    pub fn ranges(&self) -> impl ExactSizeIterator<Item = RangeInclusive<u32>> + '_ {
        self.0.iter().map(|(from, to)| *from..=*to)
    }

    /// The numbers, in rising order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges().flatten()
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::from_ranges(self.0.iter().chain(&other.0).copied().collect())
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut mine, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Vec::new();
        while let (Some((a, b)), Some((c, d))) = (mine.peek().copied(), theirs.peek().copied()) {
            if a.max(c) <= b.min(d) {
                both.push((*a.max(c), *b.min(d)));
            }
            if b < d {
                mine.next()
            } else {
                theirs.next()
            };
        }
        Self(both)
    }

    /// What is in this one only.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut theirs = other.0.iter().peekable();
        for (from, to) in self.0.iter().copied() {
            let mut from = Some(from);
            while let Some((c, d)) = theirs.peek().copied().copied()
                && let Some(start) = from
                && c <= to
            {
                if d >= start {
                    if c > start {
                        left.push((start, c.saturating_sub(1)));
                    }
                    from = d.checked_add(1).filter(|next| *next <= to);
                    if from.is_none() {
                        break;
                    }
                }
                theirs.next();
            }
            left.extend(from.filter(|from| *from <= to).map(|from| (from, to)));
        }
        Self(left)
    }

    /// As it is written; `None` if it is empty.
    pub fn to_sequence_set(&self) -> Option<SequenceSet> {
        let element = |(from, to): &(u32, u32)| {
            if from == to {
                SetElement::Number(Some(*from))
            } else {
                SetElement::Range(Some(*from), Some(*to))
            }
        };
        SequenceSet::new(self.0.iter().map(element).collect::<Vec<_>>()).ok()
    }
}

impl FromIterator<u32> for NumberSet {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        Self::from_ranges(numbers.into_iter().map(|number| (number, number)).collect())
    }
}

impl fmt::Display for NumberSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_sequence_set().map_or(Ok(()), |set| fmt::Display::fmt(&set, f))
    }
}

impl fmt::Debug for NumberSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NumberSet({self})")
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for SequenceSet {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let number = |u: &mut arbitrary::Unstructured<'a>| -> arbitrary::Result<Option<u32>> {
            Ok(if u.ratio(1, 6)? { None } else { Some(u.int_in_range(1..=u32::MAX)?) })
        };
        let count = u.int_in_range(1..=5)?;
        let mut elements = Vec::new();
        for _ in 0..count {
            elements.push(match u.int_in_range(0..=4)? {
                0..=3 => SetElement::Number(number(u)?),
                _ => SetElement::Range(number(u)?, number(u)?),
            });
        }
        if u.ratio(1, 6)? {
            elements.push(SetElement::Saved);
        }
        Ok(Self(elements))
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn star_is_the_largest_in_either_order() {
        let numbers = |text: &str, largest| text.parse::<SequenceSet>().unwrap().numbers(largest).to_string();
        assert_eq!(numbers("*:4", 7), "4:7");
        assert_eq!(numbers("4:*", 7), "4:7");
        assert_eq!(numbers("9:*", 7), "7:9");
        assert_eq!(numbers("*", 0), "");
        assert_eq!(numbers("3,$", 7), "3");
        assert_eq!(numbers("4294967295", 7), "4294967295");
    }

    #[test]
    fn only_the_last_element_is_what_was_saved() {
        use mail_wire::Leniency;
        let read = |text: &str, leniency| {
            let frame = crate::frame::Frame::new(text.as_bytes());
            let mut cursor = Cursor::new(&frame, leniency, 0);
            SequenceSet::parse(&mut cursor).map(|set| (set.to_string(), cursor.deviations()))
        };
        assert!(read("3,$", Leniency::Strict).unwrap().1.is_empty());
        assert_eq!(read("$,3", Leniency::Strict).unwrap_err().at(), 1);
        let (set, deviations) = read("$,3", Leniency::Lenient).unwrap();
        assert!(set == "$,3" && deviations.contains(Deviation::Value));
        assert!(SequenceSet::new([SetElement::Saved, SetElement::Number(None)]).is_err());
        assert_eq!(read("3,07", Leniency::Strict).unwrap_err().at(), 2);
    }

    proptest! {
        #[test]
        fn algebra_is_that_of_sets(a: Vec<u8>, b: Vec<u8>) {
            let model = |octets: &[u8]| octets.iter().map(|n| u32::from(*n)).collect::<BTreeSet<_>>();
            let (ma, mb) = (model(&a), model(&b));
            let set = |model: &BTreeSet<u32>| model.iter().copied().collect::<NumberSet>();
            let (sa, sb) = (set(&ma), set(&mb));
            prop_assert_eq!(sa.union(&sb), set(&(&ma | &mb)));
            prop_assert_eq!(sa.intersection(&sb), set(&(&ma & &mb)));
            prop_assert_eq!(sa.difference(&sb), set(&(&ma - &mb)));
            prop_assert_eq!(sa.count(), ma.len() as u64);
            prop_assert!((0..=256).all(|n| sa.contains(n) == ma.contains(&n)));
            let mut inserted = NumberSet::new();
            a.iter().for_each(|n| inserted.insert(u32::from(*n)));
            prop_assert_eq!(inserted, sa);
        }
    }
}
