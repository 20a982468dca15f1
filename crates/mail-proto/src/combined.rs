//! One port for POP2 and POP3: the first command decides.
//!
//! MH's popd served both so, and the memos call it "POP23". The greeting is one that both kinds of clients take: it begins
//! with `+OK`, which to POP2 is a line that begins with `+`. HELO makes it POP2; anything else is POP3's.

use bytes::BytesMut;
use mail_wire::line::LineFramer;
use mail_wire::{Error, Limits};

use crate::{pop2, pop3};

/// A server that does not know yet which protocol its client speaks.
///
/// ```
/// use bytes::BytesMut;
/// use mail_proto::combined::{Chosen, Front};
/// use mail_proto::{pop2, pop3};
///
/// let mut output = BytesMut::new();
/// let greeting = pop3::Greeting::new("POP server ready")?;
/// let mut front = Front::new(pop2::Options::new(), pop3::Options::new());
/// front.encode(&greeting, &mut output)?;
/// assert_eq!(output, "+OK POP server ready\r\n");
///
/// let mut input = &b"HELO postel secret\r\nREAD\r\n"[..];
/// let Some(Chosen::Pop2(mut pop, event)) = front.decode(&mut input)? else { panic!() };
/// assert!(matches!(event, pop2::Event::Command(pop2::Command::Helo(..))));
/// pop.encode(&pop2::Reply::count(1).into(), &mut output)?; // the codec goes on from here
/// assert_eq!(input, b"READ\r\n");
/// # Ok::<(), mail_proto::wire::Error>(())
/// ```
#[derive(Debug)]
pub struct Front {
    pop2: pop2::Options,
    pop3: pop3::Options,
    greeting: Option<pop3::Greeting>,
    framer: LineFramer,
    limits: Limits,
}

/// Which protocol it is: a codec that has given the greeting, and the event of the first line.
#[derive(Debug)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "there is one for a session")]
pub enum Chosen {
    /// HELO came.
    Pop2(pop2::ServerCodec, pop2::Event<'static>),
    /// Anything else came.
    Pop3(pop3::ServerCodec, pop3::Event<'static>),
}

impl Front {
    /// A front for codecs with these options. POP2's dialect should be RFC 937's.
    pub fn new(pop2: pop2::Options, pop3: pop3::Options) -> Self {
        let limits = pop3.limits();
        Self { pop2, pop3, greeting: None, framer: LineFramer::new(), limits }
    }

    /// Writes the greeting.
    ///
    /// # Errors
    /// `Misuse` for a second one; `Limit` beyond 512 octets.
    pub fn encode(&mut self, greeting: &pop3::Greeting, output: &mut BytesMut) -> Result<(), Error> {
        if self.greeting.is_some() {
            return Err(Error::misuse(0, "one greeting only"));
        }
        pop3::ServerCodec::with_options(self.pop3).encode(&greeting.clone().into(), output)?;
        self.greeting = Some(greeting.clone());
        Ok(())
    }

    /// Takes the first line from the front of `input`. `Ok(None)`: all was taken, read more.
    ///
    /// # Errors
    /// `Misuse` before the greeting was written.
    pub fn decode(&mut self, input: &mut &[u8]) -> Result<Option<Chosen>, Error> {
        let Some(greeting) = self.greeting.clone() else {
            return Err(Error::misuse(0, "the greeting first"));
        };
        let Some(line) = self.framer.next(input, self.limits.line()) else {
            return Ok(None);
        };
        let keyword = line.octets.split(|octet| *octet == b' ').next().unwrap_or_default();
        let is_pop2 = keyword.eq_ignore_ascii_case(b"HELO");
        // Of an over-long line enough is there for the codec to find it over-long, too.
        let end: &[u8] = if line.end == mail_wire::line::LineEnd::Lf { b"\n" } else { b"\r\n" };
        let first = mail_wire::Secret::from_vec([line.octets, end].concat());
        let mut first = first.expose();
        if is_pop2 {
            let mut codec = pop2::ServerCodec::with_options(self.pop2);
            codec.sent(&pop2::Greeting::free("")?.into())?;
            let event = codec.decode(&mut first)?.map(pop2::Event::into_owned);
            return Ok(event.map(|event| Chosen::Pop2(codec, event)));
        }
        let mut codec = pop3::ServerCodec::with_options(self.pop3);
        codec.sent(&greeting.into())?;
        let event = codec.decode(&mut first)?.map(pop3::Event::into_owned);
        Ok(event.map(|event| Chosen::Pop3(codec, event)))
    }

    /// The client has closed before it said what it speaks.
    ///
    /// # Errors
    /// `UnexpectedEof` inside a line.
    pub fn finish(&self) -> Result<(), Error> {
        self.framer.finish()
    }
}
