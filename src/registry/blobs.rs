//! Blobs of a repository: asked for, read whole or in part, taken away.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs>

use http::{Response, StatusCode, header};

use super::answer::{Asked, Body, CONTENT_DIGEST, answer};
use super::errors::{Refusal, RegistryError};
use super::{Registry, Repository};
use crate::oci::Digest;

impl Registry {
    pub(super) fn get_blob(&self, name: &str, digest: &Digest, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
        let unknown = RegistryError::BlobUnknown { digest: *digest };
        let size = self.blob_size(name, digest).ok_or(unknown)?;
        let (text, etag) = (digest.to_string(), format!("\"{digest}\""));
        let mut headers = vec![
            (header::CONTENT_TYPE, "application/octet-stream"),
            (CONTENT_DIGEST, text.as_str()),
            (header::ETAG, etag.as_str()),
            (header::ACCEPT_RANGES, "bytes"),
            (header::CACHE_CONTROL, "max-age=31536000"),
        ];
        let Some(range) = asked.header(&header::RANGE).and_then(|text| parse_range(text, size)) else {
            return Ok(answer(StatusCode::OK, &headers, Body::Blob { digest: *digest, start: 0, end: size }));
        };
        let (start, end) = range?;
        let content_range = format!("bytes {start}-{}/{size}", end - 1);
        headers.push((header::CONTENT_RANGE, &content_range));
        Ok(answer(StatusCode::PARTIAL_CONTENT, &headers, Body::Blob { digest: *digest, start, end }))
    }

    /// Only this repository forgets it; the bytes stay for the others.
    pub(super) fn delete_blob(&mut self, name: &str, digest: &Digest) -> Result<Response<Body>, Refusal> {
        let repository = self.repositories.get_mut(name);
        let removed = repository.and_then(|repository: &mut Repository| repository.blobs.remove(digest));
        removed.ok_or(RegistryError::BlobUnknown { digest: *digest })?;
        Ok(answer(StatusCode::ACCEPTED, &[], Body::default()))
    }

    /// The size of a blob that the repository shows.
    pub(super) fn blob_size(&self, name: &str, digest: &Digest) -> Option<u64> {
        let shown = self.repositories.get(name)?.blobs.get(digest)?;
        self.blobs.has(digest).then_some(shown.size)
    }
}

/// Nothing if the header asks for no single range of bytes, which means the
/// whole blob; an error if the range is not there.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-14.2>
fn parse_range(text: &str, size: u64) -> Option<Result<(u64, u64), RegistryError>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.parse::<u64>().ok();
    let range = match (first, last) {
        ("", suffix) => (size.saturating_sub(number(suffix)?), size),
        (first, "") => (number(first)?, size),
        (first, last) => (number(first)?, number(last)?.saturating_add(1).min(size)),
    };
    Some(if range.0 < range.1 { Ok(range) } else { Err(RegistryError::RangeInvalid) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_rfc_9110_says() {
        let table = [
            ("bytes=0-4", Some(Ok((0, 5)))),
            ("bytes=3-", Some(Ok((3, 10)))),
            ("bytes=-4", Some(Ok((6, 10)))),
            ("bytes=-99", Some(Ok((0, 10)))),
            ("bytes=8-99", Some(Ok((8, 10)))),
            ("bytes=10-", Some(Err(RegistryError::RangeInvalid))),
            ("bytes=-0", Some(Err(RegistryError::RangeInvalid))),
            ("bytes=5-2", Some(Err(RegistryError::RangeInvalid))),
            ("bytes=0-1,3-4", None),
            ("bytes=x-", None),
            ("lines=0-1", None),
        ];
        for (text, range) in table {
            assert_eq!(parse_range(text, 10), range, "{text}");
        }
    }
}
