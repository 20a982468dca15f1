//! The parts of a message, gathered from the events of the decoder.

use std::fmt;

use rfc822_mime::decoder::{Decoder, Event};
use rfc822_mime::value::{
    AddressList, ContentDisposition, ContentType, DateTime, MessageId, Text, TransferEncoding,
};
use rfc822_mime::{Defect, Defects, Field, Leniency, Part, PartKind, transfer};
use sha2::{Digest, Sha256};

/// A message: its parts, and what its own header says of it.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    pub(super) envelope: Envelope,
}

/// What the header of the message itself says.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    pub(super) subject: Option<Text>,
    pub(super) from: AddressList,
    pub(super) to: AddressList,
    pub(super) cc: AddressList,
    pub(super) date: Option<DateTime>,
    pub(super) message_id: Option<MessageId>,
}

/// A part of a message.
#[derive(Debug, Default)]
pub struct Node {
    /// The section of its body, as IMAP names it: `2.1`; `TEXT` for a message that is a multipart, `2.TEXT` for one in a part.
    pub path: String,
    /// Where it lies, in octets from the beginning of the message.
    pub part: Part,
    /// The place of what it is in; its own, if it is in none.
    pub parent: usize,
    /// How many parts it is in.
    pub depth: usize,
    pub(super) content_type: Option<ContentType>,
    pub(super) encoding: Option<TransferEncoding>,
    pub(super) disposition: Option<ContentDisposition>,
    /// What a leaf decodes to: octets, and their digest.
    pub(super) decoded: Option<(u64, String)>,
    pub(super) defects: Vec<Defect>,
}

impl Tree {
    /// Reads a message, at most `chunk` octets at a time.
    pub fn read(message: &[u8], chunk: usize) -> Self {
        let (mut decoder, mut reader) = (Decoder::new(), Reader::default());
        for mut piece in message.chunks(chunk.max(1)) {
            while let Ok(Some(event)) = decoder.decode(&mut piece) {
                reader.heard(event);
            }
        }
        while let Ok(Some(event)) = decoder.finish() {
            reader.heard(event);
        }
        let Reader { mut nodes, envelope, .. } = reader;
        name(&mut nodes);
        Self { nodes, envelope }
    }

    /// All parts, in the order of their beginnings; the message itself is the first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }
}

impl Node {
    /// Its type and subtype, in small letters; where none is given, what RFC 2046 says (sections 4.1.2 and 5.1.5).
    pub fn media_type(&self) -> String {
        match &self.content_type {
            Some(given) => format!("{}/{}", given.main_type(), given.subtype()).to_lowercase(),
            None if self.part.is_in_digest() => "message/rfc822".to_owned(),
            None => "text/plain".to_owned(),
        }
    }

    /// The name of its transfer encoding.
    pub fn encoding(&self) -> String {
        self.encoding.as_ref().map_or("7bit", TransferEncoding::name).to_lowercase()
    }

    /// What its file is called, as it stands: no name to open a file with.
    pub fn filename(&self) -> Option<String> {
        let disposition = self.disposition.as_ref().and_then(|given| given.parameters().get("filename"));
        let name = || self.content_type.as_ref().and_then(|given| given.parameters().get("name"));
        disposition.or_else(name).map(|name| name.into_owned())
    }

    /// What was odd about a value, or about a body, that begins at `at`.
    fn odd(&mut self, at: u64, defects: &Defects) {
        self.defects.extend(defects.iter().copied().map(|mut defect| {
            defect.at += at;
            defect
        }));
    }
}

/// Takes the events in.
#[derive(Default)]
struct Reader {
    nodes: Vec<Node>,
    envelope: Envelope,
    /// The places of the parts that are open, outermost first.
    open: Vec<usize>,
    /// The part that the last event was about.
    about: usize,
    leaf: Option<Leaf>,
}

/// A body that is being decoded.
struct Leaf {
    decoder: transfer::Decoder,
    buffer: Vec<u8>,
    octets: u64,
    digest: Sha256,
}

impl Leaf {
    fn new(encoding: &str) -> Self {
        let decoder = transfer::Decoder::new(&encoding.into());
        Self { decoder, buffer: Vec::new(), octets: 0, digest: Sha256::new() }
    }

    fn take(&mut self, body: &[u8]) {
        self.decoder.decode(body, &mut self.buffer);
        self.digest_buffer();
    }

    fn finish(&mut self) -> (u64, String) {
        self.decoder.finish(&mut self.buffer);
        self.digest_buffer();
        let digest = self.digest.finalize_reset();
        (self.octets, digest.iter().map(|octet| format!("{octet:02x}")).collect())
    }

    fn digest_buffer(&mut self) {
        self.octets += self.buffer.len() as u64;
        self.digest.update(&self.buffer);
        self.buffer.clear();
    }
}

