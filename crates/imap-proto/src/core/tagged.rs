//! The one shape that extensions of commands and responses have (RFC 9051 section 9, RFC 4466).

use core::fmt;

use imap_wire::{Atom, Cursor, ParseError, Writer};
use mail_wire::text::Text;
use mail_wire::{Deviation, Error, Leniency};

/// A parameter or an option that nobody here knows: its name, and its value as it was written.
///
/// ```text
/// tagged-ext           = tagged-ext-label [SP tagged-ext-val]
/// tagged-ext-label     = tagged-label-fchar *tagged-label-char
/// tagged-label-fchar   = ALPHA / "-" / "_" / "."
/// tagged-label-char    = tagged-label-fchar / DIGIT / ":"
/// tagged-ext-val       = tagged-ext-simple / "(" [tagged-ext-comp] ")"
/// ```
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
    value: Option<Text>,
}

/// How deep the value of a new one may be nested.
const DEPTH: usize = 100;

impl TaggedExtension {
    /// Checks and copies both; `value` is a number, a sequence set, or anything in parentheses.
    ///
    /// # Errors
    /// `Syntax` where `name` is no label, or `value` not one value.
    pub fn new(name: &str, value: Option<&str>) -> Result<Self, Error> {
        let new = Self { name: Atom::new(name)?, value: value.map(Text::new).transpose()? };
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
    pub fn value(&self) -> Option<&Text> {
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
        let value = raw_value(cursor)?;
        Ok(Self { name, value: Some(value) })
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) {
        writer.raw(self.name.as_bytes());
        if let Some(value) = &self.value {
            writer.space();
            writer.raw(value.as_bytes());
        }
    }
}

fn is_label(name: &[u8]) -> bool {
    let is_first = |octet: &u8| octet.is_ascii_alphabetic() || matches!(octet, b'-' | b'_' | b'.');
    name.first().is_some_and(is_first)
        && name.iter().all(|octet| is_first(octet) || octet.is_ascii_digit() || *octet == b':')
}

/// Any one value as it is written. One with a literal is refused: as raw octets it could not be written again, since a
/// client may have to wait for the server in front of a literal.
pub(crate) fn raw_value(cursor: &mut Cursor<'_>) -> Result<Text, ParseError> {
    let value = cursor.any_value()?;
    Text::new(value).map_err(|_| cursor.error("a value without literals"))
}

/// Whether `value` reads as one value from start to end.
pub(crate) fn is_one_value(value: &[u8]) -> bool {
    let frame = imap_wire::frame::Frame::new(value);
    let mut cursor = Cursor::new(&frame, Leniency::Lenient, DEPTH);
    raw_value(&mut cursor).is_ok() && cursor.is_at_end()
}

impl fmt::Display for TaggedExtension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            None => write!(f, "{}", self.name),
            Some(value) => write!(f, "{} {value}", self.name),
        }
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for TaggedExtension {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        const VALUES: [Option<&str>; 7] =
            [None, Some("7"), Some("1:*,9"), Some("()"), Some("(a (\"b)\" c) 1)"), Some("-1:-9"), Some("$")];
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
        assert!(one("A (B").is_err() && one("A ({1}\r\nb)").is_err());
        assert!(strict("1A", TaggedExtension::parse).is_err());
        assert!(lenient("1A", TaggedExtension::parse).unwrap().1.contains(Deviation::Value));
        assert!(one(&alloc::format!("A {}", "(".repeat(100_000))).is_err());
    }

    #[test]
    fn damaged_extensions_come_back() {
        const EXAMPLES: &[&str] = &["A", "A 1:*", "A (b (\"c)\" d))", "A -1:-2"];
        damaged_come_back(
            EXAMPLES,
            |one: &TaggedExtension, w| {
                one.encode(w);
                Ok(())
            },
            TaggedExtension::parse,
        );
    }

    proptest! {
        #[test]
        fn extensions_come_back(seed: Vec<u8>) {
            comes_back::<TaggedExtension>(&seed, |one, writer| { one.encode(writer); Ok(()) }, TaggedExtension::parse);
        }
    }
}
