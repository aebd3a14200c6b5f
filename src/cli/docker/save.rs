//! `docker save`: images as a file of the machine, ready for other tools.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::Event;
use crate::fs::{FsPath, Kind, Metadata, Node, Tree};
use crate::host::Host;
use crate::oci::Platform;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["save", "image save"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    about: "Save one or more images to a tar archive (streamed to STDOUT by default)",
    arguments: Arguments::AtLeast(1),
    flags: &[
        Flag::value("output", Some('o'), "Write to a file, instead of STDOUT"),
        Flag::values(
            "platform",
            None,
            "Save only the given platform(s). Formatted as a comma-separated list of \"os[/arch[/variant]]\" (e.g., \
             \"linux/amd64,linux/arm64/v8\")",
        ),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let platforms = super::platform::list(parsed)?;
    let Some(file) = parsed.value("output").filter(|file| !file.is_empty()) else {
        return stream(&parsed.arguments, &platforms, desk);
    };
    let machine = &mut *desk.machine;
    let path = machine.resolve(file);
    writable(&machine.files, file, &path).map_err(|reason| Failure::new(format!("failed to save image: {reason}")))?;
    let archive = machine.engine.save(&parsed.arguments, &platforms).map_err(Failure::daemon)?;
    let size = archive.size();
    machine.check_room(size).map_err(|reason| Failure::new(format!("write {path}: {reason}")))?;
    let node = Node::file(Metadata { mode: 0o600, ..Metadata::file(desk.wire.now()) }, archive);
    machine.files.insert(&path, node).map_err(Failure::new)?;
    desk.terminal.event(Event::FileWritten { path: path.to_string(), size });
    note(&parsed.arguments, desk);
    Ok(Flow::Done(0))
}

/// The archive goes on, to a file or another command.
fn stream(images: &[String], platforms: &[Platform], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let Some(write) = &mut desk.terminal.write else {
        return Err(Failure::new("cowardly refusing to save to a terminal. Use the -o flag or redirect"));
    };
    let archive = desk.machine.engine.save(images, platforms).map_err(Failure::daemon)?;
    write(&archive.bytes().map_err(Failure::new)?);
    note(images, desk);
    Ok(Flow::Done(0))
}

fn note(images: &[String], desk: &mut Desk<'_>) {
    let (engine, now) = (&mut desk.machine.engine, desk.wire.now());
    for typed in images {
        if let Ok(root) = engine.find_image(typed) {
            engine.note_image(now, "save", &root.digest.to_string(), typed);
        }
    }
}

/// What docker asks of a path before it writes there; its words.
pub fn writable(files: &Tree, typed: &str, path: &FsPath) -> Result<(), String> {
    let folder = typed.rsplit_once('/').map_or(".", |(folder, _)| if folder.is_empty() { "/" } else { folder });
    let parent = path.parent().unwrap_or_else(FsPath::root);
    match files.get(&parent) {
        None => return Err(format!("invalid output path: stat {folder}: no such file or directory")),
        Some(node) if node.entries().is_none() => {
            return Err(format!("invalid output path: stat {folder}: not a directory"));
        }
        Some(_) => {}
    }
    match files.get(path).map(|node| &node.kind) {
        Some(Kind::Directory(_)) => Err("cannot write to a directory".to_owned()),
        Some(Kind::Symlink(_)) => Err("cannot write to a symbolic link directly".to_owned()),
        _ => Ok(()),
    }
}
