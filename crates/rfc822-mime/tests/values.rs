//! Every value: what is written is read as the same, strictly and without a defect; and any octets are read.

use arbitrary::{Arbitrary, Unstructured};
use proptest::prelude::*;
use rfc822_mime::value::*;
use rfc822_mime::{DefectKind, Defects, Leniency};

/// Runs a macro for each value: those that are always given, and those that are an `Option`.
macro_rules! for_each_value {
    ($always:ident, $maybe:ident) => {
        $always!(AddressList);
        $always!(AuthenticationResults);
        $always!(ContentDisposition);
        $always!(ContentLanguage);
        $always!(ContentLocation);
        $always!(TransferEncoding);
        $always!(ContentType);
        $always!(Keywords);
        $always!(ListUris);
        $always!(MessageIds);
        $always!(Parameters);
        $always!(Phrase);
        $always!(Received);
        $always!(Text);
        $maybe!(ContentDuration);
        $maybe!(ContentMd5);
        $maybe!(DateTime);
        $maybe!(EncodedWord);
        $maybe!(ListId);
        $maybe!(Mailbox);
        $maybe!(MessageId);
        $maybe!(MimeVersion);
    };
}

/// What a writer can't help: addresses without a domain, routes; charsets that are only named; encodings nobody knows.
fn is_clean(defects: &Defects) -> bool {
    use DefectKind::{MissingDomain, ObsoleteAddress, PlainAndExtended, TransferEncodingUnknown as Unknown};
    let may = |kind| matches!(kind, MissingDomain | ObsoleteAddress | PlainAndExtended | Unknown);
    defects.iter().all(|defect| may(defect.kind))
}

fn has_no_line_end(octets: &[u8]) -> bool {
    !octets.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(seed in proptest::collection::vec(any::<u8>(), 0..600)) {
        macro_rules! always {
            ($value:ty) => {
                if let Ok(value) = <$value>::arbitrary(&mut Unstructured::new(&seed)) {
                    let octets = value.to_bytes();
                    prop_assert!(has_no_line_end(&octets), "{}", octets.escape_ascii());
                    let folded = &fold("X", &octets)[2..];
                    for leniency in [Leniency::Strict, Leniency::Lenient] {
                        let (read, defects) = <$value>::parse(&octets, leniency);
                        prop_assert_eq!(&read, &value, "{}: {}", stringify!($value), octets.escape_ascii());
                        prop_assert!(is_clean(&defects), "{:?}: {}", defects, octets.escape_ascii());
                        prop_assert_eq!(&<$value>::parse(folded, leniency).0, &value, "{}", folded.escape_ascii());
                    }
                }
            };
        }
        macro_rules! maybe {
            ($value:ty) => {
                if let Ok(value) = <$value>::arbitrary(&mut Unstructured::new(&seed)) {
                    let octets = value.to_bytes();
                    prop_assert!(has_no_line_end(&octets), "{}", octets.escape_ascii());
                    for leniency in [Leniency::Strict, Leniency::Lenient] {
                        let (read, defects) = <$value>::parse(&octets, leniency);
                        prop_assert_eq!(read.as_ref(), Some(&value), "{}", octets.escape_ascii());
                        prop_assert!(is_clean(&defects), "{:?}: {}", defects, octets.escape_ascii());
                    }
                }
            };
        }
        for_each_value!(always, maybe);
    }

    #[test]
    fn any_octets_are_read(raw in raw()) {
        macro_rules! always {
            ($value:ty) => {
                for leniency in [Leniency::Strict, Leniency::Lenient] {
                    let (value, defects) = <$value>::parse(&raw, leniency);
                    prop_assert!(defects.iter().all(|defect| defect.at <= raw.len() as u64));
                    let octets = value.to_bytes();
                    prop_assert!(has_no_line_end(&octets));
                    if leniency == Leniency::Lenient && has_no_line_end(&raw) {
                        // what was understood once stays as it is
                        let again = <$value>::parse(&octets, leniency).0;
                        prop_assert_eq!(again, value, "{}: {}", stringify!($value), octets.escape_ascii());
                    }
                }
            };
        }
        macro_rules! maybe {
            ($value:ty) => {
                for leniency in [Leniency::Strict, Leniency::Lenient] {
                    let (value, defects) = <$value>::parse(&raw, leniency);
                    prop_assert!(defects.iter().all(|defect| defect.at <= raw.len() as u64));
                    if let Some(value) = value {
                        let octets = value.to_bytes();
                        prop_assert!(has_no_line_end(&octets));
                        if leniency == Leniency::Lenient && has_no_line_end(&raw) {
                            let again = <$value>::parse(&octets, leniency).0;
                            prop_assert_eq!(again, Some(value), "{}: {}", stringify!($value), octets.escape_ascii());
                        }
                    }
                }
            };
        }
        for_each_value!(always, maybe);
    }
}

/// Octets, and pieces that mean something.
fn raw() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        any::<u8>().prop_map(|octet| vec![octet]),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

const PIECES: &[&str] = &[
    " ",
    "\r\n ",
    "\t",
    "(",
    ")",
    "<",
    ">",
    "[",
    "]",
    ":",
    ";",
    "@",
    ",",
    ".",
    "\"",
    "\\",
    "=",
    "?",
    "*",
    "'",
    "%",
    "/",
    "=?utf-8?q?",
    "?=",
    "=?utf-8?b?YQ==?=",
    "=?x?q?a?=",
    "=?iso-2022-jp?b?GyRCJCI=?=",
    "a",
    "b.c",
    "a@b.c",
    "<a@b>",
    "text/plain",
    "name=x",
    "name*0=",
    "name*1*=",
    "utf-8''%41",
    "%zz",
    "charset",
    "1 Jan 2020 00:00:00 +0000",
    "Mon",
    "-0000",
    "12",
    ":30",
    "from",
    "by",
    "for",
    "spf=pass",
    "reason",
    "smtp.mailfrom=",
    "none",
    "NO",
    "mailto:",
    "é",
    "re:",
    "[x]",
    "(fwd)",
    "attachment",
    "base64",
];

#[test]
fn a_charset_stands_in_the_first_encoded_segment_alone() {
    let raw = b"attachment; A*0*=%3Fx%29; A*1*=utf-8''A";
    let read = ContentDisposition::parse(raw, Leniency::Lenient).0;
    assert_eq!(read.parameters().get("A").as_deref(), Some("?x)utf-8''A"));
    assert_eq!(ContentDisposition::parse(&read.to_bytes(), Leniency::Lenient).0, read);
}

#[test]
fn semicolons_in_received_are_not_taken_for_that_of_the_date() {
    let read = Received::parse(b"from a for <d@e>; 1 Je>; 1 Jan 20!00:00", Leniency::Lenient).0;
    assert_eq!(read.date(), None);
    assert_eq!(Received::parse(&read.to_bytes(), Leniency::Lenient).0, read);
}
