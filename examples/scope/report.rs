//! What a dissector found, and how it is shown.

use std::fmt;

use mail_proto::wire::testkit::transcript::Side;
use serde_json::{Value, json};

/// Everything that is to be said of one session.
#[derive(Debug)]
pub struct Report {
    pub lines: Vec<Line>,
    pub summary: Summary,
    /// What `--check` objects to.
    pub complaints: Vec<String>,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub side: Side,
    pub offset: u64,
    /// The variant of the codec's event.
    pub event: &'static str,
    /// The command, status or kind of row.
    pub name: String,
    pub detail: Value,
    /// What was forgiven, or how it was judged.
    pub notes: Vec<String>,
}

impl Line {
    pub fn json(&self, n: usize) -> Value {
        json!({
            "n": n,
            "dir": self.dir(),
            "offset": self.offset,
            "event": self.event,
            "name": self.name,
            "detail": self.detail,
            "notes": self.notes,
        })
    }

    fn dir(&self) -> &'static str {
        match self.side {
            Side::Client => "C",
            Side::Server => "S",
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:>8}  {:<9} {:<10} {}", self.dir(), self.offset, self.event, self.name, self.detail)?;
        if !self.notes.is_empty() {
            write!(f, "  [{}]", self.notes.join(", "))?;
        }
        Ok(())
    }
}

/// The counts of the last line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// Events, adjacent data joined.
    pub units: u64,
    /// Units that were not understood and that nobody objected to.
    pub malformed: u64,
    /// Units that were not understood, or not known, and that the recorded server answered with an error.
    pub rejected: u64,
    /// Units in which something had to be forgiven.
    pub lenient: u64,
    /// Units understood only as `Other`.
    pub other: u64,
    /// Units that a round trip changed.
    pub roundtrip: u64,
    /// Streams that ended in an error.
    pub fatal: u64,
}

impl Summary {
    pub fn add(&mut self, other: &Self) {
        self.units += other.units;
        self.malformed += other.malformed;
        self.rejected += other.rejected;
        self.lenient += other.lenient;
        self.other += other.other;
        self.roundtrip += other.roundtrip;
        self.fatal += other.fatal;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "units={} malformed={} rejected={} lenient={} other={} roundtrip={} fatal={}",
            self.units, self.malformed, self.rejected, self.lenient, self.other, self.roundtrip, self.fatal
        )
    }
}
