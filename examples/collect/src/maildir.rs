//! Delivery into a Maildir: a file is written in `tmp`, and moved to `new` when it is complete and on the disk.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

#[derive(Debug)]
pub(crate) struct Maildir {
    root: PathBuf,
    host: String,
    /// How many files this process has begun.
    count: u64,
}

impl Maildir {
    /// Makes what is missing of it.
    pub(crate) fn open(root: &Path) -> Result<Self> {
        for part in ["cur", "new", "tmp"] {
            let path = root.join(part);
            fs::create_dir_all(&path).with_context(|| format!("can't make {}", path.display()))?;
        }
        Ok(Self { root: root.to_owned(), host: host(), count: 0 })
    }

    /// A message, empty as yet.
    pub(crate) fn begin(&mut self) -> Result<Draft> {
        self.count += 1;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (seconds, micros) = (now.as_secs(), now.subsec_micros());
        let name = format!("{seconds}.M{micros}P{}Q{}.{}", process::id(), self.count, self.host);
        let path = self.root.join("tmp").join(&name);
        let file = File::create_new(&path).with_context(|| format!("can't make {}", path.display()))?;
        Ok(Draft { file: BufWriter::new(file), path, new: self.root.join("new"), name })
    }
}

/// A message that is being written. If it is dropped before it is [kept](Self::keep), it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Draft {
    file: BufWriter<File>,
    path: PathBuf,
    new: PathBuf,
    name: String,
}

impl Draft {
    pub(crate) fn write(&mut self, octets: &[u8]) -> Result<()> {
        self.file.write_all(octets).with_context(|| format!("can't write {}", self.path.display()))
    }

    /// Makes it a message, and gives the file's name. Whatever happens behind this call, it will be there.
    pub(crate) fn keep(mut self) -> Result<String> {
        self.store().with_context(|| format!("can't store {}", self.path.display()))?;
        Ok(std::mem::take(&mut self.name))
    }

    fn store(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.path, self.new.join(&self.name))?;
        sync_folder(&self.new)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Gone already if it was kept.
        let _ = fs::remove_file(&self.path);
    }
}

/// A new name is safe only when the folder is on the disk, too.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Part of the names, so that machines may share a Maildir.
fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name: String =
        name.trim().chars().map(|letter| if "/:".contains(letter) { '_' } else { letter }).collect();
    if name.is_empty() { "localhost".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_new_only_when_it_is_kept() {
        let root = std::env::temp_dir().join(format!("collect-maildir-{}", process::id()));
        let mut maildir = Maildir::open(&root).unwrap();
        let count = |part: &str| fs::read_dir(root.join(part)).unwrap().count();

        let mut lost = maildir.begin().unwrap();
        lost.write(b"half of ").unwrap();
        assert_eq!((count("tmp"), count("new")), (1, 0));
        drop(lost);
        assert_eq!((count("tmp"), count("new")), (0, 0));

        let mut kept = maildir.begin().unwrap();
        kept.write(b"all of it").unwrap();
        let name = kept.keep().unwrap();
        assert_eq!((count("tmp"), count("new")), (0, 1));
        assert_eq!(fs::read(root.join("new").join(name)).unwrap(), b"all of it");
        fs::remove_dir_all(&root).unwrap();
    }
}
