//! The traps of addresses, by their numbers in the list of known traps: what others read wrongly.
#![allow(clippy::unwrap_used)]

use rfc822_mime::value::{Address, AddressList, DateTime, Group, Mailbox};
use rfc822_mime::{DefectKind, Defects, Leniency};

use Leniency::{Lenient, Strict};

/// Every mailbox as `name|route|local|domain`; a group as its name and a colon.
fn addresses(raw: &str, leniency: Leniency) -> (Vec<String>, Defects) {
    let (list, defects) = AddressList::parse(raw.as_bytes(), leniency);
    let mailbox = |mailbox: &Mailbox| {
        let route = String::from_utf8(mailbox.route_bytes()).unwrap();
        let name = String::from_utf8(mailbox.name().unquoted()).unwrap();
        format!("{name}|{route}|{}|{}", mailbox.local(), mailbox.domain())
    };
    let mut shown = Vec::new();
    for address in list.iter() {
        match address {
            Address::Mailbox(one) => shown.push(mailbox(one)),
            Address::Group(group) => {
                shown.push(format!("{}:", group.name()));
                shown.extend(group.mailboxes().map(mailbox));
                shown.push(";".into());
            }
            _ => unreachable!("no third kind of address"),
        }
    }
    (shown, defects)
}

fn check(raw: &str, expected: &[&str], kinds: &[DefectKind]) {
    let (shown, defects) = addresses(raw, Lenient);
    assert_eq!(shown, expected, "{raw}");
    let found: Vec<DefectKind> = defects.iter().map(|defect| defect.kind).collect();
    assert_eq!(found, kinds, "{raw}");
}

#[test]
fn trap_043_a_group_among_mailboxes() {
    check("x@y.z, G: a@b.c, d@e.f;, h@i.j", &["||x|y.z", "G:", "||a|b.c", "||d|e.f", ";", "||h|i.j"], &[]);
}

#[test]
fn trap_044_an_empty_group() {
    check("Undisclosed recipients:;", &["Undisclosed recipients:", ";"], &[]);
}

#[test]
fn trap_045_routes() {
    check("<@a,@b:joe@c>", &["|@a,@b|joe|c"], &[DefectKind::ObsoleteAddress]);
    check("<@a , , @b : joe@c>", &["|@a,@b|joe|c"], &[DefectKind::ObsoleteAddress]);
}

#[test]
fn trap_046_literals() {
    check(
        "a@[127.0.0.1], b@[IPv6:::1], <c@[ 1.2.3.4 ]>",
        &["||a|[127.0.0.1]", "||b|[IPv6:::1]", "||c|[1.2.3.4]"],
        &[],
    );
}

