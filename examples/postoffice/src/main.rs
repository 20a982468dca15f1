//! A small mail server over a folder of messages, for real clients.
//!
//! ```text
//! postoffice --listen 127.0.0.1:1110 --mail DIR --user mrose --password tanstaaf
//! ```
//!
//! What a session says and does is in `mail_proto_examples`, and knows nothing of sockets. Here are the
//! sockets, the clock, the signals and TLS.

mod pop3;
mod tls;
mod transport;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use mail_proto::wire::Secret;
use mail_proto_examples::accounts::Accounts;
use mail_proto_examples::maildrop::Maildrop;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Serves a folder of messages by POP3. Deletions last as long as it runs; the files stay.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen; port 0 takes any that is free.
    #[arg(long, default_value = "127.0.0.1:1110")]
    listen: SocketAddr,
    /// A Maildir, or a folder of .eml files; sample messages otherwise.
    #[arg(long, value_name = "DIR")]
    mail: Option<PathBuf>,
    /// Who may log in.
    #[arg(long, default_value = "mrose")]
    user: String,
    /// With which password.
    #[arg(long, default_value = "tanstaaf")]
    password: String,
    /// Certificates in PEM, our own first: offers STLS.
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
    tls: Option<TlsAcceptor>,
}

// One thread is enough for octets that go from memory to sockets, and it notices that a client is gone before it
// lets the same client in again.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let office = Office::new(&arguments)?;
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("can't listen on {}", arguments.listen))?;
    let terminated = terminated()?;
    writeln!(std::io::stdout(), "pop3 listening on {}", listener.local_addr()?)?;
    tokio::select! {
        () = office.serve(listener) => {}
        () = terminated => {}
    }
    Ok(())
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
        let accounts = Accounts::new().with(&arguments.user, Secret::new(&arguments.password), maildrop);
        Ok(Self { accounts: Arc::new(accounts), tls })
    }

    /// Takes connections, each as a task of its own.
    async fn serve(&self, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let office = self.clone();
                    tokio::spawn(async move {
                        if let Err(error) = office.session(stream).await {
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

    async fn session(self, stream: TcpStream) -> Result<()> {
        // Replies are small and waited for.
        stream.set_nodelay(true)?;
        pop3::serve(Box::new(stream), &self).await
    }
}

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
