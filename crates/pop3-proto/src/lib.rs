#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

extern crate alloc;

pub mod kpop;

#[cfg(feature = "tokio-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio-util")))]
pub mod framed;
#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;

mod apop;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod auth;
mod capability;
mod client;
mod code;
mod codec;
mod command;
mod dialect;
mod event;
mod greeting;
mod listing;
mod reply;
mod server;
mod state;
mod status;
mod values;
mod xtnd;

pub use apop::{Apop, Digest, Timestamp};
pub use auth::{Auth, Challenge};
pub use capability::{
    CAPABILITIES, Capability, CapabilitySpec, Mechanism, OtherCapability, Retention, Scope,
};
pub use client::ClientCodec;
pub use code::{CodeSpec, OtherCode, RESPONSE_CODES, ResponseCode};
pub use command::{COMMANDS, Command, CommandSpec, OtherCommand, Shape, Verb};
pub use dialect::{Dialect, Options};
pub use event::Event;
pub use greeting::Greeting;
pub use listing::{DropListing, ExtendedUniqueId, LanguageListing, Row, RowKind, ScanListing, UniqueId};
pub use reply::{Reply, Response};
pub use server::ServerCodec;
pub use state::State;
pub use values::{Argument, MessageNumber, Password};
pub use xtnd::{
    GROUP_FIELDS, Group, GroupDetail, GroupField, HeaderLine, OtherXtnd, SUBCOMMANDS, SubcommandSpec, Xtnd,
};

pub use mail_wire::dot::LineEnds;
pub use mail_wire::sasl::{self, Response as SaslResponse};
pub use mail_wire::text::{Text, Word};
pub use mail_wire::{
    Deviation, Deviations, Error, ErrorKind, Leniency, Limits, Malformed, OutputState, Secret,
};
