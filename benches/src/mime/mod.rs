//! Messages: generated mails, and the work on them.

mod streams;
mod work;

pub use streams::{attachments, flood, headers, mails, nested, parts, short_fields};
pub use work::{all, lazily_typed, structure, typed, workloads};
