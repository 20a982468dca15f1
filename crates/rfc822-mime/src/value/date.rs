//! Dates (RFC 5322 sections 3.3 and 4.3).
//!
//! ```abnf
//! date-time = [day-name ","] day month year hour ":" minute [":" second] zone
//! ```

use alloc::vec::Vec;
use core::fmt;

use mail_wire::Error;

use super::lexer::Lexer;
use crate::{DefectKind, Defects, Leniency};

const MONTHS: [&[u8]; 12] = [
    b"january",
    b"february",
    b"march",
    b"april",
    b"may",
    b"june",
    b"july",
    b"august",
    b"september",
    b"october",
    b"november",
    b"december",
];
const DAYS: [&[u8]; 7] =
    [b"sunday", b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday"];
const MONTH_NAMES: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_NAMES: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
/// Names of zones and their hours from UTC (RFC 5322 section 4.3).
const ZONES: [(&[u8], i16); 11] = [
    (b"ut", 0),
    (b"gmt", 0),
    (b"utc", 0),
    (b"edt", -4),
    (b"est", -5),
    (b"cdt", -5),
    (b"cst", -6),
    (b"mdt", -6),
    (b"mst", -7),
    (b"pdt", -7),
    (b"pst", -8),
];

/// `date-time`, a day and a time that there are. Two are equal if all that they say is equal, the zone included; compare
/// [`timestamp`](Self::timestamp) for instants.
///
/// ```
/// use rfc822_mime::{Leniency, value::DateTime};
/// let raw = b"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600";
/// let date = DateTime::parse(raw, Leniency::Strict).0.expect("a date");
/// assert_eq!((date.timestamp(), date.offset()), (880_127_706, Some(-360)));
/// assert_eq!(date.to_string(), "Fri, 21 Nov 1997 09:55:06 -0600");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DateTime {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    offset: Option<i16>,
}

impl DateTime {
    /// A day, a time of day and the minutes from UTC; `None` is `-0000`, UTC from who does not tell where they are.
    ///
    /// # Errors
    /// `Syntax` if the year is not in 1 to 9999, there is no such day or time, or the offset is beyond 99 hours and
    /// 59 minutes. Second 60 is one.
    pub fn new(date: (u16, u8, u8), time: (u8, u8, u8), offset: Option<i16>) -> Result<Self, Error> {
        let ((year, month, day), (hour, minute, second)) = (date, time);
        let is_day = (1..=9_999).contains(&year) && day >= 1 && day <= days_in(year, month);
        let is_time = hour <= 23 && minute <= 59 && second <= 60;
        if !is_day || !is_time || offset.is_some_and(|offset| offset.unsigned_abs() > 5_999) {
            return Err(Error::syntax(0, "a day, a time and an offset that there are"));
        }
        Ok(Self { year, month, day, hour, minute, second, offset })
    }

    /// The instant so many seconds after 1970, UTC, as clocks show it so many minutes from UTC.
    ///
    /// # Errors
    /// `Syntax` if the year is not in 1 to 9999, or the offset is beyond 99 hours and 59 minutes.
    pub fn from_timestamp(seconds: i64, offset: Option<i16>) -> Result<Self, Error> {
        let local = seconds.saturating_add(i64::from(offset.unwrap_or(0)).saturating_mul(60));
        let (mut days, time) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        // the year is found by its first day, starting at most one too late
        let mut year = days.saturating_mul(400).div_euclid(146_097).saturating_add(1_971);
        while days_before_year(year) > days {
            year = year.saturating_sub(1);
        }
        days = days.saturating_sub(days_before_year(year));
        let year = u16::try_from(year).unwrap_or(0);
        let mut month = 1_u8;
        while month < 12 && days >= i64::from(days_in(year, month)) {
            days = days.saturating_sub(i64::from(days_in(year, month)));
            month = month.saturating_add(1);
        }
        let small = |number: i64| u8::try_from(number).unwrap_or(u8::MAX);
        let time = (
            small(time.div_euclid(3_600)),
            small(time.div_euclid(60).rem_euclid(60)),
            small(time.rem_euclid(60)),
        );
        Self::new((year, month, small(days.saturating_add(1))), time, offset)
    }

