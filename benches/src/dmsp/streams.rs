//! What a DMSP repository and its clients say, in bulk.

use crate::{Random, stuffed};

const MAILBOXES: [&str; 6] =
    ["archive", "current-events", "main", "mod.politics", "rec.music.gdead", "saved"];

/// So many commands, in the mixture of a client that keeps its copy of the mailboxes up to date.
pub fn commands(count: usize) -> Vec<u8> {
    let mut random = Random::new(7);
    let mut stream = String::new();
    for _ in 0..count {
        let (mailbox, uid) = (random.choose(&MAILBOXES), 1 + random.below(100_000));
        stream += &match random.below(100) {
            0..40 => format!("FETCH-MESSAGE {mailbox} {uid}\r\n"),
            40..50 => format!("FETCH-DESCRIPTORS {mailbox} {uid} {}\r\n", uid + 100),
            50..60 => format!("FETCH-CHANGED-DESCRIPTORS {mailbox} 100\r\n"),
            60..75 => format!("SET-MESSAGE-FLAG {mailbox} {uid} {} 1\r\n", random.below(16)),
            75..85 => format!("RESET-DESCRIPTORS {mailbox} {uid} {}\r\n", uid + 100),
            85..92 => format!("COPY-MESSAGE {mailbox} archive {uid}\r\n"),
            92..95 => format!("EXPUNGE-MAILBOX {mailbox}\r\n"),
            95..98 => "LIST-MAILBOXES\r\n".to_owned(),
            _ => format!("LOGIN user{uid} secret client-{uid} 0 0\r\n"),
        };
    }
    stream.into_bytes()
}

/// A reply to LIST-MAILBOXES with so many rows.
pub fn mailboxes(rows: usize) -> Vec<u8> {
    let mut random = Random::new(8);
    listing("230 mailbox list follows:\r\n", rows, |number| {
        let (uid, messages) = (random.below(100_000), random.below(1_000));
        format!("mailbox-{number} {uid} {messages} {}\r\n", random.below(100))
    })
}

/// A reply to FETCH-CHANGED-DESCRIPTORS with so many rows: of six lines each, but one in twenty, whose message was
/// expunged, of two.
pub fn descriptors(rows: usize) -> Vec<u8> {
    let mut random = Random::new(9);
    listing("250 descriptor list follows:\r\n", rows, |uid| match random.below(20) {
        0 => format!("expunged\r\n{uid}\r\n"),
        _ => format!(
            "descriptor\r\n{uid} {:016b} {} {}\r\nuser{}@athena.mit.edu\r\n{}-list@ptt.lcs.mit.edu\r\n\
             Mon, {} Jun 88 12:{}:00 EDT\r\nRe: your message of last week, number {}\r\n",
            random.below(1 << 16),
            600 + random.below(400_000),
            10 + random.below(5_000),
            random.below(1_000),
            random.choose(&MAILBOXES),
            1 + random.below(30),
            10 + random.below(50),
            random.below(10_000),
        ),
    })
}

fn listing(reply: &str, rows: usize, row: impl FnMut(usize) -> String) -> Vec<u8> {
    let mut stream = reply.to_owned();
    stream.extend((1..=rows).map(row));
    stream += ".\r\n";
    stream.into_bytes()
}

/// A reply to FETCH-MESSAGE that carries `message`.
pub fn fetch(message: &[u8]) -> Vec<u8> {
    let mut stream = b"251 Message follows:\r\n".to_vec();
    stream.extend(stuffed(message));
    stream
}
