//! Very many messages of all kinds, both ways, in all dialects: `ROUND_TRIPS=1000000` says how many of each.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::time::Instant;

use arbitrary::{Result, Unstructured};
use imap_proto::testkit::{DIALECTS, KINDS, commands_come_back, kind, responses_come_back};
use imap_proto::{COMMANDS, Command, CommandBody, Dialect, Item, RESPONSE_CODES, Response, ResponseCode};

/// What FETCH can hold. Unknown items are read, but can't be built.
const ITEMS: [&str; 14] = [
    "UID",
    "FLAGS",
    "ENVELOPE",
    "BODY",
    "BODYSTRUCTURE",
    "INTERNALDATE",
    "RFC822.SIZE",
    "BODY[]",
    "BINARY[]",
    "BINARY.SIZE[]",
    "RFC822",
    "RFC822.HEADER",
    "RFC822.TEXT",
    "MODSEQ",
];

/// Whether a form is written: IMAP4rev2 has all but those that are obsolete.
fn has(dialect: Dialect, is_obsolete: bool) -> bool {
    dialect != Dialect::Imap4rev2 || !is_obsolete
}

fn count() -> usize {
    std::env::var("ROUND_TRIPS").map_or(20_000, |count| count.parse().unwrap())
}

/// How often each name was seen.
#[derive(Default)]
struct Seen(BTreeMap<Vec<u8>, usize>);

impl Seen {
    fn add(&mut self, name: impl AsRef<[u8]>) {
        *self.0.entry(name.as_ref().to_vec()).or_default() += 1;
    }

    fn holds(&self, name: &str) -> bool {
        self.0.contains_key(name.as_bytes())
    }
}

/// Octets of some length from here on, other ones each time: xorshift64*.
struct Choices(u64);

impl Choices {
    fn next(&mut self) -> Vec<u8> {
        let mut words = (0..256).map(|_| {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
        });
        words.by_ref().flat_map(u64::to_le_bytes).collect()
    }
}

/// Calls `round_trips` with ever other octets until it has counted enough messages.
fn enough(what: &str, mut round_trips: impl FnMut(Unstructured<'_>, &mut usize) -> Result<()>) {
    let (start, mut choices, mut seen) = (Instant::now(), Choices(0x9E37_79B9_7F4A_7C15), 0);
    while seen < count() {
        let octets = choices.next();
        // An error says that there were too few octets for one more.
        let _ = round_trips(Unstructured::new(&octets), &mut seen);
    }
    println!("{seen} {what} came back, {:.1} s", start.elapsed().as_secs_f64());
}

#[test]
fn commands_of_all_kinds_come_back() {
    for dialect in DIALECTS {
        let mut names = Seen::default();
        enough(&format!("commands, {dialect:?}"), |u, count| {
            commands_come_back(dialect, u, |command: &Command| {
                *count += 1;
                match command.body() {
                    CommandBody::Other(_) => names.add("other"),
                    body => names.add(body.name()),
                }
            })
        });
        for spec in COMMANDS {
            assert_eq!(names.holds(spec.name), has(dialect, spec.obsolete), "{dialect:?}: {}", spec.name);
        }
        assert!(names.holds("other"));
    }
}

#[test]
fn responses_of_all_kinds_come_back() {
    for dialect in DIALECTS {
        let (mut kinds, mut codes, mut items) = (Seen::default(), Seen::default(), Seen::default());
        enough(&format!("responses, {dialect:?}"), |u, count| {
            responses_come_back(dialect, u, |response: &Response| {
                *count += 1;
                kinds.add(kind(response));
                match response {
                    Response::Status(status) => match status.code() {
                        Some(ResponseCode::Other(_)) => codes.add("other"),
                        Some(code) => codes.add(code.name()),
                        None => {}
                    },
                    Response::Fetch(fetch) => fetch.items().for_each(|item| items.add(item_name(&item))),
                    _ => {}
                }
            })
        });
        for name in KINDS {
            let is_written = name != "Historic" && has(dialect, name == "Lsub");
            assert_eq!(kinds.holds(name), is_written, "{dialect:?}: {name}");
        }
        for spec in RESPONSE_CODES {
            assert_eq!(codes.holds(spec.name), has(dialect, spec.obsolete), "{dialect:?}: {}", spec.name);
        }
        assert!(codes.holds("other"));
        for name in ITEMS {
            let is_obsolete = ["RFC822", "RFC822.HEADER", "RFC822.TEXT"].contains(&name);
            assert_eq!(items.holds(name), has(dialect, is_obsolete), "{dialect:?}: {name}");
        }
    }
}

fn item_name(item: &Item<'_>) -> &'static str {
    match item {
        Item::Uid(_) => "UID",
        Item::Flags(_) => "FLAGS",
        Item::Envelope(_) => "ENVELOPE",
        Item::Body(_) => "BODY",
        Item::BodyStructure(_) => "BODYSTRUCTURE",
        Item::InternalDate(_) => "INTERNALDATE",
        Item::Rfc822Size(_) => "RFC822.SIZE",
        Item::Section(_) => "BODY[]",
        Item::Binary(_) => "BINARY[]",
        Item::BinarySize(..) => "BINARY.SIZE[]",
        Item::Rfc822(_) => "RFC822",
        Item::Rfc822Header(_) => "RFC822.HEADER",
        Item::Rfc822Text(_) => "RFC822.TEXT",
        Item::ModSeq(_) => "MODSEQ",
        other => panic!("{other:?} can't be built"),
    }
}
