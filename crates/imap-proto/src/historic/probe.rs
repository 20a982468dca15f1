//! Which dialect a server speaks: what to ask it, and what its answers mean (RFC 1732, RFC 2061, and what clients of that time
//! did).

use imap_wire::Tag;

use super::find::{Find, FindOption};
use super::imap3::Version;
use super::{HistoricCommand, HistoricResponse};
use crate::core::{Capabilities, Capability, Condition, StatusResponse};
use crate::{CommandBody, Dialect, Event, FetchItem, Response, ResponseCode, Section};

/// Finds out which dialect the server speaks. It does no I/O: it says what to send next, and is told what came.
///
/// Until it knows, the client encodes in IMAP2, whose commands are those of all later ones, so far as they are asked here. What
/// can be known without a login is known first; FIND, which tells IMAP2 from IMAP2bis, needs one.
///
/// ```
/// use bytes::BytesMut;
/// use imap_proto::{ClientCodec, CommandBody, Dialect, Options, Probe, ProbeStep};
///
/// let mut imap = ClientCodec::with_options(Options::client().with_dialect(Dialect::Imap2));
/// let (mut probe, mut output) = (Probe::new(), BytesMut::new());
/// // What the server says, in the order in which it is asked.
/// let mut answers = [
///     "* OK host IMAP2bis Service 7.8(100)\r\n",
///     "p1 BAD Command unrecognized: CAPABILITY\r\n",
///     "p2 OK welcome\r\n",
///     "* MAILBOX INBOX\r\np3 OK FIND completed\r\n",
/// ]
/// .into_iter();
/// for number in 1.. {
///     let mut input = answers.next().unwrap().as_bytes();
///     while let Some(event) = imap.decode(&mut input)? {
///         probe.received(&event);
///     }
///     let body = match probe.next() {
///         ProbeStep::Send(body) => body,
///         ProbeStep::LogIn => CommandBody::login("alice", "secret")?,
///         ProbeStep::Done(dialect) => {
///             assert_eq!(dialect, Dialect::Imap2bis);
///             imap.speak(dialect);
///             break;
///         }
///         step => panic!("{step:?}"),
///     };
///     let command = body.tag(format!("p{number}"))?;
///     // CAPABILITY is no command of IMAP2, but a question.
///     imap.speak(probe.dialect());
///     imap.encode(&command, &mut output)?;
///     probe.sent(command.tag());
/// }
/// # Ok::<(), imap_proto::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Probe {
    place: Place,
    /// What was sent and has no answer yet.
    asked: Option<Tag>,
    asks_for_versions: bool,
    has_version_3: bool,
    is_authenticated: bool,
    has_find: bool,
}

/// What is asked next, or known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Greeting,
    Versions,
    SelectVersion,
    Capability,
    /// It needs a login.
    LogIn,
    FindAll,
    FindMailboxes,
    Known(Dialect),
    Closed,
}

/// What a client does next to know its server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProbeStep {
    /// Read: the greeting, or an answer, has not come.
    Wait,
    /// Send this, and tell [`Probe::sent`].
    Send(CommandBody),
    /// Log in with LOGIN, and tell [`Probe::sent`]; else take [`Probe::dialect`] for what it is.
    LogIn,
    /// The dialect is this one: [`ClientCodec::speak`](crate::ClientCodec::speak) it.
    Done(Dialect),
    /// The server has said BYE.
    Closed,
}

impl Default for Probe {
    fn default() -> Self {
        Self::new()
    }
}

impl Probe {
    /// In front of the greeting.
    pub fn new() -> Self {
        Self {
            place: Place::Greeting,
            asked: None,
            asks_for_versions: false,
            has_version_3: false,
            is_authenticated: false,
            has_find: true,
        }
    }

    /// The same, of a server that may know IMAP3, as on port 220 or by its greeting: SUPPORTED.VERSIONS is asked first.
    #[must_use]
    pub fn with_imap3(mut self) -> Self {
        self.asks_for_versions = true;
        self
    }

