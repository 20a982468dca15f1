//! Stored octets as they are sent: CRLF at the end of every line, and no NUL. Nothing is copied.

use alloc::vec;
use alloc::vec::Vec;

use memchr::{memchr, memchr2};

/// Octets of a message, as IMAP and POP3 send them: where a message is stored with bare LFs, each has a CR in front, and a
/// NUL, which no string of IMAP may hold (RFC 9051 section 4.3), is 0x80, as Dovecot has it.
///
/// How many octets these are is known before the first of them is looked at, so that a literal can be announced.
///
/// ```
/// use mail_proto::mime::Message;
/// use mail_proto::serve;
/// let message = Message::parse(b"Subject: stored on Unix\n\none\ntwo\n");
/// let text = serve::section(&message, &"TEXT".parse()?).unwrap();
/// assert_eq!((text.octets(), text.to_vec()), (10, b"one\r\ntwo\r\n".to_vec()));
/// let piece = text.partial(2, 5);
/// assert_eq!((piece.octets(), piece.to_vec()), (5, b"e\r\ntw".to_vec()));
/// assert_eq!(text.partial(99, 1).octets(), 0);
/// # Ok::<(), mail_proto::imap::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Octets<'a> {
    /// None of them empty.
    slices: Vec<&'a [u8]>,
    octets: u64,
    form: Form,
    /// The octet in front is a CR, which was sent or is none of this.
    behind_cr: bool,
}

/// What has to be changed on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Nothing.
    AsIs,
    /// Line ends and NULs.
    Text,
    /// Line ends only.
    Binary,
}

impl<'a> Octets<'a> {
    /// One slice, of which it is known how many octets it is with CRLFs, and whether there may be a NUL in it.
    pub(crate) fn known(slice: &'a [u8], octets: u64, has_nul: bool) -> Self {
        let is_same = octets == slice.len() as u64;
        let form = if is_same && !has_nul { Form::AsIs } else { Form::Text };
        let slices = if slice.is_empty() { Vec::new() } else { vec![slice] };
        Self { slices, octets, form, behind_cr: false }
    }

    /// Several slices; they are looked through.
    pub(crate) fn counted(slices: Vec<&'a [u8]>) -> Self {
        let mut all = Self { slices, octets: 0, form: Form::Text, behind_cr: false };
        all.slices.retain(|slice| !slice.is_empty());
        let stored = all.slices.iter().fold(0_u64, |sum, slice| sum.saturating_add(slice.len() as u64));
        all.octets = all.chunks().fold(0, |sum, chunk| sum.saturating_add(chunk.len() as u64));
        let has_nul = || all.slices.iter().any(|slice| memchr(0, slice).is_some());
        if all.octets == stored && !has_nul() {
            all.form = Form::AsIs;
        }
        all
    }

    /// The same with its NULs, for `BINARY`.
    pub(crate) fn with_nul(mut self) -> Self {
        if self.form == Form::Text {
            self.form = Form::Binary;
        }
        self
    }

    /// How many octets are sent.
    pub fn octets(&self) -> u64 {
        self.octets
    }

    /// So many of them at most, from `origin` on: what `<origin.octets>` means in a FETCH. What is behind the end is not there.
    ///
    /// Where line ends have to be made, all octets in front of `origin` are looked at.
    #[must_use]
    pub fn partial(&self, origin: u64, octets: u64) -> Self {
        let octets = self.octets.saturating_sub(origin).min(octets);
        if octets == 0 {
            return Self { slices: Vec::new(), octets: 0, form: Form::AsIs, behind_cr: false };
        }
        let (start, end) = (self.place(origin), self.place(origin.saturating_add(octets)));
        let mut slices = Vec::new();
        for (index, slice) in
            self.slices.iter().enumerate().take(end.slice.saturating_add(1)).skip(start.slice)
        {
            let from = if index == start.slice { start.at } else { 0 };
            let to = if index == end.slice { end.at } else { slice.len() };
            slices.extend(slice.get(from..to).filter(|piece| !piece.is_empty()));
        }
        if end.is_inside {
            slices.push(b"\r");
        }
        Self { slices, octets, form: self.form, behind_cr: start.is_behind_cr }
    }

