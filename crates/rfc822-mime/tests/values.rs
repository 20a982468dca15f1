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

/// Whether each line has something to read, and none is too long for the world (RFC 5322 section 2.1.1).
fn has_good_lines(folded: &[u8]) -> bool {
    let mut lines = folded.split_inclusive(|octet| *octet == b'\n').enumerate();
    // the first one begins with the name of the field
    lines.all(|(n, line)| (n == 0 || !line.trim_ascii().is_empty()) && line.len() <= 1_000)
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
                    prop_assert!(has_good_lines(folded), "{}", folded.escape_ascii());
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

    #[test]
    fn a_bare_cr_says_the_same_when_it_is_written(raw in raw()) {
        let with_cr = |octet: u8| if octet == b' ' { b'\r' } else { octet };
        let raw: Vec<u8> = raw.into_iter().filter(|octet| *octet != 0).map(with_cr).collect();
        let parameters = Parameters::parse(&raw, Leniency::Lenient).0;
        prop_assert_eq!(Parameters::parse(&parameters.to_bytes(), Leniency::Lenient).0, parameters);
        let ids = MessageIds::parse(&raw, Leniency::Lenient).0;
        prop_assert_eq!(MessageIds::parse(&ids.to_bytes(), Leniency::Lenient).0, ids);
        let list = AddressList::parse(&raw, Leniency::Lenient).0;
        let written = list.to_bytes();
        prop_assert!(has_no_line_end(&written));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn serde_gives_back_what_it_took(seed in proptest::collection::vec(any::<u8>(), 0..600)) {
        macro_rules! each {
            ($value:ty) => {
                if let Ok(value) = <$value>::arbitrary(&mut Unstructured::new(&seed)) {
                    let stored = serde_json::to_string(&value).expect("text");
                    prop_assert_eq!(serde_json::from_str::<$value>(&stored).expect(&stored), value);
                }
            };
        }
        for_each_value!(each, each);
        each!(Address);
        each!(AuthMethod);
        each!(AuthProperty);
        each!(BaseSubject);
        each!(Group);
        each!(Parameter);
        each!(ReceivedClause);
        if let Ok(date) = DateTime::arbitrary(&mut Unstructured::new(&seed)) {
            let defects = DateTime::parse(date.to_string().replace(',', "").as_bytes(), Leniency::Lenient).1;
            let stored = serde_json::to_string(&defects).expect("text");
            prop_assert_eq!(serde_json::from_str::<Defects>(&stored).expect(&stored), defects);
        }
    }
}

/// Whoever stored them may have been someone else.
#[test]
fn what_serde_gives_has_no_line_end() {
    for (stored, written) in
        [(r#"["en\r\nX: y"]"#, "enX: y"), (r#"[[97,13,10,98]]"#, "<ab>"), (r#""a\r\nb""#, "ab")]
    {
        let octets = match written {
            "<ab>" => serde_json::from_str::<MessageIds>(stored).expect("identifiers").to_bytes(),
            "ab" => TransferEncoding::Other(serde_json::from_str(stored).expect("text")).to_bytes(),
            _ => serde_json::from_str::<ContentLanguage>(stored).expect("languages").to_bytes(),
        };
        assert_eq!(octets.escape_ascii().to_string(), written);
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

/// What was read once, is written and read as the same.
macro_rules! stays {
    ($value:ident, $raw:expr) => {{
        let read = $value::parse($raw, Leniency::Lenient).0;
        let octets = read.to_bytes();
        assert_eq!($value::parse(&octets, Leniency::Lenient).0, read, "{}", octets.escape_ascii());
        read
    }};
}

#[test]
fn the_prefix_of_an_extended_value_is_in_one_segment() {
    let language = "x".repeat(200);
    let raw = format!("; a*=utf-8'{language}'%C3%A9{}", "b".repeat(200));
    let read = stays!(Parameters, raw.as_bytes());
    assert_eq!(read.parameter("a").and_then(|parameter| parameter.language()), Some(&*language));
    // a charset of line ends alone is none
    assert_eq!(stays!(Parameters, b"; a*=%0D''b").parameter("a").and_then(|a| a.charset()), None);
}

#[test]
fn many_long_values_fit_the_bound_on_parameters() {
    let name = "n".repeat(60);
    let long: String = (0..10).map(|n| format!("; {name}{n}*=''{}", "%C3%A9".repeat(200))).collect();
    assert_eq!(stays!(Parameters, long.as_bytes()).iter().len(), 10);
    let all: String = (0..128).map(|n| format!("; n{n}=\"{}\"", "a b".repeat(50))).collect();
    assert_eq!(stays!(Parameters, all.as_bytes()).iter().len(), Parameters::MAX);
}

#[test]
fn a_parameter_counts_once_in_each_of_both_forms() {
    let (read, defects) = Parameters::parse(b"; a=1; a*=''2; a*=''3; a=4; a*0=5", Leniency::Lenient);
    assert!(read.iter().map(Parameter::value_bytes).eq([b"1", b"2"]));
    assert_eq!(defects.iter().filter(|defect| defect.kind == DefectKind::DuplicateParameter).count(), 3);
}

#[test]
fn long_parameters_are_cut_into_continuations() {
    let long = format!("{} \"quoted\\{}", "a".repeat(1_500), "b".repeat(1_500));
    let short = "an ordinary name.txt";
    for (value, is_cut) in [(&*long, true), (short, false), ("", false), ("é".repeat(500).as_str(), true)] {
        let name = Parameter::new("filename", value).expect("a parameter");
        let disposition =
            ContentDisposition::new("attachment", [name].into_iter().collect()).expect("a disposition");
        let octets = disposition.to_bytes();
        assert_eq!(octets.windows(12).any(|window| window.starts_with(b"filename*1")), is_cut);
        for line in fold("Content-Disposition", &octets).split(|octet| *octet == b'\n') {
            assert!(line.len() <= 79, "{}", line.escape_ascii());
        }
        for leniency in [Leniency::Strict, Leniency::Lenient] {
            let (read, defects) = ContentDisposition::parse(&octets, leniency);
            assert_eq!(read, disposition);
            assert_eq!(read.parameters().get("filename").as_deref(), Some(value));
            assert!(defects.is_empty());
        }
    }
    // one piece: the plain one of two, and a boundary
    for raw in [format!("; a=\"{long}\"; a*=''b"), format!("; boundary=\"{}\"", "a b".repeat(30))] {
        let raw = raw.replace("\"quoted\\", "");
        assert!(!stays!(Parameters, raw.as_bytes()).to_bytes().windows(3).any(|window| window == b"*1="));
    }
}

#[test]
fn words_that_no_line_has_room_for_are_encoded() {
    let long = format!("{} {}\"\\", "a".repeat(1_500), "\"".repeat(990));
    let mailbox = Mailbox::new("a", "b.example").expect("an address").with_name(&long);
    let folded = [fold("Subject", &Text::new(&long).to_bytes()), fold("From", &mailbox.to_bytes())];
    for line in folded.iter().flat_map(|field| field.split_inclusive(|octet| *octet == b'\n')) {
        assert!(line.len() <= 80, "{}", line.escape_ascii());
    }
    assert_eq!(Text::parse(&folded[0]["Subject:".len()..], Leniency::Strict).0, Text::new(&long));
    let read = Mailbox::parse(&folded[1]["From:".len()..], Leniency::Strict).0.expect("an address");
    assert_eq!(read.name().text(), long);
}

#[test]
fn charsets_of_encoded_words_are_ascii() {
    let raw = [b"=?".as_slice(), &[0xe9; 60], b"?q?a?="].concat();
    assert_eq!(EncodedWord::parse(&raw, Leniency::Lenient).0, None);
    let text = Text::parse(&raw, Leniency::Lenient).0;
    assert_eq!(text.as_bytes(), raw);
}

#[test]
fn brackets_in_a_domain_end_no_identifier() {
    stays!(MessageIds, b"a@[>] <b@c>");
    assert!(MessageId::new("a", "[>]").is_err() && Mailbox::new("a", "[<b@c>]").is_err());
}

#[test]
fn a_list_needs_no_space_before_its_identifier() {
    for raw in [&b"Joke<joke.example>"[..], b"\"Joke\"<joke.example>", b"a: Joke<joke.example>"] {
        let id = ListId::parse(raw, Leniency::Lenient).0.expect("an identifier");
        assert_eq!(id.id(), "joke.example");
        assert!(id.description().display().ends_with("Joke"));
        assert_eq!(ListId::parse(&id.to_bytes(), Leniency::Strict).0, Some(id));
    }
    assert!(ListId::parse(b"Joke<joke.example>", Leniency::Strict).0.is_some());
}
