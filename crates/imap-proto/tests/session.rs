//! Where sessions are: what each state permits, what each answer changes, and whole dialogues.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use imap_proto::testkit::{Dissector, Imap, Unit};
use imap_proto::{
    Access, CapabilitySource, ClientCodec, ClientSession, Command, CommandBody, Condition, Dialect, Event,
    Limits, Options, Response, SelectedMailbox, ServerSession, State,
};
use mail_wire::testkit::transcript::{Piece, sessions};
use proptest::prelude::*;

/// A client's session and a server's, which hear the same.
struct Both {
    client: ClientSession,
    server: ServerSession,
    codec: ClientCodec,
}

impl Both {
    fn new() -> Self {
        Self { client: ClientSession::new(), server: ServerSession::new(), codec: ClientCodec::new() }
    }

    /// Lines that begin with `C: ` and `S: `.
    fn after(dialogue: &str) -> Self {
        let mut both = Self::new();
        both.hear(dialogue);
        both
    }

    fn hear(&mut self, dialogue: &str) {
        for line in dialogue.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.split_at(3) {
                ("C: ", line) => assert!(self.sent(&command(line)), "{line}"),
                ("S: ", line) => self.received(line),
                _ => panic!("{line}"),
            }
        }
    }

    /// Whether the server may go on with it.
    fn sent(&mut self, command: &Command) -> bool {
        let is_new = self.client.sent(command).is_ok();
        if is_new {
            self.codec.sent(command).unwrap();
        }
        self.server.received(command).is_ok()
    }

    fn received(&mut self, line: &str) {
        let line = format!("{line}\r\n");
        let mut input = line.as_bytes();
        while let Some(event) = self.codec.decode(&mut input).unwrap() {
            self.client.received(&event);
            match event {
                Event::Greeting(greeting) => self.server.sent(&greeting.into()),
                Event::Response(response) => self.server.sent(&response),
                Event::Upgrade => self.codec.upgraded(&[]).unwrap(),
                _ => {}
            }
        }
        assert_eq!(self.client.state(), self.codec.state(), "{line}");
        assert_eq!(self.client.mailbox().is_some(), self.client.state() == State::Selected, "{line}");
    }

    fn mailbox(&self) -> &SelectedMailbox {
        self.client.mailbox().unwrap()
    }

    fn names(&self) -> Option<String> {
        let all = self.client.capabilities()?.iter().map(ToString::to_string);
        Some(all.collect::<Vec<_>>().join(" "))
    }
}

fn command(line: &str) -> Command {
    Command::parse(line.as_bytes(), &Options::server()).unwrap()
}

/// A dialogue that leads to each state, and its letter below.
const STATES: [(char, State, &str); 5] = [
    ('G', State::Greeting, ""),
    ('N', State::NotAuthenticated, "S: * OK hi"),
    ('A', State::Authenticated, "S: * PREAUTH hi"),
    ('S', State::Selected, "S: * PREAUTH hi\nC: s SELECT x\nS: s OK done"),
    ('L', State::Logout, "S: * OK hi\nS: * BYE gone"),
];

