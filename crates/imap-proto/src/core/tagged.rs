//! The one shape that extensions of commands and responses have (RFC 9051 section 9, RFC 4466).

use alloc::vec::Vec;
use core::fmt;

use imap_wire::{Atom, Cursor, ParseError, Writer};
use mail_wire::{Deviation, Error, Leniency};

use super::Raw;

/// A parameter, a modifier or an option that nobody here knows: its name, and its value as it was written.
///
/// ```text
/// tagged-ext           = tagged-ext-label [SP tagged-ext-val]
/// tagged-ext-label     = tagged-label-fchar *tagged-label-char
/// tagged-label-fchar   = ALPHA / "-" / "_" / "."
/// tagged-label-char    = tagged-label-fchar / DIGIT / ":"
/// tagged-ext-val       = tagged-ext-simple / "(" [tagged-ext-comp] ")"
/// tagged-ext-simple    = sequence-set / number / number64
/// tagged-ext-comp      = astring / tagged-ext-comp *(SP tagged-ext-comp) / "(" tagged-ext-comp ")"
/// ```
///
/// `create-param`, `select-param`, `rename-param`, `fetch-modifier`, `store-modifier`, `append-ext`, `search-ret-opt-ext`
/// and `search-ret-data-ext` have this shape.
///
/// ```
/// use imap_proto::TaggedExtension;
/// let option = TaggedExtension::new("PARTIAL", Some("1:100"))?;
/// assert!(option.is("partial"));
/// assert_eq!(option.value().unwrap(), &"1:100");
/// assert!(TaggedExtension::new("X", Some("1) (2")).is_err() && TaggedExtension::new("1", None).is_err());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TaggedExtension {
    name: Atom,
    value: Option<Raw>,
}

/// How deep the value of a new one may be nested.
const DEPTH: usize = 100;

impl TaggedExtension {
    /// Checks and copies both; `value` is a number, a sequence set, or anything in parentheses, each literal in it behind
    /// its `{n}` and CRLF.
    ///
    /// # Errors
    /// `Syntax` where `name` is no label, or `value` not one value.
    pub fn new(name: &str, value: Option<&str>) -> Result<Self, Error> {
        let new = Self { name: Atom::new(name)?, value: value.map(Raw::new).transpose()? };
        let mut line = alloc::string::String::from(name);
        if let Some(value) = value {
            line.push(' ');
            line.push_str(value);
        }
        let frame = imap_wire::frame::Frame::new(line.as_bytes());
        let mut cursor = Cursor::new(&frame, Leniency::Strict, DEPTH);
        let read = Self::parse(&mut cursor).and_then(|read| cursor.end().map(|()| read));
        match read.map_err(|error| error.in_frame(&frame))? {
            same if same == new => Ok(new),
            _ => Err(Error::syntax(0, "a label and a value")),
        }
    }

    /// `tagged-ext-label`.
    pub fn name(&self) -> &Atom {
        &self.name
    }

    /// Whether the name is `other`, in any letter case.
    pub fn is(&self, other: &str) -> bool {
        self.name.is(other)
    }

    /// `tagged-ext-val`, as it was written.
    pub fn value(&self) -> Option<&Raw> {
        self.value.as_ref()
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from = cursor.at();
        let name = cursor.owned_atom()?;
        if !is_label(name.as_bytes()) {
            let at = cursor.at();
            cursor.seek(from);
            cursor.forgive(Deviation::Value, "a label")?;
            cursor.seek(at);
        }
        let rest = cursor.rest().trim_ascii_start();
        // What begins in another way is the next label.
        let has_value = match rest {
            [b'-', next, ..] => next.is_ascii_digit(),
            [next, ..] => next.is_ascii_digit() || matches!(next, b'*' | b'$' | b'(' | b'"'),
            [] => false,
        };
        if cursor.peek() != Some(b' ') || !has_value {
            return Ok(Self { name, value: None });
        }
        cursor.space()?;
        Ok(Self { name, value: Some(Raw::parse_value(cursor)?) })
    }

