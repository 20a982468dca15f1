//! Dates as IMAP2 has them: `dd-mmm-yy hh:mm:ss-zzz` (RFC 1176, Formal Syntax; RFC 2062, `date_time_old`).

use imap_wire::{Cursor, Generation, ParseError, Writer, chars};
use mail_wire::{Deviation, Error};

use crate::core::DateTime;
use crate::core::date::Date;

/// Names of zones, with their hours east of Greenwich; first those that are written (RFC 2062, `zone_name`).
const NAMES: [(&str, i16); 43] = [
    ("UT", 0),
    ("AST", -4),
    ("EST", -5),
    ("CST", -6),
    ("MST", -7),
    ("PST", -8),
    ("YST", -9),
    ("HST", -10),
    ("BST", -11),
    ("GMT", 0),
    ("Z", 0),
    ("EDT", -4),
    ("CDT", -5),
    ("MDT", -6),
    ("PDT", -7),
    ("YDT", -8),
    ("HDT", -9),
    ("BDT", -10),
    ("A", 1),
    ("B", 2),
    ("C", 3),
    ("D", 4),
    ("E", 5),
    ("F", 6),
    ("G", 7),
    ("H", 8),
    ("I", 9),
    ("K", 10),
    ("L", 11),
    ("M", 12),
    ("N", -1),
    ("O", -2),
    ("P", -3),
    ("Q", -4),
    ("R", -5),
    ("S", -6),
    ("T", -7),
    ("U", -8),
    ("V", -9),
    ("W", -10),
    ("X", -11),
    ("Y", -12),
    // Not in the list, but what it stands for was in use.
    ("UTC", 0),
];

/// `"-" zone_old` behind a time; `None` where SP and digits with a sign are next, as newer editions have it.
pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Option<i16>, ParseError> {
    let start = cursor.at();
    let blank = cursor.take(b' ');
    let dash = cursor.take(b'-');
    let is_name = cursor.peek().is_some_and(|octet| octet.is_ascii_alphabetic());
    if !is_name && (blank || !dash) {
        cursor.seek(start);
        return Ok(None);
    }
    match cursor.generation() {
        Generation::Imap4rev1 => {
            // QUIRK: what RFC 2062 has for old servers.
            cursor.forgive(Deviation::Value, "a time zone of 4 digits")?;
        }
        Generation::Imap2 | Generation::Imap3 => {}
        _ => cursor.note_spelling(),
    }
    if blank || !dash {
        // QUIRK: the sample session of RFC 1176 has a blank there.
        cursor.forgive(Deviation::Space, "- in front of the time zone")?;
    }
    if !is_name {
        cursor.forgive(Deviation::Value, "the name of a time zone")?;
        let digits = cursor.take_while(chars::DIGIT);
        let value = core::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i16>().ok());
        return match (digits.len(), value.map(|value| (value / 100, value % 100))) {
            (4, Some((hours, minutes))) if hours < 24 && minutes < 60 => {
                Ok(Some(hours.saturating_mul(60).saturating_add(minutes).saturating_neg()))
            }
            _ => Err(cursor.error("a time zone")),
        };
    }
    let from = cursor.at();
    let letters = cursor.rest().iter().take_while(|octet| octet.is_ascii_alphabetic()).count();
    cursor.skip(letters);
    let name = cursor.since(from);
    let known = NAMES.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
    let Some((known, hours)) = known else {
        cursor.seek(from);
        return Err(cursor.error("the name of a time zone"));
    };
    if known.as_bytes() != name {
        cursor.note_spelling();
    }
    Ok(Some(hours.saturating_mul(60)))
}

/// The last two digits of a year that they stand for.
fn year(date: Date) -> Result<u16, Error> {
    match date.year() {
        year @ 1_950..=2_049 => Ok(year % 100),
        _ => Err(Error::unsupported(0, "a year from 1950 to 2049 in two digits")),
    }
}

fn two(value: u16, writer: &mut Writer<'_>) {
    writer.number(u64::from(value / 10));
    writer.number(u64::from(value % 10));
}

/// `d-mmm-yy`, as SEARCH has it.
pub(crate) fn encode_date(date: Date, writer: &mut Writer<'_>) -> Result<(), Error> {
    let year = year(date)?;
    writer.number(u64::from(date.day()));
    writer.octet(b'-');
    writer.raw(date.month_name().as_bytes());
    writer.octet(b'-');
    two(year, writer);
    Ok(())
}