/// Each command of the table, and one that is unknown: the states that permit it; for each of the five states, the one
/// behind OK, NO and BAD.
const TABLE: &str = "
    APPEND         --AS-   GNASL GNASL GNASL
    AUTHENTICATE   -N---   AAASL GNASL GNASL
    CAPABILITY     -NAS-   GNASL GNASL GNASL
    CHECK          ---S-   GNASL GNASL GNASL
    CLOSE          ---S-   GNAAL GNASL GNASL
    COMPRESS       --AS-   GNASL GNASL GNASL
    COPY           ---S-   GNASL GNASL GNASL
    CREATE         --AS-   GNASL GNASL GNASL
    DELETE         --AS-   GNASL GNASL GNASL
    ENABLE         --A--   GNASL GNASL GNASL
    EXAMINE        --AS-   SSSSL GNAAL GNASL
    EXPUNGE        ---S-   GNASL GNASL GNASL
    FETCH          ---S-   GNASL GNASL GNASL
    IDLE           --AS-   GNASL GNASL GNASL
    LIST           --AS-   GNASL GNASL GNASL
    LOGIN          -N---   AAASL GNASL GNASL
    LOGOUT         -NAS-   LLLLL GNASL GNASL
    LSUB           --AS-   GNASL GNASL GNASL
    MOVE           ---S-   GNASL GNASL GNASL
    NAMESPACE      --AS-   GNASL GNASL GNASL
    NOOP           -NAS-   GNASL GNASL GNASL
    RENAME         --AS-   GNASL GNASL GNASL
    SEARCH         ---S-   GNASL GNASL GNASL
    SELECT         --AS-   SSSSL GNAAL GNASL
    STARTTLS       -N---   GNASL GNASL GNASL
    STATUS         --AS-   GNASL GNASL GNASL
    STORE          ---S-   GNASL GNASL GNASL
    SUBSCRIBE      --AS-   GNASL GNASL GNASL
    UID_COPY       ---S-   GNASL GNASL GNASL
    UID_EXPUNGE    ---S-   GNASL GNASL GNASL
    UID_FETCH      ---S-   GNASL GNASL GNASL
    UID_MOVE       ---S-   GNASL GNASL GNASL
    UID_SEARCH     ---S-   GNASL GNASL GNASL
    UID_STORE      ---S-   GNASL GNASL GNASL
    UNSELECT       ---S-   GNAAL GNASL GNASL
    UNSUBSCRIBE    --AS-   GNASL GNASL GNASL
    XFROB          -NAS-   GNASL GNASL GNASL
";

/// An example of the command.
fn example(name: &str) -> Command {
    let spec = imap_proto::COMMANDS.iter().find(|spec| spec.name == name);
    command(&format!("a {}", spec.map_or(name, |spec| spec.example)))
}

fn letter(state: State) -> char {
    STATES.iter().find(|(_, of, _)| *of == state).unwrap().0
}

/// The state that the letter in this column stands for.
fn cell(cells: &str, column: usize) -> State {
    let letter = cells.chars().nth(column).unwrap();
    STATES.iter().find(|(of, ..)| *of == letter).unwrap().1
}

#[test]
fn every_command_has_a_row() {
    let names = TABLE.lines().filter_map(|line| line.split_whitespace().next());
    let names: Vec<_> = names.map(|name| name.replace('_', " ")).collect();
    let known = imap_proto::COMMANDS.iter().map(|spec| spec.name).chain(["XFROB"]);
    assert!(known.eq(names.iter().map(String::as_str)));
}

#[test]
fn every_cell_of_the_table() {
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        let row: Vec<_> = line.split_whitespace().collect();
        let [name, permitted, ok, no, bad] = row[..] else { panic!("{line}") };
        let command = example(&name.replace('_', " "));
        for (column, (of, state, dialogue)) in STATES.into_iter().enumerate() {
            let is_permitted = state.permits(command.body());
            let expected = permitted.chars().nth(column).unwrap();
            assert_eq!(if is_permitted { of } else { '-' }, expected, "{line}: {of}");
            for (condition, cells) in [("OK", ok), ("NO", no), ("BAD", bad)] {
                let place = format!("{name} {condition} in {state:?}");
                let mut both = Both::after(dialogue);
                assert_eq!((both.client.state(), both.server.state()), (state, state));
                assert_eq!(both.sent(&command), is_permitted, "{place}");
                both.received(&format!("a {condition} so be it"));
                assert_eq!(letter(both.client.state()), letter(cell(cells, column)), "{place}");
                // What a server has refused changes nothing there.
                let expected = if is_permitted { cell(cells, column) } else { state };
                assert_eq!(letter(both.server.state()), letter(expected), "{place}, on the server");
                assert_eq!((both.client.outstanding(), both.server.outstanding()), (0, 0), "{place}");
            }
        }
    }
}

