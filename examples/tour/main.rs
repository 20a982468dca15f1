//! The tour: real mail sessions, decoded and encoded by our codecs.
//!
//! ```text
//! cargo run --example tour            the whole dialogue
//! cargo run --example tour -- -q      the summary alone
//! ```
//!
//! Each leg prints what was on the wire and, beside it, what the codec of the other side made of it, and checks
//! every message octet for octet. The exit status is 1 if anything differs.

mod dialogue;
mod dmsp;
mod ear;
mod imap;
mod imsp;
mod loopback;
mod mime;
mod pop2;
mod pop3;
mod recorded;
mod report;

use std::error::Error;
use std::process::ExitCode;

use dialogue::{Dialogue, Shown};
use report::{Report, Tally};

/// What can end a leg early.
type Failure = Box<dyn Error + Send + Sync>;

/// A part of the tour: talks, checks, and tells what it has seen.
type Leg = fn(&mut Dialogue) -> Result<Tally, Failure>;

/// In the order in which they are run; a protocol joins by adding its own.
const LEGS: &[(&str, Leg)] = &[
    ("POP, our client and our server over loopback", pop2::loopback::pop),
    ("POP2, our client and our server over loopback", pop2::loopback::pop2),
    ("POP2, a recorded session: UW ipop2d", pop2::recording::run),
    ("DMSP, our client and our repository over loopback", dmsp::loopback::run),
    ("POP3, our client and our server over loopback", pop3::loopback::run),
    ("POP3, a recorded session: mpop and Dovecot", pop3::recording::run),
    ("IMAP, our client and our server in memory", imap::loopback::run),
    ("IMAP, mailboxes and moved messages, codec to codec", imap::mailboxes::run),
    ("IMAP, a recorded session: aioimaplib and Dovecot", imap::recording::run),
    ("IMAP2, a mailbox of 1990, codec to codec", imap::historic::imap2),
    ("IMAP3, fields by their names, codec to codec", imap::historic::imap3),
    ("IMSP, our client and our server in memory", imsp::loopback::run),
    ("IMSP, a recorded session: Cyrus imspd", imsp::recording::run),
    ("MIME, a message in pieces of seven octets", mime::run),
];

fn main() -> ExitCode {
    run().unwrap_or_else(|failure| {
        eprintln!("tour: {failure}");
        ExitCode::FAILURE
    })
}

fn run() -> Result<ExitCode, Failure> {
    let Some(shown) = arguments()? else {
        println!("usage: tour [-q | --quiet]");
        return Ok(ExitCode::SUCCESS);
    };
    let mut dialogue = Dialogue::new(shown);
    let mut report = Report::default();
    for (name, leg) in LEGS {
        dialogue.title(name)?;
        report.add(name, leg(&mut dialogue));
    }
    report.print()?;
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `None` if help is wanted.
fn arguments() -> Result<Option<Shown>, Failure> {
    let mut parser = lexopt::Parser::from_env();
    let mut shown = Shown::Everything;
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Short('q') | lexopt::Arg::Long("quiet") => shown = Shown::Nothing,
            lexopt::Arg::Short('h') | lexopt::Arg::Long("help") => return Ok(None),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Some(shown))
}
