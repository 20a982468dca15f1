//! Parameters (RFC 2045 section 5.1, RFC 2231).
//!
//! ```abnf
//! parameter          = attribute "=" value
//! value              = token / quoted-string
//! extended-parameter = attribute ["*" index] "*" "=" [charset] "'" [language] "'" *(ext-octet / attribute-char)
//! ```

use alloc::borrow::{Cow, ToOwned as _};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::Error;

use super::encoded_word::{display_text, push_hex, to_text};
use super::lexer::{is_token, write_plain, write_quoted};
use super::parameter_parse;
use super::{Octets, raw_text};
use crate::{Defects, Leniency};

/// One parameter; its continuations (RFC 2231 section 3) are joined, its percent signs decoded.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Parameter {
    pub(super) name: Octets,
    pub(super) value: Octets,
    pub(super) extension: Option<Extension>,
}

/// What RFC 2231 adds to a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Extension {
    pub(super) charset: Option<Box<str>>,
    pub(super) language: Option<Box<str>>,
}

impl Parameter {
    /// One with a value of text. What is not printable ASCII will be written as RFC 2231 wants, in UTF-8.
    ///
    /// # Errors
    /// `Syntax` if the name is no token of ASCII without `*`, `'` and `%`, or the value holds CR, LF or NUL.
    pub fn new(name: &str, value: &str) -> Result<Self, Error> {
        if name.is_empty() || !name.bytes().all(is_attribute) {
            return Err(Error::syntax(0, "the name of a parameter"));
        }
        if let Some(at) = memchr::memchr3(b'\r', b'\n', 0, value.as_bytes()) {
            return Err(Error::syntax(at as u64, "no CR, LF or NUL in a parameter"));
        }
        let is_plain = value.bytes().all(|octet| octet.is_ascii_graphic() || octet == b' ');
        let extension = (!is_plain).then(|| Extension { charset: Some("utf-8".into()), language: None });
        Ok(Self { name: Octets::copy(name.as_bytes()), value: Octets::copy(value.as_bytes()), extension })
    }

    /// Its name, as it was written, without the `*` of RFC 2231. Compare without letter case.
    pub fn name(&self) -> Cow<'_, str> {
        self.name.text()
    }

    /// The octets of its value, in its charset.
    pub fn value_bytes(&self) -> &[u8] {
        self.value.as_bytes()
    }

    /// The value as text, as RFC 2231 has it: encoded words stand as they are.
    pub fn value(&self) -> Cow<'_, str> {
        match self.charset().and_then(|charset| to_text(charset.as_bytes(), self.value.as_bytes())) {
            Some(text) => Cow::Owned(text),
            None => self.value.text(),
        }
    }

    /// The value for people: encoded words, which RFC 2047 section 5 forbids here and many send, are decoded too.
    pub fn display(&self) -> Cow<'_, str> {
        match self.value() {
            Cow::Borrowed(text) => display_text(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(display_text(text.as_bytes()).into_owned()),
        }
    }

    /// The charset that RFC 2231 gave it.
    pub fn charset(&self) -> Option<&str> {
        self.extension.as_ref()?.charset.as_deref()
    }

    /// The language that RFC 2231 gave it.
    pub fn language(&self) -> Option<&str> {
        self.extension.as_ref()?.language.as_deref()
    }

    /// Whether it came as RFC 2231 has it, with a `*`, or will be written so for what it holds.
    pub fn is_extended(&self) -> bool {
        self.extension.is_some()
    }

    /// `extended-value`: charset, language and value as they stand behind `name*=`, all on one line. `None` if neither charset
    /// nor language was told, so that the octets of the value say all.
    ///
    /// ```
    /// use rfc822_mime::{Leniency, value::Parameters};
    /// let raw = b"; a*0*=utf-8'en'%e2%98; a*1*=%95; b*0=plain; b*1=\" text\"";
    /// let (parameters, _) = Parameters::parse(raw, Leniency::Lenient);
    /// let extended = |name| parameters.parameter(name).and_then(|parameter| parameter.extended_bytes());
    /// assert_eq!((extended("a").as_deref(), extended("b")), (Some(&b"utf-8'en'%E2%98%95"[..]), None));
    /// ```
    pub fn extended_bytes(&self) -> Option<Vec<u8>> {
        let told = self.charset().or(self.language());
        told.and(self.extension.as_ref()).map(|extension| coded(extension, self.value.as_bytes()))
    }

    /// `; name=value`, or in continuations if that is longer than a line; each of them has at least `least` octets.
    fn write(&self, to: &mut Vec<u8>, least: usize) {
        let (name, value) = (self.name.as_bytes(), self.value.as_bytes());
        // what a line has room for, beside `;`, the name, `*999*=` or `*999=""`
        let room = 69_usize.saturating_sub(name.len()).max(20).max(least);
        match &self.extension {
            None => write_segments(to, name, b"", quoted_segments(value, room), write_value),
            Some(extension) => {
                let coded = coded(extension, value);
                let prefix = coded.len().saturating_sub(percent_len(value));
                write_segments(to, name, b"*", coded_segments(&coded, prefix, room), write_plain);
            }
        }
    }

    /// How many octets its continuations share.
    fn shared_octets(&self) -> usize {
        let texts =
            [self.charset(), self.language()].into_iter().flatten().map(|text| percent_len(text.as_bytes()));
        let value = self.value.as_bytes();
        match self.is_extended() {
            true => texts.fold(percent_len(value), usize::saturating_add).saturating_add(2),
            false => value.iter().map(|octet| quoted_len(*octet)).sum(),
        }
    }
}

