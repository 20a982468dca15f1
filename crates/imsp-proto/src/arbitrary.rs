//! Messages for fuzzers and property tests: all of them may be sent, and come back the same.

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Error, Result, Unstructured};
use imap_wire::{Atom, Literal, Raw};
use mail_wire::Secret;
use mail_wire::text::Text;

use crate::{
    Address, Continuation, Entry, Field, Login, Name, OtherCommand, OtherResponse, Response, StatusResponse,
};

/// Octets without NUL.
pub(crate) fn octets(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let text = u.choose(&["x", "common.from", "NIL", "(a b)", "*", "two words", "J\u{f6}rg", "", "a\"\\"])?;
    match u.ratio(1, 2)? {
        true => Ok(text.as_bytes().to_vec()),
        false => Ok(u.arbitrary::<Vec<u8>>()?.into_iter().map(|octet| octet.max(1)).collect()),
    }
}

/// A value; some are long enough to be streamed.
pub(crate) fn value(u: &mut Unstructured<'_>) -> Result<Literal> {
    match u.ratio(1, 8)? {
        true => Ok(Literal::streamed(u.int_in_range(4_097..=9_000)?)),
        false => Ok(Literal::new(octets(u)?)),
    }
}

/// One name at least.
pub(crate) fn names(u: &mut Unstructured<'_>) -> Result<Vec<Name>> {
    let mut names: Vec<Name> = u.arbitrary()?;
    names.push(u.arbitrary()?);
    Ok(names)
}

pub(crate) fn separator(u: &mut Unstructured<'_>) -> Result<Option<char>> {
    u.choose(&[None, Some('.'), Some('/'), Some('"'), Some('\\')]).copied()
}

impl<'a> Arbitrary<'a> for Address {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut address = Self::new(u.arbitrary::<Entry>()?);
        for _ in 0..u.int_in_range(1..=4)? {
            let field: Field = u.arbitrary()?;
            address = address.with(field.name().clone(), field.value().clone());
        }
        Ok(address)
    }
}

impl<'a> Arbitrary<'a> for Login {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self { user: u.arbitrary()?, password: Secret::from_vec(octets(u)?) })
    }
}

impl<'a> Arbitrary<'a> for OtherCommand {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let name = Atom::new("XFROB").map_err(|_| Error::IncorrectFormat)?;
        Ok(Self { name, arguments: u.arbitrary()? })
    }
}

impl<'a> Arbitrary<'a> for OtherResponse {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let data: Option<Raw> = u.arbitrary()?;
        Self::new("XFROB", data).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Continuation {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        if u.arbitrary()? {
            return Ok(Self::challenge(u.arbitrary::<Vec<u8>>()?));
        }
        Text::new("go").map(Self::Text).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Response {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=12)? {
            0 => Self::Status(u.arbitrary::<StatusResponse>()?),
            1 => Self::Continuation(u.arbitrary()?),
            2 => Self::Capability(u.arbitrary()?),
            3 => Self::AddressBook(u.arbitrary()?),
            4 => Self::SearchAddress(u.arbitrary()?),
            5 => Self::FetchAddress(u.arbitrary()?),
            6 => Self::Acl(u.arbitrary()?, u.arbitrary()?, u.arbitrary()?),
            7 => Self::MyRights(u.arbitrary()?, u.arbitrary()?),
            8 => Self::List(u.arbitrary()?, u.arbitrary()?),
            9 => Self::Lsub(u.arbitrary()?, u.arbitrary()?),
            10 => Self::Lmarked(u.arbitrary()?, u.arbitrary()?),
            11 => Self::Other(u.arbitrary()?),
            _ => Self::Option(u.arbitrary()?),
        })
    }
}
