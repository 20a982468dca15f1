//! Addresses (RFC 5322 section 3.4, groups everywhere RFC 6854, UTF-8 RFC 6532).
//!
//! ```abnf
//! address      = mailbox / group
//! mailbox      = [display-name] "<" [route] addr-spec ">" / addr-spec
//! group        = display-name ":" [mailbox-list] ";"
//! addr-spec    = local-part "@" domain
//! ```

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use mail_wire::Error;

use super::encoded_word::{display_text, encode};
use super::lexer::{write_comment, write_plain, write_quoted};
use super::message_id::is_domain;
use super::phrase::is_dot_atom;
use super::{Octets, Phrase, address_parse, raw_text};
use crate::{Defects, Leniency};

/// `mailbox`: who, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Mailbox {
    pub(super) name: Phrase,
    pub(super) route: Vec<Octets>,
    pub(super) local: Octets,
    pub(super) domain: Octets,
    pub(super) comments: Vec<Octets>,
    pub(super) is_null: bool,
}

impl Mailbox {
    /// `local@domain`, without a name.
    ///
    /// # Errors
    /// `Syntax` if `local` is empty or holds CR, LF or NUL, or `domain` is no `dot-atom` and no literal in brackets.
    pub fn new(local: &str, domain: &str) -> Result<Self, Error> {
        if local.is_empty() || memchr::memchr3(b'\r', b'\n', 0, local.as_bytes()).is_some() {
            return Err(Error::syntax(0, "a local part"));
        }
        if !is_domain(domain.as_bytes()) {
            return Err(Error::syntax(0, "a domain"));
        }
        let (local, domain) = (Octets::copy(local.as_bytes()), Octets::copy(domain.as_bytes()));
        Ok(Self { local, domain, ..Self::default() })
    }

