//! The mailbox that is selected (RFC 9051 sections 2.3.1, 6.3.2 and 7.1; RFC 7162).

use alloc::vec::Vec;

use imap_wire::SequenceSet;
use mail_wire::text::Text;

use crate::core::{Flag, MailboxName, ResponseCode};
use crate::{HistoricResponse, OtherResponse, Response};

/// Whether a selected mailbox can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[allow(clippy::exhaustive_enums, reason = "there is no third")]
pub enum Access {
    /// EXAMINE, or `[READ-ONLY]`.
    ReadOnly,
    /// `[READ-WRITE]`, or nothing said.
    ReadWrite,
}

/// What a client knows of the mailbox that is selected, as the server said it last.
///
/// See [`ClientSession`](crate::ClientSession) for an example.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SelectedMailbox {
    name: MailboxName,
    access: Access,
    data: Data,
}

/// What responses and their codes tell of a mailbox, before it is known whether it will be selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub(super) struct Data {
    access: Option<Access>,
    exists: u32,
    recent: Option<u32>,
    unseen: Option<u32>,
    flags: Vec<Flag>,
    permanent_flags: Option<Vec<Flag>>,
    uid_validity: Option<u32>,
    uid_next: Option<u32>,
    uid_not_sticky: bool,
    highest_mod_seq: Option<u64>,
    mailbox_id: Option<Text>,
}

impl SelectedMailbox {
    /// The name, as it was selected.
    pub fn name(&self) -> &MailboxName {
        &self.name
    }

    /// Whether it can be changed.
    pub fn access(&self) -> Access {
        self.access
    }

    /// How many messages it has: EXISTS, less those that EXPUNGE and VANISHED took since.
    pub fn exists(&self) -> u32 {
        self.data.exists
    }

    /// How many of them are recent; IMAP4rev2 does not say.
    pub fn recent(&self) -> Option<u32> {
        self.data.recent
    }

    /// The number of the first unseen message at SELECT; IMAP4rev2 does not say.
    pub fn unseen(&self) -> Option<u32> {
        self.data.unseen
    }

    /// Flags that are in use.
    pub fn flags(&self) -> &[Flag] {
        &self.data.flags
    }

    /// Flags that outlive the session; all, where the server does not say.
    pub fn permanent_flags(&self) -> Option<&[Flag]> {
        self.data.permanent_flags.as_deref()
    }

    /// UIDVALIDITY: while it stays, UIDs mean the same messages. `None`: there are no UIDs.
    pub fn uid_validity(&self) -> Option<u32> {
        self.data.uid_validity
    }

    /// UIDNEXT: no message to come has a lower UID.
    pub fn uid_next(&self) -> Option<u32> {
        self.data.uid_next
    }

    /// Whether UIDs outlive the session (`UIDNOTSTICKY`, RFC 4315 section 3).
    pub fn has_sticky_uids(&self) -> bool {
        !self.data.uid_not_sticky
    }

    /// HIGHESTMODSEQ (RFC 7162). `None`: the mailbox keeps no modification sequences, or the server does not.
    pub fn highest_mod_seq(&self) -> Option<u64> {
        self.data.highest_mod_seq
    }

    /// MAILBOXID (RFC 8474).
    pub fn mailbox_id(&self) -> Option<&Text> {
        self.data.mailbox_id.as_ref()
    }

    /// SELECT or EXAMINE was answered: what was told so far is of this mailbox.
    pub(super) fn new(name: MailboxName, asked: Access, data: Data) -> Self {
        let access = match asked {
            Access::ReadOnly => asked,
            Access::ReadWrite => data.access.unwrap_or(asked),
        };
        Self { name, access, data }
    }

    pub(super) fn code(&mut self, code: &ResponseCode) {
        self.data.code(code);
        if let Some(access) = access(code) {
            self.access = access;
        }
    }

    pub(super) fn response(&mut self, response: &Response) {
        self.data.response(response);
        // In IMAP3 it may change at any time.
        if let Response::Historic(response) = response.data() {
            match response {
                HistoricResponse::ReadOnly => self.access = Access::ReadOnly,
                HistoricResponse::ReadWrite => self.access = Access::ReadWrite,
                _ => {}
            }
        }
    }
}

impl Data {
    pub(super) fn code(&mut self, code: &ResponseCode) {
        match code {
            ResponseCode::ReadOnly | ResponseCode::ReadWrite => self.access = access(code),
            ResponseCode::PermanentFlags(flags) => self.permanent_flags = Some(flags.clone()),
            ResponseCode::UidValidity(number) => self.uid_validity = Some(*number),
            ResponseCode::UidNext(number) => self.uid_next = Some(*number),
            ResponseCode::UidNotSticky => self.uid_not_sticky = true,
            ResponseCode::Unseen(number) => self.unseen = Some(*number),
            ResponseCode::HighestModSeq(number) => self.highest_mod_seq = Some(*number),
            ResponseCode::NoModSeq => self.highest_mod_seq = None,
            ResponseCode::MailboxId(id) => self.mailbox_id = Some(id.clone()),
            _ => {}
        }
    }

    pub(super) fn response(&mut self, response: &Response) {
        match response.data() {
            Response::Historic(HistoricResponse::ReadOnly) => self.access = Some(Access::ReadOnly),
            Response::Historic(HistoricResponse::ReadWrite) => self.access = Some(Access::ReadWrite),
            Response::Exists(number) => self.exists = *number,
            Response::Expunge(number) if number.get() <= self.exists => self.remove(1),
            Response::Recent(number) => self.recent = Some(*number),
            Response::Flags(flags) => self.flags.clone_from(flags),
            Response::Other(other) => {
                if let Some(uids) = vanished(other) {
                    self.remove(uids.numbers(u32::MAX).count());
                }
            }
            _ => {}
        }
    }

    fn remove(&mut self, count: u64) {
        self.exists = self.exists.saturating_sub(u32::try_from(count).unwrap_or(u32::MAX));
    }
}

fn access(code: &ResponseCode) -> Option<Access> {
    match code {
        ResponseCode::ReadOnly => Some(Access::ReadOnly),
        ResponseCode::ReadWrite => Some(Access::ReadWrite),
        _ => None,
    }
}

/// The UIDs of `VANISHED` (RFC 7162 section 3.2.10). With `(EARLIER)` it tells of messages that EXISTS does not count.
fn vanished(other: &OtherResponse) -> Option<SequenceSet> {
    if other.number().is_some() || !other.name().as_bytes().eq_ignore_ascii_case(b"VANISHED") {
        return None;
    }
    core::str::from_utf8(other.data()?.as_bytes()).ok()?.parse().ok()
}
