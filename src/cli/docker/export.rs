//! `docker export` and `docker import`: a container's files as an archive, and
//! an image of an archive.

use super::{commit, platform, save};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::Event;
use crate::fs::{self, Metadata, Node};
use crate::host::Host;

/// `docker export`.
pub const VERB: Verb = Verb {
    paths: &["export", "container export"],
    usage: "[OPTIONS] CONTAINER",
    about: "Export a container's filesystem as a tar archive",
    arguments: Arguments::Exactly(1),
    flags: &[Flag::value("output", Some('o'), "Write to a file, instead of STDOUT")],
    run: export,
};

/// `docker import`.
pub const IMPORT: Verb = Verb {
    paths: &["import", "image import"],
    usage: "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
    about: "Import the contents from a tarball to create a filesystem image",
    arguments: Arguments::Between(1, 2),
    flags: &[
        Flag::values("change", Some('c'), "Apply Dockerfile instruction to the created image"),
        Flag::value("message", Some('m'), "Set commit message for imported image"),
        Flag::value("platform", None, "Set platform if server is multi-platform capable"),
    ],
    run: import,
};

fn export(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let file = parsed.value("output").filter(|file| !file.is_empty());
    if file.is_none() && desk.terminal.write.is_none() {
        return Err(Failure::new("cowardly refusing to save to a terminal. Use the -o flag or redirect"));
    }
    let path = file.map(|file| (file, desk.machine.resolve(file)));
    if let Some((file, path)) = &path {
        let refused = |reason: String| Failure::new(format!("failed to export container: {reason}"));
        save::writable(&desk.machine.files, file, path).map_err(refused)?;
    }
    let id = desk.machine.engine.find_container(&parsed.arguments[0]).map_err(Failure::daemon)?;
    let files = desk.daemon(|engine, around| engine.own_files_of(&id, around));
    let archive = fs::tar_of(&files.map_err(|error| Failure::daemon(&error))?);
    let archive = archive.map_err(|error| Failure::daemon(&error))?;
    match path {
        Some((_, path)) => {
            let size = archive.size();
            desk.machine.check_room(size).map_err(|reason| Failure::new(format!("write {path}: {reason}")))?;
            let node = Node::file(Metadata { mode: 0o600, ..Metadata::file(desk.wire.now()) }, archive);
            desk.machine.files.insert(&path, node).map_err(Failure::new)?;
            desk.terminal.event(Event::FileWritten { path: path.to_string(), size });
        }
        None => desk.terminal.text(&archive.bytes().map_err(Failure::daemon)?),
    }
    desk.daemon(|engine, around| engine.note_container(around.now, "export", &id, &[]));
    Ok(Flow::Done(0))
}

fn import(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let source = &parsed.arguments[0];
    let archive = if source == "-" {
        desk.input.take().unwrap_or_default()
    } else if source.contains("://") {
        return Err(Failure::daemon(format!("Get \"{source}\": dial tcp: no such host"))
            .hint("Nothing outside of the lab is reached; import a file of this machine."));
    } else {
        let bytes = desk.machine.files.read(&desk.machine.resolve(source));
        bytes.map_err(|_| Failure::new(format!("open {source}: no such file or directory")))?.to_vec()
    };
    let files = fs::apply_literally(&archive).map_err(|error| Failure::daemon(&error))?;
    let mut spec = commit::spec(parsed, parsed.arguments.get(1), "")?;
    if spec.comment.is_empty() {
        spec.comment = format!("Imported from {source}");
    }
    let platform = platform::one(parsed)?.unwrap_or_else(|| desk.machine.engine.platform());
    let Desk { machine, wire, terminal, .. } = desk;
    let made = machine.engine.import(files, &platform, &spec, wire, &mut |event| terminal.event(event));
    desk.terminal.out(made.map_err(|error| Failure::daemon(&error))?.to_string());
    Ok(Flow::Done(0))
}
