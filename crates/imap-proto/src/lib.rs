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

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod client;
mod codec;
mod command;
mod core;
mod event;
mod fetch;
mod historic;
mod literal_start;
mod obsolete;
mod options;
mod response;
mod responses;
mod server;
mod session;
mod state;
mod unit;

pub use client::ClientCodec;
pub use command::{
    Authenticate, COMMANDS, Command, CommandBody, CommandSpec, Login, OtherCommand, Rename, Select,
};
pub use core::append::{Append, AppendData, AppendMessage, CatenatePart};
pub use core::capability::{Capabilities, Capability};
pub use core::code::{OtherCode, RESPONSE_CODES, ResponseCode, ResponseCodeSpec};
pub use core::condition::{Condition, StatusResponse};
pub use core::date::{Date, DateTime};
pub use core::fetch::{FetchCommand, FetchItem, FetchItems};
pub use core::flag::Flag;
pub use core::list::{
    List, ListAttribute, ListData, ListExtended, ListReturnOption, ListSelectOption, OtherListExtended,
};
pub use core::mailbox::{ListPattern, MailboxName};
pub use core::namespace::{Namespace, NamespaceData};
pub use core::number::{Numbering, SeqNo, Uid};
pub use core::search::{
    EsearchData, ReturnOption, Search, SearchData, SearchKey, SearchReturnData, SearchStep,
};
pub use core::section::{Partial, Section, SectionText};
pub use core::status::{StatusData, StatusItem, StatusValue};
pub use core::store::{Store, StoreMode};
pub use core::tagged::TaggedExtension;
pub use event::{Event, Malformed};
pub use fetch::{
    Address, AddressBuf, Addresses, Body, BodyBuf, Children, Content, Disposition, Envelope, EnvelopeBuf,
    Fetch, FetchBuilder, Flags, Item, Items, Parameters, SectionView, Value, Walk,
};
pub use historic::{
    FEATURES, Feature, FeatureSpec, Features, FieldKey, FieldKind, FieldRange, Find, FindOption, Found,
    HISTORIC_COMMANDS, HISTORIC_RESPONSES, HistoricCommand, HistoricItem, HistoricResponse,
    HistoricResponseSpec, HistoricSpec, Ordering, PartialFetch, Probe, ProbeStep, Purge, Solicited,
    StoreField, SubscribeOption, Version, VersionSpec,
};
pub use literal_start::{FetchContext, LiteralStart};
pub use options::{Dialect, Options};
pub use response::{Continuation, OtherResponse, Response};
pub use responses::{RESPONSES, ResponseSpec};
pub use server::ServerCodec;
pub use session::{Access, CapabilitySource, ClientSession, SelectedMailbox, ServerSession};
pub use state::State;

pub use imap_wire::frame;
pub use imap_wire::{
    Atom, Limits, Literal, LiteralMode, NonSynchronizing, NumberSet, Raw, SequenceSet, SetElement, Tag,
};
pub use mail_wire::sasl::{self, Response as SaslResponse};
pub use mail_wire::text::Text;
pub use mail_wire::{Deviation, Deviations, Error, ErrorKind, Leniency, OutputState, Secret};
