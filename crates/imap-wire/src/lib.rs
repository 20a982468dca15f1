#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

extern crate alloc;

pub mod chars;
pub mod frame;

mod atom;
mod condition;
mod cursor;
mod generation;
mod limits;
mod literal;
mod outbox;
mod raw;
mod set;
mod sound;
mod writer;

pub use atom::{Atom, Tag};
pub use condition::{Condition, announces_literal};
pub use cursor::{Cursor, Octets, ParseError, ParseErrorKind};
pub use generation::Generation;
pub use limits::Limits;
pub use literal::{Literal, LiteralHeader, LiteralMode};
pub use outbox::Outbox;
pub use raw::Raw;
pub use set::{NumberSet, SequenceSet, SetElement};
pub use writer::{LiteralPolicy, NonSynchronizing, Stop, Writer};
