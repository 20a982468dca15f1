//! A message and its parts, read in small pieces.

use mail_proto_examples::mime::Tree;
use mail_proto_examples::samples;
use rfc822_mime::decoder::Decoder;

use crate::Failure;
use crate::dialogue::Dialogue;
use crate::report::Tally;

/// The sample that has the most in it.
const NAME: &str = "05-nested.eml";

/// Octets of a piece.
const PIECE: usize = 7;

/// The octets of all events are the message, and its tree is the same as if it were read at once.
pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let (_, message) = samples::FILES.iter().find(|(name, _)| *name == NAME).ok_or("where is the sample?")?;
    let (mut decoder, mut tally, mut octets) = (Decoder::new(), Tally::default(), Vec::new());
    for mut piece in message.chunks(PIECE) {
        while let Some(event) = decoder.decode(&mut piece)? {
            tally.events += 1;
            octets.extend_from_slice(event.octets().map_or(&[], |octets| octets));
        }
    }
    while let Some(event) = decoder.finish()? {
        tally.events += 1;
        octets.extend_from_slice(event.octets().map_or(&[], |octets| octets));
    }
    tally.compare(&octets, message);

    let tree = Tree::read(message, PIECE);
    for node in tree.nodes() {
        dialogue.remark(&node.to_string())?;
    }
    let whole = Tree::read(message, usize::MAX);
    tally.check(tree.json() == whole.json(), "the tree depends on the cutting");
    dialogue.end()?;
    Ok(tally)
}
