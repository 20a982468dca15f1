//! A command line, read.

use mail_wire::sasl::InitialResponse;
use mail_wire::text::{Text, Word};
use mail_wire::{Deviation, Deviations, Error};

use super::{Command, Due, LineKind, OtherCommand, Shape, Verb, table};
use crate::listing::{canonical_message, canonical_number};
use crate::values::message_number;
use crate::{Apop, Argument, Auth, Dialect, Mechanism, MessageNumber, Options, Password, Xtnd};
use mail_wire::fields::Fields;

impl Command {
    /// Parses one line without its line end. Offsets of errors count from its start.
    ///
    /// An unknown command is [`Command::Other`], not an error.
    ///
    /// # Errors
    /// `Syntax` where the line holds no keyword, or not the arguments that its command takes.
    pub fn parse(unit: &[u8], options: &Options) -> Result<Self, Error> {
        parse(unit, options).map(|(command, _)| command)
    }
}

/// The command, and what had to be forgiven.
pub(crate) fn parse(line: &[u8], options: &Options) -> Result<(Command, Deviations), Error> {
    let mut fields = Fields::new(line, options.leniency());
    let token = fields.token();
    let Some(spec) = table::find(token).filter(|spec| table::has(options.dialect(), spec.verb)) else {
        let other =
            OtherCommand { keyword: keyword(token)?, arguments: fields.optional_text()?, shape: Shape::Line };
        return Ok((Command::Other(other), fields.deviations));
    };
    if token != spec.keyword.as_bytes() {
        fields.deviations.add(Deviation::Spelling);
    }
    let command = arguments(spec.verb, &mut fields)?;
    fields.end()?;
    Ok((command, fields.deviations))
}

/// The commands that are nearly all of the traffic: a keyword and numbers. Unlike a [`Command`], these are moved in
/// registers.
#[derive(Clone, Copy)]
pub(crate) enum Canonical {
    Dele(MessageNumber),
    List(MessageNumber),
    Noop,
    Retr(MessageNumber),
    Stat,
    Top(MessageNumber, u32),
    Uidl(MessageNumber),
}

impl Canonical {
    /// The command at the front of `input` as clients write it, and what stands behind its line. `None` is no error:
    /// [`parse`] decides.
    #[inline(always)]
    pub(crate) fn parse(input: &[u8], dialect: Dialect) -> Option<(Self, &[u8])> {
        let (keyword, rest) = input.split_first_chunk::<4>()?;
        let (command, rest) = match keyword {
            b"NOOP" => (Self::Noop, rest),
            b"STAT" => (Self::Stat, rest),
            b"TOP " => {
                let (number, rest) = canonical_message(rest)?;
                let (lines, rest) = canonical_number(rest.strip_prefix(b" ")?)?;
                (Self::Top(number, u32::try_from(lines).ok()?), rest)
            }
            b"DELE" | b"LIST" | b"RETR" | b"UIDL" => {
                let (number, rest) = canonical_message(rest.strip_prefix(b" ")?)?;
                let command = match keyword {
                    b"DELE" => Self::Dele(number),
                    b"LIST" => Self::List(number),
                    b"RETR" => Self::Retr(number),
                    _ => Self::Uidl(number),
                };
                (command, rest)
            }
            _ => return None,
        };
        let later = rest.strip_prefix(b"\r\n")?;
        table::has(dialect, command.due().0).then_some((command, later))
    }

    /// Which command it is, and what it is due.
    #[inline(always)]
    pub(crate) fn due(self) -> (Verb, Due) {
        match self {
            Self::Dele(_) => (Verb::Dele, Due::LINE),
            Self::List(_) => (Verb::List, Due::Line(LineKind::Scan)),
            Self::Noop => (Verb::Noop, Due::LINE),
            Self::Retr(_) => (Verb::Retr, Due::Message),
            Self::Stat => (Verb::Stat, Due::Line(LineKind::Drop)),
            Self::Top(..) => (Verb::Top, Due::Message),
            Self::Uidl(_) => (Verb::Uidl, Due::Line(LineKind::UniqueId)),
        }
    }
}

impl From<Canonical> for Command {
    #[inline(always)]
    fn from(command: Canonical) -> Self {
        match command {
            Canonical::Dele(number) => Self::Dele(number),
            Canonical::List(number) => Self::List(Some(number)),
            Canonical::Noop => Self::Noop,
            Canonical::Retr(number) => Self::Retr(number),
            Canonical::Stat => Self::Stat,
            Canonical::Top(number, lines) => Self::Top(number, lines),
            Canonical::Uidl(number) => Self::Uidl(Some(number)),
        }
    }
}

/// `keyword`: printable ASCII (RFC 1939 section 3).
pub(super) fn keyword(token: &[u8]) -> Result<Word, Error> {
    const EXPECTED: &str = "a keyword";
    match token.iter().position(|octet| !octet.is_ascii_graphic()) {
        None => Word::new(token).map_err(|_| Error::syntax(0, EXPECTED)),
        Some(at) => Err(Error::syntax(at as u64, EXPECTED)),
    }
}

