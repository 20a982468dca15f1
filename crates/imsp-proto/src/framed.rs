//! The codecs in `tokio_util::codec::Framed`.
//!
//! ```
//! use bytes::BytesMut;
//! use imsp_proto::framed::{Client, Decoder, Encoder};
//! use imsp_proto::{CommandBody, Event};
//!
//! let (mut imsp, mut output) = (Client::default(), BytesMut::new());
//! imsp.encode(CommandBody::login("alice", "p\u{e4}ss")?.tag("a1")?, &mut output)?;
//! let mut input = BytesMut::from("* OK ready\r\n+ go ahead\r\n");
//! assert!(matches!(imsp.decode(&mut input)?, Some(Event::Greeting(_))));
//! assert!(matches!(imsp.decode(&mut input)?, Some(Event::Response(_))));
//! // What waited for the `+` may go now. In a `Framed`, `output` is its `write_buffer_mut`.
//! imsp.codec().resume(&mut output)?;
//! assert_eq!(output, "a1 LOGIN alice {5}\r\np\u{e4}ss\r\n");
//! # Ok::<(), imsp_proto::framed::FramedError>(())
//! ```

pub use mail_wire::framed::{Codec, Decoder, Encoder, Framed, FramedError};

use crate::{ClientCodec, ServerCodec};

/// [`ClientCodec`] as an encoder of commands and a decoder of owned events.
pub type Client = Framed<ClientCodec>;

/// [`ServerCodec`] as an encoder of responses and a decoder of owned events.
///
/// It waits for `accept` or `reject` where a literal is offered, and for the response to AUTHENTICATE.
pub type Server = Framed<ServerCodec>;

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::{Decoder, FramedError, Server};
    use crate::{ErrorKind, Event};

    #[test]
    fn a_server_polled_before_it_decided_is_told_instead_of_reading_on() {
        let mut server = Server::default();
        let mut input = BytesMut::from("a SET x {5000+}\r\nxxx");
        assert!(matches!(server.decode(&mut input), Ok(Some(Event::LiteralStart(_)))));
        let Err(FramedError::Codec(error)) = server.decode(&mut input) else { panic!("read on") };
        assert_eq!(error.kind(), ErrorKind::Misuse);
        assert_eq!(input, "xxx", "nothing is lost");
    }
}
