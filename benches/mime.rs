//! `cargo bench -p mail-proto-benches --bench mime`: messages, their structure and values, beside what the machine can do
//! with the same octets.

mod groups;

use criterion::{Criterion, criterion_group, criterion_main};
use mail_proto_benches::mime;

fn benches(criterion: &mut Criterion) {
    groups::run(criterion, mime::workloads(), |stream| match stream {
        "mime/attachments" => mime::attachments(4 << 20),
        "mime/parts" => mime::parts(9_990),
        "mime/nested" => mime::nested(50),
        "mime/flood" => mime::flood(10_000),
        "mime/short-fields" => mime::short_fields(9_990),
        "mime/headers" => mime::headers(200).concat(),
        _ => mime::mails(1_000).concat(),
    });
}

criterion_group!(all, benches);
criterion_main!(all);
