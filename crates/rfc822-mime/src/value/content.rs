//! The fields that begin with `Content-`, and MIME-Version (RFC 2045, 2183, 3282, 2557, 1864, 2424). Content-ID is a
//! [`MessageId`](super::MessageId), Content-Description a [`Text`](super::Text).

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_wire::Error;

use super::lexer::{Lexer, is_space, is_token, trim, write_plain};
use super::parameter_parse::parameters;
use super::{Octets, Parameters, TransferEncoding};
use crate::{DefectKind, Defects, Leniency};

/// `Content-Type` (RFC 2045 section 5.1). One that can't be read is `text/plain` (section 5.2).
///
/// ```
/// use rfc822_mime::{Leniency, value::ContentType};
/// let (content_type, _) = ContentType::parse(b"Text/HTML (c1); charset (c2) = (c3) \"utf-8\"", Leniency::Lenient);
/// assert!(content_type.is("text", "html"));
/// assert_eq!(content_type.charset().as_deref(), Some("utf-8"));
/// assert_eq!(content_type.to_bytes(), b"Text/HTML; charset=utf-8");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ContentType {
    main: Octets,
    sub: Octets,
    parameters: Parameters,
}

impl Default for ContentType {
    /// `text/plain`, without parameters: what no field means.
    fn default() -> Self {
        Self { main: Octets::copy(b"text"), sub: Octets::copy(b"plain"), parameters: Parameters::new() }
    }
}

impl ContentType {
    /// One to write.
    ///
    /// # Errors
    /// `Syntax` if either name is no token.
    pub fn new(main: &str, sub: &str, parameters: Parameters) -> Result<Self, Error> {
        Ok(Self { main: token(main)?, sub: token(sub)?, parameters })
    }

    /// Reads what stands behind the colon of a field.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let (main, sub) = names(&mut lexer).unwrap_or_else(|| {
            lexer.flag_at(DefectKind::ContentTypeSyntax, 0);
            // what is left of the type says nothing, but its parameters may
            lexer.skip_to(|octet| octet == b';');
            (b"text", b"plain")
        });
        let (main, sub) = (Octets::copy(main), Octets::copy(sub));
        let parameters = if lexer.is_strict() && !lexer.defects().is_empty() {
            Parameters::new()
        } else {
            parameters(&mut lexer)
        };
        (Self { main, sub, parameters }, lexer.into_defects())
    }

    /// The type, as it was written.
    pub fn main_type(&self) -> Cow<'_, str> {
        self.main.text()
    }

    /// The subtype, as it was written.
    pub fn subtype(&self) -> Cow<'_, str> {
        self.sub.text()
    }

    /// Whether it is `main/sub`, in any letter case.
    pub fn is(&self, main: &str, sub: &str) -> bool {
        self.is_a(main) && self.sub.as_bytes().eq_ignore_ascii_case(sub.as_bytes())
    }

    /// Whether the type is `main`, in any letter case.
    pub fn is_a(&self, main: &str) -> bool {
        self.main.as_bytes().eq_ignore_ascii_case(main.as_bytes())
    }

    /// The parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The parameter `charset`.
    pub fn charset(&self) -> Option<Cow<'_, str>> {
        self.parameters.parameter("charset").map(super::Parameter::value)
    }

    /// The octets of the parameter `boundary`.
    pub fn boundary(&self) -> Option<&[u8]> {
        self.parameters.get_bytes("boundary")
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        write_plain(&mut octets, self.main.as_bytes());
        octets.push(b'/');
        write_plain(&mut octets, self.sub.as_bytes());
        self.parameters.write(&mut octets);
        octets
    }
}

/// Type and subtype of a Content-Type, if it can be read.
pub(crate) fn media_type(raw: &[u8], leniency: Leniency) -> Option<(&[u8], &[u8])> {
    names(&mut Lexer::new(raw, leniency))
}

/// `type "/" subtype`, if that is what stands in front of the parameters.
fn names<'a>(lexer: &mut Lexer<'a>) -> Option<(&'a [u8], &'a [u8])> {
    lexer.cfws();
    let main = lexer.token();
    lexer.cfws();
    if main.is_empty() || !lexer.eat(b'/') {
        return None;
    }
    lexer.cfws();
    let sub = lexer.token();
    lexer.cfws();
    let is_end = match lexer.peek() {
        None | Some(b';') => true,
        // the first semicolon was forgotten
        Some(octet) => is_token(octet),
    };
    (!sub.is_empty() && is_end).then_some((main, sub))
}

fn token(text: &str) -> Result<Octets, Error> {
    match text.bytes().position(|octet| !octet.is_ascii() || !is_token(octet)) {
        None if !text.is_empty() => Ok(Octets::copy(text.as_bytes())),
        at => Err(Error::syntax(at.unwrap_or(0) as u64, "a token")),
    }
}

