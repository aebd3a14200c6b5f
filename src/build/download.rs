//! ADD of an address: a file from elsewhere, fetched before its step.
//! <https://docs.docker.com/reference/dockerfile/#adding-files-from-a-url>

use bytes::Bytes;
use http::{Request, StatusCode, header};

use super::copy::Copy;
use super::error::SolveError;
use super::request::Tools;
use crate::limits;
use crate::oci::{Digest, Timestamp};

/// A downloaded file is for its owner only.
pub(super) const MODE: u32 = 0o600;

/// Fetches what `copy` takes from elsewhere, and checks it.
pub(super) fn fetch(copy: &mut Copy, tools: &mut Tools<'_>) -> Result<(), SolveError> {
    let wanted: Vec<(String, Option<String>)> =
        copy.addresses().map(|(address, checksum)| (address.to_owned(), checksum.map(str::to_owned))).collect();
    for (address, checksum) in wanted {
        let (bytes, modified) = get(&address, tools)?;
        let found = Digest::of(&bytes).to_string();
        if let Some(expected) = checksum.filter(|expected| *expected != found) {
            return Err(SolveError::Mismatch { address, found, expected });
        }
        copy.fetched(&address, &bytes, modified);
    }
    Ok(())
}

/// The file at `address`, and when it was changed.
pub(super) fn get(address: &str, tools: &mut Tools<'_>) -> Result<(Bytes, Timestamp), SolveError> {
    let failed = |reason: String| SolveError::Download { address: address.to_owned(), reason };
    let request = Request::get(address).body(Bytes::new()).map_err(|error| failed(error.to_string()))?;
    let response = tools.host.send(request).map_err(|error| failed(error.to_string()))?;
    if response.status() != StatusCode::OK {
        return Err(SolveError::Status { status: response.status().as_u16() });
    }
    if response.body().len() as u64 > limits::LAYER_BYTES {
        return Err(SolveError::LayerTooLarge { limit: limits::LAYER_BYTES });
    }
    let modified = response.headers().get(header::LAST_MODIFIED).and_then(|value| value.to_str().ok());
    let modified = modified.and_then(Timestamp::from_http).unwrap_or_default();
    Ok((response.into_body(), modified))
}
