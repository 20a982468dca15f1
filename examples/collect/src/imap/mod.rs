//! An IMAP mailbox: messages are appended, fetched, and deleted if that is wished.

mod connection;
mod login;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use indicatif::ProgressBar;
use mail_proto::imap::{
    Append, AppendMessage, Capabilities, CommandBody, Event, Fetch, FetchCommand, Flag, List, ListAttribute,
    ListPattern, MailboxName, NumberSet, Response, ResponseCode, Section, SequenceSet, Store, StoreMode,
};
use mail_proto::wire::text::Text;

use self::connection::{Connection, ensure_ok, said};
use crate::Arguments;
use crate::fetch::{Deletion, Summary};
use crate::login::Credentials;
use crate::maildir::Maildir;
use crate::record::Record;
use crate::tls::Tls;

pub(crate) async fn run(arguments: &Arguments, credentials: &Credentials) -> Result<Summary> {
    let maildir = Maildir::open(&arguments.maildir)?;
    let mailbox = MailboxName::from_decoded(&arguments.mailbox)?;
    let record = Record::open(&arguments.maildir, format!("imap://{}/{mailbox}", arguments.account()))?;

    let connection = Connection::new(arguments.connect().await?);
    let mut connection = connection.greeted().await.with_context(|| arguments.peer())?;
    if arguments.tls == Tls::Stls {
        let connector = arguments.connector()?;
        connection = connection.starttls(&arguments.server, &connector).await?;
    }
    let before = connection.capabilities().await?;
    login::log_in(&mut connection, arguments.auth, &before, credentials).await?;
    let capabilities = connection.capabilities().await?;

    let summary = Summary::default();
    let mut session =
        Session { connection, capabilities, maildir, record, progress: arguments.progress(), summary };
    session.run(&mailbox, arguments.append.as_deref(), arguments.deletion()).await?;
    Ok(session.summary)
}

/// A logged-in connection, and where its messages go.
struct Session {
    connection: Connection,
    capabilities: Capabilities,
    maildir: Maildir,
    record: Record,
    progress: ProgressBar,
    summary: Summary,
}

/// A message on the server.
struct Item {
    uid: u32,
    /// As announced; for the progress bar alone.
    octets: u64,
    unique_id: Text,
    /// On our disk.
    is_safe: bool,
}

impl Session {
    async fn run(&mut self, mailbox: &MailboxName, append: Option<&Path>, deletion: Deletion) -> Result<()> {
        self.look_for(mailbox).await?;
        if let Some(file) = append {
            self.append(mailbox, file).await.with_context(|| format!("can't append {}", file.display()))?;
        }
        let mut items = self.items(mailbox, deletion).await?;
        self.summary.known = items.iter().filter(|item| item.is_safe).count() as u32;
        self.progress.set_length(items.iter().filter(|item| !item.is_safe).map(|item| item.octets).sum());
        for item in items.iter_mut().filter(|item| !item.is_safe) {
            self.message(item).await.with_context(|| format!("message {}", item.uid))?;
        }
        self.progress.finish_and_clear();
        if deletion == Deletion::OfWhatIsSafe {
            self.delete(&items).await?;
        }
        // Nothing depends on it, and some servers just close.
        let _ = self.connection.ask(CommandBody::Logout).await;
        Ok(())
    }

    /// Whether there is such a mailbox; if not, which ones there are.
    async fn look_for(&mut self, mailbox: &MailboxName) -> Result<()> {
        let list = List::new(MailboxName::new("")?, ListPattern::new("*")?);
        let responses = self.connection.ask(list.into()).await?;
        let names = responses.iter().filter_map(|response| match response {
            Response::List(list) if !list.has(&ListAttribute::NoSelect) => Some(list.mailbox()),
            _ => None,
        });
        let names: Vec<_> = names.collect();
        if !names.contains(&mailbox) && !mailbox.is_inbox() {
            let names: Vec<_> = names.iter().map(|name| name.to_string()).collect();
            bail!("there is no mailbox {mailbox}, but {}", names.join(", "));
        }
        Ok(())
    }

