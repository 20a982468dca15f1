//! Authentication-Results (RFC 8601 section 2.2).
//!
//! ```abnf
//! payload = authserv-id [version] (";" "none" / 1*(";" method ["/" version] "=" result [reason] *property))
//! reason  = "reason" "=" value
//! property = ptype "." name "=" pvalue
//! ```

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::Octets;
use super::content::number;
use super::lexer::{Lexer, is_space, is_token, unescape, write_plain, write_quoted};
use crate::{DefectKind, Defects, Leniency};

/// `propspec`: what a method looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AuthProperty {
    pub(super) kind: Octets,
    pub(super) name: Octets,
    pub(super) value: Octets,
}

impl AuthProperty {
    /// Where it is from: `smtp`, `header`, `body`, `policy`, `dns`.
    pub fn kind(&self) -> Cow<'_, str> {
        self.kind.text()
    }

    /// What it is: `mailfrom`, `d`.
    pub fn name(&self) -> Cow<'_, str> {
        self.name.text()
    }

    /// What it says.
    pub fn value(&self) -> Cow<'_, str> {
        self.value.text()
    }
}

/// `resinfo`: one method and its result.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AuthMethod {
    pub(super) method: Octets,
    pub(super) version: Option<u32>,
    pub(super) result: Octets,
    pub(super) reason: Option<Octets>,
    pub(super) properties: Vec<AuthProperty>,
}

impl AuthMethod {
    /// `spf`, `dkim`, `dmarc` …
    pub fn method(&self) -> Cow<'_, str> {
        self.method.text()
    }

    /// The version of the method, where it is told.
    pub fn version(&self) -> Option<u32> {
        self.version
    }

    /// `pass`, `fail`, `none` …
    pub fn result(&self) -> Cow<'_, str> {
        self.result.text()
    }

    /// Why.
    pub fn reason(&self) -> Option<Cow<'_, str>> {
        self.reason.as_ref().map(Octets::text)
    }

    /// What it looked at.
    pub fn properties(&self) -> impl ExactSizeIterator<Item = &AuthProperty> {
        self.properties.iter()
    }

    /// The value of one of them.
    pub fn property(&self, kind: &str, name: &str) -> Option<Cow<'_, str>> {
        let same = |octets: &Octets, text: &str| octets.as_bytes().eq_ignore_ascii_case(text.as_bytes());
        self.properties
            .iter()
            .find(|property| same(&property.kind, kind) && same(&property.name, name))
            .map(AuthProperty::value)
    }
}

/// `Authentication-Results`. Only those of a host that one trusts mean anything (RFC 8601 section 5).
///
/// ```
/// use rfc822_mime::{Leniency, value::AuthenticationResults};
/// let raw = b"mx.example 1; spf=pass (c) smtp.mailfrom=x.example;\r\n dkim=fail reason=\"bad key\" header.d=y.example";
/// let (results, defects) = AuthenticationResults::parse(raw, Leniency::Strict);
/// assert_eq!(results.server(), "mx.example");
/// let [spf, dkim] = [0, 1].map(|index| results.methods().nth(index).expect("a method"));
/// assert_eq!((&*spf.result(), spf.property("smtp", "mailfrom").as_deref()), ("pass", Some("x.example")));
/// assert_eq!(dkim.reason().as_deref(), Some("bad key"));
/// assert!(defects.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AuthenticationResults {
    pub(super) server: Octets,
    pub(super) version: Option<u32>,
    pub(super) methods: Vec<AuthMethod>,
}

impl AuthenticationResults {
    /// How many methods, and how many properties of them all, are read; the rest is a [`DefectKind::Limit`].
    pub const MAX: usize = 1_000;

