//! The states of both protocols, and RFC 937's two decision tables as data.

use crate::Dialect;
use crate::command::Verb;

/// Where a session is, to its server.
///
/// POP2's states carry the names of RFC 937's diagram. POP's are the boxes of RFC 918's, which have no names.
///
/// ```
/// use pop2_proto::{Dialect, State, Verb};
/// assert!(State::Item.permits(Verb::Retr, Dialect::Rfc937));
/// assert!(!State::Next.permits(Verb::Quit, Dialect::Rfc937)); // the message must be acknowledged first
/// assert!(State::Announced.permits(Verb::Rcev, Dialect::Rfc918));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum State {
    /// LSTN: the greeting is still to come.
    #[default]
    Listen,
    /// AUTH: POP2 waits for HELO, POP for USER.
    Auth,
    /// POP: waits for PASS.
    Password,
    /// POP: waits for a command.
    Waiting,
    /// MBOX (POP2): a mailbox is selected.
    Mbox,
    /// ITEM (POP2): a message is, and its octets are announced.
    Item,
    /// POP: a mailbox's octets are announced; RCEV is due.
    Announced,
    /// NEXT: the octets were sent; they are to be acknowledged (POP: with RCVD).
    Next,
    /// POP: the login failed; only QUIT is left.
    Failed,
    /// DONE: the server closes.
    Done,
}

/// What happens to a POP2 server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are those of the RFC's table")]
pub enum ServerInput {
    Open,
    Command(Verb),
    Close,
    Other,
    Timeout,
}

/// What a POP2 server does: the numbered actions of RFC 937's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerAction {
    /// The cell is empty.
    None,
    /// 1: send `- error` and close.
    Garbage,
    /// 2: send the greeting.
    Greet,
    /// 3: send `#n`, or `- error` and close.
    Authorize,
    /// 4: send `+ Bye`.
    Bye,
    /// 5: send `#n` (printed as `+NNN`).
    Count,
    /// 6: send `=n`.
    Length,
    /// 7: send the data, or close.
    Send,
    /// 8: do what the acknowledgment says, and send `=n`.
    Acknowledge,
    /// 9: close.
    Close,
}

/// The columns of [`SERVER_TABLE`].
pub const SERVER_STATES: [State; 6] =
    [State::Listen, State::Auth, State::Mbox, State::Item, State::Next, State::Done];

/// RFC 937, "Server Decision Table".
#[rustfmt::skip]
pub const SERVER_TABLE: &[(ServerInput, [ServerAction; 6])] = {
    use ServerAction::{Acknowledge, Authorize, Bye, Close, Count, Garbage, Greet, Length, None, Send};
    use ServerInput::{Command, Open, Other, Timeout};
    &[
        //                         LSTN     AUTH       MBOX     ITEM     NEXT         DONE
        (Open,                    [Greet,   Garbage,   Garbage, Garbage, Garbage,     Garbage]),
        (Command(Verb::Helo),     [Garbage, Authorize, Garbage, Garbage, Garbage,     Garbage]),
        (Command(Verb::Fold),     [Garbage, Garbage,   Count,   Count,   Garbage,     Garbage]),
        (Command(Verb::Read),     [Garbage, Garbage,   Length,  Length,  Garbage,     Garbage]),
        (Command(Verb::Retr),     [Garbage, Garbage,   Garbage, Send,    Garbage,     Garbage]),
        (Command(Verb::Acks),     [Garbage, Garbage,   Garbage, Garbage, Acknowledge, Garbage]),
        (Command(Verb::Ackd),     [Garbage, Garbage,   Garbage, Garbage, Acknowledge, Garbage]),
        (Command(Verb::Nack),     [Garbage, Garbage,   Garbage, Garbage, Acknowledge, Garbage]),
        (Command(Verb::Quit),     [Garbage, Bye,       Bye,     Bye,     Garbage,     Garbage]),
        (ServerInput::Close,      [Garbage, Garbage,   Garbage, Garbage, Garbage,     Close]),
        (Other,                   [Garbage, Garbage,   Garbage, Garbage, Garbage,     Garbage]),
        (Timeout,                 [None,    Garbage,   Garbage, Garbage, Garbage,     Garbage]),
    ]
};

/// RFC 918, "Diagram": which commands each of its boxes for the client leaves open, and the state behind a success.
#[rustfmt::skip]
pub const POP_DIAGRAM: &[(State, Verb, State)] = &[
    (State::Auth,      Verb::User, State::Password),
    (State::Auth,      Verb::Quit, State::Done),
    (State::Password,  Verb::Pass, State::Waiting),
    (State::Password,  Verb::Quit, State::Done),
    (State::Waiting,   Verb::Retr, State::Announced),
    (State::Waiting,   Verb::Rdel, State::Announced),
    (State::Waiting,   Verb::Rset, State::Waiting),
    (State::Waiting,   Verb::Noop, State::Waiting),
    (State::Waiting,   Verb::Quit, State::Done),
    (State::Announced, Verb::Rcev, State::Next),
    (State::Announced, Verb::Rset, State::Waiting),
    (State::Next,      Verb::Rcvd, State::Waiting),
    (State::Next,      Verb::Rset, State::Waiting),
    (State::Failed,    Verb::Quit, State::Done),
];

