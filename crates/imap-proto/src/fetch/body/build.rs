//! Structures that are made.

use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::{LiteralPolicy, Writer};
use mail_wire::Error;

use super::{KIND_BASIC, KIND_MESSAGE, KIND_MULTIPART, KIND_TEXT};
use crate::fetch::envelope::EnvelopeBuf;

/// A structure that is being made, from its leaves up. It is kept as it will be written, so dropping, copying and comparing it
/// is as cheap as that of text.
///
/// ```
/// use imap_proto::BodyBuf;
/// let text = BodyBuf::text("plain", 1_152, 23)?.with_parameter("charset", "utf-8")?;
/// let image = BodyBuf::basic("image", "png", 4_554)?.with_encoding("base64")?;
/// let mixed = BodyBuf::multipart("mixed", [text, image])?;
/// assert_eq!(
///     format!("{mixed:?}"),
///     r#"(("text" "plain" ("charset" "utf-8") NIL NIL "7BIT" 1152 23)("image" "png" NIL NIL NIL "base64" 4554) "mixed")"#
/// );
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BodyBuf {
    head: Head,
    /// The children's wire form, one behind the other; a message's envelope in front.
    inner: Vec<u8>,
    depth: u32,
}

/// Names and values.
type ParameterList = Vec<(Vec<u8>, Vec<u8>)>;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Head {
    kind: u32,
    media_type: Vec<u8>,
    subtype: Vec<u8>,
    parameters: ParameterList,
    id: Option<Vec<u8>>,
    description: Option<Vec<u8>>,
    encoding: Vec<u8>,
    octets: u64,
    lines: u64,
    extension: Option<Extension>,
}

/// Extension data: what BODYSTRUCTURE has and BODY has not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Extension {
    md5: Option<Vec<u8>>,
    disposition: Option<(Vec<u8>, ParameterList)>,
    languages: Vec<Vec<u8>>,
    location: Option<Vec<u8>>,
}

/// How deep a structure that is made may be: what a client reads ([`Limits::client`](crate::Limits::client)).
const BUILT_DEPTH: u32 = 128;

impl BodyBuf {
    fn leaf(kind: u32, media_type: &[u8], subtype: &[u8], octets: u64) -> Result<Self, Error> {
        check(media_type)?;
        check(subtype)?;
        let head = Head {
            kind,
            media_type: media_type.to_vec(),
            subtype: subtype.to_vec(),
            encoding: b"7BIT".to_vec(),
            octets,
            ..Head::default()
        };
        Ok(Self { head, inner: Vec::new(), depth: 1 })
    }