    /// Reads what stands behind the colon of a field. What is no result is left out and flagged.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        lexer.cfws();
        let start = lexer.offset();
        let mut results = Self { server: value(&mut lexer), ..Self::default() };
        lexer.cfws();
        if lexer.peek().is_some_and(|octet| octet.is_ascii_digit()) {
            results.version = number(&mut lexer, 9).and_then(|version| u32::try_from(version).ok());
            lexer.cfws();
        }
        if results.server.is_empty() || results.server.as_bytes().contains(&b'=') {
            // the name of the server was forgotten
            lexer.flag_at(DefectKind::AuthenticationResultsSyntax, start);
            results.server = Octets::default();
            lexer.seek(start);
        } else if lexer.peek().is_some_and(|octet| octet != b';') {
            lexer.flag(DefectKind::AuthenticationResultsSyntax);
            lexer.skip_to(|octet| octet == b';');
        }
        let mut properties = 0_usize;
        loop {
            lexer.cfws();
            while lexer.eat(b';') {
                lexer.cfws();
            }
            if lexer.is_at_end() {
                break;
            }
            if results.methods.len() >= Self::MAX || properties >= Self::MAX {
                lexer.flag(DefectKind::Limit);
                break;
            }
            let at = lexer.offset();
            match method(&mut lexer) {
                Some(method) => {
                    properties = properties.saturating_add(method.properties.len());
                    results.methods.push(method);
                }
                None if lexer.slice(at..lexer.offset()).eq_ignore_ascii_case(b"none") => {}
                None => lexer.flag_at(DefectKind::AuthenticationResultsSyntax, at),
            }
            lexer.cfws();
            if lexer.peek().is_some_and(|octet| octet != b';') {
                lexer.flag(DefectKind::AuthenticationResultsSyntax);
                lexer.skip_to(|octet| octet == b';');
            }
        }
        (results, lexer.into_defects())
    }

    /// `authserv-id`: who says so; empty if it was forgotten.
    pub fn server(&self) -> Cow<'_, str> {
        self.server.text()
    }

    /// The version of the field, where it is told.
    pub fn version(&self) -> Option<u32> {
        self.version
    }

    /// The results; without any, nothing was looked at.
    pub fn methods(&self) -> impl ExactSizeIterator<Item = &AuthMethod> {
        self.methods.iter()
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        write_value(&mut octets, self.server.as_bytes());
        if let Some(version) = self.version {
            octets.extend_from_slice(alloc::format!(" {version}").as_bytes());
        }
        for method in &self.methods {
            octets.extend_from_slice(b"; ");
            write_plain(&mut octets, method.method.as_bytes());
            if let Some(version) = method.version {
                octets.extend_from_slice(alloc::format!("/{version}").as_bytes());
            }
            octets.push(b'=');
            write_plain(&mut octets, method.result.as_bytes());
            if let Some(reason) = &method.reason {
                octets.extend_from_slice(b" reason=");
                write_value(&mut octets, reason.as_bytes());
            }
            for property in &method.properties {
                octets.push(b' ');
                write_plain(&mut octets, property.kind.as_bytes());
                octets.push(b'.');
                write_plain(&mut octets, property.name.as_bytes());
                octets.push(b'=');
                write_value(&mut octets, property.value.as_bytes());
            }
        }
        if self.methods.is_empty() {
            octets.extend_from_slice(b"; none");
        }
        octets
    }
}

const fn is_keyword(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_')
}

/// `method ["/" version] "=" result [reason] *property`; without `=` only its first word is taken.
fn method(lexer: &mut Lexer<'_>) -> Option<AuthMethod> {
    let method = lexer.take_while(is_keyword);
    let end = lexer.offset();
    lexer.cfws();
    let mut version = None;
    if lexer.eat(b'/') {
        lexer.cfws();
        version = number(lexer, 9).and_then(|version| u32::try_from(version).ok());
        lexer.cfws();
    }
    if method.is_empty() || !lexer.eat(b'=') {
        lexer.seek(end);
        return None;
    }
    lexer.cfws();
    let result = lexer.take_while(is_keyword);
    let (mut reason, mut properties) = (None, Vec::new());
    loop {
        lexer.cfws();
        let kind = lexer.take_while(is_keyword);
        lexer.cfws();
        if kind.is_empty() {
            break;
        }
        if kind.eq_ignore_ascii_case(b"reason") && lexer.eat(b'=') {
            lexer.cfws();
            reason = reason.or(Some(value(lexer)));
            continue;
        }
        if !lexer.eat(b'.') {
            break;
        }
        lexer.cfws();
        let name = lexer.take_while(|octet| is_token(octet) && octet != b'.');
        lexer.cfws();
        if name.is_empty() || !lexer.eat(b'=') {
            break;
        }
        lexer.cfws();
        if properties.len() >= AuthenticationResults::MAX {
            lexer.flag(DefectKind::Limit);
            lexer.skip_to(|octet| octet == b';');
            break;
        }
        properties.push(AuthProperty {
            kind: Octets::copy(kind),
            name: Octets::copy(name),
            value: value(lexer),
        });
    }
    if result.is_empty() {
        return None;
    }
    Some(AuthMethod {
        method: Octets::copy(method),
        version,
        result: Octets::copy(result),
        reason,
        properties,
    })
}

/// `value` and `pvalue`: a quoted string, or what stands up to white space, `;` or a comment.
fn value(lexer: &mut Lexer<'_>) -> Octets {
    if lexer.peek() == Some(b'"') {
        unescape(lexer.quoted())
    } else {
        Octets::copy(lexer.take_while(is_plain))
    }
}

const fn is_plain(octet: u8) -> bool {
    !is_space(octet) && !matches!(octet, b';' | b'(' | b'"' | 0)
}

fn write_value(to: &mut Vec<u8>, value: &[u8]) {
    if !value.is_empty() && value.iter().all(|octet| is_plain(*octet)) {
        to.extend_from_slice(value);
    } else {
        write_quoted(to, value);
    }
}
