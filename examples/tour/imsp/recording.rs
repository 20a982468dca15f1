//! A recorded session: a script keeps address books at Cyrus imspd.

use mail_proto::imsp::{ClientCodec, CommandBody, Event, Response, ServerCodec};
use mail_proto::wire::Error;
use mail_proto::wire::testkit::transcript::Side;

use crate::Failure;
use crate::dialogue::Dialogue;
use crate::recorded::{self, Pair};
use crate::report::Tally;

/// Cyrus imspd 1.8 knows nothing of our codecs, nor does the script.
const RECORDING: &str = include_str!("recording.jsonl");

pub fn run(dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let mut session = Session::default();
    let mut tally = recorded::play(RECORDING, &mut session, dialogue)?;
    tally.check(session.entries == ENTRIES, format!("{} entries came, not {ENTRIES}", session.entries));
    tally.check(session.refused == REFUSED, format!("{} lines were refused, not {REFUSED}", session.refused));
    Ok(tally)
}

/// How often an entry is shown, and how many lines no grammar allows, in the recording.
const ENTRIES: usize = 9;
const REFUSED: usize = 5;

#[derive(Debug, Default)]
struct Session {
    server: ServerCodec,
    client: ClientCodec,
    entries: usize,
    refused: usize,
}

impl Pair for Session {
    type Event<'i> = Event<'i>;

    fn decode_client<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        self.server.decode(input)
    }

    fn decode_server<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Event<'i>>, Error> {
        self.client.decode(input)
    }

    fn client_said(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::Command(command) => {
                self.refused += usize::from(matches!(command.body(), CommandBody::Other(_)));
                self.client.sent(&command)?;
            }
            // The script says some things wrong, to see what the server makes of it.
            Event::Malformed(_) => self.refused += 1,
            _ => {}
        }
        Ok(())
    }

    fn server_said(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::Greeting(greeting) => self.server.sent(&greeting.into())?,
            Event::Response(response) => {
                self.entries += usize::from(matches!(response, Response::FetchAddress(_)));
                self.server.sent(&response)?;
            }
            Event::Malformed(bad) => return Err(format!("a line was not understood: {}", bad.error()).into()),
            _ => {}
        }
        Ok(())
    }

    fn closed(&mut self, side: Side) -> Result<(), Error> {
        match side {
            Side::Client => self.server.finish()?,
            Side::Server => self.client.finish()?,
        };
        Ok(())
    }
}
