use std::path::Path;

use mail_proto::wire::Secret;

use super::*;
use crate::maildrop::Message;

/// A session, and what drives it.
struct Talk {
    session: Session,
    output: BytesMut,
}

impl Talk {
    fn new(dialect: Dialect, maildrop: &Maildrop) -> Self {
        let accounts = Accounts::new().with("mrose", Secret::new("tans taaf"), maildrop.clone());
        let mut output = BytesMut::new();
        let session = Session::new(Arc::new(accounts), dialect, "host", &mut output).unwrap();
        assert!(output.split().starts_with(b"+"));
        Self { session, output }
    }

    fn pop(maildrop: &Maildrop) -> Self {
        let mut talk = Self::new(Dialect::Rfc918, maildrop);
        assert_eq!(
            talk.say("USER mrose\r\nPASS tans\\ taaf\r\n"),
            "+OK now the password\r\n+OK which mailbox?\r\n"
        );
        talk
    }

    fn pop2(maildrop: &Maildrop) -> Self {
        let mut talk = Self::new(Dialect::Rfc937, maildrop);
        let count = maildrop.count();
        assert_eq!(talk.say("HELO mrose tans\\ taaf\r\n"), format!("#{count} messages\r\n"));
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
            assert!(self.output.len() < 3 * ENOUGH, "{} octets at once", self.output.len());
            answer.extend_from_slice(&self.output.split());
        }
    }
}

fn three() -> Maildrop {
    let message = |text: &str| Message::new(Path::new(text), text.as_bytes());
    Maildrop::new(vec![message("A: 1\n\none\ntwo\n"), message("A: 2\n\n.\n"), message("A: 3\n\nend")])
}

#[test]
fn a_pop2_session_from_login_to_release() {
    let maildrop = three();
    let mut talk = Talk::pop2(&maildrop);
    assert_eq!(talk.say("READ\r\n"), "=18\r\n");
    assert_eq!(talk.say("RETR\r\n"), "A: 1\r\n\r\none\r\ntwo\r\n");
    assert_eq!(talk.say("ACKS\r\n"), "=11\r\n");
    assert_eq!(talk.say("RETR\r\n"), "A: 2\r\n\r\n.\r\n");
    assert_eq!(talk.say("NACK\r\n"), "=11\r\n");
    assert_eq!(talk.say("RETR\r\nACKD\r\n"), "A: 2\r\n\r\n.\r\n=13\r\n");
    assert_eq!(talk.say("READ 2\r\nREAD 4\r\nREAD 3\r\n"), "=0\r\n=0\r\n=13\r\n");
    assert_eq!(maildrop.count(), 3);
    assert_eq!(talk.say("QUIT\r\nREAD\r\n"), "+ bye\r\n");
    assert!(talk.session.is_over());
    assert_eq!(maildrop.count(), 2);
    assert!(maildrop.open().is_some());
}

#[test]
fn fold_releases_the_mailbox_and_other_names_have_nothing() {
    let maildrop = three();
    let mut talk = Talk::pop2(&maildrop);
    assert_eq!(talk.say("READ 1\r\nRETR\r\nACKD\r\nFOLD lists\r\n").lines().last(), Some("#0 messages"));
    assert_eq!(maildrop.count(), 2);
    assert_eq!(talk.say("READ\r\n"), "=0\r\n");
    assert_eq!(talk.say("FOLD inbox\r\nREAD\r\n"), "#2 messages\r\n=11\r\n");
    assert_eq!(talk.say("FOLD mrose\r\n"), "#2 messages\r\n");
    talk.say("FOLD lists\r\n");
    let open = maildrop.open();
    assert_eq!(talk.say("FOLD INBOX\r\n"), "- another session has the mailbox open\r\n");
    assert!(talk.session.is_over() && open.is_some());
}

#[test]
fn pop2_closes_behind_a_refusal() {
    for lines in [
        "READ",
        "FOLD x",
        "HELO mrose wrong",
        "HELO nobody tans\\ taaf",
        "HELO mrose",
        "XYZZY",
        "",
        "HELO mrose tans\\ taaf\r\nRETR",
        "HELO mrose tans\\ taaf\r\nACKD",
        "HELO mrose tans\\ taaf\r\nREAD 1\r\nRETR\r\nQUIT",
        "HELO mrose tans\\ taaf\r\nREAD 9\r\nRETR",
        "HELO mrose tans\\ taaf\r\nHELO mrose tans\\ taaf",
    ] {
        let maildrop = three();
        let mut talk = Talk::new(Dialect::Rfc937, &maildrop);
        let answer = talk.say(&format!("{lines}\r\nQUIT\r\n"));
        assert!(answer.lines().last().unwrap().starts_with("- "), "{lines:?}: {answer}");
        assert!(talk.session.is_over() && maildrop.open().is_some());
    }
}

