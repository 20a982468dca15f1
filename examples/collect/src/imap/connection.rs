//! An IMAP codec, and the connection that it speaks over.

use anyhow::{Result, bail, ensure};
use mail_proto::imap::{
    Capabilities, ClientCodec, CommandBody, Condition, Dialect, Event, OutputState, Response, ResponseCode,
    SaslResponse, StatusResponse, Tag,
};
use tokio_rustls::TlsConnector;

use crate::connection::printable;
use crate::server::Server;
use crate::wire::{Security, Wire};

/// A connection to an IMAP server. What is sent waits until something is read.
pub(super) struct Connection {
    wire: Wire,
    codec: ClientCodec,
    /// How many commands there were: the next one's tag.
    count: u32,
    /// From a greeting or an answer that told them by itself.
    capabilities: Option<Capabilities>,
}

/// No answer that is kept may have more responses.
const MOST_RESPONSES: usize = 1_000_000;

impl Connection {
    pub(super) fn new(wire: Wire) -> Self {
        Self { wire, codec: ClientCodec::new(), count: 0, capabilities: None }
    }

    /// The same, once the server has said who it is.
    pub(super) async fn greeted(mut self) -> Result<Self> {
        match self.event().await? {
            Event::Greeting(greeting) if greeting.condition() == Condition::Bye => {
                bail!("the server refuses: {}", said(&greeting))
            }
            Event::Greeting(greeting) => self.note(&greeting),
            _ => bail!("the server does not speak IMAP"),
        }
        Ok(self)
    }

    /// The same behind STARTTLS.
    pub(super) async fn starttls(mut self, server: &Server, connector: &TlsConnector) -> Result<Self> {
        self.ask(CommandBody::StartTls).await?;
        ensure!(matches!(self.event().await?, Event::Upgrade), "no TLS behind STARTTLS");
        let left = self.wire.left();
        self.wire = self.wire.encrypted(server, connector).await?;
        self.codec.upgraded(&left)?;
        // What was said in clear text counts no more.
        self.capabilities = None;
        Ok(self)
    }

    pub(super) fn security(&self) -> Security {
        self.wire.security()
    }

    /// What the server can do, as far as it said so by itself, or as it is asked now.
    pub(super) async fn capabilities(&mut self) -> Result<Capabilities> {
        if self.capabilities.is_none() {
            let responses = self.ask(CommandBody::Capability).await?;
            self.capabilities = responses.into_iter().find_map(|response| match response {
                Response::Capability(capabilities) => Some(capabilities),
                _ => None,
            });
        }
        Ok(self.capabilities.get_or_insert_with(|| Capabilities::new([])).clone())
    }

    /// Behind a login, the server may be able to do other things.
    pub(super) fn logged_in(&mut self, answer: &StatusResponse) {
        self.capabilities = None;
        self.note(answer);
    }

    fn note(&mut self, status: &StatusResponse) {
        if let Some(ResponseCode::Capability(capabilities)) = status.code() {
            self.capabilities = Some(capabilities.clone());
        }
    }

    /// Puts a command behind what waits to be sent.
    pub(super) fn send(&mut self, body: CommandBody) -> Result<Tag> {
        self.count += 1;
        let command = body.tag(format!("c{}", self.count))?;
        self.codec.encode(&command, &mut self.wire.output)?;
        Ok(command.tag().clone())
    }

    /// Answers a challenge.
    pub(super) fn answer(&mut self, answer: &SaslResponse) -> Result<()> {
        Ok(self.codec.encode_answer(answer, &mut self.wire.output)?)
    }

    /// Octets of the literal that is open; they are sent before more are taken.
    pub(super) async fn data(&mut self, octets: &[u8]) -> Result<()> {
        self.codec.encode_data(octets, &mut self.wire.output)?;
        self.wire.write().await
    }

    pub(super) fn end(&mut self) -> Result<()> {
        Ok(self.codec.encode_end(&mut self.wire.output)?)
    }

    /// Whether the server waits for the octets of a literal.
    pub(super) fn wants_data(&self) -> bool {
        matches!(self.codec.output_state(), OutputState::Payload { .. })
    }

    /// The next event out of what was read. `None`: [`read`](Self::read) more.
    pub(super) fn decode(&mut self) -> Result<Option<Event<'_>>> {
        // What waited for a `+` goes with the event before this one.
        self.codec.resume(&mut self.wire.output)?;
        self.wire.decode(|input| self.codec.decode(input))
    }

    /// Sends what waits, and reads what comes.
    pub(super) async fn read(&mut self) -> Result<()> {
        if !self.wire.read().await? {
            while self.codec.finish()?.is_some() {}
            bail!("the server has closed the connection");
        }
        Ok(())
    }

    /// The next event, with its own copy of the octets.
    pub(super) async fn event(&mut self) -> Result<Event<'static>> {
        loop {
            if let Some(event) = self.decode()? {
                let event = event.into_owned();
                self.codec.resume(&mut self.wire.output)?;
                return Ok(event);
            }
            self.read().await?;
        }
    }

    /// What comes before the answer to this command, and the answer.
    pub(super) async fn finish(&mut self, tag: &Tag) -> Result<(Vec<Response>, StatusResponse)> {
        let mut responses = Vec::new();
        loop {
            match self.event().await? {
                Event::Response(Response::Status(status)) if status.tag() == Some(tag) => {
                    return Ok((responses, status));
                }
                Event::Response(response) => responses.push(response),
                // What is not understood is not what was asked for, or its lack will be noticed.
                _ => {}
            }
            ensure!(responses.len() <= MOST_RESPONSES, "the server says more than {MOST_RESPONSES} things");
        }
    }

    /// Sends a command, and gives what its answer brings.
    pub(super) async fn ask(&mut self, body: CommandBody) -> Result<Vec<Response>> {
        let name = body.name().to_owned();
        let tag = self.send(body)?;
        let (responses, status) = self.finish(&tag).await?;
        ensure_ok(&name, &status)?;
        Ok(responses)
    }
}

pub(super) fn ensure_ok(what: &str, status: &StatusResponse) -> Result<()> {
    ensure!(status.condition() == Condition::Ok, "no {what}: {}", said(status));
    Ok(())
}

/// What the server said, fit for a terminal.
pub(super) fn said(status: &StatusResponse) -> String {
    printable(&Response::from(status.clone()).to_bytes(Dialect::Imap4rev1Utf8).unwrap_or_default())
}
