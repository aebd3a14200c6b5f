//! `cat`: the text of files.

use crate::cli::{Desk, Failure, Flow};

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if arguments.is_empty() {
        return Err(Failure::new("cat: reading standard input is not supported yet at this prompt"));
    }
    let mut text = String::new();
    for typed in arguments {
        let path = desk.machine.resolve(typed);
        let bytes = desk.machine.files.read(&path).map_err(|error| Failure::new(format!("cat: {error}")))?;
        let part = std::str::from_utf8(bytes)
            .map_err(|_| Failure::new(format!("cat: {path}: {} bytes that are not text", bytes.len())))?;
        text.push_str(part);
    }
    desk.terminal.lines(text.lines());
    Ok(Flow::Done(0))
}
