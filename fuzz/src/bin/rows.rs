//! Which rows of the codec's tables a corpus reaches: replays it through the decoders, and fails if any row is left.
//!
//! `rows [CORPUS]`, a folder with one folder for each target; `corpus/` beside the manifest if none is named. Only
//! what was decoded as a value of its own counts: a line that was malformed, or kept as unknown, does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use mail_proto_fuzz::{Input, imap, imsp, pop3};
use pop3_proto::{
    CAPABILITIES, COMMANDS, Capability, Command, Event, RESPONSE_CODES, Reply, Row, SUBCOMMANDS, Xtnd,
};

/// Replies that hold something typed, and rows, by the command that they answer.
const REPLIES: &[&str] = &[
    "greeting",
    "-ERR",
    "challenge",
    "STAT",
    "LIST 1",
    "UIDL 1",
    "EUIDL 1",
    "LAST",
    "LANG en",
    "LIST",
    "UIDL",
    "CAPA",
    "AUTH",
    "LANG",
    "XTND BBOARDS",
    "XTND X-BBOARDS",
    "XTND XLST",
    "EUIDL",
    "unknown",
    "message",
];

/// The items of FETCH responses.
const ITEMS: &[&str] = &[
    "BINARY",
    "BINARY.SIZE",
    "BODY",
    "BODYSTRUCTURE",
    "ENVELOPE",
    "FLAGS",
    "INTERNALDATE",
    "MODSEQ",
    "RFC822",
    "RFC822.HEADER",
    "RFC822.SIZE",
    "RFC822.TEXT",
    "UID",
    "invalid",
    "other",
    "section",
];

