//! Authentication-Results (RFC 8601 section 2.2).
//!
//! ```abnf
//! payload    = [CFWS] authserv-id [CFWS version] (";" "none" / 1*(";" resinfo))
//! resinfo    = method ["/" version] "=" result [CFWS reasonspec] *(CFWS propspec)
//! reasonspec = "reason" "=" value
//! propspec   = ptype "." property "=" pvalue
//! pvalue     = value / [[local-part] "@"] domain-name
//! ```
//!
//! CFWS may stand between any two of these; `value` is a token or a quoted string (RFC 2045 section 5.1), the names are
//! letters, digits and `-` (RFC 5321 section 4.1.2).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::Octets;
use super::content::number;
use super::lexer::{Lexer, is_space, is_token, unescape, write_plain, write_quoted};
use super::phrase::is_dot_atom;
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

    /// What it says: a value without its quotes, or an address or a domain as it stands (`a@x.example`, `@x.example`).
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
    ///
    /// By default results that are not all of the grammar are read as far as they can be: without the name of the server,
    /// with values that want quotes (`policy.iprev=2001:db8::1`), with text between the properties. To a strict reader they
    /// are none.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let mut results = Self::default();
        let mut is_result_due = !results.head(&mut lexer);
        let mut properties = 0_usize;
        let mut has_none = false;
        while core::mem::take(&mut is_result_due) || lexer.eat(b';') {
            lexer.cfws();
            let at = lexer.offset();
            if results.methods.len() >= Self::MAX || properties >= Self::MAX {
                lexer.flag(DefectKind::Limit);
                break;
            }
            match resinfo(&mut lexer) {
                ResInfo::Method(method) => {
                    properties = properties.saturating_add(method.properties.len());
                    results.methods.push(method);
                }
                ResInfo::None if results.methods.is_empty() && !has_none => has_none = true,
                ResInfo::None | ResInfo::Invalid => syntax(&mut lexer, at),
            }
            lexer.skip_to(|octet| octet == b';');
        }
        if results.methods.is_empty() != has_none {
            syntax(&mut lexer, raw.len());
        }
        (results, lexer.into_defects())
    }

    /// `authserv-id [CFWS version]`, up to the first semicolon; false if results come without it.
    fn head(&mut self, lexer: &mut Lexer<'_>) -> bool {
        lexer.cfws();
        let start = lexer.offset();
        let is_quoted = lexer.peek() == Some(b'"');
        let server = value(lexer);
        let is_value = is_quoted || is_all_token(server.as_bytes());
        lexer.cfws();
        let is_forgotten =
            !is_quoted && (server.as_bytes().contains(&b'=') || matches!(lexer.peek(), Some(b'=' | b'/')));
        if !is_value || is_forgotten {
            syntax(lexer, start);
        }
        if is_forgotten {
            lexer.seek(start);
            return false;
        }
        self.server = server;
        if lexer.peek().is_some_and(|octet| octet.is_ascii_digit()) {
            let at = lexer.offset();
            self.version = version(lexer);
            if self.version.is_none() {
                syntax(lexer, at);
            }
            lexer.cfws();
        }
        if lexer.peek().is_some_and(|octet| octet != b';') {
            let at = lexer.offset();
            syntax(lexer, at);
            lexer.skip_to(|octet| octet == b';');
        }
        true
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
                write_pvalue(&mut octets, property.value.as_bytes());
            }
        }
        if self.methods.is_empty() {
            octets.extend_from_slice(b"; none");
        }
        octets
    }
}

/// What stands between two semicolons.
enum ResInfo {
    Method(AuthMethod),
    /// `none`: nothing was looked at.
    None,
    Invalid,
}

fn resinfo(lexer: &mut Lexer<'_>) -> ResInfo {
    let mut reader = Reader { lexer: &mut *lexer, odd: None };
    let info = reader.resinfo();
    let odd = reader.odd;
    if let Some(at) = odd {
        syntax(lexer, at);
    }
    match info {
        ResInfo::Method(_) if odd.is_some() && lexer.is_strict() => ResInfo::Invalid,
        info => info,
    }
}

/// Reads a result, and notes what the grammar does not have.
struct Reader<'l, 'a> {
    lexer: &'l mut Lexer<'a>,
    odd: Option<usize>,
}

