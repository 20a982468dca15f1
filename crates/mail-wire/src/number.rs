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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_written() {
        for value in [0, 1, 9, 10, 99, 12_345, u64::MAX] {
            let mut output = BytesMut::new();
            put(b" ", value, &mut output);
            assert_eq!(output, alloc::format!(" {value}"));
        }
    }
}
