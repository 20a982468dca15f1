//! A message that a client is sending.

/// Its octets so far; none any more once it has grown too large.
#[derive(Debug)]
pub(crate) struct Incoming(Option<Vec<u8>>);

/// The largest message that is taken, in octets.
pub(crate) const LARGEST: usize = 32 * 1024 * 1024;

impl Incoming {
    pub(crate) fn new() -> Self {
        Self(Some(Vec::new()))
    }

    pub(crate) fn receive(&mut self, octets: &[u8]) {
        match &mut self.0 {
            Some(message) if message.len().saturating_add(octets.len()) <= LARGEST => {
                message.extend_from_slice(octets);
            }
            too_large => *too_large = None,
        }
    }

    /// The whole message; `None` if it was too large.
    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        self.0
    }
}
