//! What a dissector found, and how it is shown.

use std::fmt;

use mail_proto::wire::testkit::transcript::{Side, Verdict};
use mail_proto::wire::{Deviations, Error};
use md5::{Digest, Md5};
use serde_json::{Value, json};

/// Everything that is to be said of one session.
#[derive(Debug)]
pub struct Report {
    pub lines: Vec<Line>,
    pub summary: Summary,
    /// What `--check` objects to.
    pub complaints: Vec<String>,
}

/// What a codec's dissector says of one event, whatever the protocol.
pub struct Judged<'a> {
    pub side: Side,
    pub offset: u64,
    pub deviations: Deviations,
    pub verdict: Verdict,
    pub round_trip: Option<&'a str>,
    /// The keyword of the command that it answers, if it is a reply.
    pub to: Option<String>,
}

impl Report {
    pub fn new() -> Self {
        Self { lines: Vec::new(), summary: Summary::default(), complaints: Vec::new() }
    }

    /// Takes an event in: the variant's name, what it is, and its content; `shown` is for complaints.
    pub fn add(
        &mut self,
        judged: &Judged<'_>,
        (event, name, detail): (&'static str, String, Value),
        shown: &dyn fmt::Debug,
    ) {
        let Judged { side, offset, deviations, .. } = *judged;
        self.summary.units += 1;
        self.summary.lenient += u64::from(!deviations.is_strict());
        match judged.verdict {
            Verdict::Understood => {}
            Verdict::Other => self.summary.other += 1,
            Verdict::Rejected => self.summary.rejected += 1,
            Verdict::Malformed => {
                self.summary.malformed += 1;
                self.complaints.push(format!("{side:?} at {offset}: {shown:?}"));
            }
        }
        if let Some(difference) = judged.round_trip {
            self.summary.roundtrip += 1;
            self.complaints.push(format!("{side:?} at {offset}: {difference}"));
        }
        let mut notes: Vec<_> = deviations.iter().map(|deviation| format!("{deviation:?}")).collect();
        if judged.verdict != Verdict::Understood {
            notes.push(format!("{:?}", judged.verdict).to_lowercase());
        }
        notes.extend(judged.to.as_ref().map(|keyword| format!("to {keyword}")));
        self.lines.push(Line { side, offset, event, name, detail, notes });
    }

    /// A stream ended in an error.
    pub fn fatal(&mut self, side: Side, error: &Error) {
        self.summary.fatal += 1;
        self.complaints.push(format!("{side:?}'s stream: {error}"));
    }
}

/// Octets of a message, by their number and their digest.
pub fn data(octets: &[u8]) -> (&'static str, String, Value) {
    let digest: String = Md5::digest(octets).iter().map(|octet| format!("{octet:02x}")).collect();
    ("Data", String::new(), json!({ "octets": octets.len(), "md5": digest }))
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