impl Reader {
    fn heard(&mut self, event: Event<'_>) {
        match event {
            Event::PartStart(_) => {
                let (place, depth) = (self.nodes.len(), self.open.len());
                let parent = self.open.last().copied().unwrap_or(place);
                self.nodes.push(Node { parent, depth, ..Node::default() });
                self.open.push(place);
            }
            Event::PartEnd(end) => {
                self.about = end.index();
                self.open.pop();
                if let Some(node) = self.nodes.get_mut(self.about) {
                    node.part = *end.part();
                    if let Some(mut leaf) = self.leaf.take() {
                        node.decoded = Some(leaf.finish());
                        node.odd(node.part.body().start, leaf.decoder.defects());
                    }
                }
                return;
            }
            Event::Defect(defect) => {
                if let Some(node) = self.nodes.get_mut(self.about) {
                    node.defects.push(defect);
                }
                return;
            }
            Event::Field(field) => self.field(field.view()),
            Event::HeaderEnd(end) if end.kind() == PartKind::Leaf => {
                let node = self.open.last().and_then(|place| self.nodes.get(*place));
                self.leaf = node.map(|node| Leaf::new(&node.encoding()));
            }
            Event::Body(octets) => {
                if let Some(leaf) = &mut self.leaf {
                    leaf.take(&octets);
                }
            }
            _ => {}
        }
        self.about = self.open.last().copied().unwrap_or_default();
    }

    /// Of several fields of one name the first one counts; but addresses are of all of them.
    fn field(&mut self, field: Field<'_>) {
        const LENIENT: Leniency = Leniency::Lenient;
        let (place, raw) = (self.open.last().copied().unwrap_or_default(), field.value());
        let Some(node) = self.nodes.get_mut(place) else { return };
        let envelope = &mut self.envelope;
        let name = field.name().to_ascii_lowercase();
        let defects = match (&*name, place) {
            (b"content-type", _) if node.content_type.is_none() => {
                keep(&mut node.content_type, ContentType::parse(raw, LENIENT))
            }
            (b"content-transfer-encoding", _) if node.encoding.is_none() => {
                keep(&mut node.encoding, TransferEncoding::parse(raw, LENIENT))
            }
            (b"content-disposition", _) if node.disposition.is_none() => {
                keep(&mut node.disposition, ContentDisposition::parse(raw, LENIENT))
            }
            (b"subject", 0) if envelope.subject.is_none() => {
                keep(&mut envelope.subject, Text::parse(raw, LENIENT))
            }
            (b"date", 0) if envelope.date.is_none() => {
                let (date, defects) = DateTime::parse(raw, LENIENT);
                envelope.date = date;
                defects
            }
            (b"message-id", 0) if envelope.message_id.is_none() => {
                let (id, defects) = MessageId::parse(raw, LENIENT);
                envelope.message_id = id;
                defects
            }
            (b"from", 0) => append(&mut envelope.from, raw),
            (b"to", 0) => append(&mut envelope.to, raw),
            (b"cc", 0) => append(&mut envelope.cc, raw),
            _ => return,
        };
        node.odd(field.value_range().start, &defects);
    }
}

fn keep<T>(place: &mut Option<T>, (value, defects): (T, Defects)) -> Defects {
    *place = Some(value);
    defects
}

fn append(list: &mut AddressList, raw: &[u8]) -> Defects {
    let (more, defects) = AddressList::parse(raw, Leniency::Lenient);
    list.append(more);
    defects
}

/// Gives each part its path (RFC 9051 section 6.4.5).
fn name(nodes: &mut [Node]) {
    let join = |prefix: &str, last: &str| {
        if prefix.is_empty() { last.to_owned() } else { format!("{prefix}.{last}") }
    };
    // What stands in front of the numbers of the parts in each.
    let mut prefixes: Vec<String> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let prefix = prefixes.get(node.parent).map_or("", String::as_str);
        let (prefix, path) = match (node.part.number(), node.part.kind()) {
            (0, kind) => match kind {
                PartKind::Multipart => (prefix.to_owned(), join(prefix, "TEXT")),
                PartKind::Message => (join(prefix, "1"), join(prefix, "1")),
                _ => (prefix.to_owned(), join(prefix, "1")),
            },
            (number, _) => {
                let path = join(prefix, &number.to_string());
                (path.clone(), path)
            }
        };
        prefixes.push(prefix);
        node.path = path;
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.nodes.iter().try_for_each(|node| writeln!(f, "{node}"))
    }
}

/// One line, indented by its depth: path, type, encoding and file name, where the body lies and what it decodes to, defects.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (body, size) = (self.part.body(), self.part.body_size());
        write!(
            f,
            "{:indent$}{} {}",
            "",
            self.path,
            self.media_type().escape_debug(),
            indent = 2 * self.depth
        )?;
        if let Some(charset) = self.content_type.as_ref().and_then(ContentType::charset) {
            write!(f, " {charset:?}")?;
        }
        if let Some(name) = self.filename() {
            write!(f, " {name:?}")?;
        }
        write!(
            f,
            " {} {}..{}, {} lines",
            self.encoding().escape_debug(),
            body.start,
            body.end,
            size.lines()
        )?;
        if let Some((octets, _)) = self.decoded {
            write!(f, ", {octets} octets")?;
        }
        for defect in &self.defects {
            write!(f, " [{} at {}]", defect.kind.name(), defect.at)?;
        }
        Ok(())
    }
}
