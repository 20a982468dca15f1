//! The codecs in `tokio_util::codec::Framed`.
//!
//! ```
//! use bytes::BytesMut;
//! use dmsp_proto::framed::{Client, Decoder, Encoder};
//! use dmsp_proto::{Command, Event};
//!
//! let (mut dmsp, mut output) = (Client::default(), BytesMut::new());
//! dmsp.encode(Command::ListSubscriptions, &mut output)?;
//! let mut input = BytesMut::from("200 ready\r\n240\r\n.\r\n");
//! assert!(matches!(dmsp.decode(&mut input)?, Some(Event::Greeting(_))));
//! assert!(matches!(dmsp.decode(&mut input)?, Some(Event::Reply(_))));
//! # Ok::<(), dmsp_proto::framed::FramedError>(())
//! ```

pub use mail_wire::framed::{Codec, Decoder, Encoder, Framed, FramedError};

use crate::{ClientCodec, ServerCodec};

/// [`ClientCodec`] as an encoder of commands and a decoder of owned events.
pub type Client = Framed<ClientCodec>;

/// [`ServerCodec`] as an encoder of responses and a decoder of owned events.
///
/// It waits for the answer to SEND-MESSAGE.
pub type Server = Framed<ServerCodec>;
