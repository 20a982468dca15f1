#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

extern crate alloc;

pub mod charset;
pub mod decoder;
pub mod transfer;
pub mod value;

mod defect;

pub use defect::{Defect, DefectKind, Defects};
pub use mail_wire::Leniency;
