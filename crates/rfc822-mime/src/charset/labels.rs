//! The names of charsets.

use encoding_rs::{BIG5, EUC_KR, GB18030, GBK, ISO_2022_JP, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252};
use encoding_rs::{Encoding, REPLACEMENT, X_USER_DEFINED};

use super::Kind;

/// Names that the WHATWG's table lacks, or that mean something else in mail; in small letters, sorted.
const MORE: &[(&str, Kind)] = &[
    ("646", Kind::Ascii),
    ("ansi_x3.4-1968", Kind::Ascii),
    ("ansi_x3.4-1986", Kind::Ascii),
    ("ascii", Kind::Ascii),
    ("cp367", Kind::Ascii),
    ("cp932", Kind::Table(SHIFT_JIS)),
    ("cp936", Kind::Table(GB18030)),
    ("cp949", Kind::Table(EUC_KR)),
    ("cp950", Kind::Table(BIG5)),
    ("csascii", Kind::Ascii),
    ("cshzgb2312", Kind::Hz),
    ("csiso2022kr", Kind::Iso2022Kr),
    ("csunicode11utf7", Kind::Utf7),
    ("csutf16", Kind::Utf16),
    ("csutf7", Kind::Utf7),
    ("hz", Kind::Hz),
    ("hz-gb-2312", Kind::Hz),
    ("ibm367", Kind::Ascii),
    ("iso-2022-kr", Kind::Iso2022Kr),
    ("iso-ir-6", Kind::Ascii),
    ("iso646-us", Kind::Ascii),
    ("iso_646.irv:1991", Kind::Ascii),
    ("ks_c_5601", Kind::Table(EUC_KR)),
    ("latin-1", Kind::Table(WINDOWS_1252)),
    ("ms936", Kind::Table(GB18030)),
    ("ms949", Kind::Table(EUC_KR)),
    ("ms950", Kind::Table(BIG5)),
    ("uhc", Kind::Table(EUC_KR)),
    ("unicode-1-1-utf-7", Kind::Utf7),
    ("us", Kind::Ascii),
    ("us-ascii", Kind::Ascii),
    ("utf-16", Kind::Utf16),
    ("utf-16be", Kind::Table(UTF_16BE)),
    ("utf-16le", Kind::Table(UTF_16LE)),
    ("utf-7", Kind::Utf7),
    ("utf16", Kind::Utf16),
    ("utf7", Kind::Utf7),
    ("windows-936", Kind::Table(GB18030)),
    ("windows-950", Kind::Table(BIG5)),
];

/// Octets of the longest name in either table, and some.
const LONGEST: usize = 32;

pub(super) fn find(label: &[u8]) -> Option<Kind> {
    let label = label.trim_ascii();
    let mut small = [0_u8; LONGEST];
    let small = small.get_mut(..label.len())?;
    small.copy_from_slice(label);
    small.make_ascii_lowercase();
    if let Ok(at) = MORE.binary_search_by(|(name, _)| name.as_bytes().cmp(small)) {
        return MORE.get(at).map(|(_, kind)| *kind);
    }
    let encoding = Encoding::for_label(small)?;
    if encoding == REPLACEMENT || encoding == X_USER_DEFINED {
        return None;
    }
    Some(match encoding {
        encoding if encoding == ISO_2022_JP => Kind::Iso2022Jp,
        encoding if encoding == GBK => Kind::Table(GB18030),
        encoding => Kind::Table(encoding),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_short() {
        assert!(MORE.is_sorted_by(|(one, _), (next, _)| one < next));
        assert!(MORE.iter().all(|(name, _)| name.len() <= LONGEST && *name == name.to_ascii_lowercase()));
    }

    #[test]
    fn each_charset_is_known_by_the_name_it_tells() {
        for (name, kind) in MORE {
            assert_eq!(find(super::super::Charset(*kind).name().as_bytes()), Some(*kind), "{name}");
        }
    }
}
