//! Both codecs as [`Codec`]s: for `Framed`, for the test kit, and for whoever drives codecs of several protocols.

use bytes::BytesMut;
use mail_wire::Codec;

use crate::{ClientCodec, Command, Deviations, Error, Event, Response, ServerCodec};

impl Codec for ClientCodec {
    type Event = Event<'static>;
    type Message = Command;

    fn decode_owned(&mut self, input: &mut &[u8]) -> Result<Option<Self::Event>, Error> {
        Ok(self.decode(input)?.map(Event::into_owned))
    }

    fn finish_owned(&mut self) -> Result<Option<Self::Event>, Error> {
        self.finish()
    }

    fn encode_message(&mut self, message: &Command, output: &mut BytesMut) -> Result<(), Error> {
        self.encode(message, output)
    }

    fn forgiven(&self) -> Deviations {
        self.deviations()
    }

    fn waits(&self) -> bool {
        self.paused()
    }
}

impl Codec for ServerCodec {
    type Event = Event<'static>;
    type Message = Response;

    fn decode_owned(&mut self, input: &mut &[u8]) -> Result<Option<Self::Event>, Error> {
        Ok(self.decode(input)?.map(Event::into_owned))
    }

    fn finish_owned(&mut self) -> Result<Option<Self::Event>, Error> {
        self.finish()
    }

    fn encode_message(&mut self, message: &Response, output: &mut BytesMut) -> Result<(), Error> {
        self.encode(message, output)
    }

    fn forgiven(&self) -> Deviations {
        self.deviations()
    }

    fn waits(&self) -> bool {
        self.paused()
    }
}