#[test]
fn every_greeting_and_every_remark() {
    // OK, NO, BAD, PREAUTH, BYE, and CLOSED.
    const TOLD: &str = "
        OK             NNASL
        NO             NNASL
        BAD            NNASL
        PREAUTH        ANASL
        BYE            LLLLL
        OK_[CLOSED]    NNAAL
    ";
    for line in TOLD.lines().filter(|line| !line.trim().is_empty()) {
        let (told, cells) = line.trim().split_once(' ').unwrap();
        for (column, (_, state, dialogue)) in STATES.into_iter().enumerate() {
            let mut both = Both::after(dialogue);
            both.received(&format!("* {} so be it", told.replace('_', " ")));
            let expected = cell(cells.trim(), column);
            assert_eq!(
                (both.client.state(), both.server.state()),
                (expected, expected),
                "{told} in {state:?}"
            );
        }
    }
}

/// A dialogue as RFCs print it, without the answers of an authentication exchange.
#[test]
fn the_sample_connection_of_rfc_9051_section_8() {
    let mut both = Both::new();
    both.hear(
        "S: * OK [CAPABILITY STARTTLS AUTH=SCRAM-SHA-256 LOGINDISABLED IMAP4rev2] ready
         C: a000 starttls",
    );
    assert_eq!(both.client.capability_source(), Some(CapabilitySource::Greeting));
    both.hear("S: a000 OK go on");
    assert_eq!((both.client.state(), both.names()), (State::NotAuthenticated, None));
    both.hear(
        "C: A001 AUTHENTICATE SCRAM-SHA-256 biws
         S: A001 OK authenticated
         C: babc ENABLE IMAP4rev2
         S: * ENABLED IMAP4rev2
         S: babc OK enabled",
    );
    assert_eq!((both.client.dialect(), both.server.dialect()), (Dialect::Imap4rev2, Dialect::Imap4rev2));
    assert!(both.client.enabled()[0].is("IMAP4rev2") && both.server.enabled()[0].is("IMAP4rev2"));
    both.hear(
        r#"C: a002 select inbox
           S: * 18 EXISTS
           S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
           S: * OK [UIDVALIDITY 3857529045] valid
           S: * LIST () "/" INBOX ("OLDNAME" ("inbox"))
           S: a002 OK [READ-WRITE] done"#,
    );
    let mailbox = both.mailbox();
    assert_eq!((mailbox.exists(), mailbox.uid_validity(), mailbox.flags().len()), (18, Some(3857529045), 5));
    assert_eq!((mailbox.uid_next(), mailbox.permanent_flags(), mailbox.recent()), (None, None, None));
    both.hear(
        r"C: a003 fetch 12 full
          S: * 12 FETCH (FLAGS (\Seen) RFC822.SIZE 4286)
          S: a003 OK done
          C: a005 store 12 +flags \deleted
          S: * 12 FETCH (FLAGS (\Seen \Deleted))
          S: a005 OK done
          C: a006 logout
          S: * BYE closing",
    );
    assert_eq!((both.client.state(), both.client.outstanding()), (State::Logout, 1));
    both.hear("S: a006 OK done");
    assert_eq!((both.client.state(), both.server.state()), (State::Logout, State::Logout));
}

