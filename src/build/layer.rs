//! One step: known already, or run, compared, archived and compressed.

use std::time::Duration;

use super::cache::Layer;
use super::checksum::Checksum;
use super::convert::{Operation, OperationKind};
use super::error::{ChecksumError, SolveError};
use super::solve::Solver;
use super::{identity, model, workdir};
use crate::fs::{self, Content, FsPath, Node, Packed, Tree};
use crate::host::Host;
use crate::limits;
use crate::oci::{Digest, Timestamp};

/// Where the build stands: the files so far, and what names the way there.
pub(super) struct Here {
    pub tree: Tree,
    /// Part of the key of what follows.
    pub state: Digest,
}

impl Here {
    /// After a step with this key and result.
    pub(super) fn after(key: &Digest, result: &[u8], tree: Tree) -> Self {
        Self { tree, state: Checksum::default().field(b"state").field(key.bytes()).field(result).finish() }
    }
}

impl Solver<'_> {
    /// Runs `operation` upon `here`, and moves there.
    pub(super) fn run(&mut self, operation: &Operation, context: &Tree, here: &mut Here) -> Result<Layer, SolveError> {
        let (key, layer) = match &operation.kind {
            OperationKind::Workdir { path } => {
                let key = workdir::key(&here.state, path);
                let make = |tree: &mut Tree, now| workdir::make(tree, path, now);
                (key, self.layer(key, true, model::WORKDIR.of(0), &here.tree, make)?)
            }
            OperationKind::Copy(copy) => {
                let found = copy.find(context).map_err(|path| self.not_found(&path))?;
                let key = copy.key(&here.state, &found, context)?;
                let cost = model::COPY.of(found.bytes(context));
                let make = |tree: &mut Tree, now| copy.place(tree, &found, context, now);
                (key, self.layer(key, !self.request.no_cache, cost, &here.tree, make)?)
            }
        };
        *here = Here::after(&key, layer.diff_id.bytes(), layer.tree.clone());
        Ok(layer)
    }

    fn not_found(&mut self, path: &FsPath) -> SolveError {
        let (left, right) = (identity::new(self.host), identity::new(self.host));
        SolveError::CacheKey { source: ChecksumError { left, right, path: path.to_string() } }
    }

    /// The layer under `key`, if it may be `reused`; else what `make` makes of `before`.
    fn layer(
        &mut self,
        key: Digest,
        reused: bool,
        millis: u64,
        before: &Tree,
        make: impl FnOnce(&mut Tree, Timestamp) -> Result<(), SolveError>,
    ) -> Result<Layer, SolveError> {
        if let Some(layer) = self.cache.layer(&key).filter(|_| reused).cloned() {
            if !self.blobs.has(&layer.descriptor.digest) {
                self.blobs.keep(layer.descriptor.digest, layer.blob.clone());
            }
            self.steps.cached();
            return Ok(layer);
        }
        let created = self.host.now().after(Duration::from_millis(self.steps.millis()));
        let mut tree = before.clone();
        make(&mut tree, Timestamp::from_seconds(created.seconds()))?;
        let layer = archive(before, tree, created, self.host)?;
        self.blobs.keep(layer.descriptor.digest, layer.blob.clone());
        self.cache.put(key, Some(layer.clone()));
        self.compressed += layer.descriptor.size;
        self.steps.done(millis, Some(layer.descriptor.clone()));
        Ok(layer)
    }
}

fn archive(before: &Tree, tree: Tree, created: Timestamp, host: &mut dyn Host) -> Result<Layer, SolveError> {
    let changes = fs::diff(before, &tree);
    let in_memory = |node: &Node| match node.content() {
        Some(Content::Held(bytes)) => bytes.len() as u64,
        _ => 0,
    };
    let bytes: u64 = changes.iter().filter_map(|change| tree.get(&change.path)).map(in_memory).sum();
    if bytes > limits::LAYER_BYTES {
        return Err(SolveError::LayerTooLarge { limit: limits::LAYER_BYTES });
    }
    let Packed { blob, descriptor, diff_id } = fs::pack(&tree, &changes, host)?;
    Ok(Layer { blob, descriptor, diff_id, tree, created })
}
