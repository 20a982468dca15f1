//! What a command is answered with.

use mail_proto::imsp::{Code, Condition, Response, StatusResponse, Tag};
use mail_proto::wire::Error;

use super::store::Refusal;

/// Data, perhaps, and the tagged response behind it.
#[derive(Debug)]
pub(super) struct Answer {
    data: Vec<Response>,
    condition: Condition,
    code: Option<Code>,
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

    /// Done, or why it was not.
    pub(super) fn of(result: Result<Vec<Response>, Refusal>) -> Self {
        let refusal = match result {
            Ok(data) => return Self { data, ..Self::ok("done") },
            Err(refusal) => refusal,
        };
        let code = (refusal == Refusal::Locked).then_some(Code::Locked);
        let text = match refusal {
            Refusal::Missing => "there is no such thing",
            Refusal::Exists => "there is one already",
            Refusal::Forbidden => "you may not do that",
            Refusal::Locked => "another session has locked it",
            Refusal::Full => "there is no room for more",
        };
        Self { code, ..Self::no(text) }
    }

    pub(super) fn with(mut self, data: impl Into<Response>) -> Self {
        self.data.push(data.into());
        self
    }

    /// The data, and the status response of this tag behind it.
    pub(super) fn into_responses(self, tag: &Tag) -> Result<impl Iterator<Item = Response>, Error> {
        let status = StatusResponse::tagged(tag, self.condition, self.text)?;
        let status = match self.code {
            Some(code) => status.with_code(code),
            None => status,
        };
        Ok(self.data.into_iter().chain([status.into()]))
    }
}
