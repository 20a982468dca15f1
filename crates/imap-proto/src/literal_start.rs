//! What a literal belongs to, known before its octets come.

use alloc::vec::Vec;

use imap_wire::{Cursor, LiteralHeader, LiteralMode, Tag, chars, frame::Frame, frame::quoted_len};
use mail_wire::Leniency;

use crate::Dialect;
use crate::core::{Condition, MailboxName, ResponseCode, SeqNo, StatusResponse, Uid};

/// A literal begins: how large it is, and what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiteralStart {
    header: LiteralHeader,
    delivery: Delivery,
    context: Context,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Streamed,
    Joined,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    Command { tag: Option<Tag>, name: Option<Vec<u8>>, mailbox: Option<MailboxName> },
    Fetch(FetchContext),
}

/// The FETCH item whose value comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchContext {
    number: SeqNo,
    uid: Option<Uid>,
    item: Vec<u8>,
}

impl FetchContext {
    /// The message's sequence number.
    pub fn number(&self) -> SeqNo {
        self.number
    }

    /// Its UID, where that came earlier in the response.
    pub fn uid(&self) -> Option<Uid> {
        self.uid
    }

    /// The name of the item, its section included: `BODY[1.2]<0>`.
    pub fn item(&self) -> &[u8] {
        &self.item
    }
}

impl LiteralStart {
    pub(crate) fn new(header: LiteralHeader, delivery: Delivery, context: Context) -> Self {
        Self { header, delivery, context }
    }

    /// How many octets it has.
    pub fn octets(&self) -> u64 {
        self.header.octets()
    }

    /// Whether the sender waits for `+`.
    pub fn mode(&self) -> LiteralMode {
        self.header.mode()
    }

    /// Whether it is a `literal8`, which may hold NUL.
    pub fn is_literal8(&self) -> bool {
        self.header.is_literal8()
    }

    /// Whether its octets come as `Data`; else they join the message that follows.
    pub fn streamed(&self) -> bool {
        self.delivery == Delivery::Streamed
    }

    /// The tag of the command that it belongs to.
    pub fn tag(&self) -> Option<&Tag> {
        match &self.context {
            Context::Command { tag, .. } => tag.as_ref(),
            Context::Fetch(_) => None,
        }
    }

    /// The name of the command that it belongs to, as the client wrote it.
    pub fn command(&self) -> Option<&[u8]> {
        match &self.context {
            Context::Command { name, .. } => name.as_deref(),
            Context::Fetch(_) => None,
        }
    }

    /// The mailbox of the APPEND that it belongs to, as a message or a piece of one.
    pub fn mailbox(&self) -> Option<&MailboxName> {
        match &self.context {
            Context::Command { mailbox, .. } => mailbox.as_ref(),
            Context::Fetch(_) => None,
        }
    }

    /// The FETCH item whose value it is.
    pub fn fetch(&self) -> Option<&FetchContext> {
        match &self.context {
            Context::Fetch(fetch) => Some(fetch),
            Context::Command { .. } => None,
        }
    }

    /// The refusal of RFC 7889 section 5: `NO [TOOBIG]`.
    pub fn too_big(&self) -> StatusResponse {
        self.refusal(Condition::No, "the literal is too large").with_code(ResponseCode::TooBig)
    }

    /// A refusal with this text.
    pub(crate) fn refusal(&self, condition: Condition, text: &str) -> StatusResponse {
        let status = match self.tag() {
            Some(tag) => StatusResponse::tagged(tag, condition, text),
            None => StatusResponse::untagged(condition, text),
        };
        status.unwrap_or_else(|_| StatusResponse::bad_syntax())
    }
}

/// Follows an APPEND up to its literals, resuming where the last one stood.
#[derive(Clone, Debug, Default)]
pub(crate) struct AppendScan {
    mailbox: Option<MailboxName>,
    /// At how many literals the mailbox was looked for.
    looked: u8,
    /// Octets of the frame that were looked at.
    at: usize,
    depth: usize,
    /// The word in front of the list that is open.
    list: List,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum List {
    Catenate,
    Utf8,
    #[default]
    Other,
}

impl AppendScan {
    /// Goes on to the literal that `frame` ends in.
    pub(crate) fn advance(&mut self, frame: &[u8], dialect: Dialect) {
        // The mailbox stands in front of the message, and is the only argument there that can be a literal.
        if self.mailbox.is_none() && self.looked < 2 {
            self.looked = self.looked.saturating_add(1);
            self.start(frame, dialect);
        }
        if self.mailbox.is_some() {
            self.scan(frame);
        }
    }

