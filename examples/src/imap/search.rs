//! SEARCH: which messages are meant.

use std::time::{SystemTime, UNIX_EPOCH};

use mail_proto::imap::{
    DateTime, EsearchData, NumberSet, Numbering, ResponseCode, ReturnOption, Search, SearchData,
    SearchReturnData, Tag,
};
use mail_proto::serve::{Facts, Mailbox, Matcher, SearchError};

use super::answer::Answer;
use super::selected::{Selected, flags};
use crate::maildrop::Kept;

pub(super) fn search(selected: &mut Selected, tag: &Tag, numbering: Numbering, search: &Search) -> Answer {
    let options = search.return_options();
    if options.is_some_and(|options| options.iter().any(|option| matches!(option, ReturnOption::Other(_)))) {
        return Answer::bad("an option is not known here");
    }
    let charset = search.charset().map(|charset| charset.as_bytes());
    let matcher = match Matcher::new(search.key(), charset, &mailbox(selected)) {
        Ok(matcher) => matcher,
        Err(SearchError::Charset) => {
            return Answer::no("not in that charset").coded(ResponseCode::BadCharset(Vec::new()));
        }
        Err(_) => return Answer::bad("a key is not known here"),
    };
    let found = (1..).zip(selected.view());
    let found: Vec<(u32, u32)> = found
        .filter(|(number, kept)| holds(&matcher, *number, kept))
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

fn mailbox(selected: &Selected) -> Mailbox {
    let view = selected.view();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Mailbox::new(u32::try_from(view.len()).unwrap_or(u32::MAX), view.last().map_or(0, Kept::number))
        .with_saved(selected.saved().clone())
        .with_now(i64::try_from(now.as_secs()).unwrap_or(i64::MAX))
}

/// Whether it is the message of this number that is looked for.
fn holds(matcher: &Matcher, number: u32, kept: &Kept) -> bool {
    let flags = flags(kept);
    let mut facts = Facts::new(number, kept.number()).with_flags(&flags);
    if let Ok(came) = DateTime::from_unix(kept.received(), 0) {
        facts = facts.with_internal_date(came);
    }
    matcher.matches(&facts, &kept.message().parts())
}
