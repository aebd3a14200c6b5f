//! What nobody needs any more. Taking away a tag or a manifest frees nothing:
//! bytes go when a collection marked all that is needed and sweeps the rest.
//! <https://distribution.github.io/distribution/about/garbage-collection/>
//!
//! A push comes in many requests, and what its blobs are for is known with the
//! last one; so what came a short while ago stays, as in Harbor.

use std::collections::BTreeSet;
use std::io;

use super::{Registry, Repository};
use crate::oci::{Digest, DocumentError, MediaType, Timestamp, children};

/// How a collection is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// Whether manifests go, too, that have no tag and that nothing with a tag needs.
    pub untagged: bool,
    /// How long what came stays in any case.
    pub grace_seconds: u64,
}

impl Default for Sweep {
    fn default() -> Self {
        Self { untagged: false, grace_seconds: 2 * 60 * 60 }
    }
}

/// What a collection takes away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Garbage {
    /// Manifests, each with its repository.
    pub manifests: Vec<(String, Digest)>,
    /// Blobs that no manifest of their repository names, each with it; others may show them.
    pub blobs: Vec<(String, Digest)>,
    /// Whose bytes are given back, because no repository shows them.
    pub freed: Vec<Digest>,
    /// How many bytes these are.
    pub freed_bytes: u64,
    /// Uploads that nobody went on with.
    pub uploads: Vec<String>,
    /// What each repository needs and so stays, in the order in which it was found.
    pub needed: Vec<(String, Vec<Digest>)>,
    /// What nobody needs and stays all the same, because it came a short while ago.
    pub young: Vec<Digest>,
}

impl Garbage {
    /// Whether nothing goes.
    pub fn is_empty(&self) -> bool {
        self.manifests.is_empty() && self.blobs.is_empty() && self.freed.is_empty() && self.uploads.is_empty()
    }
}

/// Why nothing may be collected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GarbageError {
    /// What this manifest needs is not known.
    #[error("{repository}: manifest {digest}: content not found")]
    Missing {
        /// Where it is shown.
        repository: String,
        /// Which.
        digest: Digest,
    },
    /// What this manifest needs cannot be read.
    #[error("{repository}: manifest {digest}: {source}")]
    Unreadable {
        /// Where it is shown.
        repository: String,
        /// Which.
        digest: Digest,
        /// Why.
        source: DocumentError,
    },
}

impl Registry {
    /// What a collection would take away now. If a single manifest cannot be read, that is not known.
    pub fn garbage(&self, sweep: &Sweep, now: Timestamp) -> Result<Garbage, GarbageError> {
        let is_young = |since: Timestamp| since.seconds().saturating_add(sweep.grace_seconds) > now.seconds();
        let came_lately = |digest: &Digest| self.arrival(digest).is_some_and(is_young);
        let (mut garbage, mut needed, mut young) = (Garbage::default(), BTreeSet::new(), BTreeSet::new());
        for (name, repository) in &self.repositories {
            let mut marks = Marks { registry: self, name, repository, seen: BTreeSet::new(), found: Vec::new() };
            let untagged = repository.manifests.keys().filter(|_| !sweep.untagged);
            for digest in repository.tags.values().chain(untagged) {
                marks.mark(*digest)?;
            }
            for digest in repository.manifests.keys().filter(|digest| came_lately(digest)) {
                if !marks.seen.contains(digest) {
                    young.insert(digest);
                }
                marks.mark(*digest)?;
            }
            let shown = repository.manifests.keys().chain(repository.blobs.keys());
            young.extend(shown.filter(|digest| !marks.seen.contains(*digest) && came_lately(digest)));
            let is_kept = |digest: &&Digest| marks.seen.contains(*digest) || came_lately(digest);
            let named = |digest: &Digest| (name.clone(), *digest);
            garbage.manifests.extend(repository.manifests.keys().filter(|digest| !is_kept(digest)).map(named));
            garbage.blobs.extend(repository.blobs.keys().filter(|digest| !is_kept(digest)).map(named));
            needed.extend(repository.manifests.keys().chain(repository.blobs.keys()).filter(is_kept).copied());
            garbage.needed.push((name.clone(), marks.found));
        }
        for (digest, kept) in self.blobs.iter().filter(|(digest, _)| !needed.contains(*digest) && !came_lately(digest))
        {
            garbage.freed.push(*digest);
            garbage.freed_bytes += kept.size();
        }
        young.extend(self.blobs.iter().map(|(digest, _)| digest).filter(|digest| !needed.contains(*digest)));
        garbage.young.extend(young.into_iter().filter(|digest| came_lately(digest)).copied());
        garbage.uploads = self.uploads_older_than(sweep.grace_seconds, now);
        Ok(garbage)
    }

