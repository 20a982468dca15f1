//! The states of a session, and what each permits: RFC 1939 sections 4 to 6.

use crate::command::Verb;

/// Where a session is.
///
/// ```
/// use pop3_proto::{State, Verb};
/// assert!(State::Transaction.permits(Verb::Retr));
/// assert!(!State::Authorization.permits(Verb::Pass));
/// assert!(State::Password.permits(Verb::Pass));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum State {
    /// The greeting is still to come.
    #[default]
    Greeting,
    /// AUTHORIZATION.
    Authorization,
    /// AUTHORIZATION, behind a USER that was accepted.
    Password,
    /// TRANSACTION.
    Transaction,
    /// QUIT was answered (from TRANSACTION, this is UPDATE): nothing more is said.
    Closed,
}

pub(crate) const AUTHORIZATION: &[State] = &[State::Authorization, State::Password];
pub(crate) const PASSWORD: &[State] = &[State::Password];
pub(crate) const TRANSACTION: &[State] = &[State::Transaction];
pub(crate) const STATES_ALL: &[State] = &[State::Authorization, State::Password, State::Transaction];

impl State {
    /// Whether the command may be given here. [`Verb::Other`] may wherever any command may.
    pub fn permits(self, verb: Verb) -> bool {
        verb.spec().map_or(STATES_ALL, |spec| spec.states).contains(&self)
    }

    /// The state behind a final reply to `verb`.
    pub(crate) fn after(self, verb: Verb, outcome: Outcome) -> Self {
        match (verb, outcome) {
            (Verb::User, Outcome::Ok) => Self::Password,
            (Verb::Pass | Verb::Apop | Verb::Rpop | Verb::Auth, Outcome::Ok) => Self::Transaction,
            (Verb::Pass | Verb::Rpop, Outcome::Err) if self == Self::Password => Self::Authorization,
            (Verb::Quit, _) => Self::Closed,
            _ => self,
        }
    }
}

impl State {
    /// The state behind STLS: what was said in clear text, a name included, is forgotten (RFC 2595 section 4).
    pub(crate) fn upgraded(self) -> Self {
        if self == Self::Password { Self::Authorization } else { self }
    }
}

/// What a final reply says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) enum Outcome {
    Ok,
    Err,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_state_permits() {
        let permitted = |state: State| {
            let rows = crate::COMMANDS.iter().filter(|spec| state.permits(spec.verb));
            rows.map(|spec| spec.keyword).collect::<alloc::vec::Vec<_>>().join(" ")
        };
        assert_eq!(permitted(State::Greeting), "");
        assert_eq!(permitted(State::Authorization), "APOP AUTH CAPA LANG QUIT STLS USER UTF8");
        assert_eq!(permitted(State::Password), "APOP AUTH CAPA LANG PASS QUIT RPOP STLS USER UTF8");
        assert_eq!(
            permitted(State::Transaction),
            "CAPA DELE EUIDL LANG LAST LIST NOOP QUIT RETR RSET STAT TOP UIDL XTND"
        );
        assert_eq!(permitted(State::Closed), "");
    }
}
