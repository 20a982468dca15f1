//! How addresses are read: one pass over the field, one entry at a time.

use alloc::vec::Vec;
use core::mem::take;
use core::ops::Range;

use super::address::{Address, AddressList, Group, Mailbox, is_alone};
use super::lexer::{Lexer, has_bare_cr, is_space, push_unescaped};
use super::phrase::is_dot_atom;
use super::{Octets, Phrase};
use crate::{DefectKind, Defects, Leniency};

/// A word, or a dot between words.
#[derive(Clone, Debug)]
struct Word {
    /// Where it stands, quotes included.
    range: Range<usize>,
    kind: WordKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WordKind {
    Atom,
    Quoted,
    Dot,
    /// Brackets, which only a phrase of the old kind may hold.
    Other,
}

/// What is between two commas, as far as it was read.
#[derive(Debug, Default)]
struct Entry {
    words: Vec<Word>,
    comments: Vec<Octets>,
    /// How many words are the name, and the address.
    found: Option<(usize, Spec)>,
    is_angle: bool,
    /// It can't be an address, or might be two.
    is_invalid: bool,
    has_trailer: bool,
}

/// An address in the making.
#[derive(Debug, Default)]
struct Spec {
    route: Vec<Octets>,
    local: Octets,
    domain: Octets,
    is_null: bool,
}

pub(super) fn address_list(raw: &[u8], leniency: Leniency) -> (AddressList, Defects) {
    let mut parser = Parser { lexer: Lexer::new(raw, leniency), list: Vec::new(), group: None, count: 0 };
    parser.run();
    (AddressList(parser.list), parser.lexer.into_defects())
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    list: Vec<Address>,
    group: Option<Group>,
    count: usize,
}

impl Parser<'_> {
    fn run(&mut self) {
        let mut entry = Entry::default();
        // nothing is due behind the `;` of a group
        let mut may_be_empty = false;
        loop {
            self.lexer.cfws_with(&mut entry.comments);
            let at = self.lexer.offset();
            let Some(octet) = self.lexer.peek() else { break };
            match octet {
                b',' => {
                    self.lexer.bump();
                    let is_null = !self.finish(&mut entry, at);
                    if is_null && !take(&mut may_be_empty) {
                        self.lexer.flag_at(DefectKind::ObsoleteAddress, at);
                    }
                }
                b';' => {
                    self.lexer.bump();
                    if self.group.is_none() {
                        self.lexer.flag_at(DefectKind::StraySemicolon, at);
                        if self.lexer.is_strict() {
                            entry.is_invalid = true;
                            continue;
                        }
                    }
                    self.finish(&mut entry, at);
                    self.close();
                    may_be_empty = true;
                }
                b':' => {
                    self.lexer.bump();
                    self.open(&mut entry, at);
                }
                b'<' => self.angle(&mut entry),
                b'@' => self.bare(&mut entry),
                b'>' => {
                    self.lexer.flag(DefectKind::BadCharacter);
                    self.lexer.bump();
                }
                _ => {
                    if entry.found.is_some() && !entry.has_trailer {
                        self.lexer.flag(DefectKind::TextAfterAddress);
                        entry.has_trailer = true;
                        entry.is_invalid |= self.lexer.is_strict();
                    }
                    word(&mut self.lexer, &mut entry.words);
                }
            }
            if self.count >= AddressList::MAX && !self.lexer.is_at_end() {
                self.lexer.flag(DefectKind::Limit);
                break;
            }
        }
        let end = self.lexer.offset();
        self.finish(&mut entry, end);
        if self.group.is_some() {
            self.lexer.flag(DefectKind::UnclosedGroup);
            self.close();
        }
    }

    /// `display-name ":"`
    fn open(&mut self, entry: &mut Entry, at: usize) {
        if entry.found.is_some() || entry.words.is_empty() || entry.is_invalid {
            self.lexer.flag_at(DefectKind::BadCharacter, at);
            entry.is_invalid |= entry.found.is_some();
            return;
        }
        let entry = take(entry);
        if self.group.is_some() {
            self.lexer.flag_at(DefectKind::NestedGroup, at);
            return;
        }
        let name = self.phrase(&entry.words);
        self.count = self.count.saturating_add(1);
        self.group = Some(Group { name, mailboxes: Vec::new() });
    }

    fn close(&mut self) {
        self.list.extend(self.group.take().map(Address::Group));
    }

    /// `addr-spec` without brackets, at its `@`: the last words that dots join are its local part.
    fn bare(&mut self, entry: &mut Entry) {
        if entry.found.is_some() {
            entry.is_invalid = true;
            self.lexer.bump();
            return;
        }
        let split = local_part_start(&entry.words);
        let (name, local) = entry.words.split_at_checked(split).unwrap_or_default();
        if let (Some(last), Some(first)) = (name.last(), local.first()) {
            self.lexer.flag_at(DefectKind::BareAddress, first.range.start);
            // `"x"y@z`: nobody can say whose address this is
            entry.is_invalid |= last.range.end == first.range.start || self.lexer.is_strict();
        }
        let mut spec = Spec::default();
        match self.local_part(local) {
            Some(local) => spec.local = local,
            None => entry.is_invalid = true,
        }
        self.lexer.bump();
        match self.domain(&mut entry.comments) {
            Some(domain) => spec.domain = domain,
            None => entry.is_invalid = true,
        }
        entry.found = Some((split, spec));
    }

