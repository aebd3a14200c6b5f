//! A repository of a registry as [`Content`], spoken in HTTP the way
//! containerd's client does.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md>

use std::mem;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Response, StatusCode, header};
use serde::Deserialize;

use super::auth::AuthError;
use super::client::Address;
use super::error::TransferError;
use super::why::{Purpose, noun};
use super::wire::{CONTENT_DIGEST, Call, Wire, WireError, hang_up};
use crate::event::{Events, Outcome};
use crate::host::{Kept, Link};
use crate::limits;
use crate::oci::{Descriptor, Digest, MediaType, children, json};
use crate::store::{Content, Part, Room, Upload};
use crate::text::percent_encode;

/// The digits of a digest that the tag of its referrers has, of whatever algorithm.
const REFERRERS_TAG_DIGITS: usize = 64;
const MANIFEST_TYPES: [MediaType; 4] =
    [MediaType::DOCKER_MANIFEST, MediaType::DOCKER_LIST, MediaType::MANIFEST, MediaType::INDEX];

/// A client that is on the line.
pub struct Remote<'a> {
    pub(super) wire: Wire<'a>,
    pub(super) address: &'a Address,
}

impl Remote<'_> {
    /// What the reference names, learnt by one HEAD.
    pub fn resolve(&mut self, events: Events<'_>) -> Result<Descriptor, TransferError> {
        let reference = self.address.reference.to_string();
        let name = self.address.reference.familiar_name();
        self.resolve_on_wire(events).map_err(|error| match error {
            // Docker says less than containerd once a token was refused.
            WireError::Authorization(AuthError::Refused { .. }) => TransferError::PullDenied { name },
            WireError::Authorization(source) if source.is_denial() => {
                TransferError::PullUnauthorized { reference, source }
            }
            source => TransferError::Resolve { reference, source },
        })
    }

    pub(super) fn resolve_on_wire(&mut self, events: Events<'_>) -> Result<Descriptor, WireError> {
        let call = self.manifest_call(Method::HEAD);
        let response = self.wire.send(&call, events)?;
        match response.status() {
            StatusCode::OK => described(&call, response.headers(), self.address.reference.digest),
            StatusCode::NOT_FOUND => Err(WireError::NotFound { what: self.address.reference.to_string() }),
            _ => Err(call.unexpected(&response)),
        }
    }

    /// A request for the manifest that the reference names, of whatever type.
    pub(super) fn manifest_call(&self, method: Method) -> Call {
        let target = self.address.reference.digest.map(|digest| digest.to_string());
        let target = target.or_else(|| self.address.reference.tag.clone()).unwrap_or_default();
        let accept = MANIFEST_TYPES.iter().map(MediaType::as_str).chain(["*/*"]).collect::<Vec<_>>().join(", ");
        let mut call = self.call(method, &format!("manifests/{target}"), Purpose::Resolve { name: target });
        call.headers.push((header::ACCEPT, accept));
        call
    }

    /// Every tag of the repository, page by page.
    /// <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags>
    pub fn tags(&mut self, events: Events<'_>) -> Result<Vec<String>, TransferError> {
        #[derive(Deserialize)]
        struct Page {
            tags: Option<Vec<String>>,
        }
        let mut tags = Vec::new();
        loop {
            let last = tags.last().map(|last: &String| format!("?last={}", percent_encode(last))).unwrap_or_default();
            let call = self.call(Method::GET, &format!("tags/list{last}"), Purpose::Tags);
            let response = self.wire.send(&call, events)?;
            if response.status() == StatusCode::NOT_FOUND {
                return Err(TransferError::NoRepository { name: self.address.reference.familiar_name() });
            }
            if !response.status().is_success() {
                return Err(call.unexpected(&response).into());
            }
            let page: Page = json::read(&call.read(&response)?)
                .map_err(|error| TransferError::Tags { detail: error.to_string() })?;
            let page = page.tags.unwrap_or_default();
            let is_last = page.is_empty() || !response.headers().contains_key(header::LINK);
            tags.extend(page);
            if is_last || tags.len() > limits::ROWS {
                return Ok(tags);
            }
        }
    }

    pub(super) fn call(&self, method: Method, path: &str, purpose: Purpose) -> Call {
        let url = format!("https://{}/v2/{}/{path}", self.wire.line.endpoint, self.address.reference.path);
        Call {
            method,
            url,
            headers: Vec::new(),
            body: Kept::default(),
            scopes: vec![self.address.scope.clone()],
            purpose,
        }
    }

    /// A manifest goes by its digest, but the root of a push by the tag.
    fn place(&self, blob: &Descriptor) -> (String, Option<String>) {
        let is_document = blob.media_type.is_document();
        let tag = self.address.reference.tag.clone().filter(|_| is_document && self.address.root == Some(blob.digest));
        let kind = if is_document { "manifests" } else { "blobs" };
        let name = tag.clone().unwrap_or_else(|| blob.digest.to_string());
        (format!("{kind}/{name}"), tag)
    }
}