    /// Where the octet is that is sent behind `octets` others.
    fn place(&self, octets: u64) -> Place {
        let mut left = octets;
        let mut behind_cr = self.behind_cr;
        for (index, slice) in self.slices.iter().enumerate() {
            let mut at = 0_usize;
            while let Some(rest) = slice.get(at..).filter(|rest| !rest.is_empty()) {
                let run = if self.form == Form::AsIs { rest.len() } else { run(rest, behind_cr) };
                let taken = usize::try_from(left).unwrap_or(usize::MAX).min(run);
                if left <= run as u64 && (taken < rest.len() || left == 0) {
                    behind_cr = taken.checked_sub(1).map_or(behind_cr, |last| rest.get(last) == Some(&b'\r'));
                    return Place {
                        slice: index,
                        at: at.saturating_add(taken),
                        is_inside: false,
                        is_behind_cr: behind_cr,
                    };
                }
                left = left.saturating_sub(run as u64);
                at = at.saturating_add(run);
                behind_cr = rest.get(..run).is_some_and(|run| run.ends_with(b"\r"));
                if run < rest.len() {
                    // a bare LF: two octets
                    if left == 1 {
                        return Place { slice: index, at, is_inside: true, is_behind_cr: true };
                    }
                    left = left.saturating_sub(2);
                    at = at.saturating_add(1);
                    behind_cr = false;
                }
            }
        }
        Place { slice: self.slices.len(), at: 0, is_inside: false, is_behind_cr: behind_cr }
    }

    /// The octets, in pieces as large as can be. None is empty; together they are as many as [`octets`](Self::octets) tells.
    pub fn chunks(&self) -> Chunks<'a> {
        Chunks {
            slices: self.slices.clone().into_iter(),
            rest: &[],
            form: self.form,
            behind_cr: self.behind_cr,
        }
    }

    /// The octets in one.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(usize::try_from(self.octets).unwrap_or_default());
        self.chunks().for_each(|chunk| octets.extend_from_slice(chunk));
        octets
    }
}

/// A place between two octets that are sent.
#[derive(Clone, Copy, Debug)]
struct Place {
    slice: usize,
    at: usize,
    /// Between the CR that was put in and its LF, which is at `at`.
    is_inside: bool,
    is_behind_cr: bool,
}

/// The pieces of [`Octets`].
#[derive(Clone, Debug)]
pub struct Chunks<'a> {
    slices: vec::IntoIter<&'a [u8]>,
    rest: &'a [u8],
    form: Form,
    behind_cr: bool,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            self.rest = self.slices.next()?;
        }
        let rest = self.rest;
        let mut len = match self.form {
            Form::AsIs => rest.len(),
            Form::Text => run_of_text(rest, self.behind_cr),
            Form::Binary => run(rest, self.behind_cr),
        };
        if len == 0 {
            if rest.first() == Some(&0) {
                self.rest = rest.get(1..).unwrap_or_default();
                self.behind_cr = false;
                return Some(b"\x80");
            }
            // The LF goes with what is behind it.
            self.behind_cr = true;
            return Some(b"\r");
        }
        len = len.min(rest.len());
        let (chunk, behind) = rest.split_at_checked(len)?;
        self.rest = behind;
        self.behind_cr = chunk.ends_with(b"\r");
        Some(chunk)
    }
}

/// Octets up to the first LF that has no CR in front.
fn run(octets: &[u8], behind_cr: bool) -> usize {
    let mut from = 0_usize;
    while let Some(found) = memchr(b'\n', octets.get(from..).unwrap_or_default()) {
        let at = from.saturating_add(found);
        if !is_behind_cr(octets, at, behind_cr) {
            return at;
        }
        from = at.saturating_add(1);
    }
    octets.len()
}

/// The same, up to a NUL at most.
fn run_of_text(octets: &[u8], behind_cr: bool) -> usize {
    let mut from = 0_usize;
    while let Some(found) = memchr2(b'\n', 0, octets.get(from..).unwrap_or_default()) {
        let at = from.saturating_add(found);
        if octets.get(at) == Some(&0) || !is_behind_cr(octets, at, behind_cr) {
            return at;
        }
        from = at.saturating_add(1);
    }
    octets.len()
}

fn is_behind_cr(octets: &[u8], at: usize, behind_cr: bool) -> bool {
    at.checked_sub(1).map_or(behind_cr, |before| octets.get(before) == Some(&b'\r'))
}
