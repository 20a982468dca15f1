//! Which message is the current one: RFC 937, "Commands", so that the author of a server need not follow it.

use alloc::vec::Vec;

use crate::{Command, Error, Reply, Response};

/// The selected mailbox of a POP2 session: its messages' octets, which are marked for deletion, and the current one.
///
/// A message is deleted when the mailbox is released (by FOLD, by QUIT), and the others keep their numbers until then.
///
/// ```
/// use pop2_proto::{Command, Reply, Response, Session};
/// let mut session = Session::new([537, 234]);
/// assert_eq!(session.count(), Reply::count(2));
/// assert_eq!(session.answer(&Command::Read(None))?, Some(Reply::length(537).into()));
/// assert_eq!(session.answer(&Command::Retr)?, Some(Response::Data)); // then the octets of message 1
/// assert_eq!(session.answer(&Command::Ackd)?, Some(Reply::length(234).into()));
/// assert_eq!(session.current(), Some(2));
/// assert_eq!(session.deleted().collect::<Vec<_>>(), [1]);
/// # Ok::<(), pop2_proto::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Session {
    messages: Vec<Message>,
    /// From 1; it may stand behind the last one.
    current: u32,
}

#[derive(Clone, Copy, Debug)]
struct Message {
    octets: u64,
    mark: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Kept,
    Deleted,
}

impl Session {
    /// A mailbox was selected: these are the octets of its messages, as they will be sent. The first is the current one.
    pub fn new(octets: impl IntoIterator<Item = u64>) -> Self {
        let messages = octets.into_iter().map(|octets| Message { octets, mark: Mark::Kept }).collect();
        Self { messages, current: 1 }
    }

    /// The answer to HELO and FOLD.
    pub fn count(&self) -> Reply {
        Reply::count(self.messages.len() as u64)
    }

    /// The number of the current message, if it exists.
    pub fn current(&self) -> Option<u32> {
        self.message().map(|_| self.current)
    }

    /// The octets of the current message; 0 if it does not exist or is marked.
    pub fn octets(&self) -> u64 {
        self.message().map_or(0, |message| message.octets)
    }

    /// The messages that are to be deleted when the mailbox is released, by number.
    pub fn deleted(&self) -> impl Iterator<Item = u32> {
        (1_u32..).zip(&self.messages).filter(|(_, message)| message.mark == Mark::Deleted).map(|(n, _)| n)
    }

    /// Does what READ, RETR, ACKS, ACKD and NACK ask for; `None` for other commands. Behind [`Response::Data`] the
    /// octets of the [`current`](Self::current) message are to be sent; where there is none, RETR is an error, behind
    /// which the server closes.
    ///
    /// # Errors
    /// None today.
    pub fn answer(&mut self, command: &Command) -> Result<Option<Response>, Error> {
        match command {
            Command::Read(Some(number)) => self.current = *number,
            Command::Read(None) | Command::Nack => {}
            Command::Acks => self.current = self.current.saturating_add(1),
            Command::Ackd => {
                if let Some(message) = self.index().and_then(|at| self.messages.get_mut(at)) {
                    message.mark = Mark::Deleted;
                }
                self.current = self.current.saturating_add(1);
            }
            Command::Retr if self.octets() > 0 => return Ok(Some(Response::Data)),
            Command::Retr => return Reply::err("no such message").map(|reply| Some(reply.into())),
            _ => return Ok(None),
        }
        Ok(Some(Reply::length(self.octets()).into()))
    }

    fn index(&self) -> Option<usize> {
        usize::try_from(self.current.checked_sub(1)?).ok()
    }

    fn message(&self) -> Option<&Message> {
        self.messages.get(self.index()?).filter(|message| message.mark == Mark::Kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(session: &mut Session, commands: &[Command]) -> Vec<u64> {
        let answers = commands.iter().map(|command| session.answer(command).unwrap().unwrap());
        answers
            .map(|answer| match answer {
                Response::Reply(reply) => reply.as_length().unwrap(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn the_current_message_moves_as_the_rfc_says() {
        let mut session = Session::new([10, 20, 30]);
        let commands = [
            Command::Read(None),
            Command::Nack,
            Command::Acks,
            Command::Ackd,
            Command::Acks,
            Command::Read(Some(2)),
            Command::Read(Some(99)),
            Command::Read(Some(1)),
        ];
        assert_eq!(lengths(&mut session, &commands), [10, 10, 20, 30, 0, 0, 0, 10]);
        assert_eq!(session.deleted().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_message_that_is_not_there_can_not_be_retrieved() {
        let mut session = Session::new([]);
        assert_eq!(lengths(&mut session, &[Command::Read(None)]), [0]);
        let Some(Response::Reply(reply)) = session.answer(&Command::Retr).unwrap() else { panic!() };
        assert!(!reply.is_ok());
        assert_eq!(session.answer(&Command::Quit).unwrap(), None);
        assert_eq!(session.current(), None);
    }
}
