//! The program itself: its first line, sessions side by side, mail from a folder, and its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::{env, fs, process};

/// The program, ended with the test.
struct Postoffice {
    child: Child,
    output: BufReader<ChildStdout>,
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
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut postoffice = Self { child, output, port: 0 };
        postoffice.port = postoffice.port_of("pop3");
        postoffice
    }

    /// From the next line, which must be about this protocol.
    fn port_of(&mut self, protocol: &str) -> u16 {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let port = line.strip_prefix(&format!("{protocol} listening on 127.0.0.1:"));
        port.and_then(|port| port.trim_end().parse().ok()).unwrap_or_else(|| panic!("{line:?}"))
    }

    fn connect(&self) -> Session {
        let mut session = Session::connect(self.port);
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
    fn connect(port: u16) -> Self {
        Self(BufReader::new(TcpStream::connect(("127.0.0.1", port)).unwrap()))
    }

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
fn older_protocols_have_ports_of_their_own_and_the_same_mail() {
    let mut arguments = Vec::new();
    for option in ["--pop2", "--pop1", "--combined", "--dmsp"] {
        arguments.extend([option, "127.0.0.1:0"]);
    }
    let mut postoffice = Postoffice::start(&arguments);
    let [pop2, pop1, combined, dmsp] =
        ["pop2", "pop1", "combined", "dmsp"].map(|protocol| postoffice.port_of(protocol));

    let mut session = Session::connect(pop2);
    assert_eq!(session.line(), "+ POP2 localhost server ready\r\n");
    assert_eq!(session.ask("HELO mrose tanstaaf"), "#13 messages\r\n");
    assert_eq!(session.ask("READ 9"), "=176\r\n");
    assert!(session.ask("RETR\r\nACKD\r\nQUIT").starts_with("From: "));
    assert!(session.rest().ends_with("+ bye\r\n"));

    let mut session = Session::connect(combined);
    assert!(session.line().starts_with("+OK POP server ready <"));
    assert_eq!(session.ask("HELO mrose tanstaaf"), "#12 messages\r\n");
    assert_eq!(session.ask("QUIT"), "+ bye\r\n");

    let mut session = Session::connect(combined);
    session.line();
    assert!(session.log_in().starts_with("+OK 12 messages"));
    assert_eq!(session.ask("QUIT"), "+OK bye, 0 deleted\r\n");

    let mut session = Session::connect(pop1);
    assert_eq!(session.line(), "+OK localhost POP server ready\r\n");
    assert!(session.log_in().starts_with("+OK "));
    assert!(session.ask("RDEL mrose").starts_with("#1461"));
    drop(session);
    assert!(postoffice.connect().log_in().starts_with("+OK 12 messages"));

    let mut session = Session::connect(dmsp);
    assert!(session.line().starts_with("200 Pcmail repository version "));
    assert_eq!(session.ask("LOGIN mrose tanstaaf office 1 0"), "200 Command OK\r\n");
    assert_eq!(session.ask("LIST-MAILBOXES"), "230 Mailbox list follows:\r\n");
    assert_eq!((session.line(), session.line()), ("mrose 14 13 13\r\n".into(), ".\r\n".into()));
    assert_eq!(session.ask("LOGOUT"), "200 Command OK\r\n");
    assert_eq!(session.rest(), "");
}

#[test]
fn imsp_sessions_share_what_is_kept() {
    let mut postoffice = Postoffice::start(&["--imsp", "127.0.0.1:0"]);
    let imsp = postoffice.port_of("imsp");
    let [mut first, mut second] = [imsp, imsp].map(|port| {
        let mut session = Session::connect(port);
        assert_eq!(session.line(), "* OK IMSP server ready\r\n");
        assert_eq!(session.ask("a LOGIN mrose tanstaaf"), "a OK logged in\r\n");
        session
    });
    assert_eq!(first.ask("b SET x.mine \"two words\""), "b OK done\r\n");
    assert_eq!(second.ask("b GET x.*"), "* OPTION x.mine \"two words\" [READ-WRITE]\r\n");
    assert_eq!(second.line(), "b OK done\r\n");
}

#[test]
fn imap_sessions_share_the_mailbox() {
    let mut postoffice = Postoffice::start(&["--imap", "127.0.0.1:0"]);
    let imap = postoffice.port_of("imap");
    let [mut first, mut second] = [imap, imap].map(|port| {
        let mut session = Session::connect(port);
        assert!(session.line().starts_with("* OK [CAPABILITY IMAP4rev1 "));
        assert!(session.ask("a LOGIN mrose tanstaaf").starts_with("a OK "));
        session
    });
    assert!(first.ask("b SELECT INBOX").starts_with("* FLAGS "));
    while !first.line().starts_with("b OK ") {}
    assert_eq!(second.ask("b APPEND INBOX {3}"), "+ go ahead\r\n");
    assert!(second.ask("abc").starts_with("b OK [APPENDUID "));
    assert_eq!(first.ask("c NOOP"), "* 14 EXISTS\r\n");
    assert_eq!(first.line(), "c OK done\r\n");
    assert_eq!(first.ask("d IDLE"), "+ idling\r\n");
    assert_eq!(second.ask("c APPEND INBOX {3}"), "+ go ahead\r\n");
    assert!(second.ask("def").starts_with("c OK [APPENDUID "));
    assert_eq!(first.line(), "* 15 EXISTS\r\n");
    assert_eq!(first.ask("DONE"), "d OK done\r\n");
    assert_eq!(first.ask("e LOGOUT"), "* BYE logging out\r\n");
    assert_eq!(first.rest(), "e OK bye\r\n");
    assert!(postoffice.connect().log_in().starts_with("+OK 15 messages"));
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
