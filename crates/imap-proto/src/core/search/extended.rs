//! ESEARCH, the response: RFC 9051 section 7.3.4 (RFC 4731); with a mod-sequence: RFC 7162 section 3.1.10.

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError, SequenceSet, SetElement, Tag, Writer};
use mail_wire::{Deviation, Error};

use crate::core::number::Numbering;
use crate::core::tagged::TaggedExtension;
use crate::core::whole;

/// What a SEARCH found, as it was asked for with `RETURN`.
///
/// ```text
/// esearch-response   = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)
/// search-correlator  = SP "(" "TAG" SP tag-string ")"
/// tag-string         = astring                          ; <tag> represented as <astring>
/// ```
///
/// ```
/// use imap_proto::{EsearchData, Numbering, Options, Response};
/// let line = br#"* ESEARCH (TAG "a1") UID MIN 7 COUNT 3 ALL 7,9:10"#;
/// let Response::Esearch(found) = Response::parse(line, &Options::client())? else { panic!() };
/// assert_eq!((found.tag().unwrap(), found.numbering()), (&"a1".try_into()?, Numbering::Uid));
/// assert_eq!((found.min(), found.max(), found.count()), (Some(7), None, Some(3)));
/// assert_eq!(found.all().unwrap().to_string(), "7,9:10");
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct EsearchData {
    tag: Option<Tag>,
    numbering: Numbering,
    items: Vec<SearchReturnData>,
}

/// One thing about what was found.
///
/// ```text
/// search-return-data   = "MIN" SP nz-number / "MAX" SP nz-number / "ALL" SP sequence-set / "COUNT" SP number /
///                        search-ret-data-ext
///                        ; Note that "$" marker is not allowed after the ALL return data item.
/// search-ret-data-ext  = search-modifier-name SP search-return-value
/// search-return-value  = tagged-ext-val
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum SearchReturnData {
    /// `MIN`: the lowest number or UID.
    Min(u32),
    /// `MAX`: the highest number or UID.
    Max(u32),
    /// `ALL`: all of them; where nothing was found, this is left out.
    All(SequenceSet),
    /// `COUNT`: how many.
    Count(u32),
    /// `MODSEQ`: the highest mod-sequence of what was found (RFC 7162).
    ModSeq(u64),
    /// Any other, with its value.
    Other(TaggedExtension),
}

impl EsearchData {
    /// Of message sequence numbers, without a tag and any item yet.
    pub fn new(numbering: Numbering) -> Self {
        Self { tag: None, numbering, items: Vec::new() }
    }

    /// For the SEARCH of this tag.
    #[must_use]
    pub fn with_tag(mut self, tag: Tag) -> Self {
        self.tag = Some(tag);
        self
    }

    /// Adds an item.
    #[must_use]
    pub fn with(mut self, item: SearchReturnData) -> Self {
        self.items.push(item);
        self
    }

    /// The tag of the command that it answers; without one, it tells of messages that came.
    pub fn tag(&self) -> Option<&Tag> {
        self.tag.as_ref()
    }

    /// Whether the numbers are UIDs.
    pub fn numbering(&self) -> Numbering {
        self.numbering
    }

    /// All items, in their order.
    pub fn items(&self) -> &[SearchReturnData] {
        &self.items
    }

    /// The lowest number, where it was asked for and something was found.
    pub fn min(&self) -> Option<u32> {
        self.find(|item| if let SearchReturnData::Min(number) = item { Some(*number) } else { None })
    }

    /// The highest number, where it was asked for and something was found.
    pub fn max(&self) -> Option<u32> {
        self.find(|item| if let SearchReturnData::Max(number) = item { Some(*number) } else { None })
    }

    /// All numbers, where they were asked for and something was found.
    pub fn all(&self) -> Option<&SequenceSet> {
        self.find(|item| if let SearchReturnData::All(set) = item { Some(set) } else { None })
    }

