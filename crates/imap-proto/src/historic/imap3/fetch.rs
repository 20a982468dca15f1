//! FETCH by keys: RFC 1203, FETCH and INDEXABLE.FIELDS.

use alloc::vec::Vec;

use imap_wire::frame::Frame;
use imap_wire::{Cursor, ParseError, SequenceSet, Writer};
use mail_wire::{Deviation, Error, Leniency};

use super::{FieldKey, FieldRange};
use crate::historic::HistoricItem;
use crate::{Fetch, FetchBuilder, FetchCommand, FetchItem, FetchItems, Item, SeqNo};

/// What of IMAP2 is no key.
const PLAIN: [(&str, FetchItem); 7] = [
    ("ENVELOPE", FetchItem::Envelope),
    ("FLAGS", FetchItem::Flags),
    ("INTERNALDATE", FetchItem::InternalDate),
    ("RFC822", FetchItem::Rfc822),
    ("RFC822.HEADER", FetchItem::Rfc822Header),
    ("RFC822.SIZE", FetchItem::Rfc822Size),
    ("RFC822.TEXT", FetchItem::Rfc822Text),
];

/// What the macros stand for.
const ALL: [FetchItem; 4] =
    [FetchItem::Flags, FetchItem::InternalDate, FetchItem::Rfc822Size, FetchItem::Envelope];

/// Reads all behind `FETCH SP`.
///
/// ```text
/// fetch      = "FETCH" SP sequence SP ("ALL" / "FAST" / fetch_att / "(" 1#fetch_att ")")
/// fetch_att  = "ENVELOPE" / "FLAGS" / "INTERNALDATE" / fetch_key [SP NUMBER ":" NUMBER]
/// fetch_key  = "RFC822" / "RFC822.HEADER" / "RFC822.SIZE" / "RFC822.TEXT" / key
/// ```
pub(crate) fn parse_fetch(cursor: &mut Cursor<'_>) -> Result<FetchCommand, ParseError> {
    let fetch = FetchCommand::messages(SequenceSet::parse(cursor)?);
    cursor.space()?;
    let macros =
        [("ALL", FetchItems::All, &ALL[..]), ("FAST", FetchItems::Fast, ALL.get(..3).unwrap_or_default())];
    for (word, items, all) in macros {
        if !cursor.take_keyword(word) {
            continue;
        }
        if cursor.rest().trim_ascii().is_empty() {
            return Ok(fetch.with_items(items));
        }
        // QUIRK: `FETCH 18:19 ALL RFC822.TEXT` in a scenario of the RFC.
        cursor.forgive(Deviation::Parentheses, "parentheses around several items")?;
        let mut fetch = all.iter().cloned().fold(fetch, FetchCommand::with);
        while !cursor.rest().trim_ascii().is_empty() {
            cursor.space()?;
            fetch = fetch.with(parse_item(cursor)?);
        }
        return Ok(fetch);
    }
    if cursor.peek() != Some(b'(') {
        return Ok(fetch.with(parse_item(cursor)?));
    }
    cursor.open()?;
    let mut items = Vec::new();
    loop {
        cursor.room(items.len())?;
        items.push(parse_item(cursor)?);
        if !cursor.take_separator()? {
            return Ok(fetch.with_items(FetchItems::List(items)));
        }
    }
}

fn parse_item(cursor: &mut Cursor<'_>) -> Result<FetchItem, ParseError> {
    let is_quoted = cursor.peek() == Some(b'"');
    let key = FieldKey::parse(cursor)?;
    let range = FieldRange::parse_behind(cursor);
    let plain = PLAIN.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(key.as_bytes()));
    Ok(match (plain, range) {
        (Some((name, item)), None) => {
            if is_quoted || name.as_bytes() != key.as_bytes() {
                cursor.note_spelling();
            }
            item.clone()
        }
        (_, range) => FetchItem::Historic(HistoricItem::Field(key, range)),
    })
}

/// Whether this is written and read back as a key.
pub(crate) fn is_key(key: &FieldKey, range: Option<FieldRange>) -> bool {
    let is = |name: &str| name.as_bytes().eq_ignore_ascii_case(key.as_bytes());
    range.is_some() || !(PLAIN.iter().any(|(name, _)| is(name)) || is("ALL") || is("FAST"))
}

