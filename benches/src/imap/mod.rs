//! IMAP: streams, and the work on them.

mod streams;
mod work;

pub use streams::{commands, envelopes, flags, list, literals, search, structures};
pub use work::workloads;
