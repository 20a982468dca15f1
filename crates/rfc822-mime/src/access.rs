//! Typed access to a message, on demand: nothing of it is kept. Read leniently; for what was odd, and for strictness, read the
//! field's octets by the values' own `parse`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::charset::Charset;
use crate::transfer;
use crate::value::{
    AddressList, ContentDisposition, ContentType, DateTime, Parameters, Text, TransferEncoding, raw_text,
};
use crate::{Field, Leniency, Message, PartKind, PartRef};

impl<'a> PartRef<'a> {
    /// `Subject`: the first one, encoded words decoded.
    pub fn subject(self) -> Option<Text> {
        Some(Text::parse(&self.first("Subject")?, Leniency::Lenient).0)
    }

    /// `From`: the addresses of all such fields, in their order.
    pub fn from(self) -> AddressList {
        self.addresses("From")
    }

    /// The addresses of all fields of this name, in their order, as From, To, Cc, Bcc or Reply-To.
    pub fn addresses(self, name: &str) -> AddressList {
        let fields = self.fields().filter(|field| field.is(name));
        let lists = fields.map(|field| AddressList::parse(&self.value(field), Leniency::Lenient).0);
        lists.flat_map(|list| list.0).take(AddressList::MAX).collect()
    }

    /// `Date`: the first one, if it can be read.
    pub fn date(self) -> Option<DateTime> {
        DateTime::parse(self.fields().first("Date")?.value(), Leniency::Lenient).0
    }

    /// `Content-Type`: the first one; without it text/plain, or message/rfc822 in a multipart/digest (RFC 2046 section 5.1.5).
    pub fn content_type(self) -> ContentType {
        match self.first("Content-Type") {
            Some(value) => ContentType::parse(&value, Leniency::Lenient).0,
            None if self.is_in_digest() => {
                ContentType::new("message", "rfc822", Parameters::new()).unwrap_or_default()
            }
            None => ContentType::default(),
        }
    }

    /// `Content-Disposition`: the first one.
    pub fn disposition(self) -> Option<ContentDisposition> {
        Some(ContentDisposition::parse(&self.first("Content-Disposition")?, Leniency::Lenient).0)
    }

    /// `Content-Transfer-Encoding`: the first one; without it 7bit (RFC 2045 section 6.1).
    pub fn transfer_encoding(self) -> TransferEncoding {
        let field = self.fields().first("Content-Transfer-Encoding");
        field.map_or_else(TransferEncoding::default, |field| {
            TransferEncoding::parse(field.value(), Leniency::Lenient).0
        })
    }

    /// The octets of the body without its transfer encoding; those of a multipart or a message as they stand.
    pub fn decoded(self) -> Vec<u8> {
        match self.kind() {
            PartKind::Leaf => transfer::decode(&self.transfer_encoding(), Leniency::Lenient, self.body()).0,
            _ => self.body().to_vec(),
        }
    }

    /// The body as text; U+FFFD stands for what its charset can't mean. `None`: it is no text, or nobody knows its charset or
    /// its transfer encoding.
    ///
    /// Without a charset it is UTF-8 if it can be, else windows-1252 or what
    /// [`with_fallback_charset`](Message::with_fallback_charset) says.
    pub fn decoded_text(self) -> Option<String> {
        let content_type = self.content_type();
        if self.kind() != PartKind::Leaf || !content_type.is_a("text") || self.transfer_encoding().is_opaque()
        {
            return None;
        }
        let octets = self.decoded();
        match content_type.charset() {
            Some(name) => Some(Charset::for_label(name.as_bytes())?.decode(&octets).0.into_owned()),
            None => Some(raw_text(&self.in_utf8(&octets)).into_owned()),
        }
    }

    /// The value of the first field of this name.
    fn first(self, name: &str) -> Option<Cow<'a, [u8]>> {
        self.fields().first(name).map(|field| self.value(field))
    }

    fn value(self, field: Field<'a>) -> Cow<'a, [u8]> {
        self.in_utf8(field.value())
    }

    /// Octets without a charset, as they stand, or as the charset has them that the caller chose.
    fn in_utf8(self, octets: &[u8]) -> Cow<'_, [u8]> {
        self.fallback.map_or(Cow::Borrowed(octets), |charset| charset.to_utf8(octets))
    }

    /// Whether it is meant to be saved and not shown: its disposition says so, or it is a leaf that is no text and does not
    /// say `inline`.
    pub fn is_attachment(self) -> bool {
        match self.disposition() {
            Some(disposition) => !disposition.is_inline(),
            None => self.kind() == PartKind::Leaf && !self.content_type().is_a("text"),
        }
    }
}

impl<'a> Message<'a> {
    /// See [`PartRef::subject`].
    pub fn subject(&self) -> Option<Text> {
        self.root().subject()
    }

    /// See [`PartRef::from`].
    pub fn from(&self) -> AddressList {
        self.root().from()
    }

    /// See [`PartRef::date`].
    pub fn date(&self) -> Option<DateTime> {
        self.root().date()
    }

    /// See [`PartRef::content_type`].
    pub fn content_type(&self) -> ContentType {
        self.root().content_type()
    }

    /// The first text/plain that is no attachment and not in a message within; see [`PartRef::decoded_text`].
    pub fn text(&self) -> Option<String> {
        self.shown("plain")
    }

    /// The first text/html that is no attachment and not in a message within; see [`PartRef::decoded_text`].
    pub fn html(&self) -> Option<String> {
        self.shown("html")
    }

    /// The attachments, those in messages within left out; such a message is one itself if its disposition says so.
    pub fn attachments(&self) -> impl Iterator<Item = PartRef<'a>> + '_ {
        self.own_parts().filter(|part| part.is_attachment())
    }

    fn shown(&self, subtype: &str) -> Option<String> {
        let mut leaves = self.own_parts().filter(|part| part.kind() == PartKind::Leaf);
        leaves.find(|part| part.content_type().is("text", subtype) && !part.is_attachment())?.decoded_text()
    }

    /// All parts but those of messages within.
    fn own_parts(&self) -> impl Iterator<Item = PartRef<'a>> + '_ {
        let mut passed_over = 0;
        (0_u32..).zip(self.parts()).filter_map(move |(index, part)| {
            if index < passed_over {
                return None;
            }
            if part.kind() == PartKind::Message {
                passed_over = part.next;
            }
            Some(part)
        })
    }
}
