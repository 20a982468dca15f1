//! What SEARCH looks for.

use alloc::vec::Vec;

use imap_wire::{Cursor, ParseError, Writer};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error};

use super::tagged::TaggedExtension;
use super::whole_text;

mod data;
mod extended;
mod key;

pub use data::SearchData;
pub use extended::{EsearchData, SearchReturnData};
pub use key::{SearchKey, SearchStep};

/// What of a result the server shall send (RFC 9051 section 6.4.4).
///
/// ```text
/// search-return-opt  = "MIN" / "MAX" / "ALL" / "COUNT" / "SAVE" / search-ret-opt-ext
/// search-ret-opt-ext = search-modifier-name [SP search-mod-params]
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ReturnOption {
    /// `MIN`: the lowest number or UID.
    Min,
    /// `MAX`: the highest number or UID.
    Max,
    /// `ALL`: all, as a set.
    All,
    /// `COUNT`: how many.
    Count,
    /// `SAVE`: keep them as `$`.
    Save,
    /// Any other.
    Other(TaggedExtension),
}

const RETURN_OPTIONS: [(&str, ReturnOption); 5] = [
    ("MIN", ReturnOption::Min),
    ("MAX", ReturnOption::Max),
    ("ALL", ReturnOption::All),
    ("COUNT", ReturnOption::Count),
    ("SAVE", ReturnOption::Save),
];

impl ReturnOption {
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        for (name, option) in RETURN_OPTIONS {
            if cursor.take_keyword(name) {
                return Ok(option);
            }
        }
        TaggedExtension::parse(cursor).map(Self::Other)
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if let Self::Other(other) = self {
            return other.encode(writer);
        }
        let name = RETURN_OPTIONS.iter().find(|(_, option)| option == self);
        writer.raw(name.map_or(b"", |(name, _)| name.as_bytes()));
        Ok(())
    }
}

/// The arguments of SEARCH.
///
/// ```text
/// search              = "SEARCH" [search-return-opts] SP search-program
/// search-return-opts  = SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"
/// search-program      = ["CHARSET" SP charset SP] search-key *(SP search-key)
/// ```
///
/// ```
/// use imap_proto::{ReturnOption, Search, SearchKey};
/// let search = Search::new(SearchKey::text("fran\u{e7}ais")?)
///     .with_charset("UTF-8")?
///     .with_return([ReturnOption::Min, ReturnOption::Count]);
/// assert_eq!(search.charset().unwrap(), &"UTF-8");
/// assert_eq!(search.return_options().unwrap().len(), 2);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Search {
    charset: Option<Text>,
    return_options: Option<Vec<ReturnOption>>,
    key: SearchKey,
}

impl Search {
    /// For `key`, in the server's charset, with the plain result.
    pub fn new(key: SearchKey) -> Self {
        Self { charset: None, return_options: None, key }
    }

    /// The strings of the key are in `charset`.
    ///
    /// # Errors
    /// `Syntax` where it holds a line end or NUL.
    pub fn with_charset(mut self, charset: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.charset = Some(Text::new(charset)?);
        Ok(self)
    }

    /// Asks for an ESEARCH response with these; with none of them, for one as with [`ReturnOption::All`].
    #[must_use]
    pub fn with_return(mut self, options: impl Into<Vec<ReturnOption>>) -> Self {
        self.return_options = Some(options.into());
        self
    }

    /// The charset of the strings in the key.
    pub fn charset(&self) -> Option<&Text> {
        self.charset.as_ref()
    }

    /// What the server shall send, where it was asked for that.
    pub fn return_options(&self) -> Option<&[ReturnOption]> {
        self.return_options.as_deref()
    }

    /// The condition.
    pub fn key(&self) -> &SearchKey {
        &self.key
    }

    /// Reads what follows `SEARCH SP`, to the end of the frame.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut return_options = None;
        if cursor.take_keyword("RETURN") {
            cursor.space()?;
            cursor.open()?;
            let mut options = Vec::new();
            while !cursor.take_close()? {
                if !options.is_empty() {
                    cursor.space()?;
                }
                options.push(ReturnOption::parse(cursor)?);
            }
            return_options = Some(options);
            if cursor.is_at_end() {
                // QUIRK: clients that leave the key out, which servers read as ALL.
                cursor.forgive(Deviation::Untyped, "SP and a search key")?;
                return Ok(Self { charset: None, return_options, key: SearchKey::all() });
            }
            cursor.space()?;
        }
        let mut charset = None;
        if cursor.take_keyword("CHARSET") {
            cursor.space()?;
            let octets = cursor.astring()?;
            charset = Some(whole_text(cursor, octets)?);
            cursor.space()?;
        }
        Ok(Self { charset, return_options, key: SearchKey::parse(cursor)? })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        if let Some(options) = &self.return_options {
            writer.raw(b"RETURN ");
            writer.list(options, |writer, option| option.encode(writer))?;
            writer.space();
        }
        if let Some(charset) = &self.charset {
            writer.raw(b"CHARSET ");
            writer.astring(charset.as_bytes())?;
            writer.space();
        }
        self.key.encode(writer)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for ReturnOption {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(match RETURN_OPTIONS.get(u.int_in_range(0..=5_usize)?) {
            Some((_, option)) => option.clone(),
            None => Self::Other(u.arbitrary()?),
        })
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Search {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self { charset: u.arbitrary()?, return_options: u.arbitrary()?, key: u.arbitrary()? })
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use alloc::format;
    use alloc::string::ToString;

    use imap_wire::ParseErrorKind;
    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict, written};

    fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
        std::thread::Builder::new().stack_size(64 * 1024).spawn(run).unwrap().join().unwrap();
    }

    #[test]
    fn programs_of_all_forms() {
        for text in [
            "ALL",
            "1:*,$ UNSEEN",
            "CHARSET UTF-8 TEXT \"a b\"",
            "RETURN () ALL",
            "RETURN (MIN PARTIAL 1:100 SAVE X (a b)) UID 4,9:12 NOT (DELETED OR SEEN DRAFT)",
            "OR (ANSWERED NOT SEEN) OR NOT NOT FROM a HEADER List-Id \"\"",
            "OLDER 5 LARGER 9223372036854775807 SENTON 1-Feb-1994 KEYWORD $Junk",
        ] {
            let search = strict(text, Search::parse).unwrap();
            assert_eq!(written(|writer| search.encode(writer)), text);
        }
        for bad in
            ["", "NOT", "NOT ", "OR ALL", "OR ALL ", "(", "()", "(ALL", "ALL)", "FROM", "ALL NOT", "0x"]
        {
            assert!(lenient(bad, Search::parse).is_err(), "{bad}");
        }
        assert!(strict("RETURN (MIN)", Search::parse).is_err());
        let (search, deviations) = lenient("RETURN (MIN)", Search::parse).unwrap();
        assert_eq!(search.key(), &SearchKey::all());
        assert!(deviations.contains(Deviation::Untyped));
        let error = strict("SEEN X-FOO 5", Search::parse).unwrap_err();
        assert_eq!((error.kind(), error.at()), (ParseErrorKind::Unknown, 5));
    }

    #[test]
    fn odd_programs_are_forgiven() {
        for (text, same, deviation) in [
            ("all", "ALL", Deviation::Spelling),
            ("not (seen)", "NOT SEEN", Deviation::Spelling),
            ("(SEEN (DRAFT (OLD)))", "SEEN DRAFT OLD", Deviation::Spelling),
            ("SEEN  DRAFT ", "SEEN DRAFT", Deviation::Space),
            ("NOT ( SEEN DRAFT )", "NOT (SEEN DRAFT)", Deviation::Space),
            ("KEYWORD \\Seen", "KEYWORD \\Seen", Deviation::Value),
            ("BEFORE 1-Feb-94", "BEFORE 1-Feb-1994", Deviation::Value),
        ] {
            let (search, deviations) = lenient(text, Search::parse).unwrap();
            assert_eq!(written(|writer| search.encode(writer)), same);
            assert!(deviations.contains(deviation), "{text}");
            assert_eq!(strict(text, Search::parse).is_ok(), deviation == Deviation::Spelling, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded_and_needs_no_stack() {
        on_a_small_stack(|| {
            for deep in ["NOT ", "(", "OR ALL ", "NOT (OR SEEN "] {
                let error = strict(&deep.repeat(100_000), SearchKey::parse).unwrap_err();
                assert_eq!(error.kind(), ParseErrorKind::Limit, "{deep}");
            }
        });
        let deep = format!("{}SEEN", "NOT ".repeat(100));
        assert_eq!(strict(&deep, SearchKey::parse).unwrap().to_string(), deep);
        assert_eq!(
            strict(&format!("NOT {deep}"), SearchKey::parse).unwrap_err().kind(),
            ParseErrorKind::Limit
        );
        let lists = format!("{}SEEN{}", "(".repeat(100), ")".repeat(100));
        assert_eq!(strict(&lists, SearchKey::parse).unwrap(), SearchKey::seen());
    }

    #[test]
    fn a_deep_tree_builds_prints_compares_and_drops_without_a_stack() {
        on_a_small_stack(|| {
            let deep = || (0..100_000).fold(SearchKey::seen(), |key, _| key.not());
            let key = deep();
            assert_eq!(format!("{key:?}").len(), "SearchKey(SEEN)".len() + 4 * 100_000);
            assert!(key == deep() && key.clone() != key.clone().not());
            let or = (0..100_000).fold(SearchKey::seen(), |key, _| key.or(SearchKey::draft()));
            assert_eq!(or.to_string().len(), "SEEN".len() + "OR  DRAFT".len() * 100_000);
            let and = (0..100_000).fold(SearchKey::seen(), |key, _| key.and(SearchKey::draft()));
            assert_eq!(and.postfix().last(), Some(SearchStep::And(100_001)));
            assert_eq!(strict(&and.to_string(), SearchKey::parse).unwrap(), and);
        });
    }

    #[test]
    fn damaged_searches_come_back() {
        const EXAMPLES: &[&str] = &[
            "RETURN (MIN PARTIAL 1:100 X (a b)) UID 4,9:* NOT (DELETED OR SEEN DRAFT)",
            "CHARSET UTF-8 OR (ANSWERED NOT SEEN) HEADER List-Id \"\" LARGER 5 ON 1-Feb-1994",
        ];
        damaged_come_back(EXAMPLES, Search::encode, Search::parse);
    }

    proptest! {
        #[test]
        fn searches_come_back(seed: Vec<u8>) {
            comes_back::<Search>(&seed, Search::encode, Search::parse);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[()SEN OR NOT1*\"]{0,40}") {
            if let Ok((key, _)) = lenient(&text, SearchKey::parse) {
                prop_assert_eq!(strict(&key.to_string(), SearchKey::parse).unwrap(), key);
            }
        }
    }
}
