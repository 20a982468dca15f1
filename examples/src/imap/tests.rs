use std::path::Path;

use mail_proto::imap::{
    ClientCodec, CommandBody, EnvelopeBuf, FetchCommand, FetchItem, Flag, HistoricCommand, HistoricResponse,
    Item, Numbering, Search, SearchKey, Store, StoreMode, Value, Version,
};
use mail_proto::wire::Secret;
use mail_proto::wire::sasl::encode_base64;

use super::*;
use crate::maildrop::{Maildrop, Message};

/// A session, and what drives it.
struct Talk {
    session: Session,
    output: BytesMut,
}

impl Talk {
    fn with(maildrop: &Maildrop, tls: Tls) -> Self {
        let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), maildrop.clone());
        let mut output = BytesMut::new();
        let session = Session::new(Arc::new(accounts), tls, &mut output).unwrap();
        output.clear();
        Self { session, output }
    }

    /// With INBOX selected.
    fn selected(maildrop: &Maildrop) -> Self {
        let mut talk = Self::with(maildrop, Tls::Absent);
        assert!(
            talk.say("a LOGIN mrose tanstaaf\r\nb SELECT INBOX\r\n")
                .ends_with("b OK [READ-WRITE] selected\r\n")
        );
        talk
    }

    /// Says this, and gives all that is answered.
    fn say(&mut self, octets: impl AsRef<[u8]>) -> String {
        let (mut input, mut answer) = (octets.as_ref(), Vec::new());
        loop {
            self.session.run(&mut input, &mut self.output).unwrap();
            if self.output.is_empty() {
                return String::from_utf8_lossy(&answer).into_owned();
            }
            answer.extend_from_slice(&self.output.split());
        }
    }
}

fn three() -> Maildrop {
    let message = |text: &str| Message::new(Path::new(text), text.as_bytes());
    Maildrop::new(vec![
        message("From: Fred <fred@x>\nSubject: One\nDate: Tue, 20 May 2025 12:00:00 +0000\n\none\ntwo\n"),
        message("Subject: Two\n\n"),
        message("To: mrose@y\n\nend"),
    ])
}

#[test]
fn nothing_goes_before_the_login() {
    let mut talk = Talk::with(&three(), Tls::Absent);
    assert_eq!(talk.say("a SELECT INBOX\r\n"), "a BAD SELECT is for the authenticated state\r\n");
    assert_eq!(talk.say("b STARTTLS\r\n"), "b BAD not known here\r\n");
    assert_eq!(talk.say("c APPEND INBOX {5}\r\n"), "c NO not before a login\r\n");
    assert_eq!(talk.say("d LOGIN mrose x\r\n"), "d NO [AUTHENTICATIONFAILED] wrong user or password\r\n");
    assert!(talk.say("e LOGIN {5}\r\n").starts_with("+ "));
    assert!(talk.say("mrose tanstaaf\r\n").starts_with("e OK [CAPABILITY IMAP4rev1 "));
    assert_eq!(talk.say("f FETCH 1 UID\r\n"), "f BAD FETCH is for the selected state\r\n");
}

#[test]
fn plain_with_and_without_an_initial_response() {
    let mut proof = Vec::new();
    encode_base64(b"\0mrose\0tanstaaf", &mut proof);
    let proof = String::from_utf8(proof).unwrap();
    let log_in = || Talk::with(&three(), Tls::Absent);
    assert!(log_in().say(format!("a AUTHENTICATE PLAIN {proof}\r\n")).starts_with("a OK "));
    let mut talk = log_in();
    assert_eq!(talk.say("a AUTHENTICATE PLAIN\r\n"), "+ \r\n");
    assert!(talk.say(format!("{proof}\r\n")).starts_with("a OK "));
    let mut talk = log_in();
    assert_eq!(talk.say("a AUTHENTICATE PLAIN\r\n*\r\n"), "+ \r\na BAD cancelled\r\n");
    assert!(talk.say("c AUTHENTICATE PLAIN\r\n?\r\n").ends_with("\r\nc BAD expected base64\r\n"));
    assert_eq!(talk.say("b AUTHENTICATE X\r\n"), "b NO no such mechanism\r\n");
}

