//! From parts to octets: which encoding, which boundary, how many octets.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::Error;

use super::header::Lines;
use super::part::{Body, Node, Part, Source};
use super::seed::{Seed, boundary};
use super::survey::{Facts, Survey};
use super::transport::{Transport, breaks};
use super::writer::{Composed, Piece, Streamed};
use crate::transfer::{Base64Encoder, QuotedPrintableEncoder, TransferEncoding};
use crate::value::{ContentType, HeaderForm, Parameter};

/// What is decided of a node before anything is written.
#[derive(Debug)]
struct Plan {
    encoding: TransferEncoding,
    /// What its header needs.
    own: Transport,
    /// What its body needs, all that lies in it included.
    inner: Transport,
    facts: Option<Facts>,
    is_text: bool,
    /// Octets of a body in quoted-printable that is not here.
    quoted: u64,
}

pub(super) fn compose(part: Part<'_>, transport: Transport, seed: Seed) -> Result<Composed<'_>, Error> {
    let form = if transport.takes_utf8() { HeaderForm::Utf8 } else { HeaderForm::Ascii };
    let (plans, headers) = plan(&part, transport, form, seed)?;
    let used = plans.iter().filter_map(|plan| plan.facts.as_ref()?.boundary).max();
    let multiparts = part.nodes.iter().filter(|node| matches!(node, Node::Multipart { .. })).count() as u64;
    let first = used.map_or(Some(0), |used| used.checked_add(1));
    let mut number = first
        .filter(|first| first.checked_add(multiparts).is_some())
        .ok_or_else(|| Error::misuse(0, "a seed that no part knows"))?;

    let needs =
        plans.first().zip(part.nodes.first()).map_or(Transport::SEVEN_BIT, |(plan, node)| plan.needs(node));
    let stem = seed.stem();
    let mut out = Output::default();
    let mut open: Vec<Option<Open>> = Vec::new();
    let mut begins_message = true;
    for ((node, plan), header) in part.nodes.into_iter().zip(plans).zip(headers) {
        let is_end = matches!(node, Node::End);
        if let Some(Some(multipart)) = open.last_mut() {
            multipart.delimiter(is_end, &mut out.octets);
        }
        out.octets.extend_from_slice(&header);
        if core::mem::replace(&mut begins_message, matches!(node, Node::Message { .. })) {
            out.octets.extend_from_slice(b"MIME-Version: 1.0\r\n");
        }
        match node {
            Node::Leaf { content_type, body, .. } => {
                if let Some(content_type) = content_type {
                    out.content(&content_type, &plan.encoding, form)?;
                }
                out.octets.extend_from_slice(b"\r\n");
                out.body(body, plan);
            }
            Node::Multipart { content_type, .. } => {
                let boundary = boundary(number, &stem);
                number = number.saturating_add(1);
                let mut parameters = content_type.parameters().clone();
                parameters.set(Parameter::new("boundary", &boundary)?);
                let content_type = ContentType::new("multipart", &content_type.subtype(), parameters)?;
                out.content(&content_type, &plan.inner.composite(), form)?;
                out.octets.extend_from_slice(b"\r\n");
                open.push(Some(Open { boundary, is_first: true }));
            }
            Node::Message { .. } => {
                let subtype = if plan.inner.takes_utf8() { "global" } else { "rfc822" };
                let content_type = ContentType::new("message", subtype, <_>::default())?;
                out.content(&content_type, &plan.inner.composite(), form)?;
                out.octets.extend_from_slice(b"\r\n");
                open.push(None);
            }
            Node::End => {
                open.pop();
            }
        }
    }
    out.flush();
    Ok(Composed::new(out.pieces, needs))
}

/// Decides on encodings, from the leaves up, and writes the fields that the caller gave.
fn plan(
    part: &Part<'_>,
    transport: Transport,
    form: HeaderForm,
    seed: Seed,
) -> Result<(Vec<Plan>, Vec<Vec<u8>>), Error> {
    let mut plans: Vec<Plan> = Vec::with_capacity(part.nodes.len());
    let mut headers = Vec::with_capacity(part.nodes.len());
    let mut open: Vec<usize> = Vec::new();
    for node in &part.nodes {
        let mut plan = Plan {
            encoding: TransferEncoding::SevenBit,
            own: Transport::SEVEN_BIT,
            inner: Transport::SEVEN_BIT,
            facts: None,
            is_text: true,
            quoted: 0,
        };
        let mut header = Vec::new();
        if node.header().map_or(Ok(false), |fields| fields.write(form, &mut header))? {
            plan.own = plan.own.with_utf8();
        }
        // what it adds to the part around it
        let mut adds = Transport::SEVEN_BIT;
        match node {
            Node::Leaf { content_type, body, .. } => {
                plan.leaf(content_type.as_ref(), body, transport, seed)?;
                adds = plan.needs(node);
            }
            Node::Multipart { .. } | Node::Message { .. } => open.push(plans.len()),
            Node::End => {
                if let Some(ended) = open.pop().and_then(|index| plans.get(index).zip(part.nodes.get(index)))
                {
                    adds = ended.0.needs(ended.1);
                }
            }
        }
        if let Some(around) = open.last().filter(|_| !node.is_open()).and_then(|index| plans.get_mut(*index))
        {
            around.inner = around.inner.or(adds);
        }
        plans.push(plan);
        headers.push(header);
    }
    Ok((plans, headers))
}

impl Plan {
    /// What the node needs of the transport.
    fn needs(&self, node: &Node<'_>) -> Transport {
        match node {
            // the header of a message is none of the message around it
            Node::Message { .. } => self.own.or(self.inner.without_utf8()),
            _ => self.own.or(self.inner),
        }
    }

    fn leaf(
        &mut self,
        content_type: Option<&ContentType>,
        body: &Body<'_>,
        transport: Transport,
        seed: Seed,
    ) -> Result<(), Error> {
        let facts = match &body.0 {
            Source::Octets(octets) => Some(Facts::of(octets, seed)),
            Source::Streamed { .. } => None,
            Source::Surveyed(survey) => {
                let (survey_seed, facts, quoted) = Survey::clone(survey).finish();
                if survey_seed != seed {
                    return Err(Error::misuse(0, "a survey with the seed of the message"));
                }
                self.quoted = quoted;
                Some(facts)
            }
        };
        self.is_text = content_type.is_none_or(is_text);
        let is_text = self.is_text;
        self.encoding = match (&facts, content_type.is_some_and(is_identity)) {
            (Some(facts), true) => Transport::identity(facts),
            (None, true) => return Err(Error::unsupported(0, "a survey of a body that is not encoded")),
            (None, false) => TransferEncoding::Base64,
            (Some(facts), false) => match transport.encoding(is_text, facts) {
                // only text was counted
                TransferEncoding::QuotedPrintable if !is_text && matches!(body.0, Source::Surveyed(_)) => {
                    TransferEncoding::Base64
                }
                encoding => encoding,
            },
        };
        if !transport.takes(&self.encoding) {
            return Err(Error::unsupported(
                0,
                "a transport of 8-bit or binary octets, for a message that stands as it is",
            ));
        }
        self.inner = Transport::for_body(&self.encoding);
        self.facts = facts;
        Ok(())
    }
}

/// What is made of lines, and shown as such.
fn is_text(content_type: &ContentType) -> bool {
    content_type.is_a("text") || content_type.is_a("message")
}

/// What must not be encoded (RFC 2046 sections 5.1 and 5.2).
fn is_identity(content_type: &ContentType) -> bool {
    content_type.is_a("multipart")
        || ["rfc822", "partial", "external-body"].iter().any(|subtype| content_type.is("message", subtype))
}

impl Node<'_> {
    fn is_open(&self) -> bool {
        matches!(self, Self::Multipart { .. } | Self::Message { .. })
    }
}

