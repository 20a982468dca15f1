//! How parameters are read.

use alloc::vec::Vec;

use super::Octets;
use super::encoded_word::{hex_octet, to_text};
use super::lexer::{Lexer, is_space, unescape};
use super::parameter::{Extension, Parameter, Parameters, boxed};
use crate::DefectKind;

/// The largest index of a continuation.
const MAX_INDEX: u16 = 9_999;

/// A parameter as it stands.
struct Segment<'a> {
    at: usize,
    name: &'a [u8],
    index: Option<u16>,
    /// Its name ends in `*`: the value has percent signs, and a charset if it is the first.
    is_encoded: bool,
    value: Octets,
}

/// `*(";" parameter)`
pub(super) fn parameters(lexer: &mut Lexer<'_>) -> Parameters {
    let mut segments: Vec<Segment<'_>> = Vec::new();
    loop {
        lexer.cfws();
        let mut has_semicolon = false;
        while lexer.eat(b';') {
            if has_semicolon {
                lexer.flag(DefectKind::ParameterSyntax);
            }
            has_semicolon = true;
            lexer.cfws();
        }
        if lexer.is_at_end() {
            break;
        }
        if !has_semicolon {
            lexer.flag(DefectKind::MissingSemicolon);
            if lexer.is_strict() {
                break;
            }
        }
        if segments.len() >= Parameters::MAX {
            lexer.flag(DefectKind::Limit);
            break;
        }
        segments.extend(segment(lexer));
    }
    join(lexer, segments)
}

/// `parameter`; what is none is passed over, and at least one octet is taken.
fn segment<'a>(lexer: &mut Lexer<'a>) -> Option<Segment<'a>> {
    let at = lexer.offset();
    let attribute = lexer.token();
    lexer.cfws();
    if attribute.is_empty() || !lexer.eat(b'=') {
        lexer.flag_at(DefectKind::ParameterSyntax, at);
        if lexer.is_strict() || attribute.is_empty() {
            lexer.skip_to(|octet| octet == b';');
        }
        return None;
    }
    lexer.cfws();
    let value = value(lexer)?;
    let (name, index, is_encoded) = extension(attribute);
    Some(Segment { at, name, index, is_encoded, value })
}

/// `value`
fn value(lexer: &mut Lexer<'_>) -> Option<Octets> {
    if lexer.peek() == Some(b'"') {
        let value = unescape(lexer.quoted());
        lexer.cfws();
        if lexer.peek().is_some_and(|octet| octet != b';') && !is_parameter_next(lexer) {
            lexer.flag(DefectKind::ParameterSyntax);
            lexer.skip_to(|octet| octet == b';');
        }
        return Some(value);
    }
    let from = lexer.offset();
    let is_strict = lexer.is_strict();
    let mut end = word(lexer);
    if end == from {
        lexer.flag(DefectKind::ParameterSyntax);
        return (!is_strict).then(Octets::default);
    }
    // `name=my file.txt; …`: words belong to the value, up to what looks like the next parameter
    loop {
        lexer.cfws();
        if matches!(lexer.peek(), None | Some(b';')) || is_parameter_next(lexer) {
            break;
        }
        lexer.flag(DefectKind::ParameterSyntax);
        if is_strict {
            lexer.skip_to(|octet| octet == b';');
            break;
        }
        end = word(lexer);
    }
    let mut value = Vec::new();
    push_unfolded(&mut value, lexer.slice(from..end));
    Some(Octets::new(value))
}

/// What stands up to white space, `;` or a comment; gives its end. It may hold octets that a `token` may not, as
/// boundaries and addresses do.
fn word(lexer: &mut Lexer<'_>) -> usize {
    let from = lexer.offset();
    let ends = |octet| is_space(octet) || matches!(octet, b';' | b'(');
    let text = lexer.take_while(|octet| !ends(octet));
    if !text.iter().copied().all(super::lexer::is_token) {
        lexer.flag_at(DefectKind::BadCharacter, from);
    }
    lexer.offset()
}

/// Whether `token "="` comes, as behind a forgotten semicolon. Takes nothing.
fn is_parameter_next(lexer: &mut Lexer<'_>) -> bool {
    let at = lexer.offset();
    let is_next = !lexer.token().is_empty() && lexer.peek() == Some(b'=');
    lexer.seek(at);
    is_next
}

/// A line end is none, a CR that is no part of one is a space.
fn push_unfolded(to: &mut Vec<u8>, octets: &[u8]) {
    let mut octets = octets.iter().copied().peekable();
    while let Some(octet) = octets.next() {
        match octet {
            b'\n' => {}
            b'\r' => to.extend((octets.peek() != Some(&b'\n')).then_some(b' ')),
            octet => to.push(octet),
        }
    }
}

/// `attribute ["*" index] ["*"]`
pub(super) fn extension(attribute: &[u8]) -> (&[u8], Option<u16>, bool) {
    let (rest, is_encoded) = attribute.strip_suffix(b"*").map_or((attribute, false), |rest| (rest, true));
    let mut parts = rest.rsplitn(2, |octet| *octet == b'*');
    if let (Some(digits), Some(name)) = (parts.next(), parts.next()) {
        let number = digits.iter().try_fold(0_u16, |number, octet| {
            let digit = octet.is_ascii_digit().then(|| u16::from(octet.wrapping_sub(b'0')))?;
            number.checked_mul(10)?.checked_add(digit).filter(|number| *number <= MAX_INDEX)
        });
        match number {
            Some(number) if !digits.is_empty() && !name.is_empty() => {
                return (name, Some(number), is_encoded);
            }
            _ => {}
        }
    }
    if rest.is_empty() { (attribute, None, false) } else { (rest, None, is_encoded) }
}

