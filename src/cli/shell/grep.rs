//! `grep`: the lines in which a text stands. Patterns are left to a whole
//! shell: what would be one is refused, not taken for text.

use super::reading::{flags, lines, read};
use crate::cli::{Desk, Failure, Flow};
use crate::text::Case;

/// What means more than itself in a pattern; a dot is taken for itself.
const SPECIAL: [char; 6] = ['\\', '[', ']', '*', '^', '$'];

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (letters, rest) = flags("grep", "cFiv", arguments)?;
    let Some((text, files)) = rest.split_first() else {
        return Err(Failure::with_code(2, "Usage: grep [-civ] TEXT [FILE...]"));
    };
    if !letters.contains('F') && text.contains(SPECIAL) {
        let hint = "With `-F` every character stands for itself; `docker run --rm toolbox:1 grep` knows patterns.";
        return Err(Failure::with_code(2, "grep: patterns are not supported at this prompt").hint(hint));
    }
    let folded = |text: &str| if letters.contains('i') { text.lowercase() } else { text.to_owned() };
    let wanted = folded(text);
    let bytes = read("grep", files, desk)?;
    let fits = |line: &String| folded(line).contains(&wanted) != letters.contains('v');
    let found: Vec<String> = lines("grep", &bytes)?.into_iter().filter(fits).collect();
    let code = i32::from(found.is_empty());
    if letters.contains('c') {
        desk.terminal.out(found.len().to_string());
    } else {
        desk.terminal.lines(found);
    }
    Ok(Flow::Done(code))
}
