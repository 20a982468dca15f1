//! The fields of a header that is written.

use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::Error;

use super::survey::LINE;
use crate::value::{AddressList, FieldValue, HeaderForm, fold};

/// Fields that RFC 5322 section 3.6 and RFC 2045 allow once.
const ONCE: [&str; 14] = [
    "Bcc",
    "Cc",
    "Content-Description",
    "Content-Disposition",
    "Content-ID",
    "Date",
    "From",
    "In-Reply-To",
    "Message-ID",
    "References",
    "Reply-To",
    "Sender",
    "Subject",
    "To",
];
/// Fields that follow from the content.
const OWN: [&str; 3] = ["Content-Transfer-Encoding", "Content-Type", "MIME-Version"];

/// Fields in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Header(Vec<Entry>);

#[derive(Clone, Debug)]
struct Entry {
    name: String,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    Lines(Lines),
    /// A list that may grow.
    Addresses(AddressList),
}

/// A field, folded, with its name.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    ascii: Vec<u8>,
    /// The same in UTF-8, if that is another.
    utf8: Option<Vec<u8>>,
}

impl Header {
    /// One more field, or another value for it if it may be there once only.
    pub(super) fn add(&mut self, name: &str, value: &(impl FieldValue + ?Sized)) -> Result<(), Error> {
        if OWN.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            return Err(Error::misuse(0, "no field that follows from the content"));
        }
        let value = Value::Lines(Lines::new(name, value)?);
        let is_once = ONCE.iter().any(|once| once.eq_ignore_ascii_case(name));
        match self.0.iter_mut().find(|entry| is_once && entry.name.eq_ignore_ascii_case(name)) {
            Some(entry) => entry.value = value,
            None => self.0.push(Entry { name: name.into(), value }),
        }
        Ok(())
    }

    /// Addresses behind those that the field has.
    pub(super) fn add_addresses(&mut self, name: &str, more: AddressList) {
        let mut entries = self.0.iter_mut().filter(|entry| entry.name.eq_ignore_ascii_case(name));
        if let Some(Entry { value: Value::Addresses(list), .. }) = entries.next() {
            list.append(more);
        } else {
            self.0.retain(|entry| !entry.name.eq_ignore_ascii_case(name));
            self.0.push(Entry { name: name.into(), value: Value::Addresses(more) });
        }
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// Writes all fields; tells whether there is UTF-8 among them.
    ///
    /// # Errors
    /// `Unsupported` if there has to be, and `form` has none.
    pub(super) fn write(&self, form: HeaderForm, to: &mut Vec<u8>) -> Result<bool, Error> {
        let mut has_utf8 = false;
        for entry in &self.0 {
            has_utf8 |= match &entry.value {
                Value::Lines(lines) => lines.write(form, to)?,
                Value::Addresses(list) => Lines::new(&entry.name, list)?.write(form, to)?,
            };
        }
        Ok(has_utf8)
    }
}

impl Lines {
    /// # Errors
    /// `Syntax` if the name is none (RFC 5322 section 3.6.8) or the value holds CR, LF or NUL; `Limit` if it has no place
    /// for folding in too many octets.
    pub(super) fn new(name: &str, value: &(impl FieldValue + ?Sized)) -> Result<Self, Error> {
        check_name(name)?;
        let ascii = lines(name, &value.octets(HeaderForm::Ascii)?)?;
        let utf8 = lines(name, &value.octets(HeaderForm::Utf8)?)?;
        let is_other = utf8 != ascii && core::str::from_utf8(&utf8).is_ok();
        Ok(Self { ascii, utf8: is_other.then_some(utf8) })
    }

    pub(super) fn write(&self, form: HeaderForm, to: &mut Vec<u8>) -> Result<bool, Error> {
        let octets = match (form, &self.utf8) {
            (HeaderForm::Utf8, Some(utf8)) => utf8,
            _ => &self.ascii,
        };
        let has_utf8 = !octets.is_ascii();
        if has_utf8 && form == HeaderForm::Ascii {
            return Err(Error::unsupported(0, "a transport of UTF-8 headers, or addresses in ASCII"));
        }
        if core::str::from_utf8(octets).is_err() {
            return Err(Error::syntax(0, "UTF-8 in a field"));
        }
        to.extend_from_slice(octets);
        Ok(has_utf8)
    }
}

/// `field-name` (RFC 5322 section 3.6.8), short enough for a line; none that may look like a delimiter.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    const LONGEST: usize = 76;
    let is_name = (1..=LONGEST).contains(&name.len())
        && name.bytes().all(|octet| octet.is_ascii_graphic() && octet != b':')
        && !name.starts_with("--");
    if is_name { Ok(()) } else { Err(Error::syntax(0, "the name of a field")) }
}

/// A field of lines that are short enough (RFC 5322 section 2.1.1).
pub(crate) fn lines(name: &str, value: &[u8]) -> Result<Vec<u8>, Error> {
    if let Some(at) = memchr::memchr3(b'\r', b'\n', 0, value) {
        return Err(Error::syntax(at as u64, "no CR, LF or NUL in a field"));
    }
    let folded = fold(name, value);
    let is_long = |line: &[u8]| line.len() as u64 > LINE.saturating_add(1);
    if folded.split(|octet| *octet == b'\n').any(is_long) {
        return Err(Error::limit(LINE, "white space within 998 octets of a field"));
    }
    Ok(folded)
}
