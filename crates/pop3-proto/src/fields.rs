//! A complete line, read from left to right.

use mail_wire::text::{Text, Word};
use mail_wire::{Deviation, Deviations, Error, Leniency};

use crate::MessageNumber;

/// The octets of one line that are not read yet, and what had to be forgiven so far.
///
/// Offsets in its errors count from the start of the line.
pub(crate) struct Fields<'a> {
    line: &'a [u8],
    at: usize,
    leniency: Leniency,
    pub(crate) deviations: Deviations,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(line: &'a [u8], leniency: Leniency) -> Self {
        Self { line, at: 0, leniency, deviations: Deviations::new() }
    }

    pub(crate) fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// Everything that is left.
    pub(crate) fn peek(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.line.len()
    }

    pub(crate) fn error(&self, expected: &'static str) -> Error {
        Error::syntax(self.at as u64, expected)
    }

    /// Forgives something, or not.
    pub(crate) fn forgive(&mut self, deviation: Deviation, expected: &'static str) -> Result<(), Error> {
        match self.leniency {
            Leniency::Lenient => {
                self.deviations.add(deviation);
                Ok(())
            }
            _ => Err(self.error(expected)),
        }
    }

    pub(crate) fn skip(&mut self, octets: usize) {
        self.at = self.at.saturating_add(octets).min(self.line.len());
    }

    /// One SP; leniently any run of SP and TAB.
    #[inline]
    pub(crate) fn space(&mut self) -> Result<(), Error> {
        match self.peek() {
            [b' ', next, ..] if *next > b' ' => self.skip(1),
            [b' '] => self.skip(1),
            [b' ' | b'\t', ..] => {
                self.forgive(Deviation::Space, "one SP")?;
                self.skip_blanks();
            }
            _ => return Err(self.error("SP")),
        }
        Ok(())
    }

    pub(crate) fn skip_blanks(&mut self) {
        let blanks = self.peek().iter().take_while(|octet| is_blank(**octet)).count();
        self.skip(blanks);
    }

    /// Octets up to the next SP or TAB; may be none.
    pub(crate) fn token(&mut self) -> &'a [u8] {
        let rest = self.peek();
        let len = rest.iter().position(|octet| is_blank(*octet)).unwrap_or(rest.len());
        self.skip(len);
        rest.get(..len).unwrap_or_default()
    }

    pub(crate) fn word(&mut self, expected: &'static str) -> Result<Word, Error> {
        let from = self.at;
        Word::new(self.token()).map_err(|error| Error::syntax(from as u64, expected).shifted(error.offset()))
    }

    /// Decimal digits.
    #[inline]
    pub(crate) fn number(&mut self, expected: &'static str) -> Result<u64, Error> {
        let rest = self.peek();
        let mut value = 0_u64;
        let mut len = 0_usize;
        for digit in rest.iter().map(|octet| octet.wrapping_sub(b'0')).take_while(|digit| *digit < 10) {
            value = value
                .checked_mul(10)
                .and_then(|value| value.checked_add(u64::from(digit)))
                .ok_or_else(|| self.error(expected))?;
            len = len.saturating_add(1);
        }
        if len == 0 || rest.get(len).is_some_and(|next| !is_blank(*next)) {
            return Err(self.error(expected));
        }
        if len > 1 && rest.first() == Some(&b'0') {
            self.deviations.add(Deviation::Spelling);
        }
        self.skip(len);
        Ok(value)
    }

    pub(crate) fn number_u32(&mut self, expected: &'static str) -> Result<u32, Error> {
        let at = self.at;
        u32::try_from(self.number(expected)?).map_err(|_| Error::syntax(at as u64, expected))
    }

    #[inline]
    pub(crate) fn message_number(&mut self) -> Result<MessageNumber, Error> {
        const EXPECTED: &str = "a message number";
        let at = self.at;
        let number = self.number_u32(EXPECTED)?;
        MessageNumber::new(number).ok_or_else(|| Error::syntax(at as u64, EXPECTED))
    }

    /// The rest of the line as text.
    pub(crate) fn text(&mut self) -> Result<Text, Error> {
        let at = self.at;
        let text = Text::new(self.peek()).map_err(|error| error.shifted(at as u64))?;
        self.at = self.line.len();
        Ok(text)
    }

    /// The rest behind one SP, if there is any.
    pub(crate) fn optional_text(&mut self) -> Result<Option<Text>, Error> {
        match self.peek() {
            [] => Ok(None),
            [b' ', ..] => {
                self.skip(1);
                self.text().map(Some)
            }
            _ => Err(self.error("SP")),
        }
    }

    /// Nothing more; leniently blanks, or text that is ignored.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        if self.is_at_end() {
            return Ok(());
        }
        let deviation = if self.peek().iter().all(|octet| is_blank(*octet)) {
            Deviation::Space
        } else {
            Deviation::TrailingText
        };
        self.forgive(deviation, "the end of the line")?;
        self.at = self.line.len();
        Ok(())
    }
}

fn is_blank(octet: u8) -> bool {
    octet == b' ' || octet == b'\t'
}
