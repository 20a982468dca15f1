//! `cargo bench -p mail-proto-benches --bench imap`: the codec's work beside what the machine can do with the same
//! octets.

mod groups;

use criterion::{Criterion, criterion_group, criterion_main};
use mail_proto_benches::imap;

fn benches(criterion: &mut Criterion) {
    groups::run(criterion, imap::workloads(), |stream| match stream {
        "imap/envelopes" => imap::envelopes(10_000),
        "imap/flags" => imap::flags(10_000),
        "imap/structures" => imap::structures(2_000),
        "imap/list" => imap::list(5_000),
        "imap/search" => imap::search(100_000),
        "imap/commands" => imap::commands(10_000),
        "imap/literals-1k" => imap::literals(10_000, 1 << 10),
        "imap/literals-100k" => imap::literals(200, 100 << 10),
        _ => imap::literals(1, 50 << 20),
    });
}

criterion_group!(all, benches);
criterion_main!(all);