fn arguments(verb: Verb, fields: &mut Fields<'_>) -> Result<Command, Error> {
    Ok(match verb {
        Verb::User => {
            fields.space()?;
            Command::User(argument(fields, "a name")?)
        }
        Verb::Rpop => {
            fields.space()?;
            Command::Rpop(argument(fields, "a name")?)
        }
        Verb::Pass => Command::Pass(password(fields)?),
        Verb::Apop => {
            fields.space()?;
            Command::Apop(Apop::parse(fields)?)
        }
        Verb::Auth => auth(fields)?,
        Verb::Quit => Command::Quit,
        Verb::Stat => Command::Stat,
        Verb::List => Command::List(optional_message(fields)?),
        Verb::Retr => Command::Retr(message(fields)?),
        Verb::Dele => Command::Dele(message(fields)?),
        Verb::Noop => Command::Noop,
        Verb::Last => Command::Last,
        Verb::Rset => Command::Rset,
        Verb::Top => {
            let number = message(fields)?;
            fields.space()?;
            Command::Top(number, lines(fields)?)
        }
        Verb::Uidl => Command::Uidl(optional_message(fields)?),
        Verb::Euidl => Command::Euidl(optional_message(fields)?),
        Verb::Capa => Command::Capa,
        Verb::Stls => Command::Stls,
        Verb::Utf8 => Command::Utf8,
        Verb::Lang => Command::Lang(match blank(fields) {
            true => None,
            false => {
                fields.space()?;
                Some(fields.word("a language tag")?)
            }
        }),
        Verb::Xtnd => Command::Xtnd(Xtnd::parse(fields)?),
        Verb::Other => return Err(fields.error("a known command")),
    })
}

/// Whether nothing but blanks is left, which `end` will judge.
fn blank(fields: &Fields<'_>) -> bool {
    fields.peek().trim_ascii().is_empty()
}

fn message(fields: &mut Fields<'_>) -> Result<MessageNumber, Error> {
    fields.space()?;
    message_number(fields)
}

/// The second argument of TOP.
fn lines(fields: &mut Fields<'_>) -> Result<u32, Error> {
    const EXPECTED: &str = "a count of lines";
    // QUIRK: GNU Mailutils takes a negative count for the whole message.
    if let [b'-', digits @ ..] = fields.peek()
        && digits.first().is_some_and(u8::is_ascii_digit)
    {
        fields.forgive(Deviation::Value, EXPECTED)?;
        fields.skip(1);
        return fields.number(EXPECTED).map(|_| u32::MAX);
    }
    fields.number_u32(EXPECTED)
}

pub(crate) fn optional_message(fields: &mut Fields<'_>) -> Result<Option<MessageNumber>, Error> {
    if blank(fields) { Ok(None) } else { message(fields).map(Some) }
}

/// The rest of the line, without blanks at its ends.
pub(crate) fn argument(fields: &mut Fields<'_>, expected: &'static str) -> Result<Argument, Error> {
    let rest = fields.peek();
    let trimmed = rest.trim_ascii();
    if trimmed.len() != rest.len() {
        fields.forgive(Deviation::Space, "the end of the line")?;
    }
    let text = Text::new(trimmed).map_err(|_| fields.error(expected))?;
    let argument = Argument::try_from(text).map_err(|_| fields.error(expected))?;
    if trimmed.iter().any(|octet| *octet == b' ' || *octet == b'\t') {
        fields.forgive(Deviation::Value, "a name without white space")?;
    }
    fields.skip(rest.len());
    Ok(argument)
}

/// Everything behind one SP, further spaces included.
fn password(fields: &mut Fields<'_>) -> Result<Password, Error> {
    let rest = fields.peek();
    let octets = rest.strip_prefix(b" ").ok_or_else(|| fields.error("SP and a password"))?;
    let password = Password::new(octets).map_err(|error| error.shifted(5))?;
    fields.skip(rest.len());
    Ok(password)
}

