//! Which generation of the lexical layer is spoken.

/// What a quoted string may hold, and how it is written (RFC 1732 section 2, RFC 2061 section 3).
///
/// ```
/// use imap_wire::{Cursor, Generation, frame::Frame};
/// use mail_wire::Leniency;
///
/// let frame = Frame::new(br#""C:\MAIL""#);
/// let cursor = Cursor::new(&frame, Leniency::Lenient, 0);
/// // In IMAP4 a backslash makes a pair with what follows; before, it was a letter that does not belong there.
/// assert_eq!(&*cursor.clone().string()?.value(), b"C:MAIL");
/// assert_eq!(&*cursor.with_generation(Generation::Imap2).string()?.value(), br"C:\MAIL");
/// # Ok::<(), imap_wire::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Generation {
    /// RFC 1064 and RFC 1176: no quoted pairs.
    Imap2,
    /// The drafts of 1992: no quoted pairs; new dates beside the old ones.
    Imap2bis,
    /// The same as MacMS has it: no quoted pairs; envelopes behind their octets.
    MacMs,
    /// RFC 1203: no quoted pairs; addresses of five fields.
    Imap3,
    /// RFC 1730: quoted pairs; still the old dates beside the new ones.
    Imap4,
    /// RFC 2060 and all later ones: quoted pairs, new dates.
    #[default]
    Imap4rev1,
}

impl Generation {
    /// Whether `\` makes a pair with what follows it in a quoted string.
    pub fn has_pairs(self) -> bool {
        matches!(self, Self::Imap4 | Self::Imap4rev1)
    }
}
