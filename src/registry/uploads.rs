//! Uploads: opened, fed in pieces, closed with a digest, or given up; and the
//! mount, which saves them all.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs>

use http::{HeaderName, Response, StatusCode, header};
use imbl::Vector;

use super::answer::{Asked, Body, CONTENT_DIGEST, UPLOAD_UUID, answer};
use super::errors::{Refusal, RegistryError};
use super::intake::Received;
use super::{Registry, route};
use crate::host::{Host, Kept};
use crate::oci::{Digest, Timestamp, Verifier};

/// When an upload may have ended meanwhile.
const RETRY_SECONDS: u32 = 60;

/// Bytes on their way in.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Upload {
    pub(super) repository: String,
    /// Who began it; nobody else may go on with it.
    pub(super) owner: String,
    pub(super) size: u64,
    /// When the last piece came.
    pub(super) since: Timestamp,
    pub(super) pieces: Vector<Kept>,
    /// The digest of all pieces so far; none, if they came in another process's time and were not read since.
    pub(super) verifier: Option<Verifier>,
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
        if let Some(text) = asked.query("digest") {
            return Ok(self.store(name, closing_digest(text)?, body, host)?);
        }
        self.expire_uploads(host.now());
        if self.uploads.len() >= self.bounds.uploads {
            return Err(RegistryError::TooManyRequests { retry_after_seconds: RETRY_SECONDS }.into());
        }
        let (repository, owner) = (name.to_owned(), asked.user.to_owned());
        let mut upload = Upload { repository, owner, since: host.now(), ..Upload::begun() };
        if let Some(algorithm) = asked.query("digest-algorithm") {
            upload.verifier = Some(Verifier::of(algorithm.parse().map_err(RegistryError::from)?));
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
        mut body: Received,
        host: &mut dyn Host,
    ) -> Result<Response<Body>, Refusal> {
        let upload = self.fitting(name, id, asked, &body)?;
        if !body.is_empty() {
            body.kept = host.keep_piece(body.kept, id, upload.pieces.len()).map_err(RegistryError::from)?;
        }
        let upload = Upload { since: host.now(), ..upload.extended(body) };
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
        self.fitting(name, id, asked, &body)?;
        // A full disk may have room again when the client comes back.
        self.check_room(&expected, body.kept.size())?;
        self.uploads.remove(id);
        Ok(self.store(name, expected, body, host)?)
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

    /// The upload that this piece goes on with. What came meanwhile by another request would be lost, and is not.
    fn fitting(&self, name: &str, id: &str, asked: &Asked<'_>, body: &Received) -> Result<Upload, RegistryError> {
        let upload = self.upload(name, id, asked.user)?;
        if !upload.goes_on(asked, Some(body.len())) || body.start != upload.size {
            return Err(RegistryError::RangeInvalid);
        }
        Ok(upload.clone())
    }

    fn store(
        &mut self,
        name: &str,
        expected: Digest,
        body: Received,
        host: &mut dyn Host,
    ) -> Result<Response<Body>, RegistryError> {
        let size = body.kept.size();
        self.check_room(&expected, size)?;
        if body.verifier.map(Verifier::finish) != Some(expected) {
            let detail = format!("invalid digest for referenced layer: {expected}, content does not match digest");
            return Err(RegistryError::DigestInvalid { detail });
        }
        self.keep(expected, body.kept, host)?;
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
    /// One of which nothing came yet.
    pub(super) fn begun() -> Self {
        Self { verifier: Some(Verifier::default()), ..Self::default() }
    }

    /// Whether a request speaks of it as it is now: by the location given last, and of what comes next, as many
    /// bytes as its body has, if that is known.
    pub(super) fn goes_on(&self, asked: &Asked<'_>, length: Option<u64>) -> bool {
        let is_next = |(first, last): (u64, u64)| {
            first == self.size && length.is_none_or(|length| length.checked_sub(1) == Some(last - first))
        };
        let range = asked.header(&header::CONTENT_RANGE).map(range_of);
        range.is_none_or(|range| range.is_some_and(is_next))
            && asked.query("_state").is_none_or(|state| state == self.size.to_string())
    }

    /// With one piece more.
    fn extended(mut self, piece: Received) -> Self {
        self.size += piece.len();
        if !piece.is_empty() {
            self.pieces.push_back(piece.kept);
        }
        self.verifier = piece.verifier;
        self
    }
}

/// Where the upload goes on, and how far it is. The location changes with
/// every piece, so that an old one cannot be used twice.
fn progress(status: StatusCode, id: &str, upload: &Upload) -> Response<Body> {
    let location = format!("/v2/{}/blobs/uploads/{id}?_state={}", upload.repository, upload.size);
    let range = format!("0-{}", upload.size.saturating_sub(1));
    answer(status, &[(header::LOCATION, &location), (header::RANGE, &range), (UPLOAD_UUID, id)], Body::default())
}

/// The first and the last byte of `first-last`.
fn range_of(range: &str) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes ").unwrap_or(range).split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
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

/// Whether this is the form of such an id, of which a file may have its name.
pub fn is_upload_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
