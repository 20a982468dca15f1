//! `cargo bench -p mail-proto-benches --bench pop2`: the codec's work beside what the machine can do with the same
//! octets.

mod groups;

use criterion::{Criterion, criterion_group, criterion_main};
use mail_proto_benches::{Dots, message, pop2};

fn benches(criterion: &mut Criterion) {
    groups::run(criterion, pop2::workloads(), |stream| match stream {
        "pop2/commands" => pop2::commands(10_000),
        "pop2/replies" => pop2::replies(10_000),
        _ => pop2::retr(&message(4 << 20, Dots::None)),
    });
}

criterion_group!(all, benches);
criterion_main!(all);
