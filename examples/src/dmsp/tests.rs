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
    fn new(repository: &Repository) -> Self {
        let mut output = BytesMut::new();
        let session = Session::new(repository.clone(), &mut output).unwrap();
        assert!(output.split().starts_with(b"200 "));
        Self { session, output }
    }

    /// Behind the login of a client, which is created.
    fn logged_in(repository: &Repository, user: &str, client: &str) -> Self {
        let mut talk = Self::new(repository);
        assert_eq!(talk.code(&format!("LOGIN {user} pw {client} 1 0")), 200);
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

    /// The code of the answer.
    fn code(&mut self, line: &str) -> u16 {
        let answer = self.say(&format!("{line}\r\n"));
        answer.get(..3).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{line:?}: {answer:?}"))
    }

    /// What stands between the reply and the end of a list.
    fn list(&mut self, line: &str) -> Vec<String> {
        let answer = self.say(&format!("{line}\r\n"));
        let lines = answer.strip_suffix("\r\n.\r\n").unwrap_or_else(|| panic!("{line:?}: {answer:?}"));
        lines.split("\r\n").skip(1).map(str::to_owned).collect()
    }
}

/// Two messages for fred, none for joe.
fn repository() -> Repository {
    let message = |text: &str| Message::new(Path::new(text), text.as_bytes());
    let messages = [message("From: joe\nSubject: one\n\n.dots\n"), message("To: fred\n\n\u{e9}")];
    let repository = Repository::new().with("Fred", Secret::new("pw"), &messages).unwrap();
    repository.with("joe", Secret::new("pw"), &[]).unwrap()
}

const ONE: [&str; 6] = ["descriptor", "1 0000000000000000 34 4", "joe", "", "", "one"];
const TWO: [&str; 6] = ["descriptor", "2 0000000000000000 16 3", "", "fred", "", ""];

#[test]
fn messages_are_described_and_fetched() {
    let mut talk = Talk::logged_in(&repository(), "fred", "office");
    assert_eq!(talk.list("list-mailboxes"), ["Fred 3 2 2"]);
    assert_eq!(talk.list("FETCH-DESCRIPTORS FRED 0 99"), [ONE, TWO].concat());
    assert_eq!(talk.list("FETCH-DESCRIPTORS fred 2 2"), TWO);
    assert!(talk.list("FETCH-DESCRIPTORS fred 3 1").is_empty());
    let message = "251 Message follows:\r\nFrom: joe\r\nSubject: one\r\n\r\n..dots\r\n.\r\n";
    assert_eq!(talk.say("FETCH-MESSAGE fred 1\r\n"), message);
    assert_eq!(
        talk.say("FETCH-MESSAGE fred 2\r\n"),
        "251 Message follows:\r\nTo: fred\r\n\r\n\u{e9}\r\n.\r\n"
    );
    assert_eq!(talk.code("FETCH-MESSAGE fred 3"), 451);
    assert_eq!(talk.code("FETCH-MESSAGE joe 1"), 431);
    assert_eq!(talk.say("LOGOUT\r\nHELP\r\n"), "200 Command OK\r\n");
    assert!(talk.session.is_over());
}

#[test]
fn a_second_client_hears_of_what_the_first_has_done() {
    let repository = repository();
    let mut home = Talk::logged_in(&repository, "fred", "home");
    assert_eq!(home.list("FETCH-CHANGED-DESCRIPTORS fred 1"), ONE);
    assert_eq!(home.list("FETCH-CHANGED-DESCRIPTORS fred 10"), [ONE, TWO].concat());
    assert_eq!(home.code("RESET-DESCRIPTORS fred 1 1"), 200);
    assert_eq!(home.list("FETCH-CHANGED-DESCRIPTORS fred 10"), TWO);
    assert_eq!(home.code("RESET-DESCRIPTORS fred 0 99"), 200);
    drop(home);

    let mut office = Talk::logged_in(&repository, "fred", "office");
    assert_eq!(office.code("RESET-DESCRIPTORS fred 0 99"), 200);
    assert_eq!(office.code("SET-MESSAGE-FLAG fred 1 0 1"), 200);
    assert_eq!(office.code("SET-MESSAGE-FLAG fred 2 1 1"), 200);
    assert_eq!(office.code("EXPUNGE-MAILBOX fred"), 200);
    assert!(office.list("FETCH-CHANGED-DESCRIPTORS fred 10").is_empty());
    assert_eq!(office.list("LIST-MAILBOXES"), ["Fred 3 1 0"]);

    let mut home = Talk::new(&repository);
    assert_eq!(home.code("LOGIN fred pw HOME 0 0"), 200);
    let changed = home.list("FETCH-CHANGED-DESCRIPTORS fred 10");
    assert_eq!(changed[..4], ["expunged", "1", "descriptor", "2 0100000000000000 16 3"]);
    assert_eq!(home.code("RESET-DESCRIPTORS fred 0 99"), 200);
    assert!(home.list("FETCH-CHANGED-DESCRIPTORS fred 10").is_empty());
    assert_eq!(home.code("RESET-MAILBOX fred"), 200);
    assert_eq!(home.list("FETCH-CHANGED-DESCRIPTORS fred 10").len(), 6);
}

