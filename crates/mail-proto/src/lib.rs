#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(all(feature = "imap", feature = "mime"))]
extern crate alloc;

#[cfg(all(feature = "pop2", feature = "pop3"))]
#[cfg_attr(docsrs, doc(cfg(all(feature = "pop2", feature = "pop3"))))]
pub mod combined;

#[cfg(all(feature = "imap", feature = "mime"))]
#[cfg_attr(docsrs, doc(cfg(all(feature = "imap", feature = "mime"))))]
pub mod serve;

#[cfg(feature = "dmsp")]
#[cfg_attr(docsrs, doc(cfg(feature = "dmsp")))]
#[doc(inline)]
pub use dmsp_proto as dmsp;

#[cfg(feature = "imap")]
#[cfg_attr(docsrs, doc(cfg(feature = "imap")))]
#[doc(inline)]
pub use imap_proto as imap;

#[cfg(feature = "mime")]
#[cfg_attr(docsrs, doc(cfg(feature = "mime")))]
#[doc(inline)]
pub use rfc822_mime as mime;

#[cfg(feature = "pop2")]
#[cfg_attr(docsrs, doc(cfg(feature = "pop2")))]
#[doc(inline)]
pub use pop2_proto as pop2;

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
