//! The entries of lists: RFC 1056 sections 4.4 to 4.10, appendix I.

use bytes::BytesMut;
use mail_wire::dot::put_line;
use mail_wire::fields::Fields;
use mail_wire::line::Line;
use mail_wire::text::Text;
use mail_wire::{Deviation, Deviations, Error, Leniency};

use crate::command::keyword_verb;
use crate::descriptor::encode_expunged;
use crate::lex::{blanks, line_rules};
use crate::{Descriptor, Name, Uid, Verb};

/// What the entries of a list are: it follows from the reply's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RowKind {
    /// 100: [`HelpEntry`].
    Help,
    /// 220: [`ClientEntry`].
    Client,
    /// 230: [`MailboxEntry`].
    Mailbox,
    /// 240: [`SubscriptionEntry`].
    Subscription,
    /// 241: the [`Name`] of a bulletin board.
    Bboard,
    /// 250: [`Descriptor`], or the [`Uid`] of a message that was expunged.
    Descriptor,
    /// 260: the [`Name`] of an address.
    Address,
    /// The lines behind a code that the RFC does not list, if [a list follows
    /// it](crate::Options::with_listing).
    Line,
}

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "rows are short-lived, and a box would cost more")]
pub enum Row {
    /// Of HELP.
    Help(HelpEntry),
    /// Of LIST-CLIENTS.
    Client(ClientEntry),
    /// Of LIST-MAILBOXES.
    Mailbox(MailboxEntry),
    /// Of LIST-SUBSCRIPTIONS.
    Subscription(SubscriptionEntry),
    /// Of LIST-AVAILABLE-SUBSCRIPTIONS.
    Bboard(Name),
    /// Of FETCH-DESCRIPTORS, FETCH-CHANGED-DESCRIPTORS and COPY-MESSAGE: six lines.
    Descriptor(Descriptor),
    /// Of FETCH-CHANGED-DESCRIPTORS: two lines. The message is gone.
    Expunged(Uid),
    /// Of LIST-ADDRESSES.
    Address(Name),
    /// Behind a code that the RFC does not list.
    Line(Text),
}

impl Row {
    /// Which kind of list it belongs to.
    pub fn kind(&self) -> RowKind {
        match self {
            Self::Help(_) => RowKind::Help,
            Self::Client(_) => RowKind::Client,
            Self::Mailbox(_) => RowKind::Mailbox,
            Self::Subscription(_) => RowKind::Subscription,
            Self::Bboard(_) => RowKind::Bboard,
            Self::Descriptor(_) | Self::Expunged(_) => RowKind::Descriptor,
            Self::Address(_) => RowKind::Address,
            Self::Line(_) => RowKind::Line,
        }
    }

    /// Parses an un-stuffed line of a list whose entries have one line each.
    fn parse(kind: RowKind, fields: &mut Fields<'_>) -> Result<Self, Error> {
        let row = match kind {
            RowKind::Help => Self::Help(HelpEntry(fields.lenient_text()?)),
            RowKind::Client => Self::Client(ClientEntry::parse(fields)?),
            RowKind::Mailbox => Self::Mailbox(MailboxEntry::parse(fields)?),
            RowKind::Subscription => Self::Subscription(SubscriptionEntry::parse(fields)?),
            RowKind::Bboard => Self::Bboard(Name::parse(fields, "a bulletin board's name")?),
            RowKind::Address => Self::Address(Name::parse_listed(fields, "an address")?),
            RowKind::Line | RowKind::Descriptor => Self::Line(fields.lenient_text()?),
        };
        fields.end()?;
        Ok(row)
    }

    /// Reads such a line.
    pub(crate) fn read(
        kind: RowKind,
        line: &Line<'_>,
        leniency: Leniency,
    ) -> Result<(Self, Deviations), Error> {
        judge(line, leniency, |fields| Self::parse(kind, fields))
    }

    /// Writes the lines with their stuffing and their line ends.
    pub(crate) fn encode(&self, output: &mut BytesMut) {
        match self {
            Self::Descriptor(row) => return row.encode(output),
            Self::Expunged(uid) => return encode_expunged(*uid, output),
            _ => {}
        }
        put_line(output, |output| match self {
            Self::Help(row) => output.extend_from_slice(row.text().as_bytes()),
            Self::Client(row) => row.encode(output),
            Self::Mailbox(row) => row.encode(output),
            Self::Subscription(row) => row.encode(output),
            Self::Bboard(name) | Self::Address(name) => output.extend_from_slice(name.as_bytes()),
            Self::Line(text) => output.extend_from_slice(text.as_bytes()),
            Self::Descriptor(_) | Self::Expunged(_) => {}
        });
    }
}