#[test]
fn a_message_goes_to_whom_it_names() {
    let repository = repository();
    let mut fred = Talk::logged_in(&repository, "fred", "office");
    assert_eq!(fred.code("CREATE-MAILBOX lists"), 200);
    assert_eq!(fred.code("CREATE-ADDRESS lists pcmail-list@ptt.example"), 200);
    assert_eq!(fred.code("CREATE-ADDRESS fred PCMAIL-LIST@ptt.example"), 460);
    let message = "To: <pcmail-list@ptt.example>, Joe <joe@ptt.example>\r\n\r\n..\r\n";
    assert_eq!(fred.code("SEND-MESSAGE"), 350);
    assert_eq!(fred.say(&format!("{message}.\r\n")), "200 Command OK\r\n");
    assert_eq!(fred.list("LIST-MAILBOXES"), ["Fred 3 2 2", "lists 2 1 1"]);
    assert_eq!(fred.list("FETCH-MESSAGE lists 1").join("\r\n") + "\r\n", message);
    let mut joe = Talk::logged_in(&repository, "joe", "office");
    assert_eq!(joe.list("LIST-MAILBOXES"), ["joe 2 1 1"]);

    assert_eq!(joe.code("SEND-MESSAGE"), 350);
    assert_eq!(joe.code("To: somebody@far.away\r\n\r\nhello\r\n."), 200);
    assert_eq!(joe.list("LIST-MAILBOXES"), ["joe 3 2 2"]);
    assert_eq!(joe.code("SEND-MESSAGE"), 350);
    assert_eq!(joe.code("no header\r\n."), 403);
    assert_eq!(joe.list("LIST-MAILBOXES"), ["joe 3 2 2"]);

    assert_eq!(fred.list("LIST-ADDRESSES lists"), ["pcmail-list@ptt.example"]);
    assert_eq!(fred.code("DELETE-ADDRESS lists pcmail-list@PTT.example"), 200);
    assert_eq!(fred.code("DELETE-ADDRESS lists pcmail-list@ptt.example"), 461);
}

#[test]
fn a_copy_has_a_descriptor_of_its_own() {
    let mut talk = Talk::logged_in(&repository(), "fred", "office");
    assert_eq!(talk.code("CREATE-MAILBOX old"), 200);
    let copy = talk.list("COPY-MESSAGE fred old 2");
    assert_eq!(copy[..2], ["descriptor", "1 0000000000000000 16 3"]);
    assert_eq!(talk.list("FETCH-DESCRIPTORS fred 2 2")[1], "2 0000000100000000 16 3");
    for (line, code) in [
        ("COPY-MESSAGE fred FRED 1", 400),
        ("COPY-MESSAGE fred nowhere 1", 431),
        ("COPY-MESSAGE nowhere fred 1", 431),
        ("COPY-MESSAGE fred old 9", 451),
        ("PRINT-MESSAGE fred 1 pravda", 401),
        ("PRINT-MESSAGE fred 9 pravda", 451),
        ("SET-MESSAGE-FLAG fred 9 1 1", 451),
        ("SET-MESSAGE-FLAG fred 1 16 1", 500),
        ("DELETE-MAILBOX old", 200),
        ("DELETE-MAILBOX old", 431),
        ("CREATE-MAILBOX FRED", 430),
        ("CREATE-MAILBOX a@b", 403),
    ] {
        assert_eq!(talk.code(line), code, "{line}");
    }
    let long = "x".repeat(600);
    assert_eq!(talk.code(&format!("CREATE-MAILBOX {long}")), 403);
    assert_eq!(talk.code(&format!("CREATE-ADDRESS fred {long}")), 403);
    assert_eq!(talk.list("LIST-MAILBOXES"), ["Fred 3 2 2"]);
}

