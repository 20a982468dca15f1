//! The codecs in `tokio_util::codec::Framed`.
//!
//! ```
//! use bytes::BytesMut;
//! use pop2_proto::framed::{Client, Decoder, Encoder};
//! use pop2_proto::{Command, Event};
//!
//! let (mut pop, mut output) = (Client::default(), BytesMut::new());
//! pop.encode(Command::read(1), &mut output)?;
//! let mut input = BytesMut::from("+ POP2 host ready\r\n=320\r\n");
//! assert!(matches!(pop.decode(&mut input)?, Some(Event::Greeting(_))));
//! assert!(matches!(pop.decode(&mut input)?, Some(Event::Reply(_))));
//! # Ok::<(), pop2_proto::framed::FramedError>(())
//! ```

pub use mail_wire::framed::{Codec, Decoder, Encoder, Framed, FramedError};

use crate::{ClientCodec, ServerCodec};

/// [`ClientCodec`] as an encoder of commands and a decoder of owned events.
pub type Client = Framed<ClientCodec>;

/// [`ServerCodec`] as an encoder of responses and a decoder of owned events.
pub type Server = Framed<ServerCodec>;
