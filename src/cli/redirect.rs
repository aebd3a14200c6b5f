//! `COMMAND > FILE`: what a command prints to its standard output goes into a
//! file of the machine instead.

use super::words::Redirect;
use super::{Desk, Failure, Flow, Terminal};
use crate::event::Event;
use crate::fs::{FsError, Metadata, Node};
use crate::host::Host;
use crate::lab::Wire;
use crate::text::{Output, Stream};

/// Runs `command` with its output going to a file.
pub fn run(
    redirect: &Redirect,
    desk: &mut Desk<'_>,
    command: impl FnOnce(&mut Desk<'_>) -> Result<Flow, Failure>,
) -> Result<Flow, Failure> {
    let mut text = String::new();
    let flow = {
        let Terminal { print, tell, .. } = &mut desk.terminal;
        let mut print = |output: Output| match output.stream {
            Stream::Stdout => {
                text += &output.line.text();
                text.push('\n');
            }
            Stream::Stderr => print(output),
        };
        let mut desk = Desk {
            machine: &mut *desk.machine,
            wire: Wire {
                world: &mut *desk.wire.world,
                outside: &mut *desk.wire.outside,
                machine: desk.wire.machine.clone(),
            },
            terminal: Terminal { tty: false, print: &mut print, tell: &mut **tell },
            processes: &mut *desk.processes,
            input: desk.input.take(),
            machines: desk.machines.clone(),
            registries: desk.registries.clone(),
        };
        match command(&mut desk)? {
            Flow::Transferring(transferring) => transferring.finish(&mut desk)?,
            flow => flow,
        }
    };
    if !matches!(flow, Flow::Done(_)) {
        return Err(Failure::with_code(2, "sh: `>` after a command that goes on is not supported yet at this prompt"));
    }
    write(redirect, text, desk)?;
    Ok(flow)
}

/// Writes or extends the file, as a shell does.
fn write(Redirect { target, append }: &Redirect, text: String, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let cannot = |reason: &str| Failure::new(format!("sh: can't create {target}: {reason}"));
    let now = desk.wire.now();
    let machine = &mut *desk.machine;
    let path = machine.resolve(target);
    let old = match machine.files.read(&path) {
        Ok(bytes) if *append => bytes.to_vec(),
        Err(FsError::IsADirectory { .. }) => return Err(cannot("Is a directory")),
        _ => Vec::new(),
    };
    let bytes = [old, text.into_bytes()].concat();
    let size = bytes.len() as u64;
    let used: u64 = machine.files.walk().map(|(_, node)| node.size()).sum();
    if used.saturating_add(size) > machine.capacity_bytes {
        return Err(Failure::new(format!("sh: write error: No space left on device: {target}")));
    }
    let known = machine.files.get(&path).map(|node| node.metadata);
    let metadata = known.map_or(Metadata::file(now), |metadata| Metadata { modified: now, ..metadata });
    machine.files.insert(&path, Node::file(metadata, bytes)).map_err(|_| cannot("nonexistent directory"))?;
    desk.terminal.event(Event::FileWritten { path: path.to_string(), size });
    Ok(())
}
