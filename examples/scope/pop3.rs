//! POP3.

use mail_proto::pop3::testkit::{Dissector, Unit};
use mail_proto::pop3::{Command, Event};
use mail_proto::wire::testkit::transcript::{Transcript, Verdict};
use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::report::{Line, Report, Summary};

pub fn dissect(transcript: &Transcript, size: usize) -> Report {
    let dissector = Dissector::run(transcript, size);
    let mut report = Report { lines: Vec::new(), summary: Summary::default(), complaints: Vec::new() };
    for unit in &dissector.units {
        count(unit, &mut report);
        report.lines.push(line(unit));
    }
    if let Some((side, error)) = &dissector.fatal {
        report.summary.fatal += 1;
        report.complaints.push(format!("{side:?}'s stream: {error}"));
    }
    report
}

fn count(unit: &Unit, report: &mut Report) {
    let Report { summary, complaints, .. } = report;
    summary.units += 1;
    summary.lenient += u64::from(!unit.deviations.is_strict());
    match unit.verdict {
        Verdict::Understood => {}
        Verdict::Other => summary.other += 1,
        Verdict::Rejected => summary.rejected += 1,
        Verdict::Malformed => {
            summary.malformed += 1;
            complaints.push(format!("{:?} at {}: {:?}", unit.side, unit.offset, unit.event));
        }
    }
    if let Some(difference) = &unit.round_trip {
        summary.roundtrip += 1;
        complaints.push(format!("{:?} at {}: {difference}", unit.side, unit.offset));
    }
}

fn line(unit: &Unit) -> Line {
    let (event, name, detail) = describe(&unit.event);
    let mut notes: Vec<_> = unit.deviations.iter().map(|deviation| format!("{deviation:?}")).collect();
    match unit.verdict {
        Verdict::Understood => {}
        verdict => notes.push(format!("{verdict:?}").to_lowercase()),
    }
    if let (Some(command), Event::Reply(_)) = (&unit.to, &unit.event) {
        notes.push(format!("to {}", keyword(command)));
    }
    Line { side: unit.side, offset: unit.offset, event, name, detail, notes }
}

fn describe(event: &Event<'_>) -> (&'static str, String, Value) {
    match event {
        Event::Greeting(greeting) => ("Greeting", status(greeting.is_ok()), json!(greeting)),
        Event::Reply(reply) => ("Reply", status(reply.is_ok()), json!(reply)),
        Event::Challenge(challenge) => ("Challenge", "+".into(), json!(challenge)),
        Event::Row(row) => ("Row", format!("{:?}", row.kind()), json!(row)),
        Event::Command(command) => ("Command", keyword(command), json!(command)),
        Event::Data(octets) => {
            let digest: String = Md5::digest(octets).iter().map(|octet| format!("{octet:02x}")).collect();
            ("Data", String::new(), json!({ "octets": octets.len(), "md5": digest }))
        }
        Event::End => ("End", String::new(), Value::Null),
        Event::Upgrade => ("Upgrade", String::new(), Value::Null),
        Event::Malformed(bad) => ("Malformed", String::new(), json!(bad)),
        _ => ("?", String::new(), Value::Null),
    }
}

fn status(is_ok: bool) -> String {
    if is_ok { "+OK" } else { "-ERR" }.into()
}

fn keyword(command: &Command) -> String {
    match command {
        Command::Continue(_) => "(answer)".into(),
        Command::Other(other) => other.keyword().to_string(),
        known => known.verb().keyword().into(),
    }
}
