//! Payloads whose octets were announced: no terminator, no stuffing, any value of an octet.
//!
//! RFC 918 and RFC 937 (the answer to RCEV and RETR), and the literals of the IMAP family.

use bytes::{BufMut, BytesMut};

use crate::{Error, visits};

/// Hands over exactly the announced octets, as slices of the input.
///
/// ```
/// use mail_wire::counted::CountedReader;
/// let mut reader = CountedReader::new(5);
/// let mut input = &b"hello=3\r\n"[..];
/// assert_eq!(reader.decode(&mut input), Some(&b"hello"[..]));
/// assert!(reader.has_ended());
/// assert_eq!(input, b"=3\r\n");
/// ```
#[derive(Clone, Debug)]
pub struct CountedReader {
    left: u64,
}

impl CountedReader {
    /// A reader of `octets` octets.
    pub fn new(octets: u64) -> Self {
        Self { left: octets }
    }

    /// Takes what belongs to the payload from the front of `input`. `None`: nothing did.
    pub fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Option<&'i [u8]> {
        let want = usize::try_from(self.left).unwrap_or(usize::MAX).min(input.len());
        if want == 0 {
            return None;
        }
        let (data, rest) = input.split_at_checked(want)?;
        visits::add(data.len());
        self.left = self.left.saturating_sub(data.len() as u64);
        *input = rest;
        Some(data)
    }

    /// Octets still to come.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Whether all of them were handed over.
    pub fn has_ended(&self) -> bool {
        self.left == 0
    }
}

/// Writes exactly the announced octets, and refuses to be short or long.
///
/// ```
/// use bytes::BytesMut;
/// use mail_wire::counted::CountedWriter;
/// let (mut writer, mut output) = (CountedWriter::new(5), BytesMut::new());
/// writer.encode(b"hel", &mut output)?;
/// assert_eq!(writer.end().unwrap_err().expected(), "5 octets as announced, got 3");
/// assert!(writer.encode(b"lo!", &mut output).is_err());
/// writer.encode(b"lo", &mut output)?;
/// writer.end()?;
/// assert_eq!(output, "hello");
/// # Ok::<(), mail_wire::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CountedWriter {
    announced: u64,
    given: u64,
}

impl CountedWriter {
    /// A writer of `octets` octets.
    pub fn new(octets: u64) -> Self {
        Self { announced: octets, given: 0 }
    }

    /// Writes one chunk.
    ///
    /// # Errors
    /// `Misuse` if that would be more than announced; nothing is written then.
    pub fn encode(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        self.count(chunk.len())?;
        output.put_slice(chunk);
        Ok(())
    }

    /// Counts octets that the caller writes in its own way.
    ///
    /// # Errors
    /// As for [`encode`](Self::encode).
    pub fn count(&mut self, octets: usize) -> Result<(), Error> {
        let given = self.given.saturating_add(octets as u64);
        if given > self.announced {
            return Err(self.mismatch(given));
        }
        self.given = given;
        Ok(())
    }

    /// Checks that all was given.
    ///
    /// # Errors
    /// `Misuse`, with both numbers, if it was not.
    pub fn end(&self) -> Result<(), Error> {
        if self.given == self.announced { Ok(()) } else { Err(self.mismatch(self.given)) }
    }

    /// Octets still to be given.
    pub fn left(&self) -> u64 {
        self.announced.saturating_sub(self.given)
    }

    fn mismatch(&self, given: u64) -> Error {
        Error::misuse(self.given, alloc::format!("{} octets as announced, got {given}", self.announced))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn any_cutting_gives_the_same_octets() {
        let stream: Vec<u8> = (0..=255).chain(*b"#22\r\n").collect();
        for chunk in 1..40 {
            let mut reader = CountedReader::new(256);
            let (mut payload, mut behind) = (Vec::new(), Vec::new());
            for mut input in stream.chunks(chunk) {
                while let Some(data) = reader.decode(&mut input) {
                    payload.extend_from_slice(data);
                }
                behind.extend_from_slice(input);
            }
            assert_eq!(payload, stream[..256]);
            assert_eq!(behind, b"#22\r\n");
        }
    }

    #[test]
    fn an_empty_payload_has_ended_at_once() {
        let mut reader = CountedReader::new(0);
        assert!(reader.has_ended());
        assert_eq!(reader.decode(&mut &b"x"[..]), None);
        assert_eq!(CountedWriter::new(0).end(), Ok(()));
    }
}