#[test]
fn a_select_tells_all_of_its_mailbox() {
    let mut both = Both::after(
        r"S: * PREAUTH hi
          C: a1 SELECT Lists
          S: * 3 EXISTS
          S: * 1 RECENT
          S: * OK [UNSEEN 2] unseen
          S: * OK [UIDVALIDITY 7] valid
          S: * OK [UIDNEXT 44] next
          S: * NO [UIDNOTSTICKY] for now
          S: * FLAGS (\Seen \Deleted)
          S: * OK [PERMANENTFLAGS (\Seen \*)] few
          S: * OK [HIGHESTMODSEQ 715] highest
          S: * OK [MAILBOXID (F2212ea8)] id
          S: a1 OK [READ-ONLY] done",
    );
    let mailbox = both.mailbox();
    assert!(*mailbox.name() == "Lists" && mailbox.access() == Access::ReadOnly && !mailbox.has_sticky_uids());
    assert_eq!((mailbox.exists(), mailbox.recent(), mailbox.unseen()), (3, Some(1), Some(2)));
    assert_eq!((mailbox.uid_validity(), mailbox.uid_next()), (Some(7), Some(44)));
    assert_eq!((mailbox.flags().len(), mailbox.permanent_flags().unwrap().len()), (2, 2));
    assert_eq!(mailbox.highest_mod_seq(), Some(715));
    assert_eq!(mailbox.mailbox_id(), Some(&"F2212ea8".try_into().unwrap()));
    // What comes later counts as well; codes of another command's mailbox do not.
    both.hear(
        "C: a2 CREATE x
         S: a2 OK [MAILBOXID (other)] done
         C: a3 EXPUNGE
         S: * 2 EXPUNGE
         S: * 9 EXPUNGE
         S: * OK [READ-WRITE] now
         S: a3 OK [HIGHESTMODSEQ 716] done
         S: a3 OK twice",
    );
    let mailbox = both.mailbox();
    assert_eq!((mailbox.exists(), mailbox.highest_mod_seq()), (2, Some(716)));
    assert_eq!(mailbox.access(), Access::ReadWrite);
    assert_eq!(mailbox.mailbox_id(), Some(&"F2212ea8".try_into().unwrap()));
    both.hear("S: * 8 EXISTS\nS: * VANISHED 2:3,5,90\nS: * VANISHED (EARLIER) 1:4\nS: * OK [NOMODSEQ] gone");
    assert_eq!((both.mailbox().exists(), both.mailbox().highest_mod_seq()), (4, None));
    both.hear("S: * VANISHED 1:*");
    assert_eq!(both.mailbox().exists(), 0);
}

#[test]
fn examine_is_for_reading_whatever_the_server_says() {
    let both = Both::after("S: * PREAUTH hi\nC: a EXAMINE x\nS: a OK [READ-WRITE] done");
    assert_eq!(both.mailbox().access(), Access::ReadOnly);
    let both = Both::after("S: * PREAUTH hi\nC: a SELECT x\nS: * OK [READ-ONLY] so\nS: a OK done");
    assert_eq!(both.mailbox().access(), Access::ReadOnly);
    let both = Both::after("S: * PREAUTH hi\nC: a SELECT x\nS: a OK done");
    assert_eq!(both.mailbox().access(), Access::ReadWrite);
}

#[test]
fn closed_parts_the_data_of_two_mailboxes() {
    let mut both = Both::after(
        "S: * PREAUTH hi
         C: a1 SELECT A
         C: a2 SELECT B
         S: * 5 EXISTS
         S: * OK [UIDNEXT 10] next
         S: a1 OK done",
    );
    assert!(*both.mailbox().name() == "A" && both.server.owes_closed());
    // Still of A.
    both.hear("S: * 6 EXISTS\nS: * OK [HIGHESTMODSEQ 9] higher");
    assert_eq!((both.mailbox().exists(), both.mailbox().highest_mod_seq()), (6, Some(9)));
    both.hear("S: * OK [CLOSED] A");
    assert!(!both.server.owes_closed());
    assert_eq!((both.client.state(), both.client.mailbox()), (State::Authenticated, None));
    both.hear("S: * 2 EXISTS\nS: a2 OK [READ-WRITE] done");
    let mailbox = both.mailbox();
    assert!(*mailbox.name() == "B");
    assert_eq!((mailbox.exists(), mailbox.uid_next(), mailbox.highest_mod_seq()), (2, None, None));
    // Without CLOSED, as in RFC 3501.
    both.hear("C: a3 SELECT C\nS: * 4 EXISTS\nS: a3 OK done");
    assert!(*both.mailbox().name() == "C" && both.mailbox().exists() == 4);
    // Of its own accord (RFC 9051 section 3, figure, 6).
    both.hear("S: * OK [CLOSED] it was deleted");
    assert_eq!((both.client.state(), both.server.state()), (State::Authenticated, State::Authenticated));
}

