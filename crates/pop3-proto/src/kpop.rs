//! KPOP: a Kerberos exchange in front of POP3, on port 1109.
//!
//! Before the greeting, client and server run Kerberos' `sendauth` on the same stream: version 4 with the
//! application string `KPOPV0.1`, or version 5 with `KPOPV1.0`. That is the caller's, octet for octet; the
//! codec is made [`with_prologue`](crate::Options::with_prologue), so that it takes nothing, and
//! `upgraded(&[])` hands the stream over to it. Then it is plain POP3, in which USER must name the
//! principal and PASS takes anything: [`Principal::refuses`].
//!
//! ```
//! use pop3_proto::{ClientCodec, Event, Options};
//! let mut pop = ClientCodec::with_options(Options::new().with_prologue());
//! let stream = b"\x00\x00\x00\x04opaq+OK Kerberos authentication succeeded\r\n";
//! let mut input = &stream[..];
//! assert!(pop.decode(&mut input)?.is_none() && pop.paused());
//! input = &input[8..]; // the caller's own exchange
//! pop.upgraded(&[])?;
//! assert!(matches!(pop.decode(&mut input)?, Some(Event::Greeting(_))));
//! # Ok::<(), pop3_proto::Error>(())
//! ```

use crate::{Command, Reply};

/// Who the Kerberos exchange says the client is.
///
/// ```
/// use pop3_proto::{Command, kpop::Principal};
/// let principal = Principal::new("mrose");
/// assert!(principal.refuses(&Command::user("mrose")?).is_none());
/// assert!(principal.refuses(&Command::user("other")?).is_some());
/// assert!(principal.refuses(&Command::pass("anything")?).is_none());
/// # Ok::<(), pop3_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal(alloc::string::String);

impl Principal {
    /// The principal's name, without instance and realm.
    pub fn new(name: impl Into<alloc::string::String>) -> Self {
        Self(name.into())
    }

    /// The reply that refuses a command which is not allowed to this principal: USER with another name.
    pub fn refuses(&self, command: &Command) -> Option<Reply> {
        match command {
            Command::User(name) if name.as_text() != self.0.as_str() => {
                Some(Reply::refusal("USER must name the Kerberos principal"))
            }
            _ => None,
        }
    }
}
