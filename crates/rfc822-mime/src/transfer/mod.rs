//! Content-Transfer-Encoding, as state machines (RFC 2045 section 6).
