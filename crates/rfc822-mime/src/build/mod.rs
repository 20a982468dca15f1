//! New messages (RFC 5322, RFC 2045 to 2049), as ASCII or UTF-8 (RFC 6532), for any transport.
//!
//! A [`Builder`] takes fields and contents, and [`build`](Builder::build) makes a [`Composed`] message of them: it chooses
//! transfer encodings by the octets and by what the [`Transport`] takes, and boundaries that no body holds. Of that, the
//! number of octets is known before the first one is written, even where bodies are streamed; an APPEND needs it.
//!
//! No value makes a line of its own: CR, LF and NUL in a value, a name, an address or an identifier are an error, or encoded.
//! Nothing is random and nothing reads a clock: the same calls give the same octets.
//!
//! ```
//! use rfc822_mime::build::{Builder, Seed, Transport};
//! use rfc822_mime::value::{DateTime, Mailbox};
//!
//! let seed = Seed::new(b"random octets, or a time and a counter");
//! let message = Builder::new()
//!     .from(Mailbox::new("ann", "a.example")?.with_name("Ann Übel"))
//!     .to(Mailbox::new("bob", "b.example")?)
//!     .subject("Grüße aus Köln")
//!     .date(DateTime::from_timestamp(1_700_000_000, Some(60))?)
//!     .message_id(&seed.message_id("a.example")?)
//!     .text("See you.\n")
//!     .html("<p>See you.\n")
//!     .attach("Plan für Mai.pdf", "application/pdf", b"%PDF-1.7 \xff")
//!     .build(Transport::SEVEN_BIT, seed)?;
//! let octets = message.to_bytes()?;
//! assert_eq!(octets.len() as u64, message.octets());
//!
//! let read = rfc822_mime::Message::parse(&octets);
//! assert_eq!(read.subject().unwrap().as_str(), "Grüße aus Köln");
//! assert_eq!(read.part("1.1").unwrap().decoded_text().as_deref(), Some("See you.\r\n"));
//! # Ok::<(), rfc822_mime::Error>(())
//! ```

mod compose;
mod header;
mod part;
mod seed;
mod survey;
mod transport;
mod writer;

use alloc::borrow::Cow;
use alloc::vec::Vec;

use mail_wire::Error;

use crate::value::{AddressList, DateTime, FieldValue, Mailbox, MessageId};
use header::Header;
pub(crate) use header::{check_name, lines};

pub use part::{Body, Part};
pub use seed::Seed;
pub use survey::Survey;
pub use transport::Transport;
pub use writer::{Composed, Progress, Writer};

/// A new message.
///
/// Fields are written in the order in which they are given, the content behind them as readers expect it: text and HTML as
/// alternatives, what the HTML shows with it, all other parts behind.
///
/// The first value that is none is the error of [`build`](Self::build).
#[derive(Clone, Debug, Default)]
pub struct Builder<'b> {
    header: Header,
    text: Option<Part<'b>>,
    html: Option<Part<'b>>,
    body: Option<Part<'b>>,
    shown: Vec<Part<'b>>,
    parts: Vec<Part<'b>>,
    error: Option<Error>,
}

impl<'b> Builder<'b> {
    /// A message without fields and content.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more field, or another value of it if RFC 5322 section 3.6 allows one only.
    #[must_use]
    pub fn field(mut self, name: &str, value: &(impl FieldValue + ?Sized)) -> Self {
        let added = self.header.add(name, value);
        self.noted(added);
        self
    }

    /// `From`: one more author.
    #[must_use]
    pub fn from(self, mailbox: Mailbox) -> Self {
        self.addresses("From", [mailbox].into_iter().collect())
    }

    /// `To`: one more recipient.
    #[must_use]
    pub fn to(self, mailbox: Mailbox) -> Self {
        self.addresses("To", [mailbox].into_iter().collect())
    }

    /// `Cc`: one more recipient.
    #[must_use]
    pub fn cc(self, mailbox: Mailbox) -> Self {
        self.addresses("Cc", [mailbox].into_iter().collect())
    }

    /// `Reply-To`: one more address for answers.
    #[must_use]
    pub fn reply_to(self, mailbox: Mailbox) -> Self {
        self.addresses("Reply-To", [mailbox].into_iter().collect())
    }

