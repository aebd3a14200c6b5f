//! `docker system df`: how much room images, containers and the build cache
//! take, and how much of it nothing needs.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/disk_usage.go>

use std::collections::BTreeMap;

use super::{Container, Engine, State, Summary};
use crate::build::CacheRecord;
use crate::oci::Digest;
use crate::text::sorted;

/// The room that things of one kind take, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many there are.
    pub total: usize,
    /// How many are in use.
    pub active: usize,
    /// All of it.
    pub size: u64,
    /// What would be free without those that are not in use.
    pub reclaimable: u64,
}

/// All that takes room on a machine.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DiskUsage<'e> {
    /// Images together.
    pub images: Usage,
    /// Each image, newest first, and what of its size it shares with others.
    pub each_image: Vec<(Summary, u64)>,
    /// Containers together.
    pub containers: Usage,
    /// Each container, newest first.
    pub each_container: Vec<&'e Container>,
    /// The build cache.
    pub cache: Usage,
    /// Its records, oldest first, and whether an image has the same layer.
    pub each_record: Vec<(CacheRecord, bool)>,
}

impl Engine {
    /// What takes room here.
    pub fn disk_usage(&self) -> DiskUsage<'_> {
        let images = self.summaries();
        let each_image = with_shared(self, images);
        let each_container = self.list_containers();
        let used = sorted(each_image.iter().flat_map(|(image, _)| image.blobs.iter().map(|blob| blob.digest)));
        let records = self.cache.records().into_iter().map(|record| {
            let room = self.layer_room(&record.layer);
            let size = if room > 0 { room } else { record.size };
            let shared = used.binary_search(&record.layer).is_ok();
            (CacheRecord { size, ..record }, shared)
        });
        let each_record: Vec<(CacheRecord, bool)> = records.collect();
        DiskUsage {
            images: of_images(self, &each_image),
            containers: of_containers(self, &each_container),
            cache: of_records(&each_record),
            each_image,
            each_container,
            each_record,
        }
    }
}

/// Layers and blobs that more than one image has.
fn with_shared(engine: &Engine, images: Vec<Summary>) -> Vec<(Summary, u64)> {
    let mut owners: BTreeMap<Digest, usize> = BTreeMap::new();
    for blob in images.iter().flat_map(|image| &image.blobs) {
        *owners.entry(blob.digest).or_default() += 1;
    }
    let shared = |image: &Summary| {
        let common = image.blobs.iter().filter(|blob| owners[&blob.digest] > 1);
        common.map(|blob| blob.size + engine.layer_room(&blob.digest)).sum::<u64>()
    };
    images.into_iter().map(|image| (shared(&image), image)).map(|(shared, image)| (image, shared)).collect()
}

fn of_images(engine: &Engine, images: &[(Summary, u64)]) -> Usage {
    let blobs = images.iter().flat_map(|(image, _)| &image.blobs);
    let mut blobs = sorted(blobs.map(|blob| (blob.digest, blob.size)));
    blobs.dedup_by_key(|(digest, _)| *digest);
    let unused = images.iter().filter(|(image, _)| image.containers() == 0);
    Usage {
        total: images.len(),
        active: images.len() - unused.clone().count(),
        size: blobs.iter().map(|(digest, size)| size + engine.layer_room(digest)).sum(),
        reclaimable: unused.map(|(image, shared)| image.disk_usage().saturating_sub(*shared)).sum(),
    }
}

fn of_containers(engine: &Engine, containers: &[&Container]) -> Usage {
    let mut usage = Usage { total: containers.len(), ..Usage::default() };
    for container in containers {
        let (written, _) = engine.container_room(container);
        usage.size += written;
        if matches!(container.state, State::Running { .. }) {
            usage.active += 1;
        } else {
            usage.reclaimable += written;
        }
    }
    usage
}

fn of_records(records: &[(CacheRecord, bool)]) -> Usage {
    let sum = |records: &mut dyn Iterator<Item = &(CacheRecord, bool)>| records.map(|(record, _)| record.size).sum();
    Usage {
        total: records.len(),
        active: 0,
        size: sum(&mut records.iter()),
        reclaimable: sum(&mut records.iter().filter(|(_, shared)| !shared)),
    }
}
