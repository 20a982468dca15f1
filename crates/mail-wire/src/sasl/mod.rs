//! The lines of a SASL exchange, and the messages of the mechanisms that need no more than this.
//!
//! RFC 4422 defines the exchange; RFC 5034 section 4 (POP3) and RFC 9051 section 6.2.2 (IMAP) put it
//! into lines of base64. A mechanism that is not here (SCRAM, GSSAPI …) passes through as octets.

mod cram_md5;
mod line;
mod login;
mod oauth;
mod plain;

pub use cram_md5::CramMd5;
pub use line::{Base64, InitialResponse, Response, decode_base64, encode_base64};
pub use login::Login;
pub use oauth::{OAuthBearer, XOAuth2};
pub use plain::Plain;
