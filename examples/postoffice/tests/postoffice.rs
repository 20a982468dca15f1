//! The program itself: its first line, sessions side by side, mail from a folder, and its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::{env, fs, process};

/// The program, ended with the test.
struct Postoffice {
    child: Child,
    port: u16,
}

impl Postoffice {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_postoffice"))
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port =
            line.strip_prefix("pop3 listening on 127.0.0.1:").and_then(|port| port.trim_end().parse().ok());
        Self { child, port: port.unwrap_or_else(|| panic!("{line:?}")) }
    }

    fn connect(&self) -> Session {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let mut session = Session(BufReader::new(stream));
        assert!(session.line().starts_with("+OK POP3 "));
        session
    }
}

impl Drop for Postoffice {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Session(BufReader<TcpStream>);

impl Session {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line
    }

    fn ask(&mut self, command: &str) -> String {
        self.0.get_mut().write_all(format!("{command}\r\n").as_bytes()).unwrap();
        self.line()
    }

    fn log_in(&mut self) -> String {
        assert!(self.ask("USER mrose").starts_with("+OK"));
        self.ask("PASS tanstaaf")
    }

    /// Up to the end of the connection.
    fn rest(mut self) -> String {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).unwrap();
        rest
    }
}

#[test]
fn many_sessions_side_by_side_but_one_to_a_maildrop() {
    let postoffice = Postoffice::start(&[]);
    let mut first = postoffice.connect();
    let mut others: Vec<_> = (0..50).map(|_| postoffice.connect()).collect();
    assert!(first.log_in().starts_with("+OK 13 messages"));
    for other in &mut others {
        assert!(other.log_in().starts_with("-ERR [IN-USE]"));
    }
    assert_eq!(first.ask("DELE 13"), "+OK marked as deleted\r\n");
    assert_eq!(first.ask("QUIT"), "+OK bye, 1 deleted\r\n");
    assert_eq!(first.rest(), "");
    assert!(others.remove(20).log_in().starts_with("+OK 12 messages"));
}

#[test]
fn a_connection_that_is_lost_lets_the_next_one_in() {
    let postoffice = Postoffice::start(&[]);
    let mut lost = postoffice.connect();
    assert!(lost.log_in().starts_with("+OK 13 messages"));
    assert!(lost.ask("DELE 1").starts_with("+OK"));
    drop(lost);
    assert!(postoffice.connect().log_in().starts_with("+OK 13 messages"));
}

#[test]
fn mail_comes_from_a_folder_for_the_user_named() {
    let folder = env::temp_dir().join(format!("postoffice-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("1.eml"), "Subject: hello\n\nworld").unwrap();
    let arguments = ["--mail", folder.to_str().unwrap(), "--user", "fred", "--password", "two words"];
    let postoffice = Postoffice::start(&arguments);
    let mut session = postoffice.connect();
    assert!(session.ask("USER fred").starts_with("+OK"));
    assert!(session.ask("PASS two words").starts_with("+OK 1 messages"));
    assert_eq!(session.ask("STAT"), "+OK 1 25\r\n");
    assert_eq!(session.ask("RETR 1\r\nQUIT"), "+OK 25 octets\r\n");
    assert_eq!(session.rest(), "Subject: hello\r\n\r\nworld\r\n.\r\n+OK bye, 0 deleted\r\n");
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_postoffice")).args(["--mail", "/nonexistent"]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("can't read mail in /nonexistent"));
}

/// It ends by itself when it is asked to.
#[cfg(unix)]
#[test]
fn sigterm_ends_it() {
    let mut postoffice = Postoffice::start(&[]);
    let id = postoffice.child.id().to_string();
    assert!(Command::new("kill").arg(id).status().unwrap().success());
    assert!(postoffice.child.wait().unwrap().success());
}
