//! Everything that hangs on one root. Of an image for many platforms mostly
//! one is here, so what a document names and nobody fetched is passed over.

use std::collections::BTreeSet;

use super::Blobs;
use crate::limits;
use crate::oci::{Descriptor, Digest, children};
use crate::text::sorted;

impl Blobs {
    /// `root` and all that it names, as far as the bytes are here: each once,
    /// a document before what it names. A document that cannot be read names
    /// nothing.
    pub fn reachable(&self, root: &Descriptor) -> Vec<Descriptor> {
        let mut walk = Walk { blobs: self, seen: BTreeSet::new(), found: Vec::new(), documents: 0 };
        walk.visit(root);
        walk.found
    }

    /// What a document here names directly, present or not; nothing if it is
    /// absent or cannot be read.
    pub fn children(&self, document: &Descriptor) -> Vec<Descriptor> {
        let is_small = self.size(&document.digest).is_some_and(|size| size <= limits::MANIFEST_BYTES);
        if !is_small || !document.media_type.is_document() {
            return Vec::new();
        }
        let bytes = self.get(&document.digest);
        bytes.and_then(|bytes| children(&document.media_type, &bytes).ok()).unwrap_or_default()
    }

    /// The manifests of `root`, itself or those of its index, present or not.
    pub fn manifests(&self, root: &Descriptor) -> Vec<Descriptor> {
        if root.media_type.is_manifest() {
            return vec![root.clone()];
        }
        self.children(root).into_iter().filter(|child| child.media_type.is_manifest()).collect()
    }

    /// Whether `root` and everything it names is here.
    pub fn is_whole(&self, root: &Descriptor) -> bool {
        let here = self.reachable(root);
        let known = sorted(here.iter().map(|found| found.digest));
        let named = here.iter().flat_map(|document| self.children(document));
        self.has(&root.digest) && named.into_iter().all(|child| known.binary_search(&child.digest).is_ok())
    }
}

struct Walk<'a> {
    blobs: &'a Blobs,
    seen: BTreeSet<Digest>,
    found: Vec<Descriptor>,
    documents: usize,
}

impl Walk<'_> {
    fn visit(&mut self, descriptor: &Descriptor) {
        if !self.blobs.has(&descriptor.digest) || !self.seen.insert(descriptor.digest) {
            return;
        }
        self.found.push(descriptor.clone());
        if !descriptor.media_type.is_document() || self.documents == limits::TRANSFER_DOCUMENTS {
            return;
        }
        self.documents += 1;
        for child in self.blobs.children(descriptor) {
            self.visit(&child);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::{Index, Manifest, MediaType};

    fn keep(blobs: &mut Blobs, media_type: MediaType, bytes: &[u8]) -> Descriptor {
        blobs.put(bytes.to_vec());
        Descriptor::of(media_type, bytes)
    }

    #[test]
    fn a_walk_goes_through_an_index_and_passes_over_what_is_absent() {
        let mut blobs = Blobs::default();
        let config = keep(&mut blobs, MediaType::CONFIG, b"{}");
        let layer = keep(&mut blobs, MediaType::LAYER_GZIP, b"a layer");
        let here = Manifest::of(config.clone(), vec![layer.clone(), layer.clone()]).to_bytes();
        let here = keep(&mut blobs, MediaType::MANIFEST, &here);
        let absent = Descriptor::of(MediaType::MANIFEST, b"nobody fetched it");
        let index = Index::of(vec![absent.clone(), here.clone()]).to_bytes();
        let root = keep(&mut blobs, MediaType::INDEX, &index);
        assert_eq!(blobs.reachable(&root), [root.clone(), here.clone(), config, layer]);
        assert_eq!(blobs.manifests(&root), [absent.clone(), here.clone()]);
        assert!(blobs.is_whole(&here) && !blobs.is_whole(&root) && !blobs.is_whole(&absent));
    }

    #[test]
    fn what_is_no_document_names_nothing() {
        let mut blobs = Blobs::default();
        let root = keep(&mut blobs, MediaType::INDEX, b"no JSON");
        assert_eq!(blobs.reachable(&root), [root]);
    }
}
