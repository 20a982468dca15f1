//! Arbitrary values, valid by construction: what the constructors give, and what their writers can say.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use super::parameter::Extension;
use super::{
    Address, AddressList, AuthMethod, AuthProperty, AuthenticationResults, BaseSubject, ContentDisposition,
    ContentDuration, ContentLanguage, ContentLocation, ContentMd5, ContentType, DateTime, EncodedWord, Group,
    Keywords, ListId, ListUris, Mailbox, MessageId, MessageIds, MimeVersion, Octets, Parameter, Parameters,
    Phrase, Received, ReceivedClause, Text, TransferEncoding,
};

fn made<T, E>(result: core::result::Result<T, E>) -> Result<T> {
    result.map_err(|_| Error::IncorrectFormat)
}

/// Up to `most` characters, of all that means something somewhere.
fn text(u: &mut Unstructured<'_>, most: usize) -> Result<String> {
    const CHARACTERS: &[char] = &[
        'a', 'B', 'c', '1', '2', ' ', ' ', '.', ',', ';', ':', '<', '>', '@', '(', ')', '[', ']', '"', '\\',
        '=', '?', '*', '\'', '%', '_', '-', '/', '\t', '\u{7f}', 'é', '漢', '🦀',
    ];
    let len = u.int_in_range(0..=most)?;
    (0..len).map(|_| u.choose(CHARACTERS).copied()).collect()
}

/// The same, but not empty.
fn some_text(u: &mut Unstructured<'_>, most: usize) -> Result<String> {
    let mut text = text(u, most)?;
    text.push('x');
    Ok(text)
}

/// A token, which is a dot-atom too.
fn token(u: &mut Unstructured<'_>) -> Result<String> {
    const LETTERS: &[char] = &['a', 'B', 'z', '0', '9', '-', '_', '+', '!'];
    let len = u.int_in_range(1..=8)?;
    (0..len).map(|_| u.choose(LETTERS).copied()).collect()
}

fn octets(text: &str) -> Octets {
    Octets::copy(text.as_bytes())
}

fn domain(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(match u.int_in_range(0..=3_u8)? {
        0 => String::from("[192.0.2.1]"),
        1 => String::from("[IPv6:2001:db8::1]"),
        2 => alloc::format!("{}.bücher.example", token(u)?),
        _ => alloc::format!("{}.{}", token(u)?, token(u)?),
    })
}

fn list<'a, T: Arbitrary<'a>>(u: &mut Unstructured<'a>) -> Result<Vec<T>> {
    let len = u.int_in_range(0..=5_u8)?;
    (0..len).map(|_| u.arbitrary()).collect()
}

impl<'a> Arbitrary<'a> for Text {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(&text(u, 120)?))
    }
}

impl<'a> Arbitrary<'a> for BaseSubject {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::of(&text(u, 60)?))
    }
}

impl<'a> Arbitrary<'a> for EncodedWord {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let charset = (*u.choose(&["utf-8", "us-ascii", "iso-2022-jp", "x-unknown"])?).into();
        let language = u.arbitrary::<bool>()?.then(|| "en-US".into());
        let octets: Vec<u8> = some_text(u, 20)?.into_bytes();
        Ok(Self { charset, language, octets: octets.into() })
    }
}

impl<'a> Arbitrary<'a> for Phrase {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(&some_text(u, 80)?))
    }
}

impl<'a> Arbitrary<'a> for Keywords {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(list(u)?.into_iter().collect())
    }
}

impl<'a> Arbitrary<'a> for Mailbox {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut mailbox = match u.int_in_range(0..=4_u8)? {
            0 => Self { local: octets(&token(u)?), ..Self::default() },
            1 => Self { is_null: true, ..Self::default() },
            _ => made(Self::new(&some_text(u, 10)?, &domain(u)?))?,
        };
        if u.arbitrary()? {
            mailbox = mailbox.with_name(&some_text(u, 30)?);
        }
        if u.ratio(1, 5)? && !mailbox.is_null {
            mailbox.route =
                (0..u.int_in_range(1..=3_u8)?).map(|_| Ok(octets(&domain(u)?))).collect::<Result<_>>()?;
        }
        if u.ratio(1, 3)? {
            mailbox.comments =
                (0..u.int_in_range(1..=3_u8)?).map(|_| Ok(octets(&text(u, 10)?))).collect::<Result<_>>()?;
        }
        Ok(mailbox)
    }
}

impl<'a> Arbitrary<'a> for Group {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(&some_text(u, 20)?, list(u)?))
    }
}

impl<'a> Arbitrary<'a> for Address {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(if u.ratio(1, 4)? { Self::Group(u.arbitrary()?) } else { Self::Mailbox(u.arbitrary()?) })
    }
}

impl<'a> Arbitrary<'a> for AddressList {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self(list(u)?))
    }
}

