//! FETCH: responses are made one by one, as the output is written, and messages go out in pieces.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use mail_proto::imap::{
    DateTime, Dialect, Fetch, FetchBuilder, FetchCommand, FetchItem, FetchItems, HistoricItem, Numbering,
    Partial, ResponseCode, Section, ServerCodec, Tag,
};
use mail_proto::serve::{self, Octets};
use mail_proto::wire::Error;

use super::answer::Answer;
use super::historic;
use super::selected::{Message, Selected, flags};
use crate::maildrop::Kept;
use crate::pieces::Pieces;

/// A FETCH that is being answered.
#[derive(Debug)]
pub(super) struct Fetching {
    tag: Tag,
    items: Vec<FetchItem>,
    messages: VecDeque<Message>,
    /// Literals of the response that was written last, the first of them open.
    literals: VecDeque<Pieces>,
    answer: fn() -> Answer,
}

/// Why a message is left out; others are sent.
#[derive(Debug)]
struct Refusal(fn() -> Answer);

impl From<Error> for Refusal {
    /// RFC822 of a message that is too large for one piece.
    fn from(_: Error) -> Self {
        Self(|| Answer::no("some messages can't be sent like that"))
    }
}

impl From<serve::UnknownEncoding> for Refusal {
    fn from(_: serve::UnknownEncoding) -> Self {
        Self(|| Answer::no("nobody here can decode some parts").coded(ResponseCode::UnknownCte))
    }
}

impl Fetching {
    /// `None` if something is asked for that is not known here.
    pub(super) fn new(tag: Tag, fetch: &FetchCommand, selected: &Selected) -> Option<Self> {
        let mut items = items(fetch.items())?;
        if fetch.numbering() == Numbering::Uid && !items.contains(&FetchItem::Uid) {
            items.insert(0, FetchItem::Uid);
        }
        if items.iter().any(sets_seen) && !selected.is_read_only() {
            // The flags may change with it, and the client is to know.
            items.retain(|item| *item != FetchItem::Flags);
            items.push(FetchItem::Flags);
        }
        let messages = selected.pick(fetch.numbering(), fetch.set()).into();
        Some(Self { tag, items, messages, literals: VecDeque::new(), answer: || Answer::ok("done") })
    }

    pub(super) fn tag(&self) -> &Tag {
        &self.tag
    }

    /// Writes the next piece; gives the answer behind the last one.
    pub(super) fn step(
        &mut self,
        selected: &mut Selected,
        codec: &mut ServerCodec,
        output: &mut BytesMut,
    ) -> Result<Option<Answer>, Error> {
        if let Some(literal) = self.literals.front_mut() {
            match literal.next() {
                Some(octets) => codec.encode_data(&octets, output)?,
                None => {
                    codec.encode_end(output)?;
                    self.literals.pop_front();
                }
            }
            return Ok(None);
        }
        let Some(message) = self.messages.pop_front() else {
            return Ok(Some((self.answer)()));
        };
        let dialect = codec.options().dialect();
        let response = self.response(message, selected, dialect);
        let said = response.and_then(|fetch| Ok(historic::said(dialect, &self.tag, fetch.into(), None)?));
        let sent = said.and_then(|said| codec.encode(&said, output).map_err(Refusal::from));
        if let Err(Refusal(answer)) = sent {
            self.literals.clear();
            self.answer = answer;
        }
        Ok(None)
    }

    fn response(
        &mut self,
        message: Message,
        selected: &mut Selected,
        dialect: Dialect,
    ) -> Result<Fetch, Refusal> {
        let mut builder = match dialect {
            Dialect::Imap3 => FetchBuilder::imap3(message.number()),
            _ => Fetch::builder(message.number()),
        };
        for item in &self.items {
            if sets_seen(item) && !selected.is_read_only() {
                selected.mark(message, |marks| marks.extend(["\\Seen".to_owned()]));
            }
            builder = add(builder, item, selected.get(message), &mut self.literals)?;
        }
        Ok(builder.build()?)
    }
}

fn sets_seen(item: &FetchItem) -> bool {
    use FetchItem as I;
    matches!(item, I::Section(..) | I::Binary(..) | I::Rfc822 | I::Rfc822Text)
}

