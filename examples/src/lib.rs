//! What the examples share: mail in store, and server sessions without I/O.
//!
//! Storage and protocols are apart. A [`Maildrop`](maildrop::Maildrop) knows nothing of POP3, and
//! [`pop3::Session`] nothing of sockets: a thread and a `TcpStream` drive it in the tour, tokio and
//! TLS in `postoffice`, and plain byte strings in its tests. What they all drive is [`serve::Serve`].
//!
//! | module | what it holds |
//! |---|---|
//! | [`maildrop`] | messages, who has them open, what is marked as deleted |
//! | [`samples`] | the messages that are there if none are given |
//! | [`mailboxes`] | the mailboxes of a user: a maildrop, INBOX, and others |
//! | [`accounts`] | users, their secrets and their mail |
//! | [`dmsp`] | a Pcmail repository, and its side of a session |
//! | [`imap`] | an IMAP server's side of a session |
//! | [`imsp`] | an IMSP server's side of a session, and its options and address books |
//! | [`mime`] | the tree of a message's parts, as `scope` and the tour show it |
//! | [`pop2`] | a POP or POP2 server's side of a session |
//! | [`pop3`] | a POP3 server's side of a session |
//! | [`serve`] | what these have in common |
#![warn(missing_docs)]

pub mod accounts;
pub mod dmsp;
pub mod imap;
pub mod imsp;
mod incoming;
pub mod mailboxes;
pub mod maildrop;
pub mod mime;
mod pieces;
pub mod pop2;
pub mod pop3;
pub mod samples;
pub mod serve;