fn main() -> std::io::Result<ExitCode> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = std::env::args_os().nth(1).map_or_else(|| manifest.join("corpus"), PathBuf::from);
    let mut seen = Seen::default();
    let mut inputs = 0;
    for (target, read) in [("pop3_server", pop3::serve as fn(&Input) -> _), ("pop3_client", pop3::collect)] {
        for entry in fs::read_dir(corpus.join(target))? {
            let data = fs::read(entry?.path())?;
            read(&Input::read(&data)).iter().for_each(|event| seen.event(event));
            inputs += 1;
        }
    }
    for (target, read) in [("imap_server", imap::serve as fn(&Input) -> _), ("imap_client", imap::collect)] {
        for entry in fs::read_dir(corpus.join(target))? {
            let data = fs::read(entry?.path())?;
            read(&Input::read(&data)).iter().for_each(|event| seen.imap_event(event));
            inputs += 1;
        }
    }
    for (target, read) in [("imsp_server", imsp::serve as fn(&Input) -> _), ("imsp_client", imsp::collect)] {
        for entry in fs::read_dir(corpus.join(target))? {
            let data = fs::read(entry?.path())?;
            read(&Input::read(&data)).iter().for_each(|event| seen.imsp_event(event));
            inputs += 1;
        }
    }
    println!("{inputs} inputs");
    let tables = [
        ("commands", COMMANDS.iter().map(|spec| spec.keyword).collect::<Vec<_>>()),
        ("sub-commands", SUBCOMMANDS.iter().map(|spec| spec.name).collect()),
        ("capabilities", CAPABILITIES.iter().map(|spec| spec.name).collect()),
        ("codes", RESPONSE_CODES.iter().map(|spec| spec.name).collect()),
        ("replies", REPLIES.to_vec()),
        ("IMAP commands", imap_proto::COMMANDS.iter().map(|spec| spec.name).collect()),
        ("IMAP responses", imap_proto::RESPONSES.iter().map(|spec| spec.name).collect()),
        ("IMAP codes", imap_proto::RESPONSE_CODES.iter().map(|spec| spec.name).collect()),
        ("IMAP items", ITEMS.to_vec()),
        ("IMSP commands", imsp_proto::COMMANDS.iter().map(|spec| spec.name).collect()),
        ("IMSP responses", imsp_proto::RESPONSES.iter().map(|spec| spec.name).collect()),
    ];
    let mut complete = true;
    for (table, names) in &tables {
        complete &= seen.report(table, names);
    }
    let dictionary = include_str!("../../dict/pop3.dict");
    for name in tables[..4].iter().flat_map(|(_, names)| names) {
        if !dictionary.contains(name) {
            println!("{name} is missing from dict/pop3.dict");
            complete = false;
        }
    }
    Ok(if complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How often each row of each table was decoded.
#[derive(Default)]
struct Seen(BTreeMap<(&'static str, String), usize>);

impl Seen {
    fn report(&self, table: &'static str, names: &[&str]) -> bool {
        let count = |name: &str| self.0.get(&(table, name.to_owned())).copied().unwrap_or(0);
        let never: Vec<&str> = names.iter().copied().filter(|name| count(name) == 0).collect();
        let counts: Vec<String> = names.iter().map(|name| format!("{name} {}", count(name))).collect();
        println!("{table}: {} of {} ({})", names.len() - never.len(), names.len(), counts.join(", "));
        if !never.is_empty() {
            println!("{table} NEVER REACHED: {}", never.join(", "));
        }
        never.is_empty()
    }

    fn add(&mut self, table: &'static str, name: impl AsRef<[u8]>) {
        *self.0.entry((table, String::from_utf8_lossy(name.as_ref()).into_owned())).or_default() += 1;
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::Command(command) => {
                self.add("commands", command.verb().keyword());
                if let Command::Xtnd(xtnd) = command
                    && !matches!(xtnd, Xtnd::Other(_))
                {
                    self.add("sub-commands", xtnd.keyword());
                }
            }
            Event::Greeting(_) => self.add("replies", "greeting"),
            Event::Challenge(_) => self.add("replies", "challenge"),
            Event::Data(_) => self.add("replies", "message"),
            Event::Reply(reply) => self.reply(reply),
            Event::Row(row) => self.row(row),
            _ => {}
        }
    }

    fn imap_event(&mut self, event: &imap_proto::Event) {
        use imap_proto::{CommandBody, Event, Item, Response};
        match event {
            Event::Greeting(status) => self.add("IMAP responses", status.condition().as_str()),
            Event::Response(response) if !matches!(response, Response::Other(_)) => {
                self.add("IMAP responses", response.name());
            }
            _ => {}
        }
        match event {
            Event::Command(command) if !matches!(command.body(), CommandBody::Other(_)) => {
                self.add("IMAP commands", command.body().name());
            }
            Event::Greeting(status) | Event::Response(Response::Status(status)) => {
                if let Some(code) = status.code() {
                    self.add("IMAP codes", code.name());
                }
            }
            Event::Response(Response::Fetch(fetch)) => {
                for item in fetch.items() {
                    let name = match item {
                        Item::Uid(_) => "UID",
                        Item::Flags(_) => "FLAGS",
                        Item::Envelope(_) => "ENVELOPE",
                        Item::Body(_) => "BODY",
                        Item::BodyStructure(_) => "BODYSTRUCTURE",
                        Item::InternalDate(_) => "INTERNALDATE",
                        Item::Rfc822Size(_) => "RFC822.SIZE",
                        Item::Section(_) => "section",
                        Item::Binary(_) => "BINARY",
                        Item::BinarySize(..) => "BINARY.SIZE",
                        Item::Rfc822(_) => "RFC822",
                        Item::Rfc822Header(_) => "RFC822.HEADER",
                        Item::Rfc822Text(_) => "RFC822.TEXT",
                        Item::ModSeq(_) => "MODSEQ",
                        Item::Other { .. } => "other",
                        _ => "invalid",
                    };
                    self.add("IMAP items", name);
                }
            }
            _ => {}
        }
    }

    fn imsp_event(&mut self, event: &imsp_proto::Event) {
        use imsp_proto::{CommandBody, Event, Response};
        match event {
            Event::Command(command) if !matches!(command.body(), CommandBody::Other(_)) => {
                self.add("IMSP commands", command.body().name());
            }
            Event::Response(response) if !matches!(response, Response::Other(_)) => {
                self.add("IMSP responses", response.name());
            }
            _ => {}
        }
    }

    fn reply(&mut self, reply: &Reply) {
        if let Some(code) = reply.code() {
            self.add("codes", code.as_bytes());
        }
        let typed = [
            (!reply.is_ok(), "-ERR"),
            (reply.as_drop_listing().is_some(), "STAT"),
            (reply.as_scan_listing().is_some(), "LIST 1"),
            (reply.as_unique_id().is_some(), "UIDL 1"),
            (reply.as_extended_unique_id().is_some(), "EUIDL 1"),
            (reply.as_last().is_some(), "LAST"),
            (reply.as_language().is_some(), "LANG en"),
        ];
        for (_, name) in typed.into_iter().filter(|(is_it, _)| *is_it) {
            self.add("replies", name);
        }
    }

    fn row(&mut self, row: &Row) {
        let command = match row {
            Row::Scan(_) => "LIST",
            Row::UniqueId(_) => "UIDL",
            Row::Capability(capability) => {
                if !matches!(capability, Capability::Other(_)) {
                    self.add("capabilities", capability.name());
                }
                "CAPA"
            }
            Row::Mechanism(_) => "AUTH",
            Row::Language(_) => "LANG",
            Row::Group(_) => "XTND BBOARDS",
            Row::GroupDetail(_) => "XTND X-BBOARDS",
            Row::Header(_) => "XTND XLST",
            Row::Extended(_) => "EUIDL",
            Row::Line(_) => "unknown",
            _ => return,
        };
        self.add("replies", command);
    }
}
