//! Layers unpacked: the file tree an image stands for, and the room it takes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Container, ContainerError, Engine, Image, ImageError};
use crate::build::cache::Layer;
use crate::fs::{self, ChangeKind, FsPath, Node, Packed, ROOM_BLOCK, Rootfs, RootfsError, Tree};
use crate::host::Kept;
use crate::limits;
use crate::oci::{Descriptor, Digest, Platform};

impl Engine {
    /// The file tree of `image`; unpacked once, every layer checked against its diff id.
    pub fn unpack(&mut self, image: &Image) -> Result<Tree, ImageError> {
        let files = self.rootfs(image)?;
        let invalid =
            |error: RootfsError| ImageError::Invalid { digest: error.layer, reason: error.source.to_string() };
        let tree = files.tree().map_err(invalid)?;
        for (layer, diff_id) in image.document.layers.iter().zip(&image.config.rootfs.diff_ids) {
            if self.is_classic() {
                self.measure_files(diff_id);
            } else {
                self.measure(layer);
            }
        }
        Ok(tree.clone())
    }

    /// Notes the files of an image that was made here, and the room of its layers.
    pub(super) fn take_files(&mut self, manifest: &Digest, files: Rootfs, layers: &[Descriptor]) {
        Arc::make_mut(&mut self.snapshots).insert(*manifest, files);
        for layer in layers {
            self.measure(layer);
        }
    }

    /// The files of `image`, of which nothing is unpacked before somebody looks.
    pub(super) fn rootfs(&mut self, image: &Image) -> Result<Rootfs, ImageError> {
        if let Some(files) = self.snapshots.get(&image.manifest.digest) {
            return Ok(files.clone());
        }
        let mut files = Rootfs::default();
        for (layer, diff_id) in image.document.layers.iter().zip(&image.config.rootfs.diff_ids) {
            let blob = self.blobs.kept(&layer.digest).ok_or(ImageError::Missing { digest: layer.digest })?;
            files = files.with(Packed { blob, descriptor: layer.clone(), diff_id: *diff_id });
        }
        Arc::make_mut(&mut self.snapshots).insert(image.manifest.digest, files.clone());
        Ok(files)
    }

    /// Unpacks what was pulled of `root` for `platform`; what is no image has nothing to unpack.
    pub fn unpack_for(&mut self, root: &Descriptor, platform: &Platform) -> Result<(), ImageError> {
        if root.media_type.is_config() {
            let image = Image::load(&self.blobs, root, platform)?;
            return self.unpack(&image).map(drop);
        }
        let named = self.blobs.manifests(root).into_iter().flat_map(|manifest| self.blobs.children(&manifest));
        if !named.into_iter().any(|child| child.media_type.is_config()) {
            return Ok(());
        }
        let image = Image::load(&self.blobs, root, platform)?;
        let is_lent = |layer: &Descriptor| matches!(self.blobs.kept(&layer.digest), Some(Kept::Lent(_)));
        if image.document.layers.iter().any(is_lent) { self.survey(&image) } else { self.unpack(&image).map(drop) }
    }

    /// Checks every layer of `image` against its diff id and measures it, but lays no
    /// file out: what does not fit into memory is laid when somebody looks.
    fn survey(&mut self, image: &Image) -> Result<(), ImageError> {
        self.rootfs(image)?;
        for (layer, diff_id) in image.document.layers.iter().zip(&image.config.rootfs.diff_ids) {
            let digest = layer.digest;
            let kept = self.blobs.kept(&digest).ok_or(ImageError::Missing { digest })?;
            let room = fs::survey(&kept, diff_id, ROOM_BLOCK);
            let room = room.map_err(|error| ImageError::Invalid { digest, reason: error.to_string() })?;
            // The root is a folder too.
            Arc::make_mut(&mut self.room).insert(digest, room + ROOM_BLOCK);
        }
        Ok(())
    }

    /// The room the unpacked layers of `image` take on disk, in bytes, lowest first.
    pub fn layer_rooms(&self, image: &Image) -> Vec<u64> {
        image.document.layers.iter().map(|layer| self.layer_room(&layer.digest)).collect()
    }

    /// The room one unpacked layer takes on disk, in bytes; none if it is not unpacked.
    pub fn layer_room(&self, layer: &Digest) -> u64 {
        self.room.get(layer).copied().unwrap_or(0)
    }

    /// The room of every layer that is known, in bytes.
    pub fn rooms(&self) -> &BTreeMap<Digest, u64> {
        &self.room
    }

