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
/// All are looked at at once, and nothing can overflow: listings are made of this, too.
///
/// ```
/// assert_eq!(mail_wire::number::leading(b"320 octets"), Some((320, 3)));
/// assert_eq!(mail_wire::number::leading(b"320"), None);
/// ```
#[inline(always)]
pub fn leading(octets: &[u8]) -> Option<(u64, usize)> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // A digit becomes its value; the high bit of what is above 9 is set then.
    let word = u64::from_le_bytes(*octets.first_chunk()?) ^ ONES.wrapping_mul(0x30);
    let others = (word.wrapping_add(ONES.wrapping_mul(0x76)) | word) & (ONES << 7);
    let len = others.trailing_zeros() / 8;
    // Zeros in front in place of what stands behind; without any digit there is nothing to shift.
    let digits = word.checked_shl(64_u32.wrapping_sub(len.wrapping_mul(8)))?;
    // Pairs of digits, pairs of pairs, and both halves, each beside the other one.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    let value = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    Some((value, len as usize))
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
