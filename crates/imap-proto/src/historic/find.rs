//! FIND: RFC 1176; IMAP2bis section II.a; RFC 2062 sections 6.3.OBS.1 and 6.3.OBS.2.

use imap_wire::{Cursor, ParseError, Writer};
use mail_wire::Error;

use crate::ListPattern;

/// What FIND looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum FindOption {
    /// `MAILBOXES`: those that are subscribed to, since IMAP2bis. MAILBOX answers.
    Mailboxes,
    /// `BBOARDS`: those that are subscribed to, since IMAP2bis. BBOARD answers.
    Bboards,
    /// `ALL.MAILBOXES`: all that there are.
    AllMailboxes,
    /// `ALL.BBOARDS`: all that there are.
    AllBboards,
}

impl FindOption {
    const ALL: [Self; 4] = [Self::Mailboxes, Self::Bboards, Self::AllMailboxes, Self::AllBboards];

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mailboxes => "MAILBOXES",
            Self::Bboards => "BBOARDS",
            Self::AllMailboxes => "ALL.MAILBOXES",
            Self::AllBboards => "ALL.BBOARDS",
        }
    }

    /// Whether bulletin boards are looked for.
    pub fn is_of_bboards(self) -> bool {
        matches!(self, Self::Bboards | Self::AllBboards)
    }
}

/// The arguments of FIND.
///
/// ```text
/// find         = "FIND" SP find_option SP string
/// find_option  = "MAILBOXES" / "BBOARDS" / "ALL.MAILBOXES" / "ALL.BBOARDS"
/// ```
///
/// In the pattern `*` stands for anything, and `%` for one octet; RFC 2062 has `?` for that, too. In LIST, `%` means something
/// else.
///
/// ```
/// use imap_proto::{Find, FindOption};
/// let find = Find::new(FindOption::Mailboxes, "200%-*")?;
/// assert!(find.matches("2001-05") && !find.matches("20011-05"));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Find {
    option: FindOption,
    pattern: ListPattern,
}

impl Find {
    /// For names like this pattern.
    ///
    /// # Errors
    /// `Syntax` at the first NUL, CR or LF.
    pub fn new(option: FindOption, pattern: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self { option, pattern: ListPattern::new(pattern)? })
    }

    /// What it looks for.
    pub fn option(&self) -> FindOption {
        self.option
    }

    /// What the names are like.
    pub fn pattern(&self) -> &ListPattern {
        &self.pattern
    }

    /// Whether the pattern matches this name, octet for octet; `%` and `?` match one octet, `*` any number of them. It takes at
    /// most as many steps as pattern and name have octets, multiplied.
    pub fn matches(&self, name: impl AsRef<[u8]>) -> bool {
        let (pattern, name) = (self.pattern.as_bytes(), name.as_ref());
        let (mut at, mut place) = (0_usize, 0_usize);
        // Behind the last `*`, and up to where it reaches.
        let mut star: Option<(usize, usize)> = None;
        loop {
            match (pattern.get(at), name.get(place)) {
                (None, None) => return true,
                (Some(b'*'), _) => {
                    at = at.saturating_add(1);
                    star = Some((at, place));
                    continue;
                }
                (Some(octet), Some(found)) if matches!(octet, b'%' | b'?') || octet == found => {
                    (at, place) = (at.saturating_add(1), place.saturating_add(1));
                    continue;
                }
                _ => {}
            }
            match star {
                Some((behind, reach)) if reach < name.len() => {
                    let reach = reach.saturating_add(1);
                    star = Some((behind, reach));
                    (at, place) = (behind, reach);
                }
                _ => return false,
            }
        }
    }

    pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let option = FindOption::ALL.into_iter().find(|option| cursor.take_keyword(option.as_str()));
        let Some(option) = option else { return Err(cursor.unknown("what is to be found")) };
        cursor.space()?;
        Ok(Self { option, pattern: ListPattern::parse(cursor)? })
    }

    pub(super) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(self.option.as_str().as_bytes());
        writer.space();
        self.pattern.encode(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_they_did() {
        for (pattern, name, is_like) in [
            ("*", "", true),
            ("%", "", false),
            ("%", "a", true),
            ("%", "/", true),
            ("?", "a", true),
            ("a*b*c", "axxbxxbc", true),
            ("a*b*c", "axxbxxb", false),
            ("*a", "aaaa", true),
            ("a%c*", "abcd", true),
            ("INBOX", "inbox", false),
            ("", "", true),
            ("", "a", false),
        ] {
            let find = Find::new(FindOption::Mailboxes, pattern).unwrap();
            assert_eq!(find.matches(name), is_like, "{pattern} {name}");
        }
    }
}
