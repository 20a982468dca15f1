//! How tolerantly DMSP is spoken.

use mail_wire::dot::LineEnds;
use mail_wire::{Leniency, Limits};

use crate::{Class, FollowedBy, ReplyCode, RowKind};

/// What becomes of octets above 127 in what is sent. RFC 1056 section 4 has ASCII only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EightBit {
    /// They are `Unsupported`; in [`Descriptor::from_header`](crate::Descriptor::from_header) each becomes `?`. A
    /// message that has any must be recoded first, in quoted-printable say. The default.
    #[default]
    Never,
    /// They pass: for peers that are known to let them.
    Pass,
}

/// What a codec is made with.
///
/// ```
/// use dmsp_proto::{EightBit, Leniency, Options};
/// let options = Options::new().with_leniency(Leniency::Strict).with_eight_bit(EightBit::Pass);
/// assert_eq!(options.leniency(), Leniency::Strict);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    leniency: Leniency,
    limits: Limits,
    line_ends: LineEnds,
    eight_bit: EightBit,
    /// A bit for each code from 100 to 299.
    listings: [u64; 4],
}

impl Options {
    /// [`Leniency::Lenient`], the default [`Limits`], [`LineEnds::Normalize`], [`EightBit::Never`].
    pub fn new() -> Self {
        Self::default()
    }

    /// How received octets are judged.
    pub fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// The bounds.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// What becomes of a bare LF in a message that is sent.
    pub fn line_ends(&self) -> LineEnds {
        self.line_ends
    }

    /// What becomes of octets above 127 in what is sent.
    pub fn eight_bit(&self) -> EightBit {
        self.eight_bit
    }

    /// What follows a reply with this code.
    pub fn followed_by(&self, code: ReplyCode) -> FollowedBy {
        let (word, mask) = place(code);
        match code {
            ReplyCode::Other(_) if self.listings.get(word).is_some_and(|word| word & mask != 0) => {
                FollowedBy::Listing(RowKind::Line)
            }
            _ => code.followed_by(),
        }
    }

    /// Sets [`leniency`](Self::leniency).
    #[must_use]
    pub fn with_leniency(mut self, leniency: Leniency) -> Self {
        self.leniency = leniency;
        self
    }

    /// Sets [`limits`](Self::limits).
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets [`line_ends`](Self::line_ends).
    #[must_use]
    pub fn with_line_ends(mut self, line_ends: LineEnds) -> Self {
        self.line_ends = line_ends;
        self
    }

    /// Sets [`eight_bit`](Self::eight_bit).
    #[must_use]
    pub fn with_eight_bit(mut self, eight_bit: EightBit) -> Self {
        self.eight_bit = eight_bit;
        self
    }

    /// A list follows this code, which the RFC does not have: its rows are [`Row::Line`](crate::Row::Line).
    ///
    /// It changes nothing for codes that the RFC lists, and for others than 1xx and 2xx.
    #[must_use]
    pub fn with_listing(mut self, code: ReplyCode) -> Self {
        if let (Class::Information | Class::Done, (word, mask)) = (code.class(), place(code))
            && let Some(word) = self.listings.get_mut(word)
        {
            *word |= mask;
        }
        self
    }
}

/// Where a code's bit is.
fn place(code: ReplyCode) -> (usize, u64) {
    let bit = code.number().saturating_sub(100);
    (usize::from(bit / 64), 1_u64.wrapping_shl(u32::from(bit % 64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_follows_the_codes_that_were_chosen_and_no_other() {
        let chosen = [101, 163, 164, 299, 355, 499].map(|number| ReplyCode::new(number).unwrap());
        let options = chosen.iter().fold(Options::new(), |options, code| options.with_listing(*code));
        for number in 100..=599 {
            let code = ReplyCode::new(number).unwrap();
            let expected = match number {
                101 | 163 | 164 | 299 => FollowedBy::Listing(RowKind::Line),
                _ => code.followed_by(),
            };
            assert_eq!(options.followed_by(code), expected, "{number}");
        }
        assert_eq!(options.with_listing(ReplyCode::Ok).followed_by(ReplyCode::Ok), FollowedBy::Nothing);
    }
}
