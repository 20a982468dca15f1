//! FETCH: responses are made one by one, as the output is written, and messages go out in pieces.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use mail_proto::imap::{
    DateTime, Dialect, Fetch, FetchBuilder, FetchCommand, FetchItem, FetchItems, HistoricItem, Numbering,
    Partial, ServerCodec, Tag,
};
use mail_proto::wire::Error;

use super::answer::Answer;
use super::selected::{Message, Selected, flags};
use super::{header, historic};
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

impl Fetching {
    /// `None` if something is asked for that is not known here.
    pub(super) fn new(tag: Tag, fetch: &FetchCommand, selected: &Selected) -> Option<Self> {
        let mut items = items(fetch.items())?;
        if fetch.numbering() == Numbering::Uid && !items.contains(&FetchItem::Uid) {
            items.insert(0, FetchItem::Uid);
        }
        let sets_seen = |item: &FetchItem| {
            matches!(item, FetchItem::Section(..) | FetchItem::Rfc822 | FetchItem::Rfc822Text)
        };
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
        let said = response.and_then(|fetch| historic::said(dialect, &self.tag, fetch.into(), None));
        if said.and_then(|said| codec.encode(&said, output)).is_err() {
            // A NUL, which no string may hold, or RFC822 of a message that is too large for one piece.
            self.literals.clear();
            self.answer = || Answer::no("some messages can't be sent like that");
        }
        Ok(None)
    }

    fn response(
        &mut self,
        message: Message,
        selected: &mut Selected,
        dialect: Dialect,
    ) -> Result<Fetch, Error> {
        let mut builder = match dialect {
            Dialect::Imap3 => FetchBuilder::imap3(message.number()),
            _ => Fetch::builder(message.number()),
        };
        for item in &self.items {
            if let (FetchItem::Section(..) | FetchItem::Rfc822 | FetchItem::Rfc822Text, false) =
                (item, selected.is_read_only())
            {
                selected.mark(message, |marks| marks.extend(["\\Seen".to_owned()]));
            }
            builder = add(builder, item, selected.get(message), &mut self.literals)?;
        }
        builder.build()
    }
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
    let is_known = |item: &FetchItem| {
        use FetchItem as I;
        match item {
            I::ModSeq | I::Binary(..) | I::BinaryPeek(..) | I::BinarySize(_) | I::Other(_) => false,
            I::Historic(item) => historic::is_known(item),
            _ => true,
        }
    };
    items.iter().all(is_known).then_some(items)
}

fn add(
    builder: FetchBuilder,
    item: &FetchItem,
    kept: &Kept,
    literals: &mut VecDeque<Pieces>,
) -> Result<FetchBuilder, Error> {
    let message = kept.message();
    Ok(match item {
        FetchItem::Uid => builder.uid(kept.number()),
        FetchItem::Flags => builder.flags(flags(kept)),
        FetchItem::InternalDate => builder.internal_date(DateTime::from_unix(kept.received(), 0)?),
        FetchItem::Rfc822Size => builder.rfc822_size(message.size()),
        FetchItem::Envelope => builder.envelope(&header::envelope(message)),
        FetchItem::Body => builder.body(&header::structure(message)?),
        FetchItem::BodyStructure => builder.body_structure(&header::structure(message)?.with_extension()),
        FetchItem::Rfc822 | FetchItem::Historic(HistoricItem::Rfc822Peek) => builder.rfc822(message.octets()),
        FetchItem::Rfc822Header => builder.rfc822_header(&message.top(0)),
        FetchItem::Rfc822Text | FetchItem::Historic(HistoricItem::Rfc822TextPeek) => {
            builder.rfc822_text(&header::body(message))
        }
        FetchItem::Historic(HistoricItem::Field(key, None)) => {
            builder.field(key, &historic::values(message, key))
        }
        FetchItem::Section(section, partial) | FetchItem::Peek(section, partial) => {
            match header::section(message, section) {
                Some(octets) => {
                    let octets = cut(octets, partial.as_ref());
                    let (origin, size) = (partial.as_ref().map(Partial::origin), octets.len() as u64);
                    literals.push_back(octets.into());
                    builder.streamed(section, origin, size)
                }
                None => builder.missing_section(section),
            }
        }
        _ => builder,
    })
}

/// What is behind the end is just not there.
fn cut(octets: Bytes, partial: Option<&Partial>) -> Bytes {
    let Some(partial) = partial else { return octets };
    let at = |offset: u64| usize::try_from(offset).map_or(octets.len(), |offset| offset.min(octets.len()));
    octets.slice(at(partial.origin())..at(partial.origin().saturating_add(partial.octets())))
}
