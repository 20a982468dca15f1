//! The states of a session, and what each permits: RFC 1056 section 4.3.

use crate::{ReplyCode, Verb};

/// Where a session is.
///
/// ```
/// use dmsp_proto::{State, Verb};
/// assert!(State::Anonymous.permits(Verb::Login));
/// assert!(!State::Anonymous.permits(Verb::FetchMessage)); // answer 406
/// assert!(!State::LoggedIn.permits(Verb::Login)); // answer 410
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum State {
    /// The banner is still to come.
    #[default]
    Greeting,
    /// In front of LOGIN: HELP, SEND-VERSION, LOGIN and LOGOUT may be given.
    Anonymous,
    /// Behind LOGIN: everything but LOGIN.
    LoggedIn,
    /// LOGOUT was answered: nothing more is said.
    Closed,
}

pub(crate) const ANONYMOUS: &[State] = &[State::Anonymous];
pub(crate) const LOGGED_IN: &[State] = &[State::LoggedIn];
pub(crate) const STATES_ALL: &[State] = &[State::Anonymous, State::LoggedIn];

impl State {
    /// Whether the operation may be given here. [`Verb::Other`] may wherever any operation may.
    pub fn permits(self, verb: Verb) -> bool {
        verb.spec().map_or(STATES_ALL, |spec| spec.states).contains(&self)
    }

    /// The state behind a final reply to `verb`.
    pub(crate) fn after(self, verb: Verb, code: ReplyCode) -> Self {
        match verb {
            Verb::Login if code.is_ok() => Self::LoggedIn,
            Verb::Logout if code.is_ok() => Self::Closed,
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_state_permits() {
        let permitted = |state: State| {
            let rows = crate::COMMANDS.iter().filter(|spec| state.permits(spec.verb));
            rows.map(|spec| spec.keyword).collect::<alloc::vec::Vec<_>>()
        };
        assert!(permitted(State::Greeting).is_empty() && permitted(State::Closed).is_empty());
        assert_eq!(permitted(State::Anonymous), ["HELP", "LOGIN", "LOGOUT", "SEND-VERSION"]);
        assert_eq!(permitted(State::LoggedIn).len(), 31);
        assert!(!State::LoggedIn.permits(Verb::Login));
        assert!(State::Anonymous.permits(Verb::Other) && !State::Closed.permits(Verb::Other));
    }

    #[test]
    fn a_client_that_is_out_of_date_is_logged_in() {
        let after = |code| State::Anonymous.after(Verb::Login, code);
        assert_eq!(after(ReplyCode::ClientOutOfDate), State::LoggedIn);
        assert_eq!(after(ReplyCode::Denied), State::Anonymous);
    }
}
