//! The base protocol, one file for each family of productions (RFC 9051, RFC 3501).

use alloc::borrow::Cow;

use imap_wire::{Cursor, Octets, ParseError};
use mail_wire::text::{Graphic, Text};

pub(crate) mod append;
pub(crate) mod capability;
pub(crate) mod code;
pub(crate) mod condition;
pub(crate) mod date;
pub(crate) mod fetch;
pub(crate) mod flag;
pub(crate) mod list;
pub(crate) mod mailbox;
pub(crate) mod namespace;
pub(crate) mod number;
pub(crate) mod search;
pub(crate) mod section;
pub(crate) mod status;
pub(crate) mod store;
pub(crate) mod tagged;

pub(crate) use append::Append;
pub(crate) use capability::{Capabilities, Capability};
pub(crate) use code::ResponseCode;
pub(crate) use condition::{Condition, StatusResponse, encode_resp_text, parse_resp_text};
pub(crate) use date::DateTime;
pub(crate) use fetch::FetchCommand;
pub(crate) use flag::Flag;
pub(crate) use imap_wire::Raw;
pub(crate) use list::{List, ListData};
pub(crate) use mailbox::MailboxName;
pub(crate) use namespace::NamespaceData;
pub(crate) use number::{Numbering, SeqNo, Uid};
pub(crate) use search::{EsearchData, Search, SearchData};
pub(crate) use section::{Partial, Section};
pub(crate) use status::{StatusData, StatusItem};
pub(crate) use store::Store;

/// The row of this name in a table, in any letter case; another one than the table's is noted.
#[inline]
pub(crate) fn look_up<'t, T>(
    table: &'t [(&'static str, T)],
    name: &[u8],
    cursor: &mut Cursor<'_>,
) -> Option<&'t (&'static str, T)> {
    // Nearly all write names as the RFCs do, and those of another length or first letter are passed over at once.
    let exact = table.iter().find(|(known, _)| {
        known.len() == name.len() && known.as_bytes().first() == name.first() && known.as_bytes() == name
    });
    exact.or_else(|| {
        let row = table.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name))?;
        cursor.note_spelling();
        Some(row)
    })
}

/// For each letter, which rows of a sorted table begin with it.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "while compiling")]
pub(crate) const fn first_letters<T>(table: &[(&str, T)]) -> [(usize, usize); 26] {
    let mut letters = [(0, 0); 26];
    let mut at = 0;
    while at < table.len() {
        let letter = (table[at].0.as_bytes()[0] - b'A') as usize;
        if letters[letter].1 == 0 {
            letters[letter].0 = at;
        }
        at += 1;
        letters[letter].1 = at;
    }
    letters
}

/// The value of a string that a message has to hold: one that was streamed is too long for it, and NUL can't be written.
pub(crate) fn whole<'a>(cursor: &Cursor<'_>, octets: Octets<'a>) -> Result<Cow<'a, [u8]>, ParseError> {
    if octets.streamed.is_some() {
        return Err(cursor.limit("a literal short enough to be kept"));
    }
    let value = octets.value();
    if Graphic::front(&value).len() != value.len() && memchr::memchr(0, &value).is_some() {
        return Err(cursor.error("no NUL in the string"));
    }
    Ok(value)
}