    /// What to do next.
    pub fn next(&self) -> ProbeStep {
        let find = |option| match Find::new(option, "INBOX") {
            Ok(find) => ProbeStep::Send(CommandBody::Historic(HistoricCommand::Find(find))),
            // There is no NUL in it.
            Err(_) => ProbeStep::Wait,
        };
        match self.place {
            Place::Known(dialect) => ProbeStep::Done(dialect),
            Place::Closed => ProbeStep::Closed,
            Place::Greeting => ProbeStep::Wait,
            _ if self.asked.is_some() => ProbeStep::Wait,
            Place::Versions => ProbeStep::Send(CommandBody::Historic(HistoricCommand::SupportedVersions)),
            Place::SelectVersion => {
                ProbeStep::Send(CommandBody::Historic(HistoricCommand::SelectVersion(Version::IMAP3)))
            }
            Place::Capability => ProbeStep::Send(CommandBody::Capability),
            Place::LogIn => ProbeStep::LogIn,
            Place::FindAll => find(FindOption::AllMailboxes),
            Place::FindMailboxes => find(FindOption::Mailboxes),
        }
    }

    /// In which dialect to encode what is sent next; once the server is known, what it speaks. Until then IMAP4 for CAPABILITY,
    /// and IMAP2bis for FIND.
    pub fn dialect(&self) -> Dialect {
        match self.place {
            Place::Known(dialect) => dialect,
            Place::Capability => Dialect::Imap4,
            Place::LogIn | Place::FindAll | Place::FindMailboxes => Dialect::Imap2bis,
            _ => Dialect::Imap2,
        }
    }

    /// Whether the server has FIND, as far as it was asked: optional in IMAP2.
    pub fn has_find(&self) -> bool {
        self.has_find
    }

    /// What it asked for was sent with this tag.
    pub fn sent(&mut self, tag: &Tag) {
        self.asked = Some(tag.clone());
    }

    /// The event was decoded.
    pub fn received(&mut self, event: &Event<'_>) {
        match event {
            Event::Greeting(greeting) => self.greeted(greeting),
            Event::Response(Response::Status(status)) => match status.tag() {
                Some(tag) if self.asked.as_ref() == Some(tag) => {
                    self.asked = None;
                    self.answered(status);
                }
                Some(_) => {}
                None if status.condition() == Condition::Bye => self.place = Place::Closed,
                None => {}
            },
            Event::Response(Response::Capability(capabilities)) => self.told(capabilities),
            Event::Response(response) => {
                if let Response::Historic(HistoricResponse::SupportedVersions(specs)) = response.data() {
                    self.has_version_3 = specs.iter().any(|spec| spec.version() == Version::IMAP3);
                }
            }
            // An answer that can't be read is none to count on.
            Event::Malformed(bad) if bad.tag().is_some() && bad.tag() == self.asked.as_ref() => {
                self.asked = None;
                self.refused();
            }
            _ => {}
        }
    }

    fn greeted(&mut self, greeting: &StatusResponse) {
        if self.place != Place::Greeting {
            return;
        }
        self.place = match greeting.condition() {
            Condition::Bye => Place::Closed,
            _ if self.asks_for_versions => Place::Versions,
            _ => Place::Capability,
        };
        self.is_authenticated = greeting.condition() == Condition::PreAuth;
        if let Some(ResponseCode::Capability(capabilities)) = greeting.code() {
            self.told(capabilities);
        }
    }

    fn told(&mut self, capabilities: &Capabilities) {
        if !matches!(self.place, Place::Greeting | Place::Capability) {
            return;
        }
        let has = |name: &str| capabilities.into_iter().any(|capability: &Capability| capability.is(name));
        // IMAP4rev2 beside IMAP4rev1 waits for ENABLE.
        self.place = match () {
            () if has("IMAP4rev1") => Place::Known(Dialect::Imap4rev1),
            () if has("IMAP4rev2") => Place::Known(Dialect::Imap4rev2),
            () if has("IMAP4") => Place::Known(Dialect::Imap4),
            () => return,
        };
    }

