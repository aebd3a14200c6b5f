//! Steps for other builders: `--cache-to` writes which keys led to which
//! layers, `--cache-from` reads that, and fetches a layer when a step has its
//! key.
//! <https://docs.docker.com/build/cache/backends/>

mod document;
mod import;

use super::solve::Build;
use crate::oci::{Descriptor, Digest, Manifest, MediaType, Timestamp, json};
use crate::store::Blobs;
use document::Document;
pub(super) use import::{Import, Importing};

/// What a cache for other builders comes to.
#[derive(Debug)]
pub struct CacheExport {
    /// Its manifest.
    pub root: Descriptor,
    /// Its configuration, which holds the records.
    pub config: Descriptor,
    /// Its layers, in the order of their digests.
    pub layers: Vec<Descriptor>,
    /// The two documents.
    pub blobs: Blobs,
}

/// A layer that another builder has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    descriptor: Descriptor,
    diff_id: Digest,
    created: Option<Timestamp>,
}

impl Build {
    /// What this build knows, for others: the steps of the image, or with `all`
    /// those of every stage it needed. None if no step made a layer.
    pub fn export_cache(&self, all: bool) -> Option<CacheExport> {
        let document = self.known_steps(all).in_order();
        if document.records.is_empty() {
            return None;
        }
        let mut blobs = Blobs::default();
        let bytes = json::compact(&document);
        let config = Descriptor::of(MediaType::CACHE_CONFIG, &bytes);
        blobs.put(bytes);
        let layers = document.descriptors();
        let bytes = json::compact(&Manifest::of(config.clone(), layers.clone()));
        let root = Descriptor::of(MediaType::MANIFEST, &bytes);
        blobs.put(bytes);
        Some(CacheExport { root, config, layers, blobs })
    }

    /// The steps that made the image of `target`, for its own configuration: there the layers are those of the image.
    pub(super) fn inline_cache(&self, target: usize) -> Option<Vec<u8>> {
        let target = &self.targets[target];
        let Document { records, .. } = Document::of([&target.here(target.stages.target).layers[..]]);
        (self.request.inline_cache && !records.is_empty()).then(|| json::compact(&records))
    }

    fn known_steps(&self, all: bool) -> Document {
        let stages = self.targets.iter().flat_map(|target| {
            let stages = target.stages.needed().into_iter().filter(move |stage| all || *stage == target.stages.target);
            stages.map(|stage| target.here(stage).layers)
        });
        Document::of(stages.collect::<Vec<_>>().iter().map(Vec::as_slice))
    }
}
