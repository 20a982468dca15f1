//! Whether a message is what SEARCH looks for: RFC 9051 section 6.4.4.

mod leaf;
mod message;
mod scan;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use crate::imap::{DateTime, Flag, NumberSet, ResponseCode, SearchKey, SearchStep};
use crate::mime::Message;
use crate::mime::charset::Charset;

use leaf::Leaf;
use message::{Pending, Source};

/// A [`SearchKey`], made ready for the messages of a mailbox.
///
/// Strings match anywhere in the text that people see, whatever its letter case: encoded words, transfer encodings and
/// charsets are decoded first. `TEXT` looks at all headers and all texts, `BODY` at all texts and at the headers of messages
/// within; texts are leaves of `text/*` and `message/*`, and those of unknown charsets are compared as ASCII. `FROM` and its
/// like look at the text of all fields of that name.
///
/// Each message costs as little as decides: first its [`Facts`], then its header, then its bodies, which are decoded in
/// pieces. The work is in proportion to the key and to the message; nothing recurses.
///
/// ```
/// use mail_proto::imap::{Flag, SearchKey};
/// use mail_proto::mime::Message;
/// use mail_proto::serve::{Facts, Mailbox, Matcher};
/// let key: SearchKey = "UNSEEN (FROM ann OR TEXT needle 17:*)".parse()?;
/// let matcher = Matcher::new(&key, None, &Mailbox::new(20, 4_000))?;
/// let message = Message::parse(b"From: Ann <a@b.example>\n\nA NEEDLE in a haystack\n");
/// assert!(matcher.matches(&Facts::new(1, 10), &message));
/// // A server that asks first need not load the message.
/// assert_eq!(matcher.decide(&Facts::new(1, 10).with_flags(&[Flag::Seen])), Some(false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Matcher {
    steps: Vec<Step>,
    leaves: Vec<Leaf>,
    /// Which leaves look at fields of which name, in lower case.
    fields: BTreeMap<Vec<u8>, Vec<usize>>,
    now: Option<i64>,
}

/// A step of the key, an operator behind its operands.
#[derive(Clone, Copy, Debug)]
enum Step {
    Leaf,
    Not,
    Or,
    And(usize),
}

/// What a key needs to know of the mailbox.
///
/// ```
/// use mail_proto::serve::Mailbox;
/// let mailbox = Mailbox::new(172, 4_391).with_now(1_700_000_000);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Mailbox {
    exists: u32,
    largest_uid: u32,
    saved: NumberSet,
    now: Option<i64>,
}

impl Mailbox {
    /// One of so many messages, and its largest UID: what `*` means.
    pub fn new(exists: u32, largest_uid: u32) -> Self {
        Self { exists, largest_uid, ..Self::default() }
    }

    /// The UIDs that `$` means (RFC 5182); none by default.
    #[must_use]
    pub fn with_saved(mut self, uids: NumberSet) -> Self {
        self.saved = uids;
        self
    }

    /// The time, in seconds since 1970, for `OLDER` and `YOUNGER` (RFC 5032), which match nothing without it.
    #[must_use]
    pub fn with_now(mut self, seconds: i64) -> Self {
        self.now = Some(seconds);
        self
    }
}

/// What a server knows of a message without looking at it.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'f> {
    number: u32,
    uid: u32,
    flags: &'f [Flag],
    internal_date: Option<DateTime>,
}

impl<'f> Facts<'f> {
    /// Those of the message with this number and this UID: no flags, and no internal date.
    pub fn new(number: u32, uid: u32) -> Self {
        Self { number, uid, flags: &[], internal_date: None }
    }

    /// Its flags, `\Recent` too.
    #[must_use]
    pub fn with_flags(mut self, flags: &'f [Flag]) -> Self {
        self.flags = flags;
        self
    }

    /// When it came. Without it, no key that asks for that matches.
    #[must_use]
    pub fn with_internal_date(mut self, date: DateTime) -> Self {
        self.internal_date = Some(date);
        self
    }
}

/// Why a key can't be searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchError {
    /// The strings are in a charset that is not known: answer NO.
    Charset,
    /// This key is not known: answer BAD.
    Key(&'static str),
}

impl SearchError {
    /// `BADCHARSET`, where that is why.
    pub fn code(self) -> Option<ResponseCode> {
        match self {
            Self::Charset => Some(ResponseCode::BadCharset(Vec::new())),
            Self::Key(_) => None,
        }
    }
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Charset => f.write_str("the charset is not known"),
            Self::Key(key) => write!(f, "the key {key} is not known"),
        }
    }
}

impl core::error::Error for SearchError {}

impl Matcher {
    /// Makes a key ready. `charset` is that of its strings; without one they are UTF-8.
    ///
    /// # Errors
    /// Where the charset or a key is not known.
    pub fn new(key: &SearchKey, charset: Option<&[u8]>, mailbox: &Mailbox) -> Result<Self, SearchError> {
        if charset.is_some_and(|name| Charset::for_label(name).is_none()) {
            return Err(SearchError::Charset);
        }
        let mut matcher =
            Self { steps: Vec::new(), leaves: Vec::new(), fields: BTreeMap::new(), now: mailbox.now };
        for step in key.postfix() {
            matcher.steps.push(match step {
                SearchStep::Not => Step::Not,
                SearchStep::Or => Step::Or,
                SearchStep::And(count) => Step::And(count),
                step => {
                    let leaf = Leaf::new(step, charset, mailbox)?;
                    if let Leaf::Field(name, _) = &leaf {
                        matcher.fields.entry(name.clone()).or_default().push(matcher.leaves.len());
                    }
                    matcher.leaves.push(leaf);
                    Step::Leaf
                }
            });
        }
        Ok(matcher)
    }

    /// What is certain without the message.
    pub fn decide(&self, facts: &Facts<'_>) -> Option<bool> {
        self.result(&self.known(facts))
    }

    /// Whether the key holds for a message.
    pub fn matches(&self, facts: &Facts<'_>, message: &Message<'_>) -> bool {
        let mut pending = Pending::new(self, self.known(facts));
        for source in [Source::Map, Source::Header, Source::Texts] {
            if let Some(result) = self.result(&pending.values) {
                return result;
            }
            pending.ask(source, message);
        }
        self.result(&pending.values).unwrap_or_default()
    }

    fn known(&self, facts: &Facts<'_>) -> Vec<Option<bool>> {
        self.leaves.iter().map(|leaf| leaf.of_facts(facts, self.now)).collect()
    }

    /// The steps with three values, true, false and not known yet: an operator may be certain where an operand is not.
    fn result(&self, values: &[Option<bool>]) -> Option<bool> {
        let mut values = values.iter().copied();
        let mut stack: Vec<Option<bool>> = Vec::new();
        for step in &self.steps {
            let result = match step {
                Step::Leaf => values.next().flatten(),
                Step::Not => stack.pop().flatten().map(|value| !value),
                Step::Or => strongest(stack.split_off(stack.len().saturating_sub(2)), true),
                Step::And(count) => strongest(stack.split_off(stack.len().saturating_sub(*count)), false),
            };
            stack.push(result);
        }
        stack.pop().flatten()
    }
}

/// One operand of that value decides; else all have to be known.
fn strongest(operands: Vec<Option<bool>>, decisive: bool) -> Option<bool> {
    if operands.contains(&Some(decisive)) {
        return Some(decisive);
    }
    operands.iter().all(Option::is_some).then_some(!decisive)
}
