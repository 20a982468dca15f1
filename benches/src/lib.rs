//! What the codecs are measured with: streams that are the same on every machine, and the work that is timed.
//!
//! [`workloads`] is the one table. The criterion benches, the instruction counts and the comparison with other codecs
//! (`peers/`) all take their work from it, so their numbers speak of the same thing.

pub mod baseline;
pub mod compose;
pub mod dmsp;
pub mod imap;
pub mod imsp;
mod message;
pub mod mime;
pub mod pop2;
pub mod pop3;
mod random;
pub mod serve;
pub mod transfer;

use mail_proto::wire::Error;

pub use message::{Dots, message, stuffed};
pub use random::Random;

/// Rows of a listing, commands, and replies.
const MANY: usize = 10_000;
/// The same where each octet comes alone.
const FEW: usize = 1_000;
/// Octets of a message.
const LARGE: usize = 1 << 20;
/// Octets of a read from a socket.
const READ: usize = 64 * 1024;

/// Everything that is measured. `decode`: in reads of 64 KiB. `octets`: a shorter stream, each octet alone.
pub fn workloads() -> Vec<Workload> {
    [
        imap::workloads(),
        pop3::workloads(),
        pop2::workloads(),
        dmsp::workloads(),
        imsp::workloads(),
        mime::workloads(),
        transfer::workloads(),
        compose::workloads(),
        serve::workloads(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How many lines end in `stream`.
pub fn lines(stream: &[u8]) -> usize {
    stream.iter().filter(|octet| **octet == b'\n').count()
}

/// Has `decode` take `stream` in reads of `read` octets, and shows each event to `each`.
fn feed<'s, E>(
    stream: &'s [u8],
    read: usize,
    mut decode: impl FnMut(&mut &'s [u8]) -> Result<Option<E>, Error>,
    mut each: impl FnMut(&E),
) {
    for mut input in stream.chunks(read) {
        // Events are looked at where they are: to move one costs as much as to decode a short line.
        loop {
            match &decode(&mut input) {
                Ok(Some(event)) => each(event),
                Ok(None) => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// A piece of work that can be repeated.
pub struct Workload {
    /// `protocol/stream/what`, as in `pop3/list/decode`.
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
