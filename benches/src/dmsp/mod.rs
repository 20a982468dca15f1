//! DMSP: streams, and the work on them.

mod streams;
mod work;

pub use streams::{commands, descriptors, fetch, mailboxes};
pub use work::workloads;
