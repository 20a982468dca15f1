//! Mailboxes come, move and go: both codecs alone, without a store behind them.

use bytes::BytesMut;
use mail_proto::imap::{
    ClientCodec, ClientSession, CommandBody, Condition, Dialect, Event, Flag, List, ListAttribute, ListData,
    ListExtended, ListPattern, ListReturnOption, ListSelectOption, MailboxName, Namespace, NamespaceData,
    Numbering, Options, Rename, Response, ResponseCode, Select, SelectedMailbox, SeqNo, SequenceSet,
    ServerCodec, StatusData, StatusItem, StatusResponse, Text,
};

use crate::Failure;
use crate::dialogue::{Dialogue, Side};
use crate::ear::Ear;
use crate::report::Tally;

/// What one side writes, the other must read as the same value.
pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let mut talk = Talk::new(dialogue);
    talk.answer(StatusResponse::untagged(Condition::PreAuth, "at your service")?.into())?;
    hierarchy(&mut talk)?;
    subscriptions(&mut talk)?;
    messages(&mut talk)?;
    talk.end()
}

fn hierarchy(talk: &mut Talk<'_>) -> Result<(), Failure> {
    let slash = Some('/');
    let personal = [Namespace::new("", slash)?];
    let shared = [Namespace::new("Public Folders/", slash)?];
    talk.ask(CommandBody::Namespace, [NamespaceData::new(personal).with_shared(shared).into()])?;

    talk.dialogue
        .remark("names are octets; letters beyond ASCII go as modified UTF-7, or as UTF-8 in IMAP4rev2")?;
    let (old, above) = (MailboxName::from_decoded("Entwürfe")?, MailboxName::from_decoded("Früheres")?);
    let new = MailboxName::from_decoded("Früheres/2026")?;
    talk.ask(CommandBody::Create(Select::new(old.clone())), [])?;
    talk.ask(CommandBody::Rename(Rename::new(old, new.clone())), [])?;

    let all = List::new(MailboxName::new("")?, ListPattern::new("*")?);
    let items = [StatusItem::Messages, StatusItem::Unseen];
    let list = all.with_return([ListReturnOption::Children, ListReturnOption::Status(items.to_vec())]);
    let parent = ListData::new(above, slash)?.with_attribute(ListAttribute::HasChildren);
    let child = ListData::new(new.clone(), slash)?.with_attribute(ListAttribute::HasNoChildren);
    let status = StatusData::new(new.clone()).with(StatusItem::Messages, 17).with(StatusItem::Unseen, 16);
    talk.ask(list.into(), [Response::List(parent), Response::List(child), status.into()])?;

    let items = [StatusItem::UidNext, StatusItem::Size];
    let size = StatusData::new(new.clone()).with(StatusItem::UidNext, 44_292).with(StatusItem::Size, 5 << 32);
    talk.ask(CommandBody::status(new, items)?, [size.into()])
}

fn subscriptions(talk: &mut Talk<'_>) -> Result<(), Failure> {
    let (parent, child) = (MailboxName::new("Public Folders")?, MailboxName::new("Public Folders/News")?);
    talk.ask(CommandBody::Subscribe(child.clone()), [])?;
    let list = List::new(MailboxName::new("")?, ListPattern::new("%")?);
    let list = list.with_select([ListSelectOption::Subscribed, ListSelectOption::RecursiveMatch]);
    let above = ListExtended::ChildInfo(vec![Text::new("SUBSCRIBED")?]);
    talk.ask(list.into(), [Response::List(ListData::new(parent, Some('/'))?.with_extended(above))])?;
    talk.ask(CommandBody::Unsubscribe(child.clone()), [])?;
    talk.ask(CommandBody::Delete(child), [])
}

