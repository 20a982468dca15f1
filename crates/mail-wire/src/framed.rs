//! Codecs in `tokio_util::codec::Framed`.
//!
//! Each protocol's crate says of its codecs that they are [`Codec`]s, and names `Client` and `Server` in a module
//! `framed` of its own; its page has an example.

extern crate std;

use bytes::{Buf, BytesMut};

pub use tokio_util::codec::{Decoder, Encoder};

pub use crate::Codec;

use crate::Error;

/// What ends a framed stream.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FramedError {
    /// The transport failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The codec failed.
    #[error(transparent)]
    Codec(#[from] Error),
}

/// A codec as an encoder of messages and a decoder of owned events.
///
/// A codec that waits for something to be sent (a server's that got STLS, say) must get it before it is polled for the
/// next event: it takes nothing, and `tokio_util` would read on without a bound, so that this is
/// [`Misuse`](crate::ErrorKind::Misuse).
#[derive(Clone, Debug, Default)]
pub struct Framed<C>(C);

impl<C> From<C> for Framed<C> {
    fn from(codec: C) -> Self {
        Self(codec)
    }
}

impl<C> Framed<C> {
    /// The codec itself, for what goes beyond messages and events: `encode_data`, `answered`, `state` …
    pub fn codec(&mut self) -> &mut C {
        &mut self.0
    }
}

impl<C: Codec> Decoder for Framed<C> {
    type Item = C::Event;
    type Error = FramedError;

    fn decode(&mut self, source: &mut BytesMut) -> Result<Option<C::Event>, FramedError> {
        let mut input = &source[..];
        let event = self.0.decode_owned(&mut input)?;
        let taken = source.len().saturating_sub(input.len());
        source.advance(taken);
        if event.is_none() && self.0.waits() && !source.is_empty() {
            return Err(Error::misuse(0, "what the codec waits for, before the next event").into());
        }
        Ok(event)
    }

    fn decode_eof(&mut self, source: &mut BytesMut) -> Result<Option<C::Event>, FramedError> {
        match self.decode(source)? {
            Some(event) => Ok(Some(event)),
            None => Ok(self.0.finish_owned()?),
        }
    }
}

impl<C: Codec> Encoder<C::Message> for Framed<C> {
    type Error = FramedError;

    fn encode(&mut self, message: C::Message, output: &mut BytesMut) -> Result<(), FramedError> {
        Ok(self.0.encode_message(&message, output)?)
    }
}