    /// Addresses and groups, behind those that the field has.
    #[must_use]
    pub fn addresses(mut self, name: &str, list: AddressList) -> Self {
        let checked = check_name(name);
        if checked.is_ok() {
            self.header.add_addresses(name, list);
        }
        self.noted(checked);
        self
    }

    /// `Subject`.
    #[must_use]
    pub fn subject(self, subject: &str) -> Self {
        self.field("Subject", subject)
    }

    /// `Date`.
    #[must_use]
    pub fn date(self, date: DateTime) -> Self {
        self.field("Date", &date)
    }

    /// `Message-ID`; see [`Seed::message_id`].
    #[must_use]
    pub fn message_id(self, id: &MessageId) -> Self {
        self.field("Message-ID", id)
    }

    /// The text: see [`Part::text`].
    #[must_use]
    pub fn text(mut self, text: impl Into<Cow<'b, str>>) -> Self {
        self.text = Some(Part::text(text));
        self
    }

    /// The same as HTML: see [`Part::html`].
    #[must_use]
    pub fn html(mut self, html: impl Into<Cow<'b, str>>) -> Self {
        self.html = Some(Part::html(html));
        self
    }

    /// What the HTML shows as `cid:…`: see [`Part::inline`].
    #[must_use]
    pub fn inline(mut self, id: &MessageId, content_type: &str, body: impl Into<Body<'b>>) -> Self {
        let part = Part::inline(id, content_type, body);
        if let Some(part) = self.noted(part) {
            self.shown.push(part);
        }
        self
    }

    /// A file: see [`Part::attachment`].
    #[must_use]
    pub fn attach(mut self, file_name: &str, content_type: &str, body: impl Into<Body<'b>>) -> Self {
        let part = Part::attachment(file_name, content_type, body);
        if let Some(part) = self.noted(part) {
            self.parts.push(part);
        }
        self
    }

    /// Any other part, behind the text.
    #[must_use]
    pub fn part(mut self, part: Part<'b>) -> Self {
        self.parts.push(part);
        self
    }

    /// A content of another shape, in place of text and HTML.
    #[must_use]
    pub fn body(mut self, body: Part<'b>) -> Self {
        self.body = Some(body);
        self
    }

    /// Decides on all octets.
    ///
    /// # Errors
    /// `Syntax` for a value that holds CR, LF or NUL, or is none of its kind; `Limit` if a line or the depth of the parts
    /// would be too long; `Unsupported` for what `transport` does not take: an address in UTF-8, a message that must not
    /// be encoded; `Misuse` for a field that follows from the content, a survey of another seed, and HTML or inline parts
    /// beside a body of another shape.
    pub fn build(self, transport: Transport, seed: Seed) -> Result<Composed<'b>, Error> {
        compose::compose(self.into_part()?, transport, seed)
    }

    /// The message as a tree, whose root has its header.
    fn into_part(self) -> Result<Part<'b>, Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        if self.body.is_some() && (self.text.is_some() || self.html.is_some()) {
            return Err(Error::misuse(0, "either a body or text and HTML"));
        }
        let mut shown = self.shown;
        let html = match self.html {
            Some(html) if !shown.is_empty() => Some(Part::related(html, core::mem::take(&mut shown))?),
            html => html,
        };
        let content = match (self.text, html) {
            (Some(text), Some(html)) => Some(Part::alternative([text, html])?),
            (text, html) => text.or(html).or(self.body),
        };
        let mut parts: Vec<Part<'b>> = content.into_iter().chain(shown).chain(self.parts).collect();
        // a message that is nothing but a file has it in a multipart, for its header is that of the message
        let is_file = |part: &Part<'b>| part.header().is_some_and(|header| header.has("Content-Disposition"));
        let mut root = match parts.pop() {
            None => Part::none(),
            Some(only) if parts.is_empty() && !is_file(&only) => only,
            Some(last) => {
                parts.push(last);
                Part::mixed(parts)?
            }
        };
        if let Some(header) = root.header_mut() {
            let own = core::mem::replace(header, self.header);
            header.append(own);
        }
        Ok(root)
    }

    fn noted<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.error.get_or_insert(error).kind()).ok()
    }
}
