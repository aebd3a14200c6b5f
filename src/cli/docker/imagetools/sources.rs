//! What a new image is made from: names, digests and descriptors, each
//! resolved at its registry and put together to one document.

use bytes::Bytes;
use serde::Deserialize;

use super::failed;
use crate::build::{Annotation, annotate};
use crate::cli::Failure;
use crate::event::{Direction, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, ImageConfig, Index, MediaType, Platform, Reference, children, json};
use crate::transfer::{Client, Place};

/// One source as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is, if that was said.
    pub reference: Option<Reference>,
    /// What was said of it besides.
    pub given: Given,
}

/// The parts of a descriptor that may be typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Given {
    digest: Option<Digest>,
    size: u64,
    media_type: Option<MediaType>,
    platform: Option<Platform>,
    annotations: std::collections::BTreeMap<String, String>,
    schema_version: u32,
}

impl Source {
    /// A digest, a name or a descriptor in JSON.
    pub fn read(typed: &str) -> Result<Self, Failure> {
        let what = "valid sources are digests, references and descriptors";
        let wrong =
            |error: &dyn std::fmt::Display| failed(format!("failed to parse source {typed:?}, {what}: {error}"));
        if let Ok(digest) = typed.parse::<Digest>() {
            return Ok(Self { reference: None, given: Given { digest: Some(digest), ..Given::default() } });
        }
        if !typed.starts_with('{') {
            let reference = typed.parse::<Reference>().map(Reference::tagged).map_err(|error| wrong(&error))?;
            return Ok(Self { reference: Some(reference), given: Given::default() });
        }
        let given: Given = json::read(typed.as_bytes()).map_err(|error| wrong(&error))?;
        if given.schema_version != 0 {
            let version = given.schema_version;
            return Err(wrong(&format!(
                "expected an OCI content descriptor, got a manifest or index (schemaVersion {version})"
            )));
        }
        if given.digest.is_none() {
            return Err(wrong(&"invalid descriptor: digest is required"));
        }
        Ok(Self { reference: None, given })
    }

    /// Where it is: of a digest alone the one repository that everything else names.
    pub fn placed(&self, default: Option<&Reference>, typed: &str) -> Result<Reference, Failure> {
        if let Some(reference) = &self.reference {
            return Ok(reference.clone());
        }
        let unknown = || failed(format!("multiple repositories specified, cannot infer repository for {typed:?}"));
        let default = default.ok_or_else(unknown)?;
        Ok(Reference { tag: None, digest: self.given.digest, ..default.clone() })
    }
}

/// A source found at its registry.
pub struct Resolved {
    /// Where.
    pub place: Place,
    /// What it is, with its platform if it is an image.
    pub descriptor: Descriptor,
    /// Its bytes.
    pub bytes: Bytes,
}

/// Asks the registry what `source` is.
pub fn resolve(source: &Source, place: Place, host: &mut dyn Host, events: Events<'_>) -> Result<Resolved, Failure> {
    let mut client = Client::new(&place.reference, Direction::Pull, place.credentials.as_ref());
    let mut remote = client.over(host);
    let (mut descriptor, bytes) = remote.look_up(events).map_err(failed)?;
    let Given { size, media_type, platform, annotations, .. } = &source.given;
    if *size != 0 && *size != descriptor.size {
        let (digest, found) = (descriptor.digest, descriptor.size);
        return Err(failed(format!("invalid size mismatch for {digest}, {size} != {found}")));
    }
    descriptor.media_type = media_type.clone().unwrap_or(descriptor.media_type);
    descriptor.annotations.clone_from(annotations);
    descriptor.platform.clone_from(platform);
    if descriptor.media_type.is_manifest() && descriptor.platform.is_none() {
        let named = children(&descriptor.media_type, &bytes).map_err(failed)?;
        if let Some(config) = named.first() {
            let config = remote.document(config, events).map_err(failed)?;
            descriptor.platform = json::read::<ImageConfig>(&config).ok().map(|config| config.platform());
        }
    }
    Ok(Resolved { place, descriptor, bytes })
}

