//! The traps of dates, by their numbers in the list of known traps: what others read wrongly.
#![allow(clippy::unwrap_used)]

use rfc822_mime::value::DateTime;
use rfc822_mime::{DefectKind, Leniency};

use Leniency::{Lenient, Strict};

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
