//! A context that does not lie on the machine: an archive, or a Dockerfile
//! alone, that comes on the standard input or from an address.
//! <https://docs.docker.com/build/concepts/context/#remote-context>

use super::download;
use super::error::{BuildError, SolveError};
use super::model;
use super::request::{Request, Tools};
use super::solve::Build;
use crate::fs::{self, FsError, FsPath, Metadata, Node, Tree};
use crate::oci::{Digest, Timestamp};

/// Where the builder finds it among the files of the machine, for this build only.
const PLACE: &str = "/dev/fd/0";
/// Where a Dockerfile lies there that comes on the standard input, beside an empty context.
pub const PIPED: &str = "Dockerfile";
/// Where one lies that comes from an address: it is the only file of the context.
const FETCHED: &str = "context/context";

/// What came.
#[derive(Debug, Clone)]
pub struct Received {
    /// The files of the machine with it among them.
    pub files: Tree,
    /// The folder that is the context: what was in the archive, else empty.
    pub context: FsPath,
    /// The Dockerfile: that of the archive, else what came.
    pub dockerfile: FsPath,
    /// Whether it was an archive.
    pub is_archive: bool,
}

impl Received {
    /// Lays out `bytes`, which came at `time`; what is no archive is a Dockerfile, and lies at `alone`.
    pub fn lay(mut files: Tree, bytes: &[u8], time: Timestamp, alone: &str) -> Result<Self, SolveError> {
        let context = FsPath::from(PLACE).child("context");
        let made = Metadata::directory(time);
        let tar = fs::decompressed(bytes).unwrap_or_else(|_| bytes.into());
        let is_archive = fs::is_tar(&*tar);
        if !is_archive {
            put(&mut files, &context, Node::directory(made))?;
            let dockerfile = FsPath::from(PLACE).join(alone);
            put(&mut files, &dockerfile, Node::file(Metadata::file(time), bytes.to_vec()))?;
            return Ok(Self { files, context, dockerfile, is_archive });
        }
        let unreadable = |error: fs::ApplyError| SolveError::Archive { reason: error.to_string() };
        let tree = fs::apply_literally(&tar).map_err(unreadable)?;
        let root = tree.get(&FsPath::root()).cloned().unwrap_or_else(|| Node::directory(made));
        put(&mut files, &context, root)?;
        let dockerfile = context.child("Dockerfile");
        Ok(Self { files, context, dockerfile, is_archive })
    }
}

/// Puts a file where the builder finds what came on the standard input.
pub fn put_piped(files: &mut Tree, bytes: Vec<u8>, time: Timestamp) -> Result<FsPath, FsError> {
    let path = FsPath::from(PLACE).join(PIPED);
    put(files, &path, Node::file(Metadata::file(time), bytes))?;
    Ok(path)
}

fn put(files: &mut Tree, path: &FsPath, node: Node) -> Result<(), FsError> {
    let parent = path.parent().unwrap_or_else(FsPath::root);
    files.make_directories(&parent, Metadata::directory(node.metadata.modified))?;
    files.insert(path, node)
}

impl Build {
    /// Fetches the context. A Dockerfile that was named lies in it.
    pub(super) fn load_remote(&mut self, tools: &mut Tools<'_>) -> Result<(), BuildError> {
        let Some(address) = self.request.remote.clone() else { return Ok(()) };
        self.steps.start("[internal] load remote build context");
        self.tell(tools);
        let fetched = download::get(&address, tools).and_then(|(bytes, _)| {
            let time = tools.host.now();
            let received = Received::lay(self.request.files.clone(), &bytes, time, FETCHED)?;
            Ok((received, Digest::of(&bytes), bytes.len() as u64))
        });
        let (received, digest, size) = match fetched {
            Ok(fetched) => fetched,
            Err(error) => {
                self.steps.failed(error.to_string());
                return Err(self.fail(SolveError::RemoteContext { source: Box::new(error) }, None));
            }
        };
        self.steps.done(model::FETCH.of(size), None);
        if received.is_archive {
            self.steps.start("copy /context /");
            self.steps.done(model::UNPACK.of(size), None);
        }
        let Request { files, context, dockerfile, .. } = &mut self.request;
        let named = dockerfile.relative().to_owned();
        *dockerfile =
            if received.is_archive && !named.is_empty() { received.context.join(&named) } else { received.dockerfile };
        (*files, *context) = (received.files, received.context);
        self.fetched = Some((address, digest));
        Ok(())
    }
}
