//! POP2: streams, and the work on them.

mod streams;
mod work;

pub use streams::{commands, replies, retr};
pub use work::workloads;
