//! Transfer encodings and charsets: bodies, and the work on them.

mod streams;
mod work;

pub use streams::{binary, encode_base64, encode_quoted, text};
pub use work::workloads;