impl<'a> Reader<'_, 'a> {
    fn odd(&mut self, at: usize) {
        self.odd = self.odd.or(Some(at));
    }

    /// `Keyword = Ldh-str`, maybe empty, and the CFWS behind it; `_` is taken too, and odd.
    fn keyword(&mut self) -> &'a [u8] {
        let at = self.lexer.offset();
        let keyword =
            self.lexer.take_while(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'));
        if keyword.contains(&b'_') || keyword.ends_with(b"-") {
            self.odd(at);
        }
        self.lexer.cfws();
        keyword
    }

    /// `octet`, if it comes next, and the CFWS behind it.
    fn eat(&mut self, octet: u8) -> bool {
        let is_next = self.lexer.eat(octet);
        if is_next {
            self.lexer.cfws();
        }
        is_next
    }

    fn is_at_end(&self) -> bool {
        matches!(self.lexer.peek(), None | Some(b';'))
    }

    fn resinfo(&mut self) -> ResInfo {
        let method = self.keyword();
        if method.eq_ignore_ascii_case(b"none") && self.is_at_end() {
            return ResInfo::None;
        }
        let mut version = None;
        let at = self.lexer.offset();
        if self.eat(b'/') {
            version = self::version(self.lexer);
            if version.is_none() {
                self.odd(at);
            }
            self.lexer.cfws();
        }
        if method.is_empty() || !self.eat(b'=') {
            return ResInfo::Invalid;
        }
        let result = self.keyword();
        if result.is_empty() {
            return ResInfo::Invalid;
        }
        let mut info = AuthMethod {
            method: Octets::copy(method),
            version,
            result: Octets::copy(result),
            reason: None,
            properties: Vec::new(),
        };
        while !self.is_at_end() {
            let at = self.lexer.offset();
            if info.properties.len() >= AuthenticationResults::MAX {
                self.lexer.flag(DefectKind::Limit);
                break;
            }
            if !self.spec(&mut info) {
                // QUIRK: large servers write `action=none` among the properties.
                self.odd(at);
                self.skip_word();
            }
        }
        ResInfo::Method(info)
    }

    /// What is left of a word that is no property, and the CFWS behind it; what may be one is not touched.
    fn skip_word(&mut self) {
        if self.lexer.peek() == Some(b'"') {
            self.lexer.quoted();
        } else if !self.lexer.peek().is_some_and(|octet| octet.is_ascii_alphanumeric()) {
            self.lexer.take_while(|octet| !is_space(octet) && !matches!(octet, b';' | b'(' | b'"'));
        }
        self.lexer.cfws();
    }

    /// `reasonspec` or `propspec`, and the CFWS behind it; false if it is neither.
    fn spec(&mut self, info: &mut AuthMethod) -> bool {
        let at = self.lexer.offset();
        let kind = self.keyword();
        if kind.eq_ignore_ascii_case(b"reason") && self.eat(b'=') {
            if info.reason.is_some() || !info.properties.is_empty() {
                self.odd(at);
            }
            let at = self.lexer.offset();
            let is_quoted = self.lexer.peek() == Some(b'"');
            let value = value(self.lexer);
            if !is_quoted && !is_all_token(value.as_bytes()) {
                self.odd(at);
            }
            self.lexer.cfws();
            info.reason.get_or_insert(value);
            return true;
        }
        if kind.is_empty() || !self.eat(b'.') {
            return false;
        }
        let name = self.keyword();
        if name.is_empty() || !self.eat(b'=') {
            return false;
        }
        let value = self.pvalue();
        info.properties.push(AuthProperty { kind: Octets::copy(kind), name: Octets::copy(name), value });
        true
    }

    /// `pvalue`, and the CFWS behind it. A local part keeps the quotes that it needs.
    fn pvalue(&mut self) -> Octets {
        let at = self.lexer.offset();
        let is_quoted = self.lexer.peek() == Some(b'"');
        let mut value = value(self.lexer);
        self.lexer.cfws();
        let is_local = is_quoted || is_dot_atom(value.as_bytes());
        if is_local && self.lexer.peek() == Some(b'@') {
            let mut address = Vec::new();
            match is_dot_atom(value.as_bytes()) {
                true => address.extend_from_slice(value.as_bytes()),
                false => write_quoted(&mut address, value.as_bytes()),
            }
            address.extend_from_slice(self.lexer.take_while(is_plain));
            value = Octets::new(address);
            self.lexer.cfws();
        } else if is_quoted {
            return value;
        }
        if !is_all_token(value.as_bytes()) && !is_address(value.as_bytes()) {
            self.odd(at);
        }
        value
    }
}

fn syntax(lexer: &mut Lexer<'_>, at: usize) {
    lexer.flag_at(DefectKind::AuthenticationResultsSyntax, at);
}

/// `1*DIGIT`, if it is a number that there may be.
fn version(lexer: &mut Lexer<'_>) -> Option<u32> {
    number(lexer, 9).and_then(|version| u32::try_from(version).ok())
}

/// `value`: a quoted string, or what stands up to white space, `;` or a comment.
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

fn is_all_token(value: &[u8]) -> bool {
    !value.is_empty() && value.iter().all(|octet| is_token(*octet))
}

/// `[local-part] "@" domain-name` (RFC 6376 section 3.5 has the latter), as [`Reader::pvalue`] gives it.
fn is_address(value: &[u8]) -> bool {
    let is_label = |label: &[u8]| {
        let is_ldh = |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'-' || !octet.is_ascii();
        !label.is_empty() && label.iter().all(is_ldh) && !label.starts_with(b"-") && !label.ends_with(b"-")
    };
    let mut sides = value.rsplitn(2, |octet| *octet == b'@');
    let (Some(domain), Some(local)) = (sides.next(), sides.next()) else { return false };
    let is_local = local.is_empty() || is_dot_atom(local) || is_quoted_as_needed(local);
    is_local && domain.split(|octet| *octet == b'.').all(is_label)
}

/// Whether these octets are a quoted string that is no `dot-atom`, and escapes what must be escaped and no more.
fn is_quoted_as_needed(octets: &[u8]) -> bool {
    let mut lexer = Lexer::new(octets, Leniency::Strict);
    if lexer.peek() != Some(b'"') {
        return false;
    }
    let inner = unescape(lexer.quoted());
    let mut again = Vec::with_capacity(octets.len());
    write_quoted(&mut again, inner.as_bytes());
    !is_dot_atom(inner.as_bytes()) && again == octets
}

fn write_value(to: &mut Vec<u8>, value: &[u8]) {
    if is_all_token(value) {
        to.extend_from_slice(value);
    } else {
        write_quoted(to, value);
    }
}

fn write_pvalue(to: &mut Vec<u8>, value: &[u8]) {
    if is_address(value) {
        write_plain(to, value);
    } else {
        write_value(to, value);
    }
}
