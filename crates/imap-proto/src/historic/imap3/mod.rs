//! IMAP3: RFC 1203. Data carries the tag of the command that asked for it, and fields of messages are fetched, stored and
//! searched by their names.
//!
//! A server starts in IMAP2 and goes on in what SELECT.VERSION asks for. Both codecs change with its OK.

mod feature;
mod fetch;
mod key;
mod response;
mod store;

pub use feature::{FEATURES, Feature, FeatureSpec, Features, Version, VersionSpec};
pub use key::{FieldKey, FieldKind, FieldRange};
pub use response::{Found, Solicited};
pub use store::{Ordering, StoreField};

pub(super) use fetch::{is_key, parse_fetch};
pub(super) use key::parse_criterion;
pub(super) use response::parse_frame;
pub(super) use store::{encode_message, encode_set_eol, parse_add_message, parse_send, parse_set_eol};
