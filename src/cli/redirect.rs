//! `COMMAND > FILE`: what a command wrote goes into a file of the machine.

use super::{Desk, Failure};
use crate::event::Event;
use crate::fs::{FsError, Metadata, Node};
use crate::host::Host;

/// Writes or extends the file, as a shell does.
pub fn write(target: &str, append: bool, written: Vec<u8>, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let cannot = |reason: &str| Failure::new(format!("sh: can't create {target}: {reason}"));
    let now = desk.wire.now();
    let machine = &mut *desk.machine;
    let path = machine.resolve(target);
    let old = match machine.files.read(&path) {
        Ok(bytes) if append => bytes.to_vec(),
        Err(FsError::IsADirectory { .. }) => return Err(cannot("Is a directory")),
        _ => Vec::new(),
    };
    let bytes = [old, written].concat();
    let size = bytes.len() as u64;
    let full = |_| Failure::new(format!("sh: write error: No space left on device: {target}"));
    machine.check_room(size).map_err(full)?;
    let known = machine.files.get(&path).map(|node| node.metadata);
    let metadata = known.map_or(Metadata::file(now), |metadata| Metadata { modified: now, ..metadata });
    machine.files.insert(&path, Node::file(metadata, bytes)).map_err(|_| cannot("nonexistent directory"))?;
    desk.terminal.event(Event::FileWritten { path: path.to_string(), size });
    Ok(())
}
