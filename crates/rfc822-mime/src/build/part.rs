//! Body parts to write, and what they are made of.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::Error;

use super::Builder;
use super::header::{Header, check_name, lines};
use super::survey::Survey;
use crate::Leniency;
use crate::value::{ContentDisposition, ContentType, FieldValue, MessageId, Parameter, Parameters};

/// The octets of a body: all of them, or a promise.
///
/// What is in memory is made by `into()`, of octets or of text, borrowed or owned.
#[derive(Clone, Debug)]
pub struct Body<'b>(pub(super) Source<'b>);

#[derive(Clone, Debug)]
pub(super) enum Source<'b> {
    Octets(Cow<'b, [u8]>),
    Streamed { octets: u64 },
    Surveyed(Box<Survey>),
}

impl Body<'_> {
    /// So many octets, which will be given to the [`Writer`](super::Writer). They are written in base64, whose length
    /// follows from theirs.
    pub const fn streamed(octets: u64) -> Self {
        Self(Source::Streamed { octets })
    }

    /// Octets that were looked at and will be given to the [`Writer`](super::Writer). They are encoded as little as those
    /// in memory.
    pub fn surveyed(survey: Survey) -> Self {
        Self(Source::Surveyed(survey.into()))
    }
}

impl<'b> From<&'b [u8]> for Body<'b> {
    fn from(octets: &'b [u8]) -> Self {
        Self(Source::Octets(Cow::Borrowed(octets)))
    }
}

impl<'b, const N: usize> From<&'b [u8; N]> for Body<'b> {
    fn from(octets: &'b [u8; N]) -> Self {
        Self(Source::Octets(Cow::Borrowed(octets)))
    }
}

impl From<Vec<u8>> for Body<'_> {
    fn from(octets: Vec<u8>) -> Self {
        Self(Source::Octets(Cow::Owned(octets)))
    }
}

impl<'b> From<&'b str> for Body<'b> {
    fn from(text: &'b str) -> Self {
        text.as_bytes().into()
    }
}

impl From<String> for Body<'_> {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

/// A body part to write: its header and its body, with all that is in it.
///
/// ```
/// use rfc822_mime::build::{Builder, Part, Seed, Transport};
/// let report = Part::report(
///     "delivery-status",
///     Part::text("Your message was not delivered."),
///     Part::fields("delivery-status", [
///         &[("Reporting-MTA", "dns; mx.a.example")][..],
///         &[("Final-Recipient", "rfc822; bob@b.example"), ("Action", "failed"), ("Status", "5.1.1")],
///     ])?,
///     Some(Part::raw_message(&b"Subject: lost\r\n\r\nHello\r\n"[..])?),
/// )?;
/// let message = Builder::new().body(report).build(Transport::SEVEN_BIT, Seed::new(b"1"))?;
/// let octets = message.to_bytes()?;
/// let read = rfc822_mime::Message::parse(&octets);
/// assert_eq!(read.section("3.HEADER"), Some(&b"Subject: lost\r\n\r\n"[..]));
/// # Ok::<(), rfc822_mime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Part<'b> {
    /// The part and all in it, in the order of the message.
    pub(super) nodes: Vec<Node<'b>>,
    depth: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Node<'b> {
    Leaf {
        header: Header,
        /// None: a message without a content.
        content_type: Option<ContentType>,
        body: Body<'b>,
    },
    /// A multipart, and what it holds up to its end.
    Multipart {
        header: Header,
        content_type: ContentType,
    },
    /// A message in a part, up to its end.
    Message {
        header: Header,
    },
    End,
}

impl Node<'_> {
    pub(super) fn header(&self) -> Option<&Header> {
        match self {
            Self::Leaf { header, .. } | Self::Multipart { header, .. } | Self::Message { header } => {
                Some(header)
            }
            Self::End => None,
        }
    }

    pub(super) fn header_mut(&mut self) -> Option<&mut Header> {
        match self {
            Self::Leaf { header, .. } | Self::Multipart { header, .. } | Self::Message { header } => {
                Some(header)
            }
            Self::End => None,
        }
    }
}

impl<'b> Part<'b> {
    /// How deep parts may lie in each other.
    pub const MAX_DEPTH: usize = 100;

    /// text/plain. A line end of any kind becomes CRLF.
    pub fn text(text: impl Into<Cow<'b, str>>) -> Self {
        Self::of_text("plain", text.into())
    }

    /// text/html; see [`text`](Self::text).
    pub fn html(text: impl Into<Cow<'b, str>>) -> Self {
        Self::of_text("html", text.into())
    }

    fn of_text(subtype: &str, text: Cow<'b, str>) -> Self {
        let charset = if text.is_ascii() { "us-ascii" } else { "utf-8" };
        let parameters = Parameter::new("charset", charset).into_iter().collect();
        let content_type = ContentType::new("text", subtype, parameters).unwrap_or_default();
        Self::leaf(content_type, Body(Source::Octets(with_crlf(text))))
    }

