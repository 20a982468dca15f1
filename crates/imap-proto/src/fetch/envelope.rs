//! ENVELOPE: RFC 9051 section 7.5.2.

use alloc::vec::Vec;

use imap_wire::{Cursor, Generation, ParseError, Writer};
use mail_wire::{Deviation, Error};

use super::tape::{Arena, NIL_SPAN, Tape};

/// Words of an envelope: six lists by their places (0 for `NIL`), and four strings.
mod word {
    pub(super) const DATE: usize = 0;
    pub(super) const SUBJECT: usize = 2;
    pub(super) const LISTS: usize = 4;
    pub(super) const IN_REPLY_TO: usize = 10;
    pub(super) const MESSAGE_ID: usize = 12;
    pub(super) const LEN: usize = 14;
}

/// `envelope`: the header fields that a list of messages shows (RFC 9051 section 7.5.2).
///
/// Values are as the server sent them: not decoded as RFC 2047 has it, `NIL` where the field was missing.
#[derive(Clone, Copy)]
pub struct Envelope<'a> {
    arena: Arena<'a>,
    at: usize,
}

impl<'a> Envelope<'a> {
    pub(crate) fn new(arena: Arena<'a>, at: usize) -> Self {
        Self { arena, at }
    }

    /// `env-date`: the text of the Date field.
    pub fn date(self) -> Option<&'a [u8]> {
        self.arena.nstring(self.at.wrapping_add(word::DATE))
    }

    /// `env-subject`.
    pub fn subject(self) -> Option<&'a [u8]> {
        self.arena.nstring(self.at.wrapping_add(word::SUBJECT))
    }

    /// `env-from`.
    pub fn from(self) -> Addresses<'a> {
        self.list(0)
    }

    /// `env-sender`.
    pub fn sender(self) -> Addresses<'a> {
        self.list(1)
    }

    /// `env-reply-to`.
    pub fn reply_to(self) -> Addresses<'a> {
        self.list(2)
    }

    /// `env-to`.
    pub fn to(self) -> Addresses<'a> {
        self.list(3)
    }

    /// `env-cc`.
    pub fn cc(self) -> Addresses<'a> {
        self.list(4)
    }

    /// `env-bcc`.
    pub fn bcc(self) -> Addresses<'a> {
        self.list(5)
    }

    /// `env-in-reply-to`.
    pub fn in_reply_to(self) -> Option<&'a [u8]> {
        self.arena.nstring(self.at.wrapping_add(word::IN_REPLY_TO))
    }

    /// `env-message-id`.
    pub fn message_id(self) -> Option<&'a [u8]> {
        self.arena.nstring(self.at.wrapping_add(word::MESSAGE_ID))
    }

    /// A copy that can be changed.
    pub fn to_buf(self) -> EnvelopeBuf {
        let own = |value: Option<&[u8]>| value.map(<[u8]>::to_vec);
        let list = |list: Addresses<'_>| list.map(Address::to_buf).collect();
        EnvelopeBuf {
            date: own(self.date()),
            subject: own(self.subject()),
            from: list(self.from()),
            sender: list(self.sender()),
            reply_to: list(self.reply_to()),
            to: list(self.to()),
            cc: list(self.cc()),
            bcc: list(self.bcc()),
            in_reply_to: own(self.in_reply_to()),
            message_id: own(self.message_id()),
        }
    }

    #[inline]
    fn list(self, n: usize) -> Addresses<'a> {
        let place = self.arena.word(self.at.wrapping_add(word::LISTS).wrapping_add(n)) as usize;
        if place == 0 {
            return Addresses { arena: self.arena, at: 0, left: 0, stride: FOUR };
        }
        let at = self.at.wrapping_add(place);
        let (left, at) = (self.arena.word(at), at.wrapping_add(1));
        let stride = if left & COMMENTS == 0 { FOUR } else { FIVE };
        Addresses { arena: self.arena, at, left: left & !COMMENTS, stride }
    }

    fn lists(self) -> [Addresses<'a>; 6] {
        [self.from(), self.sender(), self.reply_to(), self.to(), self.cc(), self.bcc()]
    }

    pub(crate) fn encode(self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.encode_by(writer, |address, writer| address.encode(writer))
    }

    /// With addresses of five fields (RFC 1203).
    pub(crate) fn encode_with_comments(self, writer: &mut Writer<'_>) -> Result<(), Error> {
        self.encode_by(writer, |address, writer| address.encode_with_comment(writer))
    }

    #[inline]
    fn encode_by(
        self,
        writer: &mut Writer<'_>,
        encode: impl Fn(Address<'_>, &mut Writer<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        writer.octet(b'(');
        writer.nstring(self.date())?;
        writer.space();
        writer.nstring(self.subject())?;
        for list in self.lists() {
            writer.space();
            encode_addresses(list, writer, &encode)?;
        }
        writer.space();
        writer.nstring(self.in_reply_to())?;
        writer.space();
        writer.nstring(self.message_id())?;
        writer.octet(b')');
        Ok(())
    }
}

impl PartialEq for Envelope<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.date() == other.date()
            && self.subject() == other.subject()
            && self.lists().into_iter().zip(other.lists()).all(|(mine, theirs)| mine.eq(theirs))
            && self.in_reply_to() == other.in_reply_to()
            && self.message_id() == other.message_id()
    }
}

