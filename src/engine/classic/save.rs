//! `docker save` from the classic store: layers as they lie there, unpacked to
//! plain tars, with what every older docker reads beside the OCI layout.
//! <https://github.com/moby/moby/blob/v28.5.2/image/tarexport/save.go>

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::engine::export::{Saved, blob_path, named, put};
use crate::engine::{Engine, Image, SaveError};
use crate::fs::{self, Content, Tree};
use crate::oci::{Descriptor, Digest, Index, Manifest, MediaType, Reference, json};

/// One image and the names it is saved under.
struct Exported {
    image: Image,
    names: Vec<Reference>,
}

impl Engine {
    /// The archive of these images; everything in it is of 1970.
    pub(in crate::engine) fn save_classic(&self, saved: &[Saved]) -> Result<Content, SaveError> {
        let mut images: BTreeMap<Digest, Exported> = BTreeMap::new();
        for (root, name) in saved {
            let image = Image::load(&self.blobs, root, &self.platform())?;
            let entry = images.entry(root.digest).or_insert_with(|| Exported { image, names: Vec::new() });
            entry.names.extend(name.clone());
        }
        let mut tree = Tree::default();
        let (mut entries, mut index) = (Vec::new(), Vec::new());
        let mut repositories: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for Exported { image, names } in images.values() {
            let manifest = manifest(image);
            let bytes = json::compact(&manifest);
            let root = Descriptor::of(MediaType::MANIFEST, &bytes);
            put(&mut tree, &blob_path(&root.digest), 0o644, bytes);
            for blob in manifest.blobs() {
                if let Some(kept) = self.blobs.kept(&blob.digest) {
                    put(&mut tree, &blob_path(&blob.digest), 0o644, kept);
                }
            }
            entries.push(entry(&manifest, names));
            index.extend(names.iter().map(|name| named(&root, Some(name))));
            if names.is_empty() {
                index.push(root);
            }
            let top = manifest.layers.last().map(|layer| layer.digest.hex()).unwrap_or_default();
            for name in names {
                let tags = repositories.entry(name.familiar_name()).or_default();
                tags.insert(name.tag.clone().unwrap_or_default(), json!(top));
            }
        }
        if !repositories.is_empty() {
            put(&mut tree, "/repositories", 0o644, line(&repositories));
        }
        put(&mut tree, "/manifest.json", 0o644, line(&entries));
        put(&mut tree, "/oci-layout", 0o644, br#"{"imageLayoutVersion": "1.0.0"}"#.to_vec());
        put(&mut tree, "/index.json", 0o644, json::compact(&Index::of(index)));
        Ok(fs::tar_of(&tree)?)
    }
}

/// The image as a manifest of uncompressed layers.
fn manifest(image: &Image) -> Manifest {
    let as_oci = |blob: &Descriptor, media_type| Descriptor::new(media_type, blob.digest, blob.size);
    let layers = image.document.layers.iter().map(|layer| as_oci(layer, MediaType::LAYER)).collect();
    Manifest::of(as_oci(&image.document.config, MediaType::CONFIG), layers)
}

fn entry(manifest: &Manifest, names: &[Reference]) -> Value {
    let path = |blob: &Descriptor| blob_path(&blob.digest)[1..].to_owned();
    let sources: Map<String, Value> =
        manifest.layers.iter().map(|layer| (layer.digest.to_string(), json!(layer))).collect();
    let tags: Vec<String> = names.iter().map(Reference::familiar).collect();
    json!({
        "Config": path(&manifest.config),
        "RepoTags": if tags.is_empty() { Value::Null } else { json!(tags) },
        "Layers": manifest.layers.iter().map(path).collect::<Vec<String>>(),
        "LayerSources": sources,
    })
}

/// As Go's encoder writes it: with a line break.
fn line(value: &impl serde::Serialize) -> Vec<u8> {
    [json::compact(value), b"\n".to_vec()].concat()
}
