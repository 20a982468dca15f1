//! What the server sessions of all protocols have in common, for what drives them.

use bytes::BytesMut;
use mail_proto::wire::Error;

use crate::pieces::ENOUGH;

/// A server's side of a session, without I/O: what a client says goes in as octets or as events, and octets
/// come out. Dropping a session is what a lost connection does.
pub trait Serve {
    /// What the protocol's codec makes of the client's octets.
    type Event<'i>;

    /// The next event, for callers that want to see it before they [`handle`](Self::handle) it. None comes while
    /// an answer is unfinished ([`fill`](Self::fill) goes on with it).
    ///
    /// # Errors
    /// Those of the codec.
    fn decode<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Self::Event<'i>>, Error>;

    /// Acts on an event, and writes the answer or its beginning.
    ///
    /// # Errors
    /// Those of the codec.
    fn handle(&mut self, event: Self::Event<'_>, output: &mut BytesMut) -> Result<(), Error>;

    /// Goes on with a long answer, as long as `output` is short. A message never lies in `output` as a whole.
    ///
    /// # Errors
    /// Those of the codec.
    fn fill(&mut self, output: &mut BytesMut) -> Result<(), Error>;

    /// The client was silent for too long: says so, if it may, and ends the session without deletions.
    fn expire(&mut self, output: &mut BytesMut);

    /// Whether the client waits to hear of what other sessions do: [`news`](Self::news) is to be called now and then.
    fn awaits_news(&self) -> bool {
        false
    }

    /// Writes what other sessions have done meanwhile, if the client waits for that.
    ///
    /// # Errors
    /// Those of the codec.
    fn news(&mut self, _output: &mut BytesMut) -> Result<(), Error> {
        Ok(())
    }

    /// Whether the connection is to be closed, once all output is written.
    fn is_over(&self) -> bool;

    /// Whether the TLS handshake is to begin, once all output is written. Then call [`upgraded`](Self::upgraded).
    fn wants_tls(&self) -> bool {
        false
    }

    /// TLS is up. `left` are the octets that were read before it.
    ///
    /// # Errors
    /// Those of the codec; `Misuse` where the protocol has no such change.
    fn upgraded(&mut self, _left: &[u8]) -> Result<(), Error> {
        Err(Error::misuse(0, "no change of layer in this protocol"))
    }

    /// Does all that can be done with `input` before more is read, or `output` is written out. Call it, and
    /// write, until it leaves `output` empty; then read.
    ///
    /// # Errors
    /// Those of the codec: the session can't go on.
    fn run(&mut self, input: &mut &[u8], output: &mut BytesMut) -> Result<(), Error> {
        loop {
            self.fill(output)?;
            if output.len() >= ENOUGH {
                return Ok(());
            }
            let Some(event) = self.decode(input)? else { return Ok(()) };
            self.handle(event, output)?;
        }
    }
}