impl State {
    /// Whether the command may be given here.
    pub fn permits(self, verb: Verb, dialect: Dialect) -> bool {
        match dialect {
            Dialect::Rfc918 => POP_DIAGRAM.iter().any(|(state, known, _)| (*state, *known) == (self, verb)),
            Dialect::Rfc937 => {
                !matches!(self.action(ServerInput::Command(verb)), ServerAction::Garbage | ServerAction::None)
            }
        }
    }

    /// What RFC 937's table has for a POP2 server in this state; [`ServerAction::Garbage`] for what it does not list.
    pub fn action(self, input: ServerInput) -> ServerAction {
        let column = SERVER_STATES.iter().position(|state| *state == self);
        let row = SERVER_TABLE.iter().find(|(known, _)| *known == input);
        match (column, row) {
            (Some(column), Some((_, actions))) => {
                actions.get(column).copied().unwrap_or(ServerAction::Garbage)
            }
            _ => ServerAction::Garbage,
        }
    }

    /// The state behind the answer to `verb`.
    pub(crate) fn after(self, verb: Verb, outcome: Outcome, dialect: Dialect) -> Self {
        match (dialect, outcome, verb) {
            (Dialect::Rfc937, Outcome::Err, _) | (_, _, Verb::Quit) => Self::Done,
            (Dialect::Rfc937, _, Verb::Helo | Verb::Fold) => Self::Mbox,
            (Dialect::Rfc937, _, Verb::Read | Verb::Acks | Verb::Ackd | Verb::Nack) => Self::Item,
            (Dialect::Rfc937, _, Verb::Retr) => Self::Next,
            // A refusal moves only where the command was permitted.
            (Dialect::Rfc918, Outcome::Err, Verb::User) if self == Self::Auth => Self::Failed,
            (Dialect::Rfc918, Outcome::Err, Verb::Pass) if self == Self::Password => Self::Failed,
            (Dialect::Rfc918, Outcome::Err, Verb::Rcvd) if self == Self::Next => Self::Waiting,
            (Dialect::Rfc918, Outcome::Ok, _) => {
                let found = POP_DIAGRAM.iter().find(|(_, known, _)| *known == verb);
                found.map_or(self, |(_, _, next)| *next)
            }
            _ => self,
        }
    }
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Ok,
    Err,
}

/// Where a session is, to a POP2 client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum ClientState {
    /// CALL: the greeting is still to come.
    #[default]
    Call,
    /// NMBR: a number of messages is.
    Nmbr,
    /// SIZE: a number of octets is.
    Size,
    /// XFER: the octets are.
    Xfer,
    /// EXIT: the answer to QUIT is, or the end.
    Exit,
}

/// What a POP2 client hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are those of the RFC's table")]
pub enum ClientInput {
    Greet,
    Number,
    Length,
    Data,
    Bye,
    Close,
    Other,
    Timeout,
}

/// What a POP2 client does: the numbered actions of RFC 937's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAction {
    /// 1: send QUIT and wait for the end.
    Garbage,
    /// 2: send HELO.
    Greet,
    /// 3: send READ, FOLD or QUIT.
    Folder,
    /// 4: send RETR, READ or QUIT.
    Message,
    /// 5: send ACKS, ACKD or NACK.
    Acknowledge,
    /// 6: close.
    Close,
}

/// The columns of [`CLIENT_TABLE`].
pub const CLIENT_STATES: [ClientState; 5] =
    [ClientState::Call, ClientState::Nmbr, ClientState::Size, ClientState::Xfer, ClientState::Exit];

/// RFC 937, "Client Decision Table".
#[rustfmt::skip]
pub const CLIENT_TABLE: &[(ClientInput, [ClientAction; 5])] = {
    use ClientAction::{Acknowledge, Close, Folder, Garbage, Greet, Message};
    &[
        //                       CALL     NMBR     SIZE     XFER         EXIT
        (ClientInput::Greet,   [Greet,   Garbage, Garbage, Garbage,     Close]),
        (ClientInput::Number,  [Garbage, Folder,  Garbage, Garbage,     Close]),
        (ClientInput::Length,  [Garbage, Garbage, Message, Garbage,     Close]),
        (ClientInput::Data,    [Garbage, Garbage, Garbage, Acknowledge, Close]),
        (ClientInput::Bye,     [Garbage, Garbage, Garbage, Garbage,     Close]),
        (ClientInput::Close,   [Garbage, Garbage, Garbage, Garbage,     Close]),
        (ClientInput::Other,   [Garbage, Garbage, Garbage, Garbage,     Close]),
        (ClientInput::Timeout, [Garbage, Garbage, Garbage, Garbage,     Close]),
    ]
};

impl ClientState {
    /// What RFC 937's table has for a POP2 client in this state.
    pub fn action(self, input: ClientInput) -> ClientAction {
        let column = CLIENT_STATES.iter().position(|state| *state == self);
        let row = CLIENT_TABLE.iter().find(|(known, _)| *known == input);
        match (column, row) {
            (Some(column), Some((_, actions))) => {
                actions.get(column).copied().unwrap_or(ClientAction::Garbage)
            }
            _ => ClientAction::Garbage,
        }
    }

    /// The state behind sending `verb`.
    pub(crate) fn after(self, verb: Verb) -> Self {
        match verb {
            Verb::Helo | Verb::Fold => Self::Nmbr,
            Verb::Read | Verb::Acks | Verb::Ackd | Verb::Nack => Self::Size,
            Verb::Retr => Self::Xfer,
            Verb::Quit => Self::Exit,
            _ => self,
        }
    }
}