/// A multipart that is not at its end.
#[derive(Debug)]
struct Open {
    boundary: String,
    is_first: bool,
}

impl Open {
    fn delimiter(&mut self, is_end: bool, to: &mut Vec<u8>) {
        if !core::mem::take(&mut self.is_first) {
            to.extend_from_slice(b"\r\n");
        }
        to.extend_from_slice(b"--");
        to.extend_from_slice(self.boundary.as_bytes());
        to.extend_from_slice(if is_end { b"--\r\n" } else { b"\r\n" });
    }
}

#[derive(Debug, Default)]
struct Output<'b> {
    pieces: Vec<Piece<'b>>,
    /// The next of them.
    octets: Vec<u8>,
    streamed: usize,
}

impl<'b> Output<'b> {
    /// Content-Type and Content-Transfer-Encoding.
    fn content(
        &mut self,
        content_type: &ContentType,
        encoding: &TransferEncoding,
        form: HeaderForm,
    ) -> Result<(), Error> {
        Lines::new("Content-Type", content_type)?.write(form, &mut self.octets)?;
        if *encoding != TransferEncoding::SevenBit {
            self.octets.extend_from_slice(b"Content-Transfer-Encoding: ");
            self.octets.extend_from_slice(encoding.name().as_bytes());
            self.octets.extend_from_slice(b"\r\n");
        }
        Ok(())
    }

    fn body(&mut self, body: Body<'b>, plan: Plan) {
        /// Octets that are copied rather than kept as a piece of their own.
        const FEW: usize = 4096;
        let Plan { encoding, facts, is_text, quoted, .. } = plan;
        let octets = match body.0 {
            Source::Octets(octets) => octets,
            Source::Streamed { octets } => return self.stream(octets, encoding, None, 0),
            Source::Surveyed(survey) => return self.stream(survey.octets(), encoding, facts, quoted),
        };
        match encoding {
            TransferEncoding::QuotedPrintable => {
                let mut encoder = QuotedPrintableEncoder::new(breaks(is_text));
                encoder.encode(&octets, &mut self.octets);
                encoder.finish(&mut self.octets);
            }
            TransferEncoding::Base64 => self.piece(Piece::Base64(octets)),
            _ if octets.len() <= FEW => self.octets.extend_from_slice(&octets),
            _ => self.piece(Piece::Octets(octets)),
        }
    }

    fn stream(&mut self, octets: u64, encoding: TransferEncoding, facts: Option<Facts>, quoted: u64) {
        let encoded = match encoding {
            TransferEncoding::Base64 => Base64Encoder::encoded_octets(octets),
            TransferEncoding::QuotedPrintable => quoted,
            _ => octets,
        };
        let index = self.streamed;
        self.streamed = index.saturating_add(1);
        self.piece(Piece::Streamed(Streamed { index, octets, encoded, encoding, facts }));
    }

    fn piece(&mut self, piece: Piece<'b>) {
        self.flush();
        self.pieces.push(piece);
    }

    fn flush(&mut self) {
        if !self.octets.is_empty() {
            self.pieces.push(Piece::Octets(Cow::Owned(core::mem::take(&mut self.octets))));
        }
    }
}
