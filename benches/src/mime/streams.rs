//! Messages, in bulk.

use crate::transfer::{binary, encode_base64, encode_quoted};
use crate::{Dots, Random, message};

const FIRST: [&str; 16] = [
    "Ada", "Bela", "Carla", "Dov", "Edda", "Farid", "Greta", "Hugo", "Ines", "Jan", "Kira", "Lev", "Mona",
    "Nils", "Olga", "Pavel",
];
const LAST: [&str; 16] = [
    "Abel", "Becker", "Castro", "Duval", "Engel", "Fischer", "Grau", "Haas", "Ibsen", "Jansen", "Kraus",
    "Lindholm", "Moreau", "Novak", "Oates", "Petrov",
];
const DOMAINS: [&str; 8] = [
    "mail.example",
    "a.example",
    "office.company.example",
    "students.university.example",
    "lists.example",
    "mx1.region-2.provider.example",
    "post.example",
    "workstations.laboratory.institute.example",
];
const WORDS: [&str; 24] = [
    "about", "budget", "call", "draft", "evening", "final", "garden", "holiday", "invoice", "journey", "key",
    "letter", "meeting", "notes", "offer", "plan", "question", "report", "schedule", "ticket", "update",
    "visit", "week", "year",
];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const ZONES: [&str; 8] = ["+0000", "+0100", "+0200", "-0500", "-0800", "+0530", "+0900", "+1000"];

/// So many mails as they lie in an inbox: headers of some 2 KiB, and half of them text, half an alternative of two
/// quoted-printable parts.
pub fn mails(count: usize) -> Vec<Vec<u8>> {
    let mut random = Random::new(11);
    let text = message(1 << 16, Dots::None);
    let quoted = encode_quoted(&crate::transfer::text(1 << 16, 2));
    (0..count).map(|n| mail(&mut random, n, &text, &quoted)).collect()
}

