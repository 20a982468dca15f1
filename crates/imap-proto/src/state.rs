//! Where a session is.

/// The states of RFC 9051 section 3, as far as the codecs follow them by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum State {
    /// The server has not greeted yet: what comes now is suspect.
    Greeting,
    /// Not authenticated.
    NotAuthenticated,
    /// Authenticated, or a mailbox is selected.
    Authenticated,
    /// The server said BYE, or LOGOUT was answered.
    Logout,
}