impl Eq for Envelope<'_> {}

impl core::fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        super::fmt_as_wire(f, |writer| self.encode(writer))
    }
}

/// The addresses of one field, group marks among them.
#[derive(Clone, Copy)]
pub struct Addresses<'a> {
    arena: Arena<'a>,
    at: usize,
    left: u32,
    /// Words of each: two for each field.
    stride: usize,
}

/// Words of an address.
const FOUR: usize = 8;
/// Words of an address with a comment.
const FIVE: usize = 10;
/// The addresses of a list have comments.
const COMMENTS: u32 = 1 << 31;

impl<'a> Iterator for Addresses<'a> {
    type Item = Address<'a>;

    fn next(&mut self) -> Option<Address<'a>> {
        self.left = self.left.checked_sub(1)?;
        let string = |n: usize| self.arena.nstring(self.at.wrapping_add(n));
        let comment = if self.stride == FIVE { string(8) } else { None };
        let address =
            Address { name: string(0), adl: string(2), mailbox: string(4), host: string(6), comment };
        self.at = self.at.wrapping_add(self.stride);
        Some(address)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Addresses<'_> {}

impl core::fmt::Debug for Addresses<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// `address`, or a mark that a group begins or ends (RFC 9051 section 7.5.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address<'a> {
    name: Option<&'a [u8]>,
    adl: Option<&'a [u8]>,
    mailbox: Option<&'a [u8]>,
    host: Option<&'a [u8]>,
    comment: Option<&'a [u8]>,
}

impl<'a> Address<'a> {
    /// `addr-name`: the display name, as in the header field.
    pub fn name(self) -> Option<&'a [u8]> {
        self.name
    }

    /// `addr-adl`: the source route (RFC 822), if there was one.
    pub fn adl(self) -> Option<&'a [u8]> {
        self.adl
    }

    /// `addr-mailbox`: what stands in front of the `@`; the name of a group, where `host` is `None`.
    pub fn mailbox(self) -> Option<&'a [u8]> {
        self.mailbox
    }

    /// `addr-host`: the domain. `None` marks the begin or the end of a group.
    pub fn host(self) -> Option<&'a [u8]> {
        self.host
    }

    /// The comments of the address: IMAP3 alone has them (RFC 1203).
    pub fn comment(self) -> Option<&'a [u8]> {
        self.comment
    }

    /// The name of the group that begins here.
    pub fn group_start(self) -> Option<&'a [u8]> {
        if self.host.is_none() { self.mailbox } else { None }
    }

    /// Whether a group ends here.
    pub fn is_group_end(self) -> bool {
        self.host.is_none() && self.mailbox.is_none()
    }

    /// A copy that can be kept.
    pub fn to_buf(self) -> AddressBuf {
        let own = |value: Option<&[u8]>| value.map(<[u8]>::to_vec);
        AddressBuf {
            name: own(self.name),
            adl: own(self.adl),
            mailbox: own(self.mailbox),
            host: own(self.host),
            comment: own(self.comment),
        }
    }

    fn encode(self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.octet(b'(');
        writer.nstring(self.name)?;
        writer.space();
        writer.nstring(self.adl)?;
        writer.space();
        writer.nstring(self.mailbox)?;
        writer.space();
        writer.nstring(self.host)?;
        writer.octet(b')');
        Ok(())
    }

    fn encode_with_comment(self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.octet(b'(');
        for field in [self.name, self.adl, self.mailbox, self.host] {
            writer.nstring(field)?;
            writer.space();
        }
        writer.nstring(self.comment)?;
        writer.octet(b')');
        Ok(())
    }
}

