//! What a codec is to those who drive any of them.

use bytes::BytesMut;

use crate::{Deviations, Error};

/// One side of a protocol, as the adapter for `Framed` and the test kit drive it: with owned events.
///
/// Every client's and server's codec of this project has it. Its own methods `decode`, `encode` and so on have the same
/// meaning and borrow from the input; use those where you know the codec.
pub trait Codec {
    /// What arrives.
    type Event;
    /// What is sent.
    type Message;

    /// The next event, if `input` holds all of it; what was taken is gone from `input`.
    ///
    /// # Errors
    ///
    /// Those of the codec's own `decode`.
    fn decode_owned(&mut self, input: &mut &[u8]) -> Result<Option<Self::Event>, Error>;

    /// What the end of the input brings.
    ///
    /// # Errors
    ///
    /// Those of the codec's own `finish`.
    fn finish_owned(&mut self) -> Result<Option<Self::Event>, Error>;

    /// Appends a message to `output`.
    ///
    /// # Errors
    ///
    /// Those of the codec's own `encode`; nothing is written then.
    fn encode_message(&mut self, message: &Self::Message, output: &mut BytesMut) -> Result<(), Error>;

    /// What was forgiven in the unit decoded last.
    fn forgiven(&self) -> Deviations;

    /// Whether the codec takes no input before something was sent.
    fn waits(&self) -> bool {
        false
    }
}

/// Makes [`Codec`]s of codecs by their own methods: `forward_codec!(ClientCodec, Event, Command, paused)`, where the last
/// names the method behind [`Codec::waits`] and may be left out.
#[doc(hidden)]
#[macro_export]
macro_rules! forward_codec {
    ($codec:ty, $event:ident, $message:ty $(, $waits:ident)?) => {
        impl $crate::Codec for $codec {
            type Event = $event<'static>;
            type Message = $message;

            fn decode_owned(&mut self, input: &mut &[u8]) -> Result<Option<Self::Event>, $crate::Error> {
                Ok(self.decode(input)?.map($event::into_owned))
            }

            fn finish_owned(&mut self) -> Result<Option<Self::Event>, $crate::Error> {
                self.finish()
            }

            fn encode_message(
                &mut self,
                message: &$message,
                output: &mut bytes::BytesMut,
            ) -> Result<(), $crate::Error> {
                self.encode(message, output)
            }

            fn forgiven(&self) -> $crate::Deviations {
                self.deviations()
            }

            $(fn waits(&self) -> bool {
                self.$waits()
            })?
        }
    };
}
