//! A POP3 codec, and the connection that it speaks over.

use anyhow::{Result, bail, ensure};
use mail_proto::pop3::{ClientCodec, Command, Event, Greeting, Reply, Response, Row};
use tokio_rustls::TlsConnector;

use crate::server::Server;
use crate::wire::{Security, Wire};

/// A connection to a POP3 server. What is sent waits until something is read.
pub(crate) struct Connection {
    wire: Wire,
    codec: ClientCodec,
    greeting: Option<Greeting>,
}

/// No listing that is kept may have more rows.
const MOST_ROWS: usize = 1_000_000;

impl Connection {
    pub(crate) fn new(wire: Wire) -> Self {
        Self { wire, codec: ClientCodec::new(), greeting: None }
    }

    /// The same, once the server has said who it is.
    pub(crate) async fn greeted(mut self) -> Result<Self> {
        match self.event().await? {
            Event::Greeting(greeting) if greeting.is_ok() => self.greeting = Some(greeting),
            Event::Greeting(greeting) => bail!("the server refuses: {}", said(&greeting.into())),
            _ => bail!("the server does not speak POP3"),
        }
        Ok(self)
    }

    /// The same behind STLS.
    pub(crate) async fn stls(mut self, server: &Server, connector: &TlsConnector) -> Result<Self> {
        let reply = self.ask(&Command::Stls).await?;
        ensure!(reply.is_ok(), "the server refuses STLS: {}", said(&reply.into()));
        ensure!(self.event().await? == Event::Upgrade, "no TLS behind STLS");
        let left = self.wire.left();
        self.wire = self.wire.encrypted(server, connector).await?;
        self.codec.upgraded(&left)?;
        Ok(self)
    }

    pub(crate) fn security(&self) -> Security {
        self.wire.security()
    }

    pub(crate) fn greeting(&self) -> Option<&Greeting> {
        self.greeting.as_ref()
    }

    /// Puts a command behind what waits to be sent.
    pub(crate) fn send(&mut self, command: &Command) -> Result<()> {
        Ok(self.codec.encode(command, &mut self.wire.output)?)
    }

    /// The next event out of what was read. `None`: [`read`](Self::read) more.
    pub(crate) fn decode(&mut self) -> Result<Option<Event<'_>>> {
        self.wire.decode(|input| self.codec.decode(input))
    }

    /// Sends what waits, and reads what comes.
    pub(crate) async fn read(&mut self) -> Result<()> {
        if !self.wire.read().await? {
            while self.codec.finish()?.is_some() {}
            bail!("the server has closed the connection");
        }
        Ok(())
    }

    /// The next event, with its own copy of the octets.
    pub(crate) async fn event(&mut self) -> Result<Event<'static>> {
        loop {
            if let Some(event) = self.decode()? {
                return Ok(event.into_owned());
            }
            self.read().await?;
        }
    }

    /// The first line of the answer to the oldest command that has none.
    pub(crate) async fn reply(&mut self) -> Result<Reply> {
        match self.event().await? {
            Event::Reply(reply) => Ok(reply),
            Event::Malformed(bad) => bail!("the server's answer is no reply: {}", bad.error()),
            other => bail!("the server's answer is no reply: {other:?}"),
        }
    }

    /// Sends a command, and gives the first line of its answer.
    pub(crate) async fn ask(&mut self, command: &Command) -> Result<Reply> {
        self.send(command)?;
        self.reply().await
    }

    /// Sends a command, and gives the rows of its answer, or the refusal. Rows that can't be understood are
    /// left out.
    pub(crate) async fn list(&mut self, command: &Command) -> Result<Result<Vec<Row>, Reply>> {
        let reply = self.ask(command).await?;
        if !reply.has_listing() {
            return Ok(Err(reply));
        }
        let mut rows = Vec::new();
        loop {
            match self.event().await? {
                Event::Row(row) => rows.push(row),
                Event::End => return Ok(Ok(rows)),
                _ => {}
            }
            ensure!(rows.len() <= MOST_ROWS, "the server lists more than {MOST_ROWS} rows");
        }
    }
}

/// What the server said, fit for a terminal.
pub(crate) fn said(response: &Response) -> String {
    printable(&response.to_bytes().unwrap_or_default())
}

/// A line, fit for a terminal.
pub(crate) fn printable(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
    text.chars().filter(|letter| !letter.is_control()).collect()
}
