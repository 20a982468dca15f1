//! Each row of the table of policies in `docs/mime.md`, by its first cell: examples, and what both leniencies make of them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;

use rfc822_mime::decoder::{Limits, Options};
use rfc822_mime::value::*;
use rfc822_mime::{Defects, Leniency, Message, PartKind, transfer};

use Leniency::{Lenient, Strict};

/// How an example is read: what it shows, and what was odd.
type Read = fn(&[u8], Leniency) -> (String, Defects);

struct Case {
    row: &'static str,
    read: Read,
    raw: &'static [u8],
    lenient: &'static str,
    strict: &'static str,
}

const fn case(
    row: &'static str,
    read: Read,
    raw: &'static str,
    lenient: &'static str,
    strict: &'static str,
) -> Case {
    Case { row, read, raw: raw.as_bytes(), lenient, strict }
}

const CASES: &[Case] = &[
    case(
        "encoded word beside text without white space (`=?utf-8?q?d?=e`)",
        text,
        "=?utf-8?q?d?=e",
        "de",
        "=?utf-8?q?d?=e",
    ),
    case("`?` inside the text of an encoded word", text, "=?utf-8?q?a?b?=", "a?b", "=?utf-8?q?a?b?="),
    case(
        "encoded word between quotes in a phrase or a parameter",
        phrase,
        "\"=?utf-8?q?a?=\"",
        "=?utf-8?q?a?= is shown as a",
        "=?utf-8?q?a?= is shown as a",
    ),
    case(
        "encoded word between quotes in a phrase or a parameter",
        parameter,
        "; x=\"=?utf-8?q?a?=\"",
        "=?utf-8?q?a?= is shown as a",
        "=?utf-8?q?a?= is shown as a",
    ),
    case("unknown charset in an encoded word", text, "=?x-no?q?a?=", "=?x-no?q?a?=", "=?x-no?q?a?="),
    case("line without colon among the fields", fields, "A: 1\njunk\nB: 2\n\nc", "A=1 B=2 c", "A=1 B=2 c"),
    case("bare CR", parameter, "; x=\"a\rb\"", "a b is shown as a b", "a b is shown as a b"),
    case("bare CR", fields, "A: 1\rB: 2\n\nc\rd", "A=1\\rB: 2 c\\rd", "A=1\\rB: 2 c\\rd"),
    case(
        "Subject, Message-ID, Date, Content-Type, Content-Transfer-Encoding, Content-Disposition twice",
        first_fields,
        "MIME-Version: 1.0\nSubject: a\nSubject: b\nDate: 1 Jan 2020 00:00:00 +0000\nDate: 1 Jan 2021 00:00:00 +0000\n\
         Content-Type: text/a\nContent-Type: multipart/b; boundary=b\nContent-Transfer-Encoding: base64\n\
         Content-Transfer-Encoding: 8bit\nContent-Disposition: inline\nContent-Disposition: attachment\n\
         Message-ID: <a@b>\nMessage-ID: <c@d>\n\nYQ==",
        "a 2020 text/a base64 inline Leaf <a@b>",
        "a 2020 text/a base64 inline Leaf <a@b>",
    ),
    case(
        "From, To, Cc, Bcc, Reply-To twice",
        to,
        "To: a@b.example\nTo: c@d.example\n\n",
        "a@b.example, c@d.example",
        "a@b.example",
    ),
    case(
        "`foo@bar.example <a@b.example>`",
        addresses,
        "foo@bar.example <a@b.example>",
        "\"foo@bar.example\" <a@b.example>",
        "",
    ),
    case("`a@b.example; d@e.example`", addresses, "a@b.example; d@e.example", "a@b.example, d@e.example", ""),
    case("`<a@b.example> <d@e.example>`", addresses, "<a@b.example> <d@e.example>", "a@b.example", ""),
    case("`Doe, John <a@b.example>`", addresses, "Doe, John <a@b.example>", DOE, DOE),
    case("address without a domain", domain, "Root <root>", "root at \"\"", "root at \"\""),
    case(DATES, date, "1 Jan 2020 02:03:04", "Wed, 1 Jan 2020 02:03:04 -0000", "none"),
    case(DATES, date, "1 Jan 2020 02:03:04 +05:30", "Wed, 1 Jan 2020 02:03:04 +0530", "none"),
    case(DATES, date, "1 January 2020 02:03:04 +0000", "Wed, 1 Jan 2020 02:03:04 +0000", "none"),
    case(DATES, date, "1-Jan-2020 02:03:04 +0000", "Wed, 1 Jan 2020 02:03:04 +0000", "none"),
    case(DATES, date, "Wed Jan  1 02:03:04 2020", "Wed, 1 Jan 2020 02:03:04 -0000", "none"),
    case(DATES, date, "2020-01-01T02:03:04Z", "Wed, 1 Jan 2020 02:03:04 +0000", "none"),
    case(DATES, date, "1 Jan 2020 02.03.04 +0000", "Wed, 1 Jan 2020 02:03:04 +0000", "none"),
    case(DATES, date, "1 Jan 2020 02:03:04 +9999", "none", "none"),
    case(DATES, date, "30 Feb 2020 02:03:04 +0000", "none", "none"),
    case(DATES, date, "1 Jan 2020 24:00:00 +0000", "none", "none"),
    case("two-digit years", date, "1 Jan 49 00:00:00 +0000", YEARS[0], YEARS[0]),
    case("two-digit years", date, "1 Jan 50 00:00:00 +0000", YEARS[1], YEARS[1]),
    case("two-digit years", date, "1 Jan 123 00:00:00 +0000", YEARS[2], YEARS[2]),
    case("military and unknown zones", date, "1 Jan 2020 00:00:00 A", UNKNOWN_ZONE, UNKNOWN_ZONE),
    case("military and unknown zones", date, "1 Jan 2020 00:00:00 XYZ", UNKNOWN_ZONE, UNKNOWN_ZONE),
    case("RFC 2231: a segment is missing", parameter, "; x*0=a; x*2=c", "a is shown as a", "none"),
    case("RFC 2231: `name` and `name*`", parameter, BOTH, "é is shown as é, of 2", "é is shown as é, of 2"),
    case("Content-Type that can't be read", content_type, "a; x=y", "text/plain; x=y", "text/plain"),
    case("Content-Type that can't be read", content_type, "a/b/c", "text/plain", "text/plain"),
    case(
        "`text/plain charset=utf-8` without `;`",
        content_type,
        "text/plain charset=utf-8",
        "text/plain; charset=utf-8",
        "text/plain",
    ),
    case("boundary as the beginning of a longer line (`--Bx`)", parts, TWO[0], "M(a,--Bx,b)", "M(a,--Bx,b)"),
    case("`--B--` with more text behind it", parts, TWO[1], "M(a)", "M(a,--B--x,b)"),
    case(
        "boundary in use by an outer multipart",
        parts,
        "MIME-Version: 1.0\nContent-Type: multipart/x; boundary=B\n\n--B\nContent-Type: multipart/y; boundary=BB\n\n\
         --BB\n\na\n--B\n\nb\n--B--\n",
        "M(M(a)b)",
        "M(M(a)b)",
    ),
    case(
        "no blank line between a part's delimiter and text that is no field",
        parts,
        "MIME-Version: 1.0\nContent-Type: multipart/x; boundary=B\n\n--B\na\n--B--\n",
        "M(a)",
        "M(a)",
    ),
    case(
        "one line end between the last field and a delimiter",
        sizes,
        "MIME-Version: 1.0\r\nContent-Type: multipart/x; boundary=B\r\n\r\n--B\r\nX: y\r\n\r\n--B--\r\n",
        "8+0",
        "8+0",
    ),
    case(
        "multipart with a transfer encoding",
        parts,
        "MIME-Version: 1.0\nContent-Type: multipart/x; boundary=B\nContent-Transfer-Encoding: base64\n\n--B\n\na\n--B--\n",
        "M(a)",
        "M(a)",
    ),
    case(
        "message/rfc822 in base64 or quoted-printable",
        parts,
        "MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nYTpiCgpj",
        "YTpiCgpj",
        "YTpiCgpj",
    ),
    case(
        "Content-Type without MIME-Version",
        parts,
        "Content-Type: multipart/x; boundary=B\n\n--B\n\na\n--B--",
        "M(a)",
        "--B,,a,--B--",
    ),
    case(
        "multipart without a boundary parameter, or with an empty one",
        parts,
        "MIME-Version: 1.0\nContent-Type: multipart/x\n\n--B",
        "M()",
        "M()",
    ),
    case(
        "multipart without a boundary parameter, or with an empty one",
        parts,
        "MIME-Version: 1.0\nContent-Type: multipart/x; boundary=\"\"\n\n--",
        "M()",
        "M()",
    ),
    case("depth, parts, fields beyond their limits", few_parts, NESTED, "M(--C,,a,--C--)", "M(--C,,a,--C--)"),
    case("base64: `=` in mid-stream", base64, "YWI=YWI=", "abab", "ab"),
    case("base64: octets outside the alphabet", base64, "YWJj*YWJj", "abcabc", "abc"),
    case("`Content-Transfer-Encoding: \"base64\"`", encoding, "\"base64\"", "base64", "\"base64\", opaque"),
    case("Content-Transfer-Encoding without a name", encoding, "", "7bit", "7bit"),
    case("Content-Transfer-Encoding without a name", encoding, " (c) ", "7bit", "7bit"),
    case(
        "Content-Transfer-Encoding without a name",
        parts,
        "MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding:\n\nA: b\n\nc",
        "R(c)",
        "R(c)",
    ),
    case("unknown transfer encoding", encoding, "x-no", "x-no, opaque", "x-no, opaque"),
    case(
        "`iso-8859-1` octets 0x80 to 0x9F",
        text,
        "=?iso-8859-1?q?=80=9f?=",
        "\u{20ac}\u{178}",
        "\u{20ac}\u{178}",
    ),
    Case { row: EIGHT_BIT, read: text, raw: b"caf\xc3\xa9", lenient: "café", strict: "café" },
    Case { row: EIGHT_BIT, read: text, raw: b"caf\xe9", lenient: "café", strict: "café" },
];

