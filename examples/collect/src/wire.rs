//! A connection without a protocol.

use std::time::Duration;

use anyhow::{Context, Result};
use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::server::Server;

/// TCP, or TLS over it.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Octets in and out. What is put into `output` waits until something is read.
pub(crate) struct Wire {
    stream: Box<dyn Stream>,
    security: Security,
    input: BytesMut,
    /// How many octets at the front of `input` belong to the event that was given out last.
    taken: usize,
    pub(crate) output: BytesMut,
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

impl Wire {
    pub(crate) async fn open(server: &Server, port: u16) -> Result<Self> {
        let connected = timeout(PATIENCE, TcpStream::connect((server.host(), port))).await;
        let stream = connected.context("no connection in time")?.context("can't connect")?;
        // Commands are small and waited for.
        stream.set_nodelay(true)?;
        let security = if stream.peer_addr()?.ip().is_loopback() { Security::Local } else { Security::Clear };
        let (input, output) = (BytesMut::new(), BytesMut::new());
        Ok(Self { stream: Box::new(stream), security, input, taken: 0, output })
    }

    /// The same with TLS over it.
    pub(crate) async fn encrypted(self, server: &Server, connector: &TlsConnector) -> Result<Self> {
        let name = ServerName::try_from(server.host().to_owned())?;
        let handshake = timeout(PATIENCE, connector.connect(name, self.stream)).await;
        let stream = handshake.context("no TLS handshake in time")?.context("TLS handshake")?;
        Ok(Self { stream: Box::new(stream), security: Security::Encrypted, ..self })
    }

    pub(crate) fn security(&self) -> Security {
        self.security
    }

    /// What was read, and not yet taken; it is gone then.
    pub(crate) fn left(&mut self) -> BytesMut {
        self.input.advance(std::mem::take(&mut self.taken));
        self.input.split()
    }

    /// What `decode` makes of the octets that were read.
    pub(crate) fn decode<'w, E>(
        &'w mut self,
        decode: impl FnOnce(&mut &'w [u8]) -> Result<Option<E>, mail_proto::wire::Error>,
    ) -> Result<Option<E>> {
        self.input.advance(std::mem::take(&mut self.taken));
        let mut rest = &self.input[..];
        let event = decode(&mut rest)?;
        self.taken = self.input.len() - rest.len();
        Ok(event)
    }

    /// Sends what waits.
    pub(crate) async fn write(&mut self) -> Result<()> {
        let sent = async {
            self.stream.write_all_buf(&mut self.output).await?;
            self.stream.flush().await
        };
        Ok(timeout(PATIENCE, sent).await.context("the server does not read")??)
    }

    /// Sends what waits, and reads what comes; `false` if the server has closed.
    pub(crate) async fn read(&mut self) -> Result<bool> {
        self.write().await?;
        self.input.reserve(16 * 1024);
        let octets = timeout(PATIENCE, self.stream.read_buf(&mut self.input)).await;
        Ok(octets.context("the server is silent")?? > 0)
    }
}
