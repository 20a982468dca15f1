//! DMSP.

use mail_proto::dmsp::testkit::Dissector;
use mail_proto::dmsp::{Command, Event};
use mail_proto::wire::testkit::transcript::Transcript;
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
            to: unit.to.as_ref().filter(|_| matches!(unit.event, Event::Reply(_))).map(keyword),
        };
        report.add(&judged, describe(&unit.event), &unit.event);
    }
    if let Some((side, error)) = &dissector.fatal {
        report.fatal(*side, error);
    }
    report
}

fn describe(event: &Event<'_>) -> (&'static str, String, Value) {
    match event {
        Event::Greeting(greeting) => ("Greeting", greeting.code().number().to_string(), json!(greeting)),
        Event::Reply(reply) => ("Reply", reply.code().number().to_string(), json!(reply)),
        Event::Row(row) => ("Row", String::new(), json!(row)),
        Event::Command(command) => ("Command", keyword(command), json!(command)),
        Event::Data(octets) => data(octets),
        Event::End => ("End", String::new(), Value::Null),
        Event::Malformed(bad) => ("Malformed", String::new(), json!(bad)),
        _ => ("?", String::new(), Value::Null),
    }
}

fn keyword(command: &Command) -> String {
    match command {
        Command::Other(other) => other.keyword().to_string(),
        known => known.verb().keyword().into(),
    }
}