    /// Where the message goes, once that is known.
    pub(crate) fn mailbox(&self) -> Option<&MailboxName> {
        self.mailbox.as_ref()
    }

    /// Whether the literal is a message, or a piece of one: what can be as large as that.
    pub(crate) fn is_message(&self) -> bool {
        self.mailbox.is_some() && (self.depth == 0 || self.depth == 1 && self.list != List::Other)
    }

    /// The literal that `frame` ends in is streamed: its octets don't join the frame.
    pub(crate) fn pass_streamed(&mut self, frame: &[u8]) {
        self.at = frame.len();
    }

    fn start(&mut self, frame: &[u8], dialect: Dialect) {
        let whole = Frame::new(frame);
        let mut cursor = Cursor::new(&whole, Leniency::Lenient, 0);
        self.mailbox = cursor.optional(|cursor| {
            cursor.word(chars::TAG, "a tag")?;
            cursor.space()?;
            // IMAP3 has another name for it, and a word in front of the message.
            let name = if dialect == Dialect::Imap3 { "ADD.MESSAGE" } else { "APPEND" };
            cursor.keyword(name)?;
            cursor.space()?;
            let mailbox = MailboxName::parse(cursor)?;
            cursor.space()?;
            Ok(mailbox)
        });
        self.at = cursor.at();
    }

    fn scan(&mut self, frame: &[u8]) {
        mail_wire::visited(frame.len().saturating_sub(self.at));
        while let Some(octet) = frame.get(self.at).copied() {
            let rest = frame.get(self.at..).unwrap_or_default();
            let len = match octet {
                b'(' => {
                    if self.depth == 0 {
                        self.list = List::behind(frame.get(..self.at).unwrap_or_default());
                    }
                    self.depth = self.depth.saturating_add(1);
                    1
                }
                b')' => {
                    self.depth = self.depth.saturating_sub(1);
                    1
                }
                b'"' => quoted_len(rest),
                // The last one is that which the frame ends in; octets follow all others that are here.
                b'{' => match announced_len(rest) {
                    Some(len) if len == rest.len() => return,
                    Some(len) => {
                        let header = rest.get(..len).and_then(LiteralHeader::at_end_of);
                        let octets = header.map_or(0, |header| header.octets());
                        len.saturating_add(usize::try_from(octets).unwrap_or(usize::MAX))
                    }
                    None => 1,
                },
                _ => 1,
            };
            self.at = self.at.saturating_add(len);
        }
    }
}

impl List {
    /// That which follows this text.
    fn behind(text: &[u8]) -> Self {
        let words = text.strip_suffix(b" ").unwrap_or_default();
        let is = |word: &[u8]| {
            let at = words.len().checked_sub(word.len());
            at.and_then(|at| words.get(at..)).is_some_and(|last| last.eq_ignore_ascii_case(word))
        };
        match () {
            () if is(b" CATENATE") => Self::Catenate,
            () if is(b" UTF8") => Self::Utf8,
            () => Self::Other,
        }
    }
}

/// Octets of the announcement that `rest` begins with, its line end included.
fn announced_len(rest: &[u8]) -> Option<usize> {
    let digits = rest.iter().skip(1).take_while(|octet| octet.is_ascii_digit()).count();
    let (front, behind) = rest.split_at_checked(digits.checked_add(1)?)?;
    let end = [&b"}\r\n"[..], b"+}\r\n", b"}\n", b"+}\n"].into_iter().find(|end| behind.starts_with(end))?;
    front.len().checked_add(end.len())
}

/// Follows a FETCH response up to its literals, resuming where the last one stood.
#[derive(Clone, Debug, Default)]
pub(crate) struct FetchScan {
    /// Octets of the frame that were looked at.
    at: usize,
    number: Option<u32>,
    depth: usize,
    /// The section of an item's name is still open.
    in_section: bool,
    /// So is the list of field names in it, where brackets are letters.
    in_list: bool,
    /// The name at depth 1 whose value comes next.
    name: Option<(usize, usize)>,
    uid: Option<u32>,
}

impl FetchScan {
    /// Goes on to the literal that `frame` ends in.
    pub(crate) fn advance(&mut self, frame: &[u8], dialect: Dialect) {
        if self.at == 0 {
            self.start(frame, dialect);
        }
        if self.number.is_some() {
            self.scan(frame);
        }
    }

