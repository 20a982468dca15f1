//! Dates, alone and with a time.

use core::fmt;

use imap_wire::{Cursor, Generation, ParseError, Writer, chars};
use mail_wire::{Deviation, Error};

use crate::historic::zone;

/// `date-month`.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Days of a year in front of each month, without a leap day.
const DAYS_BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Days from 0000-01-01 to 1970-01-01.
const EPOCH: i64 = 719_528;

/// Octets of a `date-time`, quotes included.
const FIXED: usize = 28;

/// Days of 400 years.
const ERA: i64 = 146_097;

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A day, as SEARCH has it.
///
/// ```text
/// date       = date-text / DQUOTE date-text DQUOTE
/// date-text  = date-day "-" date-month "-" date-year
/// date-day   = 1*2DIGIT
/// date-year  = 4DIGIT
/// ```
///
/// ```
/// use imap_proto::Date;
/// let date = Date::new(1994, 2, 1)?;
/// assert_eq!(date.to_string(), "1-Feb-1994");
/// assert!(Date::new(1994, 2, 29).is_err() && Date::new(1996, 2, 29).is_ok());
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day of the Gregorian calendar; months and days count from 1.
    ///
    /// # Errors
    /// `Syntax` where the calendar has no such day, or the year has more than 4 digits.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, Error> {
        let fits = year <= 9_999 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        if fits { Ok(Self { year, month, day }) } else { Err(Error::syntax(0, "a day of the calendar")) }
    }

    /// The year.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The month, from 1 on.
    pub fn month(&self) -> u8 {
        self.month
    }

    /// The day of the month, from 1 on.
    pub fn day(&self) -> u8 {
        self.day
    }

    /// Days since 1970-01-01. What a lenient reader let pass, as 31 February, counts on into the next month.
    fn to_days(self) -> i64 {
        let year = i64::from(self.year);
        let month = DAYS_BEFORE.get(usize::from(self.month).saturating_sub(1)).copied().unwrap_or_default();
        let leap_days = (year.saturating_add(3) / 4)
            .saturating_sub(year.saturating_add(99) / 100)
            .saturating_add(year.saturating_add(399) / 400);
        let leap_day = i64::from(self.month > 2 && is_leap(self.year));
        [leap_days, month, leap_day, i64::from(self.day), -1, -EPOCH]
            .into_iter()
            .fold(year.saturating_mul(365), i64::saturating_add)
    }

    /// The way back; `None` outside of the years 0 to 9999.
    fn from_days(days: i64) -> Option<Self> {
        // Counted from 0000-03-01 on, a leap day is the last day of its year.
        let days = days.checked_add(EPOCH)?.checked_sub(60)?;
        let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let leaps = (day / 1_460).saturating_sub(day / 36_524).saturating_add(day / 146_096);
        let of_era = day.saturating_sub(leaps) / 365;
        let before = of_era.saturating_mul(365).saturating_add(of_era / 4).saturating_sub(of_era / 100);
        let day = day.saturating_sub(before);
        // 153 days in each five months from March on.
        let month = day.saturating_mul(5).saturating_add(2) / 153;
        let first = month.saturating_mul(153).saturating_add(2) / 5;
        let day = day.saturating_sub(first).saturating_add(1);
        let (month, later) =
            if month < 10 { (month.saturating_add(3), 0) } else { (month.saturating_sub(9), 1) };
        let year = era.checked_mul(400)?.checked_add(of_era)?.checked_add(later)?;
        let year = u16::try_from(year).ok().filter(|year| *year <= 9_999)?;
        Some(Self { year, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? })
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let quoted = cursor.take(b'"');
        if quoted {
            cursor.note_spelling();
        }
        let day = cursor.take_while(chars::DIGIT);
        if day.len() == 2 && day.starts_with(b"0") {
            cursor.note_spelling();
        }
        let date = Self::parse_behind_day(cursor, day)?;
        if quoted {
            cursor.expect_octet(b'"', "the end of the quoted string")?;
        }
        Ok(date)
    }

    /// ```text
    /// "-" date-month "-" date-year
    /// ```
    fn parse_behind_day(cursor: &mut Cursor<'_>, day: &[u8]) -> Result<Self, ParseError> {
        let day = digits(day, 1..=2).ok_or_else(|| cursor.error("a day of 1 or 2 digits"))?;
        cursor.expect_octet(b'-', "- behind the day")?;
        let name = cursor.rest().get(..3).unwrap_or_default();
        let month = MONTHS.iter().position(|month| month.as_bytes().eq_ignore_ascii_case(name));
        let Some(month) = month else { return Err(cursor.error("the name of a month")) };
        if MONTHS.get(month).is_some_and(|month| month.as_bytes() != name) {
            cursor.note_spelling();
        }
        cursor.skip(3);
        cursor.expect_octet(b'-', "- behind the month")?;
        let year = cursor.take_while(chars::DIGIT);
        let year = match (digits(year, 4..=4), digits(year, 2..=2)) {
            (Some(year), _) => year,
            (None, Some(year)) => {
                // QUIRK: IMAP2 and RFC 1730 had years of two digits. Their century is that of RFC 2822 section 4.3.
                match cursor.generation() {
                    Generation::Imap4rev1 => cursor.forgive(Deviation::Value, "a year of 4 digits")?,
                    Generation::Imap2 | Generation::Imap3 => {}
                    // Obsolete there, but to be read.
                    _ => cursor.note_spelling(),
                }
                year.saturating_add(if year < 50 { 2_000 } else { 1_900 })
            }
            _ => return Err(cursor.error("a year of 4 digits")),
        };
        let (month, day) = (month.saturating_add(1).try_into().unwrap_or(12), day.try_into().unwrap_or(0));
        if !(1..=31).contains(&day) {
            return Err(cursor.error("a day of the calendar"));
        }
        if day > days_in(year, month) {
            cursor.forgive(Deviation::Value, "a day of the calendar")?;
        }
        Ok(Self { year, month, day })
    }

    pub(crate) fn month_name(&self) -> &'static str {
        MONTHS.get(usize::from(self.month).saturating_sub(1)).copied().unwrap_or_default()
    }

    pub(crate) fn encode(&self, writer: &mut Writer<'_>) {
        writer.number(u64::from(self.day));
        writer.octet(b'-');
        writer.raw(self.month_name().as_bytes());
        writer.octet(b'-');
        writer.raw([two_digits(self.year / 100), two_digits(self.year % 100)].as_flattened());
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:04}", self.day, self.month_name(), self.year)
    }
}

