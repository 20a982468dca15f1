//! Prints who said what, and what the other side's codec made of it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
}

/// How much is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Everything,
    Nothing,
}

/// A unit of what one side said.
#[derive(Clone, Debug)]
pub struct Record {
    pub side: Side,
    /// The line as it was on the wire, or a summary of octets.
    pub wire: String,
    /// The event that came of it.
    pub event: String,
    pub kind: Kind,
}

/// Which records belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Line,
    /// One of many alike: only the first few are printed.
    Row,
}

/// The dialogue of a leg, as it is printed. In colour where standard output is a terminal.
pub struct Dialogue {
    output: anstream::AutoStream<io::Stdout>,
    shown: Shown,
    /// Rows in a row.
    rows: usize,
}

/// Columns for what was on the wire.
const WIRE: usize = 60;

/// Rows that are printed before the others are only counted.
const ROWS: usize = 3;

const TITLE: Style = Style::new().bold();
const EVENT: Style = Style::new().dimmed();
const REMARK: Style = AnsiColor::Magenta.on_default();

impl Dialogue {
    pub fn new(shown: Shown) -> Self {
        Self { output: anstream::stdout(), shown, rows: 0 }
    }

    /// A leg begins.
    pub fn title(&mut self, text: &str) -> io::Result<()> {
        self.line(&format!("{TITLE}{text}{TITLE:#}\n"))
    }

    /// Something was said.
    pub fn say(&mut self, record: &Record) -> io::Result<()> {
        if record.kind == Kind::Row {
            self.rows += 1;
            if self.rows > ROWS {
                return Ok(());
            }
        } else {
            self.end_rows(record.side)?;
        }
        self.record(record)
    }

    /// What is to be noticed.
    pub fn remark(&mut self, text: &str) -> io::Result<()> {
        self.end_rows(Side::Server)?;
        self.line(&format!("   {REMARK}{text}{REMARK:#}"))
    }

    /// The leg is over.
    pub fn end(&mut self) -> io::Result<()> {
        self.end_rows(Side::Server)?;
        self.line("")
    }

    fn end_rows(&mut self, side: Side) -> io::Result<()> {
        let more = std::mem::take(&mut self.rows).saturating_sub(ROWS);
        if more == 0 {
            return Ok(());
        }
        self.record(&Record {
            side, wire: format!("… {more} more"), event: String::new(), kind: Kind::Line
        })
    }

    fn record(&mut self, record: &Record) -> io::Result<()> {
        let (name, style) = match record.side {
            Side::Client => ("C:", AnsiColor::Cyan.on_default()),
            Side::Server => ("S:", AnsiColor::Green.on_default()),
        };
        let (wire, event) = (printable(&record.wire), printable(&record.event));
        let gap = " ".repeat(WIRE.saturating_sub(wire.chars().count()));
        let line = format!("{style}{name} {wire}{style:#}{gap}  {EVENT}{event}{EVENT:#}");
        self.line(&line)
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        match self.shown {
            Shown::Everything => writeln!(self.output, "{line}"),
            Shown::Nothing => Ok(()),
        }
    }
}

/// Fit for a terminal, and not too wide.
fn printable(text: &str) -> String {
    let mut letters = text.chars().map(|letter| if letter.is_control() { '·' } else { letter });
    let mut line: String = letters.by_ref().take(WIRE).collect();
    if letters.next().is_some() {
        line.pop();
        line.push('…');
    }
    line
}