    /// The item whose value that literal is; it is told if that value may be streamed.
    pub(crate) fn context(&self, frame: &[u8]) -> Option<FetchContext> {
        let number = self.number?;
        let (from, to) = self.name.filter(|_| self.depth == 1 && !self.in_section)?;
        let item = frame.get(from..to)?;
        let name = item.split(|octet| *octet == b'[').next().unwrap_or_default();
        let streamable = [&b"BODY"[..], b"BINARY", b"RFC822", b"RFC822.HEADER", b"RFC822.TEXT"];
        if !streamable.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return None;
        }
        Some(FetchContext { number: SeqNo::new(number), uid: self.uid.map(Uid::new), item: item.to_vec() })
    }

    /// The literal is a value, and `joined` octets of it will stand in the frame.
    pub(crate) fn pass(&mut self, joined: usize) {
        self.at = self.at.saturating_add(joined);
        if self.depth == 1 && !self.in_section {
            self.name = None;
        }
    }

    fn start(&mut self, frame: &[u8], dialect: Dialect) {
        let whole = Frame::new(frame);
        let mut cursor = Cursor::new(&whole, Leniency::Lenient, 0);
        let number = cursor.optional(|cursor| {
            match dialect {
                // Data may have a tag there.
                Dialect::Imap3 if cursor.peek() != Some(b'*') => {
                    cursor.word(chars::TAG, "a tag")?;
                }
                _ => cursor.expect_octet(b'*', "*")?,
            }
            cursor.space()?;
            let number = cursor.number()?;
            cursor.space()?;
            cursor.keyword("FETCH")?;
            // Some leave the space out.
            cursor.skip_spaces();
            Ok(number)
        });
        self.number = number;
        self.at = cursor.at().max(1);
    }

    fn scan(&mut self, frame: &[u8]) {
        let mut at = self.at;
        mail_wire::visited(frame.len().saturating_sub(at));
        while let Some(octet) = frame.get(at).copied() {
            let rest = frame.get(at..).unwrap_or_default();
            match octet {
                _ if self.in_section => {
                    at = at.saturating_add(self.word_len(rest));
                    self.name = self.name.map(|(from, _)| (from, at));
                }
                b'(' => {
                    self.depth = self.depth.saturating_add(1);
                    at = at.saturating_add(1);
                }
                b')' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 1 {
                        self.name = None;
                    }
                    at = at.saturating_add(1);
                }
                b'"' => {
                    at = at.saturating_add(quoted_len(rest));
                    if self.depth == 1 {
                        self.name = None;
                    }
                }
                b'{' | b'~' if is_announcement(rest) => at = frame.len(),
                b' ' | b'\r' | b'\n' => at = at.saturating_add(1),
                _ => {
                    let len = self.word_len(rest);
                    let end = at.saturating_add(len);
                    if self.depth == 1 {
                        self.name = match self.name {
                            None => Some((at, end)),
                            Some((from, to)) => {
                                if frame.get(from..to).is_some_and(|name| name.eq_ignore_ascii_case(b"UID")) {
                                    let digits = core::str::from_utf8(rest.get(..len).unwrap_or_default());
                                    self.uid = digits.ok().and_then(|digits| digits.parse().ok());
                                }
                                None
                            }
                        };
                    }
                    at = end;
                }
            }
        }
        self.at = frame.len();
    }

    /// Octets of the word that `rest` begins with, the section of an item in brackets included.
    fn word_len(&mut self, rest: &[u8]) -> usize {
        let mut at = 0_usize;
        while let Some(octet) = rest.get(at) {
            match octet {
                b'[' if self.depth == 1 => self.in_section = true,
                b'(' if self.in_section => self.in_list = true,
                b')' if self.in_section => self.in_list = false,
                b']' if !self.in_list => self.in_section = false,
                b'"' if self.in_section => {
                    at = at.saturating_add(quoted_len(rest.get(at..).unwrap_or_default()));
                    continue;
                }
                b' ' | b'(' | b')' | b'"' if !self.in_section => break,
                b'\r' | b'\n' => break,
                _ => {}
            }
            at = at.saturating_add(1);
        }
        at.max(1)
    }
}

/// Whether `rest`, the end of a piece, is nothing but the announcement of a literal.
fn is_announcement(rest: &[u8]) -> bool {
    let inside = rest.strip_prefix(b"~").unwrap_or(rest).strip_prefix(b"{").unwrap_or_default();
    inside
        .iter()
        .position(|octet| !octet.is_ascii_digit())
        .is_some_and(|at| matches!(inside.get(at..), Some(b"}\r\n" | b"}\n" | b"+}\r\n" | b"+}\n")))
}