    /// Reads what stands behind the colon of Date or Resent-Date, or behind the semicolon of Received.
    ///
    /// By default also what is not of the grammar but means one instant: long names, `1-Jan-2020`, the form of `asctime`,
    /// ISO 8601, `00.00.00`, `+05:30`, no zone (which is as `-0000`). Nothing is guessed: `30 Feb`, `24:00:00` and `+9999`
    /// are no dates.
    pub fn parse(raw: &[u8], leniency: Leniency) -> (Option<Self>, Defects) {
        let mut lexer = Lexer::new(raw, leniency);
        let tokens = tokens(&mut lexer);
        let end = lexer.offset();
        let mut reader = Reader { tokens: &tokens, odd: None, zone: None, wrong_day: None };
        let date = reader.date().filter(|_| reader.tokens.is_empty());
        let date = date.filter(|_| reader.odd.is_none() || !lexer.is_strict());
        if let Some(at) = reader.wrong_day.filter(|_| date.is_some()) {
            lexer.flag_at(DefectKind::WrongWeekday, at);
        }
        match (&date, reader.odd) {
            (None, _) => lexer.flag_at(DefectKind::InvalidDate, 0),
            (Some(_), Some(at)) => lexer.flag_at(DefectKind::DateSyntax, at.min(end)),
            _ => {}
        }
        if let (Some(_), Some(at)) = (&date, reader.zone) {
            lexer.flag_at(DefectKind::UnknownZone, at.min(end));
        }
        (date, lexer.into_defects())
    }

    /// The year, 1 to 9999.
    pub const fn year(&self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(&self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub const fn day(&self) -> u8 {
        self.day
    }

    /// The hour, 0 to 23.
    pub const fn hour(&self) -> u8 {
        self.hour
    }

    /// The minute, 0 to 59.
    pub const fn minute(&self) -> u8 {
        self.minute
    }

    /// The second, 0 to 60.
    pub const fn second(&self) -> u8 {
        self.second
    }

    /// Minutes from UTC, east is positive. `None` is `-0000`: the time is UTC, the sender's zone is not known.
    pub const fn offset(&self) -> Option<i16> {
        self.offset
    }

    /// The day of the week, 0 for Sunday.
    pub fn weekday(&self) -> u8 {
        let days = days_before_year(i64::from(self.year)).saturating_add(i64::from(self.days_in_year()));
        u8::try_from(days.saturating_add(4).rem_euclid(7)).unwrap_or(0)
    }

    /// Seconds since 1970, UTC; negative before. Second 60 is as the one behind it.
    pub fn timestamp(&self) -> i64 {
        let days = days_before_year(i64::from(self.year)).saturating_add(i64::from(self.days_in_year()));
        let minutes = i64::from(self.hour)
            .saturating_mul(60)
            .saturating_add(i64::from(self.minute))
            .saturating_sub(i64::from(self.offset.unwrap_or(0)));
        days.saturating_mul(86_400)
            .saturating_add(minutes.saturating_mul(60))
            .saturating_add(i64::from(self.second))
    }

    /// Days of the year in front of this one.
    fn days_in_year(&self) -> u16 {
        (1..self.month)
            .map(|month| u16::from(days_in(self.year, month)))
            .fold(u16::from(self.day).saturating_sub(1), u16::saturating_add)
    }

    /// The octets for a field.
    pub fn to_bytes(&self) -> Vec<u8> {
        alloc::format!("{self}").into_bytes()
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = DAY_NAMES.get(usize::from(self.weekday())).copied().unwrap_or_default();
        let month = MONTH_NAMES.get(usize::from(self.month.saturating_sub(1))).copied().unwrap_or_default();
        write!(
            f,
            "{day}, {} {month} {:04} {:02}:{:02}:{:02} ",
            self.day, self.year, self.hour, self.minute, self.second
        )?;
        let sign = if self.offset.is_none_or(|offset| offset < 0) { '-' } else { '+' };
        let offset = self.offset.unwrap_or(0).unsigned_abs();
        write!(f, "{sign}{:02}{:02}", offset.div_euclid(60), offset.rem_euclid(60))
    }
}

const fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// None for a month that there is not.
const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year as i64) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Days from 1970 to the first of a year, in the calendar of today.
fn days_before_year(year: i64) -> i64 {
    let past = year.saturating_sub(1);
    past.saturating_mul(365)
        .saturating_add(past.div_euclid(4))
        .saturating_sub(past.div_euclid(100))
        .saturating_add(past.div_euclid(400))
        .saturating_sub(719_162)
}

/// A number, a word or another octet; and where it stands.
#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    at: usize,
    text: &'a [u8],
    /// No white space and no comment is in front of it.
    is_joined: bool,
}

impl Token<'_> {
    /// The number, if it has so many digits.
    fn number(&self, digits: core::ops::RangeInclusive<usize>) -> Option<u16> {
        if !digits.contains(&self.text.len()) {
            return None;
        }
        core::str::from_utf8(self.text).ok()?.parse().ok().filter(|_| self.is_number())
    }

    fn is_number(&self) -> bool {
        self.text.first().is_some_and(u8::is_ascii_digit)
    }

    fn is_word(&self) -> bool {
        self.text.first().is_some_and(u8::is_ascii_alphabetic)
    }

    /// Which of the names it is, and whether it is the short form that the grammar has.
    fn name(&self, names: &[&[u8]]) -> Option<(u8, bool)> {
        let is_name = |name: &&[u8]| {
            self.text.len() >= 3
                && name.get(..self.text.len()).is_some_and(|start| start.eq_ignore_ascii_case(self.text))
        };
        let index = names.iter().position(is_name)?;
        Some((u8::try_from(index).ok()?, self.text.len() == 3))
    }
}

