//! One run of a workload, for `instructions.sh` to count its instructions. Without a name: the names, with octets and
//! items.

use std::hint::black_box;
use std::process::ExitCode;

use mail_proto_benches::Workload;

fn main() -> ExitCode {
    let workloads = mail_proto_benches::workloads();
    let Some(name) = std::env::args().nth(1) else {
        for Workload { name, octets, items, .. } in &workloads {
            println!("{name} {octets} {items}");
        }
        return ExitCode::SUCCESS;
    };
    let Some(mut workload) = workloads.into_iter().find(|workload| workload.name == name) else {
        eprintln!("no workload {name}");
        return ExitCode::FAILURE;
    };
    // Buffers have their size then, and what is set up once is.
    black_box((workload.run)());
    black_box(measured(&mut workload));
    ExitCode::SUCCESS
}

/// Callgrind counts between this function's entry and its return.
#[inline(never)]
fn measured(workload: &mut Workload) -> u64 {
    (workload.run)()
}