    fn answered(&mut self, status: &StatusResponse) {
        if status.condition() != Condition::Ok {
            return self.refused();
        }
        self.place = match self.place {
            Place::Versions if self.has_version_3 => Place::SelectVersion,
            Place::Versions => Place::Capability,
            Place::SelectVersion => Place::Known(Dialect::Imap3),
            // CAPABILITY without an answer that says anything.
            Place::Capability => self.before_find(),
            Place::LogIn => Place::FindAll,
            Place::FindAll => Place::Known(Dialect::Imap2bis),
            Place::FindMailboxes => Place::Known(Dialect::Imap2),
            place => place,
        };
    }

    fn refused(&mut self) {
        self.place = match self.place {
            Place::Versions | Place::SelectVersion => Place::Capability,
            Place::Capability => self.before_find(),
            Place::FindAll => Place::FindMailboxes,
            Place::FindMailboxes => {
                self.has_find = false;
                Place::Known(Dialect::Imap2)
            }
            // Another try.
            place => place,
        };
    }

    fn before_find(&self) -> Place {
        if self.is_authenticated { Place::FindAll } else { Place::LogIn }
    }
}

impl Dialect {
    /// What to fetch for the header of a message, the best first: what a server of an edition near this one answers with BAD or
    /// NO, the next may get.
    ///
    /// ```
    /// use imap_proto::{Dialect, FetchItem};
    /// assert_eq!(Dialect::Imap2.header_items(), [FetchItem::Rfc822Header]);
    /// assert_eq!(Dialect::Imap4.header_items().len(), 2);
    /// # Ok::<(), imap_proto::Error>(())
    /// ```
    pub fn header_items(self) -> alloc::vec::Vec<FetchItem> {
        let zero = Section::part_zero([]).map(|section| FetchItem::Peek(section, None));
        let modern = FetchItem::Peek(Section::header(), None);
        match self {
            Self::Imap4rev2 => alloc::vec![modern],
            Self::Imap4rev1 | Self::Imap4rev1Utf8 => alloc::vec![modern, FetchItem::Rfc822Header],
            Self::Imap4 => zero.into_iter().chain([FetchItem::Rfc822Header]).collect(),
            _ => alloc::vec![FetchItem::Rfc822Header],
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use bytes::BytesMut;

    use super::*;
    use crate::{ClientCodec, Options};

    /// What is sent to a server that gives these answers, and what comes out; `%` stands for the tag.
    fn probe(mut probe: Probe, answers: &[&str]) -> (Vec<String>, ProbeStep) {
        let mut client = ClientCodec::with_options(Options::client().with_dialect(Dialect::Imap2));
        let (mut sent, mut tag) = (Vec::new(), String::new());
        for (number, answer) in answers.iter().enumerate() {
            let answer = answer.replace('%', &tag);
            let mut input = answer.as_bytes();
            while let Some(event) = client.decode(&mut input).unwrap() {
                probe.received(&event);
            }
            let body = match probe.next() {
                ProbeStep::Send(body) => body,
                ProbeStep::LogIn => CommandBody::login("a", "b").unwrap(),
                _ => break,
            };
            tag = format!("p{number}");
            let (command, mut output) = (body.tag(&tag).unwrap(), BytesMut::new());
            client.speak(probe.dialect());
            client.encode(&command, &mut output).unwrap();
            probe.sent(command.tag());
            let line = String::from_utf8(output.to_vec()).unwrap();
            sent.push(line.trim_end().split_once(' ').unwrap().1.into());
        }
        (sent, probe.next())
    }

    #[test]
    fn servers_of_all_times_are_known() {
        const OK: &str = "* OK ready\r\n";
        let find = |option| format!("FIND {option} INBOX");
        for (answers, asked, dialect) in [
            (&["* OK [CAPABILITY IMAP4rev1 IMAP4rev2] ready\r\n"][..], Vec::new(), Dialect::Imap4rev1),
            (&["* OK [CAPABILITY IMAP4rev2] ready\r\n"], Vec::new(), Dialect::Imap4rev2),
            (
                &[OK, "* CAPABILITY IMAP4 IMAP4rev1\r\n% OK x\r\n"],
                [String::from("CAPABILITY")].into(),
                Dialect::Imap4rev1,
            ),
            (&[OK, "* CAPABILITY IMAP4\r\n% OK x\r\n"], ["CAPABILITY".into()].into(), Dialect::Imap4),
            (
                &[OK, "% BAD x\r\n", "% OK x\r\n", "* MAILBOX INBOX\r\n% OK x\r\n"],
                ["CAPABILITY".into(), "LOGIN a b".into(), find("ALL.MAILBOXES")].into(),
                Dialect::Imap2bis,
            ),
            (
                &[OK, "% BAD x\r\n", "% OK x\r\n", "% BAD x\r\n", "% OK x\r\n"],
                ["CAPABILITY".into(), "LOGIN a b".into(), find("ALL.MAILBOXES"), find("MAILBOXES")].into(),
                Dialect::Imap2,
            ),
            (
                &["* PREAUTH hi\r\n", "% BAD x\r\n", "% OK x\r\n"],
                ["CAPABILITY".into(), find("ALL.MAILBOXES")].into(),
                Dialect::Imap2bis,
            ),
            // Lines that are no answers do no harm.
            (
                &[OK, "% what?\r\n", "* ?\r\nx OK y\r\n% OK x\r\n", "% BAD x\r\n", "% BAD x\r\n"],
                ["CAPABILITY".into(), "LOGIN a b".into(), find("ALL.MAILBOXES"), find("MAILBOXES")].into(),
                Dialect::Imap2,
            ),
        ] {
            assert_eq!(probe(Probe::new(), answers), (asked, ProbeStep::Done(dialect)), "{answers:?}");
        }
    }

    #[test]
    fn imap3_is_selected_where_it_is_known() {
        let versions = "* SUPPORTED.VERSIONS ((2 0 ) (3 0 TAGGED.SOLICITED))\r\n% OK x\r\n";
        let (asked, step) = probe(Probe::new().with_imap3(), &["* OK x\r\n", versions, "% OK x\r\n"]);
        assert_eq!(asked, ["SUPPORTED.VERSIONS", "SELECT.VERSION (3 0)"]);
        assert_eq!(step, ProbeStep::Done(Dialect::Imap3));
        let only_2 = "* SUPPORTED.VERSIONS ((2 0 ))\r\n% OK x\r\n";
        for (answers, dialect) in [
            (&["* OK x\r\n", only_2, "* CAPABILITY IMAP4\r\n% OK x\r\n"][..], Dialect::Imap4),
            (&["* OK x\r\n", "% BAD x\r\n", "* CAPABILITY IMAP4\r\n% OK x\r\n"], Dialect::Imap4),
            (&["* OK x\r\n", versions, "% NO x\r\n", "* CAPABILITY IMAP4\r\n% OK x\r\n"], Dialect::Imap4),
        ] {
            assert_eq!(probe(Probe::new().with_imap3(), answers).1, ProbeStep::Done(dialect), "{answers:?}");
        }
    }

    #[test]
    fn a_server_that_hangs_up_or_a_login_that_fails_is_no_dialect() {
        assert_eq!(probe(Probe::new(), &["* BYE x\r\n"]).1, ProbeStep::Closed);
        assert_eq!(probe(Probe::new(), &["* OK x\r\n", "* BYE x\r\n"]).1, ProbeStep::Closed);
        let mut waits = Probe::new();
        assert_eq!(waits.next(), ProbeStep::Wait);
        waits.sent(&Tag::new("x").unwrap());
        assert_eq!(waits.next(), ProbeStep::Wait);
        // It is asked for once more.
        let (asked, step) = probe(Probe::new(), &["* OK x\r\n", "% BAD x\r\n", "% NO x\r\n"]);
        assert_eq!((asked.len(), step), (3, ProbeStep::Wait));
    }
}
