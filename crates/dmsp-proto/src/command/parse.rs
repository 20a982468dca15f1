//! A command line, read.

use mail_wire::fields::Fields;
use mail_wire::text::Word;
use mail_wire::{Deviation, Deviations, Error};

use super::{Command, OtherCommand, Verb, table};
use crate::lex::{blanks, is_argument, is_plain, line_rules};
use crate::login::digit;
use crate::{Flag, FlagState, Login, Name, Options, Password, Uid, UidRange};

impl Command {
    /// Parses one line without its line end. Offsets of errors count from its start.
    ///
    /// An unknown operation is [`Command::Other`], not an error.
    ///
    /// # Errors
    /// `Syntax` where the line holds no operation's name, or not the arguments that the operation takes.
    pub fn parse(unit: &[u8], options: &Options) -> Result<Self, Error> {
        parse(unit, options).map(|(command, _)| command)
    }
}

/// The command, and what had to be forgiven.
pub(crate) fn parse(line: &[u8], options: &Options) -> Result<(Command, Deviations), Error> {
    let mut fields = Fields::new(line, options.leniency());
    line_rules(&mut fields, line.len())?;
    let token = fields.token();
    let verb = match table::find(token) {
        Some(spec) => {
            if token != spec.keyword.as_bytes() {
                fields.deviations.add(Deviation::Spelling);
            }
            spec.verb
        }
        // QUIRK: section 4.8 of the RFC itself.
        None if token.eq_ignore_ascii_case(b"LIST-ADDRESS") => {
            fields.forgive(Deviation::Value, "LIST-ADDRESSES")?;
            Verb::ListAddresses
        }
        None => return other(token, fields),
    };
    let command = arguments(verb, &mut fields)?;
    if token.len() == line.trim_ascii_end().len() && !fields.is_at_end() {
        // Blanks behind an operation that has no arguments are legal (section 4.1).
        fields.deviations.add(Deviation::Spelling);
        fields.skip_blanks();
    }
    fields.end()?;
    Ok((command, fields.deviations))
}

/// Any other operation: its name, and whatever stands behind it.
fn other(token: &[u8], mut fields: Fields<'_>) -> Result<(Command, Deviations), Error> {
    const EXPECTED: &str = "an operation";
    let keyword = Word::new(token).map_err(|error| Error::syntax(error.offset(), EXPECTED))?;
    if !is_argument(token) {
        let at = token.iter().position(|octet| !is_plain(*octet)).unwrap_or_default();
        fields.forgive(Deviation::Value, EXPECTED).map_err(|_| Error::syntax(at as u64, EXPECTED))?;
    }
    let arguments = match fields.peek() {
        [] => None,
        // One SP or TAB; what follows is kept as it is.
        [first, rest @ ..] => {
            if *first != b' ' {
                fields.deviations.add(Deviation::Spelling);
            }
            // An unknown operation may have its own grammar, but not its own characters.
            let mut words = rest.split(|octet| matches!(octet, b' ' | b'\t')).filter(|word| !word.is_empty());
            if !words.all(is_argument) {
                fields.forgive(Deviation::Value, "arguments of 1 to 64 letters, digits, -, _ and .")?;
            }
            fields.skip(1);
            Some(fields.lenient_text()?)
        }
    };
    Ok((Command::Other(OtherCommand { keyword, arguments }), fields.deviations))
}

