//! What can be said of a unit before its grammar.

use imap_wire::frame::Frame;
use mail_wire::{Deviations, Error};

use crate::Options;

/// The frame without what is forgiven, or what is wrong with it. IMAP4rev1 has ASCII in text, IMAP4rev2 has UTF-8 (RFC 9051
/// section 9, `QUOTED-CHAR` and `text`).
#[inline(always)]
pub(crate) fn check<'f>(frame: &Frame<'f>, options: &Options) -> Result<(Frame<'f>, Deviations), Error> {
    frame.sound(options.leniency(), options.dialect().is_utf8())
}