/// Reads a line of a list: un-stuffed, its end and its octets judged first. Offsets of errors are those of the stream.
pub(crate) fn judge<T>(
    line: &Line<'_>,
    leniency: Leniency,
    parse: impl FnOnce(&mut Fields<'_>) -> Result<T, Error>,
) -> Result<(T, Deviations), Error> {
    line.unstuffed().read(leniency, |octets| {
        let mut fields = Fields::new(octets, leniency);
        line_rules(&mut fields, line.octets.len())?;
        let value = parse(&mut fields)?;
        Ok((value, fields.deviations))
    })
}

/// A line of HELP: the name of an operation, or whatever a repository wants to show (RFC 1056 section 4.4).
///
/// ```
/// use dmsp_proto::{HelpEntry, Text, Verb};
/// assert_eq!(HelpEntry::new(Text::new("fetch-message")?).verb(), Some(Verb::FetchMessage));
/// assert_eq!(HelpEntry::new(Text::new("See the manual.")?).verb(), None);
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HelpEntry(Text);

impl HelpEntry {
    /// A line.
    pub fn new(text: Text) -> Self {
        Self(text)
    }

    /// The line.
    pub fn text(&self) -> &Text {
        &self.0
    }

    /// The operation, if the line is the name of one and nothing else.
    pub fn verb(&self) -> Option<Verb> {
        keyword_verb(self.0.as_bytes().trim_ascii())
    }
}

impl From<Verb> for HelpEntry {
    /// The operation's name; empty for [`Verb::Other`].
    fn from(verb: Verb) -> Self {
        Self(Text::new(verb.keyword()).unwrap_or_default())
    }
}

/// Whether a client connected within the last week (RFC 1056 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(clippy::exhaustive_enums, reason = "the RFC has two words")]
pub enum Activity {
    /// `active`.
    Active,
    /// `inactive`: it should reset itself when it comes back.
    Inactive,
}

/// `name status`: a line of LIST-CLIENTS (RFC 1056 section 4.6).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ClientEntry {
    name: Name,
    activity: Activity,
}

impl ClientEntry {
    /// A line.
    pub fn new(name: Name, activity: Activity) -> Self {
        Self { name, activity }
    }

    /// The client's name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// Whether it connected within the last week.
    pub fn activity(&self) -> Activity {
        self.activity
    }

    fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        const EXPECTED: &str = "active or inactive";
        let name = Name::parse(fields, "a client's name")?;
        blanks(fields)?;
        for (word, activity) in [(&b"active"[..], Activity::Active), (b"inactive", Activity::Inactive)] {
            let token = fields.clone().token();
            if token.eq_ignore_ascii_case(word) {
                if token != word {
                    fields.forgive(Deviation::StatusWord, EXPECTED)?;
                }
                fields.skip(word.len());
                return Ok(Self { name, activity });
            }
        }
        Err(fields.error(EXPECTED))
    }

    fn encode(&self, output: &mut BytesMut) {
        output.extend_from_slice(self.name.as_bytes());
        output.extend_from_slice(match self.activity {
            Activity::Active => b" active",
            Activity::Inactive => b" inactive",
        });
    }
}

/// `name next-uid messages unseen`: a line of LIST-MAILBOXES (RFC 1056 section 4.7).
///
/// ```
/// use dmsp_proto::{MailboxEntry, Name, Response, Row, Uid};
/// let row = MailboxEntry::new(Name::new("fred")?, Uid::new(2313), 10, 1);
/// assert_eq!(Response::from(Row::Mailbox(row)).to_bytes()?, b"fred 2313 10 1\r\n");
/// # Ok::<(), dmsp_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MailboxEntry {
    name: Name,
    next_uid: Uid,
    messages: u32,
    unseen: u32,
}

impl MailboxEntry {
    /// A line.
    pub fn new(name: Name, next_uid: Uid, messages: u32, unseen: u32) -> Self {
        Self { name, next_uid, messages, unseen }
    }

    /// The mailbox's name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The UID that its next message will have.
    pub fn next_uid(&self) -> Uid {
        self.next_uid
    }

    /// How many messages it holds.
    pub fn messages(&self) -> u32 {
        self.messages
    }

    /// How many of them lack [`Flag::Seen`](crate::Flag::Seen).
    pub fn unseen(&self) -> u32 {
        self.unseen
    }

    fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let name = Name::parse(fields, "a mailbox's name")?;
        blanks(fields)?;
        let next_uid = Uid::parse(fields)?;
        blanks(fields)?;
        let messages = fields.number_u32("a count of messages")?;
        blanks(fields)?;
        Ok(Self { name, next_uid, messages, unseen: fields.number_u32("a count of unseen messages")? })
    }

    fn encode(&self, output: &mut BytesMut) {
        output.extend_from_slice(self.name.as_bytes());
        for number in [self.next_uid.get(), self.messages, self.unseen] {
            mail_wire::number::put(b" ", u64::from(number), output);
        }
    }
}