/// The same, where line ends make no sense either.
pub(crate) fn whole_text(cursor: &Cursor<'_>, octets: Octets<'_>) -> Result<Text, ParseError> {
    // Most are one word, which is judged and copied at once.
    let word = Graphic::front(octets.raw);
    if !octets.escaped && !word.is_empty() && word.len() == octets.raw.len() {
        return Ok(word.to_text());
    }
    Text::new(whole(cursor, octets)?).map_err(|_| cursor.error("no line end in the string"))
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use alloc::string::ToString;

    use super::code::ResponseCode;
    use super::list::{ListAttribute, ListData};
    use super::mailbox::MailboxName;
    use super::search::{Search, SearchKey};

    #[test]
    fn leaves_serialize() {
        let json = |value: serde_json::Result<serde_json::Value>| value.unwrap().to_string();
        let data = ListData::new(MailboxName::new("a b").unwrap(), Some('/')).unwrap();
        assert_eq!(
            json(serde_json::to_value(data.with_attribute(ListAttribute::Sent))),
            r#"{"attributes":["Sent"],"delimiter":"/","mailbox":"a b","extended":[]}"#
        );
        let search = Search::new(SearchKey::seen().not().and(SearchKey::uid(7)));
        assert_eq!(
            json(serde_json::to_value(search)),
            r#"{"charset":null,"return_options":null,"key":"NOT SEEN UID 7"}"#
        );
        assert_eq!(json(serde_json::to_value(ResponseCode::UidNext(7))), r#"{"UidNext":7}"#);
        assert_eq!(json(serde_json::to_value(MailboxName::new([0xfc]).unwrap())), "[252]");
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! What the tests of all files share.

    use alloc::string::String;
    use alloc::vec::Vec;

    use bytes::BytesMut;
    use imap_wire::frame::Frame;
    use imap_wire::{Cursor, LiteralPolicy, ParseError, Writer};
    use mail_wire::{Deviations, Error, Leniency};

    pub(crate) fn read_with<T>(
        octets: &[u8],
        leniency: Leniency,
        parse: impl FnOnce(&mut Cursor<'_>) -> Result<T, ParseError>,
    ) -> Result<(T, Deviations), ParseError> {
        let frame = Frame::new(octets);
        let mut cursor = Cursor::new(&frame, leniency, 100);
        let value = parse(&mut cursor)?;
        cursor.end()?;
        Ok((value, cursor.deviations()))
    }

    pub(crate) fn strict<T>(
        text: &str,
        parse: impl FnOnce(&mut Cursor<'_>) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        read_with(text.as_bytes(), Leniency::Strict, parse).map(|(value, _)| value)
    }

    pub(crate) fn lenient<T>(
        text: &str,
        parse: impl FnOnce(&mut Cursor<'_>) -> Result<T, ParseError>,
    ) -> Result<(T, Deviations), ParseError> {
        read_with(text.as_bytes(), Leniency::Lenient, parse)
    }

    pub(crate) fn written(encode: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>) -> String {
        String::from_utf8(written_octets(encode)).unwrap()
    }

    pub(crate) fn written_octets(encode: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>) -> Vec<u8> {
        let (mut output, mut stops) = (BytesMut::new(), Vec::new());
        encode(&mut Writer::new(&mut output, &mut stops, LiteralPolicy::Server, false)).unwrap();
        output.to_vec()
    }

    /// A value made of `seed` comes back from its own octets, and a strict reader has nothing to forgive.
    pub(crate) fn comes_back<T>(
        seed: &[u8],
        encode: impl FnOnce(&T, &mut Writer<'_>) -> Result<(), Error>,
        parse: impl FnOnce(&mut Cursor<'_>) -> Result<T, ParseError>,
    ) where
        T: for<'a> arbitrary::Arbitrary<'a> + PartialEq + core::fmt::Debug,
    {
        let Ok(value) = T::arbitrary(&mut arbitrary::Unstructured::new(seed)) else { return };
        let octets = written_octets(|writer| encode(&value, writer));
        let shown = String::from_utf8_lossy(&octets).into_owned();
        let (back, deviations) = read_with(&octets, Leniency::Strict, parse)
            .unwrap_or_else(|error| panic!("{error} in {shown:?}, of {value:?}"));
        assert_eq!(back, value, "{shown}");
        assert!(deviations.is_empty(), "{deviations:?} in {shown:?}");
    }

    /// Each of `examples` with one octet changed, added or left out: what a lenient reader makes of it comes back.
    pub(crate) fn damaged_come_back<T: PartialEq + core::fmt::Debug>(
        examples: &[&str],
        encode: impl Fn(&T, &mut Writer<'_>) -> Result<(), Error>,
        parse: impl Fn(&mut Cursor<'_>) -> Result<T, ParseError>,
    ) {
        let check = |octets: &[u8]| {
            let Ok((value, _)) = read_with(octets, Leniency::Lenient, &parse) else { return };
            let (mut output, mut stops) = (BytesMut::new(), Vec::new());
            let mut writer = Writer::new(&mut output, &mut stops, LiteralPolicy::Server, false);
            if encode(&value, &mut writer).is_ok() {
                let shown = (String::from_utf8_lossy(octets), String::from_utf8_lossy(&output));
                let back = read_with(&output, Leniency::Lenient, &parse);
                let (back, _) = back.unwrap_or_else(|error| panic!("{error} in {shown:?}"));
                assert_eq!(back, value, "{shown:?}");
            }
        };
        for example in examples.iter().map(|example| example.as_bytes()) {
            for at in 0..=example.len() {
                let (front, back) = example.split_at(at);
                check(front);
                let rest = back.get(1..).unwrap_or_default();
                check(&[front, rest].concat());
                for octet in b" \t\r\n\0()[]{}\"\\*%$&+-.,:~<>0aN=\xfc" {
                    check(&[front, &[*octet], back].concat());
                    check(&[front, &[*octet], rest].concat());
                }
            }
        }
    }
}
