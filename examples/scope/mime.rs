//! The dissector of messages.

use mail_proto_examples::mime::Tree;

use crate::Arguments;

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
