//! What an IMAP server and its clients say, in bulk.

use crate::Random;

const WORDS: &[&str] = &[
    "meeting",
    "report",
    "about",
    "the",
    "quarterly",
    "budget",
    "and",
    "plans",
    "for",
    "next",
    "week",
    "invoice",
    "update",
    "project",
    "status",
    "question",
    "regarding",
    "your",
    "order",
    "delivery",
    "notes",
    "from",
    "today",
    "draft",
    "review",
    "please",
    "schedule",
    "change",
    "holiday",
    "team",
    "lunch",
    "conference",
];
const FIRST: &[&str] =
    &["Alice", "Bob", "Carla", "Dmitri", "Erika", "Farid", "Grace", "Hiro", "Ines", "Jonas", "Klara", "Liam"];
const LAST: &[&str] = &[
    "Smith",
    "Miller",
    "Garcia",
    "Tanaka",
    "Schneider",
    "Rossi",
    "Novak",
    "Silva",
    "Olsen",
    "Dubois",
    "Kowalski",
    "Brown",
];
const DOMAINS: &[&str] = &[
    "example.org",
    "example.com",
    "mail.example.net",
    "cs.university.example",
    "lists.a-rather-long-name.example.org",
    "example.de",
    "post.example.jp",
    "example.co.uk",
];
const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const ZONES: &[&str] = &["+0000", "+0100", "+0200", "-0500", "-0800", "+0900"];

fn percent(random: &mut Random, chance: u64) -> bool {
    random.below(100) < chance
}

fn words(random: &mut Random, from: u64, to: u64) -> String {
    let count = from + random.below(to - from + 1);
    let words: Vec<&str> = (0..count).map(|_| random.choose(WORDS)).collect();
    words.join(" ")
}

fn flag_list(random: &mut Random) -> String {
    let chances = [
        ("\\Seen", 75),
        ("\\Answered", 20),
        ("\\Flagged", 5),
        ("\\Draft", 1),
        ("$Forwarded", 5),
        ("$MDNSent", 3),
        ("NonJunk", 30),
    ];
    let set: Vec<&str> =
        chances.into_iter().filter(|(_, chance)| percent(random, *chance)).map(|(flag, _)| flag).collect();
    set.join(" ")
}

fn time(random: &mut Random) -> String {
    format!(
        "{:02}:{:02}:{:02} {}",
        random.below(24),
        random.below(60),
        random.below(60),
        random.choose(ZONES)
    )
}

fn internal_date(random: &mut Random) -> String {
    let (day, year) = (1 + random.below(28), 2015 + random.below(10));
    format!("{day:02}-{}-{year} {}", random.choose(MONTHS), time(random))
}

fn message_id(random: &mut Random) -> String {
    format!(
        "<{:08x}{:08x}.{:08x}@{}>",
        random.below(1 << 32),
        random.below(1 << 32),
        random.below(1 << 32),
        random.choose(DOMAINS)
    )
}

fn address(random: &mut Random) -> String {
    let (first, last) = (random.choose(FIRST), random.choose(LAST));
    let name = if percent(random, 85) { format!("\"{first} {last}\"") } else { "NIL".into() };
    let number = random.below(100);
    let user = format!("{}.{}{number}", first.to_lowercase(), last.to_lowercase());
    format!("({name} NIL \"{user}\" \"{}\")", random.choose(DOMAINS))
}

fn addresses(random: &mut Random, most: u64) -> String {
    (0..=random.below(most)).map(|_| address(random)).collect()
}

fn subject(random: &mut Random) -> String {
    let reply = if percent(random, 20) { "Re: " } else { "" };
    match random.below(100) {
        0..15 => format!("\"{reply}=?UTF-8?Q?{}?=\"", words(random, 4, 11).replace(' ', "_")),
        15..18 => format!("\"{reply}{} \\\"{}\\\"\"", words(random, 3, 6), words(random, 1, 2)),
        18..20 => {
            let text = format!("{reply}{} \"\u{e4}\u{f6}\u{fc}\"", words(random, 3, 6));
            format!("{{{}}}\r\n{text}", text.len())
        }
        20 => "NIL".into(),
        _ => format!("\"{reply}{}\"", words(random, 4, 11)),
    }
}