#[test]
fn tls_comes_between() {
    let mut talk = Talk::with(&three(), Tls::Offered);
    assert!(talk.say("a CAPABILITY\r\n").contains(" STARTTLS\r\n"));
    assert_eq!(talk.say("b STARTTLS\r\n"), "b OK begin TLS\r\n");
    assert!(talk.session.wants_tls());
    talk.session.upgraded(b"").unwrap();
    assert!(!talk.say("c CAPABILITY\r\n").contains("STARTTLS"));
}

#[test]
fn fetches_of_all_kinds() {
    let mut talk = Talk::selected(&three());
    for (command, answer) in [
        ("FETCH 2 (UID RFC822.SIZE)", "* 2 FETCH (UID 2 RFC822.SIZE 16)\r\n"),
        ("UID FETCH 3:* FLAGS", "* 3 FETCH (UID 3 FLAGS ())\r\n"),
        ("FETCH 3 BODY.PEEK[TEXT]", "* 3 FETCH (BODY[TEXT] {5}\r\nend\r\n)\r\n"),
        ("FETCH 2 BODY.PEEK[TEXT]", "* 2 FETCH (BODY[TEXT] {0}\r\n)\r\n"),
        ("FETCH 3 BODY.PEEK[]<4.5>", "* 3 FETCH (BODY[]<4> {5}\r\nmrose)\r\n"),
        ("FETCH 3 BODY.PEEK[]<99.5>", "* 3 FETCH (BODY[]<99> {0}\r\n)\r\n"),
        ("FETCH 3 BODY.PEEK[2]", "* 3 FETCH (BODY[2] NIL)\r\n"),
        (
            "FETCH 3 (BODY.PEEK[1] BODY.PEEK[HEADER])",
            "* 3 FETCH (BODY[1] {5}\r\nend\r\n BODY[HEADER] {15}\r\nTo: mrose@y\r\n\r\n)\r\n",
        ),
        (
            "FETCH 1 ENVELOPE",
            "* 1 FETCH (ENVELOPE (\"Tue, 20 May 2025 12:00:00 +0000\" \"One\" ((\"Fred\" NIL \"fred\" \"x\")) \
             ((\"Fred\" NIL \"fred\" \"x\")) ((\"Fred\" NIL \"fred\" \"x\")) NIL NIL NIL NIL NIL))\r\n",
        ),
        (
            "FETCH 1 BODY",
            "* 1 FETCH (BODY (\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 10 2))\r\n",
        ),
        ("FETCH 2 (BODY[TEXT])", "* 2 FETCH (BODY[TEXT] {0}\r\n FLAGS (\\Seen))\r\n"),
        ("FETCH 1:3 FLAGS", "* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 3 FETCH (FLAGS ())\r\n"),
        ("FETCH 7 FLAGS", ""),
        (
            "FETCH 1 (BINARY.PEEK[1]<5.3> BINARY.SIZE[1])",
            "* 1 FETCH (BINARY[1]<5> ~{3}\r\ntwo BINARY.SIZE[1] 10)\r\n",
        ),
        ("FETCH 1 BINARY.PEEK[2]", "* 1 FETCH (BINARY[2] NIL)\r\n"),
    ] {
        assert_eq!(talk.say(format!("x {command}\r\n")), format!("{answer}x OK done\r\n"), "{command}");
    }
    assert_eq!(talk.say("x FETCH 1 X-MOOD\r\n"), "x BAD an item is not known here\r\n");
}