#[test]
fn a_select_that_fails_leaves_no_mailbox() {
    for closed in ["", "S: * OK [CLOSED] x\n"] {
        let mut both = Both::after(&format!(
            "S: * PREAUTH hi\nC: a SELECT x\nS: * 9 EXISTS\nS: a OK done\nC: b SELECT y\nC: c SELECT z\n{closed}\
             S: * 7 EXISTS\nS: b NO there is none"
        ));
        assert_eq!((both.client.state(), both.server.state()), (State::Authenticated, State::Authenticated));
        // And what it told is not of the next one.
        both.hear("S: c OK done");
        assert!(*both.mailbox().name() == "z" && both.mailbox().exists() == 0);
    }
    // One that is BAD was none.
    let mut both = Both::after(
        "S: * PREAUTH hi\nC: a SELECT x\nS: * 9 EXISTS\nS: a OK done\nC: b SELECT y\nS: b BAD what",
    );
    assert!(*both.mailbox().name() == "x" && both.mailbox().exists() == 9);
    both.hear("C: b SELECT y\nS: * OK [CLOSED] x\nS: b BAD what");
    assert_eq!((both.client.state(), both.server.state()), (State::Authenticated, State::Authenticated));
}

#[test]
fn capabilities_are_forgotten_where_they_may_change() {
    const GREETING: &str = "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi";
    for (dialogue, names, source) in [
        ("", Some("IMAP4rev1 AUTH=PLAIN"), Some(CapabilitySource::Greeting)),
        ("C: a LOGIN x y\nS: a NO no", Some("IMAP4rev1 AUTH=PLAIN"), Some(CapabilitySource::Greeting)),
        ("C: a LOGIN x y\nS: a OK done", None, None),
        ("C: a AUTHENTICATE X =\nS: a OK done", None, None),
        (
            "C: a LOGIN x y\nS: a OK [CAPABILITY IMAP4rev1 IDLE] done",
            Some("IMAP4rev1 IDLE"),
            Some(CapabilitySource::Tagged),
        ),
        (
            "C: a LOGIN x y\nS: * CAPABILITY IMAP4rev1 IDLE\nS: a OK done",
            Some("IMAP4rev1 IDLE"),
            Some(CapabilitySource::Untagged),
        ),
        (
            "C: a LOGIN x y\nS: * OK [CAPABILITY IMAP4rev1 IDLE] so\nS: a OK done",
            Some("IMAP4rev1 IDLE"),
            Some(CapabilitySource::Untagged),
        ),
        // Asked for before the login, pipelined with it.
        (
            "C: b CAPABILITY\nC: a LOGIN x y\nS: * CAPABILITY IMAP4rev1 X\nS: b OK done\nS: a OK done",
            None,
            None,
        ),
        // The login that brought them failed.
        ("C: a LOGIN x y\nS: * CAPABILITY IMAP4rev1 X\nS: a NO no\nC: b LOGIN x y\nS: b OK done", None, None),
        ("C: a STARTTLS\nS: a OK [CAPABILITY IMAP4rev1 FORGED] go", None, None),
        ("C: a STARTTLS\nS: * CAPABILITY IMAP4rev1 FORGED\nS: a OK go", None, None),
        ("C: a STARTTLS\nS: a NO no", Some("IMAP4rev1 AUTH=PLAIN"), Some(CapabilitySource::Greeting)),
        // Not that of a command that failed.
        (
            "C: a NOOP\nS: a NO [CAPABILITY X] no\nS: * NO [CAPABILITY X] no",
            Some("IMAP4rev1 AUTH=PLAIN"),
            Some(CapabilitySource::Greeting),
        ),
    ] {
        let mut both = Both::after(GREETING);
        both.hear(dialogue);
        assert_eq!((both.names().as_deref(), both.client.capability_source()), (names, source), "{dialogue}");
    }
    // In front of the greeting: what it says is of the time before.
    let both = Both::new();
    let mut client = both.client;
    client.sent(&command("a LOGIN x y")).unwrap();
    let mut both = Both { client, ..Both::new() };
    both.codec.sent(&command("a LOGIN x y")).unwrap();
    both.hear(&format!("{GREETING}\nS: a OK done"));
    assert_eq!(both.names(), None);
    // COMPRESS keeps them.
    let both = Both::after(
        "S: * PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] hi\nC: a COMPRESS DEFLATE\nS: a OK go",
    );
    assert_eq!(both.names().as_deref(), Some("IMAP4rev1 COMPRESS=DEFLATE"));
}