    /// A leaf of any type, such as `application/pdf`. Its octets will be decoded as they are given, whatever they are.
    ///
    /// A message/rfc822 or a multipart stands as it is, and its octets begin with a header or the first delimiter.
    ///
    /// # Errors
    /// `Syntax` if `content_type` is none.
    pub fn new(content_type: &str, body: impl Into<Body<'b>>) -> Result<Self, Error> {
        if let Some(at) = memchr::memchr3(b'\r', b'\n', 0, content_type.as_bytes()) {
            return Err(Error::syntax(at as u64, "no CR, LF or NUL in a media type"));
        }
        let (content_type, defects) = ContentType::parse(content_type.as_bytes(), Leniency::Strict);
        match defects.iter().next() {
            Some(defect) => Err(Error::syntax(defect.at, "a media type")),
            None => Ok(Self::leaf(content_type, body.into())),
        }
    }

    /// The same with a type that is made of parts.
    pub fn with_type(content_type: ContentType, body: impl Into<Body<'b>>) -> Self {
        Self::leaf(content_type, body.into())
    }

    /// A file to be saved (RFC 2183 section 2.2).
    ///
    /// # Errors
    /// `Syntax` if `content_type` is none, or `file_name` holds CR, LF or NUL.
    pub fn attachment(file_name: &str, content_type: &str, body: impl Into<Body<'b>>) -> Result<Self, Error> {
        Self::new(content_type, body)?.with_file_name("attachment", file_name)
    }

    /// A part that an HTML text shows by its identifier, as `cid:…` (RFC 2392).
    ///
    /// # Errors
    /// `Syntax` if `content_type` is none.
    pub fn inline(id: &MessageId, content_type: &str, body: impl Into<Body<'b>>) -> Result<Self, Error> {
        let disposition = ContentDisposition::new("inline", Parameters::new())?;
        Self::new(content_type, body)?
            .with_field("Content-ID", id)?
            .with_field("Content-Disposition", &disposition)
    }

    /// A message in the message, written anew with it: message/rfc822, or message/global if its header is in UTF-8 (RFC 6532
    /// section 3.7).
    ///
    /// # Errors
    /// What [`Builder::build`] would say of its values; `Limit` beyond [`MAX_DEPTH`](Self::MAX_DEPTH).
    pub fn message(message: Builder<'b>) -> Result<Self, Error> {
        let inner = message.into_part()?;
        Self::around(Node::Message { header: Header::default() }, [inner])
    }

    /// A message that is there already, as it stands: message/rfc822 (RFC 2046 section 5.2.1).
    ///
    /// # Errors
    /// None so far.
    pub fn raw_message(message: impl Into<Body<'b>>) -> Result<Self, Error> {
        Self::new("message/rfc822", message)
    }

    /// A multipart of any subtype (RFC 2046 section 5.1).
    ///
    /// # Errors
    /// `Misuse` if there are no parts; `Syntax` if `subtype` is no token; `Limit` beyond [`MAX_DEPTH`](Self::MAX_DEPTH).
    pub fn multipart(subtype: &str, parts: impl IntoIterator<Item = Self>) -> Result<Self, Error> {
        Self::with_parameters(subtype, Parameters::new(), parts)
    }

    /// multipart/mixed: parts in their order (RFC 2046 section 5.1.3).
    ///
    /// # Errors
    /// See [`multipart`](Self::multipart).
    pub fn mixed(parts: impl IntoIterator<Item = Self>) -> Result<Self, Error> {
        Self::multipart("mixed", parts)
    }

    /// multipart/alternative: the same in several forms, the best one last (RFC 2046 section 5.1.4).
    ///
    /// # Errors
    /// See [`multipart`](Self::multipart).
    pub fn alternative(parts: impl IntoIterator<Item = Self>) -> Result<Self, Error> {
        Self::multipart("alternative", parts)
    }

    /// multipart/related: a part, and others that it shows (RFC 2387).
    ///
    /// # Errors
    /// See [`multipart`](Self::multipart).
    pub fn related(root: Self, others: impl IntoIterator<Item = Self>) -> Result<Self, Error> {
        let parameter = Parameter::new("type", &root.type_name())?;
        let parts = core::iter::once(root).chain(others);
        Self::with_parameters("related", core::iter::once(parameter).collect(), parts)
    }

    /// multipart/report: a text, the same for programs, and what it is about, or its header (RFC 6522).
    ///
    /// # Errors
    /// `Syntax` if `report_type` is no subtype.
    pub fn report(
        report_type: &str,
        text: Self,
        fields: Self,
        original: Option<Self>,
    ) -> Result<Self, Error> {
        let parameter = Parameter::new("report-type", report_type)?;
        let parts = [text, fields].into_iter().chain(original);
        Self::with_parameters("report", core::iter::once(parameter).collect(), parts)
    }

