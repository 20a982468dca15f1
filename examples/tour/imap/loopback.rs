//! Our client and our server, in memory: what one writes, the other reads at once, piece by piece.

use std::sync::Arc;

use bytes::BytesMut;
use mail_proto::imap::{
    Append, AppendMessage, ClientCodec, CommandBody, Condition, Event, FetchCommand, Flag, List, ListPattern,
    MailboxName, Numbering, OutputState, Partial, Response, Search, SearchKey, Section, SequenceSet, Store,
    StoreMode, Tag,
};
use mail_proto::mime::PartKind;
use mail_proto::wire::Secret;
use mail_proto_examples::accounts::Accounts;
use mail_proto_examples::imap::{Session, Tls};
use mail_proto_examples::maildrop::{Maildrop, Message};
use mail_proto_examples::samples;
use mail_proto_examples::serve::Serve;

use crate::Failure;
use crate::dialogue::{Dialogue, Side};
use crate::ear::Ear;
use crate::report::Tally;

/// Fetches all sample messages, and compares them with those in store; appends one, and compares it, too.
pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let messages = samples::messages();
    let maildrop = Maildrop::new(messages.clone());
    let accounts = Arc::new(Accounts::new().with("mrose", Secret::new("tanstaaf"), maildrop.clone()));
    let mut output = BytesMut::new();
    let session = Session::new(accounts, Tls::Absent, &mut output)?;
    let mut talk = Talk::new(session, output, dialogue);
    let mut tally = Tally::default();

    talk.pump()?;
    talk.ask(CommandBody::login("mrose", "tanstaaf")?)?;
    talk.ask(List::new(MailboxName::new("")?, ListPattern::new("%")?).into())?;
    let answer = talk.ask(CommandBody::select("INBOX")?)?;
    tally.check(answer.responses.contains(&Response::Exists(13)), "another number of messages");
    fetch_all(&mut talk, &messages, &mut tally)?;
    search_and_store(&mut talk, &messages, &mut tally)?;
    append(&mut talk, &maildrop, &mut tally)?;
    talk.idle()?;
    talk.ask(CommandBody::Logout)?;
    tally.check(talk.session.is_over(), "the server has not closed");

    tally.events = talk.client_ear.events + talk.server_ear.events;
    if tally.differences.is_empty() {
        let Tally { messages, octets, .. } = tally;
        dialogue.remark(&format!("{messages} messages, {octets} octets: each as it is stored"))?;
    }
    dialogue.end()?;
    Ok(tally)
}

fn fetch_all(talk: &mut Talk<'_>, messages: &[Message], tally: &mut Tally) -> Result<(), Failure> {
    let all = FetchCommand::messages(SequenceSet::all());
    let answer = talk.ask(all.clone().rfc822_size().envelope().body_structure().into())?;
    let (mut sizes, mut structures) = (Vec::new(), Vec::new());
    for response in &answer.responses {
        if let Response::Fetch(fetch) = response {
            sizes.extend(fetch.rfc822_size());
            structures.extend(fetch.body_structure().map(|body| (body.walk().count(), body.octets())));
            tally.check(fetch.envelope().is_some_and(|envelope| envelope.from().len() > 0), "no sender");
        }
    }
    tally.check(sizes.iter().copied().eq(messages.iter().map(Message::size)), "RFC822.SIZE differs");
    // A multipart has parts, and anything else octets.
    let parts = messages.iter().map(|message| {
        let parsed = message.parts();
        let is_multipart = parsed.root().kind() == PartKind::Multipart;
        let octets = if is_multipart { 0 } else { message.size() - message.top(0).len() as u64 };
        (parsed.map().parts().len(), octets)
    });
    tally.check(structures.into_iter().eq(parts), "BODYSTRUCTURE differs");

    talk.dialogue.remark("small messages come with their response, large ones as data in front of it")?;
    let answer = talk.ask(all.peek(Section::all(), None).into())?;
    let bodies = answer.bodies(&Section::all());
    tally.check(bodies.len() == messages.len(), "not all messages came");
    for (body, message) in bodies.iter().zip(messages) {
        tally.compare(body, message.octets());
    }

    let part = Partial::new(100_000, 50_000)?;
    let answer = talk.ask(FetchCommand::uids(13).peek(Section::all(), Some(part)).into())?;
    let is_right = answer.literals.concat() == messages[12].octets()[100_000..150_000];
    tally.check(is_right, "a part of a message differs");
    Ok(())
}

