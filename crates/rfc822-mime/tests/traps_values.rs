//! The traps of values, by their numbers in the list of known traps: what others read wrongly.
#![allow(clippy::unwrap_used)]

use rfc822_mime::value::{
    Address, AddressList, ContentDisposition, ContentType, DateTime, EncodedWord, Mailbox, MessageIds,
    Parameters, Phrase, Text,
};
use rfc822_mime::{DefectKind, Defects, Leniency};

use Leniency::{Lenient, Strict};

fn text(raw: &str) -> String {
    Text::parse(raw.as_bytes(), Lenient).0.as_str().into()
}

fn strict_text(raw: &str) -> String {
    Text::parse(raw.as_bytes(), Strict).0.as_str().into()
}

fn text_defects(raw: &str) -> Defects {
    Text::parse(raw.as_bytes(), Lenient).1
}

// Encoded words

#[test]
fn trap_001_a_character_cut_in_two() {
    assert_eq!(text("=?utf-8?b?4pg=?= =?utf-8?b?ug==?="), "☺");
    assert_eq!(text("=?utf-8?q?=E2=98?= =?UTF-8?B?ug==?="), "☺");
}

#[test]
fn trap_002_iso_2022_jp_word_by_word() {
    assert_eq!(text("=?iso-2022-jp?b?GyRCJCIbKEI=?= =?iso-2022-jp?b?GyRCJCQbKEI=?="), "あい");
    // cut within the shifted state, they belong together
    assert_eq!(text("=?iso-2022-jp?b?GyRCJCI=?= =?iso-2022-jp?b?JCQbKEI=?="), "あい");
}

#[test]
fn charsets_that_only_mail_still_has() {
    assert_eq!(text("=?utf-7?q?Hi_Mom_-+Jjo--!?="), "Hi Mom -\u{263a}-!");
    assert_eq!(text("=?iso-2022-kr?b?GyQpQw4+SA8=?= =?ISO-2022-KR?b?GyQpQw4zZw8=?="), "\u{c548}\u{b155}");
    assert_eq!(text("=?hz-gb-2312?q?=7E{VPND=7E}?="), "\u{4e2d}\u{6587}");
    // a character cut in two, by one name of the charset and another
    assert_eq!(text("=?utf-8?q?=E6=BC?= =?utf8?q?=A2?="), "\u{6f22}");
}

#[test]
fn trap_003_between_quotes_it_is_none() {
    let (mailbox, _) = Mailbox::parse(b"\"=?utf-8?q?caf=C3=A9?=\" <a@b.c>", Lenient);
    let mailbox = mailbox.unwrap();
    assert_eq!(mailbox.name().text(), "=?utf-8?q?caf=C3=A9?=");
    assert_eq!(mailbox.name().unquoted(), b"=?utf-8?q?caf=C3=A9?=");
    assert_eq!(mailbox.display_name().unwrap(), "café");
}

#[test]
fn trap_004_white_space_between_words() {
    assert_eq!(text("=?utf-8?q?a?=\r\n  =?utf-8?q?b?="), "ab");
    assert_eq!(text("a  =?utf-8?q?b?=  c"), "a  b  c");
    assert_eq!(text("=?utf-8?q?a?= \r\n b \r\n =?utf-8?q?c?="), "a  b  c");
}

#[test]
fn trap_005_text_beside_it() {
    for (raw, lenient) in [("=?utf-8?q?d?=e", "de"), ("f=?utf-8?q?g?=", "fg")] {
        assert_eq!((text(raw).as_str(), strict_text(raw).as_str()), (lenient, raw));
        assert!(text_defects(raw).has(DefectKind::EncodedWordPlace));
    }
}

#[test]
fn trap_006_white_space_inside() {
    assert_eq!(text("=?utf-8?q?a b?="), "a b");
    assert_eq!(text("=?utf-8?q?a\r\n b?="), "a b");
    assert_eq!(text("=?utf-8?b?YW\r\n Jj?="), "abc");
    assert!(text_defects("=?utf-8?q?a b?=").has(DefectKind::EncodedWordSpace));
    assert_eq!(strict_text("=?utf-8?q?a b?="), "=?utf-8?q?a b?=");
}

