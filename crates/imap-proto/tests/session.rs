//! Where sessions are: what each state permits, what each answer changes, and whole dialogues.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use imap_proto::testkit::Dissector;
use imap_proto::{
    Access, CapabilitySource, ClientCodec, ClientSession, Command, CommandBody, Condition, Dialect, Event,
    Limits, Options, Response, SelectedMailbox, ServerSession, State,
};
use mail_wire::testkit::transcript::{Side, Transcript, sessions};
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
    EXAMINE        --AS-   SSSSL GNAAL GNAAL
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
    SELECT         --AS-   SSSSL GNAAL GNAAL
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
