//! The two forms of a header: ASCII (RFC 5322, with RFC 2047 and RFC 2231), and UTF-8 (RFC 6532).

use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::Error;

use super::lexer::{
    Lexer, is_atext, is_never_written, is_space, unescape, write_comment, write_plain, write_quoted,
};
use super::message_id::is_domain;
use super::{
    Address, AddressList, AuthenticationResults, ContentDisposition, ContentDuration, ContentLanguage,
    ContentLocation, ContentMd5, ContentType, DateTime, Group, Keywords, ListId, ListUris, Mailbox,
    MessageId, MessageIds, MimeVersion, Octets, Parameter, Parameters, Phrase, Received, Text, encoded_word,
    raw_text,
};
use crate::Leniency;

/// How a header is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeaderForm {
    /// Text that is not ASCII as encoded words, or as RFC 2231 has it: what everybody reads.
    Ascii,
    /// Text as it is, in UTF-8 (RFC 6532).
    Utf8,
}

/// What can be the value of a header field.
///
/// ```
/// use rfc822_mime::value::{FieldValue, HeaderForm, Mailbox};
/// let cafe = Mailbox::new("info", "a.example")?.with_name("Café");
/// assert_eq!(cafe.octets(HeaderForm::Ascii)?, b"=?utf-8?b?Q2Fmw6k=?= <info@a.example>");
/// assert_eq!(cafe.octets(HeaderForm::Utf8)?, "Café <info@a.example>".as_bytes());
/// assert!("text\r\nX-Injected: yes".octets(HeaderForm::Ascii).is_err());
/// # Ok::<(), rfc822_mime::Error>(())
/// ```
pub trait FieldValue {
    /// The octets for a field, not folded, without CR, LF and NUL. In the ASCII form, what has none stays as it is: an
    /// address in UTF-8.
    ///
    /// # Errors
    /// `Syntax` if it holds CR, LF or NUL, with the place of the first one.
    fn octets(&self, form: HeaderForm) -> Result<Vec<u8>, Error>;
}

/// Text for `unstructured`.
impl FieldValue for str {
    fn octets(&self, form: HeaderForm) -> Result<Vec<u8>, Error> {
        match self.bytes().position(is_never_written) {
            Some(at) => Err(Error::syntax(at as u64, "no CR, LF or NUL in a field")),
            None => Text::new(self).octets(form),
        }
    }
}

impl FieldValue for String {
    fn octets(&self, form: HeaderForm) -> Result<Vec<u8>, Error> {
        self.as_str().octets(form)
    }
}

impl<V: FieldValue + ?Sized> FieldValue for &V {
    fn octets(&self, form: HeaderForm) -> Result<Vec<u8>, Error> {
        V::octets(self, form)
    }
}

impl FieldValue for Text {
    fn octets(&self, form: HeaderForm) -> Result<Vec<u8>, Error> {
        let written = self.to_bytes();
        if form == HeaderForm::Utf8 && is_showable(self.as_str()) {
            return Ok(self.as_str().into());
        }
        Ok(if is_fit(&written) { written } else { words(self.as_str()) })
    }
}

impl FieldValue for Phrase {
    fn octets(&self, form: HeaderForm) -> Result<Vec<u8>, Error> {
        let written = self.to_bytes();
        if form == HeaderForm::Utf8 {
            let text = self.text();
            let text = text.trim_matches([' ', '\t']);
            if !text.is_empty() && is_showable(text) {
                let is_atoms = |word: &[u8]| !word.is_empty() && word.iter().copied().all(is_atext);
                if text.as_bytes().split(|octet| *octet == b' ').all(is_atoms) {
                    return Ok(text.into());
                }
                let mut quoted = Vec::with_capacity(text.len().saturating_add(2));
                write_quoted(&mut quoted, text.as_bytes());
                return Ok(quoted);
            }
        }
        Ok(if is_fit(&written) { written } else { words(&self.text()) })
    }
}

