//! A command line, read.

use mail_wire::fields::Fields;
use mail_wire::text::Word;
use mail_wire::{Deviation, Deviations, Error};

use super::{Command, OtherCommand, Verb, find};
use crate::quoting::{Until, unquote};
use crate::{Dialect, Name, Options, Password};

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
    let Some(spec) = find(token, options.dialect()) else {
        let other = OtherCommand { keyword: keyword(token)?, arguments: fields.optional_text()? };
        return Ok((Command::Other(other), fields.deviations));
    };
    if token != spec.keyword.as_bytes() {
        if token.eq_ignore_ascii_case(b"RECV") {
            fields.forgive(Deviation::Value, "RCEV")?;
        } else {
            fields.deviations.add(Deviation::Spelling);
        }
    }
    let command = arguments(spec.verb, options.dialect(), &mut fields)?;
    // QUIRK: text behind a command without arguments is an error to every server that was seen.
    if fields.peek().trim_ascii().is_empty() {
        fields.end()?;
        return Ok((command, fields.deviations));
    }
    Err(fields.error("the end of the line"))
}

/// Printable ASCII.
pub(super) fn keyword(token: &[u8]) -> Result<Word, Error> {
    const EXPECTED: &str = "a keyword";
    match token.iter().position(|octet| !octet.is_ascii_graphic()) {
        None => Word::new(token).map_err(|_| Error::syntax(0, EXPECTED)),
        Some(at) => Err(Error::syntax(at as u64, EXPECTED)),
    }
}

fn arguments(verb: Verb, dialect: Dialect, fields: &mut Fields<'_>) -> Result<Command, Error> {
    Ok(match (verb, dialect) {
        (Verb::Helo, _) => {
            fields.space()?;
            let user = name(fields, Until::Space)?;
            fields.space()?;
            Command::Helo(user, password(fields)?)
        }
        (Verb::User, _) => {
            fields.space()?;
            Command::User(name(fields, Until::Space)?)
        }
        (Verb::Pass, _) => {
            fields.space()?;
            Command::Pass(password(fields)?)
        }
        (Verb::Fold, _) => {
            fields.space()?;
            Command::Fold(name(fields, Until::End)?)
        }
        (Verb::Retr, Dialect::Rfc918) => {
            fields.space()?;
            Command::RetrMailbox(name(fields, Until::End)?)
        }
        (Verb::Rdel, _) => {
            fields.space()?;
            Command::Rdel(name(fields, Until::End)?)
        }
        (Verb::Read, _) => {
            if fields.peek().trim_ascii().is_empty() {
                Command::Read(None)
            } else {
                fields.space()?;
                let at = fields.offset();
                match fields.number_u32(MESSAGE)? {
                    0 => return Err(Error::syntax(at, MESSAGE)),
                    number => Command::Read(Some(number)),
                }
            }
        }
        (Verb::Retr, _) => Command::Retr,
        (Verb::Acks, _) => Command::Acks,
        (Verb::Ackd, _) => Command::Ackd,
        (Verb::Nack, _) => Command::Nack,
        (Verb::Rcev, _) => Command::Rcev,
        (Verb::Rcvd, _) => Command::Rcvd,
        (Verb::Rset, _) => Command::Rset,
        (Verb::Noop, _) => Command::Noop,
        (Verb::Quit, _) => Command::Quit,
        (Verb::Other, _) => return Err(fields.error("a known command")),
    })
}

const MESSAGE: &str = "a message number";

fn name(fields: &mut Fields<'_>, until: Until) -> Result<Name, Error> {
    let at = fields.offset();
    let octets = unquote(fields, until, "a name")?;
    Name::received(&octets).map_err(|_| Error::syntax(at, "a name without CR and NUL"))
}

/// The rest of the line: spaces inside are asked to be quoted, and often were not.
fn password(fields: &mut Fields<'_>) -> Result<Password, Error> {
    let at = fields.offset();
    let rest = fields.peek();
    let octets = unquote(fields, Until::End, "a password")?;
    if has_bare_space(rest) {
        fields.forgive(Deviation::Value, "a backslash before each space")?;
    }
    Password::received(&octets).map_err(|_| Error::syntax(at, "a password without CR and NUL"))
}

fn has_bare_space(quoted: &[u8]) -> bool {
    let mut octets = quoted.iter();
    while let Some(octet) = octets.next() {
        match octet {
            b'\\' => drop(octets.next()),
            b' ' => return true,
            _ => {}
        }
    }
    false
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
            ("READ  27", Deviation::Space),
            ("READ 27 ", Deviation::Space),
            ("RETR ", Deviation::Space),
            ("HELO a  b", Deviation::Space),
            ("HELO a b c", Deviation::Value),
            ("HELO J\u{f6}rg x", Deviation::Value),
        ] {
            let (_, deviations) = lenient(line).unwrap();
            assert!(deviations.contains(deviation), "{line}: {deviations:?}");
            assert!(strict(line).is_err(), "{line}");
        }
    }

    #[test]
    fn letter_case_and_needless_backslashes_are_another_spelling() {
        for line in ["helo mrose tanstaaf", "READ 007", r"FOLD \a\.b"] {
            let (_, deviations) = lenient(line).unwrap();
            assert!(!deviations.is_empty() && deviations.is_strict(), "{line}");
            assert!(strict(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn errors_name_the_place() {
        for (line, offset) in [
            ("", 0),
            (" READ", 0),
            ("READ 0", 5),
            ("READ x", 5),
            ("READ 4294967296", 5),
            ("RETR 1", 4),
            ("QUIT now", 4),
            ("HELO mrose", 10),
            ("HELO", 4),
            ("FOLD", 4),
            ("FOLD ", 5),
            ("FOLD a\\", 6),
        ] {
            assert_eq!(lenient(line).unwrap_err().offset(), offset, "{line:?}");
        }
    }

    #[test]
    fn each_dialect_has_its_own_retr() {
        let old = Options::new().with_dialect(Dialect::Rfc918);
        assert_eq!(Command::parse(b"RETR a b", &old).unwrap(), Command::retr_mailbox("a b").unwrap());
        assert!(Command::parse(b"RETR", &old).is_err());
        assert!(matches!(Command::parse(b"HELO a b", &old).unwrap(), Command::Other(_)));
        let (recv, deviations) = parse(b"RECV", &old).unwrap();
        assert!(recv == Command::Rcev && deviations.contains(Deviation::Value));
        assert!(Command::Retr.to_bytes(Dialect::Rfc918).is_err());
        assert!(Command::Rcev.to_bytes(Dialect::Rfc937).is_err());
    }
}
