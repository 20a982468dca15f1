//! How messages are written in the dialects before IMAP4rev1.

use alloc::format;
use alloc::vec::Vec;

use bytes::BytesMut;
use imap_wire::{LiteralPolicy, Stop, Writer};
use mail_wire::Error;

use super::admit::{lacks, lacks_response};
use super::{HistoricResponse, search, zone};
use crate::core::{Flag, Store};
use crate::fetch::{Envelope, Fetch, Item};
use crate::{AppendData, Command, CommandBody, Dialect, Response, StoreMode};

fn unsupported(form: &str, dialect: Dialect) -> Error {
    Error::unsupported(0, format!("no {form} in {}", dialect.as_str()))
}

/// # Errors
/// `Unsupported` for what the dialect lacks.
#[cold]
#[inline(never)]
pub(crate) fn encode_command(
    command: &Command,
    dialect: Dialect,
    writer: &mut Writer<'_>,
) -> Result<(), Error> {
    if let Some(form) = lacks(command.body(), dialect) {
        return Err(unsupported(form, dialect));
    }
    writer.speak(dialect.generation());
    writer.raw(command.tag().as_bytes());
    writer.space();
    encode_body(command.body(), dialect, writer)?;
    writer.raw(b"\r\n");
    Ok(())
}

fn encode_body(body: &CommandBody, dialect: Dialect, writer: &mut Writer<'_>) -> Result<(), Error> {
    match body {
        body if dialect == Dialect::Imap4 => body.encode(writer),
        CommandBody::Search(_, search) => {
            writer.raw(b"SEARCH ");
            search::encode(search.key(), dialect, writer)
        }
        CommandBody::Store(store) => encode_store(store, writer),
        CommandBody::Append(append) => {
            writer.raw(b"APPEND ");
            append.mailbox().encode(writer)?;
            for message in append.messages() {
                writer.space();
                if let AppendData::Literal(literal) = message.data() {
                    writer.literal(literal)?;
                }
            }
            Ok(())
        }
        body => body.encode(writer),
    }
}

/// ```text
/// store      = "STORE" SP sequence SP ["+" / "-"] "FLAGS" SP flag_list
/// flag_list  = ATOM / "(" 1#ATOM ")"
/// ```
fn encode_store(store: &Store, writer: &mut Writer<'_>) -> Result<(), Error> {
    writer.raw(b"STORE ");
    store.set().encode(writer);
    writer.raw(match store.mode() {
        StoreMode::Replace => b" FLAGS ",
        StoreMode::Add => b" +FLAGS ",
        StoreMode::Remove => b" -FLAGS ",
    });
    match store.flags() {
        [Flag::Recent] => Flag::encode_client_list(store.flags(), writer),
        [flag] => flag.encode(writer),
        flags => Flag::encode_client_list(flags, writer),
    }
}

/// # Errors
/// `Unsupported` for what the dialect lacks.
#[cold]
#[inline(never)]
pub(crate) fn encode_response(
    response: &Response,
    dialect: Dialect,
    writer: &mut Writer<'_>,
) -> Result<(), Error> {
    if let Some(form) = lacks_response(response, dialect) {
        return Err(unsupported(form, dialect));
    }
    writer.speak(dialect.generation());
    match response {
        Response::Status(status) => status.encode(writer)?,
        Response::Continuation(continuation) => return continuation.encode(writer),
        Response::Historic(HistoricResponse::Solicited(solicited)) => {
            solicited.encode(writer, |data, writer| encode_data(data, dialect, writer))?;
        }
        data => {
            writer.raw(b"* ");
            encode_data(data, dialect, writer)?;
        }
    }
    writer.raw(b"\r\n");
    Ok(())
}

fn encode_data(data: &Response, dialect: Dialect, writer: &mut Writer<'_>) -> Result<(), Error> {
    match data {
        Response::Fetch(fetch) => encode_fetch(fetch, b" FETCH ", dialect, writer),
        Response::Historic(response) => response.encode(dialect, writer),
        data => data.encode_data(writer),
    }
}

/// `n SP word SP (…)`.
pub(super) fn encode_fetch(
    fetch: &Fetch,
    word: &[u8],
    dialect: Dialect,
    writer: &mut Writer<'_>,
) -> Result<(), Error> {
    writer.number(u64::from(fetch.number().get()));
    writer.raw(word);
    writer.list(fetch.items(), |writer, item| match item {
        Item::InternalDate(Some(date)) if matches!(dialect, Dialect::Imap2 | Dialect::Imap3) => {
            writer.raw(b"INTERNALDATE ");
            zone::encode(date, writer)
        }
        Item::Envelope(envelope) if dialect == Dialect::MacMs => encode_counted(envelope, writer),
        Item::Envelope(envelope) if dialect == Dialect::Imap3 => {
            writer.raw(b"ENVELOPE ");
            envelope.encode_with_comments(writer)
        }
        item => item.encode(writer),
    })
}

/// MacMS: `"ENVELOPE" SP env_length SP envelope`, as a production of RFC 1203 has it.
fn encode_counted(envelope: Envelope<'_>, writer: &mut Writer<'_>) -> Result<(), Error> {
    let (mut output, mut stops): (_, Vec<Stop>) = (BytesMut::new(), Vec::new());
    let mut inner = Writer::new(&mut output, &mut stops, LiteralPolicy::Server, false);
    inner.speak(writer.generation());
    envelope.encode(&mut inner)?;
    writer.raw(b"ENVELOPE ");
    writer.number(output.len() as u64);
    writer.space();
    writer.raw(&output);
    Ok(())
}
