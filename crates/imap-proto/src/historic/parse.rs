//! How frames are read in the dialects before IMAP4rev1, and what of them is read in all.

use imap_wire::frame::Frame;
use imap_wire::{Cursor, ParseError, ParseErrorKind};
use mail_wire::{Deviations, Error};

use super::command::{HistoricCommand, SubscribeOption};
use super::imap3;
use super::table::find;
use crate::core::MailboxName;
use crate::fetch::Scratch;
use crate::unit::check;
use crate::{Command, CommandBody, Dialect, Options, Response};

/// A command in a dialect before IMAP4rev1.
#[cold]
#[inline(never)]
pub(crate) fn parse_command(frame: &Frame<'_>, options: &Options) -> Result<(Command, Deviations), Error> {
    let (frame, deviations) = check(frame, options)?;
    mail_wire::visited(frame.octets().len());
    let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth())
        .with_generation(options.dialect().generation());
    match parse_tagged(&mut cursor, options.dialect()) {
        Ok(command) => Ok((command, deviations.union(cursor.deviations()))),
        Err(error) => Err(error.in_frame(&frame)),
    }
}

fn parse_tagged(cursor: &mut Cursor<'_>, dialect: Dialect) -> Result<Command, ParseError> {
    if dialect == Dialect::Imap4 {
        return Command::parse_frame(cursor);
    }
    let tag = cursor.tag("a tag")?;
    cursor.space()?;
    let start = cursor.at();
    if let Some(row) = find(cursor.rest(), dialect) {
        if !cursor.rest().starts_with(row.name.as_bytes()) {
            cursor.note_spelling();
        }
        cursor.skip(row.name.len());
        match (row.parse)(cursor) {
            Ok(body) => {
                cursor.end_of_arguments()?;
                return Ok(Command::new(tag, body));
            }
            Err(error) if error.kind() != ParseErrorKind::Unknown => return Err(error),
            Err(_) => cursor.seek(start),
        }
    }
    // What the dialect lacks is unknown in it.
    CommandBody::parse_other(cursor).map(|body| Command::new(tag, body))
}

/// A response in a dialect before IMAP4rev1. The grammar is that of all, which knows by the cursor what was legal.
#[cold]
#[inline(never)]
pub(crate) fn parse_response(
    frame: &Frame<'_>,
    options: &Options,
    scratch: &mut Scratch,
) -> Result<(Response, Deviations), Error> {
    let (frame, deviations) = check(frame, options)?;
    mail_wire::visited(frame.octets().len());
    let mut cursor = Cursor::new(&frame, options.leniency(), options.limits().depth())
        .with_generation(options.dialect().generation());
    let parse = if options.dialect() == Dialect::Imap3 { imap3::parse_frame } else { Response::parse_frame };
    match parse(&mut cursor, scratch, frame.octets()) {
        Ok(Response::Fetch(fetch)) => {
            Ok((Response::Fetch(fetch.written_anew()), deviations.union(cursor.deviations())))
        }
        Ok(response) => Ok((response, deviations.union(cursor.deviations()))),
        Err(error) => Err(error.in_frame(&frame)),
    }
}

/// A command that IMAP4rev1 has no more, and servers of it should know (RFC 2062); `None` where it is something else.
#[cold]
#[inline(never)]
pub(crate) fn parse_always(cursor: &mut Cursor<'_>) -> Result<Option<CommandBody>, ParseError> {
    let start = cursor.clone();
    let Some(row) = find(cursor.rest(), Dialect::Imap4) else { return Ok(None) };
    cursor.skip(row.name.len());
    match (row.parse)(cursor) {
        Ok(body) => cursor.end_of_arguments().map(|()| Some(body)),
        Err(error) if error.kind() != ParseErrorKind::Unknown => Err(error),
        Err(_) => {
            *cursor = start;
            Ok(None)
        }
    }
}

/// `[SP mailbox]` behind the name in SUBSCRIBE or UNSUBSCRIBE: there `MAILBOX` is a word of its own if a name follows, and else
/// the name (RFC 2062 section 6.3.OBS.3).
#[inline]
pub(crate) fn parse_subscribe(
    cursor: &mut Cursor<'_>,
    modern: fn(MailboxName) -> CommandBody,
    historic: fn(SubscribeOption, MailboxName) -> HistoricCommand,
) -> Result<CommandBody, ParseError> {
    cursor.space()?;
    let name = MailboxName::parse(cursor)?;
    if cursor.is_at_end() || !name.as_bytes().eq_ignore_ascii_case(b"MAILBOX") {
        return Ok(modern(name));
    }
    cursor.space()?;
    let name = MailboxName::parse(cursor)?;
    Ok(CommandBody::Historic(historic(SubscribeOption::Mailbox, name)))
}