impl core::fmt::Debug for Address<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        super::fmt_as_wire(f, |writer| self.encode(writer))
    }
}

fn encode_addresses<'a>(
    list: impl ExactSizeIterator<Item = Address<'a>>,
    writer: &mut Writer<'_>,
    encode: impl Fn(Address<'_>, &mut Writer<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    if list.len() == 0 {
        writer.raw(b"NIL");
        return Ok(());
    }
    writer.octet(b'(');
    for address in list {
        encode(address, writer)?;
    }
    writer.octet(b')');
    Ok(())
}

/// Reads `envelope` onto the tape, without a head of its own.
#[inline]
pub(crate) fn parse(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>) -> Result<(), ParseError> {
    let at = tape.len();
    tape.push_all([0; word::LEN]);
    if cursor.peek() != Some(b'(') {
        pass_count(cursor)?;
    }
    cursor.open()?;
    let [date, date_len] = tape.nstring(cursor)?;
    cursor.space()?;
    let [subject, subject_len] = tape.nstring(cursor)?;
    let mut lists = [0; 6];
    for place in &mut lists {
        cursor.space()?;
        *place = parse_addresses(cursor, tape, at)?;
    }
    cursor.space()?;
    let [reply, reply_len] = tape.nstring(cursor)?;
    let [id, id_len] = if cursor.peek() == Some(b')') {
        // QUIRK: a server that leaves the message id out.
        cursor.forgive(Deviation::Missing, "SP and the message id")?;
        NIL_SPAN
    } else {
        cursor.space()?;
        tape.nstring(cursor)?
    };
    let [from, sender, reply_to, to, cc, bcc] = lists;
    #[rustfmt::skip]
    let words: [u32; word::LEN] = [
        date, date_len, subject, subject_len, from, sender, reply_to, to, cc, bcc, reply, reply_len, id, id_len,
    ];
    tape.set_all(at, words);
    cursor.close()
}

/// The rest of a list, from where the last of `count` addresses is not closed: blanks may stand there, or in IMAP3 a comment. Once
/// one has a comment, all of them get room for it.
#[cold]
#[inline(never)]
fn parse_odd_addresses(
    cursor: &mut Cursor<'_>,
    tape: &mut Tape<'_>,
    base: usize,
    (at, mut count): (usize, u32),
) -> Result<u32, ParseError> {
    let mut stride = FOUR;
    let mut comment = close_address(cursor, tape)?;
    loop {
        if comment.is_some() && stride == FOUR {
            tape.widen(at.wrapping_add(1), FOUR, NIL_SPAN);
            // The last one has its comment still to come.
            tape.truncate(tape.len().wrapping_sub(2));
            stride = FIVE;
        }
        if stride == FIVE {
            tape.push_all(comment.unwrap_or(NIL_SPAN));
        }
        if cursor.take_close()? {
            let comments = if stride == FIVE { COMMENTS } else { 0 };
            tape.set(at, count | comments);
            return Ok(at.wrapping_sub(base) as u32);
        }
        if cursor.peek() == Some(b' ') {
            // QUIRK: Outlook.com puts a space between addresses.
            cursor.forgive(Deviation::Space, "no SP between addresses")?;
            cursor.skip_spaces();
        }
        cursor.open()?;
        for field in 0..4 {
            if field > 0 {
                cursor.space()?;
            }
            let words = tape.nstring(cursor)?;
            tape.push_all(words);
        }
        count = count.wrapping_add(1);
        comment = if cursor.take(b')') { None } else { close_address(cursor, tape)? };
    }
}

