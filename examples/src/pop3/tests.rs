use std::path::Path;

use mail_proto::wire::Secret;
use mail_proto::wire::sasl::{CramMd5, decode_base64, encode_base64};

use super::*;
use crate::maildrop::Message;

const TIMESTAMP: &str = "<1896.697170952@dbc.mtview.ca.us>";

/// A session, and what drives it.
struct Talk {
    session: Session,
    output: BytesMut,
}

impl Talk {
    fn with(maildrop: &Maildrop) -> Self {
        let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), maildrop.clone());
        let mut output = BytesMut::new();
        let timestamp = Timestamp::new(TIMESTAMP).unwrap();
        let session = Session::new(Arc::new(accounts), timestamp, &mut output).unwrap();
        assert_eq!(output.split(), format!("+OK POP3 server ready {TIMESTAMP}\r\n"));
        Self { session, output }
    }

    /// Behind the login.
    fn logged_in(maildrop: &Maildrop) -> Self {
        let mut talk = Self::with(maildrop);
        talk.say("USER mrose\r\nPASS tanstaaf\r\n");
        talk
    }

    /// Says this, and gives all that is answered.
    fn say(&mut self, lines: &str) -> String {
        let (mut input, mut answer) = (lines.as_bytes(), Vec::new());
        loop {
            self.session.run(&mut input, &mut self.output).unwrap();
            if self.output.is_empty() {
                return String::from_utf8_lossy(&answer).into_owned();
            }
            answer.extend_from_slice(&self.output.split());
        }
    }

    /// Says each line, and gives the first line of each answer.
    fn first_lines<const N: usize>(&mut self, lines: [&str; N]) -> [String; N] {
        lines.map(|line| {
            let answer = self.say(&format!("{line}\r\n"));
            answer.lines().next().unwrap_or_default().to_owned()
        })
    }
}

fn three() -> Maildrop {
    let message = |text: &str| Message::new(Path::new(text), text.as_bytes());
    Maildrop::new(vec![message("A: 1\n\none\ntwo\n"), message("A: 2\n\n.\n"), message("A: 3\n\nend")])
}

fn base64(octets: impl AsRef<[u8]>) -> String {
    let mut line = Vec::new();
    encode_base64(octets.as_ref(), &mut line);
    String::from_utf8(line).unwrap()
}

#[test]
fn a_session_from_login_to_update() {
    let maildrop = three();
    let mut talk = Talk::logged_in(&maildrop);
    assert_eq!(talk.say("STAT\r\n"), "+OK 3 42\r\n");
    assert_eq!(talk.say("LIST\r\n"), "+OK 3 messages (42 octets)\r\n1 18\r\n2 11\r\n3 13\r\n.\r\n");
    assert_eq!(talk.say("LIST 2\r\n"), "+OK 2 11\r\n");
    assert_eq!(talk.say("RETR 2\r\n"), "+OK 11 octets\r\nA: 2\r\n\r\n..\r\n.\r\n");
    assert_eq!(talk.say("RETR 3\r\n"), "+OK 13 octets\r\nA: 3\r\n\r\nend\r\n.\r\n");
    assert_eq!(talk.say("TOP 1 1\r\n"), "+OK 13 octets\r\nA: 1\r\n\r\none\r\n.\r\n");
    assert_eq!(talk.say("DELE 2\r\n"), "+OK marked as deleted\r\n");
    assert_eq!(talk.say("LIST\r\n"), "+OK 2 messages (31 octets)\r\n1 18\r\n3 13\r\n.\r\n");
    assert_eq!(talk.say("QUIT\r\nNOOP\r\n"), "+OK bye, 1 deleted\r\n");
    assert!(talk.session.is_over());
    assert_eq!(maildrop.count(), 2);
}

#[test]
fn unique_ids_are_the_same_in_the_next_session() {
    let maildrop = three();
    let first = Talk::logged_in(&maildrop).say("UIDL\r\n");
    assert_eq!(first.lines().count(), 5);
    let mut talk = Talk::logged_in(&maildrop);
    assert_eq!(talk.say("UIDL\r\n"), first);
    assert_eq!(talk.say("UIDL 2\r\n"), format!("+OK {}\r\n", first.lines().nth(2).unwrap()));
}

#[test]
fn a_lost_connection_deletes_nothing() {
    let maildrop = three();
    Talk::logged_in(&maildrop).say("DELE 1\r\n");
    let mut talk = Talk::logged_in(&maildrop);
    talk.say("DELE 2\r\n");
    talk.session.expire(&mut talk.output);
    assert_eq!(talk.output, "-ERR silent for too long\r\n");
    assert!(talk.session.is_over());
    assert_eq!(Talk::logged_in(&maildrop).say("STAT\r\n"), "+OK 3 42\r\n");
}

