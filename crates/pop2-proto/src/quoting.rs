//! Backslashes in arguments: RFC 937, "Quoting" and "Formal Syntax".

use alloc::vec::Vec;

use bytes::{BufMut, BytesMut};
use mail_wire::fields::Fields;
use mail_wire::{Deviation, Error};
use zeroize::Zeroizing;

use crate::Quoting;

/// Where an argument ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// The first space without a backslash.
    Space,
    /// The end of the line.
    End,
}

/// Takes an argument off the line and removes its backslashes. It may be a password, so it is wiped.
pub(crate) fn unquote(
    fields: &mut Fields<'_>,
    until: Until,
    expected: &'static str,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let rest = fields.peek();
    let mut argument = Zeroizing::new(Vec::with_capacity(rest.len()));
    let mut octets = rest.iter();
    let mut taken = 0_usize;
    let mut needless = false;
    while let Some(octet) = octets.next() {
        match octet {
            b' ' if until == Until::Space => break,
            b'\\' => {
                let Some(quoted) = octets.next() else {
                    fields.skip(taken);
                    return Err(fields.error("a character behind the backslash"));
                };
                needless |= !matches!(quoted, b' ' | b'\t' | b'\\');
                argument.push(*quoted);
                taken = taken.saturating_add(2);
            }
            plain => {
                argument.push(*plain);
                taken = taken.saturating_add(1);
            }
        }
    }
    if argument.is_empty() {
        return Err(fields.error(expected));
    }
    if needless {
        // Legal, and for `.` and `;` even asked for; but not our spelling.
        fields.deviations.add(Deviation::Spelling);
    }
    if !argument.is_ascii() {
        fields.forgive(Deviation::Value, "seven-bit characters")?;
    }
    fields.skip(taken);
    Ok(argument)
}

/// Where spaces may stand bare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spaces {
    /// In a mailbox, whose grammar allows them; servers do not unquote it. At its ends they are quoted all the same.
    Inside,
    /// Nowhere.
    Quoted,
}

pub(crate) fn quote(argument: &[u8], spaces: Spaces, quoting: Quoting, output: &mut BytesMut) {
    let last = argument.len().saturating_sub(1);
    for (at, octet) in argument.iter().enumerate() {
        let needed = match octet {
            b'\\' => true,
            // A lenient reader takes a TAB for a space.
            b' ' | b'\t' => spaces == Spaces::Quoted || at == 0 || at == last,
            b'.' | b';' => quoting == Quoting::Rfc937,
            _ => false,
        };
        if needed {
            output.put_u8(b'\\');
        }
        output.put_u8(*octet);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_wire::Leniency;

    fn read(text: &str, until: Until) -> Result<Vec<u8>, Error> {
        let mut fields = Fields::new(text.as_bytes(), Leniency::Lenient);
        unquote(&mut fields, until, "an argument").map(|argument| argument.to_vec())
    }

    #[test]
    fn backslashes_go_and_come_back() {
        assert_eq!(read(r"se\ cret x", Until::Space).unwrap(), b"se cret");
        assert_eq!(read(r"a\\b", Until::Space).unwrap(), br"a\b");
        assert_eq!(read("Mail/my folder", Until::End).unwrap(), b"Mail/my folder");
        assert_eq!(read("a\\", Until::Space).unwrap_err().offset(), 1);
        assert!(read("", Until::End).is_err() && read(" x", Until::Space).is_err());
        let write = |argument: &str, spaces, quoting| {
            let mut output = BytesMut::new();
            quote(argument.as_bytes(), spaces, quoting, &mut output);
            output
        };
        assert_eq!(write(r"a b\", Spaces::Quoted, Quoting::Needed), r"a\ b\\");
        assert_eq!(write(" a b.c ", Spaces::Inside, Quoting::Needed), r"\ a b.c\ ");
        assert_eq!(write("\t", Spaces::Quoted, Quoting::Needed), "\\\t");
        assert_eq!(write("a.b;c", Spaces::Quoted, Quoting::Rfc937), r"a\.b\;c");
    }
}
