//! Everything that nothing needs, removed at once: `docker image prune`,
//! `docker container prune`, `docker builder prune`.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/containerd/image_prune.go>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::images::familiar;
use super::{Container, Engine, Removed, State, Summary};
use crate::build::CacheRecord;
use crate::event::{Event, Events};
use crate::oci::{Descriptor, Digest, Reference};

/// What went, and the room it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pruned<T> {
    /// In the order it went.
    pub removed: Vec<T>,
    /// Bytes.
    pub space: u64,
}

impl<T> Default for Pruned<T> {
    fn default() -> Self {
        Self { removed: Vec::new(), space: 0 }
    }
}

impl Engine {
    /// Removes the dangling images that are `wanted`, or with `all` every name
    /// that no container was made from.
    pub fn prune_images(
        &mut self,
        all: bool,
        wanted: impl Fn(&Summary) -> bool,
        events: Events<'_>,
    ) -> Pruned<Removed> {
        let mut pruned = Pruned::default();
        // Nothing is held any longer of pulls that were given up.
        self.partials.clear();
        for (name, root) in self.prunable(all, wanted) {
            if self.is_classic() {
                self.prune_classic(&name, &root, &mut pruned, events);
            } else {
                self.prune_one(&name, &root, &mut pruned, events);
            }
        }
        pruned
    }

    /// The names to remove, sorted, and what each means; of a dangling image its digest.
    fn prunable(&self, all: bool, wanted: impl Fn(&Summary) -> bool) -> BTreeMap<String, Descriptor> {
        let dangling = self.dangling.iter().map(|(digest, root)| (digest.to_string(), root));
        let named = self.names.iter().map(|(name, root)| (name.clone(), root)).filter(|_| all);
        let pruned = dangling.chain(named).filter(|(_, root)| wanted(&self.summary(root)));
        let mut candidates = BTreeMap::new();
        candidates.extend(pruned.map(|(name, root)| (name, (**root).clone())));
        let mut kept: BTreeSet<Digest> = BTreeSet::new();
        for container in self.containers.values() {
            candidates.remove(&container.image.to_string());
            let by_id = container.image.to_string().starts_with(&id_of(&container.image_name));
            if self.is_classic() || by_id || container.image_name.ends_with(&format!("@{}", container.image)) {
                kept.insert(container.image);
            }
            if let Ok(name) = container.image_name.parse::<Reference>().map(Reference::tagged) {
                candidates.remove(&name.to_string());
                candidates.remove(&Reference { digest: None, ..name }.to_string());
            }
        }
        let mut count: BTreeMap<Digest, usize> = BTreeMap::new();
        for root in self.named_or_not() {
            *count.entry(root.digest).or_default() += 1;
        }
        let is_classic = self.is_classic();
        // The last name of an image that a container means by its id stays.
        candidates.retain(|_, root| {
            let left = count.entry(root.digest).or_default();
            let is_last = *left <= 1;
            *left = left.saturating_sub(1);
            !kept.contains(&root.digest) || (!is_last && !is_classic)
        });
        candidates
    }

    fn prune_one(&mut self, name: &str, root: &Descriptor, pruned: &mut Pruned<Removed>, events: Events<'_>) {
        let parts = self.blobs.reachable(root);
        let rooms: Vec<u64> = parts.iter().map(|part| self.layer_room(&part.digest)).collect();
        if self.dangling.remove(&root.digest).is_none() {
            self.names.remove(name);
        }
        self.collect_garbage();
        let shown = familiar(name);
        events(Event::ImageUntagged { image: root.digest, reference: shown.clone() });
        pruned.removed.push(Removed::Untagged(shown));
        for (part, room) in parts.iter().zip(rooms).filter(|(part, _)| !self.blobs.has(&part.digest)) {
            pruned.space += part.size + room;
            if part.media_type.is_document() {
                pruned.removed.push(Removed::Deleted(part.digest));
            }
        }
        if !self.blobs.has(&root.digest) {
            events(Event::ImageDeleted { image: root.digest });
        }
    }

    fn prune_classic(&mut self, name: &str, root: &Descriptor, pruned: &mut Pruned<Removed>, events: Events<'_>) {
        let rooms: Vec<(Digest, u64)> =
            self.parts(root).into_iter().map(|part| (part, self.layer_room(&part))).collect();
        let Ok(removed) = self.remove_classic(name, false, events) else { return };
        pruned.removed.extend(removed);
        pruned.space += rooms.iter().filter(|(part, _)| !self.blobs.has(part)).map(|(_, room)| room).sum::<u64>();
    }

    /// Removes the containers that do not run and are `wanted`; their ids.
    pub fn prune_containers(
        &mut self,
        wanted: impl Fn(&Self, &Container) -> bool,
        events: Events<'_>,
    ) -> Pruned<String> {
        let idle = |container: &&Container| matches!(container.state, State::Created | State::Exited { .. });
        let containers = self.list_containers().into_iter().filter(idle).filter(|container| wanted(self, container));
        let found: Vec<(String, u64)> =
            containers.map(|container| (container.id.clone(), self.container_room(container).0)).collect();
        let mut pruned = Pruned::default();
        for (id, room) in found {
            Arc::make_mut(&mut self.containers).remove(&id);
            events(Event::ContainerRemoved { id: id.clone() });
            pruned.removed.push(id);
            pruned.space += room;
        }
        pruned
    }

    /// Removes the results of build steps that are `wanted`, oldest first, until
    /// no more than `reserved` bytes are left; those whose layers an image has
    /// only with `all`. Each with whether it was shared.
    pub fn prune_cache(
        &mut self,
        all: bool,
        reserved: u64,
        wanted: impl Fn(&CacheRecord) -> bool,
    ) -> Pruned<(CacheRecord, bool)> {
        let records = self.disk_usage().each_record;
        let mut left: u64 = records.iter().map(|(record, _)| record.size).sum();
        let mut pruned = Pruned::default();
        for (record, shared) in records {
            if left <= reserved && reserved > 0 {
                break;
            }
            if (shared && !all) || !wanted(&record) {
                continue;
            }
            left -= record.size;
            pruned.space += record.size;
            self.cache.forget_record(&record.id);
            pruned.removed.push((record, shared));
        }
        if all && reserved == 0 && self.cache.records().is_empty() {
            self.cache = crate::build::Cache::default();
        }
        pruned
    }
}

/// A typed id as the beginning of a digest; a name is none.
fn id_of(typed: &str) -> String {
    format!("sha256:{}", typed.strip_prefix("sha256:").unwrap_or(typed))
}
