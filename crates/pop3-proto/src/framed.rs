//! The codecs in `tokio_util::codec::Framed`.
//!
//! ```
//! use bytes::BytesMut;
//! use pop3_proto::framed::{Client, Decoder, Encoder};
//! use pop3_proto::{Command, Event};
//!
//! let (mut pop, mut output) = (Client::default(), BytesMut::new());
//! pop.encode(Command::stat(), &mut output)?;
//! let mut input = BytesMut::from("+OK ready\r\n+OK 2 320\r\n");
//! assert!(matches!(pop.decode(&mut input)?, Some(Event::Greeting(_))));
//! assert!(matches!(pop.decode(&mut input)?, Some(Event::Reply(_))));
//! # Ok::<(), pop3_proto::framed::FramedError>(())
//! ```

pub use mail_wire::framed::{Codec, Decoder, Encoder, Framed, FramedError};

use crate::{ClientCodec, ServerCodec};

/// [`ClientCodec`] as an encoder of commands and a decoder of owned events.
pub type Client = Framed<ClientCodec>;

/// [`ServerCodec`] as an encoder of responses and a decoder of owned events.
///
/// It waits for the answer to STLS, AUTH and XTND XMIT.
pub type Server = Framed<ServerCodec>;

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::{Decoder, FramedError, Server};
    use crate::{Command, ErrorKind, Event, Greeting};

    #[test]
    fn a_server_polled_before_it_answered_is_told_instead_of_reading_on() {
        let mut server = Server::default();
        let mut input = BytesMut::from("AUTH PLAIN\r\nAAAA\r\n");
        server.codec().encode(&Greeting::new("ready").unwrap().into(), &mut BytesMut::new()).unwrap();
        assert!(matches!(server.decode(&mut input), Ok(Some(Event::Command(Command::Auth(_))))));
        assert_eq!(input, "AAAA\r\n");
        let Err(FramedError::Codec(error)) = server.decode(&mut input) else { panic!("read on") };
        assert_eq!(error.kind(), ErrorKind::Misuse);
        assert_eq!(input, "AAAA\r\n", "nothing is lost");
    }
}
