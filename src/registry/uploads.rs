//! Uploads: opened, fed in pieces, closed with a digest, or given up; and the
//! mount, which saves them all.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs>

use std::io;

use http::{HeaderName, Response, StatusCode, header};
use imbl::Vector;

use super::answer::{Asked, Body, CONTENT_DIGEST, UPLOAD_UUID, answer};
use super::errors::{Refusal, RegistryError};
use super::intake::Received;
use super::{Registry, route};
use crate::host::{Host, Kept};
use crate::oci::{Algorithm, Digest, Timestamp, Verifier};

/// When an upload may have ended meanwhile.
const RETRY_SECONDS: u32 = 60;

/// Bytes on their way in.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Upload {
    repository: String,
    /// Who began it; nobody else may go on with it.
    owner: String,
    pieces: Vector<Kept>,
    pub(super) size: u64,
    /// When the last piece came.
    pub(super) since: Timestamp,
    /// The digest of all pieces so far.
    pub(super) verifier: Verifier,
}

impl Registry {
    /// Three ways to begin: mount what another repository has, send all at
    /// once (`?digest=`), or open an upload.
    pub(super) fn start_upload(
        &mut self,
        name: &str,
        asked: &Asked<'_>,
        body: Received,
        host: &mut dyn Host,
    ) -> Result<Response<Body>, Refusal> {
        if let Some(mounted) = self.mount(name, asked, host) {
            return Ok(mounted);
        }
        let (repository, owner) = (name.to_owned(), asked.user.to_owned());
        let mut upload = Upload { repository, owner, since: host.now(), ..Upload::default() };
        if let Some(text) = asked.query("digest") {
            let expected = closing_digest(text)?;
            return Ok(self.store(expected, upload.extended(body)?, host)?);
        }
        if self.uploads.len() >= self.bounds.uploads {
            return Err(RegistryError::TooManyRequests { retry_after_seconds: RETRY_SECONDS }.into());
        }
        if let Some(algorithm) = asked.query("digest-algorithm") {
            upload.verifier = Verifier::of(algorithm.parse().map_err(RegistryError::from)?);
        }
        let id = uuid(host);
        let response = progress(StatusCode::ACCEPTED, &id, &upload);
        self.uploads.insert(id, upload);
        Ok(response)
    }

    pub(super) fn upload_status(&self, name: &str, id: &str, user: &str) -> Result<Response<Body>, Refusal> {
        Ok(progress(StatusCode::NO_CONTENT, id, self.upload(name, id, user)?))
    }

    /// A piece must start where the last one ended, on the location given last.
    pub(super) fn continue_upload(
        &mut self,
        name: &str,
        id: &str,
        asked: &Asked<'_>,
        body: Received,
        host: &mut dyn Host,
    ) -> Result<Response<Body>, Refusal> {
        let upload = Upload { since: host.now(), ..self.extended(name, id, asked, body)? };
        let response = progress(StatusCode::ACCEPTED, id, &upload);
        self.uploads.insert(id.to_owned(), upload);
        Ok(response)
    }

    /// The last piece may come with the closing request. Bytes that are not
    /// what the digest says end the upload too, as in distribution.
    pub(super) fn close_upload(
        &mut self,
        name: &str,
        id: &str,
        asked: &Asked<'_>,
        body: Received,
        host: &mut dyn Host,
    ) -> Result<Response<Body>, Refusal> {
        let missing = || RegistryError::DigestInvalid { detail: "digest parameter missing".to_owned() };
        let expected = closing_digest(asked.query("digest").ok_or_else(missing)?)?;
        let upload = self.extended(name, id, asked, body)?;
        // A full disk may have room again when the client comes back.
        self.check_room(&expected, upload.size)?;
        self.uploads.remove(id);
        Ok(self.store(expected, upload, host)?)
    }

