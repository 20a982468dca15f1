//! Writes messages of the corpus as files: `corpus DIRECTORY COUNT [SEED]`. A file is named by its number, and by what is
//! wrong with it: `00002.eml`, `00003+MissingClose+Cut.eml`.

use core::error::Error;
use std::path::Path;
use std::{env, fs};

use rfc822_mime::testkit::corpus;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(directory), Some(count)) = (arguments.next(), arguments.next()) else {
        return Err("usage: corpus DIRECTORY COUNT [SEED]".into());
    };
    let (count, seed): (u64, u64) = (count.parse()?, arguments.next().map_or(Ok(1), |seed| seed.parse())?);
    fs::create_dir_all(&directory)?;
    for number in 0..count {
        let sample = corpus::sample(seed.wrapping_mul(1_000_000).wrapping_add(number));
        let flaws: String = sample.flaws.iter().map(|flaw| format!("+{}", flaw.name())).collect();
        fs::write(Path::new(&directory).join(format!("{number:05}{flaws}.eml")), sample.octets)?;
    }
    Ok(())
}
