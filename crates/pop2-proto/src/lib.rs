#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

extern crate alloc;

#[cfg(feature = "tokio-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio-util")))]
pub mod framed;
#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod client;
mod codec;
mod command;
mod dialect;
mod event;
mod payload;
mod quoting;
mod reply;
mod server;
mod session;
mod state;
mod values;

pub use client::ClientCodec;
pub use command::{COMMANDS, Command, CommandSpec, Due, OtherCommand, Verb};
pub use dialect::{Dialect, LongLines, Options, Quirk, Quirks, Quoting};
pub use event::Event;
pub use reply::{Greeting, Reply, Response};
pub use server::ServerCodec;
pub use session::Session;
pub use state::{
    CLIENT_STATES, CLIENT_TABLE, ClientAction, ClientInput, ClientState, POP_DIAGRAM, SERVER_STATES,
    SERVER_TABLE, ServerAction, ServerInput, State,
};
pub use values::{Name, Password};

pub use mail_wire::text::{Text, Word};
pub use mail_wire::{
    Deviation, Deviations, Error, ErrorKind, Leniency, Limits, Malformed, OutputState, Secret,
};