#[test]
fn the_dialect_is_what_was_enabled() {
    for (dialogue, client, server) in [
        ("S: * PREAUTH hi", Dialect::Imap4rev1, Dialect::Imap4rev1),
        ("S: * PREAUTH [CAPABILITY IMAP4rev1 IMAP4rev2] hi", Dialect::Imap4rev1, Dialect::Imap4rev1),
        // A server that speaks nothing else has it from the start.
        ("S: * PREAUTH [CAPABILITY IMAP4rev2] hi", Dialect::Imap4rev2, Dialect::Imap4rev1),
        ("S: * PREAUTH hi\nC: a ENABLE IMAP4rev2\nS: a OK nothing", Dialect::Imap4rev1, Dialect::Imap4rev1),
        (
            "S: * PREAUTH hi\nC: a ENABLE imap4REV2\nS: * ENABLED imap4REV2\nS: a OK done",
            Dialect::Imap4rev2,
            Dialect::Imap4rev2,
        ),
        (
            "S: * PREAUTH hi\nC: a ENABLE UTF8=ACCEPT\nS: * ENABLED UTF8=ACCEPT\nS: a OK done",
            Dialect::Imap4rev1Utf8,
            Dialect::Imap4rev1Utf8,
        ),
        (
            "S: * PREAUTH hi\nC: a ENABLE UTF8=ACCEPT IMAP4rev2\nS: * ENABLED UTF8=ACCEPT IMAP4rev2\nS: a OK done",
            Dialect::Imap4rev2,
            Dialect::Imap4rev2,
        ),
        (
            "S: * PREAUTH hi\nC: a ENABLE CONDSTORE\nS: * ENABLED CONDSTORE\nS: a OK done",
            Dialect::Imap4rev1,
            Dialect::Imap4rev1,
        ),
    ] {
        let both = Both::after(dialogue);
        assert_eq!((both.client.dialect(), both.server.dialect()), (client, server), "{dialogue}");
    }
    // Unasked, and more than can be.
    let mut both = Both::after("S: * PREAUTH hi\nS: * ENABLED IMAP4rev2");
    assert!(both.client.enabled().is_empty());
    both.hear("C: a ENABLE X");
    for n in 0..300 {
        both.hear(&format!("S: * ENABLED X{n} X{}", n / 2));
    }
    assert_eq!(both.client.enabled().len(), 128);
}

