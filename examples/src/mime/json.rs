//! The tree as one JSON document: the message itself, with what its header says in front, and its parts inside.

use rfc822_mime::value::{Address, AddressList, DateTime, Mailbox, Parameters};
use serde_json::{Map, Value, json};

use super::{Node, Tree};

impl Tree {
    /// The document. All offsets are octets from the beginning of the message as it was read; `octets` is the size of the
    /// body if every line ended with CRLF.
    pub fn json(&self) -> Value {
        let envelope = &self.envelope;
        let mut document = Map::new();
        let mut set = |name: &str, value: Value| document.insert(name.to_owned(), value);
        set("subject", json!(envelope.subject.as_ref().map(|subject| subject.as_str())));
        set("from", addresses(&envelope.from));
        set("to", addresses(&envelope.to));
        set("cc", addresses(&envelope.cc));
        set("date", json!(envelope.date.as_ref().and_then(rfc3339)));
        set("message_id", json!(envelope.message_id.as_ref().map(|id| id.as_text())));
        document.append(&mut self.root());
        document.into()
    }

    /// The message itself, with its parts. From the last part to the first, so that each has its parts when it is put into
    /// its parent.
    fn root(&self) -> Map<String, Value> {
        let mut children: Vec<Vec<Value>> = vec![Vec::new(); self.nodes().len()];
        for (place, node) in self.nodes().iter().enumerate().rev() {
            let mut within = children.pop().unwrap_or_default();
            within.reverse();
            let object = part(node, within);
            if place == 0 {
                return object;
            }
            if let Some(siblings) = children.get_mut(node.parent) {
                siblings.push(object.into());
            }
        }
        Map::new()
    }
}

fn part(node: &Node, children: Vec<Value>) -> Map<String, Value> {
    let (header, body) = (node.part.header(), node.part.body());
    let parameters_of_type = node.content_type.as_ref().map(|given| parameters(given.parameters()));
    let defect = |defect: &rfc822_mime::Defect| json!({ "kind": defect.kind.name(), "at": defect.at });
    let fields = [
        ("path", json!(node.path)),
        ("type", json!(node.media_type())),
        ("params", parameters_of_type.unwrap_or_default().into()),
        ("encoding", json!(node.encoding())),
        ("disposition", json!(node.disposition.as_ref().map(|given| given.kind().to_lowercase()))),
        ("filename", json!(node.filename())),
        ("header", json!([header.start, header.end])),
        ("body", json!([body.start, body.end])),
        ("lines", json!(node.part.body_size().lines())),
        ("octets", json!(node.part.body_size().crlf_octets())),
        ("decoded_octets", json!(node.decoded.as_ref().map(|(octets, _)| octets))),
        ("decoded_sha256", json!(node.decoded.as_ref().map(|(_, digest)| digest))),
        ("defects", node.defects.iter().map(defect).collect()),
        ("children", children.into()),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Names in small letters, values decoded; where there are several of a name, the one that counts.
fn parameters(parameters: &Parameters) -> Map<String, Value> {
    let names = parameters.iter().map(|parameter| parameter.name().to_lowercase());
    names.map(|name| (name.clone(), json!(parameters.get(&name)))).collect()
}

fn addresses(list: &AddressList) -> Value {
    let address = |address: &Address| match address {
        Address::Mailbox(one) => mailbox(one),
        Address::Group(group) => json!({
            "group": group.name().display(),
            "mailboxes": group.mailboxes().map(mailbox).collect::<Value>(),
        }),
        _ => Value::Null,
    };
    list.iter().map(address).collect()
}

fn mailbox(mailbox: &Mailbox) -> Value {
    json!({ "name": mailbox.display_name(), "address": String::from_utf8_lossy(&mailbox.addr_spec()) })
}

/// `date-time` of RFC 3339 section 5.6. Offsets that it cannot write are given as UTC; `-00:00` is a zone that is not known
/// (section 4.3).
fn rfc3339(date: &DateTime) -> Option<String> {
    let date = match date.offset() {
        Some(offset) if offset.unsigned_abs() >= 24 * 60 => {
            DateTime::from_timestamp(date.timestamp(), Some(0)).ok()?
        }
        _ => *date,
    };
    let sign = if date.offset().is_none_or(|offset| offset < 0) { '-' } else { '+' };
    let offset = date.offset().unwrap_or_default().unsigned_abs();
    Some(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
        date.year(),
        date.month(),
        date.day(),
        date.hour(),
        date.minute(),
        date.second(),
        offset / 60,
        offset % 60,
    ))
}
