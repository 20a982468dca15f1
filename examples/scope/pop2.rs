//! POP and POP2.

use mail_proto::pop2::testkit::{Dissector, Pop2};
use mail_proto::pop2::{Command, Dialect, Event, Options};
use mail_proto::wire::testkit::transcript::Transcript;
use serde_json::{Value, json};

use crate::report::{Judged, Report, data};

/// POP (RFC 918).
pub fn dissect_pop(transcript: &Transcript, size: usize) -> Report {
    dissect_as(Dialect::Rfc918, transcript, size)
}

/// POP2 (RFC 937).
pub fn dissect(transcript: &Transcript, size: usize) -> Report {
    dissect_as(Dialect::Rfc937, transcript, size)
}

fn dissect_as(dialect: Dialect, transcript: &Transcript, size: usize) -> Report {
    let dissector = Dissector::of(Pop2::new(Options::new().with_dialect(dialect))).over(transcript, size);
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
        Event::Greeting(greeting) => ("Greeting", "+".into(), json!(greeting)),
        Event::Reply(reply) => {
            let first = match (reply.as_count(), reply.as_length()) {
                (Some(_), _) => "#",
                (_, Some(_)) => "=",
                _ if reply.is_ok() => "+",
                _ => "-",
            };
            ("Reply", first.into(), json!(reply))
        }
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