    /// In pieces: the file never lies in memory as a whole. The server is asked before the octets go, so that it
    /// can refuse.
    async fn append(&mut self, mailbox: &MailboxName, path: &Path) -> Result<()> {
        let mut file = File::open(path)?;
        let message = AppendMessage::streamed(file.metadata()?.len());
        let tag = self.connection.send(Append::new(mailbox.clone(), message).into())?;
        while !self.connection.wants_data() {
            match self.connection.event().await? {
                Event::Response(Response::Status(status)) if status.tag() == Some(&tag) => {
                    bail!("the server refuses: {}", said(&status))
                }
                _ => {}
            }
        }
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                octets => self.connection.data(&buffer[..octets]).await?,
            }
        }
        self.connection.end().context("the file has changed its size")?;
        let (_, status) = self.connection.finish(&tag).await?;
        ensure_ok("APPEND", &status)
    }

    /// What the mailbox has.
    async fn items(&mut self, mailbox: &MailboxName, deletion: Deletion) -> Result<Vec<Item>> {
        let responses = self.connection.ask(match deletion {
            Deletion::Never => CommandBody::examine(mailbox)?,
            Deletion::OfWhatIsSafe => CommandBody::select(mailbox)?,
        });
        let (mut count, mut uid_validity) = (0, None);
        for response in responses.await? {
            match response {
                Response::Exists(messages) => count = messages,
                Response::Status(status) => {
                    if let Some(ResponseCode::UidValidity(value)) = status.code() {
                        uid_validity = Some(*value);
                    }
                }
                _ => {}
            }
        }
        let uid_validity = uid_validity.context("the server has no UIDVALIDITY")?;
        if count == 0 {
            return Ok(Vec::new());
        }
        let fetch = FetchCommand::messages(SequenceSet::all()).uid().rfc822_size();
        let mut items = Vec::new();
        for response in self.connection.ask(fetch.into()).await? {
            if let Response::Fetch(fetch) = response
                && let (Some(uid), Some(octets)) = (fetch.uid(), fetch.rfc822_size())
            {
                let unique_id = Text::new(format!("{uid_validity}.{uid}"))?;
                let is_safe = self.record.contains(&unique_id);
                items.push(Item { uid: uid.get(), octets, unique_id, is_safe });
            }
        }
        Ok(items)
    }

    /// Fetches a message to the disk, in pieces.
    async fn message(&mut self, item: &mut Item) -> Result<()> {
        let fetch = FetchCommand::uids(item.uid).peek(Section::all(), None);
        let tag = self.connection.send(fetch.into())?;
        let mut draft = self.maildir.begin()?;
        let (mut octets, mut is_complete, mut is_meant) = (0, false, false);
        let mut write = |piece: &[u8]| {
            octets += piece.len() as u64;
            self.progress.inc(piece.len() as u64);
            draft.write(piece)
        };
        let status = loop {
            let Some(event) = self.connection.decode()? else {
                self.connection.read().await?;
                continue;
            };
            match event {
                Event::LiteralStart(literal) => {
                    is_meant = literal.fetch().is_some_and(|fetch| {
                        let is_other = fetch.uid().is_some_and(|uid| uid.get() != item.uid);
                        fetch.item().eq_ignore_ascii_case(b"BODY[]") && !is_other
                    });
                }
                Event::Data(piece) if is_meant => write(&piece)?,
                Event::LiteralEnd => is_complete |= is_meant,
                Event::Response(Response::Fetch(fetch)) => {
                    if let Some(whole) = inline(&fetch, item.uid) {
                        write(whole)?;
                        is_complete = true;
                    }
                }
                Event::Response(Response::Status(status)) if status.tag() == Some(&tag) => break status,
                Event::Malformed(bad) => bail!("the server's answer is not understood: {}", bad.error()),
                _ => {}
            }
        };
        ensure_ok("FETCH", &status)?;
        ensure!(is_complete, "it is not given out");
        self.record.add(&item.unique_id, &draft.keep()?)?;
        item.is_safe = true;
        self.summary.fetched += 1;
        self.summary.octets += octets;
        Ok(())
    }

    async fn delete(&mut self, items: &[Item]) -> Result<()> {
        let uids = items.iter().filter(|item| item.is_safe).map(|item| item.uid);
        let uids: NumberSet = uids.collect();
        let Some(set) = uids.to_sequence_set() else { return Ok(()) };
        let store = Store::uids(set.clone(), StoreMode::Add, [Flag::Deleted]).silent();
        self.connection.ask(store.into()).await?;
        // Without UIDPLUS, what others have marked goes with it.
        let set = self.capabilities.has("UIDPLUS").then_some(set);
        self.connection.ask(CommandBody::Expunge(set)).await?;
        self.summary.deleted = u32::try_from(uids.count()).unwrap_or(u32::MAX);
        Ok(())
    }
}

/// The octets of a message that was small enough to come with its response.
fn inline(fetch: &Fetch, uid: u32) -> Option<&[u8]> {
    if fetch.uid()?.get() != uid {
        return None;
    }
    fetch.section(&Section::all())?.value().as_bytes()
}
