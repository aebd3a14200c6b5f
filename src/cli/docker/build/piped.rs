//! What comes on the standard input: a Dockerfile (`-f -`, or `-` alone), or a
//! whole context as a tar archive.
//! <https://docs.docker.com/build/concepts/context/#empty-context>

use crate::build::{PIPED, Received, put_piped};
use crate::cli::{Desk, Failure};
use crate::fs::{FsPath, Tree};
use crate::host::Host;

/// Files with the Dockerfile of the standard input in them, and where it is.
pub(super) fn dockerfile(desk: &mut Desk<'_>) -> Result<(Tree, FsPath), Failure> {
    let bytes = taken(desk)?;
    let mut files = desk.machine.files.clone();
    let path = put_piped(&mut files, bytes, desk.wire.now()).map_err(|error| super::failed(&error))?;
    Ok((files, path))
}

/// As [`dockerfile`], with the context: that of an archive, or an empty one. Only in an archive there can be another
/// Dockerfile, named by `-f`.
pub(super) fn context(file: Option<&str>, desk: &mut Desk<'_>) -> Result<(Tree, FsPath, FsPath), Failure> {
    if file == Some("-") {
        return Err(super::refused("invalid argument: can't use stdin for both build context and dockerfile"));
    }
    let bytes = taken(desk)?;
    let received = Received::lay(desk.machine.files.clone(), &bytes, desk.wire.now(), PIPED);
    let Received { files, context, dockerfile, is_archive } = received.map_err(|error| super::failed(&error))?;
    match file.filter(|file| !file.is_empty()) {
        None => Ok((files, context, dockerfile)),
        Some(file) if is_archive => {
            let dockerfile = context.join(file);
            Ok((files, context, dockerfile))
        }
        Some(_) => Err(super::refused("ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles")),
    }
}

fn taken(desk: &mut Desk<'_>) -> Result<Vec<u8>, Failure> {
    let hint = "Give it a file: `docker build - < Dockerfile`.";
    let empty = || super::refused("the Dockerfile cannot be empty").hint(hint);
    desk.input.take().filter(|bytes| !bytes.is_empty()).ok_or_else(empty)
}
