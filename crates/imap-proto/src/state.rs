//! The states of a session, what each permits, and what ends it: RFC 9051 sections 3 and 6.

use crate::core::{Condition, Numbering, ResponseCode, StatusResponse};
use crate::historic::spec;
use crate::{CommandBody, Dialect, HistoricCommand, OtherCommand};

/// Where a session is (RFC 9051 section 3).
///
/// ```
/// use imap_proto::{CommandBody, State};
/// let select = CommandBody::select("INBOX")?;
/// assert!(State::Authenticated.permits(&select) && State::Selected.permits(&select));
/// assert!(!State::NotAuthenticated.permits(&select));
/// assert!(!State::Authenticated.permits(&CommandBody::Close));
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum State {
    /// The server has not greeted yet: what comes now is suspect.
    #[default]
    Greeting,
    /// Not authenticated.
    NotAuthenticated,
    /// Authenticated, and no mailbox is selected.
    Authenticated,
    /// Authenticated, and a mailbox is selected.
    Selected,
    /// The server said BYE, or LOGOUT was answered.
    Logout,
}

pub(crate) const ANY: &[State] = &[State::NotAuthenticated, State::Authenticated, State::Selected];
pub(crate) const NOT_AUTHENTICATED: &[State] = &[State::NotAuthenticated];
pub(crate) const AUTHENTICATED: &[State] = &[State::Authenticated, State::Selected];
/// Of ENABLE: authenticated, "before any mailbox is selected".
pub(crate) const UNSELECTED: &[State] = &[State::Authenticated];
pub(crate) const SELECTED: &[State] = &[State::Selected];

impl State {
    /// Whether the command may be given here, by the tables [`COMMANDS`](crate::COMMANDS) and
    /// [`HISTORIC_COMMANDS`](crate::HISTORIC_COMMANDS). One that is unknown may wherever any
    /// command may.
    pub fn permits(self, command: &CommandBody) -> bool {
        command.states().unwrap_or(ANY).contains(&self)
    }

    /// The state behind an untagged status response.
    pub(crate) fn told(self, status: &StatusResponse) -> Self {
        match (self, status.condition()) {
            (_, Condition::Bye) => Self::Logout,
            (Self::Greeting, Condition::PreAuth) => Self::Authenticated,
            (Self::Greeting, _) => Self::NotAuthenticated,
            (Self::Selected, Condition::Ok) if status.code() == Some(&ResponseCode::Closed) => {
                Self::Authenticated
            }
            _ => self,
        }
    }

    /// The state behind the tagged response to a command.
    pub(crate) fn answered(self, kind: Kind, condition: Condition) -> Self {
        match (self, kind, condition) {
            (Self::Logout, ..) | (_, Kind::Logout, Condition::Ok) => Self::Logout,
            (_, Kind::Select, Condition::Ok) => Self::Selected,
            // A SELECT that fails has closed the mailbox before; BAD is no failure, but no SELECT at all (section 6.3.2).
            (Self::Selected, Kind::Select, Condition::No) => Self::Authenticated,
            (Self::Selected, Kind::Deselect, Condition::Ok) => Self::Authenticated,
            (Self::Selected, ..) => self,
            (_, Kind::Login | Kind::Authenticate, Condition::Ok) => Self::Authenticated,
            _ => self,
        }
    }
}

/// What the tagged response to a command decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Capability,
    StartTls,
    Authenticate,
    Login,
    Logout,
    Compress,
    Enable,
    /// SELECT, EXAMINE and BBOARD.
    Select,
    /// CLOSE and UNSELECT.
    Deselect,
    Idle,
    /// SELECT.VERSION, and what is spoken behind its OK.
    Version(Dialect),
    /// FETCH, STORE, SEARCH and what is like them: its message numbers must stay while it runs (RFC 9051 section 7.5.1).
    Numbered,
    Other,
}

/// RFC 5256 has the rule of SEARCH for SORT and THREAD.
const NUMBERED: [&str; 5] = ["FETCH", "SEARCH", "SORT", "STORE", "THREAD"];

impl CommandBody {
    /// Where it may be given, if it is known.
    pub(crate) fn states(&self) -> Option<&'static [State]> {
        match self {
            Self::Historic(historic) => spec(historic.name().as_bytes()).map(|spec| spec.states),
            command => command.spec().map(|spec| spec.states),
        }
    }
}

impl Kind {
    pub(crate) fn of(body: &CommandBody) -> Self {
        let numbered = |numbering| if numbering == Numbering::SeqNo { Self::Numbered } else { Self::Other };
        let is_numbered = |other: &OtherCommand| {
            NUMBERED.iter().any(|name| other.name().as_bytes().eq_ignore_ascii_case(name.as_bytes()))
        };
        match body {
            CommandBody::Capability => Self::Capability,
            CommandBody::StartTls => Self::StartTls,
            CommandBody::Authenticate(_) => Self::Authenticate,
            CommandBody::Login(_) => Self::Login,
            CommandBody::Logout => Self::Logout,
            CommandBody::Compress => Self::Compress,
            CommandBody::Enable(_) => Self::Enable,
            CommandBody::Select(_) | CommandBody::Examine(_) => Self::Select,
            CommandBody::Close | CommandBody::Unselect => Self::Deselect,
            CommandBody::Idle => Self::Idle,
            CommandBody::Fetch(fetch) => numbered(fetch.numbering()),
            CommandBody::Store(store) => numbered(store.numbering()),
            CommandBody::Search(numbering, _) => numbered(*numbering),
            CommandBody::Historic(command) => match command {
                HistoricCommand::Bboard(_) => Self::Select,
                HistoricCommand::SelectVersion(version) => Self::Version(version.dialect()),
                HistoricCommand::Partial(_) | HistoricCommand::StoreField(_) => Self::Numbered,
                _ => Self::Other,
            },
            CommandBody::Other(other) if is_numbered(other) => Self::Numbered,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Options};

    fn command(text: &str) -> CommandBody {
        Command::parse(alloc::format!("a {text}").as_bytes(), &Options::server()).unwrap().into_parts().1
    }

    #[test]
    fn a_known_command_with_an_unknown_argument_has_its_row() {
        for (text, name) in [
            ("SEARCH X-GM-RAW foo", Some("SEARCH")),
            ("uid search X-GM-RAW foo", Some("UID SEARCH")),
            ("UID SORT (DATE) UTF-8 ALL", None),
            ("UID X-A-VERY-LONG-WORD-INDEED", None),
            ("X-A-VERY-LONG-WORD-INDEED x", None),
            ("XFROB", None),
        ] {
            let body = command(text);
            assert!(matches!(body, CommandBody::Other(_)), "{text}");
            assert_eq!(body.spec().map(|spec| spec.name), name, "{text}");
        }
    }

    #[test]
    fn what_keeps_message_numbers() {
        for (text, kind) in [
            ("FETCH 1 FLAGS", Kind::Numbered),
            ("UID FETCH 1 FLAGS", Kind::Other),
            ("STORE 1 FLAGS ()", Kind::Numbered),
            ("UID STORE 1 FLAGS ()", Kind::Other),
            ("SEARCH ALL", Kind::Numbered),
            ("UID SEARCH ALL", Kind::Other),
            ("search X-GM-RAW foo", Kind::Numbered),
            ("UID SEARCH X-GM-RAW foo", Kind::Other),
            ("SORT (DATE) UTF-8 ALL", Kind::Numbered),
            ("COPY 1 x", Kind::Other),
        ] {
            assert_eq!(Kind::of(&command(text)), kind, "{text}");
        }
    }
}
