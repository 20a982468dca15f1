//! What was fetched before: a file inside the Maildir, a line of JSON for each message.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mail_proto::pop3::Text;
use serde_json::{Value, json};

/// The messages of one account that are on the disk. A unique-id means nothing without its account.
#[derive(Debug)]
pub(crate) struct Record {
    file: File,
    path: PathBuf,
    account: String,
    known: HashSet<Text>,
}

const NAME: &str = "collected.jsonl";

impl Record {
    pub(crate) fn open(maildir: &Path, account: String) -> Result<Self> {
        let path = maildir.join(NAME);
        let options = OpenOptions::new().read(true).append(true).create(true).clone();
        let mut file = options.open(&path).with_context(|| format!("can't open {}", path.display()))?;
        let mut octets = Vec::new();
        file.read_to_end(&mut octets).with_context(|| format!("can't read {}", path.display()))?;
        if !octets.is_empty() && !octets.ends_with(b"\n") {
            // A run before this one was cut off: what it began is no line.
            file.write_all(b"\n").with_context(|| format!("can't write {}", path.display()))?;
        }
        let lines = octets.split(|octet| *octet == b'\n');
        let known = lines.filter_map(|line| unique_id(line, &account)).collect();
        Ok(Self { file, path, account, known })
    }

    pub(crate) fn contains(&self, unique_id: &Text) -> bool {
        self.known.contains(unique_id)
    }

    /// Notes a message that is on the disk, in the file of this name.
    pub(crate) fn add(&mut self, unique_id: &Text, file: &str) -> Result<()> {
        let line = json!({ "account": self.account, "uidl": unique_id, "file": file });
        let written =
            self.file.write_all(format!("{line}\n").as_bytes()).and_then(|()| self.file.sync_data());
        written.with_context(|| format!("can't write {}", self.path.display()))?;
        self.known.insert(unique_id.clone());
        Ok(())
    }
}

/// The unique-id on a line. What is no such line is passed over: the worst is that a message is fetched again.
fn unique_id(line: &[u8], account: &str) -> Option<Text> {
    let value: Value = serde_json::from_slice(line).ok()?;
    if value["account"] != *account {
        return None;
    }
    serde_json::from_value(value["uidl"].clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_known_in_the_next_run_of_the_same_account() {
        let folder = std::env::temp_dir().join(format!("collect-record-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let open = |account: &str| Record::open(&folder, account.to_owned()).unwrap();
        let (ascii, octets) = (Text::new("abc").unwrap(), Text::new(b"\xff \x80").unwrap());

        let mut record = open("a@host:110");
        record.add(&ascii, "1").unwrap();
        // Cut off in the middle of a line.
        record.file.write_all(b"{\"account\":\"a@ho").unwrap();
        let mut record = open("a@host:110");
        assert!(record.contains(&ascii) && !record.contains(&octets));
        record.add(&octets, "2").unwrap();
        let record = open("a@host:110");
        assert!(record.contains(&ascii) && record.contains(&octets));
        assert!(!open("b@host:110").contains(&ascii));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
