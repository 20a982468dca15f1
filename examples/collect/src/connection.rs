//! A codec, and the connection that it speaks over.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use bytes::{Buf, BytesMut};
use mail_proto::pop3::{ClientCodec, Command, Event, Greeting, Reply, Response, Row};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::server::Server;

/// TCP, or TLS over it.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection to a POP3 server. What is sent waits until something is read.
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    security: Security,
    codec: ClientCodec,
    input: BytesMut,
    /// How many octets at the front of `input` belong to the event that was given out last.
    taken: usize,
    output: BytesMut,
    greeting: Option<Greeting>,
}

/// Whether others can listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    Clear,
    /// In clear text, but within this machine.
    Local,
    Encrypted,
}

/// How long a server may be silent.
const PATIENCE: Duration = Duration::from_secs(120);

/// No listing that is kept may have more rows.
const MOST_ROWS: usize = 1_000_000;

impl Connection {
    pub(crate) async fn open(server: &Server, port: u16) -> Result<Self> {
        let connected = timeout(PATIENCE, TcpStream::connect((server.host(), port))).await;
        let stream = connected.context("no connection in time")?.context("can't connect")?;
        // Commands are small and waited for.
        stream.set_nodelay(true)?;
        let security = if stream.peer_addr()?.ip().is_loopback() { Security::Local } else { Security::Clear };
        Ok(Self {
            stream: Box::new(stream),
            security,
            codec: ClientCodec::new(),
            input: BytesMut::new(),
            taken: 0,
            output: BytesMut::new(),
            greeting: None,
        })
    }

    /// The same with TLS over it.
    pub(crate) async fn encrypted(self, server: &Server, connector: &TlsConnector) -> Result<Self> {
        let name = ServerName::try_from(server.host().to_owned())?;
        let handshake = timeout(PATIENCE, connector.connect(name, self.stream)).await;
        let stream = handshake.context("no TLS handshake in time")?.context("TLS handshake")?;
        Ok(Self { stream: Box::new(stream), security: Security::Encrypted, ..self })
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
        self.input.advance(std::mem::take(&mut self.taken));
        let left = self.input.split();
        let mut encrypted = self.encrypted(server, connector).await?;
        encrypted.codec.upgraded(&left)?;
        Ok(encrypted)
    }

    pub(crate) fn security(&self) -> Security {
        self.security
    }

    pub(crate) fn greeting(&self) -> Option<&Greeting> {
        self.greeting.as_ref()
    }

    /// Puts a command behind what waits to be sent.
    pub(crate) fn send(&mut self, command: &Command) -> Result<()> {
        Ok(self.codec.encode(command, &mut self.output)?)
    }

    /// The next event out of what was read. `None`: [`read`](Self::read) more.
    pub(crate) fn decode(&mut self) -> Result<Option<Event<'_>>> {
        self.input.advance(std::mem::take(&mut self.taken));
        let mut rest = &self.input[..];
        let event = self.codec.decode(&mut rest)?;
        self.taken = self.input.len() - rest.len();
        Ok(event)
    }

    /// Sends what waits, and reads what comes.
    pub(crate) async fn read(&mut self) -> Result<()> {
        let exchange = async {
            self.stream.write_all_buf(&mut self.output).await?;
            self.stream.flush().await?;
            self.input.reserve(16 * 1024);
            self.stream.read_buf(&mut self.input).await
        };
        let octets = timeout(PATIENCE, exchange).await.context("the server is silent")??;
        if octets == 0 {
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
    let line = response.to_bytes().unwrap_or_default();
    let text = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
    text.chars().filter(|letter| !letter.is_control()).collect()
}
