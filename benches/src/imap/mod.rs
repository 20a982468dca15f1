//! IMAP: streams, and the work on them.

mod streams;
mod work;

pub use streams::{commands, envelopes, flags, list, literals, search, structures};
pub(crate) use work::server;
pub use work::workloads;
