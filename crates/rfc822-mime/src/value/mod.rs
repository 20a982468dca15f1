//! The values of header fields, each usable alone.
//!
//! Every value is read by `parse(raw, leniency)`, which takes the octets behind the colon, folded or not, and gives the
//! value and the [`Defects`](crate::Defects) that were met, with offsets into `raw`. No reading fails and none panics:
//!
//! - what can be empty, or has a default, is given as it is: [`AddressList`], [`ContentType`], [`Text`], [`MessageIds`] …
//! - what is one thing or nothing is given as an `Option`: [`DateTime`], [`Mailbox`], [`MessageId`], [`ContentMd5`] …
//!
//! Values are owned and hold no comments but those that say something ([`Mailbox::comments`]). Where octets need not be
//! UTF-8, an accessor that ends in `_bytes` has the octets; the one without shows them as text: as UTF-8 if they are, else
//! as windows-1252. Where another charset is to be assumed, read from what
//! [`Charset::to_utf8`](crate::charset::Charset::to_utf8) gives.
//!
//! Every value has `to_bytes`, which writes it by the grammar that is in force, on one line and without CR, LF and NUL;
//! [`fold`] makes lines of it. What was read once, leniently too, is written so that it is read as the same.
//!
//! Reading takes time and memory in proportion to the octets, nothing recurses, and what a field could make many is
//! bounded: [`Parameters::MAX`], [`AddressList::MAX`], [`MessageIds::MAX`].
//!
//! ```
//! use rfc822_mime::{Leniency, value::AddressList};
//! let (list, defects) = AddressList::parse(b"Pete(A nice \\) chap) <pete(his account)@silly.test>", Leniency::Lenient);
//! let pete = list.mailboxes().next().expect("one address");
//! assert_eq!((&*pete.display_name().expect("a name"), &*pete.local(), &*pete.domain()), ("Pete", "pete", "silly.test"));
//! assert!(defects.is_empty());
//! assert_eq!(list.to_bytes(), b"Pete <pete@silly.test> (A nice \\) chap) (his account)");
//! ```

#[cfg(feature = "arbitrary")]
mod arbitrary;

mod address;
mod address_parse;
mod auth_results;
mod content;
mod date;
mod encoded_word;
mod fold;
mod form;
mod lexer;
mod list;
mod message_id;
mod octets;
mod parameter;
mod parameter_parse;
mod phrase;
mod received;
mod text;

pub use address::{Address, AddressList, Group, Mailbox};
pub use auth_results::{AuthMethod, AuthProperty, AuthenticationResults};
pub use content::{
    ContentDisposition, ContentDuration, ContentLanguage, ContentLocation, ContentMd5, ContentType,
    MimeVersion,
};
pub use date::DateTime;
pub use encoded_word::EncodedWord;
pub use fold::fold;
pub use form::{FieldValue, HeaderForm};
pub use list::{ListId, ListUris};
pub use message_id::{MessageId, MessageIds};
pub use parameter::{Parameter, Parameters};
pub use phrase::{Keywords, Phrase};
pub use received::{Received, ReceivedClause};
pub use text::{BaseSubject, Text};

pub use crate::transfer::TransferEncoding;

pub(crate) use content::media_type;
pub(crate) use form::{ascii_addresses, ascii_comments, comment_octets, words};
pub(crate) use octets::{Octets, raw_text};