fn search_and_store(talk: &mut Talk<'_>, messages: &[Message], tally: &mut Tally) -> Result<(), Failure> {
    let key = SearchKey::unseen().and(SearchKey::larger(4_000).or(SearchKey::subject("nested")?));
    let answer = talk.ask(CommandBody::Search(Numbering::SeqNo, Search::new(key)))?;
    let found = answer.responses.iter().find_map(|response| match response {
        Response::Search(found) => Some(found.numbers()),
        _ => None,
    });
    let meant = (1..).zip(messages).filter(|(_, message)| {
        let header = message.top(0).to_ascii_lowercase();
        message.size() > 4_000 || String::from_utf8_lossy(&header).contains("nested")
    });
    let meant: Vec<u32> = meant.map(|(number, _)| number).collect();
    tally.check(found == Some(&meant[..]), "SEARCH differs");

    let answer = talk.ask(Store::messages(1..=2, StoreMode::Add, [Flag::Seen]).into())?;
    let is_seen =
        |response: &Response| matches!(response, Response::Fetch(fetch) if fetch.flags().has(&Flag::Seen));
    tally.check(answer.responses.iter().filter(|response| is_seen(response)).count() == 2, "STORE differs");
    Ok(())
}

fn append(talk: &mut Talk<'_>, maildrop: &Maildrop, tally: &mut Tally) -> Result<(), Failure> {
    let octets = samples::attachment(100_000);
    talk.dialogue.remark("the client waits for + before it sends a message, and sends it in pieces")?;
    let message = AppendMessage::streamed(octets.len() as u64).with_flags([Flag::Draft]);
    let answer = talk.send(Append::new(MailboxName::inbox(), message).into(), &octets)?;
    tally.check(answer.responses.contains(&Response::Exists(14)), "the new message is not announced");
    let answer = talk.ask(FetchCommand::messages(14).flags().section(Section::all(), None).into())?;
    tally.compare(&answer.literals.concat(), &octets);
    tally.check(maildrop.messages().last().is_some_and(|last| *last.octets() == octets), "APPEND differs");
    Ok(())
}

/// Both sides, and what they say.
struct Talk<'d> {
    session: Session,
    client: ClientCodec,
    to_server: BytesMut,
    to_client: BytesMut,
    server_ear: Ear,
    client_ear: Ear,
    dialogue: &'d mut Dialogue,
    /// How many commands there were: the next one's tag.
    count: u32,
    heard: Answer,
}

/// What a command brought.
#[derive(Default)]
struct Answer {
    responses: Vec<Response>,
    /// Those that were streamed.
    literals: Vec<Vec<u8>>,
    status: Option<(Tag, Condition)>,
}

impl Answer {
    /// What each FETCH response has for this section, be it streamed or not.
    fn bodies(self, section: &Section) -> Vec<Vec<u8>> {
        let mut streamed = self.literals.into_iter();
        let body = |response: &Response| match response {
            Response::Fetch(fetch) => match fetch.section(section)?.value().as_bytes() {
                Some(octets) => Some(octets.to_vec()),
                None => streamed.next(),
            },
            _ => None,
        };
        self.responses.iter().filter_map(body).collect()
    }
}

/// A client sends no more of a message at once.
const PIECE: usize = 16 * 1024;

