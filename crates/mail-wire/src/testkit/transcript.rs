//! Recorded sessions: the JSON-lines format of `docs/transcripts.md`.

use std::path::Path;
use std::string::{String, ToString};
use std::vec::Vec;

use base64::Engine;

use super::{files, mutations};

/// Who sent a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum Side {
    Client,
    Server,
}

/// One read from one of the two sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum Piece {
    Octets(Side, Vec<u8>),
    Closed(Side),
}

/// A whole session, in the order in which its pieces were seen.
#[derive(Clone, Debug)]
pub struct Transcript {
    pub meta: serde_json::Value,
    pub pieces: Vec<Piece>,
}

impl Transcript {
    /// Reads the text of a transcript file.
    ///
    /// # Errors
    /// The first line that is none, and why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut transcript = Self { meta: serde_json::Value::Null, pieces: Vec::new() };
        for (n, line) in text.lines().enumerate() {
            let fail = |why: &str| std::format!("line {}: {why}", n + 1);
            let value: serde_json::Value = serde_json::from_str(line).map_err(|e| fail(&e.to_string()))?;
            let side = match value["dir"].as_str() {
                Some("C") => Side::Client,
                Some("S") => Side::Server,
                Some("#") => {
                    transcript.meta = value["meta"].clone();
                    continue;
                }
                _ => return Err(fail("dir is none of C, S and #")),
            };
            if let Some(text) = value["b64"].as_str() {
                let octets = base64::engine::general_purpose::STANDARD.decode(text);
                transcript.pieces.push(Piece::Octets(side, octets.map_err(|e| fail(&e.to_string()))?));
            } else if value["eof"] == true {
                transcript.pieces.push(Piece::Closed(side));
            } else {
                return Err(fail("neither b64 nor eof"));
            }
        }
        Ok(transcript)
    }

    /// Reads a dialogue as RFCs print it: lines that begin with `C: ` or `S: ` (an empty one may lack the space), each of
    /// which gets a CRLF; a line of `C:` or `S:` octets without one ends in `\\`. Lines with `#` are comments.
    ///
    /// # Errors
    /// The first line that is none, and why.
    pub fn parse_trace(text: &str) -> Result<Self, String> {
        let mut transcript = Self { meta: serde_json::Value::Null, pieces: Vec::new() };
        for (n, line) in text.lines().enumerate() {
            let (side, rest) = match line.split_at_checked(2) {
                Some(("C:", rest)) => (Side::Client, rest),
                Some(("S:", rest)) => (Side::Server, rest),
                _ if line.is_empty() || line.starts_with('#') => continue,
                _ => return Err(std::format!("line {}: neither C: nor S:", n + 1)),
            };
            let rest = rest.strip_prefix(' ').unwrap_or(rest);
            let octets = match rest.strip_suffix('\\') {
                Some(open) => open.as_bytes().to_vec(),
                None => [rest.as_bytes(), b"\r\n"].concat(),
            };
            transcript.pieces.push(Piece::Octets(side, octets));
        }
        Ok(transcript)
    }

    /// All that one side sent.
    pub fn stream(&self, of: Side) -> Vec<u8> {
        let pieces = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Octets(side, octets) if *side == of => Some(octets.as_slice()),
            _ => None,
        });
        pieces.collect::<Vec<_>>().concat()
    }

    /// The same session with other octets from one side, cut where the recording was cut.
    #[must_use]
    pub fn with_stream(&self, side: Side, stream: &[u8]) -> Self {
        let mut rest = stream;
        let mut pieces = Vec::new();
        let ours = |piece: &Piece| matches!(piece, Piece::Octets(of, _) if *of == side);
        let last = self.pieces.iter().rposition(ours);
        for (n, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Octets(of, octets) if *of == side => {
                    let len = if Some(n) == last { rest.len() } else { octets.len().min(rest.len()) };
                    let (head, tail) = rest.split_at(len);
                    pieces.push(Piece::Octets(side, head.to_vec()));
                    rest = tail;
                }
                other => pieces.push(other.clone()),
            }
        }
        Self { meta: self.meta.clone(), pieces }
    }

    /// Sessions in which one side's octets are damaged as [`mutations`] has it: the side, what is wrong, and the session.
    /// Without those that have another letter case alone: keywords are the same in any.
    pub fn damaged(&self, seed: u64, count: usize) -> impl Iterator<Item = (Side, String, Self)> {
        [Side::Client, Side::Server].into_iter().flat_map(move |side| {
            let stream = self.stream(side);
            let other = mutations(&stream, seed, count).filter(|of| !of.stream.eq_ignore_ascii_case(&stream));
            other.map(|of| (side, of.what, self.with_stream(side, &of.stream))).collect::<Vec<_>>()
        })
    }
}

/// The sessions in a folder, by name: recordings (`jsonl`) or dialogues (`trace`).
pub fn sessions(folder: impl AsRef<Path>, extension: &str) -> Vec<(String, Transcript)> {
    let parse = if extension == "trace" { Transcript::parse_trace } else { Transcript::parse };
    let session = |(name, octets)| {
        let text = String::from_utf8(octets).expect("a text");
        let transcript = parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, transcript)
    };
    files(folder, extension).into_iter().map(session).collect()
}

/// How a dissector understood a unit of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)]
pub enum Verdict {
    Understood,
    /// Only as one of the `Other` variants.
    Other,
    /// Malformed, and nobody objected.
    Malformed,
    /// Malformed or unknown, and the recorded server answered it with an error.
    Rejected,
}