#[test]
fn trap_047_quoted_local_parts() {
    check(r#""john doe"@x.org"#, &["||john doe|x.org"], &[]);
    check(r#""a\"b\\"@c.d"#, &[r#"||a"b\|c.d"#], &[]);
    check(r#""very.(),:;<>[]"@e.f"#, &["||very.(),:;<>[]|e.f"], &[]);
}

#[test]
fn trap_048_a_bracket_between_quotes() {
    check(r#""foo@psres.net> ORCPT=x"@test.com"#, &["||foo@psres.net> ORCPT=x|test.com"], &[]);
    check(
        r#""foo@psres.net, x"@test.com, "<a@b>" <c@d>"#,
        &["||foo@psres.net, x|test.com", "<a@b>||c|d"],
        &[],
    );
}

#[test]
fn traps_049_050_comments() {
    let raw = r"Pete(A nice \) chap) <pete(his account)@silly.test(his host)>";
    check(raw, &["Pete||pete|silly.test"], &[]);
    let (pete, _) = Mailbox::parse(raw.as_bytes(), Strict);
    assert!(pete.unwrap().comments().eq(["A nice ) chap", "his account", "his host"]));
    check("(c) a (d) @ (e) b . c (f)", &["||a|b.c"], &[DefectKind::ObsoleteAddress]);
    let (mailbox, _) = Mailbox::parse(b"(c) a (d) @ (e) b . c (f)", Lenient);
    assert_eq!(mailbox.unwrap().display_name().unwrap(), "f");
}

#[test]
fn trap_051_nothing_between_commas() {
    check(", a@b.c,, d@e.f ,", &["||a|b.c", "||d|e.f"], &[DefectKind::ObsoleteAddress; 2]);
}

#[test]
fn trap_052_dots() {
    check("John Q. Public <j@x.org>", &["John Q. Public||j|x.org"], &[DefectKind::ObsoletePhrase]);
    check("a..b@c, .x@y", &["||a..b|c", "||.x|y"], &[DefectKind::ObsoleteAddress; 2]);
    let (mailbox, _) = Mailbox::parse(b"a..b@c", Lenient);
    assert_eq!(mailbox.unwrap().to_bytes(), b"\"a..b\"@c");
}

#[test]
fn trap_053_an_address_as_a_name() {
    check(
        "foo@bar.com <a@b.c>",
        &["foo@bar.com||a|b.c"],
        &[DefectKind::AmbiguousAddress, DefectKind::ObsoletePhrase],
    );
    assert_eq!(addresses("foo@bar.com <a@b.c>", Strict).0, [""; 0]);
}

#[test]
fn trap_054_a_comma_in_a_name() {
    check("Doe, John <a@b.c>", &["||Doe|", "John||a|b.c"], &[DefectKind::MissingDomain]);
}

#[test]
fn trap_055_semicolons() {
    check("a@b.c; d@e.f", &["||a|b.c", "||d|e.f"], &[DefectKind::StraySemicolon]);
    assert_eq!(addresses("a@b.c; d@e.f", Strict).0, [""; 0]);
}

#[test]
fn trap_056_a_name_without_brackets() {
    check("John Doe j@x.org", &["John Doe||j|x.org"], &[DefectKind::BareAddress]);
    assert_eq!(addresses("John Doe j@x.org", Strict).0, [""; 0]);
    check(r#""x"y@z.org"#, &[], &[DefectKind::BareAddress, DefectKind::InvalidAddress]);
}

#[test]
fn trap_057_two_in_brackets() {
    check("<a@b.c> <d@e.f>", &["||a|b.c"], &[DefectKind::AmbiguousAddress]);
    assert_eq!(addresses("<a@b.c> <d@e.f>", Strict).0, [""; 0]);
}

#[test]
fn trap_058_the_null_path() {
    let (mailbox, defects) = Mailbox::parse(b"<>", Strict);
    assert!(mailbox.as_ref().unwrap().is_null() && defects.is_empty());
    assert_eq!(mailbox.unwrap().to_bytes(), b"<>");
    assert_eq!(Mailbox::parse(b"", Strict).0, None);
}

#[test]
fn trap_059_two_at_signs() {
    for raw in [
        "a@malicious.org@important.com",
        "<a@malicious.org@important.com>",
        "a@b.c d@e.f",
        "a\0b@c",
        "\"a\rb\"@c",
        "a@[1.2\r3.4]",
    ] {
        assert_eq!(addresses(raw, Lenient).0, [""; 0], "{raw}");
        assert!(addresses(raw, Lenient).1.has(DefectKind::InvalidAddress));
    }
}

#[test]
fn trap_060_what_is_not_closed() {
    check("a@b.c, <d@e.f", &["||a|b.c", "||d|e.f"], &[DefectKind::UnclosedAngle]);
    check("a@b.c (d, e@f", &["||a|b.c"], &[DefectKind::UnclosedComment]);
    check(
        "a@b.c, \"d, <e@f>",
        &["||a|b.c", "d, <e@f>|||"],
        &[DefectKind::UnclosedQuote, DefectKind::MissingDomain],
    );
}

#[test]
fn trap_061_without_a_domain() {
    let (mailbox, _) = Mailbox::parse(b"root", Lenient);
    assert_eq!(mailbox.as_ref().unwrap().domain_bytes(), b"");
    check("Root <root>", &["Root||root|"], &[DefectKind::MissingDomain]);
}

#[test]
fn trap_062_groups_in_groups() {
    check("a:b:c:;", &["a:", ";"], &[DefectKind::NestedGroup; 2]);
    check("a: x@y, b: z@w;, v@u", &["a:", "||x|y", "||z|w", ";", "||v|u"], &[DefectKind::NestedGroup]);
}

#[test]
fn trap_041_utf8_in_addresses() {
    let (mailbox, defects) = Mailbox::parse("jörg@bücher.example".as_bytes(), Strict);
    let mailbox = mailbox.unwrap();
    assert_eq!((mailbox.local(), mailbox.domain()), ("jörg".into(), "bücher.example".into()));
    assert!(mailbox.needs_utf8() && defects.is_empty());
}

#[test]
fn trap_139_what_is_written() {
    let mailbox = |name: &str| Mailbox::new("a", "b.example").unwrap().with_name(name);
    for (name, written) in [
        ("Plain Name", "Plain Name <a@b.example>"),
        ("Doe, John", "\"Doe, John\" <a@b.example>"),
        ("John Q. Public", "\"John Q. Public\" <a@b.example>"),
        ("a \"b\"", "\"a \\\"b\\\"\" <a@b.example>"),
        ("ends with \\", "\"ends with \\\\\" <a@b.example>"),
        ("=?utf-8?q?x?=", "=?utf-8?b?PT91dGYtOD9xP3g/PQ==?= <a@b.example>"),
        ("Jörgensen", "=?utf-8?q?J=C3=B6rgensen?= <a@b.example>"),
    ] {
        let octets = mailbox(name).to_bytes();
        assert_eq!(octets.escape_ascii().to_string(), written.as_bytes().escape_ascii().to_string());
        let (read, defects) = Mailbox::parse(&octets, Strict);
        assert_eq!((read.unwrap().name().text(), defects.is_empty()), (name.into(), true));
    }
    // local parts that need quotes
    for (local, written) in
        [("a b", "\"a b\"@c.example"), ("a\\", "\"a\\\\\"@c.example"), (".a", "\".a\"@c.example")]
    {
        assert_eq!(Mailbox::new(local, "c.example").unwrap().to_bytes(), written.as_bytes());
    }
    // a group without mailboxes
    let empty: AddressList = [Address::Group(Group::new("Undisclosed recipients", []))].into_iter().collect();
    assert_eq!(empty.to_bytes(), b"Undisclosed recipients:;");
    assert_eq!(AddressList::parse(&empty.to_bytes(), Strict).0, empty);
    // UTF-8 in an address is nothing for a header without it, UTF-8 in names and comments is
    for (raw, written) in [
        ("jörg@b.example", None),
        ("G: a@bücher.example;", None),
        ("<@bücher.example:a@b.example>", None),
        ("Jörgensen <j@b.example>", Some("=?utf-8?q?J=C3=B6rgensen?= <j@b.example>")),
        ("j@b.example (Jörgensen)", Some("j@b.example (=?utf-8?q?J=C3=B6rgensen?=)")),
        ("Köln am Rhein: j@b.example;", Some("=?utf-8?q?K=C3=B6ln_am_Rhein?= : j@b.example;")),
    ] {
        let list = AddressList::parse(raw.as_bytes(), Lenient).0;
        let ascii = list.to_ascii().ok().map(|list| list.to_string());
        assert_eq!(ascii.as_deref(), written, "{raw}");
    }
    // half an hour to the west
    let date = DateTime::new((2020, 1, 1), (0, 0, 0), Some(-30)).unwrap();
    assert_eq!(date.to_bytes(), b"Wed, 1 Jan 2020 00:00:00 -0030");
}
