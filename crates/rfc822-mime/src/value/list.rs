//! The fields of mailing lists (RFC 2369, RFC 2919, RFC 8058).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use mail_wire::Error;

use super::lexer::{Lexer, is_space, write_plain};
use super::phrase::{PhraseBuilder, is_dot_atom};
use super::{Octets, Phrase};
use crate::{DefectKind, Defects, Leniency};

/// `List-Help`, `List-Unsubscribe`, `List-Subscribe`, `List-Post`, `List-Owner`, `List-Archive`: URIs, the one to be
/// preferred first (RFC 2369 section 2).
///
/// ```
/// use rfc822_mime::{Leniency, value::ListUris};
/// let raw = b"<mailto:leave@x.example>,\r\n <https://x.example/leave?a,b> (by hand)";
/// let (uris, _) = ListUris::parse(raw, Leniency::Strict);
/// assert!(uris.iter().eq(["mailto:leave@x.example", "https://x.example/leave?a,b"]));
/// assert!(ListUris::parse(b"NO (posting is not allowed)", Leniency::Strict).0.is_no());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ListUris {
    uris: Vec<Octets>,
    is_no: bool,
}

impl ListUris {
    /// How many are read; the rest is a [`DefectKind::Limit`].
    pub const MAX: usize = 100;

    /// Reads what stands behind the colon of a field. By default a URI without `<` and `>` is one too.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let mut list = Self::default();
        loop {
            lexer.cfws();
            let at = lexer.offset();
            let Some(octet) = lexer.peek() else { break };
            if list.uris.len() >= Self::MAX {
                lexer.flag(DefectKind::Limit);
                break;
            }
            match octet {
                b',' => lexer.bump(),
                b'<' => {
                    lexer.bump();
                    let inner = lexer.take_while(|octet| octet != b'>');
                    if !lexer.eat(b'>') {
                        lexer.flag_at(DefectKind::ListSyntax, at);
                    }
                    list.push(inner);
                }
                _ => {
                    let word =
                        lexer.take_while(|octet| !is_space(octet) && !matches!(octet, b',' | b'<' | b'('));
                    if word.eq_ignore_ascii_case(b"NO") {
                        list.is_no = true;
                        continue;
                    }
                    lexer.flag_at(DefectKind::ListSyntax, at);
                    if word.contains(&b':') && !lexer.is_strict() {
                        list.push(word);
                    }
                }
            }
        }
        (list, lexer.into_defects())
    }

    fn push(&mut self, uri: &[u8]) {
        let is_none = |octet: u8| is_space(octet) || matches!(octet, 0 | b'<' | b'>');
        let uri: Vec<u8> = uri.iter().copied().filter(|octet| !is_none(*octet)).collect();
        if !uri.is_empty() {
            self.uris.push(Octets::new(uri));
        }
    }

    /// `NO`: nobody may post (RFC 2369 section 3.4).
    pub fn no() -> Self {
        Self { uris: Vec::new(), is_no: true }
    }

    /// Of URIs.
    ///
    /// # Errors
    /// `Syntax` if one is empty or holds white space, control characters, `<` or `>`.
    pub fn new<'u>(uris: impl IntoIterator<Item = &'u str>) -> Result<Self, Error> {
        let uris = uris.into_iter().map(|uri| {
            match uri.bytes().position(|octet| !octet.is_ascii_graphic() || matches!(octet, b'<' | b'>')) {
                None if !uri.is_empty() => Ok(Octets::copy(uri.as_bytes())),
                at => Err(Error::syntax(at.unwrap_or(0) as u64, "a URI")),
            }
        });
        Ok(Self { uris: uris.collect::<Result<_, _>>()?, is_no: false })
    }

    /// The URIs, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Cow<'_, str>> {
        self.uris.iter().map(Octets::text)
    }

    /// Whether it says `NO`.
    pub fn is_no(&self) -> bool {
        self.is_no
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        if self.is_no {
            octets.extend_from_slice(b"NO");
        }
        for uri in &self.uris {
            if !octets.is_empty() {
                octets.extend_from_slice(b", ");
            }
            octets.push(b'<');
            write_plain(&mut octets, uri.as_bytes());
            octets.push(b'>');
        }
        octets
    }
}

/// `List-Id = [phrase] "<" list-id ">"` (RFC 2919 section 3).
///
/// ```
/// use rfc822_mime::{Leniency, value::ListId};
/// let id = ListId::parse(b"\"Lena's Joke List\" <joke.lists.example>", Leniency::Strict).0.expect("an identifier");
/// assert_eq!((&*id.id(), &*id.description().display()), ("joke.lists.example", "Lena's Joke List"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ListId {
    description: Phrase,
    id: Octets,
}

impl ListId {
    /// One to write; the description may be empty.
    ///
    /// # Errors
    /// `Syntax` if `id` is no `dot-atom`.
    pub fn new(description: &str, id: &str) -> Result<Self, Error> {
        if !is_dot_atom(id.as_bytes()) {
            return Err(Error::syntax(0, "the identifier of a list"));
        }
        Ok(Self { description: Phrase::new(description), id: Octets::copy(id.as_bytes()) })
    }

    /// Reads what stands behind the colon of a field. By default an identifier without `<` and `>` is one too.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Option<Self>, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let mut builder = PhraseBuilder::default();
        loop {
            builder.space(&mut lexer);
            match lexer.peek() {
                None | Some(b'<') => break,
                Some(_) => builder.word(&mut lexer, b'<'),
            }
        }
        let has_id = lexer.eat(b'<');
        if has_id {
            let description = builder.finish(&mut lexer);
            let at = lexer.offset();
            let inner = lexer.take_while(|octet| octet != b'>');
            let is_closed = lexer.eat(b'>');
            lexer.cfws();
            let id: Vec<u8> =
                inner.iter().copied().filter(|octet| !is_space(*octet) && *octet != 0).collect();
            let is_odd = !is_closed || !is_dot_atom(&id) || !lexer.is_at_end();
            if is_odd {
                lexer.flag_at(DefectKind::ListSyntax, at);
            }
            let is_refused = id.is_empty() || (is_odd && lexer.is_strict());
            let id = (!is_refused).then(|| Octets::new(id));
            return (id.map(|id| Self { description, id }), lexer.into_defects());
        }
        lexer.flag_at(DefectKind::ListSyntax, 0);
        let id = builder.finish(&mut lexer);
        let is_id = is_dot_atom(id.as_bytes()) && !lexer.is_strict();
        let id = is_id.then(|| Self { description: Phrase::default(), id: Octets::copy(id.as_bytes()) });
        (id, lexer.into_defects())
    }

    /// The identifier. Compare without letter case.
    pub fn id(&self) -> Cow<'_, str> {
        self.id.text()
    }

    /// What people call the list, maybe empty.
    pub fn description(&self) -> &Phrase {
        &self.description
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = self.description.to_bytes();
        octets.extend_from_slice(if octets.is_empty() { b"<" } else { b" <" });
        write_plain(&mut octets, self.id.as_bytes());
        octets.push(b'>');
        octets
    }
}