fn envelope(random: &mut Random) -> String {
    let date = format!(
        "{}, {} {} {} {}",
        random.choose(DAYS),
        1 + random.below(28),
        random.choose(MONTHS),
        2015 + random.below(10),
        time(random)
    );
    let subject = subject(random);
    let from = address(random);
    let sender = if percent(random, 90) { from.clone() } else { address(random) };
    let reply_to = if percent(random, 90) { from.clone() } else { address(random) };
    let to = if percent(random, 3) {
        "(NIL NIL \"undisclosed-recipients\" NIL)(NIL NIL NIL NIL)".into()
    } else {
        addresses(random, 4)
    };
    let cc = if percent(random, 30) { format!("({})", addresses(random, 6)) } else { "NIL".into() };
    let in_reply_to = if percent(random, 40) { format!("\"{}\"", message_id(random)) } else { "NIL".into() };
    let id = message_id(random);
    format!("(\"{date}\" {subject} ({from}) ({sender}) ({reply_to}) ({to}) {cc} NIL {in_reply_to} \"{id}\")")
}

/// So many FETCH responses with what a list of messages needs.
pub fn envelopes(count: usize) -> Vec<u8> {
    let mut random = Random::new(1);
    let (mut stream, mut uid) = (String::new(), 0);
    for n in 1..=count {
        uid += 1 + random.below(3);
        let (flags, date) = (flag_list(&mut random), internal_date(&mut random));
        let size = 900 + random.below(300_000);
        let envelope = envelope(&mut random);
        stream += &format!(
            "* {n} FETCH (UID {uid} FLAGS ({flags}) INTERNALDATE \"{date}\" RFC822.SIZE {size} ENVELOPE {envelope})\r\n"
        );
    }
    stream.into_bytes()
}

/// So many FETCH responses of a resynchronization.
pub fn flags(count: usize) -> Vec<u8> {
    let mut random = Random::new(2);
    let (mut stream, mut uid, mut mod_seq) = (String::new(), 0, 715_194_045_007_u64);
    for n in 1..=count {
        uid += 1 + random.below(3);
        mod_seq += random.below(1_000);
        stream +=
            &format!("* {n} FETCH (UID {uid} FLAGS ({}) MODSEQ ({mod_seq}))\r\n", flag_list(&mut random));
    }
    stream.into_bytes()
}

fn text_part(random: &mut Random, subtype: &str) -> String {
    let octets = 200 + random.below(20_000);
    format!(
        "(\"text\" \"{subtype}\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" {octets} {} NIL NIL NIL NIL)",
        octets / 40
    )
}

fn attachment(random: &mut Random) -> String {
    let name = format!("{}.pdf", words(random, 1, 3).replace(' ', "-"));
    let id = if percent(random, 30) { format!("\"{}\"", message_id(random)) } else { "NIL".into() };
    format!(
        "(\"application\" \"pdf\" (\"name\" \"{name}\") {id} NIL \"base64\" {} NIL (\"attachment\" (\"filename\" \"{name}\")) \
         NIL NIL)",
        1_000 + random.below(3_000_000)
    )
}

fn structure(random: &mut Random, depth: u64) -> String {
    let boundary = format!("(\"boundary\" \"=_{:08x}\")", random.below(1 << 32));
    match random.below(100) {
        _ if depth == 0 => text_part(random, "plain"),
        0..25 => text_part(random, "plain"),
        25..55 => {
            let parts = text_part(random, "plain") + &text_part(random, "html");
            format!("({parts} \"alternative\" {boundary} NIL NIL NIL)")
        }
        55..90 => {
            let mut parts = structure(random, depth - 1);
            for _ in 0..=random.below(4) {
                parts += &attachment(random);
            }
            format!("({parts} \"mixed\" {boundary} NIL NIL NIL)")
        }
        _ => {
            let (text, envelope) = (text_part(random, "plain"), envelope(random));
            let (inner, octets) = (structure(random, depth - 1), 2_000 + random.below(90_000));
            let lines = octets / 50;
            format!(
                "({text}(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" {octets} {envelope} {inner} {lines} NIL NIL NIL NIL) \
                 \"mixed\" {boundary} NIL NIL NIL)"
            )
        }
    }
}

/// So many FETCH responses with BODYSTRUCTURE.
pub fn structures(count: usize) -> Vec<u8> {
    let mut random = Random::new(3);
    let (mut stream, mut uid) = (String::new(), 0);
    for n in 1..=count {
        uid += 1 + random.below(3);
        stream += &format!("* {n} FETCH (UID {uid} BODYSTRUCTURE {})\r\n", structure(&mut random, 3));
    }
    stream.into_bytes()
}

