//! Runs the program.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs, process};

/// The program, with a Maildir of its own that is removed at the end.
pub struct Collect(PathBuf);

/// What a run came to.
pub struct Outcome {
    is_success: bool,
    pub output: String,
    pub errors: String,
}

impl Collect {
    pub fn new(name: &str) -> Self {
        let maildir = env::temp_dir().join(format!("collect-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&maildir);
        Self(maildir)
    }

    pub fn run(&self, port: u16, arguments: &[&str]) -> Outcome {
        self.run_as("tanstaaf", port, arguments)
    }

    pub fn run_as(&self, password: &str, port: u16, arguments: &[&str]) -> Outcome {
        self.run_at(&format!("localhost:{port}"), password, arguments)
    }

    pub fn run_at(&self, server: &str, password: &str, arguments: &[&str]) -> Outcome {
        let output = Command::new(env!("CARGO_BIN_EXE_collect"))
            .args(["--server", server, "--user", "mrose", "--password", password, "--maildir"])
            .arg(&self.0)
            .args(arguments)
            .output()
            .unwrap();
        Outcome {
            is_success: output.status.success(),
            output: String::from_utf8(output.stdout).unwrap(),
            errors: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// One of the files in the Maildir.
    pub fn any_file(&self) -> String {
        let file = fs::read_dir(self.0.join("new")).unwrap().next().unwrap().unwrap();
        file.path().to_str().unwrap().to_owned()
    }

    /// The messages in the Maildir, sorted; nothing may be left of unfinished ones.
    pub fn messages(&self) -> Vec<Vec<u8>> {
        assert_eq!(fs::read_dir(self.0.join("tmp")).unwrap().count(), 0);
        let files = fs::read_dir(self.0.join("new")).unwrap();
        let mut messages: Vec<_> = files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
        messages.sort();
        messages
    }
}

impl Drop for Collect {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Outcome {
    pub fn succeeded(self) -> Self {
        assert!(self.is_success, "{}", self.errors);
        self
    }

    /// What went wrong.
    pub fn failed(self) -> String {
        assert!(!self.is_success, "{}", self.output);
        self.errors
    }
}
