//! Where decoded octets go: into a buffer, or only into a sum.

use alloc::vec::Vec;

use super::base64::{self, Quads};
use super::quoted_printable::{self, Run};

/// What a decoder writes to.
pub(super) trait Sink {
    /// Octets that are decoded.
    fn put(&mut self, octets: &[u8]);

    /// Decodes base64 as long as groups of four octets of the alphabet follow each other, and tells how many octets of
    /// `input` these were.
    fn put_base64(&mut self, input: &[u8]) -> usize;

    /// Decodes quoted-printable as far as nothing is odd.
    fn put_quoted(&mut self, input: &[u8]) -> Run;

    /// So many octets that were decoded last are none.
    fn take_back(&mut self, octets: usize);
}

/// The end of a buffer, with room for all that is going to be written: the buffer's length is set once, not with each piece.
#[derive(Debug)]
pub(super) struct Tail<'b> {
    buffer: &'b mut Vec<u8>,
    written: usize,
}

impl<'b> Tail<'b> {
    /// Room for `octets` more. If more are written, they find room too.
    pub(super) fn new(buffer: &'b mut Vec<u8>, octets: usize) -> Self {
        let written = buffer.len();
        buffer.resize(written.saturating_add(octets), 0);
        Self { buffer, written }
    }
}

impl Drop for Tail<'_> {
    fn drop(&mut self) {
        self.buffer.truncate(self.written);
    }
}

impl Sink for Tail<'_> {
    #[inline]
    fn put(&mut self, octets: &[u8]) {
        let end = self.written.saturating_add(octets.len());
        match self.buffer.get_mut(self.written..end) {
            Some(room) => room.copy_from_slice(octets),
            None => {
                self.buffer.truncate(self.written);
                self.buffer.extend_from_slice(octets);
            }
        }
        self.written = end;
    }

    #[inline]
    fn put_base64(&mut self, input: &[u8]) -> usize {
        let room = self.buffer.get_mut(self.written..).unwrap_or_default();
        let Quads { read, written } = base64::quads(input, room);
        self.written = self.written.saturating_add(written);
        read
    }

    #[inline]
    fn put_quoted(&mut self, input: &[u8]) -> Run {
        let end = self.written.saturating_add(input.len()).saturating_add(8);
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        let run = quoted_printable::run(input, self.buffer.get_mut(self.written..end).unwrap_or_default());
        self.written = self.written.saturating_add(run.written);
        run
    }

    fn take_back(&mut self, octets: usize) {
        self.written = self.written.saturating_sub(octets);
    }
}

/// How many octets there were.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count(u64);

impl Count {
    pub(super) fn octets(self) -> u64 {
        self.0
    }
}

impl Sink for Count {
    #[inline]
    fn put(&mut self, octets: &[u8]) {
        self.0 = self.0.saturating_add(octets.len() as u64);
    }

    #[inline]
    fn put_base64(&mut self, input: &[u8]) -> usize {
        let Quads { read, written } = base64::count(input);
        self.0 = self.0.saturating_add(written as u64);
        read
    }

    #[inline]
    fn put_quoted(&mut self, input: &[u8]) -> Run {
        let run = quoted_printable::run(input, ());
        self.0 = self.0.saturating_add(run.written as u64);
        run
    }

    fn take_back(&mut self, octets: usize) {
        self.0 = self.0.saturating_sub(octets as u64);
    }
}
