#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "pop3")]
#[cfg_attr(docsrs, doc(cfg(feature = "pop3")))]
#[doc(inline)]
pub use pop3_proto as pop3;

/// What all protocols share: framing, limits, errors, secrets.
#[doc(inline)]
pub use mail_wire as wire;

/// The sample of the repository's README runs.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