const DOE: &str = "Doe, John <a@b.example>";
const DATES: &str = "dates: no zone, `+05:30`, long month, `1-Jan-2020`, asctime, ISO 8601, `00.00.00`";
const YEARS: [&str; 3] =
    ["Fri, 1 Jan 2049 00:00:00 +0000", "Sun, 1 Jan 1950 00:00:00 +0000", "Sun, 1 Jan 2023 00:00:00 +0000"];
const UNKNOWN_ZONE: &str = "Wed, 1 Jan 2020 00:00:00 -0000";
const BOTH: &str = "; x=e; x*=utf-8''%C3%A9";
const TWO: [&str; 2] = [
    "MIME-Version: 1.0\nContent-Type: multipart/x; boundary=B\n\n--B\n\na\n--Bx\nb\n--B--\n",
    "MIME-Version: 1.0\nContent-Type: multipart/x; boundary=B\n\n--B\n\na\n--B--x\nb\n--B--\n",
];
const NESTED: &str = "MIME-Version: 1.0\nContent-Type: multipart/x; boundary=B\n\n--B\nContent-Type: multipart/y; boundary=C\n\n\
                      --C\n\na\n--C--\n--B--\n";
const EIGHT_BIT: &str = "octets above 0x7F in fields without a charset";

fn text(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let (text, defects) = Text::parse(raw, leniency);
    (text.as_str().into(), defects)
}

