//! What the targets share: how an input is laid out, and the checks that no crate's test kit holds.
//!
//! A check that fails panics, and that is a finding.

pub mod dmsp;
pub mod imap;
pub mod imsp;
mod input;
pub mod mime;
pub mod pop2;
pub mod pop3;
pub mod transfer;
pub mod wire;

pub use input::Input;