    /// How many, where that was asked for.
    pub fn count(&self) -> Option<u32> {
        self.find(|item| if let SearchReturnData::Count(number) = item { Some(*number) } else { None })
    }

    /// The highest mod-sequence of what was found.
    pub fn mod_seq(&self) -> Option<u64> {
        self.find(|item| if let SearchReturnData::ModSeq(value) = item { Some(*value) } else { None })
    }

    fn find<'a, T>(&'a self, value: impl FnMut(&'a SearchReturnData) -> Option<T>) -> Option<T> {
        self.items.iter().find_map(value)
    }

    /// Reads all behind the word.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut data = Self::new(Numbering::SeqNo);
        let more = |cursor: &mut Cursor<'_>| {
            let is_next = !cursor.rest().trim_ascii_start().is_empty();
            if is_next { cursor.space().map(|()| true) } else { Ok(false) }
        };
        if !more(cursor)? {
            return Ok(data);
        }
        if cursor.peek() == Some(b'(') {
            data.tag = Some(parse_correlator(cursor)?);
            if !more(cursor)? {
                return Ok(data);
            }
        }
        if cursor.take_keyword("UID") {
            data.numbering = Numbering::Uid;
            if !more(cursor)? {
                return Ok(data);
            }
        }
        loop {
            cursor.room(data.items.len())?;
            data.items.push(SearchReturnData::parse(cursor)?);
            if !more(cursor)? {
                return Ok(data);
            }
        }
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if let Some(tag) = &self.tag {
            writer.raw(b" (TAG ");
            writer.string(tag.as_bytes())?;
            writer.octet(b')');
        }
        if self.numbering == Numbering::Uid {
            writer.raw(b" UID");
        }
        for item in &self.items {
            writer.space();
            item.encode(writer)?;
        }
        Ok(())
    }
}

/// `"(" "TAG" SP tag-string ")"`; with more in it, the response is that of an extension.
fn parse_correlator(cursor: &mut Cursor<'_>) -> Result<Tag, ParseError> {
    cursor.open()?;
    if !cursor.take_keyword("TAG") {
        return Err(cursor.unknown("TAG"));
    }
    cursor.space()?;
    if cursor.peek() != Some(b'"') {
        // Both spellings are legal; the examples of the RFC have the quotes.
        cursor.note_spelling();
    }
    let tag = cursor.astring()?;
    let tag = Tag::new(whole(cursor, tag)?).map_err(|_| cursor.error("a tag"))?;
    if cursor.take_close()? { Ok(tag) } else { Err(cursor.unknown(")")) }
}

