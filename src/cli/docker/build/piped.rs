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

/// As [`dockerfile`], with the context: that of an archive, or an empty one.
pub(super) fn context(desk: &mut Desk<'_>) -> Result<(Tree, FsPath, FsPath), Failure> {
    let bytes = taken(desk)?;
    let received = Received::lay(desk.machine.files.clone(), &bytes, desk.wire.now(), PIPED);
    let Received { files, context, dockerfile, .. } = received.map_err(|error| super::failed(&error))?;
    Ok((files, context, dockerfile))
}

fn taken(desk: &mut Desk<'_>) -> Result<Vec<u8>, Failure> {
    let hint = "Give it a file: `docker build - < Dockerfile`.";
    let empty = || super::refused("the Dockerfile cannot be empty").hint(hint);
    desk.input.take().filter(|bytes| !bytes.is_empty()).ok_or_else(empty)
}
