//! What can be said of a unit before its grammar.

use imap_wire::frame::Frame;
use mail_wire::line::LineEnd;
use mail_wire::{Deviation, Deviations, Error, Leniency};

/// The frame without what is forgiven, or what is wrong with it: a bound was crossed, CR or NUL stands in text, LF alone ends it.
#[inline(always)]
pub(crate) fn check<'f>(frame: &Frame<'f>, leniency: Leniency) -> Result<(Frame<'f>, Deviations), Error> {
    if frame.is_sound() { Ok((*frame, Deviations::new())) } else { check_odd(frame, leniency) }
}

#[inline(never)]
fn check_odd<'f>(frame: &Frame<'f>, leniency: Leniency) -> Result<(Frame<'f>, Deviations), Error> {
    frame.check()?;
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
    Ok((frame, deviations))
}
