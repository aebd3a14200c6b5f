//! `wc`: how many lines, words and bytes.

use super::reading::{flags, read};
use crate::cli::{Desk, Failure, Flow};

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (letters, files) = flags("wc", "clw", arguments)?;
    let bytes = read("wc", files, desk)?;
    let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
    let words = bytes.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
    let counts = [('l', lines), ('w', words), ('c', bytes.len())];
    let asked = counts.iter().filter(|(letter, _)| letters.is_empty() || letters.contains(*letter));
    let shown: Vec<String> = asked.map(|(_, count)| count.to_string()).chain(files.iter().cloned()).collect();
    desk.terminal.out(shown.join(" "));
    Ok(Flow::Done(0))
}