    /// Takes away what was found to be garbage.
    pub fn sweep(&mut self, garbage: &Garbage) {
        for (name, digest) in &garbage.manifests {
            self.repositories.entry(name.clone()).or_default().forget_manifest(digest);
        }
        for (name, digest) in &garbage.blobs {
            self.repositories.entry(name.clone()).or_default().blobs.remove(digest);
        }
        for digest in &garbage.freed {
            self.blobs.remove(digest);
            self.arrived.remove(digest);
        }
        for id in &garbage.uploads {
            self.uploads.remove(id);
        }
    }

    /// When something came last, if that is known.
    pub fn arrival(&self, digest: &Digest) -> Option<Timestamp> {
        self.arrived.get(digest).copied().or_else(|| self.blobs.kept(digest)?.arrival())
    }

    /// Remembers that something came, perhaps once more; what the host keeps it remembers itself.
    pub(super) fn note_arrival(&mut self, digest: Digest, now: Timestamp) -> io::Result<()> {
        let is_noted = self.blobs.kept(&digest).map_or(Ok(false), |kept| kept.note_arrival())?;
        if !is_noted {
            self.arrived.insert(digest, now);
        }
        Ok(())
    }
}

/// What is needed in one repository.
struct Marks<'a> {
    registry: &'a Registry,
    name: &'a str,
    repository: &'a Repository,
    seen: BTreeSet<Digest>,
    /// What was seen and is here, in order.
    found: Vec<Digest>,
}

