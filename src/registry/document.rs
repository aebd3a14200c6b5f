//! A manifest or an index as far as a registry has to know it.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md>

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::Policy;
use super::errors::RegistryError;
use super::repository::{Referrer, Repository, Shown};
use crate::oci::{Descriptor, Digest, MediaType, json};
use crate::text::sorted;

/// What is read of either; what else it says is kept and not looked at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    schema_version: u32,
    media_type: Option<MediaType>,
    artifact_type: Option<String>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    manifests: Option<Vec<Descriptor>>,
    pub(super) subject: Option<Descriptor>,
    annotations: Option<BTreeMap<String, String>>,
}

impl Document {
    /// Reads what was announced as `content_type`; the errors are distribution's.
    pub(super) fn parse(content_type: &str, bytes: &[u8]) -> Result<Self, RegistryError> {
        let invalid = |detail: String| RegistryError::ManifestInvalid { detail };
        let announced = MediaType::from(content_type.split(';').next().unwrap_or_default().trim());
        if !announced.is_document() {
            return Err(invalid(format!("unsupported manifest media type and no default available: {announced}")));
        }
        let document: Self = json::read(bytes).map_err(|error| invalid(error.to_string()))?;
        document.check(&announced).map_err(invalid)?;
        Ok(Self { media_type: Some(announced), ..document })
    }

    /// One that is both an image and an index means one thing to one client and another to the next.
    /// <https://github.com/opencontainers/distribution-spec/security/advisories/GHSA-mc8v-mgrf-8f4m>
    fn check(&self, announced: &MediaType) -> Result<(), String> {
        if self.schema_version != 2 {
            return Err(format!("unrecognized manifest schema version {}", self.schema_version));
        }
        if let Some(inner) = self.media_type.as_ref().filter(|inner| *inner != announced) {
            return Err(format!("if present, mediaType in manifest should be '{announced}' not '{inner}'"));
        }
        match (announced.is_index(), &self.manifests, &self.config) {
            (true, _, _) if self.config.is_some() || self.layers.is_some() => {
                Err("index: expected index but found manifest".to_owned())
            }
            (true, None, _) => Err("missing field `manifests`".to_owned()),
            (false, Some(_), _) => Err("ocimanifest: expected manifest but found index".to_owned()),
            (false, None, None) => Err("missing field `config`".to_owned()),
            _ => Ok(()),
        }
    }

    fn media_type(&self) -> MediaType {
        self.media_type.clone().expect("it is known since it was read")
    }

    /// The layers and the configuration of an image.
    pub(super) fn blobs(&self) -> impl Iterator<Item = &Descriptor> {
        self.layers.iter().flatten().chain(&self.config)
    }

    /// What it names and the repository does not show; each once.
    pub(super) fn lacking(&self, repository: Option<&Repository>, policy: &Policy) -> Vec<Digest> {
        if policy.sparse {
            return Vec::new();
        }
        let shows = |found: fn(&Repository, &Digest) -> bool, digest: &Digest| {
            repository.is_some_and(|repository| found(repository, digest))
        };
        let blobs = self.blobs().filter(|blob| !is_elsewhere(blob)).map(|blob| blob.digest);
        let blobs = blobs.filter(|digest| !shows(|here, digest| here.blobs.contains_key(digest), digest));
        let manifests = self.manifests.iter().flatten().map(|manifest| manifest.digest);
        let manifests = manifests.filter(|digest| !shows(|here, digest| here.manifests.contains_key(digest), digest));
        let mut lacking: Vec<Digest> = sorted(blobs.chain(manifests));
        lacking.dedup();
        lacking
    }

    /// How it is listed among the referrers of its subject, if it has one; otherwise no more than what it is.
    /// <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers>
    pub(super) fn shown(&self, size: u64) -> Shown {
        let bare = Shown::new(self.media_type(), size);
        if self.subject.is_none() {
            return bare;
        }
        let own = self.artifact_type.clone().filter(|own| !own.is_empty());
        let of_config = || self.config.as_ref().map(|config| config.media_type.to_string());
        let annotations = self.annotations.clone().unwrap_or_default();
        Shown { referrer: Some(Arc::new(Referrer { annotations, artifact_type: own.or_else(of_config) })), ..bare }
    }
}

/// Whether a layer may be had from elsewhere only. As in distribution, one that says so has to say where.
/// <https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#non-distributable-layers>
fn is_elsewhere(blob: &Descriptor) -> bool {
    blob.media_type.is_nondistributable() && !blob.urls.is_empty()
}