fn mail(random: &mut Random, n: usize, text: &[u8], quoted: &[u8]) -> Vec<u8> {
    let mut mail = header(random, n);
    let mut lines = |of: &[u8], least: u64, most: u64| {
        let octets = (least + random.below(most - least)) as usize;
        let from = random.below((of.len() - octets - 200) as u64) as usize;
        let start = from + of[from..].iter().position(|octet| *octet == b'\n').unwrap_or_default() + 1;
        let end = start + octets;
        let end = end + of[end..].iter().position(|octet| *octet == b'\n').unwrap_or_default() + 1;
        of[start..end].to_vec()
    };
    if n.is_multiple_of(2) {
        mail.extend(
            b"Content-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n",
        );
        mail.extend(lines(text, 500, 10_000));
        return mail;
    }
    let boundary = format!("----=_Part_{n:08}_1732450123");
    mail.extend(format!("Content-Type: multipart/alternative;\r\n\tboundary=\"{boundary}\"\r\n\r\n").bytes());
    for (subtype, least, most) in [("plain", 500, 4_500), ("html", 2_000, 11_000)] {
        mail.extend(
            format!(
                "--{boundary}\r\nContent-Type: text/{subtype}; charset=\"utf-8\"\r\n\
                 Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            )
            .bytes(),
        );
        mail.extend(lines(quoted, least, most));
        mail.extend(b"\r\n");
    }
    mail.extend(format!("--{boundary}--\r\n").bytes());
    mail
}

fn hex(random: &mut Random, digits: usize) -> String {
    (0..digits).map(|_| char::from(b"0123456789abcdef"[random.below(16) as usize])).collect()
}

fn mailbox(random: &mut Random) -> String {
    let (first, last) = (random.choose(&FIRST), random.choose(&LAST));
    let local = format!("{}.{}{}", first.to_lowercase(), last.to_lowercase(), random.below(100));
    let address = format!("{local}@{}", random.choose(&DOMAINS));
    match random.below(100) {
        0..60 => format!("{first} {last} <{address}>"),
        60..85 => format!("\"{last}, {first}\" <{address}>"),
        _ => address,
    }
}

fn mailboxes(random: &mut Random, count: u64) -> String {
    let all: Vec<String> = (0..count).map(|_| mailbox(random)).collect();
    all.join(",\r\n\t")
}

fn date(random: &mut Random) -> String {
    format!(
        "{}, {} {} 2026 {:02}:{:02}:{:02} {}",
        random.choose(&DAYS),
        1 + random.below(28),
        random.choose(&MONTHS),
        random.below(24),
        random.below(60),
        random.below(60),
        random.choose(&ZONES)
    )
}

fn message_id(random: &mut Random) -> String {
    format!("<{}.{}@{}>", hex(random, 16), hex(random, 8), random.choose(&DOMAINS))
}

fn words(random: &mut Random, count: u64) -> String {
    let all: Vec<&str> = (0..count).map(|_| random.choose(&WORDS)).collect();
    all.join(" ")
}

/// Lines of base64 as those of a signature, of so many octets each.
fn blob(random: &mut Random, lines: usize, octets: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let line = |random: &mut Random| -> String {
        (0..octets).map(|_| char::from(ALPHABET[random.below(64) as usize])).collect()
    };
    (0..lines).map(|_| line(random)).collect::<Vec<_>>().join("\r\n\t ")
}

/// All fields but those of MIME, but for its version.
fn header(random: &mut Random, n: usize) -> Vec<u8> {
    let r = random;
    let recipient = format!("{}@{}", r.choose(&FIRST).to_lowercase(), r.choose(&DOMAINS));
    let mut header =
        format!("Return-Path: <bounce-{n}@{}>\r\nDelivered-To: {recipient}\r\n", r.choose(&DOMAINS));
    for _ in 0..4 {
        header += &format!(
            "Received: from {} ({} [192.0.2.{}])\r\n\tby {} (Postfix) with ESMTPS id {}\r\n\tfor <{recipient}>; {}\r\n",
            r.choose(&DOMAINS),
            r.choose(&DOMAINS),
            r.below(256),
            r.choose(&DOMAINS),
            hex(r, 11).to_uppercase(),
            date(r)
        );
    }
    header += &format!(
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={}; s=selector1;\r\n\t\
         h=from:to:subject:date:message-id:mime-version:content-type;\r\n\tbh={}=;\r\n\tb={}\r\n",
        r.choose(&DOMAINS),
        blob(r, 1, 43),
        blob(r, 5, 66)
    );
    header += &format!(
        "Authentication-Results: {};\r\n\tdkim=pass header.d={} header.s=selector1;\r\n\t\
         spf=pass smtp.mailfrom=bounce-{n}@{}\r\n",
        r.choose(&DOMAINS),
        r.choose(&DOMAINS),
        r.choose(&DOMAINS)
    );
    let to = 1 + r.below(4);
    header += &format!("From: {}\r\nTo: {}\r\n", mailbox(r), mailboxes(r, to));
    if r.below(100) < 30 {
        let cc = 1 + r.below(6);
        header += &format!("Cc: {}\r\n", mailboxes(r, cc));
    }
    let subject = 4 + r.below(7);
    let subject = words(r, subject);
    header += &match r.below(100) {
        0..25 => {
            let body = encode_base64(format!("Gr\u{fc}\u{df}e: {subject}").as_bytes());
            format!("Subject: =?UTF-8?B?{}?=\r\n", String::from_utf8_lossy(&body).replace("\r\n", ""))
        }
        25..45 => format!("Subject: Re: {subject}\r\n"),
        _ => format!("Subject: {subject}\r\n"),
    };
    header += &format!("Date: {}\r\nMessage-ID: {}\r\n", date(r), message_id(r));
    if r.below(100) < 40 {
        let references: Vec<String> = (0..=r.below(5)).map(|_| message_id(r)).collect();
        let last = references.last().map_or("", String::as_str);
        header += &format!("In-Reply-To: {last}\r\nReferences: {}\r\n", references.join("\r\n\t"));
    }
    header += &format!(
        "List-Unsubscribe: <mailto:leave-{n}@lists.example>,\r\n\t<https://lists.example/leave/{}>\r\n\
         X-Mailer: Workstation Mail 4.{}\r\nX-Spam-Status: No, score=-{}.{}\r\nX-Originating-IP: [198.51.100.{}]\r\n\
         X-Queue-Id: {}\r\nMIME-Version: 1.0\r\n",
        hex(r, 24),
        r.below(20),
        r.below(5),
        r.below(10),
        r.below(256),
        hex(r, 32)
    );
    header.into_bytes()
}

/// So many headers, each with the fields of four mails and an empty line.
pub fn headers(count: usize) -> Vec<Vec<u8>> {
    let mut random = Random::new(12);
    let mut one = |n: usize| {
        let mut all: Vec<u8> = (0..4).flat_map(|k| header(&mut random, 4 * n + k)).collect();
        all.extend(b"\r\n");
        all
    };
    (0..count).map(&mut one).collect()
}

/// A mail with some text and five attachments in base64, of about so many octets in all.
pub fn attachments(octets: usize) -> Vec<u8> {
    let mut mail = header(&mut Random::new(13), 1);
    mail.extend(b"Content-Type: multipart/mixed; boundary=\"=_mixed_8f3a\"\r\n\r\n--=_mixed_8f3a\r\n");
    mail.extend(b"Content-Type: text/plain; charset=us-ascii\r\n\r\n");
    mail.extend(message(2_000, Dots::None));
    // 54 octets make a line of 78 with its end: near enough to so many in all.
    let body = encode_base64(&binary(octets / 5 / 78 * 57));
    for n in 0..5 {
        mail.extend(
            format!(
                "\r\n--=_mixed_8f3a\r\nContent-Type: application/octet-stream; name=\"file{n}.bin\"\r\n\
                 Content-Disposition: attachment; filename=\"file{n}.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            )
            .bytes(),
        );
        mail.extend(&body);
    }
    mail.extend(b"\r\n--=_mixed_8f3a--\r\n");
    mail
}

/// A mail of so many parts with a line of text each.
pub fn parts(count: usize) -> Vec<u8> {
    let mut mail = header(&mut Random::new(14), 2);
    mail.extend(b"Content-Type: multipart/mixed; boundary=\"=_parts_77c1\"\r\n\r\n");
    for n in 0..count {
        mail.extend(
            format!(
                "--=_parts_77c1\r\nContent-Type: text/plain; charset=utf-8; name=\"note{n}.txt\"\r\n\
                 Content-Disposition: attachment; filename=\"note{n}.txt\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\
                 a note of one line and nothing else, which has about as many octets\r\nas one hundred, together\r\n"
            )
            .bytes(),
        );
    }
    mail.extend(b"--=_parts_77c1--\r\n");
    mail
}

/// So many multiparts in each other, and a text in the last of them.
pub fn nested(levels: usize) -> Vec<u8> {
    let mut mail = header(&mut Random::new(15), 3);
    for n in 0..levels {
        mail.extend(
            format!("Content-Type: multipart/mixed; boundary=\"=_level_{n:03}\"\r\n\r\n--=_level_{n:03}\r\n")
                .bytes(),
        );
    }
    mail.extend(b"Content-Type: text/plain\r\n\r\nat last\r\n");
    for n in (0..levels).rev() {
        mail.extend(format!("\r\n--=_level_{n:03}--\r\n").bytes());
    }
    mail
}

/// A mail in sixty multiparts whose boundaries begin alike, with so many lines that begin as all of them do.
pub fn flood(lines: usize) -> Vec<u8> {
    let common = "b".repeat(58);
    let mut mail = b"MIME-Version: 1.0\r\n".to_vec();
    for n in 0..60 {
        mail.extend(
            format!("Content-Type: multipart/mixed; boundary={common}{n:02}\r\n\r\n--{common}{n:02}\r\n")
                .bytes(),
        );
    }
    mail.extend(b"\r\n");
    mail.extend(format!("--{common}\r\n").repeat(lines).bytes());
    mail
}

/// A header of so many fields that say next to nothing.
pub fn short_fields(count: usize) -> Vec<u8> {
    let mut header: Vec<u8> = (0..count).flat_map(|n| format!("X-N: {}\r\n", n % 100).into_bytes()).collect();
    header.extend(b"\r\n");
    header
}
