//! One platform of an image that has several: what `--platform` asks for.

use super::{Engine, Image};
use crate::oci::{Descriptor, Platform, Reference};

/// Why there is no single manifest to take; docker's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// Nothing here is for it.
    #[error("image with reference {name} was found but does not provide the specified platform ({platform})")]
    NotProvided {
        /// Familiar form.
        name: String,
        /// What was asked for.
        platform: Platform,
    },
    /// More than one manifest is for it.
    #[error("multiple manifests found for platform {platform}")]
    Several {
        /// What was asked for.
        platform: Platform,
    },
}

impl Engine {
    /// Of the one image that the classic store keeps of a name: where it runs, if not where `wanted` says.
    pub fn other_platform(&self, root: &Descriptor, wanted: &Platform) -> Option<Platform> {
        let image = Image::load(&self.blobs, root, wanted).ok()?;
        let actual = image.config.platform();
        (self.is_classic() && *wanted != self.platform() && !wanted.accepts(&actual)).then_some(actual)
    }

    /// The image `root`, which was called `typed`, for just `platform`.
    pub fn image_for(&self, root: &Descriptor, platform: &Platform, typed: &str) -> Result<Image, PlatformError> {
        let manifest = self.manifest_for(root, platform, None, typed)?;
        let missing = |_| PlatformError::NotProvided { name: typed.to_owned(), platform: platform.clone() };
        Image::load(&self.blobs, &manifest, platform).map_err(missing)
    }

    /// The one manifest of `root` that is here, whole, and for `platform`;
    /// `reference` or else `typed` is its name in the error.
    pub(super) fn manifest_for(
        &self,
        root: &Descriptor,
        platform: &Platform,
        reference: Option<&Reference>,
        typed: &str,
    ) -> Result<Descriptor, PlatformError> {
        let mut fitting: Vec<Descriptor> = Vec::new();
        for manifest in self.blobs.manifests(root) {
            if manifest.is_pseudo_image() || !self.blobs.is_whole(&manifest) {
                continue;
            }
            let Ok(image) = Image::load(&self.blobs, &manifest, platform) else { continue };
            if platform.accepts(&image.config.platform()) {
                fitting.push(manifest);
            }
        }
        let name = || reference.map_or_else(|| typed.to_owned(), Reference::familiar);
        match fitting.len() {
            0 => Err(PlatformError::NotProvided { name: name(), platform: platform.clone() }),
            1 => Ok(fitting.remove(0)),
            _ => Err(PlatformError::Several { platform: platform.clone() }),
        }
    }
}
