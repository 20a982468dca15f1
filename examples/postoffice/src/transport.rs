//! Octets in and out of a connection, with a limit on the client's silence.

use std::time::Duration;

use anyhow::{Context, Result};
use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// TCP, or TLS over it.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(crate) type BoxedStream = Box<dyn Stream>;

/// RFC 1939 section 3: at least ten minutes; RFC 9051 section 5.4: at least thirty.
pub(crate) const IDLE: Duration = Duration::from_secs(1_800);

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(60);

/// How long a client may take to close, once we have.
const LINGER: Duration = Duration::from_secs(2);

/// What a read gave.
pub(crate) enum Read {
    Octets,
    Closed,
    /// The client was silent for so long.
    Silence,
}

/// Appends what comes next to `input`.
pub(crate) async fn read(stream: &mut BoxedStream, input: &mut BytesMut, patience: Duration) -> Result<Read> {
    input.reserve(4096);
    match timeout(patience, stream.read_buf(input)).await {
        Err(_) => Ok(Read::Silence),
        Ok(Ok(0)) => Ok(Read::Closed),
        Ok(Ok(_)) => Ok(Read::Octets),
        Ok(Err(error)) => Err(error).context("can't read"),
    }
}

/// Writes all of `output`.
pub(crate) async fn write(stream: &mut BoxedStream, output: &mut BytesMut) -> Result<()> {
    let written = async {
        stream.write_all_buf(output).await?;
        stream.flush().await
    };
    timeout(IDLE, written).await.context("the client does not read")?.context("can't write")
}

/// TLS over what is there.
pub(crate) async fn encrypt(stream: BoxedStream, acceptor: &TlsAcceptor) -> Result<BoxedStream> {
    let handshake = timeout(HANDSHAKE, acceptor.accept(stream)).await.context("no TLS handshake came")?;
    Ok(Box::new(handshake.context("TLS handshake")?))
}

/// Closes our direction, then waits a moment for the client to close its own: if octets that nobody reads arrive
/// at a closed socket, the client may lose our last words.
pub(crate) async fn close(stream: &mut BoxedStream) {
    let _ = timeout(LINGER, async {
        stream.shutdown().await?;
        tokio::io::copy(stream, &mut tokio::io::sink()).await
    })
    .await;
}
