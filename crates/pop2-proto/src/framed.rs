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
///
/// It waits for an answer where too many commands have none.
pub type Server = Framed<ServerCodec>;

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::{Decoder, FramedError, Server};
    use crate::{ErrorKind, Limits, Options, ServerCodec};

    #[test]
    fn a_server_polled_before_it_answered_is_told_instead_of_reading_on() {
        let options = Options::new().with_limits(Limits::new().with_outstanding(1));
        let mut server = Server::from(ServerCodec::with_options(options));
        let mut input = BytesMut::from("READ\r\nRETR\r\n");
        assert!(matches!(server.decode(&mut input), Ok(Some(_))));
        let Err(FramedError::Codec(error)) = server.decode(&mut input) else { panic!("read on") };
        assert_eq!(error.kind(), ErrorKind::Misuse);
        assert_eq!(input, "RETR\r\n", "nothing is lost");
    }
}
