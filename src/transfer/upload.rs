//! Bytes on their way into a registry: room asked for or a blob mounted, the
//! bytes sent, and an upload whose connection broke taken up again.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs>

use http::{Method, Response, StatusCode, Uri, header};

use super::error::TransferError;
use super::remote::{Remote, text};
use super::why::{Purpose, noun};
use super::wire::{CONTENT_DIGEST, Call, WireError};
use crate::event::{Events, Outcome};
use crate::host::Kept;
use crate::oci::{Descriptor, Digest, MediaType};
use crate::store::{Room, Upload};
use crate::text::{percent_encode, query_pairs, sorted};

impl Remote<'_> {
    /// Where to send the bytes of a blob, unless the registry mounts it.
    pub(super) fn open_upload(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<Room, TransferError> {
        let from = self.address.mounts.get(&blob.digest).or(self.address.neighbour.as_ref());
        if let Some(from) = from.cloned() {
            match self.mount(blob, &from, events)? {
                None => return Ok(Room::Kept(Outcome::Mounted { from })),
                Some(location) if !location.is_empty() => return Ok(Room::Upload(Upload { location, offset: 0 })),
                Some(_) => {}
            }
        }
        self.begin_upload(blob, events).map(Room::Upload)
    }

    /// A new upload for a blob of this kind.
    pub(super) fn begin_upload(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<Upload, TransferError> {
        let call = self.call(Method::POST, "blobs/uploads/", Purpose::Open { what: noun(&blob.media_type) });
        Ok(Upload { location: self.location_of(&call, events)?, offset: 0 })
    }

    /// How far an upload came whose connection broke; a new one, if nothing came or it is gone.
    pub(super) fn find_upload(
        &mut self,
        blob: &Descriptor,
        upload: &Upload,
        events: Events<'_>,
    ) -> Result<Room, TransferError> {
        let mut call = self.call(Method::GET, "", Purpose::AskUpload { what: noun(&blob.media_type) });
        call.url.clone_from(&upload.location);
        let response = self.wire.send(&call, events).map_err(denied)?;
        let offset = came(text(response.headers(), &header::RANGE));
        match (response.status(), offset) {
            (StatusCode::NO_CONTENT, Some(offset)) if offset <= blob.size => {
                Ok(Room::Upload(Upload { location: self.location(&call, &response)?, offset }))
            }
            (StatusCode::NO_CONTENT | StatusCode::NOT_FOUND, _) => self.open_upload(blob, events),
            _ => Err(call.unexpected(&response).into()),
        }
    }

    /// Sends what an upload lacks and closes it: all at once, or the rest as a piece of its own.
    pub(super) fn send_blob(
        &mut self,
        blob: &Descriptor,
        upload: &Upload,
        bytes: Kept,
        events: Events<'_>,
    ) -> Result<(), TransferError> {
        let call = self.send_call(blob, upload, bytes);
        if upload.offset == 0 {
            return self.send_bytes(&call, blob.digest, events);
        }
        let whole = upload.offset >= blob.size;
        let location = if whole { upload.location.clone() } else { self.location_of(&call, events)? };
        self.close(blob, &location, events)
    }

    /// The request that carries the bytes.
    pub(super) fn send_call(&self, blob: &Descriptor, upload: &Upload, bytes: Kept) -> Call {
        let what = noun(&blob.media_type);
        let Upload { location, offset } = upload;
        if *offset == 0 {
            let mut call = self.call(Method::PUT, "", Purpose::Send { what });
            call.url = closing(location, &blob.digest);
            call.headers.push((header::CONTENT_TYPE, MediaType::OCTETS.to_string()));
            return Call { body: bytes, ..call };
        }
        let mut call = self.call(Method::PATCH, "", Purpose::SendRest { what, from: *offset });
        call.url.clone_from(location);
        let range = format!("{offset}-{}", blob.size.saturating_sub(1));
        call.headers.extend([(header::CONTENT_TYPE, MediaType::OCTETS.to_string()), (header::CONTENT_RANGE, range)]);
        Call { body: bytes.after(*offset), ..call }
    }

    /// Ends an upload by naming the digest of what came.
    pub(super) fn close(&mut self, blob: &Descriptor, location: &str, events: Events<'_>) -> Result<(), TransferError> {
        let mut call = self.call(Method::PUT, "", Purpose::Close { what: noun(&blob.media_type) });
        call.url = closing(location, &blob.digest);
        let response = self.wire.send(&call, events).map_err(denied)?;
        if response.status() != StatusCode::CREATED {
            return Err(call.unexpected(&response).into());
        }
        Ok(())
    }

    /// Takes a blob from another repository: nothing if that was done, or else
    /// the upload that was opened instead; empty if none was.
    pub(super) fn mount(
        &mut self,
        blob: &Descriptor,
        from: &str,
        events: Events<'_>,
    ) -> Result<Option<String>, TransferError> {
        let path = format!("blobs/uploads/?mount={}&from={from}", blob.digest);
        let purpose = Purpose::Mount { what: noun(&blob.media_type), from: from.to_owned() };
        let mut call = self.call(Method::POST, &path, purpose);
        call.scopes.push(format!("repository:{from}:pull"));
        let response = self.wire.send(&call, events).map_err(denied)?;
        match response.status() {
            StatusCode::CREATED => Ok(None),
            // A private repository is no reason to fail: the blob is sent instead.
            StatusCode::UNAUTHORIZED => Ok(Some(String::new())),
            _ => self.location(&call, &response).map(Some),
        }
    }

    /// Where the registry says to go on.
    pub(super) fn location_of(&mut self, call: &Call, events: Events<'_>) -> Result<String, TransferError> {
        let response = self.wire.send(call, events).map_err(denied)?;
        self.location(call, &response)
    }

    fn location(&self, call: &Call, response: &Response<Kept>) -> Result<String, TransferError> {
        if !response.status().is_success() {
            return Err(call.unexpected(response).into());
        }
        let location = text(response.headers(), &header::LOCATION);
        let absolute = match location {
            path if path.starts_with('/') => format!("https://{}{path}", self.wire.line.endpoint),
            url if url.contains("://") => url.to_owned(),
            rest => format!("https://{rest}"),
        };
        let invalid = || WireError::Header { name: "Location", url: call.url.clone(), value: location.to_owned() };
        let uri: Uri = absolute.parse().ok().filter(|_| !location.is_empty()).ok_or_else(invalid)?;
        Ok(uri.to_string())
    }

    pub(super) fn send_bytes(
        &mut self,
        call: &Call,
        expected: Digest,
        events: Events<'_>,
    ) -> Result<(), TransferError> {
        let response = self.wire.send(call, events).map_err(denied)?;
        if !response.status().is_success() {
            return Err(call.unexpected(&response).into());
        }
        let kept = text(response.headers(), &CONTENT_DIGEST);
        if kept.parse() != Ok(expected) {
            return Err(TransferError::Kept { computed: kept.to_owned(), expected });
        }
        Ok(())
    }
}

/// Writing was refused, whatever it was that should be written.
fn denied(error: WireError) -> TransferError {
    match error {
        WireError::Authorization(source) if source.is_denial() => TransferError::PushDenied { source },
        error => error.into(),
    }
}

/// The location with the digest added; Go sorts the pairs.
pub(super) fn closing(location: &str, digest: &Digest) -> String {
    let (path, query) = location.split_once('?').unwrap_or((location, ""));
    let mut pairs = query_pairs(query);
    pairs.push(("digest".to_owned(), digest.to_string()));
    let pair = |(name, value): &(String, String)| format!("{}={}", percent_encode(name), percent_encode(value));
    format!("{path}?{}", sorted(pairs).iter().map(pair).collect::<Vec<_>>().join("&"))
}

/// How many bytes `Range: 0-N` says have come; `0-0` is also what nothing looks like, and counts as that.
fn came(range: &str) -> Option<u64> {
    let last: u64 = range.strip_prefix("bytes=").unwrap_or(range).strip_prefix("0-")?.parse().ok()?;
    (last > 0).then(|| last.saturating_add(1))
}