/// The comment of an address, or nothing but blanks, and its `)`.
fn close_address(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>) -> Result<Option<[u32; 2]>, ParseError> {
    let has_comment = matches!(cursor.rest(), [b' ', next, ..] if !matches!(next, b' ' | b')'));
    if !has_comment {
        return cursor.close().map(|()| None);
    }
    let is_kept = cursor.generation() == Generation::Imap3;
    if !is_kept {
        cursor.forgive(Deviation::Value, "an address of four fields")?;
    }
    cursor.space()?;
    let comment = tape.nstring(cursor)?;
    cursor.close()?;
    // Where it could not be sent on, it is left out at once.
    Ok(is_kept.then_some(comment))
}

/// `env_length SP`: what MacMS has in front of an envelope, and a production of RFC 1203 in none of its samples. `NIL` and the
/// like are for others.
#[cold]
#[inline(never)]
fn pass_count(cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
    if cursor.generation() != Generation::MacMs && cursor.peek().is_some_and(|octet| octet.is_ascii_digit()) {
        cursor.forgive(Deviation::Value, "an envelope")?;
    }
    if cursor.number64().is_ok() { cursor.space() } else { Ok(()) }
}

/// The place of the list, relative to `base`; 0 for `NIL`.
#[inline]
fn parse_addresses(cursor: &mut Cursor<'_>, tape: &mut Tape<'_>, base: usize) -> Result<u32, ParseError> {
    if cursor.peek() != Some(b'(') {
        return if cursor.take_nil() { Ok(0) } else { Err(cursor.error("a list of addresses or NIL")) };
    }
    cursor.open()?;
    let at = tape.len();
    tape.push(0);
    let mut count = 0_u32;
    while !cursor.take_close()? {
        if count > 0 && cursor.peek() == Some(b' ') {
            // QUIRK: Outlook.com puts a space between addresses.
            cursor.forgive(Deviation::Space, "no SP between addresses")?;
            cursor.skip_spaces();
        }
        cursor.open()?;
        let [a, b] = tape.nstring(cursor)?;
        cursor.space()?;
        let [c, d] = tape.nstring(cursor)?;
        cursor.space()?;
        let [e, f] = tape.nstring(cursor)?;
        cursor.space()?;
        let [g, h] = tape.nstring(cursor)?;
        tape.push_all([a, b, c, d, e, f, g, h]);
        count = count.wrapping_add(1);
        if !cursor.take(b')') {
            return parse_odd_addresses(cursor, tape, base, (at, count));
        }
    }
    if count == 0 {
        cursor.forgive(Deviation::Value, "NIL or at least one address")?;
    }
    tape.set(at, count);
    Ok(at.wrapping_sub(base) as u32)
}

/// An envelope that is being made.
///
/// ```
/// use imap_proto::{AddressBuf, EnvelopeBuf};
/// let envelope = EnvelopeBuf::new()
///     .with_subject("Lunch?")
///     .with_from([AddressBuf::new("alice", "example.org").with_name("Alice")]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct EnvelopeBuf {
    date: Option<Vec<u8>>,
    subject: Option<Vec<u8>>,
    from: Vec<AddressBuf>,
    sender: Vec<AddressBuf>,
    reply_to: Vec<AddressBuf>,
    to: Vec<AddressBuf>,
    cc: Vec<AddressBuf>,
    bcc: Vec<AddressBuf>,
    in_reply_to: Option<Vec<u8>>,
    message_id: Option<Vec<u8>>,
}

macro_rules! address_fields {
    ($($(#[$doc:meta])* $name:ident, $with:ident;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $with(mut self, addresses: impl Into<Vec<AddressBuf>>) -> Self {
                self.$name = addresses.into();
                self
            }
        )*
    };
}

impl EnvelopeBuf {
    /// All `NIL`.
    pub fn new() -> Self {
        Self::default()
    }

