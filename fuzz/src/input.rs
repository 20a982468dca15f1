//! How an input is laid out.

/// A header line that says how, and the octets that are to be checked.
///
/// In the header, a capital letter is an option of the target, and any other octet the size of a piece, in turn:
/// `0` one octet, `9` ten, and so on. So seeds and findings can be read, and written by hand:
///
/// ```text
/// S03         strict; pieces of one and four octets
/// RETR 1
/// QUIT
/// ```
pub struct Input<'a> {
    options: &'a [u8],
    /// The sizes of the pieces, less one, in the form that the test kit takes.
    pub cuts: Vec<u8>,
    pub octets: &'a [u8],
}

impl<'a> Input<'a> {
    pub fn read(data: &'a [u8]) -> Self {
        let (options, octets) = line(data);
        let cuts = options.iter().filter(|octet| !octet.is_ascii_uppercase());
        Self { options, cuts: cuts.map(|octet| octet.wrapping_sub(b'0')).collect(), octets }
    }

    /// Whether the header holds this capital letter.
    pub fn has(&self, option: u8) -> bool {
        self.options.contains(&option)
    }

    /// `octets` in the pieces that the header chose; in single octets if it chose none.
    pub fn pieces(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        let mut sizes = self.cuts.iter().cycle().map(|cut| usize::from(*cut) + 1);
        let mut rest = self.octets;
        std::iter::from_fn(move || {
            let size = sizes.next().unwrap_or(1).min(rest.len());
            let (piece, later) = rest.split_at(size);
            rest = later;
            (!piece.is_empty()).then_some(piece)
        })
    }
}

/// The octets in front of the first LF, and those behind it.
pub fn line(octets: &[u8]) -> (&[u8], &[u8]) {
    match octets.iter().position(|octet| *octet == b'\n') {
        Some(at) => (&octets[..at], &octets[at + 1..]),
        None => (octets, &[]),
    }
}

/// The lines in front of the first empty one, at most so many as a codec would send, and what stands behind it.
pub fn asked(octets: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let (mut lines, mut rest) = (Vec::new(), octets);
    while lines.len() < 64 {
        let (first, later) = line(rest);
        rest = later;
        if first.is_empty() {
            break;
        }
        lines.push(first);
    }
    (lines, rest)
}
