//! The media types an image is made of.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md>

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use super::as_text::as_text;

/// A media type as it stands in a descriptor; unknown ones are kept as they came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MediaType(Cow<'static, str>);

impl MediaType {
    /// `application/vnd.oci.image.manifest.v1+json`
    pub const MANIFEST: Self = Self(Cow::Borrowed("application/vnd.oci.image.manifest.v1+json"));
    /// `application/vnd.oci.image.index.v1+json`
    pub const INDEX: Self = Self(Cow::Borrowed("application/vnd.oci.image.index.v1+json"));
    /// `application/vnd.oci.image.config.v1+json`
    pub const CONFIG: Self = Self(Cow::Borrowed("application/vnd.oci.image.config.v1+json"));
    /// `application/vnd.oci.image.layer.v1.tar+gzip`
    pub const LAYER_GZIP: Self = Self(Cow::Borrowed("application/vnd.oci.image.layer.v1.tar+gzip"));
    /// `application/vnd.oci.image.layer.v1.tar`
    pub const LAYER: Self = Self(Cow::Borrowed("application/vnd.oci.image.layer.v1.tar"));
    /// `application/vnd.docker.distribution.manifest.v2+json`
    pub const DOCKER_MANIFEST: Self = Self(Cow::Borrowed("application/vnd.docker.distribution.manifest.v2+json"));
    /// `application/vnd.docker.distribution.manifest.list.v2+json`
    pub const DOCKER_LIST: Self = Self(Cow::Borrowed("application/vnd.docker.distribution.manifest.list.v2+json"));
    /// `application/vnd.docker.container.image.v1+json`
    pub const DOCKER_CONFIG: Self = Self(Cow::Borrowed("application/vnd.docker.container.image.v1+json"));
    /// `application/vnd.docker.image.rootfs.diff.tar.gzip`
    pub const DOCKER_LAYER_GZIP: Self = Self(Cow::Borrowed("application/vnd.docker.image.rootfs.diff.tar.gzip"));
    /// `application/vnd.docker.image.rootfs.diff.tar`
    pub const DOCKER_LAYER: Self = Self(Cow::Borrowed("application/vnd.docker.image.rootfs.diff.tar"));
    /// `application/vnd.oci.empty.v1+json`: the configuration of what has none
    pub const EMPTY: Self = Self(Cow::Borrowed("application/vnd.oci.empty.v1+json"));
    /// `application/vnd.in-toto+json`
    pub const IN_TOTO: Self = Self(Cow::Borrowed("application/vnd.in-toto+json"));
    /// `application/vnd.buildkit.cacheconfig.v0`: which steps led to which layers
    pub const CACHE_CONFIG: Self = Self(Cow::Borrowed("application/vnd.buildkit.cacheconfig.v0"));
    /// `application/octet-stream`
    pub const OCTETS: Self = Self(Cow::Borrowed("application/octet-stream"));

    /// All that have a name here. Of these a registry has thousands, and so no copies of their texts.
    const KNOWN: [Self; 14] = [
        Self::MANIFEST,
        Self::INDEX,
        Self::CONFIG,
        Self::LAYER_GZIP,
        Self::LAYER,
        Self::DOCKER_MANIFEST,
        Self::DOCKER_LIST,
        Self::DOCKER_CONFIG,
        Self::DOCKER_LAYER_GZIP,
        Self::DOCKER_LAYER,
        Self::EMPTY,
        Self::IN_TOTO,
        Self::CACHE_CONFIG,
        Self::OCTETS,
    ];

    /// The text, such as `application/vnd.oci.image.index.v1+json`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the bytes are a list of manifests.
    pub fn is_index(&self) -> bool {
        *self == Self::INDEX || *self == Self::DOCKER_LIST
    }

    /// Whether the bytes are the manifest of one image.
    pub fn is_manifest(&self) -> bool {
        *self == Self::MANIFEST || *self == Self::DOCKER_MANIFEST
    }

    /// Whether the bytes are a document that names others.
    pub fn is_document(&self) -> bool {
        self.is_index() || self.is_manifest()
    }

    /// Whether the bytes are an image's configuration.
    pub fn is_config(&self) -> bool {
        *self == Self::CONFIG || *self == Self::DOCKER_CONFIG
    }

    /// Whether the bytes are a layer (a tar, compressed or not).
    pub fn is_layer(&self) -> bool {
        self.0.starts_with("application/vnd.oci.image.layer.")
            || self.0.starts_with("application/vnd.docker.image.rootfs.")
    }

    /// Whether it is a layer that registries are not to give out.
    pub fn is_nondistributable(&self) -> bool {
        self.0.starts_with("application/vnd.oci.image.layer.nondistributable.")
            || self.0.starts_with("application/vnd.docker.image.rootfs.foreign.")
    }
}

impl From<&str> for MediaType {
    fn from(text: &str) -> Self {
        let known = Self::KNOWN.into_iter().find(|known| known.as_str() == text);
        known.unwrap_or_else(|| Self(Cow::Owned(text.to_owned())))
    }
}

impl FromStr for MediaType {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

as_text!(MediaType);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_type_is_no_copy_of_its_text_and_another_is_kept_as_it_came() {
        for known in MediaType::KNOWN {
            let read: MediaType = known.as_str().to_owned().as_str().into();
            assert!(matches!(read.0, Cow::Borrowed(_)) && read == known, "{known}");
        }
        assert_eq!(MediaType::from("text/x").to_string(), "text/x");
    }
}
