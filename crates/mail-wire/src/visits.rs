//! Counts the octets that are looked at, so that linearity is a number and not a time.

#[cfg(feature = "testkit")]
std::thread_local! {
    static VISITS: core::cell::Cell<u64> = const { core::cell::Cell::new(0) };
}

#[cfg(feature = "testkit")]
pub(crate) fn add(octets: usize) {
    VISITS.with(|visits| visits.set(visits.get().saturating_add(u64::try_from(octets).unwrap_or(u64::MAX))));
}

#[cfg(feature = "testkit")]
pub(crate) fn take() -> u64 {
    VISITS.with(|visits| visits.replace(0))
}

#[cfg(not(feature = "testkit"))]
#[inline(always)]
pub(crate) fn add(_octets: usize) {}
