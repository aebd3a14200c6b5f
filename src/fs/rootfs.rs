//! The files that layers make, laid out when somebody first looks at them: of
//! a step whose result is known, nobody does. A clone shares what was laid.

use std::io::{self, Read, Write};
use std::sync::{Arc, OnceLock};

use super::{ApplyError, CompressionError, Packed, Tree, apply_kept, decompressed, room, uncompressed, undone};
use crate::host::{Host, Kept};
use crate::oci::{Algorithm, Digest, Verifier};

/// A tree, or the layers that make one.
#[derive(Debug, Clone)]
pub struct Rootfs(Arc<Files>);

#[derive(Debug)]
struct Files {
    tree: OnceLock<Tree>,
    /// What they are made of; none if they were there from the start.
    made_of: Option<(Rootfs, Packed)>,
}

/// A layer cannot be laid out.
#[derive(Debug, thiserror::Error)]
#[error("failed to extract layer {diff_id}: {source}")]
pub struct RootfsError {
    /// The digest of its tar.
    pub diff_id: Digest,
    /// The digest it travels under.
    pub layer: Digest,
    /// Why not.
    pub source: Box<LayerError>,
}

/// What is wrong with a layer.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// Its bytes cannot be read.
    #[error("{source}")]
    Unreadable {
        /// Why not.
        #[from]
        source: std::io::Error,
    },
    /// It is compressed badly, or too large.
    #[error("{source}")]
    Compression {
        /// How.
        #[from]
        source: CompressionError,
    },
    /// It is another one than was named.
    #[error("wrong diff id calculated on extraction {computed:?}")]
    DiffId {
        /// The digest of what is there.
        computed: Digest,
    },
    /// Its archive cannot be laid.
    #[error("{source}")]
    Archive {
        /// Why not.
        #[from]
        source: ApplyError,
    },
}

impl From<Tree> for Rootfs {
    fn from(tree: Tree) -> Self {
        Self(Arc::new(Files { tree: OnceLock::from(tree), made_of: None }))
    }
}

impl Default for Rootfs {
    fn default() -> Self {
        Self::from(Tree::default())
    }
}

impl Rootfs {
    /// These files with `layer` over them.
    #[must_use]
    pub fn with(&self, layer: Packed) -> Self {
        Self(Arc::new(Files { tree: OnceLock::new(), made_of: Some((self.clone(), layer)) }))
    }

    /// The layer on top, if that is what they are made of.
    pub fn top(&self) -> Option<&Packed> {
        self.0.made_of.as_ref().map(|(_, layer)| layer)
    }

    /// The files themselves, laid out in memory now if they were not yet; each layer is checked against its diff id.
    pub fn tree(&self) -> Result<&Tree, RootfsError> {
        self.tree_of(&mut |blob| Ok(Kept::Memory(decompressed(&blob.bytes()?)?.into_owned().into())))
    }

    /// The same, where what is large need not fit into memory: it lies with the host.
    pub fn tree_with(&self, host: &mut dyn Host) -> Result<&Tree, RootfsError> {
        self.tree_of(&mut |blob| Ok(undone(blob, host)?))
    }

    /// The files, if `undo` gives the tar of a layer.
    fn tree_of(&self, undo: &mut dyn FnMut(&Kept) -> Result<Kept, LayerError>) -> Result<&Tree, RootfsError> {
        if let (None, Some((below, layer))) = (self.0.tree.get(), &self.0.made_of) {
            let below = below.tree_of(undo)?;
            let failed = |source| {
                let (diff_id, layer) = (layer.diff_id, layer.descriptor.digest);
                RootfsError { diff_id, layer, source: Box::new(source) }
            };
            let tree = undo(&layer.blob).and_then(|tar| laid(below, layer, &tar)).map_err(failed)?;
            return Ok(self.0.tree.get_or_init(|| tree));
        }
        Ok(self.0.tree.get().expect("what is made of no layers has its tree from the start"))
    }
}

