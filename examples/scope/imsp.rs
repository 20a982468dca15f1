//! IMSP.

use mail_proto::imsp::Event;
use mail_proto::imsp::testkit::{Dissector, other_name};
use mail_proto::wire::testkit::transcript::{Transcript, Verdict};
use serde_json::{Value, json};

use crate::report::{Judged, Report, data};

pub fn dissect(transcript: &Transcript, size: usize) -> Report {
    let dissector = Dissector::run(transcript, size);
    let mut report = Report::new();
    for unit in &dissector.units {
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
    if let Some((side, error)) = &dissector.fatal {
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
        Event::LiteralStart(literal) => {
            ("LiteralStart", String::new(), json!({ "octets": literal.octets() }))
        }
        Event::Data(octets) => data(octets),
        Event::LiteralEnd => ("LiteralEnd", String::new(), Value::Null),
        Event::Malformed(bad) => ("Malformed", String::new(), json!(bad)),
        _ => ("?", String::new(), Value::Null),
    }
}