#[test]
fn the_second_session_is_refused_until_the_first_is_gone() {
    let maildrop = three();
    let first = Talk::logged_in(&maildrop);
    let mut second = Talk::with(&maildrop);
    let answers = second.say("USER mrose\r\nPASS tanstaaf\r\n");
    assert!(answers.ends_with("-ERR [IN-USE] another session has the maildrop open\r\n"), "{answers}");
    drop(first);
    let answers = second.say("USER mrose\r\nPASS tanstaaf\r\n");
    assert!(answers.ends_with("+OK 3 messages (42 octets)\r\n"), "{answers}");
}

#[test]
fn what_does_not_fit_is_refused_and_the_session_goes_on() {
    let mut talk = Talk::with(&three());
    for line in ["STAT", "RETR 1", "PASS tanstaaf", "XYZZY", "STLS", "USER", "AUTH NOPE", "LANG de", ""] {
        let [answer] = talk.first_lines([line]);
        assert!(answer.starts_with("-ERR "), "{line:?} {answer}");
    }
    talk.say("USER mrose\r\nPASS tanstaaf\r\n");
    for line in [
        "USER mrose",
        "APOP mrose x",
        "RETR 0",
        "RETR 4",
        "DELE 99999999999999999999",
        "TOP 1",
        "XTND SCAN 80",
    ] {
        let [answer] = talk.first_lines([line]);
        assert!(answer.starts_with("-ERR "), "{line:?} {answer}");
    }
    assert_eq!(
        talk.first_lines(["DELE 1", "DELE 1", "RETR 1", "LIST 1", "UIDL 1"])[1..],
        ["-ERR no such message", "-ERR no such message", "-ERR no such message", "-ERR no such message"]
    );
    assert_eq!(talk.say("NOOP\r\n"), "+OK\r\n");
}

#[test]
fn last_is_the_highest_that_was_retrieved() {
    let mut talk = Talk::logged_in(&three());
    let answers = talk.first_lines(["LAST", "RETR 2", "RETR 1", "LAST", "RETR 9", "LAST", "RSET", "LAST"]);
    assert_eq!([&answers[0], &answers[3], &answers[5], &answers[7]], ["+OK 0", "+OK 2", "+OK 2", "+OK 0"]);
}

#[test]
fn apop_is_checked_against_the_greeting() {
    let mut talk = Talk::with(&three());
    let [wrong, right] = talk.first_lines([
        "APOP mrose c4c9334bac560ecc979e58001b3e22fc",
        "APOP mrose c4c9334bac560ecc979e58001b3e22fb",
    ]);
    assert_eq!(wrong, "-ERR [AUTH] wrong user or password");
    assert_eq!(right, "+OK 3 messages (42 octets)");
}

#[test]
fn auth_plain_and_login_with_and_without_an_initial_response() {
    let (plain, wrong) = (base64("\0mrose\0tanstaaf"), base64("\0mrose\0guess"));
    let (user, password) = (base64("mrose"), base64("tanstaaf"));
    for (lines, answers) in [
        (format!("AUTH PLAIN {plain}\r\n"), ""),
        (format!("AUTH PLAIN\r\n{plain}\r\n"), "+ \r\n"),
        (format!("AUTH PLAIN {wrong}\r\nauth plain {plain}\r\n"), "-ERR [AUTH] wrong user or password\r\n"),
        (format!("AUTH LOGIN\r\n{user}\r\n{password}\r\n"), "+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n"),
        (format!("AUTH LOGIN {user}\r\n{password}\r\n"), "+ UGFzc3dvcmQ6\r\n"),
    ] {
        let answer = Talk::with(&three()).say(&lines);
        assert_eq!(answer, format!("{answers}+OK 3 messages (42 octets)\r\n"), "{lines}");
    }
}

#[test]
fn auth_cram_md5() {
    let mut talk = Talk::with(&three());
    let mut challenges = Vec::new();
    for (password, verdict) in [("guess", "-ERR"), ("tanstaaf", "+OK")] {
        let [challenge] = talk.first_lines(["AUTH CRAM-MD5"]);
        let challenge = decode_base64(&challenge.as_bytes()[2..], Default::default()).unwrap().octets;
        let answer = CramMd5::answer("mrose", &Secret::new(password), challenge.expose()).encode();
        let [answer] = talk.first_lines([&base64(answer.expose())]);
        assert!(answer.starts_with(verdict), "{answer}");
        challenges.push(challenge);
    }
    assert_ne!(challenges[0], challenges[1]);
}

#[test]
fn an_exchange_can_be_cancelled_or_break() {
    let mut talk = Talk::with(&three());
    assert_eq!(talk.say("AUTH PLAIN\r\n*\r\n"), "+ \r\n-ERR cancelled\r\n");
    assert_eq!(talk.say("AUTH PLAIN\r\n???\r\n"), "+ \r\n-ERR expected base64\r\n");
    assert_eq!(talk.first_lines(["AUTH CRAM-MD5 eA=="])[0], "-ERR in CRAM-MD5, the server speaks first");
    assert_eq!(talk.say("AUTH\r\n"), "+OK mechanisms follow\r\nPLAIN\r\nLOGIN\r\nCRAM-MD5\r\n.\r\n");
}

