//! Header fields as they should be: `Name: value`, folded, without the last line end.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use mail_wire::testkit::Random;

use super::words::{DOMAINS, FIRST, LAST, MONTHS, TEXTS, WORDS, ZONES};
use crate::transfer::Base64Encoder;

/// So many words.
pub(super) fn words(random: &mut Random, count: usize) -> String {
    let words: Vec<&str> = (0..count).map(|_| random.pick(WORDS)).collect();
    words.join(" ")
}

pub(super) fn field(name: &str, value: impl AsRef<[u8]>) -> Vec<u8> {
    [name.as_bytes(), b": ", value.as_ref()].concat()
}

/// The fields of a message, those of its content left out.
pub(super) fn of_message(random: &mut Random) -> Vec<Vec<u8>> {
    let mut fields = Vec::new();
    if random.percent(30) {
        fields.push(field(
            "Return-Path",
            ["<>", "<bounce@example.com>", "<a+b=c@lists.example.org>"][random.below(3)],
        ));
    }
    for _ in 0..random.below(4) {
        fields.push(received(random));
    }
    if random.percent(15) {
        fields.push(
            b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=example.com; s=k1;\r\n\th=from:to:subject; bh=dGVh;\r\n\tb=QUJD\r\n\t REVG"
                .to_vec(),
        );
    }
    if random.percent(10) {
        fields.push(
            b"Authentication-Results: mx.example 1; spf=pass (ok)\r\n smtp.mailfrom=a@example.com; dkim=none"
                .to_vec(),
        );
    }
    let mut own = Vec::new();
    own.push(field(random.pick(&["From", "From", "From", "FROM", "from"]), mailbox(random)));
    if random.percent(15) {
        own.push(field("Sender", mailbox(random)));
    }
    if random.percent(20) {
        own.push(field("Reply-To", addresses(random, 2)));
    }
    if random.percent(90) {
        own.push(field("To", addresses(random, 5)));
    }
    if random.percent(30) {
        own.push(field(random.pick(&["Cc", "CC"]), addresses(random, 12)));
    }
    if random.percent(5) {
        own.push(field("Bcc", random.pick(&["", "hidden@example.org"])));
    }
    own.push(field("Date", date(random)));
    own.push(field(random.pick(&["Subject", "Subject", "SUBJECT"]), subject(random)));
    if random.percent(90) {
        own.push(field(random.pick(&["Message-ID", "Message-Id"]), message_id(random)));
    }
    if random.percent(30) {
        own.push(field("In-Reply-To", message_id(random)));
        let ids: Vec<String> = (0..=random.below(6)).map(|_| message_id(random)).collect();
        own.push(field("References", ids.join(random.pick(&[" ", "\r\n ", "\r\n\t"]))));
    }
    if random.percent(50) {
        // In any order.
        let at = random.below(own.len());
        own.rotate_left(at);
    }
    fields.append(&mut own);
    for _ in 0..random.below(4) {
        fields.push(other(random));
    }
    fields
}

fn received(random: &mut Random) -> Vec<u8> {
    let (from, by, fold) =
        (random.pick(DOMAINS), random.pick(DOMAINS), random.pick(&["\r\n\t", "\r\n ", " "]));
    let with = random.pick(&["ESMTP", "ESMTPS", "LMTP", "SMTP"]);
    let value = format!(
        "from {from} ({from} [192.0.2.{}]){fold}by {by} with {with} id q{};{fold}{}",
        random.below(256),
        random.below(99_999),
        date(random)
    );
    field("Received", value)
}

