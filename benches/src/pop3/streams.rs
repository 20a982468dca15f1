//! What a POP3 server and its clients say, in bulk.

use crate::{Random, stuffed};

/// A reply to LIST with so many rows, of about 12 octets each.
pub fn list(rows: usize) -> Vec<u8> {
    let mut random = Random::new(1);
    listing(rows, |number| format!("{number} {}", 600 + random.below(400_000)))
}

/// A reply to UIDL with so many rows: unique-ids of 24 octets, as Dovecot and others write them.
pub fn uidl(rows: usize) -> Vec<u8> {
    let mut random = Random::new(2);
    listing(rows, |number| format!("{number} {:012x}{:012x}", random.below(1 << 32), number))
}

fn listing(rows: usize, mut row: impl FnMut(usize) -> String) -> Vec<u8> {
    let mut stream = "+OK listing follows\r\n".to_owned();
    for number in 1..=rows {
        stream += &row(number);
        stream += "\r\n";
    }
    stream += ".\r\n";
    stream.into_bytes()
}

/// A reply to RETR that carries `message`.
pub fn retr(message: &[u8]) -> Vec<u8> {
    let mut stream = format!("+OK {} octets\r\n", message.len()).into_bytes();
    stream.extend(stuffed(message));
    stream
}

/// So many commands, in the mixture of a client that collects and deletes.
pub fn commands(count: usize) -> Vec<u8> {
    let mut random = Random::new(4);
    let mut stream = String::new();
    for _ in 0..count {
        let number = 1 + random.below(10_000);
        stream += &match random.below(100) {
            0..40 => format!("RETR {number}\r\n"),
            40..60 => format!("DELE {number}\r\n"),
            60..75 => format!("TOP {number} {}\r\n", random.below(50)),
            75..82 => format!("LIST {number}\r\n"),
            82..88 => format!("UIDL {number}\r\n"),
            88..92 => "NOOP\r\n".to_owned(),
            92..95 => "STAT\r\n".to_owned(),
            95..97 => format!("USER user{number}@example.org\r\n"),
            _ => format!("PASS secret {number}\r\n"),
        };
    }
    stream.into_bytes()
}
