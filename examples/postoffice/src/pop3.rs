//! POP3 over a connection.

use anyhow::{Context, Result};
use bytes::{Buf, BytesMut};
use mail_proto_examples::pop3::{Session, timestamp};

use crate::Office;
use crate::transport::{self, BoxedStream, Read};

/// Serves one session, to its end.
pub(crate) async fn serve(mut stream: BoxedStream, office: &Office) -> Result<()> {
    let (mut input, mut output) = (BytesMut::new(), BytesMut::new());
    let mut session = Session::new(office.accounts.clone(), timestamp("localhost")?, &mut output)?;
    if office.tls.is_some() {
        session = session.offering_tls();
    }
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
            let acceptor = office.tls.as_ref().context("TLS was never offered")?;
            stream = transport::encrypt(stream, acceptor).await?;
            session.upgraded(&input.split())?;
        } else {
            match transport::read(&mut stream, &mut input).await? {
                Read::Octets => {}
                Read::Closed => return Ok(()),
                Read::Silence => session.expire(&mut output),
            }
        }
    }
}