    /// The same with a display name.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = Phrase::new(name);
        self
    }

    /// Reads the first one of a field: Sender, Return-Path, Resent-Sender.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Option<Self>, Defects) {
        let (list, defects) = AddressList::parse(raw, leniency);
        let first = list.0.into_iter().find_map(|address| match address {
            Address::Mailbox(mailbox) => Some(mailbox),
            Address::Group(group) => group.mailboxes.into_iter().next(),
        });
        (first, defects)
    }

    /// The display name as it stands, maybe empty.
    pub fn name(&self) -> &Phrase {
        &self.name
    }

    /// The name for people: the display name, else the last comment.
    pub fn display_name(&self) -> Option<Cow<'_, str>> {
        if !self.name.is_empty() {
            return Some(self.name.display());
        }
        self.comments
            .last()
            .filter(|comment| !comment.is_empty())
            .map(|comment| display_text(comment.as_bytes()))
    }

    /// `local-part`, without quotes.
    pub fn local(&self) -> Cow<'_, str> {
        self.local.text()
    }

    /// The octets of it.
    pub fn local_bytes(&self) -> &[u8] {
        self.local.as_bytes()
    }

    /// The domain, or the literal with its brackets; empty if the address has none.
    pub fn domain(&self) -> Cow<'_, str> {
        self.domain.text()
    }

    /// The octets of it.
    pub fn domain_bytes(&self) -> &[u8] {
        self.domain.as_bytes()
    }

    /// What stands between the brackets of a literal: `127.0.0.1`, `IPv6:::1`.
    pub fn domain_literal(&self) -> Option<Cow<'_, str>> {
        self.domain.as_bytes().strip_prefix(b"[")?.strip_suffix(b"]").map(raw_text)
    }

    /// The domains of the obsolete route, without their `@`. They are to be ignored (RFC 5322 section 4.4).
    pub fn route(&self) -> impl ExactSizeIterator<Item = Cow<'_, str>> {
        self.route.iter().map(Octets::text)
    }

    /// The route as ENVELOPE tells it: `@a,@b`; empty without one.
    pub fn route_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for domain in &self.route {
            if !octets.is_empty() {
                octets.push(b',');
            }
            octets.push(b'@');
            write_plain(&mut octets, domain.as_bytes());
        }
        octets
    }

    /// The comments, wherever they stood, without their escapes.
    pub fn comments(&self) -> impl ExactSizeIterator<Item = Cow<'_, str>> {
        self.comments.iter().map(Octets::text)
    }

    /// The octets of them.
    pub fn comments_bytes(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.comments.iter().map(Octets::as_bytes)
    }

    /// Whether it is `<>`, the path of those who want no answer (RFC 5321 section 4.5.5).
    pub fn is_null(&self) -> bool {
        self.is_null
    }

    /// Whether it names an address: a local part at a domain.
    pub fn is_address(&self) -> bool {
        !self.local.is_empty() && !self.domain.is_empty()
    }

    /// Whether the address, not the name, has octets above 127, so that it needs SMTPUTF8 (RFC 6531).
    pub fn needs_utf8(&self) -> bool {
        ![&self.local, &self.domain].into_iter().chain(&self.route).all(|octets| octets.as_bytes().is_ascii())
    }

    /// The same for a header without UTF-8 (RFC 5322 without RFC 6532): name and comments as encoded words, where they need
    /// it.
    ///
    /// ```
    /// use rfc822_mime::value::Mailbox;
    /// let mailbox = Mailbox::new("jo", "x.example")?.with_name("Jörgensen");
    /// assert_eq!(mailbox.to_ascii()?.to_bytes(), b"=?utf-8?q?J=C3=B6rgensen?= <jo@x.example>");
    /// assert!(Mailbox::new("jörg", "x.example")?.to_ascii().is_err());
    /// # Ok::<(), mail_wire::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Unsupported` if the address [needs UTF-8](Self::needs_utf8), which no encoded word may stand for (RFC 2047 section 5).
    pub fn to_ascii(&self) -> Result<Self, Error> {
        if self.needs_utf8() {
            return Err(Error::unsupported(0, "an address in ASCII, or SMTPUTF8"));
        }
        let comment = |octets: &Octets| match octets.as_bytes().is_ascii() {
            true => octets.clone(),
            false => {
                let mut coded = Vec::new();
                encode(&mut coded, &display_text(octets.as_bytes()));
                Octets::new(coded)
            }
        };
        let comments = self.comments.iter().map(comment).collect();
        Ok(Self { name: self.name.to_ascii(), comments, ..self.clone() })
    }

    /// `addr-spec`: the local part between quotes if it needs them, `@`, the domain.
    pub fn addr_spec(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        self.write_addr_spec(&mut octets);
        octets
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        self.write(&mut octets);
        octets
    }

    fn write_addr_spec(&self, to: &mut Vec<u8>) {
        if is_dot_atom(self.local.as_bytes()) {
            to.extend_from_slice(self.local.as_bytes());
        } else if !self.local.is_empty() || !self.domain.is_empty() {
            write_quoted(to, self.local.as_bytes());
        }
        if !self.domain.is_empty() {
            to.push(b'@');
            write_plain(to, self.domain.as_bytes());
        }
    }

    fn write(&self, to: &mut Vec<u8>) {
        self.name.write(to);
        let has_address = !self.local.is_empty() || !self.domain.is_empty() || self.is_null;
        let is_bare = self.name.is_empty()
            && self.route.is_empty()
            && !self.is_null
            && (!self.domain.is_empty() || is_alone(self.local.as_bytes()));
        if has_address && is_bare {
            self.write_addr_spec(to);
        } else if has_address {
            to.extend_from_slice(if self.name.is_empty() { b"<" } else { b" <" });
            to.extend_from_slice(&self.route_bytes());
            if !self.route.is_empty() {
                to.push(b':');
            }
            self.write_addr_spec(to);
            to.push(b'>');
        }
        for comment in &self.comments {
            to.push(b' ');
            write_comment(to, comment.as_bytes());
        }
    }
}

/// Whether a word without a domain is taken for a local part, and not for a name.
pub(super) fn is_alone(local: &[u8]) -> bool {
    is_dot_atom(local) && !local.starts_with(b"=?")
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&raw_text(&self.to_bytes()))
    }
}

