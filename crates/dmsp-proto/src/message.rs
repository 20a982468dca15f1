//! Messages as they stream by: RFC 1056 section 4.2.

use alloc::borrow::Cow;

use bytes::BytesMut;
use mail_wire::dot::{DotDecoder, DotEncoder, DotEvent, Unstuff};
use mail_wire::line::{LineEnd, LineFramer};
use mail_wire::{Deviation, Deviations, Error, Leniency};

use crate::lex::ASCII;
use crate::{EightBit, Event, Options};

/// Un-stuffs a message, and looks for octets above 127.
#[derive(Clone, Debug)]
pub(crate) struct MessageReader {
    decoder: DotDecoder,
    leniency: Leniency,
    deviations: Deviations,
}

impl MessageReader {
    /// Behind a line that ended so: its sender ends all lines alike.
    pub(crate) fn new(end: LineEnd, leniency: Leniency) -> Self {
        let decoder = DotDecoder::with_rules(Unstuff::Every, end.into());
        let mut deviations = Deviations::new();
        if end == LineEnd::Lf {
            deviations.add(Deviation::BareLf);
        }
        Self { decoder, leniency, deviations }
    }

    /// Takes what it can from the front of `input`, and has the framer count it. What was forgiven is told with the end.
    pub(crate) fn next<'i>(
        &mut self,
        input: &mut &'i [u8],
        framer: &mut LineFramer,
    ) -> Result<Option<(Event<'i>, Deviations)>, Error> {
        let piece = framer.hand_over(input, |input| {
            let before = *input;
            match self.decoder.decode(input)? {
                DotEvent::Data(octets) => {
                    let data = self.judge(octets);
                    // What is given back was taken last.
                    let rest = input.len().saturating_add(octets.len()).saturating_sub(data.len());
                    *input = before.get(before.len().saturating_sub(rest)..).unwrap_or_default();
                    Some((Event::Data(Cow::Borrowed(data)), Deviations::new()))
                }
                _ => Some((Event::End, self.deviations)),
            }
        });
        match &piece {
            Some((Event::Data(octets), _)) if octets.is_empty() => Err(Error::syntax(framer.offset(), ASCII)),
            _ => Ok(piece),
        }
    }

    /// The octets up to the first that is not taken.
    fn judge<'i>(&mut self, octets: &'i [u8]) -> &'i [u8] {
        mail_wire::visited(octets.len());
        if octets.is_ascii() {
            return octets;
        }
        if self.leniency == Leniency::Lenient {
            self.deviations.add(Deviation::Value);
            return octets;
        }
        let at = octets.iter().position(|octet| !octet.is_ascii()).unwrap_or(octets.len());
        octets.get(..at).unwrap_or_default()
    }
}

/// Stuffs a message, unless it holds octets that may not be sent.
#[derive(Clone, Debug)]
pub(crate) struct MessageWriter {
    encoder: DotEncoder,
    eight_bit: EightBit,
}

impl MessageWriter {
    pub(crate) fn new(options: &Options) -> Self {
        Self { encoder: DotEncoder::new(options.line_ends()), eight_bit: options.eight_bit() }
    }

    pub(crate) fn encode(&mut self, chunk: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        check_eight_bit(chunk, self.eight_bit).map_err(|error| error.shifted(self.encoder.given()))?;
        self.encoder.encode(chunk, output)
    }

    pub(crate) fn end(&mut self, output: &mut BytesMut) -> Result<(), Error> {
        self.encoder.end(output)
    }
}

/// Whether these octets may be sent.
pub(crate) fn check_eight_bit(octets: &[u8], eight_bit: EightBit) -> Result<(), Error> {
    if eight_bit == EightBit::Pass || octets.is_ascii() {
        return Ok(());
    }
    let at = octets.iter().position(|octet| !octet.is_ascii()).unwrap_or_default();
    Err(Error::unsupported(at as u64, "ASCII, or Options::with_eight_bit"))
}