/// `name first-unseen unseen next-uid`: a line of LIST-SUBSCRIPTIONS (RFC 1056 section 4.9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SubscriptionEntry {
    name: Name,
    first_unseen: Uid,
    unseen: u32,
    next_uid: Uid,
}

impl SubscriptionEntry {
    /// A line.
    pub fn new(name: Name, first_unseen: Uid, unseen: u32, next_uid: Uid) -> Self {
        Self { name, first_unseen, unseen, next_uid }
    }

    /// The bulletin board's name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The first message that the user has not seen.
    pub fn first_unseen(&self) -> Uid {
        self.first_unseen
    }

    /// How many messages the user has not seen.
    pub fn unseen(&self) -> u32 {
        self.unseen
    }

    /// The UID that the board's next message will have. Section 4.9 calls the column the highest UID; the
    /// samples and appendix I have the next one.
    pub fn next_uid(&self) -> Uid {
        self.next_uid
    }

    fn parse(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let name = Name::parse(fields, "a bulletin board's name")?;
        blanks(fields)?;
        let first_unseen = Uid::parse(fields)?;
        blanks(fields)?;
        let unseen = fields.number_u32("a count of unseen messages")?;
        blanks(fields)?;
        Ok(Self { name, first_unseen, unseen, next_uid: Uid::parse(fields)? })
    }

    fn encode(&self, output: &mut BytesMut) {
        output.extend_from_slice(self.name.as_bytes());
        for number in [self.first_unseen.get(), self.unseen, self.next_uid.get()] {
            mail_wire::number::put(b" ", u64::from(number), output);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(kind: RowKind, line: &str) -> Result<(Row, Deviations), Error> {
        let mut fields = Fields::new(line.as_bytes(), Leniency::Lenient);
        Row::parse(kind, &mut fields).map(|row| (row, fields.deviations))
    }

    #[test]
    fn rows_encode_back() {
        for (kind, line) in [
            (RowKind::Help, "FETCH-MESSAGE"),
            (RowKind::Help, " any text  at all "),
            (RowKind::Help, ""),
            (RowKind::Client, "client-foobar active"),
            (RowKind::Client, "client-2 inactive"),
            (RowKind::Mailbox, "mailbox-1 2338 8 1"),
            (RowKind::Mailbox, "0 4294967295 4294967295 4294967295"),
            (RowKind::Subscription, "bboard-1 2573 33 2606"),
            (RowKind::Bboard, "mod.politics"),
            (RowKind::Address, "markl-bug-pcmail"),
            (RowKind::Address, "markl@ptt.lcs.mit.edu"),
            (RowKind::Line, "anything at all"),
        ] {
            let (row, deviations) = parse(kind, line).unwrap();
            assert_eq!(row.kind(), kind);
            assert!(deviations.is_empty(), "{line}");
            let mut back = BytesMut::new();
            row.encode(&mut back);
            assert_eq!(back, alloc::format!("{line}\r\n"));
        }
    }

    #[test]
    fn bad_rows_are_errors_at_their_place() {
        for (kind, line, offset) in [
            (RowKind::Client, "", 0),
            (RowKind::Client, "a", 1),
            (RowKind::Client, "a ", 2),
            (RowKind::Client, "a asleep", 2),
            (RowKind::Mailbox, "a 1 2", 5),
            (RowKind::Mailbox, "a x 2 3", 2),
            (RowKind::Mailbox, "a 1 -2 3", 4),
            (RowKind::Mailbox, "a 4294967296 2 3", 2),
            (RowKind::Subscription, "a 1 2 3x", 6),
            (RowKind::Bboard, "", 0),
            (RowKind::Bboard, "\u{1}", 0),
            (RowKind::Address, " a", 0),
        ] {
            assert_eq!(parse(kind, line).unwrap_err().offset(), offset, "{kind:?} {line:?}");
        }
    }

    #[test]
    fn slips_are_forgiven_and_told() {
        for (kind, line, deviation) in [
            (RowKind::Client, "a  active", Deviation::Spelling),
            (RowKind::Client, "a\tactive", Deviation::Spelling),
            (RowKind::Client, "a Active", Deviation::StatusWord),
            (RowKind::Client, "a active ", Deviation::Space),
            (RowKind::Client, "a active today", Deviation::TrailingText),
            (RowKind::Mailbox, "a@b 1 2 3", Deviation::Value),
            (RowKind::Mailbox, "a 01 2 3", Deviation::Spelling),
            (RowKind::Bboard, "a b", Deviation::TrailingText),
        ] {
            assert!(parse(kind, line).unwrap().1.contains(deviation), "{kind:?} {line:?}");
        }
    }
}
