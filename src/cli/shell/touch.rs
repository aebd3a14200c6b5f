//! `touch`: the time of a file is now; one that is not there is made.

use crate::cli::{Desk, Failure, Flow};
use crate::event::Event;
use crate::fs::{Metadata, Node};
use crate::host::Host;

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if arguments.is_empty() {
        return Err(Failure::new("touch: missing file operand"));
    }
    let now = desk.wire.now();
    for typed in arguments {
        let path = desk.machine.resolve(typed);
        if let Some(node) = desk.machine.files.get_mut(&path) {
            node.metadata.modified = now;
            continue;
        }
        let made = desk.machine.files.insert(&path, Node::file(Metadata::file(now), Vec::new()));
        made.map_err(|_| Failure::new(format!("touch: cannot touch '{typed}': No such file or directory")))?;
        desk.terminal.event(Event::FileWritten { path: path.to_string(), size: 0 });
    }
    Ok(Flow::Done(0))
}
