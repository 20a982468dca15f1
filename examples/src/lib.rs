//! What the examples share: mail in store, and server sessions without I/O.
//!
//! Storage and protocols are apart. A [`Maildrop`](maildrop::Maildrop) knows nothing of POP3, and
//! [`pop3::Session`] nothing of sockets: a thread and a `TcpStream` drive it in the tour, tokio and
//! TLS in `postoffice`, and plain byte strings in its tests.
//!
//! | module | what it holds |
//! |---|---|
//! | [`maildrop`] | messages, who has them open, what is marked as deleted |
//! | [`samples`] | the messages that are there if none are given |
//! | [`accounts`] | users, their secrets and their maildrops |
//! | [`pop3`] | a POP3 server's side of a session |
#![warn(missing_docs)]

pub mod accounts;
pub mod maildrop;
pub mod pop3;
pub mod samples;
