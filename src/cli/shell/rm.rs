//! `rm`: files, and with `-r` folders with what is in them.

use super::reading::flags;
use crate::cli::{Desk, Failure, Flow};
use crate::fs::FsPath;

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (letters, typed) = flags("rm", "rRf", arguments)?;
    let (all, force) = (letters.contains(['r', 'R']), letters.contains('f'));
    if typed.is_empty() && !force {
        return Err(Failure::new("rm: missing operand"));
    }
    for typed in typed {
        let failed = |reason: &str| Failure::new(format!("rm: cannot remove '{typed}': {reason}"));
        let path = desk.machine.resolve(typed);
        if path == FsPath::root() {
            return Err(Failure::new("rm: it is dangerous to operate recursively on '/'"));
        }
        if [".", ".."].contains(&typed.trim_end_matches('/').rsplit('/').next().unwrap_or_default()) {
            return Err(Failure::new(format!("rm: refusing to remove '.' or '..' directory: skipping '{typed}'")));
        }
        match desk.machine.files.get(&path) {
            None if force => continue,
            None => return Err(failed("No such file or directory")),
            Some(node) if node.entries().is_some() && !all => return Err(failed("Is a directory")),
            Some(_) => {}
        }
        desk.machine.files.remove(&path).map_err(|error| failed(&error.to_string()))?;
    }
    Ok(Flow::Done(0))
}
