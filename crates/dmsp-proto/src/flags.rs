//! The sixteen flags of a message: RFC 1056 section 3.1.

use core::fmt;

use bytes::BytesMut;
use mail_wire::Error;
use mail_wire::fields::Fields;

/// One flag. The first eight are the repository's, the others are for the user.
///
/// ```
/// use dmsp_proto::Flag;
/// assert_eq!(Flag::new(1), Some(Flag::Seen));
/// assert_eq!(Flag::User15.number(), 15);
/// assert_eq!(Flag::new(16), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "there are sixteen: the RFC fixes the length of the flag string")]
#[repr(u8)]
pub enum Flag {
    /// 0: it goes when the mailbox is expunged.
    Deleted,
    /// 1: it has been seen; "unseen" messages are those without it.
    Seen,
    /// 2: it has been forwarded to the user.
    ForwardedToUser,
    /// 3: the user has forwarded it.
    ForwardedByUser,
    /// 4: it has been written to a text file outside of the repository.
    Filed,
    /// 5: it has been printed, locally or remotely.
    Printed,
    /// 6: it has been replied to.
    RepliedTo,
    /// 7: it has been copied to another mailbox.
    Copied,
    /// 8: the user's own, as all that follow.
    User8,
    /// 9.
    User9,
    /// 10.
    User10,
    /// 11.
    User11,
    /// 12.
    User12,
    /// 13.
    User13,
    /// 14.
    User14,
    /// 15.
    User15,
}

impl Flag {
    /// All of them, by number.
    pub const ALL: [Self; 16] = [
        Self::Deleted,
        Self::Seen,
        Self::ForwardedToUser,
        Self::ForwardedByUser,
        Self::Filed,
        Self::Printed,
        Self::RepliedTo,
        Self::Copied,
        Self::User8,
        Self::User9,
        Self::User10,
        Self::User11,
        Self::User12,
        Self::User13,
        Self::User14,
        Self::User15,
    ];

    /// The flag of this number; `None` above 15.
    pub fn new(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// Its number, 0 to 15.
    pub fn number(self) -> u8 {
        self as u8
    }

    fn bit(self) -> u16 {
        1_u16.wrapping_shl(u32::from(self.number()))
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        const EXPECTED: &str = "a flag number from 0 to 15";
        let at = fields.offset();
        let number = fields.number_u32(EXPECTED)?;
        Self::new(number).ok_or_else(|| Error::syntax(at, EXPECTED))
    }
}

/// What SET-MESSAGE-FLAG makes of a flag (RFC 1056 section 4.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "a flag is set or clear")]
pub enum FlagState {
    /// `0`.
    Clear,
    /// `1`.
    Set,
}

/// A set of [`Flag`]s: sixteen characters on the wire, flag 0 first (RFC 1056 section 6).
///
/// ```
/// use dmsp_proto::{Flag, FlagState, Flags};
/// let mut flags = Flags::new().with(Flag::Seen).with(Flag::User15);
/// assert_eq!(flags.to_string(), "0100000000000001");
/// flags.set(Flag::Seen, FlagState::Clear);
/// assert!(!flags.contains(Flag::Seen));
/// assert_eq!(flags.iter().collect::<Vec<_>>(), [Flag::User15]);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Flags(u16);

impl Flags {
    /// The empty set.
    pub const fn new() -> Self {
        Self(0)
    }

    /// The set whose bit `n` is flag `n`, as a store may keep it.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// The set as a number: bit `n` is flag `n`.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Whether `flag` is set.
    pub fn contains(self, flag: Flag) -> bool {
        self.0 & flag.bit() != 0
    }

    /// The same with `flag` set.
    #[must_use]
    pub fn with(mut self, flag: Flag) -> Self {
        self.set(flag, FlagState::Set);
        self
    }

    /// Sets or clears `flag`: what SET-MESSAGE-FLAG asks for.
    pub fn set(&mut self, flag: Flag, state: FlagState) {
        match state {
            FlagState::Set => self.0 |= flag.bit(),
            FlagState::Clear => self.0 &= !flag.bit(),
        }
    }

    /// Whether none is set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that are set, by number.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.into_iter().filter(move |flag| self.contains(*flag))
    }

    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        const EXPECTED: &str = "16 flags, each 0 or 1";
        let at = fields.offset();
        let token = fields.token();
        let mut flags = Self::new();
        for (flag, octet) in Flag::ALL.into_iter().zip(token) {
            match octet {
                b'0' => {}
                b'1' => flags = flags.with(flag),
                _ => return Err(Error::syntax(at.saturating_add(u64::from(flag.number())), EXPECTED)),
            }
        }
        if token.len() == Flag::ALL.len() { Ok(flags) } else { Err(Error::syntax(at, EXPECTED)) }
    }

    pub(crate) fn encode(self, output: &mut BytesMut) {
        output.extend_from_slice(&self.octets());
    }

    fn octets(self) -> [u8; 16] {
        Flag::ALL.map(|flag| if self.contains(flag) { b'1' } else { b'0' })
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        flags.into_iter().fold(Self::new(), Self::with)
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(core::str::from_utf8(&self.octets()).unwrap_or_default())
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use mail_wire::Leniency;

    fn parse(text: &str) -> Result<Flags, Error> {
        Flags::parse(&mut Fields::new(text.as_bytes(), Leniency::Lenient))
    }

    #[test]
    fn every_flag_has_its_place_in_the_string() {
        for (number, flag) in (0..).zip(Flag::ALL) {
            assert_eq!(Flag::new(number), Some(flag));
            let text = Flags::new().with(flag).to_string();
            assert_eq!(text.find('1'), Some(number as usize));
            assert_eq!(parse(&text).unwrap().bits(), 1 << number);
        }
        assert_eq!(parse("1111111111111111").unwrap(), Flag::ALL.into_iter().collect());
    }

    #[test]
    fn the_string_of_section_6() {
        use Flag::*;
        let flags = parse("1100011100000010").unwrap();
        assert_eq!(
            flags.iter().collect::<alloc::vec::Vec<_>>(),
            [Deleted, Seen, Printed, RepliedTo, Copied, User14]
        );
    }

    #[test]
    fn other_strings_are_no_flags() {
        for (text, offset) in
            [("", 0), ("0000", 0), ("00000000000000000", 0), ("0000000000000002", 15), ("x", 0)]
        {
            assert_eq!(parse(text).unwrap_err().offset(), offset, "{text}");
        }
    }
}
