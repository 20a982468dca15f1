//! What an operation is answered with.

use bytes::Bytes;
use mail_proto::dmsp::{Name, Reply, ReplyCode, Row};

use crate::pieces::Pieces;

/// What an operation gives, or the code of its failure.
pub(super) type Outcome<T> = Result<T, ReplyCode>;

/// A name that may be given to something new. What our codec forgives in an argument would be too long, or
/// not legal, in a list.
pub(super) fn legal(name: Name) -> Outcome<Name> {
    Name::new(&name).map_err(|_| ReplyCode::ArgumentSyntax)
}

/// A reply, and perhaps more behind it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) reply: Reply,
    pub(super) body: Option<Body>,
}

/// What follows the reply; it is written piece by piece.
#[derive(Debug)]
pub(super) enum Body {
    Rows(std::vec::IntoIter<Row>),
    Message(Pieces),
}

/// What is written in one go.
pub(super) enum Piece {
    Row(Row),
    Octets(Bytes),
}

impl Answer {
    pub(super) fn done() -> Self {
        ReplyCode::Ok.into()
    }

    pub(super) fn rows(code: ReplyCode, rows: Vec<Row>) -> Self {
        Self { reply: code.into(), body: Some(Body::Rows(rows.into_iter())) }
    }

    pub(super) fn message(octets: Bytes) -> Self {
        Self { reply: ReplyCode::Message.into(), body: Some(Body::Message(octets.into())) }
    }
}

impl From<ReplyCode> for Answer {
    fn from(code: ReplyCode) -> Self {
        Reply::from(code).into()
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self { reply, body: None }
    }
}

impl Iterator for Body {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        match self {
            Self::Rows(rows) => rows.next().map(Piece::Row),
            Self::Message(octets) => octets.next().map(Piece::Octets),
        }
    }
}
