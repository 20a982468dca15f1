//! The dissector of messages.

use std::io::Write as _;

use mail_proto::imap::{Dialect, Fetch, FetchBuilder, FetchItem, Response};
use mail_proto::serve;
use mail_proto_examples::mime::Tree;
use rfc822_mime::Message;

use crate::{Arguments, View};

/// Shows all files; whether all could be read and, for `--check`, no cutting made a difference.
pub fn messages(arguments: &Arguments) -> bool {
    let mut clean = true;
    for (number, file) in (1..).zip(&arguments.files) {
        if let Err(why) = look(file, number, arguments) {
            eprintln!("scope: {file}: {why}");
            clean = false;
        }
    }
    clean
}

fn look(file: &str, number: u32, arguments: &Arguments) -> Result<(), String> {
    let octets = std::fs::read(file).map_err(|error| error.to_string())?;
    if let Some(told) = told(&Message::parse(&octets), number, &arguments.view)? {
        return std::io::stdout().write_all(&told).map_err(|error| error.to_string());
    }
    let tree = Tree::read(&octets, arguments.chunk);
    let document = tree.json();
    if arguments.json {
        println!("{document}");
    } else {
        if arguments.files.len() > 1 {
            println!("# {file}");
        }
        print!("{tree}");
    }
    let sizes: &[usize] = if arguments.check { &[1, 7, usize::MAX] } else { &[] };
    match sizes.iter().find(|size| Tree::read(&octets, **size).json() != document) {
        Some(size) => Err(format!("the document depends on the cutting (pieces of {size} octets)")),
        None => Ok(()),
    }
}

/// What a server sends for it; `None` where the tree is wanted.
fn told(message: &Message<'_>, number: u32, view: &View) -> Result<Option<Vec<u8>>, String> {
    const MISSING: &str = "NIL: there is no such part";
    match view {
        View::Tree => Ok(None),
        View::Section(section) => Ok(Some(serve::section(message, section).ok_or(MISSING)?.to_vec())),
        View::Binary(section) => {
            let octets = serve::binary(message, section).map_err(|error| error.to_string())?;
            Ok(Some(octets.ok_or(MISSING)?.to_vec()))
        }
        View::Fetch(items) => {
            let fetched = items.iter().try_fold(Fetch::builder(number), |all, item| add(all, item, message));
            let response = Response::from(fetched?.build().map_err(text)?);
            response.to_bytes(Dialect::Imap4rev1).map(Some).map_err(text)
        }
    }
}

fn add(builder: FetchBuilder, item: &FetchItem, message: &Message<'_>) -> Result<FetchBuilder, String> {
    Ok(match item {
        FetchItem::Envelope => builder.envelope(&serve::envelope(message.root())),
        FetchItem::Body => builder.body(&serve::body(message).map_err(text)?),
        FetchItem::BodyStructure => builder.body_structure(&serve::body_structure(message).map_err(text)?),
        FetchItem::Rfc822Size => builder.rfc822_size(serve::rfc822_size(message)),
        FetchItem::Section(section, partial) | FetchItem::Peek(section, partial) => {
            match (serve::section(message, section), partial) {
                (None, _) => builder.missing_section(section),
                (Some(octets), None) => builder.section(section, &octets.to_vec()),
                (Some(octets), Some(piece)) => {
                    let octets = octets.partial(piece.origin(), piece.octets());
                    builder.partial(section, piece.origin(), &octets.to_vec())
                }
            }
        }
        FetchItem::Binary(section, None) | FetchItem::BinaryPeek(section, None) => {
            match serve::binary(message, section).map_err(text)? {
                None => builder.missing_binary(section),
                Some(octets) => builder.binary(section, &octets.to_vec()),
            }
        }
        FetchItem::BinarySize(section) => {
            let octets = serve::binary(message, section).map_err(text)?;
            builder.binary_size(section, octets.map_or(0, |octets| octets.octets()))
        }
        other => return Err(format!("a message does not have {other:?}")),
    })
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
