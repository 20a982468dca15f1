//! Strings in a text that comes in pieces, whatever the letter case.

use alloc::vec::Vec;

use memchr::memmem::Finder;

use crate::mime::charset::Charset;

/// A string that is looked for.
#[derive(Clone, Debug)]
pub(super) struct Needle(Finder<'static>);

impl Needle {
    /// A string in a charset, UTF-8 if none is told. `None`: the charset is not known.
    pub(super) fn new(octets: &[u8], charset: Option<&[u8]>) -> Option<Self> {
        let charset = charset.map_or(Some(Charset::UTF_8), Charset::for_label)?;
        let mut folded = Vec::new();
        fold(&charset.decode(octets).0, &mut folded);
        Some(Self(Finder::new(&folded).into_owned()))
    }

    /// Whether it is in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let mut folded = Vec::with_capacity(text.len());
        fold(text, &mut folded);
        self.0.find(&folded).is_some()
    }
}

/// Upper case, which joins more than lower case does: `ß` and `ss`, `σ` and `ς`.
fn fold(text: &str, to: &mut Vec<u8>) {
    if text.is_ascii() {
        let from = to.len();
        to.extend_from_slice(text.as_bytes());
        if let Some(new) = to.get_mut(from..) {
            new.make_ascii_uppercase();
        }
        return;
    }
    let mut octets = [0; 4];
    for character in text.chars() {
        if character.is_ascii() {
            to.extend(character.to_ascii_uppercase().encode_utf8(&mut octets).bytes());
            continue;
        }
        for upper in character.to_uppercase() {
            to.extend_from_slice(upper.encode_utf8(&mut octets).as_bytes());
        }
    }
}

/// Looks for several needles in one pass over a text.
#[derive(Debug)]
pub(super) struct Scan<'n> {
    /// What was not found yet, and the leaf that it belongs to.
    needles: Vec<(usize, &'n Needle)>,
    found: Vec<usize>,
    /// Text that was not looked at, behind what may be the front of a needle.
    window: Vec<u8>,
    /// Octets of that front.
    seen: usize,
    /// Octets of the longest needle.
    longest: usize,
}

/// Octets that are looked at together, at least.
const WINDOW: usize = 16_384;

impl<'n> Scan<'n> {
    pub(super) fn new(needles: impl IntoIterator<Item = (usize, &'n Needle)>) -> Self {
        let needles: Vec<_> = needles.into_iter().collect();
        let longest = needles.iter().map(|(_, needle)| needle.0.needle().len()).max().unwrap_or_default();
        Self { needles, found: Vec::new(), window: Vec::new(), seen: 0, longest }
    }

    /// Nothing is left to be found.
    pub(super) fn is_done(&self) -> bool {
        self.needles.is_empty()
    }

    /// The leaves whose needles were found.
    pub(super) fn into_found(self) -> Vec<usize> {
        self.found
    }

    /// The next piece of a text.
    pub(super) fn feed(&mut self, text: &str) {
        fold(text, &mut self.window);
        // Each look costs the front once more, so that what is new has to be as long.
        if self.window.len().saturating_sub(self.seen) >= WINDOW.max(self.longest) {
            self.look();
            let passed = self.window.len().saturating_sub(self.longest.saturating_sub(1));
            self.window.drain(..passed);
            self.seen = self.window.len();
        }
    }

    /// The text has ended.
    pub(super) fn end(&mut self) {
        self.look();
        self.window.clear();
        self.seen = 0;
    }

    fn look(&mut self) {
        let (window, found) = (&self.window, &mut self.found);
        self.needles.retain(|(leaf, needle)| {
            let is_there = needle.0.find(window).is_some();
            found.extend(is_there.then_some(*leaf));
            !is_there
        });
    }
}
