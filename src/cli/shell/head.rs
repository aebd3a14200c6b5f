//! `head` and `tail`: the first or the last lines.

use super::reading::{lines, read};
use crate::cli::{Desk, Failure, Flow};

/// Lines, if nobody says how many.
const LINES: usize = 10;

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (count, lines) = asked("head", arguments, desk)?;
    desk.terminal.lines(lines.into_iter().take(count));
    Ok(Flow::Done(0))
}

pub fn tail(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (count, lines) = asked("tail", arguments, desk)?;
    let skipped = lines.len().saturating_sub(count);
    desk.terminal.lines(lines.into_iter().skip(skipped));
    Ok(Flow::Done(0))
}

/// `-n 3`, `-n3` or `-3`, and the lines of the files behind it.
fn asked(word: &str, arguments: &[String], desk: &mut Desk<'_>) -> Result<(usize, Vec<String>), Failure> {
    let (count, files) = match arguments {
        [flag, count, files @ ..] if flag == "-n" => (count.as_str(), files),
        [flag, files @ ..] if flag.starts_with('-') && flag.len() > 1 => (flag[1..].trim_start_matches('n'), files),
        files => ("10", files),
    };
    let wrong = |_| Failure::new(format!("{word}: invalid number of lines: '{count}'"));
    let count = if count == "10" { LINES } else { count.parse().map_err(wrong)? };
    let bytes = read(word, files, desk)?;
    Ok((count, lines(word, &bytes)?))
}
