//! `cargo bench -p mail-proto-benches --bench transfer`: transfer encodings and charsets beside what the machine can do with
//! the same octets.

mod groups;

use criterion::{Criterion, criterion_group, criterion_main};
use mail_proto_benches::transfer;

fn benches(criterion: &mut Criterion) {
    groups::run(criterion, transfer::workloads(), |stream| match stream {
        "base64/lines" | "base64/unix" => transfer::encode_base64(&transfer::binary(1 << 20)),
        "quoted-printable/few" => transfer::encode_quoted(&transfer::text(1 << 20, 1)),
        "quoted-printable/many" => transfer::encode_quoted(&transfer::text(1 << 20, 35)),
        _ => transfer::text(1 << 20, 5),
    });
}

criterion_group!(all, benches);
criterion_main!(all);
