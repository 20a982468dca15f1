//! The dissector: plays a recorded session into the codecs and shows what each of them saw.
//!
//! ```text
//! cargo run --release --example scope -- [--json] [--check] [--chunk N] PROTOCOL FILE…
//! cargo run --release --example scope -- [--json] [--check] [--chunk N] mime FILE…
//! ```
//!
//! PROTOCOL is `dmsp`, `imap`, `imap2`, `imap2bis`, `macms`, `imap3`, `imap4`, `pop1`, `pop2` or `pop3`; FILE is a recording or, by its name `*.trace`, a dialogue, in
//! the formats of `docs/transcripts.md`. The client's octets go to the server
//! codec and the server's to the client codec; each is told what the other side said.
//!
//! - `--json`: an object a line for each event, data joined, so that it does not depend on N.
//! - `--chunk N`: feed at most N octets at a time.
//! - `--check`: also encode every unit again, and compare with other cuttings; exit 1 if anything is wrong.
//!
//! The last line of the output is then always
//! `units=N malformed=N rejected=N lenient=N other=N roundtrip=N fatal=N`.
//!
//! With `mime`, FILE is a message, and its parts are shown as a tree; with `--json`, as one document on one line. See
//! [`mail_proto_examples::mime`]. Or it is shown as an IMAP server tells it:
//!
//! - `--envelope`, `--body`, `--bodystructure`: the FETCH response that a server sends.
//! - `--section SPEC`: the octets of `BODY[SPEC]`, as `1.2.MIME`; all of the message where SPEC is empty.
//! - `--binary SPEC`: the octets of `BINARY[SPEC]`.
//! - `--fetch ITEMS`: the FETCH response to any items, as `BODY[1]<0.100>` or `(RFC822.SIZE BINARY[2])`; files count as messages.

mod dmsp;
mod imap;
mod mime;
mod pop2;
mod pop3;
mod report;

use std::process::ExitCode;

use mail_proto::imap::{Command, CommandBody, FetchItem, FetchItems, Options, Section};
use mail_proto::wire::testkit::transcript::Transcript;
use report::{Report, Summary};

/// What was asked for on the command line.
#[derive(Debug)]
struct Arguments {
    json: bool,
    check: bool,
    chunk: usize,
    subject: Subject,
    view: View,
    files: Vec<String>,
}

/// How a message is shown.
#[derive(Clone, Debug)]
enum View {
    Tree,
    Fetch(Vec<FetchItem>),
    Section(Section),
    Binary(Section),
}

/// What the files are.
#[derive(Clone, Copy, Debug)]
enum Subject {
    Sessions(Protocol),
    Messages,
}

/// The dissectors, by the name of their protocol: octets are cut into pieces of this size.
type Dissect = fn(&Transcript, usize) -> Report;

#[derive(Clone, Copy, Debug)]
struct Protocol {
    name: &'static str,
    dissect: Dissect,
}

const PROTOCOLS: &[Protocol] = &[
    Protocol { name: "dmsp", dissect: dmsp::dissect },
    Protocol { name: "imap", dissect: imap::dissect },
    Protocol { name: "imap2", dissect: imap::dissect_imap2 },
    Protocol { name: "imap2bis", dissect: imap::dissect_imap2bis },
    // Its servers start in IMAP2.
    Protocol { name: "imap3", dissect: imap::dissect_imap2 },
    Protocol { name: "imap4", dissect: imap::dissect_imap4 },
    Protocol { name: "macms", dissect: imap::dissect_macms },
    Protocol { name: "pop1", dissect: pop2::dissect_pop },
    Protocol { name: "pop2", dissect: pop2::dissect },
    Protocol { name: "pop3", dissect: pop3::dissect },
];

const USAGE: &str = "usage: scope [--json] [--check] [--chunk N] PROTOCOL|mime FILE…
       scope --envelope|--body|--bodystructure|--section SPEC|--binary SPEC|--fetch ITEMS mime FILE…";

