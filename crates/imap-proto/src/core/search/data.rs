//! SEARCH, the response: RFC 3501 section 7.2.5; with a mod-sequence: RFC 7162 section 3.1.5.

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError, Writer};
use mail_wire::Deviation;

/// `"SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]`.
///
/// ```
/// use imap_proto::{Options, Response, SearchData};
/// let Response::Search(found) = Response::parse(b"* SEARCH 2 84 882", &Options::client())? else { panic!() };
/// assert_eq!(found.numbers(), [2, 84, 882]);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SearchData {
    numbers: Vec<u32>,
    mod_seq: Option<u64>,
}

impl SearchData {
    /// These message numbers: UIDs where the command was UID SEARCH.
    pub fn new(numbers: impl Into<Vec<u32>>) -> Self {
        Self { numbers: numbers.into(), mod_seq: None }
    }

    /// With the highest mod-sequence of what was found (RFC 7162).
    #[must_use]
    pub fn with_mod_seq(mut self, value: u64) -> Self {
        self.mod_seq = Some(value);
        self
    }

    /// The numbers.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The highest mod-sequence of what was found.
    pub fn mod_seq(&self) -> Option<u64> {
        self.mod_seq
    }

    /// Reads all behind the word.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        // Numbers of a large mailbox have six digits or so; a first guess saves most of the copying.
        let mut numbers = Vec::with_capacity(cursor.rest().len() / 6);
        let mut mod_seq = None;
        while cursor.peek() == Some(b' ') {
            cursor.skip(1);
            match cursor.peek() {
                Some(b'0'..=b'9') => numbers.push(cursor.nz_number()?),
                Some(b'(') => {
                    cursor.open()?;
                    cursor.keyword("MODSEQ")?;
                    cursor.space()?;
                    mod_seq = Some(cursor.mod_sequence()?);
                    cursor.close()?;
                }
                // QUIRK: Yahoo and others end the line with a space, or have two.
                None | Some(b' ') => cursor.forgive(Deviation::Space, "a number")?,
                _ => return Err(cursor.error("a number")),
            }
        }
        Ok(Self { numbers, mod_seq })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) {
        for number in &self.numbers {
            writer.space();
            writer.number(u64::from(*number));
        }
        if let Some(value) = self.mod_seq {
            writer.raw(b" (MODSEQ ");
            writer.number(value);
            writer.octet(b')');
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for SearchData {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let numbers: Vec<u32> = u.arbitrary()?;
        let mod_seq = if u.arbitrary()? { Some(u.int_in_range(1..=i64::MAX as u64)?) } else { None };
        Ok(Self { numbers: numbers.into_iter().map(|number| number.max(1)).collect(), mod_seq })
    }
}
