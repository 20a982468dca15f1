//! Numbers (RFC 9051 section 9: `number`, `nz-number`, `number64`).

use mail_wire::Deviation;
use mail_wire::number::leading;

use super::{Cursor, ParseError};
use crate::chars;

impl<'a> Cursor<'a> {
    /// `number`, up to 4,294,967,295. Leading zeros are noted as spelling.
    ///
    /// # Errors
    /// Where there is none, or a greater one.
    #[inline(always)]
    pub fn number(&mut self) -> Result<u32, ParseError> {
        let start = self.rest;
        match self.digits().map(u32::try_from) {
            Some(Ok(value)) => Ok(value),
            _ => Err(self.no_number(start, "a number up to 4294967295")),
        }
    }

    /// `nz-number`: its first digit is not 0.
    ///
    /// # Errors
    /// Where there is none; leniently 0 passes, and zeros in front do.
    #[inline(always)]
    pub fn nz_number(&mut self) -> Result<u32, ParseError> {
        let start = self.rest;
        let value = self.number()?;
        if start.first() == Some(&b'0') {
            self.odd_number(start, "a number without zeros in front")?;
        }
        Ok(value)
    }

    /// Forgives the number that began at `start`, or not.
    #[cold]
    fn odd_number(&mut self, start: &'a [u8], expected: &'static str) -> Result<(), ParseError> {
        let behind = core::mem::replace(&mut self.rest, start);
        self.forgive(Deviation::Number, expected)?;
        self.rest = behind;
        Ok(())
    }

    /// `number64`: at most 63 bits (RFC 9051 section 9); leniently 64.
    ///
    /// # Errors
    /// Where there is none, or a greater one.
    #[inline(always)]
    pub fn number64(&mut self) -> Result<u64, ParseError> {
        let start = self.rest;
        match self.digits() {
            Some(value) if value <= MAX_63 => Ok(value),
            value => self.large_number(start, value),
        }
    }

    /// `mod-sequence-value`: a `number64` above 0 (RFC 7162 section 7).
    ///
    /// # Errors
    /// Where there is none, or a greater one; leniently 0 passes, and zeros in front do.
    #[inline(always)]
    pub fn mod_sequence(&mut self) -> Result<u64, ParseError> {
        let start = self.rest;
        let value = self.number64()?;
        if start.first() == Some(&b'0') {
            self.odd_number(start, "a modification sequence above 0")?;
        }
        Ok(value)
    }

    #[cold]
    #[inline(never)]
    fn large_number(&mut self, start: &'a [u8], value: Option<u64>) -> Result<u64, ParseError> {
        match value {
            Some(value) => self.odd_number(start, "a number of at most 63 bits").map(|()| value),
            None => Err(self.no_number(start, "a number of at most 63 bits")),
        }
    }

    #[cold]
    #[inline(never)]
    fn no_number(&mut self, start: &'a [u8], too_large: &'static str) -> ParseError {
        self.rest = start;
        let is_number = self.peek().is_some_and(|octet| octet.is_ascii_digit());
        self.error(if is_number { too_large } else { "a number" })
    }

    /// The value of the digits here; `None` where there is none, or too many.
    #[inline(always)]
    fn digits(&mut self) -> Option<u64> {
        let (mut value, len) = leading(self.rest).unwrap_or_default();
        if matches!(len, 1..=7) && self.rest.first() != Some(&b'0') {
            self.skip(len);
            return Some(value);
        }
        let mut rest = self.rest.get(len..).unwrap_or_default();
        while let [octet, behind @ ..] = rest {
            let digit = octet.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            rest = behind;
        }
        match self.rest.len().wrapping_sub(rest.len()) {
            0 => return None,
            1 => {}
            // Nineteen digits always fit.
            2..=19 => {
                if self.rest.first() == Some(&b'0') {
                    self.note_spelling();
                }
            }
            _ => return self.many_digits(),
        }
        self.rest = rest;
        Some(value)
    }

    #[cold]
    fn many_digits(&mut self) -> Option<u64> {
        let digits = self.take_while(chars::DIGIT);
        if digits.starts_with(b"0") {
            self.note_spelling();
        }
        digits.iter().try_fold(0_u64, |value, digit| {
            value.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))
        })
    }
}

/// The largest `number64`.
const MAX_63: u64 = i64::MAX as u64;