impl Content for Remote<'_> {
    type Error = TransferError;

    /// A client that may not ask may still be allowed to write, so a denial
    /// means no, as with containerd.
    fn has(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<bool, TransferError> {
        let (path, tag) = self.place(blob);
        let purpose = match tag.clone() {
            Some(tag) => Purpose::AskTag { tag },
            None => Purpose::Ask { what: noun(&blob.media_type) },
        };
        let mut call = self.call(Method::HEAD, &path, purpose);
        call.headers.push((header::ACCEPT, format!("{}, */*", blob.media_type)));
        let response = match self.wire.send(&call, events) {
            Err(WireError::Authorization(error)) if error.is_denial() => return Ok(false),
            answer => answer?,
        };
        match response.status() {
            StatusCode::OK if tag.is_some() => Ok(text(response.headers(), &CONTENT_DIGEST).parse() == Ok(blob.digest)),
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            _ => Err(call.unexpected(&response).into()),
        }
    }

    fn get(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<Bytes, TransferError> {
        let (call, response) = self.fetch(blob, 0, events)?;
        call.read(&response).map_err(|source| TransferError::Fetch { source })
    }

    fn put(&mut self, blob: &Descriptor, bytes: Bytes, events: Events<'_>) -> Result<Outcome, TransferError> {
        let what = noun(&blob.media_type);
        let (path, tag) = self.place(blob);
        if !path.starts_with("manifests/") {
            return match self.open(blob, events)? {
                Room::Upload(upload) => self.write(blob, &upload, bytes.into(), events),
                Room::Kept(outcome) => Ok(outcome),
            };
        }
        let purpose = tag.map_or(Purpose::Put { what }, |tag| Purpose::PutTag { what, tag });
        let mut call = self.call(Method::PUT, &path, purpose);
        call.headers.push((header::CONTENT_TYPE, blob.media_type.to_string()));
        call.body = bytes.into();
        self.send_bytes(&call, blob.digest, events)?;
        Ok(Outcome::Moved)
    }

    /// What was exchanged is told when the bytes have travelled, if that takes modelled time.
    fn read(&mut self, blob: &Descriptor, offset: u64, events: Events<'_>) -> Result<Part, TransferError> {
        let travels = self.link().is_some();
        let mut told = None;
        let fetched = self.fetch(blob, offset, &mut |event| told.replace(event).into_iter().for_each(&mut *events));
        if !travels || fetched.is_err() {
            told.take().into_iter().for_each(events);
        }
        let bytes = fetched.map(|(_, response)| response.into_body())?;
        Ok(Part { bytes, is_last: false, told })
    }

    fn open(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<Room, TransferError> {
        self.open_upload(blob, events)
    }

    fn write(
        &mut self,
        blob: &Descriptor,
        upload: &Upload,
        bytes: Kept,
        events: Events<'_>,
    ) -> Result<Outcome, TransferError> {
        self.send_blob(blob, upload, bytes, events)?;
        Ok(Outcome::Moved)
    }

    fn reopen(&mut self, blob: &Descriptor, upload: &Upload, events: Events<'_>) -> Result<Room, TransferError> {
        self.find_upload(blob, upload, events)
    }

    fn abandon(&mut self, blob: &Descriptor, upload: &Upload, sent: u64, events: Events<'_>) {
        let call = self.send_call(blob, upload, Kept::default());
        hang_up(&call, sent, events);
    }

    fn blob_limit(&self) -> u64 {
        self.wire.host.blob_limit()
    }

    fn link(&self) -> Option<Link> {
        self.wire.link()
    }

    fn take_waits(&mut self) -> Duration {
        mem::take(&mut self.wire.line.waits)
    }

    /// By the API, or by the tag that stands in where a registry lacks it.
    /// <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers>
    fn referrers(&mut self, subject: &Descriptor, events: Events<'_>) -> Result<Vec<Descriptor>, TransferError> {
        let digest = subject.digest;
        let api = format!("referrers/{digest}");
        if let Ok(Some(list)) = self.listed(&api, Purpose::Referrers, events) {
            return Ok(list);
        }
        let tag = format!("{}-{}", digest.algorithm().as_str(), &digest.hex()[..REFERRERS_TAG_DIGITS]);
        Ok(self.listed(&format!("manifests/{tag}"), Purpose::ReferrersTag, events)?.unwrap_or_default())
    }
}

impl Remote<'_> {
    /// The answer with the bytes from `offset` on. A registry that knows no ranges sends all of them.
    fn fetch(
        &mut self,
        blob: &Descriptor,
        offset: u64,
        events: Events<'_>,
    ) -> Result<(Call, Response<Kept>), TransferError> {
        let (path, _) = self.place(blob);
        let what = noun(&blob.media_type);
        let purpose = if offset == 0 { Purpose::Fetch { what } } else { Purpose::FetchRest { what, from: offset } };
        let mut call = self.call(Method::GET, &path, purpose);
        call.headers.push((header::ACCEPT, format!("{}, */*", blob.media_type)));
        if offset > 0 {
            call.headers.push((header::RANGE, format!("bytes={offset}-")));
        }
        let failed = |source| TransferError::Fetch { source };
        let response = self.wire.send(&call, events).map_err(failed)?;
        match response.status() {
            StatusCode::OK => Ok((call, response.map(|body| body.after(offset)))),
            StatusCode::PARTIAL_CONTENT => match check_range(&call, &response, offset) {
                Ok(()) => Ok((call, response)),
                Err(error) => Err(failed(error)),
            },
            StatusCode::NOT_FOUND => {
                let Descriptor { digest, media_type, .. } = blob;
                let what = format!("could not fetch content descriptor {digest} ({media_type}) from remote");
                Err(failed(WireError::NotFound { what }))
            }
            _ => Err(failed(call.unexpected(&response))),
        }
    }

    /// The list under `path`; nothing if the registry has no such thing.
    fn listed(
        &mut self,
        path: &str,
        purpose: Purpose,
        events: Events<'_>,
    ) -> Result<Option<Vec<Descriptor>>, TransferError> {
        let mut call = self.call(Method::GET, path, purpose);
        call.headers.push((header::ACCEPT, format!("{}, */*", MediaType::INDEX)));
        let response = self.wire.send(&call, events)?;
        match response.status() {
            StatusCode::OK if response.body().size() <= limits::MANIFEST_BYTES => {
                let list = children(&MediaType::INDEX, &call.read(&response)?);
                list.map(Some).map_err(|error| TransferError::Referrers { detail: error.detail })
            }
            StatusCode::OK | StatusCode::NOT_FOUND => Ok(None),
            _ => Err(call.unexpected(&response).into()),
        }
    }
}

/// Whether an answer to a request for a range begins at `offset`.
fn check_range(call: &Call, response: &Response<Kept>, offset: u64) -> Result<(), WireError> {
    let range = text(response.headers(), &header::CONTENT_RANGE);
    if !range.starts_with(&format!("bytes {offset}-")) {
        return Err(WireError::Header { name: "Content-Range", url: call.url.clone(), value: range.to_owned() });
    }
    Ok(())
}

fn described(call: &Call, headers: &HeaderMap, asked: Option<Digest>) -> Result<Descriptor, WireError> {
    let invalid =
        |name: &'static str, value: &str| WireError::Header { name, url: call.url.clone(), value: value.to_owned() };
    let (digest, length) = (text(headers, &CONTENT_DIGEST), text(headers, &header::CONTENT_LENGTH));
    let named = digest.parse().ok().filter(|named| asked.is_none_or(|asked| asked == *named));
    let digest = named.ok_or_else(|| invalid("Docker-Content-Digest", digest))?;
    let size = length.parse().map_err(|_| invalid("Content-Length", length))?;
    let media_type = text(headers, &header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    Ok(Descriptor { digest, size, ..Descriptor::of(MediaType::from(media_type), b"") })
}

pub(super) fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
