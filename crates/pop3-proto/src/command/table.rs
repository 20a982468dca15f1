//! Every command in one table: where it is from, where it is allowed, and an example.

use crate::Dialect;
use crate::state::{AUTHORIZATION, PASSWORD, STATES_ALL, State, TRANSACTION};

/// The name of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is the keyword of the same name, described at Command")]
pub enum Verb {
    Apop,
    Auth,
    Capa,
    Dele,
    Euidl,
    Lang,
    Last,
    List,
    Noop,
    Pass,
    Quit,
    Retr,
    Rpop,
    Rset,
    Stat,
    Stls,
    Top,
    Uidl,
    User,
    Utf8,
    Xtnd,
    /// A command that this crate does not know.
    Other,
}

impl Verb {
    /// The keyword; empty for [`Verb::Other`].
    pub fn keyword(self) -> &'static str {
        self.spec().map_or("", |spec| spec.keyword)
    }

    /// Its row in [`COMMANDS`]; none for [`Verb::Other`].
    pub fn spec(self) -> Option<&'static CommandSpec> {
        // The rows stand in the order of the variants; a test holds that.
        COMMANDS.get(self as usize)
    }
}

/// A row of [`COMMANDS`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CommandSpec {
    /// The keyword, in upper case.
    pub keyword: &'static str,
    /// The command.
    pub verb: Verb,
    /// The edition that brought it, or for which a companion memo did.
    pub since: Dialect,
    /// The edition that dropped it.
    pub until: Option<Dialect>,
    /// RFC and section, or the program that brought it.
    pub source: &'static str,
    /// The arguments, as the RFCs write them.
    pub arguments: &'static str,
    /// A command line.
    pub example: &'static str,
    pub(crate) states: &'static [State],
}

/// Every command, by keyword.
///
/// ```
/// use pop3_proto::{COMMANDS, State};
/// let row = COMMANDS.iter().find(|row| row.keyword == "STLS").unwrap();
/// assert_eq!(row.source, "RFC 2595 section 4");
/// assert!(State::Authorization.permits(row.verb) && !State::Transaction.permits(row.verb));
/// ```
#[rustfmt::skip]
pub const COMMANDS: &[CommandSpec] = &[
    row(Verb::Apop, "APOP", Dialect::Rfc1460, None, "RFC 1939 section 7", "name digest", AUTHORIZATION, "APOP mrose c4c9334bac560ecc979e58001b3e22fb"),
    row(Verb::Auth, "AUTH", Dialect::Rfc1725, None, "RFC 5034 section 4", "[mechanism [initial-response]]", AUTHORIZATION, "AUTH PLAIN dGVzdAB0ZXN0AHRlc3Q="),
    row(Verb::Capa, "CAPA", Dialect::Extended, None, "RFC 2449 section 5", "", STATES_ALL, "CAPA"),
    row(Verb::Dele, "DELE", Dialect::Rfc1081, None, "RFC 1939 section 5", "msg", TRANSACTION, "DELE 1"),
    row(Verb::Euidl, "EUIDL", Dialect::Extended, None, "qpopper 4", "[msg]", TRANSACTION, "EUIDL 2"),
    row(Verb::Lang, "LANG", Dialect::Extended, None, "RFC 6856 section 3", "[language-tag]", STATES_ALL, "LANG es"),
    row(Verb::Last, "LAST", Dialect::Rfc1081, Some(Dialect::Rfc1725), "RFC 1460 section 5", "", TRANSACTION, "LAST"),
    row(Verb::List, "LIST", Dialect::Rfc1081, None, "RFC 1939 section 5", "[msg]", TRANSACTION, "LIST 2"),
    row(Verb::Noop, "NOOP", Dialect::Rfc1081, None, "RFC 1939 section 5", "", TRANSACTION, "NOOP"),
    row(Verb::Pass, "PASS", Dialect::Rfc1081, None, "RFC 1939 section 7", "string", PASSWORD, "PASS tan staaf"),
    row(Verb::Quit, "QUIT", Dialect::Rfc1081, None, "RFC 1939 sections 5 and 6", "", STATES_ALL, "QUIT"),
    row(Verb::Retr, "RETR", Dialect::Rfc1081, None, "RFC 1939 section 5", "msg", TRANSACTION, "RETR 1"),
    row(Verb::Rpop, "RPOP", Dialect::Rfc1081, Some(Dialect::Rfc1460), "RFC 1225, section on RPOP", "user", PASSWORD, "RPOP mrose"),
    row(Verb::Rset, "RSET", Dialect::Rfc1081, None, "RFC 1939 section 5", "", TRANSACTION, "RSET"),
    row(Verb::Stat, "STAT", Dialect::Rfc1081, None, "RFC 1939 section 5", "", TRANSACTION, "STAT"),
    row(Verb::Stls, "STLS", Dialect::Extended, None, "RFC 2595 section 4", "", AUTHORIZATION, "STLS"),
    row(Verb::Top, "TOP", Dialect::Rfc1081, None, "RFC 1939 section 7", "msg n", TRANSACTION, "TOP 10 3"),
    row(Verb::Uidl, "UIDL", Dialect::Rfc1725, None, "RFC 1939 section 7", "[msg]", TRANSACTION, "UIDL 2"),
    row(Verb::User, "USER", Dialect::Rfc1081, None, "RFC 1939 section 7", "name", AUTHORIZATION, "USER mrose"),
    row(Verb::Utf8, "UTF8", Dialect::Extended, None, "RFC 6856 section 2.1", "", AUTHORIZATION, "UTF8"),
    row(Verb::Xtnd, "XTND", Dialect::Rfc1081, Some(Dialect::Rfc1460), "RFC 1082", "sub-command [arguments]", TRANSACTION, "XTND BBOARDS system"),
];

