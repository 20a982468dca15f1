//! Our codecs beside others, on the same octets, in one process.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml --ignore-rust-version [-- ROUNDS [PROTOCOL]]`
//!
//! Every contender does its work once before it is timed. Then all of a table take turns, in another order each round,
//! and of the rounds the median counts: a neighbour that slows the machine down slows all of them.

mod imap;
mod mime;
mod pop3;
mod rounds;
mod transfer;

fn main() {
    let rounds = std::env::args().nth(1).map_or(21, |rounds| rounds.parse().expect("a number of rounds"));
    let protocol = std::env::args().nth(2);
    let is_wanted = |name: &str| protocol.as_ref().is_none_or(|protocol| protocol == name);
    for (name, tables) in [
        ("imap", imap::tables as fn() -> Vec<rounds::Table>),
        ("mime", mime::tables),
        ("pop3", pop3::tables),
        ("transfer", transfer::tables),
    ] {
        if is_wanted(name) {
            tables().into_iter().for_each(|table| rounds::print(table, rounds));
        }
    }
}
