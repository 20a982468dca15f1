//! `cargo bench -p mail-proto-benches --bench pop3`: the codec's work beside what the machine can do with the same
//! octets.

mod groups;

use criterion::{Criterion, criterion_group, criterion_main};
use mail_proto_benches::{Dots, message, pop3};

fn benches(criterion: &mut Criterion) {
    groups::run(criterion, pop3::workloads(), |stream| match stream {
        "pop3/list" => pop3::list(10_000),
        "pop3/uidl" => pop3::uidl(10_000),
        "pop3/commands" => pop3::commands(10_000),
        "pop3/retr" => pop3::retr(&message(1 << 20, Dots::None)),
        _ => pop3::retr(&message(1 << 20, Dots::EveryTenthLine)),
    });
}

criterion_group!(all, benches);
criterion_main!(all);
