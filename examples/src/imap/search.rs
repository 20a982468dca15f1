//! SEARCH: whether a message is meant.

use std::time::{SystemTime, UNIX_EPOCH};

use mail_proto::imap::{Date, DateTime, SearchKey, SearchStep, SequenceSet};

use super::header::{body, texts};
use crate::maildrop::Kept;

/// Octets are compared as they are, so that ASCII and what contains it is all the same.
pub(super) fn is_charset(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"US-ASCII") || name.eq_ignore_ascii_case(b"UTF-8")
}

/// Whether the key holds for the message of this number in `view`.
pub(super) fn holds(key: &SearchKey, number: u32, kept: &Kept, view: &[Kept]) -> bool {
    let mut stack: Vec<bool> = Vec::new();
    for step in key.postfix() {
        let result = match step {
            SearchStep::Not => !stack.pop().unwrap_or_default(),
            SearchStep::Or => stack.pop().unwrap_or_default() | stack.pop().unwrap_or_default(),
            SearchStep::And(count) => {
                let operands = stack.split_off(stack.len().saturating_sub(count));
                operands.into_iter().all(|operand| operand)
            }
            SearchStep::Set(set) => is_in(set, number, u32::try_from(view.len()).unwrap_or(u32::MAX)),
            SearchStep::Uid(set) => is_in(set, kept.number(), view.last().map_or(0, Kept::number)),
            other => leaf(other, kept),
        };
        stack.push(result);
    }
    stack.pop().unwrap_or_default()
}

fn is_in(set: &SequenceSet, number: u32, largest: u32) -> bool {
    set.numbers(largest).contains(number)
}

fn leaf(step: SearchStep<'_>, kept: &Kept) -> bool {
    let message = kept.message();
    match step {
        SearchStep::Plain(key) => plain(key, kept),
        SearchStep::Text("TEXT", text) => contains(message.octets(), text),
        SearchStep::Text("BODY", text) => contains(&body(message), text),
        SearchStep::Text(field, text) => field_contains(kept, field.as_bytes(), text),
        SearchStep::Header(field, text) => field_contains(kept, field, text),
        SearchStep::Flag(key, flag) => kept.is(&flag.to_string()) == (key == "KEYWORD"),
        SearchStep::Number("LARGER", octets) => message.size() > octets,
        SearchStep::Number("SMALLER", octets) => message.size() < octets,
        SearchStep::Number("OLDER", seconds) => age(kept) >= seconds,
        SearchStep::Number("YOUNGER", seconds) => age(kept) <= seconds,
        SearchStep::Date(key, day) => date(key, day, kept),
        _ => false,
    }
}

fn field_contains(kept: &Kept, field: &[u8], text: &[u8]) -> bool {
    texts(kept.message(), field).iter().any(|value| contains(value, text))
}

fn plain(key: &str, kept: &Kept) -> bool {
    let (is_wanted, name) = match key.strip_prefix("UN") {
        Some(name) => (false, name),
        None => (true, key),
    };
    let mark = match name {
        "ANSWERED" => "\\Answered",
        "DELETED" => "\\Deleted",
        "DRAFT" => "\\Draft",
        "FLAGGED" => "\\Flagged",
        "SEEN" => "\\Seen",
        // No message is ever `\Recent` here.
        _ => return matches!(name, "ALL" | "OLD"),
    };
    kept.is(mark) == is_wanted
}

fn date(key: &str, day: Date, kept: &Kept) -> bool {
    let (key, found) = match key.strip_prefix("SENT") {
        Some(key) => (key, texts(kept.message(), b"Date").first().and_then(|text| sent(text))),
        None => (key, DateTime::from_unix(kept.received(), 0).ok().map(|time| time.date())),
    };
    found.is_some_and(|found| match key {
        "BEFORE" => found < day,
        "ON" => found == day,
        _ => found >= day,
    })
}

/// The day in a Date field: `Tue, 20 May 2025 12:00:00 +0000`.
fn sent(text: &[u8]) -> Option<Date> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.split_once(',').map_or(text, |(_, text)| text);
    let mut words = text.split_ascii_whitespace();
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    format!("{day}-{month}-{year}").parse().ok()
}

/// In seconds.
fn age(kept: &Kept) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.as_secs().saturating_sub(u64::try_from(kept.received()).unwrap_or_default())
}

/// Whatever the case of letters; an empty text is everywhere.
fn contains(octets: &[u8], text: &[u8]) -> bool {
    text.is_empty() || octets.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text))
}
