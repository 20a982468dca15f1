//! Folding (RFC 5322 section 2.2.3).

use alloc::vec::Vec;

use super::lexer::is_space;

/// Makes lines of at most 78 octets of the field `name: value`, where white space allows it, with CRLF at the end of each.
///
/// No line is of white space alone, none ends in white space that folding put there, and the octets of the value stay as
/// they are, so that unfolding gives them back. Only a word that is longer by itself makes a longer line.
///
/// ```
/// use rfc822_mime::value::fold;
/// let field = fold("Subject", b"a subject of many words, which is far too long for it to fit into one line of a message");
/// assert_eq!(
///     field,
///     b"Subject: a subject of many words, which is far too long for it to fit into one\r\n line of a message\r\n"
/// );
/// ```
pub fn fold(name: &str, value: &[u8]) -> Vec<u8> {
    const WIDTH: usize = 78;
    let mut folded = Vec::with_capacity(value.len().saturating_add(name.len()).saturating_add(8));
    folded.extend_from_slice(name.as_bytes());
    folded.extend_from_slice(b": ");
    let mut column = folded.len();
    let mut rest = value;
    let mut has_word = false;
    while !rest.is_empty() {
        let spaces = rest.iter().take_while(|octet| is_space(**octet)).count();
        let word = rest.iter().skip(spaces).take_while(|octet| !is_space(**octet)).count();
        let (piece, next) = rest.split_at_checked(spaces.saturating_add(word)).unwrap_or((rest, b""));
        if has_word && spaces > 0 && word > 0 && column.saturating_add(piece.len()) > WIDTH {
            folded.extend_from_slice(b"\r\n");
            column = 0;
        }
        has_word = has_word || word > 0;
        folded.extend(piece.iter().copied().filter(|octet| !matches!(octet, b'\r' | b'\n')));
        column = column.saturating_add(piece.len());
        rest = next;
    }
    folded.extend_from_slice(b"\r\n");
    folded
}

/// Whether no word of a text is so long that it could make a line longer than 998 octets (RFC 5322 section 2.1.1), behind the
/// name of a field and with all of its octets escaped.
pub(super) fn fits_lines(text: &str) -> bool {
    text.split(' ').all(|word| word.len() <= 400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfolds_to_the_same() {
        let long = [b"a ".repeat(100), b"b".repeat(200), b"   c ".repeat(50)].concat();
        let folded = fold("X", &long);
        let text: Vec<u8> = folded.iter().copied().filter(|octet| !matches!(octet, b'\r' | b'\n')).collect();
        assert_eq!(text, [&b"X: "[..], &long].concat());
        for line in folded.split(|octet| *octet == b'\n').filter(|line| !line.is_empty()) {
            let is_one_word = !super::super::lexer::trim(line).iter().any(|octet| is_space(*octet));
            assert!(line.len() <= 79 || is_one_word, "{}", line.escape_ascii());
            assert!(line.iter().any(|octet| !is_space(*octet)));
        }
    }

    #[test]
    fn writes_an_empty_value() {
        assert_eq!(fold("X", b""), b"X: \r\n");
        assert_eq!(fold("X", b"   "), b"X:    \r\n");
    }
}
