//! What the benches of all protocols do alike: a group for each stream, with the codec's work on it beside what the
//! machine can do with the same octets.

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use mail_proto_benches::{Workload, baseline};

/// Runs `workloads`; `octets` are those that the `decode` of a stream reads.
pub fn run(criterion: &mut Criterion, workloads: Vec<Workload>, octets: fn(&str) -> Vec<u8>) {
    let mut groups: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for workload in workloads {
        let (stream, what) = workload.name.rsplit_once('/').expect("protocol/stream/what");
        groups.entry(stream).or_default().push((what, workload));
    }
    for (stream, workloads) in groups {
        let mut group = criterion.benchmark_group(stream);
        for (what, mut workload) in workloads {
            group.throughput(Throughput::Bytes(workload.octets as u64));
            group.bench_function(what, |bencher| bencher.iter(&mut workload.run));
        }
        baselines(&mut group, &octets(stream));
    }
}

fn baselines(group: &mut BenchmarkGroup<'_, WallTime>, octets: &[u8]) {
    let mut buffer = Vec::with_capacity(octets.len());
    group.throughput(Throughput::Bytes(octets.len() as u64));
    group.bench_function("baseline-lf", |bencher| bencher.iter(|| baseline::lines(black_box(octets))));
    group.bench_function("baseline-miss", |bencher| bencher.iter(|| baseline::miss(black_box(octets))));
    group.bench_function("baseline-memcpy", |bencher| bencher.iter(|| baseline::copy(octets, &mut buffer)));
}
