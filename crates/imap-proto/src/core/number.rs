//! Message numbers: two kinds that must not be mixed (RFC 9051 section 2.3.1).

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name(u32);

        impl $name {
            /// This number. 0 is no message's, but some servers send it.
            pub const fn new(number: u32) -> Self {
                Self(number)
            }

            /// The number.
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                Self(number)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(&self.0, f)
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $name {
            fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                u.int_in_range(1..=u32::MAX).map(Self)
            }
        }
    };
}

number! {
    /// A message sequence number: its place in the mailbox, from 1 on; it shifts when messages before it go.
    SeqNo
}

number! {
    /// A unique identifier: it stays with its message as long as the mailbox keeps its UIDVALIDITY.
    Uid
}

/// Which kind of number a set in a command holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum Numbering {
    /// Message sequence numbers.
    SeqNo,
    /// Unique identifiers: the command is prefixed with `UID`.
    Uid,
}
