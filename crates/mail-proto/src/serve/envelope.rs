//! ENVELOPE: RFC 9051 section 7.5.2.

use alloc::vec::Vec;

use crate::imap::{AddressBuf, EnvelopeBuf};
use crate::mime::value::{Address, AddressList, Mailbox};
use crate::mime::{Field, Leniency, PartRef};

/// `ENVELOPE` of a message: of [`Message::root`](crate::mime::Message::root), or of a message in it.
///
/// Texts are as they stand, unfolded and not decoded; `None`, sent as `NIL`, where there is no such field. Of several fields
/// of one name the first counts, for addresses all of them. Sender and Reply-To are those of From where there are none. A
/// mailbox without a domain has an empty one, since `NIL` would make it a mark of a group. NULs are left out.
///
/// ```
/// use mail_proto::imap::Fetch;
/// use mail_proto::mime::Message;
/// use mail_proto::serve;
/// let message = Message::parse(b"From: \"Ann\" <ann@a.example>\r\nTo: us: b@b.example;\r\n\r\n");
/// let fetch = Fetch::builder(1).envelope(&serve::envelope(message.root())).build()?;
/// let from = r#"(("Ann" NIL "ann" "a.example"))"#;
/// let to = r#"((NIL NIL "us" NIL)(NIL NIL "b" "b.example")(NIL NIL NIL NIL))"#;
/// assert_eq!(
///     format!("{:?}", fetch.envelope().unwrap()),
///     format!("(NIL NIL {from} {from} {from} {to} NIL NIL NIL NIL)")
/// );
/// # Ok::<(), mail_proto::imap::Error>(())
/// ```
pub fn envelope(message: PartRef<'_>) -> EnvelopeBuf {
    let mut found = Found::default();
    for field in message.fields() {
        found.take(field);
    }
    let from = found.addresses(From);
    let or_from = |list: Vec<AddressBuf>| if list.is_empty() { from.clone() } else { list };
    let mut envelope = EnvelopeBuf::new()
        .with_sender(or_from(found.addresses(Sender)))
        .with_reply_to(or_from(found.addresses(ReplyTo)))
        .with_to(found.addresses(To))
        .with_cc(found.addresses(Cc))
        .with_bcc(found.addresses(Bcc))
        .with_from(from);
    if let Some(date) = found.text(Date) {
        envelope = envelope.with_date(date);
    }
    if let Some(subject) = found.text(Subject) {
        envelope = envelope.with_subject(subject);
    }
    if let Some(in_reply_to) = found.text(InReplyTo) {
        envelope = envelope.with_in_reply_to(in_reply_to);
    }
    if let Some(message_id) = found.text(MessageId) {
        envelope = envelope.with_message_id(message_id);
    }
    envelope
}

/// The fields of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Date,
    Subject,
    From,
    Sender,
    ReplyTo,
    To,
    Cc,
    Bcc,
    InReplyTo,
    MessageId,
}
use Name::{Bcc, Cc, Date, From, InReplyTo, MessageId, ReplyTo, Sender, Subject, To};

const NAMES: [(&str, Name); 10] = [
    ("Date", Date),
    ("Subject", Subject),
    ("From", From),
    ("Sender", Sender),
    ("Reply-To", ReplyTo),
    ("To", To),
    ("Cc", Cc),
    ("Bcc", Bcc),
    ("In-Reply-To", InReplyTo),
    ("Message-ID", MessageId),
];

/// The fields that were met, in their order: each header is read once.
#[derive(Debug, Default)]
struct Found<'a>(Vec<(Name, Field<'a>)>);

impl<'a> Found<'a> {
    fn take(&mut self, field: Field<'a>) {
        let known = NAMES.iter().find(|(name, _)| field.is(name));
        self.0.extend(known.map(|(_, name)| (*name, field)));
    }

    fn of(&self, name: Name) -> impl Iterator<Item = Field<'a>> {
        self.0.iter().filter(move |(found, _)| *found == name).map(|(_, field)| *field)
    }

    fn text(&self, name: Name) -> Option<Vec<u8>> {
        self.of(name).next().map(|field| without_nul(&field.unfolded()))
    }

    fn addresses(&self, name: Name) -> Vec<AddressBuf> {
        let mut addresses = Vec::new();
        for field in self.of(name) {
            push_addresses(&AddressList::parse(field.value(), Leniency::Lenient).0, &mut addresses);
        }
        addresses
    }
}

fn push_addresses(list: &AddressList, to: &mut Vec<AddressBuf>) {
    for address in list.iter() {
        match address {
            Address::Mailbox(mailbox) => to.push(entry(mailbox)),
            Address::Group(group) => {
                to.push(AddressBuf::group_start(without_nul(&group.name().unquoted())));
                to.extend(group.mailboxes().map(entry));
                to.push(AddressBuf::group_end());
            }
            _ => {}
        }
    }
}

fn entry(mailbox: &Mailbox) -> AddressBuf {
    let mut entry = AddressBuf::new(without_nul(mailbox.local_bytes()), without_nul(mailbox.domain_bytes()));
    let name = match mailbox.comments_bytes().last() {
        // `ann@a.example (Ann)`, the older way to tell a name
        Some(comment) if mailbox.name().is_empty() => comment.to_vec(),
        _ => mailbox.name().unquoted(),
    };
    if !name.is_empty() {
        entry = entry.with_name(without_nul(&name));
    }
    let route = mailbox.route_bytes();
    if route.is_empty() { entry } else { entry.with_adl(without_nul(&route)) }
}

/// A string of IMAP holds none (RFC 9051 section 4.3).
pub(super) fn without_nul(octets: &[u8]) -> Vec<u8> {
    octets.iter().copied().filter(|octet| *octet != 0).collect()
}
