//! What a server says of itself.

use anyhow::Result;
use mail_proto::pop3::{Capability, Command, Row};

use crate::connection::Connection;

/// The answer to CAPA; servers from before RFC 2449 have none.
#[derive(Debug)]
pub(crate) struct Capabilities(Option<Vec<Capability>>);

impl Capabilities {
    pub(crate) async fn ask(connection: &mut Connection) -> Result<Self> {
        let rows = connection.list(&Command::capa()).await?.ok();
        let capability = |row| match row {
            Row::Capability(capability) => Some(capability),
            _ => None,
        };
        Ok(Self(rows.map(|rows| rows.into_iter().filter_map(capability).collect())))
    }

    /// Whether there was an answer.
    pub(crate) fn are_known(&self) -> bool {
        self.0.is_some()
    }

    /// Whether AUTH knows this mechanism.
    pub(crate) fn has_mechanism(&self, name: &str) -> bool {
        self.has(|capability| match capability {
            Capability::Sasl(mechanisms) => mechanisms.iter().any(|mechanism| mechanism.is(name)),
            _ => false,
        })
    }

    /// Whether USER and PASS are there; without an answer, they are.
    pub(crate) fn has_user(&self) -> bool {
        !self.are_known() || self.has(|capability| *capability == Capability::User)
    }

    /// How many commands may wait for their answers.
    pub(crate) fn window(&self) -> usize {
        if self.has(|capability| *capability == Capability::Pipelining) { 16 } else { 1 }
    }

    fn has(&self, wanted: impl Fn(&Capability) -> bool) -> bool {
        self.0.iter().flatten().any(wanted)
    }
}

#[cfg(test)]
impl Capabilities {
    /// As if the server had answered with these lines; `None` for a refusal.
    pub(crate) fn of(lines: Option<&str>) -> Self {
        use mail_proto::pop3::{ClientCodec, Event};
        let answer = match lines {
            Some(lines) => format!("+OK\r\n+OK\r\n{lines}.\r\n"),
            None => "+OK\r\n-ERR\r\n".to_owned(),
        };
        let (mut codec, mut input, mut found) = (ClientCodec::new(), answer.as_bytes(), None);
        codec.sent(&Command::capa()).unwrap();
        while let Some(event) = codec.decode(&mut input).unwrap() {
            match event {
                Event::Reply(reply) if reply.is_ok() => found = Some(Vec::new()),
                Event::Row(Row::Capability(capability)) => found.as_mut().unwrap().push(capability),
                _ => {}
            }
        }
        Self(found)
    }
}
