//! POP2 and POP3 on one port: the first command decides.

use std::sync::Arc;

use anyhow::Result;
use bytes::{Buf, BytesMut};
use mail_proto::combined::{Chosen, Front};
use mail_proto::pop2::Dialect;
use mail_proto_examples::accounts::Accounts;
use mail_proto_examples::serve::Serve;
use mail_proto_examples::{pop2, pop3};

use crate::HOST;
use crate::transport::{self, BoxedStream, Read};

/// Greets, waits for the first command, and serves the session of its protocol.
pub(crate) async fn session(mut stream: BoxedStream, accounts: Arc<Accounts>) -> Result<()> {
    let (mut input, mut output) = (BytesMut::new(), BytesMut::new());
    let timestamp = pop3::timestamp(HOST)?;
    let greeting = mail_proto::pop3::Greeting::new("POP server ready")?.with_timestamp(&timestamp)?;
    let mut front = Front::new(mail_proto::pop2::Options::new(), mail_proto::pop3::Options::new());
    front.encode(&greeting, &mut output)?;
    transport::write(&mut stream, &mut output).await?;

    let chosen = loop {
        let mut rest = &input[..];
        let chosen = front.decode(&mut rest)?;
        let taken = input.len() - rest.len();
        input.advance(taken);
        if let Some(chosen) = chosen {
            break chosen;
        }
        match transport::read(&mut stream, &mut input, transport::IDLE).await? {
            Read::Octets => {}
            Read::Closed | Read::Silence => return Ok(()),
        }
    };
    match chosen {
        Chosen::Pop2(codec, event) => {
            let mut session = pop2::Session::greeted(codec, Dialect::Rfc937, accounts);
            session.handle(event, &mut output)?;
            crate::serve::session(stream, session, input, output, None).await
        }
        Chosen::Pop3(codec, event) => {
            let mut session = pop3::Session::greeted(codec, timestamp, accounts);
            session.handle(event, &mut output)?;
            crate::serve::session(stream, session, input, output, None).await
        }
        _ => Ok(()),
    }
}