fn arguments(verb: Verb, fields: &mut Fields<'_>) -> Result<Command, Error> {
    Ok(match verb {
        Verb::Help => Command::Help,
        Verb::SendMessage => Command::SendMessage,
        Verb::Logout => Command::Logout,
        Verb::ListClients => Command::ListClients,
        Verb::ListMailboxes => Command::ListMailboxes,
        Verb::ListSubscriptions => Command::ListSubscriptions,
        Verb::ListAvailableSubscriptions => Command::ListAvailableSubscriptions,
        Verb::SendVersion => Command::SendVersion(name(fields, "a version")?),
        Verb::CreateClient => Command::CreateClient(name(fields, CLIENT)?),
        Verb::DeleteClient => Command::DeleteClient(name(fields, CLIENT)?),
        Verb::ResetClient => Command::ResetClient(name(fields, CLIENT)?),
        Verb::CreateMailbox => Command::CreateMailbox(name(fields, MAILBOX)?),
        Verb::DeleteMailbox => Command::DeleteMailbox(name(fields, MAILBOX)?),
        Verb::CreateBboardMailbox => Command::CreateBboardMailbox(name(fields, MAILBOX)?),
        Verb::DeleteBboardMailbox => Command::DeleteBboardMailbox(name(fields, MAILBOX)?),
        Verb::ResetMailbox => Command::ResetMailbox(name(fields, MAILBOX)?),
        Verb::ExpungeMailbox => Command::ExpungeMailbox(name(fields, MAILBOX)?),
        Verb::ListAddresses => Command::ListAddresses(name(fields, MAILBOX)?),
        Verb::CreateSubscription => Command::CreateSubscription(name(fields, BBOARD)?),
        Verb::DeleteSubscription => Command::DeleteSubscription(name(fields, BBOARD)?),
        Verb::Login => Command::Login(Login::parse(fields)?),
        Verb::SetPassword => Command::SetPassword { old: password(fields)?, new: password(fields)? },
        Verb::CreateAddress => {
            Command::CreateAddress { mailbox: name(fields, MAILBOX)?, address: name(fields, ADDRESS)? }
        }
        Verb::DeleteAddress => {
            Command::DeleteAddress { mailbox: name(fields, MAILBOX)?, address: name(fields, ADDRESS)? }
        }
        Verb::ResetSubscription => {
            Command::ResetSubscription { bboard: name(fields, BBOARD)?, uid: uid(fields)? }
        }
        Verb::FetchChangedDescriptors => Command::FetchChangedDescriptors {
            mailbox: name(fields, MAILBOX)?,
            most: {
                blanks(fields)?;
                fields.number_u32("a count of descriptors")?
            },
        },
        Verb::FetchDescriptors => {
            Command::FetchDescriptors { mailbox: name(fields, MAILBOX)?, uids: uids(fields)? }
        }
        Verb::ResetDescriptors => {
            Command::ResetDescriptors { mailbox: name(fields, MAILBOX)?, uids: uids(fields)? }
        }
        Verb::CopyMessage => Command::CopyMessage {
            source: name(fields, MAILBOX)?,
            target: name(fields, MAILBOX)?,
            uid: uid(fields)?,
        },
        Verb::PrintMessage => Command::PrintMessage {
            mailbox: name(fields, MAILBOX)?,
            uid: uid(fields)?,
            printer: name(fields, "a printer's name")?,
        },
        Verb::SetMessageFlag => Command::SetMessageFlag {
            mailbox: name(fields, MAILBOX)?,
            uid: uid(fields)?,
            flag: flag(fields)?,
            state: state(fields)?,
        },
        Verb::FetchMessage => Command::FetchMessage { mailbox: name(fields, MAILBOX)?, uid: uid(fields)? },
        Verb::Other => return Err(fields.error("an operation")),
    })
}

const CLIENT: &str = "a client's name";
const MAILBOX: &str = "a mailbox's name";
const BBOARD: &str = "a bulletin board's name";
const ADDRESS: &str = "an address";

fn name(fields: &mut Fields<'_>, expected: &'static str) -> Result<Name, Error> {
    blanks(fields)?;
    Name::parse(fields, expected)
}

fn password(fields: &mut Fields<'_>) -> Result<Password, Error> {
    blanks(fields)?;
    Password::parse(fields)
}

fn uid(fields: &mut Fields<'_>) -> Result<Uid, Error> {
    blanks(fields)?;
    Uid::parse(fields)
}

fn uids(fields: &mut Fields<'_>) -> Result<UidRange, Error> {
    let low = uid(fields)?;
    Ok(UidRange::new(low, uid(fields)?))
}

fn flag(fields: &mut Fields<'_>) -> Result<Flag, Error> {
    blanks(fields)?;
    Flag::parse(fields)
}

