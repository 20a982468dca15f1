//! Messages and the values of their fields.
//!
//! Options: `S` strict; `L` low limits.

use rfc822_mime::decoder::{Limits, Options};
use rfc822_mime::testkit::{assert_covers, assert_reads};
use rfc822_mime::value::*;
use rfc822_mime::{DefectKind, Defects, Leniency, Message};

use crate::Input;

/// No cut matters, every octet is in an event, the map agrees with the octets; and all that can be asked has an answer.
pub fn decoder(input: &Input) {
    let mut options = Options::new();
    if input.has(b'S') {
        options = options.with_leniency(Leniency::Strict);
    }
    if input.has(b'L') {
        let low = Limits::new().with_depth(3).with_parts(5).with_fields(3).with_field(0).with_defects(3);
        options = options.with_limits(low.with_boundary(1));
    }
    assert_reads(input.octets, options, &input.cuts);
    assert_covers(input.octets, options, usize::from(input.cuts.first().copied().unwrap_or(0)) + 1);
    let message = Message::parse_with(input.octets, options);
    let _ = (message.subject(), message.from(), message.date(), message.text(), message.html());
    for part in message.parts() {
        let _ = (part.content_type(), part.is_attachment(), part.decoded_text());
        assert!(part.decoded().len() <= part.body().len());
    }
}

/// Any octets are read as any value, strictly and leniently; what is written has no line end and is read as the same.
pub fn values(input: &Input) {
    let raw = input.octets;
    macro_rules! always {
        ($($value:ident),*) => {$(
            for leniency in [Leniency::Strict, Leniency::Lenient] {
                let (value, defects) = $value::parse(raw, leniency);
                check(raw, &value.to_bytes(), &defects);
            }
        )*};
    }
    macro_rules! maybe {
        ($($value:ident),*) => {$(
            for leniency in [Leniency::Strict, Leniency::Lenient] {
                let (value, defects) = $value::parse(raw, leniency);
                check(raw, &value.map(|value| value.to_bytes()).unwrap_or_default(), &defects);
            }
        )*};
    }
    always!(
        AddressList,
        AuthenticationResults,
        ContentDisposition,
        ContentLanguage,
        ContentLocation,
        ContentType,
        Keywords,
        ListUris,
        MessageIds,
        Parameters,
        Phrase,
        Received,
        Text,
        TransferEncoding
    );
    maybe!(ContentDuration, ContentMd5, DateTime, EncodedWord, ListId, Mailbox, MessageId, MimeVersion);
    stable(raw);
}

fn check(raw: &[u8], written: &[u8], defects: &Defects) {
    assert!(!has_line_end(written), "{}", written.escape_ascii());
    assert!(defects.iter().all(|defect| defect.at <= raw.len() as u64));
}

fn has_line_end(octets: &[u8]) -> bool {
    octets.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0))
}

/// What was understood once stays as it is, if all of it was looked at.
fn stable(raw: &[u8]) {
    if has_line_end(raw) {
        return;
    }
    macro_rules! stable {
        ($($value:ident),*) => {$({
            let (value, defects) = $value::parse(raw, Leniency::Lenient);
            if !defects.has(DefectKind::Limit) {
                let again = $value::parse(&value.to_bytes(), Leniency::Lenient).0;
                assert_eq!(again, value, "{}: {}", stringify!($value), value.to_bytes().escape_ascii());
            }
        })*};
    }
    macro_rules! stable_if_any {
        ($($value:ident),*) => {$(
            if let (Some(value), _) = $value::parse(raw, Leniency::Lenient) {
                let octets = value.to_bytes();
                let again = $value::parse(&octets, Leniency::Lenient).0;
                assert_eq!(again, Some(value), "{}: {}", stringify!($value), octets.escape_ascii());
            }
        )*};
    }
    stable!(
        AddressList,
        AuthenticationResults,
        ContentDisposition,
        ContentLanguage,
        ContentLocation,
        ContentType,
        Keywords,
        ListUris,
        MessageIds,
        Parameters,
        Phrase,
        Received,
        Text,
        TransferEncoding
    );
    stable_if_any!(
        ContentDuration,
        ContentMd5,
        DateTime,
        EncodedWord,
        ListId,
        Mailbox,
        MessageId,
        MimeVersion
    );
}
