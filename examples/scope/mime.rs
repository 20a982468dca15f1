//! The dissector of messages.

use std::io::Write as _;

use mail_proto::imap::{Dialect, Fetch, FetchBuilder, Response};
use mail_proto::serve;
use mail_proto_examples::mime::Tree;
use rfc822_mime::Message;

use crate::{Arguments, View};

/// Shows the parts of all files; whether all could be read and, for `--check`, no cutting made a difference.
pub fn messages(arguments: &Arguments) -> bool {
    let mut clean = true;
    for file in &arguments.files {
        if let Err(why) = look(file, arguments) {
            eprintln!("scope: {file}: {why}");
            clean = false;
        }
    }
    clean
}

fn look(file: &str, arguments: &Arguments) -> Result<(), String> {
    let octets = std::fs::read(file).map_err(|error| error.to_string())?;
    if let Some(told) = told(&Message::parse(&octets), &arguments.view)? {
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
fn told(message: &Message<'_>, view: &View) -> Result<Option<Vec<u8>>, String> {
    let builder = Fetch::builder(1);
    let wrong = |error: mail_proto::imap::Error| error.to_string();
    let builder = match view {
        View::Tree => return Ok(None),
        View::Envelope => builder.envelope(&serve::envelope(message.root())),
        View::Body => builder.body(&serve::body(message).map_err(wrong)?),
        View::BodyStructure => builder.body_structure(&serve::body_structure(message).map_err(wrong)?),
        View::Section(section) => {
            let octets = serve::section(message, section).ok_or("NIL: there is no such part")?;
            return Ok(Some(octets.to_vec()));
        }
        View::Binary(section) => {
            let octets = serve::binary(message, section).map_err(|error| error.to_string())?;
            return Ok(Some(octets.ok_or("NIL: there is no such part")?.to_vec()));
        }
    };
    response(builder).map(Some).map_err(wrong)
}

fn response(builder: FetchBuilder) -> Result<Vec<u8>, mail_proto::imap::Error> {
    Response::from(builder.build()?).to_bytes(Dialect::Imap4rev1)
}
