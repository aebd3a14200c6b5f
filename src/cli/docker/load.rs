//! `docker load`: images out of a file of the machine.

use std::sync::Arc;

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{LoadError, Loaded};
use crate::fs::FsError;
use crate::host::Host;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["load", "image load"],
    usage: "[OPTIONS]",
    about: "Load an image from a tar archive or STDIN",
    arguments: Arguments::None,
    flags: &[
        Flag::value("input", Some('i'), "Read from tar archive file, instead of STDIN"),
        Flag::values(
            "platform",
            None,
            "Load only the given platform(s). Formatted as a comma-separated list of \"os[/arch[/variant]]\" (e.g., \
             \"linux/amd64,linux/arm64/v8\").",
        ),
        // Docker with the containerd store says the same with it.
        Flag::switch("quiet", Some('q'), "Suppress the load output"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let platforms = super::platform::list(parsed)?;
    let bytes = archive(parsed.value("input").filter(|file| !file.is_empty()), desk)?;
    let loaded = match desk.machine.engine.load(&bytes, &platforms) {
        // It is loaded all the same, and stays.
        Err(error @ LoadError::Platform { .. }) => {
            desk.terminal.err(format!("Error response from daemon: {error}"));
            return Ok(Flow::Done(1));
        }
        loaded => loaded.map_err(Failure::daemon)?,
    };
    for loaded in &loaded {
        let (id, now) = (loaded.root.digest.to_string(), desk.wire.now());
        desk.machine.engine.note_image(now, "load", &id, loaded.name.as_ref().unwrap_or(&id));
    }
    desk.terminal.lines(loaded.iter().flat_map(lines));
    Ok(Flow::Done(0))
}

/// The bytes of `file`, or of the standard input.
fn archive(file: Option<&str>, desk: &mut Desk<'_>) -> Result<Arc<Vec<u8>>, Failure> {
    let Some(file) = file else {
        let empty = || Failure::new("requested load from stdin, but stdin is empty");
        return desk.input.take().filter(|bytes| !bytes.is_empty()).map(Arc::new).ok_or_else(empty);
    };
    desk.machine.files.read(&desk.machine.resolve(file)).map_err(|error| {
        Failure::new(match error {
            FsError::NotFound { .. } => format!("open {file}: no such file or directory"),
            FsError::NotADirectory { .. } => format!("open {file}: not a directory"),
            FsError::IsADirectory { .. } => format!("read {file}: is a directory"),
            FsError::Loop { .. } => format!("open {file}: too many levels of symbolic links"),
            FsError::Unreadable { reason, .. } => format!("read {file}: {reason}"),
        })
    })
}

fn lines(loaded: &Loaded) -> Vec<String> {
    let id = loaded.root.digest.to_string();
    let (what, name) = match &loaded.name {
        Some(name) => ("Loaded image", name),
        None => ("Loaded image ID", &id),
    };
    let broken = loaded.broken.as_ref().map(|reason| format!("Error unpacking image {name}: {reason}"));
    std::iter::once(format!("{what}: {name}")).chain(broken).collect()
}
