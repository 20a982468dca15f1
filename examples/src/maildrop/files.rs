//! Messages out of files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::Message;

/// Reads a Maildir, or a folder of `.eml` files, in the order of the file names.
pub(super) fn read(folder: &Path) -> io::Result<Vec<Message>> {
    let (cur, new) = (folder.join("cur"), folder.join("new"));
    let mut files = if cur.is_dir() && new.is_dir() {
        [list(&cur, is_visible)?, list(&new, is_visible)?].concat()
    } else {
        list(folder, is_eml)?
    };
    files.sort();
    files.into_iter().map(|(name, path)| Ok(Message::new(&base(&name), &fs::read(path)?))).collect()
}

fn list(folder: &Path, wanted: fn(&Path) -> bool) -> io::Result<Vec<(OsString, PathBuf)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let (name, path) = entry.map(|entry| (entry.file_name(), entry.path()))?;
        if path.is_file() && wanted(&path) {
            files.push((name, path));
        }
    }
    Ok(files)
}

fn is_visible(path: &Path) -> bool {
    path.file_name().is_some_and(|name| !name.as_encoded_bytes().starts_with(b"."))
}

fn is_eml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml"))
}

/// The name without a Maildir's flags, which change while the message stays the same.
fn base(name: &OsString) -> PathBuf {
    let text = name.to_string_lossy();
    PathBuf::from(text.split_once(":2,").map_or(&*text, |(base, _)| base))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test, removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("mail-proto-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn write(&self, name: &str, content: &str) {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn octets(messages: &[Message]) -> Vec<&[u8]> {
        messages.iter().map(|message| &message.octets()[..]).collect()
    }

    #[test]
    fn a_folder_gives_its_eml_files_by_name() {
        let scratch = Scratch::new("folder");
        scratch.write("2.eml", "two\n");
        scratch.write("1.EML", "one\n");
        scratch.write("notes.txt", "not mail");
        assert_eq!(octets(&read(&scratch.0).unwrap()), [b"one\r\n", b"two\r\n"]);
    }

    #[test]
    fn a_maildir_gives_new_and_cur_together() {
        let scratch = Scratch::new("maildir");
        scratch.write("new/2.x", "two\n");
        scratch.write("cur/1.x:2,", "one\n");
        scratch.write("cur/.hidden", "not mail");
        scratch.write("tmp/3.x", "not yet mail");
        let before = read(&scratch.0).unwrap();
        assert_eq!(octets(&before), [b"one\r\n", b"two\r\n"]);
        fs::rename(scratch.0.join("cur/1.x:2,"), scratch.0.join("cur/1.x:2,S")).unwrap();
        assert_eq!(before, read(&scratch.0).unwrap());
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        assert!(read(Path::new("/nonexistent/mail")).is_err());
    }
}