#[test]
fn clients_come_and_go() {
    let repository = repository();
    let mut talk = Talk::new(&repository);
    for (line, code) in [
        ("SEND-VERSION 229", 500),
        ("SEND-VERSION 230", 200),
        ("LIST-CLIENTS", 406),
        ("XYZZY", 500),
        ("LOGIN nobody pw office 1 0", 411),
        ("LOGIN fred PW office 1 0", 404),
        ("LOGIN fred pw office 0 0", 421),
        ("LOGIN fred pw Office 1 0", 200),
        ("LOGIN fred pw office 1 0", 410),
        ("CREATE-CLIENT home", 200),
        ("CREATE-CLIENT OFFICE", 420),
        ("DELETE-CLIENT office", 405),
        ("DELETE-CLIENT away", 421),
        ("RESET-CLIENT home", 200),
        ("RESET-CLIENT away", 421),
        ("SET-PASSWORD x y", 404),
        ("SET-PASSWORD pw new", 200),
        ("XYZZY", 500),
    ] {
        assert_eq!(talk.code(line), code, "{line}");
    }
    assert_eq!(talk.list("LIST-CLIENTS"), ["home active", "Office active"]);
    repository.a_week_has_passed();
    assert_eq!(talk.list("LIST-CLIENTS"), ["home inactive", "Office active"]);
    let mut second = Talk::new(&repository);
    assert_eq!(second.code("LOGIN fred new office 0 0"), 405);
    assert_eq!(second.code("LOGIN fred new home 0 0"), 221);
    assert_eq!(talk.code("RESET-CLIENT home"), 405);
    talk.session.expire(&mut talk.output);
    assert!(talk.session.is_over());
    assert_eq!(second.code("DELETE-CLIENT office"), 200);
    assert_eq!(second.list("HELP").len(), 32);
}

#[test]
fn bulletin_boards_are_read_by_those_who_subscribe() {
    let repository = repository();
    let mut fred = Talk::logged_in(&repository, "fred", "office");
    let mut joe = Talk::logged_in(&repository, "joe", "office");
    assert_eq!(fred.code("CREATE-BBOARD-MAILBOX Cars"), 200);
    assert_eq!(fred.code("COPY-MESSAGE fred cars 1"), 250);
    assert_eq!(joe.list("LIST-AVAILABLE-SUBSCRIPTIONS"), ["Cars"]);
    for (line, code) in [
        ("CREATE-BBOARD-MAILBOX cars", 430),
        ("FETCH-MESSAGE cars 1", 431),
        ("CREATE-SUBSCRIPTION bikes", 431),
        ("CREATE-SUBSCRIPTION cars", 200),
        ("CREATE-SUBSCRIPTION cars", 440),
        ("CREATE-MAILBOX cars", 440),
        ("FETCH-MESSAGE cars 1", 251),
        ("FETCH-DESCRIPTORS cars 1 9", 250),
        ("SET-MESSAGE-FLAG cars 1 0 1", 431),
        ("DELETE-BBOARD-MAILBOX cars", 404),
        ("DELETE-BBOARD-MAILBOX bikes", 431),
        ("RESET-SUBSCRIPTION bikes 2", 441),
    ] {
        assert_eq!(joe.code(line), code, "{line}");
    }
    assert_eq!(joe.list("LIST-SUBSCRIPTIONS"), ["Cars 1 1 2"]);
    assert_eq!(joe.code("RESET-SUBSCRIPTION cars 2"), 200);
    assert_eq!(joe.list("LIST-SUBSCRIPTIONS"), ["Cars 2 0 2"]);
    assert_eq!(fred.code("CREATE-SUBSCRIPTION cars"), 430);
    assert_eq!(fred.code("DELETE-MAILBOX cars"), 440);
    assert_eq!(fred.code("DELETE-BBOARD-MAILBOX cars"), 200);
    assert_eq!(joe.code("FETCH-MESSAGE cars 1"), 431);
    assert_eq!(joe.code("DELETE-SUBSCRIPTION cars"), 200);
    assert_eq!(joe.code("DELETE-SUBSCRIPTION cars"), 441);
}

#[test]
fn a_large_message_never_lies_in_the_output_as_a_whole() {
    let large = Message::new(Path::new("large"), &vec![b'x'; 20 * ENOUGH]);
    let repository = Repository::new().with("fred", Secret::new("pw"), &[large]).unwrap();
    let mut talk = Talk::logged_in(&repository, "fred", "office");
    let (mut input, mut most, mut all) = (&b"FETCH-MESSAGE fred 1\r\n"[..], 0, 0);
    loop {
        talk.session.run(&mut input, &mut talk.output).unwrap();
        if talk.output.is_empty() {
            break;
        }
        most = most.max(talk.output.len());
        all += talk.output.split().len();
    }
    assert!(most < 3 * ENOUGH && all > 20 * ENOUGH, "{most} {all}");
}