/// Two are equal if what they say is: their name, octets, charset and language. A value in continuations and the same in
/// one piece are equal.
impl PartialEq for Parameter {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.value == other.value
            && self.charset() == other.charset()
            && self.language() == other.language()
    }
}

impl Eq for Parameter {}

impl core::hash::Hash for Parameter {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        (&self.name, &self.value, self.charset(), self.language()).hash(state);
    }
}

/// `; name=segment`, or `; name*0=segment; name*1=…` if there are more of them.
fn write_segments<'s>(
    to: &mut Vec<u8>,
    name: &[u8],
    mark: &[u8],
    mut segments: impl Iterator<Item = &'s [u8]>,
    write: impl Fn(&mut Vec<u8>, &[u8]),
) {
    let mut one = |index: Option<usize>, segment: &[u8]| {
        to.extend_from_slice(b"; ");
        write_plain(to, name);
        if let Some(index) = index {
            to.extend_from_slice(alloc::format!("*{index}").as_bytes());
        }
        to.extend_from_slice(mark);
        to.push(b'=');
        write(to, segment);
    };
    let first = segments.next().unwrap_or_default();
    // What reads as a number, or as a mark, is of the name only if a number follows it.
    let (_, index, is_encoded) = parameter_parse::extension(name);
    let number = (index.is_some() || is_encoded).then_some(0);
    let Some(second) = segments.next() else { return one(number, first) };
    for (index, segment) in [first, second].into_iter().chain(segments).enumerate() {
        one(Some(index), segment);
    }
}

/// `[charset] "'" [language] "'" *(ext-octet / attribute-char)`
fn coded(extension: &Extension, value: &[u8]) -> Vec<u8> {
    let mut coded = Vec::with_capacity(value.len());
    push_percent(&mut coded, extension.charset.as_deref().unwrap_or_default().as_bytes());
    coded.push(b'\'');
    push_percent(&mut coded, extension.language.as_deref().unwrap_or_default().as_bytes());
    coded.push(b'\'');
    push_percent(&mut coded, value);
    coded
}

/// Pieces of a percent-encoded value that break no `%XX`, at most so many octets each; but the first has all of the prefix.
fn coded_segments(coded: &[u8], mut prefix: usize, room: usize) -> impl Iterator<Item = &[u8]> {
    pieces(coded, move |rest| {
        let end = room.max(core::mem::take(&mut prefix)).min(rest.len());
        let back = (1..=2_usize).find(|back| rest.get(end.saturating_sub(*back)) == Some(&b'%'));
        end.saturating_sub(back.filter(|_| end < rest.len()).unwrap_or(0))
    })
}

/// Pieces of a value that are at most so many octets each when they are quoted.
fn quoted_segments(value: &[u8], room: usize) -> impl Iterator<Item = &[u8]> {
    pieces(value, move |rest| {
        let mut left = room;
        let fits = |octet: &&u8| {
            let octets = quoted_len(**octet);
            let is_room = left >= octets;
            left = left.saturating_sub(octets);
            is_room
        };
        rest.iter().take_while(fits).count()
    })
}

/// Octets between quotes.
const fn quoted_len(octet: u8) -> usize {
    if matches!(octet, b'"' | b'\\') { 2 } else { 1 }
}

/// `octets`, each time as many as `next` takes, which is never none.
fn pieces(octets: &[u8], mut next: impl FnMut(&[u8]) -> usize) -> impl Iterator<Item = &[u8]> {
    let mut rest = octets;
    core::iter::from_fn(move || {
        let (piece, behind) = rest.split_at_checked(next(rest).max(1))?;
        rest = behind;
        Some(piece)
    })
}

/// `value = token / quoted-string`
fn write_value(to: &mut Vec<u8>, value: &[u8]) {
    if !value.is_empty() && value.iter().all(|octet| is_token(*octet)) {
        write_plain(to, value);
    } else {
        write_quoted(to, value);
    }
}