/// `group`: a name for some mailboxes, maybe for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Group {
    pub(super) name: Phrase,
    pub(super) mailboxes: Vec<Mailbox>,
}

impl Group {
    /// One to write.
    pub fn new(name: &str, mailboxes: impl IntoIterator<Item = Mailbox>) -> Self {
        let name = Phrase::new(if name.trim().is_empty() { "?" } else { name });
        Self { name, mailboxes: mailboxes.into_iter().collect() }
    }

    /// Its name as it stands.
    pub fn name(&self) -> &Phrase {
        &self.name
    }

    /// Its mailboxes.
    pub fn mailboxes(&self) -> impl ExactSizeIterator<Item = &Mailbox> {
        self.mailboxes.iter()
    }
}

/// `address`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Address {
    /// A mailbox.
    Mailbox(Mailbox),
    /// A group of them.
    Group(Group),
}

/// `address-list`: From, To, Cc, Bcc, Reply-To and their like.
///
/// ```
/// use rfc822_mime::{Leniency, value::{Address, AddressList}};
/// let (list, _) = AddressList::parse(b"x@y.example, G: a@b.example, d@[127.0.0.1];", Leniency::Lenient);
/// assert!(matches!(list.iter().nth(1), Some(Address::Group(group)) if group.mailboxes().len() == 2));
/// assert_eq!(list.mailboxes().last().and_then(|mailbox| mailbox.domain_literal()).as_deref(), Some("127.0.0.1"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AddressList(pub(crate) Vec<Address>);

impl AddressList {
    /// How many mailboxes and groups are read; the rest is a [`DefectKind::Limit`](crate::DefectKind::Limit).
    pub const MAX: usize = 10_000;

    /// Reads all of a field. What is no address is left out and flagged; what has a name only, or a local part only, is
    /// an entry all the same.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        address_parse::address_list(raw, leniency)
    }

    /// Mailboxes and groups, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Address> {
        self.0.iter()
    }

    /// The mailboxes, those of groups too, in their order.
    pub fn mailboxes(&self) -> impl Iterator<Item = &Mailbox> {
        self.0.iter().flat_map(|address| match address {
            Address::Mailbox(mailbox) => core::slice::from_ref(mailbox),
            Address::Group(group) => &group.mailboxes,
        })
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the addresses of another field of the same name, behind its own.
    pub fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// The same for a header without UTF-8: see [`Mailbox::to_ascii`].
    ///
    /// # Errors
    /// `Unsupported` if one of the addresses needs UTF-8.
    pub fn to_ascii(&self) -> Result<Self, Error> {
        let one = |address: &Address| match address {
            Address::Mailbox(mailbox) => mailbox.to_ascii().map(Address::Mailbox),
            Address::Group(group) => {
                let mailboxes = group.mailboxes.iter().map(Mailbox::to_ascii).collect::<Result<_, _>>()?;
                Ok(Address::Group(Group { name: group.name.to_ascii(), mailboxes }))
            }
        };
        self.0.iter().map(one).collect::<Result<Vec<_>, _>>().map(Self)
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for (index, address) in self.0.iter().enumerate() {
            if index > 0 {
                octets.extend_from_slice(b", ");
            }
            match address {
                Address::Mailbox(mailbox) => mailbox.write(&mut octets),
                Address::Group(group) => {
                    group.name.write(&mut octets);
                    octets.push(b':');
                    for (index, mailbox) in group.mailboxes.iter().enumerate() {
                        octets.extend_from_slice(if index > 0 { b", " } else { b" " });
                        mailbox.write(&mut octets);
                    }
                    octets.push(b';');
                }
            }
        }
        octets
    }
}

impl fmt::Display for AddressList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&raw_text(&self.to_bytes()))
    }
}

impl FromIterator<Address> for AddressList {
    fn from_iter<I: IntoIterator<Item = Address>>(addresses: I) -> Self {
        Self(addresses.into_iter().collect())
    }
}

impl FromIterator<Mailbox> for AddressList {
    fn from_iter<I: IntoIterator<Item = Mailbox>>(mailboxes: I) -> Self {
        mailboxes.into_iter().map(Address::Mailbox).collect()
    }
}