impl FieldValue for Keywords {
    fn octets(&self, form: HeaderForm) -> Result<Vec<u8>, Error> {
        let phrases: Vec<Vec<u8>> =
            self.iter().map(|phrase| phrase.octets(form)).collect::<Result<_, _>>()?;
        Ok(phrases.join(&b", "[..]))
    }
}

impl FieldValue for Mailbox {
    fn octets(&self, form: HeaderForm) -> Result<Vec<u8>, Error> {
        Ok(mailbox(self, form)?.to_bytes())
    }
}

impl FieldValue for AddressList {
    fn octets(&self, form: HeaderForm) -> Result<Vec<u8>, Error> {
        let addresses = self.iter().map(|address| match address {
            Address::Mailbox(one) => Ok(Address::Mailbox(mailbox(one, form)?)),
            Address::Group(group) => {
                let mailboxes = group.mailboxes().map(|one| mailbox(one, form)).collect::<Result<_, _>>()?;
                Ok(Address::Group(Group { name: phrase(group.name(), form)?, mailboxes }))
            }
        });
        Ok(addresses.collect::<Result<Self, Error>>()?.to_bytes())
    }
}

impl FieldValue for ListId {
    fn octets(&self, form: HeaderForm) -> Result<Vec<u8>, Error> {
        let whole = self.to_bytes();
        let id = whole.get(self.description().to_bytes().len()..).unwrap_or_default();
        Ok([&self.description().octets(form)?, id].concat())
    }
}

/// Parameters stand in the form of RFC 2231 in both, which all readers of UTF-8 know.
impl FieldValue for ContentType {
    fn octets(&self, _form: HeaderForm) -> Result<Vec<u8>, Error> {
        let same = Self::new(&self.main_type(), &self.subtype(), parameters(self.parameters()));
        Ok(same.map_or_else(|_| self.to_bytes(), |same| same.to_bytes()))
    }
}

/// See [`ContentType`].
impl FieldValue for ContentDisposition {
    fn octets(&self, _form: HeaderForm) -> Result<Vec<u8>, Error> {
        let same = Self::new(&self.kind(), parameters(self.parameters()));
        Ok(same.map_or_else(|_| self.to_bytes(), |same| same.to_bytes()))
    }
}

/// Values that are the same in both forms.
macro_rules! same_in_both {
    ($($value:ty),*) => {$(
        impl FieldValue for $value {
            fn octets(&self, _form: HeaderForm) -> Result<Vec<u8>, Error> {
                Ok(self.to_bytes())
            }
        }
    )*};
}
same_in_both!(
    AuthenticationResults,
    ContentDuration,
    ContentLanguage,
    ContentLocation,
    ContentMd5,
    DateTime,
    ListUris,
    MessageId,
    MessageIds,
    MimeVersion,
    Received
);

/// ASCII, with places for folding.
fn is_fit(octets: &[u8]) -> bool {
    /// Octets of a word that has room in a line beside any name (RFC 5322 section 2.1.1).
    const WORD: usize = 900;
    octets.is_ascii() && octets.split(|octet| is_space(*octet)).all(|word| word.len() <= WORD)
}

/// Text that can stand in a header as it is, and is read as itself.
fn is_showable(text: &str) -> bool {
    let has_control = |character: char| character.is_control() && character != '\t';
    !text.is_ascii()
        && !text.contains("=?")
        && !text.contains(has_control)
        && !text.ends_with([' ', '\t'])
        && !text.starts_with([' ', '\t'])
        && text.split([' ', '\t']).all(|word| word.len() <= 900)
}

/// Encoded words (RFC 2047).
pub(crate) fn words(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    encoded_word::encode(&mut octets, text);
    octets
}

fn phrase(phrase: &Phrase, form: HeaderForm) -> Result<Phrase, Error> {
    Ok(Phrase::parse(&phrase.octets(form)?, Leniency::Lenient).0)
}

fn mailbox(mailbox: &Mailbox, form: HeaderForm) -> Result<Mailbox, Error> {
    let comment = |comment: &Octets| match form {
        HeaderForm::Ascii if !is_fit(comment.as_bytes()) => Octets::new(words(&comment.text())),
        _ => Octets::copy(comment.text().as_bytes()),
    };
    Ok(Mailbox {
        name: phrase(&mailbox.name, form)?,
        comments: mailbox.comments.iter().map(comment).collect(),
        ..mailbox.clone()
    })
}

