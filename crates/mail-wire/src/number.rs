//! Decimal numbers, written.

use bytes::{BufMut, BytesMut};

/// Writes `prefix` and then `value`, without `core::fmt`: listings are made of this.
///
/// ```
/// let mut output = bytes::BytesMut::from("+OK");
/// mail_wire::number::put(b" ", 320, &mut output);
/// assert_eq!(output, "+OK 320");
/// ```
pub fn put(prefix: &[u8], value: u64, output: &mut BytesMut) {
    let mut digits = [0_u8; 20];
    let mut rest = value;
    let mut used = 0_usize;
    for slot in digits.iter_mut().rev() {
        // A remainder of 10 fits.
        *slot = b'0'.wrapping_add((rest % 10) as u8);
        rest /= 10;
        used = used.saturating_add(1);
        if rest == 0 {
            break;
        }
    }
    output.put_slice(prefix);
    output.put_slice(digits.get(digits.len().saturating_sub(used)..).unwrap_or_default());
}

/// The value of the decimal digits that `octets` begin with, one to eight of them, and how many they are. `None` where
/// there are no eight octets, or no digit in front.
///
/// The bound lets the compiler unroll the loop, and nothing can overflow: listings are made of this, too.
///
/// ```
/// assert_eq!(mail_wire::number::leading(b"320 octets"), Some((320, 3)));
/// assert_eq!(mail_wire::number::leading(b"320"), None);
/// ```
#[inline(always)]
pub fn leading(octets: &[u8]) -> Option<(u64, usize)> {
    let chunk: &[u8; 8] = octets.first_chunk()?;
    let (mut value, mut len) = (0_u64, 0_usize);
    for octet in chunk {
        let digit = octet.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        len = len.wrapping_add(1);
    }
    if len == 0 { None } else { Some((value, len)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn up_to_eight_digits_are_read() {
        for value in [0_u64, 1, 9, 10, 99, 12_345, 9_999_999, 12_345_678] {
            let line = alloc::format!("{value} 12345678");
            assert_eq!(leading(line.as_bytes()), Some((value, value.to_string().len())));
        }
        assert_eq!(leading(b"123456789"), Some((12_345_678, 8)));
        assert_eq!(leading(b"00000007"), Some((7, 8)));
        for line in ["", " 1234567", "/1234567", ":1234567", "1234567"] {
            assert_eq!(leading(line.as_bytes()), None);
        }
        assert_eq!(leading(b"1\xff\xff\xff\xff\xff\xff\xff"), Some((1, 1)));
    }

    #[test]
    fn every_length_is_written() {
        for value in [0, 1, 9, 10, 99, 12_345, u64::MAX] {
            let mut output = BytesMut::new();
            put(b" ", value, &mut output);
            assert_eq!(output, alloc::format!(" {value}"));
        }
    }
}
