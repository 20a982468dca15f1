//! The editions before IMAP4rev1: IMAP2 (RFC 1064, RFC 1176), IMAP2bis (the drafts of 1992), MacMS, IMAP3 (RFC 1203) and
//! IMAP4 (RFC 1730).
//!
//! Both codecs ask once for each frame whether their dialect is one of these; what follows is here. Types, and productions that
//! read and write alike, are those of all dialects. A [`Generation`](imap_wire::Generation) goes along with each cursor and
//! writer, so that strings and dates know whose they are.

mod admit;
mod command;
mod encode;
mod find;
mod imap3;
mod item;
mod parse;
mod probe;
mod response;
mod responses;
mod search;
mod table;
pub(crate) mod zone;

pub use command::{HistoricCommand, PartialFetch, Purge, SubscribeOption};
pub use find::{Find, FindOption};
pub use imap3::{
    FEATURES, Feature, FeatureSpec, Features, FieldKey, FieldKind, FieldRange, Found, Ordering, Solicited,
    StoreField, Version, VersionSpec,
};
pub use item::HistoricItem;
pub use probe::{Probe, ProbeStep};
pub use response::HistoricResponse;
pub use responses::{HISTORIC_RESPONSES, HistoricResponseSpec};
pub use table::{HISTORIC_COMMANDS, HistoricSpec};

pub(crate) use encode::{encode_command, encode_response};
pub(crate) use parse::{parse_always, parse_command, parse_response, parse_subscribe};
pub(crate) use table::spec;
