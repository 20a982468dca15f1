//! Copies a POP3 maildrop or an IMAP mailbox into a Maildir, from any server.
//!
//! ```text
//! collect --server pop.example.com --tls implicit --user mrose --password-file secret --maildir Mail
//! collect --server imap://imap.example.com --tls implicit --mailbox Archive --user mrose --password-file secret --maildir Mail
//! ```
//!
//! What was fetched before is not fetched again. A message counts as fetched, and is deleted if that is wished,
//! only when it is safely on the disk.

mod capabilities;
mod connection;
mod fetch;
mod imap;
mod login;
mod maildir;
mod record;
mod server;
mod tls;
mod wire;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{fs, io};

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser};
use mail_proto::wire::Secret;
use tokio_rustls::TlsConnector;

use crate::capabilities::Capabilities;
use crate::connection::Connection;
use crate::fetch::{Deletion, Fetch, Summary};
use crate::login::{Credentials, Method};
use crate::maildir::Maildir;
use crate::record::Record;
use crate::server::{Protocol, Server};
use crate::tls::Tls;
use crate::wire::Wire;

/// Copies a POP3 maildrop or an IMAP mailbox into a Maildir, from any server.
#[derive(Debug, Parser)]
struct Arguments {
    /// The port is 110 where none is given, 995 with implicit TLS; behind imap:// 143 and 993.
    #[arg(long, value_name = "[imap://]HOST[:PORT]")]
    server: Server,
    /// Who logs in.
    #[arg(long)]
    user: String,
    #[command(flatten)]
    password: PasswordArguments,
    /// Where the messages go; made if it is not there.
    #[arg(long, value_name = "DIR")]
    maildir: PathBuf,
    /// How the connection is encrypted.
    #[arg(long, value_enum, default_value_t = Tls::None)]
    tls: Tls,
    /// Certificates in PEM to trust, in place of those of the system.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// How to log in; `auto` takes what the server offers.
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    auth: Method,
    /// Delete what is safely on the disk, from this run or an earlier one.
    #[arg(long)]
    delete: bool,
    /// Which mailbox, in IMAP.
    #[arg(long, value_name = "NAME", default_value = "INBOX")]
    mailbox: String,
    /// First put this message into the mailbox, in IMAP.
    #[arg(long, value_name = "FILE")]
    append: Option<PathBuf>,
    /// Say nothing but warnings and errors.
    #[arg(long)]
    quiet: bool,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct PasswordArguments {
    /// The password; others on this machine can see it in the list of processes.
    #[arg(long)]
    password: Option<String>,
    /// A file whose first line is the password.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

// There is one connection, and nothing to do but to wait for it: so files are written in place.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("collect: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<()> {
    let credentials = Credentials { user: arguments.user.clone(), password: arguments.password.read()? };
    let summary = match arguments.server.protocol() {
        Protocol::Pop3 => pop3(arguments, &credentials).await?,
        Protocol::Imap => imap::run(arguments, &credentials).await?,
    };
    if !arguments.quiet {
        writeln!(io::stdout(), "{summary}")?;
    }
    ensure!(summary.failed == 0, "{} messages could not be fetched or deleted", summary.failed);
    Ok(())
}

async fn pop3(arguments: &Arguments, credentials: &Credentials) -> Result<Summary> {
    ensure!(arguments.append.is_none(), "POP3 can't append: name an imap:// server");
    let server = &arguments.server;
    let maildir = Maildir::open(&arguments.maildir)?;
    let record = Record::open(&arguments.maildir, arguments.account())?;

    let mut connection = Connection::new(arguments.connect().await?);
    let greeted = async {
        match arguments.tls {
            Tls::Stls => connection.greeted().await?.stls(server, &arguments.connector()?).await,
            Tls::None | Tls::Implicit => connection.greeted().await,
        }
    };
    connection = greeted.await.with_context(|| arguments.peer())?;
    let before = Capabilities::ask(&mut connection).await?;
    login::log_in(&mut connection, arguments.auth, &before, credentials).await?;
    let capabilities = if before.are_known() { Capabilities::ask(&mut connection).await? } else { before };

    let mut fetch = Fetch::new(connection, capabilities.window(), maildir, record, arguments.progress());
    fetch.run(arguments.deletion()).await
}

impl Arguments {
    /// TCP, with TLS over it if that comes first.
    async fn connect(&self) -> Result<Wire> {
        let connected = async {
            let wire = Wire::open(&self.server, self.server.port(self.tls)).await?;
            match self.tls {
                Tls::Implicit => wire.encrypted(&self.server, &self.connector()?).await,
                Tls::None | Tls::Stls => Ok(wire),
            }
        };
        connected.await.with_context(|| self.peer())
    }

    fn connector(&self) -> Result<TlsConnector> {
        tls::connector(self.ca.as_deref())
    }

    /// For messages about it.
    fn peer(&self) -> String {
        format!("{}, port {}", self.server.host(), self.server.port(self.tls))
    }

    /// Whose unique-ids they are.
    fn account(&self) -> String {
        format!("{}@{}:{}", self.user, self.server.host(), self.server.port(self.tls))
    }

    fn deletion(&self) -> Deletion {
        if self.delete { Deletion::OfWhatIsSafe } else { Deletion::Never }
    }

    /// It hides itself where standard error is no terminal.
    fn progress(&self) -> indicatif::ProgressBar {
        if self.quiet { indicatif::ProgressBar::hidden() } else { fetch::progress() }
    }
}

impl PasswordArguments {
    fn read(&self) -> Result<Secret> {
        let Some(path) = &self.password_file else {
            return Ok(Secret::new(self.password.as_deref().unwrap_or_default()));
        };
        let text =
            Secret::from_vec(fs::read(path).with_context(|| format!("can't read {}", path.display()))?);
        let line = text.expose().split(|octet| *octet == b'\n').next().unwrap_or_default();
        Ok(Secret::new(line.strip_suffix(b"\r").unwrap_or(line)))
    }
}
