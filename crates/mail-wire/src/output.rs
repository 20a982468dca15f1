//! What a codec can write now.

/// What must happen before more can be written. `decode` changes it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OutputState {
    /// Messages may be encoded.
    Ready,
    /// The peer must answer first; encoding is [`Misuse`](crate::ErrorKind::Misuse) until it has.
    AwaitsContinuation,
    /// A payload is open: `encode_data`, then `encode_end`.
    Payload {
        /// How many octets it still lacks, where the protocol announces the number.
        octets: Option<u64>,
    },
}
