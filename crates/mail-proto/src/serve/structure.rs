//! BODY and BODYSTRUCTURE: RFC 9051 section 7.5.2.

use alloc::vec::Vec;

use crate::imap::{BodyBuf, Error};
use crate::mime::value::{ContentDisposition, ContentLanguage, ContentType, Parameters, TransferEncoding};
use crate::mime::{Field, Leniency, Message, PartKind, PartRef};

use super::envelope;
use super::envelope::without_nul;

/// `BODY`: the structure of a message without extension data; see [`body_structure`].
///
/// # Errors
/// None today: what can't be told in full is told in part.
pub fn body(message: &Message<'_>) -> Result<BodyBuf, Error> {
    structure(message, Data::Basic)
}

/// `BODYSTRUCTURE`: the structure of a message.
///
/// - Octets and lines are those of the encoded body, with CRLF line ends however it is stored.
/// - Parameters are as they stand, encoded words included; continuations are joined (RFC 2231 section 6), and what has a
///   charset of its own is told as `name*`.
/// - A text without a charset is told as US-ASCII, and a part without an encoding as 7BIT (RFC 2045 section 5.2 and 6.1).
/// - A multipart without a part has one, an empty text/plain, since the grammar wants one.
/// - A message or a multipart that was not looked into, as one in base64 or beyond a limit, is an application/octet-stream:
///   the grammar has no message without a structure.
/// - NULs are left out of all strings.
///
/// ```
/// use mail_proto::mime::Message;
/// use mail_proto::serve;
/// let message = Message::parse(b"Content-Type: text/html\nContent-Language: de, en\n\n<p>\n");
/// assert_eq!(
///     format!("{:?}", serve::body_structure(&message)?),
///     r#"("text" "html" ("charset" "us-ascii") NIL NIL "7BIT" 5 1 NIL NIL ("de" "en") NIL)"#
/// );
/// # Ok::<(), mail_proto::imap::Error>(())
/// ```
///
/// # Errors
/// None today: what can't be told in full is told in part.
pub fn body_structure(message: &Message<'_>) -> Result<BodyBuf, Error> {
    structure(message, Data::Extended)
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Data {
    Basic,
    Extended,
}

/// Levels that are told; a [`BodyBuf`] has 128 at most.
const DEPTH: u32 = 120;

/// Parts are made from the last to the first, so that the children of each are there before it.
fn structure(message: &Message<'_>, data: Data) -> Result<BodyBuf, Error> {
    let map = message.map();
    let mut depths: Vec<u32> = Vec::with_capacity(map.parts().len());
    for index in 0..map.parts().len() {
        let parent = map.parent(index).and_then(|parent| depths.get(parent));
        depths.push(parent.map_or(1, |depth| depth.saturating_add(1)));
    }
    // Those that no part above them has taken yet.
    let mut made: Vec<Option<BodyBuf>> = Vec::new();
    made.resize_with(depths.len(), || None);
    for (index, depth) in depths.iter().enumerate().rev() {
        let Some(part) = message.part_at(index).filter(|_| *depth <= DEPTH) else { continue };
        let mut children: Vec<BodyBuf> = Vec::new();
        if part.kind() != PartKind::Leaf {
            let mut take = |child: usize| made.get_mut(child).and_then(Option::take);
            children.extend(map.children(index).filter_map(&mut take));
        }
        let within = map.children(index).next().and_then(|child| message.part_at(child));
        let body = Head::of(part, data).body(children, within)?;
        if let Some(place) = made.get_mut(index) {
            *place = Some(body);
        }
    }
    match made.into_iter().next().flatten() {
        Some(body) => Ok(body),
        // The map of no message.
        None => Head::of(message.root(), data).body(Vec::new(), None),
    }
}

/// What the header of a part tells of its body.
struct Head<'a> {
    part: PartRef<'a>,
    data: Data,
    content_type: Option<Field<'a>>,
    encoding: Option<Field<'a>>,
    id: Option<Field<'a>>,
    description: Option<Field<'a>>,
    md5: Option<Field<'a>>,
    disposition: Option<Field<'a>>,
    language: Option<Field<'a>>,
    location: Option<Field<'a>>,
}

impl<'a> Head<'a> {
    /// The first field of each name counts.
    fn of(part: PartRef<'a>, data: Data) -> Self {
        let mut head = Self {
            part,
            data,
            content_type: None,
            encoding: None,
            id: None,
            description: None,
            md5: None,
            disposition: None,
            language: None,
            location: None,
        };
        for field in part.fields() {
            // `Content-`
            let Some((front, name)) = field.name().split_at_checked(8) else { continue };
            if !front.eq_ignore_ascii_case(b"Content-") {
                continue;
            }
            let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
            let place = match name.len() {
                2 if is(b"ID") => &mut head.id,
                3 if is(b"MD5") => &mut head.md5,
                4 if is(b"Type") => &mut head.content_type,
                8 if is(b"Language") => &mut head.language,
                8 if is(b"Location") => &mut head.location,
                11 if is(b"Description") => &mut head.description,
                11 if is(b"Disposition") => &mut head.disposition,
                17 if is(b"Transfer-Encoding") => &mut head.encoding,
                _ => continue,
            };
            place.get_or_insert(field);
        }
        head
    }