impl core::str::FromStr for Date {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        from_str(text, Self::parse)
    }
}

fn from_str<T>(text: &str, parse: fn(&mut Cursor<'_>) -> Result<T, ParseError>) -> Result<T, Error> {
    let frame = imap_wire::frame::Frame::new(text.as_bytes());
    let mut cursor = Cursor::new(&frame, mail_wire::Leniency::Strict, 0);
    let value = parse(&mut cursor).and_then(|value| cursor.end().map(|()| value));
    value.map_err(|error| error.in_frame(&frame))
}

/// The value of digits, where there are as many as `count` allows.
fn digits(octets: &[u8], count: core::ops::RangeInclusive<usize>) -> Option<u16> {
    if !count.contains(&octets.len()) {
        return None;
    }
    core::str::from_utf8(octets).ok()?.parse().ok()
}

fn two_digits(value: u16) -> [u8; 2] {
    [value / 10 % 10, value % 10].map(|digit| b'0'.saturating_add(digit as u8))
}

/// A moment with the time zone that it was noted in, as INTERNALDATE and APPEND have it.
///
/// ```text
/// date-time       = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
/// date-day-fixed  = (SP DIGIT) / 2DIGIT
/// time            = 2DIGIT ":" 2DIGIT ":" 2DIGIT
/// zone            = ("+" / "-") 4DIGIT
/// ```
///
/// ```
/// use imap_proto::DateTime;
/// let time: DateTime = "\" 1-Feb-1994 21:52:25 -0800\"".parse()?;
/// assert_eq!((time.date().to_string().as_str(), time.hour(), time.zone_minutes()), ("1-Feb-1994", 21, -480));
/// assert_eq!(time.to_unix(), 760_168_345);
/// assert_eq!(DateTime::from_unix(760_168_345, -480)?, time);
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct DateTime {
    date: Date,
    hour: u8,
    minute: u8,
    second: u8,
    zone_minutes: i16,
}

impl DateTime {
    /// `date`, at `time` (hour, minute, second) in the zone that is `zone_minutes` east of Greenwich.
    ///
    /// # Errors
    /// `Syntax` where the hour is above 23, the minute above 59, the second above 60 (a leap second), or the zone a day
    /// or more away.
    pub fn new(date: Date, time: (u8, u8, u8), zone_minutes: i16) -> Result<Self, Error> {
        let (hour, minute, second) = time;
        if hour > 23 || minute > 59 || second > 60 {
            return Err(Error::syntax(0, "a time of the day"));
        }
        if zone_minutes.unsigned_abs() >= 24 * 60 {
            return Err(Error::syntax(0, "a time zone less than a day from Greenwich"));
        }
        Ok(Self { date, hour, minute, second, zone_minutes })
    }

    /// The day, in its time zone.
    pub fn date(&self) -> Date {
        self.date
    }

    /// The hour, in its time zone.
    pub fn hour(&self) -> u8 {
        self.hour
    }

    /// The minute, in its time zone.
    pub fn minute(&self) -> u8 {
        self.minute
    }

    /// The second; 60 in a leap second.
    pub fn second(&self) -> u8 {
        self.second
    }

    /// How far the time zone is east of Greenwich.
    pub fn zone_minutes(&self) -> i16 {
        self.zone_minutes
    }

    /// Seconds since 1970-01-01 00:00:00 UTC.
    pub fn to_unix(&self) -> i64 {
        let minutes = (i64::from(self.hour).saturating_mul(60))
            .saturating_add(i64::from(self.minute))
            .saturating_sub(i64::from(self.zone_minutes));
        let seconds = minutes.saturating_mul(60).saturating_add(i64::from(self.second));
        self.date.to_days().saturating_mul(86_400).saturating_add(seconds)
    }

    /// The moment `seconds` after 1970-01-01 00:00:00 UTC, as the clocks of that zone show it.
    ///
    /// # Errors
    /// `Syntax` where that is in no year from 0 to 9999, or the zone is a day or more away.
    pub fn from_unix(seconds: i64, zone_minutes: i16) -> Result<Self, Error> {
        let local = seconds.saturating_add(i64::from(zone_minutes).saturating_mul(60));
        let date = Date::from_days(local.div_euclid(86_400));
        let date = date.ok_or_else(|| Error::syntax(0, "a moment in the years 0 to 9999"))?;
        let second = local.rem_euclid(86_400);
        let part = |value: i64| u8::try_from(value).unwrap_or_default();
        Self::new(date, (part(second / 3_600), part(second / 60 % 60), part(second % 60)), zone_minutes)
    }

    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let fixed = cursor.rest().first_chunk().and_then(Self::of_fixed);
        if let Some(time) = fixed {
            if cursor.rest().starts_with(b"\"0") {
                cursor.note_spelling();
            }
            cursor.skip(FIXED);
            return Ok(time);
        }
        Self::parse_any(cursor)
    }

    /// What is written as it should be. All else is for [`parse_any`](Self::parse_any), which knows what is wrong with it.
    #[rustfmt::skip]
    fn of_fixed(text: &[u8; FIXED]) -> Option<Self> {
        let [b'"', d1, d2, b'-', m1, m2, m3, b'-', y1, y2, y3, y4, b' ', h1, h2, b':', n1, n2, b':', s1, s2, b' ',
            sign, z1, z2, z3, z4, b'"'] = *text else { return None };
        let two = |tens: u8, ones: u8| {
            let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
            (tens <= 9 && ones <= 9).then_some(tens.wrapping_mul(10).wrapping_add(ones))
        };
        let day = if d1 == b' ' { two(b'0', d2)? } else { two(d1, d2)? };
        let name = [m1, m2, m3];
        let month = MONTHS.iter().position(|month| month.as_bytes() == name)?;
        let century = u16::from(two(y1, y2)?).wrapping_mul(100);
        let year = century.wrapping_add(u16::from(two(y3, y4)?));
        let date = Date::new(year, (month as u8).wrapping_add(1), day).ok()?;
        let (hours, minutes) = (two(z1, z2)?, two(z3, z4).filter(|minutes| *minutes <= 59)?);
        let east = i16::from(hours).wrapping_mul(60).wrapping_add(i16::from(minutes));
        let zone = match sign {
            b'+' => east,
            b'-' if east > 0 => east.wrapping_neg(),
            _ => return None,
        };
        Self::new(date, (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?), zone).ok()
    }

    #[inline(never)]
    fn parse_any(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        cursor.expect_octet(b'"', "a date in quotes")?;
        let blank = cursor.take(b' ');
        let day = cursor.take_while(chars::DIGIT);
        match (blank, day.len()) {
            (true, 1) => {}
            (false, 2) if day.starts_with(b"0") => cursor.note_spelling(),
            (false, 2) => {}
            _ => cursor.forgive(Deviation::Value, "a day in two columns")?,
        }
        let date = Date::parse_behind_day(cursor, day)?;
        cursor.space()?;
        let hour = Self::parse_two(cursor, 23)?;
        cursor.expect_octet(b':', ": behind the hour")?;
        let minute = Self::parse_two(cursor, 59)?;
        cursor.expect_octet(b':', ": behind the minute")?;
        let second = Self::parse_two(cursor, 60)?;
        if let Some(zone_minutes) = zone::parse(cursor)? {
            cursor.expect_octet(b'"', "the end of the quoted string")?;
            return Ok(Self { date, hour, minute, second, zone_minutes });
        }
        cursor.space()?;
        let west = cursor.peek() == Some(b'-');
        if !west && cursor.peek() != Some(b'+') {
            return Err(cursor.error("a time zone with its sign"));
        }
        cursor.skip(1);
        let hours = i16::from(Self::parse_two(cursor, 23)?);
        let minutes = hours.saturating_mul(60).saturating_add(i16::from(Self::parse_two(cursor, 59)?));
        if west && minutes == 0 {
            // RFC 5322 tells the zones +0000 and -0000 apart, this format does not.
            cursor.note_spelling();
        }
        cursor.expect_octet(b'"', "the end of the quoted string")?;
        let zone_minutes = if west { minutes.saturating_neg() } else { minutes };
        Ok(Self { date, hour, minute, second, zone_minutes })
    }

    fn parse_two(cursor: &mut Cursor<'_>, largest: u16) -> Result<u8, ParseError> {
        let value = cursor.rest().get(..2).filter(|two| chars::all(two, chars::DIGIT));
        let value = value.and_then(|two| digits(two, 2..=2)).filter(|value| *value <= largest);
        let Some(value) = value else { return Err(cursor.error("two digits of a time")) };
        cursor.skip(2);
        Ok(value.try_into().unwrap_or_default())
    }

    #[rustfmt::skip]
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) {
        let [y1, y2] = two_digits(self.date.year / 100);
        let [y3, y4] = two_digits(self.date.year % 100);
        let [d1, d2] = two_digits(u16::from(self.date.day));
        let [h1, h2] = two_digits(u16::from(self.hour));
        let [n1, n2] = two_digits(u16::from(self.minute));
        let [s1, s2] = two_digits(u16::from(self.second));
        let zone = self.zone_minutes.unsigned_abs();
        let ([z1, z2], [z3, z4]) = (two_digits(zone / 60), two_digits(zone % 60));
        let [m1, m2, m3] = self.date.month_name().as_bytes().first_chunk().copied().unwrap_or_default();
        let d1 = if d1 == b'0' { b' ' } else { d1 };
        let sign = if self.zone_minutes < 0 { b'-' } else { b'+' };
        let text: [u8; FIXED] = [
            b'"', d1, d2, b'-', m1, m2, m3, b'-', y1, y2, y3, y4, b' ', h1, h2, b':', n1, n2, b':', s1, s2, b' ',
            sign, z1, z2, z3, z4, b'"',
        ];
        writer.raw(&text);
    }
}

