//! What servers and clients are known to send against the grammar: one row for each habit.
//!
//! A lenient codec makes sense of it and names the deviation; a strict one refuses it and says where. Both are in step behind it.
//! Where nothing can be saved, the row says so: the unit is `Malformed` with its octets, and the session goes on.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use imap_proto::testkit::{Client, Server};
use imap_proto::{
    Command, Deviation, Deviations, Dialect, Event, Fetch, Item, Leniency, Options, Response, ResponseCode,
};
use mail_wire::Codec;
use mail_wire::testkit::{Subject, every_cut};

use Deviation::{
    EightBit, Missing, Number, Parentheses, Quoting, Space, Spelling, StatusWord, TrailingText, Untyped,
    Value,
};

/// What a lenient codec makes of it.
#[derive(Clone, Copy, Debug)]
enum Gives {
    /// This message, as it is written strictly (or, for a value of its own, as it stood).
    Is(&'static str),
    /// The same, but one item can't be read: its octets are kept, and its neighbours are read.
    Beside(&'static str),
    /// Nothing but its octets.
    Octets,
}

use Gives::{Beside, Is, Octets};

/// Who sends it, the unit without its CRLF, what lenient codecs make of it and what they name, and where strict ones refuse it,
/// if they do.
type Quirk = (&'static str, &'static str, Gives, &'static [Deviation], Option<u64>);

/// Values of FETCH stand in front of a `UID 7`, which no fault of theirs may hide.
const FETCH: &[Quirk] = &[
    (
        "Gmail",
        r#"* 1 FETCH (BODYSTRUCTURE ("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL) UID 7)"#,
        Is(r#"* 1 FETCH (BODYSTRUCTURE ("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL) UID 7)"#),
        &[Missing],
        Some(40),
    ),
    (
        "Gmail",
        r#"* 1 FETCH (BODYSTRUCTURE ("RELATED" NIL ("ATTACHMENT" NIL) NIL) UID 7)"#,
        Is(r#"* 1 FETCH (BODYSTRUCTURE ("RELATED" NIL ("ATTACHMENT" NIL) NIL) UID 7)"#),
        &[Missing, Value],
        Some(39),
    ),
    (
        "unknown",
        r#"* 1 FETCH (FLAGS () RFC822.TEXT "a "b" c" UID 7)"#,
        Is(r#"* 1 FETCH (FLAGS () RFC822.TEXT "a \"b\" c" UID 7)"#),
        &[Quoting],
        Some(36),
    ),
    (
        "unknown",
        r#"* 1 FETCH (UID 7 BODY[1.HEADER.FIELDS (Subject)]<0> "a "b\"" c")"#,
        Is(r#"* 1 FETCH (UID 7 BODY[1.HEADER.FIELDS (Subject)]<0> "a \"b\"\" c")"#),
        &[Quoting],
        Some(56),
    ),
    (
        "Gmail, Yandex, QQ",
        r#"* 1 FETCH (BODY ("ALTERNATIVE") UID 7)"#,
        Is(r#"* 1 FETCH (BODY ("ALTERNATIVE") UID 7)"#),
        &[Missing],
        Some(30),
    ),
    (
        "Gmail",
        r#"* 1 FETCH (BODY (("TEXT" "PLAIN" NIL NIL NIL "7BIT" 2 1)("ALTERNATIVE") "MIXED") UID 7)"#,
        Is(r#"* 1 FETCH (BODY (("TEXT" "PLAIN" NIL NIL NIL "7BIT" 2 1)("ALTERNATIVE") "MIXED") UID 7)"#),
        &[Missing],
        Some(70),
    ),
    (
        "Dovecot",
        r#"* 1 FETCH (BODYSTRUCTURE (NIL "alternative" ("boundary" "x") NIL NIL) UID 7)"#,
        Is(r#"* 1 FETCH (BODYSTRUCTURE ("alternative" ("boundary" "x") NIL NIL) UID 7)"#),
        &[Missing, Value],
        Some(29),
    ),
    (
        "Gmail",
        r#"* 1 FETCH (BODY ("MESSAGE" "RFC822" NIL NIL NIL "BASE64" 9) UID 7)"#,
        Is(r#"* 1 FETCH (BODY ("MESSAGE" "RFC822" NIL NIL NIL "BASE64" 9) UID 7)"#),
        &[Missing],
        Some(58),
    ),
    (
        "Gmail",
        r#"* 1 FETCH (BODYSTRUCTURE ("MESSAGE" "RFC822" NIL NIL NIL "BASE64" 9 NIL ("attachment" NIL) NIL NIL) UID 7)"#,
        Is(
            r#"* 1 FETCH (BODYSTRUCTURE ("MESSAGE" "RFC822" NIL NIL NIL "BASE64" 9 NIL ("attachment" NIL) NIL NIL) UID 7)"#,
        ),
        &[Missing],
        Some(67),
    ),
    (
        "Office 365",
        r#"* 1 FETCH (BODYSTRUCTURE (NIL NIL NIL NIL NIL "7BIT" 0 NIL NIL NIL NIL) UID 7)"#,
        Is(r#"* 1 FETCH (BODYSTRUCTURE (NIL NIL NIL NIL NIL "7BIT" 0 NIL NIL NIL NIL) UID 7)"#),
        &[Value],
        Some(29),
    ),
    (
        "Exchange",
        r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL "inline" NIL NIL) UID 7)"#,
        Is(
            r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL ("inline" NIL) NIL NIL) UID 7)"#,
        ),
        &[Parentheses],
        Some(67),
    ),
    (
        "Exchange",
        r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL (NIL NIL) NIL NIL) UID 7)"#,
        Is(r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL NIL NIL NIL) UID 7)"#),
        &[Value],
        Some(71),
    ),
    (
        "various",
        r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL ("attachment") NIL NIL) UID 7)"#,
        Is(
            r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL ("attachment" NIL) NIL NIL) UID 7)"#,
        ),
        &[Missing],
        Some(80),
    ),
    (
        "various",
        r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL ("inline" ("filename" )) NIL NIL) UID 7)"#,
        Is(
            r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL ("inline" ("filename" NIL)) NIL NIL) UID 7)"#,
        ),
        &[Missing, Space],
        Some(88),
    ),
    (
        "Exchange",
        r#"* 1 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" NIL NIL NIL "7BIT" 2 1) "MIXED" "notes" ("boundary" "x") NIL NIL) UID 7)"#,
        Is(
            r#"* 1 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" NIL NIL NIL "7BIT" 2 1) "MIXED" ("boundary" "x") NIL NIL) UID 7)"#,
        ),
        &[Untyped],
        Some(74),
    ),
    (
        "unknown",
        r#"* 1 FETCH (BODY ("" "X-ZIP" NIL NIL NIL "BASE64" 9) UID 7)"#,
        Is(r#"* 1 FETCH (BODY ("" "X-ZIP" NIL NIL NIL "BASE64" 9) UID 7)"#),
        &[],
        None,
    ),
    (
        "unknown",
        r#"* 1 FETCH (BODY ( "X-ZIP" NIL NIL NIL "BASE64" 9) UID 7)"#,
        Beside(r#"* 1 FETCH (BODY ( "X-ZIP" NIL NIL NIL "BASE64" 9) UID 7)"#),
        &[Space, Untyped, Value],
        Some(17),
    ),
    (
        "unknown",
        r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL NIL ("en" NIL) NIL) UID 7)"#,
        Is(r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9 NIL NIL ("en") NIL) UID 7)"#),
        &[Value],
        Some(80),
    ),
    (
        "mail.ru",
        r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" ("boundary" NIL) NIL NIL "BASE64" 9) UID 7)"#,
        Is(r#"* 1 FETCH (BODYSTRUCTURE ("IMAGE" "PNG" ("boundary" NIL) NIL NIL "BASE64" 9) UID 7)"#),
        &[Value],
        Some(55),
    ),
    (
        "mail.ru",
        r#"* 1 FETCH (BODY ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9.3736e+06) RFC822.SIZE 9.4e+06 UID 7)"#,
        Is(r#"* 1 FETCH (BODY ("IMAGE" "PNG" NIL NIL NIL "BASE64" 9373600) RFC822.SIZE 9400000 UID 7)"#),
        &[Number],
        Some(52),
    ),
    (
        "Dovecot",
        r#"* 1 FETCH (BODY ("TEXT" "PLAIN" NIL NIL NIL "7BIT" -1 -1) UID 7)"#,
        Is(r#"* 1 FETCH (BODY ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 0 0) UID 7)"#),
        &[Number],
        Some(51),
    ),
    (
        "163.com",
        r#"* 1 FETCH (BODY ("IMAGE" "PNG" NIL NIL """" "BASE64" 9) UID 7)"#,
        Is(r#"* 1 FETCH (BODY ("IMAGE" "PNG" NIL NIL "\"\"" "BASE64" 9) UID 7)"#),
        &[Quoting],
        Some(41),
    ),
    (
        "unknown",
        r#"* 1 FETCH (BODY ("IMAGE" "PNG" ("name" "my "odd".png") NIL NIL "BASE64" 9) UID 7)"#,
        Is(r#"* 1 FETCH (BODY ("IMAGE" "PNG" ("name" "my \"odd\".png") NIL NIL "BASE64" 9) UID 7)"#),
        &[Quoting],
        Some(44),
    ),
    (
        "unknown",
        r#"* 1 FETCH (ENVELOPE (NIL "a "b" c" NIL NIL NIL NIL NIL NIL NIL NIL) UID 7)"#,
        Beside(r#"* 1 FETCH (ENVELOPE (NIL "a "b" c" NIL NIL NIL NIL NIL NIL NIL NIL) UID 7)"#),
        &[Untyped],
        Some(29),
    ),
    (
        "Proton Bridge",
        "* 1 FETCH (ENVELOPE (NIL \"\u{e9}t\u{e9}\" NIL NIL NIL NIL NIL NIL NIL NIL) UID 7)",
        Is("* 1 FETCH (ENVELOPE (NIL \"\u{e9}t\u{e9}\" NIL NIL NIL NIL NIL NIL NIL NIL) UID 7)"),
        &[EightBit],
        Some(26),
    ),
    (
        "Outlook.com",
        r#"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL "a" "b") (NIL NIL "c" "d")) NIL NIL NIL NIL NIL NIL NIL) UID 7)"#,
        Is(
            r#"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL "a" "b")(NIL NIL "c" "d")) NIL NIL NIL NIL NIL NIL NIL) UID 7)"#,
        ),
        &[Space],
        Some(47),
    ),
    (
        "Dovecot",
        r#"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL "a" "MISSING_DOMAIN")("A" NIL NIL ".MISSING-HOST-NAME.")) NIL NIL NIL NIL NIL NIL NIL) UID 7)"#,
        Is(
            r#"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL "a" "MISSING_DOMAIN")("A" NIL NIL ".MISSING-HOST-NAME.")) NIL NIL NIL NIL NIL NIL NIL) UID 7)"#,
        ),
        &[],
        None,
    ),
    (
        "unknown",
        "* 1 FETCH (ENVELOPE (NIL NIL (({5}\r\nAnn Lee NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL NIL) UID 7)",
        Beside(
            "* 1 FETCH (ENVELOPE (NIL NIL (({5}\r\nAnn Lee NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL NIL) UID 7)",
        ),
        &[Untyped],
        Some(41),
    ),
    (
        "unknown",
        r#"* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL) UID 7)"#,
        Is(r#"* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) UID 7)"#),
        &[Missing],
        Some(56),
    ),
    (
        "Gmail",
        r#"* 1 FETCH (ENVELOPE (NIL NIL (("<a@b.c>" NIL "name" NIL)) NIL NIL NIL NIL NIL NIL NIL) UID 7)"#,
        Is(
            r#"* 1 FETCH (ENVELOPE (NIL NIL (("<a@b.c>" NIL "name" NIL)) NIL NIL NIL NIL NIL NIL NIL) UID 7)"#,
        ),
        &[],
        None,
    ),
    (
        "Domino",
        r#"* 1 FETCH (ENVELOPE ((NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL)) UID 7)"#,
        Is(r#"* 1 FETCH (ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) UID 7)"#),
        &[Parentheses],
        Some(21),
    ),
    ("Zoho", "* 1 FETCH (MODSEQ (-1) UID 7)", Is("* 1 FETCH (MODSEQ (0) UID 7)"), &[Number], Some(19)),
    ("Zoho", "* 1 FETCH (MODSEQ (0) UID 7)", Is("* 1 FETCH (MODSEQ (0) UID 7)"), &[Number], Some(19)),
    ("Yandex", "* 1 FETCH (UID 7 BODY[2] )", Is("* 1 FETCH (UID 7 BODY[2] NIL)"), &[Missing], Some(25)),
    ("QQ exmail", "* 1 FETCH (UID 7 )", Is("* 1 FETCH (UID 7)"), &[Space], Some(16)),
    ("Courier 2004", "* 0 FETCH (FLAGS () UID 7)", Is("* 0 FETCH (FLAGS () UID 7)"), &[Number], Some(2)),
    ("iCloud", "* 1 FETCH (BODY[] {0}\r\n UID 7)", Is("* 1 FETCH (BODY[] \"\" UID 7)"), &[], None),
    (
        "DavMail",
        "* 1 FETCH (UID 7 RFC822.HEADER  {3}\r\nabc)",
        Is("* 1 FETCH (UID 7 RFC822.HEADER \"abc\")"),
        &[Space],
        Some(31),
    ),
    ("Xeams", "* 1 FETCH (UID 7) and more", Is("* 1 FETCH (UID 7)"), &[TrailingText], Some(17)),
    (
        "any",
        "* 1 FETCH (BODY[TEXT] {003}\r\nabc UID 7)",
        Is("* 1 FETCH (BODY[TEXT] \"abc\" UID 7)"),
        &[Spelling],
        None,
    ),
    ("unknown", "* 1 FETCH(FLAGS () UID 7)", Is("* 1 FETCH (FLAGS () UID 7)"), &[Space], Some(9)),
    ("unknown", "* 1 FETCH (UID 007)", Is("* 1 FETCH (UID 7)"), &[Number, Spelling], Some(15)),
    (
        "unknown",
        "* 1 FETCH (RFC822.SIZE 9223372036854775808 UID 7)",
        Is("* 1 FETCH (RFC822.SIZE 9223372036854775808 UID 7)"),
        &[Number],
        Some(23),
    ),
    (
        "unknown",
        "* 1 FETCH (BINARY[TEXT] \"a\" UID 7)",
        Is("* 1 FETCH (BINARY[TEXT] \"a\" UID 7)"),
        &[Value],
        Some(17),
    ),
    (
        "unknown",
        "* 1 FETCH (X-PART[HEADER (\"a]b\")] (c) UID 7)",
        Is("* 1 FETCH (X-PART[HEADER (\"a]b\")] (c) UID 7)"),
        &[],
        None,
    ),
    (
        "Twisted, Hoodiecrow",
        "* 1 FETCH (BODY[]<0.3> \"abc\" UID 7)",
        Is("* 1 FETCH (BODY[]<0> \"abc\" UID 7)"),
        &[Value],
        Some(20),
    ),
    // A literal that is announced too short leaves the rest of its response as lines of their own.
    ("unknown", "* 1 FETCH (BODY[] {3}\r\nabc\r\n UID 7)", Octets, &[], Some(26)),
    ("Rambler", "* 1 FETCH (BODY[] {3}\r\nabcdef UID 7)", Octets, &[], Some(26)),
];

/// Everything else that servers send.
const RESPONSES: &[Quirk] = &[
    ("Gmail", "* OK [HIGHESTMODSEQ 12]", Is("* OK [HIGHESTMODSEQ 12] "), &[Missing], Some(23)),
    ("unknown", "* OK", Is("* OK "), &[Missing], Some(4)),
    ("unknown", "* OK[UIDNEXT 4] y", Is("* OK [UIDNEXT 4] y"), &[StatusWord], Some(4)),
    ("Office 365", "[COPYUID 55 31 6]", Is("* OK [COPYUID 55 31 6] "), &[Missing], Some(9)),
    ("Office 365", "[COPYUID 55 31 6] done", Is("* OK [COPYUID 55 31 6] done"), &[Missing], Some(9)),
    ("Outlook.com", "* OK [COPYUID 701  ] x", Is("* OK [COPYUID 701  ] x"), &[Untyped], Some(18)),
    (
        "Exchange",
        r#"A OK [Error="x: y" AuthResult=0] AUTHENTICATE completed."#,
        Is(r#"A OK [Error="x: y" AuthResult=0] AUTHENTICATE completed."#),
        &[Value],
        Some(6),
    ),
    ("various", "* OK [READ-WRITE now] x", Is("* OK [READ-WRITE now] x"), &[Untyped], Some(16)),
    ("various", "* OK [UIDNEXT] x", Is("* OK [UIDNEXT] x"), &[Untyped], Some(13)),
    ("several", "* OK [UIDNEXT 0] x", Is("* OK [UIDNEXT 0] x"), &[Number], Some(14)),
    ("several", "* OK [UIDVALIDITY 0] x", Is("* OK [UIDVALIDITY 0] x"), &[Number], Some(18)),
    ("several", "* OK [UNSEEN 0] x", Is("* OK [UNSEEN 0] x"), &[Number], Some(13)),
    ("unknown", "* OK [HIGHESTMODSEQ 0] x", Is("* OK [HIGHESTMODSEQ 0] x"), &[Number], Some(20)),
    (
        "Gmail",
        "* FLAGS (\\Seen OIB-Seen-[Google Mail]/Alle Nachrichten)",
        Is("* FLAGS (\\Seen OIB-Seen-[Google Mail]/Alle Nachrichten)"),
        &[Value],
        Some(42),
    ),
    ("Zoho, GreenMail", "* FLAGS (\\Seen \\*)", Is("* FLAGS (\\Seen \\*)"), &[Value], Some(18)),
    ("iCloud, SurgeMail", "* FLAGS (\\Seen $NotJunk )", Is("* FLAGS (\\Seen $NotJunk)"), &[Space], Some(23)),
    ("unknown", "* OK [PERMANENTFLAGS ( \\*)] x", Is("* OK [PERMANENTFLAGS (\\*)] x"), &[Space], Some(22)),
    ("Yahoo", "* SEARCH 7456 ", Is("* SEARCH 7456"), &[Space], Some(14)),
    ("unknown", "* SEARCH 0 3", Is("* SEARCH 0 3"), &[Number], Some(9)),
    ("QQ exmail", "* CAPABILITY IMAP4rev1 ", Is("* CAPABILITY IMAP4rev1"), &[Space], Some(22)),
    ("unknown", "* CAPABILITY IMAP4rev1 LITERAL +", Is("* CAPABILITY IMAP4rev1 LITERAL+"), &[Space], None),
    ("unknown", "* CAPABILITY", Is("* CAPABILITY"), &[Missing], Some(12)),
    ("Exchange", "* STATUS x (MESSAGES 1) ", Is("* STATUS x (MESSAGES 1)"), &[Space], Some(23)),
    ("163.com", "* STATUS x ()", Is("* STATUS x ()"), &[], None),
    ("unknown", "* STATUS x (UIDNEXT 0)", Is("* STATUS x (UIDNEXT 0)"), &[Number], Some(20)),
    ("Office 365", "* LIST () \"/\" a\tb", Is("* LIST () \"/\" \"a\tb\""), &[Quoting], Some(15)),
    (
        "Office 365",
        "* LIST (\\Marked) \"/\" My Folder",
        Is("* LIST (\\Marked) \"/\" \"My Folder\""),
        &[Quoting],
        Some(24),
    ),
    ("unknown", "* LSUB () \"/\" a\tb c", Is("* LSUB () \"/\" \"a\tb c\""), &[Quoting], Some(15)),
    ("Domino", "* LIST () \"\\\" Inbox", Is("* LIST () \"\\\\\" INBOX"), &[Quoting, Spelling], Some(10)),
    ("Domino, Yahoo", "* LIST () \"\\\\\" Inbox", Is("* LIST () \"\\\\\" INBOX"), &[Spelling], None),
    (
        "unknown",
        "* List (\\hasnochildren) \"/\" a",
        Is("* LIST (\\HasNoChildren) \"/\" a"),
        &[Spelling],
        None,
    ),
    ("unknown", "* capability imap4rev1", Is("* CAPABILITY imap4rev1"), &[Spelling], None),
    ("Proton Bridge", "* ID (name bridge)", Is("* ID (name bridge)"), &[], None),
    ("several", "* ID (\"name\" \"x\" )", Is("* ID (\"name\" \"x\" )"), &[], None),
    ("several", "* QUOTA \"\" (STORAGE  10 512)", Is("* QUOTA \"\" (STORAGE  10 512)"), &[], None),
    (
        "Gmail",
        "* QUOTA \"\" (STORAGE 10 15728640000)",
        Is("* QUOTA \"\" (STORAGE 10 15728640000)"),
        &[],
        None,
    ),
    ("DavMail", "*  1843 EXISTS", Is("* 1843 EXISTS"), &[Space], Some(2)),
    ("unknown", "* 07 EXPUNGE", Is("* 7 EXPUNGE"), &[Number, Spelling], Some(2)),
    ("Yandex, public-inbox", "+", Is("+ "), &[Missing], Some(1)),
    ("unknown", "* NOOP", Is("* NOOP"), &[], None),
    ("unknown", "* 99 NOOP", Is("* 99 NOOP"), &[], None),
    ("unknown", "* NOOP froopy snood", Is("* NOOP froopy snood"), &[], None),
    ("Yandex", "* BYE again", Is("* BYE again"), &[], None),
    ("unknown", "* OK na\u{ef}ve", Is("* OK na\u{ef}ve"), &[EightBit], Some(7)),
    // Lines that are no responses: they are told, and what follows is read.
    ("unknown", "The server is about to close", Octets, &[], Some(4)),
    ("GreenMail", "copied from the command", Octets, &[], Some(7)),
    ("unknown", "* 0 EXPUNGE", Octets, &[], Some(2)),
];

/// What clients send.
const COMMANDS: &[Quirk] = &[
    ("Outlook", "a FETCH 1 (RFC822.PEEK UID)", Is("a FETCH 1 (RFC822.PEEK UID)"), &[], None),
    ("iPhone", "a FETCH 1 FLAGS (CHANGEDSINCE 0)", Is("a FETCH 1 (FLAGS) (CHANGEDSINCE 0)"), &[], None),
    ("Thunderbird", "a SELECT Archive/", Is("a SELECT Archive/"), &[], None),
    ("unknown", "a NOOP ", Is("a NOOP"), &[Space], Some(6)),
    ("unknown", "a noop", Is("a NOOP"), &[Spelling], None),
    ("unknown", "a FETCH $,3 FLAGS", Is("a FETCH $,3 FLAGS"), &[Value], Some(9)),
    ("unknown", "a FETCH 0 FLAGS", Is("a FETCH 0 FLAGS"), &[Number], Some(8)),
    ("unknown", "a FETCH 1 BINARY[TEXT]", Octets, &[], Some(16)),
    ("unknown", "a STORE 1 FLAGS (\"$Junk\")", Is("a STORE 1 FLAGS ($Junk)"), &[Value], Some(24)),
    ("unknown", "a SELECT caf\u{e9}", Is("a SELECT {5+}\r\ncaf\u{e9}"), &[EightBit, Value], Some(12)),
    ("unknown", "a LOGIN \"\u{e9}\" x", Is("a LOGIN {2+}\r\n\u{e9} x"), &[EightBit], Some(9)),
];

const GREETING: &str = "* OK hi\r\n";
const BEHIND: &str = "* 3 EXISTS\r\n";

/// What a fresh codec makes of `stream`, at every cutting, and what it forgave in each event.
fn read<S: Subject>(make: impl Fn() -> S, stream: &str) -> Vec<(S::Event, Deviations)> {
    let outcome = every_cut(&make, stream.as_bytes());
    assert_eq!(outcome.error, None, "{stream}");
    let (mut subject, mut input, mut told) = (make(), stream.as_bytes(), Vec::new());
    while let Some(event) = subject.codec().decode_owned(&mut input).unwrap() {
        told.push((event.clone(), subject.codec().forgiven()));
        subject.react(&event).unwrap();
    }
    assert!(told.iter().map(|(event, _)| event).eq(&outcome.events), "{stream}");
    told
}

/// What stands between the greeting and the response behind it.
fn hear(leniency: Leniency, unit: &str) -> Vec<(Event<'static>, Deviations)> {
    let options = Options::client().with_leniency(leniency);
    let mut told = read(|| Client::after(options, &[]), &format!("{GREETING}{unit}\r\n{BEHIND}"));
    assert_eq!(told.pop().unwrap().0, Event::Response(Response::Exists(3)), "{unit}: out of step");
    assert!(matches!(told.remove(0).0, Event::Greeting(_)));
    told
}

fn serve(leniency: Leniency, unit: &str) -> Vec<(Event<'static>, Deviations)> {
    let options = Options::server().with_leniency(leniency);
    let mut told = read(|| Server::new(options), &format!("{unit}\r\nz NOOP\r\n"));
    let last = Command::parse(b"z NOOP", &Options::server()).unwrap();
    assert_eq!(told.pop().unwrap().0, Event::Command(last), "{unit}: out of step");
    told
}

fn set(deviations: &[Deviation]) -> Deviations {
    let mut set = Deviations::new();
    deviations.iter().for_each(|deviation| set.add(*deviation));
    set
}

/// The message as it is written.
fn written(event: &Event<'_>) -> Option<String> {
    let octets = match event {
        Event::Response(response) => response.to_bytes(Dialect::Imap4rev1Utf8).unwrap(),
        Event::Command(command) => command.to_bytes(Dialect::Imap4rev1).unwrap(),
        _ => return None,
    };
    Some(String::from_utf8(octets).unwrap().strip_suffix("\r\n").unwrap().into())
}

fn fetch<'e>(event: &'e Event<'_>) -> Option<&'e Fetch> {
    if let Event::Response(Response::Fetch(fetch)) = event { Some(fetch) } else { None }
}

type Read = fn(Leniency, &str) -> Vec<(Event<'static>, Deviations)>;

/// What is not as the row says.
fn faults((_, unit, gives, deviations, refused): &Quirk, from: u64, read: Read) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |is: bool, what: String| {
        if !is {
            faults.push(what)
        }
    };
    let told = read(Leniency::Lenient, unit);
    match (gives, &told[..]) {
        (Is(wire) | Beside(wire), [(event, forgiven)]) => {
            check(written(event).as_deref() == Some(*wire), format!("reads {:?}", written(event)));
            check(*forgiven == set(deviations), format!("forgives {forgiven:?}"));
            let unread =
                |fetch: &Fetch| fetch.items().filter(|item| matches!(item, Item::Invalid { .. })).count();
            let count = fetch(event).map_or(0, unread);
            check(count == usize::from(matches!(gives, Beside(_))), format!("{count} unread"));
            let uid = fetch(event).and_then(Fetch::uid);
            check(fetch(event).is_none() || uid.is_some_and(|uid| uid.get() == 7), "loses the UID".into());
        }
        (Octets, told) => {
            let raw =
                told.iter().map(|(event, _)| if let Event::Malformed(bad) = event { bad.raw() } else { &[] });
            let raw = raw.collect::<Vec<_>>().join(&b"\r\n"[..]);
            check(raw == unit.as_bytes(), format!("is {told:?}"));
        }
        (_, told) => check(false, format!("is {told:?}")),
    }
    let told = read(Leniency::Strict, unit);
    let found = match &told[0].0 {
        Event::Malformed(bad) => Some(bad.error().clone()),
        _ => None,
    };
    let at = found.as_ref().map(|error| error.offset() - from);
    check(at == *refused, format!("strict: at {at:?}, {found:?}"));
    check(told[0].1.is_strict(), format!("strict: forgives {:?}", told[0].1));
    faults
}

fn walk(rows: &[Quirk], from: u64, read: Read) {
    let mut all = Vec::new();
    for row in rows {
        let found = faults(row, from, read);
        if !found.is_empty() {
            all.push(format!("{}: {:?}\n    {}", row.0, row.1, found.join("\n    ")));
        }
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[test]
fn what_servers_send_of_messages() {
    walk(FETCH, GREETING.len() as u64, hear);
}

#[test]
fn what_servers_send_of_all_else() {
    walk(RESPONSES, GREETING.len() as u64, hear);
}

#[test]
fn what_clients_send() {
    walk(COMMANDS, 0, serve);
}

/// Exchange and others greet with NO or BAD where BYE is meant.
#[test]
fn a_refusal_as_greeting() {
    for word in ["NO", "BAD"] {
        let stream = format!("* {word} busy\r\n{BEHIND}");
        let told = read(|| Client::after(Options::client(), &[]), &stream);
        assert!(matches!(&told[0].0, Event::Greeting(status) if *status.text() == "busy"));
        assert_eq!(told[0].1, set(&[Value]));
        let strict = Options::client().with_leniency(Leniency::Strict);
        let told = read(|| Client::after(strict, &[]), &stream);
        let Event::Malformed(bad) = &told[0].0 else { panic!("{told:?}") };
        assert_eq!((bad.error().offset(), bad.error().expected()), (2, "OK, PREAUTH or BYE"));
    }
}

/// Between quotes there is ASCII, or with IMAP4rev2 UTF-8.
#[test]
fn eight_bits_between_quotes() {
    for (dialect, text, lenient, strict) in [
        (Dialect::Imap4rev1, &b"\"\xc3\xa9\""[..], set(&[EightBit]), Some(18)),
        (Dialect::Imap4rev2, b"\"\xc3\xa9\"", set(&[]), None),
        (Dialect::Imap4rev2, b"\"a\xe9\"", set(&[EightBit]), Some(19)),
        (Dialect::Imap4rev2, b"{2}\r\n\xe9\xff", set(&[]), None),
        (Dialect::Imap4rev1, b"{2}\r\n\xe9\xff", set(&[]), None),
    ] {
        let unit = [&b"* LIST () \"/\" "[..], text].concat();
        let options = Options::client().with_dialect(dialect);
        let mut codec = Client::after(options, &[]);
        let stream = [&unit[..], b"\r\n"].concat();
        codec.codec().decode_owned(&mut &b"* OK hi\r\n"[..]).unwrap();
        let event = codec.codec().decode_owned(&mut &stream[..]).unwrap().unwrap();
        assert!(matches!(event, Event::Response(Response::List(_))), "{event:?}");
        assert_eq!(codec.codec().forgiven(), lenient, "{unit:?}");
        let options = options.with_leniency(Leniency::Strict);
        let refused = Response::parse(&stream, &options).err().map(|error| error.offset() + 3);
        assert_eq!(refused, strict, "{unit:?}");
    }
}

#[test]
fn a_code_that_is_none_is_text() {
    let told = hear(Leniency::Lenient, "* OK [x] [y");
    let Event::Response(Response::Status(status)) = &told[0].0 else { panic!() };
    assert!(matches!(status.code(), Some(ResponseCode::Other(_))));
}
