//! A complete line, read from left to right.

use alloc::vec::Vec;

use crate::text::{Text, Word};
use crate::{Deviation, Deviations, Error, Leniency};

/// The octets of one line that are not read yet, and what had to be forgiven so far.
///
/// Offsets in its errors count from the start of the line.
///
/// ```
/// use mail_wire::{Leniency, fields::Fields};
/// let mut fields = Fields::new(b"2  200 extra", Leniency::Lenient);
/// assert_eq!(fields.number("a message number")?, 2);
/// fields.space()?;
/// assert_eq!(fields.number("a size")?, 200);
/// assert_eq!(fields.optional_text()?.unwrap(), "extra");
/// assert!(!fields.deviations.is_strict()); // two spaces
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fields<'a> {
    line: &'a [u8],
    at: usize,
    leniency: Leniency,
    /// What had to be forgiven so far.
    pub deviations: Deviations,
}

impl<'a> Fields<'a> {
    /// At the start of `line`, which has no line end.
    #[inline]
    pub fn new(line: &'a [u8], leniency: Leniency) -> Self {
        Self { line, at: 0, leniency, deviations: Deviations::new() }
    }

    /// How the line is judged.
    pub fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// Everything that is left.
    #[inline]
    pub fn peek(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }

    /// Octets from the start of the line.
    pub fn offset(&self) -> u64 {
        self.at as u64
    }

    /// Whether nothing is left.
    #[inline]
    pub fn is_at_end(&self) -> bool {
        self.at >= self.line.len()
    }

    /// `Syntax` at this place.
    pub fn error(&self, expected: &'static str) -> Error {
        Error::syntax(self.at as u64, expected)
    }

    /// Forgives something, or not.
    ///
    /// # Errors
    /// `Syntax` at this place, for a strict reader.
    pub fn forgive(&mut self, deviation: Deviation, expected: &'static str) -> Result<(), Error> {
        match self.leniency {
            Leniency::Lenient => {
                self.deviations.add(deviation);
                Ok(())
            }
            _ => Err(self.error(expected)),
        }
    }

    /// Passes over octets.
    #[inline]
    pub fn skip(&mut self, octets: usize) {
        self.at = self.at.saturating_add(octets).min(self.line.len());
    }

    /// One SP; leniently any run of SP and TAB.
    ///
    /// # Errors
    /// `Syntax` where there is none.
    #[inline]
    pub fn space(&mut self) -> Result<(), Error> {
        match self.peek() {
            [b' ', next, ..] if !is_blank(*next) => self.skip(1),
            [b' '] => self.skip(1),
            [b' ' | b'\t', ..] => {
                self.forgive(Deviation::Space, "one SP")?;
                self.skip_blanks();
            }
            _ => return Err(self.error("SP")),
        }
        Ok(())
    }

    /// Passes over SP and TAB.
    pub fn skip_blanks(&mut self) {
        let blanks = self.peek().iter().take_while(|octet| is_blank(**octet)).count();
        self.skip(blanks);
    }

    /// Octets up to the next SP or TAB; may be none.
    #[inline]
    pub fn token(&mut self) -> &'a [u8] {
        let rest = self.peek();
        let len = rest.iter().position(|octet| is_blank(*octet)).unwrap_or(rest.len());
        self.skip(len);
        rest.get(..len).unwrap_or_default()
    }

    /// A [`Word`] up to the next blank.
    ///
    /// # Errors
    /// `Syntax` where there is none.
    pub fn word(&mut self, expected: &'static str) -> Result<Word, Error> {
        let from = self.at;
        Word::new(self.token()).map_err(|error| Error::syntax(from as u64, expected).shifted(error.offset()))
    }

    /// Decimal digits, up to a blank or the end; leading zeros are noted as [`Deviation::Spelling`].
    ///
    /// # Errors
    /// `Syntax` where there are none, something else follows, or they exceed 64 bits.
    #[inline]
    pub fn number(&mut self, expected: &'static str) -> Result<u64, Error> {
        let rest = self.peek();
        let (mut value, mut len) = (0_u64, 0_usize);
        for octet in rest {
            let digit = octet.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            let next = if len < 19 {
                // Nineteen digits always fit.
                value.wrapping_mul(10).wrapping_add(u64::from(digit))
            } else {
                let next = value.checked_mul(10).and_then(|value| value.checked_add(u64::from(digit)));
                next.ok_or_else(|| self.error(expected))?
            };
            (value, len) = (next, len.wrapping_add(1));
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

    /// The same, up to 4,294,967,295.
    ///
    /// # Errors
    /// As for [`number`](Self::number).
    #[inline]
    pub fn number_u32(&mut self, expected: &'static str) -> Result<u32, Error> {
        let at = self.at;
        u32::try_from(self.number(expected)?).map_err(|_| Error::syntax(at as u64, expected))
    }

    /// The rest of the line as text.
    ///
    /// # Errors
    /// `Syntax` at a CR, LF or NUL in it.
    pub fn text(&mut self) -> Result<Text, Error> {
        let at = self.at;
        let text = Text::new(self.peek()).map_err(|error| error.shifted(at as u64))?;
        self.at = self.line.len();
        Ok(text)
    }

    /// The rest of the line as text. Leniently a CR, LF or NUL in it shows as `?`, and is a [`Deviation::Value`].
    ///
    /// # Errors
    /// In strict mode as for [`text`](Self::text).
    ///
    /// ```
    /// use mail_wire::{Leniency, fields::Fields};
    /// assert_eq!(Fields::new(b"a\rb", Leniency::Lenient).lenient_text()?.as_bytes(), b"a?b");
    /// assert!(Fields::new(b"a\rb", Leniency::Strict).lenient_text().is_err());
    /// # Ok::<(), mail_wire::Error>(())
    /// ```
    pub fn lenient_text(&mut self) -> Result<Text, Error> {
        match self.text() {
            Ok(text) => Ok(text),
            Err(error) => {
                self.forgive(Deviation::Value, "text without CR and NUL").map_err(|_| error)?;
                let rest = self.peek();
                self.skip(rest.len());
                let shown: Vec<u8> = rest
                    .iter()
                    .map(|octet| if matches!(octet, b'\r' | b'\n' | 0) { b'?' } else { *octet })
                    .collect();
                Text::new(shown)
            }
        }
    }

    /// The rest behind one SP, if there is any.
    ///
    /// # Errors
    /// `Syntax` where something else than SP follows; as for [`text`](Self::text).
    pub fn optional_text(&mut self) -> Result<Option<Text>, Error> {
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
    ///
    /// # Errors
    /// `Syntax` for a strict reader.
    pub fn end(&mut self) -> Result<(), Error> {
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
