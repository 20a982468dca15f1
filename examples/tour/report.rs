//! The table at the end.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::Failure;

/// What a leg has seen.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub messages: usize,
    /// Of the messages.
    pub octets: usize,
    /// Of all codecs; the data of a message count as one.
    pub events: usize,
    /// Whatever was not as it should be.
    pub differences: Vec<String>,
}

impl Tally {
    /// Notes a difference, if there is one.
    pub fn check(&mut self, is_right: bool, what: impl Into<String>) {
        if !is_right {
            self.differences.push(what.into());
        }
    }

    /// Counts a message, and notes if it is not as it is stored.
    pub fn compare(&mut self, fetched: &[u8], stored: &[u8]) {
        self.messages += 1;
        self.octets += fetched.len();
        self.check(fetched == stored, format!("message {} is not as it is stored", self.messages));
    }
}

/// The tallies of all legs.
#[derive(Debug, Default)]
pub struct Report(Vec<(String, Tally)>);

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

impl Report {
    pub fn add(&mut self, leg: &str, outcome: Result<Tally, Failure>) {
        let tally = outcome.unwrap_or_else(|failure| Tally {
            differences: vec![format!("ended early: {failure}")],
            ..Tally::default()
        });
        self.0.push((leg.to_owned(), tally));
    }

    pub fn is_good(&self) -> bool {
        self.0.iter().all(|(_, tally)| tally.differences.is_empty())
    }

    pub fn print(&self) -> io::Result<()> {
        let mut output = anstream::stdout().lock();
        writeln!(output, "{:<50}{:>9}{:>12}{:>8}  result", "leg", "messages", "octets", "events")?;
        for (leg, tally) in &self.0 {
            let (style, result) =
                if tally.differences.is_empty() { (GOOD, "equal") } else { (BAD, "differs") };
            let Tally { messages, octets, events, .. } = tally;
            writeln!(output, "{leg:<50}{messages:>9}{octets:>12}{events:>8}  {style}{result}{style:#}")?;
        }
        for (leg, tally) in &self.0 {
            for difference in &tally.differences {
                writeln!(output, "{BAD}{leg}: {difference}{BAD:#}")?;
            }
        }
        Ok(())
    }
}