#[test]
fn trap_007_empty() {
    assert_eq!(text("x =?utf-8?q??= y =?utf-8?b??= z"), "x  y  z");
}

#[test]
fn trap_008_without_end() {
    assert_eq!(text("=?utf-8?q?abc"), "=?utf-8?q?abc");
    let many = "=?ab?q?x".repeat(100_000);
    assert_eq!(text(&many), many);
    assert_eq!(text("=?utf-8?q?a =?utf-8?q?b?="), "=?utf-8?q?a b");
}

#[test]
fn trap_009_a_question_mark_inside() {
    assert_eq!(text("=?utf-8?q?a?b?="), "a?b");
    assert!(text_defects("=?utf-8?q?a?b?=").has(DefectKind::EncodedWordQuestionMark));
    assert_eq!(strict_text("=?utf-8?q?a?b?="), "=?utf-8?q?a?b?=");
}

#[test]
fn trap_010_unknown_charset() {
    assert_eq!(text("a =?x-nobody?q?=80?= =?utf-8?q?b?="), "a =?x-nobody?q?=80?= b");
    assert!(text_defects("=?x-nobody?q?=80?=").has(DefectKind::UnknownCharset));
}

#[test]
fn trap_011_language() {
    let (word, _) = EncodedWord::parse(b"=?us-ascii*en-US?q?hi_there?=", Lenient);
    let word = word.unwrap();
    assert_eq!((word.language(), word.text().as_deref()), (Some("en-US"), Some("hi there")));
    assert_eq!(text("=?us-ascii*en-US?q?hi_there?="), "hi there");
}

#[test]
fn trap_012_padding() {
    assert_eq!(text("=?utf-8?b?YQ?="), "a");
    assert_eq!(text("=?utf-8?b?YWI=YWI=?="), "abab");
}

#[test]
fn trap_013_bad_escape_stays() {
    assert_eq!(text("=?utf-8?q?=c3=a9=4?="), "é=4");
    assert!(text_defects("=?utf-8?q?=c3=a9=4?=").has(DefectKind::EncodedWordText));
}

#[test]
fn trap_014_specials_that_it_hides() {
    let (list, _) = AddressList::parse(b"=?utf-8?q?a=2C_b_=3Cx=40y=3E_=22?= <a@b.c>", Lenient);
    assert_eq!(list.iter().len(), 1);
    let mailbox = list.mailboxes().next().unwrap();
    assert_eq!(mailbox.display_name().unwrap(), "a, b <x@y> \"");
    assert_eq!((mailbox.local(), mailbox.domain()), ("a".into(), "b.c".into()));
    let (hostile, _) = Text::parse(b"=?utf-8?q?a=0D=0ABcc:_x=00?=", Lenient);
    assert_eq!(hostile.as_str(), "a\r\nBcc: x\0");
    let again = [Text::new(hostile.as_str()).to_bytes(), Phrase::new(hostile.as_str()).to_bytes()];
    for octets in again.into_iter().chain([hostile.to_bytes()]) {
        assert!(!octets.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)));
    }
}

#[test]
fn trap_015_as_a_local_part() {
    let (list, _) = AddressList::parse(b"<=?utf-8?q?x?=@y.z>", Lenient);
    let mailbox = list.mailboxes().next().unwrap();
    assert_eq!((mailbox.local(), mailbox.domain()), ("=?utf-8?q?x?=".into(), "y.z".into()));
}

#[test]
fn trap_016_alone_it_is_no_address() {
    let (list, defects) = AddressList::parse(b"=?utf-8?q?a=40b=2Ecom?=", Lenient);
    let mailbox = list.mailboxes().next().unwrap();
    assert!(!mailbox.is_address() && mailbox.local().is_empty());
    assert_eq!(mailbox.display_name().unwrap(), "a@b.com");
    assert!(defects.has(DefectKind::MissingDomain));
}

