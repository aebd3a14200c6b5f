//! `--output`: where the result of a build goes.
//! <https://docs.docker.com/reference/cli/docker/buildx/build/#output>

use crate::build::{Built, BuiltImage, Output};
use crate::cli::{Desk, Failure};
use crate::event::Event;
use crate::fs::{self, Content, FsPath, Metadata, Node, Tree};
use crate::host::Host;
use crate::oci::Timestamp;
use crate::text::Case;

/// What is made, where it goes, and the exporter's options.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Destination {
    pub kind: Output,
    /// As typed; none for an image.
    pub path: Option<String>,
    pub rewrite_timestamp: bool,
    /// Whether an image goes to the registries of its names.
    pub push: bool,
    /// Whether an image is unpacked; as usual, if nothing is said.
    pub unpack: Option<bool>,
    /// More names, from `name=`.
    pub names: Vec<String>,
}

impl Destination {
    /// Reads `type=oci,dest=x.tar`, or just a folder.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        if !text.contains('=') {
            return match text {
                "-" => Err(refused("a tar archive on standard output is not supported yet in this lab")),
                folder => Ok(Self { kind: Output::Local, path: Some(folder.to_owned()), ..Self::default() }),
            };
        }
        let mut destination = Self::default();
        let (mut kind, mut is_archive) = (None, true);
        for field in text.split(',') {
            let (name, value) = field.split_once('=').ok_or_else(|| refused(&format!("invalid value {field}")))?;
            match (name.trim().lowercase().as_str(), value) {
                ("type", value) => kind = Some(value),
                ("dest", path) => destination.path = Some(path.to_owned()),
                ("name", name) => destination.names.push(name.to_owned()),
                ("rewrite-timestamp", value) => destination.rewrite_timestamp = switch(value),
                ("push", value) => destination.push = switch(value),
                ("unpack", value) => destination.unpack = Some(switch(value)),
                ("tar", value) => is_archive = switch(value),
                ("oci-mediatypes", "true") => {}
                (name, _) => {
                    return Err(refused(&format!("the exporter option {name} is not supported yet in this lab")));
                }
            }
        }
        destination.kind = match kind {
            None => return Err(refused("type is required for output")),
            Some("image" | "docker") if destination.path.is_none() => Output::Image,
            Some("registry") if destination.path.is_none() => {
                destination.push = true;
                Output::Image
            }
            Some("oci") if is_archive => Output::Oci,
            Some("oci") => Output::Layout,
            Some("tar") => Output::Tar,
            Some("local") => Output::Local,
            Some(other) => return Err(refused(&format!("the output type {other} is not supported yet in this lab"))),
        };
        destination.check()
    }

    /// As `--push` says it.
    pub(super) fn pushed(mut self) -> Result<Self, Failure> {
        self.push = true;
        self.check()
    }

    /// What is only pushed needs no files.
    pub(super) fn unpacks(&self) -> bool {
        self.unpack.unwrap_or(!self.push)
    }

    /// Files need a place; an image on this daemon is unpacked, which some options do not go with.
    fn check(self) -> Result<Self, Failure> {
        if self.kind != Output::Image && self.path.is_none() {
            return Err(refused("dest is required for this output"));
        }
        if self.kind == Output::Image && self.rewrite_timestamp && self.unpacks() {
            return Err(refused("exporter option \"rewrite-timestamp\" conflicts with \"unpack\""));
        }
        if self.push && self.kind != Output::Image {
            return Err(refused("an image that is pushed beside another output is not supported yet in this lab"));
        }
        Ok(self)
    }

    /// Puts `built` there; an image is in the store already.
    pub(super) fn put(&self, built: &Built, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let Some(path) = self.path.as_ref().map(|path| desk.machine.resolve(path)) else { return Ok(()) };
        let now = desk.wire.now();
        match self.kind {
            Output::Image => Ok(()),
            Output::Oci | Output::Layout => {
                let mut engine = desk.machine.engine.clone();
                engine.add_blobs(&built.blobs);
                let layout = engine.oci_layout(&built.image, &built.tags);
                if self.kind == Output::Layout {
                    return put_files(desk, &path, &layout, now);
                }
                let archive = fs::tar_of(&layout);
                write(desk, &path, archive.map_err(|error| refused(&error.to_string()))?, now)
            }
            Output::Tar => {
                let tar = fs::tar_of(&files(built, &mut desk.wire)?);
                write(desk, &path, tar.map_err(|error| refused(&error.to_string()))?, now)
            }
            Output::Local => {
                let files = files(built, &mut desk.wire)?;
                put_files(desk, &path, &files, now)
            }
        }
    }
}

fn switch(value: &str) -> bool {
    value.parse() == Ok(true) || value == "1"
}

/// The files of the image; of several, each in a folder with the name of its platform.
fn files(built: &Built, host: &mut dyn Host) -> Result<Tree, Failure> {
    let mut laid =
        |image: &BuiltImage| image.files.tree_with(host).cloned().map_err(|error| refused(&error.to_string()));
    if let [image] = &built.images[..] {
        return laid(image);
    }
    let mut tree = Tree::default();
    for image in &built.images {
        let name = image.config.platform().to_string().replace('/', "_");
        if let Some(root) = laid(image)?.get(&FsPath::root()) {
            tree.insert(&FsPath::root().child(&name), root.clone()).expect("the root is a folder");
        }
    }
    Ok(tree)
}

fn write(desk: &mut Desk<'_>, path: &FsPath, content: Content, now: Timestamp) -> Result<(), Failure> {
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
    write(desk, &path, Content::from(bytes), now)
}

pub(super) fn put_files(desk: &mut Desk<'_>, folder: &FsPath, tree: &Tree, now: Timestamp) -> Result<(), Failure> {
    let size: u64 = tree.walk().map(|(_, node)| node.size()).sum();
    desk.machine.check_room(size).map_err(|reason| refused(&format!("write {folder}: {reason}")))?;
    let mut files = desk.machine.files.clone();
    files.make_directories(folder, Metadata::directory(now)).map_err(|error| refused(&error.to_string()))?;
    for (path, node) in tree.walk() {
        let target = folder.join(path.relative());
        let present = files.get(&target).is_some_and(|present| present.entries().is_some());
        match node.entries() {
            Some(_) if present => Ok(()),
            Some(_) => files.insert(&target, Node::directory(node.metadata)),
            None => files.insert(&target, node.clone()),
        }
        .map_err(|error| refused(&error.to_string()))?;
    }
    desk.machine.files = files;
    desk.terminal.event(Event::FileWritten { path: folder.to_string(), size });
    Ok(())
}

fn refused(message: &str) -> Failure {
    Failure::new(format!("ERROR: failed to build: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_read_as_buildx_does() {
        let oci = Destination { kind: Output::Oci, path: Some("x.tar".into()), ..Destination::default() };
        assert_eq!(Destination::parse("type=oci,dest=x.tar").expect("an output"), oci);
        let local = Destination { kind: Output::Local, path: Some("out".into()), ..Destination::default() };
        assert_eq!(Destination::parse("out").expect("an output"), local);
        for text in ["dest=x", "type=oci", "type=nope,dest=x", "type=image,rewrite-timestamp=true", "-"] {
            assert!(Destination::parse(text).is_err(), "{text}");
        }
    }
}