fn auth(fields: &mut Fields<'_>) -> Result<Command, Error> {
    if blank(fields) {
        return Ok(Command::AuthList);
    }
    fields.space()?;
    let mut auth = Auth::new(Mechanism::new(fields.word("a mechanism")?)?);
    if !blank(fields) {
        fields.space()?;
        let at = fields.peek();
        let token = fields.token();
        let offset = fields.offset().saturating_sub(token.len() as u64);
        debug_assert!(at.starts_with(token));
        let (initial, deviations) = InitialResponse::decode(token, fields.leniency())
            .map_err(|error| Error::syntax(offset.saturating_add(error.offset()), "base64 or ="))?;
        fields.deviations.extend(deviations);
        auth = auth.with_initial(initial.expose());
    }
    Ok(Command::Auth(auth))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Leniency;

    fn lenient(line: &str) -> Result<(Command, Deviations), Error> {
        parse(line.as_bytes(), &Options::new())
    }

    fn strict(line: &str) -> Result<Command, Error> {
        Command::parse(line.as_bytes(), &Options::new().with_leniency(Leniency::Strict))
    }

    #[test]
    fn deviations_are_forgiven_and_told_or_refused() {
        for (line, deviation) in [
            ("USER  mrose", Deviation::Space),
            ("USER mrose ", Deviation::Space),
            ("USER two words", Deviation::Value),
            ("RETR  1", Deviation::Space),
            ("RETR 1 ", Deviation::Space),
            ("RETR 1 2", Deviation::TrailingText),
            ("NOOP extra", Deviation::TrailingText),
            ("STAT ", Deviation::Space),
            ("TOP 1 -1", Deviation::Value),
            ("AUTH PLAIN YQ", Deviation::Base64),
            ("APOP mrose C4C9334BAC560ECC979E58001B3E22FB", Deviation::Value),
        ] {
            let (_, deviations) = lenient(line).unwrap();
            assert!(deviations.contains(deviation), "{line}: {deviations:?}");
            assert!(strict(line).is_err(), "{line}");
        }
    }

    #[test]
    fn letter_case_and_leading_zeros_are_another_spelling() {
        for line in ["retr 1", "Retr 00001", "xtnd bboards", "auth plain"] {
            let (_, deviations) = lenient(line).unwrap();
            assert!(deviations.is_strict(), "{line}");
            assert!(strict(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn errors_name_the_place() {
        for (line, offset) in [
            ("", 0),
            (" ", 0),
            (" STAT", 0),
            ("\u{16}\u{3}", 0),
            ("RETR", 4),
            ("RETR 0", 5),
            ("RETR -1", 5),
            ("RETR abc", 5),
            ("RETR 4294967296", 5),
            ("TOP 1", 5),
            ("TOP 1 -x", 6),
            ("DELE", 4),
            ("USER", 4),
            ("PASS", 4),
            ("APOP mrose", 5),
            ("XTND", 4),
            ("XTND ARCHIVE", 12),
            ("AUTH PLAIN ???", 11),
            ("AUTH PLAIN =AAA", 11),
        ] {
            assert_eq!(lenient(line).unwrap_err().offset(), offset, "{line:?}");
        }
    }

    #[test]
    fn the_short_way_gives_what_the_long_way_gives() {
        let keywords =
            ["NOOP", "STAT", "LIST", "RETR", "DELE", "TOP", "noop", "QUIT", "UIDL", "XYZZ", "LISTX", ""];
        let arguments = [
            "",
            " ",
            " 1",
            " 01",
            " 0",
            " 4294967295",
            " 4294967296",
            " 1 2",
            " 1 2 3",
            " 1 -1",
            "  1",
            " x",
            " 99999999999999999999",
            "1",
            " 1 0",
            " 0 1",
            " 1 4294967296",
        ];
        let mut short = 0;
        for line in keywords.iter().flat_map(|word| arguments.map(|rest| alloc::format!("{word}{rest}"))) {
            let input = alloc::format!("{line}\r\nnext line\r\n");
            if let Some((canonical, later)) = Canonical::parse(input.as_bytes(), Dialect::Extended) {
                let command = Command::from(canonical);
                assert_eq!(canonical.due(), (command.verb(), command.due()));
                assert_eq!(later, b"next line\r\n");
                assert_eq!(lenient(&line).unwrap(), (command.clone(), Deviations::new()), "{line:?}");
                assert_eq!(strict(&line).unwrap(), command, "{line:?}");
                short += 1;
            }
        }
        assert_eq!(short, 8);
    }

    #[test]
    fn a_password_keeps_its_spaces() {
        for password in ["a b", " leading", "trailing ", ""] {
            let (command, _) = lenient(&alloc::format!("PASS {password}")).unwrap();
            assert_eq!(command, Command::pass(password).unwrap());
        }
    }

    #[test]
    fn unknown_commands_are_lossless() {
        for line in ["XYZZY", "ZGET 1 2 3", "XYZZY ", "HELO  there ", "LASTING 1"] {
            let (command, deviations) = lenient(line).unwrap();
            assert!(matches!(command, Command::Other(_)) && deviations.is_empty(), "{line}");
            assert_eq!(command.to_bytes(Dialect::Rfc1939).unwrap(), alloc::format!("{line}\r\n").as_bytes());
        }
        let old = Options::new().with_dialect(Dialect::Rfc1939);
        assert!(matches!(Command::parse(b"LAST", &old).unwrap(), Command::Other(_)));
    }

    #[test]
    fn long_lines_are_refused_but_in_an_exchange() {
        let long = "x".repeat(300);
        assert!(Command::user(&long).unwrap().to_bytes(Dialect::Extended).is_err());
        let answer = Command::Continue(mail_wire::sasl::Response::data(long));
        assert!(answer.to_bytes(Dialect::Extended).is_ok());
    }
}