impl<'a> Arbitrary<'a> for DateTime {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let date = (u.int_in_range(1_900..=9_999)?, u.int_in_range(1..=12)?, u.int_in_range(1..=28)?);
        let time = (u.int_in_range(0..=23)?, u.int_in_range(0..=59)?, u.int_in_range(0..=60)?);
        let offset = if u.arbitrary()? { Some(u.int_in_range(-5_999..=5_999)?) } else { None };
        made(Self::new(date, time, offset))
    }
}

impl<'a> Arbitrary<'a> for MessageId {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(&some_text(u, 20)?, &domain(u)?))
    }
}

impl<'a> Arbitrary<'a> for MessageIds {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(list(u)?.into_iter().collect())
    }
}

impl<'a> Arbitrary<'a> for Parameter {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let most = if u.ratio(1, 10)? { 2_000 } else { 30 };
        let mut parameter = made(Self::new(&token(u)?, &text(u, most)?))?;
        if u.ratio(1, 4)? {
            let charset = u.choose(&[None, Some("utf-8"), Some("iso-8859-1"), Some("x-it's")])?;
            let language = u.arbitrary::<bool>()?.then(|| "en".into());
            parameter.extension = Some(Extension { charset: charset.map(Into::into), language });
        }
        Ok(parameter)
    }
}

impl<'a> Arbitrary<'a> for Parameters {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        // continuations count, so that long values must be few
        let mut parameters: Vec<Parameter> = list(u)?;
        let mut has_long = false;
        parameters.retain(|parameter| {
            let is_long = parameter.value_bytes().len() > 500;
            !(is_long && core::mem::replace(&mut has_long, true))
        });
        Ok(parameters.into_iter().collect())
    }
}

impl<'a> Arbitrary<'a> for ContentType {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(&token(u)?, &token(u)?, u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for ContentDisposition {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(&token(u)?, u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for TransferEncoding {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let known = [Self::SevenBit, Self::EightBit, Self::Binary, Self::QuotedPrintable, Self::Base64];
        Ok(if u.ratio(1, 6)? { Self::Other(token(u)?.into()) } else { u.choose(&known)?.clone() })
    }
}

impl<'a> Arbitrary<'a> for ContentLanguage {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let len = u.int_in_range(0..=4_u8)?;
        let tag = |u: &mut Unstructured<'a>| Ok(Box::from(*u.choose(&["en", "de-AT", "x-klingon"])?));
        Ok(Self((0..len).map(|_| tag(u)).collect::<Result<_>>()?))
    }
}

impl<'a> Arbitrary<'a> for ContentLocation {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self(octets(&alloc::format!("http://{}.example/({})", token(u)?, token(u)?))))
    }
}

impl<'a> Arbitrary<'a> for ContentMd5 {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for ContentDuration {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Self::new(u.int_in_range(0..=9_999_999_999)?).ok_or(Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for MimeVersion {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::new(u.arbitrary()?, u.arbitrary()?))
    }
}

impl<'a> Arbitrary<'a> for ReceivedClause {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let name = octets(u.choose(&["from", "by", "via", "with", "id", "for"])?);
        let value =
            octets(u.choose(&["x.example", "[192.0.2.1]", "<a@b.example>", "<\"a b\"@c>", "by", "a b"])?);
        let len = u.int_in_range(0..=2_u8)?;
        let comments = (0..len).map(|_| Ok(octets(&text(u, 20)?))).collect::<Result<_>>()?;
        Ok(Self { name, value, comments })
    }
}

impl<'a> Arbitrary<'a> for Received {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self { clauses: list(u)?, date: Some(u.arbitrary()?) })
    }
}

impl<'a> Arbitrary<'a> for ListUris {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        if u.ratio(1, 8)? {
            return Ok(Self::no());
        }
        let len = u.int_in_range(0..=4_u8)?;
        let uris: Vec<&str> = (0..len)
            .map(|_| u.choose(&["mailto:a@b.example", "https://x.example/?a,b;(c)"]).copied())
            .collect::<Result<_>>()?;
        made(Self::new(uris))
    }
}

impl<'a> Arbitrary<'a> for ListId {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        made(Self::new(&text(u, 30)?, &alloc::format!("{}.example", token(u)?)))
    }
}

impl<'a> Arbitrary<'a> for AuthProperty {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let (kind, name) = *u.choose(&[("smtp", "mailfrom"), ("header", "d"), ("policy", "x-y")])?;
        Ok(Self { kind: octets(kind), name: octets(name), value: octets(&text(u, 20)?) })
    }
}

impl<'a> Arbitrary<'a> for AuthMethod {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            method: octets(u.choose(&["spf", "dkim", "x-y"])?),
            version: if u.ratio(1, 4)? { Some(u.int_in_range(0..=99)?) } else { None },
            result: octets(u.choose(&["pass", "fail", "none"])?),
            reason: if u.ratio(1, 4)? { Some(octets(&text(u, 20)?)) } else { None },
            properties: list(u)?,
        })
    }
}

impl<'a> Arbitrary<'a> for AuthenticationResults {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let version = if u.ratio(1, 4)? { Some(u.int_in_range(0..=99)?) } else { None };
        Ok(Self { server: octets(&domain(u)?), version, methods: list(u)? })
    }
}
