//! A body on its way in: bounded, hashed as it comes, and written to where the
//! host keeps what may stay. What takes long, the coming of the bytes, needs
//! no registry: a host asks for an [`Intake`], fills it, and has the registry
//! answer when it is full.

use std::io::{self, Write};

use bytes::Bytes;
use http::{Method, header, request::Parts};
use imbl::Vector;

use super::answer::Asked;
use super::errors::{Refusal, RegistryError};
use super::uploads::Upload;
use super::{Registry, Route, is_safe};
use crate::host::{Host, Ingest, Kept};
use crate::limits;
use crate::oci::{Algorithm, Digest, Verifier};

/// Takes the bytes of one body.
pub struct Intake {
    received: u64,
    limit: u64,
    /// Whether it is a part of a blob; otherwise it is a document.
    is_blob: bool,
    start: u64,
    verifier: Option<Verifier>,
    /// What came before of an upload that this body closes.
    before: Vector<Kept>,
    /// Whether that has to be read again for its digest.
    is_read_again: bool,
    place: Box<dyn Ingest>,
}

/// A whole body.
pub struct Received {
    /// How many bytes it has.
    size: u64,
    /// Its bytes; of an upload that it closes, all bytes.
    pub(super) kept: Kept,
    /// What came before it in the same upload, in bytes.
    pub(super) start: u64,
    /// The digest of what came before it and of itself; none, if that was not read yet and need not be.
    pub(super) verifier: Option<Verifier>,
}

impl Registry {
    /// Where the body of this request goes; a refusal, if no body of it is wanted.
    pub fn intake(&self, parts: &Parts, host: &mut dyn Host) -> Result<Intake, Refusal> {
        let asked = Asked::of(parts);
        let route = Route::parse(parts.uri.path())?;
        if !is_safe(&parts.method) && route.repository().is_some_and(|name| self.policy(name).read_only) {
            return Err(RegistryError::Unsupported { allowed: "GET, HEAD" }.into());
        }
        let (blob_bytes, closes) = (self.bounds.blob_bytes, parts.method != Method::PATCH);
        let intake = match (route, &parts.method) {
            (Route::Upload { repository, id }, &Method::PATCH | &Method::PUT) => {
                let upload = self.upload(&repository, &id, asked.user)?;
                Intake::piece(upload, &asked, closes, blob_bytes, host)?
            }
            (Route::Uploads { .. }, &Method::POST) if asked.query("digest").is_some() => {
                Intake::piece(&Upload::begun(), &asked, closes, blob_bytes, host)?
            }
            (Route::Manifest { .. }, &Method::PUT) => Intake::document(host.ingest().map_err(RegistryError::from)?),
            _ => Intake::document(Box::new(Vec::new())),
        };
        intake.check_room(announced(&asked).unwrap_or_default())?;
        Ok(intake)
    }
}

impl Intake {
    fn document(place: Box<dyn Ingest>) -> Self {
        Self {
            received: 0,
            limit: limits::MANIFEST_BYTES,
            is_blob: false,
            start: 0,
            verifier: None,
            before: Vector::new(),
            is_read_again: false,
            place,
        }
    }

    fn piece(
        upload: &Upload,
        asked: &Asked<'_>,
        closes: bool,
        blob_bytes: u64,
        host: &mut dyn Host,
    ) -> Result<Self, RegistryError> {
        // One that is refused anyway must not cost what it costs to close it.
        if closes && upload.size > 0 && !upload.goes_on(asked, announced(asked)) {
            return Err(RegistryError::RangeInvalid);
        }
        // With the first piece it is not too late to learn the algorithm from the request that closes; behind it,
        // as of what came before a restart, bytes have to be read again.
        let closing = closing_algorithm(asked).filter(|_| closes || upload.size == 0);
        let known = upload.verifier.clone().filter(|known| closing.is_none_or(|closing| closing == known.algorithm()));
        let is_read_again = closes && known.is_none();
        Ok(Self {
            received: 0,
            limit: blob_bytes.saturating_sub(upload.size),
            is_blob: true,
            start: upload.size,
            verifier: known.or_else(|| closing.map(Verifier::of)),
            before: if closes && closing.is_some() { upload.pieces.clone() } else { Vector::new() },
            is_read_again,
            place: host.ingest()?,
        })
    }

    /// Whether something came before that the next bytes have to stand behind, see [`Intake::catch_up`].
    pub fn is_behind(&self) -> bool {
        !self.before.is_empty()
    }

    /// Writes what came before to where the body goes: a blob is kept as one. Takes long, and waits for it.
    pub fn catch_up(&mut self) -> Result<(), RegistryError> {
        for piece in std::mem::take(&mut self.before) {
            io::copy(&mut piece.open()?, &mut self.place)?;
            self.read_again(&piece)?;
        }
        Ok(())
    }