impl Marks<'_> {
    /// A manifest, all it names, and all that refers to it: an attestation has no tag, and is needed.
    fn mark(&mut self, root: Digest) -> Result<(), GarbageError> {
        let mut open = vec![root];
        while let Some(digest) = open.pop() {
            if !self.seen.insert(digest) {
                continue;
            }
            if self.repository.manifests.contains_key(&digest) || self.repository.blobs.contains_key(&digest) {
                self.found.push(digest);
            }
            if let Some(manifest) = self.repository.manifests.get(&digest) {
                open.extend(self.children(digest, &manifest.media_type)?);
                open.extend(self.repository.referrers.get(&digest).into_iter().flatten());
            }
        }
        Ok(())
    }

    fn children(&self, digest: Digest, media_type: &MediaType) -> Result<Vec<Digest>, GarbageError> {
        let repository = self.name.to_owned();
        let Some(bytes) = self.registry.blobs.get(&digest) else {
            return Err(GarbageError::Missing { repository, digest });
        };
        let named = children(media_type, &bytes);
        let named = named.map_err(|source| GarbageError::Unreadable { repository, digest, source })?;
        Ok(named.into_iter().map(|named| named.digest).collect())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::host::Kept;
    use crate::oci::{Descriptor, Index, Manifest};
    use crate::registry::tests::Desk;

    const LATER: u64 = 1_000_000;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn untagged() -> Sweep {
        Sweep { untagged: true, ..Sweep::default() }
    }

    fn collect(desk: &mut Desk, sweep: &Sweep, now: u64) -> Garbage {
        let garbage = desk.registry.garbage(sweep, at(now)).expect("every manifest can be read");
        desk.registry.sweep(&garbage);
        garbage
    }

    fn push_blob(desk: &mut Desk, repository: &str, bytes: &str) -> Descriptor {
        let blob = Descriptor::of(MediaType::LAYER_GZIP, bytes.as_bytes());
        let path = format!("/v2/{repository}/blobs/uploads/?digest={}", blob.digest);
        assert_eq!(desk.send("POST", &path, &[], bytes.to_owned()).status().as_u16(), 201);
        blob
    }

    fn push(desk: &mut Desk, path: &str, media_type: &MediaType, bytes: Vec<u8>) -> Descriptor {
        let descriptor = Descriptor::of(media_type.clone(), &bytes);
        let path = path.replace("DIGEST", &descriptor.digest.to_string());
        let headers = [("content-type", media_type.to_string())];
        assert_eq!(desk.send("PUT", &path, &headers, bytes).status().as_u16(), 201);
        descriptor
    }

    /// An index with the tag `1` of one image, which is signed; neither of these has a tag.
    fn signed(desk: &mut Desk, repository: &str) -> [Descriptor; 3] {
        let (config, layer) = (push_blob(desk, repository, "{}"), push_blob(desk, repository, "a layer"));
        let image = Manifest::of(config.clone(), vec![layer]);
        let by_digest = format!("/v2/{repository}/manifests/DIGEST");
        let image = push(desk, &by_digest, &MediaType::MANIFEST, image.to_bytes());
        let signature = Manifest { subject: Some(image.clone()), ..Manifest::of(config, Vec::new()) };
        let signature = push(desk, &by_digest, &MediaType::MANIFEST, signature.to_bytes());
        let index = Index::of(vec![image.clone()]).to_bytes();
        let index = push(desk, &format!("/v2/{repository}/manifests/1"), &MediaType::INDEX, index);
        [index, image, signature]
    }

    #[test]
    fn what_a_tag_leads_to_is_no_garbage() {
        let mut desk = Desk::new();
        signed(&mut desk, "px");
        assert!(collect(&mut desk, &untagged(), LATER).is_empty());
    }

    #[test]
    fn taking_a_tag_away_frees_nothing_before_a_collection_of_what_is_untagged() {
        let mut desk = Desk::new();
        let [index, image, signature] = signed(&mut desk, "px");
        let before = desk.registry.blobs().size_bytes();
        desk.send("DELETE", "/v2/px/manifests/1", &[], "");
        assert!(collect(&mut desk, &Sweep::default(), LATER).is_empty());
        assert_eq!(desk.registry.blobs().size_bytes(), before);
        let garbage = collect(&mut desk, &untagged(), LATER);
        assert_eq!(garbage.freed_bytes, before);
        let mut gone: Vec<Digest> = garbage.manifests.into_iter().map(|(_, digest)| digest).collect();
        gone.retain(|digest| ![index.digest, image.digest, signature.digest].contains(digest));
        assert!(gone.is_empty() && desk.registry.blobs().is_empty());
    }

    #[test]
    fn what_another_repository_shows_stays() {
        let mut desk = Desk::new();
        signed(&mut desk, "px");
        signed(&mut desk, "py");
        let [index, ..] = signed(&mut desk, "px");
        desk.send("DELETE", &format!("/v2/px/manifests/{}", index.digest), &[], "");
        let garbage = collect(&mut desk, &untagged(), LATER);
        assert_eq!((garbage.manifests.len(), garbage.blobs.len(), garbage.freed_bytes), (2, 2, 0));
        assert_eq!(desk.send("GET", "/v2/py/manifests/1", &[], "").status().as_u16(), 200);
    }

    #[test]
    fn what_came_lately_stays_for_the_manifest_that_may_follow() {
        let mut desk = Desk::new();
        let blob = push_blob(&mut desk, "px", "a layer");
        desk.send("POST", "/v2/px/blobs/uploads/", &[], "");
        let grace = Sweep::default().grace_seconds;
        let kept = collect(&mut desk, &untagged(), grace - 1);
        assert!(kept.is_empty() && kept.young == [blob.digest], "{kept:?}");
        let garbage = collect(&mut desk, &Sweep::default(), grace);
        assert_eq!((garbage.freed, garbage.uploads.len()), (vec![blob.digest], 1));
        assert_eq!(desk.send("HEAD", &format!("/v2/px/blobs/{}", blob.digest), &[], "").status().as_u16(), 404);
    }

    #[test]
    fn a_manifest_that_cannot_be_read_stops_the_collection() {
        let mut desk = Desk::new();
        let [_, image, _] = signed(&mut desk, "px");
        desk.registry.blobs.keep(image.digest, Kept::Memory(Bytes::from_static(b"rot")));
        let error = desk.registry.garbage(&Sweep::default(), at(LATER)).expect_err("unreadable");
        assert!(matches!(error, GarbageError::Unreadable { .. }), "{error}");
        desk.registry.blobs.remove(&image.digest);
        let error = desk.registry.garbage(&Sweep::default(), at(LATER)).expect_err("missing");
        assert_eq!(error.to_string(), format!("px: manifest {}: content not found", image.digest));
    }

    proptest! {
        #[test]
        fn no_collection_takes_what_a_tag_needs(
            images in proptest::collection::vec((0..3_u8, 0..4_u8, 0..4_u8, 0..3_u8), 0..12),
            sweep in (any::<bool>(), 0..2_u64),
        ) {
            let mut desk = Desk::new();
            for (repository, config, layer, tag) in images {
                let repository = format!("r{repository}");
                let config = push_blob(&mut desk, &repository, &format!("config {config}"));
                let layer = push_blob(&mut desk, &repository, &format!("layer {layer}"));
                let image = Manifest::of(config, vec![layer]).to_bytes();
                push(&mut desk, &format!("/v2/{repository}/manifests/t{tag}"), &MediaType::MANIFEST, image);
            }
            let needed = |registry: &Registry| -> Vec<Vec<Descriptor>> {
                let tagged = registry.repositories().flat_map(|(_, shown)| {
                    shown.tags.values().map(|digest| registry.blobs().reachable(&shown.manifests[digest].descriptor(*digest)))
                });
                tagged.collect()
            };
            let before = needed(&desk.registry);
            collect(&mut desk, &Sweep { untagged: sweep.0, grace_seconds: sweep.1 }, LATER);
            prop_assert_eq!(needed(&desk.registry), before);
        }
    }
}