fn laid(below: &Tree, layer: &Packed, tar: &Kept) -> Result<Tree, LayerError> {
    let computed = tar.digest(layer.diff_id.algorithm())?;
    if computed != layer.diff_id {
        return Err(LayerError::DiffId { computed });
    }
    Ok(apply_kept(below, tar)?)
}

/// Reads a layer once and keeps nothing of it: if it has this diff id, the room that
/// its entries take where files and folders take whole blocks of so many bytes.
pub fn survey(blob: &Kept, diff_id: &Digest, block: u64) -> Result<u64, LayerError> {
    let mut tar = Hashed { inner: uncompressed(blob.open()?)?, verifier: Verifier::of(diff_id.algorithm()) };
    let room = room(&mut tar, block);
    // What is behind the archive's end belongs to the layer, too.
    io::copy(&mut tar, &mut io::sink())?;
    let computed = tar.verifier.finish();
    if computed == *diff_id { Ok(room?) } else { Err(LayerError::DiffId { computed }) }
}

/// The digest of what a layer's tar is, and how many bytes it has; nothing of it is kept.
pub fn measured(blob: &Kept, algorithm: Algorithm) -> io::Result<(Digest, u64)> {
    let mut tar = Hashed { inner: uncompressed(blob.open()?)?, verifier: Verifier::of(algorithm) };
    let size = io::copy(&mut tar, &mut io::sink())?;
    Ok((tar.verifier.finish(), size))
}

/// Hashes what is read.
struct Hashed<'a> {
    inner: Box<dyn Read + 'a>,
    verifier: Verifier,
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.verifier.write_all(&buffer[..read])?;
        Ok(read)
    }
}

/// The same files, however they came to be.
impl PartialEq for Rootfs {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || matches!((self.tree(), other.tree()), (Ok(one), Ok(two)) if one == two)
    }
}

impl Eq for Rootfs {}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::fs::{Metadata, Node, diff, gzip, layer_tar};
    use crate::oci::{Descriptor, MediaType, Timestamp};

    fn tree(path: &str) -> Tree {
        let mut tree = Tree::default();
        let file = Node::file(Metadata::file(Timestamp::default()), b"x".to_vec());
        tree.insert(&path.into(), file).expect("the root is a folder");
        tree
    }

    fn layer(path: &str) -> Packed {
        let tree = tree(path);
        let tar = layer_tar(&tree, &diff(&Tree::default(), &tree)).expect("written");
        let blob = gzip(&tar);
        let descriptor = Descriptor::of(MediaType::LAYER_GZIP, &blob);
        Packed { blob: Kept::Memory(Bytes::from(blob)), descriptor, diff_id: Digest::of(&tar) }
    }

    #[test]
    fn layers_are_laid_when_somebody_looks_and_only_then() {
        let files = Rootfs::default().with(layer("/a")).with(layer("/b"));
        assert!(files.0.tree.get().is_none());
        let paths: Vec<String> = files.tree().expect("sound").walk().map(|(path, _)| path.to_string()).collect();
        assert_eq!(paths, ["/a", "/b"]);
        assert!(files.clone().0.tree.get().is_some());
        assert_eq!(Rootfs::default().with(layer("/a")), Rootfs::from(tree("/a")));
    }

    #[test]
    fn a_layer_is_surveyed_without_being_laid() {
        let one = layer("/a");
        // A folder for the root is whoever's who asks.
        assert_eq!(survey(&one.blob, &one.diff_id, 4096).expect("sound"), 4096);
        let other = survey(&layer("/b").blob, &one.diff_id, 4096).expect_err("another layer");
        assert!(matches!(other, LayerError::DiffId { .. }));
    }

    #[test]
    fn a_damaged_layer_is_named() {
        let other = Packed { blob: layer("/b").blob, ..layer("/a") };
        let error = Rootfs::default().with(other.clone()).tree().expect_err("another layer");
        assert_eq!((error.diff_id, error.layer), (other.diff_id, other.descriptor.digest));
        assert!(matches!(*error.source, LayerError::DiffId { .. }));
    }
}
