//! What a build is asked for, what it needs from outside, what it gives.

use super::error::BuildError;
use crate::event::Events;
use crate::fs::{FsPath, Tree};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, ImageConfig, Manifest, Platform, Reference, ReferenceError};

/// One `docker build`.
#[derive(Debug, Clone)]
pub struct Request {
    /// The files of the machine.
    pub files: Tree,
    /// The folder that is the build context.
    pub context: FsPath,
    /// That folder as typed, for messages.
    pub context_typed: String,
    /// The Dockerfile, usually `Dockerfile` in the context.
    pub dockerfile: FsPath,
    /// The names of the image; none makes it dangling.
    pub tags: Vec<Reference>,
    /// Whether COPY runs again although its result is known.
    pub no_cache: bool,
    /// What an image from scratch is for; WASI if not said.
    pub platform: Option<Platform>,
}

/// Finds the image a FROM names, fetching it with the host's help if it is absent.
pub type Bases<'a> = &'a mut dyn FnMut(&Reference, &mut dyn Host, Events<'_>) -> Result<BaseImage, BaseError>;

/// The image a FROM names; its blobs are in the store of the build.
#[derive(Debug, Clone)]
pub struct BaseImage {
    /// What the name points at: an index or a manifest.
    pub digest: Digest,
    /// The manifest for this platform.
    pub manifest: Manifest,
    /// Its configuration.
    pub config: ImageConfig,
    /// Its layers, unpacked.
    pub tree: Tree,
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
    /// What the names point at from now on.
    pub image: Descriptor,
    /// The manifest; it is in the store, as are the blobs it names.
    pub manifest: Manifest,
    /// The configuration.
    pub config: ImageConfig,
    /// The layers, unpacked.
    pub tree: Tree,
    /// The names asked for.
    pub tags: Vec<Reference>,
    /// How long it took as modelled, in milliseconds; nobody's clock has moved yet.
    pub millis: u64,
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
