//! A pull into the classic store: the image for one platform, its layers
//! unpacked as they come.

use std::sync::Arc;

use bytes::Bytes;

use crate::engine::{Engine, Image, PullResult, RegistryError};
use crate::event::{Event, Events, Outcome};
use crate::host::Kept;
use crate::oci::{Descriptor, Digest, Platform, Reference};
use crate::store::{Blobs, Content, ContentError, Upload};
use crate::text::sorted;
use crate::transfer::classic::ClassicError;

impl Engine {
    /// Where the blobs of a pull arrive.
    pub(in crate::engine) fn arriving(&self) -> Arriving {
        Arriving { blobs: Blobs::default(), here: self.layers_here() }
    }

    /// Unpacks what arrived, without a name; `document` is what the reference names.
    pub(in crate::engine) fn take_arrived(
        &mut self,
        reference: &Reference,
        platform: &Platform,
        arrived: &Arriving,
        document: &Descriptor,
    ) -> Result<PullResult, RegistryError> {
        let image = Image::load(&arrived.blobs, document, platform);
        let image = image.map_err(|_| no_image(&arrived.blobs, document))?;
        let root = self.adopt(&image, &arrived.blobs, Some(reference)).map_err(RegistryError::Image)?;
        Ok(PullResult { root, up_to_date: false, digest: document.digest })
    }

    /// Names what was pulled, by tag and by the digest of what the registry has.
    pub(in crate::engine) fn take_pulled(
        &mut self,
        reference: &Reference,
        found: PullResult,
        events: Events<'_>,
    ) -> PullResult {
        let root = &found.root;
        let tag = reference.tag.clone().filter(|_| reference.digest.is_none());
        let name = Reference { tag, ..reference.clone() };
        let up_to_date = self.names.get(&name.to_string()).is_some_and(|known| known.digest == root.digest);
        self.name(&name, root);
        let by_digest = Reference { tag: None, digest: Some(found.digest), ..reference.clone() };
        self.names.insert(by_digest.to_string(), Arc::new(root.clone()));
        events(Event::ImagePulled { reference: reference.familiar(), image: root.clone(), up_to_date });
        PullResult { up_to_date, ..found }
    }

    /// The compressed blobs whose layers are here, unpacked.
    fn layers_here(&self) -> Vec<Digest> {
        let here = self.layer_places.iter().filter(|(diff_id, _)| self.blobs.has(diff_id));
        sorted(here.flat_map(|(_, places)| places.iter().map(|place| place.digest)))
    }
}

/// Why a document is no image: what its configuration is instead.
fn no_image(blobs: &Blobs, document: &Descriptor) -> RegistryError {
    let named = blobs.manifests(document).into_iter().flat_map(|manifest| blobs.children(&manifest));
    let config = named.map(|config| config.media_type).next();
    RegistryError::Classic(ClassicError::MediaType { media_type: config.unwrap_or(document.media_type.clone()) })
}

/// Where the blobs of a pull arrive before they are unpacked.
pub(in crate::engine) struct Arriving {
    blobs: Blobs,
    /// Layers that need not come.
    here: Vec<Digest>,
}

impl Content for Arriving {
    type Error = ContentError;

    fn has(&mut self, blob: &Descriptor, _: Events<'_>) -> Result<bool, ContentError> {
        Ok(self.here.binary_search(&blob.digest).is_ok())
    }

    fn get(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<Bytes, ContentError> {
        Content::get(&mut self.blobs, blob, events)
    }

    fn put(&mut self, blob: &Descriptor, bytes: Bytes, events: Events<'_>) -> Result<Outcome, ContentError> {
        Content::put(&mut self.blobs, blob, bytes, events)
    }

    fn write(
        &mut self,
        blob: &Descriptor,
        upload: &Upload,
        bytes: Kept,
        events: Events<'_>,
    ) -> Result<Outcome, ContentError> {
        self.blobs.write(blob, upload, bytes, events)
    }
}
