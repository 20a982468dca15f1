//! `cargo bench -p mail-proto-benches --bench dmsp`: the codec's work beside what the machine can do with the same
//! octets.

mod groups;

use criterion::{Criterion, criterion_group, criterion_main};
use mail_proto_benches::{Dots, dmsp, message, stuffed};

fn benches(criterion: &mut Criterion) {
    groups::run(criterion, dmsp::workloads(), |stream| match stream {
        "dmsp/commands" => dmsp::commands(10_000),
        "dmsp/mailboxes" => dmsp::mailboxes(10_000),
        "dmsp/descriptors" => dmsp::descriptors(10_000),
        "dmsp/fetch" => dmsp::fetch(&message(1 << 20, Dots::None)),
        "dmsp/fetch-dots" => dmsp::fetch(&message(1 << 20, Dots::EveryTenthLine)),
        _ => stuffed(&message(1 << 20, Dots::EveryTenthLine)),
    });
}

criterion_group!(all, benches);
criterion_main!(all);
