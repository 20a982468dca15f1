//! The codecs in `tokio_util::codec::Framed`.
//!
//! ```
//! use bytes::BytesMut;
//! use dmsp_proto::{Command, Event, framed::Client};
//! use tokio_util::codec::{Decoder, Encoder};
//!
//! let (mut dmsp, mut output) = (Client::default(), BytesMut::new());
//! dmsp.encode(Command::ListSubscriptions, &mut output)?;
//! let mut input = BytesMut::from("200 ready\r\n240\r\n.\r\n");
//! assert!(matches!(dmsp.decode(&mut input)?, Some(Event::Greeting(_))));
//! assert!(matches!(dmsp.decode(&mut input)?, Some(Event::Reply(_))));
//! # Ok::<(), dmsp_proto::framed::FramedError>(())
//! ```

extern crate std;

use bytes::{Buf, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

use crate::{ClientCodec, Command, Error, Event, Response, ServerCodec};

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

/// [`ClientCodec`] as an encoder of commands and a decoder of owned events.
#[derive(Clone, Debug, Default)]
pub struct Client(ClientCodec);

/// [`ServerCodec`] as an encoder of responses and a decoder of owned events.
///
/// A server that got SEND-MESSAGE must answer before it polls for the next event.
#[derive(Clone, Debug, Default)]
pub struct Server(ServerCodec);

impl From<ClientCodec> for Client {
    fn from(codec: ClientCodec) -> Self {
        Self(codec)
    }
}

impl From<ServerCodec> for Server {
    fn from(codec: ServerCodec) -> Self {
        Self(codec)
    }
}

impl Client {
    /// The codec, for `encode_data`, `state`, `answered` …
    pub fn codec(&mut self) -> &mut ClientCodec {
        &mut self.0
    }
}

impl Server {
    /// The codec, for `encode_data`, `paused`, `state` …
    pub fn codec(&mut self) -> &mut ServerCodec {
        &mut self.0
    }
}

impl Decoder for Client {
    type Item = Event<'static>;
    type Error = FramedError;

    fn decode(&mut self, source: &mut BytesMut) -> Result<Option<Self::Item>, FramedError> {
        let mut input = &source[..];
        let event = self.0.decode(&mut input)?.map(Event::into_owned);
        let taken = source.len().saturating_sub(input.len());
        source.advance(taken);
        unpaused(event, self.0.paused(), source)
    }

    fn decode_eof(&mut self, source: &mut BytesMut) -> Result<Option<Self::Item>, FramedError> {
        match self.decode(source)? {
            Some(event) => Ok(Some(event)),
            None => Ok(self.0.finish()?),
        }
    }
}

impl Encoder<Command> for Client {
    type Error = FramedError;

    fn encode(&mut self, command: Command, output: &mut BytesMut) -> Result<(), FramedError> {
        Ok(self.0.encode(&command, output)?)
    }
}

impl Decoder for Server {
    type Item = Event<'static>;
    type Error = FramedError;

    fn decode(&mut self, source: &mut BytesMut) -> Result<Option<Self::Item>, FramedError> {
        let mut input = &source[..];
        let event = self.0.decode(&mut input)?.map(Event::into_owned);
        let taken = source.len().saturating_sub(input.len());
        source.advance(taken);
        unpaused(event, self.0.paused(), source)
    }

    fn decode_eof(&mut self, source: &mut BytesMut) -> Result<Option<Self::Item>, FramedError> {
        match self.decode(source)? {
            Some(event) => Ok(Some(event)),
            None => Ok(self.0.finish()?),
        }
    }
}

impl Encoder<Response> for Server {
    type Error = FramedError;

    fn encode(&mut self, response: Response, output: &mut BytesMut) -> Result<(), FramedError> {
        Ok(self.0.encode(&response, output)?)
    }
}

/// A paused codec takes nothing, and `Framed` would read on without a bound.
fn unpaused(
    event: Option<Event<'static>>,
    paused: bool,
    source: &BytesMut,
) -> Result<Option<Event<'static>>, FramedError> {
    if event.is_none() && paused && !source.is_empty() {
        return Err(Error::misuse(0, "the reply before the next event").into());
    }
    Ok(event)
}