#[allow(clippy::too_many_arguments, reason = "one per column")]
const fn row(
    verb: Verb,
    keyword: &'static str,
    since: Dialect,
    until: Option<Dialect>,
    source: &'static str,
    arguments: &'static str,
    states: &'static [State],
    example: &'static str,
) -> CommandSpec {
    CommandSpec { keyword, verb, since, until, source, arguments, example, states }
}

/// The keywords as numbers, in the order of the rows.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "evaluated by the compiler")]
const KEYS: [u64; COMMANDS.len()] = {
    let mut keys = [0; COMMANDS.len()];
    let mut at = 0;
    while at < keys.len() {
        keys[at] = key(COMMANDS[at].keyword.as_bytes());
        at += 1;
    }
    keys
};

/// The first eight octets in capitals, as a number that sorts as they do.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "checked, and const")]
const fn key(keyword: &[u8]) -> u64 {
    let mut octets = [0; 8];
    let mut rest = keyword;
    let mut at = 0;
    while let [first, later @ ..] = rest {
        if at < octets.len() {
            octets[at] = first.to_ascii_uppercase();
        }
        rest = later;
        at += 1;
    }
    u64::from_be_bytes(octets)
}

/// The row of a keyword in any letter case.
#[inline]
pub(crate) fn find(keyword: &[u8]) -> Option<&'static CommandSpec> {
    if keyword.len() > 8 {
        return None;
    }
    COMMANDS.get(KEYS.binary_search(&key(keyword)).ok()?)
}

/// Whether the dialect knows the command; every dialect passes unknown ones through.
#[inline]
pub(crate) fn has(dialect: Dialect, verb: Verb) -> bool {
    verb.spec().is_none_or(|spec| {
        dialect == Dialect::Extended
            || (spec.since <= dialect && spec.until.is_none_or(|until| dialect < until))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Options};

    #[test]
    fn rows_stand_in_the_order_of_the_verbs() {
        assert!(COMMANDS.is_sorted_by_key(|spec| spec.keyword));
        for spec in COMMANDS {
            assert_eq!(spec.verb.keyword(), spec.keyword);
        }
        assert!(Verb::Other.spec().is_none());
    }

    #[test]
    fn each_example_parses_encodes_back_and_survives_truncation() {
        let examples = COMMANDS.iter().map(|spec| (spec.example, spec.verb));
        let xtnd = crate::SUBCOMMANDS.iter().map(|spec| (spec.example, Verb::Xtnd));
        for (example, verb) in examples.chain(xtnd) {
            let command = Command::parse(example.as_bytes(), &Options::new()).unwrap();
            assert_eq!(command.verb(), verb, "{example}");
            let line = command.to_bytes(Dialect::Extended).unwrap();
            assert_eq!(line, alloc::format!("{example}\r\n").as_bytes());
            for len in 0..example.len() {
                let _ = Command::parse(&example.as_bytes()[..len], &Options::new());
            }
        }
    }

    #[test]
    fn a_dialect_writes_only_its_own_commands() {
        for (dialect, verb, known) in [
            (Dialect::Rfc1081, Verb::Last, true),
            (Dialect::Rfc1460, Verb::Last, true),
            (Dialect::Rfc1725, Verb::Last, false),
            (Dialect::Rfc1225, Verb::Apop, false),
            (Dialect::Rfc1460, Verb::Apop, true),
            (Dialect::Rfc1225, Verb::Rpop, true),
            (Dialect::Rfc1460, Verb::Rpop, false),
            (Dialect::Rfc1460, Verb::Uidl, false),
            (Dialect::Rfc1939, Verb::Capa, false),
            (Dialect::Extended, Verb::Last, true),
        ] {
            assert_eq!(has(dialect, verb), known, "{dialect:?} {verb:?}");
        }
    }
}