    /// The text of the Date field.
    #[must_use]
    pub fn with_date(mut self, text: impl AsRef<[u8]>) -> Self {
        self.date = Some(text.as_ref().to_vec());
        self
    }

    /// The text of the Subject field.
    #[must_use]
    pub fn with_subject(mut self, text: impl AsRef<[u8]>) -> Self {
        self.subject = Some(text.as_ref().to_vec());
        self
    }

    /// The text of the In-Reply-To field.
    #[must_use]
    pub fn with_in_reply_to(mut self, text: impl AsRef<[u8]>) -> Self {
        self.in_reply_to = Some(text.as_ref().to_vec());
        self
    }

    /// The text of the Message-ID field.
    #[must_use]
    pub fn with_message_id(mut self, text: impl AsRef<[u8]>) -> Self {
        self.message_id = Some(text.as_ref().to_vec());
        self
    }

    address_fields! {
        /// The From field. A server gives `sender` and `reply_to` the same value where the message has none.
        from, with_from;
        /// The Sender field.
        sender, with_sender;
        /// The Reply-To field.
        reply_to, with_reply_to;
        /// The To field.
        to, with_to;
        /// The Cc field.
        cc, with_cc;
        /// The Bcc field.
        bcc, with_bcc;
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.octet(b'(');
        writer.nstring(self.date.as_deref())?;
        writer.space();
        writer.nstring(self.subject.as_deref())?;
        for list in [&self.from, &self.sender, &self.reply_to, &self.to, &self.cc, &self.bcc] {
            writer.space();
            let list = list.iter().map(AddressBuf::as_address);
            match writer.generation() {
                Generation::Imap3 => {
                    encode_addresses(list, writer, |address, writer| address.encode_with_comment(writer))?;
                }
                _ => encode_addresses(list, writer, |address, writer| address.encode(writer))?,
            }
        }
        writer.space();
        writer.nstring(self.in_reply_to.as_deref())?;
        writer.space();
        writer.nstring(self.message_id.as_deref())?;
        writer.octet(b')');
        Ok(())
    }
}

/// An address that is kept.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct AddressBuf {
    name: Option<Vec<u8>>,
    adl: Option<Vec<u8>>,
    mailbox: Option<Vec<u8>>,
    host: Option<Vec<u8>>,
    #[cfg_attr(feature = "arbitrary", arbitrary(default))]
    comment: Option<Vec<u8>>,
}

impl AddressBuf {
    /// `mailbox@host`.
    pub fn new(mailbox: impl AsRef<[u8]>, host: impl AsRef<[u8]>) -> Self {
        let own = |value: &[u8]| Some(value.to_vec());
        Self { mailbox: own(mailbox.as_ref()), host: own(host.as_ref()), ..Self::default() }
    }

    /// With a display name.
    #[must_use]
    pub fn with_name(mut self, name: impl AsRef<[u8]>) -> Self {
        self.name = Some(name.as_ref().to_vec());
        self
    }

    /// With comments, which [`FetchBuilder::imap3`](crate::FetchBuilder::imap3) alone writes.
    #[must_use]
    pub fn with_comment(mut self, comment: impl AsRef<[u8]>) -> Self {
        self.comment = Some(comment.as_ref().to_vec());
        self
    }

    /// With a source route, as `@a,@b` (RFC 822).
    #[must_use]
    pub fn with_adl(mut self, route: impl AsRef<[u8]>) -> Self {
        self.adl = Some(route.as_ref().to_vec());
        self
    }

    /// The mark that a group of this name begins.
    pub fn group_start(name: impl AsRef<[u8]>) -> Self {
        Self { mailbox: Some(name.as_ref().to_vec()), ..Self::default() }
    }

    /// The mark that a group ends.
    pub fn group_end() -> Self {
        Self::default()
    }

    /// As a view.
    pub fn as_address(&self) -> Address<'_> {
        Address {
            name: self.name.as_deref(),
            adl: self.adl.as_deref(),
            mailbox: self.mailbox.as_deref(),
            host: self.host.as_deref(),
            comment: self.comment.as_deref(),
        }
    }
}

impl core::fmt::Debug for AddressBuf {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(&self.as_address(), f)
    }
}
