#![doc = include_str!("../README.md")]
//!
//! # The pieces
//!
//! | module | what it holds |
//! |---|---|
//! | [`mod@line`] | [`LineFramer`](line::LineFramer): lines out of any cutting of the input, bounded |
//! | [`dot`] | [`DotDecoder`](dot::DotDecoder), [`DotEncoder`](dot::DotEncoder): dot-terminated blocks, streamed both ways |
//! | [`counted`] | [`CountedReader`](counted::CountedReader), [`CountedWriter`](counted::CountedWriter): a payload whose octets were announced |
//! | [`fields`] | [`Fields`](fields::Fields): a complete line, read from left to right |
//! | [`sasl`] | the lines of a SASL exchange, and the messages of its plain mechanisms |
//! | [`text`] | [`Text`](text::Text) and [`Word`](text::Word): owned octets that can't carry a line end; [`Octets`](text::Octets): any |
//!
//! and, at the root, what every codec's signature uses: [`Error`], [`Limits`], [`Leniency`],
//! [`OutputState`], [`Malformed`], [`Deviations`], [`Secret`]; and [`Codec`], for those who drive any of them.
//!
//! # Panics
//!
//! Nothing in this crate panics, on any input and in any order of calls.
#![no_std]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "testkit")]
extern crate std;

pub mod counted;
pub mod dot;
pub mod fields;
#[cfg(feature = "tokio-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio-util")))]
pub mod framed;
pub mod line;
pub mod number;
pub mod sasl;
pub mod text;

mod codec;
mod deviation;
mod error;
mod limits;
mod malformed;
mod output;
mod secret;
mod visits;

#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;

pub use codec::Codec;
pub use deviation::{Deviation, Deviations};
pub use error::{Error, ErrorKind};
pub use limits::{Leniency, Limits};
pub use malformed::Malformed;
pub use output::OutputState;
pub use secret::Secret;

/// Adds `octets` to the count that the test kit's linearity check reads; nothing without the feature `testkit`.
///
/// Codecs call it where they look at octets again behind the framer (a grammar run over a complete line).
#[doc(hidden)]
#[inline]
pub fn visited(octets: usize) {
    visits::add(octets);
}
