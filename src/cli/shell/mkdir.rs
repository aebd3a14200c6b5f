//! `mkdir`: folders; with `-p` those above them too.

use super::reading::flags;
use crate::cli::{Desk, Failure, Flow};
use crate::fs::{FsError, Metadata, Node};
use crate::host::Host;

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (letters, folders) = flags("mkdir", "p", arguments)?;
    if folders.is_empty() {
        return Err(Failure::new("mkdir: missing operand"));
    }
    let made = Metadata::directory(desk.wire.now());
    for typed in folders {
        let failed = |reason: &str| Failure::new(format!("mkdir: cannot create directory '{typed}': {reason}"));
        let path = desk.machine.resolve(typed);
        let files = &mut desk.machine.files;
        let result = match (letters.contains('p'), files.get(&path)) {
            (false, Some(_)) => return Err(failed("File exists")),
            (false, None) => files.insert(&path, Node::directory(made)),
            (true, _) => files.make_directories(&path, made),
        };
        result.map_err(|error| match error {
            FsError::NotFound { .. } => failed("No such file or directory"),
            _ => failed("Not a directory"),
        })?;
    }
    Ok(Flow::Done(0))
}
