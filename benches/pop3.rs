//! `cargo bench -p mail-proto-benches`: the codec's work beside what the machine can do with the same octets.

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use mail_proto_benches::{baseline, pop3};

fn benches(criterion: &mut Criterion) {
    let mut groups: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for workload in pop3::workloads() {
        let (stream, what) = workload.name.split_once('/').expect("stream/what");
        groups.entry(stream).or_default().push((what, workload));
    }
    for (stream, workloads) in groups {
        let mut group = criterion.benchmark_group(format!("pop3/{stream}"));
        for (what, mut workload) in workloads {
            group.throughput(Throughput::Bytes(workload.octets as u64));
            group.bench_function(what, |bencher| bencher.iter(&mut workload.run));
        }
        baselines(&mut group, &octets(stream));
    }
}

/// The octets that a group's `decode` reads.
fn octets(stream: &str) -> Vec<u8> {
    match stream {
        "list" => pop3::list(10_000),
        "uidl" => pop3::uidl(10_000),
        "commands" => pop3::commands(10_000),
        "retr" => pop3::retr(&pop3::message(1 << 20, pop3::Dots::None)),
        _ => pop3::retr(&pop3::message(1 << 20, pop3::Dots::EveryTenthLine)),
    }
}

fn baselines(group: &mut BenchmarkGroup<'_, WallTime>, octets: &[u8]) {
    let mut buffer = Vec::with_capacity(octets.len());
    group.throughput(Throughput::Bytes(octets.len() as u64));
    group.bench_function("baseline-lf", |bencher| bencher.iter(|| baseline::lines(black_box(octets))));
    group.bench_function("baseline-miss", |bencher| bencher.iter(|| baseline::miss(black_box(octets))));
    group.bench_function("baseline-memcpy", |bencher| bencher.iter(|| baseline::copy(octets, &mut buffer)));
}

criterion_group!(all, benches);
criterion_main!(all);
