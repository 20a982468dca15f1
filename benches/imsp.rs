//! `cargo bench -p mail-proto-benches --bench imsp`: the codec's work beside what the machine can do with the same
//! octets.

mod groups;

use criterion::{Criterion, criterion_group, criterion_main};
use mail_proto_benches::imsp;

fn benches(criterion: &mut Criterion) {
    groups::run(criterion, imsp::workloads(), |stream| match stream {
        "imsp/options" => imsp::options(10_000),
        "imsp/addresses" => imsp::addresses(10_000),
        _ => imsp::commands(10_000),
    });
}

criterion_group!(all, benches);
criterion_main!(all);
