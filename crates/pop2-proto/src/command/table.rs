//! Every command of both protocols in one table.

use crate::Dialect;

/// The name of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is the keyword of the same name, described at Command")]
pub enum Verb {
    Ackd,
    Acks,
    Fold,
    Helo,
    Nack,
    Noop,
    Pass,
    Quit,
    Rcev,
    Rcvd,
    Rdel,
    Read,
    Retr,
    Rset,
    User,
    /// A command that the dialect does not know.
    Other,
}

impl Verb {
    /// The keyword; empty for [`Verb::Other`].
    pub fn keyword(self) -> &'static str {
        // The rows of one verb differ in the dialect only.
        COMMANDS.iter().find(|spec| spec.verb == self).map_or("", |spec| spec.keyword)
    }
}

/// What a command is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Due {
    /// `+`.
    Ok,
    /// `#n`: messages in POP2, octets in POP.
    Count,
    /// `=n`: octets of a message.
    Length,
    /// The octets that were announced, and nothing else.
    Data,
}

/// A row of [`COMMANDS`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CommandSpec {
    /// The keyword, in upper case.
    pub keyword: &'static str,
    /// The command.
    pub verb: Verb,
    /// Which protocol has it.
    pub dialect: Dialect,
    /// The arguments, as the RFCs write them.
    pub arguments: &'static str,
    /// What it is answered with, if not with `-`.
    pub due: Due,
    /// A command line.
    pub example: &'static str,
}

/// Every command, by keyword and dialect.
///
/// ```
/// use pop2_proto::{COMMANDS, Dialect};
/// assert_eq!(COMMANDS.iter().filter(|row| row.dialect == Dialect::Rfc937).count(), 8);
/// assert_eq!(COMMANDS.iter().filter(|row| row.dialect == Dialect::Rfc918).count(), 9);
/// ```
#[rustfmt::skip]
pub const COMMANDS: &[CommandSpec] = &[
    row(Verb::Ackd, "ACKD", Dialect::Rfc937, "", Due::Length, "ACKD"),
    row(Verb::Acks, "ACKS", Dialect::Rfc937, "", Due::Length, "ACKS"),
    row(Verb::Fold, "FOLD", Dialect::Rfc937, "mailbox", Due::Count, "FOLD /usr/spool/mail/smith"),
    row(Verb::Helo, "HELO", Dialect::Rfc937, "user password", Due::Count, "HELO smith se\\ cret"),
    row(Verb::Nack, "NACK", Dialect::Rfc937, "", Due::Length, "NACK"),
    row(Verb::Noop, "NOOP", Dialect::Rfc918, "", Due::Ok, "NOOP"),
    row(Verb::Pass, "PASS", Dialect::Rfc918, "password", Due::Ok, "PASS password"),
    row(Verb::Quit, "QUIT", Dialect::Rfc918, "", Due::Ok, "QUIT"),
    row(Verb::Quit, "QUIT", Dialect::Rfc937, "", Due::Ok, "QUIT"),
    row(Verb::Rcev, "RCEV", Dialect::Rfc918, "", Due::Data, "RCEV"),
    row(Verb::Rcvd, "RCVD", Dialect::Rfc918, "", Due::Ok, "RCVD"),
    row(Verb::Rdel, "RDEL", Dialect::Rfc918, "mailbox", Due::Count, "RDEL mailbox"),
    row(Verb::Read, "READ", Dialect::Rfc937, "[n]", Due::Length, "READ 13"),
    row(Verb::Retr, "RETR", Dialect::Rfc918, "mailbox", Due::Count, "RETR mailbox"),
    row(Verb::Retr, "RETR", Dialect::Rfc937, "", Due::Data, "RETR"),
    row(Verb::Rset, "RSET", Dialect::Rfc918, "", Due::Ok, "RSET"),
    row(Verb::User, "USER", Dialect::Rfc918, "name", Due::Ok, "USER Fred"),
];

const fn row(
    verb: Verb,
    keyword: &'static str,
    dialect: Dialect,
    arguments: &'static str,
    due: Due,
    example: &'static str,
) -> CommandSpec {
    CommandSpec { keyword, verb, dialect, arguments, due, example }
}

/// The row of a keyword in any letter case; all have four letters. RFC 918's diagram calls RCEV "RECV"; that is read
/// too.
pub(crate) fn find(keyword: &[u8], dialect: Dialect) -> Option<&'static CommandSpec> {
    let mut keyword: [u8; 4] = keyword.try_into().ok()?;
    keyword.make_ascii_uppercase();
    if keyword == *b"RECV" {
        keyword = *b"RCEV";
    }
    COMMANDS.iter().find(|spec| spec.dialect == dialect && *spec.keyword.as_bytes() == keyword)
}

pub(crate) fn spec(verb: Verb, dialect: Dialect) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|spec| spec.verb == verb && spec.dialect == dialect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Options};

    #[test]
    fn each_example_parses_encodes_back_and_survives_truncation() {
        assert!(COMMANDS.is_sorted_by_key(|spec| (spec.keyword, spec.dialect)));
        for spec in COMMANDS {
            let options = Options::new().with_dialect(spec.dialect);
            let command = Command::parse(spec.example.as_bytes(), &options).unwrap();
            assert_eq!(command.verb(), spec.verb, "{}", spec.example);
            let line = command.to_bytes(spec.dialect).unwrap();
            assert_eq!(line, alloc::format!("{}\r\n", spec.example).as_bytes());
            for len in 0..spec.example.len() {
                let _ = Command::parse(&spec.example.as_bytes()[..len], &options);
            }
        }
    }
}
