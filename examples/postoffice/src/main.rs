//! A small mail server over a folder of messages, for real clients.
//!
//! ```text
//! postoffice --listen 127.0.0.1:1110 --mail DIR --user mrose --password tanstaaf
//! postoffice --pop2 127.0.0.1:1109 --combined 127.0.0.1:1111 --dmsp 127.0.0.1:1158 --imap 127.0.0.1:1143 --imsp 127.0.0.1:1406
//! ```
//!
//! It says where it listens, a line for each protocol, POP3 first.
//!
//! What a session says and does is in `mail_proto_examples`, and knows nothing of sockets. Here are the
//! sockets, the clock, the signals and TLS.

mod combined;
mod serve;
mod tls;
mod transport;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use bytes::BytesMut;
use clap::Parser;
use mail_proto::pop2::Dialect;
use mail_proto::wire::Secret;
use mail_proto_examples::accounts::Accounts;
use mail_proto_examples::dmsp::Repository;
use mail_proto_examples::maildrop::Maildrop;
use mail_proto_examples::{dmsp, imap, imsp, pop2, pop3};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Serves a folder of messages by POP3, by older protocols and by IMAP, and what goes with mail by IMSP. Deletions last as long as it runs; the files stay.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen for POP3; port 0 takes any that is free.
    #[arg(long, default_value = "127.0.0.1:1110")]
    listen: SocketAddr,
    /// Where to listen for POP2.
    #[arg(long, value_name = "ADDR")]
    pop2: Option<SocketAddr>,
    /// Where to listen for POP (RFC 918).
    #[arg(long, value_name = "ADDR")]
    pop1: Option<SocketAddr>,
    /// Where to listen for POP2 and POP3 on one port.
    #[arg(long, value_name = "ADDR")]
    combined: Option<SocketAddr>,
    /// Where to listen for DMSP; the repository has messages of its own, the same at first.
    #[arg(long, value_name = "ADDR")]
    dmsp: Option<SocketAddr>,
    /// Where to listen for IMAP.
    #[arg(long, value_name = "ADDR")]
    imap: Option<SocketAddr>,
    /// Where to listen for IMSP; options and address books last as long as it runs.
    #[arg(long, value_name = "ADDR")]
    imsp: Option<SocketAddr>,
    /// A Maildir, or a folder of .eml files; sample messages otherwise.
    #[arg(long, value_name = "DIR")]
    mail: Option<PathBuf>,
    /// Who may log in.
    #[arg(long, default_value = "mrose")]
    user: String,
    /// With which password.
    #[arg(long, default_value = "tanstaaf")]
    password: String,
    /// Certificates in PEM, our own first: offers STLS, and STARTTLS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Their private key in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

/// What all sessions share.
#[derive(Clone)]
struct Office {
    accounts: Arc<Accounts>,
    repository: Repository,
    store: imsp::Store,
    tls: Option<TlsAcceptor>,
}

// One thread is enough for octets that go from memory to sockets, and it notices that a client is gone before it
// lets the same client in again.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let office = Office::new(&arguments)?;
    let wanted = [
        (Protocol::Pop3, Some(arguments.listen)),
        (Protocol::Pop2, arguments.pop2),
        (Protocol::Pop1, arguments.pop1),
        (Protocol::Combined, arguments.combined),
        (Protocol::Dmsp, arguments.dmsp),
        (Protocol::Imap, arguments.imap),
        (Protocol::Imsp, arguments.imsp),
    ];
    let mut listeners = Vec::new();
    for (protocol, address) in wanted {
        if let Some(address) = address {
            let listener = TcpListener::bind(address).await;
            listeners.push((protocol, listener.with_context(|| format!("can't listen on {address}"))?));
        }
    }
    let terminated = terminated()?;
    for (protocol, listener) in listeners {
        writeln!(std::io::stdout(), "{} listening on {}", protocol.name(), listener.local_addr()?)?;
        tokio::spawn(office.clone().serve(protocol, listener));
    }
    terminated.await;
    Ok(())
}