#[test]
fn trap_017_white_space_and_quotes_in_its_head() {
    assert_eq!(text("=? ISO-2022-JP? B? GyRCJCIbKEI= ?="), "あ");
    assert_eq!(text("=?\"utf-8\"?q?=c3=a9?="), "é");
    assert!(text_defects("=?\"utf-8\"?q?a?=").has(DefectKind::EncodedWordSyntax));
    assert_eq!(strict_text("=?\"utf-8\"?q?a?="), "=?\"utf-8\"?q?a?=");
}

#[test]
fn trap_018_in_a_comment() {
    let (mailbox, _) = Mailbox::parse(b"j@x.org (=?utf-8?q?J=C3=B6rg?=)", Lenient);
    assert_eq!(mailbox.unwrap().display_name().unwrap(), "Jörg");
}

#[test]
fn trap_019_underscores() {
    assert_eq!(text("=?utf-8?q?a_b?="), "a b");
    assert_eq!(text("=?utf-16be?q?=00a_=20?="), "a\u{2020}");
    assert_eq!(text("=?utf-8?b?YW_Jj?="), "abc");
}

#[test]
fn trap_020_long_ones_are_read_and_not_written() {
    let long = format!("=?utf-8?q?{}?=", "=C3=A9".repeat(100));
    assert_eq!(text(&long), "é".repeat(100));
    let written = Text::new(&"é".repeat(100)).to_bytes();
    assert!(written.split(|octet| *octet == b' ').all(|word| word.len() <= 75));
}

#[test]
fn traps_024_035_folding() {
    assert_eq!(text(" a\r\n \r\n b"), "a  b");
    assert_eq!(text("\n real"), "real");
}

#[test]
fn trap_040_octets_without_a_charset() {
    let (subject, _) = Text::parse(b"caf\xe9", Lenient);
    assert_eq!((subject.as_str(), subject.as_bytes()), ("café", &b"caf\xe9"[..]));
    let (mailbox, _) = Mailbox::parse(b"Caf\xe9 <a@b.c>", Lenient);
    assert_eq!(mailbox.unwrap().display_name().unwrap(), "Café");
}

#[test]
fn trap_041_utf8_in_addresses() {
    let (mailbox, defects) = Mailbox::parse("jörg@bücher.example".as_bytes(), Strict);
    let mailbox = mailbox.unwrap();
    assert_eq!((mailbox.local(), mailbox.domain()), ("jörg".into(), "bücher.example".into()));
    assert!(mailbox.needs_utf8() && defects.is_empty());
}

