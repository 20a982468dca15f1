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

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::{Decoder, FramedError, Server};
    use crate::{Command, ErrorKind, Event, Greeting};

    #[test]
    fn a_server_polled_before_it_answered_is_told_instead_of_reading_on() {
        let mut server = Server::default();
        let mut input = BytesMut::from("SEND-MESSAGE\r\nTo: a\r\n");
        server.codec().encode(&Greeting::new("ready").unwrap().into(), &mut BytesMut::new()).unwrap();
        assert!(matches!(server.decode(&mut input), Ok(Some(Event::Command(Command::SendMessage)))));
        assert_eq!(input, "To: a\r\n");
        let Err(FramedError::Codec(error)) = server.decode(&mut input) else { panic!("read on") };
        assert_eq!(error.kind(), ErrorKind::Misuse);
        assert_eq!(input, "To: a\r\n", "nothing is lost");
    }
}