fn messages(talk: &mut Talk<'_>) -> Result<(), Failure> {
    let flags = Response::Flags(vec![Flag::Seen, Flag::Deleted]);
    let valid =
        StatusResponse::untagged(Condition::Ok, "valid")?.with_code(ResponseCode::UidValidity(38_505));
    talk.ask(CommandBody::select("INBOX")?, [flags, Response::Exists(172), valid.into()])?;
    let exists = talk.session.mailbox().map(SelectedMailbox::exists);
    talk.tally.check(exists == Some(172), "another number of messages");

    talk.dialogue.remark("MOVE: where they are now, and that they are gone here")?;
    let moved = SequenceSet::from(42..=44);
    let code = ResponseCode::CopyUid {
        uid_validity: 432_432,
        source: moved.clone(),
        destination: SequenceSet::from(1_202..=1_204),
    };
    let copied = StatusResponse::untagged(Condition::Ok, "moved")?.with_code(code);
    let gone = || Response::Expunge(SeqNo::from(22));
    let archive = MailboxName::new("Archive")?;
    let command = CommandBody::Move(Numbering::Uid, moved, archive);
    talk.ask(command, [copied.into(), gone(), gone(), gone()])?;
    talk.ask(CommandBody::Expunge(Some(SequenceSet::from(3_000..=3_002))), [gone()])?;
    let left = talk.session.mailbox().map(SelectedMailbox::exists);
    talk.tally.check(left == Some(168), "not all that is gone was counted");
    talk.ask(CommandBody::Unselect, [])
}

/// Both codecs, what the client makes of the session, and what is said.
pub(super) struct Talk<'d> {
    client: ClientCodec,
    server: ServerCodec,
    pub(super) session: ClientSession,
    client_ear: Ear,
    server_ear: Ear,
    pub(super) dialogue: &'d mut Dialogue,
    pub(super) tally: Tally,
    /// How many commands there were: the next one's tag.
    count: u32,
}

impl<'d> Talk<'d> {
    fn new(dialogue: &'d mut Dialogue) -> Self {
        Self::in_dialect(dialogue, Dialect::Imap4rev1)
    }

    pub(super) fn in_dialect(dialogue: &'d mut Dialogue, dialect: Dialect) -> Self {
        Self {
            client: ClientCodec::with_options(Options::client().with_dialect(dialect)),
            server: ServerCodec::with_options(Options::server().with_dialect(dialect)),
            session: ClientSession::new(),
            client_ear: Ear::default(),
            server_ear: Ear::default(),
            dialogue,
            tally: Tally::default(),
            count: 0,
        }
    }

    pub(super) fn end(mut self) -> Result<Tally, Failure> {
        self.tally.events = self.client_ear.events + self.server_ear.events;
        self.dialogue.end()?;
        Ok(self.tally)
    }

    /// The tag of the next command.
    pub(super) fn next_tag(&self) -> String {
        format!("b{}", self.count + 1)
    }

    /// The dialect in which the client goes on.
    pub(super) fn dialect(&self) -> Dialect {
        self.client.options().dialect()
    }

    /// The client asks, the server answers with these responses and OK.
    pub(super) fn ask(
        &mut self,
        body: CommandBody,
        answers: impl IntoIterator<Item = Response>,
    ) -> Result<(), Failure> {
        let tag = self.next_tag();
        self.count += 1;
        let command = body.tag(tag)?;
        let mut wire = BytesMut::new();
        self.client.encode(&command, &mut wire)?;
        self.session.sent(&command)?;
        let mut input = &wire[..];
        let heard = self.server.decode(&mut input)?;
        self.server_ear.took(&wire, input);
        let is_same = matches!(&heard, Some(Event::Command(same)) if *same == command);
        self.tally.check(is_same, format!("{command:?} came as {heard:?}"));
        if let Some(record) = heard.and_then(|event| self.server_ear.heard(Side::Client, &event)) {
            self.dialogue.say(&record)?;
        }
        for answer in answers {
            self.answer(answer)?;
        }
        self.answer(StatusResponse::tagged(command.tag(), Condition::Ok, "done")?.into())
    }

    pub(super) fn answer(&mut self, response: Response) -> Result<(), Failure> {
        let mut wire = BytesMut::new();
        self.server.encode(&response, &mut wire)?;
        let mut input = &wire[..];
        let heard = self.client.decode(&mut input)?;
        self.client_ear.took(&wire, input);
        let is_same = match &heard {
            Some(Event::Greeting(greeting)) => response == greeting.clone().into(),
            Some(Event::Response(same)) => *same == response,
            _ => false,
        };
        self.tally.check(is_same, format!("{response:?} came as {heard:?}"));
        if let Some(event) = heard {
            self.session.received(&event);
            if let Some(record) = self.client_ear.heard(Side::Server, &event) {
                self.dialogue.say(&record)?;
            }
        }
        Ok(())
    }
}
