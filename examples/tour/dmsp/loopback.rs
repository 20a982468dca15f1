//! Our clients and our repository, over a socket: one client reads and changes, another one hears of it.

use bytes::BytesMut;
use mail_proto::dmsp::{
    ClientCodec, Command, Descriptor, Event, Flag, FlagState, FollowedBy, Login, ReplyCode, Row, Uid,
    UidRange,
};
use mail_proto::wire::{Error, Secret};
use mail_proto_examples::dmsp::{Repository, Session};
use mail_proto_examples::maildrop::Message;
use mail_proto_examples::samples;

use crate::Failure;
use crate::dialogue::Dialogue;
use crate::loopback::{self, Answer, Client, Codec, Talk};
use crate::report::Tally;

type DmspClient = Client<ClientCodec>;

/// What the first client sends: a dot at the start of a line has to be stuffed.
const SENT: &[u8] = b"From: mrose\r\nTo: mrose\r\nSubject: a note to myself\r\n\r\n.\r\n.signed\r\n";

/// The user, and the mailbox of the same name.
const USER: &str = "mrose";

pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let messages = samples::messages();
    let repository = Repository::new().with(USER, Secret::new("tanstaaf"), &messages)?;
    let start = |client: &mut DmspClient, tally: &mut Tally, dialogue: &mut Dialogue| {
        dialogue.remark("a client at home notes all messages, and leaves")?;
        log_in(client, "home", dialogue)?;
        let rows = changes(client, dialogue)?;
        let uids = rows.iter().filter(|row| matches!(row, Row::Descriptor(_))).count();
        tally.check(uids == messages.len(), "not all messages are new to a new client");
        record_changes(client, dialogue)
    };
    let work = |client: &mut DmspClient, tally: &mut Tally, dialogue: &mut Dialogue| {
        dialogue.remark("a client at the office reads, sets flags, deletes a message, sends one")?;
        log_in(client, "office", dialogue)?;
        read(client, &messages, tally, dialogue)?;
        change(client, last(&messages), dialogue)?;
        send(client, dialogue)
    };
    let synchronize = |client: &mut DmspClient, tally: &mut Tally, dialogue: &mut Dialogue| {
        dialogue.remark("the client at home hears of the changes alone")?;
        log_in(client, "home", dialogue)?;
        hear(client, last(&messages), tally, dialogue)?;
        record_changes(client, dialogue)
    };
    let codec = ClientCodec::new;
    let talks =
        [Talk { codec, talk: &start }, Talk { codec, talk: &work }, Talk { codec, talk: &synchronize }];
    loopback::run(move |output| Session::new(repository.clone(), output), &talks, dialogue)
}

fn log_in(client: &mut DmspClient, name: &str, dialogue: &mut Dialogue) -> Result<(), Failure> {
    client.greeting(dialogue)?;
    ask(client, Command::send_version("230")?, dialogue)?;
    let login = Login::new(USER, "tanstaaf", name)?.with_new_client();
    ask(client, Command::Login(login), dialogue).map(drop)
}

/// Compares descriptors and messages with what is in store.
fn read(
    client: &mut DmspClient,
    messages: &[Message],
    tally: &mut Tally,
    dialogue: &mut Dialogue,
) -> Result<(), Failure> {
    ask(client, Command::ListMailboxes, dialogue)?;
    let all = UidRange::new(Uid::new(1), last(messages));
    let answer = ask(client, Command::fetch_descriptors(USER, all)?, dialogue)?;
    let sizes = rows(answer).into_iter().map(|row| match row {
        Row::Descriptor(descriptor) => descriptor.octets(),
        _ => 0,
    });
    tally.check(sizes.eq(messages.iter().map(Message::size)), "descriptors have other lengths");
    for (uid, message) in (1..).map(Uid::new).zip(messages) {
        let answer = ask(client, Command::fetch_message(USER, uid)?, dialogue)?;
        tally.compare(&answer.data, message.octets());
    }
    Ok(())
}

/// The first message has been seen; the last one goes.
fn change(client: &mut DmspClient, last: Uid, dialogue: &mut Dialogue) -> Result<(), Failure> {
    for (uid, flag) in [(Uid::new(1), Flag::Seen), (last, Flag::Deleted)] {
        ask(client, Command::set_message_flag(USER, uid, flag, FlagState::Set)?, dialogue)?;
    }
    ask(client, Command::expunge_mailbox(USER)?, dialogue).map(drop)
}

