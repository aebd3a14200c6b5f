//! `docker save`: an image as a tar of an OCI layout that other tools read.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>

use serde_json::json;

use super::{Engine, Image, ImageError};
use crate::fs::{self, FsPath, Metadata, Node, TarError, Tree};
use crate::oci::{Descriptor, Digest, Index, Reference, Timestamp, json};

impl Engine {
    /// The archive of the image `root` under the name `reference`, if it has one.
    /// Everything in it is of 1970, so the same image is the same archive.
    pub fn save(&self, root: &Descriptor, reference: Option<&Reference>) -> Result<Vec<u8>, ImageError> {
        let image = Image::load(&self.blobs, root, &self.platform())?;
        let mut tree = Tree::default();
        put(&mut tree, "/oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
        put(&mut tree, "/index.json", &layout_index(root, reference));
        put(&mut tree, "/manifest.json", &legacy_manifest(&image, reference));
        let documents = [&image.root, &image.manifest];
        for descriptor in documents.into_iter().chain(image.document.blobs()) {
            let bytes = self.blobs.get(&descriptor.digest);
            let bytes = bytes.ok_or(ImageError::Missing { digest: descriptor.digest })?;
            put(&mut tree, &blob_path(&descriptor.digest), &bytes);
        }
        archive(&tree).map_err(|error| ImageError::Invalid { digest: root.digest, reason: error.to_string() })
    }
}

/// `index.json` with the annotations containerd and the image-spec use for names.
pub fn layout_index(root: &Descriptor, reference: Option<&Reference>) -> Vec<u8> {
    let mut root = root.clone();
    if let Some(reference) = reference {
        let tag = reference.tag.clone().unwrap_or_default();
        root.annotations.insert("io.containerd.image.name".into(), reference.to_string());
        root.annotations.insert("org.opencontainers.image.ref.name".into(), tag);
    }
    json::compact(&Index::of(vec![root]))
}

/// Where an OCI layout keeps a blob.
fn blob_path(digest: &Digest) -> String {
    format!("/blobs/sha256/{}", digest.hex())
}

/// What `docker load` before OCI layouts reads.
fn legacy_manifest(image: &Image, reference: Option<&Reference>) -> Vec<u8> {
    let path = |descriptor: &Descriptor| blob_path(&descriptor.digest)[1..].to_owned();
    let layers: Vec<String> = image.document.layers.iter().map(path).collect();
    let names: Vec<String> = reference.iter().map(|reference| reference.familiar()).collect();
    json::compact(&json!([{"Config": path(&image.document.config), "RepoTags": names, "Layers": layers}]))
}

fn put(tree: &mut Tree, path: &str, bytes: &[u8]) {
    let path = FsPath::from(path);
    let time = Timestamp::default();
    let parent = path.parent().unwrap_or_else(FsPath::root);
    tree.make_directories(&parent, Metadata::directory(time)).expect("a layout has no file where a folder is");
    tree.insert(&path, Node::file(Metadata::file(time), bytes.to_vec())).expect("its folder was just made");
}

fn archive(tree: &Tree) -> Result<Vec<u8>, TarError> {
    fs::layer_tar(tree, &fs::diff(&Tree::default(), tree))
}