#[test]
fn messages_with_parts_are_taken_apart() {
    let stored = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n\
        --b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?q?caf=C3=A9?=\n\ntwo\n\
        --b\nContent-Transfer-Encoding: x-own\n\nthree\n--b--\n";
    let mut talk = Talk::selected(&Maildrop::new(vec![Message::new(Path::new("1"), stored.as_bytes())]));
    let fetch = talk.say("x FETCH 1 BODYSTRUCTURE\r\n");
    assert!(
        fetch.contains(r#"("message" "rfc822" NIL NIL NIL "7BIT" 37 (NIL "=?utf-8?q?caf=C3=A9?=""#),
        "{fetch}"
    );
    assert_eq!(talk.say("x FETCH 1 BODY.PEEK[2.1]\r\n"), "* 1 FETCH (BODY[2.1] {3}\r\ntwo)\r\nx OK done\r\n");
    assert!(talk.say("x FETCH 1 BINARY.PEEK[3]\r\n").starts_with("x NO [UNKNOWN-CTE] "));
    assert_eq!(
        talk.say("x SEARCH BODY {5+}\r\nCAF\u{c9} OR ANSWERED BODY two\r\n"),
        "* SEARCH 1\r\nx OK done\r\n"
    );
}

#[test]
fn searches_of_all_kinds() {
    let mut talk = Talk::selected(&three());
    talk.say("x STORE 2 +FLAGS.SILENT (\\Seen $Junk)\r\n");
    for (key, found) in [
        ("ALL", " 1 2 3"),
        ("UNSEEN", " 1 3"),
        ("SEEN KEYWORD $Junk", " 2"),
        ("UNKEYWORD $Junk", " 1 3"),
        ("NOT (UNSEEN SUBJECT one)", " 2 3"),
        ("OR FROM fred@ TO MROSE", " 1 3"),
        ("BODY two", " 1"),
        ("TEXT two", " 1 2"),
        ("HEADER subject \"\"", " 1 2"),
        ("SENTON 20-May-2025", " 1"),
        ("SENTSINCE 21-May-2025", ""),
        ("SINCE 1-Jan-2020 LARGER 16", " 1 3"),
        ("2:* UID 1:2", " 2"),
        ("NEW", ""),
        ("OLD", " 1 2 3"),
    ] {
        assert_eq!(
            talk.say(format!("x SEARCH {key}\r\n")),
            format!("* SEARCH{found}\r\nx OK done\r\n"),
            "{key}"
        );
    }
    assert!(talk.say("x SEARCH CHARSET X-1 ALL\r\n").starts_with("x NO [BADCHARSET]"));
}

#[test]
fn flags_are_everybodys_and_expunge_shifts_numbers() {
    let maildrop = three();
    let (mut first, mut second) = (Talk::selected(&maildrop), Talk::selected(&maildrop));
    assert_eq!(
        first.say("x UID STORE 1,3 +FLAGS (\\Deleted)\r\n"),
        "* 1 FETCH (UID 1 FLAGS (\\Deleted))\r\n* 3 FETCH (UID 3 FLAGS (\\Deleted))\r\nx OK done\r\n"
    );
    assert_eq!(first.say("x UID EXPUNGE 3\r\n"), "* 3 EXPUNGE\r\nx OK done\r\n");
    assert_eq!(
        second.say("x FETCH 3 UID\r\n"),
        "* 3 FETCH (UID 3)\r\n* 1 FETCH (FLAGS (\\Deleted))\r\nx OK done\r\n"
    );
    assert_eq!(second.say("x NOOP\r\n"), "* 3 EXPUNGE\r\nx OK done\r\n");
    assert_eq!(first.say("x COPY 2 inbox\r\n"), {
        let validity = maildrop.since();
        format!("* 3 EXISTS\r\nx OK [COPYUID {validity} 2 4] copied\r\n")
    });
    assert_eq!(first.say("x CLOSE\r\n"), "x OK done\r\n");
    assert_eq!(second.say("x IDLE\r\n"), "* 1 EXPUNGE\r\n* 2 EXISTS\r\n+ idling\r\n");
    assert_eq!(second.say("what?\r\n"), "* BAD expected DONE\r\n");
    assert_eq!(second.say("DONE\r\n"), "x OK done\r\n");
    assert_eq!(maildrop.count(), 2);
}

#[test]
fn a_mailbox_that_is_only_examined_stays() {
    let mut talk = Talk::selected(&three());
    assert!(talk.say("x EXAMINE INBOX\r\n").ends_with("x OK [READ-ONLY] selected\r\n"));
    assert!(talk.say("x FETCH 1 (BODY[TEXT] FLAGS)\r\n").contains("FLAGS ()"));
    assert_eq!(talk.say("x STORE 1 FLAGS (\\Deleted)\r\n"), "x NO selected for reading only\r\n");
    assert_eq!(
        talk.say("x SELECT Other\r\n"),
        "* OK [CLOSED] closed\r\nx NO [NONEXISTENT] there is no such mailbox\r\n"
    );
    assert_eq!(talk.say("x FETCH 1 UID\r\n"), "x BAD FETCH is for the selected state\r\n");
}

#[test]
fn messages_are_appended_octet_for_octet() {
    let maildrop = Maildrop::default();
    let mut talk = Talk::selected(&maildrop);
    let large = vec![b'x'; 100_000];
    assert_eq!(
        talk.say("x APPEND INBOX (\\Seen) \"01-Feb-2024 10:00:00 +0200\" {100000}\r\n"),
        "+ go ahead\r\n"
    );
    let answer = talk.say([&large[..], b"\r\n"].concat());
    assert!(answer.starts_with("* 1 EXISTS\r\nx OK [APPENDUID "), "{answer}");
    assert_eq!(maildrop.messages()[0].octets(), &large);
    assert_eq!(
        talk.say("x FETCH 1 (FLAGS INTERNALDATE)\r\n"),
        "* 1 FETCH (FLAGS (\\Seen) INTERNALDATE \" 1-Feb-2024 08:00:00 +0000\")\r\nx OK done\r\n"
    );
    assert!(talk.say("x FETCH 1 RFC822\r\n").len() > 100_000);

    assert!(talk.say("x APPEND INBOX {5+}\r\nsmall\r\n").contains(" 2] stored\r\n"));
    assert_eq!(talk.say("x APPEND Other {5+}\r\nsmall\r\n"), "x NO [TRYCREATE] there is no such mailbox\r\n");
    assert_eq!(talk.say("x APPEND INBOX {99999999}\r\n"), "x NO [TOOBIG] the literal is too large\r\n");
    assert_eq!(maildrop.count(), 2);
}

#[test]
fn messages_move_between_mailboxes() {
    let maildrop = three();
    let (mut first, mut second) = (Talk::selected(&maildrop), Talk::selected(&maildrop));
    assert_eq!(first.say("x COPY 1 Archive\r\n"), "x NO [TRYCREATE] there is no such mailbox\r\n");
    assert_eq!(first.say("x CREATE Archive\r\n"), "x OK done\r\n");
    first.say("x STORE 2 FLAGS (\\Flagged $Mine)\r\n");
    let answer = first.say("x UID MOVE 2:3 Archive\r\n");
    let (code, rest) = answer.split_once("] ").unwrap();
    assert!(code.starts_with("* OK [COPYUID ") && code.ends_with(" 2:3 1:2"), "{answer}");
    assert_eq!(rest, "moved\r\n* 3 EXPUNGE\r\n* 2 EXPUNGE\r\nx OK moved\r\n");
    assert_eq!(second.say("x NOOP\r\n"), "* 3 EXPUNGE\r\n* 2 EXPUNGE\r\nx OK done\r\n");
    assert_eq!(first.say("x MOVE 2 Archive\r\n"), "x OK nothing to move\r\n");
    let answer = first.say("x SELECT Archive\r\n");
    assert!(answer.contains(
        "[CLOSED] closed\r\n* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Mine)\r\n* 2 EXISTS\r\n"
    ));
    assert_eq!(first.say("x FETCH 1 FLAGS\r\n"), "* 1 FETCH (FLAGS ($Mine \\Flagged))\r\nx OK done\r\n");
    assert_eq!(
        first.say("x EXAMINE Archive\r\nx MOVE 1 INBOX\r\n").lines().last(),
        Some("x NO selected for reading only")
    );
}

#[test]
fn searches_give_and_save_what_is_asked_for() {
    let mut talk = Talk::selected(&three());
    for (search, found) in [
        ("SEARCH RETURN () ALL", "* ESEARCH (TAG \"x\") ALL 1:3\r\n"),
        ("UID SEARCH RETURN (MIN MAX COUNT) 2:*", "* ESEARCH (TAG \"x\") UID MIN 2 MAX 3 COUNT 2\r\n"),
        ("SEARCH RETURN (MIN ALL COUNT) SUBJECT x", "* ESEARCH (TAG \"x\") COUNT 0\r\n"),
        ("SEARCH RETURN (SAVE) SUBJECT one", ""),
        ("SEARCH $", "* SEARCH 1\r\n"),
        ("UID SEARCH RETURN (SAVE MAX) ALL", "* ESEARCH (TAG \"x\") UID MAX 3\r\n"),
        ("SEARCH UID $", "* SEARCH 3\r\n"),
        ("FETCH $ UID", "* 3 FETCH (UID 3)\r\n"),
    ] {
        assert_eq!(talk.say(format!("x {search}\r\n")), format!("{found}x OK done\r\n"), "{search}");
    }
    assert!(talk.say("x SEARCH RETURN (PARTIAL 1:2) ALL\r\n").starts_with("x BAD "));
}

#[test]
fn who_idles_hears_of_the_others() {
    let maildrop = three();
    let (mut first, mut second) = (Talk::selected(&maildrop), Talk::selected(&maildrop));
    let news = |talk: &mut Talk| {
        let mut output = BytesMut::new();
        talk.session.news(&mut output).unwrap();
        String::from_utf8(output.to_vec()).unwrap()
    };
    assert!(!second.session.awaits_news());
    assert_eq!(second.say("x IDLE\r\n"), "+ idling\r\n");
    assert!(second.session.awaits_news());
    assert_eq!(news(&mut second), "");
    first.say("x STORE 1 FLAGS (\\Seen \\Deleted)\r\nx EXPUNGE\r\nx APPEND INBOX {1+}\r\na\r\n");
    assert_eq!(news(&mut second), "* 1 EXPUNGE\r\n* 3 EXISTS\r\n");
    first.say("x STORE 1 FLAGS (\\Seen)\r\n");
    assert_eq!(news(&mut second), "* 1 FETCH (FLAGS (\\Seen))\r\n");
    assert_eq!(second.say("DONE\r\n"), "x OK done\r\n");
    assert!(!second.session.awaits_news());
}

#[test]
fn mailboxes_are_listed() {
    let mut talk = Talk::selected(&three());
    assert_eq!(talk.say("x LIST \"\" %\r\n"), "* LIST (\\HasNoChildren) \"/\" INBOX\r\nx OK done\r\n");
    assert_eq!(talk.say("x LSUB \"\" A*\r\n"), "x OK done\r\n");
    assert_eq!(talk.say("x LIST \"\" \"\"\r\n"), "* LIST (\\Noselect) \"/\" \"\"\r\nx OK done\r\n");
    assert_eq!(talk.say("x NAMESPACE\r\n"), "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\nx OK done\r\n");
    assert_eq!(
        talk.say("x STATUS inbox (MESSAGES UNSEEN UIDNEXT)\r\n"),
        "* STATUS INBOX (MESSAGES 3 UNSEEN 3 UIDNEXT 4)\r\nx OK done\r\n"
    );

    for (command, answer) in [
        ("CREATE a/b/", "OK done"),
        ("CREATE Sent", "OK done"),
        ("CREATE sent", "OK done"),
        ("CREATE a", "NO [ALREADYEXISTS] there is one of that name"),
        ("CREATE INBOX", "NO [ALREADYEXISTS] there is one of that name"),
        ("DELETE INBOX", "NO [CANNOT] not with that name"),
        ("DELETE a", "NO [HASCHILDREN] there are others below it"),
        ("SUBSCRIBE a/b", "OK done"),
        ("SUBSCRIBE c", "NO [NONEXISTENT] there is no such mailbox"),
        ("RENAME sent x", "OK done"),
        ("DELETE x", "OK done"),
    ] {
        assert_eq!(talk.say(format!("x {command}\r\n")), format!("x {answer}\r\n"), "{command}");
    }
    for (command, rows) in [
        (
            "LIST \"\" %",
            "LIST (\\HasNoChildren) INBOX|LIST (\\HasNoChildren \\Sent) Sent|LIST (\\HasChildren) a",
        ),
        ("LIST a/ %", "LIST (\\HasNoChildren) a/b"),
        ("LIST \"\" (i* \"S%\")", "LIST (\\HasNoChildren) INBOX|LIST (\\HasNoChildren \\Sent) Sent"),
        ("LIST (SPECIAL-USE) \"\" *", "LIST (\\HasNoChildren \\Sent) Sent"),
        (
            "LIST (SUBSCRIBED) \"\" *",
            "LIST (\\HasNoChildren \\Subscribed) INBOX|LIST (\\HasNoChildren \\Subscribed) a/b",
        ),
        (
            "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" %",
            "LIST (\\HasNoChildren \\Subscribed) INBOX|LIST (\\HasChildren) a (CHILDINFO (SUBSCRIBED))",
        ),
        (
            "LIST \"\" I* RETURN (SUBSCRIBED STATUS (MESSAGES))",
            "LIST (\\HasNoChildren \\Subscribed) INBOX|STATUS INBOX (MESSAGES 3)",
        ),
        ("LSUB \"\" *", "LSUB () INBOX|LSUB () a/b"),
        ("LSUB \"\" %", "LSUB () INBOX|LSUB (\\Noselect) a"),
    ] {
        let answer = talk.say(format!("x {command}\r\n")).replace(" \"/\"", "").replace('"', "");
        let rows: String = rows.split('|').map(|row| format!("* {row}\r\n")).collect();
        assert_eq!(answer, format!("{rows}x OK done\r\n"), "{command}");
    }
    talk.say("x DELETE a/b\r\n");
    assert_eq!(
        talk.say("x LIST (SUBSCRIBED) \"\" a*\r\n"),
        "* LIST (\\NonExistent \\HasNoChildren \\Subscribed) \"/\" a/b\r\nx OK done\r\n"
    );
    assert_eq!(talk.say("x LIST (RECURSIVEMATCH) \"\" *\r\n"), "x BAD an option is not known here\r\n");
    assert_eq!(talk.say("x ENABLE CONDSTORE\r\n"), "x BAD ENABLE is for the authenticated state\r\n");
    assert_eq!(talk.say("x CLOSE\r\nx ENABLE CONDSTORE\r\n"), "x OK done\r\n* ENABLED\r\nx OK done\r\n");
}

#[test]
fn the_same_octet_by_octet() {
    let lines = "c FETCH 1:* (FLAGS BODY[])\r\nd APPEND INBOX {5}\r\nhello\r\ne SEARCH TEXT hello\r\nf IDLE\r\nDONE\r\n\
                 g UID EXPUNGE 1:*\r\nh LOGOUT\r\n";
    let maildrop = three();
    let whole = Talk::selected(&maildrop).say(lines);
    let maildrop = Maildrop::new(maildrop.messages()[..3].to_vec());
    let mut talk = Talk::selected(&maildrop);
    let pieces: String = lines.bytes().map(|octet| talk.say([octet])).collect();
    let without_validity = |said: &str| said.split("APPENDUID").next().unwrap().to_owned();
    assert_eq!(without_validity(&pieces), without_validity(&whole));
    assert!(pieces.ends_with("h OK bye\r\n") && talk.session.is_over());
}

/// What a client of ours hears of all messages of INBOX in a dialect: flags, envelopes, octets.
fn heard(dialect: Dialect) -> Vec<(Vec<Vec<u8>>, EnvelopeBuf, Vec<u8>)> {
    let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), Maildrop::samples());
    let begins = if dialect == Dialect::Imap3 { Dialect::Imap2 } else { dialect };
    let (mut to_client, mut to_server) = (BytesMut::new(), BytesMut::new());
    let mut session = Session::in_dialect(Arc::new(accounts), Tls::Absent, begins, &mut to_client).unwrap();
    let mut client = ClientCodec::with_options(Options::client().with_dialect(begins));
    let version = CommandBody::Historic(HistoricCommand::SelectVersion(Version::IMAP3));
    let store = Store::messages(3, StoreMode::Add, [Flag::Flagged]);
    let fetch = FetchCommand::messages(1..=13).flags().envelope().rfc822_size().with(FetchItem::Rfc822);
    let mut commands = vec![
        CommandBody::login("mrose", "tanstaaf").unwrap(),
        CommandBody::select("INBOX").unwrap(),
        store.into(),
        fetch.into(),
        CommandBody::Search(Numbering::SeqNo, Search::new(SearchKey::flagged())),
    ];
    if dialect == Dialect::Imap3 {
        commands.insert(0, version);
    }
    let (mut messages, mut found, mut streamed) = (Vec::new(), Vec::new(), Vec::new());
    let count = commands.len();
    for (n, body) in commands.into_iter().enumerate() {
        let command = body.tag(format!("a{n}")).unwrap();
        client.encode(&command, &mut to_server).unwrap();
        let mut is_answered = false;
        while !is_answered {
            let octets = to_server.split();
            session.run(&mut &octets[..], &mut to_client).unwrap();
            let octets = to_client.split();
            let mut input = &octets[..];
            while let Some(event) = client.decode(&mut input).unwrap() {
                assert!(client.deviations().is_empty(), "{dialect:?}: {event:?}");
                match event {
                    Event::Data(octets) => streamed.extend_from_slice(&octets),
                    Event::Response(response) => {
                        assert!(
                            dialect != Dialect::Imap3 || n == 0 || !matches!(response, Response::Fetch(_))
                        );
                        let status =
                            if let Response::Status(status) = &response { Some(status) } else { None };
                        if let Some(status) = status.filter(|status| status.tag().is_some()) {
                            assert_eq!(status.condition(), Condition::Ok, "{dialect:?}: {status:?}");
                            is_answered = true;
                        }
                        match response.data() {
                            Response::Search(numbers) => found.extend_from_slice(numbers.numbers()),
                            Response::Historic(HistoricResponse::Found(numbers)) => {
                                found.extend_from_slice(numbers.numbers());
                            }
                            data => {
                                let Some(fetch) = data.fetch() else { continue };
                                let Some(envelope) = fetch.envelope() else { continue };
                                let octets = fetch.items().find_map(|item| match item {
                                    Item::Rfc822(Value::Octets(octets)) => Some(octets.to_vec()),
                                    _ => None,
                                });
                                let octets = octets.unwrap_or_else(|| std::mem::take(&mut streamed));
                                assert_eq!(fetch.rfc822_size(), Some(octets.len() as u64));
                                let flags = fetch.flags().map(<[u8]>::to_vec).collect();
                                messages.push((flags, envelope.to_buf(), octets));
                            }
                        }
                    }
                    event => assert!(!matches!(event, Event::Malformed(_)), "{dialect:?}: {event:?}"),
                }
            }
        }
    }
    assert_eq!((found, messages.len(), count >= 5), (vec![3], 13, true), "{dialect:?}");
    messages
}

