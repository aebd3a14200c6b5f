//! `rewrite-timestamp=true`: no file of the new layers is younger than
//! `SOURCE_DATE_EPOCH`, so building twice makes the same bytes.
//! <https://github.com/moby/buildkit/blob/master/docs/build-repro.md>

use bytes::Bytes;

use super::error::SolveError;
use super::layer::Laid;
use crate::fs;
use crate::oci::{Descriptor, Digest, MediaType, Timestamp};
use crate::store::Blobs;

const ANNOTATION: &str = "buildkit/rewritten-timestamp";

/// `layers`, of which those that this build made have no entry after `time`.
pub(super) fn rewrite(layers: &[Laid], blobs: &mut Blobs, time: Timestamp) -> Result<Vec<Laid>, SolveError> {
    let mut rewritten = Vec::new();
    for layer in layers {
        let made_here = layer.created.and_then(|_| blobs.get(&layer.descriptor.digest));
        rewritten.push(match made_here {
            Some(blob) => rewrite_one(layer, &blob, blobs, time)?,
            None => layer.clone(),
        });
    }
    Ok(rewritten)
}

fn rewrite_one(layer: &Laid, blob: &[u8], blobs: &mut Blobs, time: Timestamp) -> Result<Laid, SolveError> {
    let tar = fs::decompressed(blob).map_err(|error| SolveError::Archive { reason: error.to_string() })?;
    let tar = fs::not_after(tar.into_owned(), time)?;
    let blob = Bytes::from(fs::gzip(&tar));
    let mut descriptor = Descriptor::of(MediaType::LAYER_GZIP, &blob);
    descriptor.annotations.insert(ANNOTATION.to_owned(), time.seconds().to_string());
    blobs.put(blob);
    Ok(Laid { descriptor, diff_id: Digest::of(&tar), ..layer.clone() })
}
