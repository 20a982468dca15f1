//! SEARCH: which messages are meant.

use std::time::{SystemTime, UNIX_EPOCH};

use mail_proto::imap::{
    Date, DateTime, EsearchData, NumberSet, Numbering, ResponseCode, ReturnOption, Search, SearchData,
    SearchKey, SearchReturnData, SearchStep, SequenceSet, Tag,
};

use super::answer::Answer;
use super::header::{body, texts};
use super::selected::{Selected, names_saved};
use crate::maildrop::Kept;

pub(super) fn search(selected: &mut Selected, tag: &Tag, numbering: Numbering, search: &Search) -> Answer {
    let options = search.return_options();
    if options.is_some_and(|options| options.iter().any(|option| matches!(option, ReturnOption::Other(_)))) {
        return Answer::bad("an option is not known here");
    }
    if search.charset().is_some_and(|charset| !is_charset(charset.as_bytes())) {
        return Answer::no("not in that charset").coded(ResponseCode::BadCharset(Vec::new()));
    }
    let found = (1..).zip(selected.view());
    let found: Vec<(u32, u32)> = found
        .filter(|(number, kept)| holds(search.key(), *number, kept, selected))
        .map(|(number, kept)| (number, kept.number()))
        .collect();
    let answer = Answer::ok("done");
    let numbers: Vec<u32> = found
        .iter()
        .map(|(number, uid)| match numbering {
            Numbering::Uid => *uid,
            _ => *number,
        })
        .collect();
    let Some(options) = options else { return answer.with(SearchData::new(numbers)) };
    if options.contains(&ReturnOption::Save) {
        selected.save(saved(options, &found));
        if options.len() == 1 {
            return answer;
        }
    }
    answer.with(extended(tag, numbering, options, numbers))
}

/// The UIDs that SAVE keeps: with MIN or MAX alone, no others (RFC 5182 section 2.1).
fn saved(options: &[ReturnOption], found: &[(u32, u32)]) -> NumberSet {
    let has = |option| options.contains(&option);
    if has(ReturnOption::All)
        || has(ReturnOption::Count)
        || !has(ReturnOption::Min) && !has(ReturnOption::Max)
    {
        return found.iter().map(|(_, uid)| *uid).collect();
    }
    let first = found.first().filter(|_| has(ReturnOption::Min));
    let last = found.last().filter(|_| has(ReturnOption::Max));
    first.into_iter().chain(last).map(|(_, uid)| *uid).collect()
}

/// The response to a search with RETURN. No option means ALL (RFC 9051 section 6.4.4).
fn extended(tag: &Tag, numbering: Numbering, options: &[ReturnOption], numbers: Vec<u32>) -> EsearchData {
    let (first, last) = (numbers.first().copied(), numbers.last().copied());
    let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    let all = numbers.into_iter().collect::<NumberSet>().to_sequence_set();
    let asked = |option| options.contains(&option);
    let items = [
        first.map(SearchReturnData::Min).filter(|_| asked(ReturnOption::Min)),
        last.map(SearchReturnData::Max).filter(|_| asked(ReturnOption::Max)),
        all.map(SearchReturnData::All).filter(|_| asked(ReturnOption::All) || options.is_empty()),
        asked(ReturnOption::Count).then_some(SearchReturnData::Count(count)),
    ];
    items.into_iter().flatten().fold(EsearchData::new(numbering).with_tag(tag.clone()), EsearchData::with)
}

/// Octets are compared as they are, so that ASCII and what contains it is all the same.
fn is_charset(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"US-ASCII") || name.eq_ignore_ascii_case(b"UTF-8")
}

/// Whether the key holds for the message of this number.
fn holds(key: &SearchKey, number: u32, kept: &Kept, selected: &Selected) -> bool {
    let view = selected.view();
    let is_in = |set: &SequenceSet, number: u32, largest: u32| {
        set.numbers(largest).contains(number) || names_saved(set) && selected.saved().contains(kept.number())
    };
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