fn phrase(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let (phrase, defects) = Phrase::parse(raw, leniency);
    (format!("{} is shown as {}", phrase.text(), phrase.display()), defects)
}

fn parameter(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let (parameters, defects) = Parameters::parse(raw, leniency);
    let count = match parameters.iter().len() {
        0 | 1 => String::new(),
        count => format!(", of {count}"),
    };
    let shown = parameters
        .parameter("x")
        .map_or("none".into(), |x| format!("{} is shown as {}{count}", x.value(), x.display()));
    (shown, defects)
}

fn addresses(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let (list, defects) = AddressList::parse(raw, leniency);
    (list.to_string(), defects)
}

fn domain(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let (mailbox, defects) = Mailbox::parse(raw, leniency);
    (mailbox.map(|one| format!("{} at {:?}", one.local(), one.domain())).unwrap_or_default(), defects)
}

fn date(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let (date, defects) = DateTime::parse(raw, leniency);
    (date.map_or("none".into(), |date| date.to_string()), defects)
}

fn content_type(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let (content_type, defects) = ContentType::parse(raw, leniency);
    (String::from_utf8(content_type.to_bytes()).unwrap(), defects)
}

fn encoding(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let (encoding, defects) = TransferEncoding::parse(raw, leniency);
    (format!("{encoding}{}", if encoding.is_opaque() { ", opaque" } else { "" }), defects)
}

fn base64(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let (octets, defects) = transfer::decode(&TransferEncoding::Base64, leniency, raw);
    (String::from_utf8(octets).unwrap(), defects)
}

fn message(raw: &[u8], leniency: Leniency) -> Message<'_> {
    Message::parse_with(raw, Options::new().with_leniency(leniency))
}

/// `name=value` of all fields, and the body.
fn fields(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let message = message(raw, leniency);
    let fields = message.root().fields().map(|field| {
        let value = field.unfolded().escape_ascii().to_string();
        format!("{}={}", field.name().escape_ascii(), value.trim_start())
    });
    let shown: Vec<String> = fields.chain([message.root().body().escape_ascii().to_string()]).collect();
    (shown.join(" "), message.map().defects().clone())
}

