//! What a build is asked for, what it needs from outside, what it gives.

use std::collections::BTreeMap;

use serde_json::Value;

use super::annotation::Annotation;
use super::cache::Cache;
use super::error::BuildError;
use super::named::{Layout, NamedContexts};
use crate::event::Events;
use crate::fs::{FsPath, Rootfs, Tree};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, ImageConfig, Manifest, Platform, Reference, ReferenceError};
use crate::runtime::Processes;
use crate::store::Blobs;
use crate::transfer::Credentials;

/// One `docker build`.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "flags of docker build, each on its own")]
pub struct Request {
    /// The files of the machine.
    pub files: Tree,
    /// The folder that is the build context.
    pub context: FsPath,
    /// That folder as typed, for messages.
    pub context_typed: String,
    /// The address that the context comes from, if it is none of these files. Then the Dockerfile is
    /// named from the root of what comes; the root itself means the usual one.
    pub remote: Option<String>,
    /// The Dockerfile, usually `Dockerfile` in the context.
    pub dockerfile: FsPath,
    /// The names of the image; none makes it dangling.
    pub tags: Vec<Reference>,
    /// `--build-arg`, in the order given.
    pub arguments: Vec<(String, String)>,
    /// `--label`, in the order given.
    pub labels: Vec<(String, String)>,
    /// `--target`
    pub target: Option<String>,
    /// What the image is for; several make an index. None means what the builder runs on.
    pub platforms: Vec<Platform>,
    /// What the builder runs on.
    pub builder: Platform,
    /// `--secret`, by id.
    pub secrets: BTreeMap<String, Vec<u8>>,
    /// Whether RUN, COPY and ADD run again although their results are known.
    pub no_cache: bool,
    /// As `no_cache`, for the stages with these names alone.
    pub no_cache_stages: Vec<String>,
    /// `--build-context`: what stands for names.
    pub contexts: NamedContexts,
    /// `--cache-from`, in the order given.
    pub cache_from: Vec<CacheSource>,
    /// `--cache-to type=inline`: whether the image says which steps made it.
    pub inline_cache: bool,
    /// What else is said to the builder of every RUN, by the names buildx gives to its flags.
    pub attributes: BTreeMap<String, String>,
    /// What a RUN may ask for.
    pub rights: Rights,
    /// Whether bases are asked for at their registry although they are here.
    pub pull: bool,
    /// What is attested of how the image was made; nothing without it.
    pub provenance: Option<Provenance>,
    /// Whether no file of the new layers may be younger than `SOURCE_DATE_EPOCH`.
    pub rewrite_timestamp: bool,
    /// Whether all stages are looked at although only one is built: for their mistakes.
    pub all_stages: bool,
    /// Whether it is only asked about: then no context travels.
    pub is_question: bool,
    /// Whether remarks are the answer: then they are not told on the way.
    pub is_check: bool,
    /// `--annotation`, in the order given.
    pub annotations: Vec<Annotation>,
    /// What becomes of the result.
    pub output: Output,
    /// Whether an image in the store is unpacked at once.
    pub unpack: bool,
    /// Whether it is pushed under its names, which whoever builds does when it is there.
    pub push: bool,
}

/// Rights beyond the usual ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights {
    /// `RUN --network=host`
    pub host_network: bool,
}

/// `--cache-from`: where another builder wrote what it knows.
#[derive(Debug, Clone)]
pub enum CacheSource {
    /// In a registry.
    Registry {
        /// Under which name, as typed.
        typed: String,
        /// As whom it is asked.
        credentials: Option<Credentials>,
    },
    /// In a folder of the machine.
    Folder {
        /// What the builder calls it.
        name: String,
        /// What is there.
        layout: Box<Layout>,
    },
    /// In a kind of place that this builder does not know.
    Unknown {
        /// What the builder calls it.
        name: String,
        /// The kind.
        kind: String,
    },
}

impl CacheSource {
    /// As the step that reads it is called.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Registry { typed: name, .. } | Self::Folder { name, .. } | Self::Unknown { name, .. } => name,
        }
    }
}

/// How much is attested.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "parameters of an attestation, each on its own")]
pub struct Provenance {
    /// `mode=max`: all parameters, the steps and where they stand in the Dockerfile.
    pub is_whole: bool,
    /// `builder-id`
    pub builder: String,
    /// `reproducible`: what the user says of the result.
    pub is_reproducible: bool,
    /// `version=v0.2`: in the older form.
    pub is_older: bool,
    /// `inline-only`: an image that goes to an archive alone is not attested.
    pub inline_only: bool,
}

impl Default for Provenance {
    /// What buildx asks for where nobody says anything: `mode=min,inline-only=true`.
    fn default() -> Self {
        Self { is_whole: false, builder: String::new(), is_reproducible: false, is_older: false, inline_only: true }
    }
}

/// What becomes of the result of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Output {
    /// An image in the store.
    #[default]
    Image,
    /// An OCI layout in a tar archive.
    Oci,
    /// An OCI layout in a folder.
    Layout,
    /// An archive that `docker load` takes.
    Docker,
    /// The files of the image in a tar archive.
    Tar,
    /// The files of the image in a folder.
    Local,
    /// Nothing but the steps, which the next build finds.
    Nothing,
}

impl Output {
    /// Whether it is an image, with its documents, and not just files.
    pub fn is_image(self) -> bool {
        matches!(self, Self::Image | Self::Oci | Self::Layout | Self::Docker)
    }