/// Fields that some programs write, and some that need a second look.
fn other(random: &mut Random) -> Vec<u8> {
    let long = || "x".repeat(400);
    match random.below(16) {
        0 => b"List-Unsubscribe: <mailto:leave@lists.example.org?subject=off>,\r\n <https://lists.example.org/?u=1&x>".to_vec(),
        1 => field("List-Id", format!("{} <tea.lists.example.org>", words(random, 2))),
        2 => field("Comments", words(random, 6)),
        3 => field("Keywords", "tea, ferry,\r\n kettle"),
        4 => field("X-Mailer", "Corpus 1.0 (words; none)"),
        5 => b"X-Empty:".to_vec(),
        6 => b"X-Blank: ".to_vec(),
        7 => b"X-Tight:no blank".to_vec(),
        8 if random.percent(1) => b"X-Obsolete : blank in front of the colon".to_vec(),
        9 => field("X-Long", format!("{}\r\n {}", long(), long())),
        10 => b"X-Starts-Late:\r\n here".to_vec(),
        11 => field("Resent-From", mailbox(random)),
        12 => field("Resent-Date", date(random)),
        13 => field("Auto-Submitted", "auto-generated; (by a timer)"),
        14 => field("Importance", "high"),
        _ => field("X-Colons", "a: b: c:\r\n d: e"),
    }
}

pub(super) fn message_id(random: &mut Random) -> String {
    let domain = random.pick(DOMAINS);
    match random.below(8) {
        0 => format!("<{}.{}$x@{domain}>", random.below(99), random.below(9_999)),
        1 => format!("<\"a b\"@{domain}>"),
        2 => format!("<{}@[192.0.2.1]>", random.below(99)),
        _ => format!("<{:x}.{:x}@{domain}>", random.below(1 << 24), random.below(1 << 24)),
    }
}

pub(super) fn date(random: &mut Random) -> String {
    let (year, month, day) = (1996 + random.below(40), 1 + random.below(12), 1 + random.below(28));
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let weekday = days[weekday(year, month, day)];
    let (month, zone) = (MONTHS[month - 1], random.pick(ZONES));
    let minute = format!("{:02}:{:02}", random.below(24), random.below(60));
    let time = format!("{minute}:{:02}", random.below(60));
    match random.below(20) {
        0 => format!("{day} {month} {year} {time} {zone}"),
        1 => format!("{weekday}, {day} {month} {year} {minute} {zone}"),
        2 => format!("{weekday},  {day} {month} {year}\r\n {time} {zone}"),
        3 => format!("{weekday}, {day:02} {month} {:02} {time} {zone}", year % 100),
        4 => format!("{weekday}, {day} {month} {year} {time} +0000 (UTC)"),
        _ => format!("{weekday}, {day:02} {month} {year} {time} {zone}"),
    }
}

/// 0 is a Sunday.
fn weekday(year: usize, month: usize, day: usize) -> usize {
    let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1];
    let year = if month < 3 { year - 1 } else { year };
    (year + year / 4 - year / 100 + year / 400 + shift + day) % 7
}

pub(super) fn subject(random: &mut Random) -> Vec<u8> {
    let count = 1 + random.below(6);
    match random.below(20) {
        0 => Vec::new(),
        1 => format!("Re: [tea] {} (fwd)", words(random, count)).into(),
        2 => format!("{}\r\n {}", words(random, 8), words(random, 3)).into(),
        3..=6 => encoded_words(random),
        7 => [encoded_words(random), b" ".to_vec(), words(random, 2).into()].concat(),
        8 => "\u{fc}ber 8 bits: \u{440}\u{430}\u{437}".into(),
        9 => "x".repeat(200).into(),
        10 if random.percent(1) => format!("{} ", words(random, count)).into(),
        _ => words(random, count).into(),
    }
}

/// One encoded word or more, of one text (RFC 2047).
pub(super) fn encoded_words(random: &mut Random) -> Vec<u8> {
    let (charset, text) = random.pick(TEXTS);
    let mut words = Vec::new();
    let ends: Vec<usize> = match core::str::from_utf8(text) {
        Ok(valid) if charset.eq_ignore_ascii_case("utf-8") => {
            valid.char_indices().map(|(at, _)| at).filter(|at| at % 4 == 0 && *at > 0).collect()
        }
        _ => Vec::new(),
    };
    let mut rest = text;
    let mut taken = 0;
    let split = random.percent(40);
    for end in ends.into_iter().filter(|_| split) {
        let (now, later) = rest.split_at(end - taken);
        (rest, taken) = (later, end);
        words.push(encoded_word(random, charset, now));
    }
    words.push(encoded_word(random, charset, rest));
    words.join(if random.percent(50) { &b" "[..] } else { &b"\r\n "[..] })
}

