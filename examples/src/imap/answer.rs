//! What a command is answered with.

use mail_proto::imap::{Condition, Response, ResponseCode, StatusResponse, Tag};
use mail_proto::wire::Error;

/// Data, perhaps, and the tagged response behind it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) data: Vec<Response>,
    condition: Condition,
    code: Option<ResponseCode>,
    text: &'static str,
}

impl Answer {
    fn new(condition: Condition, text: &'static str) -> Self {
        Self { data: Vec::new(), condition, code: None, text }
    }

    pub(super) fn ok(text: &'static str) -> Self {
        Self::new(Condition::Ok, text)
    }

    pub(super) fn no(text: &'static str) -> Self {
        Self::new(Condition::No, text)
    }

    pub(super) fn bad(text: &'static str) -> Self {
        Self::new(Condition::Bad, text)
    }

    pub(super) fn no_mailbox() -> Self {
        Self::no("there is no such mailbox").coded(ResponseCode::NonExistent)
    }

    /// There would be one if the client made it.
    pub(super) fn try_create() -> Self {
        Self::no("there is no such mailbox").coded(ResponseCode::TryCreate)
    }

    pub(super) fn in_use() -> Self {
        Self::no("a session of another protocol has the mailbox open").coded(ResponseCode::InUse)
    }

    pub(super) fn read_only() -> Self {
        Self::no("selected for reading only")
    }

    pub(super) fn coded(mut self, code: ResponseCode) -> Self {
        self.code = Some(code);
        self
    }

    pub(super) fn with(mut self, data: impl Into<Response>) -> Self {
        self.data.push(data.into());
        self
    }

    /// The data, and the status response of this tag.
    pub(super) fn into_parts(self, tag: &Tag) -> Result<(Vec<Response>, StatusResponse), Error> {
        let status = StatusResponse::tagged(tag, self.condition, self.text)?;
        let status = match self.code {
            Some(code) => status.with_code(code),
            None => status,
        };
        Ok((self.data, status))
    }
}
