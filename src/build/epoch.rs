//! `rewrite-timestamp=true`: no file of the new layers is younger than
//! `SOURCE_DATE_EPOCH`, so building twice makes the same bytes.
//! <https://github.com/moby/buildkit/blob/master/docs/build-repro.md>

use std::io;

use super::error::SolveError;
use super::layer::Laid;
use crate::fs::{self, Packed};
use crate::host::{Host, Kept};
use crate::oci::Timestamp;
use crate::store::Blobs;

const ANNOTATION: &str = "buildkit/rewritten-timestamp";

/// `layers`, of which those that this build made have no entry after `time`.
pub(super) fn rewrite(
    layers: &[Laid],
    blobs: &mut Blobs,
    time: Timestamp,
    host: &mut dyn Host,
) -> Result<Vec<Laid>, SolveError> {
    let mut rewritten = Vec::new();
    for layer in layers {
        let made_here = layer.created.and_then(|_| blobs.kept(&layer.descriptor.digest));
        rewritten.push(match made_here {
            Some(blob) => {
                let packed = rewrite_one(&blob, time, host);
                let packed = packed.map_err(|error| SolveError::Archive { reason: error.to_string() })?;
                let Packed { blob, descriptor, diff_id } = packed;
                blobs.keep(descriptor.digest, blob);
                Laid { descriptor, diff_id, ..layer.clone() }
            }
            None => layer.clone(),
        });
    }
    Ok(rewritten)
}

/// In one pass, so that no layer need fit in memory.
fn rewrite_one(blob: &Kept, time: Timestamp, host: &mut dyn Host) -> io::Result<Packed> {
    let tar = fs::uncompressed(blob.open()?)?;
    let mut packed = fs::repack(&mut fs::not_after(tar, time), host)?;
    packed.descriptor.annotations.insert(ANNOTATION.to_owned(), time.seconds().to_string());
    Ok(packed)
}