    /// `angle-addr`, at its `<`.
    fn angle(&mut self, entry: &mut Entry) {
        let at = self.lexer.offset();
        self.lexer.bump();
        let mut spec = Spec::default();
        let is_good = self.angle_spec(&mut spec, &mut entry.comments);
        self.lexer.cfws_with(&mut entry.comments);
        match self.lexer.peek() {
            Some(b'>') => self.lexer.bump(),
            None | Some(b',' | b';') if is_good => {
                self.lexer.flag_at(DefectKind::UnclosedAngle, at);
                entry.is_invalid |= self.lexer.is_strict();
            }
            _ => {
                entry.is_invalid = true;
                self.lexer.skip_to(|octet| matches!(octet, b'>' | b','));
                self.lexer.eat(b'>');
            }
        }
        if entry.found.is_some() {
            self.lexer.flag_at(DefectKind::AmbiguousAddress, at);
            entry.is_invalid |= self.lexer.is_strict();
            if entry.is_angle {
                return;
            }
            // what looked like an address is a name: `foo@bar.example <a@b.example>`
            let end = at;
            if let Some(first) = entry.words.first_mut() {
                first.range.end = end;
                first.kind = WordKind::Other;
                entry.words.truncate(1);
            }
        }
        entry.is_invalid |= !is_good;
        entry.is_angle = true;
        entry.has_trailer = false;
        entry.found = Some((entry.words.len(), spec));
    }

    /// `[obs-route] addr-spec`, or nothing
    fn angle_spec(&mut self, spec: &mut Spec, comments: &mut Vec<Octets>) -> bool {
        self.lexer.cfws_with(comments);
        let at = self.lexer.offset();
        if self.lexer.peek() == Some(b'>') {
            spec.is_null = true;
            return true;
        }
        if matches!(self.lexer.peek(), Some(b'@' | b',')) {
            self.lexer.flag(DefectKind::ObsoleteAddress);
            loop {
                while self.lexer.eat(b',') {
                    self.lexer.cfws_with(comments);
                }
                if !self.lexer.eat(b'@') {
                    break;
                }
                let Some(domain) = self.domain(comments) else { return false };
                spec.route.push(domain);
                self.lexer.cfws_with(comments);
            }
            if !self.lexer.eat(b':') {
                return false;
            }
            self.lexer.cfws_with(comments);
        }
        let mut words = Vec::new();
        while self.lexer.peek().is_some_and(|octet| !matches!(octet, b'@' | b'>' | b'<' | b',' | b';' | b':'))
        {
            word(&mut self.lexer, &mut words);
            self.lexer.cfws_with(comments);
        }
        let Some(local) = self.local_part(&words) else { return false };
        spec.local = local;
        if self.lexer.eat(b'@') {
            match self.domain(comments) {
                Some(domain) => spec.domain = domain,
                None => return false,
            }
        } else {
            self.lexer.flag_at(DefectKind::MissingDomain, at);
        }
        true
    }

    /// `local-part = word *("." word)`, unquoted. `None` if it is none, or might be more than one.
    fn local_part(&mut self, words: &[Word]) -> Option<Octets> {
        let first = words.first()?;
        let mut octets = Vec::new();
        let mut last: Option<&Word> = None;
        let mut is_odd = false;
        for word in words {
            let raw = self.lexer.slice(word.range.clone());
            if let Some(last) = last {
                let has_dot = last.kind == WordKind::Dot || word.kind == WordKind::Dot;
                let has_gap = last.range.end != word.range.start;
                if !has_dot {
                    if !has_gap || self.lexer.is_strict() {
                        return None;
                    }
                    octets.push(b' ');
                }
                is_odd |= has_gap;
            }
            match word.kind {
                WordKind::Atom | WordKind::Dot => octets.extend_from_slice(raw),
                WordKind::Quoted if has_bare_cr(raw) => return None,
                WordKind::Quoted => push_unescaped(&mut octets, inside(raw)),
                WordKind::Other => return None,
            }
            last = Some(word);
        }
        is_odd |= words.len() > 1 && words.iter().any(|word| word.kind == WordKind::Quoted);
        is_odd |= words.iter().all(|word| word.kind != WordKind::Quoted) && !is_dot_atom(&octets);
        if is_odd {
            self.lexer.flag_at(DefectKind::ObsoleteAddress, first.range.start);
        }
        (!octets.contains(&0)).then(|| Octets::new(octets))
    }

