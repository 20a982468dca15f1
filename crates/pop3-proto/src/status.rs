//! A line outside of a listing, from a server: which status it has, and what it is.

use mail_wire::{Deviation, Deviations, Error, Leniency};

use crate::command::Due;
use crate::state::Outcome;
use crate::{Challenge, Greeting, Reply};
use mail_wire::fields::Fields;

/// A line outside of a listing, read.
pub(crate) enum Heard {
    Reply(Reply),
    Challenge(Challenge),
}

/// Reads a line that begins with a status. Without one it is an error at offset 0.
pub(crate) fn hear(line: &[u8], due: Option<Due>, leniency: Leniency) -> Result<(Heard, Deviations), Error> {
    if due == Some(Due::Auth) && (line == b"+" || line.starts_with(b"+ ")) {
        return Challenge::parse(line, leniency)
            .map(|(challenge, notes)| (Heard::Challenge(challenge), notes));
    }
    let mut fields = Fields::new(line, leniency);
    let outcome = status(&mut fields)?;
    let reply = Reply::parse(outcome, due.unwrap_or(Due::LINE), &mut fields)?;
    Ok((Heard::Reply(reply), fields.deviations))
}

/// The same for the first line of a session.
pub(crate) fn hear_greeting(line: &[u8], leniency: Leniency) -> Result<(Greeting, Deviations), Error> {
    let mut fields = Fields::new(line, leniency);
    let outcome = status(&mut fields)?;
    let reply = Reply::parse(outcome, Due::LINE, &mut fields)?;
    Ok((Greeting::from_reply(reply), fields.deviations))
}

/// Takes the status, so that `fields` stand at the end or at a SP; leniently at text, if that follows without one.
fn status(fields: &mut Fields<'_>) -> Result<Outcome, Error> {
    const EXPECTED: &str = "+OK or -ERR";
    let line = fields.peek();
    for (word, outcome) in [(&b"+OK"[..], Outcome::Ok), (b"-ERR", Outcome::Err)] {
        if line.starts_with(word) && matches!(line.get(word.len()), None | Some(b' ')) {
            fields.skip(word.len());
            return Ok(outcome);
        }
    }
    // QUIRK: other letter case (1939 wants capitals), `+ OK` (examples of RFC 1082), text without its space.
    for (word, outcome) in [(&b"+OK"[..], Outcome::Ok), (b"-ERR", Outcome::Err), (b"+ OK", Outcome::Ok)] {
        if line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)) {
            fields.forgive(Deviation::StatusWord, EXPECTED)?;
            fields.skip(word.len());
            return Ok(outcome);
        }
    }
    Err(Error::syntax(0, EXPECTED))
}
