//! What can be said of a frame before its grammar.

use mail_wire::line::LineEnd;
use mail_wire::{Deviation, Deviations, Error, Leniency};

use crate::frame::Frame;

impl<'f> Frame<'f> {
    /// The frame without what is forgiven, or what is wrong with it: a bound was crossed, CR or NUL stands in text, LF alone
    /// ends it, or text outside of literals is not ASCII (with `utf8`, not UTF-8).
    ///
    /// # Errors
    /// `Limit`, or `Syntax` for what is not forgiven.
    #[inline(always)]
    pub fn sound(&self, leniency: Leniency, utf8: bool) -> Result<(Self, Deviations), Error> {
        if self.is_sound() && is_ascii(self.octets()) {
            return Ok((*self, Deviations::new()));
        }
        self.odd(leniency, utf8)
    }

    #[inline(never)]
    fn odd(&self, leniency: Leniency, utf8: bool) -> Result<(Self, Deviations), Error> {
        self.check()?;
        let mut frame = *self;
        let mut deviations = Deviations::new();
        if let Some(at) = frame.dirt() {
            frame = frame.without_trailing_cr();
            if leniency == Leniency::Strict || frame.dirt().is_some() {
                return Err(Error::syntax(frame.stream_offset(at), "no CR, LF or NUL in text"));
            }
            deviations.add(Deviation::Space);
        }
        if frame.end() == LineEnd::Lf {
            if leniency == Leniency::Strict {
                return Err(Error::syntax(frame.stream_offset(frame.octets().len()), "CRLF"));
            }
            deviations.add(Deviation::BareLf);
        }
        if let Some(at) = frame.eight_bit(utf8) {
            if leniency == Leniency::Strict {
                return Err(Error::syntax(frame.stream_offset(at), "text that the dialect has"));
            }
            deviations.add(Deviation::EightBit);
        }
        Ok((frame, deviations))
    }

    /// Where the first octet stands that may stand in literals only.
    fn eight_bit(&self, utf8: bool) -> Option<usize> {
        self.texts().find_map(|(from, text)| {
            let place = match utf8 {
                true => core::str::from_utf8(text).err()?.valid_up_to(),
                false => text.iter().position(|octet| !octet.is_ascii())?,
            };
            Some(from.saturating_add(place))
        })
    }
}

/// Without leaving early, which takes a third of the instructions of `<[u8]>::is_ascii`.
#[inline(always)]
fn is_ascii(octets: &[u8]) -> bool {
    octets.iter().fold(0, |all, octet| all | octet) < 0x80
}
