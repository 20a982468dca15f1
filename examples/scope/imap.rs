//! IMAP.

use mail_proto::imap::testkit::{Dissector, InDialect, Unit, other_name};
use mail_proto::imap::{Dialect, Error, Event};
use mail_proto::wire::testkit::transcript::{Side, Transcript, Verdict};
use serde_json::{Value, json};

use crate::report::{Judged, Report, data};

pub fn dissect(transcript: &Transcript, size: usize) -> Report {
    let dissector = Dissector::run(transcript, size);
    report(&dissector.units, dissector.fatal.as_ref())
}

pub fn dissect_imap2(transcript: &Transcript, size: usize) -> Report {
    dissect_in(Dialect::Imap2, transcript, size)
}

pub fn dissect_imap2bis(transcript: &Transcript, size: usize) -> Report {
    dissect_in(Dialect::Imap2bis, transcript, size)
}

pub fn dissect_macms(transcript: &Transcript, size: usize) -> Report {
    dissect_in(Dialect::MacMs, transcript, size)
}

pub fn dissect_imap4(transcript: &Transcript, size: usize) -> Report {
    dissect_in(Dialect::Imap4, transcript, size)
}

fn dissect_in(dialect: Dialect, transcript: &Transcript, size: usize) -> Report {
    let dissector = InDialect::run(dialect, transcript, size);
    report(&dissector.units, dissector.fatal.as_ref())
}

fn report(units: &[Unit], fatal: Option<&(Side, Error)>) -> Report {
    let mut report = Report::new();
    for unit in units {
        let judged = Judged {
            side: unit.side,
            offset: unit.offset,
            deviations: unit.deviations,
            verdict: unit.verdict,
            round_trip: unit.round_trip.as_deref(),
            to: unit.to.as_ref().map(|command| command.body().name().into()),
        };
        let (event, mut name, detail) = describe(&unit.event);
        if unit.verdict == Verdict::Other {
            name = other_name(&unit.event).unwrap_or(name);
        }
        report.add(&judged, (event, name, detail), &unit.event);
    }
    if let Some((side, error)) = fatal {
        report.fatal(*side, error);
    }
    report
}

fn describe(event: &Event<'_>) -> (&'static str, String, Value) {
    match event {
        Event::Greeting(status) => ("Greeting", status.condition().as_str().into(), json!(status)),
        Event::Response(response) => ("Response", response.name().into(), json!(response)),
        Event::Command(command) => ("Command", command.body().name().into(), json!(command)),
        Event::Answer(_) => ("Answer", String::new(), Value::Null),
        Event::Done => ("Done", String::new(), Value::Null),
        Event::LiteralStart(literal) => {
            ("LiteralStart", String::new(), json!({ "octets": literal.octets() }))
        }
        Event::Data(octets) => data(octets),
        Event::LiteralEnd => ("LiteralEnd", String::new(), Value::Null),
        Event::Upgrade => ("Upgrade", String::new(), Value::Null),
        Event::Malformed(bad) => ("Malformed", String::new(), json!(bad)),
        _ => ("?", String::new(), Value::Null),
    }
}
