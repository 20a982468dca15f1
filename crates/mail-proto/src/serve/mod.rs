//! What an IMAP server tells of a message, made from its octets and the map of its parts.
//!
//! Types of `imap` are filled from those of `mime`, so that neither crate depends on the other. Nothing reads a message
//! twice: parse it once, keep the [`PartMap`](crate::mime::PartMap) beside it, and each request is a look-up in the map, with
//! the few fields that it needs. Octets go out as they are stored, with CRLF line ends however they are stored, and are
//! counted so.
//!
//! ```
//! use mail_proto::imap::{Fetch, SearchKey};
//! use mail_proto::mime::Message;
//! use mail_proto::serve::{self, Facts, Mailbox, Matcher};
//!
//! let stored = b"From: ann@a.example\nSubject: =?utf-8?q?caf=C3=A9?=\n\nau lait\n";
//! let map = Message::parse(stored).into_map(); // once; it can be stored, too
//! let message = Message::with_map(stored, &map);
//!
//! let text = serve::section(&message, &"TEXT".parse()?).unwrap();
//! let fetch = Fetch::builder(1)
//!     .rfc822_size(serve::rfc822_size(&message))
//!     .envelope(&serve::envelope(message.root()))
//!     .body_structure(&serve::body_structure(&message)?)
//!     .streamed(&"TEXT".parse()?, None, text.octets())
//!     .build()?;
//! assert_eq!(fetch.rfc822_size(), Some(64));
//! // … encode it, then each chunk of `text.chunks()` by `encode_data`
//!
//! let matcher = Matcher::new(&SearchKey::subject("CAFÉ")?, Some(b"utf-8"), &Mailbox::new(1, 1))?;
//! assert!(matcher.matches(&Facts::new(1, 1), &message));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | what | where |
//! |---|---|
//! | `ENVELOPE` | [`envelope`] |
//! | `BODY`, `BODYSTRUCTURE` | [`body`], [`body_structure`] |
//! | `BODY[…]`, `RFC822`, `RFC822.SIZE`, partials | [`section`], [`all`], [`rfc822_size`], [`Octets::partial`] |
//! | `BINARY[…]`, `BINARY.SIZE[…]` | [`binary`] |
//! | SEARCH | [`Matcher`] |
//! | base subjects (RFC 5256 section 2.1) | [`Text::base_subject`](crate::mime::value::Text::base_subject) |
//! | TOP of POP3 | [`top`] |
//! | the descriptor of DMSP | `descriptor`, with the feature `dmsp` |
//!
//! SORT, THREAD and PREVIEW are to come. `docs/mime.md` says how what is odd is told, and where Dovecot differs.

mod binary;
#[cfg(feature = "dmsp")]
mod descriptor;
mod envelope;
mod octets;
mod search;
mod section;
mod structure;

pub use binary::{Binary, BinaryChunks, UnknownEncoding, binary};
#[cfg(feature = "dmsp")]
#[cfg_attr(docsrs, doc(cfg(feature = "dmsp")))]
pub use descriptor::descriptor;
pub use envelope::envelope;
pub use octets::{Chunks, Octets};
pub use search::{Facts, Mailbox, Matcher, SearchError};
pub use section::{all, rfc822_size, section, top};
pub use structure::{body, body_structure};
