//! `cat`: the text of files.

use crate::cli::{Desk, Failure, Flow};
use crate::fs::FsError;

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if arguments.is_empty() {
        return Err(Failure::new("cat: reading standard input is not supported yet at this prompt"));
    }
    let mut text = String::new();
    for typed in arguments {
        let path = desk.machine.resolve(typed);
        let failed = |reason: &str| Failure::new(format!("cat: {typed}: {reason}"));
        let bytes = desk.machine.files.read(&path).map_err(|error| match error {
            FsError::IsADirectory { .. } => failed("Is a directory"),
            FsError::NotADirectory { .. } => failed("Not a directory"),
            FsError::NotFound { .. } => failed("No such file or directory"),
            FsError::Loop { .. } => failed("Too many levels of symbolic links"),
            FsError::Unreadable { reason, .. } => failed(&reason),
        })?;
        let not_text = |_| failed(&format!("{} bytes that are not text", bytes.len()));
        let part = std::str::from_utf8(&bytes).map_err(not_text)?;
        text.push_str(part);
    }
    desk.terminal.lines(text.lines());
    Ok(Flow::Done(0))
}
