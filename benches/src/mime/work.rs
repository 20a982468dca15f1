//! The work that is timed.

use rfc822_mime::decoder::Decoder;
use rfc822_mime::transfer;
use rfc822_mime::value::{AddressList, ContentType, DateTime, ListUris, MessageIds, Received, Text};
use rfc822_mime::{Field, Leniency, Message, PartKind};

use super::streams::{attachments, flood, headers, mails, nested, parts, short_fields};
use crate::{FEW, MANY, READ, Workload, feed, lines};

/// Everything that is measured for messages. `structure`: a map of the parts. `decode`: events, in reads of 64 KiB.
/// `octets`: the same with each octet alone. `typed`: values of header fields. `all`: structure, values, and bodies decoded.
pub fn workloads() -> Vec<Workload> {
    let quick = |mails: Vec<Vec<u8>>, count: usize| mails.into_iter().take(count).collect::<Vec<_>>();
    vec![
        each("mime/mails/structure", mails(FEW), structure),
        each("mime/mails/decode", mails(FEW), |mail| events(mail, READ)),
        each("mime/mails/octets", quick(mails(FEW), 20), |mail| events(mail, 1)),
        each("mime/mails/typed", mails(FEW), typed),
        each("mime/mails/all", mails(FEW), all),
        each("mime/headers/typed", headers(200), typed),
        each("mime/attachments/structure", vec![attachments(4 << 20)], structure),
        each("mime/attachments/all", vec![attachments(4 << 20)], all),
        each("mime/parts/structure", vec![parts(MANY - 10)], structure),
        each("mime/parts/octets", vec![parts(FEW / 10)], |mail| events(mail, 1)),
        each("mime/nested/structure", vec![nested(50)], structure),
        each("mime/flood/structure", vec![flood(MANY)], structure),
        each("mime/short-fields/structure", vec![short_fields(MANY - 10)], structure),
    ]
}

/// `work` on each of the mails.
fn each(name: &'static str, mails: Vec<Vec<u8>>, work: fn(&[u8]) -> u64) -> Workload {
    let octets = mails.iter().map(Vec::len).sum();
    let items = mails.iter().map(|mail| lines(mail)).sum();
    Workload::new(name, octets, items, move || mails.iter().map(|mail| work(mail)).sum())
}

/// Where all parts are.
pub fn structure(mail: &[u8]) -> u64 {
    Message::parse(mail).map().parts().iter().map(|part| part.body().start).sum()
}

fn events(mail: &[u8], read: usize) -> u64 {
    let (mut decoder, mut octets) = (Decoder::new(), 0);
    feed(
        mail,
        read,
        |input| decoder.decode(input),
        |event| octets += event.octets().map_or(0, |octets| octets.len() as u64),
    );
    while let Ok(Some(event)) = decoder.finish() {
        octets += event.octets().map_or(0, |octets| octets.len() as u64);
    }
    octets
}

/// All fields of the header that have a value of their own, read.
pub fn typed(mail: &[u8]) -> u64 {
    rfc822_mime::Fields::new(mail).map(|field| typed_field(field, true)).sum()
}

/// The same, with Received and the fields of lists left as they are.
pub fn lazily_typed(mail: &[u8]) -> u64 {
    rfc822_mime::Fields::new(mail).map(|field| typed_field(field, false)).sum()
}

fn typed_field(field: Field<'_>, traces: bool) -> u64 {
    let (value, lenient) = (field.value(), Leniency::Lenient);
    let is = |names: &[&str]| names.iter().any(|name| field.is(name));
    if is(&["From", "To", "Cc", "Sender", "Reply-To", "Bcc"]) {
        AddressList::parse(value, lenient).0.mailboxes().count() as u64
    } else if is(&["Subject"]) {
        Text::parse(value, lenient).0.as_str().len() as u64
    } else if is(&["Date"]) {
        DateTime::parse(value, lenient).0.is_some().into()
    } else if is(&["Message-ID", "In-Reply-To", "References"]) {
        MessageIds::parse(value, lenient).0.iter().count() as u64
    } else if traces && is(&["Received"]) {
        Received::parse(value, lenient).0.date().is_some().into()
    } else if traces && is(&["List-Unsubscribe", "List-Post", "List-Help"]) {
        ListUris::parse(value, lenient).0.iter().count() as u64
    } else if is(&["Content-Type"]) {
        ContentType::parse(value, lenient).0.parameters().iter().count() as u64
    } else {
        value.len() as u64
    }
}

/// The map, the values of the message's header, and each leaf without its transfer encoding and, if it is text, its charset.
pub fn all(mail: &[u8]) -> u64 {
    let message = Message::parse(mail);
    let mut sum = typed(message.root().header());
    for part in message.parts().filter(|part| part.kind() == PartKind::Leaf) {
        sum += match part.decoded_text() {
            Some(text) => text.len(),
            None => transfer::decode(&part.transfer_encoding(), Leniency::Lenient, part.body()).0.len(),
        } as u64;
    }
    sum
}