    pub(super) fn cancel_upload(&mut self, name: &str, id: &str, user: &str) -> Result<Response<Body>, Refusal> {
        self.upload(name, id, user)?;
        self.uploads.remove(id);
        Ok(answer(StatusCode::NO_CONTENT, &[(UPLOAD_UUID, id)], Body::default()))
    }

    /// A blob of another repository is shown here too, without a byte
    /// travelling; of whichever has it, if the client names none. What cannot
    /// be mounted is uploaded instead, by the spec.
    fn mount(&mut self, name: &str, asked: &Asked<'_>, host: &mut dyn Host) -> Option<Response<Body>> {
        let digest: Digest = asked.query("mount")?.parse().ok()?;
        let size = if let Some(from) = asked.query("from") {
            self.blob_size(from, &digest)?
        } else {
            // What somebody may not pull must not be known to be here.
            let mut open = self.repositories.keys().filter(|from| self.access.may(asked.user, from, "pull"));
            open.find_map(|from| self.blob_size(from, &digest))?
        };
        self.note_arrival(digest, host.now()).ok()?;
        Some(self.show(name, digest, size))
    }

    pub(super) fn upload(&self, name: &str, id: &str, user: &str) -> Result<&Upload, RegistryError> {
        let upload = self.uploads.get(id).filter(|upload| upload.repository == name && upload.owner == user);
        upload.ok_or(RegistryError::UploadUnknown)
    }

    fn extended(&self, name: &str, id: &str, asked: &Asked<'_>, body: Received) -> Result<Upload, RegistryError> {
        let upload = self.upload(name, id, asked.user)?;
        let here = upload.size.to_string();
        let announced = asked.header(&header::CONTENT_RANGE).map(|range| piece(range, body.len()));
        let starts_here = announced.is_none_or(|start| start.is_some_and(|start| start == upload.size));
        if !starts_here || asked.query("_state").is_some_and(|state| state != here) {
            return Err(RegistryError::RangeInvalid);
        }
        upload.clone().extended(body)
    }

    fn store(
        &mut self,
        expected: Digest,
        upload: Upload,
        host: &mut dyn Host,
    ) -> Result<Response<Body>, RegistryError> {
        self.check_room(&expected, upload.size)?;
        if upload.digest(expected.algorithm())? != expected {
            let detail = format!("invalid digest for referenced layer: {expected}, content does not match digest");
            return Err(RegistryError::DigestInvalid { detail });
        }
        self.keep(expected, upload.pieces.into_iter().collect(), host)?;
        Ok(self.show(&upload.repository, expected, upload.size))
    }

    fn show(&mut self, name: &str, digest: Digest, size: u64) -> Response<Body> {
        self.repositories.entry(name.to_owned()).or_default().show_blob(digest, size);
        let headers: [(HeaderName, &str); 2] =
            [(header::LOCATION, &format!("/v2/{name}/blobs/{digest}")), (CONTENT_DIGEST, &digest.to_string())];
        answer(StatusCode::CREATED, &headers, Body::default())
    }
}

impl Upload {
    /// The digest of all pieces. If the client did not say beforehand by which algorithm, they are read again.
    fn digest(&self, algorithm: Algorithm) -> io::Result<Digest> {
        if self.verifier.algorithm() == algorithm {
            return Ok(self.verifier.clone().finish());
        }
        let mut verifier = Verifier::of(algorithm);
        for piece in &self.pieces {
            io::copy(&mut piece.open()?, &mut verifier)?;
        }
        Ok(verifier.finish())
    }

    /// With one piece more. What came meanwhile by another request would be lost, and is not.
    fn extended(mut self, piece: Received) -> Result<Self, RegistryError> {
        if piece.start != self.size {
            return Err(RegistryError::RangeInvalid);
        }
        self.size += piece.len();
        self.verifier = piece.verifier;
        if self.size > piece.start {
            self.pieces.push_back(piece.kept);
        }
        Ok(self)
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