/// `"dd-mmm-yy hh:mm:ss-zzz"`.
///
/// # Errors
/// `Unsupported` for other years than those from 1950 to 2049, and for a zone that has no name.
pub(crate) fn encode(time: DateTime, writer: &mut Writer<'_>) -> Result<(), Error> {
    let (hours, minutes) = (time.zone_minutes() / 60, time.zone_minutes() % 60);
    let zone = NAMES.iter().find(|(_, zone)| *zone == hours && minutes == 0);
    let Some((zone, _)) = zone else {
        return Err(Error::unsupported(0, "a time zone with a name, from -12 to +12 hours"));
    };
    writer.raw(if time.date().day() < 10 { b"\" " } else { b"\"" });
    encode_date(time.date(), writer)?;
    writer.space();
    for (n, part) in [time.hour(), time.minute(), time.second()].into_iter().enumerate() {
        if n > 0 {
            writer.octet(b':');
        }
        two(u16::from(part), writer);
    }
    writer.octet(b'-');
    writer.raw(zone.as_bytes());
    writer.octet(b'"');
    Ok(())
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use imap_wire::frame::Frame;
    use mail_wire::{Deviations, Leniency};

    use super::*;
    use crate::core::testing::written;

    fn read(
        text: &str,
        generation: Generation,
        leniency: Leniency,
    ) -> Result<(DateTime, Deviations), ParseError> {
        let frame = Frame::new(text.as_bytes());
        let mut cursor = Cursor::new(&frame, leniency, 0).with_generation(generation);
        let time = DateTime::parse(&mut cursor)?;
        cursor.end()?;
        Ok((time, cursor.deviations()))
    }

    #[test]
    fn old_dates_are_legal_where_they_were() {
        let text = "\" 9-Jun-88 12:55:44-PDT\"";
        for (generation, is_strict) in [
            (Generation::Imap2, true),
            (Generation::Imap2bis, true),
            (Generation::Imap3, true),
            (Generation::Imap4, true),
            (Generation::Imap4rev1, false),
        ] {
            let time = read(text, generation, Leniency::Lenient).unwrap().0;
            assert_eq!((time.date().year(), time.zone_minutes()), (1988, -420));
            assert_eq!(read(text, generation, Leniency::Strict).is_ok(), is_strict, "{generation:?}");
        }
    }

    #[test]
    fn zones_in_all_forms() {
        for (zone, minutes, is_legal) in [
            ("-UT", 0, true),
            ("-A", 60, true),
            ("-bst", -660, true),
            (" PDT", -420, false),
            (" -PDT", -420, false),
            ("-0800", -480, false),
            (" -0800", -480, true),
            (" +0530", 330, true),
        ] {
            let text = alloc::format!("\"10-Jun-88 12:55:44{zone}\"");
            let (time, deviations) = read(&text, Generation::Imap2, Leniency::Lenient).unwrap();
            assert_eq!((time.zone_minutes(), deviations.is_strict()), (minutes, is_legal), "{zone}");
            assert_eq!(read(&text, Generation::Imap2, Leniency::Strict).is_ok(), is_legal, "{zone}");
        }
        for bad in ["", "-", "-XYZ", "-08", "-2400", " "] {
            let text = alloc::format!("\"10-Jun-88 12:55:44{bad}\"");
            assert!(read(&text, Generation::Imap2, Leniency::Lenient).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for hours in -12..=12 {
            let time = DateTime::from_unix(568_723_544, hours * 60).unwrap();
            let text = written(|writer| encode(time, writer));
            let (back, deviations) = read(&text, Generation::Imap2, Leniency::Strict).unwrap();
            assert_eq!((back, deviations.is_empty()), (time, true), "{text}");
        }
        assert_eq!(
            written(|writer| encode(DateTime::from_unix(568_723_544, -480).unwrap(), writer)),
            "\" 9-Jan-88 02:45:44-PST\""
        );
        let (mut output, mut stops) = (bytes::BytesMut::new(), Vec::new());
        let mut writer = Writer::new(&mut output, &mut stops, imap_wire::LiteralPolicy::Server, false);
        for time in [DateTime::from_unix(0, 330), DateTime::from_unix(-700_000_000, 0)] {
            let error = encode(time.unwrap(), &mut writer).unwrap_err();
            assert_eq!(error.kind(), mail_wire::ErrorKind::Unsupported);
        }
    }
}
