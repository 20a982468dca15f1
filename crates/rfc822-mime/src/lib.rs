#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

extern crate alloc;

pub mod build;
pub mod charset;
pub mod decoder;
pub mod transfer;
pub mod value;

#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;

mod access;
mod defect;
mod downgrade;
mod edit;
mod field;
mod map;
mod message;

pub use decoder::Decoder;
pub use defect::{Defect, DefectKind, Defects};
pub use downgrade::downgrade;
pub use edit::{Edit, Piece, Pieces};
pub use field::{Field, Fields};
pub use mail_wire::{Error, ErrorKind, Leniency};
pub use map::{Part, PartKind, PartMap, Size};
pub use message::{Message, PartRef};
