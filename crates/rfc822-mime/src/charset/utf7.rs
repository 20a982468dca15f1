//! UTF-7 (RFC 2152).

use alloc::string::String;

use super::converter::Marks;

/// The decoder's state, between any two octets.
#[derive(Debug, Default)]
pub(super) struct Utf7 {
    shift: Shift,
    /// Bits of a code unit that is not complete, and how many these are: below 16.
    bits: u32,
    count: u32,
    /// The first half of a surrogate pair.
    high: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shift {
    /// ASCII.
    #[default]
    Off,
    /// A `+` has come, and nothing behind it.
    Begun,
    /// Inside base64.
    On,
}

impl Utf7 {
    pub(super) fn is_inside_character(&self) -> bool {
        self.high.is_some() || self.count >= 6
    }

    pub(super) fn convert(
        &mut self,
        input: &[u8],
        last: bool,
        at: u64,
        output: &mut String,
        marks: &mut Marks,
    ) {
        let (mut rest, mut at) = (input, at);
        while let Some((first, behind)) = rest.split_first() {
            if self.shift != Shift::Off {
                if self.is_taken(*first, at, output, marks) {
                    (rest, at) = (behind, at.saturating_add(1));
                }
                continue;
            }
            let is_direct = |octet: &u8| octet.is_ascii() && *octet != b'+';
            let run = rest.iter().position(|octet| !is_direct(octet)).unwrap_or(rest.len());
            if let Some((text, behind)) = rest.split_at_checked(run).filter(|_| run != 0) {
                output.push_str(core::str::from_utf8(text).unwrap_or_default());
                (rest, at) = (behind, at.saturating_add(run as u64));
                continue;
            }
            match first {
                b'+' => self.shift = Shift::Begun,
                _ => marks.error(at, output),
            }
            (rest, at) = (behind, at.saturating_add(1));
        }
        if last && self.shift != Shift::Off {
            self.close(at, output, marks);
        }
    }

    /// Takes an octet behind a `+`, unless it ends the shift and is text itself.
    fn is_taken(&mut self, octet: u8, at: u64, output: &mut String, marks: &mut Marks) -> bool {
        let value = match octet {
            b'A'..=b'Z' => octet.wrapping_sub(b'A'),
            b'a'..=b'z' => octet.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => octet.wrapping_sub(b'0').wrapping_add(52),
            b'+' => 62,
            b'/' => 63,
            b'-' if self.shift == Shift::Begun => {
                output.push('+');
                self.shift = Shift::Off;
                return true;
            }
            _ => {
                self.close(at, output, marks);
                return octet == b'-';
            }
        };
        self.shift = Shift::On;
        self.bits = self.bits << 6 | u32::from(value);
        self.count = self.count.saturating_add(6);
        if let Some(left) = self.count.checked_sub(16) {
            let unit = self.bits >> left;
            self.bits ^= unit << left;
            self.count = left;
            self.unit(unit, at, output, marks);
        }
        true
    }

    fn unit(&mut self, unit: u32, at: u64, output: &mut String, marks: &mut Marks) {
        let high = self.high.take();
        match (high, unit) {
            (Some(high), 0xdc00..=0xdfff) => {
                let scalar = (high & 0x3ff) << 10 | (unit & 0x3ff);
                output.extend(char::from_u32(scalar.saturating_add(0x1_0000)));
                return;
            }
            (Some(_), _) => marks.error(at, output),
            (None, _) => {}
        }
        match unit {
            0xd800..=0xdbff => self.high = Some(unit),
            _ => match char::from_u32(unit) {
                Some(character) => output.push(character),
                None => marks.error(at, output),
            },
        }
    }

    /// The shift ends: what is left are bits of padding, all zero.
    fn close(&mut self, at: u64, output: &mut String, marks: &mut Marks) {
        if self.is_inside_character() || self.bits != 0 || self.shift == Shift::Begun {
            marks.error(at, output);
        }
        *self = Self::default();
    }
}
