//! Timestamps for greetings.

use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use mail_proto::pop3::Timestamp;
use mail_proto::wire::Error;

/// A timestamp that no greeting had before: `<process.time.count@host>`.
///
/// QUIRK: mpop takes only letters, digits and dots in front of the `@`.
///
/// # Errors
/// `Syntax` where `host` is no domain.
pub fn timestamp(host: &str) -> Result<Timestamp, Error> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::new(format!("<{}.{}.{count}@{host}>", process::id(), now.as_nanos()))
}
