//! Messages to write, and edits of a field.

use rfc822_mime::Edit;
use rfc822_mime::build::{Builder, Progress, Seed, Transport};
use rfc822_mime::value::{Mailbox, MessageId};

use crate::{LARGE, READ, Workload, lines, transfer};

/// Recipients of a message.
const RECIPIENTS: usize = 100;

/// Everything that is measured of writing.
pub fn workloads() -> Vec<Workload> {
    let seed = Seed::new(b"bench");
    let (file, eight_bit, quoted) =
        (transfer::binary(LARGE), transfer::text(LARGE, 5), transfer::text(LARGE, 1));
    let message = attached(&transfer::text(LARGE, 0), Transport::EIGHT_BIT, seed);
    vec![
        Workload::new("compose/attachment/base64", file.len(), file.len() / 57, move || {
            written(&file, "application/pdf", Transport::SEVEN_BIT, seed)
        }),
        Workload::new("compose/attachment/8bit", eight_bit.len(), lines(&eight_bit), move || {
            written(&eight_bit, "text/plain; charset=iso-8859-1", Transport::EIGHT_BIT, seed)
        }),
        Workload::new("compose/attachment/quoted-printable", quoted.len(), lines(&quoted), move || {
            written(&quoted, "text/plain; charset=iso-8859-1", Transport::SEVEN_BIT, seed)
        }),
        Workload::new("compose/header/write", header(seed).len(), RECIPIENTS + 8, move || {
            header(seed).len() as u64
        }),
        Workload::new("compose/edit/set", message.len(), 1, move || {
            let mut edit = Edit::new(&message);
            let set = edit.set("Subject", "another subject");
            set.map_or(0, |()| edit.pieces().octets())
        }),
    ]
}

/// A message with a file, written in pieces into a buffer that is emptied with each, as a program does that sends it.
fn written(file: &[u8], kind: &str, transport: Transport, seed: Seed) -> u64 {
    let message = Builder::new().text("See the file.").attach("file", kind, file);
    let mut writer = message.build(transport, seed).expect("a message").into_writer();
    let (mut output, mut octets) = (Vec::with_capacity(2 * READ), 0);
    while writer.encode(&mut output).expect("no body is streamed") == Progress::More {
        octets += output.len() as u64;
        output.clear();
    }
    octets
}

/// A message with a file.
pub fn attached(file: &[u8], transport: Transport, seed: Seed) -> Vec<u8> {
    let message =
        Builder::new().subject("a subject").text("See the file.").attach("file", "text/plain", file);
    message.build(transport, seed).and_then(|message| message.to_bytes()).expect("a message")
}

/// A header with many recipients, some of whose names are encoded.
fn header(seed: Seed) -> Vec<u8> {
    let mut message = Builder::new().subject("Grüße aus Köln, und noch einige Wörter mehr").text("Hello.");
    for number in 0..RECIPIENTS {
        let name = if number % 4 == 0 { "Zoë Übel" } else { "Doe, John" };
        let mailbox = Mailbox::new("john.doe", "mail.a.example").expect("an address");
        message = message.to(mailbox.with_name(name));
    }
    let ids = (0..5).filter_map(|_| MessageId::new("0123456789abcdef", "a.example").ok());
    message = message.field("References", &ids.collect::<rfc822_mime::value::MessageIds>());
    message.build(Transport::SEVEN_BIT, seed).and_then(|message| message.to_bytes()).expect("a message")
}