fn main() -> ExitCode {
    let arguments = match parse() {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!(
                "scope: {why}\n{USAGE}\nprotocols: {}",
                PROTOCOLS.iter().map(|p| p.name).collect::<Vec<_>>().join(" ")
            );
            return ExitCode::from(2);
        }
    };
    let clean = match arguments.subject {
        Subject::Sessions(protocol) => sessions(&arguments, protocol),
        Subject::Messages => mime::messages(&arguments),
    };
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Dissects all files and prints what was found; whether nothing is wrong with them.
fn sessions(arguments: &Arguments, protocol: Protocol) -> bool {
    let mut total = Summary::default();
    let mut clean = true;
    for file in &arguments.files {
        match look(file, arguments, protocol) {
            Ok((summary, file_is_clean)) => {
                total.add(&summary);
                clean &= file_is_clean;
            }
            Err(why) => {
                eprintln!("scope: {file}: {why}");
                clean = false;
            }
        }
    }
    println!("{total}");
    clean
}

fn parse() -> Result<Arguments, lexopt::Error> {
    use lexopt::prelude::{Long, Value, ValueExt};
    let (mut json, mut check, mut chunk, mut values) = (false, false, usize::MAX, Vec::new());
    let mut view = View::Tree;
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => json = true,
            Long("check") => check = true,
            Long("chunk") => chunk = parser.value()?.parse::<std::num::NonZeroUsize>()?.get(),
            Long("envelope") => view = View::Fetch(vec![FetchItem::Envelope]),
            Long("body") => view = View::Fetch(vec![FetchItem::Body]),
            Long("bodystructure") => view = View::Fetch(vec![FetchItem::BodyStructure]),
            Long("fetch") => view = View::Fetch(items(&parser.value()?.string()?)?),
            Long("section") => view = View::Section(section(&parser.value()?.string()?)?),
            Long("binary") => view = View::Binary(section(&parser.value()?.string()?)?),
            Value(value) => values.push(value.string()?),
            other => return Err(other.unexpected()),
        }
    }
    let mut values = values.into_iter();
    let name = values.next().ok_or("which protocol?")?;
    let subject = match PROTOCOLS.iter().find(|protocol| protocol.name == name) {
        Some(protocol) => Subject::Sessions(*protocol),
        None if name == "mime" => Subject::Messages,
        None => return Err(format!("no protocol {name:?} here").into()),
    };
    let files: Vec<_> = values.collect();
    if files.is_empty() {
        return Err("which file?".into());
    }
    if matches!(subject, Subject::Sessions(_)) && !matches!(view, View::Tree) {
        return Err("only a message has that".into());
    }
    Ok(Arguments { json, check, chunk, subject, view, files })
}

/// As a client asks for them.
fn items(items: &str) -> Result<Vec<FetchItem>, String> {
    let command = Command::parse(format!("a FETCH 1 {items}").as_bytes(), &Options::server());
    let command = command.map_err(|error| format!("no items {items:?}: {error}"))?;
    match command.body() {
        CommandBody::Fetch(fetch) => match fetch.items() {
            FetchItems::List(items) => Ok(items.clone()),
            macros => Err(format!("{macros:?} has items that no message has")),
        },
        _ => Err("no items".into()),
    }
}

fn section(spec: &str) -> Result<Section, String> {
    spec.parse().map_err(|error| format!("no section {spec:?}: {error}"))
}

/// Dissects one file and prints it; whether `--check` has nothing to say against it.
fn look(file: &str, arguments: &Arguments, protocol: Protocol) -> Result<(Summary, bool), String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let transcript =
        if file.ends_with(".trace") { Transcript::parse_trace(&text)? } else { Transcript::parse(&text)? };
    let dissect = protocol.dissect;
    let report = dissect(&transcript, arguments.chunk);
    if arguments.json {
        report.lines.iter().enumerate().for_each(|(n, line)| println!("{}", line.json(n + 1)));
    } else {
        if arguments.files.len() > 1 {
            println!("# {file}");
        }
        report.lines.iter().for_each(|line| println!("{line}"));
    }
    if !arguments.check {
        return Ok((report.summary, report.summary.fatal == 0));
    }
    let mut complaints = report.complaints.clone();
    for size in [1, 7, usize::MAX] {
        if dissect(&transcript, size).lines != report.lines {
            complaints.push(format!("the events depend on the cutting (pieces of {size} octets)"));
        }
    }
    complaints.iter().for_each(|complaint| eprintln!("scope: {file}: {complaint}"));
    Ok((report.summary, complaints.is_empty()))
}