    /// Notes the room of a layer whose entries were measured while it was made.
    pub(super) fn note_made(&mut self, layer: &Layer) {
        if let Some(room) = layer.room {
            // The root is a folder too.
            Arc::make_mut(&mut self.room).insert(layer.packed.descriptor.digest, room + ROOM_BLOCK);
        }
    }

    /// Notes the room of a layer that was measured before, in bytes.
    pub fn note_room(&mut self, layer: Digest, room: u64) {
        Arc::make_mut(&mut self.room).insert(layer, room);
    }

    /// Measures the layers of all images whose room is not known; each is read once.
    pub fn measure_all(&mut self) {
        let roots: Vec<Descriptor> = self.named_or_not().cloned().collect();
        let blobs = roots.iter().flat_map(|root| self.blobs.reachable(root));
        let layers: Vec<Descriptor> = blobs.filter(|blob| blob.media_type.is_layer()).collect();
        for layer in &layers {
            self.measure(layer);
        }
    }

    /// The room of what a container wrote, and that of its image's unpacked layers, in bytes.
    pub fn container_room(&self, container: &Container) -> (u64, u64) {
        let Some(image) = self.image_of(container) else { return (ROOM_BLOCK, 0) };
        let base = self.snapshots.get(&image.manifest.digest).and_then(|files| files.tree().ok());
        let changes = fs::diff(base.unwrap_or(&Tree::default()), &container.tree);
        // A file that changed is copied up, and so are the folders it is in.
        let mut copied = BTreeSet::new();
        copied.insert(FsPath::root());
        for change in &changes {
            copied.extend(std::iter::successors(change.path.parent(), FsPath::parent));
            copied.extend((change.kind != ChangeKind::Deleted).then(|| change.path.clone()));
        }
        let written = copied.iter().filter_map(|path| container.tree.get(path)).map(Node::room).sum();
        (written, self.layer_rooms(&image).iter().sum())
    }

    /// Notes the room of what a container wrote, once its files have changed.
    pub(super) fn measure_container(&mut self, id: &str) {
        let files = self.containers.get(id).map_or(0, |container| self.container_room(container).0);
        if let Some(container) = self.container_mut(id) {
            let log: usize = container.log.iter().map(|entry| entry.bytes.len()).sum();
            container.written_bytes = files + log as u64;
        }
    }

    /// Refuses the files of one more container where those that are here take all the room that they may.
    pub(super) fn check_room(&self, id: &str) -> Result<(), ContainerError> {
        let taken: u64 = self.containers.values().map(|container| container.written_bytes).sum();
        if taken < limits::CONTAINERS_FILE_BYTES {
            return Ok(());
        }
        let reason = if self.is_classic() {
            format!("mkdir /var/lib/docker/overlay2/{id}-init")
        } else {
            let place = "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots";
            format!("failed to create prepare snapshot dir: failed to create temp dir: mkdir {place}/new-{}", &id[..12])
        };
        Err(ContainerError::NoRoom { reason })
    }

    /// The image a container was made from.
    pub fn image_of(&self, container: &Container) -> Option<Image> {
        let mut roots = self.named_or_not();
        let root = roots.find(|root| root.digest == container.image)?;
        Image::load(&self.blobs, root, &self.platform()).ok()
    }

    /// Notes the bytes of a layer's files, which is what the classic store counts.
    pub(super) fn measure_files(&mut self, diff_id: &Digest) {
        if let Some(tar) = self.blobs.get(diff_id).filter(|_| !self.room.contains_key(diff_id)) {
            let files = entries(&tar).iter().map(|(_, node)| node.size()).sum();
            Arc::make_mut(&mut self.room).insert(*diff_id, files);
        }
    }

    /// Notes the room that a layer takes which was not unpacked but made here.
    pub(super) fn measure(&mut self, layer: &Descriptor) {
        if self.room.contains_key(&layer.digest) {
            return;
        }
        let kept = self.blobs.kept(&layer.digest);
        if let Some(room) = kept.and_then(|kept| fs::room(fs::uncompressed(kept.open().ok()?).ok()?, ROOM_BLOCK).ok()) {
            // The root is a folder too.
            Arc::make_mut(&mut self.room).insert(layer.digest, room + ROOM_BLOCK);
        }
    }
}

/// The entries of one layer blob, by path; whiteouts as they stand in the archive.
pub fn layer_entries(blob: &[u8]) -> Vec<(FsPath, Node)> {
    fs::decompressed(blob).map(|tar| entries(&tar)).unwrap_or_default()
}

fn entries(tar: &[u8]) -> Vec<(FsPath, Node)> {
    let tree = fs::apply_literally(tar).unwrap_or_default();
    tree.walk().map(|(path, node)| (path, node.clone())).collect()
}
