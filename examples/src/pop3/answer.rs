//! What a command is answered with: one line, and perhaps more behind it.

use bytes::Bytes;
use mail_proto::pop3::{Challenge, MessageNumber, Reply, Response, ResponseCode, Row};
use mail_proto::wire::Error;

use crate::maildrop::{Message, OpenMaildrop};
use crate::pieces::Pieces;

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) response: Response,
    pub(super) body: Option<Body>,
}

/// What follows the line; made piece by piece, as the output is written.
#[derive(Debug)]
pub(super) enum Body {
    /// The rest of a message.
    Message(Pieces),
    /// The rest of a short listing.
    Rows(std::vec::IntoIter<Row>),
    /// A row for each message from this number on.
    Messages(u32, ToRow),
}

/// Makes the row of a message.
pub(super) type ToRow = fn(MessageNumber, &Message) -> Result<Row, Error>;

/// What is written in one go.
pub(super) enum Piece {
    Octets(Bytes),
    Row(Row),
}

impl Answer {
    pub(super) fn ok(text: &str) -> Result<Self, Error> {
        Reply::ok(text).map(Self::from)
    }

    pub(super) fn err(text: &str) -> Result<Self, Error> {
        Reply::err(text).map(Self::from)
    }

    pub(super) fn coded(code: ResponseCode, text: &str) -> Result<Self, Error> {
        Ok(Reply::err(text)?.with_code(code).into())
    }

    pub(super) fn message(octets: Bytes) -> Result<Self, Error> {
        let reply = Reply::message(&format!("{} octets", octets.len()))?;
        Ok(Self { response: reply.into(), body: Some(Body::Message(octets.into())) })
    }

    pub(super) fn rows(text: &str, rows: Vec<Row>) -> Result<Self, Error> {
        let reply = Reply::listing(text)?;
        Ok(Self { response: reply.into(), body: Some(Body::Rows(rows.into_iter())) })
    }

    pub(super) fn messages(text: &str, row: ToRow) -> Result<Self, Error> {
        let reply = Reply::listing(text)?;
        Ok(Self { response: reply.into(), body: Some(Body::Messages(1, row)) })
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self { response: reply.into(), body: None }
    }
}

impl From<Challenge> for Answer {
    fn from(challenge: Challenge) -> Self {
        Self { response: challenge.into(), body: None }
    }
}

impl Body {
    /// The next piece; `None` at the end.
    pub(super) fn next(&mut self, maildrop: Option<&OpenMaildrop>) -> Result<Option<Piece>, Error> {
        match self {
            Self::Message(octets) => Ok(octets.next().map(Piece::Octets)),
            Self::Rows(rows) => Ok(rows.next().map(Piece::Row)),
            Self::Messages(from, to_row) => {
                let Some((number, message)) = maildrop.and_then(|maildrop| maildrop.next_from(*from)) else {
                    return Ok(None);
                };
                *from = number.saturating_add(1);
                to_row(number.try_into()?, message).map(|row| Some(Piece::Row(row)))
            }
        }
    }
}
