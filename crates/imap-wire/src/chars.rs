//! Classes of octets, as the formal syntax names them (RFC 9051 section 9).

/// `ATOM-CHAR`: any CHAR but `( ) { SP CTL % * " \ ]`.
pub const ATOM: u8 = 1;
/// `ASTRING-CHAR`: `ATOM-CHAR` or `]`.
pub const ASTRING: u8 = 1 << 1;
/// An octet of a `tag`: `ASTRING-CHAR` but `+`.
pub const TAG: u8 = 1 << 2;
/// `list-char`: `ASTRING-CHAR`, `%` or `*`.
pub const LIST: u8 = 1 << 3;
/// An octet that may stand in a quoted string as it is: 7-bit TEXT-CHAR but `"` and `\`.
pub const QUOTED: u8 = 1 << 4;
/// A digit.
pub const DIGIT: u8 = 1 << 5;
/// What peers send where an atom or a flag belongs: all but SP, controls, `(`, `)`, `"` and `{`.
pub const LENIENT: u8 = 1 << 6;

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "while compiling")]
const TABLE: [u8; 256] = {
    let mut table = [0; 256];
    let mut octet = 0_usize;
    while octet < 256 {
        let mut class = 0;
        let c = octet as u8;
        if c > b' ' && c < 0x7f {
            let special = matches!(c, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']');
            if !special {
                class |= ATOM;
            }
            if !special || c == b']' {
                class |= ASTRING;
                if c != b'+' {
                    class |= TAG;
                }
            }
            if !special || matches!(c, b']' | b'%' | b'*') {
                class |= LIST;
            }
        }
        if c > b' ' && c != 0x7f && !matches!(c, b'(' | b')' | b'"' | b'{') {
            class |= LENIENT;
        }
        if c != 0 && c < 0x80 && !matches!(c, b'\r' | b'\n' | b'"' | b'\\') {
            class |= QUOTED;
        }
        if c.is_ascii_digit() {
            class |= DIGIT;
        }
        table[octet] = class;
        octet += 1;
    }
    table
};

/// Whether `octet` is of one of the classes in `class`.
#[inline(always)]
pub fn is(octet: u8, class: u8) -> bool {
    TABLE.get(usize::from(octet)).is_some_and(|classes| classes & class != 0)
}

/// How many octets at the front are of one of the classes in `class`. Four are looked at at a time.
#[inline]
pub fn front(octets: &[u8], class: u8) -> usize {
    let classes = |octet: u8| TABLE.get(usize::from(octet)).copied().unwrap_or_default();
    let (mut len, mut rest) = (0_usize, octets);
    while let Some(([a, b, c, d], behind)) = rest.split_first_chunk()
        && classes(*a) & classes(*b) & classes(*c) & classes(*d) & class != 0
    {
        (len, rest) = (len.wrapping_add(4), behind);
    }
    while let [octet, behind @ ..] = rest
        && is(*octet, class)
    {
        (len, rest) = (len.wrapping_add(1), behind);
    }
    len
}

/// Whether all of `octets` are.
#[inline]
pub fn all(octets: &[u8], class: u8) -> bool {
    front(octets, class) == octets.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fronts_of_all_lengths_are_found() {
        for len in 0..14 {
            let mut octets = alloc::vec![b'a'; len];
            assert_eq!(front(&octets, ATOM), len);
            octets.extend_from_slice(b" aaaaaaaa");
            assert_eq!(front(&octets, ATOM), len);
            assert!(!all(&octets, ATOM));
        }
        // One octet of each class is not four of one class.
        assert_eq!(front(b"]]]]", ATOM | DIGIT), 0);
        assert_eq!(front(b"12a", DIGIT), 2);
    }
}
