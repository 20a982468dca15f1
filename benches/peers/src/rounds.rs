//! Timing in turns.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Who does a piece of work, and how.
pub struct Contender {
    pub name: &'static str,
    pub run: Box<dyn FnMut() -> u64>,
}

impl Contender {
    pub fn new(name: &'static str, run: impl FnMut() -> u64 + 'static) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// One stream, and those who read it. The first one is ours: the others' times are given as multiples of it.
pub struct Table {
    pub title: &'static str,
    pub octets: usize,
    pub items: usize,
    pub contenders: Vec<Contender>,
}

/// The shortest sample: long beside the clock, short beside a neighbour's time slice.
const SAMPLE: Duration = Duration::from_millis(3);

/// Measures, and prints a table in Markdown.
pub fn print(mut table: Table, rounds: usize) {
    let count = table.contenders.len();
    let mut samples = vec![Vec::new(); count];
    for contender in &mut table.contenders {
        black_box((contender.run)());
    }
    for round in 0..rounds {
        for turn in 0..count {
            let at = (round + turn) % count;
            samples[at].push(sample(&mut table.contenders[at].run));
        }
    }
    let medians: Vec<f64> = samples.into_iter().map(median).collect();
    println!("\n### {}\n\n{} octets, {} lines.\n", table.title, table.octets, table.items);
    println!("| | MB/s | ns/line | time ÷ ours |\n|---|--:|--:|--:|");
    for (contender, seconds) in table.contenders.iter().zip(&medians) {
        let speed = table.octets as f64 / seconds / 1e6;
        let each = seconds * 1e9 / table.items as f64;
        println!("| {} | {speed:.1} | {each:.1} | {:.2} |", contender.name, seconds / medians[0]);
    }
}

/// Seconds for one run.
fn sample(run: &mut Box<dyn FnMut() -> u64>) -> f64 {
    let (start, mut runs) = (Instant::now(), 0);
    loop {
        black_box(run());
        runs += 1;
        let taken = start.elapsed();
        if taken >= SAMPLE {
            return taken.as_secs_f64() / f64::from(runs);
        }
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
