//! Fetching, and deleting what is safe.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use mail_proto::pop3::{Command, Event, MessageNumber, Reply, Row, Text};

use crate::connection::{Connection, said};
use crate::maildir::Maildir;
use crate::record::Record;

/// A logged-in connection, and where its messages go.
pub(crate) struct Fetch {
    connection: Connection,
    /// How many commands may wait for their answers.
    window: usize,
    maildir: Maildir,
    record: Record,
    progress: ProgressBar,
    summary: Summary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deletion {
    Never,
    /// Of what is on the disk.
    OfWhatIsSafe,
}

/// What a run has done.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Summary {
    pub(crate) fetched: u32,
    pub(crate) octets: u64,
    pub(crate) known: u32,
    pub(crate) deleted: u32,
    pub(crate) failed: u32,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fetched, octets, known, deleted, .. } = self;
        write!(f, "{fetched} messages fetched ({octets} octets), {known} fetched before, {deleted} deleted")
    }
}

/// A message on the server.
#[derive(Clone, Debug)]
struct Item {
    number: MessageNumber,
    /// As announced; for the progress bar alone.
    octets: u64,
    /// Only if no other message has the same.
    unique_id: Option<Text>,
    /// On our disk.
    is_safe: bool,
}

/// A progress bar that counts octets.
pub(crate) fn progress() -> ProgressBar {
    let template = "{bar:40} {bytes}/{total_bytes} {binary_bytes_per_sec} {msg}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}

impl Fetch {
    pub(crate) fn new(
        connection: Connection,
        window: usize,
        maildir: Maildir,
        record: Record,
        progress: ProgressBar,
    ) -> Self {
        Self { connection, window, maildir, record, progress, summary: Summary::default() }
    }

    /// Fetches what is not here yet, deletes if asked to, and ends the session.
    pub(crate) async fn run(&mut self, deletion: Deletion) -> Result<Summary> {
        let mut items = self.items().await?;
        self.fetch(&mut items).await?;
        self.progress.finish_and_clear();
        if deletion == Deletion::OfWhatIsSafe {
            self.delete(&items).await?;
        }
        self.quit().await?;
        Ok(self.summary)
    }

    /// What the server has.
    async fn items(&mut self) -> Result<Vec<Item>> {
        let reply = self.connection.ask(&Command::stat()).await?;
        let messages = reply.as_drop_listing().map(|listing| listing.messages());
        let messages = messages.with_context(|| format!("the answer to STAT: {}", said(&reply.into())))?;
        ensure!(messages <= MOST_MESSAGES, "{messages} messages are too many");
        let (sizes, unique_ids) = if messages == 0 {
            (HashMap::new(), HashMap::new())
        } else {
            (self.sizes().await?, self.unique_ids().await?)
        };
        let item = |number: MessageNumber| {
            let unique_id = unique_ids.get(&number).cloned();
            let is_safe = unique_id.as_ref().is_some_and(|unique_id| self.record.contains(unique_id));
            Item { number, octets: sizes.get(&number).copied().unwrap_or(0), unique_id, is_safe }
        };
        Ok((1..=messages).filter_map(MessageNumber::new).map(item).collect())
    }

    async fn sizes(&mut self) -> Result<HashMap<MessageNumber, u64>> {
        let rows = self.connection.list(&Command::list()).await?.unwrap_or_default();
        let size = |row| match row {
            Row::Scan(scan) => Some((scan.number(), scan.octets())),
            _ => None,
        };
        Ok(rows.into_iter().filter_map(size).collect())
    }

    /// Those that tell one message from all others.
    async fn unique_ids(&mut self) -> Result<HashMap<MessageNumber, Text>> {
        let rows = match self.connection.list(&Command::uidl()).await? {
            Ok(rows) => rows,
            Err(_) => {
                self.warn("the server has no unique-ids: all messages are fetched, each time");
                return Ok(HashMap::new());
            }
        };
        let mut numbers: HashMap<Text, Vec<MessageNumber>> = HashMap::new();
        for row in rows {
            if let Row::UniqueId(row) = row {
                numbers.entry(row.unique_id().clone()).or_default().push(row.number());
            }
        }
        let mut unique_ids = HashMap::new();
        for (unique_id, numbers) in numbers {
            match numbers[..] {
                [number] => drop(unique_ids.insert(number, unique_id)),
                _ => self.warn(&format!(
                    "messages {numbers:?} have the same unique-id: they are fetched each time"
                )),
            }
        }
        Ok(unique_ids)
    }

    /// Fetches what is not safe yet, so many at a time as may wait for their answers.
    async fn fetch(&mut self, items: &mut [Item]) -> Result<()> {
        let total = items.len();
        self.summary.known = items.iter().filter(|item| item.is_safe).count() as u32;
        self.progress.set_length(items.iter().filter(|item| !item.is_safe).map(|item| item.octets).sum());
        let mut later = items.iter_mut().filter(|item| !item.is_safe);
        let mut waiting = VecDeque::new();
        loop {
            while waiting.len() < self.window
                && let Some(item) = later.next()
            {
                self.connection.send(&Command::Retr(item.number))?;
                waiting.push_back(item);
            }
            let Some(item) = waiting.pop_front() else { return Ok(()) };
            self.progress.set_message(format!("message {} of {total}", item.number));
            self.message(item).await.with_context(|| format!("message {}", item.number))?;
        }
    }

    /// Takes the answer to RETR.
    async fn message(&mut self, item: &mut Item) -> Result<()> {
        let reply = self.connection.reply().await?;
        if !reply.has_message() {
            self.failed(&format!("message {} is not given out", item.number), reply);
            return Ok(());
        }
        let mut draft = self.maildir.begin()?;
        loop {
            let Some(event) = self.connection.decode()? else {
                self.connection.read().await?;
                continue;
            };
            match event {
                Event::Data(octets) => {
                    draft.write(&octets)?;
                    self.summary.octets += octets.len() as u64;
                    self.progress.inc(octets.len() as u64);
                }
                _ => break,
            }
        }
        let file = draft.keep()?;
        if let Some(unique_id) = &item.unique_id {
            self.record.add(unique_id, &file)?;
        }
        item.is_safe = true;
        self.summary.fetched += 1;
        Ok(())
    }

    async fn delete(&mut self, items: &[Item]) -> Result<()> {
        let safe: Vec<_> = items.iter().filter(|item| item.is_safe).collect();
        for batch in safe.chunks(self.window) {
            for item in batch {
                self.connection.send(&Command::Dele(item.number))?;
            }
            for item in batch {
                let reply = self.connection.reply().await?;
                if reply.is_ok() {
                    self.summary.deleted += 1;
                } else {
                    self.failed(&format!("message {} is not deleted", item.number), reply);
                }
            }
        }
        Ok(())
    }

    /// Only now the server deletes.
    async fn quit(&mut self) -> Result<()> {
        let farewell = self.connection.ask(&Command::quit()).await;
        if self.summary.deleted == 0 {
            // Nothing depends on it, and some servers just close.
            return Ok(());
        }
        let reply = farewell.context("it is not known whether the messages are deleted")?;
        ensure!(reply.is_ok(), "not all messages are deleted: {}", said(&reply.into()));
        Ok(())
    }

    fn failed(&mut self, what: &str, reply: Reply) {
        self.summary.failed += 1;
        self.warn(&format!("{what}: {}", said(&reply.into())));
    }

    fn warn(&self, what: &str) {
        self.progress.suspend(|| eprintln!("collect: {what}"));
    }
}

/// More are not kept track of, whatever a server says.
const MOST_MESSAGES: u32 = 1_000_000;