/// So many FETCH responses with a message of `octets` octets each.
pub fn literals(count: usize, octets: usize) -> Vec<u8> {
    let message = crate::message(octets, crate::Dots::None);
    let mut stream = Vec::new();
    for n in 1..=count {
        stream.extend_from_slice(format!("* {n} FETCH (UID {n} BODY[] {{{}}}\r\n", message.len()).as_bytes());
        stream.extend_from_slice(&message);
        stream.extend_from_slice(b")\r\n");
    }
    stream
}

/// So many LIST responses.
pub fn list(count: usize) -> Vec<u8> {
    let mut random = Random::new(5);
    let mut stream = String::new();
    for _ in 0..count {
        let children = if percent(&mut random, 70) { "\\HasNoChildren" } else { "\\HasChildren" };
        let more = if percent(&mut random, 10) { " \\Marked" } else { "" };
        let parts: Vec<String> = (0..=random.below(4))
            .map(|_| match random.below(100) {
                0..10 => format!("{}&AOk-", random.choose(WORDS)),
                _ => (*random.choose(WORDS)).to_owned(),
            })
            .collect();
        let name = parts.join("/");
        stream += &match random.below(100) {
            0..30 => format!("* LIST ({children}{more}) \"/\" \"{name} {}\"\r\n", random.choose(WORDS)),
            _ => format!("* LIST ({children}{more}) \"/\" {name}\r\n"),
        };
    }
    stream.into_bytes()
}

/// One SEARCH response with so many UIDs.
pub fn search(count: usize) -> Vec<u8> {
    let mut random = Random::new(6);
    let (mut stream, mut uid) = ("* SEARCH".to_owned(), 0);
    for _ in 0..count {
        uid += 1 + random.below(20);
        stream += &format!(" {uid}");
    }
    stream += "\r\n";
    stream.into_bytes()
}

fn sequence_set(random: &mut Random) -> String {
    let mut number = 0;
    let elements: Vec<String> = (0..=random.below(6))
        .map(|_| {
            number += 1 + random.below(5_000);
            match random.below(3) {
                0 => {
                    let from = number;
                    number += 1 + random.below(50);
                    format!("{from}:{number}")
                }
                _ => number.to_string(),
            }
        })
        .collect();
    elements.join(",")
}

/// So many commands, in the mixture of a mail program.
pub fn commands(count: usize) -> Vec<u8> {
    let mut random = Random::new(7);
    let mut stream = String::new();
    for n in 0..count {
        let r = &mut random;
        let command = match r.below(97) {
            0..5 => format!("LOGIN {}{} \"{} secret\"", r.choose(FIRST), r.below(1_000), r.choose(WORDS)),
            5..15 => format!("SELECT \"{} {}\"", r.choose(WORDS), r.choose(WORDS)),
            15..40 => format!("UID FETCH {} (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)", sequence_set(r)),
            40..50 => format!(
                "UID FETCH {} (UID BODY.PEEK[HEADER.FIELDS (Date From To Cc Subject Message-ID)])",
                sequence_set(r)
            ),
            50..55 => format!("UID FETCH {} BODY.PEEK[1.2]<0.65536>", 1 + r.below(100_000)),
            55..70 => {
                let silent = if percent(r, 50) { ".SILENT" } else { "" };
                let sign = r.choose(&["+", "-"]);
                format!("UID STORE {} {sign}FLAGS{silent} (\\Seen \\Flagged)", sequence_set(r))
            }
            70..85 => format!(
                "UID SEARCH UNSEEN SINCE {}-{}-2024 NOT FROM \"{}\" OR SUBJECT \"{}\" (TO {} LARGER 20000)",
                1 + r.below(28),
                r.choose(MONTHS),
                r.choose(LAST),
                words(r, 1, 3),
                r.choose(FIRST)
            ),
            85..90 => format!("UID COPY {} Archive/{}", sequence_set(r), r.choose(WORDS)),
            90..95 => "NOOP".to_owned(),
            _ => format!("STATUS {} (MESSAGES UNSEEN UIDNEXT)", r.choose(WORDS)),
        };
        stream += &format!("A{n:04} {command}\r\n");
    }
    stream.into_bytes()
}