    /// What a report tells programs, in groups of fields: `delivery-status` (RFC 3464), `disposition-notification` (RFC
    /// 8098), `feedback-report` (RFC 5965).
    ///
    /// # Errors
    /// `Syntax` if a name is none, or a value holds CR, LF, NUL or anything that is not ASCII.
    pub fn fields<'f>(
        subtype: &str,
        groups: impl IntoIterator<Item = &'f [(&'f str, &'f str)]>,
    ) -> Result<Self, Error> {
        let mut body = Vec::new();
        for group in groups {
            if !body.is_empty() {
                body.extend_from_slice(b"\r\n");
            }
            for (name, value) in group {
                check_name(name)?;
                let is_odd = |octet: u8| !octet.is_ascii() || matches!(octet, b'\r' | b'\n' | 0);
                if let Some(at) = value.bytes().position(is_odd) {
                    return Err(Error::syntax(at as u64, "ASCII without CR, LF and NUL"));
                }
                body.extend_from_slice(&lines(name, value.as_bytes())?);
            }
        }
        Ok(Self::leaf(ContentType::new("message", subtype, Parameters::new())?, body.into()))
    }

    /// One more field, or another value of it: `Content-ID`, `Content-Description`, `Content-Language` …
    ///
    /// # Errors
    /// `Syntax` if the name is none or the value holds CR, LF or NUL; `Limit` if it can't be folded; `Misuse` if the field
    /// follows from the content, as Content-Type does.
    pub fn with_field(mut self, name: &str, value: &(impl FieldValue + ?Sized)) -> Result<Self, Error> {
        if let Some(header) = self.header_mut() {
            header.add(name, value)?;
        }
        Ok(self)
    }

    /// A disposition, `attachment` or `inline`, and the name of a file (RFC 2183 section 2.3).
    ///
    /// # Errors
    /// `Syntax` if `disposition` is no token, or `name` holds CR, LF or NUL.
    pub fn with_file_name(self, disposition: &str, name: &str) -> Result<Self, Error> {
        let parameters = core::iter::once(Parameter::new("filename", name)?).collect();
        self.with_field("Content-Disposition", &ContentDisposition::new(disposition, parameters)?)
    }

    pub(super) fn leaf(content_type: ContentType, body: Body<'b>) -> Self {
        let header = Header::default();
        Self { nodes: [Node::Leaf { header, content_type: Some(content_type), body }].into(), depth: 1 }
    }

    /// What a message without a content has.
    pub(super) fn none() -> Self {
        let (header, body) = (Header::default(), b"".into());
        Self { nodes: [Node::Leaf { header, content_type: None, body }].into(), depth: 1 }
    }

    pub(super) fn header(&self) -> Option<&Header> {
        self.nodes.first().and_then(Node::header)
    }

    pub(super) fn header_mut(&mut self) -> Option<&mut Header> {
        self.nodes.first_mut().and_then(Node::header_mut)
    }

    fn with_parameters(
        subtype: &str,
        parameters: Parameters,
        parts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, Error> {
        let content_type = ContentType::new("multipart", subtype, parameters)?;
        Self::around(Node::Multipart { header: Header::default(), content_type }, parts)
    }

    fn around(node: Node<'b>, parts: impl IntoIterator<Item = Self>) -> Result<Self, Error> {
        let mut all = Self { nodes: [node].into(), depth: 0 };
        for mut part in parts {
            all.depth = all.depth.max(part.depth);
            all.nodes.append(&mut part.nodes);
        }
        if all.depth == 0 {
            return Err(Error::misuse(0, "a part in a multipart"));
        }
        if all.depth >= Self::MAX_DEPTH {
            return Err(Error::limit(Self::MAX_DEPTH as u64, "parts that lie less deep in each other"));
        }
        all.depth = all.depth.saturating_add(1);
        all.nodes.push(Node::End);
        Ok(all)
    }

    /// `type/subtype`
    fn type_name(&self) -> String {
        let name = |value: &ContentType| [value.main_type(), value.subtype()].join("/");
        match self.nodes.first() {
            Some(
                Node::Leaf { content_type: Some(content_type), .. } | Node::Multipart { content_type, .. },
            ) => name(content_type),
            Some(Node::Message { .. }) => "message/rfc822".into(),
            _ => name(&ContentType::default()),
        }
    }
}

/// Text whose line ends are CRLF.
fn with_crlf(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    let mut before = 0;
    let is_crlf = text.bytes().all(|octet| {
        let is_end = octet == b'\n' || before == b'\r';
        let fits = !is_end || (octet == b'\n' && before == b'\r');
        before = octet;
        fits
    });
    if is_crlf && before != b'\r' {
        return match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
    }
    let mut octets = Vec::with_capacity(text.len().saturating_add(text.len() / 16));
    let mut before = 0;
    for octet in text.bytes() {
        match octet {
            b'\n' if before == b'\r' => {}
            b'\r' | b'\n' => octets.extend_from_slice(b"\r\n"),
            _ => octets.push(octet),
        }
        before = octet;
    }
    Cow::Owned(octets)
}
