//! Messages that are built are read as what they were made of, and edits keep all octets, whatever the choices.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use arbitrary::Unstructured;
use proptest::prelude::*;
use rfc822_mime::testkit::writing::{assert_builds, assert_edits};

/// Octets of which headers are made.
fn header() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 21] = [
        b"Subject: ",
        b"subject :",
        b"\r\n",
        b"\n",
        b"\r",
        b" ",
        b"\t",
        b":",
        b"x",
        b"From ",
        b">From a",
        b"X-New: 1",
        b"\xEF\xBB\xBF",
        b"\xc3\xa9",
        b"\xe9",
        b"\0",
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"\n--b\n",
        b"--b--",
        b"From: a <\xc3\xa9@b>",
        b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: utf-8; \xc3\xa9\r\n\r\n",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..20)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_built_is_read(choices in proptest::collection::vec(any::<u8>(), 0..2000)) {
        // choices that were too few are no message
        let _ = assert_builds(&mut Unstructured::new(&choices));
    }

    #[test]
    fn edits_keep_all_other_octets(message in header()) {
        assert_edits(&message);
    }
}
