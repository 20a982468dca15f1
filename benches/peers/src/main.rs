//! Our codecs beside others, on the same octets, in one process.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml [-- ROUNDS]`
//!
//! Every contender does its work once before it is timed. Then all of a table take turns, in another order each round,
//! and of the rounds the median counts: a neighbour that slows the machine down slows all of them.

mod pop3;
mod rounds;

fn main() {
    let rounds = std::env::args().nth(1).map_or(21, |rounds| rounds.parse().expect("a number of rounds"));
    for table in pop3::tables() {
        rounds::print(table, rounds);
    }
}
