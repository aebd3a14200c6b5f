//! Uploads: opened, fed in pieces, closed with a digest, or given up; and the
//! mount, which saves them all.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs>

use bytes::{Bytes, BytesMut};
use http::{HeaderName, Response, StatusCode, header};
use imbl::Vector;

use super::answer::{Body, CONTENT_DIGEST, Call, UPLOAD_UUID, answer};
use super::errors::{Refusal, RegistryError};
use super::{Registry, route};
use crate::host::Host;
use crate::limits;
use crate::oci::Digest;

/// Bytes on their way in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Upload {
    repository: String,
    pieces: Vector<Bytes>,
    size: u64,
}

impl Registry {
    /// Three ways to begin: mount what another repository has, send all at
    /// once (`?digest=`), or open an upload.
    pub(super) fn start_upload(
        &mut self,
        name: &str,
        call: &Call,
        host: &mut dyn Host,
    ) -> Result<Response<Body>, Refusal> {
        if let Some(mounted) = self.mount(name, call) {
            return Ok(mounted);
        }
        if let Some(text) = call.query("digest") {
            let expected = closing_digest(text)?;
            check_size(call.body.len() as u64)?;
            return Ok(self.store(name, expected, call.body.clone())?);
        }
        if self.uploads.len() >= limits::UPLOADS {
            return Err(RegistryError::TooManyRequests.into());
        }
        let id = uuid(host);
        let upload = Upload { repository: name.to_owned(), pieces: Vector::new(), size: 0 };
        let response = progress(StatusCode::ACCEPTED, &id, &upload);
        self.uploads.insert(id, upload);
        Ok(response)
    }

    pub(super) fn upload_status(&self, name: &str, id: &str) -> Result<Response<Body>, Refusal> {
        Ok(progress(StatusCode::NO_CONTENT, id, self.upload(name, id)?))
    }

    /// A piece must start where the last one ended, on the location given last.
    pub(super) fn continue_upload(&mut self, name: &str, id: &str, call: &Call) -> Result<Response<Body>, Refusal> {
        let upload = self.extended(name, id, call)?;
        let response = progress(StatusCode::ACCEPTED, id, &upload);
        self.uploads.insert(id.to_owned(), upload);
        Ok(response)
    }

    /// The last piece may come with the closing request. Bytes that are not
    /// what the digest says end the upload too, as in distribution.
    pub(super) fn close_upload(&mut self, name: &str, id: &str, call: &Call) -> Result<Response<Body>, Refusal> {
        let missing = || RegistryError::DigestInvalid { detail: "digest parameter missing".to_owned() };
        let expected = closing_digest(call.query("digest").ok_or_else(missing)?)?;
        let upload = self.extended(name, id, call)?;
        self.uploads.remove(id);
        Ok(self.store(name, expected, upload.into_bytes())?)
    }

    pub(super) fn cancel_upload(&mut self, name: &str, id: &str) -> Result<Response<Body>, Refusal> {
        self.upload(name, id)?;
        self.uploads.remove(id);
        Ok(answer(StatusCode::NO_CONTENT, &[(UPLOAD_UUID, id)], Body::default()))
    }

    /// A blob of another repository is shown here too, without a byte
    /// travelling. What cannot be mounted is uploaded instead, by the spec.
    fn mount(&mut self, name: &str, call: &Call) -> Option<Response<Body>> {
        let digest: Digest = call.query("mount")?.parse().ok()?;
        let size = self.blob_size(call.query("from")?, &digest)?;
        Some(self.show(name, digest, size))
    }

    fn upload(&self, name: &str, id: &str) -> Result<&Upload, RegistryError> {
        let upload = self.uploads.get(id).filter(|upload| upload.repository == name);
        upload.ok_or(RegistryError::UploadUnknown)
    }

    fn extended(&self, name: &str, id: &str, call: &Call) -> Result<Upload, RegistryError> {
        let mut upload = self.upload(name, id)?.clone();
        let here = upload.size.to_string();
        let announced = call.header(&header::CONTENT_RANGE).map(|range| piece(range, call.body.len() as u64));
        let starts_here = announced.is_none_or(|start| start.is_some_and(|start| start == upload.size));
        if !starts_here || call.query("_state").is_some_and(|state| state != here) {
            return Err(RegistryError::RangeInvalid);
        }
        upload.size = upload.size.saturating_add(call.body.len() as u64);
        check_size(upload.size)?;
        if !call.body.is_empty() {
            upload.pieces.push_back(call.body.clone());
        }
        Ok(upload)
    }

    fn store(&mut self, name: &str, expected: Digest, bytes: Bytes) -> Result<Response<Body>, RegistryError> {
        let size = bytes.len() as u64;
        self.check_room(&expected, size)?;
        self.blobs.put_verified(expected, bytes).map_err(|_| RegistryError::DigestInvalid {
            detail: format!("invalid digest for referenced layer: {expected}, content does not match digest"),
        })?;
        Ok(self.show(name, expected, size))
    }

    fn show(&mut self, name: &str, digest: Digest, size: u64) -> Response<Body> {
        self.repositories.entry(name.to_owned()).or_default().show_blob(digest, size);
        let headers: [(HeaderName, &str); 2] =
            [(header::LOCATION, &format!("/v2/{name}/blobs/{digest}")), (CONTENT_DIGEST, &digest.to_string())];
        answer(StatusCode::CREATED, &headers, Body::default())
    }
}

impl Upload {
    fn into_bytes(self) -> Bytes {
        if self.pieces.len() == 1 {
            return self.pieces.into_iter().next().unwrap_or_default();
        }
        let mut whole = BytesMut::new();
        self.pieces.iter().for_each(|piece| whole.extend_from_slice(piece));
        whole.freeze()
    }
}

/// Where the upload goes on, and how far it is. The location changes with
/// every piece, so that an old one cannot be used twice.
fn progress(status: StatusCode, id: &str, upload: &Upload) -> Response<Body> {
    let location = format!("/v2/{}/blobs/uploads/{id}?_state={}", upload.repository, upload.size);
    let range = format!("0-{}", upload.size.saturating_sub(1));
    answer(status, &[(header::LOCATION, &location), (header::RANGE, &range), (UPLOAD_UUID, id)], Body::default())
}

/// The start of `first-last` if that many bytes came.
fn piece(range: &str, length: u64) -> Option<u64> {
    let (first, last) = range.strip_prefix("bytes ").unwrap_or(range).split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    (last.checked_sub(first)?.checked_add(1)? == length).then_some(first)
}

fn check_size(size: u64) -> Result<(), RegistryError> {
    if size > limits::BLOB_BYTES {
        let detail = format!("{size} bytes exceed the maximum of {}", limits::BLOB_BYTES);
        return Err(RegistryError::SizeInvalid { detail, too_large: true });
    }
    Ok(())
}

fn closing_digest(text: &str) -> Result<Digest, RegistryError> {
    route::digest(text).map_err(|error| match error {
        RegistryError::PageNotFound => {
            RegistryError::DigestInvalid { detail: "invalid checksum digest format".to_owned() }
        }
        error => error,
    })
}

/// A random UUID, version 4. <https://www.rfc-editor.org/rfc/rfc9562#section-5.4>
fn uuid(host: &mut dyn Host) -> String {
    let mut bytes = [0; 16];
    host.random(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex::encode(bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