fn state(fields: &mut Fields<'_>) -> Result<FlagState, Error> {
    blanks(fields)?;
    Ok(if digit(fields)? { FlagState::Set } else { FlagState::Clear })
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
        let long = alloc::format!("CREATE-CLIENT {}", "x".repeat(65));
        for (line, deviation) in [
            ("LIST-ADDRESS archive", Deviation::Value),
            ("list-address archive", Deviation::Value),
            ("CREATE-ADDRESS markl markl@ptt.lcs.mit.edu", Deviation::Value),
            ("LOGIN markl p@ss client 0 0", Deviation::Value),
            ("CREATE-MAILBOX caf\u{e9}", Deviation::Value),
            (long.as_str(), Deviation::Value),
            ("HELP me", Deviation::TrailingText),
            ("FETCH-MESSAGE fred 1 2", Deviation::TrailingText),
            ("FETCH-MESSAGE fred 1 ", Deviation::Space),
            ("X@Y", Deviation::Value),
            ("XYZZY a@b", Deviation::Value),
        ] {
            let (_, deviations) = lenient(line).unwrap();
            assert!(deviations.contains(deviation), "{line}: {deviations:?}");
            assert!(strict(line).is_err(), "{line}");
        }
    }

    #[test]
    fn letter_case_blanks_and_leading_zeros_are_another_spelling() {
        for line in [
            "help",
            "Fetch-Message fred 1",
            "FETCH-MESSAGE  fred 1",
            "FETCH-MESSAGE\tfred \t 1",
            "FETCH-MESSAGE fred 01",
            "HELP \t",
            "XYZZY\ta",
            "LOGIN a b c 01 00",
        ] {
            let (command, deviations) = lenient(line).unwrap();
            assert!(!deviations.is_empty() && deviations.is_strict(), "{line}: {deviations:?}");
            assert_eq!(strict(line).unwrap(), command, "{line}");
        }
    }

    #[test]
    fn arguments_keep_their_letter_case() {
        assert_eq!(lenient("create-mailbox MarkL").unwrap().0, Command::create_mailbox("MarkL").unwrap());
    }

    #[test]
    fn errors_name_the_place() {
        for (line, offset) in [
            ("", 0),
            (" ", 0),
            (" HELP", 0),
            ("HE\u{1}LP", 2),
            ("SEND-VERSION", 12),
            ("SEND-VERSION ", 13),
            ("LOGIN fred", 10),
            ("LOGIN fred pw client 2 0", 21),
            ("LOGIN fred pw client 0 x", 23),
            ("LOGIN fred p\u{1} client 0 0", 11),
            ("SET-PASSWORD old", 16),
            ("FETCH-MESSAGE fred one", 19),
            ("FETCH-MESSAGE fred -1", 19),
            ("FETCH-MESSAGE fred 4294967296", 19),
            ("FETCH-DESCRIPTORS fred 1", 24),
            ("FETCH-CHANGED-DESCRIPTORS fred ten", 31),
            ("SET-MESSAGE-FLAG fred 2107 16 1", 27),
            ("SET-MESSAGE-FLAG fred 2107 -1 1", 27),
            ("SET-MESSAGE-FLAG fred 2107 0 2", 29),
        ] {
            assert_eq!(lenient(line).unwrap_err().offset(), offset, "{line:?}");
        }
    }

    #[test]
    fn unknown_operations_are_lossless() {
        for line in ["XYZZY", "FETCH-BODY a 2 3", "XYZZY ", "NOOP  there ", "HELPER 1", "LIST-ADDRES a"] {
            let (command, deviations) = lenient(line).unwrap();
            assert!(matches!(command, Command::Other(_)) && deviations.is_empty(), "{line}");
            assert_eq!(strict(line).unwrap(), command, "{line}");
            assert_eq!(command.to_bytes().unwrap(), alloc::format!("{line}\r\n").as_bytes());
        }
        assert!(Command::other("help", None).is_err() && Command::other("a@b", None).is_err());
        assert!(Command::other("", None).is_err());
    }

    #[test]
    fn long_lines_are_refused() {
        let arguments = "x".repeat(512 - 2 - "XYZZY ".len());
        assert!(Command::other("XYZZY", Some(&arguments)).unwrap().to_bytes().is_ok());
        let one_more = alloc::format!("{arguments}x");
        assert!(Command::other("XYZZY", Some(&one_more)).unwrap().to_bytes().is_err());
    }
}