/// The tokens of a date; more than any date has are not looked for.
fn tokens<'a>(lexer: &mut Lexer<'a>) -> Vec<Token<'a>> {
    const MOST: usize = 24;
    let mut tokens = Vec::new();
    let mut end = 0_usize;
    loop {
        lexer.cfws();
        let at = lexer.offset();
        let Some(octet) = lexer.peek() else { break };
        if tokens.len() >= MOST {
            break;
        }
        let text = match octet {
            b'0'..=b'9' => lexer.take_while(|octet| octet.is_ascii_digit()),
            b'a'..=b'z' | b'A'..=b'Z' => lexer.take_while(|octet| octet.is_ascii_alphabetic()),
            _ => {
                lexer.bump();
                lexer.slice(at..lexer.offset())
            }
        };
        tokens.push(Token { at, text, is_joined: at == end });
        end = lexer.offset();
    }
    tokens
}

/// Reads tokens, and notes what the grammar does not have.
struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    odd: Option<usize>,
    zone: Option<usize>,
    wrong_day: Option<usize>,
}

impl<'a> Reader<'_, 'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.first().copied()
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(*first)
    }

    fn eat(&mut self, text: &[u8]) -> Option<Token<'a>> {
        let token = self.peek().filter(|token| token.text.eq_ignore_ascii_case(text))?;
        self.next();
        Some(token)
    }

    fn odd(&mut self, at: usize) {
        self.odd = self.odd.or(Some(at));
    }

    /// A number of so many digits.
    fn number(&mut self, digits: core::ops::RangeInclusive<usize>) -> Option<u16> {
        self.next()?.number(digits)
    }

    fn date(&mut self) -> Option<DateTime> {
        let weekday = self.peek().and_then(|token| Some((token, token.name(&DAYS)?)));
        if let Some((token, (_, is_short))) = weekday {
            self.next();
            if self.eat(b",").is_none() || !is_short {
                self.odd(token.at);
            }
        }
        let first = self.peek()?;
        let date = match first {
            _ if first.is_word() => self.asctime()?,
            _ if first.text.len() == 4 => self.iso_8601()?,
            _ => self.rfc_5322()?,
        };
        if let Some((token, (named, _))) = weekday {
            self.wrong_day = (date.weekday() != named).then_some(token.at);
        }
        Some(date)
    }

    /// `day month year time zone`, also with `-` between the first three
    fn rfc_5322(&mut self) -> Option<DateTime> {
        let day = small(self.number(1..=2)?)?;
        let dash = self.eat(b"-");
        let month = self.month()?;
        match (dash, self.eat(b"-")) {
            (None, None) => {}
            (Some(dash), Some(_)) => self.odd(dash.at),
            _ => return None,
        }
        let year = self.year()?;
        let time = self.time()?;
        let offset = self.zone()?;
        DateTime::new((year, month, day), time, offset).ok()
    }

    /// `month day time [zone] year`, as `asctime` of C and `date` of Unix have it
    fn asctime(&mut self) -> Option<DateTime> {
        self.odd(self.peek()?.at);
        let month = self.month()?;
        let day = small(self.number(1..=2)?)?;
        let time = self.time()?;
        let has_zone = self.peek()?.is_word();
        let offset = if has_zone { self.zone()? } else { None };
        let year = self.peek()?;
        self.next();
        if !has_zone {
            self.zone = Some(year.at);
        }
        DateTime::new((year.number(4..=4)?, month, day), time, offset).ok()
    }

    /// `year "-" month "-" day ("T" / SP) time zone`
    fn iso_8601(&mut self) -> Option<DateTime> {
        self.odd(self.peek()?.at);
        let year = self.number(4..=4)?;
        self.eat(b"-")?;
        let month = small(self.number(2..=2)?)?;
        self.eat(b"-")?;
        let day = small(self.number(2..=2)?)?;
        self.eat(b"T");
        let time = self.time()?;
        // a fraction says nothing about which second it is
        if self.peek().is_some_and(|token| matches!(token.text, b"." | b",")) {
            self.next();
            self.next().filter(Token::is_number)?;
        }
        let offset = if self.eat(b"Z").is_some() { Some(0) } else { self.zone()? };
        DateTime::new((year, month, day), time, offset).ok()
    }

    fn month(&mut self) -> Option<u8> {
        let token = self.next()?;
        let (index, is_short) = token.name(&MONTHS)?;
        if !is_short {
            self.odd(token.at);
        }
        index.checked_add(1)
    }

    /// `year`, of two and three digits too (RFC 5322 section 4.3)
    fn year(&mut self) -> Option<u16> {
        let token = self.next()?;
        let year = token.number(2..=4)?;
        match token.text.len() {
            2 if year < 50 => year.checked_add(2_000),
            2 | 3 => year.checked_add(1_900),
            _ => {
                if year < 1_900 {
                    self.odd(token.at);
                }
                Some(year)
            }
        }
    }

    /// `hour ":" minute [":" second]`, also with dots
    fn time(&mut self) -> Option<(u8, u8, u8)> {
        let first = self.peek()?;
        let hour = small(self.number(1..=2)?)?;
        let mark: &[u8] = if self.peek()?.text == b"." { b"." } else { b":" };
        self.eat(mark)?;
        let minute = small(self.number(2..=2)?)?;
        let has_second = self.eat(mark).is_some();
        let second = if has_second { small(self.number(2..=2)?)? } else { 0 };
        if first.text.len() != 2 || mark == b"." {
            self.odd(first.at);
        }
        Some((hour, minute, second))
    }

    /// `zone`: minutes from UTC, if they are told
    fn zone(&mut self) -> Option<Option<i16>> {
        let Some(token) = self.peek() else {
            self.odd(usize::MAX);
            self.zone = Some(usize::MAX);
            return Some(None);
        };
        self.next();
        let offset = match token.text {
            b"+" | b"-" => self.offset(token.text == b"-")?,
            _ if token.is_word() => self.named_zone(token),
            _ => return None,
        };
        // `+0200 CEST`: a name behind the number is nothing but a comment, unless it says something else
        if let Some(name) = self.peek().filter(|name| name.is_word() && !token.is_word()) {
            if zone_hours(name.text).is_some_and(|hours| Some(hours.saturating_mul(60)) != offset) {
                return None;
            }
            self.next();
            self.odd(name.at);
        }
        Some(offset)
    }

    /// The four digits behind a sign, also with a colon among them
    fn offset(&mut self, is_negative: bool) -> Option<Option<i16>> {
        let token = self.next()?;
        let (hours, minutes) = if token.text.len() == 2 && self.eat(b":").is_some() {
            self.odd(token.at);
            (token.number(2..=2)?, self.number(2..=2)?)
        } else {
            let number = token.number(4..=4)?;
            (number.div_euclid(100), number.rem_euclid(100))
        };
        if !token.is_joined {
            self.odd(token.at);
        }
        let offset =
            i16::try_from(hours.checked_mul(60)?.checked_add(minutes)?).ok().filter(|_| minutes <= 59)?;
        Some(match (is_negative, offset) {
            (true, 0) => None,
            (true, offset) => Some(offset.saturating_neg()),
            (false, offset) => Some(offset),
        })
    }

    /// A name, which may be one that nobody knows, or a single letter, whose meaning nobody knows (section 4.3)
    fn named_zone(&mut self, token: Token<'_>) -> Option<i16> {
        let hours = zone_hours(token.text);
        if hours.is_none() {
            self.zone = Some(token.at);
        }
        hours.map(|hours| hours.saturating_mul(60))
    }
}

