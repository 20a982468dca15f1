//! `cargo bench -p mail-proto-benches --bench serve`: what an IMAP server tells of messages, beside what the machine can do
//! with the same octets.

mod groups;

use criterion::{Criterion, criterion_group, criterion_main};
use mail_proto_benches::{mime, serve};

fn benches(criterion: &mut Criterion) {
    groups::run(criterion, serve::workloads(), |stream| match stream {
        "serve/small" => mime::attachments(serve::SMALL),
        "serve/huge" => mime::attachments(serve::HUGE),
        "serve/mails" => mime::mails(1_000).concat(),
        _ => vec![b'a'; serve::PIECE as usize],
    });
}

criterion_group!(all, benches);
criterion_main!(all);