#[test]
fn guessing_ends_the_session() {
    let mut talk = Talk::with(&three());
    let answers = talk.say(&"USER mrose\r\nPASS guess\r\n".repeat(6));
    assert_eq!(answers.matches("-ERR [AUTH]").count(), 5);
    assert!(talk.session.is_over());
}

#[test]
fn capabilities_follow_the_state() {
    let mut talk = Talk::with(&three());
    let before = talk.say("CAPA\r\n");
    for line in ["USER", "SASL PLAIN LOGIN CRAM-MD5", "TOP", "UIDL", "PIPELINING", "UTF8", "EXPIRE NEVER"] {
        assert!(before.contains(&format!("\r\n{line}\r\n")), "{line} {before}");
    }
    assert!(!before.contains("STLS"));
    talk.say("USER mrose\r\nPASS tanstaaf\r\n");
    assert!(!talk.say("CAPA\r\n").contains("UTF8"));
    assert_eq!(talk.say("LANG\r\n"), "+OK languages follow\r\nen English\r\n.\r\n");
    assert_eq!(talk.say("LANG *\r\n"), "+OK en English it is\r\n");
}

#[test]
fn a_message_by_xtnd_xmit_lies_behind_the_others() {
    let maildrop = three();
    let mut talk = Talk::logged_in(&maildrop);
    let answers = talk.say("XTND XMIT\r\nA: 4\r\n\r\n..\r\n.\r\nSTAT\r\nQUIT\r\n");
    assert_eq!(
        answers,
        "+OK send the message\r\n+OK kept for the next session\r\n+OK 3 42\r\n+OK bye, 0 deleted\r\n"
    );
    assert_eq!(Talk::logged_in(&maildrop).say("RETR 4\r\n"), "+OK 11 octets\r\nA: 4\r\n\r\n..\r\n.\r\n");
}

#[test]
fn stls_forgets_what_was_said_before_it_and_refuses_what_came_with_it() {
    let mut talk = Talk::with(&three());
    talk.session = talk.session.offering_tls();
    assert!(talk.say("CAPA\r\n").contains("\r\nSTLS\r\n"));
    assert_eq!(talk.say("USER mrose\r\nSTLS\r\n"), "+OK now the password\r\n+OK begin TLS\r\n");
    assert!(talk.session.wants_tls());
    talk.session.upgraded(b"").unwrap();
    assert_eq!(talk.say("PASS tanstaaf\r\n"), "-ERR not at this point of the session\r\n");
    assert_eq!(talk.say("STLS\r\n"), "-ERR TLS is active already\r\n");

    let mut talk = Talk::with(&three());
    talk.session = talk.session.offering_tls();
    assert_eq!(talk.say("STLS\r\nUSER mrose\r\n"), "+OK begin TLS\r\n");
    assert!(talk.session.upgraded(b"USER mrose\r\n").is_err());
}

#[test]
fn a_large_message_never_lies_in_the_output_as_a_whole() {
    let octets = crate::samples::attachment(1 << 20);
    let maildrop = Maildrop::new(vec![Message::new(Path::new("large"), &octets)]);
    let mut talk = Talk::logged_in(&maildrop);
    let mut input = &b"RETR 1\r\nRETR 1\r\nQUIT\r\n"[..];
    let (mut answer, mut most) = (Vec::new(), 0);
    loop {
        talk.session.run(&mut input, &mut talk.output).unwrap();
        if talk.output.is_empty() {
            break;
        }
        most = most.max(talk.output.len());
        answer.extend_from_slice(&talk.output.split());
    }
    assert!(most < 3 * ENOUGH, "{most}");
    let head = format!("+OK {} octets\r\n", octets.len());
    let message = [head.as_bytes(), &octets, b".\r\n"].concat();
    assert_eq!(answer, [&message[..], &message, b"+OK bye, 0 deleted\r\n"].concat());
}

#[test]
fn commands_may_come_in_any_pieces() {
    let lines = "USER mrose\r\nPASS tanstaaf\r\nUIDL\r\nRETR 1\r\nXTND XMIT\r\nA: 4\r\n\r\n.\r\nQUIT\r\n";
    let whole = Talk::with(&three()).say(lines);
    let mut talk = Talk::with(&three());
    let pieces: String = lines.chars().map(|octet| talk.say(&octet.to_string())).collect();
    assert_eq!(pieces, whole);
}

#[test]
fn no_two_timestamps_are_alike() {
    let (one, two) = (timestamp("localhost").unwrap(), timestamp("localhost").unwrap());
    assert_ne!(one, two);
    let (unique, host) = one.as_text().as_bytes()[1..].split_at(one.as_text().as_bytes().len() - 12);
    assert!(unique.iter().all(|octet| octet.is_ascii_alphanumeric() || *octet == b'.'), "{one:?}");
    assert_eq!(host, b"@localhost>");
}
