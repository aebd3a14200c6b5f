//! What lists say of an image: all that its name stands for, every platform
//! and every attestation, as far as they are here.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/containerd/image_list.go>

use std::collections::BTreeSet;

use super::{Engine, Image};
use crate::oci::{Descriptor, Digest, ImageConfig, Platform};
use crate::text::sorted_by;

/// One image as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// What its names point at.
    pub root: Descriptor,
    /// Its canonical names, sorted; none if it is dangling.
    pub names: Vec<String>,
    /// One entry a platform, in the order of the index.
    pub platforms: Vec<PlatformSummary>,
    /// All manifests with their configurations and compressed layers that are here, attestations too, in bytes.
    pub content_size: u64,
    /// The image for this machine, or the first that is here.
    pub image: Option<Image>,
    /// Every blob that belongs to it and is here, once.
    pub blobs: Vec<Descriptor>,
}

/// One platform of an image.
#[derive(Debug, Clone, PartialEq)]
pub struct PlatformSummary {
    /// Its manifest.
    pub manifest: Descriptor,
    /// Where it runs.
    pub platform: Platform,
    /// Whether all of it is here.
    pub available: bool,
    /// What is here of manifest, configuration and compressed layers, in bytes.
    pub content_size: u64,
    /// Its unpacked layers, in bytes.
    pub unpacked_size: u64,
    /// Containers made from it.
    pub containers: usize,
}

impl PlatformSummary {
    /// Content and unpacked layers, in bytes.
    pub fn disk_usage(&self) -> u64 {
        self.content_size.saturating_add(self.unpacked_size)
    }
}

impl Summary {
    /// Content and unpacked layers of all platforms, in bytes.
    pub fn disk_usage(&self) -> u64 {
        self.platforms.iter().map(|platform| platform.unpacked_size).fold(self.content_size, u64::saturating_add)
    }

    /// Containers made from it.
    pub fn containers(&self) -> usize {
        self.platforms.iter().map(|platform| platform.containers).sum()
    }

    /// The configuration of the image for this machine.
    pub fn config(&self) -> Option<&ImageConfig> {
        self.image.as_ref().map(|image| &image.config)
    }
}

impl Engine {
    /// Every image once, newest first.
    pub fn summaries(&self) -> Vec<Summary> {
        let mut known = BTreeSet::new();
        let roots = self.named_or_not().filter(|root| known.insert(root.digest));
        let created = |summary: &Summary| summary.config().and_then(|config| config.created).unwrap_or_default();
        let seconds = |summary: &Summary| created(summary).seconds();
        sorted_by(roots.map(|root| self.summary(root)), |a, b| seconds(b).cmp(&seconds(a)))
    }

    /// What lists say of one image.
    pub fn summary(&self, root: &Descriptor) -> Summary {
        let mut summary = Summary {
            root: root.clone(),
            names: self.names_of(&root.digest),
            platforms: Vec::new(),
            content_size: 0,
            image: self.image(root).ok(),
            blobs: Vec::new(),
        };
        for manifest in self.blobs.manifests(root) {
            self.add(&mut summary, manifest);
        }
        if let Some(image) = summary.image.as_ref().filter(|_| root.media_type.is_config()) {
            // The classic store has one platform, and nothing that is compressed: its layers take room unpacked.
            summary.blobs = image.document.layers.iter().map(|layer| Descriptor { size: 0, ..layer.clone() }).collect();
            summary.platforms.push(PlatformSummary {
                manifest: root.clone(),
                platform: image.config.platform(),
                available: true,
                content_size: 0,
                unpacked_size: self.layer_rooms(image).iter().sum(),
                containers: self.users(&root.digest).count(),
            });
        }
        summary
    }

    fn add(&self, summary: &mut Summary, manifest: Descriptor) {
        let present = self.blobs.reachable(&manifest);
        let content_size = present.iter().map(|blob| blob.size).sum::<u64>();
        summary.content_size = summary.content_size.saturating_add(content_size);
        for blob in present {
            if !summary.blobs.iter().any(|known| known.digest == blob.digest) {
                summary.blobs.push(blob);
            }
        }
        if manifest.is_pseudo_image() {
            return;
        }
        let image = Image::best(&self.blobs, &manifest, &self.platform()).ok();
        let configured = image.as_ref().map(|image| image.config.platform());
        let Some(platform) = manifest.platform.clone().or(configured) else { return };
        summary.platforms.push(PlatformSummary {
            containers: self.containers_of(&summary.root.digest, &platform),
            platform,
            available: self.blobs.is_whole(&manifest),
            content_size,
            unpacked_size: image.iter().flat_map(|image| self.layer_rooms(image)).sum(),
            manifest,
        });
    }

    /// Containers run what the image has for this machine.
    fn containers_of(&self, root: &Digest, platform: &Platform) -> usize {
        if *platform != self.platform() {
            return 0;
        }
        self.containers.values().filter(|container| container.image == *root).count()
    }
}
