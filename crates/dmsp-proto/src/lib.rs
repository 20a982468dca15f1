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
mod code;
mod codec;
mod command;
mod descriptor;
mod event;
mod flags;
mod greeting;
mod header;
mod lex;
mod listing;
mod login;
mod message;
mod options;
mod reply;
mod server;
mod state;
mod values;

pub use client::ClientCodec;
pub use code::{Cause, Class, CodeSpec, FollowedBy, Object, OtherCode, REPLY_CODES, ReplyCode};
pub use command::{COMMANDS, Command, CommandSpec, OtherCommand, Verb};
pub use descriptor::Descriptor;
pub use event::Event;
pub use flags::{Flag, FlagState, Flags};
pub use greeting::Greeting;
pub use listing::{Activity, ClientEntry, HelpEntry, MailboxEntry, Row, RowKind, SubscriptionEntry};
pub use login::Login;
pub use options::{EightBit, Options};
pub use reply::{Reply, Response};
pub use server::ServerCodec;
pub use state::State;
pub use values::{Name, Password, Uid, UidRange};

pub use mail_wire::dot::LineEnds;
pub use mail_wire::text::{Text, Word};
pub use mail_wire::{
    Deviation, Deviations, Error, ErrorKind, Leniency, Limits, Malformed, OutputState, Secret,
};