    /// `domain = dot-atom / domain-literal / obs-domain`; empty if there is none, `None` if it can't be one.
    fn domain(&mut self, comments: &mut Vec<Octets>) -> Option<Octets> {
        self.lexer.cfws_with(comments);
        let at = self.lexer.offset();
        let mut octets = Vec::new();
        if self.lexer.peek() == Some(b'[') {
            octets.push(b'[');
            let literal = self.lexer.literal();
            if has_bare_cr(literal) {
                return None;
            }
            push_unescaped(&mut octets, literal);
            octets.retain(|octet| !is_space(*octet));
            octets.push(b']');
            let is_one = octets.iter().filter(|octet| matches!(octet, b'[' | b']' | b'\\')).count() == 2;
            return (is_one && !octets.contains(&0)).then(|| Octets::new(octets));
        }
        let mut is_odd = false;
        loop {
            let atom = self.lexer.atom();
            octets.extend_from_slice(atom);
            let end = self.lexer.offset();
            self.lexer.cfws_with(comments);
            if !self.lexer.eat(b'.') {
                break;
            }
            octets.push(b'.');
            let dot = self.lexer.offset();
            is_odd |= dot.saturating_sub(1) != end;
            self.lexer.cfws_with(comments);
            is_odd |= self.lexer.offset() != dot;
        }
        if octets.is_empty() {
            self.lexer.flag_at(DefectKind::MissingDomain, at);
        } else if is_odd || !is_dot_atom(&octets) {
            self.lexer.flag_at(DefectKind::ObsoleteAddress, at);
        }
        (!octets.contains(&0)).then(|| Octets::new(octets))
    }

    /// Ends an entry; false if there was nothing.
    fn finish(&mut self, entry: &mut Entry, at: usize) -> bool {
        let entry = take(entry);
        let start = entry.words.first().map_or(at, |word| word.range.start);
        let is_nobody = |spec: &Spec| spec.local.is_empty() && spec.domain.is_empty() && !spec.is_null;
        if entry.is_invalid || entry.found.as_ref().is_some_and(|(_, spec)| is_nobody(spec)) {
            self.lexer.flag_at(DefectKind::InvalidAddress, start);
            return true;
        }
        let mut mailbox = Mailbox { comments: entry.comments, ..Mailbox::default() };
        match entry.found {
            Some((named, spec)) => {
                mailbox.name = self.phrase(entry.words.get(..named).unwrap_or_default());
                mailbox.route = spec.route;
                mailbox.local = spec.local;
                mailbox.domain = spec.domain;
                mailbox.is_null = spec.is_null;
            }
            None if entry.words.is_empty() => return false,
            None => {
                self.lexer.flag_at(DefectKind::MissingDomain, start);
                let end = entry.words.last().map_or(start, |word| word.range.end);
                let raw = self.lexer.slice(start..end);
                if is_alone(raw) {
                    mailbox.local = Octets::copy(raw);
                } else {
                    mailbox.name = self.phrase(&entry.words);
                }
            }
        }
        self.count = self.count.saturating_add(1);
        match &mut self.group {
            Some(group) => group.mailboxes.push(mailbox),
            None => self.list.push(Address::Mailbox(mailbox)),
        }
        true
    }

    /// The words as a phrase. Comments among them are already taken.
    fn phrase(&mut self, words: &[Word]) -> Phrase {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return Phrase::default() };
        let start = first.range.start;
        let raw = self.lexer.slice(start..last.range.end);
        let (phrase, defects) = Phrase::parse(raw, self.lexer.leniency());
        let is_told = |kind| matches!(kind, DefectKind::ObsoletePhrase | DefectKind::EncodedWordQuoted);
        for defect in defects.iter().filter(|defect| is_told(defect.kind)) {
            let at = (start as u64).saturating_add(defect.at);
            self.lexer.defects().add(defect.kind, at);
        }
        phrase
    }
}

/// One word, dot or pair of brackets; at least one octet is taken.
fn word(lexer: &mut Lexer<'_>, words: &mut Vec<Word>) {
    let start = lexer.offset();
    let kind = match lexer.peek() {
        Some(b'"') => {
            lexer.quoted();
            WordKind::Quoted
        }
        Some(b'.') => {
            lexer.bump();
            WordKind::Dot
        }
        Some(b'[') => {
            lexer.literal();
            WordKind::Other
        }
        _ if !lexer.atom().is_empty() => WordKind::Atom,
        _ => {
            lexer.bump();
            WordKind::Other
        }
    };
    words.push(Word { range: start..lexer.offset(), kind });
}

/// Where the last words begin that dots join.
fn local_part_start(words: &[Word]) -> usize {
    let mut start = words.len();
    let mut last: Option<WordKind> = None;
    for (index, word) in words.iter().enumerate().rev() {
        let joins = last.is_none_or(|last| last == WordKind::Dot || word.kind == WordKind::Dot);
        if !joins || word.kind == WordKind::Other {
            break;
        }
        start = index;
        last = Some(word.kind);
    }
    start
}

/// A quoted string without its quotes, the second of which may be missing.
fn inside(raw: &[u8]) -> &[u8] {
    let inner = raw.strip_prefix(b"\"").unwrap_or(raw);
    let escapes = inner.iter().rev().skip(1).take_while(|octet| **octet == b'\\').count();
    match inner.strip_suffix(b"\"") {
        Some(closed) if escapes % 2 == 0 => closed,
        _ => inner,
    }
}
