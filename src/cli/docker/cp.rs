//! `docker cp`: files and folders into a container, and out of one, as `cp -a`
//! copies them.
//! <https://docs.docker.com/reference/cli/docker/container/cp/>

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::Event;
use crate::fs::{self, Content, FsPath, Node, Tree};
use crate::text::units;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["cp", "container cp"],
    usage: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
    about: "Copy files/folders between a container and the local filesystem",
    arguments: Arguments::Exactly(2),
    flags: &[
        Flag::switch("archive", Some('a'), "Archive mode (copy all uid/gid information)"),
        Flag::switch("follow-link", Some('L'), "Always follow symbol link in SRC_PATH"),
        Flag::switch(
            "quiet",
            Some('q'),
            "Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached",
        ),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let [source, target] = parsed.arguments.as_slice() else { return Ok(Flow::Done(1)) };
    let size = match (split(source), split(target)) {
        (Some(_), Some(_)) => return Err(Failure::new("copying between containers is not supported")),
        (None, None) => return Err(Failure::new("must specify at least one container source")),
        (Some((container, path)), None) => out_of(container, path, target, desk)?,
        (None, Some((container, path))) => into(container, path, source, desk)?,
    };
    if desk.terminal.tty && !parsed.has("quiet") {
        desk.terminal.err(format!("Successfully copied {} to {target}", units::size_with_precision(size, 3)));
    }
    Ok(Flow::Done(0))
}

/// `CONTAINER:PATH`; what begins with a slash or a point is a path of the machine.
fn split(typed: &str) -> Option<(&str, &str)> {
    typed.split_once(':').filter(|(container, _)| !container.is_empty() && !container.starts_with(['/', '.']))
}

fn out_of(container: &str, path: &str, target: &str, desk: &mut Desk<'_>) -> Result<u64, Failure> {
    let id = desk.machine.engine.find_container(container).map_err(Failure::daemon)?;
    let files = desk.daemon(|engine, around| engine.files_of(&id, around)).map_err(|error| Failure::daemon(&error))?;
    let at = FsPath::root().join(path);
    let missing = || Failure::daemon(format!("Could not find the file {path} in container {container}"));
    let at = files.resolve_parent(&at).map_err(|_| missing())?;
    let node = files.get(&at).ok_or_else(missing)?;
    let archive = archive(at.name(), node)?;
    let size = archive.size();
    if target == "-" {
        if desk.terminal.write.is_none() {
            return Err(Failure::new("cowardly refusing to copy to a terminal").hint(
                "An archive is no text: name a file or folder here, or redirect it, `docker cp web:/log - > log.tar`.",
            ));
        }
        desk.terminal.text(&archive.bytes().map_err(Failure::daemon)?);
        return Ok(size);
    }
    let machine = &mut *desk.machine;
    machine.check_room(size).map_err(|error| Failure::new(error.to_string()))?;
    let place =
        place(&machine.files, &machine.resolve(target), target, (path, at.name()), node).map_err(Failure::new)?;
    merge(&mut machine.files, &place, node).map_err(Failure::new)?;
    desk.terminal.event(Event::FileWritten { path: place.to_string(), size: node.size() });
    desk.daemon(|engine, around| engine.note_container(around.now, "archive-path", &id, &[("path", path)]));
    Ok(size)
}

fn into(container: &str, path: &str, source: &str, desk: &mut Desk<'_>) -> Result<u64, Failure> {
    let id = desk.machine.engine.find_container(container).map_err(Failure::daemon)?;
    let mut files =
        desk.daemon(|engine, around| engine.files_of(&id, around)).map_err(|error| Failure::daemon(&error))?;
    let target = FsPath::root().join(path);
    let target = files.resolve(&target).unwrap_or(target);
    let (place, size) = if source == "-" {
        let archive = desk.input.take().unwrap_or_default();
        let unpacked = fs::apply_literally(&archive).map_err(|error| Failure::daemon(&error))?;
        if files.get(&target).and_then(Node::entries).is_none() {
            return Err(Failure::new(format!("destination \"{container}:{path}\" must be a directory")));
        }
        let root = unpacked.get(&FsPath::root()).cloned().unwrap_or_else(|| unreachable!("a tree has a root"));
        merge(&mut files, &target, &root).map_err(Failure::new)?;
        (target, archive.len() as u64)
    } else {
        let from = desk.machine.resolve(source);
        let missing = || Failure::new(format!("lstat {from}: no such file or directory"));
        let node = desk.machine.files.get(&from).cloned().ok_or_else(missing)?;
        let place = place(&files, &target, path, (source, from.name()), &node).map_err(|reason| {
            if reason.starts_with("no such directory") {
                Failure::daemon(format!("Could not find the file {path} in container {container}"))
            } else {
                Failure::new(reason)
            }
        })?;
        merge(&mut files, &place, &node).map_err(Failure::new)?;
        (place, archive(from.name(), &node)?.size())
    };
    let node = files.get(&place).cloned().ok_or_else(|| Failure::new("it is gone"))?;
    let put = desk.daemon(|engine, around| engine.put_into(&id, &place, &node, around));
    put.map_err(Failure::daemon)?;
    desk.daemon(|engine, around| engine.note_container(around.now, "extract-to-dir", &id, &[("path", path)]));
    Ok(size)
}

/// Where a copy goes: into a folder that is there under its own name, else to just that path.
fn place(
    files: &Tree,
    target: &FsPath,
    typed: &str,
    (source, name): (&str, &str),
    node: &Node,
) -> Result<FsPath, String> {
    let is_folder = node.entries().is_some();
    match files.get(target) {
        Some(there) if there.entries().is_some() => {
            let contents_only = is_folder && (source.ends_with("/.") || source == ".");
            Ok(if contents_only { target.clone() } else { target.child(name) })
        }
        Some(_) if is_folder => Err("cannot copy directory".to_owned()),
        Some(_) => Ok(target.clone()),
        None if typed.ends_with('/') && !is_folder => Err(format!("no such directory: {typed}")),
        None => {
            let parent = target.parent().unwrap_or_else(FsPath::root);
            let is_there = files.get(&parent).is_some_and(|node| node.entries().is_some());
            if is_there { Ok(target.clone()) } else { Err(format!("no such directory: {parent}")) }
        }
    }
}

/// Puts a node at a path; the entries of a folder go among those of one that is there.
fn merge(files: &mut Tree, at: &FsPath, node: &Node) -> Result<(), String> {
    let is_folder = files.get(at).is_some_and(|there| there.entries().is_some());
    match node.entries().filter(|_| is_folder) {
        Some(entries) => entries.iter().try_for_each(|(name, child)| merge(files, &at.child(name), child)),
        None => files.insert(at, node.clone()).map_err(|error| error.to_string()),
    }
}

/// A file or folder as the archive in which docker carries it.
fn archive(name: &str, node: &Node) -> Result<Content, Failure> {
    let mut tree = Tree::default();
    let inserted = tree.insert(&FsPath::root().child(name), node.clone());
    inserted.map_err(|error| Failure::new(error.to_string()))?;
    fs::tar_of(&tree).map_err(|error| Failure::new(error.to_string()))
}