/// `Content-Disposition` (RFC 2183). One that can't be read is `attachment` (section 2.8).
///
/// ```
/// use rfc822_mime::{Leniency, value::ContentDisposition};
/// let raw = b"attachment; filename*=utf-8''..%2F%e2%82%ac.txt";
/// let (disposition, _) = ContentDisposition::parse(raw, Leniency::Lenient);
/// assert!(!disposition.is_inline());
/// assert_eq!(disposition.parameters().get("filename").as_deref(), Some("../€.txt"));
/// assert_eq!(disposition.parameters().file_name("filename").as_deref(), Some("€.txt"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ContentDisposition {
    kind: Octets,
    parameters: Parameters,
}

impl ContentDisposition {
    /// One to write.
    ///
    /// # Errors
    /// `Syntax` if `kind` is no token.
    pub fn new(kind: &str, parameters: Parameters) -> Result<Self, Error> {
        Ok(Self { kind: token(kind)?, parameters })
    }

    /// Reads what stands behind the colon of a field.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        lexer.cfws();
        let at = lexer.offset();
        let mut kind = lexer.token();
        lexer.cfws();
        if kind.is_empty() || lexer.peek() == Some(b'=') {
            lexer.flag_at(DefectKind::DispositionSyntax, at);
            kind = b"attachment";
            lexer.seek(at);
        }
        let parameters = parameters(&mut lexer);
        (Self { kind: Octets::copy(kind), parameters }, lexer.into_defects())
    }

    /// The disposition, as it was written.
    pub fn kind(&self) -> Cow<'_, str> {
        self.kind.text()
    }

    /// Whether it is `inline`; what is unknown is an attachment (RFC 2183 section 2.8).
    pub fn is_inline(&self) -> bool {
        self.kind.as_bytes().eq_ignore_ascii_case(b"inline")
    }

    /// The parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        write_plain(&mut octets, self.kind.as_bytes());
        self.parameters.write(&mut octets);
        octets
    }
}

impl TransferEncoding {
    /// Reads what stands behind the colon of a field. An empty one is as none.
    ///
    /// ```
    /// use rfc822_mime::{Leniency, value::TransferEncoding};
    /// assert_eq!(TransferEncoding::parse(b"(c) BASE64 (d)", Leniency::Lenient).0, TransferEncoding::Base64);
    /// assert_eq!(TransferEncoding::parse(b"x-foo", Leniency::Lenient).0.to_bytes(), b"x-foo");
    /// ```
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        lexer.cfws();
        let at = lexer.offset();
        // QUIRK: several mailers quote the name, which the grammar lacks.
        let is_quoted = lexer.peek() == Some(b'"');
        let mut name = if is_quoted { trim(lexer.quoted()) } else { lexer.token() };
        lexer.cfws();
        if is_quoted || name.is_empty() {
            lexer.flag_at(DefectKind::TransferEncodingSyntax, at);
        } else if !lexer.is_at_end() {
            // QUIRK: `base64;`, as if parameters could follow.
            lexer.flag(DefectKind::TransferEncodingSyntax);
        }
        let is_odd = !name.iter().copied().all(is_token) || (name.is_empty() && !lexer.is_at_end());
        if is_odd || (is_quoted && lexer.is_strict()) {
            name = trim(raw.get(at..).unwrap_or_default());
        }
        let encoding = match Self::known(name) {
            Some(encoding) => encoding,
            None if name.is_empty() => Self::SevenBit,
            None => {
                lexer.flag_at(DefectKind::TransferEncodingUnknown, at);
                Self::Other(Octets::copy(name).text().into())
            }
        };
        (encoding, lexer.into_defects())
    }

    /// The octets for a field.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        write_plain(&mut octets, self.name().as_bytes());
        octets
    }
}

/// `Content-Language` (RFC 3282): language tags with commas between them.
///
/// ```
/// use rfc822_mime::{Leniency, value::ContentLanguage};
/// let (languages, _) = ContentLanguage::parse(b"de-AT, (English) en", Leniency::Lenient);
/// assert!(languages.iter().eq(["de-AT", "en"]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ContentLanguage(pub(super) Vec<Box<str>>);

impl ContentLanguage {
    /// How many are read.
    pub const MAX: usize = 1_000;

    /// Reads what stands behind the colon of a field.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let mut tags: Vec<Box<str>> = Vec::new();
        loop {
            lexer.cfws();
            let Some(octet) = lexer.peek() else { break };
            let tag = lexer.take_while(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
            if tags.len() >= Self::MAX {
                lexer.flag(DefectKind::Limit);
                break;
            }
            if !tag.is_empty() {
                tags.push(String::from_utf8_lossy(tag).into());
            } else {
                lexer.bump();
                if octet != b',' {
                    lexer.flag(DefectKind::BadCharacter);
                    lexer.skip_to(|octet| octet == b',');
                }
            }
        }
        (Self(tags), lexer.into_defects())
    }

    /// The tags, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|tag| &**tag)
    }

    /// The octets for a field, not folded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        write_plain(&mut octets, self.0.join(", ").as_bytes());
        octets
    }
}

/// `Content-Location` (RFC 2557 section 4): a URI, whose folding is none of it.
///
/// ```
/// use rfc822_mime::{Leniency, value::ContentLocation};
/// let (location, _) = ContentLocation::parse(b" http://x.example/a\r\n b.gif", Leniency::Lenient);
/// assert_eq!(location.as_text(), "http://x.example/ab.gif");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ContentLocation(pub(super) Octets);