    /// The step that makes it, as progress names it.
    pub fn step(self) -> &'static str {
        match self {
            Self::Image | Self::Nothing => "exporting to image",
            Self::Oci | Self::Layout => "exporting to oci image format",
            Self::Docker => "exporting to docker image format",
            Self::Tar => "exporting to client tarball",
            Self::Local => "exporting to client directory",
        }
    }

    /// What that step says when everything travels to the client.
    pub fn sending(self) -> Option<&'static str> {
        match self {
            Self::Image | Self::Layout | Self::Nothing => None,
            Self::Oci | Self::Docker | Self::Tar => Some("sending tarball"),
            Self::Local => Some("copying files"),
        }
    }
}

/// Finds the image a FROM names, fetching it with the host's help if it is absent. None
/// says that it is still on its way: then the build asks again with its next piece.
pub type Bases<'a> =
    &'a mut dyn FnMut(&BaseRequest<'_>, &mut dyn Host, Events<'_>) -> Result<Option<BaseImage>, BaseError>;

/// The image a FROM names, for a platform.
#[derive(Debug, Clone, Copy)]
pub struct BaseRequest<'a> {
    /// Its name, with a tag or a digest.
    pub reference: &'a Reference,
    /// Which of its platforms.
    pub platform: &'a Platform,
    /// Whether the registry is asked although it is here.
    pub pull: bool,
    /// Where it is, if no registry and no store has it.
    pub layout: Option<&'a Layout>,
}

/// What a build may use of the world while it goes on.
pub struct Tools<'a> {
    /// Time, chance and the network.
    pub host: &'a mut dyn Host,
    /// Who takes what happens.
    pub events: Events<'a>,
    /// Who finds bases.
    pub bases: Bases<'a>,
    /// What runs the programs of RUN.
    pub processes: &'a mut dyn Processes,
}

/// The image a FROM names; its blobs are where the build's result goes.
#[derive(Debug, Clone)]
pub struct BaseImage {
    /// What the name points at: an index or a manifest.
    pub digest: Digest,
    /// The manifest for this platform.
    pub manifest: Manifest,
    /// Its configuration.
    pub config: ImageConfig,
    /// Its files.
    pub files: Rootfs,
    /// The layers that had to be fetched just now.
    pub fetched: Vec<Descriptor>,
}

/// Why a base cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BaseError {
    /// As the registry's client says it, such as `docker.io/library/nosuch:1: not found`.
    pub message: String,
}

/// What a build made.
#[derive(Debug, Clone)]
pub struct Built {
    /// What the names point at from now on: a manifest, or an index of them.
    pub image: Descriptor,
    /// One image a platform, in the order asked for.
    pub images: Vec<BuiltImage>,
    /// Every blob that was made: layers, configurations, manifests, attestations, index.
    pub blobs: Blobs,
    /// The names asked for.
    pub tags: Vec<Reference>,
    /// What becomes of it.
    pub output: Output,
    /// Whether what is attested is for images of a store alone.
    pub inline_only: bool,
    /// The step cache, with what this build added.
    pub cache: Cache,
    /// The number of this build.
    pub id: String,
    /// How long it took as modelled, in milliseconds; nobody's clock has moved yet.
    pub millis: u64,
}

/// The image for one platform.
#[derive(Debug, Clone)]
pub struct BuiltImage {
    /// Its manifest.
    pub manifest: Descriptor,
    /// What that says.
    pub document: Manifest,
    /// The configuration.
    pub config: ImageConfig,
    /// Its files.
    pub files: Rootfs,
    /// How it came to be, as the builder's own record has it.
    pub record: Value,
}

impl Request {
    /// A build of the folder `context` of `files` with nothing special about it.
    pub fn new(files: Tree, context: FsPath, builder: Platform) -> Self {
        Self {
            files,
            dockerfile: context.child("Dockerfile"),
            context,
            context_typed: ".".to_owned(),
            remote: None,
            tags: Vec::new(),
            arguments: Vec::new(),
            labels: Vec::new(),
            target: None,
            platforms: Vec::new(),
            builder,
            secrets: BTreeMap::new(),
            no_cache: false,
            no_cache_stages: Vec::new(),
            contexts: NamedContexts::new(),
            cache_from: Vec::new(),
            inline_cache: false,
            attributes: BTreeMap::new(),
            rights: Rights::default(),
            pull: false,
            provenance: Some(Provenance::default()),
            rewrite_timestamp: false,
            all_stages: false,
            is_question: false,
            is_check: false,
            annotations: Vec::new(),
            output: Output::Image,
            unpack: true,
            push: false,
        }
    }
}

/// A name after `-t`, with `latest` if it has no tag.
pub fn parse_tag(text: &str) -> Result<Reference, BuildError> {
    let invalid = |error: ReferenceError| {
        let reason = match error {
            ReferenceError::Upper { .. } => "repository name must be lowercase".to_owned(),
            error => error.to_string(),
        };
        BuildError::Tag { tag: text.to_owned(), reason }
    };
    text.parse::<Reference>().map(Reference::tagged).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_tag_is_named_in_buildx_words() {
        assert_eq!(parse_tag("mlmodel").expect("a name").familiar(), "mlmodel:latest");
        let table = [
            ("Bad:1", "invalid tag \"Bad:1\": repository name must be lowercase"),
            ("a::", "invalid tag \"a::\": invalid reference format"),
        ];
        for (tag, message) in table {
            assert_eq!(parse_tag(tag).expect_err(tag).to_string(), message);
        }
    }
}