    fn read_again(&mut self, piece: &Kept) -> io::Result<()> {
        match &mut self.verifier {
            Some(verifier) if self.is_read_again => io::copy(&mut piece.open()?, verifier).map(drop),
            _ => Ok(()),
        }
    }

    /// Takes the next bytes; an error ends the request.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), RegistryError> {
        self.check_room(bytes.len() as u64)?;
        if bytes.is_empty() {
            return Ok(());
        }
        if self.is_behind() {
            self.catch_up()?;
        }
        self.place.write_all(bytes)?;
        if let Some(verifier) = &mut self.verifier {
            verifier.update(bytes);
        }
        self.received += bytes.len() as u64;
        Ok(())
    }

    /// That was all. Takes long, as [`Intake::catch_up`] does.
    pub fn finish(mut self) -> Result<Received, RegistryError> {
        let alone = if self.before.len() == 1 { self.before.pop_back() } else { None };
        let kept = if let Some(piece) = alone {
            // Nothing came behind it: the blob lies there already.
            self.read_again(&piece)?;
            piece
        } else {
            self.catch_up()?;
            self.place.hold()?
        };
        Ok(Received { size: self.received, kept, start: self.start, verifier: self.verifier })
    }

    fn check_room(&self, further: u64) -> Result<(), RegistryError> {
        if self.received.saturating_add(further) <= self.limit {
            return Ok(());
        }
        if !self.is_blob {
            let detail = "http: request body too large".to_owned();
            return Err(RegistryError::SizeInvalid { detail, too_large: true });
        }
        let detail = format!("the blob exceeds the maximum of {} bytes", self.start.saturating_add(self.limit));
        Err(RegistryError::SizeInvalid { detail, too_large: true })
    }
}

impl Received {
    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        self.size
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All bytes of a document.
    pub(super) fn bytes(&self) -> io::Result<Bytes> {
        self.kept.bytes()
    }
}

/// By which algorithm the digest is that ends an upload with this request, if it is one.
fn closing_algorithm(asked: &Asked<'_>) -> Option<Algorithm> {
    asked.query("digest")?.parse().ok().map(|digest: Digest| digest.algorithm())
}

fn announced(asked: &Asked<'_>) -> Option<u64> {
    asked.header(&header::CONTENT_LENGTH)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use http::{Request, StatusCode};

    use super::*;
    use crate::registry::tests::Counting;

    fn request(method: &str, path: &str) -> Request<()> {
        Request::builder().method(method).uri(path).body(()).expect("a request")
    }

    fn open_upload(registry: &mut Registry, host: &mut Counting) -> String {
        let opened = registry.answer(request("POST", "/v2/px/blobs/uploads/").map(|()| Bytes::new()), host);
        opened.headers()[header::LOCATION].to_str().expect("text").to_owned()
    }

    fn fill(registry: &Registry, request: Request<()>, body: &[u8], host: &mut Counting) -> Request<Received> {
        let (parts, ()) = request.into_parts();
        let mut intake = registry.intake(&parts, host).expect("wanted");
        for byte in body {
            intake.take(&[*byte]).expect("within bounds");
        }
        Request::from_parts(parts, intake.finish().expect("memory"))
    }

    #[test]
    fn of_two_pieces_that_come_at_once_one_is_refused() {
        let (mut registry, mut host) = (Registry::named("r.test"), Counting(0));
        let location = open_upload(&mut registry, &mut host);
        let pieces = [b"one", b"two"].map(|body| fill(&registry, request("PATCH", &location), body, &mut host));
        let statuses = pieces.map(|piece| registry.handle(piece, &mut host).status());
        assert_eq!(statuses, [StatusCode::ACCEPTED, StatusCode::RANGE_NOT_SATISFIABLE]);
    }

    #[test]
    fn a_body_is_refused_as_soon_as_it_is_too_large() {
        let bounds = super::super::Bounds { blob_bytes: 3, ..Default::default() };
        let (mut registry, mut host) = (Registry::bounded("r.test", bounds), Counting(0));
        let location = open_upload(&mut registry, &mut host);
        let (mut parts, ()) = request("PATCH", &location).into_parts();
        let mut intake = registry.intake(&parts, &mut host).expect("wanted");
        assert!(intake.take(b"abc").is_ok());
        assert!(matches!(intake.take(b"d"), Err(RegistryError::SizeInvalid { too_large: true, .. })));
        parts.headers.insert(header::CONTENT_LENGTH, 4.into());
        let refused = registry.intake(&parts, &mut host).err().expect("announced");
        assert_eq!(refused.into_response().status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}
