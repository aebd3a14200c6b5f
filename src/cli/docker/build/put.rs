//! What was built, put where it was asked to go.

use super::output::Destination;
use super::refused;
use crate::build::{Built, BuiltImage, Output};
use crate::cli::{Desk, Failure};
use crate::event::Event;
use crate::fs::{self, Content, FsPath, Metadata, Node, Tree};
use crate::host::Host;
use crate::oci::{Descriptor, Timestamp};

/// Puts `built` where `destination` says; an image is in the store already.
pub(super) fn put(destination: &Destination, built: &Built, desk: &mut Desk<'_>) -> Result<(), Failure> {
    destination.path.as_ref().map_or(Ok(()), |path| put_at(path, destination, built, desk))
}

/// Apart: most results are images in the store.
#[inline(never)]
fn put_at(path: &str, destination: &Destination, built: &Built, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let tree = match destination.kind {
        Output::Image | Output::Nothing => return Ok(()),
        Output::Oci | Output::Layout | Output::Docker => documents(destination, built, desk)?,
        Output::Tar | Output::Local => files(built, destination.platform_split, &mut desk.wire)?,
    };
    let now = desk.wire.now();
    if matches!(destination.kind, Output::Layout | Output::Local) {
        let path = desk.machine.resolve(path);
        return put_files(desk, &path, &tree, now);
    }
    let archive = fs::tar_of(&tree).map_err(|error| refused(&error.to_string()))?;
    match &mut desk.terminal.write {
        Some(write) if destination.is_streamed() => {
            write(&archive.bytes().map_err(|error| refused(&error.to_string()))?);
            Ok(())
        }
        _ => {
            let path = desk.machine.resolve(path);
            write_content(desk, &path, archive, now)
        }
    }
}

/// The digest that `-q` prints and `--iidfile` is given: of an image in the store what its name points at, of one in
/// an archive its configuration if it is one alone. Files have none.
pub(super) fn id(kind: Output, built: &Built) -> String {
    let config = || Some(built.images.first()?.document.config.digest);
    let digest = match kind {
        Output::Tar | Output::Local | Output::Nothing => None,
        Output::Image => Some(built.image.digest),
        Output::Oci | Output::Layout | Output::Docker if built.image.media_type.is_index() => Some(built.image.digest),
        Output::Oci | Output::Layout | Output::Docker => config(),
    };
    digest.map(|digest| digest.to_string()).unwrap_or_default()
}

/// What is attested by default alone is for images in a store; an archive has it if somebody asked.
fn documents(destination: &Destination, built: &Built, desk: &Desk<'_>) -> Result<Tree, Failure> {
    let root = match &built.images[..] {
        [image] if built.inline_only => Descriptor { platform: None, ..image.manifest.clone() },
        _ => built.image.clone(),
    };
    let mut engine = desk.machine.engine.clone();
    engine.add_blobs(&built.blobs);
    if destination.kind == Output::Docker {
        return engine.docker_layout(&root, &built.tags).map_err(|error| refused(&error.to_string()));
    }
    Ok(engine.oci_layout(&root, &built.tags))
}

/// The files of the image; of several, each in a folder with the name of its platform, unless they are to lie over
/// each other.
fn files(built: &Built, split: Option<bool>, host: &mut dyn Host) -> Result<Tree, Failure> {
    let mut laid =
        |image: &BuiltImage| image.files.tree_with(host).cloned().map_err(|error| refused(&error.to_string()));
    let is_split = split.unwrap_or(built.images.len() > 1);
    if let ([image], false) = (&built.images[..], is_split) {
        return laid(image);
    }
    let mut tree = Tree::default();
    for image in &built.images {
        let files = laid(image)?;
        let name = image.config.platform().to_string().replace('/', "_");
        match files.get(&FsPath::root()).filter(|_| is_split) {
            Some(root) => tree.insert(&FsPath::root().child(&name), root.clone()),
            None => lay_over(&mut tree, &FsPath::root(), &files),
        }
        .map_err(|error| refused(&error.to_string()))?;
    }
    Ok(tree)
}

/// Files take the place of files; what is in a folder stays beside what comes.
fn lay_over(tree: &mut Tree, folder: &FsPath, files: &Tree) -> Result<(), fs::FsError> {
    for (path, node) in files.walk() {
        let target = folder.join(path.relative());
        let present = tree.get(&target).is_some_and(|present| present.entries().is_some());
        match node.entries() {
            Some(_) if present => {}
            Some(_) => tree.insert(&target, Node::directory(node.metadata))?,
            None => tree.insert(&target, node.clone())?,
        }
    }
    Ok(())
}

fn write_content(desk: &mut Desk<'_>, path: &FsPath, content: Content, now: Timestamp) -> Result<(), Failure> {
    let size = content.size();
    desk.machine.check_room(size).map_err(|reason| refused(&format!("write {path}: {reason}")))?;
    let written = desk.machine.files.insert(path, Node::file(Metadata::file(now), content));
    written.map_err(|error| refused(&format!("open {error}")))?;
    desk.terminal.event(Event::FileWritten { path: path.to_string(), size });
    Ok(())
}

/// `--iidfile` and `--metadata-file`
pub fn write_file(file: &str, bytes: Vec<u8>, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let (path, now) = (desk.machine.resolve(file), desk.wire.now());
    write_content(desk, &path, Content::from(bytes), now)
}

pub(super) fn put_files(desk: &mut Desk<'_>, folder: &FsPath, tree: &Tree, now: Timestamp) -> Result<(), Failure> {
    let size: u64 = tree.walk().map(|(_, node)| node.size()).sum();
    desk.machine.check_room(size).map_err(|reason| refused(&format!("write {folder}: {reason}")))?;
    let mut files = desk.machine.files.clone();
    files.make_directories(folder, Metadata::directory(now)).map_err(|error| refused(&error.to_string()))?;
    lay_over(&mut files, folder, tree).map_err(|error| refused(&error.to_string()))?;
    desk.machine.files = files;
    desk.terminal.event(Event::FileWritten { path: folder.to_string(), size });
    Ok(())
}