impl ContentLocation {
    /// Reads what stands behind the colon of a field.
    pub fn parse(raw: &[u8], _leniency: Leniency) -> (Self, Defects) {
        let uri = raw.iter().copied().filter(|octet| !is_space(*octet) && *octet != 0).collect();
        (Self(Octets::new(uri)), Defects::new())
    }

    /// The URI.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The URI as text.
    pub fn as_text(&self) -> Cow<'_, str> {
        self.0.text()
    }

    /// The octets for a field.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}

/// `Content-MD5` (RFC 1864): the digest of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ContentMd5([u8; 16]);

impl ContentMd5 {
    /// Of a digest.
    pub const fn new(digest: [u8; 16]) -> Self {
        Self(digest)
    }

    /// Reads what stands behind the colon of a field, if it is a digest.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Option<Self>, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        lexer.cfws();
        let at = lexer.offset();
        let text = lexer.take_while(|octet| !is_space(octet) && octet != b'(');
        lexer.cfws();
        let value = STANDARD.decode(text).ok().and_then(|octets| <[u8; 16]>::try_from(octets).ok());
        if value.is_none() || !lexer.is_at_end() {
            lexer.flag_at(DefectKind::DigestSyntax, at);
        }
        (value.filter(|_| lexer.is_at_end()).map(Self), lexer.into_defects())
    }

    /// The digest.
    pub const fn digest(&self) -> &[u8; 16] {
        &self.0
    }

    /// The octets for a field.
    pub fn to_bytes(&self) -> Vec<u8> {
        STANDARD.encode(self.0).into_bytes()
    }
}

/// `Content-Duration` (RFC 2424): seconds.
///
/// ```
/// use rfc822_mime::{Leniency, value::ContentDuration};
/// assert_eq!(ContentDuration::parse(b" 33 (of them)", Leniency::Lenient).0.map(|value| value.seconds()), Some(33));
/// assert_eq!(ContentDuration::parse(b"12345678901", Leniency::Lenient).0, None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ContentDuration(u64);

impl ContentDuration {
    /// So many seconds, if ten digits hold them.
    pub const fn new(seconds: u64) -> Option<Self> {
        if seconds <= 9_999_999_999 { Some(Self(seconds)) } else { None }
    }

    /// Reads what stands behind the colon of a field: `1*10DIGIT`.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Option<Self>, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        lexer.cfws();
        let seconds = number(&mut lexer, 10);
        lexer.cfws();
        let value = seconds.filter(|_| lexer.is_at_end()).and_then(Self::new);
        if value.is_none() {
            lexer.flag_at(DefectKind::DurationSyntax, 0);
        }
        (value, lexer.into_defects())
    }

    /// Seconds.
    pub const fn seconds(&self) -> u64 {
        self.0
    }

    /// The octets for a field.
    pub fn to_bytes(&self) -> Vec<u8> {
        alloc::format!("{}", self.0).into_bytes()
    }
}

/// Decimal digits, at least one and at most so many; the value fits.
pub(super) fn number(lexer: &mut Lexer<'_>, most: usize) -> Option<u64> {
    let digits = lexer.take_while(|octet| octet.is_ascii_digit());
    if digits.is_empty() || digits.len() > most {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, octet| {
        number.checked_mul(10)?.checked_add(u64::from(octet.wrapping_sub(b'0')))
    })
}

/// `MIME-Version` (RFC 2045 section 4).
///
/// ```
/// use rfc822_mime::{Leniency, value::MimeVersion};
/// let (version, _) = MimeVersion::parse(b"1.(produced by x)0", Leniency::Lenient);
/// assert_eq!(version, Some(MimeVersion::V1_0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MimeVersion {
    major: u16,
    minor: u16,
}

impl MimeVersion {
    /// The only one there is.
    pub const V1_0: Self = Self { major: 1, minor: 0 };

    /// Another one.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// Reads what stands behind the colon of a field: `1*DIGIT "." 1*DIGIT`.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Option<Self>, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let version = Self::read(&mut lexer);
        lexer.cfws();
        if version.is_none() || !lexer.is_at_end() {
            lexer.flag(DefectKind::VersionSyntax);
        }
        (version, lexer.into_defects())
    }

    fn read(lexer: &mut Lexer<'_>) -> Option<Self> {
        lexer.cfws();
        let major = u16::try_from(number(lexer, 5)?).ok()?;
        lexer.cfws();
        if !lexer.eat(b'.') {
            return None;
        }
        lexer.cfws();
        let minor = u16::try_from(number(lexer, 5)?).ok()?;
        Some(Self { major, minor })
    }

    /// In front of the dot.
    pub const fn major(&self) -> u16 {
        self.major
    }

    /// Behind the dot.
    pub const fn minor(&self) -> u16 {
        self.minor
    }

    /// The octets for a field.
    pub fn to_bytes(&self) -> Vec<u8> {
        alloc::format!("{}.{}", self.major, self.minor).into_bytes()
    }
}