fn send(client: &mut DmspClient, dialogue: &mut Dialogue) -> Result<(), Failure> {
    ask(client, Command::SendMessage, dialogue)?;
    let mut output = BytesMut::new();
    client.codec.encode_data(SENT, &mut output)?;
    client.codec.encode_end(&mut output)?;
    client.exchange(&output, 1, dialogue)?.into_iter().try_for_each(succeeded)?;
    ask(client, Command::Logout, dialogue).map(drop)
}

/// Exactly what the other client did has changed.
fn hear(
    client: &mut DmspClient,
    last: Uid,
    tally: &mut Tally,
    dialogue: &mut Dialogue,
) -> Result<(), Failure> {
    let new = Uid::new(last.get() + 1);
    let rows = changes(client, dialogue)?;
    let [Row::Descriptor(seen), Row::Expunged(gone), Row::Descriptor(sent)] = &rows[..] else {
        tally.check(false, format!("other changes: {rows:?}"));
        return Ok(());
    };
    tally.check(is(seen, Uid::new(1)) && seen.flags().contains(Flag::Seen), "message 1 is not seen");
    tally.check(*gone == last, "another message is gone");
    tally.check(is(sent, new) && *sent.subject() == "a note to myself", "another message was delivered");
    let answer = ask(client, Command::fetch_message(USER, new)?, dialogue)?;
    tally.compare(&answer.data, SENT);
    Ok(())
}

fn is(descriptor: &Descriptor, uid: Uid) -> bool {
    descriptor.uid() == uid
}

fn changes(client: &mut DmspClient, dialogue: &mut Dialogue) -> Result<Vec<Row>, Failure> {
    let answer = ask(client, Command::fetch_changed_descriptors(USER, 100)?, dialogue)?;
    Ok(rows(answer))
}

/// From now on, nothing is new; then the client leaves.
fn record_changes(client: &mut DmspClient, dialogue: &mut Dialogue) -> Result<(), Failure> {
    let all = UidRange::new(Uid::new(1), Uid::new(100));
    ask(client, Command::reset_descriptors(USER, all)?, dialogue)?;
    if !changes(client, dialogue)?.is_empty() {
        return Err("RESET-DESCRIPTORS has left something".into());
    }
    ask(client, Command::Logout, dialogue).map(drop)
}

/// The UID of the last message: the repository counts from 1.
fn last(messages: &[Message]) -> Uid {
    Uid::new(u32::try_from(messages.len()).unwrap_or(u32::MAX))
}

/// Of a command that does not fail.
fn ask(
    client: &mut DmspClient,
    command: Command,
    dialogue: &mut Dialogue,
) -> Result<Answer<ClientCodec>, Failure> {
    let answer = client.ask(command, dialogue)?;
    match answer.events.first() {
        Some(Event::Reply(reply)) if reply.is_ok() => Ok(answer),
        other => Err(format!("not expected: {other:?}").into()),
    }
}

fn succeeded(answer: Answer<ClientCodec>) -> Result<(), Failure> {
    match answer.events.first() {
        Some(Event::Reply(reply)) if reply.code() == ReplyCode::Ok => Ok(()),
        other => Err(format!("not expected: {other:?}").into()),
    }
}

fn rows(answer: Answer<ClientCodec>) -> Vec<Row> {
    let row = |event| if let Event::Row(row) = event { Some(row) } else { None };
    answer.events.into_iter().filter_map(row).collect()
}

impl Codec for ClientCodec {
    type Command = Command;
    type Event = Event<'static>;

    fn decode(&mut self, input: &mut &[u8]) -> Result<Option<Event<'static>>, Error> {
        Ok(self.decode(input)?.map(Event::into_owned))
    }

    fn encode(&mut self, command: &Command, output: &mut BytesMut) -> Result<(), Error> {
        self.encode(command, output)
    }

    fn data(event: &Self::Event) -> Option<&[u8]> {
        if let Event::Data(octets) = event { Some(octets) } else { None }
    }

    fn completes(event: &Self::Event) -> bool {
        match event {
            Event::Reply(reply) => {
                matches!(reply.code().followed_by(), FollowedBy::Nothing | FollowedBy::ClientMessage)
            }
            Event::Row(_) => false,
            _ => true,
        }
    }
}