fn zone_hours(name: &[u8]) -> Option<i16> {
    ZONES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, hours)| *hours)
}

fn small(number: u16) -> Option<u8> {
    u8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;

    #[test]
    fn timestamps_both_ways() {
        for (seconds, text) in [
            (0, "Thu, 1 Jan 1970 00:00:00 +0000"),
            (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 +0000"),
            (-62_135_596_800, "Mon, 1 Jan 0001 00:00:00 +0000"),
        ] {
            let date = DateTime::from_timestamp(seconds, Some(0)).unwrap();
            assert_eq!((date.to_string().as_str(), date.timestamp()), (text, seconds));
        }
        assert!(DateTime::from_timestamp(253_402_300_800, None).is_err());
        assert!(DateTime::from_timestamp(i64::MAX, None).is_err());
        assert!(DateTime::from_timestamp(i64::MIN, None).is_err());
        for day in -200_000..200_000_i64 {
            let date = DateTime::from_timestamp(day * 86_400 + 3, Some(-30)).unwrap();
            assert_eq!(date.timestamp(), day * 86_400 + 3);
        }
    }

    #[test]
    fn half_an_hour_keeps_its_sign() {
        let date = DateTime::new((2020, 1, 1), (0, 0, 0), Some(-30)).unwrap();
        assert_eq!(date.to_string(), "Wed, 1 Jan 2020 00:00:00 -0030");
        assert_eq!(DateTime::parse(&date.to_bytes(), Leniency::Strict).0, Some(date));
    }
}