impl SearchReturnData {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        Ok(match () {
            () if cursor.take_keyword("MIN") => {
                cursor.space()?;
                Self::Min(cursor.nz_number()?)
            }
            () if cursor.take_keyword("MAX") => {
                cursor.space()?;
                Self::Max(cursor.nz_number()?)
            }
            () if cursor.take_keyword("ALL") => {
                cursor.space()?;
                let set = SequenceSet::parse(cursor)?;
                if set.elements().contains(&SetElement::Saved) {
                    cursor.forgive(Deviation::Value, "numbers, not $")?;
                }
                Self::All(set)
            }
            () if cursor.take_keyword("COUNT") => {
                cursor.space()?;
                Self::Count(cursor.number()?)
            }
            () if cursor.take_keyword("MODSEQ") => {
                cursor.space()?;
                Self::ModSeq(cursor.mod_sequence()?)
            }
            () => {
                let other = TaggedExtension::parse(cursor)?;
                if other.value().is_none() {
                    cursor.forgive(Deviation::Value, "SP and a value")?;
                }
                Self::Other(other)
            }
        })
    }

    /// # Errors
    /// `Syntax` for `$` in ALL, and for another item without a value.
    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let number = |writer: &mut Writer<'_>, name: &[u8], number: u64| {
            writer.raw(name);
            writer.number(number);
            Ok(())
        };
        match self {
            Self::Min(value) => number(writer, b"MIN ", u64::from(*value)),
            Self::Max(value) => number(writer, b"MAX ", u64::from(*value)),
            Self::Count(value) => number(writer, b"COUNT ", u64::from(*value)),
            Self::ModSeq(value) => number(writer, b"MODSEQ ", *value),
            Self::All(set) if set.elements().contains(&SetElement::Saved) => {
                Err(Error::syntax(0, "numbers, not $, in a result"))
            }
            Self::All(set) => {
                writer.raw(b"ALL ");
                set.encode(writer);
                Ok(())
            }
            Self::Other(other) if other.value().is_none() => Err(Error::syntax(0, "a value of the item")),
            Self::Other(other) => other.encode(writer),
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for SearchReturnData {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(match u.int_in_range(0..=5)? {
            0 => Self::Min(u.int_in_range(1..=u32::MAX)?),
            1 => Self::Max(u.int_in_range(1..=u32::MAX)?),
            2 => {
                let mut elements = u.arbitrary::<SequenceSet>()?.elements().to_vec();
                elements.retain(|element| *element != SetElement::Saved);
                elements.push(SetElement::Number(Some(1)));
                Self::All(SequenceSet::new(elements).map_err(|_| arbitrary::Error::IncorrectFormat)?)
            }
            3 => Self::Count(u.arbitrary()?),
            4 => Self::ModSeq(u.int_in_range(1..=i64::MAX as u64)?),
            _ => {
                let value = *u.choose(&["7", "(1:100 2,4:6)", "()", "(a (\"b)\" c))", "1:*"])?;
                let other = TaggedExtension::new("PARTIAL", Some(value));
                Self::Other(other.map_err(|_| arbitrary::Error::IncorrectFormat)?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict, written};

    #[test]
    fn answers_of_all_forms() {
        for text in [
            "",
            " UID",
            " (TAG \"a1\")",
            " (TAG \"a1\") COUNT 0",
            " (TAG \"a567\") UID COUNT 17 ALL 4:18,21,28 MIN 4 MAX 28 MODSEQ 917162500",
            " UID PARTIAL (-1:-100 2,4:6) X-ONE 7 X-SET 1:3,5 X ()",
        ] {
            let data = strict(text, EsearchData::parse).unwrap();
            assert_eq!(written(|writer| data.encode(writer)), text);
        }
        for bad in [
            "UID",
            " (TAG)",
            " (TAG \"a+\")",
            " (TAG \"a\"",
            " MIN",
            " MIN x",
            " ALL",
            " COUNT -1",
            " COUNT 4294967296",
            " UID UID X (",
        ] {
            assert!(lenient(bad, EsearchData::parse).is_err(), "{bad}");
        }
        for (odd, deviation) in [
            (" (TAG a1)", Deviation::Spelling),
            (" uid count 007", Deviation::Spelling),
            (" MIN 007", Deviation::Number),
            (" ALL $", Deviation::Value),
            (" MIN 0", Deviation::Number),
            (" X", Deviation::Value),
            ("  UID  COUNT 1 ", Deviation::Space),
        ] {
            let (_, deviations) = lenient(odd, EsearchData::parse).unwrap();
            assert!(deviations.contains(deviation), "{odd}");
            assert_eq!(strict(odd, EsearchData::parse).is_ok(), deviation == Deviation::Spelling, "{odd}");
        }
    }

    #[test]
    fn damaged_answers_come_back() {
        const EXAMPLES: &[&str] =
            &[" (TAG \"a\") UID MIN 7 ALL 7,9:10 COUNT 3", " MAX 9 MODSEQ 5 PARTIAL (1:9 NIL)"];
        damaged_come_back(EXAMPLES, EsearchData::encode, EsearchData::parse);
    }

    proptest! {
        #[test]
        fn answers_come_back(seed: Vec<u8>) {
            comes_back::<EsearchData>(&seed, EsearchData::encode, EsearchData::parse);
        }
    }
}