impl fmt::Display for DateTime {
    /// As on the wire, without the quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.zone_minutes < 0 { '-' } else { '+' };
        let zone = self.zone_minutes.unsigned_abs();
        let (date, hour, minute, second) = (self.date, self.hour, self.minute, self.second);
        write!(f, "{date} {hour:02}:{minute:02}:{second:02} {sign}{:02}{:02}", zone / 60, zone % 60)
    }
}

impl core::str::FromStr for DateTime {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        from_str(text, Self::parse)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Date {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        let (year, month) = (u.int_in_range(0..=9_999)?, u.int_in_range(1..=12)?);
        Ok(Self { year, month, day: u.int_in_range(1..=days_in(year, month))? })
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for DateTime {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self {
            date: u.arbitrary()?,
            hour: u.int_in_range(0..=23)?,
            minute: u.int_in_range(0..=59)?,
            second: u.int_in_range(0..=60)?,
            zone_minutes: u.int_in_range(-1_439..=1_439)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::{comes_back, damaged_come_back, lenient, strict};

    #[test]
    fn dates_of_all_forms() {
        let date = Date::new(1994, 2, 1).unwrap();
        for text in ["1-Feb-1994", "01-Feb-1994", "\"1-Feb-1994\"", "1-FEB-1994"] {
            assert_eq!(strict(text, Date::parse).unwrap(), date, "{text}");
        }
        assert!(strict("1-Feb-94", Date::parse).is_err());
        let (read, deviations) = lenient("1-Feb-94", Date::parse).unwrap();
        assert!(read == date && deviations.contains(Deviation::Value));
        assert_eq!(lenient("1-Feb-49", Date::parse).unwrap().0.year(), 2049);
        assert!(strict("30-Feb-1994", Date::parse).is_err());
        assert_eq!(lenient("30-Feb-1994", Date::parse).unwrap().0.day(), 30);
        for bad in [
            "",
            "\"",
            "0-Feb-1994",
            "32-Jan-1994",
            "1-Foo-1994",
            "1-Feb-194",
            "001-Feb-1994",
            "\"1-Feb-1994",
            "1 Feb",
        ] {
            assert!(lenient(bad, Date::parse).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_of_all_forms() {
        let time = DateTime::new(Date::new(1994, 2, 1).unwrap(), (21, 52, 25), -480).unwrap();
        for text in ["\" 1-Feb-1994 21:52:25 -0800\"", "\"01-Feb-1994 21:52:25 -0800\""] {
            assert_eq!(strict(text, DateTime::parse).unwrap(), time, "{text}");
        }
        for text in ["\"1-Feb-1994 21:52:25 -0800\"", "\" 01-Feb-94 21:52:25  -0800\""] {
            assert!(strict(text, DateTime::parse).is_err(), "{text}");
            assert_eq!(lenient(text, DateTime::parse).unwrap().0, time, "{text}");
        }
        for bad in [
            "24:00:00 +0000",
            "23:60:00 +0000",
            "23:00:61 +0000",
            "23:00:00 +2400",
            "23:00:00 0000",
            "2:00:00 +0000",
        ] {
            assert!(lenient(&alloc::format!("\" 1-Feb-1994 {bad}\""), DateTime::parse).is_err(), "{bad}");
        }
        assert!(DateTime::new(time.date(), (23, 59, 60), 1439).is_ok());
        assert!(DateTime::new(time.date(), (0, 0, 0), 1440).is_err());
    }

    #[test]
    fn days_count_over_the_whole_calendar() {
        let mut days = Date::new(0, 1, 1).unwrap().to_days();
        assert_eq!((days, Date::new(1970, 1, 1).unwrap().to_days()), (-EPOCH, 0));
        for year in 0..=9_999 {
            for month in 1..=12 {
                let (first, last) = (Date::new(year, month, 1).unwrap(), days_in(year, month));
                assert_eq!(first.to_days(), days);
                assert_eq!(Date::from_days(days), Some(first));
                days += i64::from(last);
                assert_eq!(Date::from_days(days - 1), Date::new(year, month, last).ok());
            }
        }
        assert_eq!(Date::from_days(days), None);
        assert_eq!(Date::from_days(-EPOCH - 1), None);
        assert!(DateTime::from_unix(i64::MAX, 0).is_err() && DateTime::from_unix(i64::MIN, -1).is_err());
    }

    #[test]
    fn damaged_dates_come_back() {
        damaged_come_back(
            &["1-Feb-1994", "\"28-Feb-94\""],
            |date: &Date, w| {
                date.encode(w);
                Ok(())
            },
            Date::parse,
        );
        let time = "\" 1-Feb-1994 21:52:25 -0800\"";
        damaged_come_back(
            &[time],
            |time: &DateTime, w| {
                time.encode(w);
                Ok(())
            },
            DateTime::parse,
        );
    }

    proptest! {
        #[test]
        fn dates_come_back(seed: Vec<u8>) {
            comes_back::<Date>(&seed, |date, writer| { date.encode(writer); Ok(()) }, Date::parse);
            comes_back::<DateTime>(&seed, |time, writer| { time.encode(writer); Ok(()) }, DateTime::parse);
        }

        #[test]
        fn moments_come_back(seconds in -62_000_000_000_i64..253_000_000_000, zone in -1_439_i16..=1_439) {
            prop_assert_eq!(DateTime::from_unix(seconds, zone).unwrap().to_unix(), seconds);
        }
    }
}
