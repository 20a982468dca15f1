//! What a POP2 server and its clients say, in bulk.

use crate::Random;

/// So many commands, in the mixture of a client that reads mailbox after mailbox.
pub fn commands(count: usize) -> Vec<u8> {
    let mut random = Random::new(5);
    // Nothing can be retrieved before something was asked for.
    let mut stream = "HELO smith se\\ cret\r\n".to_owned();
    for _ in 1..count {
        stream += &match random.below(100) {
            0..30 => format!("READ {}\r\n", 1 + random.below(10_000)),
            30..60 => "RETR\r\n".to_owned(),
            60..75 => "ACKS\r\n".to_owned(),
            75..90 => "ACKD\r\n".to_owned(),
            90..93 => "NACK\r\n".to_owned(),
            93..97 => format!("FOLD /usr/spool/mail/user{}\r\n", random.below(1_000)),
            _ => format!("HELO user{} secret\r\n", random.below(1_000)),
        };
    }
    stream.into_bytes()
}

/// So many answers to READ: half of them bare, as in the RFC, half with UW ipop2d's text.
pub fn replies(count: usize) -> Vec<u8> {
    let mut random = Random::new(6);
    let mut stream = String::new();
    for message in 1..=count {
        let octets = 600 + random.below(400_000);
        stream += &match random.below(2) {
            0 => format!("={octets}\r\n"),
            _ => format!("={octets} characters in message {message}\r\n"),
        };
    }
    stream.into_bytes()
}

/// The answers to READ and RETR.
pub fn retr(message: &[u8]) -> Vec<u8> {
    let mut stream = format!("={}\r\n", message.len()).into_bytes();
    stream.extend_from_slice(message);
    stream
}