/// A document to push, and the manifests it needs with the places they come from.
pub struct Combined {
    /// What the tags are to name.
    pub root: Descriptor,
    /// Its bytes.
    pub bytes: Bytes,
    /// What must be there first.
    pub parts: Vec<(Descriptor, Place)>,
}

/// One source stays as it is, unless an index is wanted and it is none; several
/// become the index of all they list. Of `platforms` only those stay, each with
/// what attests it. With annotations it is always a new index.
pub fn combine(
    sources: &[Resolved],
    prefer_index: bool,
    annotations: &[Annotation],
    platforms: &[Platform],
) -> Result<Combined, Failure> {
    if let [only] = sources
        && annotations.is_empty()
        && (only.descriptor.media_type.is_index() || !prefer_index)
    {
        return filtered(only.descriptor.clone(), only.bytes.clone(), sources, platforms);
    }
    let mut manifests: Vec<Descriptor> = Vec::new();
    for source in sources {
        let listed = if source.descriptor.media_type.is_index() {
            children(&source.descriptor.media_type, &source.bytes).map_err(failed)?
        } else {
            vec![source.descriptor.clone()]
        };
        for descriptor in listed {
            match manifests.iter_mut().find(|known| known.digest == descriptor.digest) {
                Some(known) => {
                    known.platform = descriptor.platform.or(known.platform.take());
                    known.annotations.extend(descriptor.annotations);
                }
                None => manifests.push(descriptor),
            }
        }
    }
    let all_docker = manifests.iter().all(|manifest| manifest.media_type == MediaType::DOCKER_MANIFEST);
    let media_type = if all_docker { MediaType::DOCKER_LIST } else { MediaType::INDEX };
    let mut index = Index { media_type: media_type.clone(), ..Index::of(manifests) };
    if media_type == MediaType::INDEX {
        annotate(&mut index, annotations).map_err(failed)?;
    }
    let bytes = index.to_bytes();
    filtered(Descriptor::of(media_type, &bytes), bytes.into(), sources, platforms)
}

fn filtered(root: Descriptor, bytes: Bytes, sources: &[Resolved], platforms: &[Platform]) -> Result<Combined, Failure> {
    let fits = |platform: &Platform| platforms.is_empty() || platforms.iter().any(|wanted| wanted.accepts(platform));
    if !root.media_type.is_index() {
        let none = || failed("cannot filter platforms from a manifest without platform information");
        let platform = root.platform.as_ref().ok_or_else(none)?;
        if !fits(platform) {
            return Err(failed(format!("input platform {platform} does not match any of the provided platforms")));
        }
        let parts = vec![(root.clone(), sources[0].place.clone())];
        return Ok(Combined { root, bytes, parts });
    }
    let mut index: Index = json::read(&bytes).map_err(failed)?;
    let is_wanted = |manifest: &Descriptor| manifest.platform.as_ref().is_none_or(fits);
    let stays = |manifest: &Descriptor| {
        let subject = manifest.attested().and_then(|subject| index.manifests.iter().find(|one| one.digest == subject));
        is_wanted(manifest) || subject.is_some_and(is_wanted)
    };
    let kept: Vec<Descriptor> = index.manifests.iter().filter(|manifest| stays(manifest)).cloned().collect();
    if kept.is_empty() {
        return Err(failed("none of the manifests match the provided platforms"));
    }
    let parts = kept.iter().map(|manifest| (manifest.clone(), origin(manifest, sources).place.clone())).collect();
    if kept.len() == index.manifests.len() {
        return Ok(Combined { root, bytes, parts });
    }
    index.manifests = kept;
    let bytes = index.to_bytes();
    let root = Descriptor { annotations: root.annotations, ..Descriptor::of(root.media_type, &bytes) };
    Ok(Combined { root, bytes: bytes.into(), parts })
}

/// The last source that has the manifest, as buildx remembers it.
fn origin<'s>(manifest: &Descriptor, sources: &'s [Resolved]) -> &'s Resolved {
    let has = |source: &&Resolved| {
        source.descriptor.digest == manifest.digest
            || children(&source.descriptor.media_type, &source.bytes)
                .is_ok_and(|listed| listed.iter().any(|listed| listed.digest == manifest.digest))
    };
    sources.iter().rev().find(has).unwrap_or(&sources[0])
}
