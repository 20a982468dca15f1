//! What the messages of the corpus are made of: own words, made-up people, names that RFC 2606 sets aside.

pub(super) const WORDS: &[&str] = &[
    "ferry",
    "timetable",
    "kettle",
    "orchard",
    "invoice",
    "ladder",
    "harbour",
    "lantern",
    "meeting",
    "parcel",
    "quarry",
    "rehearsal",
    "saddle",
    "tunnel",
    "umbrella",
    "valley",
    "window",
    "yeast",
    "a",
    "of",
    "the",
    "and",
    "under",
    "behind",
    "to",
    "we",
    "they",
    "left",
    "brought",
    "painted",
    "counted",
    "2 o'clock",
    "(almost)",
    "50%",
    "A/B",
    "no. 7",
    "=)",
    "x=1",
    "e.g.",
    "Dr. Who",
    "--",
    "~3",
    "From",
    "tea",
    "[sic]",
];

pub(super) const FIRST: &[&str] =
    &["Ada", "Bela", "Cleo", "Dov", "Edda", "Femi", "Gus", "Hilde", "Ivo", "Juno", "Kato"];

pub(super) const LAST: &[&str] = &[
    "Lindqvist",
    "Marsh",
    "Nowak",
    "Okafor",
    "Pereira",
    "Quill",
    "Rossi",
    "Stone",
    "Tamm",
    "Ueda",
    "Voss",
    "O'Hara",
];

pub(super) const DOMAINS: &[&str] = &[
    "example.com",
    "example.org",
    "mail.example.net",
    "a.b.c.example",
    "x.test",
    "lists.example.org",
    "xn--bcher-kva.example",
    "EXAMPLE.COM",
    "sub-domain.example",
];

/// Texts in charsets of all kinds, and the names of these.
pub(super) const TEXTS: &[(&str, &[u8])] = &[
    ("utf-8", "caf\u{e9} au lait, na\u{ef}ve fa\u{e7}ade".as_bytes()),
    ("UTF-8", "\u{421}\u{43d}\u{435}\u{433} \u{438} \u{447}\u{430}\u{439}".as_bytes()),
    ("utf-8", "\u{6771}\u{4eac}\u{306e}\u{732b}".as_bytes()),
    ("utf-8", "tea \u{1f375} at 4 \u{20ac}".as_bytes()),
    ("iso-8859-1", b"Stra\xdfe nach K\xf8benhavn"),
    ("ISO-8859-1", b"gar\xe7on"),
    ("iso-8859-2", b"\xaelu\xbbou\xe8k\xfd k\xf9\xf2"),
    ("iso-8859-15", b"5 \xa4"),
    ("windows-1252", b"\x93quoted\x94 \x96 5 \x80"),
    ("windows-1251", b"\xd1\xed\xe5\xe3"),
    ("koi8-r", b"\xf3\xce\xc5\xc7"),
    ("iso-2022-jp", b"\x1b$B$M$3\x1b(B"),
    ("shift_jis", b"\x82\xcb\x82\xb1"),
    ("euc-jp", b"\xa4\xcd\xa4\xb3"),
    ("gb2312", b"\xc3\xa8"),
    ("big5", b"\xbf\xdf"),
    ("euc-kr", b"\xb0\xed\xbe\xe7"),
    ("us-ascii", b"plain words"),
];

/// Media types of what is attached, and the ends of file names.
pub(super) const FILES: &[(&str, &str)] = &[
    ("application/pdf", "pdf"),
    ("application/octet-stream", "bin"),
    ("image/png", "png"),
    ("IMAGE/JPEG", "JPG"),
    ("application/zip", "zip"),
    ("audio/x-wav", "wav"),
    ("text/csv", "csv"),
    ("text/calendar; method=REQUEST", "ics"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("font/woff2", "woff2"),
    ("model/x-any", "mdl"),
];

pub(super) const ZONES: &[&str] = &[
    "+0000",
    "-0000",
    "+0100",
    "-0330",
    "+1245",
    "-0800",
    "GMT",
    "EST",
    "PDT",
    "UT",
    "+0530 (IST)",
    "+0200 (a (b) c)",
];

pub(super) const MONTHS: &[&str] =
    &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
