//! Messages, in bulk.

use crate::Random;

/// How many lines of a message begin with a dot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Dots {
    None,
    EveryTenthLine,
}

const WORDS: [&str; 32] = [
    "all",
    "and",
    "any",
    "are",
    "can",
    "day",
    "for",
    "from",
    "have",
    "letter",
    "line",
    "mail",
    "message",
    "more",
    "number",
    "of",
    "office",
    "on",
    "people",
    "post",
    "read",
    "send",
    "server",
    "some",
    "text",
    "that",
    "the",
    "time",
    "to",
    "with",
    "words",
    "workstation",
];

/// A message of about so many octets, in lines of 74 columns and CRLF; not stuffed.
pub fn message(octets: usize, dots: Dots) -> Vec<u8> {
    let mut random = Random::new(3);
    let mut text = String::with_capacity(octets);
    for line in 0.. {
        if text.len() >= octets {
            break;
        }
        let start = text.len();
        if dots == Dots::EveryTenthLine && line % 10 == 0 {
            text.push('.');
        }
        while text.len() - start < 74 {
            text += random.choose(&WORDS);
            text.push(' ');
        }
        text.truncate(start + 74);
        text += "\r\n";
    }
    text.into_bytes()
}

/// The message as a dot-terminated block, its end included.
pub fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(message.len() + message.len() / 64);
    for line in message.split_inclusive(|octet| *octet == b'\n') {
        if line.starts_with(b".") {
            block.push(b'.');
        }
        block.extend_from_slice(line);
    }
    block.extend_from_slice(b".\r\n");
    block
}
