//! Messages for fuzzers and property tests: all of them may be sent, and come back the same.

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use crate::{
    BodyBuf, Continuation, EnvelopeBuf, Fetch, Flag, OtherResponse, Raw, Response, Section, SeqNo,
    StatusResponse, Text,
};

impl<'a> Arbitrary<'a> for Response {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=17)? {
            17 => Self::Historic(u.arbitrary()?),
            0 => Self::Status(u.arbitrary::<StatusResponse>()?),
            1 => Self::Capability(u.arbitrary()?),
            2 => Self::Enabled(u.arbitrary()?),
            3 => Self::Flags(u.arbitrary::<Vec<Flag>>()?),
            4 => Self::List(u.arbitrary()?),
            5 => Self::Lsub(u.arbitrary()?),
            6 => Self::Search(u.arbitrary()?),
            7 => Self::MailboxStatus(u.arbitrary()?),
            8 => Self::Exists(u.arbitrary()?),
            9 => Self::Recent(u.arbitrary()?),
            10 => Self::Expunge(u.arbitrary::<SeqNo>()?),
            11 => Self::Other(u.arbitrary()?),
            12 => Self::Esearch(u.arbitrary()?),
            13 => Self::Namespace(u.arbitrary()?),
            14 => Self::Continuation(u.arbitrary()?),
            _ => Self::Fetch(u.arbitrary()?),
        })
    }
}

impl<'a> Arbitrary<'a> for OtherResponse {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let data: Option<Raw> = u.arbitrary()?;
        Self::new(u.arbitrary()?, "XFROB", data).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Continuation {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        if u.arbitrary()? {
            return Ok(Self::challenge(u.arbitrary::<Vec<u8>>()?));
        }
        let text = Text::new("go on").map_err(|_| Error::IncorrectFormat)?;
        Ok(Self::Text { code: u.arbitrary()?, text })
    }
}

/// A `number64`.
fn number(u: &mut Unstructured<'_>) -> Result<u64> {
    u.int_in_range(0..=i64::MAX as u64)
}

/// Octets without NUL.
fn octets(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    Ok(u.arbitrary::<Vec<u8>>()?.into_iter().map(|octet| octet.max(1)).collect())
}

impl<'a> Arbitrary<'a> for BodyBuf {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut body = leaf(u)?;
        while !u.is_empty() && u.ratio(1, 2)? {
            let built = if u.arbitrary()? {
                let envelope: EnvelopeBuf = u.arbitrary()?;
                Self::message(u.arbitrary()?, u.arbitrary()?, &envelope, &body)
            } else {
                Self::multipart(octets(u)?, [body, leaf(u)?])
            };
            body = decorate(built.map_err(|_| Error::IncorrectFormat)?, u)?;
        }
        Ok(body)
    }
}

fn leaf(u: &mut Unstructured<'_>) -> Result<BodyBuf> {
    let built = match u.arbitrary()? {
        true => BodyBuf::text(octets(u)?, number(u)?, number(u)?),
        false => BodyBuf::basic(u.choose(&["image", "a \"b\"", "message", ""])?, octets(u)?, number(u)?),
    };
    decorate(built.map_err(|_| Error::IncorrectFormat)?, u)
}

fn decorate(body: BodyBuf, u: &mut Unstructured<'_>) -> Result<BodyBuf> {
    let decorated = (|| {
        let mut body = body;
        if u.ratio(1, 3).unwrap_or(false) {
            body = body.with_parameter("charset", octets(u).unwrap_or_default())?;
        }
        if u.ratio(1, 3).unwrap_or(false) {
            body =
                body.with_id(octets(u).unwrap_or_default())?.with_description("d")?.with_encoding("8BIT")?;
        }
        if u.ratio(1, 3).unwrap_or(false) {
            body = body.with_disposition("attachment", [("filename", "a \\ b"), ("x", "")])?;
        }
        if u.ratio(1, 3).unwrap_or(false) {
            body =
                body.with_language("de")?.with_language(octets(u).unwrap_or_default())?.with_location("l")?;
        }
        Ok::<_, crate::Error>(body)
    })();
    decorated.map_err(|_| Error::IncorrectFormat)
}

impl<'a> Arbitrary<'a> for Fetch {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let fetch = Self::builder(u.arbitrary::<SeqNo>()?);
        let mut fetch = if u.ratio(3, 4)? {
            fetch.uid(u.int_in_range(1..=u32::MAX)?)
        } else {
            fetch.flags(u.arbitrary::<Vec<Flag>>()?)
        };
        for _ in 0..u.int_in_range(0..=4)? {
            fetch = match u.int_in_range(0..=15)? {
                0 => fetch.flags(u.arbitrary::<Vec<Flag>>()?),
                1 => fetch.envelope(&u.arbitrary()?),
                2 => fetch.body(&u.arbitrary()?),
                3 => fetch.body_structure(&u.arbitrary()?),
                4 => fetch.internal_date(u.arbitrary()?),
                5 => fetch.rfc822_size(number(u)?),
                6 => fetch.mod_seq(number(u)?.max(1)),
                7 => fetch.section(&u.arbitrary()?, &octets(u)?),
                8 => fetch.missing_section(&u.arbitrary()?),
                9 => fetch.partial(&u.arbitrary()?, number(u)?, &octets(u)?),
                10 => fetch.streamed(&u.arbitrary()?, u.arbitrary()?, u.int_in_range(4_097..=9_000)?),
                11 => fetch.binary(&Section::all(), &u.arbitrary::<Vec<u8>>()?),
                12 => fetch.rfc822(&octets(u)?),
                13 => fetch.rfc822_header(&octets(u)?),
                14 => fetch.binary_size(&u.arbitrary()?, u.arbitrary()?),
                _ => fetch.rfc822_text(&octets(u)?),
            };
        }
        fetch.build().map_err(|_| Error::IncorrectFormat)
    }
}
