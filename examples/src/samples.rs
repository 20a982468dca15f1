//! The messages that are there if none are given.

use std::path::Path;

use bytes::Bytes;
use mail_proto::wire::sasl::encode_base64;

use crate::maildrop::Message;

/// Our own sample messages, by file name, as they are stored.
pub const FILES: &[(&str, &[u8])] = &[
    ("01-plain.eml", include_bytes!("../mail/01-plain.eml")),
    ("02-encoded-words.eml", include_bytes!("../mail/02-encoded-words.eml")),
    ("03-alternative.eml", include_bytes!("../mail/03-alternative.eml")),
    ("04-attachments.eml", include_bytes!("../mail/04-attachments.eml")),
    ("05-nested.eml", include_bytes!("../mail/05-nested.eml")),
    ("06-utf8-headers.eml", include_bytes!("../mail/06-utf8-headers.eml")),
    ("07-latin1.eml", include_bytes!("../mail/07-latin1.eml")),
    ("08-dots.eml", include_bytes!("../mail/08-dots.eml")),
    ("09-no-final-newline.eml", include_bytes!("../mail/09-no-final-newline.eml")),
    ("10-digest.eml", include_bytes!("../mail/10-digest.eml")),
    ("11-long-lines.eml", include_bytes!("../mail/11-long-lines.eml")),
    ("12-larger.eml", include_bytes!("../mail/12-larger.eml")),
];

/// [`FILES`], and a message with an attachment of 1 MiB.
pub fn messages() -> Vec<Message> {
    let files = FILES.iter().map(|(name, octets)| Message::new(Path::new(name), octets));
    files.chain([Message::new(Path::new("13-attachment.eml"), &attachment(1 << 20))]).collect()
}

/// How many of these are messages of ours, octet for octet.
pub fn known<'m>(octets: impl Iterator<Item = &'m [u8]>) -> usize {
    let samples = messages();
    octets.filter(|octets| samples.iter().any(|sample| *sample.octets() == **octets)).count()
}

/// A message with an attachment of so many octets: noise, but the same each time.
pub fn attachment(octets: usize) -> Bytes {
    let mut message = ATTACHMENT_HEAD.as_bytes().to_vec();
    let mut noise = 0x2545_F491_4F6C_DD1D_u64;
    let mut left = octets;
    while left > 0 {
        // 57 octets make a line of 76 characters.
        let line: Vec<u8> = (0..left.min(57)).map(|_| next(&mut noise)).collect();
        encode_base64(&line, &mut message);
        message.extend_from_slice(b"\r\n");
        left -= line.len();
    }
    message.extend_from_slice(b"--part--\r\n");
    message.into()
}

const ATTACHMENT_HEAD: &str = "From: fred@example.com\r\n\
    To: mrose@example.com\r\n\
    Subject: the recording\r\n\
    Date: Tue, 20 May 2025 12:00:00 +0000\r\n\
    Message-ID: <attachment.13@example.com>\r\n\
    MIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=part\r\n\
    \r\n\
    --part\r\n\
    Content-Type: text/plain; charset=us-ascii\r\n\
    \r\n\
    Here it is.\r\n\
    --part\r\n\
    Content-Type: application/octet-stream; name=noise.bin\r\n\
    Content-Disposition: attachment; filename=noise.bin\r\n\
    Content-Transfer-Encoding: base64\r\n\
    \r\n";

/// Marsaglia's xorshift.
fn next(state: &mut u64) -> u8 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 56) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_what_they_are_meant_to_be() {
        let stored = |name: &str| FILES.iter().find(|(file, _)| file.contains(name)).unwrap().1;
        assert!(stored("dots").starts_with(b"From: ") && stored("dots").ends_with(b"\r\n.\r\n"));
        assert!(!stored("no-final-newline").ends_with(b"\n"));
        assert!(!stored("attachments").is_ascii() && !stored("latin1").is_ascii());
        for (name, octets) in FILES {
            let lines = octets.windows(2).filter(|pair| *pair == b"\r\n").count();
            let feeds = octets.iter().filter(|octet| **octet == b'\n').count();
            assert_eq!(lines, feeds, "{name} has lost its CRLF: see .gitattributes");
        }
    }

    #[test]
    fn the_attachment_is_large_and_its_lines_are_not() {
        let message = attachment(1 << 20);
        assert!(message.len() > 1_400_000);
        assert!(message.split(|octet| *octet == b'\n').all(|line| line.len() <= 77));
        assert_eq!(message, attachment(1 << 20));
    }
}
