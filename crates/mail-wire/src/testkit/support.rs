//! The pages of `docs/` that tell what is supported: written from the tables of a crate, and held to them.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::string::String;
use std::{env, format, fs};

/// A source, what it asks for, how far the crate goes, and the file below `tests/` that shows it.
pub type Section = (&'static str, &'static str, &'static str, &'static str);

/// A page in Markdown.
#[derive(Debug)]
pub struct SupportPage {
    package: PathBuf,
    text: String,
}

impl SupportPage {
    /// A page that begins with `text`. `package` is the folder of the crate: `env!("CARGO_MANIFEST_DIR")`.
    pub fn new(package: impl AsRef<Path>, text: &str) -> Self {
        Self { package: package.as_ref().to_path_buf(), text: text.into() }
    }

    pub fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A table. Its head and its rows have ` | ` between their columns.
    pub fn table(&mut self, head: &str, rows: impl IntoIterator<Item = String>) {
        let rule = "---|".repeat(head.split(" | ").count());
        writeln!(self.text, "| {head} |\n|{rule}").expect("a string takes all");
        for row in rows {
            writeln!(self.text, "| {row} |").expect("a string takes all");
        }
    }

    /// The table of the sections. What they are shown by must exist.
    pub fn sections(&mut self, source: &str, sections: &[Section]) {
        for (_, what, _, evidence) in sections {
            let is_file = self.package.join("tests").join(evidence).is_file();
            assert!(is_file, "{what}: no tests/{evidence}");
        }
        let row = |(source, what, how_far, evidence): &Section| {
            format!("{source} | {what} | {how_far} | `tests/{evidence}`")
        };
        self.table(&format!("{source} | what | how far | shown by"), sections.iter().map(row));
    }

    /// Checks that `docs/` has this page under this name; writes it there if `UPDATE` is set.
    pub fn check(&self, name: &str) {
        let page = self.package.join("../../docs").join(name);
        if env::var_os("UPDATE").is_some() {
            fs::write(&page, &self.text).expect("a folder docs");
        }
        let found = fs::read_to_string(&page).expect("a page");
        assert!(found == self.text, "docs/{name} is stale: UPDATE=1 writes it");
    }
}