/// What is spoken on a port.
#[derive(Clone, Copy, Debug)]
enum Protocol {
    Pop3,
    Pop2,
    Pop1,
    Combined,
    Dmsp,
    Imap,
    Imsp,
}

impl Protocol {
    fn name(self) -> &'static str {
        match self {
            Self::Pop3 => "pop3",
            Self::Pop2 => "pop2",
            Self::Pop1 => "pop1",
            Self::Combined => "combined",
            Self::Dmsp => "dmsp",
            Self::Imap => "imap",
            Self::Imsp => "imsp",
        }
    }
}

impl Office {
    fn new(arguments: &Arguments) -> Result<Self> {
        let maildrop = match &arguments.mail {
            Some(folder) => {
                Maildrop::read(folder).with_context(|| format!("can't read mail in {}", folder.display()))?
            }
            None => Maildrop::samples(),
        };
        let tls = match (&arguments.tls_cert, &arguments.tls_key) {
            (Some(certificates), Some(key)) => Some(tls::acceptor(certificates, key)?),
            _ => None,
        };
        let mut repository = Repository::new();
        if arguments.dmsp.is_some() {
            let secret = Secret::new(&arguments.password);
            repository = repository
                .with(&arguments.user, secret, &maildrop.messages())
                .with_context(|| format!("{} can't be a user of a repository", arguments.user))?;
        }
        let accounts = Accounts::new().with(&arguments.user, Secret::new(&arguments.password), maildrop);
        Ok(Self { accounts: Arc::new(accounts), repository, store: imsp::Store::new(), tls })
    }

    /// Takes connections, each as a task of its own.
    async fn serve(self, protocol: Protocol, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let office = self.clone();
                    tokio::spawn(async move {
                        if let Err(error) = office.session(protocol, stream).await {
                            eprintln!("{peer}: {error:#}");
                        }
                    });
                }
                Err(error) => {
                    // Out of file descriptors, say: that passes when sessions end.
                    eprintln!("can't accept a connection: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    async fn session(self, protocol: Protocol, stream: TcpStream) -> Result<()> {
        // Replies are small and waited for.
        stream.set_nodelay(true)?;
        let (stream, mut output) = (Box::new(stream), BytesMut::new());
        match protocol {
            Protocol::Pop3 => {
                let mut session = pop3::Session::new(self.accounts, pop3::timestamp(HOST)?, &mut output)?;
                if self.tls.is_some() {
                    session = session.offering_tls();
                }
                serve::session(stream, session, BytesMut::new(), output, self.tls.as_ref()).await
            }
            Protocol::Pop2 | Protocol::Pop1 => {
                let is_pop2 = matches!(protocol, Protocol::Pop2);
                let dialect = if is_pop2 { Dialect::Rfc937 } else { Dialect::Rfc918 };
                let session = pop2::Session::new(self.accounts, dialect, HOST, &mut output)?;
                serve::session(stream, session, BytesMut::new(), output, None).await
            }
            Protocol::Combined => combined::session(stream, self.accounts).await,
            Protocol::Dmsp => {
                let session = dmsp::Session::new(self.repository, &mut output)?;
                serve::session(stream, session, BytesMut::new(), output, None).await
            }
            Protocol::Imsp => {
                let session = imsp::Session::new(self.accounts, self.store, &mut output)?;
                serve::session(stream, session, BytesMut::new(), output, None).await
            }
            Protocol::Imap => {
                let tls = if self.tls.is_some() { imap::Tls::Offered } else { imap::Tls::Absent };
                let session = imap::Session::new(self.accounts, tls, &mut output)?;
                serve::session(stream, session, BytesMut::new(), output, self.tls.as_ref()).await
            }
        }
    }
}

/// Our name in greetings.
const HOST: &str = "localhost";

/// Ends with SIGTERM or SIGINT. From this call on, not from the first poll, neither kills the process.
#[cfg(unix)]
fn terminated() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn terminated() -> Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
