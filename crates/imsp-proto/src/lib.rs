#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

extern crate alloc;
// What derives `Arbitrary` counts its recursion in a thread-local.
#[cfg(feature = "arbitrary")]
extern crate std;

#[cfg(feature = "tokio-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio-util")))]
pub mod framed;
#[cfg(feature = "testkit")]
#[cfg_attr(docsrs, doc(cfg(feature = "testkit")))]
pub mod testkit;

mod acl;
mod address;
#[cfg(feature = "arbitrary")]
mod arbitrary;
mod capability;
mod client;
mod codec;
mod command;
mod event;
mod list;
mod literal_start;
mod lock;
mod option;
mod options;
mod response;
mod responses;
mod server;
mod state;
mod status;
mod values;

pub use acl::{Object, Rights};
pub use address::{Address, Criterion, Entry, Field};
pub use capability::{Capabilities, Capability};
pub use client::ClientCodec;
pub use command::{ALIASES, Authenticate, COMMANDS, Command, CommandBody, CommandSpec, Login, OtherCommand};
pub use event::{Event, Malformed};
pub use list::{Flag, ListData};
pub use literal_start::LiteralStart;
pub use lock::Lock;
pub use option::{Access, OptionData};
pub use options::Options;
pub use response::{Continuation, OtherResponse, Response};
pub use responses::{RESPONSES, ResponseSpec};
pub use server::ServerCodec;
pub use state::State;
pub use status::{Code, OtherCode, StatusResponse};
pub use values::{Evidence, Name, Pattern};

pub use imap_wire::{Atom, Condition, Limits, Literal, LiteralMode, NonSynchronizing, Raw, Tag};
pub use mail_wire::sasl::{self, Response as SaslResponse};
pub use mail_wire::text::Text;
pub use mail_wire::{Deviation, Deviations, Error, ErrorKind, Leniency, OutputState, Secret};