/// Which of those that are there twice counts: the accessors say, which are the same for both.
fn first_fields(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let message = message(raw, leniency);
    let root = message.root();
    let shown = format!(
        "{} {} {} {} {} {:?} {}",
        message.subject().unwrap(),
        message.date().unwrap().year(),
        String::from_utf8(root.content_type().to_bytes()).unwrap(),
        root.transfer_encoding(),
        root.disposition().unwrap().kind(),
        root.kind(),
        MessageId::parse(root.fields().first("Message-ID").unwrap().value(), leniency).0.unwrap(),
    );
    (shown, message.map().defects().clone())
}

/// A strict reader reads the first field by its own: the accessors are for all.
fn to(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let message = message(raw, leniency);
    let list = match leniency {
        Lenient => message.root().addresses("To"),
        _ => AddressList::parse(message.root().fields().first("To").unwrap().value(), leniency).0,
    };
    (list.to_string(), message.map().defects().clone())
}

/// `M(…)` is a multipart, `R(…)` a message; of a leaf, its lines with commas between them.
fn parts(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    shown_parts(&message(raw, leniency))
}

/// Octets of the header, with the empty line, and of the body of each leaf.
fn sizes(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let message = message(raw, leniency);
    let parts = message.map().parts().iter().filter(|part| part.kind() == PartKind::Leaf);
    let shown: Vec<_> =
        parts.map(|part| format!("{}+{}", part.header_size().octets(), part.body_size().octets())).collect();
    (shown.join(" "), message.map().defects().clone())
}

fn few_parts(raw: &[u8], leniency: Leniency) -> (String, Defects) {
    let options = Options::new().with_leniency(leniency).with_limits(Limits::new().with_depth(2));
    shown_parts(&Message::parse_with(raw, options))
}

fn shown_parts(message: &Message<'_>) -> (String, Defects) {
    let parts: Vec<_> = message.parts().collect();
    let mut shown = String::new();
    let mut open: Vec<u64> = Vec::new();
    for part in parts {
        while open.pop_if(|end| *end <= part.range().start).is_some() {
            shown.push(')');
        }
        match part.kind() {
            PartKind::Leaf => {
                let body = String::from_utf8(part.body().to_vec()).unwrap();
                shown.push_str(&body.trim_end().replace('\n', ","));
                continue;
            }
            PartKind::Multipart => shown.push_str("M("),
            PartKind::Message => shown.push_str("R("),
            _ => panic!("a fourth kind"),
        }
        open.push(part.range().end);
    }
    shown.extend(open.iter().map(|_| ')'));
    (shown, message.map().defects().clone())
}

/// What it is about, and what `Strict` makes of it.
fn rows() -> Vec<(String, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mime.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rows = page.lines().skip_while(|line| *line != "|---|---|---|---|").skip(1);
    rows.take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            let ["", what, _, strict, _, ""] = cells[..] else { panic!("{line}") };
            (what.into(), strict.into())
        })
        .collect()
}

#[test]
fn every_row_has_a_case_and_every_case_a_row() {
    let rows = rows();
    for (what, _) in &rows {
        assert!(CASES.iter().any(|case| case.row == what), "no case for the row {what:?}");
    }
    for case in CASES {
        let count = rows.iter().filter(|(what, _)| what == case.row).count();
        assert_eq!(count, 1, "rows for the case {:?}", case.row);
    }
}

#[test]
fn examples_are_read_as_their_rows_say() {
    for case in CASES {
        for (leniency, expected) in [(Lenient, case.lenient), (Strict, case.strict)] {
            let (shown, _) = (case.read)(case.raw, leniency);
            assert_eq!(shown, expected, "{}: {} ({leniency:?})", case.row, case.raw.escape_ascii());
        }
    }
}

#[test]
fn what_only_a_lenient_reader_takes_is_a_defect() {
    for case in CASES.iter().filter(|case| case.lenient != case.strict) {
        let (_, defects) = (case.read)(case.raw, Lenient);
        // fields that are there twice are for the caller to see
        assert!(!defects.is_empty() || case.row.starts_with("From, To"), "{}", case.row);
    }
}

#[test]
fn strict_readers_differ_where_the_table_says_so() {
    for (what, strict) in rows() {
        let differs = CASES.iter().filter(|case| case.row == what).any(|case| case.lenient != case.strict);
        assert_eq!(differs, strict != "the same", "{what}");
    }
}