    fn body(&self, children: Vec<BodyBuf>, within: Option<PartRef<'_>>) -> Result<BodyBuf, Error> {
        let (octets, lines) = (self.part.body_size().crlf_octets(), self.part.body_size().lines());
        let content_type = self.content_type();
        let mut children = children;
        let body = match self.part.kind() {
            PartKind::Multipart => {
                if children.is_empty() {
                    children.push(self.empty_text()?);
                }
                let subtype = if content_type.is_a("multipart") { &*content_type.subtype() } else { "mixed" };
                let body = BodyBuf::multipart(without_nul(subtype.as_bytes()), children)?;
                if self.data == Data::Basic {
                    return Ok(body);
                }
                return self.extended(parameters(body, content_type.parameters())?);
            }
            PartKind::Message => match (children.first(), within) {
                (Some(child), Some(within)) if content_type.is("message", "global") => {
                    BodyBuf::global(octets, lines, &envelope(within), child)?
                }
                (Some(child), Some(within)) => BodyBuf::message(octets, lines, &envelope(within), child)?,
                // It lies too deep.
                _ => opaque(octets)?,
            },
            _ if content_type.is_a("text") => {
                BodyBuf::text(without_nul(content_type.subtype().as_bytes()), octets, lines)?
            }
            _ if has_structure(&content_type) => opaque(octets)?,
            _ => BodyBuf::basic(
                without_nul(content_type.main_type().as_bytes()),
                without_nul(content_type.subtype().as_bytes()),
                octets,
            )?,
        };
        let mut body = parameters(body, content_type.parameters())?;
        if content_type.is_a("text") && content_type.parameters().parameter("charset").is_none() {
            body = body.with_parameter("charset", "us-ascii")?;
        }
        if let Some(id) = self.id {
            body = body.with_id(text(id))?;
        }
        if let Some(description) = self.description {
            body = body.with_description(text(description))?;
        }
        match self.encoding.map(|field| TransferEncoding::parse(field.value(), Leniency::Lenient).0) {
            Some(encoding) if encoding != TransferEncoding::SevenBit => {
                body = body.with_encoding(without_nul(encoding.name().as_bytes()))?;
            }
            _ => {}
        }
        if self.data == Data::Basic {
            return Ok(body);
        }
        if let Some(md5) = self.md5 {
            body = body.with_md5(text(md5))?;
        }
        self.extended(body)
    }

    /// With the extension data that all parts have.
    fn extended(&self, body: BodyBuf) -> Result<BodyBuf, Error> {
        let mut body = body.with_extension();
        if let Some(field) = self.disposition.filter(|field| !field.value().trim_ascii().is_empty()) {
            let (disposition, _) = ContentDisposition::parse(field.value(), Leniency::Lenient);
            let kind = without_nul(disposition.kind().as_bytes());
            body = body.with_disposition(kind, pairs(disposition.parameters()))?;
        }
        if let Some(field) = self.language {
            for tag in ContentLanguage::parse(field.value(), Leniency::Lenient).0.iter() {
                body = body.with_language(tag)?;
            }
        }
        if let Some(location) = self.location {
            body = body.with_location(text(location))?;
        }
        Ok(body)
    }

    fn content_type(&self) -> ContentType {
        match self.content_type {
            Some(field) => ContentType::parse(field.value(), Leniency::Lenient).0,
            None if self.part.is_in_digest() => {
                ContentType::new("message", "rfc822", Parameters::new()).unwrap_or_default()
            }
            None => ContentType::default(),
        }
    }

    /// The part of a multipart that has none.
    fn empty_text(&self) -> Result<BodyBuf, Error> {
        let text = BodyBuf::text("plain", 0, 0)?.with_parameter("charset", "us-ascii")?;
        Ok(if self.data == Data::Extended { text.with_extension() } else { text })
    }
}

/// What was not looked into.
fn opaque(octets: u64) -> Result<BodyBuf, Error> {
    BodyBuf::basic("application", "octet-stream", octets)
}

/// Whether IMAP tells what is in a body of this type.
fn has_structure(content_type: &ContentType) -> bool {
    content_type.is_a("multipart")
        || content_type.is("message", "rfc822")
        || content_type.is("message", "global")
}

fn text(field: Field<'_>) -> Vec<u8> {
    without_nul(&field.unfolded())
}

fn parameters(body: BodyBuf, parameters: &Parameters) -> Result<BodyBuf, Error> {
    pairs(parameters).into_iter().try_fold(body, |body, (name, value)| body.with_parameter(name, value))
}

fn pairs(parameters: &Parameters) -> Vec<(Vec<u8>, Vec<u8>)> {
    let pairs = parameters.iter().map(|parameter| {
        let mut name = without_nul(parameter.name().as_bytes());
        match parameter.extended_bytes() {
            Some(extended) => {
                name.push(b'*');
                (name, extended)
            }
            None => (name, without_nul(parameter.value_bytes())),
        }
    });
    pairs.collect()
}