/// What is asked for, macros spelt out; `None` if something is not known here.
fn items(items: &FetchItems) -> Option<Vec<FetchItem>> {
    let fast = [FetchItem::Flags, FetchItem::InternalDate, FetchItem::Rfc822Size];
    let items = match items {
        FetchItems::List(items) => items.clone(),
        FetchItems::Fast => fast.to_vec(),
        FetchItems::All => [&fast[..], &[FetchItem::Envelope]].concat(),
        FetchItems::Full => [&fast[..], &[FetchItem::Envelope, FetchItem::Body]].concat(),
        _ => return None,
    };
    let is_known = |item: &FetchItem| match item {
        FetchItem::ModSeq | FetchItem::Other(_) => false,
        FetchItem::Historic(item) => historic::is_known(item),
        _ => true,
    };
    items.iter().all(is_known).then_some(items)
}

fn add(
    builder: FetchBuilder,
    item: &FetchItem,
    kept: &Kept,
    literals: &mut VecDeque<Pieces>,
) -> Result<FetchBuilder, Refusal> {
    let message = &kept.message().parts();
    let stored = kept.message().octets();
    let octets = |section: Section| {
        serve::section(message, &section).map(|octets| octets.to_vec()).unwrap_or_default()
    };
    Ok(match item {
        FetchItem::Uid => builder.uid(kept.number()),
        FetchItem::Flags => builder.flags(flags(kept)),
        FetchItem::InternalDate => builder.internal_date(DateTime::from_unix(kept.received(), 0)?),
        FetchItem::Rfc822Size => builder.rfc822_size(serve::rfc822_size(message)),
        FetchItem::Envelope => builder.envelope(&serve::envelope(message.root())),
        FetchItem::Body => builder.body(&serve::body(message)?),
        FetchItem::BodyStructure => builder.body_structure(&serve::body_structure(message)?),
        FetchItem::Rfc822 | FetchItem::Historic(HistoricItem::Rfc822Peek) => {
            builder.rfc822(&octets(Section::all()))
        }
        FetchItem::Rfc822Header => builder.rfc822_header(&octets(Section::header())),
        FetchItem::Rfc822Text | FetchItem::Historic(HistoricItem::Rfc822TextPeek) => {
            builder.rfc822_text(&octets(Section::text()))
        }
        FetchItem::Historic(HistoricItem::Field(key, None)) => {
            builder.field(key, &historic::values(key, octets)?)
        }
        FetchItem::Section(section, partial) | FetchItem::Peek(section, partial) => {
            let Some(octets) = serve::section(message, section) else {
                return Ok(builder.missing_section(section));
            };
            let octets = match partial {
                Some(partial) => octets.partial(partial.origin(), partial.octets()),
                None => octets,
            };
            literals.push_back(pieces(stored, &octets));
            builder.streamed(section, partial.as_ref().map(Partial::origin), octets.octets())
        }
        FetchItem::Binary(section, partial) | FetchItem::BinaryPeek(section, partial) => {
            let Some(octets) = serve::binary(message, section)? else {
                return Ok(builder.missing_binary(section));
            };
            let octets = match partial {
                Some(partial) => octets.partial(partial.origin(), partial.octets()),
                None => octets,
            };
            literals.push_back(octets.chunks().map(Bytes::from).collect());
            builder.streamed_binary(section, partial.as_ref().map(Partial::origin), octets.octets())
        }
        FetchItem::BinarySize(section) => {
            let octets = serve::binary(message, section)?;
            builder.binary_size(section, octets.map_or(0, |octets| octets.octets()))
        }
        _ => builder,
    })
}

/// Octets of a message in store, not copied but for line ends that it lacks.
fn pieces(stored: &Bytes, octets: &Octets<'_>) -> Pieces {
    let is_stored = |chunk: &[u8]| stored.as_ptr_range().contains(&chunk.as_ptr());
    let piece =
        |chunk: &[u8]| if is_stored(chunk) { stored.slice_ref(chunk) } else { Bytes::copy_from_slice(chunk) };
    octets.chunks().map(piece).collect()
}
