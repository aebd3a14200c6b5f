//! What comes on the standard input: a Dockerfile (`-f -`, or `-` alone), or a
//! whole context as a tar archive.
//! <https://docs.docker.com/build/concepts/context/#empty-context>

use crate::cli::{Desk, Failure};
use crate::fs::{self, FsPath, Metadata, Node, Tree};
use crate::host::Host;

/// Where the builder finds it among the files of the machine, for this build only.
const PLACE: &str = "/dev/fd/0";

/// Files with the Dockerfile of the standard input in them, and where it is.
pub(super) fn dockerfile(desk: &mut Desk<'_>) -> Result<(Tree, FsPath), Failure> {
    let bytes = taken(desk)?;
    let path = FsPath::from(PLACE).child("Dockerfile");
    let mut files = desk.machine.files.clone();
    put(&mut files, &path, Node::file(Metadata::file(desk.wire.now()), bytes))?;
    Ok((files, path))
}

/// As [`dockerfile`], with the context: that of an archive, or an empty one.
pub(super) fn context(desk: &mut Desk<'_>) -> Result<(Tree, FsPath, FsPath), Failure> {
    let bytes = taken(desk)?;
    let context = FsPath::from(PLACE).child("context");
    let mut files = desk.machine.files.clone();
    let made = Metadata::directory(desk.wire.now());
    let tar = fs::decompressed(&bytes).unwrap_or_else(|_| bytes.as_slice().into());
    if !fs::is_tar(&tar) {
        put(&mut files, &context, Node::directory(made))?;
        let path = FsPath::from(PLACE).child("Dockerfile");
        put(&mut files, &path, Node::file(Metadata::file(made.modified), bytes))?;
        return Ok((files, context, path));
    }
    let tree = fs::apply_literally(&tar).map_err(|error| super::failed(&error))?;
    let root = tree.get(&FsPath::root()).cloned().unwrap_or_else(|| Node::directory(made));
    put(&mut files, &context, root)?;
    let dockerfile = context.child("Dockerfile");
    Ok((files, context, dockerfile))
}

fn taken(desk: &mut Desk<'_>) -> Result<Vec<u8>, Failure> {
    let hint = "Give it a file: `docker build - < Dockerfile`.";
    let empty = || super::refused("the Dockerfile cannot be empty").hint(hint);
    desk.input.take().filter(|bytes| !bytes.is_empty()).ok_or_else(empty)
}

fn put(files: &mut Tree, path: &FsPath, node: Node) -> Result<(), Failure> {
    let parent = path.parent().unwrap_or_else(FsPath::root);
    let made = files.make_directories(&parent, Metadata::directory(node.metadata.modified));
    made.and_then(|()| files.insert(path, node)).map_err(|error| super::failed(&error))
}