    /// `body-type-text`: a text of `octets` octets and `lines` lines.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn text(subtype: impl AsRef<[u8]>, octets: u64, lines: u64) -> Result<Self, Error> {
        let mut body = Self::leaf(KIND_TEXT, b"text", subtype.as_ref(), octets)?;
        body.head.lines = lines;
        Ok(body)
    }

    /// `body-type-basic`: anything else without a structure of its own.
    ///
    /// # Errors
    /// `Syntax` at a NUL; `Misuse` for `text`, which has lines, and for `message/rfc822` and `message/global`, which have a
    /// structure.
    pub fn basic(
        media_type: impl AsRef<[u8]>,
        subtype: impl AsRef<[u8]>,
        octets: u64,
    ) -> Result<Self, Error> {
        let is = |own: &[u8], name: &[u8]| own.eq_ignore_ascii_case(name);
        if is(media_type.as_ref(), b"text") {
            return Err(Error::misuse(0, "BodyBuf::text for a text"));
        }
        if is(media_type.as_ref(), b"message")
            && (is(subtype.as_ref(), b"rfc822") || is(subtype.as_ref(), b"global"))
        {
            return Err(Error::misuse(0, "BodyBuf::message for a message"));
        }
        Self::leaf(KIND_BASIC, media_type.as_ref(), subtype.as_ref(), octets)
    }

    /// `body-type-msg`: a `message/rfc822` of `octets` octets and `lines` lines.
    ///
    /// # Errors
    /// `Syntax` at a NUL; `Limit` beyond a depth of 128.
    pub fn message(octets: u64, lines: u64, envelope: &EnvelopeBuf, body: &Self) -> Result<Self, Error> {
        Self::message_of(b"rfc822", octets, lines, envelope, body)
    }

    /// The same as a `message/global` (RFC 6532 section 3.7), which has UTF-8 in its header.
    ///
    /// # Errors
    /// `Syntax` at a NUL; `Limit` beyond a depth of 128.
    pub fn global(octets: u64, lines: u64, envelope: &EnvelopeBuf, body: &Self) -> Result<Self, Error> {
        Self::message_of(b"global", octets, lines, envelope, body)
    }

    fn message_of(
        subtype: &[u8],
        octets: u64,
        lines: u64,
        envelope: &EnvelopeBuf,
        body: &Self,
    ) -> Result<Self, Error> {
        let mut message = Self::leaf(KIND_MESSAGE, b"message", subtype, octets)?;
        message.head.lines = lines;
        message.inner = written(|writer| {
            envelope.encode(writer)?;
            writer.space();
            body.encode(writer)
        })?;
        message.depth = deeper(body.depth)?;
        Ok(message)
    }

    /// `body-type-mpart`: a multipart with these parts, one at least.
    ///
    /// # Errors
    /// `Syntax` at a NUL, and where there is no part; `Limit` beyond a depth of 128.
    pub fn multipart(
        subtype: impl AsRef<[u8]>,
        parts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, Error> {
        let mut multipart = Self::leaf(KIND_MULTIPART, b"", subtype.as_ref(), 0)?;
        multipart.inner = written(|writer| {
            for part in parts {
                multipart.depth = multipart.depth.max(deeper(part.depth)?);
                part.encode(writer)?;
            }
            Ok(())
        })?;
        if multipart.inner.is_empty() {
            return Err(Error::syntax(0, "at least one part in a multipart"));
        }
        Ok(multipart)
    }

    /// Adds a parameter of the Content-Type. A multipart shows its parameters in BODYSTRUCTURE only.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn with_parameter(mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Result<Self, Error> {
        if self.head.kind == KIND_MULTIPART {
            self.extension();
        }
        self.head.parameters.push((check(name.as_ref())?.to_vec(), check(value.as_ref())?.to_vec()));
        Ok(self)
    }

    /// The Content-Transfer-Encoding, where it is not 7BIT.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn with_encoding(mut self, encoding: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.head.encoding = check(encoding.as_ref())?.to_vec();
        Ok(self)
    }

    /// The Content-ID.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn with_id(mut self, id: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.head.id = Some(check(id.as_ref())?.to_vec());
        Ok(self)
    }

    /// The Content-Description.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn with_description(mut self, description: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.head.description = Some(check(description.as_ref())?.to_vec());
        Ok(self)
    }

    /// The Content-MD5: extension data.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn with_md5(mut self, md5: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.extension().md5 = Some(check(md5.as_ref())?.to_vec());
        Ok(self)
    }

    /// The Content-Disposition with its parameters: extension data.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn with_disposition<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        mut self,
        kind: impl AsRef<[u8]>,
        parameters: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, Error> {
        let own = |text: &[u8]| check(text).map(<[u8]>::to_vec);
        let parameters =
            parameters.into_iter().map(|(name, value)| Ok((own(name.as_ref())?, own(value.as_ref())?)));
        let parameters = parameters.collect::<Result<_, Error>>()?;
        self.extension().disposition = Some((check(kind.as_ref())?.to_vec(), parameters));
        Ok(self)
    }

    /// Adds a tag of the Content-Language: extension data.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn with_language(mut self, tag: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.extension().languages.push(check(tag.as_ref())?.to_vec());
        Ok(self)
    }

    /// The Content-Location: extension data.
    ///
    /// # Errors
    /// `Syntax` at a NUL.
    pub fn with_location(mut self, location: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.extension().location = Some(check(location.as_ref())?.to_vec());
        Ok(self)
    }

    /// With extension data, be it all `NIL`: as BODYSTRUCTURE shows it.
    #[must_use]
    pub fn with_extension(mut self) -> Self {
        self.extension();
        self
    }

    fn extension(&mut self) -> &mut Extension {
        self.head.extension.get_or_insert_default()
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let head = &self.head;
        let parameters = |writer: &mut Writer<'_>, list: &[(Vec<u8>, Vec<u8>)]| {
            if list.is_empty() {
                writer.raw(b"NIL");
                return Ok(());
            }
            writer.list(list, |writer, (name, value)| {
                writer.string(name)?;
                writer.space();
                writer.string(value)
            })
        };
        writer.octet(b'(');
        if head.kind == KIND_MULTIPART {
            writer.raw(&self.inner);
            writer.space();
            writer.string(&head.subtype)?;
        } else {
            writer.string(&head.media_type)?;
            writer.space();
            writer.string(&head.subtype)?;
            writer.space();
            parameters(writer, &head.parameters)?;
            for field in [head.id.as_deref(), head.description.as_deref(), Some(&head.encoding[..])] {
                writer.space();
                writer.nstring(field)?;
            }
            writer.space();
            writer.number(head.octets);
            if head.kind == KIND_MESSAGE {
                writer.space();
                writer.raw(&self.inner);
            }
            if head.kind != KIND_BASIC {
                writer.space();
                writer.number(head.lines);
            }
        }
        if let Some(extension) = &head.extension {
            writer.space();
            if head.kind == KIND_MULTIPART {
                parameters(writer, &head.parameters)?;
            } else {
                writer.nstring(extension.md5.as_deref())?;
            }
            writer.space();
            writer.nil_or(extension.disposition.as_ref(), |writer, (kind, list)| {
                writer.octet(b'(');
                writer.string(kind)?;
                writer.space();
                parameters(writer, list)?;
                writer.octet(b')');
                Ok(())
            })?;
            writer.space();
            if extension.languages.is_empty() {
                writer.raw(b"NIL");
            } else {
                writer.list(&extension.languages, |writer, language| writer.string(language))?;
            }
            writer.space();
            writer.nstring(extension.location.as_deref())?;
        }
        writer.octet(b')');
        Ok(())
    }
}

impl core::fmt::Debug for BodyBuf {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        crate::fetch::fmt_as_wire(f, |writer| self.encode(writer))
    }
}

fn deeper(depth: u32) -> Result<u32, Error> {
    if depth >= BUILT_DEPTH {
        return Err(Error::limit(0, "a structure of at most 128 levels"));
    }
    Ok(depth.saturating_add(1))
}

fn check(octets: &[u8]) -> Result<&[u8], Error> {
    match memchr::memchr(0, octets) {
        Some(at) => Err(Error::syntax(at as u64, "no NUL in a string")),
        None => Ok(octets),
    }
}

/// The wire form in the codec's own hands: literals joined, UTF-8 between quotes.
fn written(write: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let (mut output, mut stops) = (BytesMut::new(), Vec::new());
    write(&mut Writer::new(&mut output, &mut stops, LiteralPolicy::Server, true))?;
    Ok(output.to_vec())
}