#[test]
fn a_mailbox_is_the_same_in_each_dialect() {
    let today = heard(Dialect::Imap4rev1);
    for dialect in [Dialect::Imap2, Dialect::Imap2bis, Dialect::MacMs, Dialect::Imap3, Dialect::Imap4] {
        assert_eq!(heard(dialect), today, "{dialect:?}");
    }
    assert!(today[2].0.contains(&b"\\Flagged".to_vec()));
}

#[test]
fn names_are_found_as_they_were() {
    let accounts = Accounts::new().with("mrose", Secret::new("tanstaaf"), three());
    let mut output = BytesMut::new();
    let session =
        Session::in_dialect(Arc::new(accounts), Tls::Absent, Dialect::Imap2bis, &mut output).unwrap();
    assert_eq!(output.split(), "* OK IMAP server ready\r\n");
    let mut talk = Talk { session, output };
    talk.say("a LOGIN mrose tanstaaf\r\n");
    talk.say("b CREATE old\r\n");
    assert_eq!(talk.say("c FIND ALL.MAILBOXES o%d\r\n"), "* MAILBOX old\r\nc OK done\r\n");
    assert_eq!(talk.say("d SUBSCRIBE MAILBOX old\r\n"), "d OK done\r\n");
    assert_eq!(talk.say("e FIND MAILBOXES *\r\n"), "* MAILBOX INBOX\r\n* MAILBOX old\r\ne OK done\r\n");
    assert_eq!(talk.say("f BBOARD x\r\n"), "f NO there are no bulletin boards\r\n");
    assert_eq!(talk.say("g CAPABILITY\r\n"), "g BAD not known here\r\n");
}