/// Joins continuations, in the order of their indices, where the first of them stands.
fn join(lexer: &mut Lexer<'_>, segments: Vec<Segment<'_>>) -> Parameters {
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut done: Vec<&[u8]> = Vec::new();
    for segment in &segments {
        let is_same = |name: &[u8]| name.eq_ignore_ascii_case(segment.name);
        let is_extended = segment.is_encoded || segment.index.is_some();
        if is_extended && segment.index.is_some() && done.iter().any(|name| is_same(name)) {
            continue;
        }
        let parameter = if segment.index.is_some() {
            done.push(segment.name);
            let mut parts: Vec<&Segment<'_>> =
                segments.iter().filter(|other| other.index.is_some() && is_same(other.name)).collect();
            parts.sort_by_key(|part| part.index);
            continued(lexer, &parts)
        } else if segment.is_encoded {
            let mut value = Value::default();
            value.push(lexer, segment);
            Some(value.named(segment))
        } else {
            Some(Parameter {
                name: Octets::copy(segment.name),
                value: segment.value.clone(),
                extension: None,
            })
        };
        let Some(parameter) = parameter else { continue };
        let mut others = parameters.iter().filter(|old| is_same(old.name.as_bytes())).peekable();
        let is_other = others.peek().is_some();
        if others.any(|other| other.is_extended() == parameter.is_extended()) {
            lexer.flag_at(DefectKind::DuplicateParameter, segment.at);
            continue;
        }
        if is_other {
            lexer.flag_at(DefectKind::PlainAndExtended, segment.at);
        }
        parameters.push(parameter);
    }
    Parameters(parameters)
}

/// The continuations of one parameter, sorted; up to the first gap.
fn continued(lexer: &mut Lexer<'_>, parts: &[&Segment<'_>]) -> Option<Parameter> {
    let mut value = Value::default();
    let mut due = 0_u16;
    for part in parts {
        match part.index {
            Some(index) if index == due => {}
            Some(index) if index < due => {
                lexer.flag_at(DefectKind::DuplicateParameter, part.at);
                continue;
            }
            _ => {
                lexer.flag_at(DefectKind::ParameterGap, part.at);
                if lexer.is_strict() {
                    return None;
                }
                break;
            }
        }
        due = due.saturating_add(1);
        value.push(lexer, part);
    }
    let first = parts.first()?;
    (due > 0).then(|| value.named(first))
}

/// A value that is put together.
#[derive(Default)]
struct Value {
    octets: Vec<u8>,
    extension: Extension,
    /// An encoded segment came, so that no later one has the charset.
    is_encoded: bool,
    is_begun: bool,
}

impl Value {
    fn push(&mut self, lexer: &mut Lexer<'_>, segment: &Segment<'_>) {
        let mut text = segment.value.as_bytes();
        if segment.is_encoded {
            if !core::mem::replace(&mut self.is_encoded, true) {
                text = self.prefix(lexer, segment.at, text);
            }
            if !push_percent_decoded(&mut self.octets, text) {
                lexer.flag_at(DefectKind::PercentEncoding, segment.at);
            }
        } else {
            self.octets.extend_from_slice(text);
        }
        self.is_begun = true;
    }

    /// `[charset] "'" [language] "'"`, which the first segment has. Where it is plain, the first one that is encoded may have
    /// it, but then only a charset that is known counts as one.
    fn prefix<'a>(&mut self, lexer: &mut Lexer<'_>, at: usize, text: &'a [u8]) -> &'a [u8] {
        let mut parts = text.splitn(3, |octet| *octet == b'\'');
        let (Some(charset), Some(language), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            if !self.is_begun {
                lexer.flag_at(DefectKind::PercentEncoding, at);
            }
            return text;
        };
        if self.is_begun {
            lexer.flag_at(DefectKind::PercentEncoding, at);
            if to_text(charset, b"").is_none() {
                return text;
            }
        }
        let decoded = |octets| {
            let mut text = Vec::new();
            push_percent_decoded(&mut text, octets);
            let text = Octets::new(text);
            (!text.is_empty()).then(|| boxed(text.as_bytes()))
        };
        self.extension = Extension { charset: decoded(charset), language: decoded(language) };
        rest
    }

    fn named(self, segment: &Segment<'_>) -> Parameter {
        Parameter {
            name: Octets::copy(segment.name),
            value: Octets::new(self.octets),
            extension: Some(self.extension),
        }
    }
}

/// `%XX`; false if one was none and stays as it is.
fn push_percent_decoded(to: &mut Vec<u8>, text: &[u8]) -> bool {
    let mut is_clean = true;
    let mut at = 0_usize;
    while let Some(&octet) = text.get(at) {
        at = at.saturating_add(1);
        if octet == b'%' {
            if let Some(octet) = hex_octet(text.get(at..at.saturating_add(2)).unwrap_or_default()) {
                to.push(octet);
                at = at.saturating_add(2);
                continue;
            }
            is_clean = false;
        }
        to.push(octet);
    }
    is_clean
}