#[test]
fn a_pop_session_empties_the_mailbox_with_rdel_alone() {
    let maildrop = three();
    let whole = "A: 1\r\n\r\none\r\ntwo\r\nA: 2\r\n\r\n.\r\nA: 3\r\n\r\nend\r\n";
    let mut talk = Talk::pop(&maildrop);
    assert_eq!(talk.say("NOOP\r\nRETR INBOX\r\n"), "+OK\r\n#42 octets\r\n");
    assert_eq!(talk.say("RCEV\r\n"), whole);
    assert_eq!(talk.say("RCVD\r\n"), "+OK kept\r\n");
    assert_eq!(talk.say("RDEL mrose\r\nRSET\r\n"), "#42 octets\r\n+OK as if nothing had been asked\r\n");
    assert_eq!(maildrop.count(), 3);
    assert_eq!(talk.say("RDEL mrose\r\nRCEV\r\n"), format!("#42 octets\r\n{whole}"));
    assert_eq!(maildrop.count(), 3);
    assert_eq!(talk.say("RCVD\r\n"), "+OK 3 deleted\r\n");
    assert_eq!(maildrop.count(), 0);
    assert_eq!(talk.say("RETR mrose\r\nRCEV\r\n"), "#0 octets\r\n-ERR nothing to receive\r\n");
    assert_eq!(talk.say("RSET\r\nQUIT\r\n").lines().last(), Some("+OK bye"));
    assert!(talk.session.is_over());
}

#[test]
fn pop_goes_on_behind_a_refusal_unless_the_login_failed() {
    let maildrop = three();
    let mut talk = Talk::pop(&maildrop);
    for line in ["RETR lists", "RCEV", "RCVD", "READ 1", "RETR", "XYZZY", ""] {
        assert!(talk.say(&format!("{line}\r\n")).starts_with("-ERR "), "{line:?}");
    }
    let open = maildrop.open();
    assert_eq!(talk.say("RETR INBOX\r\n"), "-ERR another session has the mailbox open\r\n");
    drop(open);
    assert_eq!(talk.say("RETR INBOX\r\n"), "#42 octets\r\n");

    let mut talk = Talk::new(Dialect::Rfc918, &maildrop);
    let answers = talk.say("USER mrose\r\nPASS wrong\r\nUSER mrose\r\nQUIT\r\n");
    let answers: Vec<_> = answers.lines().map(|line| &line[..3]).collect();
    assert_eq!(answers, ["+OK", "-ER", "-ER", "+OK"]);
}

#[test]
fn a_lost_connection_deletes_nothing_and_lets_the_next_one_in() {
    let maildrop = three();
    let mut talk = Talk::pop2(&maildrop);
    talk.say("READ\r\nRETR\r\nACKD\r\n");
    let mut second = Talk::new(Dialect::Rfc937, &maildrop);
    let answer = second.say("HELO mrose tans\\ taaf\r\n");
    assert_eq!(answer, "- another session has the mailbox open\r\n");
    talk.session.expire(&mut talk.output);
    assert_eq!(talk.output, "- silent for too long\r\n");
    assert_eq!(maildrop.count(), 3);
    drop(Talk::pop2(&maildrop));
    assert!(maildrop.open().is_some());
}

#[test]
fn a_large_message_is_written_in_pieces() {
    let octets = vec![b'x'; 10 * ENOUGH];
    let maildrop =
        Maildrop::new(vec![Message::new(Path::new("1"), &octets), Message::new(Path::new("2"), &octets)]);
    let answer = Talk::pop2(&maildrop).say("READ\r\nRETR\r\n");
    assert_eq!(answer.len(), "=327682\r\n".len() + 10 * ENOUGH + 2);
    let answer = Talk::pop(&maildrop).say("RETR INBOX\r\nRCEV\r\n");
    assert_eq!(answer.len(), "#655364 octets\r\n".len() + 2 * (10 * ENOUGH + 2));
}