/// Addresses that are ASCII alone (RFC 6857 sections 3.1.5 to 3.1.8): domains as `to_ascii` has them; an address that has no
/// such form is the name of an empty group.
pub(crate) fn ascii_addresses(list: &AddressList, to_ascii: &dyn Fn(&str) -> Option<String>) -> AddressList {
    let address = |address: &Address| match address {
        Address::Mailbox(mailbox) => match ascii_mailbox(mailbox, to_ascii) {
            Some(mailbox) => Address::Mailbox(mailbox),
            None => emptied(&mailbox.name, mailbox.addr_spec()),
        },
        Address::Group(group) => {
            let mailboxes: Option<Vec<Mailbox>> =
                group.mailboxes.iter().map(|mailbox| ascii_mailbox(mailbox, to_ascii)).collect();
            match mailboxes {
                Some(mailboxes) => Address::Group(Group { name: ascii_phrase(&group.name), mailboxes }),
                None => {
                    let mailboxes: Vec<Vec<u8>> = group.mailboxes.iter().map(Mailbox::to_bytes).collect();
                    emptied(&group.name, mailboxes.join(&b", "[..]))
                }
            }
        }
    };
    list.iter().map(address).collect()
}

fn ascii_mailbox(old: &Mailbox, to_ascii: &dyn Fn(&str) -> Option<String>) -> Option<Mailbox> {
    let mut new = mailbox(old, HeaderForm::Ascii).ok()?;
    if !new.domain.as_bytes().is_ascii() {
        let domain =
            to_ascii(&old.domain()).filter(|domain| domain.is_ascii() && is_domain(domain.as_bytes()))?;
        new.domain = Octets::copy(domain.as_bytes());
    }
    // a route is to be ignored (RFC 5322 section 4.4)
    new.route.retain(|domain| domain.as_bytes().is_ascii());
    new.local.as_bytes().is_ascii().then_some(new)
}

/// `display-name ENCODED-WORD :;`
fn emptied(name: &Phrase, address: Vec<u8>) -> Address {
    let mut octets = ascii_phrase(name).to_bytes();
    if !octets.is_empty() {
        octets.push(b' ');
    }
    octets.extend_from_slice(&words(&raw_text(&address)));
    Address::Group(Group { name: Phrase::parse(&octets, Leniency::Lenient).0, mailboxes: Vec::new() })
}

fn ascii_phrase(old: &Phrase) -> Phrase {
    phrase(old, HeaderForm::Ascii).unwrap_or_default()
}

/// `comment`
pub(crate) fn comment_octets(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    write_comment(&mut octets, text.as_bytes());
    octets
}

/// A value whose comments are ASCII (RFC 6857 section 3.1.3).
pub(crate) fn ascii_comments(value: &[u8]) -> Vec<u8> {
    let mut lexer = Lexer::new(value, Leniency::Lenient);
    let mut octets = Vec::with_capacity(value.len());
    while let Some(octet) = lexer.peek() {
        let at = lexer.offset();
        match octet {
            b'(' => {
                let comment = lexer.comment();
                if !comment.is_ascii() {
                    octets.push(b'(');
                    octets.extend_from_slice(&words(&unescape(comment).text()));
                    octets.push(b')');
                    continue;
                }
            }
            b'"' => drop(lexer.quoted()),
            _ => drop(lexer.take_while(|octet| !matches!(octet, b'(' | b'"'))),
        }
        write_plain(&mut octets, lexer.slice(at..lexer.offset()));
    }
    octets
}

fn parameters(parameters: &Parameters) -> Parameters {
    let ascii = |parameter: &Parameter| match parameter.is_extended() || parameter.value_bytes().is_ascii() {
        true => parameter.clone(),
        false => Parameter::new(&parameter.name(), &parameter.value()).unwrap_or_else(|_| parameter.clone()),
    };
    parameters.iter().map(ascii).collect()
}
