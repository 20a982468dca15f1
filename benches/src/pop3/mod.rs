//! POP3: streams, and the work on them.

mod streams;
mod work;

pub use streams::{commands, list, retr, uidl};
pub use work::{read, workloads};
