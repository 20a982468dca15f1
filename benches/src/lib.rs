//! What the codecs are measured with: streams that are the same on every machine, and the work that is timed.
//!
//! [`pop3::workloads`] is the one table. The criterion benches, the instruction counts and the comparison with other
//! codecs (`peers/`) all take their work from it, so their numbers speak of the same thing.

pub mod baseline;
pub mod pop3;
mod random;

pub use random::Random;

/// A piece of work that can be repeated.
pub struct Workload {
    /// `stream/what`, as in `list/decode`.
    pub name: &'static str,
    /// Octets on the wire that one run reads or writes.
    pub octets: usize,
    /// Lines or commands among them.
    pub items: usize,
    /// Does it once. The result depends on all that was read or written, so no part of the work can be left out.
    pub run: Box<dyn FnMut() -> u64>,
}

impl Workload {
    fn new(name: &'static str, octets: usize, items: usize, run: impl FnMut() -> u64 + 'static) -> Self {
        Self { name, octets, items, run: Box::new(run) }
    }
}
