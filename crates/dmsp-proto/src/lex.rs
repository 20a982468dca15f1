//! What all lines have in common: RFC 1056 sections 4 and 4.1.

use bytes::BytesMut;
use mail_wire::fields::Fields;
use mail_wire::{Deviation, Error};

/// RFC 1056 section 4.1: octets of any line, CRLF included.
pub(crate) const LINE_OCTETS: usize = 512;

/// RFC 1056 section 4.1: octets of an argument.
pub(crate) const ARGUMENT_OCTETS: usize = 64;

/// What a strict codec asks of every octet (RFC 1056 section 4).
pub(crate) const ASCII: &str = "an octet of ASCII";

/// What separates arguments and columns: one or more SP or TAB, all legal; one SP is what is written.
pub(crate) fn blanks(fields: &mut Fields<'_>) -> Result<(), Error> {
    match fields.peek() {
        [b' ', next, ..] if *next != b' ' && *next != b'\t' => fields.skip(1),
        [b' ' | b'\t', ..] => {
            fields.deviations.add(Deviation::Spelling);
            fields.skip_blanks();
        }
        _ => return Err(fields.error("SP")),
    }
    Ok(())
}

/// What section 4 asks of any line: ASCII, and at most 512 octets. `len` is its length on the wire without its CRLF.
/// Leniently both pass.
pub(crate) fn line_rules(fields: &mut Fields<'_>, len: usize) -> Result<(), Error> {
    let rest = fields.peek();
    if !rest.is_ascii() {
        let at = rest.iter().position(|octet| !octet.is_ascii()).unwrap_or_default();
        fields.forgive(Deviation::Value, ASCII).map_err(|error| error.shifted(at as u64))?;
    }
    if len > LINE_OCTETS.saturating_sub(2) {
        fields.forgive(Deviation::Value, "a line of at most 512 octets")?;
    }
    Ok(())
}

/// The characters of operation names and arguments.
pub(crate) fn is_plain(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.')
}

/// Whether this may stand as an argument: 1 to 64 of [`is_plain`].
pub(crate) fn is_argument(octets: &[u8]) -> bool {
    (1..=ARGUMENT_OCTETS).contains(&octets.len()) && octets.iter().all(|octet| is_plain(*octet))
}

/// Whether each line behind `start` keeps to 512 octets.
pub(crate) fn lines_fit(output: &BytesMut, start: usize) -> bool {
    let written = output.get(start..).unwrap_or_default();
    written.split_inclusive(|octet| *octet == b'\n').all(|line| line.len() <= LINE_OCTETS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_wire::Leniency;

    #[test]
    fn any_run_of_blanks_separates() {
        for (line, spelling) in [(" a", false), ("  a", true), ("\ta", true), (" \t a", true), (" ", true)] {
            let mut fields = Fields::new(line.as_bytes(), Leniency::Strict);
            blanks(&mut fields).unwrap();
            assert_eq!(fields.deviations.contains(Deviation::Spelling), spelling, "{line:?}");
            assert!(fields.deviations.is_strict());
        }
        assert!(blanks(&mut Fields::new(b"a", Leniency::Lenient)).is_err());
        assert!(blanks(&mut Fields::new(b"", Leniency::Lenient)).is_err());
    }
}
