//! Messages out of any cutting of the input, in bounded memory.

/// The bounds that a decoder keeps, whatever the message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limits {}