pub(super) fn encoded_word(random: &mut Random, charset: &str, text: &[u8]) -> Vec<u8> {
    let language = if random.percent(3) { "*en" } else { "" };
    if random.percent(50) {
        let (mut encoder, mut output) = (Base64Encoder::default(), Vec::new());
        encoder.encode(text, &mut output);
        encoder.finish(&mut output);
        let text = String::from_utf8_lossy(output.trim_ascii_end()).replace("\r\n", "");
        return format!("=?{charset}{language}?{}?{text}?=", random.pick(&["B", "b"])).into();
    }
    let octet = |octet: &u8| match octet {
        b' ' => "_".into(),
        octet if octet.is_ascii_alphanumeric() => String::from(char::from(*octet)),
        octet => format!("={octet:02X}"),
    };
    let text: String = text.iter().map(octet).collect();
    format!("=?{charset}{language}?{}?{text}?=", random.pick(&["Q", "q"])).into()
}

pub(super) fn addr_spec(random: &mut Random) -> String {
    let (first, last, domain) = (random.pick(FIRST), random.pick(LAST), random.pick(DOMAINS));
    match random.below(40) {
        0 => format!("\"{first} {last}\"@{domain}"),
        1 => format!("{first}@[192.0.2.{}]", random.below(256)),
        2 => format!("{first}@[IPv6:2001:db8::{}]", random.below(99)),
        3 => format!("{}+tag={last}@{domain}", first.to_lowercase()),
        4 => format!("\"a\\\"b\\\\{first}\"@{domain}"),
        _ => format!("{}.{}@{domain}", first.to_lowercase(), last.to_lowercase()),
    }
}

pub(super) fn mailbox(random: &mut Random) -> Vec<u8> {
    let address = addr_spec(random);
    let (first, last) = (random.pick(FIRST), random.pick(LAST));
    match random.below(40) {
        0..=7 => address.into(),
        8 => format!("<{address}>").into(),
        9..=14 => format!("\"{last}, {first}\" <{address}>").into(),
        15 => format!("\"{first} \\\"{last}\\\" \\\\\" <{address}>").into(),
        16..=20 => [encoded_words(random), format!(" <{address}>").into()].concat(),
        21 => [encoded_words(random), format!(" {last} <{address}>").into()].concat(),
        22 => format!("{address} ({first} {last})").into(),
        23 => format!("{first} {last}\r\n <{address}>").into(),
        24 => format!("{first} X. {last} <{address}>").into(),
        25 => format!("{first} (the \\) one) {last} <{address}>").into(),
        26 => format!("(c) {} (d) @ (e) example . com", first.to_lowercase()).into(),
        27 => format!("{first} <@a.example,@b.example:{address}>").into(),
        28 => format!("\u{d8}yvind {last} <{address}>").into(),
        29 => format!("\"\" <{address}>").into(),
        _ => format!("{first} {last} <{address}>").into(),
    }
}

/// Up to so many.
pub(super) fn addresses(random: &mut Random, most: usize) -> Vec<u8> {
    let mut all = Vec::new();
    for _ in 0..=random.below(most) {
        all.push(match random.below(30) {
            0 => format!("{}:;", random.pick(FIRST)).into(),
            1 => [&b"The \"group\": "[..], &mailbox(random), b", ", &mailbox(random), b";"].concat(),
            _ => mailbox(random),
        });
    }
    all.join(random.pick(&[&b", "[..], b",\r\n ", b",\r\n\t", b","]))
}
