//! A session of any protocol over a connection.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bytes::{Buf, BytesMut};
use mail_proto_examples::serve::Serve;
use tokio_rustls::TlsAcceptor;

use crate::transport::{self, BoxedStream, Read};

/// How long a client that waits for news may wait for them.
const NEWS: Duration = Duration::from_millis(250);

/// Serves one session, to its end. `input` is what was read already, `output` is what is to be written first.
pub(crate) async fn session(
    mut stream: BoxedStream,
    mut session: impl Serve,
    mut input: BytesMut,
    mut output: BytesMut,
    tls: Option<&TlsAcceptor>,
) -> Result<()> {
    let mut heard = Instant::now();
    loop {
        let mut rest = &input[..];
        session.run(&mut rest, &mut output)?;
        let taken = input.len() - rest.len();
        input.advance(taken);

        if !output.is_empty() {
            transport::write(&mut stream, &mut output).await?;
        } else if session.is_over() {
            transport::close(&mut stream).await;
            return Ok(());
        } else if session.wants_tls() {
            let acceptor = tls.context("TLS was never offered")?;
            stream = transport::encrypt(stream, acceptor).await?;
            session.upgraded(&input.split())?;
        } else {
            let patience = if session.awaits_news() { NEWS } else { transport::IDLE };
            match transport::read(&mut stream, &mut input, patience).await? {
                Read::Octets => heard = Instant::now(),
                Read::Closed => return Ok(()),
                Read::Silence if heard.elapsed() < transport::IDLE => session.news(&mut output)?,
                Read::Silence => session.expire(&mut output),
            }
        }
    }
}
