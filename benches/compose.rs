//! `cargo bench -p mail-proto-benches --bench compose`: messages that are written, and edited, beside what the machine can do
//! with the same octets.

mod groups;

use criterion::{Criterion, criterion_group, criterion_main};
use mail_proto_benches::{compose, transfer};

fn benches(criterion: &mut Criterion) {
    groups::run(criterion, compose::workloads(), |_| transfer::text(1 << 20, 5));
}

criterion_group!(all, benches);
criterion_main!(all);