#[test]
fn messages_go_away_while_their_numbers_are_not_in_use() {
    let mut both = Both::after("S: * PREAUTH hi\nC: s NOOP");
    assert!(!both.server.may_expunge(), "no mailbox");
    both.hear("C: a SELECT x\nS: s OK done\nS: a OK done");
    assert!(!both.server.may_expunge(), "no command");
    for (line, may) in [
        ("NOOP", true),
        ("IDLE", true),
        ("EXPUNGE", true),
        ("COPY 1 x", true),
        ("UID FETCH 1 FLAGS", true),
        ("UID STORE 1 FLAGS ()", true),
        ("UID SEARCH ALL", true),
        ("FETCH 1 FLAGS", false),
        ("STORE 1 FLAGS ()", false),
        ("SEARCH ALL", false),
        ("SEARCH X-GM-RAW x", false),
        ("SORT (DATE) UTF-8 ALL", false),
        ("NOOP", true),
    ] {
        both.hear(&format!("C: a {line}"));
        assert_eq!(both.server.may_expunge(), may, "{line}");
        // Beside it.
        if line != "IDLE" {
            both.hear("C: b NOOP");
            assert_eq!(both.server.may_expunge(), may, "{line}");
            both.hear("S: b OK done");
        }
        both.hear("S: a OK done");
        assert!(!both.server.may_expunge(), "{line}");
    }
}

#[test]
fn tags_and_bounds() {
    let mut both = Both::after("S: * PREAUTH hi\nC: a NOOP\nS: unknown OK [HIGHESTMODSEQ 1] what");
    assert_eq!(both.client.outstanding(), 1);
    // A tag in use: the second command counts for nobody, so that its answer can't be taken for another's.
    let select = command("a SELECT x");
    assert!(both.client.sent(&select).is_err());
    let bad = both.server.received(&select).unwrap_err();
    assert_eq!((bad.condition(), bad.tag()), (Condition::Bad, Some(select.tag())));
    both.received("a OK done");
    assert_eq!((both.client.state(), both.server.state()), (State::Authenticated, State::Authenticated));

    let limits = Limits::server().with_outstanding(1);
    let (mut client, mut server) = (ClientSession::with_limits(limits), ServerSession::with_limits(limits));
    let greeting = Response::parse(b"* PREAUTH hi", &Options::client()).unwrap();
    server.sent(&greeting);
    for (line, fits) in [("a NOOP", true), ("b NOOP", false)] {
        assert_eq!(client.sent(&command(line)).is_ok(), fits);
        assert_eq!(server.received(&command(line)).is_ok(), fits);
    }
    let bad = server.received(&command("b NOOP")).unwrap_err();
    assert_eq!(
        Response::from(bad).to_bytes(Dialect::Imap4rev1).unwrap(),
        b"b BAD [LIMIT] too many commands are under way\r\n"
    );
}

#[test]
fn a_refusal_says_where_the_command_belongs() {
    for (dialogue, line, text) in [
        ("", "NOOP", "NOOP is for a session that is open"),
        ("S: * OK hi", "list \"\" *", "LIST is for the authenticated state"),
        ("S: * OK hi", "UID FETCH 1 FLAGS", "UID FETCH is for the selected state"),
        ("S: * OK hi", "search x-gm-raw x", "search is for the selected state"),
        ("S: * PREAUTH hi", "LOGIN x y", "LOGIN is for the state before authentication"),
        ("S: * BYE hi", "XFROB", "XFROB is for a session that is open"),
    ] {
        let bad = Both::after(dialogue).server.received(&command(&format!("a {line}"))).unwrap_err();
        assert_eq!(bad.text().as_bytes(), text.as_bytes());
    }
}

/// Commands that were pipelined, so that their turn had not come when they were read.
const PIPELINED: &str = "-pipeline.jsonl";