/// `attribute-char` (RFC 2231 section 7).
fn is_attribute(octet: u8) -> bool {
    octet.is_ascii() && is_token(octet) && !matches!(octet, b'*' | b'\'' | b'%')
}

/// Octets that [`push_percent`] adds.
fn percent_len(octets: &[u8]) -> usize {
    octets.iter().map(|octet| if is_attribute(*octet) { 1 } else { 3 }).sum()
}

fn push_percent(to: &mut Vec<u8>, octets: &[u8]) {
    for &octet in octets {
        if is_attribute(octet) {
            to.push(octet);
        } else {
            push_hex(to, b'%', octet);
        }
    }
}

/// The parameters behind a type or a disposition, in their order.
///
/// ```
/// use rfc822_mime::{Leniency, value::Parameters};
/// let raw = b"; name*1=\"about \"; name*0=\"Book \"; name*2*=utf-8''%e2%98%95; x=1";
/// let (parameters, _) = Parameters::parse(raw, Leniency::Lenient);
/// assert_eq!(parameters.get("Name").as_deref(), Some("Book about ☕"));
/// assert_eq!(parameters.get_bytes("x"), Some(&b"1"[..]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Parameters(pub(super) Vec<Parameter>);

impl Parameters {
    /// How many are read, continuations counted each; the rest is a [`DefectKind::Limit`](crate::DefectKind::Limit).
    pub const MAX: usize = 128;

    /// None.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Reads `*(";" parameter)`.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Self, Defects) {
        let mut lexer = super::lexer::Lexer::new(raw, leniency);
        let parameters = parameter_parse::parameters(&mut lexer);
        (parameters, lexer.into_defects())
    }

    /// One more; one of the same name and kind is replaced.
    pub fn set(&mut self, parameter: Parameter) {
        let same = |old: &Parameter| {
            old.is_extended() == parameter.is_extended()
                && old.name.as_bytes().eq_ignore_ascii_case(parameter.name.as_bytes())
        };
        match self.0.iter_mut().find(|old| same(old)) {
            Some(old) => *old = parameter,
            None => self.0.push(parameter),
        }
    }

    /// The parameter of that name: the extended one, if there are both (RFC 2231 has it for those who can read it).
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        let named = |parameter: &&Parameter| parameter.name.as_bytes().eq_ignore_ascii_case(name.as_bytes());
        self.0
            .iter()
            .filter(named)
            .find(|parameter| parameter.is_extended())
            .or_else(|| self.0.iter().find(named))
    }

    /// Its value for people: [`Parameter::display`].
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.parameter(name).map(Parameter::display)
    }

    /// The octets of its value.
    pub fn get_bytes(&self, name: &str) -> Option<&[u8]> {
        self.parameter(name).map(Parameter::value_bytes)
    }

    /// A name of a file that may be used in a directory: what stands behind the last `/` or `\`, without control
    /// characters, and nothing if that is empty, `.` or `..`.
    pub fn file_name(&self, name: &str) -> Option<String> {
        let text = self.get(name)?;
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let clean: String = last.chars().filter(|character| !character.is_control()).collect();
        let clean = clean.trim();
        (!matches!(clean, "" | "." | "..")).then(|| clean.to_owned())
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Parameter> {
        self.0.iter()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `*(";" parameter)`, not folded: empty without parameters.
    ///
    /// What is longer than a line is cut into continuations (RFC 2231 section 3), in pieces that a line has room for, or
    /// longer ones where those would be more than [`MAX`](Self::MAX). Not cut is `boundary`, which many readers look for in
    /// one piece only, and the plain one of two with the same name.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        self.write(&mut octets);
        octets
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        let octets = self.0.iter().map(Parameter::shared_octets).fold(0, usize::saturating_add);
        // cuts that break nothing may be two octets early
        let share = octets.checked_div(Self::MAX.saturating_sub(self.0.len()));
        let least = share.map_or(usize::MAX, |share| share.saturating_add(3));
        for parameter in &self.0 {
            let name = parameter.name.as_bytes();
            let is_beside_extended = || self.parameter(&raw_text(name)).is_some_and(Parameter::is_extended);
            let is_whole =
                !parameter.is_extended() && (name.eq_ignore_ascii_case(b"boundary") || is_beside_extended());
            parameter.write(to, if is_whole { usize::MAX } else { least });
        }
    }
}

impl FromIterator<Parameter> for Parameters {
    fn from_iter<I: IntoIterator<Item = Parameter>>(parameters: I) -> Self {
        let mut all = Self::new();
        for parameter in parameters {
            all.set(parameter);
        }
        all
    }
}

/// Octets that must be text, such as a charset.
pub(super) fn boxed(octets: &[u8]) -> Box<str> {
    raw_text(octets).into()
}
