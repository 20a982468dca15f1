//! The boundaries of open multiparts, and what a line is to them (RFC 2046 section 5.1.1).

use alloc::vec::Vec;

use mail_wire::Leniency;

/// The boundaries that are waited for, outermost first.
#[derive(Clone, Debug, Default)]
pub(super) struct Boundaries {
    /// All of them, one behind the other.
    octets: Vec<u8>,
    open: Vec<Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    /// The place of its multipart among the open parts.
    level: usize,
    start: usize,
}

/// A line that is a delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// Whose: the place of its multipart among the open parts.
    pub(super) level: usize,
    pub(super) close: Option<Closing>,
}

/// What stands behind the two dashes of a close delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    Padding,
    Text,
}

impl Boundaries {
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn push(&mut self, level: usize, boundary: &[u8]) {
        self.open.push(Open { level, start: self.octets.len() });
        self.octets.extend_from_slice(boundary);
    }

    /// Waits no more for the boundary of the multipart at `level`, the last one; false if it was not waited for.
    pub(super) fn pop(&mut self, level: usize) -> bool {
        let Some(open) = self.open.pop_if(|open| open.level == level) else { return false };
        self.octets.truncate(open.start);
        true
    }

    /// Whose delimiter a line is that begins with two dashes; else, whether it begins as one. `line` has no line end. An
    /// exact match counts first, and that of the innermost multipart before those around it.
    pub(super) fn find(&self, line: &[u8], leniency: Leniency) -> Result<Match, bool> {
        let text = line.get(2..).unwrap_or_default().trim_ascii_end();
        let (mut prefix, mut text_behind) = (false, None);
        let mut end = self.octets.len();
        for open in self.open.iter().rev() {
            let boundary = self.octets.get(open.start..end).unwrap_or_default();
            end = open.start;
            let Some(rest) = text.strip_prefix(boundary) else { continue };
            let close = match rest {
                b"" => None,
                b"--" => Some(Closing::Padding),
                _ => {
                    prefix = true;
                    if text_behind.is_none() && rest.starts_with(b"--") {
                        text_behind = Some(open.level);
                    }
                    continue;
                }
            };
            return Ok(Match { level: open.level, close });
        }
        match text_behind {
            Some(level) if leniency == Leniency::Lenient => Ok(Match { level, close: Some(Closing::Text) }),
            _ => Err(prefix),
        }
    }
}