#[test]
fn recorded_sessions_look_the_same_to_both_sides_and_to_the_codec() {
    let (mut selected, mut refused) = (0, 0);
    for (name, transcript) in sessions(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings"), "jsonl") {
        let mut dissector = Dissector::of(Imap::default());
        for piece in &transcript.pieces {
            let Piece::Octets(side, octets) = piece else { continue };
            dissector.feed(*side, octets);
            let state = dissector.protocol.client_session.state();
            if !name.ends_with(PIPELINED) {
                assert_eq!(dissector.protocol.server_session.state(), state, "{name}");
            }
            assert_eq!(dissector.protocol.state(), state, "{name}");
            let mailbox = dissector.protocol.client_session.mailbox();
            assert_eq!(mailbox.is_some(), state == State::Selected, "{name}");
            // All of these servers have UIDs.
            assert!(mailbox.is_none_or(|mailbox| mailbox.uid_validity().is_some()), "{name}");
            selected += usize::from(mailbox.is_some());
        }
        let tags = |unit: &Unit| match &unit.event {
            Event::Response(Response::Status(status)) if status.condition() == Condition::Ok => {
                status.tag().cloned()
            }
            _ => None,
        };
        let accepted: Vec<_> = dissector.units.iter().filter_map(tags).collect();
        for place in &dissector.protocol.refused {
            let Event::Command(command) = &dissector.units[*place].event else { panic!("{name}") };
            let is_accepted = accepted.contains(command.tag());
            assert!(!is_accepted || name.ends_with(PIPELINED), "{name}: {command:?}");
            refused += usize::from(!is_accepted);
        }
        let ends = |unit: &Unit| match (&unit.event, &unit.to) {
            (Event::Greeting(status) | Event::Response(Response::Status(status)), to) => {
                let is_logout = to.as_ref().is_some_and(|to| to.body() == &CommandBody::Logout);
                status.condition() == Condition::Bye || is_logout && status.condition() == Condition::Ok
            }
            _ => false,
        };
        let has_ended = dissector.units.iter().any(ends);
        assert_eq!(dissector.protocol.client_session.state() == State::Logout, has_ended, "{name}");
    }
    assert!(selected > 1_000 && refused > 100, "{selected} {refused}");
}

/// Lines of which many are in order.
fn line() -> impl Strategy<Value = String> {
    let tag = prop::sample::select(vec!["a", "b", "c"]);
    let commands: Vec<_> = imap_proto::COMMANDS.iter().map(|spec| spec.example).chain(["XFROB"]).collect();
    let likely = vec!["SELECT A", "EXAMINE B", "CLOSE", "LOGIN x y", "ENABLE IMAP4rev2", "CAPABILITY"];
    let command = prop_oneof![prop::sample::select(commands), prop::sample::select(likely)];
    let answer = prop::sample::select(vec!["OK", "OK", "NO", "BAD", "OK [CAPABILITY X]", "OK [READ-ONLY]"]);
    let data = prop::sample::select(vec![
        "OK hi",
        "PREAUTH hi",
        "BYE",
        "NO hm",
        "BAD hm",
        "OK [CLOSED] x",
        "0 EXISTS",
        "3 EXISTS",
        "4294967295 EXISTS",
        "1 EXPUNGE",
        "4294967295 EXPUNGE",
        "VANISHED 1:*",
        "VANISHED 4294967295:1",
        "7 RECENT",
        "FLAGS ()",
        "CAPABILITY IMAP4rev2",
        "ENABLED IMAP4rev2",
        "OK [UIDNEXT 4]",
        "OK [HIGHESTMODSEQ 9]",
        "OK [NOMODSEQ]",
    ]);
    prop_oneof![
        3 => (tag.clone(), command).prop_map(|(tag, command)| format!("C: {tag} {command}")),
        3 => (tag, answer).prop_map(|(tag, answer)| format!("S: {tag} {answer} so be it")),
        2 => data.prop_map(|data| format!("S: * {data}")),
    ]
}

proptest! {
    /// Whatever is said in whatever order: nothing panics, and session and codec agree.
    #[test]
    fn any_order_is_survived(lines in prop::collection::vec(line(), 0..60)) {
        let mut both = Both::new();
        for line in lines {
            match line.split_at(3) {
                ("C: ", line) => {
                    let is_new = both.sent(&command(line));
                    prop_assert!(!is_new || both.server.outstanding() > 0);
                }
                // Checks that they agree.
                (_, line) => both.received(line),
            }
            prop_assert!(both.client.outstanding() <= 3 && both.server.outstanding() <= 3);
            prop_assert!(!both.server.may_expunge() || both.server.state() == State::Selected);
        }
    }
}
