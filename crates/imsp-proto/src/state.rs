//! The states of a session, and what each permits.

use imap_wire::Condition;

use crate::{CommandBody, StatusResponse};

/// Where a session is.
///
/// ```
/// use imsp_proto::{CommandBody, State};
/// let get = CommandBody::Get("common.*".try_into()?);
/// let set = CommandBody::Unset("x.mine".try_into()?);
/// assert!(State::NotAuthenticated.permits(&get) && !State::NotAuthenticated.permits(&set));
/// assert!(State::Authenticated.permits(&set));
/// # Ok::<(), imsp_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum State {
    /// The server has not greeted yet: what comes now is suspect.
    #[default]
    Greeting,
    /// Not authenticated: GET shows what anybody may see.
    NotAuthenticated,
    /// Authenticated.
    Authenticated,
    /// The server said BYE, or LOGOUT was answered.
    Logout,
}

pub(crate) const ANY: &[State] = &[State::NotAuthenticated, State::Authenticated];
pub(crate) const NOT_AUTHENTICATED: &[State] = &[State::NotAuthenticated];
pub(crate) const AUTHENTICATED: &[State] = &[State::Authenticated];

impl State {
    /// Whether the command may be given here, by the table [`COMMANDS`](crate::COMMANDS). One that is unknown may wherever any
    /// command may.
    pub fn permits(self, command: &CommandBody) -> bool {
        command.spec().map_or(ANY, |spec| spec.states).contains(&self)
    }

    /// The state behind an untagged status response.
    pub(crate) fn told(self, status: &StatusResponse) -> Self {
        match (self, status.condition()) {
            (_, Condition::Bye) => Self::Logout,
            (Self::Greeting, Condition::PreAuth) => Self::Authenticated,
            (Self::Greeting, _) => Self::NotAuthenticated,
            _ => self,
        }
    }

    /// The state behind the tagged response to a command. A login that fails leaves an earlier one alone.
    pub(crate) fn answered(self, kind: Kind, condition: Condition) -> Self {
        match (self, kind, condition) {
            (Self::Logout, ..) | (_, Kind::Logout, Condition::Ok) => Self::Logout,
            (_, Kind::Login | Kind::Authenticate, Condition::Ok) => Self::Authenticated,
            _ => self,
        }
    }
}

/// What the tagged response to a command decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Authenticate,
    Login,
    Logout,
    Other,
}

impl Kind {
    pub(crate) fn of(body: &CommandBody) -> Self {
        match body {
            CommandBody::Authenticate(_) => Self::Authenticate,
            CommandBody::Login(_) => Self::Login,
            CommandBody::Logout => Self::Logout,
            _ => Self::Other,
        }
    }
}