    /// # Errors
    /// `Syntax` where the value holds NUL outside a `literal8`.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.raw(self.name.as_bytes());
        match &self.value {
            None => Ok(()),
            Some(value) => {
                writer.space();
                value.encode(writer)
            }
        }
    }

    /// ```text
    /// "(" tagged-ext *(SP tagged-ext) ")"
    /// ```
    ///
    /// As parameters of CREATE, SELECT, EXAMINE and RENAME, and modifiers of FETCH and STORE (RFC 4466).
    pub(crate) fn parse_list(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        cursor.open()?;
        let mut extensions = Vec::new();
        while !cursor.take_close()? {
            if !extensions.is_empty() {
                cursor.space()?;
            }
            extensions.push(Self::parse(cursor)?);
        }
        if extensions.is_empty() {
            cursor.forgive(Deviation::Value, "at least one parameter")?;
        }
        Ok(extensions)
    }

    /// `[SP "(" … ")"]`, if that is what follows.
    pub(crate) fn parse_list_behind(cursor: &mut Cursor<'_>) -> Result<Vec<Self>, ParseError> {
        if !cursor.rest().starts_with(b" (") {
            return Ok(Vec::new());
        }
        cursor.space()?;
        Self::parse_list(cursor)
    }

    /// The way back; nothing for none.
    pub(crate) fn encode_list_behind(extensions: &[Self], writer: &mut Writer<'_>) -> Result<(), Error> {
        if extensions.is_empty() {
            return Ok(());
        }
        writer.space();
        writer.list(extensions, |writer, extension| extension.encode(writer))
    }
}

fn is_label(name: &[u8]) -> bool {
    let is_first = |octet: &u8| octet.is_ascii_alphabetic() || matches!(octet, b'-' | b'_' | b'.');
    name.first().is_some_and(is_first)
        && name.iter().all(|octet| is_first(octet) || octet.is_ascii_digit() || *octet == b':')
}

/// Whether `value` reads as one value from start to end.
pub(crate) fn is_one_value(value: &[u8]) -> bool {
    let frame = imap_wire::frame::Frame::new(value);
    let mut cursor = Cursor::new(&frame, Leniency::Lenient, DEPTH);
    cursor.any_value().is_ok() && cursor.is_at_end()
}

impl fmt::Display for TaggedExtension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            None => write!(f, "{}", self.name),
            Some(value) => {
                write!(f, "{} {}", self.name, alloc::string::String::from_utf8_lossy(value.as_bytes()))
            }
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for TaggedExtension {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        const VALUES: [Option<&str>; 8] = [
            None,
            Some("7"),
            Some("1:*,9"),
            Some("()"),
            Some("(a (\"b)\" c) 1)"),
            Some("(a {3}\r\n)\r\n ~{2}\r\n\0()"),
            Some("-1:-9"),
            Some("$"),
        ];
        let name = *u.choose(&["X-A", "PARTIAL", "-b.c_1:2"])?;
        Self::new(name, *u.choose(&VALUES)?).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict};

    #[test]
    fn a_value_is_told_from_the_next_label() {
        fn one(text: &str) -> Result<TaggedExtension, ParseError> {
            strict(text, |cursor| {
                let one = TaggedExtension::parse(cursor);
                cursor.seek(usize::MAX);
                one
            })
        }
        assert_eq!(one("A B").unwrap().value(), None);
        assert_eq!(one("A -B").unwrap().value(), None);
        for value in ["1", "-1:-2", "*", "$", "(B (C))", "\"B\""] {
            assert_eq!(one(&alloc::format!("A {value} B")).unwrap().value().unwrap(), &value);
        }
        assert!(one("A (B").is_err() && one("A ({2}\r\nb)").is_err());
        let literal = one("A (b {1+}\r\nc)").unwrap();
        assert_eq!(literal, TaggedExtension::new("A", Some("(b {1}\r\nc)")).unwrap());
        assert!(TaggedExtension::new("A", Some("{1}\r\nb c")).is_err());
        assert!(strict("1A", TaggedExtension::parse).is_err());
        assert!(lenient("1A", TaggedExtension::parse).unwrap().1.contains(Deviation::Value));
        assert!(one(&alloc::format!("A {}", "(".repeat(100_000))).is_err());
    }

    #[test]
    fn damaged_extensions_come_back() {
        const EXAMPLES: &[&str] = &["A", "A 1:*", "A (b (\"c)\" d))", "A -1:-2", "A (b {1}\r\nc)"];
        damaged_come_back(EXAMPLES, TaggedExtension::encode, TaggedExtension::parse);
        let list = |list: &Vec<TaggedExtension>, writer: &mut Writer<'_>| {
            TaggedExtension::encode_list_behind(list, writer)
        };
        damaged_come_back(&[" (A B 1:* C (d) E)"], list, TaggedExtension::parse_list_behind);
    }

    proptest! {
        #[test]
        fn extensions_come_back(seed: Vec<u8>) {
            comes_back::<TaggedExtension>(&seed, TaggedExtension::encode, TaggedExtension::parse);
        }
    }
}
