//! Our own server, on a port of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::{env, fs, process, thread};

use bytes::BytesMut;
use mail_proto::wire::{Error, Secret};
use mail_proto_examples::accounts::Accounts;
use mail_proto_examples::maildrop::Maildrop;
use mail_proto_examples::pop3::timestamp;
use mail_proto_examples::serve::Serve;
use mail_proto_examples::{imap, pop3};
use rcgen::CertifiedKey;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server over the sample messages. Its thread ends with the tests.
pub struct Server {
    pub port: u16,
    pub maildrop: Maildrop,
}

/// How it speaks TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    None,
    Stls,
    /// With a reply in clear text right behind that to STLS, as somebody in the middle would put it there.
    StlsWithMore,
    Implicit,
}

/// A certificate for `localhost`, and a file with it.
pub struct Certificate {
    config: Arc<ServerConfig>,
    file: PathBuf,
}

impl Certificate {
    pub fn new(name: &str) -> Self {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".into()]).unwrap();
        let file = env::temp_dir().join(format!("collect-{name}-{}.pem", process::id()));
        fs::write(&file, cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let builder = ServerConfig::builder().with_no_client_auth();
        let config = builder.with_single_cert(vec![cert.der().clone()], key).unwrap();
        Self { config: Arc::new(config), file }
    }

    pub fn path(&self) -> &str {
        self.file.to_str().unwrap()
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}

impl Server {
    pub fn start(tls: Tls) -> Self {
        Self::with(tls, None)
    }

    pub fn with(tls: Tls, certificate: Option<&Certificate>) -> Self {
        Self::speaking(tls, certificate, pop3)
    }

    /// The same by IMAP.
    pub fn imap(tls: Tls, certificate: Option<&Certificate>) -> Self {
        Self::speaking(tls, certificate, imap)
    }

    fn speaking<S: Serve + 'static>(tls: Tls, certificate: Option<&Certificate>, greet: Greet<S>) -> Self {
        let maildrop = Maildrop::samples();
        let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), maildrop.clone());
        let accounts = Arc::new(accounts);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = certificate.map(|certificate| certificate.config.clone());
        thread::spawn(move || {
            // One session after the other; one that fails is the client's business.
            for stream in listener.incoming() {
                let _ = serve(stream.unwrap(), tls, config.as_ref(), greet, accounts.clone());
            }
        });
        Self { port, maildrop }
    }
}

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

type Failure = Box<dyn std::error::Error>;

fn encrypted(
    stream: Box<dyn Stream>,
    config: Option<&Arc<ServerConfig>>,
) -> Result<Box<dyn Stream>, Failure> {
    let connection = ServerConnection::new(config.ok_or("no certificate")?.clone())?;
    Ok(Box::new(StreamOwned::new(connection, stream)))
}

/// Begins a session.
type Greet<S> = fn(Tls, Arc<Accounts>, &mut BytesMut) -> Result<S, Error>;

fn pop3(tls: Tls, accounts: Arc<Accounts>, output: &mut BytesMut) -> Result<pop3::Session, Error> {
    let session = pop3::Session::new(accounts, timestamp("localhost")?, output)?;
    Ok(if matches!(tls, Tls::Stls | Tls::StlsWithMore) { session.offering_tls() } else { session })
}

fn imap(tls: Tls, accounts: Arc<Accounts>, output: &mut BytesMut) -> Result<imap::Session, Error> {
    let tls = if tls == Tls::Stls { imap::Tls::Offered } else { imap::Tls::Absent };
    imap::Session::new(accounts, tls, output)
}

fn serve<S: Serve>(
    stream: TcpStream,
    tls: Tls,
    config: Option<&Arc<ServerConfig>>,
    greet: Greet<S>,
    accounts: Arc<Accounts>,
) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let mut stream: Box<dyn Stream> = Box::new(stream);
    if tls == Tls::Implicit {
        stream = encrypted(stream, config)?;
    }
    let mut output = BytesMut::new();
    let mut session = greet(tls, accounts, &mut output)?;
    let mut buffer = [0; 4096];
    let mut input = &[][..];
    loop {
        session.run(&mut input, &mut output)?;
        if !output.is_empty() {
            if session.wants_tls() && tls == Tls::StlsWithMore {
                output.extend_from_slice(b"+OK\r\n");
            }
            stream.write_all(&output.split())?;
            stream.flush()?;
        } else if session.is_over() {
            return Ok(());
        } else if session.wants_tls() {
            stream = encrypted(stream, config)?;
            session.upgraded(input)?;
        } else {
            let octets = stream.read(&mut buffer)?;
            if octets == 0 {
                return Ok(());
            }
            input = &buffer[..octets];
        }
    }
}
