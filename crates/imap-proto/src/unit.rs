//! What can be said of a unit before its grammar.

use imap_wire::frame::Frame;
use mail_wire::line::LineEnd;
use mail_wire::{Deviation, Deviations, Error, Leniency};

use crate::Options;

/// The frame without what is forgiven, or what is wrong with it: a bound was crossed, CR or NUL stands in text, LF alone ends
/// it, or there are octets above 127 that the dialect does not have.
#[inline(always)]
pub(crate) fn check<'f>(frame: &Frame<'f>, options: &Options) -> Result<(Frame<'f>, Deviations), Error> {
    if frame.is_sound() && is_ascii(frame.octets()) {
        return Ok((*frame, Deviations::new()));
    }
    check_odd(frame, options)
}

/// Without leaving early, which takes a third of the instructions of `<[u8]>::is_ascii`.
#[inline(always)]
fn is_ascii(octets: &[u8]) -> bool {
    octets.iter().fold(0, |all, octet| all | octet) < 0x80
}

#[inline(never)]
fn check_odd<'f>(frame: &Frame<'f>, options: &Options) -> Result<(Frame<'f>, Deviations), Error> {
    frame.check()?;
    let leniency = options.leniency();
    let mut frame = *frame;
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
    if let Some(at) = eight_bit(&frame, options) {
        if leniency == Leniency::Strict {
            return Err(Error::syntax(frame.stream_offset(at), "text that the dialect has"));
        }
        deviations.add(Deviation::EightBit);
    }
    Ok((frame, deviations))
}

/// Where the first octet stands that may stand in literals only: IMAP4rev1 has ASCII, IMAP4rev2 has UTF-8 (RFC 9051 section
/// 9, `QUOTED-CHAR` and `text`).
fn eight_bit(frame: &Frame<'_>, options: &Options) -> Option<usize> {
    frame.texts().find_map(|(from, text)| {
        let place = match options.dialect().is_utf8() {
            true => core::str::from_utf8(text).err()?.valid_up_to(),
            false => text.iter().position(|octet| !octet.is_ascii())?,
        };
        Some(from.saturating_add(place))
    })
}