impl Fetch {
    /// The values of the item of this name in a response of IMAP3: none where it is missing or `NIL`, and several where there
    /// are as many fields.
    ///
    /// ```
    /// use imap_proto::{Dialect, Options, Response};
    /// let options = Options::client().with_dialect(Dialect::Imap3);
    /// let response = Response::parse(b"a4 42 FETCH ($SUBJECT \"Some text\" RECEIVED (\"by a\" \"by b\"))", &options)?;
    /// let fetch = response.fetch().unwrap();
    /// assert_eq!(fetch.field("$subject"), [b"Some text"]);
    /// assert_eq!(fetch.field("RECEIVED").len(), 2);
    /// assert!(fetch.field("APPARENTLY-TO").is_empty());
    /// # Ok::<(), imap_proto::Error>(())
    /// ```
    pub fn field(&self, key: impl AsRef<[u8]>) -> Vec<Vec<u8>> {
        let raw = self.items().find_map(|item| match item {
            Item::Other { name, raw } | Item::Invalid { name, raw } => {
                name.eq_ignore_ascii_case(key.as_ref()).then_some(raw)
            }
            _ => None,
        });
        raw.and_then(values).unwrap_or_default()
    }
}

/// `NIL`, a string, or a list of strings; `None` where it is something else.
fn values(raw: &[u8]) -> Option<Vec<Vec<u8>>> {
    let frame = Frame::new(raw);
    let mut cursor = Cursor::new(&frame, Leniency::Lenient, 1).with_generation(imap_wire::Generation::Imap3);
    let mut values = Vec::new();
    if cursor.take_nil() {
        return Some(values);
    }
    let value = |cursor: &mut Cursor<'_>| cursor.astring().ok().map(|octets| octets.value().into_owned());
    if cursor.peek() != Some(b'(') {
        values.push(value(&mut cursor)?);
        return Some(values);
    }
    cursor.open().ok()?;
    while !cursor.take_close().ok()? {
        if !values.is_empty() {
            cursor.space().ok()?;
        }
        values.push(value(&mut cursor)?);
    }
    Some(values)
}

impl FetchBuilder {
    /// Of a response of IMAP3: its items may be keys, and its addresses have comments.
    ///
    /// ```
    /// use imap_proto::{Dialect, FetchBuilder, FieldKey, Response};
    /// let fetch = FetchBuilder::imap3(42)
    ///     .field(&FieldKey::new("$SUBJECT")?, &["Some text"])
    ///     .field(&FieldKey::new("APPARENTLY-TO")?, &[] as &[&str])
    ///     .build()?;
    /// let line = Response::from(fetch).to_bytes(Dialect::Imap3)?;
    /// assert_eq!(line, b"* 42 FETCH ($SUBJECT \"Some text\" APPARENTLY-TO NIL)\r\n");
    /// # Ok::<(), imap_proto::Error>(())
    /// ```
    pub fn imap3(number: impl Into<SeqNo>) -> Self {
        Self::of_generation(number.into(), imap_wire::Generation::Imap3)
    }

    /// A field with its values: `NIL` for none, a string for one, a list for several.
    #[must_use]
    pub fn field<V: AsRef<[u8]>>(self, key: &FieldKey, values: &[V]) -> Self {
        self.item(|writer| {
            encode_name(key, writer)?;
            writer.space();
            match values {
                [] => writer.nstring(None),
                [value] => writer.string(value.as_ref()),
                values => writer.list(values, |writer, value| writer.string(value.as_ref())),
            }
        })
    }
}

/// In front of a value only an atom can stand.
fn encode_name(key: &FieldKey, writer: &mut Writer<'_>) -> Result<(), Error> {
    let name = key.as_bytes();
    if !is_key(key, None) || !imap_wire::chars::all(name, imap_wire::chars::ATOM) || name.contains(&b'[') {
        return Err(Error::unsupported(0, "a key that is an atom, and no item of IMAP2"));
    }
    writer.raw(name);
    Ok(())
}
