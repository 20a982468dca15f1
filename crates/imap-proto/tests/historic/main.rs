//! The dialects before IMAP4rev1.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod dialogues;
mod hostile;
mod imap3;
mod page;
mod rows;