// Addresses

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
    for raw in ["a@malicious.org@important.com", "<a@malicious.org@important.com>", "a@b.c d@e.f", "a\0b@c"] {
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

// Parameters

fn parameters(raw: &str) -> (Parameters, Defects) {
    Parameters::parse(raw.as_bytes(), Lenient)
}

fn get(raw: &str, name: &str) -> Option<String> {
    parameters(raw).0.get(name).map(Into::into)
}

#[test]
fn trap_072_extended() {
    for raw in ["; name*=utf-8'en'%e2%82%ac", "; name*=UTF-8'en'%E2%82%AC"] {
        let (parameters, defects) = parameters(raw);
        let parameter = parameters.parameter("name").unwrap();
        assert_eq!((&*parameter.value(), parameter.language()), ("€", Some("en")));
        assert!(defects.is_empty());
    }
}

#[test]
fn traps_073_074_077_continuations() {
    assert_eq!(
        get("; name*1=\"about \"; name*0=\"Book \"; name*2*=utf-8''%e2%98%95", "name").unwrap(),
        "Book about ☕"
    );
    assert_eq!(get("; name*0*=utf-8''%E2%98; name*1*=%95.txt", "name").unwrap(), "☕.txt");
    assert_eq!(get("; name*0*=utf-8''%C3%A9; name*1=%41", "name").unwrap(), "é%41");
}

#[test]
fn trap_075_a_gap() {
    let raw = "; name*0=a; name*2=c";
    assert_eq!(get(raw, "name").unwrap(), "a");
    assert!(parameters(raw).1.has(DefectKind::ParameterGap));
    assert_eq!(Parameters::parse(raw.as_bytes(), Strict).0.get("name"), None);
    assert_eq!(get("; name*1=c", "name"), None);
}

#[test]
fn trap_076_both_kinds() {
    for raw in ["; name=plain; name*=utf-8''%C3%A9", "; name*=utf-8''%C3%A9; name=plain"] {
        let (parameters, defects) = parameters(raw);
        assert_eq!(parameters.get("name").unwrap(), "é");
        assert_eq!(parameters.iter().len(), 2);
        assert!(defects.has(DefectKind::PlainAndExtended));
    }
}

#[test]
fn traps_078_079_quotes_and_percent_signs() {
    assert_eq!(get("; n*=utf-8''O'Brien%27s.txt", "n").unwrap(), "O'Brien's.txt");
    assert_eq!(get("; n*=utf-8''%zz%4", "n").unwrap(), "%zz%4");
    assert_eq!(get("; n*=''abc", "n").unwrap(), "abc");
    assert_eq!(get("; foo*=xyz", "foo").unwrap(), "xyz");
    assert!(parameters("; foo*=xyz").1.has(DefectKind::PercentEncoding));
}

#[test]
fn trap_080_indices() {
    assert_eq!(get("; n*00=a; n*01=b", "n").unwrap(), "ab");
    let (twice, defects) = parameters("; n*0=a; n*0=x; n*1=b");
    assert_eq!(twice.get("n").unwrap(), "ab");
    assert!(defects.has(DefectKind::DuplicateParameter));
    assert_eq!(get("; n*0=a; n*10001=b; n*99999999999=c", "n").unwrap(), "a");
    let many: String = (0..100_000).rev().map(|index| format!("; n*{index}=a")).collect();
    assert!(parameters(&many).1.has(DefectKind::Limit));
    let many: String = (0..129).map(|index| format!("; n{index}=a")).collect();
    assert_eq!(parameters(&many).0.iter().len(), Parameters::MAX);
}

#[test]
fn trap_081_encoded_words_in_parameters() {
    for raw in ["; name=\"=?utf-8?q?caf=C3=A9?=\"", "; name==?utf-8?q?caf=C3=A9?="] {
        let (parameters, _) = parameters(raw);
        let parameter = parameters.parameter("name").unwrap();
        assert_eq!((&*parameter.value(), &*parameter.display()), ("=?utf-8?q?caf=C3=A9?=", "café"), "{raw}");
    }
}

#[test]
fn traps_082_083_semicolons_and_spaces() {
    let (content_type, defects) = ContentType::parse(b"text/plain charset=utf-8", Lenient);
    assert!(content_type.is("text", "plain") && defects.has(DefectKind::MissingSemicolon));
    assert_eq!(content_type.charset().unwrap(), "utf-8");
    let (content_type, _) = ContentType::parse(b"text/plain charset=utf-8", Strict);
    assert!(content_type.is("text", "plain") && content_type.parameters().is_empty());

    let (both, defects) = parameters("; name=my file.txt; charset=utf-8");
    assert_eq!((&*both.get("name").unwrap(), &*both.get("charset").unwrap()), ("my file.txt", "utf-8"));
    assert!(defects.has(DefectKind::ParameterSyntax));
    let (both, _) = parameters("; charset=utf-8 name=\"x\" format=flowed");
    assert!(both.iter().map(|parameter| parameter.name().into_owned()).eq(["charset", "name", "format"]));
}

#[test]
fn trap_084_comments() {
    let (content_type, defects) =
        ContentType::parse(b"text/plain (c1); (c2) charset (c3) = (c4) utf-8 (c5)", Strict);
    assert_eq!(content_type.charset().unwrap(), "utf-8");
    assert!(defects.is_empty());
}

#[test]
fn trap_085_quotes() {
    assert_eq!(get("; name=\"abc", "name").unwrap(), "abc");
    assert!(parameters("; name=\"abc").1.has(DefectKind::UnclosedQuote));
    assert_eq!(get(r#"; n="a\"b\\c;d"; x=y"#, "n").unwrap(), r#"a"b\c;d"#);
    assert_eq!(get("; n=\"a\r\n b\"", "n").unwrap(), "a b");
}

#[test]
fn trap_086_boundaries_without_quotes() {
    let (content_type, _) = ContentType::parse(b"multipart/mixed; boundary=a/b:c=d?e; x=1", Lenient);
    assert_eq!(content_type.boundary(), Some(&b"a/b:c=d?e"[..]));
}

#[test]
fn trap_087_twice() {
    let (content_type, defects) =
        ContentType::parse(b"multipart/mixed; boundary=a; charset=x; Boundary=b; CHARSET=y", Lenient);
    assert_eq!(content_type.boundary(), Some(&b"a"[..]));
    assert_eq!(content_type.charset().unwrap(), "x");
    assert_eq!(defects.iter().filter(|defect| defect.kind == DefectKind::DuplicateParameter).count(), 2);
}

#[test]
fn trap_088_no_content_type() {
    for raw in ["", "text", "text/plain/foo", "; charset=x", "/", "text/", "\"text/html\""] {
        for leniency in [Lenient, Strict] {
            let (content_type, defects) = ContentType::parse(raw.as_bytes(), leniency);
            assert!(content_type.is("text", "plain") && defects.has(DefectKind::ContentTypeSyntax), "{raw}");
        }
    }
    assert!(ContentType::parse(b"x-y/z", Lenient).0.is("X-Y", "Z"));
}

#[test]
fn trap_089_file_names() {
    let file =
        |raw: &str| ContentDisposition::parse(raw.as_bytes(), Lenient).0.parameters().file_name("filename");
    assert_eq!(file("attachment; filename=\"../../etc/passwd\"").unwrap(), "passwd");
    assert_eq!(file("attachment; filename=\"C:\\\\x\\\\a.txt\"").unwrap(), "a.txt");
    assert_eq!(file("attachment; filename=\"..\""), None);
    assert_eq!(file("attachment; filename*=utf-8''a%00b%0D%0Ac.txt").unwrap(), "abc.txt");
    assert_eq!(
        file("attachment;\r\n filename*0=\"a\";\r\n filename*1=\".txt.\";\r\n filename*2=\"exe\"").unwrap(),
        "a.txt.exe"
    );
    assert_eq!(ContentDisposition::parse(b"; filename=x", Lenient).0.kind(), "attachment");
    assert_eq!(file("filename=x").unwrap(), "x");
    assert_eq!(file("\"inline\"; filename=x").unwrap(), "x");
}

#[test]
fn trap_090_octets_in_a_value() {
    let (parameters, _) = Parameters::parse(b"; name=\"caf\xe9\"", Lenient);
    assert_eq!(parameters.get_bytes("name"), Some(&b"caf\xe9"[..]));
    assert_eq!(parameters.get("name").unwrap(), "café");
}

#[test]
fn trap_120_transfer_encodings() {
    use rfc822_mime::value::TransferEncoding as Encoding;
    for raw in ["base64;", "(c) base64 (d)", "BASE64 ", "\"base64\""] {
        assert_eq!(Encoding::parse(raw.as_bytes(), Lenient).0, Encoding::Base64, "{raw}");
    }
    assert_ne!(Encoding::parse(b"\"base64\"", Strict).0, Encoding::Base64);
    assert_eq!(Encoding::parse(b"x-foo", Lenient).0, Encoding::Other("x-foo".into()));
    assert_eq!(Encoding::parse(b"", Lenient).0, Encoding::SevenBit);
}

// Dates

fn date(raw: &str, leniency: Leniency) -> Option<String> {
    DateTime::parse(raw.as_bytes(), leniency).0.map(|date| date.to_string())
}

fn check_dates(rows: &[(&str, Option<&str>)], leniency: Leniency) {
    for (raw, expected) in rows {
        let (read, defects) = DateTime::parse(raw.as_bytes(), leniency);
        assert_eq!(read.map(|date| date.to_string()).as_deref(), *expected, "{raw}");
        assert_eq!(read.is_none(), defects.has(DefectKind::InvalidDate), "{raw}");
    }
}

#[test]
fn trap_063_years() {
    for (year, meant) in
        [("70", "1970"), ("49", "2049"), ("50", "1950"), ("123", "2023"), ("00", "2000"), ("99", "1999")]
    {
        let read = date(&format!("1 Jan {year} 00:00:00 +0000"), Strict).unwrap();
        assert!(read.contains(&format!(" Jan {meant} ")), "{read}");
    }
    assert_eq!(date("1 Jan 7 00:00:00 +0000", Lenient), None);
}

#[test]
fn trap_064_no_seconds_and_a_name() {
    assert_eq!(date("1 Jan 49 00:00 EST", Strict).unwrap(), "Fri, 1 Jan 2049 00:00:00 -0500");
}

#[test]
fn traps_065_066_comments() {
    assert_eq!(
        date("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", Strict).unwrap(),
        "Fri, 21 Nov 1997 09:55:06 -0600"
    );
    assert_eq!(
        date("Thu, 13 Feb 1969 23:32 -0330 (Newfoundland (Time))", Strict).unwrap(),
        "Thu, 13 Feb 1969 23:32:00 -0330"
    );
    let deep = format!("{}{}1 Jan 2020 00:00:00 +0000", "(".repeat(100_000), ")".repeat(100_000));
    assert!(date(&deep, Strict).is_some());
}

#[test]
fn trap_067_days_and_times_that_are_none() {
    let (leap, defects) = DateTime::parse(b"30 Jun 2012 23:59:60 +0000", Strict);
    assert_eq!(
        (leap.unwrap().second(), leap.unwrap().timestamp(), defects.is_empty()),
        (60, 1_341_100_800, true)
    );
    for raw in
        ["1 Jan 2020 24:00:00 +0000", "30 Feb 2020 00:00:00 +0000", "0 Jan 2020 00:00:00 +0000", "", "x"]
    {
        check_dates(&[(raw, None)], Lenient);
    }
}

#[test]
fn traps_068_069_zones() {
    let zone = |zone: &str| DateTime::parse(format!("1 Jan 2020 00:00:00 {zone}").as_bytes(), Strict);
    assert_eq!(zone("-0000").0.unwrap().offset(), None);
    assert_eq!(zone("+0000").0.unwrap().offset(), Some(0));
    assert!(!zone("-0000").1.has(DefectKind::UnknownZone));
    for letter in ('a'..='z').chain('A'..='Z').filter(|letter| !matches!(letter, 'j' | 'J')) {
        let (date, defects) = zone(&letter.to_string());
        assert_eq!((date.unwrap().offset(), defects.has(DefectKind::UnknownZone)), (None, true), "{letter}");
    }
    assert_eq!(zone("XYZ").0.unwrap().offset(), None);
    for (name, hours) in [("GMT", 0), ("ut", 0), ("EDT", -4), ("cst", -6), ("PST", -8)] {
        assert_eq!(zone(name).0.unwrap().offset(), Some(hours * 60));
    }
}

#[test]
fn trap_070_other_forms() {
    let rows = [
        ("1 Jan 2020 02:03:04", Some("Wed, 1 Jan 2020 02:03:04 -0000")),
        ("1 Jan 2020 02:03:04 +05:30", Some("Wed, 1 Jan 2020 02:03:04 +0530")),
        ("1 January 2020 02:03:04 +0000", Some("Wed, 1 Jan 2020 02:03:04 +0000")),
        ("1-Jan-2020 02:03:04 +0000", Some("Wed, 1 Jan 2020 02:03:04 +0000")),
        ("Wednesday, 01-Jan-20 02:03:04 GMT", Some("Wed, 1 Jan 2020 02:03:04 +0000")),
        ("Wed Jan  1 02:03:04 2020", Some("Wed, 1 Jan 2020 02:03:04 -0000")),
        ("Wed Jan  1 02:03:04 EST 2020", Some("Wed, 1 Jan 2020 02:03:04 -0500")),
        ("2020-01-01T02:03:04Z", Some("Wed, 1 Jan 2020 02:03:04 +0000")),
        ("2020-01-01 02:03:04.567+01:00", Some("Wed, 1 Jan 2020 02:03:04 +0100")),
        ("1 Jan 2020 02.03.04 +0000", Some("Wed, 1 Jan 2020 02:03:04 +0000")),
        ("1 Jan 2020 2:03:04 +0200 CEST", Some("Wed, 1 Jan 2020 02:03:04 +0200")),
    ];
    check_dates(&rows, Lenient);
    for (raw, _) in rows {
        assert_eq!(date(raw, Strict), None, "{raw}");
    }
    for raw in ["+9999", "+0060", "+1", "+530", "+00000", "+0200 EST", "GMT+1", "+0000 +0000", "12"] {
        for leniency in [Lenient, Strict] {
            check_dates(&[(&format!("1 Jan 2020 02:03:04 {raw}"), None)], leniency);
        }
    }
    for raw in
        ["01/02/2020 00:00:00 +0000", "1 Jan 2020", "1 Jan-2020 00:00 +0000", "1 Jxn 2020 00:00:00 +0000"]
    {
        check_dates(&[(raw, None)], Lenient);
    }
}

#[test]
fn trap_071_wrong_weekday_and_before_1970() {
    let (date, defects) = DateTime::parse(b"Mon, 1 Jan 2020 00:00:00 +0000", Strict);
    assert_eq!(date.unwrap().to_string(), "Wed, 1 Jan 2020 00:00:00 +0000");
    assert!(defects.has(DefectKind::WrongWeekday));
    let (date, _) = DateTime::parse(b"31 Dec 1969 23:59:58 +0000", Strict);
    assert_eq!(date.unwrap().timestamp(), -2);
}

// Identifiers and subjects

#[test]
fn trap_134_base_subjects() {
    for (subject, base, is_reply) in [
        ("Re[2]: Fwd: [list] x (fwd)", "x", true),
        ("[a] [b]", "[b]", false),
        ("[a]", "[a]", false),
        ("[a] Re: [b] x", "x", true),
        ("=?utf-8?q?Re=3A_caf=C3=A9?=", "café", true),
        ("=?utf-8?q?a?=Re:", "aRe:", false),
        ("[Fwd: [list] Re: x ]", "x", true),
        ("re  \t: FW: x", "x", true),
        ("fw[a]: x (FWD) (fwd)", "x", true),
        ("Regards", "Regards", false),
        ("", "", false),
        ("Re:", "", true),
    ] {
        let read = Text::parse(subject.as_bytes(), Lenient).0.base_subject();
        assert_eq!((read.as_str(), read.is_reply()), (base, is_reply), "{subject}");
    }
}

#[test]
fn trap_135_references() {
    let ids = |raw: &str| {
        let (ids, defects) = MessageIds::parse(raw.as_bytes(), Lenient);
        let shown: Vec<String> = ids.iter().map(|id| id.as_text().into_owned()).collect();
        (shown.join(" "), defects.is_empty())
    };
    for (raw, expected, is_clean) in [
        ("<a@b> <c@d>", "a@b c@d", true),
        ("<a@b>junk<c@d>", "a@b c@d", false),
        ("(x <y@z>) <a@b> (c)", "a@b", true),
        ("<\"a b\"@c>", "\"a b\"@c", true),
        ("<\"ab\"@c>", "ab@c", true),
        ("< spaced@x >", "spaced@x", true),
        ("<no-at>", "no-at", false),
        ("<a@b <c@d>", "a@b c@d", false),
        ("<a@b", "a@b", false),
        ("<[id@x]>", "[id@x]", true),
        ("Your message of \"Mon, <x@y>\" <a@b>", "a@b", false),
        ("a@b, <c@d>", "a@b c@d", false),
        ("", "", true),
        ("<>", "", false),
    ] {
        assert_eq!(ids(raw), (expected.into(), is_clean), "{raw}");
    }
    assert_eq!(MessageIds::parse(b"<no-at> <a@b>", Strict).0.to_bytes(), b"<a@b>");
}

#[test]
fn a_phrase_parts_quotes_and_encoded_words() {
    let (phrase, _) = Phrase::parse(b"\"a =?utf-8?q?x?=\" =?utf-8?q?b?= =?utf-8?q?c?= (no) \"d\"", Strict);
    assert_eq!(phrase.text(), "a =?utf-8?q?x?= bc d");
    assert_eq!(phrase.display(), "a xbc d");
}
