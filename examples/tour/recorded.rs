//! A recorded session: the client's octets go to a server codec, the server's to a client codec, and each is
//! told what the other side has said. What all protocols do alike.

use mail_proto::wire::testkit::transcript::{Piece, Side, Transcript};
use mail_proto::wire::{Error, Malformed};

use crate::Failure;
use crate::dialogue::{self, Dialogue};
use crate::ear::{Audible, Ear};
use crate::report::Tally;

/// Both codecs of a protocol, and what is noted of the session.
pub trait Pair {
    type Event<'i>: Audible;

    /// The server's codec takes what the client said.
    fn decode_client<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Self::Event<'i>>, Error>;
    /// The client's codec takes what the server said.
    fn decode_server<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Self::Event<'i>>, Error>;
    /// The client's codec is to know what the client said.
    fn client_said(&mut self, event: Self::Event<'_>) -> Result<(), Failure>;
    /// The server's codec is to know what the server said.
    fn server_said(&mut self, event: Self::Event<'_>) -> Result<(), Failure>;
    /// A side has closed.
    fn closed(&mut self, side: Side) -> Result<(), Error>;
}

/// Plays a recording to both codecs; the tally has the events, and a difference if octets were left.
pub fn play(recording: &str, pair: &mut impl Pair, dialogue: &mut Dialogue) -> Result<Tally, Failure> {
    let mut player = Player::default();
    for piece in Transcript::parse(recording)?.pieces {
        match piece {
            Piece::Octets(Side::Client, octets) => player.unread_by_server.extend(octets),
            Piece::Octets(Side::Server, octets) => player.unread_by_client.extend(octets),
            Piece::Closed(side) => pair.closed(side)?,
        }
        player.decode(pair, dialogue)?;
    }
    dialogue.end()?;
    let mut tally = Tally { events: player.server_ear.events + player.client_ear.events, ..Tally::default() };
    let left = player.unread_by_server.len() + player.unread_by_client.len();
    tally.check(left == 0, format!("{left} octets were not taken"));
    Ok(tally)
}

/// In a recording, all is meant to be understood.
pub fn not_understood(bad: &Malformed) -> Failure {
    format!("a line was not understood: {}", bad.error()).into()
}

#[derive(Debug, Default)]
struct Player {
    /// What its codec would not take yet.
    unread_by_server: Vec<u8>,
    unread_by_client: Vec<u8>,
    server_ear: Ear,
    client_ear: Ear,
}

impl Player {
    /// Lets both codecs take what they can. A reply may be what the server codec waits for, and a command what
    /// the client codec has to know of, so the client speaks first, and then as often as it helps.
    fn decode(&mut self, pair: &mut impl Pair, dialogue: &mut Dialogue) -> Result<(), Failure> {
        loop {
            let before = (self.unread_by_server.len(), self.unread_by_client.len());
            self.client_speaks(pair, dialogue)?;
            self.server_speaks(pair, dialogue)?;
            if before == (self.unread_by_server.len(), self.unread_by_client.len()) {
                return Ok(());
            }
        }
    }

    fn client_speaks(&mut self, pair: &mut impl Pair, dialogue: &mut Dialogue) -> Result<(), Failure> {
        let mut input = &self.unread_by_server[..];
        loop {
            let before = input;
            let event = pair.decode_client(&mut input)?;
            self.server_ear.took(before, input);
            let Some(event) = event else { break };
            if let Some(record) = self.server_ear.heard(dialogue::Side::Client, &event) {
                dialogue.say(&record)?;
            }
            pair.client_said(event)?;
        }
        self.unread_by_server = input.to_vec();
        Ok(())
    }

    fn server_speaks(&mut self, pair: &mut impl Pair, dialogue: &mut Dialogue) -> Result<(), Failure> {
        let mut input = &self.unread_by_client[..];
        loop {
            let before = input;
            let event = pair.decode_server(&mut input)?;
            self.client_ear.took(before, input);
            let Some(event) = event else { break };
            if let Some(record) = self.client_ear.heard(dialogue::Side::Server, &event) {
                dialogue.say(&record)?;
            }
            pair.server_said(event)?;
        }
        self.unread_by_client = input.to_vec();
        Ok(())
    }
}