impl<'d> Talk<'d> {
    fn new(session: Session, to_client: BytesMut, dialogue: &'d mut Dialogue) -> Self {
        Self {
            session,
            client: ClientCodec::new(),
            to_server: BytesMut::new(),
            to_client,
            server_ear: Ear::default(),
            client_ear: Ear::default(),
            dialogue,
            count: 0,
            heard: Answer::default(),
        }
    }

    fn ask(&mut self, body: CommandBody) -> Result<Answer, Failure> {
        self.send(body, b"")
    }

    /// Sends a command with the octets of its streamed literal, if it has one.
    fn send(&mut self, body: CommandBody, literal: &[u8]) -> Result<Answer, Failure> {
        let tag = self.begin(body)?;
        if matches!(self.client.output_state(), OutputState::Payload { .. }) {
            for piece in literal.chunks(PIECE) {
                self.client.encode_data(piece, &mut self.to_server)?;
                self.pump()?;
            }
            self.client.encode_end(&mut self.to_server)?;
            self.pump()?;
        }
        self.end(tag)
    }

    /// IDLE, which DONE ends.
    fn idle(&mut self) -> Result<Answer, Failure> {
        let tag = self.begin(CommandBody::Idle)?;
        self.client.encode_done(&mut self.to_server)?;
        self.pump()?;
        self.end(tag)
    }

    fn begin(&mut self, body: CommandBody) -> Result<Tag, Failure> {
        self.count += 1;
        let command = body.tag(format!("a{}", self.count))?;
        self.heard = Answer::default();
        self.client.encode(&command, &mut self.to_server)?;
        self.pump()?;
        Ok(command.tag().clone())
    }

    fn end(&mut self, tag: Tag) -> Result<Answer, Failure> {
        match &self.heard.status {
            Some(status) if *status == (tag, Condition::Ok) => Ok(std::mem::take(&mut self.heard)),
            other => Err(format!("not expected: {other:?}").into()),
        }
    }

    /// Until nobody has anything to say.
    fn pump(&mut self) -> Result<(), Failure> {
        self.client_reads()?;
        while !self.to_server.is_empty() {
            let octets = self.to_server.split();
            self.server_reads(&octets)?;
        }
        Ok(())
    }

    fn server_reads(&mut self, mut input: &[u8]) -> Result<(), Failure> {
        loop {
            // An answer is read before it is complete: no large message ever lies in between as a whole.
            self.session.fill(&mut self.to_client)?;
            if !self.to_client.is_empty() {
                self.client_reads()?;
                continue;
            }
            let before = input;
            let event = self.session.decode(&mut input)?;
            self.server_ear.took(before, input);
            let Some(event) = event else { return Ok(()) };
            if let Some(record) = self.server_ear.heard(Side::Client, &event) {
                self.dialogue.say(&record)?;
            }
            self.session.handle(event, &mut self.to_client)?;
        }
    }

    fn client_reads(&mut self) -> Result<(), Failure> {
        let octets = self.to_client.split();
        let mut input = &octets[..];
        loop {
            let before = input;
            let event = self.client.decode(&mut input)?;
            self.client_ear.took(before, input);
            let Some(event) = event else { return Ok(()) };
            if let Some(record) = self.client_ear.heard(Side::Server, &event) {
                self.dialogue.say(&record)?;
            }
            self.heard(event)?;
            self.client.resume(&mut self.to_server)?;
        }
    }

    fn heard(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::LiteralStart(_) => self.heard.literals.push(Vec::new()),
            Event::Data(octets) => {
                if let Some(literal) = self.heard.literals.last_mut() {
                    literal.extend_from_slice(&octets);
                }
            }
            Event::Response(Response::Status(status)) if status.tag().is_some() => {
                self.heard.status = status.tag().cloned().map(|tag| (tag, status.condition()));
            }
            Event::Response(response) => self.heard.responses.push(response),
            Event::Malformed(bad) => return Err(format!("not understood: {}", bad.error()).into()),
            _ => {}
        }
        Ok(())
    }
}
